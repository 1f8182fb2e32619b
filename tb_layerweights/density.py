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
so that a uniform distribution stays flat with sharp ends. A limiter like that of the piecewise
parabolic method (Colella & Woodward, J. Comput. Phys. 54, 1984) keeps the curve from turning
where the buckets don't: it has the peaks of the buckets and no others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_layerweights.histogram import Histograms
from tb_layerweights.rows import below

Floats = NDArray[np.float64]

# Thinner than this a bucket is a point mass: a share over its width might not be finite.
THINNEST = 1e-290
# Less than this off-scale is a matter of rounding.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Densities:
    """R histograms on a grid of B bins: `density.sum(1) * bin_width + below + above` is 1."""

    density: Floats  # [R, B], share per unit of the grid's axis; 0 in rows that hold nothing
    below: Floats  # [R], share off-scale
    above: Floats  # [R]


def resample(histograms: Histograms, edges: Floats, bin_width: float) -> Densities:
    """Returns the densities of R histograms on a shared grid.

    A point mass goes whole into the bin that holds it; bins hold their left edge, the last one
    both.

    Args:
      histograms: R rows.
      edges: the grid's edges as values, ascending, [B + 1].
      bin_width: the width of every bin on the grid's axis.
    """
    through = cumulative(histograms, np.tile(closed(edges), (histograms.rows, 1)))
    return from_cumulative(histograms, through, np.full((histograms.rows, 1), bin_width))


def closed(edges: Floats) -> Floats:
    """Returns edges [..., B + 1], the last just above itself, so that a point there is below it."""
    last = np.nextafter(edges[..., -1:], np.inf)
    return np.concatenate((edges[..., :-1], last), axis=-1)


def from_cumulative(histograms: Histograms, through: Floats, bin_width: Floats) -> Densities:
    """Returns densities from the shares below the edges of each row's grid.

    Args:
      histograms: R rows.
      through: the shares, [R, B + 1].
      bin_width: of each row's bins on the grid's axis, [R, 1].
    """
    share = np.maximum(np.diff(through, axis=1), 0.0)
    below = through[:, 0]
    above = np.where(histograms.total > 0, 1.0, 0.0) - through[:, -1]
    return Densities(
        share / bin_width,
        np.where(below > ROUNDING, below, 0.0),
        np.where(above > ROUNDING, above, 0.0),
    )


def cumulative(histograms: Histograms, points: Floats) -> Floats:
    """Returns the share of each row's mass that lies below each of its points, both [R, P].

    A point mass is below the points right of it, not below its own.
    """
    start, stop = histograms.start[:-1, None], histograms.start[1:, None]
    bucket = start + below(histograms.left, histograms.start, points) - 1
    outside = bucket < start
    np.maximum(bucket, start, out=bucket)
    here = _take(histograms, bucket)
    through = histograms.through[bucket]
    before = np.where(bucket > start, histograms.through[np.maximum(bucket - 1, start)], 0.0)
    part = np.ones(points.shape)
    np.divide(points - here.left, here.width, out=part, where=here.width > THINNEST)
    np.minimum(part, 1.0, out=part)

    # By how much the density at the bucket's ends is above and below its own, times its width.
    left = _take(histograms, np.maximum(bucket - 1, start))
    right = _take(histograms, np.minimum(bucket + 1, stop - 1))
    rise = _slope(here, left, touching=left.right == here.left) - here.share
    fall = here.share - _slope(here, right, touching=right.left == here.right)
    rise, fall = _limit(rise, fall)
    within = part * (here.share + rise + part * (fall - 2 * rise + part * (rise - fall)))
    # Sums that round must not run backward from one bucket to the next.
    return np.where(outside, 0.0, np.clip(before + within, before, through))


@dataclass(frozen=True, slots=True)
class _Buckets:
    """A bucket for each point, [R, P]."""

    left: Floats
    right: Floats
    width: Floats
    share: Floats


def _take(histograms: Histograms, bucket: NDArray[np.intp]) -> _Buckets:
    left, right = histograms.left[bucket], histograms.right[bucket]
    return _Buckets(left, right, right - left, histograms.share[bucket])


def _slope(here: _Buckets, other: _Buckets, touching: NDArray[np.bool_]) -> Floats:
    """Returns the slope of the cumulative count where buckets meet a neighbour, times their width.

    It is the harmonic mean of both densities, weighted by the widths; the bucket's own density
    where it meets nothing.
    """
    both = here.width + other.width
    mine, theirs = here.share * other.width, other.share * here.width
    weighted = (both + other.width) * theirs + (both + here.width) * mine
    slope = here.share.copy()
    joined = touching & (mine * theirs > 0)
    return np.divide(3 * both * theirs * here.share, weighted, out=slope, where=joined)


def _limit(rise: Floats, fall: Floats) -> tuple[Floats, Floats]:
    """Keeps the density of buckets between those of their neighbours.

    A parabola with a given mean runs one way only if neither of its ends is more than twice as
    far from the mean as the other.
    """
    least_rise = np.minimum(np.abs(rise), 2 * np.abs(fall))
    least_fall = np.minimum(np.abs(fall), 2 * np.abs(rise))
    return np.copysign(least_rise, rise), np.copysign(least_fall, fall)
