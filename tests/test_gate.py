from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tb_layerweights import gate
from tb_layerweights.gate import CrowdedError, Gate
from tb_layerweights.making import GoneError
from tests.waiting import PATIENCE_SECONDS, until


class Visits:
    """Visitors of a gate, each in a thread of its own, who stay inside until they are sent away.

    A visitor's name is the asker and a digit.
    """

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.gate = Gate(2)
        self.inside: list[str] = []
        self.came: list[str] = []
        self._threads = threads
        self._ends: dict[str, threading.Event] = {}
        self._visits: dict[str, Future[None]] = {}

    def come(self, *names: str) -> None:
        """They come one after the other; each is let in or waits."""
        for name in names:
            self._ends[name], waiting = threading.Event(), self.gate.waiting
            self._visits[name] = self._threads.submit(self._visit, name)
            until(lambda name=name, before=waiting: self._is_settled(name, before))

    def _is_settled(self, name: str, before: int) -> bool:
        return name in self.inside or self.gate.waiting > before

    def _visit(self, name: str) -> None:
        with self.gate.turn(name[0]):
            self.inside.append(name)
            self.came.append(name)
            assert self._ends[name].wait(PATIENCE_SECONDS)
            self.inside.remove(name)

    def go(self, name: str) -> None:
        self._ends[name].set()
        self._visits[name].result(PATIENCE_SECONDS)

    def all_go(self) -> None:
        """Whoever is inside goes, one after the other, until all have been there."""
        while any(not visit.done() for visit in self._visits.values()):
            until(lambda: 0 < len(self.inside) == self.gate._held.total())
            self.go(self.inside[0])


@pytest.fixture
def visits() -> Iterator[Visits]:
    with ThreadPoolExecutor(300) as threads:
        yield Visits(threads)


def test_so_many_are_let_in_and_no_more(visits: Visits) -> None:
    visits.come("a1", "b1", "c1", "d1")
    assert visits.inside == ["a1", "b1"]
    visits.go("b1")
    until(lambda: visits.inside == ["a1", "c1"])
    visits.all_go()
    assert visits.came == ["a1", "b1", "c1", "d1"]


def test_nobody_takes_all_places(visits: Visits) -> None:
    visits.come("a1", "a2", "a3")
    assert visits.inside == ["a1"]
    visits.come("b1")
    assert visits.inside == ["a1", "b1"]
    visits.all_go()


def test_whoever_asks_much_waits_for_those_who_ask_little(visits: Visits) -> None:
    visits.come("a1", "b1", "c1", "c2", "c3", "d1", "e1")
    visits.all_go()
    assert visits.came == ["a1", "b1", "c1", "d1", "e1", "c2", "c3"]


def test_a_single_place_is_had_by_one_after_the_other() -> None:
    only = Gate(1)
    for asker in "aab":
        with only.turn(asker):
            assert only.waiting == 0


def test_whoever_waits_too_long_is_told_when_to_come_again(
    visits: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits.come("a1", "b1")
    monkeypatch.setattr(gate, "PATIENCE_SECONDS", 0)
    monkeypatch.setattr(gate, "_LOOK_SECONDS", 0.01)
    with pytest.raises(CrowdedError) as raised, visits.gate.turn("c"):
        pass
    assert (raised.value.http_code, raised.value.headers) == (503, [("Retry-After", "5")])
    assert visits.gate.waiting == 0
    visits.all_go()
    with visits.gate.turn("c"):
        pass


def test_whoever_has_gone_waits_no_longer(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_LOOK_SECONDS", 0.01)

    def leave() -> None:
        raise GoneError

    visits.come("a1", "b1")
    with pytest.raises(GoneError), visits.gate.turn("c", leave):
        pass
    visits.come("d1")
    visits.all_go()
    assert visits.came == ["a1", "b1", "d1"]


def test_whoever_fails_inside_makes_room(visits: Visits) -> None:
    for _ in range(5):
        with pytest.raises(KeyError), visits.gate.turn("a"):
            raise KeyError
    visits.come("a1", "b1")
    assert visits.inside == ["a1", "b1"]
    visits.all_go()


def test_one_alone_can_not_fill_the_room_of_those_who_wait() -> None:
    narrow = Gate(2, most_waiting=4)
    with ThreadPoolExecutor(4) as threads, narrow.turn("a"), narrow.turn("b"):

        def wait(asker: str) -> str:
            with narrow.turn(asker):
                return asker

        def come(asker: str) -> None:
            before = narrow.waiting
            threads.submit(wait, asker)
            until(lambda: narrow.waiting > before)

        for asker in "cc":
            come(asker)
        with pytest.raises(CrowdedError), narrow.turn("c"):
            pass
        for asker in "de":
            come(asker)
        with pytest.raises(CrowdedError), narrow.turn("f"):
            pass
        assert narrow.waiting == 4


def test_of_many_who_come_and_go_all_are_let_in_and_never_too_many() -> None:
    busy, inside, most = Gate(3), [0], [0]
    lock = threading.Lock()

    def visit(number: int) -> None:
        for _ in range(20):
            with busy.turn(str(number % 5)):
                with lock:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                time.sleep(0)
                with lock:
                    inside[0] -= 1

    with ThreadPoolExecutor(40) as threads:
        for one in [threads.submit(visit, number) for number in range(40)]:
            one.result(PATIENCE_SECONDS)
    assert 1 <= most[0] <= 3
    assert busy.waiting == 0
