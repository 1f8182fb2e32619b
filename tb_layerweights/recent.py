"""Answers remembered for a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

from cachetools import TTLCache

Answer = TypeVar("Answer")


class Recent(Generic[Answer]):
    """Gives the same answer to the same question for a moment, then asks anew.

    A page asks several questions about a run at once, and TensorBoard's data server takes 40 ms
    to list a run's series. Whoever asks while another does waits for the same answer. Failures
    are told to all who wait and not remembered, and nothing is any longer than a moment after the
    next question.
    """

    def __init__(self, seconds: float, most: int) -> None:
        """Remembers at most `most` answers, each for so many seconds."""
        self._known: TTLCache[Hashable, Answer] = TTLCache(
            most, seconds, timer=lambda: time.monotonic()
        )
        self._coming: dict[Hashable, Future[Answer]] = {}
        self._lock = threading.Lock()

    def get(self, question: Hashable, ask: Callable[[], Answer]) -> Answer:
        with self._lock:
            if (known := self._known.get(question)) is not None:
                return known
            others = self._coming.get(question)
            coming = others or self._coming.setdefault(question, Future())
        return others.result() if others is not None else self._ask(question, ask, coming)

    def _ask(self, question: Hashable, ask: Callable[[], Answer], coming: Future[Answer]) -> Answer:
        try:
            answer = ask()
        except BaseException as error:
            with self._lock:
                del self._coming[question]
            coming.set_exception(error)
            raise
        with self._lock:
            del self._coming[question]
            self._known[question] = answer
        coming.set_result(answer)
        return answer
