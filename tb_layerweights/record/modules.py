"""What a PyTorch model is made of: its tensors by name, and the outputs of its modules."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import torch

from tb_layerweights.record.format import Parameter
from tb_layerweights.record.outline import named
from tb_layerweights.record.tally import Tally, add
from tb_layerweights.record.tensors import tally_tensor

# What wrappers of modules put into the names of their parameters.
_WRAPPED = re.compile(r"\b(_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\b\.?")


def inner(model: Any) -> Any:
    """Returns the model within those that compile it or train it in parallel."""
    while True:
        within = getattr(model, "_orig_mod", None)
        if within is None and isinstance(model, torch.nn.parallel.DistributedDataParallel):
            within = model.module
        if within is None:
            return model
        model = within


def clean(name: str) -> str:
    """Returns the name that a module or a parameter has without wrappers."""
    return _WRAPPED.sub("", name).strip(".")


def kind(module: Any) -> str:
    """Returns the class of a module, of a sharded one that which it was written as."""
    found = type(module)
    if hasattr(module, "set_requires_gradient_sync") and len(found.__bases__) == 2:
        found = found.__bases__[1]
    return found.__name__


class Network:
    """The parameters and buffers of a model at a moment, module by module, each once."""

    def __init__(self, model: Any) -> None:
        self.parameters: list[tuple[Parameter, Any]] = []
        self.all: list[tuple[Parameter, Any]] = []
        self.tied: list[Parameter] = []
        seen: dict[int, str] = {}
        for path, module in model.named_modules():
            for name, tensor, is_parameter in _own(module):
                role = "weight" if is_parameter else "statistic"
                said = _parameter(clean(f"{path}.{name}"), role, tensor, kind(module))
                if id(tensor) in seen:
                    self.tied.append(replace(said, tied=seen[id(tensor)]))
                    continue
                seen[id(tensor)] = said.tag
                self.all.append((said, tensor))
                if is_parameter:
                    self.parameters.append((said, tensor))


def _own(module: Any) -> Iterator[tuple[str, Any, bool]]:
    for name, tensor in module._parameters.items():
        if tensor is not None and not torch.nn.parameter.is_lazy(tensor):
            yield name, tensor, True
    for name, tensor in module._buffers.items():
        if tensor is not None and not torch.nn.parameter.is_lazy(tensor):
            yield name, tensor, False


def _parameter(name: str, role: str, tensor: Any, kind: str) -> Parameter:
    return replace(
        named(name, role),
        shape=tuple(int(size) for size in tensor.shape),
        dtype=str(tensor.dtype).removeprefix("torch."),
        kind=kind,
        trainable=bool(tensor.requires_grad),
    )


class Activations:
    """Counts the outputs of chosen modules as they come, and keeps the counts only."""

    def __init__(
        self,
        model: Any,
        chosen: str | Iterable[str] | None,
        is_due: Callable[[], bool],
        guard: Callable[[], contextlib.AbstractContextManager[None]],
    ) -> None:
        """Hooks the modules.

        Args:
          chosen: a regular expression that finds names of modules, or the names themselves.
          is_due: tells whether outputs are wanted at the moment.
          guard: what keeps errors from the training.

        Raises:
          ValueError: no module has such a name.
        """
        self._is_due, self._guard = is_due, guard
        modules = {clean(path): module for path, module in model.named_modules()}
        names = _chosen(chosen, list(modules))
        self._counted: dict[str, list[Tally]] = {name: [] for name in names}
        self._kinds = {name: kind(modules[name]) for name in names}
        self._handles = [modules[name].register_forward_hook(_Hook(self, name)) for name in names]

    def remove(self) -> None:
        for handle in self._handles:
            handle.remove()
        # Code that was compiled before goes on calling the hooks.
        self._handles, self._counted = [], {}

    def taken(self) -> list[tuple[Parameter, Callable[[], Tally]]]:
        """Returns what each module gave since the last time, and forgets it."""
        found: list[tuple[Parameter, Callable[[], Tally]]] = []
        for name, tallies in self._counted.items():
            output = named(f"{name}.output".lstrip("."), "activation")
            together = add(tallies) if tallies else Tally()
            found.append((replace(output, kind=self._kinds[name]), known(together)))
            self._counted[name] = []
        return found

    def count(self, name: str, training: bool, output: Any) -> None:
        if name not in self._counted or not training or not torch.is_grad_enabled():
            return
        if self._is_due() and not _in_backward():
            tensor = _first_tensor(output)
            if tensor is not None:
                with self._guard(), torch.no_grad():
                    self._counted[name].append(tally_tensor(tensor))


def known(tally: Tally) -> Callable[[], Tally]:
    """Returns what counts nothing any more."""
    return lambda: tally


class _Hook:
    """A forward hook of which copies, and what is saved with a model, do nothing."""

    def __init__(self, activations: Activations | None, name: str) -> None:
        self._name = name
        # A compiled model leaves its graph for this.
        self._count = torch.compiler.disable(activations.count) if activations else None

    def __call__(self, module: Any, args: Any, output: Any) -> None:
        if self._count is not None:
            self._count(self._name, module.training, output)

    def __deepcopy__(self, memo: Any) -> _Hook:
        return _Hook(None, self._name)

    def __reduce__(self) -> Any:
        return _Hook, (None, self._name)


def _chosen(chosen: str | Iterable[str] | None, names: list[str]) -> list[str]:
    if chosen is None:
        return []
    if isinstance(chosen, str):
        found = [name for name in names if re.search(chosen, name)]
    else:
        wanted = list(chosen)
        missing = [name for name in wanted if name not in names]
        if missing:
            raise ValueError(f"the model has no module {missing[0]!r}")
        found = [name for name in names if name in wanted]
    if not found:
        raise ValueError(f"no module of the model is found by {chosen!r}")
    return found


def _in_backward() -> bool:
    # Where activations are computed again for the gradient, they are no new ones.
    task = getattr(torch._C, "_current_graph_task_id", None)
    return task is not None and bool(task() != -1)


def _first_tensor(output: Any) -> Any:
    if isinstance(output, torch.Tensor):
        return output
    inner = output.values() if isinstance(output, Mapping) else output
    if isinstance(output, Mapping | list | tuple):
        return next((one for one in map(_first_tensor, inner) if one is not None), None)
    return None
