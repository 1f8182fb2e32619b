"""Which steps of a series count, and which of them to show."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

Steps = tuple[int, ...]

# TensorBoard's steps are no lower: cells that begin here end up as one, those on both sides of
# zero never would.
LOWEST = -(2**63)


def as_written(steps: Sequence[int]) -> list[int]:
    """Returns the indexes of the records that count, given their steps in the order of writing.

    A record takes back all earlier ones of the same or a later step, as a training that starts
    again from a checkpoint does. TensorBoard's data server has done so already when it answers.
    """
    if list(steps) == sorted(set(steps)):
        return list(range(len(steps)))
    kept: list[int] = []
    for index, step in enumerate(steps):
        while kept and steps[kept[-1]] >= step:
            kept.pop()
        kept.append(index)
    return kept


def thin(series: Sequence[Steps], limit: int) -> list[list[int]]:
    """Returns for each series the indexes of at most `limit` steps to show.

    The step axis is cut into cells, as wide as the steps are apart times a power of two, the
    smallest that leaves every series fewer than `limit` cells in use. A cell shows the step that
    most series share, the lowest of several; the first and the last step of a series are always
    shown. So series that were logged together show the same steps, and another step logged
    doesn't reshuffle those shown: cells only ever merge in pairs.

    Args:
      series: the steps of each series, ascending.
      limit: at least 2.
    """
    times = Counter(series)
    shared: Counter[int] = Counter()
    for steps, count in times.items():
        shared.update(dict.fromkeys(steps, count))
    width = _unit(times)
    begin = LOWEST if any(steps and steps[0] < 0 for steps in times) else 0
    for steps in times:
        while len(steps) > limit and len({(step - begin) // width for step in steps}) >= limit:
            width *= 2
    shown = {steps: _show(steps, begin, width, limit, shared) for steps in times}
    return [shown[steps] for steps in series]


def _unit(series: Iterable[Steps]) -> int:
    """Returns what the steps between first and last are multiples of, but for an offset.

    A run may well begin and end with a step out of line, such as a last evaluation.
    """
    gaps = (b - a for steps in series for a, b in pairwise(steps[1:-1]))
    return math.gcd(*gaps) or 1


def _show(steps: Steps, begin: int, width: int, limit: int, shared: Counter[int]) -> list[int]:
    if len(steps) <= limit:
        return list(range(len(steps)))
    best: dict[int, int] = {}
    for index, step in enumerate(steps):
        cell = (step - begin) // width
        if cell not in best or shared[step] > shared[steps[best[cell]]]:
            best[cell] = index
    best[(steps[0] - begin) // width] = 0
    return sorted({*best.values(), len(steps) - 1})
