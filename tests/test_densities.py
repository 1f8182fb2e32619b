from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tb_layerweights import wire
from tests import loaders, logdirs
from tests.loaders import ROUTE, RUNS, Loaded, codes, strict


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("axis", ["linear", "symlog"])
@pytest.mark.parametrize("range_", ["robust", "full"])
def test_densities_of_every_run_conserve_mass(
    loaded: Loaded, run: str, axis: str, range_: str
) -> None:
    response = loaded.get("densities", run=run, axis=axis, range=range_, bits=16, bins=64)
    assert response.mimetype == "application/octet-stream"
    answer, tensors = wire.decode(response.data)
    offset, ends, threshold = tensors["offset"], tensors["range"], tensors["threshold"]
    assert len(offset) == len(answer["series"]) + 1
    for index in range(len(answer["series"])):
        rows = slice(offset[index], offset[index + 1])
        first, last = ends[index]
        if axis == "symlog":
            first, last = np.arcsinh(ends[index] / threshold[index])
        mass = tensors["density"][rows].sum(axis=1) * (last - first) / 64
        whole = mass + tensors["below"][rows] + tensors["above"][rows]
        np.testing.assert_allclose(whole, tensors["count"][rows] > 0, atol=1e-3)
        assert (np.diff(tensors["step"][rows]) > 0).all()
        assert first < last
    if range_ == "robust":
        assert (tensors["below"] + tensors["above"] <= 0.001 + 1e-6).all()


@pytest.mark.parametrize("run", RUNS)
def test_json_says_the_same_as_safetensors(loaded: Loaded, run: str) -> None:
    query = {"run": run, "bins": 32, "bits": 16}
    answer, tensors = wire.decode(loaded.get("densities", **query).data)
    spelled = strict(loaded.get("densities", format="json", **query).text)
    assert [one["tag"] for one in spelled["series"]] == [one["tag"] for one in answer["series"]]
    assert {key: spelled[key] for key in answer if key != "series"} == {
        key: answer[key] for key in answer if key != "series"
    }
    for index, one in enumerate(spelled["series"]):
        rows = slice(tensors["offset"][index], tensors["offset"][index + 1])
        top = np.max(one["peak"])
        np.testing.assert_allclose(tensors["density"][rows], one["density"], atol=1e-4 * top)
        np.testing.assert_allclose(
            tensors["mean"][rows],
            np.array(one["mean"], dtype=np.float64),
            rtol=2.0**-wire.SIGNIFICANT_BITS,
            atol=1e-38,
        )
        assert (one["edges"][0], one["edges"][-1]) == tuple(tensors["range"][index])
        assert tensors["step"][rows].tolist() == one["step"]


@pytest.mark.parametrize("run", sorted({*RUNS} - {"sampled"}))
@pytest.mark.parametrize("axis", ["linear", "symlog"])
def test_both_loaders_give_the_same_densities(
    python_loaded: Loaded, rust_loaded: Loaded, run: str, axis: str
) -> None:
    python, rust = (
        strict(one.get("densities", run=run, axis=axis, format="json").text)
        for one in (python_loaded, rust_loaded)
    )
    assert python["unreadable"] == rust["unreadable"]
    assert codes(python) == codes(rust)
    for ours, theirs in zip(python["series"], rust["series"], strict=True):
        assert {**ours, **dict.fromkeys(WITHIN_FLOAT32)} == {
            **theirs, **dict.fromkeys(WITHIN_FLOAT32),
        }  # fmt: skip
        scale = max(abs(edge) for edge in ours["edges"])
        np.testing.assert_allclose(ours["edges"], theirs["edges"], atol=2e-6 * scale)
        peaks = np.array(ours["peak"])[:, None]
        difference = np.abs(np.array(ours["density"]) - theirs["density"])
        assert (difference <= 2e-3 * peaks).all()


WITHIN_FLOAT32 = ("density", "peak", "below", "above", "range", "threshold", "edges", "min", "max",
                  "mean", "std", "near_zero", "count")  # fmt: skip


def test_roles_and_tags_choose_series(loaded: Loaded) -> None:
    def chosen(**query: Any) -> list[str]:
        answer = strict(loaded.get("densities", run="torch", format="json", **query).text)
        return [one["tag"] for one in answer["series"]]

    assert chosen(role="statistic") == ["layer1.0.bn1.running_mean"]
    assert len(chosen(role=["weight", "gradient"])) == 17
    assert chosen(role="activation") == []
    assert chosen(tag=["fc.bias", "stem.weight", "fc.bias"]) == ["stem.weight", "fc.bias"]
    assert chosen(tag=["fc.bias", "stem.weight"], role="gradient") == []


def test_steps_are_thinned_alike_for_series_logged_together(loaded: Loaded) -> None:
    answer = strict(
        loaded.get("densities", run="torch", role="weight", steps=20, format="json").text
    )
    steps = [one["step"] for one in answer["series"]]
    assert all(one == steps[0] for one in steps)
    assert (steps[0][0], steps[0][-1]) == (0, 590)
    assert len(steps[0]) <= 20
    assert {one["steps_kept"] for one in answer["series"]} == {60}
    assert codes(answer) == ["thinned"]


def test_what_the_data_hold_is_said(loaded: Loaded) -> None:
    answer = wire.decode(loaded.get("densities", run="hostile").data)[0]
    assert codes(answer) == ["non_finite", "unreadable_series", "coarse_buckets"]
    unreadable = {one["tag"]: one["text"] for one in answer["unreadable"]}
    assert unreadable["half/kernel"].startswith("1 of 3 records are left out")
    assert unreadable["poison"] == "TensorBoard can't read it (TypeError)."
    shown = {one["tag"] for one in answer["series"]}
    assert {"half/kernel", "good/kernel", "constructor", "t" * 5000} <= shown
    assert not shown & {"poison", "scalar", "string"}
    late = strict(loaded.get("densities", run="hostile", tag="late_nan/kernel", format="json").text)
    assert late["notices"][0]["text"].endswith("first seen in 'late_nan', at step 2.")
    assert late["series"][0]["non_finite"] == [False, False, True]
    assert late["series"][0]["mean"][2] is None


def test_dropped_steps_are_said(loaded: Loaded) -> None:
    answer = strict(loaded.get("densities", run="sampled", format="json").text)
    assert codes(answer)[0] == "sampled"
    assert answer["series"][0]["steps_kept"] in (100, 500)
    assert "--samples_per_plugin=histograms=0" in answer["notices"][0]["fix"]


def test_steps_beyond_javascript_s_integers_survive(tmp_path: Path) -> None:
    steps = (-5, 2**53 + 1, 2**63 - 1)
    with logdirs.open_run(tmp_path / "far") as run:
        for step in steps:
            run.histogram("dense/kernel", step, logdirs.weights((9,), 0))
    far = loaders.load_python(tmp_path)
    assert wire.decode(far.get("densities", run="far").data)[1]["step"].tolist() == list(steps)
    response = far.get("histogram", run="far", tag="dense/kernel", step=2**63 - 1)
    assert strict(response.text)["step"] == 2**63 - 1


def test_the_sampling_hint_decides_what_counts_as_sampled(tmp_path: Path) -> None:
    with logdirs.open_run(tmp_path / "run") as run:
        for step in [*range(99), 200]:
            run.histogram("dense/kernel", step, logdirs.weights((9,), 0), buckets=3)
    loaded = loaders.load_python(tmp_path)
    for hint, expected in ((None, True), ({"histograms": 0}, False), ({"histograms": 100}, True)):
        client = loaded.client(sampling_hints=hint)
        answer = strict(client.get(ROUTE + "densities?run=run&format=json").text)
        assert ("sampled" in codes(answer)) is expected


def test_an_answer_is_bounded_by_thinning_further(
    monkeypatch: pytest.MonkeyPatch, python_loaded: Loaded
) -> None:
    monkeypatch.setattr("tb_layerweights.answers.MOST_BINS", {"json": 18 * 64 * 10})
    text = python_loaded.get("densities", run="torch", bins=64, format="json").text
    assert max(len(one["step"]) for one in strict(text)["series"]) <= 10


def test_everything_said_is_finite_or_null(loaded: Loaded) -> None:
    for run in RUNS:
        strict(loaded.get("statistics", run=run).text)
        _, tensors = wire.decode(loaded.get("densities", run=run, axis="symlog").data)
        for name in ("density", "peak", "below", "above", "count", "range", "threshold"):
            assert np.isfinite(tensors[name]).all(), (run, name)
        assert all(math.isfinite(value) for value in tensors["wall_time"].tolist())
