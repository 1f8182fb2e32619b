from __future__ import annotations

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tb_layerweights.histogram import cleaned
from tb_layerweights.series import Record
from tb_layerweights.statistics import measure
from tb_layerweights.step_by_step import measure_series
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
    whole, parts = cleaned(records), measure_series(iter(records), block=block)
    assert parts.non_finite.tolist() == whole.non_finite.tolist()
    assert parts.most_buckets == whole.most_buckets
    for name, one in measure(whole).items():
        for side in ("value", "low", "high"):
            expected, found = getattr(one, side), getattr(parts.numbers[name], side)
            assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
            assert found.tobytes() == expected.tobytes(), (name, side)
        assert parts.numbers[name].quality() == one.quality()
