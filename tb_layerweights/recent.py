"""Answers remembered for a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import TTLCache

Answer = TypeVar("Answer")


class Recent(Generic[Answer]):
    """Gives the same answer to the same question for a moment, then asks anew.

    A page asks several questions about a run at once, and TensorBoard's data server takes 40 ms
    to list a run's series. Failures are not remembered, and nothing is any longer than a moment
    after the next question.
    """

    def __init__(self, seconds: float, most: int) -> None:
        """Remembers at most `most` answers, each for so many seconds."""
        self._known: TTLCache[Hashable, Answer] = TTLCache(
            most, seconds, timer=lambda: time.monotonic()
        )
        self._lock = threading.Lock()

    def get(self, question: Hashable, ask: Callable[[], Answer]) -> Answer:
        with self._lock:
            if (known := self._known.get(question)) is not None:
                return known
        answer = ask()
        with self._lock:
            self._known[question] = answer
        return answer
