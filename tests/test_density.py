from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from tb_layerweights.density import cumulative, resample
from tb_layerweights.grid import Axis
from tb_layerweights.histogram import clean
from tests.grids import fit_grid
from tests.logdirs import HOSTILE, torch_edges

Floats = NDArray[np.float64]


def rows_of(edges: Floats, counts: Floats) -> Floats:
    return np.column_stack((edges[:-1], edges[1:], counts))


def normal_cdf(x: Floats) -> Floats:
    return np.array([0.5 * math.erfc(-value / math.sqrt(2)) for value in x])


def laplace_cdf(x: Floats) -> Floats:
    return np.where(x < 0, 0.5 * np.exp(-np.abs(x)), 1 - 0.5 * np.exp(-np.abs(x)))


def expected(edges: Floats, cdf=normal_cdf) -> Floats:  # type: ignore[no-untyped-def]
    """The buckets of endlessly many values of a distribution."""
    return rows_of(edges, np.diff(cdf(edges)) * 1e6)


def drawn(rows: Floats, edges: Floats) -> Floats:
    return resample(clean([rows]), edges, edges[1] - edges[0]).density[0]


def peaks(density: Floats, least: float = 1e-9) -> int:
    """How often a curve turns downward, by at least this part of its height."""
    found, climbing, turn = 0, True, 0.0
    for value in [*density.tolist(), -1.0]:
        turn = max(turn, value) if climbing else min(turn, value)
        if abs(value - turn) > least * density.max():
            found += climbing
            climbing, turn = not climbing, value
    return found


WIDTHS = hnp.arrays(np.float64, st.integers(1, 30), elements=st.floats(0.01, 10))
COUNTS = st.sampled_from([0.0, 0.0, 1.0, 2.0, 5.0, 1e6, 0.25])


@st.composite
def any_rows(draw: st.DrawFn) -> Floats:
    """Buckets of any width with gaps and points between them, holding something."""
    edges = np.cumsum(np.concatenate(([draw(st.floats(-50, 50))], draw(WIDTHS))))
    counts = np.array([draw(COUNTS) for _ in edges[1:]])
    counts[draw(st.integers(0, len(counts) - 1))] = 7.0
    kept = np.array([draw(st.booleans()) for _ in counts]) | (counts == 7.0)
    points = [(edge, edge, 3.0) for edge in edges if draw(st.integers(0, 5)) == 0]
    return np.concatenate((rows_of(edges, counts)[kept], np.array(points).reshape(-1, 3)))


@given(
    st.lists(any_rows(), min_size=1, max_size=4),
    st.sampled_from(["linear", "symlog"]),
    st.booleans(),
    st.integers(8, 200),
)
def test_mass_is_conserved(rows: list[Floats], axis: Axis, full: bool, bins: int) -> None:
    histograms = clean(rows)
    grid = fit_grid(histograms, bins=bins, axis=axis, full=full)
    spread = resample(histograms, grid.edges, grid.bin_width)
    whole = spread.density.sum(axis=1) * grid.bin_width + spread.below + spread.above
    np.testing.assert_allclose(whole, 1.0, atol=1e-6)
    assert (spread.density >= 0).all()
    off_scale = spread.below + spread.above
    assert (off_scale <= (1e-9 if full else 0.001 + 1e-9)).all()


@given(any_rows(), st.integers(2, 100))
def test_no_mass_crosses_a_bucket_edge(rows: Floats, bins: int) -> None:
    histograms = clean([rows])
    edges = np.unique(np.concatenate((histograms.left, histograms.right)))
    through = cumulative(histograms, edges[None, :])[0]
    assert (np.diff(through) >= 0).all()
    exact = [histograms.share[histograms.right <= edge].sum() for edge in edges]
    points = histograms.left == histograms.right
    here = [histograms.share[points & (histograms.left == edge)].sum() for edge in edges]
    np.testing.assert_allclose(through, np.array(exact) - here, atol=1e-9)
    between = np.linspace(edges[0], edges[-1], bins)[None, :]
    assert (np.diff(cumulative(histograms, between)[0]) >= 0).all()


@given(any_rows(), st.sampled_from([2.0**-20, 2.0**-10, 8.0, 2.0**17]), st.booleans())
def test_scaling_values_and_counts_scales_the_density(
    rows: Floats, scale: float, mirrored: bool
) -> None:
    sign = -1 if mirrored else 1
    scaled = rows * [scale, scale, 3.0]
    if mirrored:
        scaled = scaled[::-1, [1, 0, 2]] * [-1, -1, 1]
    edges = np.linspace(rows[:, 0].min() - 1, rows[:, 1].max() + 1.1, 50)
    density = drawn(rows, edges)
    same = drawn(scaled, (edges * scale * sign)[::sign])[::sign] * scale
    if not (np.isin(rows[:, 0], edges).any() or len(rows) == 0):
        np.testing.assert_allclose(same, density, atol=1e-6 * density.max() + 1e-12)


@given(any_rows())
def test_the_curve_has_the_peaks_of_the_buckets_and_no_others(rows: Floats) -> None:
    rows = rows[rows[:, 1] > rows[:, 0]]
    histograms = clean([rows])
    left, right = histograms.left, histograms.right
    steps = [0.0]
    for index, share in enumerate(histograms.share):
        if index and left[index] > right[index - 1]:
            steps.append(0.0)
        steps.append(share / (right[index] - left[index]))
    fine = np.linspace(left[0] - 0.1, right[-1] + 0.1, 4001)
    # A bin may be wider than the highest bucket, whose height then counts for less.
    assert peaks(drawn(rows, fine)) <= peaks(np.array([*steps, 0.0]), 1e-15)


@pytest.mark.parametrize("buckets", [1, 2, 30, 537])
def test_a_uniform_distribution_stays_flat_with_sharp_ends(buckets: int) -> None:
    edges = np.linspace(-0.05, 0.05, buckets + 1)
    grid = np.linspace(-0.06, 0.06, 121)
    density = drawn(rows_of(edges, np.full(buckets, 10.0)), grid)
    np.testing.assert_allclose(density[11:109], 10.0, rtol=1e-5)
    np.testing.assert_allclose(density[[*range(10), *range(110, 120)]], 0, atol=1e-4)


def test_uneven_buckets_of_a_uniform_distribution_are_flat_too() -> None:
    edges = np.array([0, 0.1, 0.5, 0.6, 2.0, 3.0])
    density = drawn(rows_of(edges, np.diff(edges)), np.linspace(0, 3, 31))
    np.testing.assert_allclose(density, 1 / 3, rtol=1e-6)


def test_a_shoulder_gets_no_horn() -> None:
    density = drawn(
        rows_of(np.arange(7.0), np.array([8, 10, 9.9, 1, 1, 1.0])), np.linspace(0, 6, 601)
    )
    assert peaks(density) == 1
    assert density[100:200].max() < 1.1 * 10 / 30.9


@pytest.mark.parametrize("axis", ["linear", "symlog"])
@pytest.mark.parametrize("bins", [64, 128, 1024])
def test_torch_buckets_of_a_normal_distribution_have_one_peak(axis: Axis, bins: int) -> None:
    def cdf(x: Floats) -> Floats:
        return normal_cdf(x / 0.02)

    histograms = clean([expected(torch_edges(), cdf)])
    grid = fit_grid(histograms, bins=bins, axis=axis, full=False)
    density = resample(histograms, grid.edges, grid.bin_width).density[0]
    assert peaks(density, 1e-9 if axis == "linear" else 1e-3) == 1


@pytest.mark.parametrize("cdf", [normal_cdf, laplace_cdf])
@pytest.mark.parametrize("edges", [np.linspace(-4, 4, 31), torch_edges()], ids=["keras", "torch"])
def test_the_curve_is_nearer_to_the_truth_than_buckets_spread_evenly(
    cdf: object, edges: Floats
) -> None:
    grid = np.linspace(-4, 4, 129)
    truth = np.diff(cdf(grid)) / np.diff(grid)  # type: ignore[operator]
    rows = expected(edges, cdf)
    through = np.concatenate(([0], np.cumsum(rows[:, 2]))) / rows[:, 2].sum()
    evenly = np.diff(np.interp(grid, edges, through)) / np.diff(grid)
    ours = np.abs(drawn(rows, grid) - truth).sum()
    assert ours < 0.6 * np.abs(evenly - truth).sum()


def test_bins_that_are_the_buckets_hold_their_counts() -> None:
    edges = np.array([0, 1, 2, 3, 4, 5.0])
    counts = np.array([1, 5, 0, 3, 7.0])
    np.testing.assert_allclose(drawn(rows_of(edges, counts), edges), counts / 16, atol=1e-12)


def test_a_point_goes_whole_into_the_bin_that_holds_it() -> None:
    edges = np.array([0.0, 1, 2, 3])
    for value, bin_ in ((0.0, 0), (0.5, 0), (1.0, 1), (2.0, 2), (3.0, 2)):
        density = drawn(np.array([(value, value, 9.0)]), edges)
        assert density.tolist() == [float(index == bin_) for index in range(3)]


def test_points_outside_the_grid_are_off_scale() -> None:
    rows = np.array([(-5, -5, 1.0), (0.5, 0.5, 2.0), (9, 9, 1.0)])
    spread = resample(clean([rows]), np.array([0, 1.0]), 1.0)
    assert (spread.below[0], spread.density[0, 0], spread.above[0]) == (0.25, 0.5, 0.25)


def test_a_gap_stays_empty() -> None:
    rows = np.array([(0, 1, 4), (5, 6, 4.0)])
    density = drawn(rows, np.linspace(0, 6, 61))
    assert density[10:50].sum() == 0
    np.testing.assert_allclose(density[:10], 0.5)


def test_a_row_that_holds_nothing_is_zero_everywhere() -> None:
    histograms = clean([np.zeros((30, 3)), np.array([(0, 1, 1.0)])])
    spread = resample(histograms, np.linspace(0, 1, 9), 1 / 8)
    assert spread.density[0].sum() == spread.below[0] == spread.above[0] == 0
    np.testing.assert_allclose(spread.density[1], 1.0)


def test_the_same_rows_one_by_one_give_the_same_densities() -> None:
    tensors = [rows_of(np.linspace(-1, 1, n), np.arange(n - 1.0)) for n in (3, 31, 500)]
    edges = np.linspace(-1, 1, 65)
    together = resample(clean(tensors), edges, 1 / 32).density
    for row, tensor in enumerate(tensors):
        np.testing.assert_allclose(together[row], drawn(tensor, edges), atol=1e-9)


@pytest.mark.parametrize("axis", ["linear", "symlog"])
@pytest.mark.parametrize("tag", ["empty", "all_zero", "all_nan", "constant", "denormal", "tiny",
                                 "huge_values", "gapped", "many_buckets"])  # fmt: skip
def test_awkward_histograms_have_a_grid_of_ascending_finite_edges(tag: str, axis: Axis) -> None:
    histograms = clean([HOSTILE[tag]])
    for full in (False, True):
        grid = fit_grid(histograms, bins=64, axis=axis, full=full)
        assert np.isfinite(grid.edges).all()
        assert (np.diff(grid.edges) > 0).all()
        spread = resample(histograms, grid.edges, grid.bin_width)
        assert np.isfinite(spread.density.astype(np.float32)).all()


def test_a_constant_stands_in_the_middle_of_its_grid() -> None:
    histograms = clean([np.array([(0.5, 0.5, 4.0)])])
    grid = fit_grid(histograms, bins=9, axis="linear", full=False)
    density = resample(histograms, grid.edges, grid.bin_width).density[0]
    assert np.flatnonzero(density).tolist() == [4]


def test_the_grid_reaches_over_all_rows() -> None:
    tensors = [rows_of(np.linspace(-w, w, 31), np.ones(30)) for w in (1, 5, 2)]
    grid = fit_grid(clean(tensors), bins=64, axis="linear", full=False)
    assert (grid.first, grid.last) == (-5, 5)


def test_symlog_bins_are_even_on_their_axis_and_linear_near_zero() -> None:
    histograms = clean([expected(np.linspace(-6, 6, 301))])
    grid = fit_grid(histograms, bins=64, axis="symlog", full=True)
    assert grid.threshold == pytest.approx(1.0, rel=0.01)
    position = np.arcsinh(grid.edges / grid.threshold)
    np.testing.assert_allclose(np.diff(position), grid.bin_width, rtol=1e-9)
