"""Questions about series answered: read, cleaned, and put on grids or into columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from tensorboard import errors

from tb_layerweights import reading, statistics, wire
from tb_layerweights.columns import Columns
from tb_layerweights.density import closed, cumulative, from_cumulative
from tb_layerweights.events import EventFiles
from tb_layerweights.findings import Shown, find, first_broken
from tb_layerweights.grid import fit_grid
from tb_layerweights.histogram import Histograms, cleaned, moments
from tb_layerweights.query import DensitiesQuery, Selection, Span, StatisticsQuery, quote
from tb_layerweights.reading import Contents, Found
from tb_layerweights.series import Listed, Series
from tb_layerweights.source import Source
from tb_layerweights.statistics import near_zero, near_zero_points
from tb_layerweights.step_by_step import measure_series
from tb_layerweights.steps import thin
from tb_layerweights.wire import Ridges

Answer = dict[str, Any]

# Bins that an answer may hold in all its rows; steps are thinned further to keep to it.
MOST_BINS = {"safetensors": 1 << 26, "json": 1 << 22}
# Numbers that `/statistics` answers with, each with its bounds: all those of 100,000 records.
MOST_NUMBERS = 1_700_000
# Buckets that `/histogram` returns; above, neighbours are joined.
MOST_BUCKETS = 4096


@dataclass(frozen=True, slots=True)
class Chosen:
    """A series that was asked for, with its place in the network."""

    tag: str
    layer: str
    parameter: str
    role: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run, and where to read it."""

    source: Source
    files: EventFiles
    contents: Contents
    hint: int | None  # steps that TensorBoard was told to keep (0: all), None if it wasn't told

    @property
    def kept(self) -> int | None:
        """How many steps whoever reads the run was told to keep."""
        return 0 if self.contents.every else self.hint

    @property
    def last_step(self) -> int:
        return max((one.last_step for one in self.contents.listed), default=0)

    def listed(self, tags: Sequence[str]) -> list[Listed]:
        """Returns what is known of the series before they are read.

        Raises:
          NotFoundError: the run doesn't have one of them.
        """
        known = {one.tag: one for one in self.contents.listed}
        for tag in tags:
            if tag not in known:
                where = f"in the run {quote(self.contents.run)}"
                raise errors.NotFoundError(f"There is no histogram {quote(tag)} {where}.")
        return [known[tag] for tag in tags]

    def read(self, tags: Sequence[str]) -> Found:
        return reading.read(self.source, self.files, self.contents, tags)


def choose(run: Run, selection: Selection) -> list[Chosen]:
    """Returns the selected series in network order.

    Raises:
      NotFoundError: a tag is named that the run doesn't have.
    """
    wanted = {one.tag for one in run.listed(selection.tags) or run.contents.listed}
    return [
        Chosen(one.tag, layer.layer, one.parameter, one.role)
        for layer in reading.network(run.source, run.contents, kinds=False).layers
        for one in layer.parameters
        if one.tag in wanted and (not selection.roles or one.role in selection.roles)
    ]


def densities(run: Run, query: DensitiesQuery) -> tuple[Answer, list[Ridges]]:
    """Returns the answer of `/densities` and the rows of each element of its `series`."""
    chosen = {one.tag: one for one in choose(run, query.selection)}
    found = run.read(list(chosen))
    asked = _within(found.series, query.span)
    most = MOST_BINS[query.format] // (query.bins * max(len(asked), 1))
    picked = thin([one.steps for one in asked], max(2, min(query.steps, most)))
    ridges: list[Ridges] = []
    shown: list[Shown] = []
    for whole, series, picks in zip(found.series, asked, picked, strict=True):
        histograms = cleaned([series.records[index] for index in picks])
        ridges.append(ridges_of(series, picks, histograms, query))
        steps = tuple(series.steps[index] for index in picks)
        layer = chosen[series.tag].layer
        broken = first_broken(series, picks, histograms.non_finite)
        buckets = histograms.most_buckets
        shown.append(Shown(series.tag, layer, whole.steps, series.steps, steps, buckets, broken))
    answer = {
        "run": query.selection.run,
        "axis": query.axis,
        "bins": query.bins,
        "bits": query.bits,
        "series": [
            {
                **asdict(chosen[series.tag]),
                "steps_kept": len(whole.steps),
                "steps_within": len(series.steps),
            }
            for whole, series in zip(found.series, asked, strict=True)
        ],
        "unreadable": [asdict(one) for one in found.unreadable],
        "notices": find(shown, found.unreadable, run.kept, run.last_step),
    }
    return answer, ridges


def _within(series: Sequence[Series], span: Span) -> list[Series]:
    """Returns the series with the steps that are asked for, which may be none."""
    return [one.within(span.first, span.last) for one in series]


def ridges_of(
    series: Series, picks: Sequence[int], histograms: Histograms, query: DensitiesQuery
) -> Ridges:
    """Returns the picked steps of a series on their grid, as asked.

    Args:
      series: the series.
      picks: indexes of the steps to show, [R].
      histograms: their histograms, R rows.
      query: what was asked.
    """
    grid = fit_grid(
        histograms,
        bins=query.bins,
        axis=query.axis,
        full=query.range == "full",
        window=query.window,
    )
    measured = moments(histograms)
    edges = np.tile(closed(grid.edges), (histograms.rows, 1))
    through = cumulative(histograms, np.hstack((edges, near_zero_points(measured.rms))))
    spread = from_cumulative(histograms, through[:, :-2], grid.bin_width)
    density, peak = spread.density, spread.density.max(axis=1, initial=0.0)
    if query.format == "safetensors":
        density, peak = wire.quantize(spread.density, query.bits)
    return Ridges(
        grid=grid,
        density=density,
        peak=peak,
        step=np.array([series.steps[index] for index in picks], dtype=np.int64),
        wall_time=np.array([series.wall_times[index] for index in picks]),
        below=spread.below,
        above=spread.above,
        count=histograms.total,
        non_finite=histograms.non_finite,
        buckets=histograms.buckets,
        min=histograms.minimum,
        max=histograms.maximum,
        mean=measured.mean,
        std=measured.std,
        near_zero=near_zero(histograms, through[:, -2:]),
    )


def statistics_of(run: Run, query: StatisticsQuery) -> tuple[Answer, list[Columns]]:
    """Returns the answer of `/statistics` and the rows of each element of its `series`.

    Raises:
      InvalidArgumentError: these are too many for one answer.
    """
    chosen = {one.tag: one for one in choose(run, query.selection)}
    found = run.read(list(chosen))
    asked = _within(found.series, query.span)
    picked = thin([one.steps for one in asked], query.steps)
    numbers = statistics.width(query.numbers) * sum(map(len, picked))
    if numbers > MOST_NUMBERS:
        text = f"{numbers:,} numbers are too many for one answer, which has at most"
        fewer = "name some tags, roles, steps or numbers"
        raise errors.InvalidArgumentError(f"{text} {MOST_NUMBERS:,}: {fewer}.")
    columns: list[Columns] = []
    shown: list[Shown] = []
    for whole, series, picks in zip(found.series, asked, picked, strict=True):
        told = measure_series((series.records[index] for index in picks), query.numbers)
        steps = tuple(series.steps[index] for index in picks)
        wall_times = np.array([series.wall_times[index] for index in picks], dtype=np.float64)
        columns.append(Columns(np.array(steps, dtype=np.int64), wall_times, told.numbers))
        layer = chosen[series.tag].layer
        broken = first_broken(series, picks, told.non_finite)
        buckets = told.most_buckets
        shown.append(Shown(series.tag, layer, whole.steps, series.steps, steps, buckets, broken))
    answer = {
        "run": query.selection.run,
        "series": [
            {**asdict(chosen[series.tag]), "quality": one.quality()}
            for series, one in zip(asked, columns, strict=True)
        ],
        "unreadable": [asdict(one) for one in found.unreadable],
        "notices": find(shown, found.unreadable, run.kept, run.last_step),
    }
    return answer, columns


def histogram(run: Run, tag: str, step: int) -> Answer:
    """Returns the answer of `/histogram`.

    Raises:
      NotFoundError: the series or the step isn't there, or can't be read.
    """
    name = run.contents.run
    found = run.read([tag])
    where = f"{quote(tag)} in the run {quote(name)}"
    if not found.series:
        reason = found.unreadable[0].text if found.unreadable else "It holds nothing."
        raise errors.NotFoundError(f"There is no histogram {where}: {reason}")
    series = found.series[0]
    if step not in series.steps:
        raise errors.NotFoundError(f"There is no step {step} of {where}.")
    index = series.steps.index(step)
    record = series.records[index]
    return {
        "run": name,
        "tag": tag,
        "step": step,
        "wall_time": wire.jsonable([series.wall_times[index]])[0],
        **statistics.describe(cleaned([record]), record.tensor, MOST_BUCKETS),
    }
