from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tb_layerweights.histogram import cleaned
from tb_layerweights.series import Record
from tb_layerweights.statistics import measure
from tb_layerweights.step_by_step import Told, measure_series, measure_together
from tests.effort import examples
from tests.test_statistics import RECORD

NOTHING = Record(np.empty((0, 3)))
NEGATIVE_ZERO = Record(np.array([[-0.0, -0.0, 1.0]]))


@example([NOTHING, NEGATIVE_ZERO, NOTHING], 1)
@settings(max_examples=examples(200))
@given(st.lists(RECORD, max_size=8), st.integers(1, 2000))
def test_it_is_no_matter_how_many_buckets_are_measured_at_once(
    records: list[Record], block: int
) -> None:
    whole = cleaned(records)
    expected = Told(measure(whole), whole.non_finite, whole.most_buckets)
    same(measure_series(iter(records), block=block), expected)


@example([[NOTHING, NEGATIVE_ZERO], [], [NEGATIVE_ZERO], [NOTHING]], 100)
@settings(max_examples=examples(200))
@given(st.lists(st.lists(RECORD, max_size=4), max_size=5), st.integers(1, 100))
def test_it_is_no_matter_which_series_are_measured_together(
    series: list[list[Record]], block: int
) -> None:
    together = measure_together((iter(records) for records in series), block=block)
    for found, records in zip(together, series, strict=True):
        same(found, measure_series(records))


def test_records_that_grow_take_no_more_memory_than_a_block() -> None:
    rows = np.column_stack((np.arange(1000.0), np.arange(1000.0) + 1, np.ones(1000)))

    def records() -> Iterator[Record]:
        yield Record(rows[:1])
        for _ in range(30):
            yield Record(rows)

    list(measure_together([records()], ("mean",)))
    tracemalloc.start()
    told = list(measure_together((records() for _ in range(60)), ("mean",), block=20_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(told) == 60
    assert peak < 20e6  # all at once take 86 MB for the edges alone


def same(found: Told, expected: Told) -> None:
    """All of both is the same, bit by bit."""
    assert found.non_finite.tolist() == expected.non_finite.tolist()
    assert found.most_buckets == expected.most_buckets
    assert list(found.numbers) == list(expected.numbers)
    for name, one in expected.numbers.items():
        for side in ("value", "low", "high"):
            wanted, told = getattr(one, side), getattr(found.numbers[name], side)
            assert (told.dtype, told.shape) == (wanted.dtype, wanted.shape)
            assert told.tobytes() == wanted.tobytes(), (name, side)
        assert found.numbers[name].quality() == one.quality()
