"""`openapi.json` says what the routes do, and the routes do what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks
from tensorboard.plugins import base_plugin
from werkzeug.test import Client

import tb_layerweights
from tb_layerweights.names import ROLES
from tb_layerweights.plugin import LayerWeightsPlugin
from tb_layerweights.query import MOST_TAGS
from tb_layerweights.statistics import NAMES
from tests.loaders import KERNEL, ROUTE, RUNS, Loaded

PATH = Path(tb_layerweights.__file__).parent / "openapi.json"
DESCRIPTION = json.loads(PATH.read_text(encoding="utf-8"))
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
OPERATIONS = {path: SCHEMA[path]["GET"] for path in DESCRIPTION["paths"]}
KNOWN = {"run": st.sampled_from(RUNS), "tag": st.sampled_from([KERNEL, "fc.bias", "poison"])}


def answers(client: Client, operation: Any, query: dict[str, Any]) -> None:
    """Asks and expects an answer such as the description says."""
    response = client.get(ROUTE[:-1] + operation.path, query_string=flat(query))
    assert response.status_code in (200, 404), response.text
    operation.Case(query=query).validate_response(response, CHECKS)


def test_it_describes_every_route_and_no_other() -> None:
    routes = set(LayerWeightsPlugin(base_plugin.TBContext()).get_plugin_apps()) - {"/*"}
    assert {path.replace("{file}", "*") for path in OPERATIONS} == routes


def test_its_lists_are_those_of_the_code() -> None:
    schemas, parameters = (DESCRIPTION["components"][name] for name in ("schemas", "parameters"))
    assert schemas["Role"]["enum"] == list(ROLES)
    assert parameters["tag"]["schema"]["maxItems"] == MOST_TAGS
    asked = DESCRIPTION["paths"]["/statistics"]["get"]["parameters"]
    (number,) = (one for one in asked if one.get("name") == "number")
    assert tuple(number["schema"]["items"]["enum"]) == NAMES
    assert set(schemas["Columns"]["properties"]) == set(NAMES)


def test_the_contract_in_words_names_the_same_parameters() -> None:
    text = (PATH.parent / "http_api.md").read_text(encoding="utf-8")
    assert "openapi.json" in text
    for path, operation in OPERATIONS.items():
        section = text.partition(f"## `{path.replace('{file}', '*')}`")[2].partition("\n## ")[0]
        for parameter in operation.iter_parameters():
            if parameter.location == "query" and parameter.name != "v":
                everywhere = parameter.name == "read"
                assert everywhere or f"`{parameter.name}`" in section, (path, parameter.name)


@pytest.mark.parametrize("loader", ["python", "rust"])
@pytest.mark.parametrize("kind", ["world", pytest.param("corpus", marks=pytest.mark.long)])
def test_real_answers_are_as_described(
    loader: str, kind: str, request: pytest.FixtureRequest
) -> None:
    name = f"{loader}_loaded" if kind == "world" else f"{loader}_corpus"
    client = request.getfixturevalue(name).client()
    runs = [one["run"] for one in client.get(f"{ROUTE}runs").json["runs"]]
    answers(client, OPERATIONS["/runs"], {})
    for run in runs:
        for path, query in (
            ("/outline", {}), ("/progress", {}), ("/densities", {}), ("/statistics", {"steps": 3}),
            ("/densities", {"format": "json", "bins": 8, "axis": "symlog", "steps": 3}),
            ("/densities", {"format": "json", "from": 1, "to": 2, "low": -1.5, "high": 2}),
            ("/statistics", {"format": "csv", "steps": 2}), ("/outline", {"read": "every"}),
            ("/statistics", {"format": "json", "number": ["quantiles", "count"]}),
            ("/statistics", {"format": "safetensors"}),
        ):  # fmt: skip
            answers(client, OPERATIONS[path], {"run": run, **query})
        outline = client.get(f"{ROUTE}outline", query_string={"run": run}).json
        for layer in outline["layers"][:9]:
            for one in layer["parameters"]:
                query = {"run": run, "tag": one["tag"], "step": one["last_step"]}
                answers(client, OPERATIONS["/histogram"], query)


# What is asked without parameters can't be asked in a wrong way.
ALLOWED = [(path, GenerationMode.POSITIVE) for path in OPERATIONS]
NOT_ALLOWED = [(path, GenerationMode.NEGATIVE) for path in OPERATIONS if path != "/runs"]


@pytest.mark.parametrize(("path", "mode"), [*ALLOWED, *NOT_ALLOWED])
def test_what_the_description_allows_or_doesn_t_is_answered_as_described(
    python_loaded: Loaded, path: str, mode: GenerationMode
) -> None:
    ask_at_random(python_loaded.client(), path, mode, 12)


@pytest.mark.long
@pytest.mark.parametrize(("path", "mode"), [*ALLOWED, *NOT_ALLOWED])
def test_very_much_of_it_is_answered_as_described(
    python_loaded: Loaded, path: str, mode: GenerationMode
) -> None:
    ask_at_random(python_loaded.client(), path, mode, 300)


def ask_at_random(client: Client, path: str, mode: GenerationMode, examples: int) -> None:
    @settings(max_examples=examples, suppress_health_check=[*HealthCheck])
    @given(case=OPERATIONS[path].as_strategy(mode), known=st.fixed_dictionaries({}, optional=KNOWN))
    def ask(case: schemathesis.Case, known: dict[str, str]) -> None:
        query = {**case.query, **(known if mode.is_positive else {})}
        where = ROUTE[:-1] + quote(case.formatted_path, safe="/%")
        response = client.get(where, query_string=flat(query))
        case.validate_response(response, CHECKS)

    ask()


def flat(query: dict[str, Any]) -> list[tuple[str, str]]:
    """Returns the parameters as they stand in an address, lists as repeated ones."""
    pairs = [
        (name, one)
        for name, value in query.items()
        for one in (value if isinstance(value, list) else [value])
    ]
    return [(name, str(one).encode(errors="replace").decode()) for name, one in pairs]


@pytest.mark.parametrize("path", OPERATIONS)
def test_every_other_method_is_refused_as_described(python_loaded: Loaded, path: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        response = python_loaded.client().open(ROUTE[:-1] + path, method=method)
        assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
