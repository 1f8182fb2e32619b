"""Waiting for an answer that may never come."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

Answer = TypeVar("Answer")


def within(seconds: float, ask: Callable[[], Answer]) -> Answer:
    """Returns what `ask` returns, or raises what it raises.

    What takes longer goes on in a thread that nobody waits for, not even the end of the process.

    Raises:
      TimeoutError: it took longer than `seconds`.
    """
    answer: Future[Answer] = Future()

    def answer_it() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=answer_it, daemon=True).start()
    if not wait([answer], seconds).done:
        raise TimeoutError
    return answer.result()
