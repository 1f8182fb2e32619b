"""What a run holds, wherever it is read: from TensorBoard, or from its event files.

TensorBoard's sample of the steps is the default. The event files have every step. They are also
what is left to read where several weights share a tag, since the data server keeps one of them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from tensorboard import errors

from tb_layerweights import keras_graph
from tb_layerweights.collided import Part, take_apart
from tb_layerweights.events import EventFiles
from tb_layerweights.histogram import BucketsError, check, is_plain
from tb_layerweights.layers import Outline as Plan
from tb_layerweights.layers import outline
from tb_layerweights.names import is_collided
from tb_layerweights.query import quote
from tb_layerweights.record.format import Outline
from tb_layerweights.recorded import completed
from tb_layerweights.series import Listed, Series, Unreadable, state_of
from tb_layerweights.source import Source

# Waits until files may be read.
Turn = Callable[[], contextlib.AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Contents:
    """What is known of a run before its histograms are read."""

    run: str
    listed: Sequence[Listed]
    local: bool = False  # its event files are on this machine
    every: bool = False  # every step, from the event files
    collided: Sequence[str] = ()  # tags, as logged, that several weights share
    parts: Mapping[str, Part] = field(default_factory=dict)  # these weights, by their keys
    by_graph: bool = False  # the Keras graph names the layers of the parts
    stored: Mapping[str, Series] = field(default_factory=dict)  # and their series
    lacking: Sequence[Unreadable] = ()  # parts of which steps are left out
    state: str | None = None  # of all that is listed, see `state_of`


def contents(
    source: Source,
    files: EventFiles,
    run: str,
    *,
    every: bool = False,
    turn: Turn = contextlib.nullcontext,
) -> Contents:
    """Returns what a run holds, nothing for one that only holds a Keras graph.

    Args:
      source: what TensorBoard has.
      files: the event files, if they are on this machine.
      run: a run's name.
      every: whether to list every step, from the event files.
      turn: where the files are read that nobody has read before.

    Raises:
      NotFoundError: there is no such run, it holds neither histograms nor a graph, or every step
        is asked for and its files are not on this machine.
    """
    known = _contents(source, files, run, every=every, turn=turn)
    return replace(known, state=state_of(known.listed))


def _contents(source: Source, files: EventFiles, run: str, *, every: bool, turn: Turn) -> Contents:
    listed = source.histogram_tags(run)
    if not listed and run not in source.keras_graphs():
        raise errors.NotFoundError(f"There are no histograms for the run {quote(run)}.")
    local = bool(listed) and files.has(run)
    if every and not local:
        files_of = f"The event files of the run {quote(run)}"
        text = f"{files_of} are not inside a log directory on this machine"
        raise errors.NotFoundError(f"{text}, so only the steps that TensorBoard kept can be shown.")
    if every:
        with turn():
            listed = files.listed(run)
    collided = [one.tag for one in listed if is_collided(one.tag)]
    if not collided or not local:
        return Contents(run, listed, local, every, collided)
    with turn():
        return _apart(source, files, Contents(run, listed, local, every, collided))


def _apart(source: Source, files: EventFiles, known: Contents) -> Contents:
    """Returns the contents with the collided tags taken apart, as far as they can be."""
    written = [one.tag for one in files.occurrences(known.run) if one.tag in set(known.collided)]
    graph = keras_graph.layers(source.keras_config(known.run))
    parts, by_graph = take_apart(written, graph)
    stored = {
        series.tag: series
        for tag in dict.fromkeys(written)
        for series in files.read_parts(known.run, tag)
        if series.steps
    }
    apart = {part.key: part for part in parts if part.key in stored}
    whole = {part.tag for part in apart.values()}
    listed = [one for one in known.listed if one.tag not in whole]
    listed += [Listed(key, stored[key].steps[-1], stored[key].wall_times[-1]) for key in apart]
    lacking = _lacking(files, known.run, apart, stored)
    return replace(
        known, listed=listed, parts=apart, by_graph=by_graph, stored=stored, lacking=lacking
    )


def _lacking(
    files: EventFiles, run: str, parts: Mapping[str, Part], stored: Mapping[str, Series]
) -> list[Unreadable]:
    """Returns which of the parts have fewer steps than were logged of their tag."""
    tags = list(dict.fromkeys(part.tag for part in parts.values()))
    steps = {one.tag: len(one.steps) for one in files.read(run, tags) if isinstance(one, Series)}
    lost = {key: steps.get(part.tag, 0) - len(stored[key].steps) for key, part in parts.items()}
    text = "the step has another number of layers, or the record is no histogram."
    return [
        Unreadable(key, f"{lost[key]} of {steps[part.tag]} records are left out: {text}")
        for key, part in parts.items()
        if lost[key] > 0
    ]


def network(source: Source, known: Contents, *, kinds: bool = True) -> Plan:
    """Returns the outline of a run; without `kinds`, the graph is read only if it must be."""
    names = {key: part.name for key, part in known.parts.items()}
    of_parts = {part.name.layer: part.kind for part in known.parts.values() if part.kind}
    if kinds or known.parts:
        with ThreadPoolExecutor(1) as other:
            recorded = other.submit(source.outline, known.run)
            logged = keras_graph.layer_kinds(source.keras_config(known.run))
        logged |= _kinds(recorded.result())
        return outline(known.listed, {**logged, **of_parts}, names)
    plan = outline(known.listed, {}, names)
    return network(source, known) if plan.by_name else plan


def _kinds(recorded: Outline | None) -> dict[str, str]:
    """Returns the class of every layer that the recorder knew it of."""
    parameters = recorded.parameters if recorded is not None else ()
    return {one.layer: one.kind for one in parameters if one.kind is not None}


def read(
    source: Source, files: EventFiles, known: Contents, tags: Sequence[str]
) -> Iterator[Series | Unreadable]:
    """Yields series without the records that are no histograms, each before what is said of it."""
    lacking = {one.tag: one for one in known.lacking}
    for tag in tags:
        if tag in known.stored:
            yield known.stored[tag]
        if tag in lacking:
            yield lacking[tag]
    others = [tag for tag in tags if tag not in known.stored]
    stream = _every(files, known.run, others) if known.every else source.read(known.run, others)
    for found in stream:
        if isinstance(found, Unreadable) or found.checked:
            yield found
            continue
        good, problem = _check(found)
        if good.steps:
            yield good
        if problem is not None:
            yield problem


def _every(files: EventFiles, run: str, tags: Sequence[str]) -> Iterator[Series | Unreadable]:
    for found in files.read(run, tags):
        if isinstance(found, Series):
            yield completed(found, files.exact(run, found.tag))
        else:
            yield found


def _check(series: Series) -> tuple[Series, Unreadable | None]:
    if all(is_plain(record.tensor) for record in series.records):
        return replace(series, checked=True), None
    good, reason = [], ""
    for index, record in enumerate(series.records):
        try:
            check(record.tensor)
        except BucketsError as error:
            reason = reason or f"the one of step {series.steps[index]} {error}"
        else:
            good.append(index)
    if not reason:
        return replace(series, checked=True), None
    bad = len(series.steps) - len(good)
    text = f"{bad} of {len(series.steps)} records are left out: {reason}."
    return (
        Series(
            series.tag,
            tuple(series.steps[index] for index in good),
            tuple(series.wall_times[index] for index in good),
            tuple(series.records[index] for index in good),
            checked=True,
        ),
        Unreadable(series.tag, text),
    )
