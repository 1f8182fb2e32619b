"""Records what happens in the layers of a PyTorch model while it trains."""

from __future__ import annotations

import contextlib
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
from tb_layerweights.record.modules import Activations, Network, inner, kind, known
from tb_layerweights.record.optimizers import Optimizers, scale_of
from tb_layerweights.record.outline import named
from tb_layerweights.record.ranks import (
    gathered,
    holds_shards,
    is_counted_here,
    is_parallel,
    is_shard,
    together,
    writes,
)
from tb_layerweights.record.recorder import Item, Recorder
from tb_layerweights.record.tally import Tally, scaled
from tb_layerweights.record.tensors import tally_change, tally_tensor

Count = Callable[[], Tally]

# Hooks of models that are gone. They do nothing, and can't be taken away while hooks are called.
_idle: list[Any] = []


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

    Under `torch.distributed` all processes call it, with the model as it is trained: wrapped or
    sharded. Their counts are added up, and the first process writes. With `torch.compile`, call it
    before the model's first batch: code that is compiled then has no place for activations.

    Args:
      model: any module: compiled, wrapped for distributed training or not.
      log_dir: the run's directory, or the `SummaryWriter` that logs there already.
      every: record at every so many steps of the optimizer. At step n the weights are those after
        n steps, step 0 has the initial ones; gradients and updates are those of the step that
        follows. The last weights are recorded when the watch ends.
      gradients: whether to record gradients as the optimizer gets them: clipped, reduced, and
        without the scale of a `GradScaler`, which is written beside them.
      updates: whether to record what each step adds to the parameters. That takes a copy of them
        for the length of the step.
      activations: modules whose outputs in training are recorded, by a regular expression that
        finds their names, or by their names. Of several outputs it is the first tensor.
      first_step: the step to begin with, for a training that goes on.
      include, exclude: regular expressions for the names of parameters and buffers.
      strict: whether errors are raised rather than warned of.

    Raises:
      TypeError: the log directory is none, or the step is no whole number.
      ValueError: for a step or a rhythm that is none, or modules that the model doesn't have.
    """
    if type(every) is not int or every < 1:
        raise ValueError(f"every must be a number of steps, not {every!r}")
    while _idle:
        _idle.pop().remove()
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
        within = inner(model)
        self._model = weakref.ref(within)
        self._parallel, self._flat = is_parallel(model), holds_shards(model)
        self._together, self._writes = together(), writes()
        self._recorder = recorder
        self._every = every
        self._gradients, self._updates = gradients, updates
        self._optimizers = Optimizers(first_step)
        self._before: dict[str, Any] = {}
        self._weights_at: dict[str, int] = {}
        self._described = False
        self._activations = Activations(within, activations, self._is_due, recorder.recording)
        # A step that is compiled leaves its graph for these.
        before, after = map(torch.compiler.disable, (self._before_step, self._after_step))
        self._handles = [
            register_optimizer_step_pre_hook(before),
            register_optimizer_step_post_hook(after),
        ]
        self._gone = weakref.finalize(within, self._forget)
        self._gone.atexit = False

    def report(self) -> Report:
        """Returns what recording has cost so far."""
        return self._recorder.report()

    def remove(self) -> None:
        """Records the last weights and ends; a second time does nothing.

        Under `torch.distributed`, all processes must call it, while they are still connected.
        """
        self._end(last=True)

    def close(self) -> None:
        """Does the same as `remove`."""
        self.remove()

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *exception: object) -> None:
        if exception[0] is None:
            self.remove()
            return
        with contextlib.suppress(Exception):  # That of the training is the one to see.
            # Other processes don't know of it, and would not answer.
            self._end(last=not together())

    def _end(self, last: bool) -> None:
        handles, self._handles = self._handles, []
        for handle in handles:
            handle.remove()
        self._gone.detach()
        self._activations.remove()
        self._before = {}
        model = self._model()
        if handles and last and model is not None:
            with self._recorder.recording(), torch.no_grad():
                network = Network(model)
                for optimizer, step in self._optimizers.steps():
                    self._write(self._weights(network, optimizer, step), step)
        self._recorder.close()

    def _forget(self) -> None:
        """Ends when the model is gone."""
        _idle.extend(self._handles)
        self._handles = []
        self._recorder.close()

    def _is_due(self) -> bool:
        return self._optimizers.step() % self._every == 0

    def _before_step(self, optimizer: Any, args: Any, kwargs: Any) -> None:
        model = self._model()
        if model is None:
            return
        step = self._optimizers.begin(optimizer, model.parameters(), self._every)
        if step is not None and step % self._every == 0:
            with self._recorder.recording(), torch.no_grad():
                self._record(Network(model), optimizer, step)

    def _record(self, network: Network, optimizer: Any, step: int) -> None:
        asked = self._weights(network, optimizer, step)
        if self._gradients:
            asked += self._gradients_of(network, optimizer)
        if self._optimizers.leads(optimizer):
            for parameter, count in self._activations.taken():
                if self._parallel or count().moments.size:
                    asked.append(_Asked(parameter, count, self._parallel))
        self._write(asked, step, network)
        if self._updates:
            owns = self._optimizers.owns(optimizer)
            self._before = {
                one.tag: tensor.detach().clone()
                for one, tensor in network.parameters
                if owns(tensor) and self._recorder.wants(one.tag)
            }

    def _after_step(self, optimizer: Any, args: Any, kwargs: Any) -> None:
        step = self._optimizers.end(optimizer)
        if step is None:
            return
        before, self._before = self._before, {}
        model = self._model()
        if model is None or not before:
            return
        with self._recorder.recording(), torch.no_grad():
            asked = []
            for one, tensor in Network(model).parameters:
                if one.tag in before:
                    count = _change(tensor, before, one.tag)
                    asked.append(_Asked(named(one.tag, "update"), count, self._is_spread(tensor)))
            self._write(asked, step)

    def _weights(self, network: Network, optimizer: Any, step: int) -> list[_Asked]:
        """Returns the tensors that have the steps of an optimizer, unless they are recorded."""
        found = []
        counts = self._optimizers.counts_for(optimizer)
        for one, tensor in network.all:
            new = self._weights_at.get(one.tag, -1) < step
            if new and counts(tensor) and self._recorder.wants(one.tag):
                self._weights_at[one.tag] = step
                found.append(_Asked(one, _count(tensor), self._is_spread(tensor)))
        return found

    def _gradients_of(self, network: Network, optimizer: Any) -> list[_Asked]:
        found = []
        owns, scale = self._optimizers.owns(optimizer), scale_of(optimizer)
        for one, tensor in network.parameters:
            if not owns(tensor) or not self._recorder.wants(one.tag):
                continue
            gradient, spread = tensor.grad, self._is_spread(tensor)
            # Of a parameter that is spread, a process may have no part, but all must ask.
            if gradient is not None or spread:
                count = Tally if gradient is None else _count(gradient, scale.left)
                found.append(_Asked(named(one.tag, "gradient"), count, spread, scale.said))
        return found

    def _is_spread(self, tensor: Any) -> bool:
        return is_shard(tensor) or (self._flat and isinstance(tensor, torch.nn.Parameter))

    def _write(self, asked: list[_Asked], step: int, network: Network | None = None) -> None:
        """Writes tensors at a step, those that are spread over processes as one."""
        self._writes &= writes()
        if self._together and not together():
            # The others are gone, and with them their parts.
            asked = [one for one in asked if not one.spread]
        spread = [one for one in asked if one.spread]
        counted = gathered([one.tally for one in spread])
        if not self._writes:
            return
        if network is not None and not self._described:
            self._described = True
            self._describe(network)
        of_all = dict(zip([one.parameter.tag for one in spread], counted, strict=True))
        items = []
        for one in asked:
            count = one.tally
            if one.spread:
                tally = of_all[one.parameter.tag]
                if tally is None or not tally.moments.size:
                    continue
                count = known(tally)
            items.append(Item(one.parameter, count, one.scale))
        self._recorder.write(items, step)

    def _describe(self, network: Network) -> None:
        said = [one for one, _ in network.all] + network.tied
        wanted = [one for one in said if self._recorder.wants(one.tag)]
        self._recorder.describe(wanted, model=kind(self._model()), framework="torch")


def _count(tensor: Any, scale: float = 1.0) -> Count:
    if not is_counted_here(tensor):
        return Tally
    count = partial(tally_tensor, tensor)
    return count if scale == 1.0 else lambda: scaled(count(), 1 / scale)


def _change(tensor: Any, before: dict[str, Any], tag: str) -> Count:
    if not is_counted_here(tensor):
        return Tally
    return lambda: tally_change(tensor, before.pop(tag))
