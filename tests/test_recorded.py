"""What the recorder wrote, in the numbers that the tab tells."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from tb_layerweights.record import Recorder
from tb_layerweights.record.count import tally
from tb_layerweights.record.format import Exact, Parameter, moments_tensor
from tb_layerweights.recorded import completed, totals_of
from tb_layerweights.series import Record, Series
from tests import loaders
from tests.arrays import arrays
from tests.loaders import ROUTE, Loaded, strict

STEPS = 5
Floats = NDArray[np.float64]


def weights(step: int) -> dict[str, Floats]:
    rng = np.random.default_rng(step)
    kernel = rng.normal(0.01, 0.02, (30, 20))
    outlier = kernel.copy()
    outlier[0, 0] = 500 * kernel.std()
    exploded = kernel.copy()
    exploded[:step] = [math.nan, math.inf][step % 2]
    return {
        "dense/kernel": kernel,
        "dense_1/kernel": np.where(kernel > 0, kernel, 0),
        "dense_2/kernel": outlier,
        "dense_3/kernel": exploded,
    }


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    logdir = tmp_path_factory.mktemp("recorded")
    with Recorder(logdir / "run") as recorder:
        network = [
            Parameter(tag, tag.partition("/")[0], "kernel", "weight", kind="Dense")
            for tag in weights(0)
        ]
        recorder.describe(network, model="Sequential", framework="keras")
        for step in range(STEPS):
            recorder.record(weights(step), step)
    return logdir


@pytest.fixture(scope="module", params=["python", "rust"])
def loaded_run(request: pytest.FixtureRequest, recorded: Path) -> Iterator[Loaded]:
    if request.param == "python":
        yield loaders.load_python(recorded)
    else:
        with loaders.load_rust(recorded) as loaded:
            yield loaded


def statistics(loaded: Loaded, tag: str, logdir: Path | None = None) -> dict[str, Any]:
    """Returns the numbers of a series, of every step in the event files if these are given."""
    question = {"run": "run", "tag": tag, "read": "kept" if logdir is None else "every"}
    client = loaded.client(logdir=None if logdir is None else str(logdir))
    (series,) = strict(client.get(f"{ROUTE}statistics", query_string=question).text)["series"]
    return dict(series)


@pytest.mark.parametrize("read", ["kept", "every"])
@pytest.mark.parametrize(
    "tag", ["dense/kernel", "dense_1/kernel", "dense_2/kernel", "dense_3/kernel"]
)
def test_numbers_of_a_recorded_tensor_are_exact(
    loaded_run: Loaded, recorded: Path, tag: str, read: str
) -> None:
    series = statistics(loaded_run, tag, recorded if read == "every" else None)
    whole = [weights(step)[tag] for step in range(STEPS)]
    told = [one[np.isfinite(one)] for one in whole]
    for name, true in (
        ("count", [one.size for one in told]),
        ("mean", [one.mean() for one in told]),
        ("std", [one.std() for one in told]),
        ("rms", [math.sqrt((one**2).mean()) for one in told]),
        ("min", [one.min() for one in told]),
        ("max", [one.max() for one in told]),
        ("non_finite", [one.size - rest.size for one, rest in zip(whole, told, strict=True)]),
    ):
        np.testing.assert_allclose(series[name], true, rtol=1e-9, atol=1e-15)
        assert series["quality"][name] == "exact", name


@pytest.mark.parametrize("read", ["kept", "every"])
def test_nan_and_infinity_are_noticed_and_counted(
    loaded_run: Loaded, recorded: Path, read: str
) -> None:
    question = {"run": "run", "format": "json", "read": read}
    client = loaded_run.client(logdir=str(recorded))
    answer = strict(client.get(f"{ROUTE}densities", query_string=question).text)
    (notice,) = [one for one in answer["notices"] if one["code"] == "non_finite"]
    assert "at step 1: 20 of 600 values." in notice["text"]
    assert answer["unreadable"] == []


def test_classes_of_layers_are_those_of_the_recorded_network(loaded_run: Loaded) -> None:
    answer = strict(loaded_run.get("outline", run="run").text)
    assert [(one["layer"], one["kind"]) for one in answer["layers"]] == [
        ("dense", "Dense"), ("dense_1", "Dense"), ("dense_2", "Dense"), ("dense_3", "Dense"),
    ]  # fmt: skip


def test_both_loaders_tell_the_same(recorded: Path) -> None:
    python = loaders.load_python(recorded)
    with loaders.load_rust(recorded) as rust:
        for route in ("densities", "statistics"):
            assert python.get(route, run="run").data == rust.get(route, run="run").data


def series_of(*steps: int) -> Series:
    records = [Record(np.array([[0.0, 1.0, 2.0]]))] * len(steps)
    return Series("a", steps, tuple(map(float, steps)), records)


def test_exact_numbers_are_matched_by_their_step() -> None:
    first, second = (moments_tensor(Exact(tally(np.arange(size)).moments)) for size in (3, 5))
    nonsense = np.zeros(11)
    exact = [(1, first), (2, first), (2, second), (3, nonsense), (7, first)]
    found = completed(series_of(0, 1, 2, 3), exact)
    totals = [record.totals for record in found.records]
    assert [one.num if one else None for one in totals] == [None, 3, 5, None]
    assert [one.totals for one in found.within(1, 2).records] == totals[1:3]
    untouched = series_of(0, 1)
    assert completed(untouched, [(5, first), (0, nonsense)]) is untouched


@given(arrays())
def test_totals_are_those_of_the_values(array: Floats) -> None:
    said = totals_of(Exact(tally(array).moments))
    assert (said.num, said.min, said.max) == (array.size, array.min(), array.max())
    scale = np.abs(array).max()
    np.testing.assert_allclose(said.sum, array.sum(), rtol=1e-9, atol=1e-9 * scale * array.size)
    np.testing.assert_allclose(said.sum_squares, (array**2).sum(), rtol=1e-9)


def test_nan_and_infinity_are_set_apart() -> None:
    said = totals_of(Exact(tally(np.array([1.0, 2.0, math.nan, math.inf])).moments))
    assert said == (4, 3.0, 5.0, 1.0, 2.0, 2)
    assert totals_of(Exact(tally(np.empty(0)).moments)).num == 0
    nothing = totals_of(Exact(tally(np.full(3, math.nan)).moments))
    assert (nothing.num, nothing.apart) == (3, 3)


def test_steps_with_nan_are_told_beforehand() -> None:
    broken = moments_tensor(Exact(tally(np.array([1.0, math.nan])).moments))
    known = replace(series_of(0, 1, 2), finite=(True, True, False))
    assert completed(known, [(1, broken)]).finite == [True, False, False]
