from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tb_layerweights.picking import Picked, pick
from tb_layerweights.query import LEAST_STEP, MOST_STEP, Span
from tb_layerweights.series import Record, Series, Unreadable
from tb_layerweights.steps import thin

ALL = Span(LEAST_STEP, MOST_STEP)
STEPS = st.lists(st.integers(0, 60), unique=True, max_size=40).map(lambda s: tuple(sorted(s)))


class Log:
    """Series of nothing at the given steps, read one by one; `None` can't be read."""

    def __init__(self, *steps: tuple[int, ...] | None) -> None:
        self.steps = {f"t{index}": one for index, one in enumerate(steps)}
        self.read_tags: list[str] = []

    def read(self, tags: Sequence[str]) -> Iterator[Series | Unreadable]:
        for tag in tags:
            self.read_tags.append(tag)
            steps = self.steps[tag]
            if steps is None:
                yield Unreadable(tag, "It is broken.")
            else:
                records = [Record(np.zeros((0, 3)))] * len(steps)
                yield Series(tag, steps, tuple(map(float, steps)), records)

    def pick(self, limit: int, span: Span = ALL) -> Iterator[Picked | Unreadable]:
        return pick(self.read, list(self.steps), span, limit)


@given(st.lists(STEPS, max_size=14), st.integers(2, 12))
def test_what_counts_in_the_end_is_what_all_series_together_show(
    steps: list[tuple[int, ...]], limit: int
) -> None:
    log = Log(*steps)
    last = {one.tag: list(one.picks) for one in log.pick(limit) if isinstance(one, Picked)}
    assert list(last.values()) == thin(steps, limit)
    assert len(log.read_tags) <= 2 * len(steps)


def test_series_that_were_logged_together_are_read_once_and_yielded_at_once() -> None:
    weights, gradients = tuple(range(300)), tuple(range(1, 300))
    log = Log(weights, gradients, None, weights, gradients)
    for place, one in enumerate(log.pick(51)):
        assert len(log.read_tags) == place + 1
        assert one.tag == f"t{place}"
    assert log.read_tags == list(log.steps)


def test_series_that_turn_out_to_be_unlike_the_others_are_read_again() -> None:
    odd, even = tuple(range(1, 200, 2)), tuple(range(0, 200, 2))
    log = Log(odd, *[even] * 5)
    found = [one for one in log.pick(10) if isinstance(one, Picked)]
    assert log.read_tags[len(log.steps) :] == [one.tag for one in found[len(log.steps) :]]
    assert {one.tag: list(one.picks) for one in found} == dict(
        zip(log.steps, thin([odd, *[even] * 5], 10), strict=True)
    )


def test_steps_outside_the_span_are_kept_but_not_picked() -> None:
    (one,) = Log((1, 2, 3, 4, 5)).pick(51, Span(2, 4))
    assert isinstance(one, Picked)
    assert (one.kept, one.series.steps, one.shown) == ((1, 2, 3, 4, 5), (2, 3, 4), (2, 3, 4))
    (nothing,) = Log((1, 5)).pick(51, Span(2, 4))
    assert isinstance(nothing, Picked)
    assert (nothing.kept, nothing.shown) == ((1, 5), ())
