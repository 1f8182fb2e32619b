"""The grid of a series: one range and one spacing for all its steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.histogram import Histograms, quantiles, reach

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Axis = Literal["linear", "symlog"]

# What a robust range may leave off-scale on either side: 0.1 % of a histogram in all.
TAIL = 0.0005
# A grid is never narrower: its densities would not be float32 numbers.
NARROWEST = 1e-30
# Nor, relative to its larger end: its edges would not be different numbers.
FINEST = 1e-9
# A threshold so many times the larger end of a window makes its axis linear; a larger one would
# leave the bins no width.
LARGEST_THRESHOLD = 1e6


@dataclass(frozen=True, slots=True)
class Grid:
    """Bins of equal width on an axis: the value, or `asinh(value / threshold)` for symlog."""

    first: float
    last: float
    bins: int
    threshold: float  # 0 on a linear axis

    @property
    def bin_width(self) -> float:
        """The width of every bin, in units of the axis."""
        first, last = self._ends
        return (last - first) / self.bins

    @property
    def edges(self) -> Floats:
        """The values at the edges, [bins + 1]."""
        edges: Floats = edges_of([self])[0]
        return edges

    @property
    def _ends(self) -> tuple[float, float]:
        if not self.threshold:
            return self.first, self.last
        return (
            float(np.arcsinh(self.first / self.threshold)),
            float(np.arcsinh(self.last / self.threshold)),
        )


def edges_of(grids: Sequence[Grid]) -> Floats:
    """Returns the values at the edges of each grid, [G, bins + 1]; all have as many bins."""
    first, last = np.array([grid._ends for grid in grids]).T
    edges: Floats = np.linspace(first, last, grids[0].bins + 1, axis=1)
    threshold = np.array([grid.threshold for grid in grids])
    bent = threshold > 0
    edges[bent] = threshold[bent, None] * np.sinh(edges[bent])
    edges[:, 0] = [grid.first for grid in grids]
    edges[:, -1] = [grid.last for grid in grids]
    return edges


def narrowest(first: float, last: float) -> float:
    """Returns how wide a grid must be at least that is near such ends."""
    return max(FINEST * max(abs(first), abs(last)), NARROWEST)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far rows reach, each [R]; NaN in rows of nothing."""

    low: Floats
    high: Floats
    half: Floats  # half the width of the middle 68 %; 0 where nobody wants to know


def reach_of(histograms: Histograms, axis: Axis, *, full: bool) -> Reach:
    """Returns what grids must cover: all buckets, or those that leave at most 0.1 % out."""
    if full:
        low, high = histograms.minimum, histograms.maximum
    else:
        low, high = reach(histograms, TAIL)
    half = _half_widths(histograms) if axis == "symlog" else np.zeros(histograms.rows)
    return Reach(low, high, half)


def fit_grids(
    rows: Reach,
    offset: Rows,
    *,
    bins: int,
    axis: Axis,
    window: tuple[float, float] | None = None,
) -> list[Grid]:
    """Returns a grid for all rows of each series.

    It ends at whole buckets. A series of one value gets a grid around that value; a series that
    holds nothing gets [-1, 1]. With a window, at least as wide as `narrowest` tells, the grid is
    that window, and only the threshold is that of the histograms.

    Args:
      rows: how far those of S series reach.
      offset: rows of series s lie from offset[s] to offset[s + 1], [S + 1].
      bins, axis: of all grids.
      window: the ends of all grids.
    """
    first, last = np.full((2, len(offset) - 1), np.nan)
    some = np.flatnonzero(np.diff(offset))
    if len(some):
        first[some] = np.fmin.reduceat(rows.low, offset[some])
        last[some] = np.fmax.reduceat(rows.high, offset[some])
    grids = []
    for series, ends in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        ends = _widened(*ends)
        threshold = 0.0
        if axis == "symlog":
            half = rows.half[offset[series] : offset[series + 1]]
            threshold = _threshold(half, max(map(abs, ends)))
        if window is not None:
            ends = window
            threshold = min(threshold, LARGEST_THRESHOLD * max(map(abs, ends)))
        grids.append(Grid(*ends, bins, threshold))
    return grids


def _widened(first: float, last: float) -> tuple[float, float]:
    """Returns ends far enough apart; NaN stands for those of nothing."""
    if math.isnan(first):
        first, last = -1.0, 1.0
    if last - first > narrowest(first, last):
        return first, last
    largest = max(abs(first), abs(last))
    half = max(0.1 * largest, NARROWEST) if largest else 1.0
    return first - half, last + half


def _half_widths(histograms: Histograms) -> Floats:
    """Returns half the width of the middle 68 % of each row, [R]; NaN in rows of nothing.

    That is one standard deviation of a normal distribution, and the least threshold at which a
    normal distribution keeps its single peak on a symlog axis: with a smaller one it shows two.
    """
    middle = quantiles(histograms, (0.1587, 0.8413))
    half: Floats = (middle[:, 1] - middle[:, 0]) / 2
    return half


def _threshold(half: Floats, largest: float) -> float:
    """Returns the median of half widths, but never so little that it means nothing."""
    half = half[half > 0]
    typical = float(np.median(half)) if len(half) else 0.0
    return max(typical, 1e-6 * largest)
