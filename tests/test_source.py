from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tensorboard import context, errors

from tb_layerweights import replies
from tb_layerweights.failures import UnavailableError
from tb_layerweights.keras_graph import layer_kinds
from tb_layerweights.replies import READERS
from tb_layerweights.series import Series, Unreadable
from tb_layerweights.source import Source
from tests import loaders, logdirs
from tests.loaders import RUNS, Loaded


def tags(found: list[Series | Unreadable]) -> list[str]:
    return [one.tag for one in found]


def read(loaded: Loaded, run: str) -> list[Series | Unreadable]:
    """Returns the series of a run in the order of their listing."""
    source = loaded.source()
    listed = [one.tag for one in source.histogram_tags(run)]
    return sorted(source.read(run, listed), key=lambda one: listed.index(one.tag))


def test_both_loaders_list_the_same_series_in_the_same_order(
    python_loaded: Loaded, rust_loaded: Loaded
) -> None:
    python, rust = (one.source().histogram_runs() for one in (python_loaded, rust_loaded))
    assert list(python) == list(rust)
    for run in set(python) - {"restarted"}:
        assert python[run] == rust[run]


def test_runs_and_tags_are_in_natural_order(loaded: Loaded) -> None:
    runs = list(loaded.source().histogram_runs())
    assert runs.index("keras/train") < runs.index("keras2/train")
    listed = [one.tag for one in loaded.source().histogram_tags("torch")]
    assert listed.index("layer1.0.conv1.weight") < listed.index("layer1.10.conv1.weight")


@pytest.mark.parametrize("run", ["keras/train", "torch", "tf1", "restarted", "hostile"])
def test_both_loaders_give_the_same_steps(
    python_loaded: Loaded, rust_loaded: Loaded, run: str
) -> None:
    for ours, theirs in zip(read(python_loaded, run), read(rust_loaded, run), strict=True):
        assert type(ours) is type(theirs)
        assert ours.tag == theirs.tag
        if isinstance(ours, Series) and isinstance(theirs, Series):
            assert ours.steps == theirs.steps
            assert ours.wall_times == theirs.wall_times


@pytest.mark.parametrize("run", [run for run in RUNS if run != "bare/train"])
def test_what_the_python_loader_keeps_is_what_its_provider_tells(
    python_loaded: Loaded, run: str
) -> None:
    by_provider = read(replace(python_loaded, multiplexer=None), run)
    kept = read(python_loaded, run)
    assert sum(isinstance(one, Series) and one.checked for one in kept) > 0
    for ours, theirs in zip(kept, by_provider, strict=True):
        assert (type(ours), ours.tag) == (type(theirs), theirs.tag)
        if isinstance(ours, Series) and isinstance(theirs, Series):
            assert (ours.steps, ours.wall_times) == (theirs.steps, theirs.wall_times)
            for mine, other in zip(ours.records, theirs.records, strict=True):
                assert mine.tensor.dtype == other.tensor.dtype
                np.testing.assert_array_equal(mine.tensor, other.tensor)


def test_a_training_that_started_again_shows_its_second_course(loaded: Loaded) -> None:
    (series,) = read(loaded, "restarted")
    assert isinstance(series, Series)
    assert series.steps == (0, 1, 2, 3)
    assert series.wall_times[2] > series.wall_times[1] + 0.004


def test_an_unreadable_series_doesn_t_take_others_with_it(loaded: Loaded) -> None:
    found = read(loaded, "hostile")
    lost = [one for one in found if isinstance(one, Unreadable)]
    assert [(one.tag, one.text) for one in lost] == [
        ("poison", "TensorBoard can't read it (TypeError).")
    ]
    assert len(found) == len(loaded.source().histogram_tags("hostile")) > 30


def test_the_keras_graph_is_read(loaded: Loaded) -> None:
    source = loaded.source()
    kinds = {"dense": "Dense", "batch_normalization": "BatchNormalization", "dense_1": "Dense"}
    assert layer_kinds(source.keras_config("bare/train")) == kinds
    assert source.keras_config("torch") is None
    assert set(source.keras_graphs()) >= {"bare/train", "keras/train"}


def test_unknown_runs_hold_nothing(loaded: Loaded) -> None:
    assert loaded.source().histogram_tags("nothing") == []
    assert list(loaded.source().read("nothing", [])) == []
    assert loaded.source().keras_config("nothing") is None


@pytest.fixture(params=["python", "rust"])
def valueless(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Loaded]:
    logdirs.write_valueless(tmp_path)
    if request.param == "python":
        yield loaders.load_python(tmp_path)
        return
    with loaders.load_rust(tmp_path) as loaded:
        yield loaded


def test_a_record_without_a_value_doesn_t_hide_the_others(valueless: Loaded) -> None:
    runs = valueless.source().histogram_runs()
    assert {run: tags(listed) for run, listed in runs.items()} == {
        "broken": ["dense/kernel"] + ["nothing"] * (valueless.multiplexer is None),
        "fine": ["dense/kernel"],
    }
    assert "dense/kernel" in tags(valueless.source().histogram_tags("broken"))


class Provider:
    """A provider of `series` with records of `size` bytes each, that fails as it is told to."""

    def __init__(self, series: int, size: int = 2400, steps: int = 3) -> None:
        self.tags = [f"t{index}" for index in range(series)]
        self.size, self.steps = size, steps
        self.reads: list[tuple[int, int]] = []
        self.failure: Any = lambda tags, downsample: None

    def read_tensors(self, *, run_tag_filter: Any, downsample: int, **rest: Any) -> Any:
        wanted = [tag for tag in self.tags if tag in run_tag_filter.tags]
        self.reads.append((len(wanted), downsample))
        error = self.failure(wanted, downsample)
        if error is not None:
            raise error
        record = np.zeros((self.size // 24, 3))
        steps = range(min(self.steps, downsample))
        data = [SimpleNamespace(step=step, wall_time=1.0, numpy=record) for step in steps]
        return {"run": dict.fromkeys(wanted, data)}

    def read(self) -> list[Series | Unreadable]:
        return list(Source(self, None, context.RequestContext(), "").read("run", self.tags))


class RpcError(Exception):
    def __init__(self, name: str) -> None:
        self._name = name

    def code(self) -> Any:
        return SimpleNamespace(name=self._name)


def test_series_are_read_in_calls_of_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "CHUNK_BYTES", 100_000)
    provider = Provider(series=200)
    assert tags(provider.read()) == provider.tags
    assert max(count for count, _ in provider.reads) * provider.size * provider.steps <= 100_000
    assert len(provider.reads) < 30


def test_a_reply_that_is_too_large_is_asked_for_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provider = Provider(series=5, steps=400)
    provider.failure = lambda tags, downsample: (
        RpcError("RESOURCE_EXHAUSTED") if len(tags) * min(downsample, 400) > 200 else None
    )
    found = provider.read()
    assert tags(found) == provider.tags
    assert [len(one.steps) for one in found if isinstance(one, Series)] == [128] * 5


@pytest.mark.parametrize("error", [ValueError, TypeError, KeyError, MemoryError, RuntimeError])
def test_whatever_the_provider_raises_concerns_one_series(error: type[Exception]) -> None:
    provider = Provider(series=9)
    provider.failure = lambda tags, downsample: error("no") if "t5" in tags else None
    found = provider.read()
    assert tags(found) == provider.tags
    assert [one.tag for one in found if isinstance(one, Unreadable)] == ["t5"]


def test_a_data_server_that_is_gone_is_said_at_once() -> None:
    provider = Provider(series=100)
    provider.failure = lambda tags, downsample: RpcError("UNAVAILABLE")
    with pytest.raises(UnavailableError):
        provider.read()
    assert len(provider.reads) <= READERS


def test_a_data_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tb_layerweights.source.PATIENCE_SECONDS", 0.1)
    silent = threading.Event()
    provider = Provider(series=100)
    provider.failure = lambda tags, downsample: silent.wait(60) and None
    with pytest.raises(UnavailableError, match="doesn't answer"):
        provider.read()
    assert len(provider.reads) <= READERS
    silent.set()


def test_without_a_provider_the_data_are_unavailable() -> None:
    with pytest.raises(UnavailableError):
        Source(None, None, context.RequestContext(), "").histogram_runs()


def test_unavailable_is_503() -> None:
    assert UnavailableError("gone").http_code == 503
    assert issubclass(UnavailableError, errors.PublicError)
