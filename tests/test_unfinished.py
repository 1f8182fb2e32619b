"""Answers that take too long: what is done is told, and what isn't is named."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from tb_layerweights import events, making
from tests.loaders import ROUTE, RUNS, Loaded, strict
from tests.slow import Slow, answered, ask, served
from tests.waiting import until

LOGGED = [run for run in RUNS if run != "bare/train"]  # that has a graph alone
QUESTIONS = [("densities", {}), ("densities", {"read": "every"}), ("statistics", {})]


def told(client: Client, route: str, **query: Any) -> Any:
    response = client.get(ROUTE + route, query_string={"format": "json", **query})
    assert response.status_code == 200, response.text
    return strict(response.text), response.headers.get("ETag")


@pytest.mark.parametrize("run", LOGGED)
@pytest.mark.parametrize(("route", "query"), QUESTIONS)
def test_the_parts_are_the_whole(
    loaded: Loaded,
    world: Path,
    route: str,
    query: dict[str, str],
    run: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole, _ = told(loaded.client(logdir=str(world)), route, run=run, **query)
    assert whole["unfinished"] == []
    monkeypatch.setattr(making, "WORK_SECONDS", 0)
    client = loaded.client(logdir=str(world))
    part, etag = told(client, route, run=run, **query)
    parts = [part]
    while part["unfinished"]:
        assert etag is None
        tags = part["unfinished"]
        part, etag = told(client, route, run=run, tag=tags, **query)
        assert set(part["unfinished"]) < set(tags)
        parts.append(part)
    for key in ("series", "unreadable"):
        names = [one["tag"] for one in whole[key]]
        assert sorted(one["tag"] for part in parts for one in part[key]) == sorted(names)
    assert len(parts) == max(1, len({one["tag"] for one in whole["series"] + whole["unreadable"]}))


def test_what_is_not_whole_is_not_kept(
    python_loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, query = python_loaded.client(), {"run": "torch", "format": "json"}
    address = f"{ROUTE}densities"
    with monkeypatch.context() as patch:
        patch.setattr(making, "WORK_SECONDS", 0)
        assert strict(client.get(address, query_string=query).text)["unfinished"]
    response = client.get(address, query_string=query)
    assert strict(response.text)["unfinished"] == []
    assert "ETag" in response.headers


def test_a_table_is_whole_or_refused(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "WORK_SECONDS", 0)
    response = loaded.get("statistics", run="torch", format="csv")
    assert response.status_code == 400
    assert "These take too long for one table" in response.text


def test_a_provider_that_takes_its_time_gets_no_more_than_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tb_layerweights.replies.CHUNK_BYTES", 1)
    monkeypatch.setattr(making, "WORK_SECONDS", 0.5)
    slow = Slow(series=500)  # ten seconds
    with served(slow) as port:
        body = answered(ask(port, "/densities?run=run&format=json"))
    assert slow.reads < len(slow.tags) / 2
    assert b'"unfinished": ["t' in body


def test_few_runs_are_indexed_at_a_time_and_by_turns(
    loaded: Loaded, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One who asks for every step of many runs leaves a place for another."""
    inside, release = [], threading.Event()
    listed = events.EventFiles.listed

    def slowly(self: Any, run: str) -> Any:
        inside.append(run)
        assert release.wait(60)
        return listed(self, run)

    monkeypatch.setattr(events.EventFiles, "listed", slowly)
    client, answers = loaded.client(logdir=str(world)), []

    def outline(run: str, address: str) -> None:
        query, environ = {"run": run, "read": "every"}, {"REMOTE_ADDR": address}
        got = client.get(f"{ROUTE}outline", query_string=query, environ_base=environ)
        answers.append(got.status_code)

    runs = LOGGED[:6]
    threads = [threading.Thread(target=outline, args=(run, "10.0.0.1")) for run in runs]
    for thread in threads:
        thread.start()
    until(lambda: len(inside) == 2)
    time.sleep(0.2)
    assert len(inside) == 2
    another = threading.Thread(target=outline, args=(LOGGED[6], "10.0.0.2"))
    another.start()
    until(lambda: LOGGED[6] in inside)
    release.set()
    for thread in (*threads, another):
        thread.join()
    assert answers == [200] * 7
