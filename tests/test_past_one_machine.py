"""TensorBoard over a data server that it didn't start: `--grpc_data_provider`."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from tb_layerweights.failures import NO_DATA_SERVER
from tests import loaders
from tests.loaders import DATA_ROUTES, RUNS, Loaded, strict
from tests.serving import DataServer, remote_tensorboard
from tests.test_equal_answers import QUESTIONS

# No answer, and no refusal, may take this long.
SECONDS = 10
# For so long answers that were made are given without asking the data server.
LISTED_SECONDS = 1.1


def ask(address: str, route: str, **query: object) -> tuple[int, bytes]:
    """Returns the status and the body that a TensorBoard answers with."""
    url = f"{address}{loaders.ROUTE}{route}?{urlencode(query)}"
    try:
        with urlopen(url, timeout=SECONDS) as response:
            return response.status, response.read()
    except HTTPError as error:
        return error.code, error.read()


def ask_until(address: str, route: str, expected: bytes) -> None:
    deadline = time.monotonic() + 60
    while ask(address, route) != (200, expected):
        assert time.monotonic() < deadline, ask(address, route)
        time.sleep(0.2)


def ask_until_loaded(address: str, logdir: Path) -> None:
    """Waits until a TensorBoard that was just started knows all of a small log."""
    ask_until(address, "runs", loaders.load_python(logdir).get("runs").data)


@pytest.fixture(scope="module")
def remote(
    world: Path, rust_loaded: Loaded, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a TensorBoard that has read all of the world, on no machine of its own."""
    with remote_tensorboard(world, tmp_path_factory.mktemp("remote")) as (address, _):
        ask_until(address, "runs", rust_loaded.get("runs").data)
        yield address


@pytest.mark.parametrize("run", RUNS)
def test_every_answer_is_that_of_tensorboards_own_data_server(
    remote: str, rust_loaded: Loaded, run: str
) -> None:
    for route, query in QUESTIONS:
        expected = rust_loaded.get(route, run=run, **query)
        assert ask(remote, route, run=run, **query) == (200, expected.data), (route, query)
    for series in strict(rust_loaded.get("statistics", run=run).text)["series"]:
        question = {"run": run, "tag": series["tag"], "step": series["step"][-1]}
        expected = rust_loaded.get("histogram", **question)
        assert ask(remote, "histogram", **question) == (expected.status_code, expected.data)


def test_only_the_event_files_are_missing(remote: str, world: Path, rust_loaded: Loaded) -> None:
    local = rust_loaded.client(logdir=str(world))
    for run in set(RUNS) - {"collided/train", "bare/train"}:
        near = local.get(f"{loaders.ROUTE}outline", query_string={"run": run}).data
        _, far = ask(remote, "outline", run=run)
        assert b'"readings": ["kept", "every"]' in near
        assert far == near.replace(b'["kept", "every"]', b'["kept"]')
    _, body = ask(remote, "outline", run="collided/train")
    assert "collided_tags" in loaders.codes(strict(body.decode()))


@pytest.mark.parametrize("route", [route for route in DATA_ROUTES if route != "runs"])
def test_every_step_is_refused_with_the_reason(remote: str, route: str) -> None:
    status, body = ask(remote, route, **DATA_ROUTES[route], read="every")
    assert status == 404
    assert b"'keras/train' are not inside a log directory on this machine" in body


def test_a_dead_data_server_is_said_at_once_and_missed_no_longer_than_it_is_away(
    mortal: tuple[str, DataServer], tmp_path: Path
) -> None:
    address, server = mortal
    ask_until_loaded(address, tmp_path / "logs")
    before = {route: ask(address, route, **query) for route, query in DATA_ROUTES.items()}
    assert {status for status, _ in before.values()} == {200}
    server.kill()
    time.sleep(LISTED_SECONDS)
    for _ in range(2):
        for route, query in DATA_ROUTES.items():
            assert ask(address, route, **query) == (503, NO_DATA_SERVER.encode()), route
    server.start()
    ask_until_loaded(address, tmp_path / "logs")
    for route, query in DATA_ROUTES.items():
        assert ask(address, route, **query) == before[route]
    printed = (tmp_path / "output.txt").read_text()
    assert re.findall("Traceback|could not answer", printed) == []
