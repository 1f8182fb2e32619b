"""Histograms in units of their own, so that no square of a number is too small or too large."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.histogram import Histograms
from tb_layerweights.rows import running
from tb_layerweights.totals import FLOAT32

Floats = NDArray[np.float64]

# What our own arithmetic in float64 may add, relative to the terms of a sum.
ROUNDING = 1e-11


# So many buckets at once stay in the processor's cache, which is twice as fast.
BLOCK = 8192


def blocks(histograms: Histograms) -> Iterator[Histograms]:
    """Yields the rows of histograms, a few at a time."""
    most = max(1, BLOCK * histograms.rows // max(len(histograms.left), 1))
    for begin in range(0, histograms.rows, most):
        rows = slice(begin, begin + most)
        start = histograms.start[begin : begin + most + 1]
        here = slice(start[0], start[-1])
        said = histograms.logged
        yield Histograms(
            histograms.left[here],
            histograms.right[here],
            histograms.share[here],
            histograms.through[here],
            start - start[0],
            histograms.total[rows],
            histograms.buckets[rows],
            histograms.non_finite[rows],
            replace(said, **{one.name: getattr(said, one.name)[rows] for one in fields(said)}),
        )


@dataclass(frozen=True, slots=True)
class Scaled:
    """Histograms in units of a power of two for each row: all edges between -1 and 1."""

    left: Floats  # [N]
    right: Floats  # [N]
    share: Floats  # [N]
    first: NDArray[np.intp]  # [R]
    last: NDArray[np.intp]  # [R]
    exponent: NDArray[np.intc]  # [R]
    slack: Floats  # [R]
    doubt: Floats  # [R], shares may be off by this part of themselves

    def spread(self, rows: Floats) -> Floats:
        """Returns numbers of rows, [R], for each of their buckets, [N]."""
        return np.repeat(rows, self.last - self.first + 1)

    def mean(self, values: Floats) -> Floats:
        """Returns the mean of what is given for each bucket, [N], in each row, [R]."""
        added: Floats = np.add.reduceat(self.share * values, self.first)
        return added

    def running(self, values: Floats) -> Floats:
        """Returns what is given for each bucket added up within each row, both [N]."""
        return running(values, np.append(self.first, len(values)))

    def down(self, rows: Floats) -> Floats:
        """Returns numbers as logged in the units of their rows, [R]."""
        scaled: Floats = np.ldexp(rows, -self.exponent)
        return scaled


def scaled(histograms: Histograms) -> Scaled:
    first, last = histograms.start[:-1], histograms.start[1:] - 1
    largest = np.maximum(np.abs(histograms.left[first]), np.abs(histograms.right[last]))
    exponent = np.frexp(largest)[1]
    by_bucket = np.repeat(-exponent, last - first + 1)
    said = histograms.logged
    kept = (said.low == histograms.left[first]) & (said.high == said.low)
    return Scaled(
        np.ldexp(histograms.left, by_bucket),
        np.ldexp(histograms.right, by_bucket),
        histograms.share,
        first,
        last,
        exponent,
        np.maximum(said.rounding, np.where(kept, 0.0, FLOAT32)),
        ROUNDING + said.miscount * rounds_counts(histograms),
    )


def rounds_counts(histograms: Histograms) -> NDArray[np.bool_]:
    """Returns where a count is too large for the precision it was written with, [R]."""
    if not histograms.rows:
        return np.empty(0, dtype=bool)
    most = np.maximum.reduceat(histograms.share, histograms.start[:-1]) * histograms.total
    rounds: NDArray[np.bool_] = most * histograms.logged.miscount > 2
    return rounds
