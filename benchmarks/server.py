"""A TensorBoard on the benchmark's log, and a browser's side of the conversation."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests import serving

HISTOGRAMS = "/data/plugin/histograms"


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


@contextlib.contextmanager
def tensorboard(logdir: Path, load_fast: bool) -> Iterator[int]:
    """Runs TensorBoard and yields its port."""
    flag = f"--load_fast={str(load_fast).lower()}"
    with (
        tempfile.TemporaryDirectory() as folder,
        serving.tensorboard(logdir, Path(folder) / "output.txt", flag) as address,
    ):
        yield int(address.rpartition(":")[2])


def wait_until_loaded(port: int, runs: Sequence[str], last_tag: str, last_step: int) -> None:
    """Returns once every run was read to its end, where `last_tag` has its `last_step`."""
    browser = Browser(port)
    for run in runs:
        while last_tag not in browser.json(f"{HISTOGRAMS}/tags").get(run, ()):
            time.sleep(0.5)
        while last_step != last_of(browser, run, last_tag):
            time.sleep(0.5)


def last_of(browser: Browser, run: str, tag: str) -> int:
    _, step, _ = browser.json(f"{HISTOGRAMS}/histograms", run=run, tag=tag)[-1]
    return int(step)
