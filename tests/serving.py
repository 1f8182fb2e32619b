"""A real TensorBoard in a process of its own, on a port of its own."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tensorboard.data import server_ingester

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
    with tensorboard_of("--logdir", str(logdir), *flags, output=output) as address:
        yield address


@contextlib.contextmanager
def tensorboard_of(*flags: str, output: Path, **more: Any) -> Iterator[str]:
    """Yields the address of a TensorBoard that has these flags; see `process_of`."""
    with process_of(*flags, output=output, **more) as (address, _):
        yield address


@contextlib.contextmanager
def process_of(
    *flags: str,
    output: Path,
    python: str | Path = sys.executable,
    program: Sequence[str] = ("-m", "tensorboard.main"),
    **more: Any,
) -> Iterator[tuple[str, int]]:
    """Yields the address and the process id of a TensorBoard; see `tensorboard`.

    Args:
        flags: TensorBoard's.
        output: A file for what it prints.
        python: The Python of the environment it is in.
        program: What Python runs.
        more: For its process: `cwd`, `env`.
    """
    command = [python, *program, "--port=0", *flags]
    with output.open("wb") as stream:
        server = subprocess.Popen(command, stdout=stream, stderr=stream, **more)
    try:
        yield announced(server, output), server.pid
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


class DataServer:
    """TensorBoard's data server as a process of its own, as it may run on another machine."""

    def __init__(self, logdir: Path, folder: Path) -> None:
        """Keeps its arguments; `folder` is for the file that tells the port."""
        self._logdir = logdir
        self._file = folder / "port"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def start(self) -> None:
        """Starts it, on the port that it had before if it had one."""
        self._file.unlink(missing_ok=True)
        flags = (f"--logdir={self._logdir}", "--reload=1", f"--port={self.port}")
        binary = server_ingester.get_server_binary().path
        self._process = subprocess.Popen([binary, *flags, f"--port-file={self._file}"])
        deadline = time.monotonic() + START_SECONDS
        while not self._told().endswith("\n"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("The data server did not start.")
            time.sleep(0.05)
        self.port = int(self._told())

    def _told(self) -> str:
        return self._file.read_text() if self._file.exists() else ""

    def kill(self) -> None:
        """Ends it as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextlib.contextmanager
def remote_tensorboard(logdir: Path, folder: Path) -> Iterator[tuple[str, DataServer]]:
    """Yields the address of a TensorBoard without a log directory, and the data server it asks.

    Args:
        logdir: What the data server reads; TensorBoard doesn't know it.
        folder: For what they print: TensorBoard's is in `output.txt`.
    """
    server = DataServer(logdir, folder)
    server.start()
    try:
        flag = f"--grpc_data_provider=localhost:{server.port}"
        with tensorboard_of(flag, output=folder / "output.txt") as address:
            yield address, server
    finally:
        server.kill()
