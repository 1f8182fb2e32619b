"""What a training would log of its parameters, without training: the events of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.compat.proto.types_pb2 import DT_DOUBLE
from tensorboard.plugins.histogram.metadata import create_summary_metadata

from benchmarks.shapes import Parameter

STARTED = 1_760_000_000.0

# Weights that move by half a percent of their spread in a step: one in twenty changes its bucket.
STAYING = 0.95

# torch's default bucket limits: 1e-12 * 1.1^k below 1e20, mirrored, and zero.
_POSITIVE = 1e-12 * 1.1 ** np.arange(774)
LIMITS = np.concatenate([-_POSITIVE[::-1], [0.0], _POSITIVE])

# tf.summary's 30 buckets of equal width, here from -4 to 4 standard deviations.
EQUAL = np.linspace(-4, 4, 31)


def torch_events(parameters: Sequence[Parameter], steps: int, seed: int) -> Iterator[Event]:
    """Yields what PyTorch's `add_histogram` writes, step by step, in network order."""
    rng = np.random.default_rng(seed)
    courses = []
    for one in parameters:
        means, spreads = _drift(one, steps, rng)
        ends = ndtr((LIMITS - means[:, None]) / spreads[:, None])
        counts = _counts(one.size * np.diff(ends, prepend=0.0), rng)
        courses.append((one.name, counts, means, spreads))

    def value(index: int, step: int) -> Summary.Value:
        name, counts, means, spreads = courses[index]
        histogram = _torch_proto(counts[step], float(means[step]), float(spreads[step]))
        return Summary.Value(tag=name, histo=histogram)

    yield from _events(len(courses), steps, value)


def keras_events(parameters: Sequence[Parameter], steps: int, seed: int) -> Iterator[Event]:
    """Yields what `tf.summary.histogram` writes: 30 buckets between the outermost values."""
    rng = np.random.default_rng(seed)
    shares = np.diff(ndtr(EQUAL))
    courses = []
    for one in parameters:
        means, spreads = _drift(one, steps, rng)
        counts = _counts(np.tile(one.size * shares, (steps, 1)), rng)
        counts[:, [0, -1]] = np.maximum(counts[:, [0, -1]], 1)
        courses.append((one.name, counts, means, spreads))
    shape = TensorShapeProto(dim=[{"size": len(shares)}, {"size": 3}])

    def value(index: int, step: int) -> Summary.Value:
        name, counts, means, spreads = courses[index]
        edges = means[step] + spreads[step] * EQUAL
        rows = np.stack((edges[:-1], edges[1:], counts[step]), axis=1)
        tensor = TensorProto(dtype=DT_DOUBLE, tensor_shape=shape, tensor_content=rows.tobytes())
        return Summary.Value(tag=name, tensor=tensor, metadata=create_summary_metadata(name, ""))

    yield from _events(len(courses), steps, value)


def _events(
    parameters: int, steps: int, value: Callable[[int, int], Summary.Value]
) -> Iterator[Event]:
    yield Event(wall_time=STARTED, file_version="brain.Event:2")
    wall_time = STARTED
    for step in range(steps):
        for index in range(parameters):
            wall_time += 0.01
            summary = Summary(value=[value(index, step)])
            yield Event(wall_time=wall_time, step=step, summary=summary)


def _drift(
    parameter: Parameter, steps: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Returns the means and spreads [step] of weights that slowly widen."""
    widening = 0.5 * np.sqrt(np.arange(steps) / steps) * rng.uniform(0.2, 1)
    means = parameter.mean + np.cumsum(rng.normal(0, 0.005 * parameter.spread, steps))
    return means, parameter.spread * (1 + widening)


def _counts(expected: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int32]:
    """Returns counts [step, bucket] around the expected ones, few of which change in a step."""
    noise = rng.normal(size=expected.shape)
    for step in range(1, len(noise)):
        noise[step] = STAYING * noise[step - 1] + np.sqrt(1 - STAYING**2) * noise[step]
    return np.maximum(np.round(expected + np.sqrt(expected) * noise), 0).astype(np.int32)


def _torch_proto(counts: NDArray[np.int32], mean: float, spread: float) -> HistogramProto:
    """Returns a histogram as torch writes it: trimmed, with one empty bucket on the left."""
    held = np.flatnonzero(counts)
    first, last = max(held[0] - 1, 0), held[-1]
    number = float(counts.sum(dtype=np.int64))
    return HistogramProto(
        min=LIMITS[held[0] - 1],
        max=LIMITS[last],
        num=number,
        sum=number * mean,
        sum_squares=number * (mean**2 + spread**2),
        bucket_limit=LIMITS[first : last + 1].tolist(),
        bucket=counts[first : last + 1].tolist(),
    )
