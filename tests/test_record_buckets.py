from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from tb_layerweights import histogram
from tb_layerweights.record.buckets import MOST, buckets
from tb_layerweights.record.count import tally
from tests.distributions import DISTRIBUTIONS, WITH_OUTLIER, Distribution, Picture, error

SHARES = np.array([0.001, 0.01, 0.05, 0.16, 0.25, 0.5, 0.75, 0.84, 0.95, 0.99, 0.999])
EVERY = (*DISTRIBUTIONS, WITH_OUTLIER)


def rows_of(array: NDArray[Any]) -> NDArray[np.float64]:
    return buckets(tally(array).cells)


def finite(array: NDArray[Any]) -> NDArray[np.float64]:
    values = np.sort(array.astype(np.float64))
    return values[np.isfinite(values)]


def check(rows: NDArray[np.float64], array: NDArray[Any]) -> None:
    """The rows are at most 4 kB, ascend, lose nothing, and hold the values that they count."""
    values = finite(array)
    assert rows.dtype == np.float64
    assert len(rows) <= MOST
    assert np.isfinite(rows).all()
    assert rows[:, 2].sum() == len(values)
    if not len(values):
        np.testing.assert_array_equal(rows, [[0, 0, 0]])
        return
    assert (rows[:, 2] > 0).all()
    assert (rows[:, 0] <= rows[:, 1]).all()
    assert (rows[1:, 0] >= rows[:-1, 1]).all()
    assert (rows[0, 0], rows[-1, 1]) == (values[0], values[-1])
    end = np.cumsum(rows[:, 2]).astype(int)
    assert (values[end - rows[:, 2].astype(int)] >= rows[:, 0]).all()
    assert (values[end - 1] <= rows[:, 1]).all()


def quantiles(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return histogram.quantiles(histogram.clean([rows]), SHARES.tolist())[0]


@given(
    arrays.arrays(
        st.sampled_from((np.float32, np.float64)),
        st.integers(0, 500),
        elements={"allow_nan": True, "allow_infinity": True},
    )
)
def test_no_value_is_lost_or_moved_out_of_its_bucket(array: NDArray[Any]) -> None:
    check(rows_of(array), array)


@pytest.mark.parametrize("dtype", [np.float32, ml_dtypes.bfloat16, np.float16, np.float64])
@pytest.mark.parametrize("size", [5, 64, 1000, 100_000])
@pytest.mark.parametrize("truth", EVERY, ids=lambda truth: truth.name)
def test_rows_of_any_shape_keep_every_value(truth: Distribution, size: int, dtype: Any) -> None:
    array = truth.sample(size).astype(dtype)
    check(rows_of(array), array)


@pytest.mark.parametrize("truth", EVERY, ids=lambda truth: truth.name)
def test_quantiles_are_those_of_the_values(truth: Distribution) -> None:
    array = truth.sample(100_000)
    exact = np.quantile(array.astype(np.float64), SHARES, method="inverted_cdf")
    held = array[array != 0].astype(np.float64)
    middle = float(np.subtract(*np.quantile(held, (0.84, 0.16))))
    near = slice(1, -1)
    off = np.abs(quantiles(rows_of(array)) - exact)
    assert (off[near] <= 0.02 * middle).all()
    # Far out, buckets are as wide as the values are far away.
    assert (off <= 0.02 * middle + 0.03 * np.abs(exact - exact[5])).all()


@pytest.mark.parametrize("truth", EVERY, ids=lambda truth: truth.name)
def test_the_picture_is_close_to_the_truth(truth: Distribution) -> None:
    rows = rows_of(truth.sample(1_000_000))
    edges = np.unique(rows[:, :2])
    if len(edges) == 1:
        assert truth.points == ((0.5, 1.0),)
        return
    # Points become bins as narrow as numbers allow.
    tiny = np.ptp(edges) * 1e-9
    edges = np.unique(
        np.concatenate(
            [edges, *(np.array([value - tiny, value + tiny]) for value, _ in truth.points)]
        )
    )
    shares = np.zeros(len(edges) - 1)
    for left, right, count in rows:
        low, high = (left - tiny, left + tiny) if left == right else (left, right)
        within = (edges[:-1] >= low) & (edges[1:] <= high)
        widths = np.diff(edges)[within]
        shares[within] += count / 1e6 * widths / widths.sum()
    assert error(Picture(edges, shares), truth, blur=2 * tiny) < 0.02


def test_zeros_are_a_bucket_of_their_own() -> None:
    sparse = next(one for one in DISTRIBUTIONS if "zeros" in one.name).sample(100_000)
    rows = rows_of(sparse)
    (zeros,) = rows[(rows[:, 0] == 0) & (rows[:, 1] == 0)]
    assert zeros[2] == (sparse == 0).sum() == 90_000


def test_an_outlier_leaves_the_other_values_their_buckets() -> None:
    array = WITH_OUTLIER.sample(100_000)
    rows, without = rows_of(array), rows_of(array[1:])
    beyond = rows[:, 1] > array[1:].max()
    assert rows[beyond, 2].sum() < 5
    assert np.count_nonzero(~beyond) > 0.8 * len(without)


@pytest.mark.parametrize("values", [[-1, 0, 1, 7], range(100), [0.5, 0.25]])
def test_a_few_values_that_come_again_and_again_are_a_point_each(values: Any) -> None:
    array = np.repeat(np.array(values, np.float32), 40)
    rows = rows_of(array)
    np.testing.assert_array_equal(rows[:, 0], np.sort(values))
    np.testing.assert_array_equal(rows[:, 0], rows[:, 1])
    assert (rows[:, 2] == 40).all()


def test_a_peak_narrow_as_a_needle_is_not_one_bucket() -> None:
    rng = np.random.default_rng(0)
    array = np.concatenate((rng.normal(0, 1e-6, 90_000), rng.normal(0, 0.02, 10_000)))
    rows = rows_of(array.astype(np.float32))
    assert rows[:, 2].max() < 0.04 * len(array)


def test_the_tab_reads_the_buckets_as_they_are() -> None:
    for truth in EVERY:
        rows = rows_of(truth.sample(10_000))
        read = histogram.clean([rows])
        assert not read.non_finite.any()
        assert read.total[0] == 10_000
        assert read.logged.certain.all()
