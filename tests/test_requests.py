"""Nothing in a request can break an answer."""

from __future__ import annotations

import gzip
import mimetypes
import re
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tensorboard.plugins import base_plugin
from werkzeug.test import Client, EnvironBuilder, TestResponse

from tb_layerweights import plugin as plugin_module
from tb_layerweights.plugin import LayerWeightsPlugin
from tb_layerweights.static_files import load_assets
from tests import hostile_logs
from tests.loaders import ANSWERING, ROUTE, Loaded, strict

FLAGS = "X-TensorBoard-Feature-Flags"
FINE = {200, 204, 304, 400, 404, 405, 413, 414, 503}
ROUTES = (*ANSWERING, "index.js", "static/index.js", "static/", "nothing", "")


class Unreadable:
    """A body that must not be read."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the body was asked to {name}")


pytestmark = pytest.mark.usefixtures("no_complaint")


def ask(client: Client, path: bytes, query: bytes, method: str, headers: Any) -> TestResponse:
    """Asks with these very bytes, as the server hands them on, and expects what always holds."""
    environ = EnvironBuilder(method=method, headers=headers).get_environ()
    environ["PATH_INFO"] = ROUTE + path.decode("latin-1")
    environ["QUERY_STRING"] = query.decode("latin-1")
    environ["wsgi.input"] = Unreadable()
    response = client.run_wsgi_app(environ, buffered=True)
    body, status, sent = b"".join(response[0]), int(response[1].split()[0]), response[2]
    assert status in FINE, (path, query, method, status, body[:200])
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert sent["Content-Type"]
    assert b"Traceback" not in body
    assert b"site-packages" not in body
    if sent.get("Content-Encoding") == "gzip" and body:
        body = gzip.decompress(body)
    if status >= 400:
        assert sent["Content-Type"].startswith("text/plain")
        assert len(body) <= 1024
        text = body.decode()
        assert text.isprintable(), text
        assert bool(text) == (method != "HEAD")
    if method not in ("GET", "HEAD"):
        # TensorBoard refuses flags that are no JSON before anybody else is asked.
        assert status in (404, 405) or (status == 400 and FLAGS in headers)
        assert status != 405 or sent["Allow"] == "GET, HEAD"
    if method == "HEAD":
        assert body == b""
    return status


NAMES = ("run", "tag", "step", "bins", "steps", "axis", "bits", "format", "role", "from", "to",
         "low", "high", "number", "since", "range", "read", "v", "")  # fmt: skip
VALUES = (b"keras/train", b"torch", b"hostile", b"sampled", b"json", b"csv", b"symlog", b"every",
          b"16", b"2", b"-1", b"9223372036854775808", b"1e400", b"nan", b"weight", b"mean",
          b"%ff", b"%c0%80", b"%ed%a0%80", b"%00", b"%", b"%zz", b"\xff\xfe", b"")  # fmt: skip
PARAMETERS = st.tuples(
    st.sampled_from(NAMES).map(str.encode) | st.binary(max_size=6),
    st.sampled_from(VALUES) | st.binary(max_size=9).map(lambda some: quote_plus(some).encode()),
).map(b"=".join)
QUERIES = st.lists(PARAMETERS | st.binary(max_size=20), max_size=6).map(b"&".join)
PATHS = st.one_of(
    st.sampled_from(ROUTES).map(str.encode),
    st.binary(max_size=40),
    st.tuples(st.sampled_from(ROUTES).map(str.encode), st.binary(max_size=12)).map(b"".join),
    st.lists(st.sampled_from([b"..", b"/", b"\\", b"%2e", b"\0", b"static", b";", b"?", b"#"]))
    .map(b"".join),
)  # fmt: skip
TEXT = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=20)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Accept-Encoding": st.sampled_from(["gzip", "*", "gzip;q=0", "gzip;q=x", ","]) | TEXT,
        "If-None-Match": st.sampled_from(["*", 'W/"', '"a"', "W/", "", ",,"]) | TEXT,
        "If-Modified-Since": TEXT,
        "Range": st.sampled_from(["bytes=0-1", "bytes=-1", "x"]) | TEXT,
        "Content-Length": st.sampled_from(["0", "-1", "x", "99999999999"]),
        "Content-Type": st.sampled_from(["multipart/form-data", "application/json"]) | TEXT,
        "Transfer-Encoding": st.just("chunked"),
        "Expect": st.just("100-continue"),
        "Cookie": TEXT,
        "Origin": st.just("http://evil.example"),
        "X-Forwarded-For": TEXT,
        FLAGS: st.sampled_from(["{}", "[]", "x", '{"a": 1}']) | TEXT,
    },
)
METHODS = st.sampled_from(["GET"] * 6 + ["HEAD", "POST", "PUT", "DELETE", "TRACE", "OPTIONS", "X"])


def _any_request(client: Client, examples: int) -> None:
    @settings(max_examples=examples, suppress_health_check=[*HealthCheck])
    @given(path=PATHS, query=QUERIES, method=METHODS, headers=HEADERS)
    @example(b"runs", b"&" * 60_000, "GET", {})
    @example(b"outline", b"run=" + b"x" * 60_000, "GET", {})
    @example(b"static/" + b"../" * 20_000, b"", "GET", {})
    def every(path: bytes, query: bytes, method: str, headers: Any) -> None:
        ask(client, path, query, method, headers)

    every()


@pytest.mark.parametrize("loader", ["python", "rust"])
def test_any_request_is_answered(loader: str, request: pytest.FixtureRequest) -> None:
    loaded: Loaded = request.getfixturevalue(f"{loader}_loaded")
    _any_request(loaded.client(), 250)


@pytest.mark.long
@pytest.mark.parametrize("loader", ["python", "rust"])
def test_very_many_requests_are_answered(loader: str, request: pytest.FixtureRequest) -> None:
    loaded: Loaded = request.getfixturevalue(f"{loader}_loaded")
    _any_request(loaded.client(), 15_000)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"])
@pytest.mark.parametrize("route", ROUTES[:-1])
def test_other_methods_are_refused_on_every_route_and_no_body_is_read(
    python_loaded: Loaded, route: str, method: str
) -> None:
    headers = {"Content-Length": "200000000"}
    assert ask(python_loaded.client(), route.encode(), b"", method, headers) == 405


# Every parameter that is a number: its bounds, and a question in which it is one.
LIMITS = {
    ("densities", "bins"): (8, 1024),
    ("densities", "steps"): (2, 2000),
    ("densities", "from"): (-(2**63), 2**63 - 1),
    ("densities", "to"): (-(2**63), 2**63 - 1),
    ("densities", "bits"): (8, 16),
    ("statistics", "steps"): (2, 2000),
    ("statistics", "from"): (-(2**63), 2**63 - 1),
    ("statistics", "to"): (-(2**63), 2**63 - 1),
    ("histogram", "step"): (-(2**63), 2**63 - 1),
}
NO_NUMBERS = ("", " ", "1e9", "nan", "inf", "-", "--1", "0x10", "1_0", "+8", " 8", "8 ", "8\n",
              "1.0", "8,9", "١٢", "８", "²", "1e400", "9" * 100_000,
              "-" + "9" * 100_000)  # fmt: skip


@pytest.mark.parametrize(("route", "name"), LIMITS)
def test_every_number_has_bounds(python_loaded: Loaded, route: str, name: str) -> None:
    client, (low, high) = python_loaded.client(), LIMITS[route, name]
    query = {"run": "torch", "tag": "fc.bias", "step": "10", "steps": "2"}
    for text in (*NO_NUMBERS, str(low - 1), str(high + 1)):
        asked = f"{ROUTE}{route}?" + "&".join(
            f"{key}={quote(value)}" for key, value in {**query, name: text}.items()
        )
        response = client.get(asked)
        assert response.status_code == 400, text[:20]
        assert f"'{name}'" in response.text
    for number in (low, high):
        other = {"from": {"to": str(high)}, "to": {"from": str(low)}}.get(name, {})
        response = client.get(ROUTE + route, query_string={**query, **other, name: str(number)})
        assert response.status_code == (404 if route == "histogram" else 200), number


@pytest.mark.parametrize("name", ["low", "high"])
@pytest.mark.parametrize("text", [*NO_NUMBERS[:2], *NO_NUMBERS[3:8], "1e39", "-1e39", "1e-",
                                  *NO_NUMBERS[-6:]])  # fmt: skip
def test_ends_of_a_grid_have_bounds(python_loaded: Loaded, name: str, text: str) -> None:
    query = {"run": "torch", "tag": "fc.bias", "low": "0", "high": "1", name: text}
    response = python_loaded.get("densities", **query)
    assert response.status_code == 400
    assert f"'{name}'" in response.text


@pytest.mark.parametrize("run", ["%ff", "%c0%80", "%ed%a0%80", "%f5%80%80%80", "%e2%82"])
def test_bytes_that_are_no_text_are_an_unknown_run(python_loaded: Loaded, run: str) -> None:
    response = python_loaded.client().get(f"{ROUTE}outline?run={run}")
    assert response.status_code == 404
    assert response.text == f"Not found: There are no histograms for the run '{run.upper()}'."


def test_bytes_that_are_not_even_escaped_are_refused(python_loaded: Loaded) -> None:
    for route in ROUTES[:-1]:
        assert ask(python_loaded.client(), route.encode(), b"run=\xff", "GET", {}) in (400, 404)


def test_seven_thousand_tags_in_one_address_are_answered(python_loaded: Loaded) -> None:
    tags = "&".join(f"tag=t{number}" for number in range(7000))
    response = python_loaded.client().get(f"{ROUTE}statistics?run=torch&{tags}")
    assert response.status_code == 404
    assert "'t0'" in response.text


@pytest.mark.parametrize("tag", hostile_logs.TAGS, ids=ascii)
def test_names_that_are_not_there_come_back_harmless(python_loaded: Loaded, tag: str) -> None:
    for query in ({"run": tag}, {"run": "torch", "tag": tag}, {"run": "torch", "role": tag},
                  {"run": "torch", "bins": tag}):  # fmt: skip
        response = python_loaded.get("densities", **query)
        assert response.status_code in (400, 404)
        assert response.text.isprintable()
        assert len(response.data) <= 1024
        assert response.mimetype == "text/plain"


# TensorBoard's own list of ways out, and more.
WAYS_OUT = (
    "..", "../..", "../plugin.py", "..%2fplugin.py", "%2e%2e/plugin.py", "%2e%2e%2fplugin.py",
    ".%2e/plugin.py", "..%5cplugin.py", "..\\plugin.py", "%2fetc%2fpasswd", "//etc/passwd",
    "/etc/passwd", "....//plugin.py", "index.js/../../plugin.py", "index.js%00.css", "%00",
    "index.js/", "INDEX.JS", "index.js?/../x", "index.js;x", "index.js%20", "licenses.txt", "",
    ".", "./index.js", "static/index.js", "file:///etc/passwd", "C:%5cwindows", "~root",
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_way_leads_out_of_the_frontend(python_loaded: Loaded, way: str) -> None:
    response = python_loaded.client().get(f"{ROUTE}static/{way}")
    if way.startswith("index.js?"):
        assert response.data == load_assets()["/static/index.js"].content
    else:
        assert response.status_code == 404
        assert "root:" not in response.text


def test_no_link_in_the_package_is_followed_after_it_was_loaded(
    python_loaded: Loaded, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index.js").write_text("first")
    monkeypatch.setattr("tb_layerweights.static_files._DIRECTORY", tmp_path)
    client = python_loaded.client()
    (tmp_path / "secret.js").symlink_to("/etc/passwd")
    (tmp_path / "index.js").write_text("second")
    assert client.get(f"{ROUTE}static/secret.js").status_code == 404
    assert client.get(f"{ROUTE}static/index.js").text == "first"


def test_kinds_of_files_don_t_depend_on_the_machine(
    python_loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mimetypes, "types_map", {".js": "text/plain", ".css": "text/html"})
    monkeypatch.setattr(mimetypes, "guess_type", lambda *rest, **more: ("text/plain", None))
    for path in load_assets():
        kind = python_loaded.client().get(ROUTE + path[1:]).mimetype
        assert kind == {"js": "text/javascript", "map": "application/json"}[path.split(".")[-1]]


def test_asking_changes_nothing_but_what_is_kept(python_loaded: Loaded) -> None:
    plugin = LayerWeightsPlugin(
        base_plugin.TBContext(
            data_provider=python_loaded.provider, multiplexer=python_loaded.multiplexer
        )
    )
    apps = plugin.get_plugin_apps()

    def state() -> dict[str, Any]:
        kept = {"_answers", "_contents", "_files"}
        return {name: repr(value) for name, value in vars(plugin).items() if name not in kept}

    before = state()
    for route, query in ANSWERING.items():
        bodies = {Client(apps[f"/{route}"]).get(f"/{route}", query_string=query).data
                  for _ in range(2)}  # fmt: skip
        assert len(bodies) == 1
    assert state() == before
    free = plugin._gate._free, plugin._gate_of_few._free
    assert free == (plugin_module._AT_ONCE, plugin_module._FEW_AT_ONCE)


@pytest.mark.parametrize("loader", ["python", "rust"])
def test_every_answer_is_strict_and_tells_no_path(
    loader: str, request: pytest.FixtureRequest, world: Any
) -> None:
    client = request.getfixturevalue(f"{loader}_loaded").client(logdir=str(world))
    for route, query in ANSWERING.items():
        body = client.get(ROUTE + route, query_string={**query, "format": "json"}).text
        strict(body)
        assert str(world) not in body
        assert not re.search(r"/(tmp|home|root|usr|var)/", body)
