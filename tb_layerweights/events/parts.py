"""Tags that several weights share, taken apart.

Keras 3.0 to 3.13 wrote `kernel/histogram` for every layer: several records a step, always in
the same order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from tb_layerweights.events import stored
from tb_layerweights.events.index import Rows
from tb_layerweights.series import Series, part_key
from tb_layerweights.steps import as_written

# No network has so many weights under one tag.
MOST = 4096


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One of the records of a step."""

    tag: str
    total: float | None  # how many values it counts; None if it can't be told


def passes(rows: Rows) -> tuple[list[range], int]:
    """Returns the rows of each step that counts, and how many a step usually has.

    A step is written in one go, into one file; written again, it takes back what it was, and
    later steps with it. The usual number is the most frequent one, the larger of equals.
    """
    groups = []
    begin = 0
    places = zip(rows.file.tolist(), rows.steps.tolist(), strict=True)
    for _, group in groupby(places):
        end = begin + sum(1 for _ in group)
        groups.append(range(begin, end))
        begin = end
    steps = [int(rows.steps[group[0]]) for group in groups]
    kept = [groups[index] for index in as_written(steps)]
    sizes = Counter(len(group) for group in kept)
    usual = max(sizes, key=lambda size: (sizes[size], size), default=0)
    return kept, usual


def read_parts(tag: str, rows: Rows) -> list[Series]:
    """Returns the series of the first, second, … record of each step, called `tag#1`, `tag#2`.

    Steps with more or fewer records than usual are left out, and records that are no histograms.

    Args:
      tag: as logged.
      rows: all records of the tag in the order of writing.
    """
    kept, usual = passes(rows)
    if usual > MOST:
        return []
    begins = np.array([group[0] for group in kept if len(group) == usual], dtype=np.intp)
    parts = []
    for place in range(usual):
        part = rows.take(begins + place)
        one = stored.stored(tag, part.take(part.good))
        parts.append(replace(one, tag=part_key(tag, place + 1)))
    return parts


def occurrences(series: Mapping[str, Rows]) -> list[Occurrence]:
    """Returns the records of the last complete step of a run, in the order of writing.

    That is the last one of those with the most records, not counting tags of which it has more
    or fewer than usual.

    Args:
      series: all records of each tag.
    """
    complete: Counter[int] = Counter()
    groups: dict[str, dict[int, range]] = {}
    for tag, rows in series.items():
        kept, usual = passes(rows)
        if usual <= MOST:
            usually = [group for group in kept if len(group) == usual]
            groups[tag] = {int(rows.steps[group[0]]): group for group in usually}
            complete.update(dict.fromkeys(groups[tag], usual))
    if not complete:
        return []
    step = max(complete, key=lambda step: (complete[step], step))
    written = sorted(
        (int(rows.file[index]), int(rows.offset[index]), tag, index)
        for tag, rows in series.items()
        for index in groups.get(tag, {}).get(step, ())
    )
    return [Occurrence(tag, _total(tag, series[tag], index)) for *_, tag, index in written[:MOST]]


def _total(tag: str, rows: Rows, index: int) -> float | None:
    if not rows.good[index]:
        return None
    record = stored.record_of(tag, rows, index)
    if record.totals is not None:
        total = record.totals.num
    else:
        with np.errstate(all="ignore"):
            total = float(record.tensor[:, 2].sum())
    return total if np.isfinite(total) and len(record.tensor) else None
