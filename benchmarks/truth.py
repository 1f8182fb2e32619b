"""Holds what is drawn against distributions that are known: `make truth`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import truth_logs
from benchmarks.truth_logs import OUTLIER_TAG, SERIES, SIZE, WRITERS
from benchmarks.truth_report import VIEWS, Row, View, report
from tb_layerweights import wire
from tb_layerweights.density import resample
from tb_layerweights.grid import Grid
from tb_layerweights.histogram import clean
from tests import loaders
from tests.distributions import Distribution, Floats, Picture, error, in_bins, in_buckets

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "truth.md"


def write(logdir: Path) -> None:
    """Lets every writer log in a process of its own."""
    quiet = {"CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    for writer in WRITERS:
        print(f"Logging with {writer} …", flush=True)
        subprocess.run(
            [sys.executable, "-m", "benchmarks.truth_logs", writer, str(logdir / writer)],
            env={**os.environ, **quiet},
            stderr=subprocess.DEVNULL,
            check=True,
            cwd=ROOT,
        )


def thirty_bins(tensors: Sequence[NDArray[Any]], step: int) -> Picture:
    """Returns what TensorBoard's Histograms tab draws of one step.

    Thirty equal bins between the lowest and the highest edge of all steps; every bucket is spread
    evenly over the bins that it meets, and one that runs backward or is a point meets none.
    """
    low = float(min(tensor[:, 0].min() for tensor in tensors))
    high = float(max(tensor[:, 1].max() for tensor in tensors))
    if low == high:
        return Picture(np.array((np.nextafter(low, -np.inf), high)), np.ones(1))
    left, right, count = tensors[step].astype(np.float64).T
    edges = np.linspace(low, high, 31)
    forward = right > left
    left, right, held = left[forward], right[forward], count[forward]
    meet = np.minimum(right[:, None], edges[1:]) - np.maximum(left[:, None], edges[:-1])
    parts = np.maximum(meet, 0) / (right - left)[:, None]
    return Picture(edges, held @ parts / count.sum())


def ours(
    loaded: loaders.Loaded, run: str, tag: str, axis: str, bins: int, bits: int
) -> list[tuple[Grid, Picture]]:
    """Returns the picture of every step, from the bytes that the page gets."""
    body = loaded.get("densities", run=run, tag=tag, axis=axis, bins=bins, bits=bits).data
    _, tensors = wire.decode(body)
    (first, last), (threshold,) = tensors["range"][0], tensors["threshold"]
    grid = Grid(float(first), float(last), bins, float(threshold))
    return [
        (grid, Picture(grid.edges, density * grid.bin_width, (float(below), float(above))))
        for density, below, above in zip(
            tensors["density"], tensors["below"], tensors["above"], strict=True
        )
    ]


def measure(
    grid: Grid,
    drawn: Picture,
    bits: int,
    tensor: NDArray[Any],
    values: Floats,
    truth: Distribution,
    blur: float,
) -> View:
    """Returns the error of a picture, and of the pictures that explain it."""
    cleaned = clean([tensor])
    exact = resample(
        clean([in_buckets(cleaned.left, cleaned.right, truth)]), grid.edges, grid.bin_width
    )
    spread = Picture(
        grid.edges, exact.density[0] * grid.bin_width, (exact.below[0], exact.above[0])
    )
    known = in_bins(drawn, truth)
    through = np.searchsorted(np.sort(values), drawn.edges) / len(values)
    sampled = Picture(drawn.edges, np.diff(through), (through[0], 1 - through[-1]))
    noise = np.abs(sampled.shares - known.shares).sum()
    noise += sum(abs(a - b) for a, b in zip(sampled.left_out, known.left_out, strict=True))
    level, peak = wire.quantize(exact.density, bits)
    rounded = level * (peak[:, None] / (2**bits - 1))
    return View(
        ours=error(drawn, truth, blur),
        bins=error(known, truth, blur),
        buckets=error(spread, truth, blur),
        noise=noise / 2,
        levels=float(np.abs(rounded - exact.density).sum() * grid.bin_width),
    )


def rows(rust: loaders.Loaded, python: loaders.Loaded) -> list[Row]:
    """Returns the errors of every series with every writer, those alike next to each other."""
    found = []
    for tag, steps in SERIES.items():
        for step in (0, 1) if tag == OUTLIER_TAG else (0,):
            name = steps[step].name
            if tag == OUTLIER_TAG and step == 0:
                name += ", a step before"
            found += [row(rust, python, writer, tag, step, name) for writer in WRITERS]
    return found


def row(
    rust: loaders.Loaded, python: loaders.Loaded, writer: str, tag: str, step: int, name: str
) -> Row:
    (series,) = rust.source().read(writer, [tag])
    tensors = [record.tensor for record in series.records]
    truth, values = SERIES[tag][step], truth_logs.sample(tag, step).astype(np.float64)
    theirs = thirty_bins(tensors, step)
    pictures = []
    for view in VIEWS:
        grid, drawn = ours(rust, writer, tag, *view)[step]
        _, again = ours(python, writer, tag, *view)[step]
        np.testing.assert_allclose(again.edges, drawn.edges, rtol=1e-6, atol=1e-6 * drawn.widest)
        np.testing.assert_allclose(again.shares, drawn.shares, atol=0.01 * drawn.shares.max())
        pictures.append((grid, drawn, view[2]))
    blur = max(theirs.widest, pictures[0][1].widest)
    views = tuple(
        measure(grid, drawn, bits, tensors[step], values, truth, blur)
        for grid, drawn, bits in pictures
    )
    held = int((tensors[step][:, 2] > 0).sum())
    return Row(name, writer, held, error(theirs, truth, blur), views)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        python = loaders.load_python(Path(folder))
        with loaders.load_rust(Path(folder)) as rust:
            found = rows(rust, python)
    text = report(found, SIZE)
    RESULTS.write_text(text)
    print(f"\n{text}\nWritten to {RESULTS.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
