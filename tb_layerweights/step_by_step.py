"""Numbers of all records of series: of large ones a few at a time, of small ones all at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
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
    series: Iterable[Iterable[Record]], names: Collection[str] = OWN, *, block: int = BLOCK
) -> Iterator[Told]:
    """Yields what `measure_series` tells of each series; of small ones all at once.

    Args:
      series: the records of each, asked for once.
      names: some of `OWN`.
      block: as for `measure_series`.
    """
    small: list[list[Record]] = []
    held = 0
    for records in series:
        coming, some, size = iter(records), list[Record](), 0
        for record in coming:
            some.append(record)
            size += max(len(record.tensor), 1)
            if size >= block:
                break
        if held + size >= block:
            yield from _of_small(small, names)
            small, held = [], 0
        if size >= block:
            yield measure_series(chain(some, coming), names, block=block)
        else:
            small.append(some)
            held += size
    yield from _of_small(small, names)


def _of_small(series: Sequence[Sequence[Record]], names: Collection[str]) -> list[Told]:
    if not series:
        return []
    histograms = cleaned(chain.from_iterable(series))
    offset = starts(np.array([len(records) for records in series], dtype=np.intp))
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
