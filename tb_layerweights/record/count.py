"""Counts the values of an array in one pass of bounded memory; in two where cells must be finer.

The leading bits of a floating point number (sign, exponent, and so many of the mantissa) are the
number of a cell: 128 cells for each power of two, found without a search, without knowing
the smallest and the largest value first, and fine around zero, wherever weights gather. Numbers
of one or two bytes have so few values that each is a cell of its own. Everything is exact:
no value is skipped or sampled, and each chunk adds to sums of its own.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.record.cells import Layout, Window
from tb_layerweights.record.tally import (
    SMALLEST_SQUARES,
    Cells,
    Counts,
    Floats,
    Moments,
    Tally,
    mean_and_std,
    no_cells,
    pooled,
    sum_of_squares,
)

Array = NDArray[Any]
Chunks = Callable[[], Iterator[Array]]

# So many values at a time: a chunk in float64 and the cells' numbers then stay in the cache.
CHUNK = 1 << 16
# Of fewer values, each is a cell of its own.
FEW = 4096


class _Memory(threading.local):
    """Room for a chunk, which each thread keeps: fresh pages take longer than what fills them."""

    def __init__(self) -> None:
        self.numbers = np.empty(CHUNK, dtype=np.intp)
        self.values = np.empty(CHUNK)


_memory = _Memory()


class UncountableError(TypeError):
    """The array holds no real numbers; the message is a sentence for whoever wants it counted."""


def tally(array: Array) -> Tally:
    """Returns the tally of an array of any shape, real type and memory layout.

    Raises:
      UncountableError: it holds complex numbers, texts, objects or dates.
    """
    array = np.asarray(array)
    check(array.dtype)
    return _tally(array.dtype, array.size, lambda: _chunks(array))


def tally_difference(now: Array, before: Array) -> Tally:
    """Returns the tally of `now - before`, two arrays of one shape and type.

    Raises:
      UncountableError: see `tally`.
    """
    check(now.dtype)
    small = now.dtype.itemsize <= 2 or now.dtype == np.float32
    kind = np.dtype(np.float32 if small else np.float64)

    def chunks() -> Iterator[Array]:
        for one, other in zip(_chunks(now), _chunks(before), strict=True):
            yield np.subtract(one.astype(kind, copy=False), other.astype(kind, copy=False))

    return _tally(kind, now.size, chunks)


def check(dtype: np.dtype[Any]) -> None:
    """Raises:
    UncountableError: arrays of the type hold no real numbers.
    """
    small = dtype.kind == "V" and dtype.names is None and dtype.isbuiltin == 2
    if dtype.kind not in "fiub" and not (small and dtype.itemsize <= 2):
        raise UncountableError(f"it holds {dtype.name} values, and only real numbers are counted")


def _chunks(array: Array) -> Iterator[Array]:
    """Yields all values in flat pieces, the same for all arrays of one shape and layout."""
    if array.flags.c_contiguous and array.dtype.isnative:
        flat = array.reshape(-1)
        for begin in range(0, flat.size, CHUNK):
            yield flat[begin : begin + CHUNK]
    elif array.dtype.kind == "V":
        for begin in range(0, array.size, CHUNK):
            yield array.flat[begin : begin + CHUNK]
    elif array.size:
        pieces = np.nditer(
            array,
            flags=["external_loop", "buffered"],
            op_flags=["readonly"],
            op_dtypes=array.dtype.newbyteorder("="),
            order="C",
            casting="equiv",
            buffersize=CHUNK,
        )
        with pieces:
            for piece in pieces:
                yield np.ascontiguousarray(piece)


def _tally(dtype: np.dtype[Any], size: int, chunks: Chunks) -> Tally:
    with np.errstate(all="ignore"):
        if dtype.itemsize <= 2:
            return _of_small_numbers(dtype.newbyteorder("="), chunks)
        kind = np.dtype(np.float32 if dtype == np.float32 else np.float64)
        if size <= FEW:
            # Chunks may share a buffer: each is copied before the next one comes.
            copies = [chunk.astype(np.float64) for chunk in chunks()]
            return _of_few(np.concatenate([np.empty(0), *copies]))
        return _of_many(kind, chunks)


def _of_small_numbers(dtype: np.dtype[Any], chunks: Chunks) -> Tally:
    """Counts numbers of one or two bytes: every value there is has a place in a table."""
    codes = np.dtype(f"u{dtype.itemsize}")
    table = np.zeros(1 << 8 * dtype.itemsize, dtype=np.int64)
    for chunk in chunks():
        np.add.at(table, chunk.view(codes).astype(np.intp), 1)
    held = np.flatnonzero(table > 0)
    values = held.astype(codes).view(dtype).astype(np.float64)
    return tally_of_values(values, table[held])


def _of_few(values: Floats) -> Tally:
    # Minus zero becomes zero, and what is no number comes last.
    values = np.sort(values + 0.0)
    first = _first(values)
    return _of_ascending(values[first], np.diff(first, append=len(values)))


def tally_of_values(values: Floats, count: Counts) -> Tally:
    """Returns the tally of values that are there so many times, each value a point."""
    order = np.argsort(values)
    values = values[order] + 0.0
    first = _first(values)
    return _of_ascending(values[first], np.add.reduceat(count[order], first))


def _first(values: Floats) -> NDArray[np.intp]:
    """Returns where each different one of ascending values begins."""
    return np.flatnonzero(np.append(True, values[1:] != values[:-1])[: len(values)])


def _of_ascending(values: Floats, count: Counts) -> Tally:
    lost = {}
    if len(values) and not np.isfinite(values[[0, -1]]).all():
        lost = {
            "nan": int(count[np.isnan(values)].sum()),
            "positive_infinity": int(count[values == np.inf].sum()),
            "negative_infinity": int(count[values == -np.inf].sum()),
        }
        finite = np.isfinite(values)
        values, count = values[finite], count[finite]
    if not len(values):
        return Tally(no_cells(), Moments(**lost))
    count = count.astype(np.int64, copy=False)
    mean, std = pooled(count.astype(np.float64), values, np.zeros(len(values)))
    zeros = int(count[values == 0].sum())
    low, high = float(values[0]), float(values[-1])
    size = int(count.sum())
    moments = Moments(size, zeros, min=low, max=high, mean=mean, std=std, **lost)
    return Tally(Cells(values, values, count), moments)


@dataclass(slots=True)
class Sums:
    """What chunks add up to, besides their cells."""

    zeros: int = 0
    nan: int = 0
    positive_infinity: int = 0
    negative_infinity: int = 0
    # Of the finite values of each chunk: count, mean, std, min, max.
    parts: list[tuple[float, float, float, float, float]] = field(default_factory=list)

    def moments(self) -> Moments:
        columns = np.array(self.parts, dtype=np.float64).reshape(-1, 5).T
        count, mean, std, low, high = columns
        mean_of_all, std_of_all = pooled(count, mean, std)
        return Moments(
            int(count.sum()),
            self.zeros,
            self.nan,
            self.positive_infinity,
            self.negative_infinity,
            float(low.min()) + 0.0 if len(low) else math.nan,
            float(high.max()) + 0.0 if len(high) else math.nan,
            mean_of_all,
            std_of_all,
        )


def _of_many(kind: np.dtype[Any], chunks: Chunks) -> Tally:
    layout = Layout(kind)
    sums = Sums()
    table = np.zeros(2 * layout.sign, dtype=np.int64)
    for chunk in chunks():
        piece = _add_up(chunk.astype(kind, copy=False), sums)
        if not len(piece):
            continue
        number = _without(piece, layout.dropped, layout)
        around_zero = table[0] + table[layout.sign]
        np.add.at(table, number, 1)
        if around_zero != table[0] + table[layout.sign]:
            sums.zeros += len(piece) - int(np.count_nonzero(piece))
    moments = sums.moments()

    def recount(window: Window) -> Counts:
        return _recount(window, layout, chunks)

    return Tally(layout.refined(table, recount, moments), moments)


def _add_up(piece: Array, sums: Sums) -> Array:
    """Adds a chunk to the sums; returns its finite values."""
    values = _memory.values[: len(piece)]
    values[...] = piece
    mean = float(values.sum()) / len(values)
    values -= mean
    squares = sum_of_squares(values)
    low, high = float(piece.min()), float(piece.max())
    if not math.isfinite(squares) or (squares < SMALLEST_SQUARES and low < high):
        finite = np.isfinite(piece)
        sums.nan += int(np.count_nonzero(np.isnan(piece)))
        sums.positive_infinity += int(np.count_nonzero(piece == np.inf))
        sums.negative_infinity += int(np.count_nonzero(piece == -np.inf))
        piece = piece[finite]
        if len(piece):
            mean, std = mean_and_std(piece.astype(np.float64))
            low, high = float(piece.min()), float(piece.max())
            sums.parts.append((len(piece), mean, std, low, high))
        return piece
    sums.parts.append((len(piece), mean, math.sqrt(squares / len(piece)), low, high))
    return piece


def _without(piece: Array, dropped: int, layout: Layout) -> NDArray[np.intp]:
    """Returns the numbers of the values' cells, that of each without so many of its last bits."""
    number = _memory.numbers[: len(piece)]
    bits = piece.view(layout.bits)
    np.right_shift(bits, layout.bits.type(dropped), out=number, casting="unsafe")
    return number


def _recount(window: Window, layout: Layout, chunks: Chunks) -> Counts:
    """Returns how many values each of a window's cells holds."""
    # The first and the last place are for values outside the window.
    table = np.zeros(window.size + 2, dtype=np.int64)
    for chunk in chunks():
        piece = chunk.astype(layout.kind, copy=False)
        number = _without(piece, window.dropped, layout)
        number -= window.first - 1
        np.clip(number, 0, window.size + 1, out=number)
        np.add.at(table, number, 1)
    return table[1:-1]
