"""A log directory of everything that no writer should have written, a run for each kind.

Every run also holds two healthy series, `good/kernel` and `good.weight`, of three steps.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from typing import Any

import numpy as np
from tensorboard.compat.proto import (
    event_pb2,
    summary_pb2,
    tensor_pb2,
    tensor_shape_pb2,
    types_pb2,
)
from tensorboard.plugins.histogram import metadata
from tensorboard.util import tensor_util

from tests import corpus
from tests.logdirs import DBL_MAX, HOSTILE, Run, tf1_proto, weights

STEPS = (0, 1, 2)
GOOD = {"good/kernel", "good.weight"}
ODD = "odd/kernel"

_ROWS = np.array([[0, 1, 5], [1, 2, 6]])


def proto(dtype: int, *shape: int, **fields: Any) -> tensor_pb2.TensorProto:
    dims = [tensor_shape_pb2.TensorShapeProto.Dim(size=size) for size in shape]
    return tensor_pb2.TensorProto(
        dtype=dtype, tensor_shape=tensor_shape_pb2.TensorShapeProto(dim=dims), **fields
    )


def _rows(*rows: tuple[float, float, float]) -> Any:
    return np.array(rows, dtype=np.float64)


def fuzzed(seed: int) -> tensor_pb2.TensorProto:
    """A tensor of a random type whose fields have nothing to do with each other."""
    chance = random.Random(seed)
    shape = [chance.choice((-1, 0, 1, 2, 3, 30)) for _ in range(chance.randrange(4))]
    found = proto(chance.randrange(24), *shape)
    if chance.random() < 0.5:
        found.tensor_content = chance.randbytes(chance.randrange(200))
    for field in ("double_val", "float_val", "int_val", "half_val", "bool_val", "string_val"):
        if chance.random() < 0.3:
            kind = {"b": bool, "s": str.encode}.get(field[0])
            some = [chance.randrange(100) for _ in range(chance.randrange(8))]
            getattr(found, field).extend(
                [str(one).encode() for one in some] if field[0] == "s"
                else [kind(one) for one in some] if kind else some
            )  # fmt: skip
    return found


# One tensor in place of each record of a series.
TENSORS: dict[str, Any] = {
    **HOSTILE,
    **{f"of_{name}": tensor for name, tensor in corpus.TYPES.items()},
    **corpus.BROKEN,
    "splat": corpus.SPLAT,
    "inf_edges": _rows((-np.inf, 0, 3), (0, np.inf, 5)),
    "zero_counts": _rows((0, 1, 0), (1, 2, 0)),
    "beyond_2_53": _rows((0, 1, 2.0**53 + 2), (1, 2, 2.0**60)),
    "far_edges": _rows((-1e300, 0, 2), (0, 1e300, 3)),
    "minus_zero": _rows((-0.0, 0.0, 4), (0, 1, 2)),
    "minus_zero_counts": _rows((0, 1, -0.0), (1, 2, 3)),
    "one_point_of_tf1": _rows((-DBL_MAX, 0.5, 0), (0.5, 0.5, 7), (0.5, DBL_MAX, 0)),
    "rank_zero": np.float64(3),
    "rank_one": np.arange(6.0),
    "four_columns": np.ones((10, 4)),
    "no_columns": np.zeros((3, 0)),
    "unknown_rank": tensor_pb2.TensorProto(
        dtype=types_pb2.DT_DOUBLE,
        double_val=[0, 1, 5],
        tensor_shape=tensor_shape_pb2.TensorShapeProto(unknown_rank=True),
    ),
    "of_uint32": _ROWS.astype(np.uint32),
    "of_uint64": _ROWS.astype(np.uint64),
    "of_complex128": _ROWS.astype(np.complex128),
    "bytes_that_are_no_text": proto(types_pb2.DT_STRING, 1, string_val=[b"\xff\xfe\x00"]),
    "strings_in_rows": tensor_util.make_tensor_proto(np.array([["a", "b", "c"]])),
    "qint8": proto(types_pb2.DT_QINT8, 2, 3, tensor_content=b"\1" * 6),
    "qint32": proto(types_pb2.DT_QINT32, 2, 3, int_val=[1, 2, 3, 4, 5, 6]),
    "bfloat16": proto(types_pb2.DT_BFLOAT16, 2, 3, tensor_content=b"\1" * 12),
    "no_type": proto(types_pb2.DT_INVALID, 2, 3, double_val=[1] * 6),
    "unknown_type": proto(99, 2, 3, double_val=[1] * 6),
    "resource": proto(types_pb2.DT_RESOURCE, 2, 3),
    "variant": proto(types_pb2.DT_VARIANT, 2, 3),
    "too_few_values": proto(types_pb2.DT_DOUBLE, 2, 3, double_val=[1, 2, 3, 4]),
    "too_many_values": proto(types_pb2.DT_DOUBLE, 2, 3, double_val=[1] * 9),
    "no_values": proto(types_pb2.DT_DOUBLE, 2, 3),
    "nothing_at_all": tensor_pb2.TensorProto(),
    "overflowing_shape": proto(types_pb2.DT_DOUBLE, 2**62, 2**62, double_val=[1, 2]),
    "overflowing_content": proto(types_pb2.DT_DOUBLE, 2**62, 2**62, tensor_content=b"\0" * 24),
    "minus_one_rows": proto(types_pb2.DT_DOUBLE, -1, 3, double_val=[0, 1, 5, 1, 2, 6]),
    "minus_two_rows": proto(types_pb2.DT_DOUBLE, -2, 3, double_val=[0, 1, 5, 1, 2, 6]),
    "two_contents": proto(
        types_pb2.DT_DOUBLE, 1, 3, double_val=[7, 8, 9],
        tensor_content=np.array([0, 1, 5.0]).tobytes(),
    ),
}  # fmt: skip


def _histo(**fields: Any) -> summary_pb2.HistogramProto:
    known = {"min": 0, "max": 3, "num": 6, "sum": 9, "sum_squares": 20}
    return summary_pb2.HistogramProto(**{**known, **fields})


# One histogram as TensorFlow 1, torch and tensorboardX write them in place of each record.
PROTOS: dict[str, summary_pb2.HistogramProto] = {
    "old_of_nothing": summary_pb2.HistogramProto(),
    "old_without_buckets": _histo(),
    "old_nan": _histo(min=np.nan, max=np.nan, sum=np.nan, bucket_limit=[1, 2], bucket=[3, 3]),
    "old_nan_limits": _histo(bucket_limit=[np.nan, np.nan], bucket=[3, 3]),
    "old_infinite": _histo(min=-np.inf, max=np.inf, bucket_limit=[0, np.inf], bucket=[3, 3]),
    "old_negative": _histo(bucket_limit=[1, 2, 3], bucket=[1, -2, 7]),
    "old_unsorted": _histo(bucket_limit=[3, 1, 2], bucket=[1, 2, 3]),
    "old_beyond_float32": _histo(
        min=-1e200, max=1e200, bucket_limit=[-1e100, 1e100, 1e200], bucket=[1, 2, 3]
    ),
    "old_of_one_value": _histo(
        min=0.5, max=0.5, bucket_limit=[-DBL_MAX, 0.4, 0.6, DBL_MAX], bucket=[0, 0, 7, 0]
    ),
    "old_min_above_max": _histo(min=9, max=-9, bucket_limit=[1, 2, 3], bucket=[1, 2, 3]),
    "old_whole": tf1_proto(np.linspace(-0.3, 0.4, 50)),
}


def _value(tag: str = ODD, **fields: Any) -> summary_pb2.Summary.Value:
    fields.setdefault("metadata", metadata.create_summary_metadata(tag, ""))
    return summary_pb2.Summary.Value(tag=tag, **fields)


def _described(content: bytes | None = None, **fields: Any) -> summary_pb2.Summary.Value:
    """A sound histogram of which the metadata are odd."""
    described = metadata.create_summary_metadata(fields.pop("display_name", ODD), "")
    described.MergeFrom(summary_pb2.SummaryMetadata(**fields))
    if content is not None:
        described.plugin_data.content = content
    tensor = tensor_util.make_tensor_proto(_ROWS.astype(np.float64))
    return _value(tensor=tensor, metadata=described)


HTML = "<img src=x onerror='window.broken = 1'><script>window.broken = 1</script>"
# One value in place of each record.
VALUES: dict[str, summary_pb2.Summary.Value] = {
    "version_99": _described(bytes([8, 99])),
    "garbage_metadata": _described(b"\xff\xfe\x00"),
    "html_metadata": _described(display_name=HTML, summary_description=HTML),
    "class_of_scalars": _described(data_class=summary_pb2.DATA_CLASS_SCALAR),
    "class_of_blobs": _described(data_class=summary_pb2.DATA_CLASS_BLOB_SEQUENCE),
    "no_metadata": _value(
        tensor=tensor_util.make_tensor_proto(_ROWS.astype(float)),
        metadata=summary_pb2.SummaryMetadata(),
    ),
    "scalar_by_metadata": _value(simple_value=3.0),
}


def _each_step(run: Run, step: int, value: summary_pb2.Summary.Value) -> None:
    run.value(step, value)


def _bad_step(run: Run, step: int) -> None:
    run.tensor(ODD, step, HOSTILE["poison"] if step == 1 else _ROWS.astype(float))


def _wrong_shape_once(run: Run, step: int) -> None:
    run.tensor(ODD, step, np.zeros((4, 2)) if step == 1 else _ROWS.astype(float))


def _other_size(run: Run, step: int) -> None:
    run.histogram(ODD, step, weights((30,), step), buckets=(30, 7, 100)[step])


def _other_type(run: Run, step: int) -> None:
    run.tensor(ODD, step, _ROWS.astype(("float64", "int8", "float16")[step]))


def _scalar_first(run: Run, step: int) -> None:
    if step == 0:
        run.scalar(ODD, 0, 1.0)
    else:
        run.histogram(ODD, step, weights((30,), step))


def _extreme_steps(run: Run, step: int) -> None:
    for odd in (-(2**63), -5, 2**53 + 1, 2**63 - 1):
        run.histogram(f"{ODD}{odd}", odd + step if odd < 0 else odd - 2 + step, weights((9,), step))


def _restarts(run: Run, step: int) -> None:
    for again in (5, 6, 7, 6, 7, 8, 2):
        run.histogram(ODD, again, weights((9,), again))


def _odd_times(run: Run, step: int) -> None:
    for name, time in (("negative", -1.0), ("zero", 0.0), ("far", 1e300), ("falling", 9.0 - step)):
        run.histogram(f"{name}/kernel", step, weights((9,), step), wall_time=time)


def _many_values(run: Run, step: int) -> None:
    """A tag twice in one record, and a record without any value."""
    values = [_described(), _described(), _value("other", tensor=HOSTILE["poison"])]
    run.add(event_pb2.Event(step=step, summary=summary_pb2.Summary(value=values)))
    run.add(event_pb2.Event(step=step, summary=summary_pb2.Summary()))


def _other_events(run: Run, step: int) -> None:
    run.add(event_pb2.Event(step=step, graph_def=b"\xff" * 30))
    run.add(event_pb2.Event(step=step, meta_graph_def=b"\xff" * 30))
    run.add(event_pb2.Event(step=step))
    run.add(event_pb2.Event(step=step, file_version="brain.Event:99"))


def _garbage_graph(run: Run, step: int) -> None:
    run.keras_graph(("[" * 100_000, '{"class_name": 3}', "\ud800".encode("utf-8", "replace"))[step]
                    if step != 2 else '{"config": {"layers": {"__proto__": []}}}')  # fmt: skip


# What is written of each step.
WRITERS: dict[str, Callable[[Run, int], None]] = {
    **{name: functools.partial(_each_step, value=value) for name, value in VALUES.items()},
    "bad_step": _bad_step,
    "wrong_shape_once": _wrong_shape_once,
    "other_size": _other_size,
    "other_type": _other_type,
    "scalar_first": _scalar_first,
    "extreme_steps": _extreme_steps,
    "restarts": _restarts,
    "odd_times": _odd_times,
    "many_values": _many_values,
    "other_events": _other_events,
    "garbage_graph": _garbage_graph,
}
