"""Questions about series answered: read, cleaned, and put on grids or into columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tensorboard import errors

from tb_layerweights import reading, statistics, updates, wire
from tb_layerweights.columns import Columns
from tb_layerweights.events import EventFiles
from tb_layerweights.findings import Shown, find, first_broken
from tb_layerweights.histogram import cleaned, most_buckets
from tb_layerweights.layers import Layer
from tb_layerweights.making import Making
from tb_layerweights.picking import Picked, pick
from tb_layerweights.query import DensitiesQuery, Selection, Span, StatisticsQuery, quote
from tb_layerweights.reading import Contents
from tb_layerweights.ridges import batches, ridges_of
from tb_layerweights.room import Room, foresee
from tb_layerweights.series import Listed, Series, Unreadable
from tb_layerweights.source import Source
from tb_layerweights.step_by_step import measure_together
from tb_layerweights.wire import Ridges

Answer = dict[str, Any]

# Bins that an answer may hold in all its rows; steps are thinned further to keep to it.
MOST_BINS = {"safetensors": 1 << 26, "json": 1 << 22}
# Buckets that `/histogram` returns; above, neighbours are joined.
MOST_BUCKETS = 4096


class Chosen(NamedTuple):
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

    def layers(self) -> Sequence[Layer]:
        """Returns the layers in network order, without their classes."""
        return reading.network(self.source, self.contents, kinds=False).layers

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

    def read(self, tags: Sequence[str]) -> Iterator[Series | Unreadable]:
        return reading.read(self.source, self.files, self.contents, tags)


def choose(run: Run, layers: Sequence[Layer], selection: Selection) -> list[Chosen]:
    """Returns the selected series of a run in the order of its layers.

    Raises:
      NotFoundError: a tag is named that the run doesn't have.
    """
    wanted = {one.tag for one in run.listed(selection.tags) or run.contents.listed}
    return [
        Chosen(one.tag, layer.layer, one.parameter, one.role)
        for layer in layers
        for one in layer.parameters
        if one.tag in wanted and (not selection.roles or one.role in selection.roles)
    ]


class Found:
    """What was found of the series that were chosen."""

    def __init__(self, chosen: Sequence[Chosen], making: Making) -> None:
        self._chosen = {one.tag: one for one in chosen}
        self._making = making
        making.of += len(chosen)
        self.unfinished: list[str] = []  # tags of those that were left out
        self._shown: dict[str, Shown] = {}
        self._unreadable: list[Unreadable] = []

    def read(self, run: Run, span: Span, limit: int) -> Iterator[Picked]:
        """Yields what can be read, at most `limit` steps of a series picked; see `pick`.

        Once this takes too long, the series that follow are left out.
        """
        self._making.begin()
        seen, picked = set[str](), set[str]()
        for found in pick(run.read, list(self._chosen), span, limit):
            # A remark on a series comes after it; a series comes again for better steps.
            is_new = found.tag not in seen or (isinstance(found, Picked) and found.tag in picked)
            if is_new and seen and self._making.is_late:
                self.unfinished = [tag for tag in self._chosen if tag not in seen]
                return
            seen.add(found.tag)
            self._making.advance()
            if isinstance(found, Unreadable):
                self._unreadable.append(found)
            else:
                picked.add(found.tag)
                yield found

    def add(self, one: Picked, non_finite: NDArray[np.bool_], buckets: int) -> None:
        """Keeps what is to be said of a series.

        Args:
          one: the series.
          non_finite: which of the rows that are shown have NaN or infinity, [R].
          buckets: of the row that has most of them.
        """
        layer = self._chosen[one.tag].layer
        broken = first_broken(one.series, one.picks, non_finite)
        steps = one.series.steps
        self._shown[one.tag] = Shown(one.tag, layer, one.kept, steps, one.shown, buckets, broken)

    @property
    def series(self) -> list[tuple[Chosen, Shown]]:
        """Those that were added, in the order of their choice."""
        return [(one, self._shown[tag]) for tag, one in self._chosen.items() if tag in self._shown]

    def said(self, run: Run) -> Answer:
        """Returns what an answer says besides its series."""
        shown = [shown for _, shown in self.series]
        return {
            "unreadable": [asdict(one) for one in self._unreadable],
            "unfinished": self.unfinished,
            "notices": find(shown, self._unreadable, run.kept, run.last_step),
        }


def densities(
    run: Run, query: DensitiesQuery, making: Making | None = None
) -> tuple[Answer, list[Ridges]]:
    """Returns the answer of `/densities` and the rows of each element of its `series`.

    Raises:
      GoneError: nobody waits for the answer that is being made.
    """
    chosen = choose(run, run.layers(), query.selection)
    most = MOST_BINS[query.format] // (query.bins * max(len(chosen), 1))
    found = Found(chosen, making or Making())
    told: dict[str, Ridges] = {}
    series = found.read(run, query.span, max(2, min(query.steps, most)))
    for batch in batches(series, query.bins):
        for one, ridges in zip(batch, ridges_of(batch, query), strict=True):
            told[one.tag] = ridges
            found.add(one, ridges.non_finite, most_buckets(ridges.buckets, ridges.count))
    answer = {
        "run": query.selection.run,
        "axis": query.axis,
        "bins": query.bins,
        "bits": query.bits,
        "series": [
            {**one._asdict(), "steps_kept": len(shown.kept), "steps_within": len(shown.asked)}
            for one, shown in found.series
        ],
        **found.said(run),
    }
    return answer, [told[one.tag] for one, _ in found.series]


def statistics_of(
    run: Run, query: StatisticsQuery, making: Making | None = None
) -> tuple[Answer, list[Columns]]:
    """Returns the answer of `/statistics` and the rows of each element of its `series`.

    Raises:
      InvalidArgumentError: these are too many for one answer, or take too long for a table.
      GoneError: nobody waits for the answer that is being made.
    """
    making = making or Making()
    layers = run.layers()
    chosen = choose(run, layers, query.selection)
    foresee(run.read, run.kept, query, [one.tag for one in chosen], making)
    parameters = {one.tag for one in chosen if one.role == "weight"}
    has_ratio = statistics.RATIO in query.numbers
    changes = _updates(run, layers, parameters, making) if has_ratio else {}
    found, room = Found(chosen, making), Room(query)
    told: dict[str, Columns] = {}
    for batch in batches(found.read(run, query.span, query.steps), bins=0):
        for one in batch:
            room.take(one)
        records = (one.records for one in batch)
        measured = measure_together(records, updates.needed(query.numbers))
        for one, of_it in zip(batch, measured, strict=True):
            numbers = updates.completed(
                of_it.numbers,
                query.numbers,
                one.shown,
                changes.get(one.tag),
                is_parameter=one.tag in parameters,
            )
            steps = np.array(one.shown, dtype=np.int64)
            told[one.tag] = Columns(steps, np.array(one.wall_times, dtype=np.float64), numbers)
            found.add(one, of_it.non_finite, of_it.most_buckets)
    if query.format == "csv" and found.unfinished:
        text = "These take too long for one table: name some tags, roles, steps or numbers."
        raise errors.InvalidArgumentError(text)
    answer = {
        "run": query.selection.run,
        "series": [
            {**one._asdict(), "quality": told[one.tag].quality()} for one, _ in found.series
        ],
        **found.said(run),
    }
    return answer, [told[one.tag] for one, _ in found.series]


def _updates(
    run: Run, layers: Sequence[Layer], parameters: Collection[str], making: Making
) -> dict[str, updates.Updates]:
    """Returns what is logged of the updates of parameters, by the tags of these.

    Raises:
      GoneError: nobody waits for the answer any more.
    """
    tags = {}
    for layer in layers:
        named = {one.parameter: one.tag for one in layer.parameters if one.role == "update"}
        for one in layer.parameters:
            if one.tag in parameters and one.parameter in named:
                tags[named[one.parameter]] = one.tag
    recorded = run.source.outline(run.contents.run) if tags else None
    said = recorded.parameters if recorded is not None else ()
    spans = {one.tag: one.span for one in said if one.span is not None}

    def read(tags: Sequence[str]) -> Iterator[Series | Unreadable]:
        for found in run.read(tags):
            making.look()
            yield found

    return updates.read_updates(read, tags, spans)


def histogram(run: Run, tag: str, step: int) -> Answer:
    """Returns the answer of `/histogram`.

    Raises:
      NotFoundError: the series or the step isn't there, or can't be read.
    """
    name = run.contents.run
    found = list(run.read([tag]))
    where = f"{quote(tag)} in the run {quote(name)}"
    series = next((one for one in found if isinstance(one, Series)), None)
    if series is None:
        reason = next((one.text for one in found if isinstance(one, Unreadable)), "It is empty.")
        raise errors.NotFoundError(f"There is no histogram {where}: {reason}")
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
