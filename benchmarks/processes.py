"""What a TensorBoard and its data server take: memory and CPU time, as Linux counts them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Memory:
    """Megabytes in memory, of TensorBoard itself and of its data server (0 without one)."""

    tensorboard: float = 0
    data_server: float = 0

    @property
    def both(self) -> float:
        return self.tensorboard + self.data_server


class Processes:
    """The processes of one TensorBoard."""

    def __init__(self, pid: int) -> None:
        self._tensorboard = pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        self._children = [int(child) for child in children]

    def forget_peaks(self) -> None:
        """Lets `peak` count from now on."""
        for pid in (self._tensorboard, *self._children):
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def peak(self) -> Memory:
        return self._memory("VmHWM")

    def now(self) -> Memory:
        return self._memory("VmRSS")

    def cpu_seconds(self) -> float:
        """Returns the seconds of CPU time so far, of all threads of all processes."""
        return sum(map(_cpu_seconds, (self._tensorboard, *self._children)))

    def threads(self) -> int:
        """Returns how many threads TensorBoard itself has."""
        return len(os.listdir(f"/proc/{self._tensorboard}/task"))

    def files(self) -> int:
        """Returns how many files and connections TensorBoard itself has open."""
        return len(os.listdir(f"/proc/{self._tensorboard}/fd"))

    def _memory(self, field: str) -> Memory:
        children = sum(_megabytes(pid, field) for pid in self._children)
        return Memory(_megabytes(self._tensorboard, field), children)


def _megabytes(pid: int, field: str) -> float:
    found = re.search(rf"{field}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def _cpu_seconds(pid: int) -> float:
    # The name of the process is in parentheses and may hold spaces.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
