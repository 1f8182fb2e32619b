from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from tb_layerweights import query, ridges
from tb_layerweights.picking import Picked
from tb_layerweights.ridges import batches, ridges_of
from tb_layerweights.series import Record, Series
from tb_layerweights.wire import Ridges
from tests.arrays import RECORDS, arrays

NOTHING = Record(np.array([[np.nan, np.nan, 0.0]] * 2))
RECORD = st.one_of(
    st.just(NOTHING),
    st.builds(lambda by, array: RECORDS[by](array), st.sampled_from(sorted(RECORDS)), arrays()),
)


def picked(tag: str, of_series: list[Record]) -> Picked:
    steps = tuple(range(len(of_series)))
    series = Series(tag, steps, tuple(map(float, steps)), of_series)
    return Picked(steps, series, steps)


def assert_same(ours: Ridges, theirs: Ridges) -> None:
    for field in fields(Ridges):
        if field.name == "grid":
            assert ours.grid == theirs.grid
        else:
            np.testing.assert_array_equal(getattr(ours, field.name), getattr(theirs, field.name))


@pytest.mark.parametrize("axis", ["linear", "symlog"])
@given(st.lists(st.lists(RECORD, max_size=4), min_size=1, max_size=5), st.integers(1, 2000))
def test_ridges_don_t_depend_on_what_is_worked_out_at_once(
    axis: str, series: list[list[Record]], block: int
) -> None:
    question = query.densities(MultiDict({"run": "r", "axis": axis, "bins": "16"}))
    batch = [picked(f"t{index}", one) for index, one in enumerate(series)]
    together = ridges_of(batch, question)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ridges, "BLOCK", block)
        apart = [one for some in batches(batch, 16) for one in ridges_of(some, question)]
    for ours, theirs in zip(together, apart, strict=True):
        assert_same(ours, theirs)


def test_small_series_are_worked_out_together_and_none_is_left_out() -> None:
    small = [picked(f"t{index}", [Record(np.array([[0, 1, 2.0]]))] * 10) for index in range(1000)]
    lists = list(batches(small, bins=64))
    assert [one.tag for some in lists for one in some] == [one.tag for one in small]
    assert 1 < len(lists) < 20
    large = picked("large", [Record(np.zeros((200_000, 3)))])
    assert [len(some) for some in batches([large, large], bins=64)] == [1, 1]
