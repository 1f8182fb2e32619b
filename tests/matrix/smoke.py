"""Whether the tab works in an environment: what a person does first, with known numbers."""

from __future__ import annotations

import contextlib
import json
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser
from safetensors.numpy import load

from tests import logdirs, serving
from tests.browser.tab import Tab
from tests.loaders import ROUTE
from tests.matrix.environments import environment

LOAD_SECONDS = 60
STEPS = list(range(5))
KERAS, TORCH = "keras/train", "torch"
# Of each run its parameters in the order of writing: the tag, and the shape of the weights.
RUNS = {
    KERAS: {f"sequential/{name}/histogram": shape for name, shape in logdirs.MLP.items()},
    TORCH: dict(logdirs.CNN),
}
LAYERS = {
    KERAS: ["sequential/dense", "sequential/batch_normalization", "sequential/dense_1"],
    TORCH: ["stem", "layer1.0.conv1", "layer1.0.bn1", "layer1.10.conv1", "attn", "fc"],
}
NOTICES = {KERAS: ["coarse_buckets"], TORCH: []}
# What TensorBoard may not print. Of `In 3.0` TensorBoard's check of security headers warns.
COMPLAINT = re.compile(
    r"Traceback|\bERROR\b|^[EF]\d{4} |In 3\.0|Layer Weights (is not|could not)"
    r"|tb_layerweights\S*: \w*Warning",
    re.MULTILINE,
)


def write_log(logdir: Path) -> None:
    """Writes two small trainings whose weights are known."""
    logdirs.write_keras(logdir / KERAS, lambda name: f"sequential/{name}/histogram", len(STEPS))
    logdirs.write_torch(logdir / TORCH, STEPS)


@contextlib.contextmanager
def serve(python: Path, loader: str, logdir: Path, output: Path) -> Iterator[str]:
    """Yields the address of the TensorBoard of an environment."""
    flags = (f"--logdir={logdir}", f"--load_fast={loader}")
    env = {**environment(), "PYTHONWARNINGS": "default", "CUDA_VISIBLE_DEVICES": ""}
    process: dict[str, Any] = {"python": python, "cwd": output.parent, "env": env}
    with serving.tensorboard_of(*flags, output=output, **process) as address:
        yield address


def check(address: str, output: Path, browser: Browser) -> None:
    """Checks a TensorBoard over the log of `write_log`.

    Raises:
        AssertionError: Something isn't as it must be.
    """
    wait_until_loaded(address)
    check_page(address)
    for run in RUNS:
        check_outline(address, run)
        check_densities(address, run)
        check_statistics(address, run)
    check_drawing(address, browser)
    complaints = COMPLAINT.findall(output.read_text())
    assert complaints == [], output.read_text()


def fetch(url: str) -> tuple[bytes, str]:
    """Returns the body and the type of what must be there."""
    with urllib.request.urlopen(url, timeout=60) as response:
        return response.read(), response.headers.get_content_type()


def ask(address: str, route: str, **query: Any) -> Any:
    body, kind = fetch(f"{address}{ROUTE}{route}?{urllib.parse.urlencode(query)}")
    assert kind == "application/json", kind
    return json.loads(body)


def wait_until_loaded(address: str) -> None:
    """Waits until TensorBoard lists the tab as enabled, and all of the log."""
    deadline = time.monotonic() + LOAD_SECONDS
    expected = [(run, len(RUNS[run]), len(LAYERS[run]), STEPS[-1]) for run in sorted(RUNS)]
    while True:
        listing = json.loads(fetch(f"{address}/data/plugins_listing")[0])
        answer = ask(address, "runs")
        names = ("run", "series", "layers", "last_step")
        found = [tuple(one[name] for name in names) for one in answer["runs"]]
        if found == expected and listing["layer_weights"]["enabled"]:
            break
        assert time.monotonic() < deadline, (found, listing["layer_weights"])
        time.sleep(0.2)
    assert answer["notices"] == []
    assert listing["layer_weights"]["tab_name"] == "Layer Weights"


def check_page(address: str) -> None:
    """Follows the page to every script that it is made of."""
    page, kind = fetch(f"{address}/data/plugin_entry.html?name=layer_weights")
    assert kind == "text/html"
    base = f"{address}{ROUTE}"
    (entry,) = re.findall(rb'import\("(.+?)"\)', page)
    waiting = [urllib.parse.urljoin(base, entry.decode())]
    seen: dict[str, bytes] = {}
    while waiting:
        url = waiting.pop()
        if url not in seen:
            seen[url], kind = fetch(url)
            assert kind == "text/javascript", (url, kind)
            imported = re.findall(rb'(?:from|import)\s*\(?"(\./.+?)"', seen[url])
            waiting += [urllib.parse.urljoin(url, name.decode()) for name in imported]
    assert len(seen) > 1, list(seen)
    assert sum(map(len, seen.values())) > 100_000


def check_outline(address: str, run: str) -> None:
    layers = ask(address, "outline", run=run)["layers"]
    assert [one["layer"] for one in layers] == LAYERS[run]
    tags = [parameter["tag"] for one in layers for parameter in one["parameters"]]
    assert tags == list(RUNS[run])


def check_densities(address: str, run: str) -> None:
    """Checks that all weights are there and that the curves hold all of them."""
    query = urllib.parse.urlencode({"run": run, "bits": 16})
    body, _ = fetch(f"{address}{ROUTE}densities?{query}")
    found = load(body)
    rows = np.repeat(np.arange(len(RUNS[run])), len(STEPS))
    assert found["offset"].tolist() == [len(STEPS) * index for index in range(len(RUNS[run]) + 1)]
    assert found["step"].tolist() == STEPS * len(RUNS[run])
    sizes = np.array([np.prod(shape) for shape in RUNS[run].values()])
    np.testing.assert_array_equal(found["count"], sizes[rows])
    density = found["density"] * (found["peak"] / 65535.0)[:, None]
    width = np.ptp(found["range"], axis=1)[rows] / density.shape[1]
    mass = density.sum(axis=1) * width + found["below"] + found["above"]
    np.testing.assert_allclose(mass, 1, atol=2e-5)


def check_statistics(address: str, run: str) -> None:
    """Checks that every interval holds what the weights say, and that it is narrow."""
    answer = ask(address, "statistics", run=run)
    assert answer["unreadable"] == [], answer["unreadable"]
    codes = [notice["code"] for notice in answer["notices"]]
    assert codes == NOTICES[run], codes
    assert [one["tag"] for one in answer["series"]] == list(RUNS[run])
    for one, shape in zip(answer["series"], RUNS[run].values(), strict=True):
        assert one["step"] == STEPS
        for index, step in enumerate(STEPS):
            values = logdirs.weights(shape, step).astype(float)
            truth = {
                "count": values.size,
                "mean": values.mean(),
                "std": values.std(),
                "min": values.min(),
                "max": values.max(),
            }
            spread = 0.0 if one["std"][index] is None else np.ptp(values)
            for name, true in truth.items():
                low, high = one["low"][name][index], one["high"][name][index]
                about = (run, one["tag"], step, name, low, true, high)
                rounding = 1e-6 * np.abs(values).max()
                assert low - rounding <= true <= high + rounding, about
                assert high - low <= spread / 4, about


def check_drawing(address: str, browser: Browser) -> None:
    """Opens the tab; `Tab` fails on errors in the page and on what its security policy refuses."""
    known = {
        f"{one['layer']} {parameter['parameter']}"
        for run in RUNS
        for one in ask(address, "outline", run=run)["layers"]
        for parameter in one["parameters"]
    }
    with Tab.open(browser, address) as tab:
        drawn = {name.partition(",")[0] for name in tab.figure_names()}
        assert drawn, "nothing is drawn"
        assert drawn <= known, drawn - known
        assert tab.ink() > 1000
