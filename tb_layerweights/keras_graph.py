"""The layers of a Keras model, from its configuration as TensorBoard holds it."""

from __future__ import annotations

from typing import Any

_DEEPEST = 64


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
