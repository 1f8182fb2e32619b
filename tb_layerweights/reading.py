"""Series that were read, checked to be histograms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tb_layerweights.histogram import BucketsError, check
from tb_layerweights.series import Series, Unreadable
from tb_layerweights.source import Source


@dataclass(frozen=True, slots=True)
class Found:
    """Histograms in the order asked for, and what could not be read of them."""

    series: tuple[Series, ...]
    unreadable: tuple[Unreadable, ...]


def read(source: Source, run: str, tags: Sequence[str]) -> Found:
    """Reads series and drops every record that is no histogram, with a sentence about it."""
    series, unreadable = [], []
    for found in source.read(run, tags):
        if isinstance(found, Unreadable):
            unreadable.append(found)
            continue
        checked, problem = _check(found)
        if checked.steps:
            series.append(checked)
        if problem is not None:
            unreadable.append(problem)
    return Found(tuple(series), tuple(unreadable))


def _check(series: Series) -> tuple[Series, Unreadable | None]:
    good, reason = [], ""
    for index, record in enumerate(series.records):
        try:
            check(record.tensor)
        except BucketsError as error:
            reason = reason or f"the one of step {series.steps[index]} {error}"
        else:
            good.append(index)
    if not reason:
        return series, None
    bad = len(series.steps) - len(good)
    text = f"{bad} of {len(series.steps)} records are left out: {reason}."
    return (
        Series(
            series.tag,
            tuple(series.steps[index] for index in good),
            tuple(series.wall_times[index] for index in good),
            tuple(series.records[index] for index in good),
        ),
        Unreadable(series.tag, text),
    )
