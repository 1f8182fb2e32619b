"""Counts torch's tensors where they are, and brings only counts to the CPU."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from tb_layerweights.record.cells import Layout, Window
from tb_layerweights.record.count import (
    FEW,
    Sums,
    UncountableError,
    tally,
    tally_difference,
    tally_of_values,
)
from tb_layerweights.record.tally import Counts, Tally, add

Tensor = Any  # torch carries types, but reading them takes mypy longer than all the rest

# So many values at a time: their numbers take eight bytes each.
PIECE = 1 << 22
# Where float64 and bincount are at home; of others, tensors are copied to the CPU.
_DEVICES = ("cuda", "xpu")


def tally_tensor(tensor: Tensor) -> Tally:
    """Returns the tally of a tensor, of its local shard if it is distributed.

    Raises:
      UncountableError: it holds complex or quantized numbers, or no data at all.
    """
    values = local(tensor.detach())
    if values.is_sparse:
        # What is not stored is zero, a row where whole rows are.
        stored = values.coalesce().values()
        zeros = np.array([values.numel() - stored.numel()])
        missing = tally_of_values(np.zeros(1), zeros) if zeros[0] else Tally()
        return add([tally_tensor(stored), missing])
    if values.device.type == "meta" or values.is_quantized or values.layout != torch.strided:
        raise UncountableError("it holds no plain numbers")
    if values.is_complex():
        raise UncountableError("it holds complex numbers, and only real numbers are counted")
    if values.device.type in _DEVICES and values.numel() > FEW:
        return tally_on_device(values)
    values = values.cpu()
    if values.element_size() <= 2:
        return _of_small_numbers(values)
    return tally(values.numpy())


def tally_change(now: Tensor, before: Tensor) -> Tally:
    """Returns the tally of `now - before`; see `tally_tensor`."""
    now, before = local(now.detach()), local(before)
    if now.device.type == "cpu" and now.element_size() > 2:
        return tally_difference(now.numpy(), before.numpy())
    wide = torch.float32 if now.element_size() <= 4 else torch.float64
    return tally_tensor(now.to(wide) - before.to(wide))


def local(tensor: Tensor) -> Tensor:
    """Returns what this rank holds of a tensor."""
    return tensor.to_local() if hasattr(tensor, "to_local") else tensor


def _pieces(values: Tensor) -> Iterator[Tensor]:
    flat = values.reshape(-1)
    for begin in range(0, flat.numel(), PIECE):
        yield flat[begin : begin + PIECE]


def _of_small_numbers(values: Tensor) -> Tally:
    """Counts numbers of one or two bytes: every value there is has a place in a table."""
    bits = 8 * values.element_size()
    whole = torch.uint8 if bits == 8 else torch.int16
    if values.device.type == "cpu" and values.is_contiguous():
        codes = values.reshape(-1).view(whole).numpy().view(f"u{bits // 8}")
        table = _table(codes, bits)
    else:
        table = np.zeros(1 << bits, dtype=np.int64)
        for piece in _pieces(values):
            number = piece.contiguous().view(whole).to(torch.int64) & (1 << bits) - 1
            table += torch.bincount(number, minlength=1 << bits).cpu().numpy()
    held = np.flatnonzero(table)
    signed = held.astype(f"u{bits // 8}").view("u1" if bits == 8 else "i2")
    named = torch.from_numpy(signed).view(values.dtype).to(torch.float64).numpy()
    return tally_of_values(named, table[held])


def _table(codes: NDArray[Any], bits: int) -> Counts:
    cells = tally(codes).cells
    table = np.zeros(1 << bits, dtype=np.int64)
    table[cells.left.astype(np.intp)] = cells.count
    return table


def tally_on_device(values: Tensor) -> Tally:
    """Returns the same tally as `tally`, by operations of the tensor's own device."""
    if values.element_size() <= 2:
        return _of_small_numbers(values)
    single = values.dtype == torch.float32
    kind, whole = (torch.float32, torch.int32) if single else (torch.float64, torch.int64)
    layout = Layout(np.dtype(np.float32 if single else np.float64))
    size = 2 * layout.sign
    table = torch.zeros(size, dtype=torch.int64, device=values.device)
    said = []
    for piece in _pieces(values):
        piece = piece.to(kind)
        finite = piece[piece.isfinite()]
        number = (finite.view(whole) >> layout.dropped).to(torch.int64) & size - 1
        table += torch.bincount(number, minlength=size)
        said.append(_numbers(piece, finite.to(torch.float64)))
    sums = Sums()
    for count, mean, std, low, high, zeros, *lost in torch.stack(said).tolist() if said else ():
        if count:
            sums.parts.append((count, mean, std, low, high))
        sums.zeros += int(zeros)
        sums.nan += int(lost[0])
        sums.positive_infinity += int(lost[1])
        sums.negative_infinity += int(lost[2])
    moments = sums.moments()

    def recount(window: Window) -> Counts:
        found = torch.zeros(window.size + 2, dtype=torch.int64, device=values.device)
        mask = (1 << 8 * layout.kind.itemsize - window.dropped) - 1
        for piece in _pieces(values):
            number = (piece.to(kind).view(whole) >> window.dropped).to(torch.int64) & mask
            number = (number - (window.first - 1)).clamp(0, window.size + 1)
            found += torch.bincount(number, minlength=window.size + 2)
        counts: Counts = found[1:-1].cpu().numpy()
        return counts

    return Tally(layout.refined(table.cpu().numpy(), recount, moments), moments)


def _numbers(piece: Tensor, finite: Tensor) -> Tensor:
    """Returns count, mean, std, min, max, zeros, NaN, inf and -inf of a piece, [9]."""
    if not finite.numel():
        finite, count = torch.full((1,), torch.nan, device=piece.device, dtype=torch.float64), 0
    else:
        count = finite.numel()
    mean = finite.mean()
    numbers = [mean, (finite - mean).square().mean().sqrt(), finite.min(), finite.max()]
    lost = [(piece == 0).sum(), piece.isnan().sum(), (piece == torch.inf).sum()]
    lost.append((piece == -torch.inf).sum())
    head = torch.tensor(float(count), dtype=torch.float64, device=piece.device)
    return torch.stack([head, *numbers, *(one.to(torch.float64) for one in lost)])
