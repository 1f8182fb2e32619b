"""Rows of buckets that no writer should have written, made clean one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.rows import starts

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Flags = NDArray[np.bool_]

# No float32 is larger. The Python loader rounds old histograms to float32, so an edge beyond it
# is infinity there and must count as infinity for the other loader too.
LARGEST = float(np.finfo(np.float32).max)
# So many values that a hundred thousand buckets of them still add up to a finite number.
MOST = 1e300
# A bucket that is narrower is a point: a count over its width might not be a finite number.
NARROWEST = 1e-290


def is_plain(left: Floats, right: Floats, count: Floats) -> Flags:
    """Returns where a bucket is finite, runs forward and doesn't count less than nothing."""
    return (
        (left <= right) & (left >= -LARGEST) & (right <= LARGEST) & (count >= 0) & (count <= MOST)
    )


def whole(tensors: Iterable[NDArray[Any]]) -> list[bool]:
    """Returns of records, each [k, 3], whether all buckets have a place and a finite count."""
    with np.errstate(over="ignore", invalid="ignore"):
        return [_is_whole(tensor) for tensor in tensors]


def _is_whole(tensor: NDArray[Any]) -> bool:
    if tensor.dtype.kind != "f":
        return True
    # Nothing tells more quickly that no number is NaN or large; large ones are looked at again.
    numbers = tensor.ravel()
    if float(numbers.dot(numbers)) <= LARGEST:
        return True
    left, right, count = tensor.astype(np.float64).T
    placed = (np.abs(left) <= LARGEST) & (np.abs(right) <= LARGEST)
    known = ~np.isnan(left) & ~np.isnan(right) & (np.abs(count) <= MOST)
    return bool((known & (placed | (count <= 0))).all())


def all_plain(left: Floats, right: Floats, count: Floats) -> bool:
    """Returns whether every bucket is plain, faster than asking each."""
    return len(left) == 0 or bool(
        left.min() >= -LARGEST
        and right.max() <= LARGEST
        and count.min() >= 0
        and count.max() <= MOST
        and (left <= right).all()
    )


def rows(
    left: Floats, right: Floats, count: Floats, start: Rows, odd: Flags
) -> tuple[Floats, Floats, Floats, Rows, Flags]:
    """Returns the buckets with the odd rows made clean, their new starts, and who lost any.

    Args:
      left, right, count: buckets of all rows, [N].
      start: buckets of row r lie from start[r] to start[r + 1], [R + 1].
      odd: the rows to clean, [R].
    """
    parts = []
    lost = np.zeros(len(odd), dtype=bool)
    begin = 0
    for row in np.flatnonzero(odd):
        here = slice(start[row], start[row + 1])
        before = slice(begin, here.start)
        parts.append(np.array([left[before], right[before], count[before]]))
        one, lost[row] = _row(left[here], right[here], count[here])
        parts.append(one)
        begin = here.stop
    sizes = np.diff(start)
    sizes[odd] = [part.shape[1] for part in parts[1::2]]
    parts.append(np.array([left[begin:], right[begin:], count[begin:]]))
    left, right, count = np.concatenate(parts, axis=1)
    return left, right, count, starts(sizes), lost


def _row(left: Floats, right: Floats, count: Floats) -> tuple[Floats, bool]:
    """Returns one clean row [3, k], k >= 1, and whether buckets had to be dropped."""
    # A writer that met a NaN leaves one edge of an outer bucket unknown: the other still holds.
    left, right = np.where(np.isnan(left), right, left), np.where(np.isnan(right), left, right)
    left, right = np.minimum(left, right), np.maximum(left, right)
    count = np.maximum(count, 0.0)
    plain = is_plain(left, right, count)
    lost = bool((count[~plain] != 0).any())
    left, right, count = left[plain], right[plain], count[plain]
    order = np.lexsort((right, left))
    left, right, count = left[order], right[order], count[order]
    if (right[:-1] > left[1:]).any():
        left, right, count = _split_overlaps(left, right, count)
    holds = np.flatnonzero(count > 0)
    if not len(holds):
        return np.zeros((3, 1)), lost
    kept = slice(holds[0], holds[-1] + 1)
    return np.array([left[kept], right[kept], count[kept]]), lost


def _split_overlaps(left: Floats, right: Floats, count: Floats) -> tuple[Floats, Floats, Floats]:
    """Cuts buckets at each other's edges; each piece takes its share of the count by width.

    [    8    ]                [ 4 ][ 4 ]
         [    6    ]     ->         [ 3 ][ 3 ]     ->     [ 4 ][ 7 ][ 3 ]
    """
    wide = right - left > NARROWEST
    right = np.where(wide, right, left)
    edges = np.unique(np.concatenate((left, right)))
    pieces = np.zeros(len(edges) - 1)
    for low, high, held in zip(left[wide], right[wide], count[wide], strict=True):
        within = slice(np.searchsorted(edges, low), np.searchsorted(edges, high))
        pieces[within] += held * (np.diff(edges[within.start : within.stop + 1]) / (high - low))
    lefts = np.concatenate((edges[:-1], left[~wide]))
    rights = np.concatenate((edges[1:], right[~wide]))
    counts = np.concatenate((pieces, count[~wide]))
    order = np.lexsort((rights, lefts))
    return lefts[order], rights[order], counts[order]
