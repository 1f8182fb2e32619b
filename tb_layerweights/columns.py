"""Numbers of series, step by step: as JSON columns, as a table, as one safetensors file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from tb_layerweights import wire
from tb_layerweights.statistics import NUMBERS, QUANTILES, RANKS, Floats, Measured
from tb_layerweights.wire import jsonable

Answer = dict[str, Any]

SIDES = ("value", "low", "high")
NAMES = ("tag", "layer", "parameter", "role")
ORDERS = [f"{q:g}" for q in QUANTILES]
# The others travel as float32.
WIDE = frozenset({"count"})


@dataclass(frozen=True, slots=True)
class Columns:
    """The rows of one series, R of them."""

    step: NDArray[np.int64]  # [R]
    wall_time: Floats  # [R]
    numbers: dict[str, Measured]  # [R], `quantiles` [R, Q]

    def quality(self) -> dict[str, str]:
        """Returns what each number is worth in all rows together."""
        return {name: one.quality() for name, one in self.numbers.items()}


def to_json(answer: Answer, series: Sequence[Columns]) -> Answer:
    """Returns the answer with the columns of each series beside its names.

    A number or bound that doesn't exist is null.
    """
    listed = []
    for names, one in zip(answer["series"], series, strict=True):
        value, low, high = (
            {
                name: _ranks(getattr(measured, side))
                if name == RANKS
                else jsonable(getattr(measured, side))
                for name, measured in one.numbers.items()
            }
            for side in SIDES
        )
        times = {"step": one.step.tolist(), "wall_time": jsonable(one.wall_time)}
        quality = {"quality": names["quality"]}
        plain = {name: names[name] for name in NAMES}
        listed.append({**plain, **times, **value, "low": low, "high": high, **quality})
    return {**answer, "series": listed}


def _ranks(values: Floats) -> dict[str, list[float | None]]:
    return {order: jsonable(values[:, column]) for column, order in enumerate(ORDERS)}


def to_table(answer: Answer, series: Sequence[Columns], numbers: Sequence[str]) -> str:
    """Returns CSV with a header and one line for each (series, step).

    Args:
      answer: what `to_json` takes.
      series: its columns.
      numbers: those in each of them.
    """
    single = [name for name in NUMBERS if name in numbers]
    bounded = [*single, *(f"q{order}" for order in ORDERS if RANKS in numbers)]
    ends = [f"{name}_{side}" for name in bounded for side in ("low", "high")]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*NAMES, "step", "wall_time", *bounded, *ends))
    for names, one in zip(answer["series"], series, strict=True):
        cells = [_harmless(names[name]) for name in NAMES]
        values, low, high = (
            [jsonable(column) for column in _flat(one.numbers.values(), side)] for side in SIDES
        )
        pairs = [column for pair in zip(low, high, strict=True) for column in pair]
        times = one.step.tolist(), jsonable(one.wall_time)
        for row in zip(*times, *values, *pairs, strict=True):
            writer.writerow((*cells, *("" if value is None else value for value in row)))
    return text.getvalue()


def _flat(numbers: Iterable[Measured], side: str) -> list[Floats]:
    """Returns one side of numbers, each [R]."""
    sides = [getattr(one, side) for one in numbers]
    return [column for one in sides for column in (one.T if one.ndim > 1 else [one])]


def _harmless(text: str) -> str:
    """Keeps a spreadsheet from running a tag as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


def to_bytes(answer: Answer, series: Sequence[Columns], numbers: Sequence[str]) -> bytes:
    """Returns the safetensors file of the contract's `/statistics`.

    Args:
      answer: the JSON metadata, its `series` in the same order.
      series: the columns of each.
      numbers: those in each of them.
    """
    tensors = wire.rows([one.step for one in series], [one.wall_time for one in series])
    for name in numbers:
        shape = (0, len(QUANTILES)) if name == RANKS else (0,)
        value, low, high = (
            np.concatenate([np.empty(shape), *(getattr(one.numbers[name], side) for one in series)])
            for side in SIDES
        )
        if name not in WIDE:
            value, low, high = narrowed(value, low, high)
        tensors |= {name: value, f"{name}_low": low, f"{name}_high": high}
    said = {**answer, "quantiles": list(QUANTILES)}
    return save(tensors, metadata={"answer": json.dumps(said, allow_nan=False)})


def narrowed(
    value: Floats, low: Floats, high: Floats
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Returns the numbers as float32, the bounds rounded outward: they stay true."""
    infinity = np.float32(np.inf)
    with np.errstate(over="ignore"):
        near, below, above = (side.astype(np.float32) for side in (value, low, high))
        below = np.where(below > low, np.nextafter(below, -infinity), below)
        above = np.where(above < high, np.nextafter(above, infinity), above)
    largest = np.finfo(np.float32).max
    return np.clip(near, -largest, largest), below, above
