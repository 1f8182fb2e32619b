"""Answers in the making and answers that were made: each is made once, for all who ask for it."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import NamedTuple

from cachetools import LRUCache
from tensorboard import errors

# How often to look whether anybody still waits for an answer.
_LOOK_SECONDS = 0.1
# What it takes to keep an answer besides the answer itself: small ones are many.
KEEPING_BYTES = 512
# So many answers to one question are kept while a run grows: those who follow it ask for what is
# new since theirs.
GENERATIONS = 4
_MOST_QUESTIONS = 10_000
# Whoever works on an answer for longer than this tells what is done and names the rest.
WORK_SECONDS = 20.0


class Body(NamedTuple):
    """What an answer says, ready to be sent."""

    mime_type: str
    gzipped: bytes
    is_whole: bool = True  # else it lacks what took too long


class GoneError(errors.PublicError):
    """Nobody waits for the answer any more (HTTP 503, which nobody reads)."""

    http_code = 503

    def __init__(self) -> None:
        super().__init__("Whoever asked has gone.")


def _size(body: Body) -> int:
    return KEEPING_BYTES + len(body.gzipped)


class Making:
    """An answer in the making: how far it is, and who waits for it."""

    def __init__(self, run: str = "") -> None:
        """Keeps its argument: the run that the answer is about."""
        self.run = run
        self.done = 0  # series
        self.of = 0
        self.body: Future[Body] = Future()
        self._waiting: list[Callable[[], bool]] = []
        self._looked = time.monotonic()
        self._until = math.inf

    def begin(self) -> None:
        """Begins the time after which the work `is_late`."""
        self._until = time.monotonic() + WORK_SECONDS

    @property
    def is_late(self) -> bool:
        return time.monotonic() >= self._until

    def wait(self, gone: Callable[[], bool]) -> None:
        """Adds someone who waits, until `gone` returns True."""
        self._waiting.append(gone)

    def advance(self) -> None:
        """Counts a series that is done.

        Raises:
          GoneError: nobody waits any more.
        """
        self.done += 1
        self.look()

    def look(self) -> None:
        """Looks now and then whether anybody waits.

        Raises:
          GoneError: nobody does.
        """
        now = time.monotonic()
        if now - self._looked < _LOOK_SECONDS:
            return
        self._looked = now
        if self._waiting and all(gone() for gone in list(self._waiting)):
            raise GoneError


class Answers:
    """Answers by their tags. Any thread may ask for any."""

    def __init__(self, most_bytes: int) -> None:
        """Keeps the answers that were asked for last, as many as fit into so many bytes."""
        self._made: LRUCache[Hashable, Body] = LRUCache(most_bytes, getsizeof=_size)
        # The tags of the answers to each question, the newest last.
        self._to: LRUCache[Hashable, deque[Hashable]] = LRUCache(_MOST_QUESTIONS)
        self._coming: dict[Hashable, Making] = {}
        self._lock = threading.Lock()

    def kept(self, tag: str) -> Body | None:
        """Returns the answer of that tag, if it was made and is still there."""
        with self._lock:
            return self._made.get(tag)

    def coming(self, run: str) -> list[Making]:
        """Returns the answers about a run that are in the making."""
        with self._lock:
            return [one for one in self._coming.values() if one.run == run]

    def get(
        self,
        tag: Hashable,
        run: str,
        make: Callable[[Making], Body],
        gone: Callable[[], bool] = lambda: False,
        question: Hashable = None,
    ) -> Body:
        """Returns the answer of that tag, made now if it isn't there.

        Whoever asks for one that is in the making waits for it. What `make` raises, all who wait
        get to know, and nothing is kept.

        Args:
          tag: changes with the question and with the data; None: the answer can't be kept.
          run: that the answer is about.
          make: makes the answer and tells how far it is.
          gone: whether whoever asks has gone.
          question: to which others are answers, with other tags, while the data grow; None: to
            nothing that is asked again.

        Raises:
          GoneError: all who waited have gone.
        """
        key: Hashable = object() if tag is None else tag
        while True:
            with self._lock:
                known = self._made.get(key)
                if known is not None:
                    return known
                coming = self._coming.get(key)
                making = coming or self._coming.setdefault(key, Making(run))
                making.wait(gone)
            if coming is None:
                return self._make(key, making, make, question, is_kept=tag is not None)
            # Whoever comes while the others are found to have gone has it made anew.
            with contextlib.suppress(GoneError):
                return coming.body.result()

    def _make(
        self,
        key: Hashable,
        making: Making,
        make: Callable[[Making], Body],
        question: Hashable,
        *,
        is_kept: bool,
    ) -> Body:
        try:
            body = make(making)
        except BaseException as error:
            with self._lock:
                del self._coming[key]
            making.body.set_exception(error)
            raise
        with self._lock:
            del self._coming[key]
            if is_kept and _size(body) <= self._made.maxsize:
                self._made[key] = body
                self._outdate(question, key)
        making.body.set_result(body)
        return body

    def _outdate(self, question: Hashable, newest: Hashable) -> None:
        """Forgets all but the newest answers to a question."""
        if question is None:
            return
        tags = self._to.setdefault(question, deque())
        if newest not in tags:
            tags.append(newest)
        while len(tags) > GENERATIONS:
            self._made.pop(tags.popleft(), None)
