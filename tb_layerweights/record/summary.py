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


def histogram_summary(tag: str, buckets: NDArray[np.float64]) -> Summary:
    """Returns a histogram as TensorBoard's own tabs read it, of rows `[left, right, count]`."""
    metadata = histogram_metadata.create_summary_metadata(display_name=None, description=None)
    return _summary(tag, metadata, _tensor(buckets))


def exact_summary(tag: str, numbers: Exact) -> Summary:
    """Returns the exact numbers of the values in the histogram of the same tag and step."""
    return _summary(exact_tag(tag), _our_metadata(), _tensor(moments_tensor(numbers)))


def outline_summary(network: Outline) -> Summary:
    text = TensorProto(dtype=DT_STRING, string_val=[outline_text(network).encode()])
    return _summary(OUTLINE_TAG, _our_metadata(), text)


def _summary(tag: str, metadata: SummaryMetadata, tensor: TensorProto) -> Summary:
    return Summary(value=[Summary.Value(tag=tag, metadata=metadata, tensor=tensor)])


def _our_metadata() -> SummaryMetadata:
    # TensorBoard shows no summary of a plugin that it doesn't know, unless its class is said.
    return SummaryMetadata(
        plugin_data=SummaryMetadata.PluginData(plugin_name=PLUGIN), data_class=DATA_CLASS_TENSOR
    )


def _tensor(array: NDArray[Any]) -> TensorProto:
    shape = TensorShapeProto(dim=[TensorShapeProto.Dim(size=size) for size in array.shape])
    content = array.astype("<f8", copy=False).tobytes()
    return TensorProto(dtype=DT_DOUBLE, tensor_shape=shape, tensor_content=content)
