"""What the recorder wrote beside histograms: exact numbers of the same steps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, overload

from numpy.typing import NDArray

from tb_layerweights.record.format import Exact, read_moments
from tb_layerweights.series import Record, Series, Totals


class Completed(Sequence[Record]):
    """Records with totals from elsewhere, where there are any."""

    def __init__(self, records: Sequence[Record], totals: Sequence[Totals | None]) -> None:
        """Keeps its arguments, as many totals as records."""
        self._records = records
        self._totals = totals

    def __len__(self) -> int:
        return len(self._totals)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        if isinstance(index, slice):
            return Completed(self._records[index], self._totals[index])
        return Record(self._records[index].tensor, self._totals[index])


def completed(series: Series, exact: Iterable[tuple[int, NDArray[Any]]]) -> Series:
    """Returns a series with the totals that the recorder wrote of its steps.

    Args:
      series: as it was read.
      exact: steps with what was logged of them; of a repeated step the last counts. What can't be
        true is left out.
    """
    said = {step: read_moments(tensor) for step, tensor in exact}
    found = [said.get(step) for step in series.steps]
    if not any(found):
        return series
    totals = [None if one is None else totals_of(one) for one in found]
    return replace(series, records=Completed(series.records, totals))


def totals_of(exact: Exact) -> Totals:
    """Returns exact numbers as a `HistogramProto` has them: NaN and infinity spoil the sums."""
    moments = exact.moments
    count = moments.count
    if moments.size > count:
        return Totals(moments.size, math.nan, math.nan, moments.min, moments.max)
    if not count:
        return Totals(0, 0.0, 0.0, math.nan, math.nan)
    squares = count * (moments.std**2 + moments.mean**2)
    return Totals(count, count * moments.mean, squares, moments.min, moments.max)
