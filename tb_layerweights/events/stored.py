"""Series whose records stay in the event files until they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from tensorboard.compat.proto import summary_pb2

from tb_layerweights.events import values
from tb_layerweights.events.index import Rows
from tb_layerweights.series import LazyRecords, Record, Series, Unreadable
from tb_layerweights.steps import as_written


def record_of(tag: str, rows: Rows, index: int) -> Record:
    """Returns the record of a row, an empty one if it isn't there any more.

    The file may be gone, or another one.
    """
    try:
        value = load(tag, rows, index)
        return values.EMPTY if value is None or values.problem(value) else values.decode(value)
    except ValueError:
        return values.EMPTY


def load(tag: str, rows: Rows, index: int) -> Any:
    """Returns the `Summary.Value` of a row, None if it isn't there any more."""
    length = int(rows.length[index])
    try:
        with rows.files[rows.file[index]].open() as file:
            file.seek(int(rows.offset[index]))
            data = file.read(length)
        value = summary_pb2.Summary.Value.FromString(data)
    except Exception:  # the file's, or protobuf's own
        return None
    return value if len(data) == length and value.tag == tag else None


def stored(tag: str, rows: Rows) -> Series:
    """Returns the series of these rows, steps ascending."""
    return Series(
        tag,
        tuple(rows.steps.tolist()),
        tuple(rows.wall_times.tolist()),
        LazyRecords(partial(record_of, tag, rows), range(len(rows.steps))),
        tuple(rows.finite.tolist()),
        checked=True,
    )


def read(tag: str, rows: Rows) -> Iterator[Series | Unreadable]:
    """Yields the series of all records of a tag, and what is wrong with those left out.

    Args:
      tag: as logged.
      rows: in the order of writing.
    """
    rows = rows.take(as_written(rows.steps.tolist()))
    bad = np.flatnonzero(~rows.good)
    if len(bad) < len(rows.steps):
        yield stored(tag, rows.take(rows.good))
    if len(bad):
        value = load(tag, rows, bad[0])
        reason = "can't be read any more" if value is None else values.problem(value)
        what = f"the one of step {rows.steps[bad[0]]} {reason}"
        yield Unreadable(tag, f"{len(bad)} of {len(rows.steps)} records are left out: {what}.")
