"""The outline of a run: its layers and their parameters, in the order of the network.

Nobody logs the order of the layers, but every training writes its histograms in that order, so
the wall times hold it. Of a series that was not read, one wall time is known: that of its last
step. Among the series that end at the same step, sorting by it restores the order of writing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from tb_layerweights.names import ROLES, Name, name_tags
from tb_layerweights.natural import natural_key


class Listed(Protocol):
    """What must be known of a series."""

    @property
    def tag(self) -> str: ...
    @property
    def last_step(self) -> int: ...
    @property
    def last_wall_time(self) -> float: ...


class Parameter(NamedTuple):
    tag: str
    parameter: str
    role: str
    last_step: int


@dataclass(frozen=True, slots=True)
class Layer:
    layer: str
    kind: str | None  # the layer's class, where the Keras graph says it
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    layers: tuple[Layer, ...]
    by_name: bool  # the wall times can't tell the order


def outline(
    listed: Sequence[Listed],
    kinds: Mapping[str, str] | None = None,
    known: Mapping[str, Name] | None = None,
) -> Outline:
    """Returns the layers of a run in network order; every tag is in it exactly once.

    Args:
      listed: the series of one run, in any order.
      kinds: the class of every layer of the Keras graph, in the graph's order.
      known: names of series whose tag doesn't say them.
    """
    kinds, known = kinds or {}, known or {}
    told = name_tags(series.tag for series in listed if series.tag not in known)
    names = {**told, **known}
    groups = _groups(listed)
    by_name = not _tell_order(groups, len(listed))
    if by_name:
        layers = _order_by_name({name.layer for name in names.values()}, kinds)
    else:
        orders = [_layer_order(group, names) for group in groups]
        layers = _merge(orders, [group[0].last_step for group in groups])
    members: dict[str, list[Listed]] = {layer: [] for layer in layers}
    for group in groups:
        for series in group:
            members[names[series.tag].layer].append(series)
    return Outline(
        tuple(
            Layer(layer, _kind(layer, kinds), _parameters(members[layer], names))
            for layer in layers
        ),
        by_name,
    )


def _groups(listed: Sequence[Listed]) -> list[list[Listed]]:
    """Returns the series that end at the same step, largest group first, as they were written."""
    groups: dict[int, list[Listed]] = {}
    for series in listed:
        groups.setdefault(series.last_step, []).append(series)
    for group in groups.values():
        group.sort(key=_written)
    return [groups[step] for step in sorted(groups, key=lambda step: (-len(groups[step]), -step))]


def _written(series: Listed) -> tuple[float, object]:
    finite = math.isfinite(series.last_wall_time)
    return (series.last_wall_time if finite else math.inf, natural_key(series.tag))


def _tell_order(groups: Sequence[Sequence[Listed]], series: int) -> bool:
    """Returns whether most series have a wall time that places them among others."""
    told = 0
    for group in groups:
        times = {one.last_wall_time for one in group if math.isfinite(one.last_wall_time)}
        told += len(times) if len(times) > 1 else 0
    return series <= 1 or 2 * told > series


def _layer_order(group: Sequence[Listed], names: Mapping[str, Name]) -> list[str]:
    """Returns the layers of a group: each stands where its first weight does, if it has one."""
    places: dict[str, tuple[bool, int]] = {}
    for place, series in enumerate(group):
        name = names[series.tag]
        key = (name.role != "weight", place)
        places[name.layer] = min(places.get(name.layer, key), key)
    return sorted(places, key=lambda layer: places[layer][1])


def _merge(orders: Sequence[Sequence[str]], steps: Sequence[int]) -> list[str]:
    """Returns the first order with the layers only others know put behind their predecessors.

    Layers that share none with those before them stand in front if they end at a newer step: the
    step is being written, and they come first in it.
    """
    merged = list(orders[0]) if orders else []
    known = set(merged)
    for index, order in enumerate(orders[1:], 1):
        followers: dict[str | None, list[str]] = {}
        anchor = None
        for layer in order:
            if layer in known:
                anchor = layer
            else:
                followers.setdefault(anchor, []).append(layer)
        ahead = followers.pop(None, [])
        merged = [one for layer in merged for one in (layer, *followers.get(layer, ()))]
        if ahead:
            first = next((layer for layer in order if layer in known), None)
            is_newer = steps[index] > max(steps[:index])
            apart = 0 if is_newer else len(merged)
            place = merged.index(first) if first is not None else apart
            merged[place:place] = ahead
        known = set(merged)
    return merged


def _order_by_name(layers: set[str], kinds: Mapping[str, str]) -> list[str]:
    places = {name: place for place, name in enumerate(kinds)}

    def key(layer: str) -> tuple[int, object]:
        match = _match(layer, kinds)
        return (places[match] if match is not None else len(places), natural_key(layer))

    return sorted(layers, key=key)


def _parameters(series: Sequence[Listed], names: Mapping[str, Name]) -> tuple[Parameter, ...]:
    ordered = sorted(series, key=lambda one: ROLES.index(names[one.tag].role))
    return tuple(
        Parameter(one.tag, names[one.tag].parameter, names[one.tag].role, one.last_step)
        for one in ordered
    )


def _match(layer: str, kinds: Mapping[str, str]) -> str | None:
    """Returns the layer of the graph that a path names: the innermost of its segments."""
    if layer in kinds:
        return layer
    return next((part for part in reversed(layer.split("/")) if part in kinds), None)


def _kind(layer: str, kinds: Mapping[str, str]) -> str | None:
    match = _match(layer, kinds)
    return kinds[match] if match is not None else None
