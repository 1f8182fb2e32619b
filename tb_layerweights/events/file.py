"""One event file, and no other that may take its place."""

from __future__ import annotations

import os
import stat
from typing import BinaryIO, NamedTuple


class EventFile(NamedTuple):
    """A file as it was when it was found."""

    path: str  # real
    device: int
    inode: int

    def open(self) -> BinaryIO:
        """Opens the file for reading.

        Raises:
          OSError: it isn't there any more, or another one is in its place.
        """
        return open(self.path, "rb", opener=self._open)

    def _open(self, path: str, flags: int) -> int:
        # A pipe may have taken its place.
        descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
        here = os.fstat(descriptor)
        if (here.st_dev, here.st_ino) != (self.device, self.inode):
            os.close(descriptor)
            raise OSError("another file")
        return descriptor


def find(path: str) -> tuple[EventFile, os.stat_result] | None:
    try:
        here = os.lstat(path)
    except OSError:
        return None
    if not stat.S_ISREG(here.st_mode):
        return None
    return EventFile(path, here.st_dev, here.st_ino), here
