from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tb_layerweights.histogram import Histograms, clean, cleaned, moments
from tb_layerweights.series import Record, Totals
from tb_layerweights.statistics import (
    DISTANCES,
    OWN,
    RANKS,
    SHOWN_QUANTILES,
    Measured,
    describe,
    measure,
    width,
)
from tests.arrays import RECORDS, Floats, arrays, histograms_of
from tests.effort import examples
from tests.logdirs import HOSTILE
from tests.test_histogram import ANY_ROWS


def assert_within(histograms: Histograms) -> None:
    for one in measure(histograms, q=SHOWN_QUANTILES).values():
        missing = np.isnan(one.value)
        assert (np.isnan(one.low) == missing).all()
        assert (np.isnan(one.high) == missing).all()
        assert ((one.low <= one.value) & (one.value <= one.high))[~missing].all()


@pytest.mark.parametrize("writer", RECORDS)
@settings(max_examples=examples(50))
@given(st.lists(arrays(), min_size=1, max_size=3))
def test_every_best_guess_lies_in_its_interval(writer: str, rows: list[Floats]) -> None:
    assert_within(histograms_of(writer, *rows))


@given(st.lists(ANY_ROWS, min_size=1, max_size=3))
def test_whatever_was_logged_a_guess_lies_in_its_interval(tensors: list[Floats]) -> None:
    assert_within(clean(tensors))


@given(st.lists(ANY_ROWS, max_size=3), st.sets(st.sampled_from(OWN)))
def test_a_number_is_the_same_whatever_else_is_asked_for(
    tensors: list[Floats], names: set[str]
) -> None:
    histograms = clean(tensors)
    whole, part = measure(histograms), measure(histograms, names)
    assert list(whole) == list(OWN)
    assert list(part) == [name for name in OWN if name in names]
    for name, one in part.items():
        for side in ("value", "low", "high"):
            assert getattr(one, side).tobytes() == getattr(whole[name], side).tobytes()
    assert width(names) * len(tensors) == sum(one.value.size for one in part.values())


RECORD = st.one_of(
    st.just(Record(np.zeros((0, 3)))),
    st.just(Record(np.full((2, 3), np.nan))),
    ANY_ROWS.map(Record),
    *(arrays().map(made) for made in RECORDS.values()),
)


@given(st.lists(RECORD, min_size=1, max_size=5), st.data())
def test_a_row_has_the_same_numbers_beside_any_others(
    records: list[Record], data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, len(records) - 1))
    alone, among = (measure(cleaned(some)) for some in (records[row : row + 1], records))
    for name in set(OWN) - set(DISTANCES):
        for side in ("value", "low", "high"):
            expected = getattr(among[name], side)[row]
            assert getattr(alone[name], side)[0].tobytes() == expected.tobytes(), (name, side)


@pytest.mark.parametrize(
    ("value", "low", "high", "quality"),
    [
        (1.0, 1.0, 1.0, "exact"),
        (1.0, 1.0, 2.0, "bound"),
        (2.0, 1.0, 2.0, "bound"),
        (0.0, 0.0, np.inf, "bound"),
        (1.5, 1.0, 2.0, "estimated"),
        (1.5, -np.inf, np.inf, "estimated"),
        (np.nan, np.nan, np.nan, "exact"),
    ],
)
def test_quality_says_where_the_true_number_can_be(
    value: float, low: float, high: float, quality: str
) -> None:
    assert Measured(*(np.array([one]) for one in (value, low, high))).quality() == quality


def test_the_quality_of_a_series_is_that_of_its_worst_row() -> None:
    one = Measured(np.array([1.0, 2.0]), np.array([1.0, 1.0]), np.array([1.0, 3.0]))
    assert one.quality() == "estimated"


def test_the_shape_of_a_normal_distribution_is_known() -> None:
    values = np.random.default_rng(0).normal(0, 0.1, 50000)
    found = measure(histograms_of("kept", values))
    assert found["kurtosis"].value[0] == pytest.approx(3, abs=0.1)
    farthest = np.abs(values - values.mean()).max() / values.std()
    assert found["max_sigma"].value[0] == pytest.approx(farthest, rel=0.05)


NAN_TOTALS = Totals(12, np.nan, np.nan, np.nan, np.nan)


@pytest.mark.parametrize(
    ("tensor", "totals", "expected"),
    [
        ([(0, 1, 10)], None, (0, 0, np.inf)),
        ([(0, 1, 10)], Totals(10, 5, 4, 0.1, 0.9), (0, 0, 0)),
        ([(0, 0, 0), (0, 1, 10)], NAN_TOTALS, (2, 2, 2)),
        ([(0, 1, 10)], Totals(12, 1e30, 1e60, 0.1, 1e30), (0, 0, 0)),
        (HOSTILE["nan_edges"], None, (1, 1, np.inf)),
        ([(0, 1, 10)], Totals(0, 0, 0, 0, 0), (0, 0, np.inf)),
    ],
)
def test_values_that_are_no_numbers_are_counted_where_the_log_can_tell(
    tensor: list[tuple[float, float, float]],
    totals: Totals | None,
    expected: tuple[float, float, float],
) -> None:
    histograms = clean([np.array(tensor, dtype=np.float64)], [totals])
    lost = measure(histograms)["non_finite"]
    assert (lost.value[0], lost.low[0], lost.high[0]) == expected
    assert histograms.non_finite[0] == (expected[0] > 0)


def test_totals_that_the_buckets_rule_out_are_not_believed() -> None:
    rows = np.array([(0.4, 0.6, 7.0)])
    said = clean([rows], [Totals(7, 3.5, 0, 0.5, 9.0)])
    assert said.logged.sum[0] == 3.5
    assert np.isnan([said.logged.sum_squares[0], said.logged.max[0]]).all()
    assert np.isnan(clean([rows], [Totals(7, 700, 0, 0, 0)]).logged.sum[0])


def test_moments_take_the_totals_where_there_are_some() -> None:
    values = np.random.default_rng(0).normal(0.2, 1, 500)
    known, guessed = histograms_of("torch", values, values), histograms_of("kept", values)
    assert moments(known).mean[1] == pytest.approx(values.mean(), rel=1e-12)
    assert moments(known).std[1] == pytest.approx(values.std(), rel=1e-12)
    assert moments(guessed).std[0] != pytest.approx(values.std(), rel=1e-9)


def test_a_single_histogram_has_the_numbers_of_a_row() -> None:
    values = np.random.default_rng(0).normal(0.2, 1, 500)
    histograms = histograms_of("kept", values)
    one, row = describe(histograms, np.zeros((0, 3)), 10), measure(histograms)
    for name, quantity in one["moments"].items():
        assert quantity["value"] == row[name].value[0]
        assert quantity["low"] == row[name].low[0]
        assert quantity["quality"] == row[name].quality()
    assert one["quantiles"][4]["high"] == row[RANKS].high[0, 2]
