from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tensorboard.compat.proto import summary_pb2
from tensorboard.data_compat import migrate_value
from tensorboard.plugins.histogram import summary_v2
from tensorboard.util import tensor_util

from tb_layerweights.density import resample
from tb_layerweights.grid import Axis
from tb_layerweights.histogram import clean
from tests.distributions import DISTRIBUTIONS, NORMAL, WITH_OUTLIER, Distribution, Picture, error
from tests.grids import fit_grid
from tests.logdirs import torch_proto

SIZE = 30_000
BY_NAME = {one.name: one for one in (*DISTRIBUTIONS, WITH_OUTLIER)}
# The most that may be drawn in a wrong place, noise and flat bins included: with torch's buckets,
# with the 30 of TensorFlow 2. Where the second is large, these buckets don't tell more.
LIMITS = {
    "normal, sd 0.02": (0.025, 0.025),
    "Laplace": (0.045, 0.08),
    "Student's t, 3 degrees": (0.055, 0.45),
    "two peaks": (0.04, 0.045),
    "uniform": (0.03, 0.02),
    "half-normal, as after a ReLU": (0.025, 0.02),
    "constant 0.5": (1e-9, 1e-9),
    "90 % zeros, the rest normal": (0.01, 0.01),
    "normal around 1, sd 0.02": (0.55, 0.025),
    "normal around 1, sd 0.002": (0.55, 0.025),
    "normal, sd 1e-12": (0.06, 0.025),
    "normal and one value at 500 sd": (0.025, 0.75),
}


@cache
def tensor(name: str, writer: str) -> NDArray[Any]:
    """The histogram of a sample as the writer logs it and TensorBoard holds it."""
    values = BY_NAME[name].sample(SIZE)
    if writer == "torch":
        value = migrate_value(summary_pb2.Summary.Value(tag="w", histo=torch_proto(values)))
    else:
        value = summary_v2.histogram_pb("w", values, 30).value[0]
    made: NDArray[Any] = tensor_util.make_ndarray(value.tensor)
    return made


def drawn(tensors: list[NDArray[Any]], step: int, axis: Axis, bins: int = 64) -> Picture:
    histograms = clean(tensors)
    grid = fit_grid(histograms, bins=bins, axis=axis, full=False)
    spread = resample(histograms, grid.edges, grid.bin_width)
    left_out = float(spread.below[step]), float(spread.above[step])
    return Picture(grid.edges, spread.density[step] * grid.bin_width, left_out)


def wrong(picture: Picture, tensor: NDArray[Any], truth: Distribution) -> float:
    """The error; a point is in its place within a bin, or a thirtieth of what was logged."""
    thirtieth = (tensor[:, 1].max() - tensor[:, 0].min()) / 30
    return error(picture, truth, max(picture.widest, float(thirtieth)))


@pytest.mark.parametrize("axis", ["linear", "symlog"])
@pytest.mark.parametrize("writer", ["torch", "tf2"])
@pytest.mark.parametrize("name", LIMITS)
def test_what_is_drawn_is_near_the_truth(name: str, writer: str, axis: Axis) -> None:
    limit = LIMITS[name][writer == "tf2"]
    logged = tensor(name, writer)
    assert wrong(drawn([logged], 0, axis), logged, BY_NAME[name]) <= limit


@pytest.mark.parametrize("axis", ["linear", "symlog"])
@pytest.mark.parametrize("writer", ["torch", "tf2"])
def test_an_outlier_at_one_step_doesn_t_spoil_the_others(writer: str, axis: Axis) -> None:
    calm = tensor(NORMAL.name, writer)
    tensors = [calm, tensor(WITH_OUTLIER.name, writer), calm]
    assert wrong(drawn(tensors, 0, axis), calm, NORMAL) <= 0.04


@pytest.mark.parametrize("name", ["Laplace", "Student's t, 3 degrees", "two peaks"])
def test_more_bins_are_nearer_where_the_buckets_tell_more(name: str) -> None:
    logged, truth = tensor(name, "torch"), BY_NAME[name]
    fine, coarse = (wrong(drawn([logged], 0, "linear", bins), logged, truth) for bins in (256, 64))
    assert fine < coarse


def test_the_error_is_the_share_that_is_out_of_place() -> None:
    uniform = BY_NAME["uniform"]
    exact = Picture(np.linspace(-0.05, 0.05, 5), np.full(4, 0.25))
    assert error(exact, uniform) == pytest.approx(0, abs=1e-12)
    half = Picture(np.array([0.0, 0.05]), np.array([1.0]))
    assert error(half, uniform) == pytest.approx(0.5)
    off_scale = Picture(np.array([0.0, 0.05]), np.array([0.5]), (0.5, 0.0))
    assert error(off_scale, uniform) == pytest.approx(0, abs=1e-12)
    lost = Picture(np.array([0.0, 0.05]), np.array([0.5]))
    assert error(lost, uniform) == pytest.approx(0.5)
    elsewhere = Picture(np.array([1.0, 2.0]), np.array([1.0]))
    assert error(elsewhere, uniform) == pytest.approx(1)
