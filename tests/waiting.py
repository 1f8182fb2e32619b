"""Waiting for what must come to be, however slow the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_SECONDS = 30


def until(is_so: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Waits until something is so.

    Raises:
        AssertionError: It still isn't after so many seconds.
    """
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "It never came to be."
        time.sleep(0.001)
