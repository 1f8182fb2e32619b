"""Series as ridges: their records cleaned and put on grids, many series at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_layerweights import wire
from tb_layerweights.blocks import in_blocks
from tb_layerweights.density import closed, cumulative, from_cumulative
from tb_layerweights.grid import Reach, edges_of, fit_grids, reach_of
from tb_layerweights.histogram import Histograms, cleaned, moments
from tb_layerweights.picking import Picked
from tb_layerweights.query import DensitiesQuery
from tb_layerweights.rows import starts
from tb_layerweights.statistics import near_zero, near_zero_points
from tb_layerweights.wire import Ridges

Floats = NDArray[np.float64]

# So many numbers fit into memory that was just used. Larger arrays are handed out by the system,
# cleared, and taken back again and again, which takes longer than all the arithmetic on them.
BLOCK = 1 << 16


def batches(series: Iterable[Picked], bins: int) -> Iterator[list[Picked]]:
    """Yields series in lists: small ones together, as many as make one block."""

    def weight(one: Picked) -> int:
        if not one.picks:
            return 0
        # Rows of a series are mostly alike, and stored ones are decoded at each look.
        some = {one.picks[place] for place in (0, len(one.picks) // 2, -1)}
        longest = max(len(one.series.records[index].tensor) for index in some)
        return len(one.picks) * (bins + max(longest, 1))

    return (some for some in in_blocks(series, weight, BLOCK) if some)


def ridges_of(batch: Sequence[Picked], query: DensitiesQuery) -> list[Ridges]:
    """Returns the shown steps of each series on its grid, as asked.

    Args:
      batch: series; more of them at once take less time, and no other ridges come of it.
      query: what was asked.
    """
    offset = starts(np.array([len(one.picks) for one in batch], dtype=np.intp))
    records = (record for one in batch for record in one.records)
    blocks = [
        cleaned(some)
        for some in in_blocks(records, lambda record: len(record.tensor) + query.bins, BLOCK)
    ]
    reach = [reach_of(block, query.axis, full=query.range == "full") for block in blocks]
    grids = fit_grids(
        Reach(
            *(np.concatenate([getattr(one, side.name) for one in reach]) for side in fields(Reach))
        ),
        offset,
        bins=query.bins,
        axis=query.axis,
        window=query.window,
    )
    edges = closed(edges_of(grids))
    width = np.array([grid.bin_width for grid in grids])
    series = np.repeat(np.arange(len(batch)), np.diff(offset))
    parts: list[dict[str, Any]] = []
    begin = 0
    for block in blocks:
        here = series[begin : begin + block.rows]
        parts.append(_rows_of(block, edges[here], width[here, None], query))
        begin += block.rows
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    rows["step"] = np.array([step for one in batch for step in one.shown], dtype=np.int64)
    rows["wall_time"] = np.array(
        [time for one in batch for time in one.wall_times], dtype=np.float64
    )
    return [
        Ridges(grid, **{name: column[first:end] for name, column in rows.items()})
        for grid, (first, end) in zip(grids, pairwise(offset.tolist()), strict=True)
    ]


def _rows_of(
    histograms: Histograms, edges: Floats, width: Floats, query: DensitiesQuery
) -> dict[str, Any]:
    """Returns the columns of `Ridges` for some rows, R of them.

    Args:
      histograms: the rows.
      edges: of each row's grid, closed, [R, B + 1].
      width: of each row's bins, [R, 1].
      query: what was asked.
    """
    measured = moments(histograms)
    through = cumulative(histograms, np.hstack((edges, near_zero_points(measured.rms))))
    spread = from_cumulative(histograms, through[:, :-2], width)
    density, peak = spread.density, spread.density.max(axis=1, initial=0.0)
    if query.format == "safetensors":
        density, peak = wire.quantize(spread.density, query.bits)
    return {
        "density": density,
        "peak": peak,
        "below": spread.below,
        "above": spread.above,
        "count": histograms.total,
        "non_finite": histograms.non_finite,
        "buckets": histograms.buckets,
        "min": histograms.minimum,
        "max": histograms.maximum,
        "mean": measured.mean,
        "std": measured.std,
        "near_zero": near_zero(histograms, through[:, -2:]),
    }
