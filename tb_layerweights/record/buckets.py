"""At most 170 buckets that keep the shape of what was counted.

Three measures go up from the first value to the last, and from edge to edge their sum goes up
evenly: the way through the middle of the range, so that a normal layer has even buckets; the share
of values, so that no bucket holds much more than others, however narrow the peak; and the
logarithm of the distance from the middle, so that an outlier at 500 standard deviations costs a
few buckets only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.record.tally import Cells, Floats

# 24 bytes each: a histogram takes four kilobytes.
MOST = 170
# How many edges each measure gets at most, and for n values that many times the cube root of n.
_EVEN, _EVEN_PER_ROOT = 80, 3.0
_SHARES, _VALUES_PER_SHARE = 52, 32
_FAR, _FAR_PER_ROOT = 34, 1.5
_MIDDLE = (0.005, 0.995)
_TYPICAL = (0.16, 0.84)
_BEYOND = 0.25
_REACH = 5.0
_CLOSE = 1e-100
# A value that holds such a share, and is there three times, is a point.
_POINT, _THRICE = 0.02, 3
# With so many times as many values as different ones, each different one is a point.
_REPEATED = 4
_HUGE = 2.0**1000


def buckets(cells: Cells) -> NDArray[np.float64]:
    """Returns rows `[left, right, count]`, [k, 3], as TensorBoard's histograms have them.

    The outermost edges are those of the cells, every value lies in the bucket that counts it, and
    nothing is between buckets. Values that are there again and again, such as zeros, have a
    bucket without width. No values at all are one bucket without count, at 0.
    """
    # Ratios of numbers from 1e-308 to 1e308 may be infinite, and then mean what they should.
    with np.errstate(all="ignore"):
        return _buckets(cells)


def _buckets(cells: Cells) -> NDArray[np.float64]:
    total = int(cells.count.sum())
    if total == 0:
        return np.zeros((1, 3))
    points = _points(cells, total)
    rest = Cells(cells.left[~points], cells.right[~points], cells.count[~points])
    rows = _columns(cells.left[points], cells.right[points], cells.count[points])
    if not len(rest.count):
        return rows
    spread = _spread(rest, cells.left[points])
    if not len(rows):
        return spread
    joined = np.concatenate((rows, spread))
    return joined[np.lexsort((joined[:, 1], joined[:, 0]))]


def _points(cells: Cells, total: int) -> NDArray[np.bool_]:
    point: NDArray[np.bool_] = cells.left == cells.right
    heavy: NDArray[np.bool_] = point & (cells.count >= _THRICE) & (cells.count >= _POINT * total)
    others = int(cells.count[~heavy].sum())
    few = len(point) <= MOST and bool(point.all())
    if few and (len(point) == 1 or others >= _REPEATED * np.count_nonzero(~heavy)):
        return point
    return heavy


def _spread(cells: Cells, points: Floats) -> NDArray[np.float64]:
    """Returns the buckets of cells, none of which reaches across one of the points."""
    size = int(cells.count.sum())
    root = size ** (1 / 3)
    room = (MOST - 1 - 2 * len(points)) / (_EVEN + _SHARES + _FAR)
    even = room * min(_EVEN, max(16.0, _EVEN_PER_ROOT * root))
    shares = room * min(_SHARES, size / _VALUES_PER_SHARE)
    far = room * min(_FAR, max(8.0, _FAR_PER_ROOT * root))
    # Both ends of each cell, one after the other: [2 N]. The width of all may be no float64.
    unit = 4.0 if max(-cells.left[0], cells.right[-1]) > _HUGE else 1.0
    ends = _in_turn(cells.left, cells.right) / unit
    through = np.cumsum(cells.count) / size
    share = _in_turn(through - cells.count / size, through)
    center = _center(ends, share)
    level = even * _even(ends, share, *center) + shares * share + far * _logarithmic(ends, *center)
    edges = unit * _edges(ends, level, max(int(level[-1]), 1))
    edges[0], edges[-1] = cells.left[0], cells.right[-1]
    inner = points[(points > edges[0]) & (points < edges[-1])]
    if len(inner):
        edges = np.sort(np.concatenate((edges, inner)))
    edges = edges[np.append(True, edges[1:] > edges[:-1])]
    # A cell belongs to the bucket of its left end, or of both if it is a point.
    place = np.minimum(edges.searchsorted(cells.left, side="right") - 1, max(len(edges) - 2, 0))
    count = np.bincount(place, weights=cells.count, minlength=max(len(edges) - 1, 1))
    right = edges[1:] if len(edges) > 1 else edges
    held = count > 0
    return _columns(edges[: len(right)][held], right[held], count[held])


def _in_turn(one: Floats, other: Floats) -> Floats:
    both = np.empty(2 * len(one))
    both[::2], both[1::2] = one, other
    return both


def _columns(left: Floats, right: Floats, count: NDArray[Any]) -> NDArray[np.float64]:
    rows = np.empty((len(left), 3))
    rows[:, 0], rows[:, 1], rows[:, 2] = left, right, count
    return rows


def _even(ends: Floats, share: Floats, middle: float, typical: float) -> Floats:
    """Returns how far each value is on the way through the middle range, from 0 to 1."""
    low, high = np.interp(_MIDDLE, share, ends)
    margin = _BEYOND * (high - low)
    reach = _REACH * typical if typical > 0 else np.inf
    low = max(low - margin, ends[0], middle - reach)
    high = min(high + margin, ends[-1], middle + reach)
    if not high > low:
        return np.zeros(len(ends))
    way: Floats = np.minimum(np.maximum((ends - low) / (high - low), 0.0), 1.0)
    return way


def _center(ends: Floats, share: Floats) -> tuple[float, float]:
    """Returns the median, and half the width of the 68 % of values around it."""
    low, middle, high = np.interp((_TYPICAL[0], 0.5, _TYPICAL[1]), share, ends)
    return float(middle), float(high / 2 - low / 2)


def _logarithmic(ends: Floats, middle: float, typical: float) -> Floats:
    """Returns how far each value is from the first to the last, far from the middle less so."""
    reach = ends[-1] - ends[0]
    if not reach > 0:
        return np.zeros(len(ends))
    typical = max(typical, reach * _CLOSE) if typical > 0 else reach / 1000
    far: Floats = np.arcsinh((ends - middle) / typical)
    far = (far - far[0]) / (far[-1] - far[0])
    return far


def _edges(ends: Floats, level: Floats, steps: int) -> Floats:
    """Returns edges between which the level goes up evenly; none is within a cell.

    Args:
      ends: of cells, left and right in turn, [2 N].
      level: at each end, ascending, [2 N].
    """
    wanted = np.linspace(level[0], level[-1], steps + 1)[1:-1]
    behind = level.searchsorted(wanted, side="right")
    behind = np.minimum(np.maximum(behind, 1), len(ends) - 1)
    before = behind - 1
    part = (wanted - level[before]) / np.maximum(level[behind] - level[before], 1e-300)
    in_gap = before % 2 == 1
    found = ends[before] + part * (ends[behind] - ends[before])
    # Within a cell the nearer end is taken: of a point, the middle of the gap beside it.
    nearer = np.where(part < 0.5, before, behind)
    beside = np.where(nearer % 2 == 0, np.maximum(nearer - 1, 0), nearer)
    other = np.minimum(beside + 1, len(ends) - 1)
    snapped = np.where(nearer % 2 == 0, ends[beside] / 2 + ends[nearer] / 2,
                       ends[nearer] / 2 + ends[other] / 2)  # fmt: skip
    touching = ends[before] < ends[behind]
    snapped = np.where(touching, ends[nearer], snapped)
    found = np.where(in_gap, found, snapped)
    return np.concatenate((ends[:1], np.sort(found), ends[-1:]))
