from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer

from tests import corpus, effort, hostile_logs, loaders, logdirs
from tests.serving import DataServer, remote_tensorboard

ROOT = Path(__file__).parents[1]

effort.register()


@pytest.fixture(scope="session")
def demo_logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs of the demo: healthy, learning rate too high, dead units."""
    logdir = tmp_path_factory.mktemp("demo")
    run("-m", "tb_layerweights.demo", "--no-serve", "--logdir", logdir)
    return logdir


@pytest.fixture(scope="session")
def keras_logdir_without_histograms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tutorial as it is: `histogram_freq` is 0, no weights are logged."""
    logdir = tmp_path_factory.mktemp("keras-without-histograms")
    run("examples/keras_tutorial.py", "--logdir", logdir)
    return logdir


@pytest.fixture(scope="session")
def keras_logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tutorial with `histogram_freq=1`."""
    logdir = tmp_path_factory.mktemp("keras")
    run("examples/keras_tutorial.py", "--histogram-freq", "1", "--logdir", logdir)
    return logdir


@pytest.fixture(scope="session")
def torch_logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights and gradients of a small convolutional network over ten epochs."""
    logdir = tmp_path_factory.mktemp("torch")
    run("examples/pytorch.py", "--logdir", logdir)
    return logdir


def run(*command: str | Path) -> None:
    """Runs Python in a process of its own: TensorFlow and torch stay out of this one."""
    quiet = {"CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **quiet},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr


def trained_by(module: str, factory: pytest.TempPathFactory) -> Path:
    """Runs the trainings of a module of tests, and returns where they left their logs."""
    folder = factory.mktemp(module.rpartition(".")[2])
    run("-m", module, folder)
    return folder


def arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Returns what a training kept of its arrays."""
    with np.load(path) as kept:
        return {name: kept[name] for name in kept.files}


def load(logdir: Path) -> EventMultiplexer:
    """Reads every step, as TensorBoard's Python loader reads a sample of them."""
    multiplexer = EventMultiplexer(tensor_size_guidance={"histograms": 0})
    return multiplexer.AddRunsFromDirectory(str(logdir)).Reload()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind of log, the hostile ones included: see `logdirs.write_world`."""
    logdir = tmp_path_factory.mktemp("world")
    logdirs.write_world(logdir)
    return logdir


@pytest.fixture(scope="session")
def python_loaded(world: Path) -> loaders.Loaded:
    """The world as `tensorboard --load_fast=false` sees it."""
    return loaders.load_python(world)


@pytest.fixture(scope="session")
def rust_loaded(world: Path) -> Iterator[loaders.Loaded]:
    """The world as TensorBoard's data server sees it."""
    with loaders.load_rust(world) as loaded:
        yield loaded


@pytest.fixture(params=["python", "rust"])
def loaded(request: pytest.FixtureRequest) -> loaders.Loaded:
    """The world with either loader."""
    found: loaders.Loaded = request.getfixturevalue(f"{request.param}_loaded")
    return found


@pytest.fixture(scope="session")
def corpus_logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Odd steps, times, types, shapes and names: see `corpus.write_corpus`."""
    logdir = tmp_path_factory.mktemp("corpus")
    corpus.write_corpus(logdir)
    return logdir


@pytest.fixture(scope="session")
def python_corpus(corpus_logdir: Path) -> loaders.Loaded:
    return loaders.load_python(corpus_logdir)


@pytest.fixture(scope="session")
def rust_corpus(corpus_logdir: Path) -> Iterator[loaders.Loaded]:
    with loaders.load_rust(corpus_logdir) as loaded:
        yield loaded


@pytest.fixture(scope="session")
def hostile_logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run for everything that can be wrong with a log: see `hostile_logs`."""
    logdir = tmp_path_factory.mktemp("hostile")
    hostile_logs.write_everything(logdir)
    return logdir


@pytest.fixture
def no_complaint(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Expects silence of TensorBoard's validator of headers, and of ours about failed answers."""
    yield
    said = [record.getMessage() for record in caplog.get_records("call")]
    # What the validator warns of will be an error in version 3.
    assert [one for one in said if "In 3.0" in one or "could not answer" in one] == []


@pytest.fixture(params=["python", "rust"])
def loading(request: pytest.FixtureRequest) -> Iterator[Callable[..., loaders.Loaded]]:
    """What loads a log directory of a test's own, and of so many runs, with either loader."""
    with contextlib.ExitStack() as servers:

        def loaded(logdir: Path, runs: int | None = None) -> loaders.Loaded:
            if request.param == "python":
                return loaders.load_python(logdir)
            return servers.enter_context(loaders.load_rust(logdir, runs))

        yield loaded


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[tuple[str, DataServer]]:
    """The address of a TensorBoard over a training in Keras, and the data server that it asks.

    The training is under `logs`, what TensorBoard prints in `output.txt`.
    """
    name = "sequential/{}/histogram".format
    logdirs.write_keras(tmp_path / "logs" / "keras" / "train", name)
    with remote_tensorboard(tmp_path / "logs", tmp_path) as found:
        yield found
