"""Log directories that change under the reader, and those at which a loader gives up."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import DecodeError
from tensorboard.backend.event_processing import (
    data_provider,
    plugin_event_multiplexer,
    tag_types,
)
from tensorboard.summary.writer.record_writer import RecordWriter
from werkzeug.test import Client

from tests import hostile_logs, loaders
from tests.hostile_logs import FILE, write_good
from tests.loaders import ROUTE, Loaded, strict
from tests.logdirs import Run, open_run

PATIENCE_SECONDS = 60.0
QUESTIONS: list[tuple[str, dict[str, str]]] = [
    (route, {"format": "json", "read": read})
    for route in ("outline", "densities", "statistics")
    for read in ("kept", "every")
]
KEPT = [one for one in QUESTIONS if one[1]["read"] == "kept"]


def ask_everything(client: Client, run: str, *, of: Any = tuple(QUESTIONS)) -> dict[str, int]:
    """Returns the status of every answer, all of which must be sound or say why not."""
    status = {}
    listed = client.get(f"{ROUTE}runs")
    assert listed.status_code == 200
    strict(listed.text)
    for route, query in of:
        answer = client.get(ROUTE + route, query_string={"run": run, **query})
        assert answer.status_code in (200, 404), answer.text
        if answer.status_code == 200:
            strict(answer.text)
        status[f"{route} {query['read']}"] = answer.status_code
    return status


def steps(client: Client, run: str, read: str) -> list[int]:
    answer = client.get(f"{ROUTE}statistics", query_string={"run": run, "read": read})
    if answer.status_code == 404:
        return []
    found = {one["tag"]: one["step"] for one in strict(answer.text)["series"]}
    return found.get("good/kernel", [])


def _write(directory: Path, of: range, mode: str = "ab") -> None:
    directory.mkdir(exist_ok=True)
    with (directory / FILE).open(mode) as file:
        run = Run(RecordWriter(file))
        for step in of:
            write_good(run, step)


def _grow(directory: Path) -> None:
    _write(directory, range(3, 6))


def _cut(directory: Path) -> None:
    os.truncate(directory / FILE, (directory / FILE).stat().st_size // 2)


def _rewrite(directory: Path) -> None:
    _write(directory, range(2), "wb")


def _replace(directory: Path) -> None:
    _write(directory.parent / "aside", range(9))
    os.replace(directory.parent / "aside" / FILE, directory / FILE)
    (directory.parent / "aside").rmdir()


def _half_a_record(directory: Path) -> None:
    with (directory / FILE).open("r+b") as file:
        begin = file.read(20)
        file.seek(0, os.SEEK_END)
        file.write(begin)


def _empty(directory: Path) -> None:
    (directory / FILE).write_bytes(b"")


def _garbage(directory: Path) -> None:
    (directory / FILE).write_bytes(b"\x7fELF" * 5000)


def _remove(directory: Path) -> None:
    (directory / FILE).unlink()


def _remove_run(directory: Path) -> None:
    (directory / FILE).unlink()
    directory.rmdir()


def _become_a_file(directory: Path) -> None:
    _remove_run(directory)
    directory.write_text("no directory any more")


# What happens to a run of three steps, and what the event files hold of it then.
CHANGES: dict[Callable[[Path], None], list[int]] = {
    _grow: [0, 1, 2, 3, 4, 5],
    _cut: [0, 1],
    _rewrite: [0, 1],
    _replace: list(range(9)),
    _half_a_record: [0, 1, 2],
    _empty: [],
    _garbage: [],
    _remove: [],
    _remove_run: [],
    _become_a_file: [],
}


@pytest.fixture(params=["python", "rust"])
def reloading(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[Client, Callable[[], None]]]:
    """A client of TensorBoard on a log of two runs, and what lets it read the log again."""
    for name in ("changing", "steady"):
        _write(tmp_path / name, range(3))
    if request.param == "rust":
        with loaders.load_rust(tmp_path) as loaded:
            yield loaded.client(logdir=str(tmp_path)), lambda: None
        return
    multiplexer = plugin_event_multiplexer.EventMultiplexer(
        size_guidance={tag_types.TENSORS: 10}, tensor_size_guidance={"histograms": 500}
    )
    provider = data_provider.MultiplexerDataProvider(multiplexer, str(tmp_path))

    def reload() -> None:
        multiplexer.AddRunsFromDirectory(str(tmp_path))
        multiplexer.Reload()

    reload()
    yield Loaded(provider, multiplexer).client(logdir=str(tmp_path)), reload


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_whatever_becomes_of_a_run_it_and_the_others_are_answered(
    reloading: tuple[Client, Callable[[], None]],
    tmp_path: Path,
    change: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tb_layerweights.recent.Recent.get", lambda self, question, ask: ask())
    client, reload = reloading
    assert set(ask_everything(client, "changing").values()) == {200}
    change(tmp_path / "changing")
    ask_everything(client, "changing")
    reload()
    ask_everything(client, "changing")
    assert set(ask_everything(client, "steady").values()) == {200}
    assert steps(client, "changing", "every") == CHANGES[change]
    if change is _grow:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while steps(client, "changing", "kept") != CHANGES[change]:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_links_that_lead_to_where_they_are_end(
    loading: Callable[[Path, int], Loaded], tmp_path: Path
) -> None:
    hostile_logs.write_loops(tmp_path)
    client = loading(tmp_path, 1).client(logdir=str(tmp_path))
    runs = [one["run"] for one in strict(client.get(f"{ROUTE}runs").text)["runs"]]
    assert "run" in runs
    for run in {runs[0], runs[-1], "run"}:
        assert set(ask_everything(client, run, of=KEPT).values()) == {200}


def _undecodable(logdir: Path) -> None:
    with open_run(logdir / "b") as run:
        write_good(run, 0)
        run._writer.write(b"\xff" * 40)
        write_good(run, 1)


def _no_text(logdir: Path) -> None:
    """A directory whose name is no text."""
    directory = os.path.join(os.fsencode(logdir), b"b\xff\xfe")
    os.mkdir(directory)
    with open_run(logdir / "aside") as run:
        write_good(run, 0)
    os.replace(logdir / "aside" / FILE, os.path.join(directory, os.fsencode(FILE)))
    os.rmdir(logdir / "aside")


# TensorBoard's Python loader ends its thread at these, and shows what it has read by then.
FATAL: dict[Callable[[Path], None], type[Exception]] = {
    _undecodable: DecodeError,
    _no_text: UnicodeError,
}


@pytest.mark.parametrize("write", FATAL, ids=lambda write: write.__name__.strip("_"))
@pytest.mark.parametrize("loader", ["python", "rust"])
def test_where_a_loader_gives_up_what_it_read_is_told(
    tmp_path: Path, loader: str, write: Callable[[Path], None]
) -> None:
    for name in ("a", "c"):
        _write(tmp_path / name, range(3))
    write(tmp_path)
    if loader == "rust":
        with loaders.load_rust(tmp_path, 3) as loaded:
            client = loaded.client(logdir=str(tmp_path))
            runs = [one["run"] for one in strict(client.get(f"{ROUTE}runs").text)["runs"]]
            assert {"a", "c"} <= set(runs)
            assert len(runs) == 3
            for run in runs:
                ask_everything(client, run)
            assert steps(client, "c", "kept") == steps(client, "c", "every") == [0, 1, 2]
        return
    multiplexer = plugin_event_multiplexer.EventMultiplexer(tensor_size_guidance={"histograms": 9})
    provider = data_provider.MultiplexerDataProvider(multiplexer, str(tmp_path))
    client = Loaded(provider, multiplexer).client(logdir=str(tmp_path))
    multiplexer.AddRun(str(tmp_path / "a"), "a")
    multiplexer.Reload()
    with pytest.raises(FATAL[write]):
        multiplexer.AddRunsFromDirectory(str(tmp_path)).Reload()
    for run in ("a", "b", "c"):
        ask_everything(client, run)
    assert steps(client, "a", "kept") == steps(client, "a", "every") == [0, 1, 2]


@pytest.mark.parametrize("logdir", ["missing", "empty"])
def test_where_there_is_no_log_it_is_said(
    loading: Callable[[Path, int], Loaded], tmp_path: Path, logdir: str
) -> None:
    (tmp_path / "empty").mkdir()
    client = loading(tmp_path / logdir, 0).client(logdir=str(tmp_path / logdir))
    answer = strict(client.get(f"{ROUTE}runs").text)
    assert (answer["runs"], loaders.codes(answer)) == ([], ["empty_logdir"])
    assert set(ask_everything(client, "run").values()) == {404}
