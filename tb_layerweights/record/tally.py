"""What is known of the values of a tensor once they are counted, whoever counted them.

A tally is made of cells, far finer than a histogram's buckets, and of exact numbers. Tallies add
up: those of several ranks, batches or shards are the tally of all their values.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

# Beyond these, squares of float64 numbers leave its range.
_SMALLEST, _LARGEST = 1e-140, 1e140
_MOST = float(np.finfo(np.float64).max)
SMALLEST_SQUARES = _SMALLEST**2
# For products of vectors of more than 10,000 numbers, OpenBLAS wakes its threads.
_FEW = 1 << 13


@dataclass(frozen=True, slots=True)
class Cells:
    """N cells that hold values, ascending and disjoint.

    Values lie between both edges, which are among them. A cell without width holds one value, as
    often as it counts.
    """

    left: Floats  # [N]
    right: Floats  # [N]
    count: Counts  # [N], none is 0


@dataclass(frozen=True, slots=True)
class Moments:
    """Exact numbers of all values; those from `zeros` to `std` are of the finite ones alone.

    Without a finite value, mean, std, min and max are NaN.
    """

    count: int = 0  # of finite values
    zeros: int = 0
    nan: int = 0
    positive_infinity: int = 0
    negative_infinity: int = 0
    min: float = math.nan
    max: float = math.nan
    mean: float = math.nan
    std: float = math.nan  # the values' own: squares are divided by their count

    @property
    def size(self) -> int:
        """How many values there are in all."""
        return self.count + self.nan + self.positive_infinity + self.negative_infinity


def no_cells() -> Cells:
    return Cells(np.empty(0), np.empty(0), np.empty(0, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Tally:
    """The counted values of one tensor."""

    cells: Cells = field(default_factory=no_cells)
    moments: Moments = field(default_factory=Moments)


def add(tallies: Sequence[Tally]) -> Tally:
    """Returns the tally of the values of all tallies together."""
    if len(tallies) == 1:
        return tallies[0]
    parts = [one.moments for one in tallies]
    held = [part for part in parts if part.count]
    mean, std = pooled(
        np.array([part.count for part in held], dtype=np.float64),
        np.array([part.mean for part in held]),
        np.array([part.std for part in held]),
    )
    moments = Moments(
        sum(part.count for part in held),
        sum(part.zeros for part in parts),
        sum(part.nan for part in parts),
        sum(part.positive_infinity for part in parts),
        sum(part.negative_infinity for part in parts),
        min((part.min for part in held), default=math.nan),
        max((part.max for part in held), default=math.nan),
        mean,
        std,
    )
    return Tally(unite([one.cells for one in tallies]), moments)


def pooled(count: Floats, mean: Floats, std: Floats) -> tuple[float, float]:
    """Returns mean and standard deviation of all values of P parts, NaN without any part.

    The formula is that of Chan, Golub and LeVeque (1979), which takes no difference of large sums.

    Args:
      count, mean, std: of the values of each part, [P].
    """
    if not len(count):
        return math.nan, math.nan
    weight = count / count.sum()
    outer = _unit(max(float(std.max()), float(np.abs(mean).max())))
    mean, std = mean / outer, std / outer
    # Rounded, it may lie beyond all of them, and then beyond what float64 knows.
    middle = min(max(float((weight * mean).sum()), float(mean.min())), float(mean.max()))
    spread = np.hypot(std, mean - middle)
    unit = _unit(float(spread.max()))
    square = float((weight * (spread / unit) ** 2).sum())
    return middle * outer, min(math.sqrt(square) * unit, _MOST / outer) * outer


def mean_and_std(values: Floats) -> tuple[float, float]:
    """Returns mean and standard deviation of finite numbers, of which there is one at least."""
    unit = _unit(max(abs(float(values.min())), abs(float(values.max()))))
    within = values if unit == 1.0 else values / unit
    mean = min(max(float(within.mean()), float(within.min())), float(within.max()))
    rest = within - mean
    return mean * unit, min(math.sqrt(sum_of_squares(rest) / len(rest)), _MOST / unit) * unit


def sum_of_squares(values: Floats) -> float:
    parts = (values[begin : begin + _FEW] for begin in range(0, len(values), _FEW))
    return float(sum(part.dot(part) for part in parts))


def _unit(largest: float) -> float:
    return 1.0 if _SMALLEST < largest < _LARGEST or largest == 0 else largest


def unite(parts: Sequence[Cells]) -> Cells:
    """Returns cells that hold what all parts hold; where cells overlap, they become one."""
    left = np.concatenate([np.empty(0), *(part.left for part in parts)])
    right = np.concatenate([np.empty(0), *(part.right for part in parts)])
    count = np.concatenate([np.empty(0, dtype=np.int64), *(part.count for part in parts)])
    if not len(left):
        return no_cells()
    order = np.lexsort((right, left))
    left, right, count = left[order], right[order], count[order]
    reach = np.maximum.accumulate(right)
    apart = left[1:] >= reach[:-1]
    # The same point twice is one cell; a point at the edge of another cell stays one of its own.
    apart &= (left[1:] != left[:-1]) | (right[1:] != right[:-1])
    start = np.concatenate(([0], np.flatnonzero(apart) + 1))
    end = np.append(start[1:], len(left)) - 1
    return Cells(left[start], reach[end], np.add.reduceat(count, start))


def scaled(tally: Tally, factor: float) -> Tally:
    """Returns the tally of the values times a positive number."""
    cells, moments = tally.cells, tally.moments
    return Tally(
        Cells(cells.left * factor, cells.right * factor, cells.count),
        replace(
            moments,
            min=moments.min * factor,
            max=moments.max * factor,
            mean=moments.mean * factor,
            std=moments.std * factor,
        ),
    )
