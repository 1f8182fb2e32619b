from __future__ import annotations

import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest

from tb_layerweights.making import GENERATIONS, Answers, Body, GoneError, Making
from tests.waiting import PATIENCE_SECONDS, until


def body(size: int = 10) -> Body:
    return Body("text/plain", b"x" * size)


def test_an_answer_is_made_once_and_kept() -> None:
    answers, made = Answers(10_000), []

    def make(making: Making) -> Body:
        made.append(making.run)
        return body()

    assert answers.get("a", "run", make) is answers.get("a", "run", make)
    assert made == ["run"]
    assert answers.kept("a") == body()
    assert answers.kept("b") is None


def test_without_a_tag_it_is_made_every_time() -> None:
    answers, made = Answers(10_000), []

    def make(making: Making) -> Body:
        assert answers.coming("run") == [making]
        made.append(making)
        return body()

    answers.get(None, "run", make)
    answers.get(None, "run", make)
    assert len(made) == 2
    assert answers.coming("run") == []


def test_those_asked_for_last_are_kept_within_so_many_bytes() -> None:
    answers = Answers(100_000)
    for tag in "abc":
        answers.get(tag, "", lambda making: body(40_000))
        answers.get("a", "", lambda making: body(40_000))
    assert [tag for tag in "abc" if answers.kept(tag) is not None] == ["a", "c"]
    assert len(answers.get("large", "", lambda making: body(99_999)).gzipped) == 99_999
    assert answers.kept("large") is None
    assert answers.kept("a") is not None


def test_of_the_answers_to_one_question_only_the_newest_are_kept() -> None:
    answers = Answers(1_000_000)
    for step in range(100):
        answers.get(f"a{step}", "", lambda making: body(), question="a")
        answers.get(f"b{step % 2}", "", lambda making: body(), question="b")
        answers.get(f"other{step}", "", lambda making: body())
    kept = [step for step in range(100) if answers.kept(f"a{step}") is not None]
    assert kept == list(range(100 - GENERATIONS, 100))
    assert answers.kept("b0") == answers.kept("b1") == answers.kept("other0") == body()


def wait_until_all_wait(making: Making, many: int) -> None:
    until(lambda: len(making._waiting) >= many)


def test_whoever_asks_for_one_in_the_making_waits_for_it() -> None:
    answers, made = Answers(10_000), []

    def make(making: Making) -> Body:
        made.append(making)
        wait_until_all_wait(making, 3)
        return body()

    with ThreadPoolExecutor(3) as threads:
        asked = [threads.submit(answers.get, "a", "run", make) for _ in range(3)]
        assert {one.result(PATIENCE_SECONDS) for one in asked} == {body()}
    assert len(made) == 1


def test_a_failure_is_told_to_all_and_not_kept() -> None:
    answers = Answers(10_000)

    def fail(making: Making) -> Body:
        wait_until_all_wait(making, 2)
        raise ValueError("no")

    with ThreadPoolExecutor(2) as threads:
        for one in [threads.submit(answers.get, "a", "", fail) for _ in range(2)]:
            with pytest.raises(ValueError, match="no"):
                one.result(PATIENCE_SECONDS)
    assert answers.get("a", "", lambda making: body()) == body()


def test_work_ends_when_all_who_asked_have_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tb_layerweights.making._LOOK_SECONDS", 0)
    answers, gone = Answers(10_000), {"first": False, "second": False}
    left: list[int] = []

    def make(making: Making) -> Body:
        making.wait(lambda: gone["second"])
        making.advance()
        gone["first"] = True
        making.advance()
        gone["second"] = True
        left.append(making.done)
        making.advance()
        raise AssertionError("nobody waits")

    with pytest.raises(GoneError):
        answers.get("a", "", make, lambda: gone["first"])
    assert left == [2]
    assert answers.kept("a") is None


def test_whoever_comes_while_the_others_are_found_to_have_gone_gets_an_answer() -> None:
    answers, begun = Answers(10_000), threading.Event()

    def leave(making: Making) -> Body:
        begun.set()
        wait_until_all_wait(making, 2)
        raise GoneError

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(answers.get, "a", "", leave)
        assert begun.wait(PATIENCE_SECONDS)
        second = threads.submit(answers.get, "a", "", lambda making: body())
        with pytest.raises(GoneError):
            first.result(PATIENCE_SECONDS)
        assert second.result(PATIENCE_SECONDS) == body()


def test_many_small_answers_take_no_more_memory_than_is_stated() -> None:
    most, made = 2 << 20, 0
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        answers = Answers(most)
        for number in range(20_000):
            answers.get(f"{number:032x}", "", lambda making: Body("text/plain", bytes(150)))
            made += 1
        held = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert answers.kept(f"{made - 1:032x}") is not None
    assert most / 2 < held <= most
