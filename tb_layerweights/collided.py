"""The logs of Keras 3.0 to 3.13, taken apart into layers.

Those versions named a histogram after the weight alone, `kernel/histogram`, whatever its layer:
one tag holds the kernels of all layers, several records a step. They were written layer after
layer, `model.layers` and the weights of each, so their order tells what belongs together, and the
Keras graph, where it was logged, what the layers are called.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tb_layerweights.keras_graph import KerasLayer
from tb_layerweights.names import Name, name_tags
from tb_layerweights.series import part_key

_SUFFIX = "/histogram"

# What may stand right before a weight in the same layer; a weight that isn't named here may
# follow anything but itself.
_BEFORE = {
    "kernel": (),
    "depthwise_kernel": (),
    "embeddings": (),
    "gamma": (),
    "recurrent_kernel": ("kernel",),
    "pointwise_kernel": ("depthwise_kernel",),
    "bias": ("kernel", "recurrent_kernel", "pointwise_kernel", "depthwise_kernel"),
    "beta": ("gamma",),
    "moving_mean": ("gamma", "beta"),
    "moving_variance": ("moving_mean",),
}

_KERNEL = (("kernel", ""), ("bias", "use_bias"))
_CELL = (("kernel", ""), ("recurrent_kernel", ""), ("bias", "use_bias"))
_SCALED = (("gamma", "scale"), ("beta", "center"))
# The weights of a layer in their order, each with the setting that can do without it.
_WEIGHTS: dict[str, tuple[tuple[str, str], ...]] = {
    **dict.fromkeys(("Dense", "Conv1D", "Conv2D", "Conv3D", "DepthwiseConv1D"), _KERNEL),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), _KERNEL),
    **dict.fromkeys(("DepthwiseConv2D", "EinsumDense"), _KERNEL),
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN"), _CELL),
    **dict.fromkeys(("LayerNormalization", "GroupNormalization"), _SCALED),
    **dict.fromkeys(
        ("SeparableConv1D", "SeparableConv2D"),
        (("depthwise_kernel", ""), ("pointwise_kernel", ""), ("bias", "use_bias")),
    ),
    "BatchNormalization": (*_SCALED, ("moving_mean", ""), ("moving_variance", "")),
    "Embedding": (("embeddings", ""),),
    "PReLU": (("alpha", ""),),
    "MultiHeadAttention": _KERNEL * 4,
}


@dataclass(frozen=True, slots=True)
class Part:
    """One weight of the network, as it was found behind a tag that several share."""

    tag: str  # as logged
    place: int  # it is the n-th record of the tag in every step, from 1
    name: Name
    kind: str | None  # the layer's class, where the Keras graph says it

    @property
    def key(self) -> str:
        """What stands for the part where a tag is asked for."""
        return part_key(self.tag, self.place)


def take_apart(tags: Sequence[str], layers: Sequence[KerasLayer]) -> tuple[list[Part], bool]:
    """Returns the weights behind the tags of one step, and whether the graph names their layers.

    Args:
      tags: the tags of all records of a step, in the order of writing.
      layers: the layers of the Keras graph in its order; if they don't fit the tags, or there
        are none, layers are numbered.
    """
    weights = [tag.removesuffix(_SUFFIX) for tag in tags]
    named = _by_graph(weights, layers)
    groups = named if named is not None else _by_position(weights)
    roles = name_tags(dict.fromkeys(tags))
    places: Counter[str] = Counter()
    parts = []
    index = 0
    for layer, kind, size in groups:
        here = weights[index : index + size]
        seen: Counter[str] = Counter()
        for tag, weight in zip(tags[index : index + size], here, strict=True):
            places[tag] += 1
            seen[weight] += 1
            parameter = f"{weight}_{seen[weight]}" if here.count(weight) > 1 else weight
            parts.append(Part(tag, places[tag], Name(layer, parameter, roles[tag].role), kind))
        index += size
    return parts, named is not None


def _by_position(weights: Sequence[str]) -> list[tuple[str, str | None, int]]:
    """Returns numbered layers and how many weights each has."""
    sizes: list[int] = []
    layer: list[str] = []
    for weight in weights:
        if not layer or weight in layer or layer[-1] not in _BEFORE.get(weight, (layer[-1],)):
            layer = []
            sizes.append(0)
        layer.append(weight)
        sizes[-1] += 1
    return [(f"layer {place}", None, size) for place, size in enumerate(sizes, 1)]


def _by_graph(
    weights: Sequence[str], layers: Sequence[KerasLayer]
) -> list[tuple[str, str | None, int]] | None:
    """Returns the graph's layers with how many weights each has, None if that can't be told.

    A single layer of a class that isn't known takes what the known ones leave. Of several, nobody
    can tell which has any, so they must have none.
    """
    known = [_expected(layer.kind, layer.settings) for layer in layers]
    rest = len(weights) - sum(len(expected) for expected in known if expected is not None)
    if rest < 0 or (rest > 0 and known.count(None) != 1):
        return None
    found: list[tuple[str, str | None, int]] = []
    index = 0
    for layer, expected in zip(layers, known, strict=True):
        size = rest if expected is None else len(expected)
        if expected is not None and list(weights[index : index + size]) != expected:
            return None
        if size:
            found.append((layer.name, layer.kind, size))
        index += size
    return found or None


def _expected(kind: str, settings: Mapping[str, Any]) -> list[str] | None:
    """Returns the weights that a layer must have, None if its class is not known."""
    if kind in _WEIGHTS:
        if kind == "EinsumDense":
            return ["kernel", "bias"] if settings.get("bias_axes") else ["kernel"]
        return [
            weight
            for weight, setting in _WEIGHTS[kind]
            if not setting or settings.get(setting, True) is not False
        ]
    return [] if kind in _WITHOUT or kind.startswith(_WITHOUT_PREFIXES) else None


_WITHOUT = frozenset(
    (
        "InputLayer", "Flatten", "Reshape", "Permute", "RepeatVector", "Rescaling", "Resizing",
        "CenterCrop", "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "Add", "Subtract",
        "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot", "GaussianNoise",
        "Masking", "Identity", "Lambda", "UnitNormalization", "ActivityRegularization",
        "CategoryEncoding",
    )
)  # fmt: skip
_WITHOUT_PREFIXES = (
    "Dropout", "SpatialDropout", "AlphaDropout", "GaussianDropout", "MaxPooling", "AveragePooling",
    "GlobalMaxPooling", "GlobalAveragePooling", "ZeroPadding", "Cropping", "UpSampling", "Random",
)  # fmt: skip
