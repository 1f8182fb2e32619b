"""What a tag says: the layer, the parameter and the role it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

Role = Literal["weight", "statistic", "gradient", "update", "optimizer", "activation", "other"]
ROLES: tuple[Role, ...] = (
    "weight",
    "statistic",
    "gradient",
    "update",
    "optimizer",
    "activation",
    "other",
)

_PREFIXES: dict[str, Role] = {
    **dict.fromkeys(("weight", "weights", "param", "params", "parameter", "parameters"), "weight"),
    **dict.fromkeys(("grad", "grads", "gradient", "gradients"), "gradient"),
    **dict.fromkeys(("activation", "activations"), "activation"),
    **dict.fromkeys(("update", "updates"), "update"),
    **dict.fromkeys(("optim", "optimizer", "optimizers"), "optimizer"),
}
_SUFFIXES: dict[str, Role] = {
    **dict.fromkeys(("grad", "grads", "gradient", "gradients"), "gradient"),
    **dict.fromkeys(("update", "updates"), "update"),
    **dict.fromkeys(("exp_avg", "exp_avg_sq", "momentum_buffer"), "optimizer"),
}
_SUFFIX = re.compile(rf"(.+)[./_]({'|'.join(sorted(_SUFFIXES, key=len, reverse=True))})", re.DOTALL)

_STATISTIC = re.compile(
    r"moving_(mean|var|variance)|running_(mean|var)|num_batches_tracked|seed_generator_state"
)
_ACTIVATION = re.compile(r"(pre_?)?activations?|outputs?")
_WEIGHT = re.compile(
    r"""
    (bias_|raw_)?(weights?|kernel)(_(ih|hh|hr)(_l\d+(_reverse)?)?|_[gv]|_orig|_mask)?
    | bias(es)?(_(ih|hh)(_l\d+(_reverse)?)?|_[kv])?
    | (depthwise|pointwise|recurrent|attention)_(kernel|weight|bias)
    | (in|out|[qkv])_proj_(weight|bias)
    | gamma | beta | alpha | scale | embeddings? | w | b | W
    | (cls|class|mask)_token | (pos|position|positional)_(embeddings?|embed) | logit_scale
    | relative_position_bias_table | lora_[AB] | original[01]
    """,
    re.VERBOSE,
)
# `conv1_weight`, `bn1_running_mean`: the parameter's name behind an underscore.
_FLAT = re.compile(
    r"(.+?)_(in_proj_(?:weight|bias)|(?:depthwise|pointwise|recurrent)_kernel|weights?|kernel"
    r"|bias(?:es)?|(?:weight|bias)_(?:ih|hh)_l\d+(?:_reverse)?|gamma|beta|embeddings?"
    r"|(?:moving|running)_(?:mean|var|variance)|num_batches_tracked)",
    re.DOTALL,
)
_KERAS_SUFFIX = "/histogram"
_TF1_SUFFIX = re.compile(r"/summar(y|ies)(_\d+)?$")
# wandb.watch puts the number of the model straight before the name: `graph_1fc1.weight`.
_WANDB = re.compile(r"graph_\d(?=.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Name:
    """The place of a tag in a network."""

    layer: str
    parameter: str
    role: Role


@dataclass(frozen=True, slots=True)
class _Reading:
    name: Name
    known: bool = True  # the leaf is one that says its role
    head: str = ""  # what stands before the leaf
    dotted: bool = False


def name_tags(tags: Iterable[str]) -> dict[str, Name]:
    """Returns the name of every tag; no two tags have the same layer, parameter and role.

    A gradient, update or optimizer slot of a parameter has the layer and the parameter's name.
    A tag that follows no known habit appears as itself, with role `other`. Where two tags would
    have the same name, the parameter of both is the whole tag.
    """
    return dict(_names_of(tuple(tags)))


# A page asks several questions about the same run, and then again whenever it grows.
@lru_cache(maxsize=8)
def _names_of(tags: tuple[str, ...]) -> dict[str, Name]:
    readings = {tag: _read(tag) for tag in tags}
    modules = _ancestors(readings.values())
    names = {tag: _with_siblings(reading, modules) for tag, reading in readings.items()}
    while True:
        seen: dict[Name, list[str]] = {}
        for tag, name in names.items():
            seen.setdefault(name, []).append(tag)
        twins = [tag for same in seen.values() if len(same) > 1 for tag in same]
        if not twins:
            return names
        names.update({tag: replace(names[tag], parameter=tag) for tag in twins})


def is_collided(tag: str) -> bool:
    """Returns whether Keras 3.0 to 3.13 wrote this tag, one for all layers of the network."""
    leaf = tag.removesuffix(_KERAS_SUFFIX)
    return leaf != tag and "/" not in leaf and bool(_known_role(leaf))


def _read(tag: str) -> _Reading:
    rest = tag.removesuffix(_KERAS_SUFFIX)
    by_keras = rest != tag and rest != ""
    rest = (_TF1_SUFFIX.sub("", rest) if by_keras else rest) or tag
    first, slash, behind = rest.partition("/")
    if slash and behind and first.lower() in _PREFIXES:
        role = _PREFIXES[first.lower()]
        inner = _read_path(_WANDB.sub("", behind, count=1) if _WANDB.match(behind) else behind)
        if role != "weight":
            return _Reading(replace(inner.name, role=role))
        return _Reading(replace(inner.name, role=inner.name.role if inner.known else role))
    suffix = _SUFFIX.fullmatch(rest)
    if suffix:
        inner, role = _read_path(suffix[1]), _SUFFIXES[suffix[2]]
        parameter = inner.name.parameter
        if role == "optimizer":
            parameter = f"{parameter}.{suffix[2]}"
        return _Reading(replace(inner.name, parameter=parameter, role=role))
    reading = _read_path(rest)
    if by_keras and not reading.known:
        return _Reading(replace(reading.name, role="weight"))
    return reading


def _read_path(path: str) -> _Reading:
    """Reads a tag without prefix and suffix: `layer/parameter`, `layer.parameter` or flat."""
    cut = max(path.rfind("/"), path.rfind("."))
    head, leaf = (path[:cut], path[cut + 1 :]) if cut > 0 else ("", path)
    dotted = cut > 0 and path[cut] == "."
    if not leaf:
        return _Reading(Name(path, path, "other"), known=False)
    plain = leaf.removesuffix("_0")
    role = _known_role(plain)
    if role:
        return _Reading(Name(head or plain, plain, role), head=head, dotted=dotted)
    flat = _FLAT.fullmatch(plain)
    if flat:
        layer = path[: len(path) - len(leaf)] + flat[1]
        return _Reading(Name(layer, flat[2], _known_role(flat[2]) or "weight"))
    numbered = _known_role(re.sub(r"_\d+$", "", leaf))
    if numbered:
        return _Reading(Name(head or leaf, leaf, numbered), head=head, dotted=dotted)
    return _Reading(Name(head or path, leaf, "other"), known=False, head=head, dotted=dotted)


def _known_role(leaf: str) -> Role | None:
    if _WEIGHT.fullmatch(leaf):
        return "weight"
    if _STATISTIC.fullmatch(leaf):
        return "statistic"
    return "activation" if _ACTIVATION.fullmatch(leaf) else None


def _ancestors(readings: Iterable[_Reading]) -> set[str]:
    """Returns the dotted module paths that hold known weights, and all modules above them."""
    modules: set[str] = set()
    for reading in readings:
        if reading.dotted and reading.known and reading.name.role == "weight":
            module = reading.head
            while module and module not in modules:
                modules.add(module)
                module = module.rpartition(".")[0]
    return modules


def _with_siblings(reading: _Reading, modules: set[str]) -> Name:
    if not reading.known and reading.dotted and reading.head in modules:
        return replace(reading.name, role="weight")
    return reading.name
