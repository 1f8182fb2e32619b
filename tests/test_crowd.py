"""Many who ask at once: each gets an answer, and nobody is crowded out."""

from __future__ import annotations

import re
import select
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tb_layerweights import delta, gate, replies
from tests.slow import Slow, answered, ask, served
from tests.waiting import PATIENCE_SECONDS, until

LARGE = "/densities?run=run&format=json&bins={}"
CROWD = 12


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    monkeypatch.setattr(replies, "CHUNK_BYTES", 1)
    return Slow(series=60)


@pytest.fixture
def port(slow: Slow) -> Iterator[int]:
    with served(slow) as found:
        yield found


@pytest.fixture
def crowd(port: int, slow: Slow) -> Iterator[list[socket.socket]]:
    """More large questions than are worked on at a time, all asked by one."""
    asked = [ask(port, LARGE.format(64 + number)) for number in range(CROWD)]
    until(lambda: slow.reads > 10)
    yield asked
    for one in asked:
        one.close()


def status(answer: bytes) -> int:
    return int(answer.split(b" ")[1])


def done(asked: list[socket.socket]) -> int:
    """How many of these questions are answered."""
    return len(select.select(asked, [], [], 0)[0])


def test_small_questions_do_not_wait_for_large_ones(port: int, crowd: list[socket.socket]) -> None:
    assert status(answered(ask(port, "/histogram?run=run&tag=t7.weight&step=1"))) == 200
    first = "&".join(f"tag=t{number}.weight" for number in range(10))
    assert status(answered(ask(port, f"/densities?run=run&{first}"))) == 200
    assert status(answered(ask(port, "/statistics?run=run&tag=t3.weight"))) == 200
    assert done(crowd) == 0


def test_one_who_asks_much_does_not_keep_others_waiting(
    port: int, crowd: list[socket.socket]
) -> None:
    assert status(answered(ask(port, LARGE.format(64), "127.0.0.2"))) == 200
    assert status(answered(ask(port, LARGE.format(128), "127.0.0.2"))) == 200
    assert done(crowd) < CROWD / 2 + 1


def test_what_a_hundred_ask_at_once_is_read_once(port: int, slow: Slow) -> None:
    threads = threading.active_count()
    asked = [ask(port, LARGE.format(64)) for _ in range(100)]
    answers = {answered(one).partition(b"\r\n\r\n")[2] for one in asked}
    assert len(answers) == 1
    assert answers.pop().count(b'"steps_kept"') == len(slow.tags)
    assert slow.reads <= len(slow.tags) + 2
    until(lambda: threading.active_count() <= threads)


def test_what_is_here_is_looked_up_once_for_all_who_ask_at_once(port: int, slow: Slow) -> None:
    many, listed = threading.Event(), slow.list_tensors
    threads = threading.active_count()

    def list_slowly(**rest: object) -> object:
        assert many.wait(PATIENCE_SECONDS)
        return listed(**rest)

    slow.list_tensors = list_slowly  # type: ignore[method-assign]
    asked = [ask(port, "/runs") for _ in range(50)]
    asked += [ask(port, "/outline?run=run") for _ in range(50)]
    until(lambda: threading.active_count() >= threads + 100)
    many.set()
    assert {status(answered(one)) for one in asked} == {200}
    assert slow.lists <= 4


def test_whoever_waits_too_long_is_told_when_to_ask_again(
    port: int, crowd: list[socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "PATIENCE_SECONDS", 0)
    answer = answered(ask(port, LARGE.format(512)))
    assert status(answer) == 503
    assert re.search(rb"^Retry-After: \d+\r$", answer, re.MULTILINE)
    assert answer.endswith(b"Too many questions at once; ask again in a moment.")


def test_what_is_new_is_told_to_all_who_follow_a_run_and_worked_out_once(
    port: int, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, worked_out = "/densities?run=run", []
    changes = delta.changes

    def counted(*of: Any) -> bytes:
        worked_out.append(of[0])
        return changes(*of)

    monkeypatch.setattr(delta, "changes", counted)
    before = re.search(rb'ETag: W/"(\w+)"', answered(ask(port, question)))
    assert before is not None
    slow.steps += 1
    time.sleep(1.1)  # for so long a listing is remembered
    asked = [ask(port, f"{question}&since={before[1].decode()}") for _ in range(20)]
    news = {answered(one).partition(b"\r\n\r\n")[2] for one in asked}
    assert len(news) == 1
    assert b'"since"' in news.pop().replace(b"\\", b"")
    assert len(worked_out) == 1
