"""Trains small networks, one healthy and two sick, and shows their weights in TensorBoard.

A multilayer perceptron in plain numpy learns scikit-learn's handwritten digits; its weights,
gradients and updates are recorded as those of any framework can be.

    python -m tb_layerweights.demo --logdir logs/demo
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tensorboard import program
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from tb_layerweights.record import Recorder

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
Parameters = dict[str, Array]

LAYERS = {"dense": (64, 64), "dense_1": (64, 64), "dense_2": (64, 10)}
BATCH = 64
RECORD_EVERY = 10
RECORDS = 48
LIVE_RECORDS = 120
LIVE_PAUSE_SECONDS = 1.0


@dataclass(frozen=True)
class Recipe:
    """How one run is trained; what is wrong with it is in its name."""

    run: str
    learning_rate: float = 1e-3
    dead_share: float = 0.0


RECIPES = (
    Recipe("healthy"),
    Recipe("learning-rate-too-high", learning_rate=0.1),
    Recipe("dead-units", dead_share=0.85),
)


def initial_parameters(rng: np.random.Generator, dead_share: float) -> Parameters:
    """Returns kernels after He et al. (2015), and a bias that silences a share of the units."""
    parameters = {}
    for layer, (inputs, outputs) in LAYERS.items():
        bias = np.zeros(outputs)
        if layer != "dense_2":
            # No digit brings these units above zero, and a silent unit has no gradient.
            bias[: round(dead_share * outputs)] = -3.0
        parameters[f"{layer}/kernel"] = rng.normal(0, np.sqrt(2 / inputs), (inputs, outputs))
        parameters[f"{layer}/bias"] = bias
    return parameters


def forward(parameters: Parameters, images: Array) -> tuple[list[Array], Array]:
    """Returns what each layer receives, and the probabilities of the ten digits."""
    received = [images]
    for layer in LAYERS:
        output = received[-1] @ parameters[f"{layer}/kernel"] + parameters[f"{layer}/bias"]
        received.append(np.maximum(output, 0))
    odds = np.exp(output - output.max(axis=1, keepdims=True))
    return received[:-1], odds / odds.sum(axis=1, keepdims=True)


def backward(
    parameters: Parameters, received: list[Array], probabilities: Array, labels: Labels
) -> Parameters:
    """Returns the gradient of the mean cross-entropy in every parameter."""
    error = probabilities - np.eye(10)[labels]
    error /= len(labels)
    gradients = {}
    for layer, inputs in reversed(list(zip(LAYERS, received, strict=True))):
        gradients[f"{layer}/kernel"] = inputs.T @ error
        gradients[f"{layer}/bias"] = error.sum(axis=0)
        error = (error @ parameters[f"{layer}/kernel"].T) * (inputs > 0)
    return gradients


@dataclass
class Adam:
    """The optimizer of Kingma and Ba (2015)."""

    learning_rate: float
    steps: int = 0
    first: Parameters = field(default_factory=dict)
    second: Parameters = field(default_factory=dict)

    def update(self, parameters: Parameters, gradients: Parameters) -> None:
        self.steps += 1
        for name, gradient in gradients.items():
            first = 0.9 * self.first.get(name, 0.0) + 0.1 * gradient
            second = 0.999 * self.second.get(name, 0.0) + 0.001 * gradient**2
            self.first[name], self.second[name] = first, second
            size = np.sqrt(second / (1 - 0.999**self.steps)) + 1e-7
            change = self.learning_rate * first / (1 - 0.9**self.steps) / size
            parameters[name] = parameters[name] - change


@dataclass(frozen=True)
class Record:
    """One moment of a training, before the step's update, and that update."""

    step: int
    loss: float
    accuracy: float
    parameters: Parameters
    gradients: Parameters
    updates: Parameters


def train(recipe: Recipe) -> Iterator[Record]:
    """Trains for ever, yielding a record now and then; the initial weights come first."""
    images, labels = digits()
    rng = np.random.default_rng(seed=0)
    parameters = initial_parameters(rng, recipe.dead_share)
    optimizer = Adam(recipe.learning_rate)
    step = 0
    while True:
        order = rng.permutation(len(labels))
        for batch in np.array_split(order, len(labels) // BATCH):
            received, probabilities = forward(parameters, images[batch])
            gradients = backward(parameters, received, probabilities, labels[batch])
            before = dict(parameters)
            optimizer.update(parameters, gradients)
            if step % RECORD_EVERY == 0:
                loss, accuracy = evaluate(before, images, labels)
                updates = {name: parameters[name] - before[name] for name in before}
                yield Record(step, loss, accuracy, before, gradients, updates)
            step += 1


def evaluate(parameters: Parameters, images: Array, labels: Labels) -> tuple[float, float]:
    _, probabilities = forward(parameters, images)
    likelihood = probabilities[np.arange(len(labels)), labels]
    loss = -np.log(np.maximum(likelihood, 1e-12)).mean()
    return float(loss), float((probabilities.argmax(axis=1) == labels).mean())


def digits() -> tuple[Array, Labels]:
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise SystemExit(
            "The demo needs scikit-learn: pip install 'tb-layerweights[demo]'"
        ) from None
    images, labels = load_digits(return_X_y=True)
    return images / 16, labels


class Run:
    """A training and the log it writes."""

    def __init__(self, logdir: Path, recipe: Recipe) -> None:
        self._training = train(recipe)
        self._writer = EventFileWriter(str(logdir / recipe.run))
        self._recorder = Recorder(self._writer)

    def advance(self, records: int) -> Record:
        """Trains on and logs so many records; returns the last one."""
        for _ in range(records):
            record = next(self._training)
            self._write(record)
        self._writer.flush()
        return record

    def _write(self, record: Record) -> None:
        self._add(record.step, scalar_pb("loss", record.loss))
        self._add(record.step, scalar_pb("accuracy", record.accuracy))
        recorded = {
            "weight": record.parameters,
            "gradient": record.gradients,
            "update": record.updates,
        }
        for role, arrays in recorded.items():
            named = {f"sequential/{name}": array for name, array in arrays.items()}
            self._recorder.record(named, record.step, role=role)

    def _add(self, step: int, summary: Summary) -> None:
        self._writer.add_event(Event(wall_time=time.time(), step=step, summary=summary))


def start_runs(logdir: Path) -> list[Run]:
    """Trains every recipe for a while and returns the runs, ready to go on."""
    runs = []
    for recipe in RECIPES:
        run = Run(logdir, recipe)
        last = run.advance(RECORDS)
        print(f"{recipe.run}: accuracy {last.accuracy:.0%} after {last.step} steps", flush=True)
        runs.append(run)
    return runs


def go_on(runs: list[Run]) -> None:
    for _ in range(LIVE_RECORDS):
        time.sleep(LIVE_PAUSE_SECONDS)
        for run in runs:
            run.advance(1)


def serve(logdir: Path, port: int | None) -> None:
    """Runs TensorBoard until interrupted, on a free port unless one is asked for."""
    tensorboard = program.TensorBoard()
    flags = [] if port is None else ["--port", str(port)]
    tensorboard.configure(("tensorboard", "--logdir", str(logdir), "--reload_interval=2", *flags))
    print(f"Layer Weights: {tensorboard.launch()}#layer_weights (Ctrl-C ends it)", flush=True)
    threading.Event().wait()


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tb_layerweights.demo", description=__doc__)
    parser.add_argument("--logdir", type=Path, default=Path("logs/demo"))
    parser.add_argument("--port", type=int, help="TensorBoard's port (default: a free one)")
    parser.add_argument("--live", action="store_true", help="go on training while the tab is open")
    parser.add_argument("--no-serve", action="store_true", help="only train and log")
    options = parser.parse_args(argv)
    runs: list[Run] = []
    if any((options.logdir / recipe.run).exists() for recipe in RECIPES):
        print(f"Showing the runs in {options.logdir}; delete it to train again.", flush=True)
    else:
        runs = start_runs(options.logdir)
    if options.live and runs:
        threading.Thread(target=go_on, args=(runs,), daemon=True).start()
    if not options.no_serve:
        with suppress(KeyboardInterrupt):
            serve(options.logdir, options.port)


if __name__ == "__main__":
    main()
