"""The layers of a Keras model, from its configuration as TensorBoard holds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_DEEPEST = 64


@dataclass(frozen=True, slots=True)
class KerasLayer:
    """A layer that holds no other layers but its own cells."""

    name: str  # after those of the nested models it is in: `encoder/dense`
    kind: str
    settings: Mapping[str, Any]


def layer_kinds(config: Any) -> dict[str, str]:
    """Returns the class of every layer by its name, in the model's order, without the model.

    Layers of nested models follow their model. Anything that doesn't look like the configuration
    of a layer is passed over.
    """
    kinds: dict[str, str] = {}
    _visit(config, kinds, _DEEPEST)
    model = next(iter(kinds), None)
    return {name: kind for name, kind in kinds.items() if name != model}


def _visit(node: Any, kinds: dict[str, str], depth: int) -> None:
    if not isinstance(node, dict) or depth == 0:
        return
    settings = node.get("config")
    if not isinstance(settings, dict):
        return
    name, kind = settings.get("name"), node.get("class_name")
    layers = settings.get("layers")
    wrapped = settings.get("layer")
    if isinstance(name, str) and isinstance(kind, str):
        kinds.setdefault(name, kind)
    for inner in layers if isinstance(layers, list) else [wrapped]:
        _visit(inner, kinds, depth - 1)


def layers(config: Any) -> list[KerasLayer]:
    """Returns the layers of a model, nested models resolved into theirs, in the model's order.

    Of what is no Sequential or functional model nothing is known.
    """
    return list(_leaves(config, (), _DEEPEST))


def _leaves(model: Any, path: tuple[str, ...], depth: int) -> Iterator[KerasLayer]:
    inner = _settings(model).get("layers")
    for layer in inner if isinstance(inner, list) and depth else []:
        settings = _settings(layer)
        name, kind = settings.get("name"), layer.get("class_name") if settings else None
        if not isinstance(name, str) or not isinstance(kind, str):
            continue
        if isinstance(settings.get("layers"), list):
            yield from _leaves(layer, (*path, name), depth - 1)
        else:
            yield KerasLayer("/".join((*path, name)), kind, settings)


def _settings(node: Any) -> Mapping[str, Any]:
    settings = node.get("config") if isinstance(node, dict) else None
    return settings if isinstance(settings, dict) else {}
