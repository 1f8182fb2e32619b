from __future__ import annotations

import csv
import io
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest

from tests import loaders, logdirs
from tests.loaders import KERNEL, ROUTE, Loaded, codes, strict


def test_runs_say_what_is_here(loaded: Loaded) -> None:
    answer = strict(loaded.get("runs").text)
    assert [run["run"] for run in answer["runs"]] == [
        "bare/train", "collided/train", "hostile", "keras/train", "keras2/train", "restarted",
        "sampled", "tf1", "torch",
    ]  # fmt: skip
    torch = answer["runs"][-1]
    assert (torch["series"], torch["layers"], torch["last_step"]) == (18, 6, 590)
    assert codes(answer) == ["no_histograms"]
    assert "histogram_freq=1" in answer["notices"][0]["fix"]
    assert "bare/train" in answer["notices"][0]["text"]


def test_an_empty_log_directory_says_so(tmp_path: Path) -> None:
    answer = strict(loaders.load_python(tmp_path).get("runs").text)
    assert answer["runs"] == []
    assert codes(answer) == ["empty_logdir"]


def test_runs_of_nothing_but_scalars_say_what_to_log(tmp_path: Path) -> None:
    with logdirs.open_run(tmp_path / "a") as run:
        run.scalar("loss", 0, 1.0)
    answer = strict(loaders.load_python(tmp_path).get("runs").text)
    assert codes(answer) == ["no_histograms"]
    assert "add_histogram" in answer["notices"][0]["fix"]


def test_the_outline_is_the_network(loaded: Loaded) -> None:
    answer = strict(loaded.get("outline", run="keras/train").text)
    layers = [(layer["layer"], layer["kind"]) for layer in answer["layers"]]
    assert layers == [
        ("sequential/dense", "Dense"),
        ("sequential/batch_normalization", "BatchNormalization"),
        ("sequential/dense_1", "Dense"),
    ]
    assert [one["role"] for one in answer["layers"][1]["parameters"]] == [
        "weight", "weight", "statistic", "statistic",
    ]  # fmt: skip
    torch = strict(loaded.get("outline", run="torch").text)
    assert [layer["layer"] for layer in torch["layers"]] == [
        "stem", "layer1.0.conv1", "layer1.0.bn1", "layer1.10.conv1", "attn", "fc",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("run", "expected"),
    [("bare/train", ["no_histograms"]), ("collided/train", ["collided_tags"]), ("torch", [])],
)
def test_the_outline_says_what_is_odd(loaded: Loaded, run: str, expected: list[str]) -> None:
    assert codes(strict(loaded.get("outline", run=run).text)) == expected


def test_a_histogram_is_as_logged(loaded: Loaded) -> None:
    answer = strict(loaded.get("histogram", run="keras/train", tag=KERNEL, step=4).text)
    values = logdirs.weights((12, 16), 4)
    assert len(answer["buckets"]) == 30
    assert answer["buckets"][0][0] == pytest.approx(values.min())
    assert answer["count"] == {"value": 192.0, "low": 192.0, "high": 192.0, "quality": "exact"}
    assert answer["moments"]["max"]["quality"] == "exact"
    assert answer["moments"]["mean"]["quality"] == "estimated"
    assert answer["non_finite"] == {"value": 0.0, "low": 0.0, "high": None, "quality": "bound"}
    moments = {name: one["value"] for name, one in answer["moments"].items()}
    assert moments["std"] == pytest.approx(values.std(), rel=0.02)
    assert moments["max"] == pytest.approx(values.max())
    assert [one["q"] for one in answer["quantiles"]][4] == 0.5


@pytest.mark.parametrize("tag", sorted(logdirs.HOSTILE))
def test_any_single_histogram_answers_or_says_why_not(loaded: Loaded, tag: str) -> None:
    response = loaded.get("histogram", run="hostile", tag=tag, step=1)
    if response.status_code == 200:
        assert len(strict(response.text)["buckets"]) <= 4096
    else:
        assert response.status_code == 404
        assert response.mimetype == "text/plain"


def test_joined_buckets_keep_the_mass(python_loaded: Loaded) -> None:
    response = python_loaded.get("histogram", run="hostile", tag="many_buckets", step=1)
    buckets = strict(response.text)["buckets"]
    assert sum(count for _, _, count in buckets) == 20000
    assert (buckets[0][0], buckets[-1][1]) == (0, 20000)


def test_statistics_have_every_kept_step(loaded: Loaded) -> None:
    answer = strict(loaded.get("statistics", run="torch", tag="fc.weight").text)
    (series,) = answer["series"]
    assert series["step"] == list(range(0, 600, 10))
    spread = [logdirs.weights((10, 16), step % 10).std() for step in series["step"]]
    np.testing.assert_allclose(series["std"], spread, rtol=0.02)
    columns = [value for value in series.values() if isinstance(value, list)]
    assert {len(column) for column in [*columns, *series["quantiles"].values()]} == {60}


def test_statistics_come_as_a_table_that_no_spreadsheet_runs(loaded: Loaded) -> None:
    response = loaded.get("statistics", run="hostile", format="csv")
    assert response.mimetype == "text/csv"
    table = list(csv.DictReader(io.StringIO(response.text)))
    assert {row["tag"] for row in table} >= {"'=cmd|'/c calc'!A0", "constructor"}
    assert not [row for row in table if row["tag"].startswith(("=", "+", "-", "@"))]
    assert list(table[0])[:6] == ["tag", "layer", "parameter", "role", "step", "wall_time"]
    assert {"mean_low", "mean_high", "q0.5", "q0.95_high"} <= set(table[0])


def test_wall_times_that_are_no_numbers_never_match_and_are_null(tmp_path: Path) -> None:
    logdirs.write_timeless(tmp_path)
    timeless = loaders.load_python(tmp_path)
    assert "ETag" not in timeless.get("densities", run="timeless").headers
    outline = strict(timeless.get("outline", run="timeless").text)
    assert [layer["layer"] for layer in outline["layers"]] == ["a", "a9", "a10", "b"]
    assert codes(outline) == ["order_by_name"]
    assert strict(timeless.get("runs").text)["runs"][0]["last_wall_time"] is None
    statistics = strict(timeless.get("statistics", run="timeless").text)
    assert statistics["series"][0]["wall_time"] == [None]


def test_tags_and_runs_travel_exactly(loaded: Loaded) -> None:
    for series in loaded.source().histogram_tags("hostile"):
        if len(series.tag) < 1000 and series.tag not in logdirs.HOSTILE:
            query = f"statistics?run=hostile&tag={quote(series.tag, safe='')}"
            answer = strict(loaded.client().get(ROUTE + query).text)
            assert [one["tag"] for one in answer["series"]] == [series.tag]


def test_a_log_of_tensorboardx_itself_is_read(tmp_path: Path) -> None:
    tensorboardx = pytest.importorskip("tensorboardX")
    values = np.random.default_rng(0).normal(0, 0.02, 5000)
    with tensorboardx.SummaryWriter(str(tmp_path / "run")) as writer:
        for name in ("stem.weight", "layer1.0.conv1.weight", "a strange name"):
            writer.add_histogram(name, values, 3)
    loaded = loaders.load_python(tmp_path)
    layers = strict(loaded.get("outline", run="run").text)["layers"]
    assert [layer["layer"] for layer in layers] == ["stem", "layer1.0.conv1", "a_strange_name"]
    answer = strict(loaded.get("statistics", run="run", tag="stem.weight").text)
    assert answer["series"][0]["count"] == [5000]
    assert answer["series"][0]["std"][0] == pytest.approx(values.std(), rel=0.01)
