"""TensorBoard around the plugin: nothing that either does may harm the other."""

from __future__ import annotations

import argparse
import logging
import re
from types import SimpleNamespace
from typing import Any

import pytest
from tensorboard.backend import application
from tensorboard.plugins import base_plugin
from tensorboard.plugins.histogram import histograms_plugin
from werkzeug.test import Client

from tb_layerweights import respond
from tb_layerweights.failures import Complaints
from tb_layerweights.loader import Loader
from tb_layerweights.plugin import LayerWeightsPlugin
from tests.fakes import Recording
from tests.loaders import ANSWERING, DATA_ROUTES, ROUTE, Loaded, strict

FIELDS = (
    "data_provider",
    "multiplexer",
    "sampling_hints",
    "flags",
    "logdir",
    "assets_zip_provider",
)


class Failing:
    """A context of which nothing can be had."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"no {name}\nin /secret")


def app(*plugins: Any, provider: Any = None, prefix: str = "") -> Client:
    """The application as TensorBoard makes it of loaders."""
    flags = argparse.Namespace(
        path_prefix=prefix, logdir=None, samples_per_plugin=None, window_title=""
    )
    return Client(application.TensorBoardWSGIApp(flags, plugins, provider))


@pytest.mark.parametrize("missing", [*FIELDS, None])
@pytest.mark.parametrize("route", ANSWERING)
def test_whatever_the_host_lacks_an_answer_is_one_sentence(
    python_loaded: Loaded, missing: str | None, route: str, caplog: pytest.LogCaptureFixture
) -> None:
    fields = {
        "data_provider": python_loaded.provider,
        "multiplexer": python_loaded.multiplexer,
        "sampling_hints": {"histograms": 500},
        "flags": argparse.Namespace(),
        "logdir": "/nowhere",
        "assets_zip_provider": None,
    }
    given = {name: value for name, value in fields.items() if missing not in (None, name)}
    context = base_plugin.TBContext(**given)
    for name in FIELDS:
        assert hasattr(context, name)
    plugin = Loader().load(context)
    assert plugin is not None
    client = Client(plugin.get_plugin_apps()[f"/{route}"])
    response = client.get(f"/{route}", query_string=ANSWERING[route])
    lacks_data = missing in (None, "data_provider") and route in DATA_ROUTES
    assert response.status_code == (503 if lacks_data else 200)
    if lacks_data:
        assert response.text == "TensorBoard gives this plugin no data."
    assert "Layer Weights" not in caplog.text


def test_a_context_that_fails_leaves_tensorboard_with_its_other_tabs(
    python_loaded: Loaded, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Loader().load(Failing()) is None
    (line,) = (one for one in caplog.records if "Layer Weights" in one.message)
    assert "\n" not in line.getMessage()
    monkeypatch.setattr("tb_layerweights.plugin.LayerWeightsPlugin", None)
    client = app(Loader(), histograms_plugin.HistogramsPlugin, provider=python_loaded.provider)
    listing = strict(client.get("/data/plugins_listing").text)
    assert listing.keys() == {"histograms"}
    assert client.get(f"{ROUTE}runs").status_code == 404


def test_name_and_addresses_are_such_as_tensorboard_takes() -> None:
    assert re.fullmatch("[A-Za-z0-9_-]+", LayerWeightsPlugin.plugin_name)
    plugin = LayerWeightsPlugin(base_plugin.TBContext())
    assert all(re.fullmatch(r"/[^*]*\*?", path) for path in plugin.get_plugin_apps())


def test_listing_the_tabs_asks_nothing_of_ours(python_loaded: Loaded) -> None:
    """TensorBoard does it whenever a page reloads, and one tab that fails takes all with it."""
    context = SimpleNamespace(data_provider=None, multiplexer=None, sampling_hints=None)
    plugin = LayerWeightsPlugin(context)
    plugin._provider = plugin._multiplexer = plugin._files = Failing()
    client = Client(application.TensorBoardWSGI([plugin], data_provider=python_loaded.provider))
    listing = strict(client.get("/data/plugins_listing").text)
    assert listing["layer_weights"]["enabled"] is True
    empty = SimpleNamespace(list_plugins=lambda *rest, **more: [])
    client = Client(application.TensorBoardWSGI([plugin], data_provider=empty))
    assert strict(client.get("/data/plugins_listing").text)["layer_weights"]["enabled"] is False


@pytest.mark.parametrize("prefix", ["", "/foo/bar", "/layer_weights", "/data/plugin/layer_weights"])
@pytest.mark.parametrize("experiment", ["", "abc", "layer_weights", "%C3%A9%20x", "..%00"])
def test_prefix_and_experiment_reach_the_provider_and_nothing_else(
    prefix: str, experiment: str
) -> None:
    provider = Recording()
    client = app(Loader(), provider=provider, prefix=prefix)
    root = prefix + (f"/experiment/{experiment}" if experiment else "")
    entry = strict(client.get(f"{root}/data/plugins_listing").text)["layer_weights"]
    path = entry["loading_mechanism"]["module_path"]
    assert client.get(path).mimetype == "text/javascript"
    for route in ("runs", "outline?run=run", "densities?run=run", "statistics?run=run",
                  "histogram?run=run&tag=a.weight&step=1", "progress?run=run"):  # fmt: skip
        assert client.get(root + ROUTE + route).status_code == 200, route
    (seen,) = provider.experiments
    assert seen.isprintable() or experiment == "..%00"
    assert bool(seen) == bool(experiment)


def test_a_thousand_bad_questions_leave_a_line_or_two(
    python_loaded: Loaded, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Other tests may have had theirs a moment ago.
    monkeypatch.setattr(respond, "_complaints", Complaints(seconds=60.0))
    client = python_loaded.client()
    for number in range(500):
        assert client.get(f"{ROUTE}densities?run=%0a{number}&bins=x").status_code == 400
        assert client.get(f"{ROUTE}no%0athing{number}").status_code == 404
    assert caplog.records == []
    broken = LayerWeightsPlugin(base_plugin.TBContext(data_provider=Failing()))
    client = Client(application.TensorBoardWSGI([broken]))
    for _ in range(100):
        assert client.get(f"{ROUTE}outline?run=x").status_code == 503
    monkeyed = LayerWeightsPlugin(base_plugin.TBContext())
    monkeyed._answers = Failing()
    monkeyed._files = Failing()
    client = Client(application.TensorBoardWSGI([monkeyed]))
    for _ in range(100):
        assert client.get(f"{ROUTE}progress?run=x").status_code == 503
    lines = "\n".join(record.getMessage() for record in caplog.records).splitlines()
    assert 1 <= len(lines) <= 2
    assert all("could not answer" in line for line in lines)


def test_complaints_come_a_line_at_a_time(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = SimpleNamespace(now=0.0, monotonic=lambda: clock.now)
    monkeypatch.setattr("tb_layerweights.failures.time", clock)
    complaints = Complaints(60.0)

    def fail() -> None:
        try:
            raise ValueError("a\nb /secret")
        except ValueError as error:
            complaints.say("/x\n\x1b[31m" + "y" * 1000, error)

    with caplog.at_level(logging.WARNING, "tensorboard"):
        for _ in range(5):
            fail()
        clock.now = 61.0
        fail()
    first, second = (record.getMessage() for record in caplog.records)
    assert first.startswith(r"Layer Weights could not answer '/x\n\x1b[31my")
    assert "ValueError in" in first
    assert "secret" not in first
    assert len(first.splitlines()) == 1
    assert len(first) < 400
    assert second.endswith("; 4 more failed since the last such line")
