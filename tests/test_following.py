"""A run that grows while it is looked at, and people who leave before the answer is there."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load
from werkzeug.test import Client

from tb_layerweights import replies, wire
from tb_layerweights.delta import whole
from tests import loaders, logdirs
from tests.loaders import ROUTE
from tests.slow import Slow, answered, ask, rows, served
from tests.waiting import PATIENCE_SECONDS


@contextlib.contextmanager
def loading(logdir: Path, loader: str) -> Iterator[tuple[Client, Any]]:
    """Yields a client, and what makes the loader look for new records."""
    if loader == "python":
        loaded = loaders.load_python(logdir)
        yield loaded.client(), loaded.multiplexer.Reload
    else:
        with loaders.load_rust(logdir) as loaded:
            yield loaded.client(), lambda: None


@pytest.mark.parametrize("loader", ["python", "rust"])
def test_of_a_run_that_grew_only_the_new_steps_are_sent(tmp_path: Path, loader: str) -> None:
    question = {"run": "run"}
    with logdirs.open_run(tmp_path / "run") as run:
        for step in range(10):
            for tag in ("a.weight", "b.weight"):
                run.tensor(tag, step, rows(step))
        with loading(tmp_path, loader) as (client, look):
            first = client.get(ROUTE + "densities", query_string=question)
            etag, _ = first.get_etag()
            for tag in ("a.weight", "b.weight"):
                run.tensor(tag, 10, rows(10))
            since = {**question, "since": etag}
            deadline = time.monotonic() + PATIENCE_SECONDS
            while True:
                look()
                news = client.get(
                    ROUTE + "densities", query_string=since, headers={"If-None-Match": f'"{etag}"'}
                )
                if news.status_code == 200 and load(news.data)["step"].tolist() == [10, 10]:
                    break
                assert time.monotonic() < deadline, load(news.data)["step"]
                # Both series may not come at once.
                time.sleep(0.2)
            now = client.get(ROUTE + "densities", query_string=question)
            assert news.get_etag() == now.get_etag()
            assert wire.header(news.data)["since"] == etag
            made = whole(load(first.data), load(news.data))
            for name, tensor in load(now.data).items():
                np.testing.assert_array_equal(made[name], tensor)
            unknown = client.get(ROUTE + "densities", query_string={**question, "since": "nothing"})
            assert unknown.data == now.data


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    monkeypatch.setattr(replies, "CHUNK_BYTES", 1)
    return Slow()


@pytest.fixture
def port(slow: Slow) -> Iterator[int]:
    with served(slow) as found:
        yield found


def at_rest(slow: Slow) -> int:
    """Returns how often the provider was asked once nobody asks it any more."""
    before = -1
    while before != slow.reads:
        before = slow.reads
        time.sleep(0.5)
    return before


def test_work_for_someone_who_left_is_given_up(slow: Slow, port: int) -> None:
    connection = ask(port, "/densities?run=run")
    while slow.reads < 10:
        time.sleep(0.01)
    progress = answered(ask(port, "/progress?run=run"))
    assert b'"of": 300' in progress
    assert b'"done": 0' not in progress
    connection.close()
    assert at_rest(slow) < len(slow.tags) / 2
    assert b'"of": 0' in answered(ask(port, "/progress?run=run"))


def test_work_goes_on_for_those_who_stay(slow: Slow, port: int) -> None:
    first = ask(port, "/densities?run=run&format=json")
    while slow.reads < 10:
        time.sleep(0.01)
    second = ask(port, "/densities?run=run&format=json")
    while slow.reads < 40:
        time.sleep(0.01)
    first.close()
    answer = answered(second)
    assert answer.startswith(b"HTTP/1.0 200") or answer.startswith(b"HTTP/1.1 200")
    assert answer.count(b'"steps_kept"') == len(slow.tags)
    # Asked once for all: those who came second did not have it made anew.
    assert slow.reads <= len(slow.tags) + 4
