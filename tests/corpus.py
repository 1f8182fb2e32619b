"""More records that no writer should have written: odd steps, times, types, shapes and names."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
from tensorboard.compat.proto import summary_pb2, tensor_pb2, types_pb2
from tensorboard.plugins.histogram import metadata
from tensorboard.util import tensor_util

from tests.logdirs import Run, open_run, torch_proto, weights

SMALL = np.array([[0, 1, 5], [1, 2, 6]])
GOOD = "good/kernel"

TYPES: dict[str, Any] = {
    name: SMALL.astype(name)
    for name in ("float16", "float32", "int8", "int16", "int64", "uint8", "uint16")
}

# One number that stands for three thousand.
SPLAT = tensor_pb2.TensorProto(dtype=types_pb2.DT_DOUBLE, double_val=[1.0])

STEPS = (-5, 0, 2**53 + 1, 2**63 - 1)
TIMES = (-1.0, 0.0, 1.0, 1e300)

TAGS = (
    "",
    " ",
    ".",
    "..",
    "../../etc/passwd",
    "/",
    "//",
    "a//b/",
    "?#%&=+;",
    "%2e%2e%00",
    "\u202eleft\u202c to \u05d0\u05d1",
    unicodedata.normalize("NFC", "é/kernel"),
    unicodedata.normalize("NFD", "é/kernel"),
    "__proto__",
    "constructor/prototype",
    "toString",
    "line\r\nbreak\ttab",
    "\x00",
    "\u2028\ufeff",
    "💥/重み",
    "<img src=x onerror=alert(1)>",
    '"quoted\\"',
    "-1+1",
    "@sum",
    "l" * 100_000,
)
RUNS = (
    "__proto__",
    "constructor",
    "x/y/z",
    "x/y",
    "line\nbreak",
    " blank ",
    "?#%&=+",
    "…",
    "重み💥",
    unicodedata.normalize("NFC", "é"),
    unicodedata.normalize("NFD", "é"),
    "<b>run</b>",
    "=1+1",
)


def _tensor(content: bytes, *shape: int) -> tensor_pb2.TensorProto:
    proto = tensor_pb2.TensorProto(dtype=types_pb2.DT_DOUBLE, tensor_content=content)
    for size in shape:
        proto.tensor_shape.dim.add(size=size)
    return proto


# TensorBoard can't make arrays of these, so nobody can read the series.
BROKEN = {
    "content_too_short": _tensor(b"\0" * 40, 2, 3),
    "content_too_long": _tensor(b"\0" * 400, 2, 3),
    "content_of_no_size": _tensor(b"\0" * 47, 2, 3),
}
SPLAT.tensor_shape.CopyFrom(_tensor(b"", 1000, 3).tensor_shape)


def write_corpus(logdir: Path) -> None:
    """Every kind that both loaders live through, in runs with a good series among the bad."""
    with open_run(logdir / "odd") as run:
        for step in range(3):
            _write_odd(run, step)
            run.histogram(GOOD, step, weights((30,), step))
    with open_run(logdir / "steps") as run:
        for step in STEPS:
            run.histogram("extreme/kernel", step, weights((30,), 0))
        for step in (5, 6, 7, 6, 7, 8):
            run.histogram("back/kernel", step, weights((30,), step))
            run.proto("back.weight", step, torch_proto(weights((30,), step)))
        for step in (5, 6, 7, 8, 2):
            run.histogram("far_back/kernel", step, weights((30,), step))
        run.histogram(GOOD, 0, weights((30,), 0))
    with open_run(logdir / "times") as run:
        for step, time in enumerate(TIMES):
            run.histogram("odd_times/kernel", step, weights((30,), step), wall_time=time)
            run.histogram("falling/kernel", step, weights((30,), step), wall_time=100.0 - step)
        run.histogram(GOOD, 0, weights((30,), 0))
    with open_run(logdir / "tags") as run:
        for tag in TAGS:
            run.histogram(tag, 0, weights((30,), 0))
        run.histogram(GOOD, 0, weights((30,), 0))
    for name in RUNS:
        with open_run(logdir / "runs" / name) as run:
            run.histogram(GOOD, 0, weights((30,), 0))
            run.proto("good.weight", 0, torch_proto(weights((30,), 0)))


def _write_odd(run: Run, step: int) -> None:
    for name, tensor in {**TYPES, **BROKEN, "splat": SPLAT}.items():
        run.tensor(name, step, tensor)
    run.histogram("changing_size", step, weights((30,), step), buckets=(30, 7, 100)[step])
    run.tensor("changing_type", step, SMALL.astype(("float64", "int8", "float16")[step]))
    run.tensor("changing_shape", step, (SMALL, SMALL[:, :2], SMALL)[step])
    if step == 2:
        edges = np.arange(100_001.0) / 8
        run.tensor("many", step, np.column_stack((edges[:-1], edges[1:], np.ones(100_000))))
    run.tensor("scalar_bucket", step, np.array([[3.0, 3.0, 1.0]]))
    run.tensor("no_columns", step, np.zeros((3, 0)))
    run.tensor("minus_zero", step, np.array([[-0.0, 0.0, 4.0], [0.0, 1.0, 2.0]]))
    run.tensor("narrow", step, np.array([[1, 1 + 1e-9, 4.0], [1 + 1e-9, 1 + 3e-9, 2.0]]))
    for tag, content in (("garbage_metadata", b"\xff\xfe\x00"), ("version_99", _version(99))):
        described = metadata.create_summary_metadata(tag, "")
        described.plugin_data.content = content
        proto = tensor_util.make_tensor_proto(SMALL.astype(np.float64))
        run.value(step, summary_pb2.Summary.Value(tag=tag, tensor=proto, metadata=described))


def _version(version: int) -> bytes:
    return bytes([8, version])  # field 1 of HistogramPluginData, a varint


def _uneven(limits: int) -> summary_pb2.HistogramProto:
    return summary_pb2.HistogramProto(
        min=0, max=3, num=6, sum=9, bucket_limit=list(range(1, limits + 1)), bucket=[1, 2, 3]
    )


def write_more_buckets_than_limits(logdir: Path) -> None:
    """The Python loader stops reading the whole log at this; the data server drops the record."""
    _write_beside_good(logdir, _uneven(1))


def write_more_limits_than_buckets(logdir: Path) -> None:
    """The Python loader takes this; the data server drops the record."""
    _write_beside_good(logdir, _uneven(5))


def _write_beside_good(logdir: Path, proto: summary_pb2.HistogramProto) -> None:
    with open_run(logdir / "a") as run:
        run.histogram(GOOD, 0, weights((30,), 0))
        run.proto("uneven.weight", 0, proto)
        run.histogram(GOOD, 1, weights((30,), 1))
    with open_run(logdir / "b") as run:
        run.histogram(GOOD, 0, weights((30,), 0))
