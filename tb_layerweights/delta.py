"""What is new in an answer of `/densities` for someone who has an earlier one."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from tb_layerweights.wire import ROW_TYPES, header

# The tensors with a row for each step that is shown.
_ROWS = (*ROW_TYPES, "density")

Tensors = dict[str, NDArray[Any]]


def changes(since: str, before: bytes, now: bytes) -> bytes:
    """Returns an answer without the rows that an earlier one has, as the contract has it.

    A row is the same if it is of the same series on the same grid, and every number of it is the
    same, bit by bit.

    Args:
      since: the tag of the earlier answer, to be named in this one.
      before: the earlier answer, a whole one; with one to another question nothing is the same.
      now: the newest answer, a whole one.
    """
    old, new = load(before), load(now)
    if not old.keys() >= new.keys():
        return now
    answer = header(now)
    row = _same(_matched(header(before), old, answer, new), old, new)
    kept = {name: new[name][row < 0] if name in _ROWS else new[name] for name in new}
    metadata = {"answer": json.dumps({**answer, "since": since}, allow_nan=False)}
    return save({**kept, "row": row.astype(np.int32)}, metadata=metadata)


def _matched(
    before: dict[str, Any], old: Tensors, answer: dict[str, Any], new: Tensors
) -> NDArray[np.intp]:
    """Returns the row of the same series, grid and step in the old tensors, [R]; -1: none."""
    matched = np.full(len(new["step"]), -1, dtype=np.intp)
    places = {one["tag"]: place for place, one in enumerate(before["series"])}
    for place, one in enumerate(answer["series"]):
        was = places.get(one["tag"])
        if was is None or not _same_grid(old, was, new, place):
            continue
        (first, end), (begin, stop) = _span(old, was), _span(new, place)
        steps = old["step"][first:end]
        found = steps.searchsorted(new["step"][begin:stop])
        there = found < len(steps)
        there[there] = steps[found[there]] == new["step"][begin:stop][there]
        matched[begin:stop] = np.where(there, first + found, -1)
    return matched


def _span(tensors: Tensors, place: int) -> tuple[int, int]:
    return int(tensors["offset"][place]), int(tensors["offset"][place + 1])


def _same_grid(old: Tensors, was: int, new: Tensors, place: int) -> bool:
    return (
        old["threshold"][was] == new["threshold"][place]
        and bool((old["range"][was] == new["range"][place]).all())
        and old["density"].shape[1:] == new["density"].shape[1:]
        and old["density"].dtype == new["density"].dtype
    )


def _same(matched: NDArray[np.intp], old: Tensors, new: Tensors) -> NDArray[np.intp]:
    """Returns the matched rows, -1 where a number differs."""
    rows = np.flatnonzero(matched >= 0)
    same = np.ones(len(rows), dtype=bool)
    for name in _ROWS:
        ours, theirs = new[name][rows], old[name][matched[rows]]
        if len(rows):
            same &= (_bits(ours) == _bits(theirs)).all(axis=1)
    matched[rows[~same]] = -1
    return matched


def _bits(rows: NDArray[Any]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(rows).view(np.uint8).reshape(len(rows), -1)


def whole(before: Tensors, changes: Tensors) -> Tensors:
    """Returns all tensors of an answer, given those of an earlier one and what changed since."""
    row = changes["row"]
    tensors = {name: changes[name] for name in changes if name not in (*_ROWS, "row")}
    had = row >= 0
    for name in _ROWS:
        tensors[name] = np.empty((len(row), *changes[name].shape[1:]), changes[name].dtype)
        tensors[name][had] = before[name][row[had]]
        tensors[name][~had] = changes[name]
    return tensors
