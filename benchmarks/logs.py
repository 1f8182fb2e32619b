"""The logs that are measured, each written once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.summary.writer.record_writer import RecordWriter

from benchmarks import shapes
from benchmarks.shapes import Parameter
from benchmarks.writing import keras_events, torch_events

FILE = "events.out.tfevents.1760000000.benchmark"
Events = Callable[[Sequence[Parameter], int, int], Iterator[Event]]


@dataclass(frozen=True)
class Log:
    """A log directory in which every run has the same parameters and steps."""

    name: str
    title: str
    parameters: tuple[Parameter, ...]
    steps: int
    events: Events
    runs: tuple[str, ...] = ("run-1",)

    @property
    def series(self) -> int:
        return len(self.parameters) * len(self.runs)

    def write(self, logdir: Path) -> None:
        """Writes every run; `logdir` is there only once they are complete."""
        import tensorflow as tf  # its writer is fast, importing it is slow

        unfinished = logdir.with_suffix(".unfinished")
        for seed, run in enumerate(self.runs):
            (unfinished / run).mkdir(parents=True, exist_ok=True)
            with tf.io.TFRecordWriter(str(unfinished / run / FILE)) as writer:
                for event in self.events(self.parameters, self.steps, seed):
                    writer.write(event.SerializeToString())
        unfinished.rename(logdir)

    def grow(self, logdir: Path) -> None:
        """Appends one more step to every run, as a training that goes on does."""
        for seed, run in enumerate(self.runs):
            with (logdir / run / FILE).open("ab") as file:
                writer = RecordWriter(file)
                for event in self.events(self.parameters, self.steps + 1, seed):
                    if event.step == self.steps:
                        writer.write(event.SerializeToString())


RESNET50 = Log(
    "resnet50",
    "ResNet-50 in PyTorch",
    tuple(shapes.resnet50()),
    100,
    torch_events,
    ("run-1", "run-2"),
)
LOGS = (
    RESNET50,
    Log(
        "language-model",
        "a language model in PyTorch",
        tuple(shapes.language_model()),
        100,
        torch_events,
    ),
    Log("tags", "30 buckets, many tags", tuple(shapes.dense(5000)), 10, keras_events),
    Log("keras", "30 buckets, Keras", tuple(shapes.dense(50)), 100, keras_events),
    Log("long", "a long training in PyTorch", tuple(shapes.perceptron()), 5000, torch_events),
)
TAGS, KERAS = LOGS[2], LOGS[3]


def scaled() -> Iterator[Log]:
    """Yields logs that differ in the number of their series alone; the last one is `TAGS`."""
    for count in (6, 161, 1000):
        few = tuple(islice(TAGS.parameters, count))
        yield Log(f"tags-{count}", TAGS.title, few, TAGS.steps, TAGS.events)
    yield TAGS


def megabytes(logdir: Path) -> float:
    return sum(path.stat().st_size for path in logdir.rglob("*") if path.is_file()) / 1e6
