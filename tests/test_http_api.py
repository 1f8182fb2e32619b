from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load
from tensorboard.plugins import base_plugin

import tb_layerweights
from tb_layerweights import notices, wire
from tb_layerweights.plugin import LayerWeightsPlugin
from tb_layerweights.statistics import NAMES
from tests.loaders import ANSWERING, Loaded

TEXT = (Path(tb_layerweights.__file__).parent / "http_api.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))


def example(section: str) -> Any:
    """Returns the first block of JSON in a section."""
    block = re.search(r"^    \{\n(?:    .*\n|\n)*?    \}$", SECTIONS[section], re.MULTILINE)
    assert block is not None
    return json.loads(block[0])


def keys(answer: Any) -> Any:
    """Returns the names in an answer, one element for every list."""
    if isinstance(answer, dict):
        return {key: keys(value) for key, value in answer.items()}
    if isinstance(answer, list):
        return [keys(answer[0])] if answer and isinstance(answer[0], dict) else []
    return None


def test_every_route_is_described_and_every_description_has_a_route() -> None:
    routes = LayerWeightsPlugin(base_plugin.TBContext()).get_plugin_apps()
    described = [name for heading in SECTIONS for name in re.findall(r"`(/.*?)`", heading)]
    assert sorted(described) == sorted(routes)


@pytest.mark.parametrize("route", ANSWERING)
def test_examples_have_the_names_of_live_answers(loaded: Loaded, route: str) -> None:
    response = loaded.get(route, **ANSWERING[route])
    live = wire.decode(response.data)[0] if route == "densities" else response.json
    expected = example(f"`/{route}`")
    for name in ("notices", "unreadable"):
        live.pop(name, None)
        expected.pop(name, None)
    if route == "runs":
        live["runs"] = live["runs"][1:]
    assert keys(live) == keys(expected)


def test_the_table_of_tensors_is_that_of_the_answer(loaded: Loaded) -> None:
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|", SECTIONS["`/densities`"], re.MULTILINE)
    described = {name: kind for names, kind in rows for name in re.findall(r"`(\w+)`", names)}
    _, tensors = wire.decode(loaded.get("densities", run="keras/train").data)
    assert set(described) == set(tensors)
    kinds = {name: kind.split()[0] for name, kind in described.items()}
    live = {name: f"{tensor.dtype.kind}{8 * tensor.itemsize}" for name, tensor in tensors.items()}
    for name in set(live) - {"density"}:
        assert kinds[name].lower() == live[name], name
    spelled = loaded.get("densities", run="keras/train", format="json").json
    assert set(spelled["series"][0]) == {
        "tag", "layer", "parameter", "role", "steps_kept", "steps_within", "edges",
        *set(described) - {"offset"},
    }  # fmt: skip


def test_the_tensors_of_statistics_are_those_of_the_table(loaded: Loaded) -> None:
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|", SECTIONS["`/statistics`"], re.MULTILINE)
    described = {name: kind for names, kind in rows for name in re.findall(r"`(\w+)`", names)}
    query = {"run": "keras/train", "format": "safetensors"}
    tensors = load(loaded.get("statistics", **query).data)
    for name, tensor in tensors.items():
        end = re.search("(_low|_high)?$", name)
        kind = described.get(name, described[f"NAME{end[0] if end else ''}"])
        assert kind.split()[0].lower() == f"{tensor.dtype.kind}{8 * tensor.itemsize}", name
        assert len(kind.split("[")[1].split(",")) == tensor.ndim, name


def test_every_number_is_named() -> None:
    named = SECTIONS["`/statistics`"].partition("default: all of them")[0].partition("`number`")[2]
    assert tuple(re.findall(r"`(\w+)`", named)) == NAMES


def test_every_notice_is_named() -> None:
    said = [
        notices.empty_logdir(),
        notices.no_histograms(["a"], keras=True),
        notices.collided_tags(["kernel/histogram"]),
        notices.taken_apart(["kernel/histogram#1"]),
        notices.matched_by_position(["kernel/histogram#1"]),
        notices.order_by_name(),
        notices.stopped_early(["a"], 3, 9),
        notices.sampled(["a", "b"], 100),
        notices.first_step_missing(["a"], 63),
        notices.thinned(51, 100),
        notices.non_finite(["a"], "a", 3),
        notices.unreadable_series(["a"]),
        notices.unreadable_file(["a: the record at byte 812 is corrupt"]),
        notices.coarse_buckets(["a"], 30),
        notices.stale("a", 60, 3000),
    ]
    named = re.search(r"Codes of notices on any route: (.*?)\.", TEXT, re.DOTALL)
    assert named is not None
    assert re.findall(r"`(\w+)`", named[1]) == [notice["code"] for notice in said]
    for notice in said:
        assert notice["level"] in ("info", "warning", "error")
        assert notice["text"][0].isupper()
        assert notice["text"].endswith(".")
