"""Nothing in a log can break an answer: every route, asked about everything in `hostile_logs`."""

from __future__ import annotations

import csv
import io
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load
from werkzeug.test import Client, TestResponse

from tb_layerweights import wire
from tests import loaders
from tests.hostile import GOOD, STEPS
from tests.hostile_logs import RUN_NAMES
from tests.loaders import ROUTE, strict

pytestmark = pytest.mark.usefixtures("no_complaint")

# The Python loader doesn't read the whole files beside these.
UNLISTED = {"files/dangling", "files/directory"}
# The data server looks at the checksum of a record only if it can't be parsed.
READ_FURTHER = {"files/corrupt_late", "files/corrupt_at_the_end"}
DAMAGED = {*READ_FURTHER, "files/cut_off"}

QUESTIONS: list[tuple[str, dict[str, str]]] = [
    ("outline", {}),
    ("densities", {"format": "json", "bins": "16"}),
    ("densities", {"axis": "symlog", "range": "full", "bits": "16", "bins": "8"}),
    ("statistics", {}),
    ("progress", {}),
]
MORE_QUESTIONS: list[tuple[str, dict[str, str]]] = [
    ("outline", {"read": "every"}),
    ("densities", {"steps": "2", "from": "1", "to": "2", "low": "-1", "high": "2"}),
    ("densities", {"axis": "symlog", "format": "json", "bins": "1024", "read": "every"}),
    ("statistics", {"format": "csv"}),
    ("statistics", {"format": "safetensors", "steps": "2"}),
    ("statistics", {"read": "every"}),
    ("statistics", {"read": "every", "number": "quantiles", "format": "csv"}),
]


@pytest.fixture(scope="module")
def python(hostile_logdir: Path) -> Client:
    with warnings.catch_warnings():
        # TensorBoard puts all edges into float32.
        warnings.filterwarnings("ignore", "overflow encountered in cast")
        return loaders.load_python(hostile_logdir).client(logdir=str(hostile_logdir))


@pytest.fixture(scope="module")
def rust(hostile_logdir: Path) -> Iterator[Client]:
    with loaders.load_rust(hostile_logdir, len(RUN_NAMES)) as loaded:
        yield loaded.client(logdir=str(hostile_logdir))


def sound(response: TestResponse, logdir: Path) -> Any:
    """Expects what every answer keeps to whatever the log, and returns what it says."""
    assert response.status_code == 200, response.text[:300]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    for secret in (str(logdir), "Traceback", "site-packages", 'File "'):
        assert secret.encode() not in response.data
    if response.mimetype == "application/json":
        answer = strict(response.text)
    elif response.mimetype == "text/csv":
        head, *lines = csv.reader(io.StringIO(response.text, newline=""))
        assert {len(line) for line in lines} <= {len(head)}
        assert not [line for line in lines if line[0][:1] in ("=", "+", "-", "@", "\t", "\r")]
        return lines
    else:
        assert response.mimetype == "application/octet-stream"
        assert load(response.data)
        answer = wire.header(response.data)
    said = Counter(notice["code"] for notice in answer.get("notices", ()))
    assert set(said.values()) <= {1}
    unreadable = Counter(one["tag"] for one in answer.get("unreadable", ()))
    assert set(unreadable.values()) <= {1}
    assert bool(unreadable) == ("unreadable_series" in said)
    return answer


def ask_both(
    python: Client, rust: Client, logdir: Path, run: str, questions: Any
) -> dict[str, list[Any]]:
    """Returns what the data server's loader answers, after it was held against the other's."""

    def ask(client: Client, route: str, more: dict[str, str]) -> TestResponse:
        return client.get(ROUTE + route, query_string={"run": run, **more})

    # All at once, as the data server lets one wait.
    with ThreadPoolExecutor(12) as pool:
        asked = [[pool.submit(ask, client, *one) for client in (python, rust)] for one in questions]
    said: dict[str, list[Any]] = {}
    for (route, more), pair in zip(questions, asked, strict=True):
        one, other = (future.result() for future in pair)
        answer = sound(other, logdir)
        if run in UNLISTED:
            assert one.status_code == (200 if route == "progress" else 404)
        else:
            sound(one, logdir)
            may_differ = run in READ_FURTHER and more.get("read") != "every"
            assert may_differ or route == "progress" or one.data == other.data, (route, more)
        said.setdefault(route, []).append(answer)
    return said


def test_every_run_is_listed_with_its_last_step(
    python: Client, rust: Client, hostile_logdir: Path
) -> None:
    listed = [sound(client.get(f"{ROUTE}runs"), hostile_logdir) for client in (python, rust)]
    one, other = ({run["run"]: run for run in answer["runs"]} for answer in listed)
    assert other.keys() == set(RUN_NAMES)
    assert one.keys() == set(RUN_NAMES) - UNLISTED
    for run in one.keys() - READ_FURTHER:
        assert one[run] == other[run], run
    for run, told in other.items():
        assert told["last_step"] >= (0 if run in DAMAGED else STEPS[-1])
        assert told["series"] >= len(GOOD)
    assert all(answer["notices"] == [] for answer in listed)


@pytest.mark.parametrize("run", RUN_NAMES, ids=lambda name: name.encode("unicode_escape").decode())
def test_every_answer_about_every_run_is_sound_and_the_same_from_either_loader(
    python: Client, rust: Client, hostile_logdir: Path, run: str
) -> None:
    said = ask_both(python, rust, hostile_logdir, run, QUESTIONS)
    (outline,), (statistics,) = said["outline"], said["statistics"]
    series = {one["tag"]: one for one in statistics["series"]}
    for tag in GOOD:
        steps = [0] if run in DAMAGED else list(STEPS)
        assert series[tag]["step"][: len(steps)] == steps
        assert set(series[tag]["count"][: len(steps)]) == {30.0}
        assert None not in series[tag]["mean"] + series[tag]["std"] + series[tag]["wall_time"]
    # What is listed is either told or said to be unreadable.
    tags = {one["tag"] for layer in outline["layers"] for one in layer["parameters"]}
    unreadable = {one["tag"] for one in statistics["unreadable"]}
    assert tags == series.keys() | unreadable
    for answer in said["densities"]:
        assert {one["tag"] for one in answer["series"]} == series.keys()
        assert {one["tag"] for one in answer["unreadable"]} == unreadable


@pytest.mark.long
@pytest.mark.parametrize("run", RUN_NAMES, ids=lambda name: name.encode("unicode_escape").decode())
def test_every_other_answer_is_sound_too(
    python: Client, rust: Client, hostile_logdir: Path, run: str
) -> None:
    ask_both(python, rust, hostile_logdir, run, MORE_QUESTIONS)


@pytest.mark.parametrize("group", ["records", "names", "runs", "files"])
def test_any_single_histogram_is_told_or_said_not_to_be_there(
    python: Client, rust: Client, hostile_logdir: Path, group: str
) -> None:
    listing = strict(python.get(f"{ROUTE}runs").text)["runs"]
    runs = [one["run"] for one in listing if one["run"].split("/")[0] == group]
    questions = [
        {"run": run, "tag": one["tag"], "step": one["last_step"]}
        for run in runs
        if run not in READ_FURTHER
        for layer in strict(python.get(f"{ROUTE}outline", query_string={"run": run}).text)["layers"]
        for one in layer["parameters"][:60]
    ]
    assert questions

    def ask(query: dict[str, Any]) -> list[TestResponse]:
        return [one.get(f"{ROUTE}histogram", query_string=query) for one in (python, rust)]

    with ThreadPoolExecutor(12) as pool:
        for query, (one, other) in zip(questions, pool.map(ask, questions), strict=True):
            assert (one.status_code, one.data) == (other.status_code, other.data), query
            if one.status_code == 404:
                assert len(one.data) <= 1024
                assert str(hostile_logdir) not in one.text
            else:
                assert sound(one, hostile_logdir)["tag"] == query["tag"]
