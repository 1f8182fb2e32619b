"""Histograms in the protobufs that event files hold: told apart, checked, decoded."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tensorboard.compat.proto import summary_pb2, types_pb2

from tb_layerweights.record.format import FIELDS, PLUGIN
from tb_layerweights.series import Record, Totals

HISTOGRAMS = "histograms"
_CLASSES = (summary_pb2.DATA_CLASS_UNKNOWN, summary_pb2.DATA_CLASS_TENSOR)

# The layout of `tensor_content`, and the field that may hold the numbers instead.
_TYPES: dict[int, tuple[np.dtype[Any], str]] = {
    types_pb2.DT_HALF: (np.dtype("<f2"), "half_val"),
    types_pb2.DT_FLOAT: (np.dtype("<f4"), "float_val"),
    types_pb2.DT_DOUBLE: (np.dtype("<f8"), "double_val"),
    types_pb2.DT_INT8: (np.dtype("<i1"), "int_val"),
    types_pb2.DT_INT16: (np.dtype("<i2"), "int_val"),
    types_pb2.DT_INT32: (np.dtype("<i4"), "int_val"),
    types_pb2.DT_INT64: (np.dtype("<i8"), "int64_val"),
    types_pb2.DT_UINT8: (np.dtype("<u1"), "int_val"),
    types_pb2.DT_UINT16: (np.dtype("<u2"), "int_val"),
    types_pb2.DT_UINT32: (np.dtype("<u4"), "uint32_val"),
    types_pb2.DT_UINT64: (np.dtype("<u8"), "uint64_val"),
}

# No float32 is larger, and an edge beyond it counts as infinity.
_LARGEST = float(np.finfo(np.float32).max)

EMPTY = Record(np.zeros((0, 3)))


def is_histogram(value: Any) -> bool | None:
    """Returns whether a tag holds histograms, judged by one `Summary.Value`; None: can't tell.

    The first value that can tell decides for all of its tag in a run, as in TensorBoard: writers
    may leave the metadata out later.
    """
    kind = value.WhichOneof("value")
    if kind == "histo":
        return True
    if kind not in ("tensor", None):
        return False
    if not value.HasField("metadata"):
        return None
    metadata = value.metadata
    return metadata.plugin_data.plugin_name == HISTOGRAMS and metadata.data_class in _CLASSES


def exact_numbers(value: Any) -> NDArray[np.float64] | None:
    """Returns what a `Summary.Value` of the recorder holds beside a histogram, None if it can't."""
    tensor = value.tensor
    held = len(tensor.tensor_content) == len(FIELDS) * np.dtype("<f8").itemsize
    if value.metadata.plugin_data.plugin_name != PLUGIN or not held:
        return None
    if tensor.dtype != types_pb2.DT_DOUBLE or len(tensor.tensor_shape.dim) != 1:
        return None
    return _numbers(tensor)


def problem(value: Any) -> str:
    """Returns what keeps a `Summary.Value` from being a histogram, "" if it is one.

    Nothing is decoded: what is wanted of a few bytes may be a tensor of gigabytes.
    """
    kind = value.WhichOneof("value")
    if kind == "histo":
        buckets, limits = len(value.histo.bucket), len(value.histo.bucket_limit)
        if buckets != limits:
            return f"has {buckets} buckets and {limits} limits"
        return "" if buckets else "holds no buckets"
    return _tensor_problem(value.tensor) if kind == "tensor" else "holds no histogram"


def _tensor_problem(tensor: Any) -> str:
    if tensor.dtype not in _TYPES:
        return f"holds {_type_name(tensor.dtype)} values, not histogram buckets"
    shape = [dim.size for dim in tensor.tensor_shape.dim]
    if len(shape) != 2 or shape[1] != 3 or shape[0] < 0:
        return f"has shape {shape[:6]}, not [buckets, 3]"
    layout, field = _TYPES[tensor.dtype]
    if tensor.tensor_content:
        held, unit = len(tensor.tensor_content), "bytes"
        wanted = 3 * shape[0] * layout.itemsize
    else:
        held, unit = len(getattr(tensor, field)), "numbers"
        wanted = 3 * shape[0]
    return "" if held == wanted else f"has shape {shape} but holds {held} of {wanted} {unit}"


def _type_name(dtype: int) -> str:
    try:
        return str(types_pb2.DataType.Name(dtype)).removeprefix("DT_").lower()
    except ValueError:
        return "unknown"


def is_finite(value: Any) -> bool:
    """Returns whether a `Summary.Value` without a problem shows neither NaN nor infinity.

    Of a `HistogramProto` that is what the sum and the extremes say, which no writer leaves finite
    when a value isn't; its buckets are not looked at.
    """
    if value.WhichOneof("value") == "tensor":
        return bool((np.abs(_numbers(value.tensor)) <= _LARGEST).all())
    histo = value.histo
    return abs(histo.min) <= _LARGEST and abs(histo.max) <= _LARGEST and math.isfinite(histo.sum)


def decode(value: Any) -> Record:
    """Returns the histogram in a `Summary.Value` that has no problem, as float64."""
    if value.WhichOneof("value") == "tensor":
        return Record(_numbers(value.tensor).reshape(-1, 3))
    histo = value.histo
    totals = Totals(histo.num, histo.sum, histo.sum_squares, histo.min, histo.max)
    return Record(_rows(histo), totals)


def _numbers(tensor: Any) -> NDArray[np.float64]:
    layout, field = _TYPES[tensor.dtype]
    with np.errstate(invalid="ignore"):  # a signalling NaN
        if tensor.tensor_content:
            return np.frombuffer(tensor.tensor_content, layout).astype(np.float64)
        values = getattr(tensor, field)
        if field == "half_val":  # bits
            bits = np.fromiter(values, np.int64, len(values)).astype(np.uint16)
            return bits.view(np.float16).astype(np.float64)
        return np.fromiter(values, np.float64, len(values))


def _rows(histo: Any) -> NDArray[np.float64]:
    """Returns `[left, right, count]` rows as TensorBoard's data server makes them.

    Limits are right edges. The outermost edges are the least and the greatest value, where these
    are numbers.
    """
    size = len(histo.bucket)
    rows = np.empty((size, 3))
    rows[:, 1] = np.fromiter(histo.bucket_limit, np.float64, size)
    rows[1:, 0] = rows[:-1, 1]
    rows[:, 2] = np.fromiter(histo.bucket, np.float64, size)
    first, last = rows[0, 1], rows[-1, 1]
    rows[0, 0] = first if math.isnan(histo.min) and _is_limit(first) else histo.min
    if not (math.isnan(histo.max) and _is_limit(last)):
        rows[-1, 1] = histo.max
    return rows


def _is_limit(edge: float) -> bool:
    # TensorFlow 1 writes the largest float64 for infinity.
    return abs(edge) < float(np.finfo(np.float64).max)
