from __future__ import annotations

import threading

import pytest

from tb_layerweights.patience import within


def test_an_answer_in_time_is_returned_as_it_is() -> None:
    assert within(60, lambda: {"a": 1}) == {"a": 1}


def test_an_error_in_time_is_raised_as_it_is() -> None:
    error = KeyError("no")

    def fail() -> None:
        raise error

    with pytest.raises(KeyError) as raised:
        within(60, fail)
    assert raised.value is error


def test_nobody_waits_for_an_answer_that_never_comes_not_even_at_the_end() -> None:
    never = threading.Event()
    with pytest.raises(TimeoutError):
        within(0.05, lambda: never.wait(60))
    (left,) = (one for one in threading.enumerate() if "answer_it" in one.name)
    assert left.daemon
    never.set()
    left.join()
