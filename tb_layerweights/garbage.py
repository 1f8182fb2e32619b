"""Work during which cyclic garbage is left alone."""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Iterator

_owner = threading.Lock()


@contextlib.contextmanager
def left_alone() -> Iterator[None]:
    """Switches the cyclic collector off for the whole process, for one at a time.

    An answer about 10,000 series makes a million small objects that all die without it, and it
    would look through them and everything that TensorBoard holds again and again, for a third of
    the time. Once it is on again it catches up, however many such works follow each other.
    """
    if not _owner.acquire(blocking=False):
        yield
        return
    was_on = gc.isenabled()
    try:
        gc.disable()
        yield
    finally:
        if was_on:
            gc.enable()
        _owner.release()
