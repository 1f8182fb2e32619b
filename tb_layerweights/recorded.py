"""What the recorder wrote beside histograms: exact numbers of the same steps."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from tb_layerweights.record.format import Exact, read_moments
from tb_layerweights.series import LazyRecords, Record, Series, Totals


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

    def record(index: int) -> Record:
        return Record(series.records[index].tensor, totals[index])

    finite = series.finite
    if finite is not None:
        finite = [
            flag and (one is None or one.moments.size == one.moments.count)
            for flag, one in zip(finite, found, strict=True)
        ]
    return replace(series, records=LazyRecords(record, range(len(totals))), finite=finite)


def totals_of(exact: Exact) -> Totals:
    """Returns exact numbers as a `HistogramProto` has them, NaN and infinity set apart."""
    moments = exact.moments
    count, apart = moments.count, moments.size - moments.count
    if not count:
        return Totals(apart, 0.0, 0.0, math.nan, math.nan, apart)
    squares = count * (moments.std**2 + moments.mean**2)
    return Totals(moments.size, count * moments.mean, squares, moments.min, moments.max, apart)
