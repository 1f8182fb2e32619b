"""Records what happens in the layers of a PyTorch model while it trains."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

import torch
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

from tb_layerweights.record.format import Parameter
from tb_layerweights.record.manners import Report, checked_step
from tb_layerweights.record.modules import Activations, Network, inner
from tb_layerweights.record.outline import named
from tb_layerweights.record.ranks import (
    gathered,
    holds_shards,
    is_counted_here,
    is_parallel,
    is_shard,
    writes,
)
from tb_layerweights.record.recorder import Item, Recorder
from tb_layerweights.record.tally import Tally, scaled
from tb_layerweights.record.tensors import tally_change, tally_tensor

Count = Callable[[], Tally]


class _Asked(NamedTuple):
    """One tensor to record."""

    parameter: Parameter
    tally: Count
    spread: bool = False  # over all processes, each of which counts its part
    scale: float = 1.0


def watch(
    model: Any,
    log_dir: Any,
    *,
    every: int = 100,
    gradients: bool = True,
    updates: bool = True,
    activations: str | Iterable[str] | None = None,
    first_step: int = 0,
    include: str | None = None,
    exclude: str | None = r"num_batches_tracked$",
    strict: bool = False,
) -> Watch:
    """Records a model from now on, whenever an optimizer takes a step with its parameters.

        with watch(model, "logs/run"):
            train(model)

    Args:
      model: any module: compiled, wrapped for distributed training or not.
      log_dir: the run's directory, or the `SummaryWriter` that logs there already.
      every: record at every so many steps of the optimizer. At step n the weights are those after
        n steps, step 0 has the initial ones; gradients and updates are those of the step that
        follows. The last weights are recorded when the watch ends.
      gradients: whether to record gradients as the optimizer gets them: clipped, reduced, and
        without the scale of a `GradScaler`.
      updates: whether to record what each step adds to the parameters. That takes a copy of them
        for the length of the step.
      activations: modules whose outputs in training are recorded, by a regular expression that
        finds their names, or by their names.
      first_step: the step to begin with, for a training that goes on.
      include, exclude: regular expressions for the names of parameters and buffers.
      strict: whether errors are raised rather than warned of.

    Raises:
      TypeError, ValueError: for a step or a rhythm that is none.
    """
    if type(every) is not int or every < 1:
        raise ValueError(f"every must be a number of steps, not {every!r}")
    recorder = Recorder(log_dir, include=include, exclude=exclude, strict=strict)
    what = (gradients, updates, activations)
    return Watch(model, recorder, every, checked_step(first_step), *what)


class Watch:
    """A model that is being recorded; `watch` makes it."""

    def __init__(
        self,
        model: Any,
        recorder: Recorder,
        every: int,
        first_step: int,
        gradients: bool,
        updates: bool,
        activations: str | Iterable[str] | None,
    ) -> None:
        self._model = weakref.ref(inner(model))
        self._parallel, self._flat = is_parallel(model), holds_shards(model)
        self._writes = writes()
        self._recorder = recorder
        self._every, self._first = every, first_step
        self._gradients, self._updates = gradients, updates
        self._steps: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
        self._leading = self._stepping = _nothing
        self._before: dict[str, Any] = {}
        self._weights_at: dict[str, int] = {}
        self._described = False
        self._activations = Activations(inner(model), activations, self._is_due, recorder.recording)
        self._handles = [
            register_optimizer_step_pre_hook(self._before_step),
            register_optimizer_step_post_hook(self._after_step),
        ]

    def report(self) -> Report:
        """Returns what recording has cost so far."""
        return self._recorder.report()

    def remove(self) -> None:
        """Records the last weights and ends; a second time does nothing.

        Under `torch.distributed`, all processes must call it.
        """
        handles, self._handles = self._handles, []
        for handle in handles:
            handle.remove()
        self._activations.remove()
        model = self._model()
        if handles and model is not None and self._leading() is not None:
            with self._recorder.recording(), torch.no_grad():
                step = self._step()
                self._write(self._weights(Network(model), None, step), step)
        self._recorder.close()

    def close(self) -> None:
        """Does the same as `remove`."""
        self.remove()

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()

    def _step(self) -> int:
        """Returns the step of the optimizer that was seen first."""
        leading = self._leading()
        return self._first if leading is None else self._steps.get(leading, self._first)

    def _is_due(self) -> bool:
        return self._step() % self._every == 0

    def _before_step(self, optimizer: Any, args: Any, kwargs: Any) -> None:
        outer = self._stepping()
        if outer is not None and outer is not optimizer:
            return  # An optimizer may be made of others, whose steps are part of its own.
        self._stepping = weakref.ref(optimizer)
        model = self._model()
        if model is None:
            self.remove()
            return
        owned = {id(one) for group in optimizer.param_groups for one in group["params"]}
        if owned.isdisjoint(map(id, model.parameters())):
            return
        if self._leading() is None:
            self._leading = weakref.ref(optimizer)
        step = self._steps.setdefault(optimizer, self._first)
        if step % self._every == 0:
            with self._recorder.recording(), torch.no_grad():
                self._record(Network(model), optimizer, owned, step)

    def _record(self, network: Network, optimizer: Any, owned: set[int], step: int) -> None:
        leads = self._leading() is optimizer
        asked = self._weights(network, None if leads else owned, step)
        if self._gradients:
            asked += self._gradients_of(network, owned, _scale(optimizer))
        if leads:
            for parameter, count in self._activations.taken():
                if self._parallel or count().moments.size:
                    asked.append(_Asked(parameter, count, self._parallel))
        self._write(asked, step, network)
        if self._updates:
            self._before = {
                one.tag: tensor.detach().clone()
                for one, tensor in network.parameters
                if id(tensor) in owned and self._recorder.wants(one.tag)
            }

    def _after_step(self, optimizer: Any, args: Any, kwargs: Any) -> None:
        if self._stepping() is not optimizer:
            return
        self._stepping = _nothing
        if optimizer not in self._steps:
            return
        step, before = self._steps[optimizer], self._before
        self._steps[optimizer], self._before = step + 1, {}
        model = self._model()
        if model is None or not before:
            return
        with self._recorder.recording(), torch.no_grad():
            asked = [
                _Asked(
                    _as(one, "update"), _change(tensor, before, one.tag), self._is_spread(tensor)
                )
                for one, tensor in Network(model).parameters
                if one.tag in before
            ]
            self._write(asked, step)

    def _weights(self, network: Network, owned: set[int] | None, step: int) -> list[_Asked]:
        """Returns the parameters of an optimizer; without one, those of all, and the buffers."""
        found = []
        for one, tensor in network.all:
            wanted = owned is None or id(tensor) in owned
            if wanted and self._recorder.wants(one.tag) and self._weights_at.get(one.tag) != step:
                self._weights_at[one.tag] = step
                found.append(_Asked(one, _count(tensor), self._is_spread(tensor)))
        return found

    def _gradients_of(self, network: Network, owned: set[int], scale: float) -> list[_Asked]:
        found = []
        for one, tensor in network.parameters:
            gradient = tensor.grad
            if gradient is not None and id(tensor) in owned and self._recorder.wants(one.tag):
                count = _count(gradient, scale)
                spread = self._is_spread(gradient)
                found.append(_Asked(_as(one, "gradient"), count, spread, scale))
        return found

    def _is_spread(self, tensor: Any) -> bool:
        return self._flat or is_shard(tensor)

    def _write(self, asked: list[_Asked], step: int, network: Network | None = None) -> None:
        """Writes tensors at a step, those that are spread over processes as one."""
        spread = [one for one in asked if one.spread]
        together = gathered([one.tally for one in spread])
        if not self._writes:
            return
        if network is not None and not self._described:
            self._described = True
            self._describe(network)
        known = dict(zip([one.parameter.tag for one in spread], together, strict=True))
        items = []
        for one in asked:
            count = one.tally
            if one.spread:
                tally = known[one.parameter.tag]
                if tally is None or not tally.moments.size:
                    continue
                count = partial(_same, tally)
            items.append(Item(one.parameter, count, one.scale))
        self._recorder.write(items, step)

    def _describe(self, network: Network) -> None:
        model = self._model()
        said = [one for one, _ in network.all] + network.tied
        wanted = [one for one in said if self._recorder.wants(one.tag)]
        self._recorder.describe(wanted, model=type(model).__name__, framework="torch")


def _nothing() -> Any:
    return None


def _same(tally: Tally) -> Tally:
    return tally


def _as(parameter: Parameter, role: str) -> Parameter:
    return named(parameter.tag, role)


def _count(tensor: Any, scale: float = 1.0) -> Count:
    if not is_counted_here(tensor):
        return Tally
    count = partial(tally_tensor, tensor)
    return count if scale == 1.0 else lambda: scaled(count(), 1 / scale)


def _change(tensor: Any, before: dict[str, Any], tag: str) -> Count:
    if not is_counted_here(tensor):
        return Tally
    return lambda: tally_change(tensor, before.pop(tag))


def _scale(optimizer: Any) -> float:
    """Returns what gradients are multiplied by while a fused optimizer takes a step for a scaler.

    Before other steps, a `GradScaler` has divided them already.
    """
    scale = getattr(optimizer, "grad_scale", None)
    value = 1.0 if scale is None else float(scale)
    return value if 0 < value < float("inf") else 1.0
