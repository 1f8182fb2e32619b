from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tensorboard.util.tensor_util import make_ndarray

from tb_layerweights.record.format import (
    OUTLINE_TAG,
    Exact,
    Outline,
    exact_tag,
    read_moments,
    read_outline,
)
from tests.conftest import arrays, load, trained_by
from tests.loaders import Loaded

EVERY = 7
LAST = 20
STEPS = [0, 7, 14, 20]
PATHS = [
    "net/first/kernel", "net/first/bias", "net/norm/gamma", "net/norm/beta",
    "net/norm/moving_mean", "net/norm/moving_variance", "net/last/kernel", "net/last/bias",
]  # fmt: skip


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained_by("tests.keras_trainings", tmp_path_factory)


@pytest.fixture(scope="module")
def truth(trained: Path) -> dict[tuple[str, int], NDArray[Any]]:
    found = arrays(trained / "truth.npz")
    return {
        (name.partition("@")[0], int(name.partition("@")[2])): one for name, one in found.items()
    }


def tensors(logdir: Path, tag: str) -> dict[int, NDArray[Any]]:
    return {one.step: make_ndarray(one.tensor_proto) for one in load(logdir).Tensors("train", tag)}


def tags(logdir: Path) -> list[str]:
    return list(load(logdir).PluginRunToTagToContent("histograms")["train"])


def exact(logdir: Path, tag: str) -> dict[int, Exact]:
    found = {}
    for step, tensor in tensors(logdir, exact_tag(tag)).items():
        numbers = read_moments(tensor)
        assert numbers is not None
        found[step] = numbers
    return found


def outline(logdir: Path) -> Outline:
    *_, last = tensors(logdir, OUTLINE_TAG).values()
    found = read_outline(last)
    assert found is not None
    return found


def check(exact: Exact, array: NDArray[Any]) -> None:
    moments, values = exact.moments, array.astype(np.float64)
    assert moments.count == moments.size == values.size
    assert moments.zeros == (values == 0).sum()
    assert (moments.min, moments.max) == (values.min(), values.max())
    assert moments.mean == pytest.approx(values.mean(), rel=1e-12, abs=1e-16)
    assert moments.std == pytest.approx(values.std(), rel=1e-9, abs=1e-16)


@pytest.mark.parametrize("path", PATHS)
def test_the_numbers_of_every_weight_are_exact_from_before_the_training_on(
    trained: Path, truth: dict[tuple[str, int], NDArray[Any]], path: str
) -> None:
    found = exact(trained / "batches", f"{path}/histogram")
    assert list(found) == STEPS
    for step, numbers in found.items():
        check(numbers, truth[path, step])


@pytest.mark.parametrize("path", PATHS)
def test_updates_are_what_was_added_since_the_record_before(
    trained: Path, truth: dict[tuple[str, int], NDArray[Any]], path: str
) -> None:
    found = exact(trained / "batches", f"updates/{path}/histogram")
    assert list(found) == STEPS[1:]
    for before, step in pairwise(STEPS):
        check(found[step], truth[path, step] - truth[path, before])


def test_tags_are_those_of_keras_own_callback_in_the_same_order(trained: Path) -> None:
    weights = [f"{path}/histogram" for path in PATHS]
    assert tags(trained / "batches") == [*weights, *(f"updates/{tag}" for tag in weights)]


def test_beside_keras_own_callback_there_is_one_file_and_one_run(trained: Path) -> None:
    multiplexer = load(trained / "batches")
    assert list(multiplexer.Runs()) == ["train"]
    assert [event.step for event in multiplexer.Tensors("train", "epoch_loss")] == [0, 1]
    # The last record may find that file closed: it gets another one, when nobody writes any more.
    assert len(list((trained / "batches" / "train").iterdir())) <= 2


def test_both_loaders_and_the_tab_read_it(
    trained: Path, truth: dict[tuple[str, int], NDArray[Any]], loading: Callable[[Path], Loaded]
) -> None:
    loaded = loading(trained / "epochs")
    found = loaded.get("outline", run="train").get_json()
    assert [layer["layer"] for layer in found["layers"]] == ["net/first", "net/last"]
    statistics = loaded.get("statistics", run="train").get_json()
    assert [series["step"] for series in statistics["series"]] == 4 * [[0, 1, 2]]
    assert [series["role"] for series in statistics["series"]] == 4 * ["weight"]


def test_the_outline_says_what_the_model_knows(trained: Path) -> None:
    found = outline(trained / "batches")
    assert (found.model, found.framework) == ("Sequential", "keras")
    by_tag = {one.tag: one for one in found.parameters}
    kernel = by_tag["net/first/kernel/histogram"]
    assert (kernel.layer, kernel.parameter, kernel.kind) == ("net/first", "kernel", "Dense")
    assert (kernel.shape, kernel.dtype, kernel.trainable) == ((64, 32), "float32", True)
    mean = by_tag["net/norm/moving_mean/histogram"]
    assert (mean.kind, mean.role, mean.trainable) == ("BatchNormalization", "statistic", False)
    assert by_tag["updates/net/first/kernel/histogram"].role == "update"


def test_epochs_are_steps_and_paths_can_be_left_out(trained: Path) -> None:
    found = tags(trained / "epochs")
    assert found == [f"{path}/histogram" for path in PATHS if "norm" not in path]
    assert list(exact(trained / "epochs", found[0])) == [0, 1, 2]


def test_several_batches_at_once_are_counted_as_such(trained: Path) -> None:
    found = exact(trained / "executions", "net/first/kernel/histogram")
    # Ten batches an epoch, four at once: records come with the first call at or behind 7, 14, …
    assert list(found) == [0, 8, 14, 20]


def test_a_run_that_explodes_is_recorded_to_its_end(trained: Path) -> None:
    found = exact(trained / "explode", "net/first/kernel/histogram")
    assert list(found) == list(range(LAST + 1))
    assert found[0].moments.count == 64 * 32
    last = found[LAST].moments
    assert last.count < last.nan + last.positive_infinity + last.negative_infinity
    assert all(numbers.moments.size == 64 * 32 for numbers in found.values())
    rows = tensors(trained / "explode", "net/first/kernel/histogram")[LAST]
    assert rows[:, 2].sum() == last.count


def test_nested_weights_and_those_of_the_model_itself_are_recorded(trained: Path) -> None:
    inner = [path for path in tags(trained / "nested") if "first" in path]
    assert len(inner) == 2
    found = outline(trained / "nested")
    assert found.model == "Whole"
    names = [one.tag for one in found.parameters]
    assert len([name for name in names if "temperature" in name]) == 1
    assert len(names) == len(PATHS) + 3
