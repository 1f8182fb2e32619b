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

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.histogram import Histograms
from tb_layerweights.intervals import Interval
from tb_layerweights.scaled import scaled

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

# Rows are put on common edges a block at a time: so many numbers at once, and so many rows.
BLOCK = 1 << 20
BLOCK_ROWS = 64
# Thinner buckets, relative to the largest edge of the series, are point masses.
THINNEST = 1e-290


def distances(histograms: Histograms) -> tuple[Floats, Floats]:
    """Returns the distance of each row to the first and to the previous one, both [R].

    NaN where either row holds nothing, and for the first row's previous one.
    """
    rows = histograms.rows
    first, previous = np.full(rows, np.nan), np.full(rows, np.nan)
    if not rows:
        return first, previous
    largest = max(np.abs(histograms.left).max(), np.abs(histograms.right).max())
    exponent = int(np.frexp(largest)[1])
    left, right = np.ldexp(histograms.left, -exponent), np.ldexp(histograms.right, -exponent)
    size = int(np.sqrt(BLOCK // (2 * max(len(left) // rows, 1))))
    step = min(max(size, 1), BLOCK_ROWS)
    for begin in range(0, rows, step):
        # The first row, the one before the block, and the block.
        before = max(begin - 1, 0)
        block = np.concatenate(([0, before], np.arange(begin, min(begin + step, rows))))
        through, slope, width = _on_common_edges(histograms, left, right, block)
        first[block[2:]] = _area(through[2:] - through[0], slope[2:] - slope[0], width)
        previous[block[2:]] = _area(np.diff(through[1:], axis=0), np.diff(slope[1:], axis=0), width)
    empty = histograms.total == 0
    first[empty | empty[0]] = np.nan
    previous[empty] = np.nan
    previous[1:][empty[:-1]] = np.nan
    previous[0] = np.nan
    return np.ldexp(first, exponent), np.ldexp(previous, exponent)


def _on_common_edges(
    histograms: Histograms, left: Floats, right: Floats, block: Rows
) -> tuple[Floats, Floats, Floats]:
    """Returns some rows on the edges of all of them.

    Returns:
      The cumulative share at the left end of each cell, points there included, and the density,
      both [rows, cells], and the width of each cell, [cells].
    """
    sizes = histograms.start[block + 1] - histograms.start[block]
    ends = np.cumsum(sizes)
    take = np.repeat(histograms.start[block] - (ends - sizes), sizes) + np.arange(ends[-1])
    left, right, share = left[take], right[take], histograms.share[take]
    # Most buckets begin where the one before them ends.
    alone = np.append(True, left[1:] != right[:-1])
    edges = np.unique(np.concatenate((left[alone], right)))
    cells = max(len(edges) - 1, 1)
    width = np.diff(edges) if len(edges) > 1 else np.zeros(1)
    row = np.repeat(np.arange(len(block)), sizes)
    end = edges.searchsorted(right)
    begin = np.append(0, end[:-1])
    begin[alone] = edges.searchsorted(left[alone])
    point = right - left <= THINNEST
    # Density begins at the left edge of a bucket and ends at the right one.
    spread = np.where(point, 0.0, share)
    height = np.divide(spread, right - left, out=np.zeros_like(spread), where=~point)
    slope = np.zeros((len(block), cells))
    filled = np.flatnonzero(height > 0)
    many = (end - begin)[filled]
    into = np.repeat(row[filled] * cells + begin[filled] - (np.cumsum(many) - many), many)
    slope.ravel()[into + np.arange(len(into))] = np.repeat(height[filled], many)
    through = np.zeros((len(block), cells))
    np.cumsum((slope * width)[:, :-1], axis=1, out=through[:, 1:])
    points = np.flatnonzero(point & (share > 0) & (begin < cells))
    if len(points):
        jumps = np.zeros((len(block), cells))
        np.add.at(jumps, (row[points], begin[points]), share[points])
        through += np.cumsum(jumps, axis=1)
    # A row much wider than another must not blow up what the other's sums round.
    np.copyto(through, 1.0, where=np.arange(cells) >= end[ends - 1][:, None])
    return through, slope, width


def _area(begin: Floats, slope: Floats, width: Floats) -> Floats:
    """Returns the area between zero and a line in each cell, added up: [rows].

    Args:
      begin: the line at the left end of each cell, [rows, cells].
      slope: by how much it rises for each unit, [rows, cells].
      width: of each cell, [cells].
    """
    end = begin + slope * width
    crosses = begin * end < 0
    size = np.abs(begin) + np.abs(end)
    area = size.copy()
    np.divide(begin**2 + end**2, size, out=area, where=crosses)
    summed: Floats = area @ width / 2
    return summed


def distance_bounds(
    histograms: Histograms, mean: Interval, first: Floats, previous: Floats
) -> tuple[Interval, Interval]:
    """Returns bounds on the distances to the first and to the previous row.

    Args:
      histograms: R rows.
      mean: bounds on their means, [R]: means are no farther apart than the distance.
      first, previous: the estimated distances, [R].
    """
    if not histograms.rows:
        return Interval(first, first), Interval(previous, previous)
    rows = scaled(histograms)
    reach = rows.right[rows.last] - rows.left[rows.first]
    off = rows.mean(rows.right - rows.left) / 2 + rows.slack + rows.doubt * reach
    off = np.where(histograms.logged.certain, np.ldexp(off, rows.exponent), np.inf)
    to_first = _around(first, off, np.zeros_like(first, dtype=np.intp), mean)
    to_first.low[:1], to_first.high[:1] = first[:1], first[:1]
    return to_first, _around(previous, off, np.maximum(np.arange(len(off)) - 1, 0), mean)


def _around(estimate: Floats, off: Floats, other: Rows, mean: Interval) -> Interval:
    apart = np.maximum(mean.low - mean.high[other], mean.low[other] - mean.high)
    reach = off + off[other]
    high = estimate + reach
    low = np.maximum(np.maximum(estimate - reach, apart), 0.0)
    return Interval(np.minimum(low, high), high)
