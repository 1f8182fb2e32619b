"""Real trainings, recorded every 10 steps and not, each measured in a process of its own."""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

EVERY = 10


class Spent(NamedTuple):
    """Seconds of a training, and what was recorded in them."""

    parameters: int
    steps: int
    alone: float  # seconds of as many steps without recording
    recorded: float
    recording: float  # of those
    records: int
    histograms: int
    megabytes: float


def digits(size: int = 8) -> tuple[Any, Any]:
    """Returns handwritten digits as float32 images, [n, size, size], and their labels, [n]."""
    from sklearn.datasets import load_digits

    found = load_digits()
    images = (found.images / 16).astype(np.float32)
    larger = np.repeat(np.repeat(images, size // 8, axis=1), size // 8, axis=2)
    return larger, found.target.astype(np.int64)


def keras_digits(folder: str | None) -> tuple[int, int, Any]:
    """The tutorial's network, which batches of 32 train for 20 epochs."""
    import keras

    from tb_layerweights.record.keras import LayerWeights

    images, labels = digits()
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(64, activation="relu") for _ in range(2)]
    model = keras.Sequential(
        [keras.layers.Input((8, 8)), keras.layers.Flatten(), *layers, keras.layers.Dense(10)]
    )
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(images, labels, verbose=0)
    callbacks = [LayerWeights(folder, every=EVERY, strict=True)] if folder else []

    def train() -> Any:
        model.fit(images, labels, epochs=20, verbose=0, callbacks=callbacks)
        return callbacks[0].report() if callbacks else None

    return model.count_params(), 20 * -(-len(labels) // 32), train


def torch_digits(folder: str | None) -> tuple[int, int, Any]:
    """A convolutional network, which batches of 64 train; gradients and updates too."""
    import torch
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(32, 10),
    )
    return _torch(model, torch.optim.Adam(model.parameters()), folder, 8, 64, 500)


def torch_resnet50(folder: str | None) -> tuple[int, int, Any]:
    """A ResNet-50 on digits of 224 x 224 pixels, 32 at a time as on each device of the paper."""
    import torch

    from benchmarks.resnet import ResNet50

    model = ResNet50(classes=10)
    return _torch(model, torch.optim.SGD(model.parameters(), 0.01), folder, 224, 32, 20)


def _torch(
    model: Any, optimizer: Any, folder: str | None, size: int, batch: int, steps: int
) -> tuple[int, int, Any]:
    import torch

    from tb_layerweights.record.torch import watch

    images, labels = map(torch.from_numpy, digits(size))
    images = images.unsqueeze(1)
    cross_entropy = torch.nn.CrossEntropyLoss()
    generator = torch.Generator().manual_seed(0)

    def step() -> None:
        some = torch.randint(len(labels), (batch,), generator=generator)
        optimizer.zero_grad()
        cross_entropy(model(images[some]), labels[some]).backward()
        optimizer.step()

    for _ in range(3):
        step()

    def train() -> Any:
        with contextlib.ExitStack() as stack:
            watched = folder and stack.enter_context(watch(model, folder, every=EVERY, strict=True))
            for _ in range(steps):
                step()
        return watched.report() if watched else None

    return sum(one.numel() for one in model.parameters()), steps, train


TRAININGS: dict[str, Callable[[str | None], tuple[int, int, Any]]] = {
    "Keras, digits": keras_digits,
    "PyTorch, digits": torch_digits,
    "PyTorch, ResNet-50": torch_resnet50,
}


def measure(name: str) -> Spent:
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for where in (None, folder):
            parameters, steps, train = TRAININGS[name](where)
            began = time.perf_counter()
            report = train()
            seconds.append(time.perf_counter() - began)
    written = report.bytes / 1e6
    counts = (report.seconds, report.records, report.histograms, written)
    return Spent(parameters, steps, *seconds, *counts)


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
