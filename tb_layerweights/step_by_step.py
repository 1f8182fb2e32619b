"""Numbers of all records of series: of large ones a few at a time, of small ones all at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.blocks import in_blocks
from tb_layerweights.histogram import cleaned, most_buckets
from tb_layerweights.rows import starts
from tb_layerweights.series import Record
from tb_layerweights.statistics import DISTANCES, OWN, Measured, measure

# So many buckets are measured at once: some fifty megabytes of memory.
BLOCK = 1 << 17


@dataclass(frozen=True, slots=True)
class Told:
    """What the records of a series tell, R of them."""

    numbers: dict[str, Measured]  # each [R], quantiles [R, Q]
    non_finite: NDArray[np.bool_]  # [R], they show NaN or infinity
    most_buckets: int


def measure_series(
    records: Iterable[Record], names: Collection[str] = OWN, *, block: int = BLOCK
) -> Told:
    """Returns what `measure` tells of all records together.

    It goes through them in blocks, with the first and the previous record before each: these are
    all that the numbers of a record depend on.

    Args:
      records: of one series, each asked for once.
      names: some of `OWN`.
      block: how many buckets to measure at once; it makes no difference to the numbers.
    """
    before: list[Record] = []
    parts: list[dict[str, Measured]] = []
    non_finite: list[NDArray[np.bool_]] = []
    most_buckets = 0
    for some in in_blocks(records, lambda record: len(record.tensor), block):
        histograms = cleaned([*before, *some])
        own = slice(len(before), None)
        parts.append({name: one.take(own) for name, one in measure(histograms, names).items()})
        non_finite.append(histograms.non_finite[own])
        most_buckets = max(most_buckets, histograms.most_buckets)
        if some and set(DISTANCES) & set(names):
            before = [(before or some)[0], some[-1]]
    numbers = {name: _joined([part[name] for part in parts]) for name in parts[0]}
    return Told(numbers, np.concatenate(non_finite), most_buckets)


def measure_together(
    series: Sequence[Iterable[Record]], names: Collection[str] = OWN
) -> list[Told]:
    """Returns what `measure_series` tells of each series; of small ones all at once.

    Args:
      series: one of any size, or several that are together as small as a block.
      names: some of `OWN`.
    """
    if len(series) == 1:
        return [measure_series(series[0], names)]
    held = [list(records) for records in series]
    histograms = cleaned(chain.from_iterable(held))
    offset = starts(np.array([len(records) for records in held], dtype=np.intp))
    numbers = measure(histograms, names, offset=offset)
    return [
        Told(
            {name: one.take(slice(first, end)) for name, one in numbers.items()},
            histograms.non_finite[first:end],
            most_buckets(histograms.buckets[first:end], histograms.total[first:end]),
        )
        for first, end in pairwise(offset.tolist())
    ]


def _joined(parts: Sequence[Measured]) -> Measured:
    value, low, high = (
        np.concatenate([getattr(part, side) for part in parts]) for side in ("value", "low", "high")
    )
    return Measured(value, low, high, parts[0].close)
