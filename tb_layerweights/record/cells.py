"""The bits of floating point numbers as the numbers of cells.

Without its last bits, the bit pattern of a float32 or float64 is the number of a cell: on each side
of zero such numbers ascend as the values do, away from zero, so that cells with following numbers
are neighbours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.record.tally import Cells, Counts, Floats, Moments, no_cells

# 128 cells for each power of two.
_MANTISSA_BITS = 7
# Of the values between these shares, no cell that holds so large a share may be wider than so large
# a part of their range.
_CENTRAL = (0.005, 0.995)
_HEAVY = 1 / 200
_WIDE = 1 / 64
_MOST_CELLS = 1 << 16
_PASSES = 4


@dataclass(frozen=True, slots=True)
class Coded:
    """N cells that hold values, ascending, with their numbers."""

    number: NDArray[np.int64]  # [N]
    dropped: NDArray[np.int64]  # [N], how many bits the number lacks
    left: Floats  # [N]
    right: Floats  # [N]
    count: Counts  # [N]


@dataclass(frozen=True, slots=True)
class Window:
    """Narrower cells with following numbers, in place of the cells at `where`."""

    where: slice
    first: int
    size: int
    dropped: int


Recount = Callable[[Window], Counts]


@dataclass(frozen=True, slots=True)
class Layout:
    """The cells of float32 or float64 numbers."""

    kind: np.dtype[Any]

    @property
    def bits(self) -> np.dtype[Any]:
        return np.dtype(f"u{self.kind.itemsize}")

    @property
    def dropped(self) -> int:
        """How many bits the numbers of the widest cells lack."""
        return int(np.finfo(self.kind).nmant) - _MANTISSA_BITS

    @property
    def sign(self) -> int:
        """The number of the cell of -0.0: half of how many there are."""
        return 1 << (8 * self.kind.itemsize - 1 - self.dropped)

    def refined(self, table: Counts, recount: Recount, moments: Moments) -> Cells:
        """Returns the cells of counts by number, narrower ones where these are too wide.

        Args:
          table: how many values each of the widest cells holds, [2 * sign].
          recount: counts the values in each of a window's cells, [window.size].
          moments: of all values.
        """
        cells = self.coded(table)
        for _ in range(1, _PASSES):
            window = self.window(cells)
            if window is None:
                break
            cells = self.replaced(cells, window, recount(window))
        return self.cells(cells, moments)

    def coded(self, table: Counts) -> Coded:
        """Returns the cells that hold values, of counts by number."""
        held = np.flatnonzero(table > 0)
        negative = held[held >= self.sign][::-1]
        number = np.concatenate((negative, held[held < self.sign])).astype(np.int64)
        return self._coded(number, self.dropped, table[number])

    def _coded(self, number: NDArray[np.int64], dropped: int, count: Counts) -> Coded:
        near, far = (
            ((number + more).astype(self.bits) << self.bits.type(dropped)).view(self.kind)
            for more in (0, 1)
        )
        left, right = (edge.astype(np.float64) for edge in (near, far))
        swap = np.signbit(left)
        left[swap], right[swap] = right[swap], left[swap]
        return Coded(number, np.full(len(number), dropped), left, right, count)

    def window(self, cells: Coded) -> Window | None:
        """Returns where cells are too wide for what they hold, None if nowhere."""
        # Zeros may be many and say nothing of how the others are spread.
        count = np.where(self._around_zero(cells), 0, cells.count)
        through = np.cumsum(count)
        total = int(through[-1]) if len(through) else 0
        if total == 0:
            return None
        low, high = through.searchsorted([share * total for share in _CENTRAL])
        reach = cells.right[high] - cells.left[low]
        wide = (count > _HEAVY * total) & (cells.right - cells.left > _WIDE * reach)
        # Around zero cells are narrow beside any range that reaches across.
        same = (cells.left >= 0) == (cells.left[low] >= 0)
        coarse = np.flatnonzero(wide & same)
        if not len(coarse) or not same[high]:
            return None
        dropped = int(cells.dropped[coarse[0]])
        inside = np.flatnonzero(cells.dropped == dropped)
        inside = inside[(inside >= low) & (inside <= high)]
        numbers = cells.number[inside]
        span = int(numbers.max() - numbers.min()) + 1
        # With one bit less, no number is too large for int64.
        finer = min(dropped - 1, (_MOST_CELLS // span).bit_length() - 1)
        if finer <= 0 or len(inside) != inside[-1] - inside[0] + 1:
            return None
        where = slice(int(inside[0]), int(inside[-1]) + 1)
        return Window(where, int(numbers.min()) << finer, span << finer, dropped - finer)

    def replaced(self, cells: Coded, window: Window, table: Counts) -> Coded:
        """Returns the cells with others in place of those in a window.

        Args:
          table: how many values each narrower cell holds, [window.size].
        """
        held = np.flatnonzero(table > 0)
        number = held.astype(np.int64) + window.first
        finer = self._coded(number, window.dropped, table[held])
        if number[:1] >> (8 * self.kind.itemsize - 1 - window.dropped):
            finer = Coded(*(getattr(finer, name)[::-1] for name in Coded.__slots__))
        before, after = slice(0, window.where.start), slice(window.where.stop, None)
        return Coded(
            *(
                np.concatenate([getattr(cells, name)[before], getattr(finer, name),
                                getattr(cells, name)[after]])
                for name in Coded.__slots__
            )
        )  # fmt: skip

    def cells(self, cells: Coded, moments: Moments) -> Cells:
        """Returns cells that reach no further than the values, zero in one of its own."""
        if not len(cells.count):
            return no_cells()
        left, right = cells.left.copy(), cells.right.copy()
        left[0], right[-1] = max(left[0], moments.min), min(right[-1], moments.max)
        around = np.flatnonzero(self._around_zero(cells))
        return _with_zero(Cells(left, right, cells.count), around, moments.zeros)

    def _around_zero(self, cells: Coded) -> NDArray[np.bool_]:
        widest: NDArray[np.bool_] = cells.dropped == self.dropped
        zero: NDArray[np.bool_] = cells.number & (self.sign - 1) == 0
        return widest & zero


def _with_zero(cells: Cells, around: NDArray[np.intp], zeros: int) -> Cells:
    """Returns the cells with those of -0.0 and 0.0 as one, a point if they hold only zeros."""
    if not len(around):
        return cells
    first, last = int(around[0]), int(around[-1])
    held = int(cells.count[first : last + 1].sum())
    point = held == zeros
    kept = np.r_[0 : first + 1, last + 1 : len(cells.count)]
    left, right, count = cells.left[kept], cells.right[kept], cells.count[kept]
    left[first] = 0.0 if point else cells.left[first]
    right[first] = 0.0 if point else cells.right[last]
    count[first] = held
    return Cells(left, right, count)
