"""A real TensorBoard in a process of its own, on a port of its own."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

# The values of --load_fast: the Rust data server, TensorBoard's Python loader.
LOADERS = ("true", "false")
START_SECONDS = 60


@contextlib.contextmanager
def tensorboard(logdir: Path, output: Path, *flags: str) -> Iterator[str]:
    """Yields the address of a TensorBoard on `logdir`, without a slash at its end.

    Args:
        logdir: What it reads.
        output: A file for what it prints.
        flags: Further flags of TensorBoard.

    Raises:
        RuntimeError: It ended, or told no address in time; with what it printed.
    """
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(logdir), "--port=0"]
    with output.open("wb") as stream:
        server = subprocess.Popen([*command, *flags], stdout=stream, stderr=stream)
    try:
        yield announced(server, output)
    finally:
        server.terminate()
        server.wait()


def announced(server: subprocess.Popen[bytes], output: Path) -> str:
    """Returns the address that a starting TensorBoard writes to `output`.

    Raises:
        RuntimeError: It ended, or told no address in time.
    """
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        if found := re.search(r"http://localhost:\d+\S*", output.read_text()):
            return found[0].rstrip("/")
        time.sleep(0.1)
    raise RuntimeError(f"TensorBoard did not start: {output.read_text()}")
