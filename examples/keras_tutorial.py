"""The beginner's network of the Keras tutorials, on scikit-learn's handwritten digits.

    python examples/keras_tutorial.py --record
    tensorboard --logdir logs/keras

As the tutorials have it, with `histogram_freq` left at 0, Keras logs no weights at all.
"""

from __future__ import annotations

import argparse

import tensorflow as tf
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from tb_layerweights.record.keras import LayerWeights

parser = argparse.ArgumentParser()
parser.add_argument("--logdir", default="logs/keras")
parser.add_argument("--histogram-freq", type=int, default=0, help="log the weights every N epochs")
parser.add_argument(
    "--record", action="store_true", help="record weights and updates from the first step on"
)
options = parser.parse_args()

tf.keras.utils.set_random_seed(0)
images, labels = load_digits(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(images / 16, labels, random_state=0)

model = tf.keras.models.Sequential(
    [
        tf.keras.layers.Input(shape=(64,)),
        tf.keras.layers.Dense(64, activation="relu"),
        tf.keras.layers.Dense(64, activation="relu"),
        tf.keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

callbacks = [
    tf.keras.callbacks.TensorBoard(log_dir=options.logdir, histogram_freq=options.histogram_freq)
]
if options.record:
    callbacks.append(LayerWeights(options.logdir, every=10, updates=True))
model.fit(
    x_train, y_train, epochs=5, validation_data=(x_test, y_test), callbacks=callbacks, verbose=2
)
