"""Distributions whose shares are known, and how far a picture of one is from the truth."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Share = Callable[[Floats], Floats]
Sample = Callable[[np.random.Generator, int], Floats]

OUTLIER = 500.0
FINE = 4000


@dataclass(frozen=True)
class Distribution:
    """A continuous part, and points that hold a share each."""

    name: str
    draw: Sample
    continuous: Share  # what lies below, of the continuous part
    points: tuple[tuple[float, float], ...] = ()  # where and how much

    def below(self, x: Floats) -> Floats:
        """Returns the share below each value, and at it."""
        spread = 1 - sum(share for _, share in self.points)
        found = spread * self.continuous(x) if spread else np.zeros(x.shape)
        for value, share in self.points:
            found = found + share * (x >= value)
        return found

    def sample(self, size: int, seed: int = 0) -> NDArray[np.float32]:
        return self.draw(np.random.default_rng(seed), size).astype(np.float32)


def normal(mean: float, scale: float) -> Share:
    erf = np.vectorize(math.erf, otypes=[float])
    return lambda x: 0.5 + 0.5 * erf((x - mean) / (scale * math.sqrt(2)))


def _student(x: Floats) -> Floats:
    t = x / (0.02 * math.sqrt(3))
    return 0.5 + (t / (1 + t**2) + np.arctan(t)) / math.pi


def _laplace(x: Floats) -> Floats:
    tail = 0.5 * np.exp(-np.abs(x) / 0.02)
    return np.where(x < 0, tail, 1 - tail)


def _bimodal(x: Floats) -> Floats:
    return (normal(-0.05, 0.01)(x) + normal(0.05, 0.01)(x)) / 2


def _two(rng: np.random.Generator, size: int) -> Floats:
    return rng.choice([-0.05, 0.05], size) + rng.normal(0, 0.01, size)


def _sparse(rng: np.random.Generator, size: int) -> Floats:
    values = rng.normal(0, 0.02, size)
    values[: round(0.9 * size)] = 0.0
    return values


def _with_outlier(rng: np.random.Generator, size: int) -> Floats:
    values = rng.normal(0, 0.02, size)
    values[0] = OUTLIER * 0.02
    return values


def _near(mean: float, scale: float) -> Distribution:
    return Distribution(
        f"normal around {mean:g}, sd {scale:g}",
        lambda rng, size: rng.normal(mean, scale, size),
        normal(mean, scale),
    )


NORMAL = Distribution(
    "normal, sd 0.02", lambda rng, size: rng.normal(0, 0.02, size), normal(0, 0.02)
)
# A share of 1e-5 is what one of 100,000 values holds.
WITH_OUTLIER = Distribution(
    "normal and one value at 500 sd",
    _with_outlier,
    normal(0, 0.02),
    ((OUTLIER * 0.02, 1e-5),),
)
DISTRIBUTIONS = (
    NORMAL,
    Distribution("Laplace", lambda rng, size: rng.laplace(0, 0.02, size), _laplace),
    Distribution(
        "Student's t, 3 degrees", lambda rng, size: 0.02 * rng.standard_t(3, size), _student
    ),
    Distribution("two peaks", _two, _bimodal),
    Distribution(
        "uniform",
        lambda rng, size: rng.uniform(-0.05, 0.05, size),
        lambda x: np.clip((x + 0.05) / 0.1, 0, 1),
    ),
    Distribution(
        "half-normal, as after a ReLU",
        lambda rng, size: abs(rng.normal(0, 0.02, size)),
        lambda x: np.maximum(2 * normal(0, 0.02)(x) - 1, 0),
    ),
    Distribution("constant 0.5", lambda rng, size: np.full(size, 0.5), np.sign, ((0.5, 1.0),)),
    Distribution("90 % zeros, the rest normal", _sparse, normal(0, 0.02), ((0.0, 0.9),)),
    _near(1, 0.02),
    _near(1, 0.002),
    Distribution(
        "normal, sd 1e-12", lambda rng, size: rng.normal(0, 1e-12, size), normal(0, 1e-12)
    ),
)


@dataclass(frozen=True)
class Picture:
    """Bins as drawn, flat within each, and what the picture leaves out on either side."""

    edges: Floats  # [B + 1]
    shares: Floats  # [B]
    left_out: tuple[float, float] = (0.0, 0.0)  # below, above

    def below(self, x: Floats) -> Floats:
        through = np.concatenate(([0.0], np.cumsum(self.shares)))
        return self.left_out[0] + np.interp(x, self.edges, through)

    @property
    def widest(self) -> float:
        return float(np.diff(self.edges).max())


def error(picture: Picture, truth: Distribution, blur: float = 0.0) -> float:
    """Returns the total variation distance between a picture and the truth.

    That is the share of all values drawn in a wrong place: half the sum, over cells far finer
    than a bin, of how much drawn and true share differ; what is off-scale is a cell on either
    side, what was lost on the way another. A point is in its place within `blur` of it.
    """
    first, last = picture.edges[0], picture.edges[-1]
    typical = np.sort(truth.sample(FINE, seed=99).astype(np.float64))
    cells = np.concatenate((np.linspace(first, last, FINE + 1), picture.edges, typical))
    cells = cells[(cells >= first) & (cells <= last)]
    for value, _ in truth.points:
        around = np.array((value - blur, value + blur))
        cells = cells[(cells <= around[0]) | (cells >= around[1])]
        cells = np.append(cells, np.clip(around, first, last))
    cells = np.unique(np.append(cells, last))
    drawn = np.diff(picture.below(cells), prepend=0.0)
    true = np.diff(truth.below(cells), prepend=0.0)
    above = abs(picture.left_out[1] - (1 - truth.below(cells[-1:])[0]))
    lost = abs(1 - sum(picture.left_out) - picture.shares.sum())
    return float(np.abs(drawn - true).sum() + above + lost) / 2


def in_bins(picture: Picture, truth: Distribution) -> Picture:
    """Returns the same bins with the true shares."""
    through = truth.below(np.nextafter(picture.edges, -np.inf))
    return Picture(picture.edges, np.diff(through), (through[0], 1 - through[-1]))


def in_buckets(left: Floats, right: Floats, truth: Distribution) -> Floats:
    """Returns buckets `[k, 3]` with the true shares, the outermost with what lies beyond."""
    starts = truth.below(np.nextafter(left, -np.inf))
    starts[0] = 0.0
    return np.column_stack((left, right, np.diff(starts, append=1.0)))
