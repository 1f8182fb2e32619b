"""Answers about a range of steps, and on grids of given ends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tb_layerweights import wire
from tb_layerweights.density import resample
from tb_layerweights.grid import Axis, narrowest
from tb_layerweights.histogram import clean
from tests.grids import fit_grid
from tests.loaders import KERNEL, RUNS, Loaded, codes, strict
from tests.test_histogram import ANY_ROWS

ENDS = st.floats(-3.4e38, 3.4e38)


def shown(loaded: Loaded, run: str, **query: Any) -> list[list[int]]:
    answer = strict(loaded.get("densities", run=run, format="json", **query).text)
    return [one["step"] for one in answer["series"]]


def test_both_ends_of_a_range_of_steps_are_in_it(loaded: Loaded) -> None:
    query = {"run": "keras/train", "tag": KERNEL}
    assert shown(loaded, **query, **{"from": 1, "to": 3}) == [[1, 2, 3]]
    assert shown(loaded, **query, **{"from": 3}) == [[3, 4]]
    assert shown(loaded, **query, **{"to": -1}) == [[]]
    assert shown(loaded, **query, **{"from": 2, "to": 2}) == [[2]]


def test_a_range_of_steps_is_thinned_by_itself(loaded: Loaded) -> None:
    query = {"run": "torch", "role": "weight", "steps": 20, "format": "json"}
    answer = strict(loaded.get("densities", **query, **{"from": 101, "to": 299}).text)
    for one in answer["series"]:
        assert one["step"] == list(range(110, 300, 10))
        assert (one["steps_kept"], one["steps_within"]) == (60, 19)
    assert codes(answer) == []
    (steps, *others) = shown(loaded, "torch", role="weight", steps=20, **{"from": 100})
    assert (steps[0], steps[-1], len(steps) <= 20) == (100, 590, True)
    assert all(one == steps for one in others)


def test_a_series_without_a_step_in_the_range_keeps_its_place(loaded: Loaded) -> None:
    """Gradients were logged up to step 500."""
    whole, _ = wire.decode(loaded.get("densities", run="torch").data)
    for axis in ("linear", "symlog"):
        query = {"run": "torch", "axis": axis, "from": 510}
        answer, tensors = wire.decode(loaded.get("densities", **query).data)
        assert [one["tag"] for one in answer["series"]] == [one["tag"] for one in whole["series"]]
        rows = np.diff(tensors["offset"])
        for one, count, ends in zip(answer["series"], rows, tensors["range"], strict=True):
            without = one["role"] == "gradient"
            assert (count == 0) == without == (ends.tolist() == [-1, 1])
            assert count == one["steps_within"]
        strict(loaded.get("densities", format="json", **query).text)


def test_statistics_of_a_range_of_steps_are_about_these_alone(loaded: Loaded) -> None:
    query = {"run": "torch", "tag": ["fc.bias", "fc.bias.grad"]}
    whole = strict(loaded.get("statistics", **query).text)["series"][0]
    part, empty = strict(loaded.get("statistics", **query, **{"from": 515, "to": 585}).text)[
        "series"
    ]
    assert part["step"] == list(range(520, 590, 10))
    assert part["low"]["mean"] == whole["low"]["mean"][52:59]
    assert (part["distance_first"][0], part["distance_previous"][0]) == (0.0, None)
    assert part["distance_first"][1] == part["distance_previous"][1]
    assert (empty["tag"], empty["step"], empty["quantiles"]["0.5"]) == ("fc.bias.grad", [], [])


@pytest.mark.parametrize("axis", ["linear", "symlog"])
@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize(
    ("low", "high"), [(-0.02, 0.03), (5.0, 6.0), (-3.4e38, 3.4e38), (0, 1e-30)]
)
def test_grids_of_given_ends_conserve_mass(
    python_loaded: Loaded, run: str, axis: str, low: float, high: float
) -> None:
    query = {"run": run, "axis": axis, "low": low, "high": high, "bits": 16, "bins": 8}
    _, tensors = wire.decode(python_loaded.get("densities", **query).data)
    assert (tensors["range"] == [low, high]).all()
    for name in ("density", "peak", "below", "above"):
        assert np.isfinite(tensors[name]).all()
    sizes = np.diff(tensors["offset"])
    ends, threshold = (np.repeat(tensors[name], sizes, axis=0) for name in ("range", "threshold"))
    if axis == "symlog":
        ends = np.arcsinh(ends / threshold[:, None])
    mass = tensors["density"].sum(axis=1) * (ends[:, 1] - ends[:, 0]) / 8
    whole = mass + tensors["below"] + tensors["above"]
    np.testing.assert_allclose(whole, tensors["count"] > 0, atol=1e-3)


@pytest.mark.parametrize("axis", ["linear", "symlog"])
def test_the_threshold_is_that_of_the_series(loaded: Loaded, axis: str) -> None:
    query = {"run": "torch", "axis": axis}
    _, own = wire.decode(loaded.get("densities", **query).data)
    _, given_ = wire.decode(loaded.get("densities", low=-0.01, high=0.02, **query).data)
    assert own["threshold"].tolist() == given_["threshold"].tolist()
    assert (own["threshold"] > 0).all() == (axis == "symlog")


@given(
    st.lists(ANY_ROWS, max_size=3),
    st.tuples(ENDS, ENDS).map(sorted).filter(lambda ends: ends[1] - ends[0] >= narrowest(*ends)),
    st.sampled_from(["linear", "symlog"]),
)
def test_whatever_was_logged_no_mass_is_lost_in_a_window(
    tensors: list[NDArray[np.float64]], ends: list[float], axis: Axis
) -> None:
    histograms = clean(tensors)
    grid = fit_grid(histograms, bins=8, axis=axis, full=False, window=(ends[0], ends[1]))
    assert [grid.first, grid.last] == ends
    assert (np.diff(grid.edges) > 0).all()
    found = resample(histograms, grid.edges, grid.bin_width)
    assert np.isfinite(found.density.astype(np.float32)).all()
    mass = found.density.sum(axis=1) * grid.bin_width + found.below + found.above
    np.testing.assert_allclose(mass, histograms.total > 0, atol=1e-6)
