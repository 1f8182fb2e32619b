from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tb_layerweights.histogram import Histograms, clean
from tb_layerweights.intervals import bounds, count_bounds, quantile_bounds
from tests.arrays import RECORDS, Floats, arrays, histograms_of
from tests.effort import examples
from tests.logdirs import HOSTILE

METHODS = (
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation",
    "interpolated_inverted_cdf", "hazen", "weibull", "linear", "median_unbiased",
    "normal_unbiased",
)  # fmt: skip
Q = (0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999)


def truth(array: Floats) -> dict[str, float]:
    """The numbers of an array, as exact as float64 can be."""
    wide = array.astype(np.longdouble)
    mean, rms = wide.mean(), np.sqrt((wide**2).mean())
    away = wide - mean
    std = np.sqrt((away**2).mean())
    true = {
        "mean": mean,
        "rms": rms,
        "std": std,
        "min": wide.min(),
        "max": wide.max(),
        "near_zero": (np.abs(wide) <= 0.01 * rms).mean(),
    }
    if std > 1e-9 * rms:
        true["kurtosis"] = (away**4).mean() / std**4
        true["max_sigma"] = np.abs(away).max() / std
    return {name: float(value) for name, value in true.items()}


@pytest.mark.parametrize("writer", RECORDS)
@settings(max_examples=examples(150))
@given(st.lists(arrays(), min_size=1, max_size=3))
def test_every_true_number_lies_in_its_interval(writer: str, rows: list[Floats]) -> None:
    found = bounds(histograms_of(writer, *rows))
    for row, array in enumerate(rows):
        size = np.abs(array).max()
        for name, true in truth(array).items():
            rounding = 4e-15 * (size if name in ("mean", "std", "rms") else abs(true))
            low, high = found[name].low[row], found[name].high[row]
            if low == high:
                rounding = 1e-9 * max(abs(true), size if name == "mean" else 0.0)
            if np.isnan(low) and name in ("kurtosis", "max_sigma"):
                assert found["std"].low[row] == 0
                continue
            assert low - rounding <= true <= high + rounding, name


@pytest.mark.parametrize("writer", RECORDS)
@settings(max_examples=examples(100))
@given(arrays())
def test_quantiles_of_every_definition_lie_in_their_intervals(writer: str, array: Floats) -> None:
    histograms = histograms_of(writer, array)
    found = quantile_bounds(histograms, Q, bounds(histograms))
    for method in METHODS:
        true = np.quantile(array, Q, method=method)
        rounding = 1e-15 * np.abs(array).max()
        assert (found.low[0] - rounding <= true).all(), method
        assert (true <= found.high[0] + rounding).all(), method


@pytest.mark.parametrize("writer", ["kept", "limits"])
def test_the_intervals_of_a_torch_log_are_narrow(writer: str) -> None:
    values = np.random.default_rng(3).normal(0.01, 0.05, 20000)
    histograms = histograms_of(writer, values)
    found = bounds(histograms)
    std = values.std()
    assert found["mean"].high[0] - found["mean"].low[0] < 0.2 * std
    assert 0.9 * std < found["std"].low[0] <= found["std"].high[0] < 1.1 * std
    assert found["kurtosis"].high[0] - found["kurtosis"].low[0] < 3
    assert found["max_sigma"].high[0] < 1.2 * np.abs(values - values.mean()).max() / std
    quantile = quantile_bounds(histograms, (0.9,), found)
    assert quantile.high[0, 0] / quantile.low[0, 0] < 1.2


def test_thirty_buckets_of_tensorflow_know_the_spread_within_a_third() -> None:
    values = np.random.default_rng(3).normal(0.0, 0.05, 20000)
    found = bounds(histograms_of("keras", values))
    for name, true in (("min", values.min()), ("max", values.max())):
        low, high = found[name].low[0], found[name].high[0]
        assert low <= true <= high
        assert high - low <= 1e-6 * abs(true)
    assert found["std"].high[0] - found["std"].low[0] < 0.3 * values.std()


def test_totals_make_moments_exact() -> None:
    values = np.random.default_rng(3).normal(0.01, 0.05, 2000)
    found = bounds(histograms_of("torch", values))
    for name, true in truth(values).items():
        if name in ("mean", "std", "rms", "min", "max"):
            assert found[name].low[0] == found[name].high[0] == pytest.approx(true, rel=1e-9)


def test_a_spread_whose_digits_cancel_is_no_exact_number() -> None:
    values = 1000 + np.random.default_rng(3).normal(0, 1e-3, 2000)
    found = bounds(histograms_of("torch", values))["std"]
    assert found.low[0] < values.std() < found.high[0]


@pytest.mark.parametrize("value", [0.0, 0.1, -3.0, 1e-20])
def test_a_constant_of_tensorflow_is_known_to_float32(value: float) -> None:
    found = bounds(histograms_of("keras", np.full(7, value)))
    for name, true in [("mean", value), ("std", 0), ("rms", abs(value)), ("min", value)]:
        low, high = found[name].low[0], found[name].high[0]
        assert low <= true <= high
        assert high - low <= 1e-6 * abs(value)
    assert found["near_zero"].low[0] == found["near_zero"].high[0] == (value == 0)


def row(*buckets: tuple[float, float, float]) -> Histograms:
    return clean([np.array(buckets, dtype=np.float64)])


def test_the_least_spread_is_that_of_values_moved_together() -> None:
    # From 1 and 4, the nearest ends, with 3 : 1 values.
    found = bounds(row((0, 1, 3), (1, 4, 0), (4, 6, 1)))["std"]
    assert found.low[0] == pytest.approx(np.std([1, 1, 1, 4]), rel=1e-6)
    assert found.high[0] >= np.std([0, 0, 0, 6])


def test_one_wide_bucket_says_nothing_of_the_shape() -> None:
    found = bounds(row((0, 1, 5)))
    assert (found["std"].low[0], found["kurtosis"].high[0]) == (0, np.inf)
    assert found["std"].high[0] == pytest.approx(0.5, rel=1e-6)


def test_equal_buckets_of_which_the_first_is_empty_do_not_begin_at_the_minimum() -> None:
    found = bounds(row((0, 1, 0), (1, 2, 3), (2, 3, 1)))["min"]
    assert (found.low[0], found.high[0]) == pytest.approx((1, 2), rel=1e-6)


@pytest.mark.parametrize("tag", ["nan_edges", "inf_edge", "overlapping", "huge_edges", "unsorted"])
def test_where_buckets_had_to_be_repaired_nothing_is_certain(tag: str) -> None:
    found = bounds(clean([HOSTILE[tag]]))
    assert np.isinf([found["mean"].low[0], found["std"].high[0], found["max"].high[0]]).all()


def test_large_counts_in_float32_are_not_exact() -> None:
    rows = np.array([(0, 1, 2**25), (1, 2, 5)], dtype=np.float32)
    found = count_bounds(clean([rows, rows / 100, rows.astype(np.float64)]))
    assert (found.low == found.high).tolist() == [False, True, True]


def test_rows_of_nothing_and_no_rows_have_no_bounds() -> None:
    empty = clean([np.zeros((3, 3)), np.zeros((0, 3))])
    found = bounds(empty)
    assert all(np.isnan(one.low).all() and np.isnan(one.high).all() for one in found.values())
    assert np.isnan(quantile_bounds(empty, Q, found).low).all()
    assert bounds(clean([]))["mean"].low.shape == (0,)
    assert quantile_bounds(clean([]), Q, bounds(clean([]))).low.shape == (0, len(Q))
