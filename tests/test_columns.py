from __future__ import annotations

import csv
import io
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.numpy import load

from tb_layerweights.columns import Columns, narrowed, to_bytes, to_json, to_table
from tb_layerweights.histogram import clean
from tb_layerweights.statistics import NAMES, NUMBERS, QUANTILES, RANKS, measure
from tb_layerweights.updates import completed
from tests.arrays import Floats, histograms_of
from tests.loaders import RUNS, Loaded, strict
from tests.test_histogram import ANY_ROWS

ANSWER = {"series": [{"tag": "a", "layer": "a", "parameter": "", "role": "weight", "quality": {}}]}


def columns(*values: Floats) -> Columns:
    rows = len(values)
    measured = measure(histograms_of("kept", *values))
    numbers = completed(measured, NAMES, range(rows), None, is_parameter=True)
    return Columns(np.arange(rows), np.ones(rows), numbers)


def metadata(body: bytes) -> Any:
    header = json.loads(body[8 : 8 + int.from_bytes(body[:8], "little")])
    return json.loads(header["__metadata__"]["answer"])


@given(st.lists(ANY_ROWS, max_size=3))
def test_whatever_was_logged_json_is_strict(tensors: list[Floats]) -> None:
    rows = len(tensors)
    one = Columns(np.arange(rows), np.full(rows, np.nan), measure(clean(tensors)))
    json.dumps(to_json(ANSWER, [one]), allow_nan=False)


def test_the_table_has_bounds_after_the_values() -> None:
    one = columns(np.random.default_rng(0).normal(0.2, 1, 500))
    (line,) = csv.DictReader(io.StringIO(to_table(ANSWER, [one], NAMES)))
    assert list(line)[6 : 6 + len(NUMBERS)] == list(NUMBERS)
    assert float(line["std_low"]) < float(line["std"]) < float(line["std_high"])
    assert float(line["q0.5_low"]) <= float(line["q0.5"]) <= float(line["q0.5_high"])
    assert (line["distance_previous"], line["non_finite_high"]) == ("", "")


def test_a_table_of_nothing_has_the_header_of_what_was_asked() -> None:
    header = to_table({"series": []}, [], ("mean", RANKS)).splitlines()
    assert header[0].startswith("tag,layer,parameter,role,step,wall_time,mean,q0.05,q0.25,")
    assert header[0].endswith("mean_low,mean_high," + ",".join(
        f"q{q:g}_{side}" for q in QUANTILES for side in ("low", "high")
    ))  # fmt: skip


def test_a_series_without_steps_has_no_lines() -> None:
    assert to_table(ANSWER, [columns()], NAMES).splitlines()[1:] == []


@given(
    hnp.arrays(np.float64, (3, 12), elements=st.floats(allow_nan=False)).map(
        lambda sides: np.sort(sides, axis=0)
    )
)
def test_bounds_stay_true_and_close_as_float32(sides: Floats) -> None:
    low, value, high = sides
    value = np.where(np.isinf(value), 0.0, value)
    low, high = np.minimum(low, value), np.maximum(high, value)
    near, below, above = narrowed(value, low, high)
    assert (below.astype(np.float64) <= low).all()
    assert (above.astype(np.float64) >= high).all()
    assert ((below <= near) & (near <= above)).all()
    assert np.isfinite(near).all()
    with np.errstate(over="ignore"):
        exact = low.astype(np.float32).astype(np.float64) == low
        next_up = np.nextafter(below, np.float32(np.inf))
    assert (below[exact] == low[exact]).all()
    assert (next_up[~exact] >= low[~exact]).all()


def test_what_does_not_exist_is_nan_and_what_is_not_known_infinite() -> None:
    wild = clean([np.array([(0.0, 2, 4), (1, 3, 4)]), np.zeros((0, 3))])
    one = Columns(np.arange(2), np.ones(2), measure(wild, ("mean", "non_finite")))
    tensors = load(to_bytes(ANSWER, [one], ("mean", "non_finite")))
    assert np.isnan([tensors[f"mean{side}"][1] for side in ("", "_low", "_high")]).all()
    assert (tensors["mean_low"][0], tensors["mean_high"][0]) == (-np.inf, np.inf)
    assert tensors["non_finite_high"].tolist() == [np.inf, np.inf]


@pytest.mark.parametrize("run", RUNS)
def test_safetensors_say_the_same_as_json(loaded: Loaded, run: str) -> None:
    body = loaded.get("statistics", run=run, format="safetensors").data
    answer, tensors = metadata(body), load(body)
    spelled = strict(loaded.get("statistics", run=run).text)
    for key in ("run", "unreadable", "notices"):
        assert answer[key] == spelled[key]
    assert answer["quantiles"] == list(QUANTILES)
    assert len(tensors["offset"]) == len(spelled["series"]) + 1
    for index, (names, one) in enumerate(zip(answer["series"], spelled["series"], strict=True)):
        assert names == {name: one[name] for name in names}
        rows = slice(tensors["offset"][index], tensors["offset"][index + 1])
        assert tensors["step"][rows].tolist() == one["step"]
        for name in NUMBERS:
            for side, numbers in (("", one), ("_low", one["low"]), ("_high", one["high"])):
                expected = np.array(numbers[name], dtype=np.float64)
                sent = tensors[name + side][rows]
                if not side:
                    assert (np.isnan(sent) == np.isnan(expected)).all()
                sent = np.where(np.isinf(sent), np.nan, sent)
                np.testing.assert_allclose(sent, expected, rtol=2e-7, atol=3e-45)
        middle = tensors["quantiles"][rows][:, 2]
        np.testing.assert_allclose(
            middle, np.array(one["quantiles"]["0.5"], dtype=np.float64), rtol=1e-7, atol=1e-45
        )


def test_only_the_numbers_asked_for_are_there(loaded: Loaded) -> None:
    query = {"run": "torch", "role": "weight", "number": ["distance_first", "mean", "mean"]}
    whole = strict(loaded.get("statistics", run="torch", role="weight").text)
    for one, all_ in zip(
        strict(loaded.get("statistics", **query).text)["series"], whole["series"], strict=True
    ):
        assert list(one) == [
            "tag", "layer", "parameter", "role", "step", "wall_time", "mean", "distance_first",
            "low", "high", "quality",
        ]  # fmt: skip
        for side in ("low", "high", "quality"):
            assert list(one[side]) == ["mean", "distance_first"]
        assert one["mean"] == all_["mean"]
        assert one["high"]["distance_first"] == all_["high"]["distance_first"]
    table = loaded.get("statistics", format="csv", **query).text.splitlines()
    assert table[0] == (
        "tag,layer,parameter,role,step,wall_time,mean,distance_first,"
        "mean_low,mean_high,distance_first_low,distance_first_high"
    )
    body = loaded.get("statistics", format="safetensors", **query).data
    assert set(load(body)) == {
        "offset", "step", "wall_time", "mean", "mean_low", "mean_high", "distance_first",
        "distance_first_low", "distance_first_high",
    }  # fmt: skip
    assert list(metadata(body)["series"][0]["quality"]) == ["mean", "distance_first"]


def test_statistics_can_show_the_steps_that_densities_show(loaded: Loaded) -> None:
    query = {"run": "torch", "steps": 20, "from": 20, "format": "json"}
    drawn, told = (strict(loaded.get(route, **query).text) for route in ("densities", "statistics"))
    assert [one["step"] for one in drawn["series"]] == [one["step"] for one in told["series"]]
    assert drawn["notices"] == told["notices"]
    first = told["series"][0]
    assert len(first["step"]) <= 20
    assert first["distance_previous"][1] == first["distance_first"][1]
