"""Every step of a run, straight from its event files: the only code that reads them itself.

TensorBoard keeps a sample of steps, and of a `HistogramProto` the buckets alone. Where the files
are local, this package has the rest: all steps, and what the writer says of all values, those
included that are in no bucket.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.events import parts, stored
from tb_layerweights.events.index import RunIndex
from tb_layerweights.events.logdir import event_files
from tb_layerweights.events.parts import Occurrence
from tb_layerweights.natural import in_natural_order
from tb_layerweights.series import Listed, Series, Unreadable

__all__ = ["EventFiles", "Occurrence", "Progress"]

# So many runs stay indexed; the one that wasn't asked for the longest is forgotten first.
RUNS = 512

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a run's event files was read, in bytes."""

    read: int
    size: int


@dataclass(slots=True)
class _Run:
    index: RunIndex = field(default_factory=RunIndex)
    lock: threading.Lock = field(default_factory=threading.Lock)


class EventFiles:
    """The event files of all runs in a log directory. Any thread may ask anything.

    Whoever asks first reads the files of the run, others who ask for the same run wait for it;
    later questions read what was appended since. Nothing raises for what is in a log.
    """

    def __init__(self, logdir: str | None) -> None:
        """Keeps its argument: TensorBoard's log directory, which may be remote or missing."""
        self._logdir = logdir
        self._runs: OrderedDict[str, _Run] = OrderedDict()
        self._lock = threading.Lock()

    def has(self, run: str) -> bool:
        """Returns whether event files of the run are on this machine, in the log directory."""
        return bool(event_files(self._logdir, run))

    def knows(self, run: str) -> bool:
        """Returns whether the run is indexed, but for what was appended since."""
        with self._lock:
            return run in self._runs

    def written(self, run: str) -> float | None:
        """Returns when the files of a run were last written to, None if there are none."""
        times = []
        for path in event_files(self._logdir, run):
            with contextlib.suppress(OSError):
                times.append(os.stat(path).st_mtime)
        return max(times, default=None)

    def progress(self, run: str) -> Progress | None:
        """Returns how far the run is indexed, None if nobody asked for it; never waits for it."""
        with self._lock:
            found = self._runs.get(run)
        return Progress(found.index.read, found.index.size) if found is not None else None

    def listed(self, run: str) -> list[Listed]:
        """Returns the series of a run in natural order, those without any histogram included."""
        return self._ask(run, _listed)

    def read(self, run: str, tags: Sequence[str]) -> Iterator[Series | Unreadable]:
        """Yields all steps of every series asked for, in the order of `tags`.

        Records are decoded when they are asked for, and are empty if their file was changed
        meanwhile. A series of which some records are no histograms is followed by an
        `Unreadable` about these.
        """
        found = self._updated(run)
        for tag in tags:
            with found.lock:
                rows = found.index.rows(tag)
            if len(rows.steps):
                yield from stored.read(tag, rows)
            else:
                yield Unreadable(tag, "The event files hold no histograms of it.")

    def exact(self, run: str, tag: str) -> list[tuple[int, NDArray[np.float64]]]:
        """Returns what the recorder wrote beside the histograms of a tag, with its steps."""
        return self._ask(run, lambda index: index.exact(tag))

    def occurrences(self, run: str) -> list[Occurrence]:
        """Returns the records of the last complete step in the order of writing."""
        series = self._ask(run, lambda index: {tag: index.rows(tag) for tag in index.last()})
        return parts.occurrences(series)

    def read_parts(self, run: str, tag: str) -> list[Series]:
        """Returns the series of the first, second, … record of each step, `tag#1`, `tag#2`."""
        return parts.read_parts(tag, self._ask(run, lambda index: index.rows(tag)))

    def problems(self, run: str) -> list[str]:
        """Returns what could not be read of the run's files, as fragments of sentences."""
        return self._ask(run, lambda index: index.problems)

    def _ask(self, run: str, question: Callable[[RunIndex], T]) -> T:
        found = self._updated(run)
        with found.lock:
            return question(found.index)

    def _updated(self, run: str) -> _Run:
        """Returns a run, its index up to date; an empty one if it has no files."""
        paths = event_files(self._logdir, run)
        with self._lock:
            if not paths:
                self._runs.pop(run, None)
                return _Run()
            found = self._runs.setdefault(run, _Run())
            self._runs.move_to_end(run)
            while len(self._runs) > RUNS:
                self._runs.popitem(last=False)
        with found.lock:
            found.index.update(paths)
        return found


def _listed(index: RunIndex) -> list[Listed]:
    last = index.last()
    return [Listed(tag, *last[tag]) for tag in in_natural_order(last)]
