"""Per-step numbers of a series, as columns and as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.density import cumulative
from tb_layerweights.histogram import Histograms, moments, quantiles
from tb_layerweights.wire import jsonable

Floats = NDArray[np.float64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
SHOWN_QUANTILES = (0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999)
# A value counts as near zero up to this part of the root mean square.
NEAR = 0.01

QUALITY = {
    "count": "exact",
    "mean": "estimated",
    "std": "estimated",
    "rms": "estimated",
    "min": "bound",
    "max": "bound",
    "near_zero": "estimated",
    "non_finite": "bound",
    "quantiles": "estimated",
}


@dataclass(frozen=True, slots=True)
class Statistics:
    """Numbers of R histograms; NaN where a number does not exist."""

    count: Floats  # [R]
    mean: Floats  # [R]
    std: Floats  # [R]
    rms: Floats  # [R]
    min: Floats  # [R]
    max: Floats  # [R]
    near_zero: Floats  # [R]
    non_finite: NDArray[np.bool_]  # [R]


def summarize(histograms: Histograms) -> Statistics:
    """Returns the numbers of every row; see `QUALITY` for what each of them is worth."""
    measured = moments(histograms)
    through = cumulative(histograms, near_zero_points(measured.rms))
    return Statistics(
        count=histograms.total,
        mean=measured.mean,
        std=measured.std,
        rms=measured.rms,
        min=histograms.minimum,
        max=histograms.maximum,
        near_zero=near_zero(histograms, through),
        non_finite=histograms.non_finite,
    )


def near_zero_points(rms: Floats) -> Floats:
    """Returns the values between which a value is near zero, [R, 2], given the rms, [R]."""
    nearest = NEAR * np.where(np.isfinite(rms), rms, 0.0)
    return np.stack((-nearest, np.nextafter(nearest, np.inf)), axis=1)


def near_zero(histograms: Histograms, through: Floats) -> Floats:
    """Returns the share of values near zero, [R], from the shares below the points, [R, 2]."""
    return np.where(histograms.total > 0, through[:, 1] - through[:, 0], np.nan)


def columns(histograms: Histograms) -> dict[str, Any]:
    """Returns the numbers of every row as JSON columns, `null` for those that don't exist."""
    numbers = summarize(histograms)
    answer: dict[str, Any] = {
        name: jsonable(getattr(numbers, name))
        for name in ("count", "mean", "std", "rms", "min", "max", "near_zero")
    }
    answer["non_finite"] = numbers.non_finite.tolist()
    table = quantiles(histograms, QUANTILES)
    answer["quantiles"] = {
        f"{q:g}": jsonable(table[:, column]) for column, q in enumerate(QUANTILES)
    }
    return answer


def describe(histograms: Histograms, tensor: NDArray[Any], most_buckets: int) -> dict[str, Any]:
    """Returns one histogram, each number with its quality; `tensor` holds its logged buckets.

    With more than `most_buckets` buckets, neighbours are joined.
    """
    one = {name: value[0] for name, value in columns(histograms).items() if name != "quantiles"}
    lost = int(one.pop("non_finite"))
    count = {"value": one.pop("count"), "quality": QUALITY["count"]}
    return {
        "buckets": _join(tensor.astype(np.float64), most_buckets),
        "count": count,
        "non_finite": {"value": float(lost), "quality": QUALITY["non_finite"]},
        "moments": {
            name: {"value": value, "quality": QUALITY[name]} for name, value in one.items()
        },
        "quantiles": [
            {"q": q, "value": value, "quality": QUALITY["quantiles"]}
            for q, value in zip(
                SHOWN_QUANTILES, jsonable(quantiles(histograms, SHOWN_QUANTILES)[0]), strict=True
            )
        ],
    }


def _join(buckets: Floats, most: int) -> list[list[float | None]]:
    """Returns logged buckets as JSON rows, groups of neighbours as one if there are too many."""
    if len(buckets) > most:
        first = np.arange(0, len(buckets), -(-len(buckets) // most))
        last = np.append(first[1:], len(buckets)) - 1
        counts = np.add.reduceat(buckets[:, 2], first)
        buckets = np.stack((buckets[first, 0], buckets[last, 1], counts), axis=1)
    return [jsonable(row) for row in buckets]


def table(series: Iterable[dict[str, Any]]) -> str:
    """Returns CSV with a header and one line for each (series, step)."""
    numbers = ("step", "wall_time", *list(QUALITY)[:-1])
    names = ("tag", "layer", "parameter", "role")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*names, *numbers, *(f"q{q:g}" for q in QUANTILES)))
    for one in series:
        cells = [_harmless(one[name]) for name in names]
        values: Sequence[Sequence[Any]] = [
            *(one[name] for name in numbers),
            *one["quantiles"].values(),
        ]
        for row in zip(*values, strict=True):
            writer.writerow((*cells, *("" if value is None else value for value in row)))
    return text.getvalue()


def _harmless(text: str) -> str:
    """Keeps a spreadsheet from running a tag as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
