from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tb_layerweights.recent import Recent
from tests.waiting import PATIENCE_SECONDS, until


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr("tb_layerweights.recent.time", found)
    return found


def test_an_answer_is_remembered_for_a_moment_only(clock: Clock) -> None:
    recent = Recent[str](1.0, most=9)
    assert recent.get("a", lambda: "old") == "old"
    assert recent.get("a", lambda: "new") == "old"
    assert recent.get("b", lambda: "other") == "other"
    clock.now += 1.5
    assert recent.get("a", lambda: "new") == "new"


def test_a_failure_is_not_remembered(clock: Clock) -> None:
    recent = Recent[str](1.0, most=9)

    def fail() -> str:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        recent.get("a", fail)
    assert recent.get("a", lambda: "fine") == "fine"


@pytest.mark.parametrize("fails", [False, True])
def test_whoever_asks_while_another_does_gets_the_same_answer(fails: bool) -> None:
    recent, asked, asking = Recent[object](0.0, most=9), [], threading.Event()

    def ask() -> object:
        asked.append(asking.set())
        until(lambda: recent._coming["a"]._condition._waiters)  # someone waits for it
        if fails:
            raise ValueError("no")
        return object()

    def get() -> object:
        try:
            return recent.get("a", ask)
        except ValueError as error:
            return error

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(get)
        assert asking.wait(PATIENCE_SECONDS)
        second = threads.submit(get)
        assert first.result(PATIENCE_SECONDS) is second.result(PATIENCE_SECONDS)
    assert len(asked) == 1
    assert isinstance(first.result(), ValueError) is fails


def test_memory_is_bounded(clock: Clock) -> None:
    recent = Recent[int](1.0, most=3)
    for question in range(100):
        recent.get(question, lambda: 1)
    assert len(recent._known) <= 3


def test_what_is_old_is_forgotten_at_the_next_question(clock: Clock) -> None:
    recent = Recent[bytes](1.0, most=1000)
    for question in range(500):
        recent.get(question, lambda: b"large")
    clock.now += 1.5
    recent.get("new", lambda: b"large")
    assert len(recent._known) == 1
