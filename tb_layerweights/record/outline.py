"""Names for what is recorded: tags, layers and roles, and the tensors within nested values."""

from __future__ import annotations

import functools
import hashlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from tb_layerweights.names import ROLES, name_tags
from tb_layerweights.record.format import Parameter

# What stands in front of a weight's tag for what belongs to it: see `names.py`.
PREFIXES = {
    "weight": "",
    "statistic": "",
    "other": "",
    "gradient": "gradients/",
    "update": "updates/",
    "activation": "activations/",
    "optimizer": "optimizer/",
}
_LONGEST = 1024


def checked_role(role: str) -> str:
    """Raises:
    ValueError: there is no such role.
    """
    if role not in PREFIXES:
        raise ValueError(f"role must be one of {', '.join(ROLES)}, not {role!r}")
    return role


def leaves(values: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yields the tensors within mappings, sequences and dataclasses, each with its path.

    Where jax is loaded, its pytrees of any other class are opened too. None is no tensor.
    """
    if values is None:
        return
    if isinstance(values, Mapping):
        inner = [(str(key), value) for key, value in values.items()]
    elif isinstance(values, tuple) and hasattr(values, "_fields"):
        inner = list(zip(values._fields, values, strict=True))
    elif isinstance(values, list | tuple):
        inner = [(str(place), value) for place, value in enumerate(values)]
    elif is_dataclass(values) and not isinstance(values, type):
        inner = [(field.name, getattr(values, field.name)) for field in fields(values)]
    elif opened := _opened_by_jax(values):
        inner = opened
    else:
        yield "/".join(path) or "value", values
        return
    for name, value in inner:
        yield from leaves(value, (*path, name))


def _opened_by_jax(values: Any) -> list[tuple[str, Any]]:
    tree_util = sys.modules.get("jax.tree_util")
    if tree_util is None or hasattr(values, "shape"):
        return []
    flat, _ = tree_util.tree_flatten_with_path(values)
    if len(flat) == 1 and not flat[0][0]:
        return []
    return [(_path(keys), value) for keys, value in flat]


def _path(keys: Any) -> str:
    said = (getattr(key, "key", getattr(key, "name", getattr(key, "idx", key))) for key in keys)
    return "/".join(str(name) for name in said)


def valid_tag(name: str) -> str:
    """Returns the name as event files can have it: UTF-8 without NUL, not too long."""
    text = name.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    if len(text) > _LONGEST:
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        text = f"{text[: _LONGEST - len(digest) - 1]}~{digest}"
    return text or "value"


@functools.lru_cache(maxsize=1 << 16)
def named(name: str, role: str, suffix: str = "") -> Parameter:
    """Returns the parameter of a name: what the tab makes of its tag.

    A weight whose name says that it is a statistic is one.
    """
    tag = valid_tag(f"{PREFIXES[role]}{name}{suffix}")
    found = name_tags([tag])[tag]
    statistic = role == "weight" and found.role == "statistic"
    said = found.role if statistic or role == "other" else role
    return Parameter(tag, found.layer, found.parameter, said)


def with_unique_tags(parameters: list[Parameter]) -> list[Parameter]:
    """Returns the parameters with a number behind tags that were there before."""
    seen: set[str] = set()
    unique = []
    for parameter in parameters:
        tag, number = parameter.tag, 1
        while tag in seen:
            number += 1
            tag = f"{parameter.tag}_{number}"
        seen.add(tag)
        unique.append(replace(parameter, tag=tag))
    return unique
