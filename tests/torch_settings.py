"""Trains small PyTorch models with the recorder where a training is not a plain loop.

python -m tests.torch_settings FOLDER
"""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from torch import nn
from torch.utils.checkpoint import checkpoint
from torch.utils.data import DataLoader, TensorDataset

from tb_layerweights.record import RecordWarning
from tb_layerweights.record.count import UncountableError, tally
from tb_layerweights.record.tally import Cells, Moments
from tb_layerweights.record.tensors import tally_on_device, tally_tensor
from tb_layerweights.record.torch import watch
from tests.torch_trainings import EVERY, Tied, batch, data, loss_of, made, sgd, train


def closed(folder: Path) -> None:
    """Closes the writer while the training goes on."""
    model = made()
    writer = EventFileWriter(str(folder / "closed"))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with watch(model, writer, every=1):
            train(model, sgd(model), end=2)
            writer.close()
            train(model, sgd(model), end=5)
    (ours,) = [one for one in caught if one.category is RecordWarning]
    assert ours.filename.startswith(str(Path(__file__).parent)), ours
    try:
        with watch(model, writer, every=1, strict=True):
            train(model, sgd(model), end=1)
    except OSError:
        return
    raise AssertionError("a closed writer was no error")


def scaled(folder: Path) -> None:
    """Trains with a loss scale, so that gradients come back unscaled: by the scaler, or fused."""
    for name, fused in (("scaled", False), ("fused", True)):
        model = made()
        optimizer = torch.optim.SGD(model.parameters(), 0.1, fused=fused)
        scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
        with watch(model, folder / name, every=1, strict=True):
            for step in range(2):
                optimizer.zero_grad()
                scaler.scale(loss_of(model, step)).backward()
                scaler.step(optimizer)
                scaler.update()
    model = made()
    loss_of(model, 0).backward()
    grads = {name: one.grad.numpy() for name, one in model.named_parameters()}
    np.savez(folder / "unscaled.npz", **grads)


def autocast(folder: Path) -> None:
    model = made()
    optimizer = sgd(model)
    with watch(model, folder / "autocast", every=1, activations="first", strict=True):
        for step in range(2):
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16):
                loss = loss_of(model, step)
            loss.backward()
            optimizer.step()
    model = made().to(torch.bfloat16)
    optimizer = sgd(model)
    with watch(model, folder / "bfloat16", every=1, strict=True):
        images, labels = batch(0)
        nn.functional.cross_entropy(model(images.bfloat16()).float(), labels).backward()
        optimizer.step()


def compiled(folder: Path) -> None:
    model = made()
    fast = torch.compile(model, backend="eager")
    optimizer = sgd(model)
    with watch(fast, folder / "compiled", every=EVERY, activations="first", strict=True) as watched:
        train(fast, optimizer)
    train(fast, optimizer, 0, 3)  # What was compiled still calls the hooks: they keep nothing.
    assert not watched._activations._counted


def compiled_step(folder: Path) -> None:
    model = made()
    optimizer = sgd(model)
    take = torch.compile(optimizer.step, backend="eager")
    with watch(model, folder / "compiled_step", every=1, strict=True):
        for step in range(3):
            optimizer.zero_grad()
            loss_of(model, step).backward()
            take()


def loaded(folder: Path) -> None:
    model = made()
    optimizer = sgd(model)
    loader = DataLoader(
        TensorDataset(*data()), batch_size=256, num_workers=2, multiprocessing_context="fork"
    )
    with watch(model, folder / "loaded", every=EVERY, activations="first", strict=True):
        for images, labels in loader:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images), labels).backward()
            optimizer.step()


def forked(folder: Path) -> None:
    model = made()
    optimizer = sgd(model)
    with watch(model, folder / "forked", every=1):
        train(model, optimizer, end=1)
        child = os.fork()
        if child == 0:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                torch.set_num_threads(1)
                with torch.no_grad():
                    optimizer.step()
                    optimizer.step()
            os._exit(0 if len(caught) == 1 else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        train(model, optimizer, 1, 2)


def recomputed(folder: Path) -> None:
    model = made(Tied)
    optimizer = sgd(model)
    with watch(model, folder / "recomputed", every=1, activations="encoder", strict=True):
        images, labels = batch(0)
        hidden = checkpoint(model.encoder, images, use_reentrant=False)
        nn.functional.cross_entropy(model.out(model.decoder(hidden)), labels).backward()
        optimizer.step()


def several(folder: Path) -> None:
    """Two optimizers of different rhythms, and one that takes over."""
    model = made()
    slow = sgd(model.first)
    fast = sgd(model.last)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with watch(model, folder / "several", every=1, strict=True):
            for step in range(4):
                loss_of(model, step).backward()
                fast.step()
                if step % 2:
                    slow.step()
            del slow, fast
            train(model, sgd(model), end=2)


def counted(_folder: Path) -> None:
    """Holds what torch counts on the tensor's device against what numpy counts."""
    torch.manual_seed(0)
    normal = torch.randn(300, 400)
    broken = normal.clone()
    broken.view(-1)[::7] = torch.tensor([torch.nan, torch.inf, -torch.inf]).repeat(6000)[:17143]
    for values in (normal, 1 + normal / 1e4, normal.relu(), broken, normal.double() * 1e100,
                   torch.full((9000,), torch.nan), torch.zeros(9000)):  # fmt: skip
        ours, theirs = tally_on_device(values), tally(values.numpy())
        for name in Cells.__slots__:
            np.testing.assert_array_equal(getattr(ours.cells, name), getattr(theirs.cells, name))
        for name in Moments.__slots__:
            one, other = getattr(ours.moments, name), getattr(theirs.moments, name)
            assert one == pytest.approx(other, rel=1e-9, abs=1e-15, nan_ok=True), name
    for kind in (torch.bfloat16, torch.float16, torch.float8_e4m3fn, torch.int8, torch.uint8,
                 torch.int16, torch.bool):  # fmt: skip
        values = normal.to(kind)
        for one in (values, values.T, values[::2]):
            theirs = tally(one.to(torch.float64).numpy())
            assert tally_tensor(one).moments.count == theirs.moments.count == one.numel()
            assert tally_tensor(one).moments.mean == pytest.approx(theirs.moments.mean, abs=1e-12)
    sparse = nn.functional.threshold(normal, 1, 0).to_sparse()
    ours, theirs = tally_tensor(sparse).moments, tally(sparse.to_dense().numpy()).moments
    assert (ours.count, ours.zeros) == (theirs.count, theirs.zeros)
    assert ours.std == pytest.approx(theirs.std, rel=1e-9)
    for values in (torch.randn(3, dtype=torch.complex64), torch.empty(3, device="meta")):
        with pytest.raises(UncountableError):
            tally_tensor(values)


TRAININGS = [
    counted,
    closed,
    scaled,
    autocast,
    compiled,
    compiled_step,
    loaded,
    forked,
    recomputed,
    several,
]

if __name__ == "__main__":
    torch.set_num_threads(1)
    for training in TRAININGS:
        if training.__name__ in sys.argv[2:] or len(sys.argv) == 2:
            training(Path(sys.argv[1]))
