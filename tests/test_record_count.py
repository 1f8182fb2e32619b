from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from tb_layerweights.record.count import CHUNK, FEW, UncountableError, tally, tally_difference
from tb_layerweights.record.tally import Moments, Tally, add, scaled
from tests.effort import examples

REAL = (
    np.float16, np.float32, np.float64, np.longdouble, np.int8, np.int16, np.int32, np.int64,
    np.uint8, np.uint16, np.uint32, np.uint64, np.bool_, ml_dtypes.bfloat16,
    ml_dtypes.float8_e4m3fn, ">f4", ">f8", ">i2",
)  # fmt: skip
ANY_FLOATS = arrays.arrays(
    st.sampled_from((np.float16, np.float32, np.float64)),
    st.integers(0, 300),
    elements={"allow_nan": True, "allow_infinity": True},
)


def exact(array: NDArray[Any]) -> Moments:
    """The same numbers by numpy, of float64 copies."""
    values = array.astype(np.float64).ravel()
    finite = values[np.isfinite(values)]
    some = len(finite) > 0
    unit = float(np.abs(finite).max(initial=0.0)) or 1.0
    return Moments(
        len(finite),
        int((finite == 0).sum()),
        int(np.isnan(values).sum()),
        int((values == np.inf).sum()),
        int((values == -np.inf).sum()),
        float(finite.min()) if some else math.nan,
        float(finite.max()) if some else math.nan,
        float((finite / unit).mean()) * unit if some else math.nan,
        float((finite / unit).std()) * unit if some else math.nan,
    )


def check(counted: Tally, array: NDArray[Any]) -> None:
    """Moments are numpy's, and every cell holds the values that it counts."""
    found, expected = counted.moments, exact(array)
    size = max(abs(expected.min), abs(expected.max)) if expected.count else 0.0
    for name in ("count", "zeros", "nan", "positive_infinity", "negative_infinity", "min", "max"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), abs=0, nan_ok=True)
    assert found.mean == pytest.approx(expected.mean, abs=1e-14 * size, nan_ok=True)
    assert found.std == pytest.approx(expected.std, rel=1e-9, abs=1e-14 * size, nan_ok=True)
    assert found.size == array.size

    cells = counted.cells
    values = np.sort(array.astype(np.float64).ravel())
    values = values[np.isfinite(values)]
    assert cells.count.sum() == len(values)
    assert (cells.count > 0).all()
    assert (cells.left <= cells.right).all()
    assert (cells.left[1:] >= cells.right[:-1]).all()
    end = np.cumsum(cells.count)
    if len(values):
        assert (values[end - cells.count] >= cells.left).all()
        assert (values[end - 1] <= cells.right).all()
        assert cells.left[0] == values[0]
        assert cells.right[-1] == values[-1]


def normal(size: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, 0.02, size).astype(np.float32)


@given(ANY_FLOATS)
def test_few_values_are_counted_exactly_whatever_they_are(array: NDArray[Any]) -> None:
    check(tally(array), array)


@given(ANY_FLOATS)
@settings(max_examples=examples(50))
def test_many_values_are_counted_exactly_whatever_they_are(array: NDArray[Any]) -> None:
    repeated = np.concatenate((np.tile(array, 1 + FEW // max(len(array), 1)), array))
    check(tally(repeated), repeated)


@pytest.mark.parametrize("size", [0, 1, FEW, FEW + 1, CHUNK, 2 * CHUNK + 17])
@pytest.mark.parametrize("dtype", REAL, ids=lambda dtype: np.dtype(dtype).name + str(dtype)[0])
def test_every_real_type_is_counted(dtype: Any, size: int) -> None:
    values = 2000 * normal(size)
    integer = np.dtype(dtype).kind in "u"
    array = (np.abs(values) if integer else values).astype(dtype)
    check(tally(array), array)


@pytest.mark.parametrize("size", [100, 3 * CHUNK])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "place", [lambda x: 1 + x, lambda x: -1 + x / 10, lambda x: 1 + x / 5e3, lambda x: 40 + 0 * x]
)
def test_values_far_from_zero_are_told_apart(place: Any, dtype: Any, size: int) -> None:
    array = place(normal(size).astype(dtype))
    counted = tally(array)
    check(counted, array)
    spread = array.std()
    heavy = counted.cells.count > size / 100
    assert (
        np.diff((counted.cells.left, counted.cells.right), axis=0)[0][heavy] <= spread / 8
    ).all()


@pytest.mark.parametrize("scale", [1e-290, 1e-200, 1e200, 1e306])
@pytest.mark.parametrize("size", [50, 2 * FEW])
def test_numbers_whose_squares_float64_cannot_hold_have_a_spread(scale: float, size: int) -> None:
    array = normal(size).astype(np.float64) / 0.02 * scale
    check(tally(array), array)


@pytest.mark.parametrize("size", [1, 7, FEW, FEW + 1, 3 * CHUNK + 1])
@pytest.mark.parametrize("some", [[1], [-1], [1, -1], [1, -1, 1 / 63], [-1, *[1 / 63] * 61]])
def test_the_largest_numbers_of_all_have_a_mean_and_a_spread(some: list[float], size: int) -> None:
    largest = float(np.finfo(np.float64).max)
    array = np.resize(np.array(some, dtype=np.float64), size)
    for counted in (tally(array * largest), add([tally(array * largest)] * 3)):
        found = counted.moments
        assert found.min <= found.mean <= found.max
        assert found.mean / largest == pytest.approx(array.mean(), abs=1e-14)
        assert found.std / largest == pytest.approx(array.std(), abs=1e-14)


@pytest.mark.parametrize(
    "lay",
    [
        lambda x: x.reshape(300, -1).T,
        lambda x: x.reshape(300, -1)[::2, ::3],
        lambda x: x[::-1],
        lambda x: np.broadcast_to(x[:300], (50, 300)),
        lambda x: np.asfortranarray(x.reshape(30, 10, -1)),
        lambda x: x.reshape(300, -1).T.astype(ml_dtypes.bfloat16)[:, ::2],
    ],
)
def test_any_memory_layout_is_counted(lay: Any) -> None:
    array = lay(normal(90_000))
    check(tally(array), array)


def test_a_memory_mapped_array_is_counted(tmp_path: Path) -> None:
    np.save(tmp_path / "weights.npy", normal(3 * CHUNK + 1))
    mapped = np.load(tmp_path / "weights.npy", mmap_mode="r")
    check(tally(mapped), np.asarray(mapped))


def test_an_array_without_dimensions_is_one_value() -> None:
    assert tally(np.float32(0.5)).moments == tally(np.array([0.5], np.float32)).moments


def test_arrays_are_not_changed() -> None:
    array = normal(3 * CHUNK)
    before = array.copy()
    array.flags.writeable = False
    tally(array)
    np.testing.assert_array_equal(array, before)


@pytest.mark.parametrize(
    ("array", "kind"),
    [
        (np.zeros(3, np.complex64), "complex64"),
        (np.array(["a"]), "str"),
        (np.array([None, 1]), "object"),
        (np.zeros(2, "M8[s]"), "datetime64"),
        (np.zeros(2, [("a", "f4")]), "void"),
    ],
)
def test_what_is_no_number_is_refused_by_name(array: NDArray[Any], kind: str) -> None:
    with pytest.raises(UncountableError, match=kind):
        tally(array)


@example([np.full(1, 1.7e308), np.full(99, -1.7e308)])
@given(st.lists(ANY_FLOATS, min_size=1, max_size=4))
def test_tallies_add_up_to_the_tally_of_all_values(parts: list[NDArray[Any]]) -> None:
    whole = np.concatenate([part.astype(np.float64) for part in parts])
    check(add([tally(part) for part in parts]), whole)


def test_tallies_of_shards_with_different_cells_add_up() -> None:
    parts = [
        normal(2 * CHUNK),
        1 + normal(2 * CHUNK),
        1 + normal(10, seed=3),
        np.zeros(CHUNK, "f4"),
    ]
    check(add([tally(part) for part in parts]), np.concatenate(parts))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ml_dtypes.bfloat16])
def test_differences_are_those_of_the_arrays(dtype: Any) -> None:
    before, change = normal(CHUNK + 5).astype(dtype), normal(CHUNK + 5, seed=1)
    now = (before.astype(np.float64) + 0.01 * change).astype(dtype)
    wide = np.float64 if dtype == np.float64 else np.float32
    check(tally_difference(now, before), now.astype(wide) - before.astype(wide))


def test_a_scaled_tally_is_that_of_scaled_values() -> None:
    array = normal(2 * FEW)
    check(scaled(tally(array), 0.25), array * np.float32(0.25))
