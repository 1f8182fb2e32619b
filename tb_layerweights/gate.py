"""A gate: a few are let in at a time, by turns, so that nobody is crowded out."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator

from tb_layerweights.failures import UnavailableError

MOST_WAITING = 256
PATIENCE_SECONDS = 30.0
RETRY_SECONDS = 5
# Whoever waits longer looks now and then whether anybody still wants to know.
_LOOK_SECONDS = 0.2


class CrowdedError(UnavailableError):
    """Too many wait already, or someone has waited for too long (HTTP 503)."""

    def __init__(self) -> None:
        super().__init__("Too many questions at once; ask again in a moment.")
        self.headers.append(("Retry-After", str(RETRY_SECONDS)))


class Gate:
    """Lets few in at a time; those who wait are let in by turns, one of each asker's after another.

    Of several places an asker may hold all but one, and of those who may wait half, so that there
    is room for somebody else at once, however much one asks.
    """

    def __init__(self, places: int, most_waiting: int = MOST_WAITING) -> None:
        """Keeps its arguments: how many may be in, and how many may wait."""
        self._free = places
        self._most_of_one = max(1, places - 1)
        self._most_waiting = most_waiting
        self._held: Counter[str] = Counter()
        # By asker; whose turn it is comes first.
        self._waiting: OrderedDict[str, deque[threading.Event]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many wait."""
        with self._lock:
            return self._count()

    def _count(self) -> int:
        return sum(map(len, self._waiting.values()))

    @contextlib.contextmanager
    def turn(self, asker: str, look: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Waits until it is the asker's turn, and lets the next one in at the end.

        Args:
          asker: who asks.
          look: called now and then meanwhile; what it raises ends the wait.

        Raises:
          CrowdedError: too many wait already, or it took too long.
        """
        patience = time.monotonic() + PATIENCE_SECONDS
        called = self._enter(asker)
        try:
            while not called.wait(_LOOK_SECONDS):
                look()
                if time.monotonic() > patience:
                    raise CrowdedError
            yield
        finally:
            self._leave(asker, called)

    def _enter(self, asker: str) -> threading.Event:
        called = threading.Event()
        with self._lock:
            its_own = len(self._waiting.get(asker, ()))
            if self._count() >= self._most_waiting or its_own >= self._most_waiting / 2:
                raise CrowdedError
            self._waiting.setdefault(asker, deque()).append(called)
            self._call()
        return called

    def _leave(self, asker: str, called: threading.Event) -> None:
        with self._lock:
            if called.is_set():
                self._free += 1
                self._held[asker] -= 1
                self._held += Counter()  # forgets whoever holds nothing
            else:
                self._waiting[asker].remove(called)
                self._forget(asker)
            self._call()

    def _call(self) -> None:
        """Lets in as many as there are places for."""
        while self._free:
            may = (one for one in self._waiting if self._held[one] < self._most_of_one)
            asker = next(may, None)
            if asker is None:
                return
            self._waiting[asker].popleft().set()
            self._free -= 1
            self._held[asker] += 1
            self._waiting.move_to_end(asker)
            self._forget(asker)

    def _forget(self, asker: str) -> None:
        if not self._waiting[asker]:
            del self._waiting[asker]
