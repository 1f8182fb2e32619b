"""The grid of one series alone."""

from __future__ import annotations

import numpy as np

from tb_layerweights.grid import Axis, Grid, fit_grids, reach_of
from tb_layerweights.histogram import Histograms


def fit_grid(
    histograms: Histograms,
    *,
    bins: int,
    axis: Axis,
    full: bool,
    window: tuple[float, float] | None = None,
) -> Grid:
    """Returns the grid of a series with these histograms."""
    offset = np.array([0, histograms.rows])
    rows = reach_of(histograms, axis, full=full)
    return fit_grids(rows, offset, bins=bins, axis=axis, window=window)[0]
