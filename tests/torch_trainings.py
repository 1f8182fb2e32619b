"""Trains small PyTorch models with the recorder, and keeps the true arrays beside the logs.

python -m tests.torch_trainings FOLDER
"""

from __future__ import annotations

import copy
import gc
import sys
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.optim import optimizer as hooks
from torch.utils.tensorboard import SummaryWriter

from tb_layerweights.record.torch import watch

EVERY = 4
LAST = 10
BATCH = 64


class Digits(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(64, 96)
        self.norm = nn.BatchNorm1d(96)
        self.last = nn.Linear(96, 10)
        self.register_buffer("scale", torch.full((1,), 0.5))

    def forward(self, images: Any) -> Any:
        return self.last(torch.relu(self.norm(self.first(images)))) * self.scale


class Tied(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoder = nn.Linear(64, 64), nn.Linear(64, 64)
        self.decoder.weight = self.encoder.weight
        self.out = nn.Linear(64, 10)

    def forward(self, images: Any) -> Any:
        return self.out(self.decoder(torch.relu(self.encoder(images))))


def data() -> Any:
    images, labels = load_digits(return_X_y=True)
    return torch.tensor(images / 16, dtype=torch.float32), torch.tensor(labels)


def batch(step: int) -> Any:
    images, labels = data()
    return images[step * BATCH :][:BATCH], labels[step * BATCH :][:BATCH]


def made(kind: Any = Digits) -> Any:
    torch.manual_seed(0)
    return kind()


def loss_of(model: Any, step: int) -> Any:
    images, labels = batch(step)
    return nn.functional.cross_entropy(model(images), labels)


def train(model: Any, optimizer: Any, begin: int = 0, end: int = LAST) -> None:
    for step in range(begin, end):
        optimizer.zero_grad()
        loss_of(model, step).backward()
        optimizer.step()


def sgd(model: Any, rate: float = 0.1) -> Any:
    return torch.optim.SGD(model.parameters(), rate, momentum=0.9)


def plain(folder: Path) -> None:
    """Clips gradients, and keeps everything that the recorder should have seen."""
    model, truth, outputs = made(), {}, {}
    optimizer = torch.optim.Adam(model.parameters(), 0.01)

    def keep(kind: str, arrays: Any, step: int) -> None:
        truth.update({f"{kind}{name}@{step}": one.detach().clone() for name, one in arrays})

    with watch(
        model, folder / "plain", every=EVERY, activations="first|last", strict=True
    ) as watched:
        for name in ("first", "last"):
            module = model.get_submodule(name)
            module.register_forward_hook(lambda _m, _i, out, name=name: outputs.update({name: out}))
        for step in range(LAST):
            optimizer.zero_grad()
            # Weights are those before the step, buffers too: the forward pass changes them.
            loss_of(model, step).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.05)
            before = {name: one.detach().clone() for name, one in model.named_parameters()}
            keep("", model.state_dict().items(), step)
            grads = [(name, one.grad) for name, one in model.named_parameters()]
            keep("gradients/", grads, step)
            keep("activations/", [(f"{name}.output", out) for name, out in outputs.items()], step)
            optimizer.step()
            now = [(name, one - before[name]) for name, one in model.named_parameters()]
            keep("updates/", now, step)
        model.eval()
        model(batch(0)[0])
        keep("", model.state_dict().items(), LAST)
    assert watched.report().histograms > 0
    np.savez(folder / "truth.npz", **{name: one.numpy() for name, one in truth.items()})


def tied(folder: Path) -> None:
    model = made(Tied)
    with watch(model, folder / "tied", every=EVERY, updates=False, strict=True):
        train(model, sgd(model))


def chosen(folder: Path) -> None:
    model = made()
    options: dict[str, Any] = {"include": "weight|bias", "exclude": "norm", "strict": True}
    with watch(model, folder / "chosen", every=3, gradients=False, first_step=6, **options):
        train(model, sgd(model))
    for every in (0, -1, 1.5, True, "epoch"):
        try:
            watch(model, folder / "refused", every=every)  # type: ignore[arg-type]
        except ValueError:
            continue
        raise AssertionError(every)
    for modules in ("nowhere", ["first", "nowhere"]):
        try:
            watch(model, folder / "refused", activations=modules)
        except ValueError:
            continue
        raise AssertionError(modules)
    assert not hooked(model)


def hooked(model: Any) -> bool:
    within = any(module._forward_hooks for module in model.modules())
    return within or bool(hooks._global_optimizer_pre_hooks or hooks._global_optimizer_post_hooks)


def removed(folder: Path) -> None:
    model = made()
    optimizer = sgd(model)
    watched = watch(model, folder / "removed", every=1, activations=["first"], strict=True)
    twin = copy.deepcopy(model)
    train(twin, sgd(twin), end=2)  # Copies are not watched.
    train(model, optimizer, end=2)
    watched.remove()
    watched.close()
    assert not hooked(model)
    train(model, optimizer, 2, 3)
    gone = weakref.ref(model)
    del model, optimizer
    gc.collect()
    assert gone() is None


def forgotten(folder: Path) -> None:
    """Lets a model go without an end of the recording: others train on, unharmed."""
    model = made()
    train_on = made()
    watch(model, folder / "forgotten", every=1, activations="first", strict=True)
    train(model, sgd(model), end=2)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
    train(train_on, sgd(train_on), end=2)
    watch(train_on, folder / "forgotten" / "other").remove()
    assert not hooked(train_on)


def shared(folder: Path) -> None:
    model = made()
    with SummaryWriter(str(folder / "shared")) as writer:
        with watch(model, writer, every=EVERY, strict=True):
            train(model, sgd(model))
        writer.add_scalar("loss", 1.0, 3)


def explode(folder: Path) -> None:
    model = made()
    with watch(model, folder / "explode", every=1, activations="last", strict=True):
        train(model, sgd(model, 1e30))


TRAININGS = [plain, tied, chosen, removed, forgotten, shared, explode]

if __name__ == "__main__":
    torch.set_num_threads(1)
    for training in TRAININGS:
        training(Path(sys.argv[1]))
