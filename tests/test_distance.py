from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tb_layerweights import distance
from tb_layerweights.distance import distance_bounds, distances
from tb_layerweights.histogram import clean
from tb_layerweights.intervals import bounds
from tests.arrays import RECORDS, Floats, arrays, histograms_of
from tests.effort import examples

SERIES = st.lists(arrays(("normal", "heavy", "constant", "sparse", "few")), min_size=2, max_size=4)


def true_distance(one: Floats, other: Floats) -> float:
    """The Wasserstein-1 distance of two arrays: the area between their cumulative shares."""
    edges = np.sort(np.concatenate((one, other)))
    below = [np.searchsorted(np.sort(x), edges[:-1], "right") / len(x) for x in (one, other)]
    return float(np.abs(below[0] - below[1]) @ np.diff(edges))


@pytest.mark.parametrize("writer", RECORDS)
@settings(max_examples=examples(100))
@given(SERIES)
def test_the_true_distances_lie_in_their_intervals(writer: str, rows: list[Floats]) -> None:
    histograms = histograms_of(writer, *rows)
    first, previous = distances(histograms)
    found = distance_bounds(histograms, bounds(histograms)["mean"], first, previous)
    for index, others in enumerate(([0] * len(rows), range(-1, len(rows) - 1))):
        for row, other in enumerate(others):
            if other < 0:
                continue
            true = true_distance(rows[row], rows[other])
            rounding = 1e-9 * max(np.abs(rows[row]).max(), np.abs(rows[other]).max())
            assert found[index].low[row] - rounding <= true <= found[index].high[row] + rounding


@settings(max_examples=examples(50))
@given(SERIES, st.sampled_from([1 << 6, 1 << 12]))
def test_it_is_no_matter_how_many_rows_are_compared_at_once(rows: list[Floats], block: int) -> None:
    histograms = histograms_of("kept", *rows)
    whole = distances(histograms)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distance, "BLOCK", block)
        parts = distances(histograms)
    assert np.array(parts).tobytes() == np.array(whole).tobytes()


def test_even_buckets_that_move_by_one_have_a_distance_of_one() -> None:
    still, moved = np.array([(0.0, 1, 4), (1, 2, 4)]), np.array([(1.0, 2, 4), (2, 3, 4)])
    first, previous = distances(clean([still, moved, moved, still]))
    assert first.tolist() == [0, 1, 1, 0]
    assert previous[1:].tolist() == [1, 0, 1]
    assert np.isnan(previous[0])


def test_a_bucket_of_the_least_width_there_is_counts_as_a_point() -> None:
    point, thin = np.array([(1.0, 1, 1)]), np.array([(0.0, 5e-324, 1)])
    first, _ = distances(clean([point, thin, point]))
    assert first.tolist() == [0, 1, 0]


def test_lines_that_cross_within_a_bucket_enclose_two_triangles() -> None:
    narrow, wide = np.array([(1.0, 2, 4)]), np.array([(0.0, 3, 4)])
    assert distances(clean([narrow, wide]))[0][1] == pytest.approx(1 / 6 + 2 / 12 + 1 / 6)


def test_points_move_by_the_way_between_them() -> None:
    rows = [np.full(5, value) for value in (2.0, 5.0, 5.0)]
    histograms = histograms_of("keras", *rows)
    first, previous = distances(histograms)
    found = distance_bounds(histograms, bounds(histograms)["mean"], first, previous)
    assert found[0].low.tolist() == pytest.approx([0, 3, 3], abs=3e-6)
    assert found[0].high.tolist() == pytest.approx([0, 3, 3], abs=3e-6)
    assert found[1].high.tolist()[1:] == pytest.approx([3, 0], abs=3e-6)


def test_the_same_row_again_is_no_movement_but_no_proof_of_stillness() -> None:
    values = np.random.default_rng(0).normal(size=1000)
    histograms = histograms_of("kept", values, values)
    first, previous = distances(histograms)
    found = distance_bounds(histograms, bounds(histograms)["mean"], first, previous)
    assert (first.tolist(), previous[1]) == ([0, 0], 0)
    assert (found[1].low[1], found[1].high[1] > 0) == (0, True)


def test_a_movement_of_several_buckets_is_proven() -> None:
    values = np.random.default_rng(0).normal(size=1000)
    histograms = histograms_of("kept", values, values + 1)
    first, previous = distances(histograms)
    found = distance_bounds(histograms, bounds(histograms)["mean"], first, previous)
    assert 0.8 < found[0].low[1] <= first[1] <= found[0].high[1] < 1.2


def test_a_step_that_explodes_does_not_blur_the_others() -> None:
    values = np.random.default_rng(0).normal(size=100) * 1e-9
    histograms = histograms_of("kept", values, values * 2, values * 1e25)
    alone = distances(histograms_of("kept", values, values * 2))[0][1]
    assert distances(histograms)[0][1] == pytest.approx(alone, rel=1e-9)


def test_rows_that_hold_nothing_are_no_way_from_anything() -> None:
    some, none = np.array([(0.0, 1, 4)]), np.zeros((3, 3))
    first, previous = distances(clean([some, none, some]))
    assert np.isnan(first).tolist() == [False, True, False]
    assert np.isnan(previous).tolist() == [True, True, True]
    assert distances(clean([]))[0].shape == (0,)
    assert np.isnan(distances(clean([none, some]))[0]).all()
