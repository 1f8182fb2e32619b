"""Notices that need the data: what was found in the series that an answer shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tb_layerweights import notices, repair
from tb_layerweights.histogram import cleaned
from tb_layerweights.notices import Notice
from tb_layerweights.series import Series, Unreadable
from tb_layerweights.steps import Steps

# Steps that the data server and the Python loader keep of a series of histograms.
CAPACITIES = (100, 500)
# TensorFlow's default is 30 buckets; torch and tensorboardX write hundreds.
COARSE = 32
# A series that misses so many of its steps before the end of the run has stopped.
MISSED = 3
# Records that are looked through at a time.
BLOCK = 64


@dataclass(frozen=True, slots=True)
class Broken:
    """The first record of a series that shows NaN or infinity."""

    step: int
    lost: tuple[float, float] | None  # so many of so many values, where that is logged


@dataclass(frozen=True, slots=True)
class Shown:
    """A series in an answer: the steps TensorBoard kept, those asked for, and those shown."""

    tag: str
    layer: str
    kept: Steps
    asked: Steps
    steps: Steps
    buckets: int  # of the record that has most of them, 0 if none holds anything
    broken: Broken | None  # the first NaN or infinity


def find(
    shown: Sequence[Shown], unreadable: Sequence[Unreadable], hint: int | None, last_step: int
) -> list[Notice]:
    """Returns what a person must know of series in network order, the gravest first.

    Args:
      shown: the series in the answer.
      unreadable: those that can't be shown, in whole or in part.
      hint: steps that TensorBoard was told to keep (0: all), None if it wasn't told.
      last_step: of the whole run.
    """
    said = [*_non_finite(shown), *_stopped(shown, last_step)]
    if unreadable:
        said.append(notices.unreadable_series([one.tag for one in unreadable]))
    sampled = [one for one in shown if is_sampled(one.kept, hint)]
    if sampled:
        most = max(len(one.kept) for one in sampled)
        said.append(notices.sampled([one.tag for one in sampled], most))
    headless = [one for one in sampled if _lacks_beginning(one.kept)]
    if headless:
        first = min(one.kept[0] for one in headless)
        said.append(notices.first_step_missing([one.tag for one in headless], first))
    thinned = [one for one in shown if len(one.steps) < len(one.asked)]
    if thinned:
        most = max(len(one.steps) for one in thinned)
        said.append(notices.thinned(most, max(len(one.asked) for one in thinned)))
    return [*said, *_coarse(shown)]


class _Gaps(NamedTuple):
    """How far apart steps are."""

    least: int
    most: int
    median: float


@lru_cache(maxsize=64)
def _gaps(steps: Steps) -> _Gaps:
    """Returns the gaps of at least two steps; those of one run are mostly the same."""
    gaps = np.diff(steps)
    return _Gaps(int(gaps.min()), int(gaps.max()), float(np.median(gaps)))


def is_sampled(kept: Steps, hint: int | None) -> bool:
    """Returns whether a reservoir was full and has dropped steps: those kept are uneven."""
    full = len(kept) in CAPACITIES if hint is None else len(kept) == hint
    return full and len(kept) > 1 and _gaps(kept).least < _gaps(kept).most


def _lacks_beginning(kept: Steps) -> bool:
    """Returns whether more than one step fits before the first, as far apart as they are."""
    return kept[0] > _gaps(kept).least


def first_broken(series: Series, picks: Sequence[int], shows: NDArray[np.bool_]) -> Broken | None:
    """Returns the first NaN or infinity, also where no step that is shown has any.

    Args:
      series: all records that are asked for.
      picks: indexes of those that are shown.
      shows: which of these show NaN or infinity, [R].
    """
    row = int(np.argmax(shows)) if shows.any() else len(picks)
    known = set(picks[:row])
    end = picks[row] if row < len(picks) else len(series.steps)
    unseen = [index for index in range(end) if index not in known]
    whole = zip(unseen, _whole(series, unseen), strict=True)
    doubtful = [index for index, fine in whole if not fine]
    doubtful += picks[row : row + 1]
    for begin in range(0, len(doubtful), BLOCK):
        block = doubtful[begin : begin + BLOCK]
        here = cleaned(series.records[index] for index in block)
        if here.non_finite.any():
            at = int(np.argmax(here.non_finite))
            num, total = float(here.logged.num[at]), float(here.total[at])
            lost = (num - total, num) if num > total else None
            return Broken(series.steps[block[at]], lost)
    return Broken(series.steps[picks[row]], None) if row < len(picks) else None


def _whole(series: Series, indexes: Sequence[int]) -> list[bool]:
    """Returns which records show neither NaN nor infinity for sure."""
    if series.finite is not None:
        return [series.finite[index] for index in indexes]
    return repair.whole(series.records[index].tensor for index in indexes)


def _non_finite(shown: Sequence[Shown]) -> list[Notice]:
    found = [(one.broken.step, place) for place, one in enumerate(shown) if one.broken is not None]
    if not found:
        return []
    step, place = min(found)
    first = shown[place]
    others = [shown[other].tag for _, other in found if other != place]
    lost = first.broken.lost if first.broken is not None else None
    return [notices.non_finite([first.tag, *others], first.layer, step, lost)]


def _stopped(shown: Sequence[Shown], last_step: int) -> list[Notice]:
    stopped = [one for one in shown if _has_stopped(one.kept, last_step)]
    if not stopped:
        return []
    stopped.sort(key=lambda one: one.kept[-1])
    tags = [one.tag for one in stopped]
    return [notices.stopped_early(tags, stopped[0].kept[-1], last_step)]


def _has_stopped(kept: Steps, last_step: int) -> bool:
    """Returns whether several more steps would fit behind the last, as far apart as they are."""
    return len(kept) > 2 and last_step - kept[-1] > MISSED * _gaps(kept).median


def _coarse(shown: Sequence[Shown]) -> list[Notice]:
    coarse = [one for one in shown if 1 < one.buckets <= COARSE]
    if not coarse:
        return []
    most = max(one.buckets for one in coarse)
    return [notices.coarse_buckets([one.tag for one in coarse], most)]
