"""Writes what a PyTorch training of ResNet-50 would log, without training it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from scipy.special import ndtr
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary

RUNS = ("run-1", "run-2")
STEPS = 100
BLOCKS = ((3, 64, 256), (4, 128, 512), (6, 256, 1024), (3, 512, 2048))
STARTED = 1_760_000_000.0

# Weights that move by half a percent of their spread in a step: one in twenty changes its bucket.
STAYING = 0.95

# torch's default bucket limits: 1e-12 * 1.1^k below 1e20, mirrored, and zero.
_POSITIVE = 1e-12 * 1.1 ** np.arange(774)
LIMITS = np.concatenate([-_POSITIVE[::-1], [0.0], _POSITIVE])


def write(logdir: Path) -> None:
    """Writes both runs; `logdir` is there only once they are complete."""
    unfinished = logdir.with_suffix(".unfinished")
    for seed, run in enumerate(RUNS):
        (unfinished / run).mkdir(parents=True, exist_ok=True)
        path = unfinished / run / "events.out.tfevents.1760000000.benchmark"
        with tf.io.TFRecordWriter(str(path)) as writer:
            writer.write(Event(wall_time=STARTED, file_version="brain.Event:2").SerializeToString())
            for event in events(np.random.default_rng(seed)):
                writer.write(event.SerializeToString())
    unfinished.rename(logdir)


class Parameter(NamedTuple):
    """What one tensor holds before the training: normally distributed numbers."""

    name: str
    size: int
    mean: float
    spread: float


def parameters() -> Iterator[Parameter]:
    """Yields the 161 parameters in network order."""
    yield from convolution("conv1", "bn1", 3, 64, 7)
    inputs = 64
    for layer, (blocks, width, outputs) in enumerate(BLOCKS, start=1):
        for block in range(blocks):
            prefix = f"layer{layer}.{block}."
            yield from convolution(f"{prefix}conv1", f"{prefix}bn1", inputs, width, 1)
            yield from convolution(f"{prefix}conv2", f"{prefix}bn2", width, width, 3)
            yield from convolution(f"{prefix}conv3", f"{prefix}bn3", width, outputs, 1)
            if block == 0:
                down = f"{prefix}downsample"
                yield from convolution(f"{down}.0", f"{down}.1", inputs, outputs, 1)
            inputs = outputs
    yield Parameter("fc.weight", 2048 * 1000, 0.0, 2048**-0.5)
    yield Parameter("fc.bias", 1000, 0.0, 2048**-0.5)


def convolution(name: str, norm: str, inputs: int, outputs: int, side: int) -> Iterator[Parameter]:
    size = outputs * side**2
    yield Parameter(f"{name}.weight", inputs * size, 0.0, (2 / size) ** 0.5)
    yield Parameter(f"{norm}.weight", outputs, 1.0, 0.1)
    yield Parameter(f"{norm}.bias", outputs, 0.0, 0.1)


def events(rng: np.random.Generator) -> Iterator[Event]:
    """Yields every histogram, step by step and within a step in network order."""
    series = [(parameter.name, *drift(parameter, rng)) for parameter in parameters()]
    wall_time = STARTED
    for step in range(STEPS):
        for name, counts, means, spreads in series:
            wall_time += 0.01
            histogram = proto(counts[step], means[step], spreads[step])
            value = Summary.Value(tag=name, histo=histogram)
            yield Event(wall_time=wall_time, step=step, summary=Summary(value=[value]))


def drift(
    parameter: Parameter, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Returns counts [step, limit], means and spreads of weights that slowly widen."""
    _, size, mean, spread = parameter
    spreads = spread * (1 + 0.5 * np.sqrt(np.arange(STEPS) / STEPS) * rng.uniform(0.2, 1))
    means = mean + np.cumsum(rng.normal(0, 0.005 * spread, STEPS))
    shares = np.diff(ndtr((LIMITS - means[:, None]) / spreads[:, None]), prepend=0.0)
    expected = size * shares
    noise = rng.normal(size=expected.shape)
    for step in range(1, STEPS):
        noise[step] = STAYING * noise[step - 1] + np.sqrt(1 - STAYING**2) * noise[step]
    counts = np.round(expected + np.sqrt(expected) * noise)
    return np.maximum(counts, 0), means, spreads


def proto(counts: NDArray[np.float64], mean: float, spread: float) -> HistogramProto:
    """Returns a histogram as torch writes it: trimmed, with one empty bucket on the left."""
    held = np.flatnonzero(counts)
    first, last = max(held[0] - 1, 0), held[-1]
    number = counts.sum()
    return HistogramProto(
        min=LIMITS[held[0] - 1],
        max=LIMITS[last],
        num=number,
        sum=number * mean,
        sum_squares=number * (mean**2 + spread**2),
        bucket_limit=LIMITS[first : last + 1].tolist(),
        bucket=counts[first : last + 1].tolist(),
    )
