from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tb_layerweights.steps import LOWEST, as_written, thin

STEPS = st.one_of(
    st.lists(steps, unique=True, max_size=300).map(lambda s: tuple(sorted(s)))
    for steps in (st.integers(0, 5000), st.integers(-50, 50), st.integers(LOWEST, -LOWEST - 1))
)


def shown(steps: tuple[int, ...], limit: int) -> list[int]:
    return [steps[index] for index in thin([steps], limit)[0]]


def test_a_later_record_takes_back_all_of_its_step_and_above() -> None:
    steps = [0, 1, 2, 3, 4, 2, 2, 3]
    assert [(index, steps[index]) for index in as_written(steps)] == [
        (0, 0), (1, 1), (6, 2), (7, 3),
    ]  # fmt: skip


@given(st.lists(st.integers(-5, 20)))
def test_steps_as_written_strictly_ascend_and_end_with_the_last_record(steps: list[int]) -> None:
    kept = [steps[index] for index in as_written(steps)]
    assert kept == sorted(set(kept))
    assert kept[-1:] == steps[-1:]


def test_few_steps_are_all_shown() -> None:
    assert shown(tuple(range(51)), 51) == list(range(51))


def test_even_steps_stay_even() -> None:
    assert shown(tuple(range(0, 1000, 10)), 51) == [*range(0, 1000, 20), 990]


def test_a_last_step_out_of_line_doesn_t_make_the_others_uneven() -> None:
    steps = (*range(0, 1000, 10), 997)
    assert shown(steps, 51) == [*range(0, 1000, 20), 997]


@given(st.lists(STEPS, max_size=5), st.integers(2, 60))
def test_first_and_last_are_shown_and_never_more_than_asked(
    series: list[tuple[int, ...]], limit: int
) -> None:
    for steps, indexes in zip(series, thin(series, limit), strict=True):
        assert len(indexes) <= limit
        assert indexes == sorted(set(indexes))
        if steps:
            assert indexes[0] == 0
            assert indexes[-1] == len(steps) - 1
        if len(steps) <= limit:
            assert len(indexes) == len(steps)


@given(st.lists(STEPS, min_size=1, max_size=3), st.integers(2, 60))
def test_series_of_the_same_steps_show_the_same(series: list[tuple[int, ...]], limit: int) -> None:
    picked = thin([*series, series[0]], limit)
    assert picked[0] == picked[-1]


def test_steps_on_both_sides_of_zero_are_thinned_to_two() -> None:
    assert shown((-5, -1, 0, 3), 2) == [-5, 3]


def test_steps_that_most_series_share_are_preferred() -> None:
    weights, gradients = tuple(range(200)), tuple(range(1, 200, 2))
    picked = thin([gradients, weights, gradients], 51)
    assert {gradients[index] for index in picked[0][1:-1]} <= {
        weights[index] for index in picked[1]
    }


def test_appending_a_step_keeps_those_shown() -> None:
    before = shown(tuple(range(60)), 51)
    for last in range(60, 700):
        after = shown(tuple(range(last + 1)), 51)
        assert len(set(after) - set(before)) <= 1
        before = after
