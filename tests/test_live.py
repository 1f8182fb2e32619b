"""A real TensorBoard that is asked what nobody should ask."""

from __future__ import annotations

import contextlib
import re
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests import logdirs
from tests.loaders import ROUTE
from tests.serving import LOADERS, process_of

BODY_BYTES = 200 << 20
MOST_GROWTH = 5 << 20
# Whatever is asked, werkzeug's server throws away what comes after its answer, ten megabytes
# at a time, and keeps room for them.
ANY_ADDRESS = "/data/environment"
ROOM, ATTEMPTS = 15 << 20, 20
MOST_LINES = 20
PIECE = b"x" * (1 << 20)

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by /proc"),
]


def memory(process: int, kind: str = "RSS") -> int:
    """How many bytes of the machine's memory a process has, or (`HWM`) had at most."""
    told = re.search(rf"Vm{kind}:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert told is not None
    return int(told[1]) << 10


def steady(process: int) -> int:
    """Returns what a process has once it doesn't take more any longer."""
    before = -1
    for _ in range(60):
        now = memory(process)
        if now <= before:
            return now
        before = now
        time.sleep(1)
    raise AssertionError(f"it keeps growing: {before}")


def post(address: str, path: str) -> bytes:
    """Sends a large body, as far as anybody takes it, and returns the beginning of the answer."""
    parts = urlsplit(address)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {BODY_BYTES}\r\n\r\n"
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as connection:
        connection.sendall(head.encode())
        answer = connection.recv(100)
        with contextlib.suppress(OSError):
            for _ in range(BODY_BYTES // len(PIECE)):
                connection.sendall(PIECE)
            # Once it is done with this one, it can't be busy with two.
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(1000):
                pass
        return answer


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("load_fast", LOADERS)
def test_large_bodies_take_no_memory_and_bad_questions_no_room_in_the_log(
    tmp_path: Path, load_fast: str
) -> None:
    logdirs.write_keras(tmp_path / "log" / "run", "sequential/{}/histogram".format)
    output = tmp_path / "output.txt"
    flags = ("--logdir", str(tmp_path / "log"), f"--load_fast={load_fast}")
    with process_of(*flags, output=output) as (address, process):
        for route in ("runs", "outline?run=run", "densities?run=run", "statistics?run=run"):
            while status(address + ROUTE + route) != 200:
                time.sleep(0.5)
        before = steady(process)
        for _ in range(ATTEMPTS):
            post(address, ANY_ADDRESS)
            if memory(process) - before > ROOM:
                break
        before = steady(process)
        Path(f"/proc/{process}/clear_refs").write_text("5")  # the most it had is what it has
        lines = len(output.read_text().splitlines())
        for route in ("runs", "densities", "statistics", "index.js", "nothing"):
            assert post(address, ROUTE + route).split()[1] == b"405"
        growth = memory(process, "HWM") - before
        print(f"five bodies of 200 MB: {growth / (1 << 20):.1f} MB")
        assert growth < MOST_GROWTH
        for number in range(500):
            assert status(f"{address}{ROUTE}densities?run=run&bins={number}x") == 400
            assert status(f"{address}{ROUTE}nothing{number}") == 404
        said = output.read_text().splitlines()[lines:]
        assert len(said) <= MOST_LINES, said[:40]
