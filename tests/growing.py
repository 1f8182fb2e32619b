"""A training that goes on while it is looked at, and what its log says of every step."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tests import logdirs

TAGS = tuple(f"layer{number}.weight" for number in range(6))
EDGES = np.linspace(-1, 1, 31)


def rows(step: int) -> Any:
    """The record of a step: no other has as many values, nor as large ones."""
    counts = np.full(30, count(step) / 30)
    return np.column_stack((EDGES[:-1] * scale(step), EDGES[1:] * scale(step), counts))


def scale(step: int) -> float:
    return 1 + step / 8192


def count(step: int) -> float:
    return 30.0 * (2 + step)


class Training:
    """Appends step after step to the log of a run."""

    def __init__(self, directory: Path) -> None:
        self.step = -1
        directory.mkdir(parents=True)
        self._file = (directory / "events.out.tfevents.1700000000.test").open("wb")
        self._run = logdirs.Run(logdirs.RecordWriter(self._file))

    def steps(self, many: int) -> None:
        """Writes so many steps, each of them whole."""
        for step in range(self.step + 1, self.step + 1 + many):
            self.step = step  # others may read it as soon as it is begun
            for tag in TAGS:
                self._run.tensor(tag, step, rows(step))
            self._file.flush()

    @contextlib.contextmanager
    def going_on(self, pause: float) -> Iterator[None]:
        """A step after each pause, in a thread, until the end."""
        ended = threading.Event()

        def train() -> None:
            while not ended.wait(pause):
                self.steps(1)

        thread = threading.Thread(target=train)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def close(self) -> None:
        self._file.close()
