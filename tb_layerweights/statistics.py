"""Numbers of histograms, each in an interval that certainly holds the true one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.density import cumulative
from tb_layerweights.distance import distance_bounds, distances
from tb_layerweights.histogram import Histograms, as_logged, moments, quantiles
from tb_layerweights.intervals import NEAR, Interval, bounds, count_bounds, quantile_bounds
from tb_layerweights.totals import Moments
from tb_layerweights.wire import jsonable

Floats = NDArray[np.float64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
SHOWN_QUANTILES = (0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999)

MOMENTS = ("mean", "std", "rms", "min", "max", "near_zero", "kurtosis", "max_sigma")
# Of the largest value: with less, the fourth power of a distance in units of it might overflow.
LEAST_STD = 1e-60
# Bounds that are no further apart than float32 numbers are, after a few roundings.
CLOSE = 4 * float(np.finfo(np.float32).eps)
DISTANCES = ("distance_first", "distance_previous")
RATIO = "update_ratio"  # see `updates.py`
NUMBERS = ("count", *MOMENTS, *DISTANCES, RATIO, "non_finite")
RANKS = "quantiles"
# What can be asked for, and what of it a series tells by itself.
NAMES = (*NUMBERS, RANKS)
OWN = tuple(name for name in NAMES if name != RATIO)


@dataclass(frozen=True, slots=True)
class Measured:
    """Best guesses, each in an interval that certainly holds the true number; all [R] or [R, Q].

    All three are NaN where a number does not exist, a bound that is not known is infinite.
    """

    value: Floats
    low: Floats
    high: Floats
    close: float = CLOSE

    def take(self, rows: slice) -> Measured:
        return Measured(self.value[rows], self.low[rows], self.high[rows], self.close)

    def quality(self) -> str:
        """Returns what all of them are worth together: that of the worst.

        `exact`: low and high are no further apart than the part `close` of them. `bound`: the
        value is low or high, so that the true number can only be on one side of it. Otherwise
        `estimated`.
        """
        known = ~np.isnan(self.value)
        low, high = self.low[known], self.high[known]
        with np.errstate(invalid="ignore"):
            near = high - low <= self.close * np.maximum(np.abs(low), np.abs(high))
        if near.all() and np.isfinite([low, high]).all():
            return "exact"
        at_end = (self.value == self.low) | (self.value == self.high)
        return "bound" if at_end[known].all() else "estimated"


def width(names: Collection[str]) -> int:
    """Returns how many numbers of each row that are."""
    return len(names) + (len(QUANTILES) - 1 if RANKS in names else 0)


def _within(value: Floats, interval: Interval, close: float = CLOSE) -> Measured:
    value = np.clip(value, interval.low, interval.high)
    missing = np.isnan(value)
    low, high = (np.where(missing, np.nan, side) for side in (interval.low, interval.high))
    # Which of two zeros is the smaller depends on how many numbers are compared at once.
    return Measured(value + 0.0, low + 0.0, high + 0.0, close)


def measure(
    histograms: Histograms,
    names: Collection[str] = OWN,
    q: Sequence[float] = QUANTILES,
    offset: NDArray[np.intp] | None = None,
) -> dict[str, Measured]:
    """Returns numbers of every row in the order of `OWN`, each [R], and quantiles, [R, Q].

    Only what is asked for is worked out.

    `kurtosis` is the mean fourth power of the distance to the mean, over the squared variance: 3
    for a normal distribution. `max_sigma` is the largest distance to the mean, over the standard
    deviation. `non_finite` counts values that are NaN or infinite. The distances are those to the
    first and to the previous row.

    Args:
      histograms: R rows.
      names: some of `OWN`.
      q: the orders of the quantiles, Q of them.
      offset: where the rows are those of several series, as for `distances`.
    """
    asked = set(names)
    found: dict[str, Measured] = {}
    if "count" in asked:
        found["count"] = _within(histograms.total, count_bounds(histograms), 0.0)
    if asked - {"count", "non_finite"}:
        limits = bounds(histograms, asked)
        found |= _moments(histograms, asked, limits)
        found |= _distances(histograms, asked, limits["mean"], offset)
    if "non_finite" in asked:
        found["non_finite"] = _non_finite(histograms)
    if RANKS in asked:
        found[RANKS] = _within(quantiles(histograms, q), quantile_bounds(histograms, q, limits))
    return found


def _moments(
    histograms: Histograms, asked: set[str], limits: dict[str, Interval]
) -> dict[str, Measured]:
    if not asked & set(MOMENTS):
        return {}
    measured = moments(histograms)
    guesses: dict[str, Callable[[], Floats]] = {
        "mean": lambda: measured.mean,
        "std": lambda: measured.std,
        "rms": lambda: measured.rms,
        "min": lambda: histograms.minimum,
        "max": lambda: histograms.maximum,
        "near_zero": lambda: near_zero(
            histograms, cumulative(histograms, near_zero_points(measured.rms))
        ),
        "kurtosis": lambda: _kurtosis(histograms, measured),
        "max_sigma": lambda: _max_sigma(histograms, measured),
    }
    return {name: _within(guesses[name](), limits[name]) for name in MOMENTS if name in asked}


def _distances(
    histograms: Histograms, asked: set[str], mean: Interval, offset: NDArray[np.intp] | None
) -> dict[str, Measured]:
    """Returns the Wasserstein-1 distances to other rows, [R], given bounds on the means."""
    if not asked & set(DISTANCES):
        return {}
    first, previous = distances(histograms, offset)
    limits = distance_bounds(histograms, mean, first, previous, offset)
    return {
        name: _within(value, interval)
        for name, value, interval in zip(DISTANCES, (first, previous), limits, strict=True)
        if name in asked
    }


def _non_finite(histograms: Histograms) -> Measured:
    """Returns how many values are NaN or infinite.

    It is what a record with totals counts in no bucket, if their sum is no finite number either.
    The buckets alone say at most that there are some: a writer may have dropped them.
    """
    said, shows = histograms.logged, histograms.non_finite
    missing = np.where(np.isnan(said.num), 0.0, said.num - histograms.total)
    value = np.where(shows, np.maximum(missing, 1.0), 0.0)
    told = ~np.isnan(said.num) & (said.certain | ~shows)
    low = np.where(told, value, np.where(shows, 1.0, 0.0))
    return Measured(value, low, np.where(told, value, np.inf), 0.0)


def _kurtosis(histograms: Histograms, measured: Moments) -> Floats:
    """Returns the kurtosis, values spread evenly in each bucket: m^4 + 2 m^2 h^2 + h^4 / 5.

    m is the way from the mean to the middle of a bucket, h half its width, both in standard
    deviations.
    """
    if not histograms.rows:
        return np.empty(0)
    first, sizes = histograms.start[:-1], np.diff(histograms.start)
    unit = np.repeat(_unit(histograms, measured), sizes)
    half = (histograms.right / 2 - histograms.left / 2) / unit
    middle = (histograms.left / 2 + histograms.right / 2 - np.repeat(measured.mean, sizes)) / unit
    near, wide = middle**2, half**2
    fourth: Floats = near * near + 2 * near * wide + wide * wide / 5
    return np.asarray(np.add.reduceat(histograms.share * fourth, first), dtype=np.float64)


def _max_sigma(histograms: Histograms, measured: Moments) -> Floats:
    way = np.maximum(measured.mean - histograms.minimum, histograms.maximum - measured.mean)
    return way / _unit(histograms, measured)


def _unit(histograms: Histograms, measured: Moments) -> Floats:
    """Returns the standard deviation, NaN where it is next to nothing beside the values, [R]."""
    size = np.maximum(np.abs(histograms.minimum), np.abs(histograms.maximum))
    return np.where(measured.std > LEAST_STD * size, measured.std, np.nan)


def near_zero_points(rms: Floats) -> Floats:
    """Returns the values between which a value is near zero, [R, 2], given the rms, [R]."""
    nearest = NEAR * np.where(np.isfinite(rms), rms, 0.0)
    return np.stack((-nearest, np.nextafter(nearest, np.inf)), axis=1)


def near_zero(histograms: Histograms, through: Floats) -> Floats:
    """Returns the share of values near zero, [R], from the shares below the points, [R, 2]."""
    return np.where(histograms.total > 0, through[:, 1] - through[:, 0], np.nan)


def describe(histograms: Histograms, tensor: NDArray[Any], most_buckets: int) -> dict[str, Any]:
    """Returns one histogram, each number with its bounds; `tensor` holds its logged buckets.

    With more than `most_buckets` buckets, neighbours are joined.
    """
    found = measure(histograms, {*OWN} - {*DISTANCES}, SHOWN_QUANTILES)
    ranks = found[RANKS]
    return {
        "buckets": _join(as_logged(tensor), most_buckets),
        "count": _quantity(found["count"]),
        "non_finite": _quantity(found["non_finite"]),
        "moments": {name: _quantity(found[name]) for name in MOMENTS},
        "quantiles": [
            {
                "q": q,
                **_quantity(
                    Measured(ranks.value[:, index], ranks.low[:, index], ranks.high[:, index])
                ),
            }
            for index, q in enumerate(SHOWN_QUANTILES)
        ],
    }


def _quantity(one: Measured) -> dict[str, Any]:
    """Returns the number of a single row as JSON."""
    value, low, high = jsonable([float(side[0]) for side in (one.value, one.low, one.high)])
    return {"value": value, "low": low, "high": high, "quality": one.quality()}


def _join(buckets: Floats, most: int) -> list[list[float | None]]:
    """Returns logged buckets as JSON rows, groups of neighbours as one if there are too many."""
    if len(buckets) > most:
        first = np.arange(0, len(buckets), -(-len(buckets) // most))
        last = np.append(first[1:], len(buckets)) - 1
        counts = np.add.reduceat(buckets[:, 2], first)
        buckets = np.stack((buckets[first, 0], buckets[last, 1], counts), axis=1)
    return [jsonable(row) for row in buckets]
