"""Counts of several processes that train one model together (`torch.distributed`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

from tb_layerweights.record.count import UncountableError
from tb_layerweights.record.tally import Tally, add

# Tallies of so many tensors travel at once.
_TOGETHER = 16

Count = Callable[[], Tally]
_Part = Tally | str | None  # a string says what went wrong


def together() -> bool:
    """Returns whether several processes train together."""
    return bool(dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1)


def writes() -> bool:
    """Returns whether this process is the one that writes."""
    return not together() or dist.get_rank() == 0


def is_parallel(model: Any) -> bool:
    """Returns whether each process sees a part of each batch, and all take the same steps."""
    if not together():
        return False
    sharded = any(is_shard(one) for one in model.parameters())
    return sharded or any(_is_wrapper(module) for module in model.modules())


def _is_wrapper(module: Any) -> bool:
    return isinstance(module, DistributedDataParallel) or _is_flat(module)


def _is_flat(module: Any) -> bool:
    # FullyShardedDataParallel of PyTorch 1, which replaces parameters by views of their shards.
    return type(module).__name__ == "FullyShardedDataParallel"


def holds_shards(model: Any) -> bool:
    """Returns whether all parameters are shards that don't say so themselves."""
    return together() and any(_is_flat(module) for module in model.modules())


def is_shard(tensor: Any) -> bool:
    """Returns whether this process holds a part of the tensor only."""
    return hasattr(tensor, "placements") and not all(
        one.is_replicate() for one in tensor.placements
    )


def is_counted_here(tensor: Any) -> bool:
    """Returns whether no other process counts the same shard."""
    if not hasattr(tensor, "placements"):
        return True
    place = tensor.device_mesh.get_coordinate()
    copies = zip(tensor.placements, place or (), strict=False)
    return place is not None and all(here == 0 for one, here in copies if one.is_replicate())


def gathered(counts: Sequence[Count]) -> list[Tally | None]:
    """Returns what all processes count together, on the one that writes; elsewhere its own part.

    All processes must ask at once, for the same tensors. None stands for what cannot be counted.

    Raises:
      RuntimeError: a process failed to count. All have answered by then: nobody waits for it.
    """
    found: list[Tally | None] = []
    errors: list[str] = []
    for begin in range(0, len(counts), _TOGETHER):
        here = [_counted(count) for count in counts[begin : begin + _TOGETHER]]
        for of_all in zip(*_received(here), strict=True):
            known = [one for one in of_all if isinstance(one, Tally)]
            errors += [one for one in of_all if isinstance(one, str)]
            found.append(add(known) if known else None)
    if errors:
        raise RuntimeError(errors[0])
    return found


def _received(here: list[_Part]) -> list[list[_Part]]:
    if not together():
        return [here]
    parts: list[Any] | None = [None] * dist.get_world_size() if writes() else None
    dist.gather_object(here, parts, dst=0)
    return [here] if parts is None else parts


def _counted(count: Count) -> _Part:
    try:
        return count()
    except UncountableError:
        return None
    except Exception as error:
        return f"{type(error).__name__}: {error}"
