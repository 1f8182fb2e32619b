"""Summaries: what becomes an event of an event file."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from tensorboard.compat.proto.summary_pb2 import DATA_CLASS_TENSOR, Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.compat.proto.types_pb2 import DT_DOUBLE, DT_STRING
from tensorboard.plugins.histogram import metadata as histogram_metadata

from tb_layerweights.record.format import (
    OUTLINE_TAG,
    PLUGIN,
    Exact,
    Outline,
    exact_tag,
    moments_tensor,
    outline_text,
)

_HISTOGRAM = histogram_metadata.create_summary_metadata(display_name=None, description=None)
# TensorBoard shows no summary of a plugin that it doesn't know, unless its class is said.
_OURS = SummaryMetadata(
    plugin_data=SummaryMetadata.PluginData(plugin_name=PLUGIN), data_class=DATA_CLASS_TENSOR
)


def histogram_summary(tag: str, buckets: NDArray[np.float64], numbers: Exact) -> Summary:
    """Returns a histogram as TensorBoard's own tabs read it, and the exact numbers of its values.

    Args:
      buckets: rows `[left, right, count]`, [k, 3].
    """
    exact = Summary.Value(
        tag=exact_tag(tag), metadata=_OURS, tensor=_tensor(moments_tensor(numbers))
    )
    # The exact numbers come first: whoever sees the histogram then has them too.
    histogram = Summary.Value(tag=tag, metadata=_HISTOGRAM, tensor=_tensor(buckets))
    return Summary(value=[exact, histogram])


def outline_summary(network: Outline) -> Summary:
    text = TensorProto(dtype=DT_STRING, string_val=[outline_text(network).encode()])
    return Summary(value=[Summary.Value(tag=OUTLINE_TAG, metadata=_OURS, tensor=text)])


def _tensor(array: NDArray[Any]) -> TensorProto:
    shape = TensorShapeProto(dim=[TensorShapeProto.Dim(size=size) for size in array.shape])
    content = array.astype("<f8", copy=False).tobytes()
    return TensorProto(dtype=DT_DOUBLE, tensor_shape=shape, tensor_content=content)
