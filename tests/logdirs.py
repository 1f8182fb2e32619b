"""Small event files of every kind the tab must read, written without TensorFlow or torch.

Every record is a millisecond later than the one before it, as in a training.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, types_pb2
from tensorboard.plugins.histogram import metadata, summary_v2
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util import tensor_util

START = 1_700_000_000.0
DBL_MAX = float(np.finfo(np.float64).max)

MLP: dict[str, tuple[int, ...]] = {
    "dense/kernel": (12, 16),
    "dense/bias": (16,),
    "batch_normalization/gamma": (16,),
    "batch_normalization/beta": (16,),
    "batch_normalization/moving_mean": (16,),
    "batch_normalization/moving_variance": (16,),
    "dense_1/kernel": (16, 4),
    "dense_1/bias": (4,),
}
CNN: dict[str, tuple[int, ...]] = {
    "stem.weight": (16, 3, 3, 3),
    "layer1.0.conv1.weight": (16, 16, 3, 3),
    "layer1.0.bn1.weight": (16,),
    "layer1.0.bn1.bias": (16,),
    "layer1.0.bn1.running_mean": (16,),
    "layer1.10.conv1.weight": (16, 16, 3, 3),
    "attn.in_proj_weight": (48, 16),
    "fc.weight": (10, 16),
    "fc.bias": (10,),
}


class Run:
    """Writes the records of one run."""

    def __init__(self, writer: RecordWriter) -> None:
        self._writer = writer
        self._records = 0
        self.add(event_pb2.Event(file_version="brain.Event:2"))

    def add(self, event: event_pb2.Event, wall_time: float | None = None) -> None:
        self._records += 1
        event.wall_time = START + self._records / 1000 if wall_time is None else wall_time
        self._writer.write(event.SerializeToString())
        self._writer.flush()

    def value(self, step: int, value: summary_pb2.Summary.Value, **more: Any) -> None:
        self.add(event_pb2.Event(step=step, summary=summary_pb2.Summary(value=[value])), **more)

    def histogram(self, tag: str, step: int, data: Any, buckets: int = 30, **more: Any) -> None:
        """Like `tf.summary.histogram`, of TensorFlow 2."""
        with np.errstate(invalid="ignore"):
            value = summary_v2.histogram_pb(tag, data, buckets).value[0]
        self.value(step, value, **more)

    def tensor(self, tag: str, step: int, tensor: Any, **more: Any) -> None:
        """A histogram record that holds any tensor at all."""
        proto = tensor
        if not isinstance(tensor, tensor_pb2.TensorProto):
            proto = tensor_util.make_tensor_proto(tensor)
        value = summary_pb2.Summary.Value(
            tag=tag, tensor=proto, metadata=metadata.create_summary_metadata(tag, "")
        )
        self.value(step, value, **more)

    def proto(self, tag: str, step: int, proto: summary_pb2.HistogramProto, **more: Any) -> None:
        """A histogram as TensorFlow 1, torch and tensorboardX write it."""
        self.value(step, summary_pb2.Summary.Value(tag=tag, histo=proto), **more)

    def scalar(self, tag: str, step: int, value: float) -> None:
        self.value(step, summary_pb2.Summary.Value(tag=tag, simple_value=value))

    def keras_graph(self, config: Mapping[str, Any] | str) -> None:
        """Like Keras' TensorBoard callback, with or without `histogram_freq`."""
        text = config if isinstance(config, str) else json.dumps(config)
        value = summary_pb2.Summary.Value(tag="keras")
        value.tensor.CopyFrom(tensor_util.make_tensor_proto(text, dtype=types_pb2.DT_STRING))
        value.metadata.plugin_data.plugin_name = "graph_keras_model"
        value.metadata.plugin_data.content = b"1"
        self.value(0, value)


@contextmanager
def open_run(directory: Path) -> Iterator[Run]:
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "events.out.tfevents.1700000000.test").open("wb") as file:
        yield Run(RecordWriter(file))


def weights(shape: tuple[int, ...], step: int, seed: int = 0) -> NDArray[np.float32]:
    """Normal weights that spread a little with every step."""
    initial = np.random.default_rng([seed, *shape]).normal(0.0, 0.05, shape)
    return (initial * (1 + step / 10)).astype(np.float32)


def torch_edges() -> NDArray[np.float64]:
    """The bucket limits of `SummaryWriter.add_histogram`: 10 % apart, on both sides of 0."""
    positive = 1e-12 * 1.1 ** np.arange(774)
    return np.concatenate((-positive[::-1], [0.0], positive))


def torch_proto(data: Any) -> summary_pb2.HistogramProto:
    """What torch makes of an array: the buckets that hold something, and one empty before."""
    values = np.asarray(data, dtype=np.float64).ravel()
    counts, limits = np.histogram(values[np.isfinite(values)], bins=torch_edges())
    first, *_, last = [*np.flatnonzero(counts), *np.flatnonzero(counts)[-1:]]
    counts = counts[max(first - 1, 0) : last + 1]
    if first == 0:
        counts = np.concatenate(([0], counts))
    return summary_pb2.HistogramProto(
        min=values.min(),
        max=values.max(),
        num=values.size,
        sum=values.sum(),
        sum_squares=values @ values,
        bucket_limit=limits[first : last + 2].tolist(),
        bucket=counts.tolist(),
    )


def tf1_proto(data: NDArray[np.float64]) -> summary_pb2.HistogramProto:
    """What TensorFlow 1 wrote: limits from -DBL_MAX to DBL_MAX, runs of empty buckets joined."""
    counts, limits = np.histogram(data, bins=np.linspace(-1, 1, 41))
    return summary_pb2.HistogramProto(
        min=data.min(),
        max=data.max(),
        num=data.size,
        sum=data.sum(),
        sum_squares=data @ data,
        bucket_limit=[-DBL_MAX, *limits.tolist(), DBL_MAX],
        bucket=[0, 0, *counts.tolist(), 0],
    )


def keras_config(names: Sequence[str] = tuple(MLP)) -> dict[str, Any]:
    """The configuration of a Sequential model with the layers of these weights."""
    kinds = {"dense": "Dense", "batch_normalization": "BatchNormalization"}
    layers = dict.fromkeys(name.split("/")[0] for name in names)
    return {
        "class_name": "Sequential",
        "config": {
            "name": "sequential",
            "layers": [
                {"class_name": kinds[layer.removesuffix("_1")], "config": {"name": layer}}
                for layer in layers
            ],
        },
    }


def write_keras(
    directory: Path, tag: Callable[[str], str], steps: int = 5, shapes: Any = MLP, seed: int = 0
) -> None:
    """A training with `histogram_freq=1`; `tag` makes the tag of a weight's name."""
    with open_run(directory) as run:
        run.keras_graph(keras_config())
        for step in range(steps):
            for name, shape in shapes.items():
                run.histogram(tag(name), step, weights(shape, step, seed))
            run.scalar("epoch_loss", step, 1 / (1 + step))


def write_torch(directory: Path, steps: Sequence[int], gradients: Sequence[int] = ()) -> None:
    with open_run(directory) as run:
        for step in steps:
            for name, shape in CNN.items():
                run.proto(name, step, torch_proto(weights(shape, step % 10)))
            if step in gradients:
                for name, shape in reversed(CNN.items()):
                    run.proto(f"{name}.grad", step, torch_proto(weights(shape, 0) / 100))


def write_world(logdir: Path) -> None:
    """Every kind of run, each in a directory of its own."""
    write_keras(logdir / "keras" / "train", lambda name: f"sequential/{name}/histogram")
    write_keras(logdir / "keras2" / "train", lambda name: f"{name}_0/histogram", seed=1)
    collided = {name.rpartition("/")[2]: shape for name, shape in MLP.items()}
    write_keras(logdir / "collided" / "train", lambda name: f"{name}/histogram", 3, collided)
    with open_run(logdir / "bare" / "train") as run:
        run.keras_graph(keras_config())
        run.scalar("epoch_loss", 0, 1.0)
    with open_run(logdir / "bare" / "validation") as run:
        run.scalar("epoch_loss", 0, 1.0)
    write_torch(logdir / "torch", range(0, 600, 10), gradients=range(0, 600, 100))
    with open_run(logdir / "tf1") as run:
        for step in range(4):
            data = np.random.default_rng(step).normal(0, 0.1, 500)
            run.proto("layer1/weights/summaries/histogram", step, tf1_proto(data))
            run.proto("layer1/activations", step, tf1_proto(np.abs(data)))
            run.proto("layer1/constant", step, _single(0.5))
    with open_run(logdir / "sampled") as run:
        for step in range(700):
            run.histogram("dense/kernel", step, weights((4,), step), buckets=3)
    with open_run(logdir / "restarted") as run:
        for step in (0, 1, 2, 3, 4, 2, 2, 3):
            run.histogram("dense/kernel", step, weights((20,), step))
    write_hostile(logdir / "hostile")


def write_hostile(directory: Path) -> None:
    """Records that no writer should have written, and one good series among them."""
    with open_run(directory) as run:
        for step in range(3):
            for tag, tensor in HOSTILE.items():
                run.tensor(tag, step, tensor)
            run.histogram("good/kernel", step, weights((30,), step))
            run.histogram("late_nan/kernel", step, weights((30,), step) + [0, np.nan][step == 2])
            run.tensor("half/kernel", step, np.zeros(5) if step == 1 else _rows((0, 1, 2)))
            values = weights((50,), step) if step < 2 else np.append(weights((50,), step), np.nan)
            run.proto("torch_nan.weight", step, torch_proto(values))
        run.histogram("=cmd|'/c calc'!A0", 2, weights((5,), 0))
        run.histogram("constructor", 2, weights((5,), 0))
        run.histogram("a\nb\x00c<script>", 2, weights((5,), 0))
        run.histogram("t" * 5000, 2, weights((5,), 0))


def write_valueless(logdir: Path) -> None:
    """A value that is only metadata: the Python loader can't list any series of any run then."""
    for name in ("broken", "fine"):
        with open_run(logdir / name) as run:
            run.histogram("dense/kernel", 0, weights((20,), 0))
            if name == "broken":
                value = summary_pb2.Summary.Value(
                    tag="nothing", metadata=metadata.create_summary_metadata("nothing", "")
                )
                run.value(0, value)


def write_timeless(logdir: Path) -> None:
    """Records with infinite wall times; the data server drops them, the Python loader doesn't."""
    with open_run(logdir / "timeless") as run:
        for name in ("b/kernel", "a/kernel", "a10/kernel", "a9/kernel"):
            run.histogram(name, 0, weights((30,), 0), wall_time=np.inf)


def _single(value: float) -> summary_pb2.HistogramProto:
    return summary_pb2.HistogramProto(
        min=value, max=value, num=7, sum=7 * value, bucket_limit=[0.4, 0.6, DBL_MAX],
        bucket=[0, 7, 0],
    )  # fmt: skip


def _rows(*rows: tuple[float, float, float]) -> NDArray[np.float64]:
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def _poison() -> tensor_pb2.TensorProto:
    """TensorBoard raises when it reads this, for every series read in the same call."""
    return tensor_pb2.TensorProto(dtype=types_pb2.DT_BFLOAT16, half_val=[1, 2, 3])


_NAN, _INF = float("nan"), float("inf")

HOSTILE: dict[str, Any] = {
    "poison": _poison(),
    "scalar": np.float32(1.0),
    "string": tensor_util.make_tensor_proto("text"),
    "complex": np.zeros((2, 3), dtype=np.complex64),
    "bool": np.zeros((2, 3), dtype=bool),
    "wrong_shape": np.zeros((10, 2)),
    "rank_three": np.zeros((2, 2, 3)),
    "empty": _rows(),
    "all_zero": np.zeros((30, 3)),
    "all_nan": np.full((3, 3), _NAN),
    "nan_edges": _rows((_NAN, 1, 3), (1, 2, 5), (2, _NAN, 1)),
    "inf_edge": _rows((0, 1, 3), (1, _INF, 5)),
    "nan_count": _rows((0, 1, _NAN), (1, 2, 5)),
    "inf_count": _rows((0, 1, _INF), (1, 2, 5)),
    "overflowing_counts": _rows((0, 1, 1.7e308), (1, 2, 1.7e308)),
    "negative_count": _rows((0, 1, -3), (1, 2, 5)),
    "backward": _rows((1, 0, 4), (2, 1, 6)),
    "unsorted": _rows((2, 3, 1), (0, 1, 2), (1, 2, 3)),
    "overlapping": _rows((0, 2, 4), (1, 3, 4), (0, 3, 3)),
    "gapped": _rows((0, 1, 4), (5, 6, 4)),
    "duplicate": _rows((0, 1, 4), (0, 1, 4)),
    "huge_edges": _rows((-DBL_MAX, -1, 2), (-1, 1, 3), (1, DBL_MAX, 2)),
    "huge_values": _rows((-3e38, 0, 2), (0, 3e38, 3)),
    "denormal": _rows((0, 5e-324, 2), (5e-324, 1e-320, 3)),
    "tiny": _rows((1e-300, 2e-300, 2)),
    "constant": _rows(*[(7, 7, 0)] * 29, (7, 7, 100)),
    "fractional": _rows((0, 1, 0.25), (1, 2, 0.5)),
    "integers": np.array([[0, 1, 5], [1, 2, 6]], dtype=np.int32),
    "many_buckets": np.column_stack(
        (np.arange(20000.0), np.arange(20000.0) + 1, np.ones(20000))
    ),
}  # fmt: skip
