"""Rows as bytes: one safetensors file with those of all series; densities also as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from tb_layerweights.grid import Grid
from tb_layerweights.rows import starts

Floats = NDArray[np.float64]

# A smaller peak is nothing: its levels would not be finite.
LEAST = 1e-300

# Estimates, and the peak of 8-bit densities, travel with so many significant bits, 0.02 %: further
# ones would be noise, which doesn't compress.
SIGNIFICANT_BITS = 12
ESTIMATES = frozenset({"mean", "std", "near_zero"})
# Wall times travel as multiples of this many seconds.
TICK = 2.0**-10

# The tensors with one element for each row, and their types on the wire.
ROW_TYPES: dict[str, Any] = {
    "step": np.int64,
    "wall_time": np.float64,
    "peak": np.float32,
    "below": np.float32,
    "above": np.float32,
    "count": np.float64,
    "non_finite": np.uint8,
    "buckets": np.int32,
    "min": np.float32,
    "max": np.float32,
    "mean": np.float32,
    "std": np.float32,
    "near_zero": np.float32,
}


@dataclass(frozen=True, slots=True)
class Ridges:
    """The shown rows of one series: what the browser draws."""

    grid: Grid
    density: NDArray[Any]  # [R, B], quantized for the wire, as numbers for JSON
    peak: Floats  # [R]
    step: NDArray[np.int64]  # [R]
    wall_time: Floats
    below: Floats
    above: Floats
    count: Floats
    non_finite: NDArray[np.bool_]
    buckets: NDArray[np.int32]
    min: Floats
    max: Floats
    mean: Floats
    std: Floats
    near_zero: Floats


def quantize(density: Floats, bits: int) -> tuple[NDArray[Any], Floats]:
    """Returns densities [R, B] as integers whose largest stands for the row's peak, and peaks."""
    peak = density.max(axis=1, initial=0.0)
    top = 2**bits - 1
    scale = np.divide(top, peak, out=np.zeros_like(peak), where=peak > LEAST)
    scaled = density * scale[:, None]
    scaled += 0.5
    return scaled.astype(np.uint8 if bits == 8 else np.uint16), peak


def to_bytes(answer: dict[str, Any], series: Sequence[Ridges]) -> bytes:
    """Returns the safetensors file of the contract's `/densities`.

    Args:
      answer: the JSON metadata, its `series` in the same order.
      series: at least none; all with the same number of bins and bits.
    """
    bins, wide = int(answer["bins"]), np.uint8 if answer["bits"] == 8 else np.uint16
    tensors = rows([one.step for one in series], [one.wall_time for one in series])
    tensors |= {
        "range": np.array([(one.grid.first, one.grid.last) for one in series]).reshape(-1, 2),
        "threshold": np.array([one.grid.threshold for one in series], dtype=np.float64),
        "density": np.concatenate([np.empty((0, bins), wide), *(one.density for one in series)]),
    }
    for name in ROW_TYPES.keys() - tensors.keys():
        numbers = [np.empty(0), *(getattr(one, name) for one in series)]
        tensors[name] = np.concatenate(numbers).astype(ROW_TYPES[name])
    for name in ESTIMATES | ({"peak"} if answer["bits"] == 8 else set()):
        tensors[name] = shortened(tensors[name])
    return save(tensors, metadata={"answer": json.dumps(answer, allow_nan=False)})


def rows(steps: Sequence[NDArray[np.int64]], wall_times: Sequence[Floats]) -> dict[str, Any]:
    """Returns the tensors that say which rows there are, given those of each series."""
    sizes = [len(one) for one in steps]
    times = np.concatenate([np.empty(0), *wall_times])
    return {
        "offset": starts(np.array(sizes, dtype=np.intp)).astype(np.int32),
        "step": np.concatenate([np.empty(0, np.int64), *steps]),
        "wall_time": np.round(times / TICK) * TICK,
    }


def shortened(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns the numbers with `SIGNIFICANT_BITS`, zeros in place of the others."""
    step = np.uint32(1 << (24 - SIGNIFICANT_BITS))
    rounded = (values.view(np.uint32) + step // np.uint32(2)) & ~(step - np.uint32(1))
    return np.where(np.isfinite(values), rounded.view(np.float32), values)


def to_json(answer: dict[str, Any], series: Sequence[Ridges]) -> dict[str, Any]:
    """Returns the same as one JSON object: the rows of each series beside its names."""
    listed = []
    for names, one in zip(answer["series"], series, strict=True):
        rows: dict[str, Any] = {
            field.name: jsonable(getattr(one, field.name))
            for field in fields(one)
            if field.name not in ("grid", "density")
        }
        rows["range"] = [one.grid.first, one.grid.last]
        rows["threshold"] = one.grid.threshold
        rows["edges"] = one.grid.edges.tolist()
        rows["density"] = one.density.tolist()
        listed.append({**names, **rows})
    return {**answer, "series": listed}


def jsonable(values: Iterable[Any]) -> list[Any]:
    """Returns numbers as strict JSON knows them: None for NaN and infinity."""
    plain = values.tolist() if isinstance(values, np.ndarray) else values
    return [
        None if isinstance(value, float) and not math.isfinite(value) else value for value in plain
    ]


def decode(body: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Returns the metadata and the tensors of a `/densities` answer, densities as numbers."""
    tensors, answer = load(body), header(body)
    top = 2 ** int(answer["bits"]) - 1
    tensors["density"] = tensors["density"] * (tensors["peak"].astype(np.float64) / top)[:, None]
    return answer, tensors


def header(body: bytes) -> dict[str, Any]:
    """Returns the metadata of an answer in safetensors."""
    said = json.loads(body[8 : 8 + int.from_bytes(body[:8], "little")])
    answer: dict[str, Any] = json.loads(said["__metadata__"]["answer"])
    return answer
