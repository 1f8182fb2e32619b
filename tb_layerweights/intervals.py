"""Intervals that certainly hold the true numbers of the values behind a histogram.

A log says how many values lie in each bucket, not where. Whatever can be true of them is found
by moving them about in their buckets; a bound is what no such move gets beyond. The values lie
between the edges as logged, which may be rounded: in units of the largest edge of the row by no
more than `slack`. Moving every value by so much moves a mean, and by Minkowski's inequality the
root of a mean of squares or the fourth root of one of fourth powers, by no more either.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.histogram import Histograms, moments
from tb_layerweights.rows import below
from tb_layerweights.scaled import ROUNDING, Scaled, blocks, rounds_counts, scaled
from tb_layerweights.totals import FLOAT32, exact_moments

Floats = NDArray[np.float64]

# Of the root mean square: a value counts as near zero up to here.
NEAR = 0.01
# Buckets whose widths differ by no more than this part are equal.
EVEN = 2e-3


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds, both [R] or [R, Q]: infinite where there is none, NaN where there is no number."""

    low: Floats
    high: Floats


NAMES = ("mean", "std", "rms", "min", "max", "near_zero", "kurtosis", "max_sigma")


def count_bounds(histograms: Histograms) -> Interval:
    """Returns bounds on how many values are counted."""
    total = histograms.total
    off = np.where(rounds_counts(histograms), histograms.logged.miscount, 0.0) * total
    return Interval(total - off, total + off)


def bounds(histograms: Histograms, names: Collection[str] = NAMES) -> dict[str, Interval]:
    """Returns bounds on numbers of the counted values, each [R].

    They are `mean`, `std`, `rms`, `min`, `max`, `near_zero`, `kurtosis` (mean fourth power of the
    distance to the mean, over the squared variance: 3 for a normal distribution) and `max_sigma`
    (the largest distance to the mean, over the standard deviation). Those named are there, and
    always `mean`, `min` and `max`.
    """
    asked = frozenset(names)
    parts = [_bounds(block, asked) for block in blocks(histograms)]
    return {
        name: Interval(
            np.concatenate([np.empty(0), *(part[name].low for part in parts)]),
            np.concatenate([np.empty(0), *(part[name].high for part in parts)]),
        )
        for name in (parts[0] if parts else NAMES)
    }


def _bounds(histograms: Histograms, asked: frozenset[str]) -> dict[str, Interval]:
    rows = scaled(histograms)
    exact = exact_moments(histograms.logged, histograms.total)
    least, most = _extremes(histograms, rows)
    mean = _mean(rows, least, most, rows.down(exact.mean))
    found = {"mean": mean, "min": least, "max": most}
    if asked & {"std", "kurtosis", "max_sigma"}:
        centre = np.clip(np.nan_to_num(rows.down(moments(histograms).mean)), mean.low, mean.high)
        rough = _rough_std(histograms, rows)
        found["std"] = _std(rows, centre, rows.down(exact.std), rough)
    if asked & {"rms", "near_zero"}:
        found["rms"] = _rms(rows, mean, rows.down(exact.rms))
    values = list(found.values())
    if "near_zero" in asked:
        found["near_zero"] = _near_zero(rows, found["rms"])
    if asked & {"kurtosis", "max_sigma"}:
        shape = _shape(rows, mean, found["std"], least, most)
        found["kurtosis"], found["max_sigma"] = shape
    _settle(found, least.low == most.high, least.low)
    for one in values:
        one.low[:], one.high[:] = (
            np.ldexp(one.low, rows.exponent),
            np.ldexp(one.high, rows.exponent),
        )
    for interval in found.values():
        np.copyto(interval.low, -np.inf, where=~histograms.logged.certain)
        np.copyto(interval.high, np.inf, where=~histograms.logged.certain)
        for side in (interval.low, interval.high):
            np.copyto(side, np.nan, where=histograms.total == 0)
    return found


def _extremes(histograms: Histograms, rows: Scaled) -> tuple[Interval, Interval]:
    """Returns bounds on the smallest and the largest value: the edges of the outermost buckets.

    TensorFlow 2 writes buckets of equal width from the smallest to the largest value
    (`tensorboard/plugins/histogram/summary_v2.py`). So where three or more are logged, of equal
    width, the outermost two not empty, the outermost edges are these values. Edges are known to
    float32 precision, but for those that come with totals.
    """
    said = histograms.logged
    raw = said.certain & (histograms.total > 0) & (said.rounding == 0)
    low = np.where(raw, rows.down(said.low), rows.left[rows.first])
    high = np.where(raw, rows.down(said.high), rows.right[rows.last])
    sizes = histograms.buckets
    width = rows.right - rows.left
    usual = (rows.right[rows.last] - rows.left[rows.first]) / np.maximum(sizes, 1)
    uneven = np.maximum.reduceat(np.abs(width - rows.spread(usual)), rows.first)
    even = said.whole & (sizes >= 3) & (uneven <= np.minimum(EVEN * usual, 4 * FLOAT32))
    tight = (even & np.isnan(said.num)) | (low == high)
    off = np.where(tight & (said.rounding == 0), 0.0, FLOAT32 + said.rounding)
    below = np.where(tight, low, rows.right[rows.first])
    above = np.where(tight, high, rows.left[rows.last])
    low, high = low - off * np.abs(low), high + off * np.abs(high)
    least = Interval(low, np.minimum(below + off * np.abs(below), high))
    most = Interval(np.maximum(above - off * np.abs(above), low), high)
    return _known(least, rows.down(said.min)), _known(most, rows.down(said.max))


def _known(interval: Interval, exact: Floats) -> Interval:
    """Returns the interval without width where the number is known, not NaN."""
    known = ~np.isnan(exact)
    return Interval(np.where(known, exact, interval.low), np.where(known, exact, interval.high))


def _mean(rows: Scaled, least: Interval, most: Interval, exact: Floats) -> Interval:
    """Returns bounds on the mean: all values at the left, or all at the right edges."""
    off = rows.slack + 2 * rows.doubt * (most.high - least.low)
    low = np.maximum(rows.mean(rows.left) - off, least.low)
    high = np.minimum(rows.mean(rows.right) + off, most.high)
    return _known(Interval(low, np.maximum(low, high)), exact)


def _rms(rows: Scaled, mean: Interval, exact: Floats) -> Interval:
    """Returns bounds on the root mean square: all values nearest to zero, or farthest from it."""
    near = np.maximum(np.maximum(rows.left, -rows.right), 0.0)
    far = np.maximum(-rows.left, rows.right)
    low = np.sqrt(rows.mean(near**2)) * (1 - rows.doubt) - rows.slack
    high = np.sqrt(rows.mean(far**2)) * (1 + rows.doubt) + rows.slack
    size = np.maximum(np.maximum(mean.low, -mean.high), 0.0)
    return _known(Interval(np.maximum(low, size), np.maximum(high, size)), exact)


def _rough_std(histograms: Histograms, rows: Scaled) -> Interval:
    """Returns what sums tell of the standard deviation although most of their digits cancel."""
    said = histograms.logged
    count = np.where(histograms.total > 0, histograms.total, 1.0)
    square = rows.down(rows.down(said.sum_squares / count))
    variance = square - rows.down(said.sum / count) ** 2
    off = ROUNDING * square
    return Interval(
        np.sqrt(np.maximum(np.nan_to_num(variance - off), 0.0)),
        np.sqrt(np.maximum(np.nan_to_num(variance + off, nan=np.inf), 0.0)),
    )


def _std(rows: Scaled, centre: Floats, exact: Floats, rough: Interval) -> Interval:
    """Returns bounds on the standard deviation.

    The variance is the least mean squared distance to any point. So that of the values farthest
    from any one point is an upper bound: we take the estimated mean. The lower bound is the least
    over all points of the mean squared distance to the nearest ends of the buckets.
    """
    left, right = rows.left - rows.spread(centre), rows.right - rows.spread(centre)
    high = np.sqrt(rows.mean(np.maximum(-left, right) ** 2)) * (1 + rows.doubt) + rows.slack
    low = np.sqrt(_least_variance(rows, left, right)) * (1 - rows.doubt) - rows.slack
    low, high = np.maximum(low, 0.0), np.maximum(high, 0.0)
    agree = (rough.low <= high) & (rough.high >= low)
    low = np.where(agree, np.maximum(low, rough.low), low)
    high = np.where(agree, np.minimum(high, rough.high), high)
    return _known(Interval(low, high), exact)


def _least_variance(rows: Scaled, left: Floats, right: Floats) -> Floats:
    """Returns a lower bound, [R], on g(c) = mean squared distance of c to the buckets, any c.

    g is convex and a parabola in each bucket and between two, whose vertex prefix sums tell.
    Whatever they round, g(c) - |g'(c)| * (the way to the farthest c) is below the minimum.
    """
    through_right = rows.running(rows.share * right)
    through_left = rows.running(rows.share * left)
    before = through_right - rows.share * right
    after = rows.spread(through_left[rows.last]) - through_left
    falling = right * (1 - rows.share) < before + after
    # The first bucket at whose right end g doesn't fall any more.
    here = rows.first + np.add.reduceat(falling.astype(np.intp), rows.first)
    here = np.minimum(here, rows.last)
    outside = before[here] + after[here]
    rest = 1 - rows.share[here]
    point = np.divide(outside, rest, out=left[here].copy(), where=rest > ROUNDING)
    gap = outside + rows.share[here] * left[here]
    point = np.where(point < left[here], np.minimum(gap, left[here]), point)
    point = np.minimum(point, right[here])
    by_bucket = rows.spread(point)
    away = np.maximum(left - by_bucket, 0.0) - np.maximum(by_bucket - right, 0.0)
    slope = 2 * np.abs(rows.mean(away))
    reach = np.maximum(point - left[rows.first], right[rows.last] - point)
    least: Floats = np.maximum(rows.mean(away**2) - slope * reach, 0.0)
    return least


def _near_zero(rows: Scaled, rms: Interval) -> Interval:
    """Returns bounds on the share near zero: buckets wholly inside, and those that touch it."""
    surely = rows.spread(np.maximum(NEAR * rms.low - rows.slack, 0.0))
    maybe = rows.spread(NEAR * rms.high + rows.slack)
    inside = (rows.left >= -surely) & (rows.right <= surely)
    touching = (rows.left <= maybe) & (rows.right >= -maybe)
    low = rows.mean(inside.astype(np.float64)) * (1 - 2 * rows.doubt)
    high = rows.mean(touching.astype(np.float64)) * (1 + 2 * rows.doubt)
    return Interval(low, np.minimum(high, 1.0))


def _shape(
    rows: Scaled, mean: Interval, std: Interval, least: Interval, most: Interval
) -> tuple[Interval, Interval]:
    """Returns bounds on kurtosis and on the largest distance to the mean in standard deviations.

    The distances to a mean somewhere in its interval are bounded as the values are. Both numbers
    are at least 1, since no mean is above the maximum.
    """
    left, right = rows.spread(mean.high) - rows.left, rows.right - rows.spread(mean.low)
    far = np.maximum(left, right)
    near = np.maximum(-np.minimum(left, right), 0.0)
    low = np.sqrt(np.sqrt(rows.mean((near**2) ** 2))) * (1 - rows.doubt) - rows.slack
    high = np.sqrt(np.sqrt(rows.mean((far**2) ** 2))) * (1 + rows.doubt) + rows.slack
    kurtosis = _over(np.maximum(low, 0.0), std.high, high, std.low)
    low = np.maximum(mean.low - least.high, most.low - mean.high)
    high = np.maximum(mean.high - least.low, most.high - mean.low)
    distance = _over(np.maximum(low, 0.0), std.high, high, std.low)
    return Interval((kurtosis.low**2) ** 2, (kurtosis.high**2) ** 2), distance


def _over(low: Floats, high_unit: Floats, high: Floats, low_unit: Floats) -> Interval:
    """Returns bounds on a ratio that is at least 1; nothing is known above a unit of 0."""
    tiny = 1e-60
    bottom = np.divide(low, high_unit, out=np.ones_like(low), where=high_unit > tiny)
    top = np.divide(high, low_unit, out=np.full_like(high, np.inf), where=low_unit > tiny)
    return Interval(np.maximum(bottom, 1.0), np.maximum(top, 1.0))


def _settle(found: dict[str, Interval], same: NDArray[np.bool_], value: Floats) -> None:
    """Writes down what is known of rows whose values are all the same."""
    known = {
        "mean": value,
        "rms": np.abs(value),
        "std": np.zeros_like(value),
        "near_zero": np.where(value == 0, 1.0, 0.0),
        "kurtosis": np.full_like(value, np.nan),
        "max_sigma": np.full_like(value, np.nan),
    }
    for name in known.keys() & found.keys():
        np.copyto(found[name].low, known[name], where=same)
        np.copyto(found[name].high, known[name], where=same)


def quantile_bounds(
    histograms: Histograms, q: Sequence[float], limits: dict[str, Interval]
) -> Interval:
    """Returns bounds [R, Q] on quantiles: the edges of the buckets that hold them.

    Definitions of a quantile differ in how they choose between neighbours in the sorted values,
    or interpolate; the bounds hold for all nine of Hyndman & Fan (The American Statistician 50,
    1996), which never leave the values of rank floor(nq) to ceil(nq) + 1.

    Args:
      histograms: R rows.
      q: shares of the values below, Q of them.
      limits: what `bounds` tells of these rows.
    """
    if not histograms.rows:
        return Interval(np.empty((0, len(q))), np.empty((0, len(q))))
    rows = scaled(histograms)
    total = np.maximum(histograms.total, 1.0)[:, None]
    rank = total * np.asarray(q)[None, :]
    doubt = 4 * rows.doubt[:, None]
    least_rank = (np.floor(rank) - 0.5) / total - doubt
    most_rank = (np.ceil(rank) + 0.5) / total + doubt
    through, start = histograms.through, histograms.start
    end = through[rows.last][:, None]
    first, last = rows.first[:, None], rows.last[:, None]
    low = np.minimum(first + below(through, start, least_rank), last)
    high = np.minimum(first + below(through, start, np.minimum(most_rank, end)), last)
    lowest, highest = histograms.left[low], histograms.right[high]
    lowest = lowest - FLOAT32 * np.abs(lowest)
    highest = highest + FLOAT32 * np.abs(highest)
    least, most = limits["min"].low[:, None], limits["max"].high[:, None]
    certain = histograms.logged.certain[:, None]
    return Interval(
        np.where(certain, np.clip(lowest, least, most), least),
        np.where(certain, np.clip(highest, least, most), most),
    )
