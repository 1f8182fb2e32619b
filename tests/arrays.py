"""Arrays of every kind, and the histograms that writers make of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from tensorboard.compat.proto import summary_pb2
from tensorboard.plugins.histogram import summary_v2
from tensorboard.util import tensor_util

from tb_layerweights.events import values
from tb_layerweights.histogram import Histograms, clean
from tb_layerweights.series import Record
from tests.logdirs import torch_proto

Floats = NDArray[np.float64]

KINDS = ("normal", "heavy", "constant", "sparse", "uniform", "skewed", "offset", "few")


@st.composite
def arrays(draw: Any, kinds: tuple[str, ...] = KINDS) -> Floats:
    """Values as a training has them, and some that it shouldn't."""
    kind = draw(st.sampled_from(kinds))
    size = draw(st.integers(1, 12) if kind == "few" else st.integers(1, 600))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scale = 10.0 ** draw(st.integers(-9, 6))
    made = {
        "normal": lambda: rng.normal(rng.normal(), 1, size),
        "heavy": lambda: rng.standard_t(1.5, size),
        "constant": lambda: np.full(size, rng.normal()),
        "sparse": lambda: rng.normal(0, 1, size) * (rng.random(size) < 0.1),
        "uniform": lambda: rng.random(size) - rng.random(),
        "skewed": lambda: rng.exponential(1, size),
        "offset": lambda: 1e5 + rng.normal(0, 1, size),
        "few": lambda: rng.normal(0, 1, size),
    }[kind]()
    made = made * scale
    return made.astype(np.float32).astype(np.float64) if draw(st.booleans()) else made


def keras_record(array: Floats) -> Record:
    """What `tf.summary.histogram` logs."""
    proto = summary_v2.histogram_pb("a", array).value[0].tensor
    return Record(tensor_util.make_ndarray(proto))


def torch_record(array: Floats) -> Record:
    """What torch logs, read from the event file, with its totals."""
    return values.decode(summary_pb2.Summary.Value(tag="a", histo=torch_proto(array)))


def kept_record(array: Floats) -> Record:
    """What TensorBoard's Python loader keeps of that: float32 buckets."""
    record = torch_record(array)
    tensor = record.tensor[np.flatnonzero(record.tensor[:, 2])[0] :].astype(np.float32)
    tensor[0, 0] = array.min()
    return Record(tensor)


def limits_record(array: Floats) -> Record:
    """The buckets of torch with their limits as edges: no smallest, no largest value."""
    proto = torch_proto(array)
    limits = np.asarray(proto.bucket_limit)
    return Record(np.column_stack((limits[:-1], limits[1:], np.asarray(proto.bucket)[1:])))


RECORDS = {
    "keras": keras_record,
    "torch": torch_record,
    "kept": kept_record,
    "limits": limits_record,
}


def histograms_of(writer: str, *array: Floats) -> Histograms:
    records = [RECORDS[writer](one) for one in array]
    return clean([one.tensor for one in records], [one.totals for one in records])
