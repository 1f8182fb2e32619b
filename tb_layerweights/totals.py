"""What records say besides their buckets, as far as it can be true of the values in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.series import Totals

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Totals may miss what the buckets allow by so much of the largest edge: writers round.
DISAGREEMENT = 1e-6
# Below this ratio of variance to squared mean, their sums leave too few digits of the variance.
CANCELLED = 1e-6
# Edges and counts travel as float32 in places, and `Histograms` rounds edges to it.
FLOAT32 = float(np.finfo(np.float32).eps)


@dataclass(frozen=True, slots=True)
class Logged:
    """What R records say besides their buckets; NaN where they don't.

    The totals are those of the counted values: where a record counts others as well, or the
    buckets don't allow them, they are NaN, and only `num` stays.
    """

    num: Floats  # [R], how many values there were, NaN and infinity among them
    sum: Floats  # [R]
    sum_squares: Floats  # [R]
    min: Floats  # [R]
    max: Floats  # [R]
    apart: Floats  # [R], how many of `num` are in none of these
    low: Floats  # [R], the outermost edges that hold something, as logged: not rounded
    high: Floats  # [R]
    rounding: Floats  # [R], edges of the record may be off by this part of themselves
    miscount: Floats  # [R], and counts by this part
    whole: Flags  # [R], as logged in float64, the outermost buckets hold something
    certain: Flags  # [R], the buckets as logged were clean: none was repaired or dropped


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean, standard deviation and root mean square, each [R]; NaN in rows of nothing."""

    mean: Floats
    std: Floats
    rms: Floats


def logged_edges(left: Floats, right: Floats, start: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Returns the outermost edges of each row, both [R]; NaN in rows without a bucket."""
    holds = np.diff(start) > 0
    low, high = np.full(len(holds), np.nan), np.full(len(holds), np.nan)
    low[holds], high[holds] = left[start[:-1][holds]], right[start[1:][holds] - 1]
    return low, high


def logged(
    tensors: Sequence[NDArray[Any]],
    totals: Sequence[Totals | None],
    outer: tuple[Floats, Floats],
    whole: Flags,
    certain: Flags,
) -> Logged:
    """Returns what was logged, the totals as they are.

    Args:
      tensors: `[k, 3]` buckets, R of them.
      totals: R of them, or none.
      outer: the outermost edges, both [R].
      whole, certain: as in `Logged`.
    """
    # The Python loader rounds old histograms to float32 and the data server doesn't. Without the
    # totals, which neither has, nobody can tell an old histogram from another: all may be rounded.
    miscount = _roundings([tensor.dtype for tensor in tensors])
    rounding = np.maximum(miscount, FLOAT32)
    columns = np.full((len(tensors), len(Totals._fields)), np.nan)
    low, high = outer
    known = certain & ~(low > high)
    for row, said in enumerate(totals):
        if said is not None:
            columns[row] = said
            rounding[row] = miscount[row]
            # Without a smallest value, the bucket of all that lies below the first limit has no
            # left edge.
            if np.isnan(said.min) and len(tensors[row]) and tensors[row][0, 2] > 0:
                known[row] = False
    num, added, squares, least, most, apart = columns.T
    return Logged(
        num,
        added,
        squares,
        least,
        most,
        np.where(np.isnan(apart), 0.0, apart),
        low,
        high,
        rounding,
        miscount,
        whole & (miscount == 0),
        known,
    )


def _roundings(kinds: Sequence[np.dtype[Any]]) -> Floats:
    first = kinds[0] if kinds else None
    if all(kind is first for kind in kinds):  # hashing each takes longer
        return np.full(len(kinds), _rounding(first) if first is not None else 0.0)
    known = {kind: _rounding(kind) for kind in set(kinds)}
    return np.array([known[kind] for kind in kinds], dtype=np.float64)


def _rounding(kind: np.dtype[Any]) -> float:
    return float(np.finfo(kind).eps) if kind.kind == "f" and kind.itemsize < 8 else 0.0


def agreeing(
    said: Logged,
    left: Floats,
    right: Floats,
    share: Floats,
    start: NDArray[np.intp],
    total: Floats,
) -> tuple[Logged, Flags]:
    """Returns the totals that the buckets allow, and the rows that lost NaN or infinity, [R].

    Args:
      said: the totals as logged, [R].
      left, right, share: clean buckets, [N].
      start: buckets of row r lie from start[r] to start[r + 1], [R + 1].
      total: how many values the buckets count, [R].
    """
    first, last = start[:-1], start[1:] - 1
    num = np.where(said.num >= total, said.num, np.nan)
    # Torch also drops values beyond 1e20; if these are all that is missing, the sum is finite.
    lost = (num > total) & (~np.isfinite(said.sum) | (said.apart > 0))
    size = np.maximum(np.abs(left[first]), np.abs(right[last]))
    usable = said.certain & (total > 0) & (num - said.apart == total)
    count = np.where(usable, total, 1.0)

    def kept(value: Floats, low: Floats, high: Floats, scale: Floats) -> Floats:
        slack = DISAGREEMENT * scale
        held = (value >= low - slack) & (value <= high + slack)
        return np.where(usable & held, value, np.nan)

    def mean_of(values: Floats) -> Floats:
        mean: Floats = np.add.reduceat(share * values, first)
        return mean

    farthest = np.maximum(np.abs(left), np.abs(right))
    nearest = np.maximum(np.maximum(left, -right), 0.0)
    mean = kept(said.sum / count, mean_of(left), mean_of(right), size)
    square = kept(said.sum_squares / count, mean_of(nearest**2), mean_of(farthest**2), size**2)
    told = replace(
        said,
        num=num,
        sum=mean * count,
        sum_squares=np.where(square < mean**2 * (1 - DISAGREEMENT), np.nan, square) * count,
        min=kept(said.min, left[first], right[first], size),
        max=kept(said.max, left[last], right[last], size),
    )
    return told, lost


def exact_moments(said: Logged, total: Floats) -> Moments:
    """Returns the moments that totals tell, to float64's rounding; NaN where they don't.

    Args:
      said: what was logged, [R].
      total: how many values are counted, [R].
    """
    count = np.where(total > 0, total, 1.0)
    mean, square = said.sum / count, said.sum_squares / count
    variance = square - mean**2
    told = variance > CANCELLED * mean**2
    return Moments(mean, np.sqrt(np.where(told, variance, np.nan)), np.sqrt(square))
