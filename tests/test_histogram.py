from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from tb_layerweights.histogram import (
    BucketsError,
    Histograms,
    as_logged,
    check,
    clean,
    moments,
    quantiles,
    reach,
)
from tests.logdirs import HOSTILE, torch_edges

NAN, INF = float("nan"), float("inf")
DBL_MAX = float(np.finfo(np.float64).max)


def one(*rows: tuple[float, float, float]) -> Histograms:
    return clean([np.array(rows, dtype=np.float64).reshape(-1, 3)])


def buckets(histograms: Histograms) -> list[tuple[float, float, float]]:
    columns = histograms.left, histograms.right, histograms.share * histograms.total[0]
    return list(zip(*(column.tolist() for column in columns), strict=True))


def normal(size: int = 5000, bins: int = 30, scale: float = 0.1) -> NDArray[np.float64]:
    counts, edges = np.histogram(np.random.default_rng(0).normal(0, scale, size), bins=bins)
    return np.column_stack((edges[:-1], edges[1:], counts))


def test_well_formed_buckets_stay_as_they_are() -> None:
    rows = ((0.0, 1.0, 4.0), (1.0, 3.0, 0.0), (3.0, 4.0, 6.0))
    assert buckets(one(*rows)) == list(rows)


def test_rows_of_a_series_stay_apart() -> None:
    first, second = normal(bins=30), normal(bins=7)
    histograms = clean([first, second, first])
    assert histograms.start.tolist() == [0, 30, 37, 67]
    assert histograms.total.tolist() == [5000] * 3
    assert histograms.left[30:37].tolist() == second[:, 0].astype(np.float32).tolist()


def test_read_only_input_is_not_changed() -> None:
    tensor = np.array([(0.5, 0.1, 0), (0.1, 1.0, 3), (1, -1, 0)], dtype=np.float64)
    tensor.flags.writeable = False
    clean([tensor])


def test_empty_outer_buckets_are_trimmed_and_inner_ones_kept() -> None:
    histograms = one((-1, 0, 0), (0, 1, 2), (1, 2, 0), (2, 3, 2), (3, DBL_MAX, 0))
    assert buckets(histograms) == [(0, 1, 2), (1, 2, 0), (2, 3, 2)]
    assert histograms.buckets.tolist() == [3]


def test_the_true_minimum_moves_from_a_backward_bucket_to_the_one_that_holds_it() -> None:
    histograms = one((0.25, 0, 0), (0, 1, 2), (1, 2, 3), (2, 1.75, 0))
    assert buckets(histograms) == [(0.25, 1, 2), (1, 1.75, 3)]


def test_a_backward_edge_outside_the_outermost_bucket_is_not_taken() -> None:
    assert buckets(one((1.5, 0, 0), (0, 1, 2))) == [(0, 1, 2)]


def test_the_two_loaders_forms_of_an_old_histogram_agree() -> None:
    rust = one((-DBL_MAX, -1, 0), (-1, -0.5, 0), (-0.5, 0, 3), (0, 0.5, 5), (0.5, DBL_MAX, 0))
    python = clean([np.array([(-0.5, 0, 3), (0, 0.5, 5)], dtype=np.float32)])
    assert buckets(rust) == buckets(python)


def test_edges_are_float32_numbers_where_buckets_are_wide_enough_for_it() -> None:
    edges = np.linspace(-0.1, 0.3, 31)
    wide = np.column_stack((edges[:-1], edges[1:], np.ones(30)))
    assert clean([wide]).left.tolist() == wide[:, 0].astype(np.float32).tolist()
    narrow = wide * [1e-6, 1e-6, 1] + [1, 1, 0]
    together = clean([wide, narrow, np.array([(0.1, 0.1, 4)])])
    assert together.left[:30].tolist() == wide[:, 0].astype(np.float32).tolist()
    assert together.right[30:60].tolist() == narrow[:, 1].tolist()
    assert together.left[60] == np.float32(0.1)
    tiny = wide * [1e-35, 1e-35, 1]
    assert clean([tiny]).left.tolist() == tiny[:, 0].tolist()


@given(
    st.floats(-100, 100), st.floats(0, 10), st.integers(1, 40), st.sampled_from([1e-12, 1e-3, 1e9])
)
def test_rounding_edges_collapses_no_bucket_and_hardly_widens_any(
    first: float, width: float, size: int, scale: float
) -> None:
    edges = (first + width * np.arange(size + 1)) * scale
    rows = np.column_stack((edges[:-1], edges[1:], np.ones(size)))
    histograms = clean([rows])
    widths = edges[1:] - edges[:-1]
    np.testing.assert_allclose(histograms.right - histograms.left, widths, rtol=1.5e-3)


def test_buckets_as_logged_are_the_same_from_both_loaders_and_not_repaired() -> None:
    rust = np.array([(-DBL_MAX, -1, 0), (-0.1, -0.5, 0), (-0.5, 0.1, 3), (0.1, DBL_MAX, 0)])
    python = np.array([(-0.1, 0.1, 3)], dtype=np.float32)
    assert as_logged(rust[1:]).tolist() == as_logged(python).tolist()
    assert as_logged(HOSTILE["backward"]).tolist() == HOSTILE["backward"].tolist()
    assert as_logged(HOSTILE["all_zero"]).shape == as_logged(np.zeros((0, 3))).shape == (0, 3)


def test_overlapping_buckets_share_their_mass_out_by_width() -> None:
    assert buckets(one((0, 2, 8), (1, 3, 6))) == [(0, 1, 4), (1, 2, 7), (2, 3, 3)]


def test_gaps_stay_gaps() -> None:
    assert buckets(one((0, 1, 4), (5, 6, 4))) == [(0, 1, 4), (5, 6, 4)]


def test_unsorted_buckets_are_sorted_and_backward_ones_turned() -> None:
    assert buckets(one((2, 3, 1), (1, 0, 2), (1, 2, 3))) == [(0, 1, 2), (1, 2, 3), (2, 3, 1)]


def test_negative_counts_are_taken_as_nothing() -> None:
    assert one((0, 1, 2), (1, 2, -3), (2, 3, 5)).total.tolist() == [7]


def test_a_point_inside_a_bucket_keeps_its_mass_and_place() -> None:
    assert buckets(one((0, 2, 4), (1, 1, 6))) == [(0, 1, 2), (1, 1, 6), (1, 2, 2)]


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        (((NAN, NAN, 0), (NAN, NAN, 0)), 0),
        (((NAN, 1, 3), (1, 2, 5), (2, NAN, 1)), 9),
        (((0, 1, 3), (1, INF, 5)), 3),
        (((-INF, INF, 5),), 0),
        (((0, 1, NAN), (1, 2, 5)), 5),
        (((0, 1, INF), (1, 2, 5)), 5),
        (((0, 1, 1.7e308), (1, 2, 1.7e308)), 0),
        (((-DBL_MAX, 0, 1), (0, 1, 5)), 5),
    ],
)
def test_what_is_not_finite_is_flagged_and_the_rest_kept(
    rows: tuple[tuple[float, float, float], ...], total: float
) -> None:
    histograms = one(*rows)
    assert histograms.non_finite.tolist() == [True]
    assert histograms.total.tolist() == [total]


def test_an_infinite_edge_of_an_empty_bucket_says_nothing_about_the_values() -> None:
    assert one((-INF, 0, 0), (0, 1, 5), (1, INF, 0)).non_finite.tolist() == [False]


@pytest.mark.parametrize(
    "tensor",
    [
        np.zeros(3),
        np.zeros((2, 2)),
        np.zeros((2, 2, 3)),
        np.zeros((2, 3), dtype=complex),
        np.zeros((2, 3), dtype=bool),
        np.array([[b"a"] * 3], dtype=object),
        np.zeros((2, 3), dtype=[("qint8", "i1")]),
        np.array("text"),
    ],
)
def test_anything_but_rows_of_three_real_numbers_is_refused(tensor: NDArray[np.float64]) -> None:
    with pytest.raises(BucketsError):
        check(tensor)


@given(hnp.arrays(dtype=hnp.scalar_dtypes(), shape=hnp.array_shapes(max_dims=3, max_side=4)))
def test_any_array_is_refused_or_made_clean(tensor: NDArray[np.float64]) -> None:
    try:
        check(tensor)
    except BucketsError:
        return
    assert_clean(clean([tensor]))


WILD = st.sampled_from(
    [0.0, -0.0, 1.0, -1.0, 2.5, 1e-300, 5e-324, 1e300, DBL_MAX, -DBL_MAX, INF, -INF, NAN, 3e38]
)
ANY_ROWS = hnp.arrays(np.float64, st.tuples(st.integers(0, 6), st.just(3)), elements=WILD)


@given(st.lists(ANY_ROWS, min_size=1, max_size=3))
def test_any_buckets_come_out_clean(tensors: list[NDArray[np.float64]]) -> None:
    assert_clean(clean(tensors))


def assert_clean(histograms: Histograms) -> None:
    assert np.isfinite([histograms.left, histograms.right, histograms.share]).all()
    assert (histograms.left <= histograms.right).all()
    assert (histograms.share >= 0).all()
    assert (np.diff(histograms.start) >= 1).all()
    ends = zip(histograms.start[:-1], histograms.start[1:], histograms.total, strict=True)
    for begin, end, total in ends:
        assert (histograms.left[begin + 1 : end] >= histograms.right[begin : end - 1]).all()
        assert histograms.share[begin:end].sum() == pytest.approx(float(total > 0))
    measured = moments(histograms)
    numbers = np.stack([measured.mean, measured.std, measured.rms])
    assert (np.isfinite(numbers) == (histograms.total > 0)).all()


FINITE = st.floats(-1e6, 1e6, width=32)
FINITE_ROWS = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 8), st.just(3)),
    elements=FINITE,
).map(lambda rows: np.abs(rows) * np.array([1, 1, 1]) * np.where(rows < 0, [-1, -1, 1], 1))


@given(FINITE_ROWS)
def test_mass_is_conserved_whatever_the_buckets(rows: NDArray[np.float64]) -> None:
    assert clean([rows]).total[0] == pytest.approx(rows[:, 2].sum(), rel=1e-9)


@given(FINITE_ROWS)
def test_quantiles_ascend_between_the_bounds(rows: NDArray[np.float64]) -> None:
    histograms = clean([rows])
    found = quantiles(histograms, (0.0, 0.01, 0.3, 0.5, 0.9, 1.0))[0]
    if histograms.total[0] == 0:
        assert np.isnan(found).all()
        return
    assert (np.diff(found) >= 0).all()
    assert histograms.minimum[0] <= found[0]
    assert found[-1] <= histograms.maximum[0]


def test_quantiles_and_moments_of_rows_don_t_mix() -> None:
    tensors = [normal(scale=scale) for scale in (0.1, 1e6, 1e-6)]
    together, apart = clean(tensors), [clean([tensor]) for tensor in tensors]
    for row, alone in enumerate(apart):
        q = (0.05, 0.5, 0.95)
        np.testing.assert_allclose(quantiles(together, q)[row], quantiles(alone, q)[0], rtol=1e-6)
        assert moments(together).std[row] == pytest.approx(moments(alone).std[0])


def test_moments_of_narrow_buckets_are_those_of_the_values() -> None:
    values = np.random.default_rng(1).normal(0.3, 2.0, 20000)
    counts, edges = np.histogram(values, bins=2000)
    measured = moments(clean([np.column_stack((edges[:-1], edges[1:], counts))]))
    assert measured.mean[0] == pytest.approx(values.mean(), abs=1e-3)
    assert measured.std[0] == pytest.approx(values.std(), rel=1e-3)
    assert measured.rms[0] == pytest.approx(np.sqrt(np.mean(values**2)), rel=1e-3)


def test_moments_of_torch_buckets_are_within_a_percent() -> None:
    values = np.random.default_rng(1).normal(0.0, 0.02, 20000)
    counts, edges = np.histogram(values, bins=torch_edges())
    measured = moments(clean([np.column_stack((edges[:-1], edges[1:], counts))]))
    assert measured.std[0] == pytest.approx(values.std(), rel=0.01)


def test_at_most_the_tail_lies_beyond_the_reach() -> None:
    histograms = one((0, 1, 4), (1, 2, 4992), (2, 3, 4))
    low, high = reach(histograms, 0.001)
    assert (low[0], high[0]) == (1, 2)
    assert reach(histograms, 0.0005)[0][0] == 0


def test_a_constant_is_a_point_mass() -> None:
    histograms = clean([HOSTILE["constant"]])
    assert buckets(histograms) == [(7, 7, 100)]
    assert quantiles(histograms, (0.1, 0.9)).tolist() == [[7, 7]]
    assert moments(histograms).std.tolist() == [0]


def test_a_row_that_holds_nothing_has_no_numbers() -> None:
    histograms = clean([np.zeros((30, 3)), np.zeros((0, 3))])
    assert histograms.total.tolist() == [0, 0]
    assert np.isnan(histograms.minimum).all()
    assert np.isnan(moments(histograms).rms).all()


def test_no_rows_at_all_are_fine() -> None:
    assert clean([]).rows == 0
    assert moments(clean([])).mean.shape == (0,)
