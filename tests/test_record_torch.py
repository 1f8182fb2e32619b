from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tensorboard.util.tensor_util import make_ndarray

from tb_layerweights.record.count import tally
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

Arrays = dict[str, NDArray[Any]]

STEPS = [0, 4, 8]
LAST = 10
PARAMETERS = ["first.weight", "first.bias", "norm.weight", "norm.bias", "last.weight", "last.bias"]
STATISTICS = ["norm.running_mean", "norm.running_var", "scale"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained_by("tests.torch_trainings", tmp_path_factory)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained_by("tests.torch_settings", tmp_path_factory)


@pytest.fixture(scope="module")
def ranks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained_by("tests.torch_ranks", tmp_path_factory)


@pytest.fixture(scope="module")
def truth(trained: Path) -> Arrays:
    return arrays(trained / "truth.npz")


def tags(logdir: Path) -> list[str]:
    return list(load(logdir).PluginRunToTagToContent("histograms")["."])


def exact(logdir: Path, tag: str) -> dict[int, Exact]:
    found = {}
    for one in load(logdir).Tensors(".", exact_tag(tag)):
        numbers = read_moments(make_ndarray(one.tensor_proto))
        assert numbers is not None
        found[one.step] = numbers
    return found


def outline(logdir: Path) -> Outline:
    *_, last = load(logdir).Tensors(".", OUTLINE_TAG)
    found = read_outline(make_ndarray(last.tensor_proto))
    assert found is not None
    return found


def check(exact: Exact, array: NDArray[Any], rel: float = 1e-9) -> None:
    moments, true = exact.moments, tally(array.astype(np.float64)).moments
    assert (moments.count, moments.zeros) == (true.count, true.zeros)
    for name in ("min", "max", "mean", "std"):
        wanted = pytest.approx(getattr(true, name), rel=rel, abs=1e-12)
        assert getattr(moments, name) == wanted, name


@pytest.mark.parametrize("name", PARAMETERS + STATISTICS)
def test_weights_and_buffers_are_those_before_the_step_and_the_last_ones(
    trained: Path, truth: Arrays, name: str
) -> None:
    found = exact(trained / "plain", name)
    assert list(found) == [*STEPS, LAST]
    for step, numbers in found.items():
        check(numbers, truth[f"{name}@{step}"])


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("prefix", ["gradients/", "updates/"])
def test_gradients_and_updates_are_those_of_the_step_after_clipping(
    trained: Path, truth: Arrays, prefix: str, name: str
) -> None:
    found = exact(trained / "plain", prefix + name)
    assert list(found) == STEPS
    for step, numbers in found.items():
        check(numbers, truth[f"{prefix}{name}@{step}"])


@pytest.mark.parametrize("name", ["first", "last"])
def test_activations_are_those_of_the_step(trained: Path, truth: Arrays, name: str) -> None:
    tag = f"activations/{name}.output"
    found = exact(trained / "plain", tag)
    assert list(found) == STEPS
    for step, numbers in found.items():
        check(numbers, truth[f"{tag}@{step}"])


def test_the_outline_says_what_the_model_knows(trained: Path) -> None:
    found = outline(trained / "plain")
    assert (found.model, found.framework) == ("Digits", "torch")
    by_tag = {one.tag: one for one in found.parameters}
    weight = by_tag["first.weight"]
    assert (weight.layer, weight.role, weight.kind) == ("first", "weight", "Linear")
    assert (weight.shape, weight.dtype, weight.trainable) == ((96, 64), "float32", True)
    assert all(by_tag[name].role == "statistic" for name in STATISTICS)
    assert by_tag["activations/first.output"].layer == "first"
    assert not any("num_batches" in tag for tag in by_tag)
    assert {one.step for one in load(trained / "plain").Tensors(".", OUTLINE_TAG)} == {0}


def test_tied_weights_are_recorded_once_and_said_to_be_tied(trained: Path) -> None:
    found = tags(trained / "tied")
    assert "encoder.weight" in found
    assert not [tag for tag in found if "decoder.weight" in tag or "updates" in tag]
    by_tag = {one.tag: one for one in outline(trained / "tied").parameters}
    assert by_tag["decoder.weight"].tied == "encoder.weight"


def test_names_kinds_and_steps_can_be_chosen(trained: Path) -> None:
    names = ["first.weight", "first.bias", "last.weight", "last.bias"]
    assert tags(trained / "chosen") == [*names, *(f"updates/{name}" for name in names)]
    assert list(exact(trained / "chosen", names[0])) == [6, 9, 12, 15, 16]
    assert not (trained / "refused").exists()


def test_removing_ends_the_recording_and_lets_the_model_go(trained: Path) -> None:
    assert list(exact(trained / "removed", "first.weight")) == [0, 1, 2]
    assert list(exact(trained / "removed", "activations/first.output")) == [0, 1]


def test_a_model_that_goes_away_ends_its_recording(trained: Path) -> None:
    assert list(exact(trained / "forgotten", "first.weight")) == [0, 1]


def test_with_a_summary_writer_there_is_one_file_with_the_data_of_both(trained: Path) -> None:
    assert len(list((trained / "shared").iterdir())) == 1
    assert list(exact(trained / "shared", "first.weight")) == [*STEPS, LAST]
    assert [one.step for one in load(trained / "shared").Tensors(".", "loss")] == [3]


def test_a_run_that_explodes_is_recorded_to_its_end(trained: Path) -> None:
    found = exact(trained / "explode", "first.weight")
    assert list(found) == list(range(LAST + 1))
    assert all(numbers.moments.size == 96 * 64 for numbers in found.values())
    assert found[0].moments.count == 96 * 64
    assert found[LAST].moments.nan > 0
    for tag in ("gradients/last.weight", "updates/last.weight", "activations/last.output"):
        *_, last = exact(trained / "explode", tag).values()
        assert last.moments.nan > last.moments.count, tag


@pytest.mark.parametrize("kind", ["scaled", "fused"])
def test_scaled_gradients_are_recorded_without_their_scale_which_is_said(
    settings: Path, kind: str
) -> None:
    for name, gradient in arrays(settings / "unscaled.npz").items():
        found = exact(settings / kind, f"gradients/{name}")
        assert [numbers.scale for numbers in found.values()] == [1024.0, 1024.0]
        check(found[0], gradient, rel=1e-4)
        assert exact(settings / kind, name)[0].scale == 1.0


def test_half_precision_is_recorded_as_it_is(settings: Path) -> None:
    first = exact(settings / "autocast", "activations/first.output")
    assert [numbers.moments.count for numbers in first.values()] == [64 * 96, 64 * 96]
    assert list(exact(settings / "autocast", "gradients/first.weight")) == [0, 1]
    by_tag = {one.tag: one for one in outline(settings / "bfloat16").parameters}
    assert by_tag["first.weight"].dtype == "bfloat16"
    for tag in ("first.weight", "gradients/first.weight", "updates/first.weight"):
        assert exact(settings / "bfloat16", tag)[0].moments.count == 96 * 64


def test_a_compiled_model_is_recorded_under_the_names_of_its_own(settings: Path) -> None:
    found = tags(settings / "compiled")
    assert not [tag for tag in found if "_orig_mod" in tag]
    assert list(exact(settings / "compiled", "first.weight")) == [*STEPS, LAST]
    activations = exact(settings / "compiled", "activations/first.output")
    assert [numbers.moments.count for numbers in activations.values()] == 3 * [64 * 96]


def test_a_step_that_is_compiled_is_recorded_like_any_other(settings: Path) -> None:
    for tag in ("first.weight", "gradients/first.weight", "updates/first.weight"):
        found = exact(settings / "compiled_step", tag)
        assert list(found)[:3] == [0, 1, 2]
        assert all(numbers.moments.size == 96 * 64 for numbers in found.values())


def test_processes_that_load_data_neither_write_nor_hang(settings: Path) -> None:
    assert len(list((settings / "loaded").iterdir())) == 1
    assert list(exact(settings / "loaded", "first.weight")) == [0, 4, 8]


def test_a_forked_process_records_nothing_and_one_that_lost_its_writer_goes_on(
    settings: Path,
) -> None:
    assert list(exact(settings / "forked", "first.weight")) == [0, 1, 2]
    assert list(exact(settings / "closed", "first.weight")) == [0, 1]


def test_activations_that_are_computed_again_count_once(settings: Path) -> None:
    found = exact(settings / "recomputed", "activations/encoder.output")
    assert [numbers.moments.count for numbers in found.values()] == [64 * 64]


def test_every_optimizer_has_steps_of_its_own_and_another_goes_on(settings: Path) -> None:
    assert list(exact(settings / "several", "last.weight")) == [0, 1, 2, 3, 4, 5, 6]
    assert list(exact(settings / "several", "gradients/first.weight")) == [0, 1, 4, 5]


@pytest.mark.parametrize("kind", ["parallel", "sharded"])
def test_two_processes_record_what_both_have(ranks: Path, kind: str) -> None:
    both = [arrays(ranks / f"{kind}-{rank}.npz") for rank in range(2)]
    assert len(list((ranks / kind).iterdir())) == 1
    for prefix in ("", "gradients/", "updates/"):
        for name in PARAMETERS:
            found = exact(ranks / kind, prefix + name)
            assert list(found) == [0, 1, 2] if prefix else [0, 1, 2, 3]
            for step, numbers in found.items():
                check(numbers, both[0][f"{prefix}{name}@{step}"])
    found = exact(ranks / kind, "activations/first.output")
    assert list(found) == [0, 1, 2]
    for step, numbers in found.items():
        check(numbers, np.stack([one[f"activations/first.output@{step}"] for one in both]))
    said = {one.tag: one for one in outline(ranks / kind).parameters}["first.weight"]
    assert (said.shape, said.kind) == ((96, 64), "Linear")


def test_shards_of_different_sizes_are_one_tensor(ranks: Path) -> None:
    weights = exact(ranks / "by_hand", "weight")
    whole = np.arange(40.0)
    check(weights[0], whole)
    check(weights[1], whole - 1)
    check(exact(ranks / "by_hand", "updates/weight")[0], np.full(40, -1.0))


def test_both_loaders_and_the_tab_read_it(loading: Callable[[Path], Loaded], trained: Path) -> None:
    loaded = loading(trained / "plain")
    found = loaded.get("outline", run=".").get_json()
    roles: dict[str, set[str]] = {}
    for layer in found["layers"]:
        roles[layer["layer"]] = {one["role"] for one in layer["parameters"]}
    assert {"weight", "gradient", "update", "activation"} <= roles["first"]
    densities = loaded.get("densities", run=".", format="json").get_json()
    assert densities["unreadable"] == []
    # Ten biases have no more than ten buckets; nothing else is said.
    assert {notice["code"] for notice in densities["notices"]} <= {"coarse_buckets"}
    assert len(densities["series"]) == len(tags(trained / "plain"))
