from __future__ import annotations

import subprocess
import sys
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from tb_layerweights import demo
from tests.conftest import load

HEALTHY, TOO_FAST, DEAD = demo.RECIPES


@pytest.fixture(scope="module")
def records() -> dict[str, list[demo.Record]]:
    return {recipe.run: list(islice(demo.train(recipe), 48)) for recipe in demo.RECIPES}


def test_the_gradients_are_those_of_the_loss() -> None:
    images, labels = demo.digits()
    images, labels = images[:32], labels[:32]
    parameters = demo.initial_parameters(np.random.default_rng(1), dead_share=0.0)
    received, probabilities = demo.forward(parameters, images)
    gradients = demo.backward(parameters, received, probabilities, labels)
    for name, gradient in gradients.items():
        index = np.unravel_index(np.abs(gradient).argmax(), gradient.shape)
        losses = []
        for change in (-1e-5, 1e-5):
            moved = {**parameters, name: parameters[name].copy()}
            moved[name][index] += change
            losses.append(demo.evaluate(moved, images, labels)[0])
        assert gradient[index] == pytest.approx((losses[1] - losses[0]) / 2e-5, rel=1e-4), name


def test_the_healthy_network_learns_the_digits(records: dict[str, list[demo.Record]]) -> None:
    first, *_, last = records[HEALTHY.run]
    assert first.step == 0
    assert first.accuracy < 0.3
    assert last.accuracy > 0.95


def test_too_high_a_learning_rate_spreads_the_weights(
    records: dict[str, list[demo.Record]],
) -> None:
    kernel = "dense/kernel"
    healthy, sick = (records[recipe.run][-1].parameters[kernel] for recipe in (HEALTHY, TOO_FAST))
    assert np.abs(sick).max() > 4 * np.abs(healthy).max()


def test_updates_lead_from_one_step_to_the_next() -> None:
    every = demo.RECORD_EVERY
    records = list(islice(demo.train(HEALTHY), 2))
    for name, update in records[0].updates.items():
        assert np.abs(update).max() < 2e-3
        moved = np.abs(records[1].parameters[name] - records[0].parameters[name]).max()
        assert 0 < moved <= 2 * every * np.abs(update).max()


def test_dead_units_never_move_and_have_no_gradient(
    records: dict[str, list[demo.Record]],
) -> None:
    first, *_, last = records[DEAD.run]
    dead = first.parameters["dense/bias"] < -1
    assert dead.mean() > 0.8
    np.testing.assert_array_equal(
        first.parameters["dense/kernel"][:, dead], last.parameters["dense/kernel"][:, dead]
    )
    assert not last.gradients["dense/kernel"][:, dead].any()
    assert last.gradients["dense/kernel"][:, ~dead].any()


def test_every_training_is_the_same_each_time() -> None:
    for one, other in zip(
        islice(demo.train(TOO_FAST), 5), islice(demo.train(TOO_FAST), 5), strict=True
    ):
        assert one.loss == other.loss
        np.testing.assert_array_equal(one.gradients["dense/bias"], other.gradients["dense/bias"])


def test_the_logs_are_standard_histograms_of_weights_gradients_and_updates(
    demo_logdir: Path,
) -> None:
    multiplexer = load(demo_logdir)
    assert set(multiplexer.Runs()) == {recipe.run for recipe in demo.RECIPES}
    tags = multiplexer.PluginRunToTagToContent("histograms")[HEALTHY.run]
    weights = [tag for tag in tags if tag.startswith("sequential/")]
    assert weights == [
        f"sequential/{layer}/{parameter}"
        for layer in ("dense", "dense_1", "dense_2")
        for parameter in ("kernel", "bias")
    ]
    others = (f"{role}/{tag}" for role in ("gradients", "updates") for tag in weights)
    assert set(tags) == {*weights, *others}
    steps = [event.step for event in multiplexer.Tensors(HEALTHY.run, weights[0])]
    assert steps == list(range(0, demo.RECORDS * demo.RECORD_EVERY, demo.RECORD_EVERY))


def test_a_log_directory_with_the_demos_runs_is_shown_as_it_is(demo_logdir: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in demo_logdir.rglob("*")}
    done = subprocess.run(
        [sys.executable, "-m", "tb_layerweights.demo", "--no-serve", "--logdir", demo_logdir],
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"Showing the runs in {demo_logdir}" in done.stdout
    assert {path: path.stat().st_mtime_ns for path in demo_logdir.rglob("*")} == before
