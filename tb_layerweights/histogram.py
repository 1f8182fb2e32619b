"""Clean histograms from the buckets that were logged, with their quantiles and moments.

Logged buckets come from five writers and two loaders and hold NaN, gaps, overlaps, backward
buckets and edges of 1.8e308. Everything behind this module sees `Histograms` only: sorted,
finite, disjoint. All rows of a series lie one after the other in flat arrays, since a series
has hundreds of rows of hundreds of buckets and a loop over rows would cost more than the reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_layerweights import repair
from tb_layerweights.rows import below, rows_of, starts, through_rows
from tb_layerweights.series import Record, Totals
from tb_layerweights.totals import Logged, Moments, agreeing, exact_moments, logged, logged_edges

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


# Buckets narrower than so many float32 numbers, in the mean over their row, keep their edges.
FINEST = 1000 * float(np.finfo(np.float32).eps)
# So do rows that reach no further from zero than this, where float32 gets coarse.
SMALLEST = 1e-30


class BucketsError(ValueError):
    """The record is no histogram; the message is a sentence for the person who logged it."""


@dataclass(frozen=True, slots=True)
class Histograms:
    """The histograms of one series: R rows, N buckets in all. None depends on another row.

    Within a row buckets ascend and don't overlap; there may be gaps between them. A bucket
    without width is a point mass. The outermost buckets of a row hold something; a row that
    holds nothing has one bucket without width and count, at 0.
    """

    left: Floats  # [N]
    right: Floats  # [N]
    share: Floats  # [N], count / total of its row; 0 in rows that hold nothing
    through: Floats  # [N], shares of its row added up to and with this bucket
    start: Rows  # [R + 1], buckets of row r: start[r] to start[r + 1]
    total: Floats  # [R], how many values are counted
    buckets: NDArray[np.int32]  # [R], as logged, from the first to the last that holds anything
    non_finite: NDArray[np.bool_]  # [R]
    logged: Logged

    @property
    def rows(self) -> int:
        return len(self.total)

    @property
    def most_buckets(self) -> int:
        return most_buckets(self.buckets, self.total)

    @property
    def minimum(self) -> Floats:
        """Left edge of the first bucket that holds anything, [R]; NaN where none does."""
        return np.where(self.total > 0, self.left[self.start[:-1]], np.nan)

    @property
    def maximum(self) -> Floats:
        """Right edge of the last bucket that holds anything, [R]; NaN where none does."""
        return np.where(self.total > 0, self.right[self.start[1:] - 1], np.nan)


def most_buckets(buckets: NDArray[np.int32], total: Floats) -> int:
    """Returns how many buckets a row has at most, of those that hold anything; both [R]."""
    return int(buckets.max(initial=0, where=total > 0))


def is_plain(tensor: NDArray[Any]) -> bool:
    """Returns whether the tensor is `[k, 3]` floating-point numbers, as nearly all are."""
    return tensor.dtype.char in "fd" and tensor.ndim == 2 and tensor.shape[1] == 3


def check(tensor: NDArray[Any]) -> NDArray[Any]:
    """Returns the tensor if it is `[k, 3]` real numbers.

    Raises:
      BucketsError: it is anything else.
    """
    if tensor.dtype.names is not None or tensor.dtype.kind not in "fiu":
        raise BucketsError(f"holds {tensor.dtype.name} values, not histogram buckets")
    if tensor.ndim != 2 or tensor.shape[1] != 3:
        raise BucketsError(f"has shape {list(tensor.shape)[:6]}, not [buckets, 3]")
    return tensor


def clean(tensors: Sequence[NDArray[Any]], totals: Sequence[Totals | None] = ()) -> Histograms:
    """Returns clean histograms of checked tensors `[k, 3]` of `[left, right, count]` rows.

    Mass is conserved, but for buckets without a place (an infinite edge, or two that are NaN) or
    without a finite count; a row that shows any of these is marked `non_finite`. Overlapping
    buckets share their mass out by width, negative counts are taken as 0. Edges are rounded to
    float32, as the Python loader rounds those of old histograms and the data server doesn't.
    """
    start = starts(np.array([len(tensor) for tensor in tensors], dtype=np.intp))
    # Joining first and converting then is seven times as fast as both at once.
    rows = np.concatenate(tensors) if len(tensors) else np.empty((0, 3))
    left, right, count = (rows[:, column].astype(np.float64) for column in range(3))
    plain = repair.all_plain(left, right, count)
    non_finite = np.zeros(len(tensors), dtype=bool)
    if not plain:
        unknown = np.isnan(left) | np.isnan(right) | ~np.isfinite(count)
        non_finite[rows_of(np.flatnonzero(unknown), start)] = True

    first, last, filled = _filled(count, start)
    buckets = last - first + 1
    whole = filled & (buckets == np.diff(start))
    if buckets.sum() < len(count):
        _take_backward_edges(left, right, start, first, last, filled)
        start = starts(buckets)
        pick = np.repeat(first - start[:-1], buckets) + np.arange(start[-1])
        left, right, count = left[pick], right[pick], count[pick]
        plain = plain or repair.all_plain(left, right, count)
    outer = logged_edges(left, right, start)
    if rows.dtype.itemsize > 4:
        _round_edges(left, right, start)

    odd = ~filled
    if not plain:
        odd[rows_of(np.flatnonzero(~repair.is_plain(left, right, count)), start)] = True
    overlaps = np.flatnonzero(right[:-1] > left[1:])
    row = rows_of(overlaps, start)
    odd[row[overlaps + 1 < start[row + 1]]] = True
    certain = ~odd | ~filled
    if odd.any():
        left, right, count, start, lost = repair.rows(left, right, count, start, odd)
        non_finite |= lost
    total = np.add.reduceat(count, start[:-1]) if len(tensors) else np.empty(0)
    of_each = np.repeat(np.where(total > 0, total, 1.0), np.diff(start))
    share = count / of_each
    through = through_rows(count, share, of_each, start)
    kept = buckets.astype(np.int32)
    said = logged(tensors, totals, outer, whole, certain)
    if totals:
        said, lost = agreeing(said, left, right, share, start, total)
        non_finite |= lost
    return Histograms(left, right, share, through, start, total, kept, non_finite, said)


def cleaned(records: Iterable[Record]) -> Histograms:
    """Returns the clean histograms of records, each decoded once, with their totals."""
    once = list(records)
    totals = [record.totals for record in once]
    return clean([record.tensor for record in once], totals if any(totals) else ())


def _filled(count: Floats, start: Rows) -> tuple[Rows, Rows, NDArray[np.bool_]]:
    """Returns the first and last bucket of each row that holds anything, and if any does.

    Where none does, the last is before the first. A count of NaN may be anything.
    """
    sizes = np.diff(start)
    if sizes.all() and not (count[start[:-1]] <= 0).any() and not (count[start[1:] - 1] <= 0).any():
        return start[:-1].copy(), start[1:] - 1, np.ones(len(sizes), dtype=bool)
    holds = np.flatnonzero(~(count <= 0))
    low, high = holds.searchsorted(start[:-1]), holds.searchsorted(start[1:])
    filled = low < high
    first, last = start[:-1].copy(), start[:-1] - 1
    first[filled], last[filled] = holds[low[filled]], holds[high[filled] - 1]
    return first, last, filled


def _take_backward_edges(
    left: Floats, right: Floats, start: Rows, first: Rows, last: Rows, filled: NDArray[np.bool_]
) -> None:
    """Moves the true minimum and maximum from empty outer buckets to those that hold them.

    For logs of TF1, torch and tensorboardX, TensorBoard writes the smallest value over the left
    edge of the first bucket, even if that is empty and lies below it (`data_compat.rs`): the
    bucket then runs backward. The Python loader drops empty buckets first (`data_compat.py`).
    """
    below = np.flatnonzero(filled & (first > start[:-1]))
    outer, bucket = start[:-1][below], first[below]
    backward = ~(left[outer] <= right[outer]) & ~(left[outer] < left[bucket])
    backward &= ~(left[outer] > right[bucket])
    left[bucket[backward]] = left[outer[backward]]
    above = np.flatnonzero(filled & (last < start[1:] - 1))
    outer, bucket = start[1:][above] - 1, last[above]
    backward = ~(left[outer] <= right[outer]) & ~(right[outer] > right[bucket])
    backward &= ~(right[outer] < left[bucket])
    right[bucket[backward]] = right[outer[backward]]


def _round_edges(left: Floats, right: Floats, start: Rows) -> None:
    """Rounds edges to float32 numbers, but for rows whose buckets are too narrow for it."""
    sizes = np.diff(start)
    holds = np.flatnonzero(sizes)
    low, high = left[start[:-1][holds]], right[start[1:][holds] - 1]
    with np.errstate(over="ignore", invalid="ignore"):
        width, largest = high - low, np.maximum(np.abs(low), np.abs(high))
        narrow = (width > 0) & ((width < FINEST * sizes[holds] * largest) | (largest < SMALLEST))
        rounded = left.astype(np.float32), right.astype(np.float32)
    if narrow.any():
        where = np.repeat(~narrow, sizes[holds])
        np.copyto(left, rounded[0], where=where)
        np.copyto(right, rounded[1], where=where)
    else:
        left[:], right[:] = rounded


def as_logged(tensor: NDArray[Any]) -> Floats:
    """Returns the buckets [k, 3] of a checked tensor, not repaired, alike from both loaders.

    Empty outer ones are left out, as the Python loader does it, and edges rounded.
    """
    whole = starts(np.array([len(tensor)], dtype=np.intp))
    left, right, count = (tensor[:, column].astype(np.float64) for column in range(3))
    first, last, filled = _filled(count, whole)
    _take_backward_edges(left, right, whole, first, last, filled)
    kept = np.stack((left, right, count), axis=1)[first[0] : last[0] + 1]
    _round_edges(kept[:, 0], kept[:, 1], starts(np.array([len(kept)], dtype=np.intp)))
    return kept


def locate(histograms: Histograms, q: Sequence[float]) -> tuple[Rows, Floats]:
    """Returns the bucket that holds each quantile, and how much of it lies below: both [R, Q]."""
    target = np.tile(np.asarray(q), (histograms.rows, 1))
    first, last = histograms.start[:-1, None], histograms.start[1:, None] - 1
    bucket = np.minimum(first + below(histograms.through, histograms.start, target), last)
    share = histograms.share[bucket]
    part = (target - (histograms.through[bucket] - share)) / np.where(share > 0, share, 1.0)
    return bucket, np.clip(part, 0.0, 1.0)


def quantiles(histograms: Histograms, q: Sequence[float]) -> Floats:
    """Returns quantiles [R, Q], values spread evenly in each bucket; NaN in rows of nothing."""
    bucket, part = locate(histograms, q)
    left, right = histograms.left[bucket], histograms.right[bucket]
    value = np.minimum(left + part * (right - left), right)
    return np.where(histograms.total[:, None] > 0, value, np.nan)


def reach(histograms: Histograms, tail: float) -> tuple[Floats, Floats]:
    """Returns the least whole buckets, each [R], beyond which at most `tail` lies on a side."""
    bucket, _ = locate(histograms, (tail, 1 - tail))
    empty = histograms.total == 0
    lowest = np.where(empty, np.nan, histograms.left[bucket[:, 0]])
    return lowest, np.where(empty, np.nan, histograms.right[bucket[:, 1]])


def moments(histograms: Histograms) -> Moments:
    """Returns moments: exact where totals are known, else for values spread evenly in buckets."""
    first, sizes = histograms.start[:-1], np.diff(histograms.start)
    if not len(sizes):
        return Moments(np.empty(0), np.empty(0), np.empty(0))
    # In place, since clearing memory for temporary arrays takes longer than the arithmetic.
    middle = histograms.left + histograms.right
    middle /= 2
    mean = np.add.reduceat(histograms.share * middle, first)
    middle -= np.repeat(mean, sizes)
    middle *= middle
    width = histograms.right - histograms.left
    width *= width
    width /= 12
    middle += width
    middle *= histograms.share
    variance = np.add.reduceat(middle, first)
    empty = histograms.total == 0
    mean, variance = np.where(empty, np.nan, mean), np.where(empty, np.nan, variance)
    exact = exact_moments(histograms.logged, histograms.total)
    mean = np.where(np.isnan(exact.mean), mean, exact.mean)
    std = np.where(np.isnan(exact.std), np.sqrt(variance), exact.std)
    rms = np.where(np.isnan(exact.rms), np.sqrt(mean**2 + std**2), exact.rms)
    return Moments(mean, std, rms)
