"""The optimizers that train a model: how many steps each took, and what scaled its gradients."""

from __future__ import annotations

import math
import sys
import weakref
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any, NamedTuple

import torch


class Scale(NamedTuple):
    """What gradients were multiplied by, and which part of that they still are."""

    said: float = 1.0
    left: float = 1.0


class Optimizers:
    """Counts the steps of every optimizer of one model.

    The first one seen leads: what no optimizer trains, such as buffers, has its steps.
    """

    def __init__(self, first: int) -> None:
        """Args:
        first: the step to begin with.
        """
        self._first = self._last = first
        self._seen = False
        self._steps: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
        self._owned: weakref.WeakKeyDictionary[Any, set[int]] = weakref.WeakKeyDictionary()
        self._leading = self._stepping = _nothing

    def begin(self, optimizer: Any, parameters: Iterable[Any], every: int) -> int | None:
        """Returns the step that an optimizer begins, None if it trains no such parameter.

        Of a known optimizer that is looked up every so many steps: a small step takes no longer.
        """
        outer = self._stepping()
        if outer is not None and outer is not optimizer:
            return None  # An optimizer may be made of others, whose steps are part of its own.
        self._stepping = weakref.ref(optimizer)
        known = self._steps.get(optimizer)
        count = sum(len(group["params"]) for group in optimizer.param_groups)
        if known is not None and known % every and count == len(self._owned[optimizer]):
            return known
        owned = {id(one) for group in optimizer.param_groups for one in group["params"]}
        if owned.isdisjoint(map(id, parameters)):
            return None
        if optimizer not in self._steps:
            self._enter(optimizer, owned)
        self._owned[optimizer] = owned
        return self._steps[optimizer]

    def _enter(self, optimizer: Any, owned: set[int]) -> None:
        """Lets an optimizer go on from the one whose place it takes."""
        self._seen = True
        leading = self._leading()
        before = [self._steps[one] for one, ids in self._owned.items() if owned & ids]
        if leading is None:
            before.append(self._last)
        if leading is None or owned & self._owned[leading]:
            self._leading = weakref.ref(optimizer)
        self._steps[optimizer] = max(before, default=self._first)

    def end(self, optimizer: Any) -> int | None:
        """Returns the step that an optimizer has taken, None if it is none of the model's."""
        if self._stepping() is not optimizer:
            return None
        self._stepping = _nothing
        step = self._steps.get(optimizer)
        if step is not None:
            self._steps[optimizer] = step + 1
            if self.leads(optimizer):
                self._last = step + 1
        return step

    def leads(self, optimizer: Any) -> bool:
        return self._leading() is optimizer

    def step(self) -> int:
        """Returns the step of the leading optimizer."""
        return self._last

    def steps(self) -> list[tuple[Any, int]]:
        """Returns every optimizer with its step; None stands for those that are gone."""
        if not self._seen:
            return []
        return [*self._steps.items(), (None, self._last)]

    def owns(self, optimizer: Any) -> Callable[[Any], bool]:
        """Returns what tells whether an optimizer trains a tensor."""
        owned = self._owned[optimizer]
        return lambda tensor: id(tensor) in owned

    def counts_for(self, optimizer: Any) -> Callable[[Any], bool]:
        """Returns what tells whether a tensor has the steps of an optimizer.

        What none trains has those of the leading one, or of None when that is gone.
        """
        owned = set() if optimizer is None else self._owned[optimizer]
        if optimizer is not None and not self.leads(optimizer):
            return lambda tensor: id(tensor) in owned
        others = {one for ids in self._owned.values() for one in ids} - owned
        return lambda tensor: id(tensor) not in others


def scale_of(optimizer: Any) -> Scale:
    """Returns what multiplies the gradients of an optimizer that begins a step.

    A `GradScaler` divides them before most steps; fused optimizers do it within theirs.
    """
    said = getattr(optimizer, "grad_scale", None)
    left = 1.0 if said is None else _positive(float(said))
    scaler = _scaler()
    return Scale(left if scaler is None else _positive(scaler.get_scale()), left)


def _positive(scale: float) -> float:
    return scale if 0 < scale < math.inf else 1.0


def _scaler() -> Any:
    """Returns the scaler that lets the optimizer take its step: nobody else knows of it."""
    code = torch.amp.GradScaler.step.__code__
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code is not code:
        frame = frame.f_back
    return None if frame is None else frame.f_locals["self"]


def _nothing() -> Any:
    return None
