"""What writes a histogram of an array, each measured in a process of its own."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.processes import Processes

Array = NDArray[np.float32]
Work = Callable[[int], Any]

WARM_UP = 10_000
REPEATS, LONG = 5, 2.0


def bare(array: Array, folder: str) -> Work:
    return lambda step: array.min()


def numpy_histogram(array: Array, folder: str) -> Work:
    return lambda step: np.histogram(array, bins=30)


def counting(array: Array, folder: str) -> Work:
    from tb_layerweights.record.buckets import buckets
    from tb_layerweights.record.count import tally

    return lambda step: buckets(tally(array).cells)


def recorded(array: Array, folder: str) -> Work:
    from tb_layerweights.record import Recorder

    recorder = Recorder(folder, strict=True)
    return lambda step: recorder.record({"kernel": array}, step)


def torch_writer(array: Array, folder: str) -> Work:
    import torch
    from torch.utils.tensorboard import SummaryWriter

    writer, tensor = SummaryWriter(folder), torch.from_numpy(array)

    def work(step: int) -> None:
        writer.add_histogram("kernel", tensor, step)
        writer.flush()

    return work


def tensorboard_pb(array: Array, folder: str) -> Work:
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.plugins.histogram.summary_v2 import histogram_pb
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    writer = EventFileWriter(folder)

    def work(step: int) -> None:
        writer.add_event(Event(step=step, summary=histogram_pb("kernel", array)))
        writer.flush()

    return work


def tensorflow(array: Array, folder: str) -> Work:
    import tensorflow as tf

    writer, tensor = tf.summary.create_file_writer(folder), tf.constant(array)

    def work(step: int) -> None:
        with writer.as_default(step):
            tf.summary.histogram("kernel", tensor)
        writer.flush()

    return work


WRITERS: dict[str, Callable[[Array, str], Work]] = {
    "bare min()": bare,
    "np.histogram": numpy_histogram,
    "ours, counted": counting,
    "ours, written": recorded,
    "torch": torch_writer,
    "histogram_pb": tensorboard_pb,
    "tf.summary": tensorflow,
}


def measure(name: str, size: int) -> tuple[float, float]:
    """Returns the seconds of the shortest time, and the megabytes that were needed besides."""
    random = np.random.default_rng(0)
    make = WRITERS[name]
    with tempfile.TemporaryDirectory() as folder:
        # What is loaded and set up at the first use is not what a record takes.
        make(random.standard_normal(WARM_UP, dtype=np.float32), f"{folder}/first")(0)
        array = random.standard_normal(size, dtype=np.float32) * np.float32(0.02)
        work, here = make(array, f"{folder}/second"), Processes(os.getpid())
        here.forget_peaks()
        before = here.now().both
        seconds = [_timed(work, 0)]
        needed = here.peak().both - before
        while len(seconds) < REPEATS and seconds[0] < LONG:
            seconds.append(_timed(work, len(seconds)))
    return min(seconds), max(needed, 0.0)


def _timed(work: Work, step: int) -> float:
    began = time.perf_counter()
    work(step)
    return time.perf_counter() - began


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
