"""What can go wrong between us and the data, in sentences."""

from __future__ import annotations

import logging
import threading
import time
import traceback

from tensorboard import errors

# TensorBoard starts a data server of its own, or was given one that a person started.
NO_DATA_SERVER = (
    "TensorBoard's data server doesn't answer. Start it again, or TensorBoard if that started it."
)


_log = logging.getLogger("tensorboard")


class UnavailableError(errors.PublicError):
    """The data can't be read at the moment (HTTP 503)."""

    http_code = 503


class OnlyUnavailable:
    """Passes over whatever is raised but `UnavailableError`: the rest is there without it."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        return isinstance(error, Exception) and not isinstance(error, UnavailableError)


def grpc_code(error: Exception) -> str:
    """Returns the name of the code with which a data server failed, "" for other failures."""
    code = getattr(error, "code", None)
    return str(getattr(code(), "name", "")) if callable(code) else ""


def kind_of(error: Exception) -> str:
    """Returns what to call a failure; its text may be long, and tell of paths."""
    return grpc_code(error) or type(error).__name__


class Complaints:
    """What TensorBoard's log is told of mistakes of ours: a line now and then, however many."""

    def __init__(self, seconds: float) -> None:
        """Keeps quiet for so many seconds after each line."""
        self._seconds = seconds
        self._next = -1e9
        self._unsaid = 0
        self._lock = threading.Lock()

    def say(self, path: str, error: Exception) -> None:
        """Says what went wrong and where; the whole trace is only for those who want to know.

        Args:
          path: what was asked for, by whoever it was.
          error: what was raised.
        """
        _log.debug("Layer Weights could not answer", exc_info=error)
        now = time.monotonic()
        with self._lock:
            if now < self._next:
                self._unsaid += 1
                return
            more, self._unsaid = self._unsaid, 0
            self._next = now + self._seconds
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} in {frame.filename}, line {frame.lineno}"
        also = f"; {more} more failed since the last such line" if more else ""
        _log.warning("Layer Weights could not answer %s: %s%s", ascii(path[:100]), where, also)
