"""Histograms with buckets of any width, resampled to densities on one grid, with mass conserved.

What a log says about a histogram is its cumulative count at the bucket edges, nothing else.
Between two edges we draw the cumulative count as a cubic that meets it at both ends, so that no
mass ever crosses a bucket edge; the mass of a bin is the difference of two of its values:

    cumulative                        density
                     __--1            ___
                  /                  |   |          buckets, as logged
             .  /                   .|.-.|
           /                      .' |   |'.        what we draw: the same mass in each
    0__--                        /___|___|__\\

The slopes of the cubic are those of the monotone interpolant of Fritsch & Carlson (SIAM J. Numer.
Anal. 17, 1980) in the harmonic form of Fritsch & Butland (SIAM J. Sci. Stat. Comput. 5, 1984):
never negative, never above three times a neighbour. A run of buckets ends with its own density,
so that a uniform distribution stays flat with sharp ends. The limiter of the piecewise parabolic
method (Colella & Woodward, J. Comput. Phys. 54, 1984) keeps the density of a bucket between those
of its neighbours: the curve has the peaks of the buckets and no others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.histogram import Histograms

Floats = NDArray[np.float64]

# Thinner than this a bucket is a point mass: a share over its width might not be finite.
THINNEST = 1e-290


@dataclass(frozen=True, slots=True)
class Densities:
    """R histograms on a grid of B bins: `density.sum(1) * bin_width + below + above` is 1."""

    density: Floats  # [R, B], share per unit of the grid's axis; 0 in rows that hold nothing
    below: Floats  # [R], share off-scale
    above: Floats  # [R]


def resample(histograms: Histograms, edges: Floats, bin_width: float) -> Densities:
    """Returns the densities of R histograms on a shared grid.

    Args:
      histograms: R rows.
      edges: the grid's edges as values, ascending, [B + 1].
      bin_width: the width of every bin on the grid's axis.
    """
    through = cumulative(histograms, np.broadcast_to(edges, (histograms.rows, len(edges))))
    share = np.maximum(np.diff(through, axis=1), 0.0)
    whole = np.where(histograms.total > 0, 1.0, 0.0)
    return Densities(share / bin_width, through[:, 0], np.maximum(whole - through[:, -1], 0.0))


def cumulative(histograms: Histograms, edges: Floats) -> Floats:
    """Returns the share of each row's mass below each of its edges, between 0 and 1, [R, E].

    A point mass counts as below an edge if it lies left of it, or on it where that edge is the
    row's last: bins hold their left edge, and the last one both.

    Args:
      histograms: R rows.
      edges: ascending in every row, [R, E].
    """
    bucket = np.empty(edges.shape, dtype=np.intp)
    for row, start in enumerate(histograms.start[:-1]):
        left = histograms.left[start : histograms.start[row + 1]]
        bucket[row] = np.searchsorted(left, edges[row])
        bucket[row, -1] = np.searchsorted(left, edges[row, -1], side="right")
        bucket[row] += start - 1
    outside = bucket < histograms.start[:-1, None]
    np.maximum(bucket, histograms.start[:-1, None], out=bucket)

    sums = np.cumsum(histograms.share)
    before = sums - histograms.share
    before -= np.repeat(before[histograms.start[:-1]], np.diff(histograms.start))
    share = histograms.share[bucket]
    left, right = histograms.left[bucket], histograms.right[bucket]
    width = right - left
    wide = width > THINNEST
    part = np.where(wide, np.clip((edges - left) / np.where(wide, width, 1.0), 0.0, 1.0), 1.0)
    rise_in, rise_out = _rises(histograms, bucket, left, right, share)
    bend = 3 * share - 2 * rise_in - rise_out
    twist = rise_in + rise_out - 2 * share
    within = part * (rise_in + part * (bend + part * twist))
    return np.where(outside, 0.0, np.clip(before[bucket] + within, 0.0, 1.0))


def _rises(
    histograms: Histograms, bucket: NDArray[np.intp], left: Floats, right: Floats, share: Floats
) -> tuple[Floats, Floats]:
    """Returns the slopes of the cumulative count at both ends of buckets, times their width."""
    start, stop = histograms.start[:-1, None], histograms.start[1:, None]
    width = right - left
    rises = []
    for neighbour in (bucket - 1, bucket + 1):
        inside = (neighbour >= start) & (neighbour < stop)
        neighbour = np.where(inside, neighbour, bucket)
        other_share = histograms.share[neighbour]
        other_left, other_right = histograms.left[neighbour], histograms.right[neighbour]
        other_width = other_right - other_left
        joined = inside & ((other_right == left) | (other_left == right))
        joined &= (share > 0) & (other_share > 0) & (width > THINNEST) & (other_width > THINNEST)
        # The harmonic mean of both densities, weighted by widths, times the bucket's width.
        own = (width + 2 * other_width) / (3 * (width + other_width))
        rise = share / (own + (1 - own) * _ratio(share * other_width, other_share * width))
        rises.append(np.where(joined, rise, share))
    rise_in, rise_out = rises
    # Where the density climbs or falls from one neighbour to the other it does so all the way
    # through the bucket: the end that would make it turn moves towards the bucket's own density.
    turn_out, turn_in = 3 * share - 2 * rise_in, 3 * share - 2 * rise_out
    falls = (rise_in >= share) & (share >= rise_out)
    climbs = (rise_in <= share) & (share <= rise_out)
    limited_in = np.where(falls, np.minimum(rise_in, turn_in), rise_in)
    limited_in = np.where(climbs, np.maximum(limited_in, turn_in), limited_in)
    limited_out = np.where(falls, np.maximum(rise_out, turn_out), rise_out)
    limited_out = np.where(climbs, np.minimum(limited_out, turn_out), limited_out)
    return limited_in, limited_out


def _ratio(over: Floats, under: Floats) -> Floats:
    return np.divide(over, under, out=np.ones_like(over), where=under > 0)
