"""Runs read from their event files: every step, and layers that share a tag."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from werkzeug.test import Client, TestResponse

from tb_layerweights import answers, room
from tests import loaders, logdirs
from tests.loaders import ROUTE, codes, strict

LONG = 2000
KERAS_3_13 = Path(__file__).parent / "data" / "keras-3.13.2"


class Log:
    """A log directory with one of the loaders, and the plugin with its event files at hand."""

    def __init__(self, logdir: Path, loaded: loaders.Loaded) -> None:
        self.logdir = logdir
        self.remote = loaded.client()
        self.client = loaded.client(logdir=str(logdir))

    def ask(self, route: str, client: Client | None = None, **query: Any) -> TestResponse:
        return (client or self.client).get(ROUTE + route, query_string=query)

    def get(self, route: str, client: Client | None = None, **query: Any) -> Any:
        response = self.ask(route, client, **query)
        assert response.status_code == 200, response.text
        return strict(response.text)


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    logdir = tmp_path_factory.mktemp("files")
    with logdirs.open_run(logdir / "long") as run:
        for step in range(LONG):
            for name in ("a.weight", "b.weight"):
                run.proto(name, step, logdirs.torch_proto(values(step)))
    with logdirs.open_run(logdir / "collided") as run:
        run.keras_graph(collided_config())
        write_collided(run)
    with logdirs.open_run(logdir / "nameless") as run:
        write_collided(run)
    with logdirs.open_run(logdir / "cut") as run:
        for step in range(4):
            run.proto("a.weight", step, logdirs.torch_proto(values(step)))
    (path,) = (logdir / "cut").iterdir()
    path.write_bytes(path.read_bytes() + b"garbage" * 9)
    return logdir


@pytest.fixture(scope="module")
def python_log(logdir: Path) -> Log:
    return Log(logdir, loaders.load_python(logdir))


@pytest.fixture(scope="module")
def rust_log(logdir: Path) -> Iterator[Log]:
    with loaders.load_rust(logdir) as loaded:
        yield Log(logdir, loaded)


@pytest.fixture
def python_keras_3_13() -> loaders.Loaded:
    return loaders.load_python(KERAS_3_13)


@pytest.fixture
def rust_keras_3_13() -> Iterator[loaders.Loaded]:
    with loaders.load_rust(KERAS_3_13) as loaded:
        yield loaded


@pytest.fixture(params=["python", "rust"])
def log(request: pytest.FixtureRequest) -> Log:
    found: Log = request.getfixturevalue(f"{request.param}_log")
    return found


def values(step: int) -> Any:
    drawn = np.random.default_rng(step).normal(0, 0.02, 40) * (1 + step / LONG)
    return np.append(drawn, np.nan) if step >= 1990 else drawn


def layer_values(layer: int, step: int) -> Any:
    return np.random.default_rng([layer, step]).normal(layer, 0.1, 50 + layer)


def collided_config() -> dict[str, Any]:
    layers = [{"class_name": "Dense", "config": {"name": f"dense_{n}"}} for n in range(3)]
    return {"class_name": "Sequential", "config": {"name": "sequential", "layers": layers}}


def write_collided(run: logdirs.Run) -> None:
    for step in range(4):
        for layer in range(3):
            run.histogram("kernel/histogram", step, layer_values(layer, step))
            run.histogram("bias/histogram", step, layer_values(layer + 10, step))


def test_every_step_is_read_from_the_files(log: Log) -> None:
    kept = log.get("statistics", run="long", tag="a.weight")
    assert len(kept["series"][0]["step"]) < LONG
    assert {"sampled"} <= set(codes(kept))
    every = log.get("statistics", run="long", tag="a.weight", read="every")
    (series,) = every["series"]
    assert series["step"] == list(range(LONG))
    expected = [values(step).std() for step in range(1990)]
    np.testing.assert_allclose(series["std"][:1990], expected, rtol=1e-9)
    assert series["count"] == [40.0] * LONG
    assert "sampled" not in codes(every)


def test_the_first_step_is_among_those_shown(log: Log) -> None:
    answer = log.get("densities", run="long", read="every", format="json")
    for series in answer["series"]:
        assert (series["step"][0], series["step"][-1]) == (0, LONG - 1)
        assert len(series["step"]) <= 51
        assert series["steps_kept"] == LONG
    assert codes(answer) == ["non_finite", "thinned"]
    # Step 1990 is not shown, but those around it are.
    assert "at step 1990: 1 of 41 values." in answer["notices"][0]["text"]


def test_too_many_numbers_for_one_answer_are_refused_before_any_is_worked_out(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MOST_NUMBERS", 18 * 2 * LONG - 1)
    with monkeypatch.context() as patched:
        patched.setattr(answers, "measure_together", None)
        response = log.ask("statistics", run="long", read="every")
        assert response.status_code == 400
        patched.setattr(room, "MOST_NUMBERS", 18 * 2 * 90 - 1)
        kept = log.ask("statistics", run="long")
        assert (kept.status_code, kept.text[:17]) == (400, response.text[:17])
    assert "More than 71,999 numbers are too many" in response.text
    for fewer in ({"tag": "a.weight"}, {"steps": 51}, {"to": 1000}, {"number": "mean"}):
        answer = log.ask("statistics", run="long", read="every", **fewer)
        assert answer.status_code == 200, fewer


def test_nan_that_tensorboard_drops_is_counted(log: Log) -> None:
    (series,) = log.get("statistics", run="long", tag="b.weight", read="every")["series"]
    assert series["non_finite"] == [0] * 1990 + [1] * 10


def test_what_tensorboard_has_not_kept_is_said(log: Log) -> None:
    for series in log.get("densities", run="long", format="json")["series"]:
        assert series["step"][0] > 1, "the sample happens to begin at the first step"
    answer = log.get("densities", run="long", format="json")
    assert {"sampled", "first_step_missing", "thinned"} <= set(codes(answer))


def test_a_histogram_of_any_step_can_be_had(log: Log) -> None:
    assert log.ask("histogram", run="long", tag="a.weight", step=1).status_code == 404
    answer = log.get("histogram", run="long", tag="a.weight", step=1, read="every")
    assert answer["moments"]["mean"]["value"] == pytest.approx(values(1).mean(), rel=1e-9)
    assert answer["moments"]["mean"]["quality"] == "exact"


def test_progress_says_how_much_is_read(log: Log) -> None:
    log.get("outline", run="long", read="every")
    progress = log.get("progress", run="long")
    assert progress["read"] == progress["size"] > 100_000
    assert (progress["done"], progress["of"]) == (0, 0)
    nothing = {"read": 0, "size": 0, "done": 0, "of": 0}
    assert log.get("progress", run="nothing") == nothing


def test_without_the_files_it_says_why_not(log: Log) -> None:
    response = log.ask("densities", log.remote, run="long", read="every")
    assert response.status_code == 404
    assert "not inside a log directory on this machine" in response.text
    assert log.ask("densities", run="../long", read="every").status_code == 404
    assert log.ask("densities", run="long", read="some").status_code == 400


def test_both_loaders_read_the_same_files(python_log: Log, rust_log: Log) -> None:
    for route in ("outline", "statistics", "densities"):
        for run in ("long", "collided", "nameless"):
            found = [one.ask(route, run=run, read="every").data for one in (python_log, rust_log)]
            assert found[0] == found[1], (route, run)
    for run in ("collided", "nameless"):
        found = [one.ask("densities", run=run).data for one in (python_log, rust_log)]
        assert found[0] == found[1], run


def test_layers_behind_one_tag_are_told_apart(log: Log) -> None:
    outline = log.get("outline", run="collided")
    layers = [(layer["layer"], layer["kind"]) for layer in outline["layers"]]
    assert layers == [(f"dense_{n}", "Dense") for n in range(3)]
    assert codes(outline) == ["taken_apart"]
    answer = log.get("statistics", run="collided")
    for place, series in enumerate(answer["series"]):
        layer, is_bias = divmod(place, 2)
        assert series["tag"] == f"{['kernel', 'bias'][is_bias]}/histogram#{layer + 1}"
        truth = [layer_values(layer + 10 * is_bias, step) for step in range(4)]
        assert series["step"] == [0, 1, 2, 3]
        assert series["count"] == [len(one) for one in truth]
        np.testing.assert_allclose(series["mean"], [one.mean() for one in truth], atol=0.01)
    asked = log.get("histogram", run="collided", tag="kernel/histogram#2", step=3)
    assert asked["count"]["value"] == 51
    runs = {run["run"]: run for run in log.get("runs")["runs"]}
    assert (runs["collided"]["series"], runs["collided"]["layers"]) == (6, 3)


def test_steps_of_parts_that_are_left_out_are_said(tmp_path: Path) -> None:
    with logdirs.open_run(tmp_path / "run") as run:
        for step in range(6):
            for layer in range(2 if step < 2 else 3):
                run.histogram("kernel/histogram", step, layer_values(layer, step))
    client = loaders.load_python(tmp_path).client(logdir=str(tmp_path))
    answer = strict(client.get(f"{ROUTE}statistics?run=run").text)
    assert [series["step"] for series in answer["series"]] == [[2, 3, 4, 5]] * 3
    assert {one["tag"] for one in answer["unreadable"]} == {
        "kernel/histogram#1", "kernel/histogram#2", "kernel/histogram#3",
    }  # fmt: skip
    assert answer["unreadable"][0]["text"].startswith("2 of 6 records are left out")
    assert "unreadable_series" in codes(answer)


def test_layers_without_a_graph_are_numbered(log: Log) -> None:
    outline = log.get("outline", run="nameless")
    assert [layer["layer"] for layer in outline["layers"]] == ["layer 1", "layer 2", "layer 3"]
    assert codes(outline) == ["matched_by_position"]


def test_without_the_files_collided_layers_stay_mixed(log: Log) -> None:
    outline = log.get("outline", log.remote, run="collided")
    assert [layer["layer"] for layer in outline["layers"]] == ["kernel", "bias"]
    assert codes(outline) == ["collided_tags"]


def test_a_file_that_ends_in_garbage_is_read_up_to_there(log: Log) -> None:
    assert codes(log.get("outline", run="cut", read="every")) == ["unreadable_file"]
    (series,) = log.get("statistics", run="cut", read="every")["series"]
    assert series["step"] == [0, 1, 2, 3]


def test_a_series_that_stops_while_others_go_on_is_said(tmp_path: Path) -> None:
    with logdirs.open_run(tmp_path / "run") as run:
        for step in range(20):
            for name, until in (("a.weight", 20), ("b.weight", 9), ("c.weight", 17)):
                if step < until:
                    run.proto(name, step, logdirs.torch_proto(values(step)))
            if step % 5 == 0:
                run.proto("a.grad", step, logdirs.torch_proto(values(step)))
    answer = strict(loaders.load_python(tmp_path).get("statistics", run="run").text)
    (notice,) = answer["notices"]
    assert (notice["code"], notice["tags"]) == ("stopped_early", ["b.weight"])
    assert "after step 8" in notice["text"]
    assert "step 19" in notice["text"]


def test_files_that_grow_without_being_read_are_said(tmp_path: Path) -> None:
    with logdirs.open_run(tmp_path / "run") as run:
        run.histogram("a/kernel", 0, np.ones(3), wall_time=time.time() - 3000)
        run.scalar("loss", 0, 1.0)
    (path,) = (tmp_path / "run").iterdir()
    loaded = loaders.load_python(tmp_path)
    client = loaded.client(logdir=str(tmp_path))
    (notice,) = strict(client.get(f"{ROUTE}runs").text)["notices"]
    assert notice["code"] == "stale"
    assert "50 minutes ago" in notice["text"]
    os.utime(path, (time.time() - 2990,) * 2)
    assert strict(client.get(f"{ROUTE}runs").text)["notices"] == []


def test_files_that_were_copied_are_not_taken_for_a_training(tmp_path: Path) -> None:
    with logdirs.open_run(tmp_path / "run") as run:
        run.histogram("a/kernel", 0, np.ones(3))
    client = loaders.load_python(tmp_path).client(logdir=str(tmp_path))
    assert strict(client.get(f"{ROUTE}runs").text)["notices"] == []


@pytest.mark.parametrize("loader", ["python", "rust"])
def test_a_log_of_keras_3_13_itself_shows_its_layers(
    loader: str, request: pytest.FixtureRequest
) -> None:
    truth = json.loads((KERAS_3_13 / "weights.json").read_text(encoding="utf-8"))
    loaded = request.getfixturevalue(f"{loader}_keras_3_13")
    answer = strict(loaded.client(logdir=str(KERAS_3_13)).get(f"{ROUTE}statistics?run=train").text)
    found = [[one["layer"], one["parameter"], one["count"][-1]] for one in answer["series"]]
    assert found == [[layer, parameter, count] for layer, parameter, count, _ in truth]
    spread = [one["std"][-1] for one in answer["series"]]
    np.testing.assert_allclose(spread, [std for *_, std in truth], rtol=0.05)
