"""What both of TensorBoard's loaders, its own tab and ours make of recorded logs."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tensorboard import context, default, program
from tensorboard.data import provider

from tb_layerweights.loader import Loader
from tb_layerweights.record import Recorder
from tb_layerweights.record.buckets import buckets
from tb_layerweights.record.count import tally
from tb_layerweights.record.format import (
    OUTLINE_TAG,
    PLUGIN,
    Exact,
    histogram_tag,
    read_moments,
    read_outline,
)
from tests import serving
from tests.loaders import ROUTE, Loaded

STEPS = 40
Loading = Callable[[Path], Loaded]


def weights(step: int) -> dict[str, NDArray[Any]]:
    rng = np.random.default_rng(step)
    kernel = rng.normal(0, 0.02, (40, 50)).astype(np.float32)
    sparse = np.where(kernel > 0, kernel, 0)
    exploded = kernel.copy()
    exploded[step // 10 :] *= [1, np.inf, np.nan, 1e30][step % 4]
    return {
        "dense/kernel": kernel,
        "dense/bias": np.zeros(50, np.float32),
        "dense_1/kernel": sparse,
        "dense_1/bias": rng.normal(size=10),
        "out/kernel": exploded,
        "out/gamma": (1 + kernel).astype(np.float16),
    }


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    logdir = tmp_path_factory.mktemp("recorded")
    with Recorder(logdir / "run") as recorder:
        for step in range(STEPS):
            recorder.record(weights(step), step)
            gradients = {name: array / 100 for name, array in weights(step).items()}
            recorder.record(gradients, step, role="gradient")
    return logdir


def our_tensors(loaded: Loaded) -> dict[str, Any]:
    read = loaded.provider.read_tensors(
        context.RequestContext(),
        experiment_id="",
        plugin_name=PLUGIN,
        downsample=1 << 31,
        run_tag_filter=provider.RunTagFilter(runs=["run"]),
    )
    tags: dict[str, Any] = read["run"]
    return tags


def test_one_question_gives_the_exact_numbers_of_a_run(loading: Loading, recorded: Path) -> None:
    found: dict[tuple[str, int], Exact] = {}
    for tag, data in our_tensors(loading(recorded)).items():
        name = histogram_tag(tag)
        for datum in data if name is not None else ():
            exact = read_moments(datum.numpy)
            assert exact is not None
            found[name or "", datum.step] = exact
    assert len(found) == 12 * STEPS
    for step in range(STEPS):
        for name, array in weights(step).items():
            assert repr(found[name, step].moments) == repr(tally(array).moments)


def test_the_outline_is_in_network_order(loading: Loading, recorded: Path) -> None:
    outline = read_outline(our_tensors(loading(recorded))[OUTLINE_TAG][-1].numpy)
    assert outline is not None
    names = list(weights(0))
    expected = names + [f"gradients/{name}" for name in names]
    assert [one.tag for one in outline.parameters] == expected
    assert outline.parameters[-1].dtype == "float16"
    assert outline.parameters[-1].role == "gradient"


def test_the_tab_reads_every_series_without_a_complaint(loading: Loading, recorded: Path) -> None:
    loaded = loading(recorded)
    outline = loaded.get("outline", run="run").get_json()
    layers = [layer["layer"] for layer in outline["layers"]]
    assert layers == ["dense", "dense_1", "out"]
    roles = {one["role"] for layer in outline["layers"] for one in layer["parameters"]}
    assert roles == {"weight", "gradient"}
    assert outline["notices"] == []
    client = loaded.client(logdir=str(recorded))
    assert loaded.get("runs").get_json()["runs"][0]["series"] == 12
    for read in ("kept", "every"):
        question = {"run": "run", "format": "json", "read": read}
        densities = client.get(f"{ROUTE}densities", query_string=question).get_json()
        assert densities["unreadable"] == []
        assert len(densities["series"]) == 12
        for series in densities["series"]:
            assert series["step"] == list(range(STEPS))
            name = series["tag"].removeprefix("gradients/")
            finite = [int(np.isfinite(weights(step)[name]).sum()) for step in range(STEPS)]
            assert series["count"] == finite
    statistics = loaded.get("statistics", run="run", tag="dense/kernel").get_json()
    for name, exact in (("max", np.max), ("min", np.min)):
        expected = [float(exact(weights(step)["dense/kernel"])) for step in range(STEPS)]
        assert statistics["series"][0][name] == expected


@pytest.mark.parametrize("load_fast", serving.LOADERS)
def test_tensorboards_own_tab_has_the_same_buckets(
    load_fast: str, recorded: Path, tmp_path: Path
) -> None:
    with serving.tensorboard(
        recorded, tmp_path / "output", f"--load_fast={load_fast}", "--reload_interval=1"
    ) as address:
        for tag in ("dense/kernel", "out/kernel", "gradients/dense_1/kernel"):
            query = urllib.parse.urlencode({"run": "run", "tag": tag})
            url = f"{address}/data/plugin/histograms/histograms?{query}"
            rows = _until_all_are_there(url)
            for _, step, said in rows:
                array = weights(step)[tag.removeprefix("gradients/")]
                array = array / 100 if tag.startswith("gradients/") else array
                np.testing.assert_array_equal(np.array(said), buckets(tally(array).cells))


def _until_all_are_there(url: str) -> Any:
    for _ in range(100):
        try:
            with urllib.request.urlopen(url) as response:
                rows = json.load(response)
            if len(rows) == STEPS:
                return rows
        except urllib.error.HTTPError:
            pass
        time.sleep(0.2)
    raise TimeoutError(url)


def test_tensorboard_keeps_more_than_ten_steps_of_the_exact_numbers() -> None:
    def samples(*flags: str) -> dict[str, int]:
        plugins = [*default.get_static_plugins(), Loader()]
        tensorboard = program.TensorBoard(plugins=plugins)
        tensorboard.configure(("tensorboard", "--logdir", "logs", *flags))
        found: dict[str, int] = tensorboard.flags.samples_per_plugin
        return found

    assert samples() == {"layer_weights": 500}
    assert samples("--samples_per_plugin=histograms=9")["layer_weights"] == 9
    assert samples("--samples_per_plugin=layer_weights=3") == {"layer_weights": 3}
