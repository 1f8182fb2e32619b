"""Trains small Keras models with the recorder, and keeps their true weights beside the logs.

python -m tests.keras_trainings FOLDER
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import keras
import numpy as np
from sklearn.datasets import load_digits

from tb_layerweights.record.keras import LayerWeights

EVERY = 7


class Truth(keras.callbacks.Callback):
    """Keeps every weight after every batch, and before the first one."""

    def __init__(self) -> None:
        super().__init__()
        self.weights: dict[str, Any] = {}
        self.step = 0

    def on_train_begin(self, logs: Any = None) -> None:
        self._keep()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.step += 1
        self._keep()

    def _keep(self) -> None:
        for weight in self.model.weights:
            array = keras.ops.convert_to_numpy(weight)
            self.weights[f"{weight.path}@{self.step}"] = np.array(array)


def digits() -> tuple[Any, Any]:
    images, labels = load_digits(return_X_y=True)
    return (images / 16)[:640], labels[:640]


def dense(*, classes: int = 10) -> Any:
    return keras.Sequential(
        [
            keras.layers.Input((64,)),
            keras.layers.Dense(32, activation="relu", name="first"),
            keras.layers.BatchNormalization(name="norm"),
            keras.layers.Dense(classes, activation="softmax", name="last"),
        ],
        name="net",
    )


def fit(model: Any, *callbacks: Any, optimizer: Any = "adam", **options: Any) -> None:
    model.compile(optimizer, "sparse_categorical_crossentropy", **options)
    x, y = digits()
    model.fit(x, y, epochs=2, batch_size=64, verbose=0, callbacks=list(callbacks))


def batches(folder: Path) -> None:
    truth = Truth()
    beside = keras.callbacks.TensorBoard(folder / "batches")
    # The one that shares the other's file must find it wherever it stands.
    fit(dense(), LayerWeights(folder / "batches", EVERY, updates=True, strict=True), truth, beside)
    np.savez(folder / "truth.npz", **truth.weights)


def epochs(folder: Path) -> None:
    recorder = LayerWeights(folder / "epochs", exclude="norm", strict=True)
    fit(dense(), recorder)
    assert recorder.report().records == 3


def executions(folder: Path) -> None:
    # This one lets TensorFlow record every third batch only.
    beside = keras.callbacks.TensorBoard(folder / "executions", update_freq=3)
    recorder = LayerWeights(folder / "executions", EVERY, strict=True)
    fit(dense(), beside, recorder, steps_per_execution=4)


def explode(folder: Path) -> None:
    optimizer = keras.optimizers.SGD(1e30)
    fit(dense(), LayerWeights(folder / "explode", 1, strict=True), optimizer=optimizer)


def nested(folder: Path) -> None:
    class Whole(keras.Model):
        def __init__(self) -> None:
            super().__init__(name="whole")
            self.inner = dense(classes=16)
            self.out = keras.layers.Dense(10, activation="softmax", name="out")
            self.temperature = self.add_weight(name="temperature", initializer="ones")

        def call(self, inputs: Any) -> Any:
            return self.out(self.inner(inputs) * self.temperature)

    fit(Whole(), LayerWeights(folder / "nested", strict=True))


def both(folder: Path) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        beside = keras.callbacks.TensorBoard(folder / "both", histogram_freq=1)
        fit(dense(), beside, LayerWeights(folder / "both"))
    assert [one for one in caught if "histogram_freq=0" in str(one.message)]


def refused(folder: Path) -> None:
    for every in (0, -1, 1.5, "batch", True, None):
        try:
            LayerWeights(folder / "refused", every)
        except ValueError:
            continue
        raise AssertionError(every)


if __name__ == "__main__":
    keras.utils.set_random_seed(0)
    trainings = [batches, epochs, explode, nested, both, refused]
    if keras.backend.backend() != "torch":
        trainings.append(executions)
    for training in trainings:
        training(Path(sys.argv[1]))
