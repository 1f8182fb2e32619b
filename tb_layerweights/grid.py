"""The grid of a series: one range and one spacing for all its steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.histogram import Histograms, quantiles, reach

Floats = NDArray[np.float64]
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
        return (self._position(self.last) - self._position(self.first)) / self.bins

    @property
    def edges(self) -> Floats:
        """The values at the edges, [bins + 1]."""
        ends = self._position(self.first), self._position(self.last)
        edges = np.linspace(*ends, self.bins + 1)
        if self.threshold:
            edges = self.threshold * np.sinh(edges)
        edges[0], edges[-1] = self.first, self.last
        return edges

    def _position(self, value: float) -> float:
        return float(np.arcsinh(value / self.threshold)) if self.threshold else value


def narrowest(first: float, last: float) -> float:
    """Returns how wide a grid must be at least that is near such ends."""
    return max(FINEST * max(abs(first), abs(last)), NARROWEST)


def fit_grid(
    histograms: Histograms,
    *,
    bins: int,
    axis: Axis,
    full: bool,
    window: tuple[float, float] | None = None,
) -> Grid:
    """Returns a grid for all rows, at most 0.1 % of any of them off-scale unless `full`.

    It ends at whole buckets. A series of one value gets a grid around that value; a series that
    holds nothing gets [-1, 1]. With a window, at least as wide as `narrowest` tells, the grid is
    that window, and only the threshold is that of the histograms.
    """
    low, high = (histograms.minimum, histograms.maximum) if full else reach(histograms, TAIL)
    seen = np.isfinite(low)
    first, last = (low[seen].min(), high[seen].max()) if seen.any() else (-1.0, 1.0)
    largest = max(abs(first), abs(last))
    if last - first <= narrowest(first, last):
        half = max(0.1 * largest, NARROWEST) if largest else 1.0
        first, last = first - half, last + half
    threshold = _threshold(histograms, max(abs(first), abs(last))) if axis == "symlog" else 0.0
    if window is not None:
        first, last = window
        threshold = min(threshold, LARGEST_THRESHOLD * max(abs(first), abs(last)))
    return Grid(float(first), float(last), bins, threshold)


def _threshold(histograms: Histograms, largest: float) -> float:
    """Returns half the width of the middle 68 %, in the median over the rows.

    That is one standard deviation of a normal distribution, and the least threshold at which a
    normal distribution keeps its single peak on a symlog axis: with a smaller one it shows two.
    """
    middle = quantiles(histograms, (0.1587, 0.8413))
    half = (middle[:, 1] - middle[:, 0]) / 2
    half = half[half > 0]
    typical = float(np.median(half)) if len(half) else 0.0
    return max(typical, 1e-6 * largest)
