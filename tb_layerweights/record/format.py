"""What the recorder writes beside the histograms, as arrays and texts: see `FORMAT.md`.

Both directions are here, for the recorder that writes it and for the tab that reads it. Readers
return None for anything else, since a log may hold anything.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.record.tally import Moments

PLUGIN = "layer_weights"
VERSION = 1
EXACT_PREFIX = "layer_weights/exact/"
OUTLINE_TAG = "layer_weights/outline"

_COUNTS = ("count", "zeros", "nan", "positive_infinity", "negative_infinity")
_NUMBERS = ("min", "max", "mean", "std")
FIELDS = ("version", *_COUNTS, *_NUMBERS, "scale")


@dataclass(frozen=True, slots=True)
class Exact:
    """What a record says of all values of one tensor at one step."""

    moments: Moments
    scale: float = 1.0  # what the values had been multiplied by, before it was taken out again


@dataclass(frozen=True, slots=True)
class Parameter:
    """One tensor of a network, or what it gave: a gradient, an update, an activation."""

    tag: str  # of its histograms
    layer: str
    parameter: str
    role: str  # as in `names.py`
    shape: tuple[int, ...] | None = None
    dtype: str | None = None
    kind: str | None = None  # the layer's class
    trainable: bool | None = None
    tied: str | None = None  # the tag under which the same tensor is logged
    span: int | None = None  # of an update: how many steps it sums up, if not one


@dataclass(frozen=True, slots=True)
class Outline:
    """The parameters of a network in its order."""

    parameters: tuple[Parameter, ...]
    model: str | None = None  # its class
    framework: str | None = None


def exact_tag(tag: str) -> str:
    """Returns the tag of the exact numbers of the histograms under a tag."""
    return EXACT_PREFIX + tag


def histogram_tag(exact: str) -> str | None:
    """Returns the tag of the histograms whose exact numbers have this tag, None if it has none."""
    return exact.removeprefix(EXACT_PREFIX) if exact.startswith(EXACT_PREFIX) else None


def moments_tensor(exact: Exact) -> NDArray[np.float64]:
    """Returns the numbers as they are logged, [11], in the order of `FIELDS`."""
    moments = exact.moments
    said = [getattr(moments, name) for name in (*_COUNTS, *_NUMBERS)]
    return np.array([VERSION, *said, exact.scale], dtype=np.float64)


def read_moments(tensor: NDArray[Any]) -> Exact | None:
    """Returns what a logged tensor says, None unless it can be true of some values."""
    if tensor.dtype != np.float64 or tensor.shape != (len(FIELDS),) or tensor[0] != VERSION:
        return None
    said = dict(zip(FIELDS, tensor.tolist(), strict=True))
    counts = [said[name] for name in _COUNTS]
    if not all(count >= 0 and count == math.floor(count) for count in counts if count < math.inf):
        return None
    if not all(math.isfinite(count) for count in counts) or said["zeros"] > said["count"]:
        return None
    numbers = [said[name] for name in _NUMBERS]
    if said["count"] == 0:
        consistent = all(math.isnan(number) for number in numbers)
    else:
        # A mean may be rounded beyond the ends, and that of large numbers can't be a float64.
        consistent = said["min"] <= said["max"] and not any(map(math.isnan, numbers))
    if not consistent or not 0 < said["scale"] < math.inf:
        return None
    moments = Moments(*(int(count) for count in counts), *numbers)
    return Exact(moments, said["scale"])


def outline_text(outline: Outline) -> str:
    """Returns the outline as it is logged, JSON without what isn't known."""
    parameters = [
        {name: value for name, value in asdict(one).items() if value is not None}
        for one in outline.parameters
    ]
    said = {"model": outline.model, "framework": outline.framework}
    known = {name: value for name, value in said.items() if value is not None}
    return json.dumps({"version": VERSION, **known, "parameters": parameters})


def read_outline(tensor: NDArray[Any]) -> Outline | None:
    """Returns the outline that a logged tensor holds, None if it holds none of this version."""
    if tensor.size != 1:
        return None
    text = tensor.reshape(-1)[0]
    try:
        said = json.loads(text)
        if said["version"] != VERSION:
            return None
        parameters = tuple(_read_parameter(one) for one in said["parameters"])
        return Outline(parameters, _text(said.get("model")), _text(said.get("framework")))
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return None


def _read_parameter(said: dict[str, Any]) -> Parameter:
    shape = said.get("shape")
    trainable = said.get("trainable")
    if trainable is not None and not isinstance(trainable, bool):
        raise TypeError("trainable is no flag")
    return Parameter(
        str(said["tag"]),
        str(said["layer"]),
        str(said["parameter"]),
        str(said["role"]),
        _shape(shape) if shape is not None else None,
        _text(said.get("dtype")),
        _text(said.get("kind")),
        trainable,
        _text(said.get("tied")),
        _span(said.get("span")),
    )


def _text(said: Any) -> str | None:
    if said is not None and not isinstance(said, str):
        raise TypeError("not a text")
    return said


def _span(said: Any) -> int | None:
    if said is not None and (type(said) is not int or said < 1):
        raise TypeError("not a number of steps")
    return said


def _shape(said: Any) -> tuple[int, ...]:
    sizes: Sequence[Any] = tuple(said)
    if not all(type(size) is int and size >= 0 for size in sizes):
        raise TypeError("not a shape")
    return tuple(sizes)
