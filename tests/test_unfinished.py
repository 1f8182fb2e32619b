"""Answers that take too long: what is done is told, and what isn't is named."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from tb_layerweights import answers, events, making
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
        expected = {one["tag"]: one for one in whole[key]}
        found = [one for part in parts for one in part[key]]
        assert sorted(one["tag"] for one in found) == sorted(expected)
        if run != "sampled":  # of which whole answers show fewer steps
            assert found == [expected[one["tag"]] for one in found]
    assert len(parts) == max(1, len({one["tag"] for one in whole["series"] + whole["unreadable"]}))


def test_what_is_not_whole_has_no_etag_and_is_not_made_twice(
    python_loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, query = python_loaded.client(), {"run": "torch"}
    with monkeypatch.context() as patch:
        patch.setattr(making, "WORK_SECONDS", 0)
        part, _ = told(client, "densities", **query)
    with monkeypatch.context() as patch:
        patch.setattr(answers, "ridges_of", None)
        assert told(client, "densities", **query) == (part, None)
    rest, etag = told(client, "densities", tag=part["unfinished"], **query)
    assert rest["unfinished"] == []
    assert etag is not None


def test_an_empty_series_is_not_unfinished() -> None:
    slow = Slow(series=3)
    read = slow.read_tensors

    def without(**asked: Any) -> Any:
        found = read(**asked)
        return {
            "run": {tag: [] if tag == "t1.weight" else data for tag, data in found["run"].items()}
        }

    slow.read_tensors = without  # type: ignore[method-assign]
    with served(slow) as port:
        head, _, body = answered(ask(port, "/densities?run=run&format=json")).partition(b"\r\n\r\n")
    assert b"ETag" in head
    assert b'"unfinished": []' in body


def test_of_large_updates_a_part_has_more_than_one_series(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read beside the series that are asked for has a time of its own."""
    monkeypatch.setattr("tb_layerweights.replies.CHUNK_BYTES", 1)
    monkeypatch.setattr(making, "WORK_SECONDS", 0.5)
    slow = Slow(series=60)
    slow.tags += [f"updates/{tag}" for tag in slow.tags]
    with served(slow) as port:
        question = "/statistics?run=run&format=json&role=weight&number=update_ratio"
        body = answered(ask(port, question)).partition(b"\r\n\r\n")[2]
    answer = strict(body.decode())
    assert len(answer["series"]) > 5
    assert len(answer["series"]) + len(answer["unfinished"]) == 60


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
    client, statuses = loaded.client(logdir=str(world)), []

    def outline(run: str, address: str) -> None:
        query, environ = {"run": run, "read": "every"}, {"REMOTE_ADDR": address}
        got = client.get(f"{ROUTE}outline", query_string=query, environ_base=environ)
        statuses.append(got.status_code)

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
    assert statuses == [200] * 7
