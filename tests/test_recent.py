from __future__ import annotations

import pytest

from tb_layerweights.recent import Recent


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
