"""Trains one small PyTorch model in two processes with the recorder: parallel, and sharded.

python -m tests.torch_ranks FOLDER
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.distributed as dist
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import Shard, distribute_tensor
from torch.nn.parallel import DistributedDataParallel

from tb_layerweights.record.count import tally
from tb_layerweights.record.ranks import gathered
from tb_layerweights.record.tally import Tally
from tb_layerweights.record.torch import watch
from tests.torch_trainings import loss_of, made, sgd

RANKS = 2
STEPS = 3
SECONDS = 60


def train(model: Any, watched: Any, folder: Path, whole: Callable[[Any], Any]) -> None:
    """Takes some steps, each process with other images, and keeps what is true of both."""
    kept: dict[str, Any] = {}
    within = getattr(model, "module", model)
    optimizer = sgd(model)
    within.first.register_forward_hook(
        lambda _m, _i, out: kept.update({f"activations/first.output@{step}": out.detach()})
    )
    for step in range(STEPS):
        optimizer.zero_grad()
        loss_of(model, RANKS * step + dist.get_rank()).backward()
        before = {name: whole(one).clone() for name, one in within.named_parameters()}
        for name, one in within.named_parameters():
            kept[f"{name}@{step}"] = before[name]
            kept[f"gradients/{name}@{step}"] = whole(one.grad).clone()
        optimizer.step()
        for name, one in within.named_parameters():
            kept[f"updates/{name}@{step}"] = whole(one) - before[name]
    kept |= {f"{name}@{STEPS}": whole(one) for name, one in within.named_parameters()}
    watched.remove()
    arrays = {name: one.detach().numpy() for name, one in kept.items()}
    np.savez(folder.parent / f"{folder.name}-{dist.get_rank()}.npz", **arrays)


def parallel(folder: Path) -> None:
    model = DistributedDataParallel(made())
    options: dict[str, Any] = {"every": 1, "activations": "first", "strict": True}
    train(model, watch(model, folder, **options), folder, lambda one: one)


def sharded(folder: Path) -> None:
    model = made()
    mesh = init_device_mesh("cpu", (RANKS,))
    for part in (model.first, model):
        fully_shard(part, mesh=mesh)
    options: dict[str, Any] = {"every": 1, "activations": "first", "strict": True}
    train(model, watch(model, folder, **options), folder, lambda one: one.full_tensor())


def by_hand(folder: Path) -> None:
    """Shards one parameter, of which the last process has the smaller part."""
    model = torch.nn.Linear(8, 5)
    mesh = init_device_mesh("cpu", (RANKS,))
    whole = torch.arange(40.0).reshape(5, 8)
    model.weight = torch.nn.Parameter(distribute_tensor(whole, mesh, [Shard(0)]))
    optimizer = torch.optim.SGD(model.parameters(), 1.0)
    with watch(model, folder, every=1, strict=True):
        model.weight.grad = distribute_tensor(torch.ones(5, 8), mesh, [Shard(0)])
        optimizer.step()


def failing(folder: Path) -> None:
    """Lets one process fail: all must hear of it, and none wait."""

    def broken() -> Tally:
        if dist.get_rank() == 1:
            raise OSError("no memory")
        return tally(np.ones(3))

    with pytest.raises(RuntimeError, match="no memory"):
        gathered([broken, lambda: tally(np.ones(2))])
    both = gathered([lambda: tally(np.ones(2))])
    assert dist.get_rank() or [one.moments.count for one in both if one] == [4]
    model = DistributedDataParallel(made())
    watched = watch(model, folder, every=1)
    if dist.get_rank() == 1:
        with pytest.raises(KeyError), watched:
            raise KeyError("of one process alone")
    watched.remove()


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rank = int(os.environ["RANK"])
    dist.init_process_group(
        "gloo",
        init_method=f"file://{folder}/store",
        rank=rank,
        world_size=RANKS,
        timeout=timedelta(seconds=SECONDS),
    )
    for training in (parallel, sharded, by_hand, failing):
        training(folder / training.__name__)
        dist.barrier()
    dist.destroy_process_group()


def launch(folder: Path) -> int:
    """Runs all processes; returns a sum of exit codes, and ends what takes too long."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.torch_ranks", folder],
            env={**os.environ, "RANK": str(rank), "GLOO_SOCKET_IFNAME": "lo"},
        )
        for rank in range(RANKS)
    ]
    try:
        return sum(abs(process.wait(4 * SECONDS)) for process in processes)
    finally:
        for process in processes:
            process.kill()


if __name__ == "__main__":
    where = Path(sys.argv[1]).resolve()
    if "RANK" in os.environ:
        main(where)
        # What threads of TensorFlow and torch do when the interpreter ends is not tried here.
        os._exit(0)
    else:
        sys.exit(launch(where))
