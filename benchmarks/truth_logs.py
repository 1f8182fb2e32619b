"""Logs samples of known distributions with one writer: `python -m benchmarks.truth_logs`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.distributions import DISTRIBUTIONS, NORMAL, WITH_OUTLIER, Distribution

SIZE = 100_000
OUTLIER_TAG = "outlier"
# The distribution of every step of every tag.
SERIES: dict[str, tuple[Distribution, ...]] = {
    **{f"tag{index}": (one,) for index, one in enumerate(DISTRIBUTIONS)},
    OUTLIER_TAG: (NORMAL, WITH_OUTLIER, NORMAL),
}


def sample(tag: str, step: int) -> NDArray[np.float32]:
    return SERIES[tag][step].sample(SIZE, seed=step)


def samples() -> Iterator[tuple[str, int, NDArray[np.float32]]]:
    for tag, steps in SERIES.items():
        for step in range(len(steps)):
            yield tag, step, sample(tag, step)


def tensorflow(directory: Path) -> None:
    import tensorflow as tf

    with tf.summary.create_file_writer(str(directory)).as_default():
        for tag, step, values in samples():
            tf.summary.histogram(tag, values, step=step)


def torch(directory: Path) -> None:
    from torch.utils.tensorboard import SummaryWriter

    _summary_writer(SummaryWriter(str(directory)))


def tensorboardx(directory: Path) -> None:
    from tensorboardX import SummaryWriter

    _summary_writer(SummaryWriter(str(directory)))


def _summary_writer(writer: Any) -> None:
    for tag, step, values in samples():
        writer.add_histogram(tag, values, step)
    writer.close()


def demo(directory: Path) -> None:
    """As `tb_layerweights.demo` logs: TensorBoard's own writer, 60 buckets."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.plugins.histogram.summary_v2 import histogram_pb
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    writer = EventFileWriter(str(directory))
    for tag, step, values in samples():
        summary = histogram_pb(tag, values, buckets=60)
        writer.add_event(Event(wall_time=time.time(), step=step, summary=summary))
    writer.close()


WRITERS: dict[str, Callable[[Path], None]] = {
    "tf.summary": tensorflow,
    "torch": torch,
    "tensorboardX": tensorboardx,
    "demo": demo,
}

if __name__ == "__main__":
    WRITERS[sys.argv[1]](Path(sys.argv[2]))
