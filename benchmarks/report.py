"""The results as Markdown: what stands beside what, and the ratios."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.browser import RELOADS, Looks
from benchmarks.costs import Cost, Costs, PerSeries
from benchmarks.floor import Floor
from benchmarks.frames import Motion
from benchmarks.logs import Log
from benchmarks.stages import Stages

# What may not be exceeded on the log of this name; on the others nothing was promised.
PROMISED_FOR = "resnet50"


@dataclass(frozen=True)
class Result:
    """The figures of one log with one loader."""

    log: Log
    loader: str
    costs: Costs
    floor: Floor
    looks: Looks
    grown: float | None = None  # seconds of asking anew after the run has grown by a step
    heaps: tuple[list[float], list[float]] | None = None  # theirs and ours, as in RELOADS


@dataclass(frozen=True)
class Row:
    """One line of the table; a number that there isn't is None."""

    what: str
    theirs: float | None
    ours: float | None
    digits: int
    budget: float | None = None
    has_ratio: bool = True

    def cells(self) -> list[str]:
        ratio = ""
        if self.has_ratio and self.theirs is not None and self.ours:
            found = self.theirs / self.ours
            ratio = f"{found:.0f}" if found >= 9.95 else f"{found:.1f}"
        numbers = (number(self.theirs, self.digits), number(self.ours, self.digits))
        return [self.what, *numbers, "" if self.budget is None else f"{self.budget:g}", ratio]


def number(value: float | None, digits: int) -> str:
    if value is None or math.isnan(value):
        return ""
    return "never" if math.isinf(value) else f"{value:,.{digits}f}"


def table(results: Sequence[Result]) -> list[str]:
    """Returns the lines of the one table that has everything side by side."""
    lines = [
        "| log | loader | what | Histograms | Layer Weights | budget | ratio |",
        "|---|---|---|--:|--:|--:|--:|",
    ]
    for result in results:
        for row in rows(result):
            lines.append("| " + " | ".join([result.log.name, result.loader, *row.cells()]) + " |")
    return lines


def beyond(results: Sequence[Result]) -> list[str]:
    """Returns a line for everything that exceeds its budget."""
    return [
        f"- {result.log.name}, {result.loader}: {row.what}: {number(row.ours, row.digits)} in place"
        f" of {row.budget:g}"
        for result in results
        for row in rows(result)
        if row.budget is not None and row.ours is not None and not row.ours <= row.budget
    ]


def rows(result: Result) -> Iterator[Row]:
    yield from cost_rows(result)
    yield from again_rows(result)
    yield from look_rows(result)


def cost_rows(result: Result) -> Iterator[Row]:
    costs, floor = result.costs, result.floor
    theirs, ours = costs.theirs, costs.ours
    promised = result.log.name == PROMISED_FOR
    scaled = f" (scaled from {costs.sampled} tags)" if costs.sampled else ""
    yield Row(f"requests{scaled}", theirs.requests, ours.requests, 0)
    megabytes = theirs.bytes / 1e6, ours.bytes / 1e6
    yield Row(f"megabytes{scaled}", *megabytes, 2, 1 if promised else None)
    yield Row(f"seconds{scaled}", theirs.seconds, ours.seconds, 2)
    yield Row(f"CPU seconds{scaled}", theirs.cpu_seconds, ours.cpu_seconds, 2)
    budget = 1.5 if promised else None
    for name, least in (("51 steps", floor.shown), ("all kept steps", floor.every)):
        what = f"seconds ÷ bare `read_tensors` of {name} ({least:.2f} s)"
        yield Row(what, theirs.seconds / least, ours.seconds / least, 2, budget, False)
    yield from memory_rows(theirs, ours)


def memory_rows(theirs: Cost, ours: Cost) -> Iterator[Row]:
    yield Row("MB in memory before it", theirs.before.both, ours.before.both, 0, None, False)
    yield Row("MB in memory at the peak", theirs.peak.both, ours.peak.both, 0)
    peaks = theirs.peak.data_server, ours.peak.data_server
    if any(peaks):
        yield Row("MB of it in the data server", *peaks, 0, None, False)


def again_rows(result: Result) -> Iterator[Row]:
    costs = result.costs
    yield Row("asking again, ms a run", None, 1000 * costs.unchanged, 1, 5)
    yield Row("asked by somebody else, ms a run", None, 1000 * costs.warm, 1)
    if result.grown is not None:
        yield Row("asked after one more step, ms a run", None, 1000 * result.grown, 1)
    yield Row("every step, from the event files, ms a run", None, 1000 * costs.every, 1)


def look_rows(result: Result) -> Iterator[Row]:
    looks = result.looks
    theirs, ours = looks.theirs, looks.ours
    yield Row(
        f"charts in sight, of {result.log.series:,}", theirs.charts, ours.charts, 0, None, False
    )
    yield Row("seconds until the first is drawn", theirs.first, ours.first, 2)
    budget = 1 if result.log.name == PROMISED_FOR else None
    yield Row("seconds until all in sight are", theirs.every, ours.every, 2, budget)
    yield from motion_rows("scrubbing", None, looks.scrub, 4)
    yield from motion_rows("scrolling", looks.their_scroll, looks.our_scroll, None)
    if result.heaps is not None:
        for reloads, theirs_mb, ours_mb in zip(RELOADS, *result.heaps, strict=False):
            what = f"MB of heap after {reloads} reloads"
            yield Row(what, theirs_mb, ours_mb, 1, None, False)


def motion_rows(
    what: str, theirs: Motion | None, ours: Motion | None, script: float | None
) -> Iterator[Row]:
    for name, field, digits, budget in (
        ("ms between frames, median", "median", 1, 17),
        ("ms between frames, 95 % below", "slow", 1, None),
        ("ms of script a frame", "script", 1, script),
        ("kB allocated a frame", "kilobytes", 0, None),
    ):
        values = (None if one is None else getattr(one, field) for one in (theirs, ours))
        yield Row(f"{what}: {name}", *values, digits, budget, False)


def stages_table(found: dict[str, Stages]) -> list[str]:
    """Returns the lines of the table that shows where our server's time goes, by the loader."""
    lines = ["| stage |", "|---|"]
    for loader in found:
        lines[0] += f" {loader}: ms at first | ms at best |"
        lines[1] += "--:|--:|"
    for name in next(iter(found.values())):
        spent = (
            f" {1000 * one[name][0]:,.0f} | {1000 * one[name][1]:,.0f} |" for one in found.values()
        )
        lines.append(f"| {name} |" + "".join(spent))
    return lines


def per_series_table(found: dict[str, list[PerSeries]]) -> list[str]:
    """Returns the lines of the table that shows how the cost grows with the series.

    Args:
        found: For each loader, the costs in the order of the numbers of series.
    """
    lines = ["| series |", "|--:|"]
    for loader in found:
        lines[0] += f" {loader}: ms | ms a series | kB a series |"
        lines[1] += "--:|--:|--:|"
    for of_each in zip(*found.values(), strict=True):
        line = f"| {of_each[0].series:,} |"
        for one in of_each:
            milliseconds = 1000 * one.seconds
            line += f" {milliseconds * one.series:,.0f} | {milliseconds:.2f} |"
            line += f" {one.bytes / 1000:.2f} |"
        lines.append(line)
    return lines
