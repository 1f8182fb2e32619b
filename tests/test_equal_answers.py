from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import corpus, loaders, logdirs
from tests.loaders import RUNS, Loaded, strict

CORPUS = ["odd", "steps", "times", "tags", *(f"runs/{name}" for name in corpus.RUNS)]
# The loaders keep other steps: of 700 the data server keeps 100, the Python loader 500.
SAMPLED = "sampled"
# The series of the run `odd` that nobody can read, in whole or in part.
UNREADABLE = {*corpus.BROKEN, "changing_shape", "no_columns"}
WORLD = [run for run in RUNS if run != SAMPLED]

QUESTIONS: list[tuple[str, dict[str, str]]] = [
    ("outline", {}),
    *(
        ("densities", {"axis": axis, "range": range_, "format": format_, **more})
        for axis in ("linear", "symlog")
        for range_ in ("robust", "full")
        for format_, more in (("safetensors", {}), ("json", {"bins": "16", "steps": "5"}))
    ),
    ("densities", {"bins": "256", "bits": "16", "steps": "3"}),
    ("densities", {"axis": "symlog", "from": "1", "to": "3", "low": "-0.02", "high": "3e-2"}),
    ("statistics", {}),
    ("statistics", {"from": "1", "to": "3"}),
    ("statistics", {"format": "csv"}),
    ("statistics", {"format": "safetensors", "steps": "2"}),
]


@pytest.fixture(scope="module", params=["world", "corpus"])
def both(request: pytest.FixtureRequest) -> tuple[list[str], Loaded, Loaded]:
    """The runs of a log directory that must be equal, and the directory with either loader."""
    if request.param == "world":
        python, rust = "python_loaded", "rust_loaded"
    else:
        python, rust = "python_corpus", "rust_corpus"
    runs = WORLD if request.param == "world" else CORPUS
    return runs, request.getfixturevalue(python), request.getfixturevalue(rust)


def asking(python: Loaded, rust: Loaded) -> Callable[..., Any]:
    """Returns what asks both loaders, expects the same bytes and returns the answer."""
    clients = python.client(), rust.client()

    def ask(route: str, **query: Any) -> Any:
        one, other = (client.get(loaders.ROUTE + route, query_string=query) for client in clients)
        about = route, {name: str(value)[:80] for name, value in query.items()}
        assert one.status_code == other.status_code, about
        assert one.status_code in (200, 404), (about, one.text[:200])
        assert one.mimetype == other.mimetype
        assert one.data == other.data, about
        return one

    return ask


def test_the_same_runs_are_listed(both: tuple[list[str], Loaded, Loaded]) -> None:
    runs, python, rust = both
    listed = strict(asking(python, rust)("runs").text)["runs"]
    assert {run["run"] for run in listed} - {SAMPLED} == set(runs)


def test_every_answer_about_every_run_is_equal(both: tuple[list[str], Loaded, Loaded]) -> None:
    runs, python, rust = both
    ask = asking(python, rust)
    for run in runs:
        for route, query in QUESTIONS:
            assert ask(route, run=run, **query).status_code == 200


def test_every_single_histogram_is_equal(both: tuple[list[str], Loaded, Loaded]) -> None:
    runs, python, rust = both
    ask = asking(python, rust)
    for run in runs:
        for series in strict(ask("statistics", run=run).text)["series"]:
            for step in {series["step"][0], series["step"][-1]}:
                ask("histogram", run=run, tag=series["tag"], step=step)


def test_a_sampled_run_differs_in_steps_alone(python_loaded: Loaded, rust_loaded: Loaded) -> None:
    def by_step(loaded: Loaded) -> dict[int, list[Any]]:
        (series,) = strict(loaded.get("statistics", run=SAMPLED).text)["series"]
        columns = {**series, **series["quantiles"]}
        # These are about other steps as well.
        rows = zip(
            *(
                column
                for name, column in columns.items()
                if isinstance(column, list) and not name.startswith(("distance_", "update_ratio"))
            ),
            strict=True,
        )
        return dict(zip(series["step"], map(list, rows), strict=True))

    python, rust = by_step(python_loaded), by_step(rust_loaded)
    assert (len(python), len(rust)) == (500, 100)
    shared = sorted(python.keys() & rust.keys())
    assert len(shared) > 10
    for step in shared:
        assert python[step] == pytest.approx(rust[step], rel=1e-9)
    outlines = (one.get("outline", run=SAMPLED).data for one in (python_loaded, rust_loaded))
    assert len(set(outlines)) == 1


@pytest.mark.parametrize("loader", ["python", "rust"])
def test_odd_records_leave_the_others_complete(loader: str, request: pytest.FixtureRequest) -> None:
    loaded: Loaded = request.getfixturevalue(f"{loader}_corpus")
    answer = strict(loaded.get("statistics", run="odd").text)
    assert {one["tag"] for one in answer["unreadable"]} == UNREADABLE
    series = {one["tag"]: one for one in answer["series"]}
    assert series[corpus.GOOD]["step"] == [0, 1, 2]
    for name in corpus.TYPES:
        assert series[name]["count"] == [11.0] * 3, name
    assert series["changing_size"]["count"] == [30.0] * 3
    assert series["changing_type"]["count"] == [11.0] * 3
    assert series["changing_shape"]["step"] == [0, 2]
    assert series["many"]["count"] == [100_000.0]
    assert {"version_99", "garbage_metadata", "splat"} <= series.keys()


@pytest.mark.parametrize("loader", ["python", "rust"])
def test_odd_steps_and_times_are_told_as_logged(
    loader: str, request: pytest.FixtureRequest
) -> None:
    loaded: Loaded = request.getfixturevalue(f"{loader}_corpus")
    steps = strict(loaded.get("statistics", run="steps").text)["series"]
    kept = {one["tag"]: one["step"] for one in steps}
    assert kept["extreme/kernel"] == list(corpus.STEPS)
    assert kept["back/kernel"] == kept["back.weight"] == [5, 6, 7, 8]
    assert kept["far_back/kernel"] == [2]
    times = strict(loaded.get("statistics", run="times").text)["series"]
    told = {one["tag"]: one["wall_time"] for one in times}
    assert told["odd_times/kernel"] == list(corpus.TIMES)
    tags = strict(loaded.get("statistics", run="tags").text)["series"]
    assert {one["tag"] for one in tags} == {*corpus.TAGS, corpus.GOOD}


def test_spare_limits_of_buckets_hide_no_other_series(
    loading: Callable[[Path], Loaded], tmp_path: Path
) -> None:
    """The Python loader leaves the spare ones out, the data server the whole record."""
    corpus.write_more_limits_than_buckets(tmp_path)
    loaded = loading(tmp_path)
    assert [run["run"] for run in strict(loaded.get("runs").text)["runs"]] == ["a", "b"]
    answer = strict(loaded.get("statistics", run="a").text)
    assert corpus.GOOD in {one["tag"] for one in answer["series"]}
    for route, query in QUESTIONS:
        assert loaded.get(route, run="a", **query).status_code == 200


def test_missing_limits_of_buckets_are_answered(tmp_path: Path) -> None:
    """The Python loader stops reading at such a record: what it had is shown."""
    corpus.write_more_buckets_than_limits(tmp_path)
    with pytest.raises(ValueError, match="inhomogeneous"):
        loaders.load_python(tmp_path)
    with loaders.load_rust(tmp_path) as loaded:
        answer = strict(loaded.get("statistics", run="a").text)
        assert {one["tag"]: one["step"] for one in answer["series"]} == {corpus.GOOD: [0, 1]}
        for route, query in QUESTIONS:
            assert loaded.get(route, run="a", **query).status_code == 200


def test_old_histograms_of_narrow_float64_values_agree_to_float32(
    loading: Callable[[Path], Loaded], tmp_path: Path
) -> None:
    """No answer of ours can be equal here: the Python loader has rounded before we see them."""
    values = 1 + 1e-9 * np.arange(10.0)
    with logdirs.open_run(tmp_path / "run") as run:
        run.proto("fine.weight", 0, logdirs.torch_proto(values))
    (series,) = strict(loading(tmp_path).get("statistics", run="run").text)["series"]
    assert series["mean"][0] == pytest.approx(1, rel=1e-7)
    assert series["count"] == [10.0]
