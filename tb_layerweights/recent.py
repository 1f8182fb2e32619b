"""Answers remembered for a moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Recent(Generic[Answer]):
    """Gives the same answer to the same question for a moment, then asks anew.

    A page asks several questions about a run at once, and TensorBoard's data server takes 40 ms
    to list a run's series. Failures are not remembered.
    """

    def __init__(self, seconds: float, most: int) -> None:
        """Remembers at most `most` answers, each for so many seconds."""
        self._seconds = seconds
        self._most = most
        self._known: dict[Hashable, tuple[float, Answer]] = {}

    def get(self, question: Hashable, ask: Callable[[], Answer]) -> Answer:
        now = time.monotonic()
        when, answer = self._known.get(question, (-1e9, None))
        if answer is None or now - when > self._seconds:
            answer = ask()
            if len(self._known) >= self._most:
                self._known = {}
            self._known[question] = now, answer
        return answer
