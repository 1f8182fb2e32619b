from __future__ import annotations

import gzip
import logging
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tensorboard.plugins import base_plugin
from werkzeug.test import Client

from tb_layerweights.loader import Loader
from tb_layerweights.plugin import LayerWeightsPlugin
from tb_layerweights.static_files import load_assets, version
from tests import loaders, logdirs
from tests.effort import examples
from tests.loaders import ANSWERING, DATA_ROUTES, KERNEL, ROUTE, Loaded, strict

pytestmark = pytest.mark.usefixtures("no_complaint")


@pytest.mark.parametrize("query", [
    "densities", "densities?run=", "densities?run=nope", "outline", "outline?run=%ff",
    "densities?run=torch&tag=nope", "histogram?run=torch", "histogram?run=torch&tag=fc.bias",
    "histogram?run=torch&tag=fc.bias&step=11", "histogram?run=torch&tag=fc.bias&step=1e1",
    "statistics?run=torch&format=xml", "densities?run=torch&role=boss",
    *(f"densities?run=torch&bins={bins}" for bins in (
        "", "7", "1025", "-1", "nan", "1e9", "0x10", "%D9%A1%D9%A2%D9%A3", "1_0", "+64", " 64",
        "64.0", "1" * 5000)),
    "statistics?run=torch&steps=1", "statistics?run=torch&steps=2001",
    *(f"statistics?run=torch&number={name}" for name in ("", "Mean", "mean,std", "q0.5", "step")),
    "densities?run=torch&steps=1", "densities?run=torch&steps=2001", "densities?run=torch&bits=12",
    *(f"{route}?run=torch&{ends}" for route in ("densities", "statistics") for ends in (
        "from=5&to=4", "from=", "to=1.5", "from=1e2", "to=9223372036854775808")),
    *(f"densities?run=torch&{ends}" for ends in (
        "low=0", "high=1", "low=1&high=0", "low=0&high=0", "low=1&high=1.0000000001",
        "low=nan&high=1", "low=0&high=inf", "low=-1e39&high=0", "low=0&high=1e999",
        "low=0&high=1e-31", "low=0&high=0x1", "low=0&high=1_0", "low=&high=", "low=%D9%A1&high=9",
        "low=0&high=" + "9" * 5000)),
    "densities?run=torch&axis=log", "densities?run=torch&range=all",
    "densities?run=" + "x" * 5000, "densities?run=%00%0a%1b<script>",
    "static/../plugin.py", "static/%2e%2e/plugin.py", "static/..%2fplugin.py", "static//etc/passwd",
    "static/%00", "static/", "index.css/..", "nothing",
])  # fmt: skip
def test_bad_questions_get_a_short_sentence(python_loaded: Loaded, query: str) -> None:
    response = python_loaded.client().get(ROUTE + query)
    assert response.status_code in (400, 404), response.text
    assert response.mimetype == "text/plain"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert len(response.data) <= 1024
    assert not set(response.text) & {chr(code) for code in range(32)}
    assert "Traceback" not in response.text


def test_too_many_tags_are_refused_but_repeated_ones_count_once(python_loaded: Loaded) -> None:
    client = python_loaded.client()
    many = "&".join(f"tag={number}" for number in range(10_001))
    response = client.get(f"{ROUTE}densities?run=torch&{many}")
    assert (response.status_code, "10000" in response.text) == (400, True)
    same = "&".join(["tag=fc.bias"] * 10_001)
    assert client.get(f"{ROUTE}densities?run=torch&{same}").status_code == 200


@pytest.mark.parametrize("route", [*ANSWERING, "index.js"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "FOO"])
def test_only_get_and_head_are_answered(python_loaded: Loaded, route: str, method: str) -> None:
    response = python_loaded.client().open(ROUTE + route, method=method, data=b"x" * 1000)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("route", ANSWERING)
def test_head_has_the_headers_of_get_and_no_body(python_loaded: Loaded, route: str) -> None:
    client = python_loaded.client()
    get = client.get(ROUTE + route, query_string=ANSWERING[route])
    head = client.head(ROUTE + route, query_string=ANSWERING[route])
    assert head.data == b""
    assert head.status_code == get.status_code == 200
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize("route", DATA_ROUTES)
def test_asking_again_when_nothing_changed_is_304(loaded: Loaded, route: str) -> None:
    client = loaded.client()
    first = client.get(ROUTE + route, query_string=DATA_ROUTES[route])
    again = {"If-None-Match": first.headers["ETag"]}
    second = client.get(ROUTE + route, query_string=DATA_ROUTES[route], headers=again)
    assert (second.status_code, second.data) == (304, b"")
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    other = {**DATA_ROUTES[route], "other": "1"}
    if route != "runs":
        third = client.get(ROUTE + route, query_string=other, headers=again)
        assert third.status_code == 200


def test_another_step_changes_the_etag(tmp_path: Path) -> None:
    def etag(steps: int) -> str:
        logdirs.write_torch(tmp_path / "run", range(steps))
        response = loaders.load_python(tmp_path).get("densities", run="run")
        return str(response.headers["ETag"])

    assert etag(3) == etag(3) != etag(4)


def test_densities_are_compressed_for_those_who_ask(python_loaded: Loaded) -> None:
    client = python_loaded.client()
    plain = client.get(ROUTE + "densities?run=torch")
    headers = {"Accept-Encoding": "gzip"}
    packed = client.get(ROUTE + "densities?run=torch", headers=headers)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < 0.8 * len(plain.data)


QUERY = st.dictionaries(
    st.sampled_from(["run", "tag", "step", "bins", "steps", "axis", "bits", "format", "role",
                     "from", "to", "low", "high", "number", "since"]),
    st.one_of(
        st.text(max_size=12),
        st.integers(-10, 3000).map(str),
        st.sampled_from(["torch", "hostile", "keras/train", KERNEL, "poison", "json", "csv",
                         "symlog", "full", "16", "gradient", "weight", "mean", "safetensors"]),
    ),
)  # fmt: skip


@settings(max_examples=examples(150), suppress_health_check=[*HealthCheck])
@given(
    route=st.sampled_from([*DATA_ROUTES, "index.js", "static/x", "%ff", "nothing"]),
    query=QUERY,
    method=st.sampled_from(["GET", "GET", "GET", "HEAD", "POST"]),
    headers=st.fixed_dictionaries(
        {},
        optional={
            "Accept-Encoding": st.sampled_from(["gzip", "*", "gzip;q=0", "gzip;q=x", ","]),
            "If-None-Match": st.sampled_from(["*", 'W/"', '"a"', "W/", ""]),
            "Range": st.sampled_from(["bytes=0-1", "x"]),
        },
    ),
)
def test_no_question_whatsoever_is_answered_with_a_server_error(
    python_loaded: Loaded, route: str, query: dict[str, str], method: str, headers: Any
) -> None:
    query_string = {
        key: value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        for key, value in query.items()
    }
    response = python_loaded.client().open(
        ROUTE + route, method=method, query_string=query_string, headers=headers
    )
    assert response.status_code in (200, 304, 400, 404, 405)
    assert response.headers["X-Content-Type-Options"] == "nosniff"


class Broken:
    """A provider or a context of which nothing works."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"/secret/path has no {name}")


@pytest.mark.parametrize("route", DATA_ROUTES)
@pytest.mark.parametrize("make_provider", [lambda: None, Broken])
def test_a_provider_that_fails_is_503_and_tells_no_paths(
    caplog: pytest.LogCaptureFixture, route: str, make_provider: Callable[[], Any]
) -> None:
    plugin = LayerWeightsPlugin(base_plugin.TBContext(data_provider=make_provider()))
    application = plugin.get_plugin_apps()[f"/{route}"]
    with caplog.at_level(logging.CRITICAL, "tensorboard"):
        response = Client(application).get(f"/{route}", query_string=DATA_ROUTES[route])
    assert response.status_code == 503
    assert "secret" not in response.text
    assert response.mimetype == "text/plain"


def test_what_tensorboard_asks_of_a_plugin_is_constant(python_loaded: Loaded) -> None:
    context = SimpleNamespace(data_provider=Broken(), multiplexer=None, sampling_hints=None)
    plugin = LayerWeightsPlugin(context)
    assert plugin.data_plugin_names() == ("histograms", "graph_keras_model")
    assert plugin.is_active() is False
    metadata = plugin.frontend_metadata()
    assert metadata.tab_name == "Layer Weights"
    assert metadata.es_module_path.startswith("/static/index.js?v=")
    listing = strict(python_loaded.client().get("/data/plugins_listing").text)
    assert listing["layer_weights"]["enabled"] is True


def test_a_plugin_that_can_t_be_loaded_leaves_tensorboard_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("tb_layerweights.plugin.LayerWeightsPlugin", None)
    assert Loader().load(base_plugin.TBContext()) is None
    assert len(caplog.records) == 1


def test_the_frontend_is_served_as_javascript(python_loaded: Loaded) -> None:
    client = python_loaded.client()
    response = client.get(ROUTE + "static/index.js")
    assert response.status_code == 200
    assert response.mimetype == "text/javascript"
    assert "render" in response.text
    kept = client.get(ROUTE + "static/index.js?v=1").headers["Cache-Control"]
    assert "max-age=31536000" in kept


def test_every_file_that_the_frontend_consists_of_is_served(python_loaded: Loaded) -> None:
    client = python_loaded.client()
    found = ["index.js"]
    for name in found:
        response = client.get(f"{ROUTE}static/{name}")
        assert (response.status_code, response.mimetype) == (200, "text/javascript")
        named = re.findall(r'(?:from|import\()\s*"\./([^"]+)"', response.text)
        found += sorted(set(named) - set(found))
    assert len(found) == 2  # The entry, and the page.
    assert {f"/static/{name}" for name in found} | {"/index.js"} == set(load_assets())


def test_the_frontend_is_found_below_its_first_address_too(python_loaded: Loaded) -> None:
    response = python_loaded.client().get(ROUTE + "index.js")
    assert response.mimetype == "text/javascript"
    assert response.text == 'export * from "./static/index.js";\n'


def test_a_file_that_did_not_change_is_not_sent_again(python_loaded: Loaded) -> None:
    client = python_loaded.client()
    etag = client.get(ROUTE + "static/index.js").headers["ETag"]
    again = client.get(ROUTE + "static/index.js", headers={"If-None-Match": etag})
    assert (again.status_code, again.text) == (304, "")
    assert again.mimetype == "text/javascript"
    other = client.get(ROUTE + "index.js", headers={"If-None-Match": etag})
    assert other.status_code == 200


def test_only_files_of_known_kinds_are_served(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("index.js", "page-A1.js", "page.js.map", "licenses.txt", "notes", ".env"):
        (tmp_path / name).write_text(name)
    (tmp_path / "folder.js").mkdir()
    monkeypatch.setattr("tb_layerweights.static_files._DIRECTORY", tmp_path)
    assets = load_assets()
    names = {"/static/index.js", "/static/page-A1.js", "/static/page.js.map"}
    assert set(assets) == {"/index.js", *names}
    assert assets["/static/page-A1.js"].content == b"page-A1.js"
    before = version(assets)
    (tmp_path / "page-A1.js").write_text("other")
    assert version(load_assets()) != before


def test_a_frontend_that_was_not_built_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, python_loaded: Loaded
) -> None:
    monkeypatch.setattr("tb_layerweights.static_files._DIRECTORY", tmp_path)
    text = python_loaded.get("static/index.js").text
    assert "export function render()" in text
    assert "was not built" in text
