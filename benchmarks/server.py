"""A TensorBoard on a benchmark's log, and a browser's side of the conversation."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.logs import Log
from benchmarks.processes import Processes
from tests import serving

HISTOGRAMS = "/data/plugin/histograms"
# A log of this suite takes a minute or two to load with the Python loader.
LOAD_SECONDS = 900


@dataclass
class Traffic:
    """What a conversation cost."""

    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0


class Browser:
    """Asks one thing after another over one connection, and adds up the cost."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("localhost", port, timeout=600)
        self.traffic = Traffic()

    def get(
        self, path: str, etag: str = "", **query: str
    ) -> tuple[bytes, http.client.HTTPResponse]:
        headers = {"Accept-Encoding": "gzip"}
        if etag:
            headers["If-None-Match"] = etag
        began = time.perf_counter()
        self._connection.request("GET", f"{path}?{urlencode(query)}", headers=headers)
        response = self._connection.getresponse()
        body = response.read()
        self.traffic.seconds += time.perf_counter() - began
        self.traffic.requests += 1
        self.traffic.bytes += len(body)
        if response.status not in (200, 304):
            raise RuntimeError(f"{path} answered {response.status}: {body[:200]!r}")
        if response.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return body, response

    def json(self, path: str, **query: str) -> Any:
        return json.loads(self.get(path, **query)[0])


@dataclass(frozen=True)
class Server:
    """A running TensorBoard."""

    port: int
    processes: Processes

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"


@contextlib.contextmanager
def tensorboard(logdir: Path, load_fast: bool) -> Iterator[Server]:
    """Runs TensorBoard with its data server (`load_fast`) or its Python loader."""
    flags = ("--logdir", str(logdir), "--port=0", f"--load_fast={str(load_fast).lower()}")
    command = (sys.executable, "-m", "tensorboard.main", *flags)
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output.txt"
        with output.open("wb") as stream:
            process = subprocess.Popen(command, stdout=stream, stderr=stream)
        try:
            port = int(serving.announced(process, output).rpartition(":")[2])
            yield Server(port, Processes(process.pid))
        finally:
            process.terminate()
            process.wait()


def wait_until_loaded(server: Server, log: Log, last_step: int | None = None) -> None:
    """Returns once every run was read to its end, where the last tag has its last step."""
    browser = Browser(server.port)
    last_tag = log.parameters[-1].name
    deadline = time.monotonic() + LOAD_SECONDS
    for run in log.runs:
        while not (
            last_tag in browser.json(f"{HISTOGRAMS}/tags").get(run, ())
            and last_of(browser, run, last_tag) == (last_step or log.steps - 1)
        ):
            if time.monotonic() > deadline:
                raise TimeoutError(f"TensorBoard did not load {log.name}.")
            time.sleep(0.5)


def last_of(browser: Browser, run: str, tag: str) -> int:
    _, step, _ = browser.json(f"{HISTOGRAMS}/histograms", run=run, tag=tag)[-1]
    return int(step)
