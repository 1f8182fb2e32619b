from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from safetensors.numpy import load

from tb_layerweights import wire
from tb_layerweights.grid import Grid
from tb_layerweights.wire import Ridges
from tests import golden

FILES = Path(__file__).parent / "golden"


@given(
    hnp.arrays(np.float64, (3, 16), elements=st.floats(0, 1e6)),
    st.sampled_from([8, 16]),
)
def test_quantized_densities_are_off_by_half_a_level_at_most(
    density: NDArray[np.float64], bits: int
) -> None:
    levels, peak = wire.quantize(density, bits)
    top = 2**bits - 1
    assert levels.dtype == (np.uint8 if bits == 8 else np.uint16)
    error = np.abs(levels * (peak / top)[:, None] - density)
    assert (error <= peak[:, None] * 0.5001 / top + wire.LEAST).all()
    assert (levels.max(axis=1)[peak > wire.LEAST] == top).all()


def ridges(rows: int, bins: int, bits: int) -> Ridges:
    density = np.arange(rows * bins).reshape(rows, bins) % 2**bits
    numbers: dict[str, Any] = {name: np.arange(rows) / 3 for name in wire.ROW_TYPES}
    numbers["step"] = np.arange(rows, dtype=np.int64) + 2**53 + 1
    numbers["wall_time"] = np.full(rows, np.nan)
    density = density.astype(np.uint8 if bits == 8 else np.uint16)
    return Ridges(grid=Grid(-1.0, 2.0, bins, 0.0), density=density, **numbers)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("rows", [[], [0], [3], [2, 0, 5]])
def test_rows_of_all_series_lie_one_after_the_other(rows: list[int], bits: int) -> None:
    series = [ridges(count, 8, bits) for count in rows]
    answer = {"bins": 8, "bits": bits, "series": [{"tag": "é"}] * len(rows)}
    body = wire.to_bytes(answer, series)
    tensors = load(body)
    assert wire.decode(body)[0] == answer
    assert tensors["offset"].tolist() == [0, *np.cumsum(rows).tolist()]
    assert tensors["range"].tolist() == [[-1.0, 2.0]] * len(rows)
    assert tensors["density"].shape == (sum(rows), 8)
    for name, kind in wire.ROW_TYPES.items():
        assert tensors[name].dtype == kind
        expected = np.concatenate([np.empty(0, kind), *(getattr(one, name) for one in series)])
        exact = name not in (*wire.ESTIMATES, *(["peak"] if bits == 8 else []))
        tolerance = 0.0 if exact else 2.0**-wire.SIGNIFICANT_BITS
        np.testing.assert_allclose(tensors[name], expected.astype(kind), rtol=tolerance)


@given(hnp.arrays(np.float32, 20, elements=st.floats(width=32, allow_subnormal=False)))
def test_shortened_numbers_keep_their_significant_bits_and_lose_the_others(
    values: NDArray[np.float32],
) -> None:
    short = wire.shortened(values)
    finite = np.isfinite(values) & (np.abs(values) < 1e38)
    np.testing.assert_array_equal(short[~np.isfinite(values)], values[~np.isfinite(values)])
    error = np.abs(short[finite].astype(np.float64) - values[finite])
    assert (error <= 2.0**-wire.SIGNIFICANT_BITS * np.abs(values[finite])).all()
    assert not (short[finite].view(np.uint32) & 0xFFF).any()


def test_wall_times_come_to_a_millisecond() -> None:
    one = ridges(3, 8, 8)
    times = np.array([1.7e9 + 0.123456, math.nan, 1.7e9 + 5])
    answer = {"bins": 8, "bits": 8, "series": [{"tag": "a"}]}
    sent = load(wire.to_bytes(answer, [replace(one, wall_time=times)]))["wall_time"]
    np.testing.assert_allclose(sent, times, rtol=0, atol=0.0005)


def test_json_has_no_nan() -> None:
    answer = {"bins": 8, "bits": 8, "series": [{"tag": "a"}]}
    text = json.dumps(wire.to_json(answer, [ridges(2, 8, 8)]), allow_nan=False)
    assert json.loads(text)["series"][0]["wall_time"] == [None, None]


def test_the_golden_answer_is_still_what_the_code_makes() -> None:
    assert golden.body() == (FILES / "densities.safetensors").read_bytes()


def test_the_golden_numbers_are_those_of_the_golden_answer() -> None:
    text = (FILES / "densities.json").read_text()
    assert json.loads(text) == golden.numbers((FILES / "densities.safetensors").read_bytes())
