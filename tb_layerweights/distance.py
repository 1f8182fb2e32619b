"""How far the values of a histogram moved since another one: the Wasserstein-1 distance.

It is the area between two cumulative distributions, in units of the values:

    1           __--G
           F .'   .'
           .' ///.'          the mean way that values must at least go to turn F into G
    0___--'__--'___________

No assignment of one set of values to the other has a smaller mean |difference| (Villani, Optimal
Transport, 2009, 2.2), so a single weight moved at least so much in the mean: the distance proves
movement, and never proves stillness, since weights may trade places.

We take the values of a bucket as spread evenly. In a bucket of width w no other placement is
farther from that than w / 2: that of all values at one end. A row is thus at most
sum(share * w) / 2 from its even spread, and by the triangle inequality the true distance of two
rows differs from ours by no more than the sum of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.histogram import Histograms
from tb_layerweights.intervals import Interval
from tb_layerweights.scaled import scaled

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

# Rows are put on common edges a block at a time: so many numbers at once, and so many rows.
BLOCK = 1 << 18
BLOCK_ROWS = 64


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Which rows those of several series are compared with, each [R]."""

    first: Rows  # of the same series
    previous: Rows  # of the same series; of its first row, itself

    @classmethod
    def of(cls, offset: Rows) -> Neighbours:
        """Returns those of series s in rows offset[s] to offset[s + 1], [S + 1]."""
        first = np.repeat(offset[:-1], np.diff(offset))
        return cls(first, np.maximum(np.arange(len(first)) - 1, first))


def distances(histograms: Histograms, offset: Rows | None = None) -> tuple[Floats, Floats]:
    """Returns the distance of each row to the first and to the previous one, both [R].

    NaN where either row holds nothing, and for a first row's previous one. A distance depends
    on its two rows alone.

    Args:
      histograms: R rows.
      offset: rows of series s lie from offset[s] to offset[s + 1], [S + 1]; None: of a single one.
    """
    offset = whole(histograms) if offset is None else offset
    first, previous = np.full(histograms.rows, np.nan), np.full(histograms.rows, np.nan)
    for start, stop in pairwise(offset.tolist()):
        buckets = histograms.start[stop] - histograms.start[start]
        size = int(np.sqrt(BLOCK * (stop - start) / max(buckets, 1)))
        step = min(max(size, 1), BLOCK_ROWS)
        for begin in range(start, stop, step):
            # The first row, the one before the block, and the block.
            before = max(begin - 1, start)
            block = np.concatenate(([start, before], np.arange(begin, min(begin + step, stop))))
            curves = _on_common_edges(histograms, block)
            first[block[2:]] = curves.between(slice(2, None), slice(0, 1))
            previous[block[2:]] = curves.between(slice(2, None), slice(1, -1))
    empty, beside = histograms.total == 0, Neighbours.of(offset)
    first[empty | empty[beside.first]] = np.nan
    alone = beside.previous == np.arange(len(previous))
    previous[empty | empty[beside.previous] | alone] = np.nan
    return first, previous


def whole(histograms: Histograms) -> Rows:
    """Returns the offset of all rows as a single series."""
    return np.array([0, histograms.rows], dtype=np.intp)


@dataclass(frozen=True, slots=True)
class _Curves:
    """Cumulative shares of some rows on the edges of all of them, E edges.

    A cell begins at each edge and ends at the next one. In a cell all curves are straight; they
    jump at edges where a row has a point.
    """

    edges: Floats  # [E]
    begin: Floats  # [rows, E], at the beginning of each cell
    end: Floats  # [rows, E], at its end
    own: NDArray[np.bool_]  # [rows, E], it is an edge of the row itself

    def between(self, some: slice, others: slice) -> Floats:
        """Returns the areas between some curves and as many others, or a single one: [rows].

        They are added up from edge to edge of the two rows: other rows' edges change nothing.
        """
        own = self.own[some] | self.own[others]
        edge = np.flatnonzero(own)
        start = edge.searchsorted(np.arange(len(own)) * own.shape[1])
        begin = (self.begin[some] - self.begin[others]).take(edge[:-1])
        end = (self.end[some] - self.end[others]).take(edge[1:] - 1)
        size = np.abs(begin) + np.abs(end)
        area = np.zeros(len(edge))
        area[:-1] = size
        # A line that crosses zero encloses two triangles.
        np.divide(begin**2 + end**2, size, out=area[:-1], where=begin * end < 0)
        place = np.broadcast_to(self.edges, own.shape)[own]
        area[:-1] *= np.diff(place)
        area[start - 1] = 0.0  # no cell begins at the last edge of two rows
        summed: Floats = np.add.reduceat(area, start) / 2
        return summed


def _on_common_edges(histograms: Histograms, block: Rows) -> _Curves:
    """Returns the curves of two rows and a range of rows."""
    sizes = histograms.start[block + 1] - histograms.start[block]
    stop = np.cumsum(sizes)
    here = [slice(*histograms.start[row : row + 2]) for row in block[:2]]
    here.append(slice(histograms.start[block[2]], histograms.start[block[-1] + 1]))
    left, right, through = (
        np.concatenate([side[rows] for rows in here])
        for side in (histograms.left, histograms.right, histograms.through)
    )
    # What rounding leaves to 1 must not count in the reach of a row that is much wider.
    through[stop - 1] = np.where(through[stop - 1] > 0, 1.0, 0.0)
    before = np.append(0.0, through[:-1])
    before[stop - sizes] = 0.0
    # Most buckets begin where the one before them ends.
    alone = np.append(True, left[1:] != right[:-1])
    edges = np.unique(np.concatenate((left[alone], right)))
    ends = edges.searchsorted(right)
    begins = np.append(0, ends[:-1])
    begins[alone] = edges.searchsorted(left[alone])
    row = np.repeat(np.arange(len(block)), sizes)
    own = np.zeros((len(block), len(edges)), dtype=bool)
    own[row, begins] = own[row, ends] = True

    # Each bucket has the cells from its beginning to that of the next one; of those before the
    # first, a bucket that holds nothing. So has a point those behind it, at its full height.
    place = np.arange(len(left)) + row + 1
    cells = np.zeros(len(left) + len(block), dtype=np.intp)
    cells[place] = np.append(begins[1:], 0)
    cells[place[stop - 1]] = len(edges)
    cells[place] -= begins
    cells[place[stop - sizes] - 1] = begins[stop - sizes]

    def spread(values: Floats, nothing: float) -> Floats:
        with_nothing = np.full(len(cells), nothing)
        with_nothing[place] = values
        return np.repeat(with_nothing, cells).reshape(own.shape)

    flat = right == left
    base, rise = spread(before, 0.0), spread(through - before, 0.0)
    start = spread(np.where(flat, -np.inf, left), -np.inf)
    width = spread(np.where(flat, 1.0, right - left), 1.0)

    def height(points: Floats) -> Floats:
        # Far beyond the end of a bucket that is hardly wide at all.
        with np.errstate(over="ignore"):
            part = np.minimum((points - start) / width, 1.0)
        return base + rise * part

    return _Curves(edges, height(edges), height(np.append(edges[1:], edges[-1])), own)


def distance_bounds(
    histograms: Histograms,
    mean: Interval,
    first: Floats,
    previous: Floats,
    offset: Rows | None = None,
) -> tuple[Interval, Interval]:
    """Returns bounds on the distances to the first and to the previous row.

    Args:
      histograms: R rows.
      mean: bounds on their means, [R]: means are no farther apart than the distance.
      first, previous: the estimated distances, [R].
      offset: as for `distances`.
    """
    if not histograms.rows:
        return Interval(first, first), Interval(previous, previous)
    rows = scaled(histograms)
    reach = rows.right[rows.last] - rows.left[rows.first]
    off = rows.mean(rows.right - rows.left) / 2 + rows.slack + rows.doubt * reach
    off = np.where(histograms.logged.certain, np.ldexp(off, rows.exponent), np.inf)
    beside = Neighbours.of(whole(histograms) if offset is None else offset)
    to_first = _around(first, off, beside.first, mean)
    itself = beside.first == np.arange(len(off))
    to_first.low[itself] = to_first.high[itself] = first[itself]
    return to_first, _around(previous, off, beside.previous, mean)


def _around(estimate: Floats, off: Floats, other: Rows, mean: Interval) -> Interval:
    apart = np.maximum(mean.low - mean.high[other], mean.low[other] - mean.high)
    reach = off + off[other]
    high = estimate + reach
    low = np.maximum(np.maximum(estimate - reach, apart), 0.0)
    return Interval(np.minimum(low, high), high)
