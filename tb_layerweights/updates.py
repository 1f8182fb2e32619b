"""How much a training step changes a parameter, beside the parameter's size: the update ratio.

It is the root mean square of what a step adds to the values over that of the values themselves.
About 1e-3 is usual; a step that changes weights by far more or less has a learning rate that is
too high or too low (Karpathy, Stanford CS231n, "Neural Networks Part 3: Learning and Evaluation").

Where updates are logged it is known. Where only the parameter is, its distribution has moved by
the Wasserstein-1 distance since the step before, and no mean |change| is smaller than that; no
root mean square is smaller than a mean. So the steps between changed it by at least so much, each
by the same part of that in the mean. That proves movement and never stillness.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.series import Record, Series, Unreadable
from tb_layerweights.statistics import NAMES, OWN, RATIO, Measured
from tb_layerweights.step_by_step import measure_together

Floats = NDArray[np.float64]

_NEEDED = ("rms", "distance_previous")


class Read(Protocol):
    def __call__(self, tags: Sequence[str]) -> Iterator[Series | Unreadable]: ...


@dataclass(frozen=True, slots=True)
class Updates:
    """What was added to a parameter at some steps, U of them."""

    steps: NDArray[np.int64]  # [U]
    rms: Measured  # [U]
    span: int = 1  # how many steps of the training each of them sums up


def read_updates(
    read: Read, tags: Mapping[str, str], spans: Mapping[str, int]
) -> dict[str, Updates]:
    """Returns the updates of parameters, by their tags.

    Args:
      read: yields series by their tags.
      tags: of parameters, by those of their updates.
      spans: how many steps an update sums up, by its tag; 1 where it isn't there.
    """
    kept: list[tuple[str, NDArray[np.int64]]] = []

    def records() -> Iterator[Sequence[Record]]:
        for one in read(list(tags)):
            if isinstance(one, Series) and one.steps:
                kept.append((one.tag, np.array(one.steps, dtype=np.int64)))
                yield one.records

    measured = list(measure_together(records(), ("rms",)))
    return {
        tags[tag]: Updates(steps, told.numbers["rms"], spans.get(tag, 1))
        for (tag, steps), told in zip(kept, measured, strict=True)
    }


def needed(asked: Collection[str]) -> tuple[str, ...]:
    """Returns which numbers of a parameter must be measured for those that are asked for."""
    also = _NEEDED if RATIO in asked else ()
    return tuple(name for name in OWN if name in asked or name in also)


def completed(
    numbers: dict[str, Measured],
    asked: Collection[str],
    steps: Sequence[int],
    updates: Updates | None,
    *,
    is_parameter: bool,
) -> dict[str, Measured]:
    """Returns the numbers that are asked for, the update ratio among them.

    Args:
      numbers: those of a series that are `needed`, of R rows.
      asked: some of `NAMES`.
      steps: of the rows, [R].
      updates: of the parameter, None if none are logged.
      is_parameter: whether the series is that of a parameter: others have no update ratio.
    """
    if RATIO not in asked:
        return numbers
    at = np.array(steps, dtype=np.int64)
    if not is_parameter:
        ratio = Measured(*np.full((3, len(at)), np.nan))
    elif updates is not None:
        ratio = _logged(at, numbers["rms"], updates)
    else:
        ratio = _at_least(at, *(numbers[name] for name in _NEEDED))
    known = {**numbers, RATIO: ratio}
    return {name: known[name] for name in NAMES if name in asked}


def _at_least(steps: NDArray[np.int64], rms: Measured, moved: Measured) -> Measured:
    """Returns the bound that the parameter's own distributions prove."""
    between = np.diff(steps, prepend=steps[:1]).astype(np.float64)
    with np.errstate(all="ignore"):
        least = moved.low / between / rms.high
    exists = (rms.value > 0) & ~np.isnan(moved.value) & (between > 0)
    low = np.where(exists, least, np.nan)
    return Measured(low, low, np.where(exists, np.inf, np.nan))


def _logged(steps: NDArray[np.int64], rms: Measured, updates: Updates) -> Measured:
    """Returns the ratios of logged updates; steps that have no update have none."""
    place = np.minimum(updates.steps.searchsorted(steps), len(updates.steps) - 1)
    there = (updates.steps[place] == steps) & (rms.value > 0) & (updates.rms.value[place] >= 0)
    with np.errstate(all="ignore"):
        value, low, high = (
            side[place] / updates.span / beside
            for side, beside in (
                (updates.rms.value, rms.value),
                (updates.rms.low, rms.high),
                (updates.rms.high, rms.low),
            )
        )
    if updates.span > 1:
        # Steps of either sign may have cancelled each other out.
        value, high = low, np.full(len(steps), np.inf)
    value, low, high = (np.where(there, side, np.nan) for side in (value, low, high))
    return Measured(value, low, high)
