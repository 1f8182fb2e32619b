"""Series as TensorBoard's Python loader keeps them: protobufs, decoded when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from tensorboard.compat.proto import types_pb2

from tb_layerweights.repair import LARGEST
from tb_layerweights.series import LazyRecords, Record, Series
from tb_layerweights.steps import as_written

_LAYOUTS: dict[int, np.dtype[Any]] = {
    types_pb2.DT_FLOAT: np.dtype("<f4"),
    types_pb2.DT_DOUBLE: np.dtype("<f8"),
}


def _all_finite(contents: list[bytes], layouts: list[np.dtype[Any]]) -> list[bool] | None:
    """Returns that all records hold none but finite numbers, None where one by one must tell."""
    if len(set(layouts)) != 1:
        return None
    numbers = np.frombuffer(b"".join(contents), layouts[0])
    is_plain = numbers.min() >= -LARGEST and numbers.max() <= LARGEST  # neither holds of NaN
    return [True] * len(contents) if is_plain else None


def kept_series(tag: str, events: Iterable[Any]) -> Series | None:
    """Returns the series if all of its records are plainly histograms, as nearly all are.

    A provider decodes every tensor that it holds, which takes five times as long as all that is
    done with those that are shown. Of a series with anything odd in it, the provider must say
    what it makes of it: None.

    Args:
      tag: of the series.
      events: TensorBoard's `TensorEvent`s, in the order of writing.
    """
    once = list(events)
    steps = [int(event.step) for event in once]
    kept = as_written(steps)
    if len(kept) < len(once):
        once, steps = [once[index] for index in kept], [steps[index] for index in kept]
    contents: list[bytes] = []
    layouts: list[np.dtype[Any]] = []
    for event in once:
        tensor = event.tensor_proto
        layout, shape = _LAYOUTS.get(tensor.dtype), tensor.tensor_shape.dim
        content = tensor.tensor_content
        if layout is None or len(shape) != 2 or shape[1].size != 3 or not content:
            return None
        if len(content) != 3 * shape[0].size * layout.itemsize:
            return None
        contents.append(content)
        layouts.append(layout)

    def record(index: int) -> Record:
        numbers = np.frombuffer(contents[index], layouts[index])
        return Record(numbers.reshape(-1, 3))

    return Series(
        tag,
        tuple(steps),
        tuple([float(event.wall_time) for event in once]),
        LazyRecords(record, range(len(once))),
        _all_finite(contents, layouts),
        checked=True,
    )
