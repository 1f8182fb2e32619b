"""Measures TensorBoard's Histograms tab and Layer Weights on one log: `make bench`."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks import browser, resnet50
from benchmarks.browser import Waits
from benchmarks.server import HISTOGRAMS, Browser, Traffic, tensorboard, wait_until_loaded

ROOT = Path(__file__).parents[1]
LOGDIR = ROOT / ".cache" / "benchmarks" / "resnet50"
RESULTS = ROOT / "benchmarks" / "results.md"
OURS = "/data/plugin/layer_weights"
REPEATS = 5
TAGS = [parameter.name for parameter in resnet50.parameters()]


@dataclass(frozen=True)
class Result:
    """One loader's figures."""

    loader: str
    theirs: Traffic
    ours: Traffic
    again: Traffic
    floor: float
    floor_of_all_steps: float
    waits: Waits


def measure(loader: str, load_fast: bool) -> Result:
    """Asks both tabs for every series of both runs, and the bare provider for the same."""
    print(f"{loader}: reading the log …", flush=True)
    command = [sys.executable, "-m", "benchmarks.floor", str(LOGDIR), str(load_fast).lower()]
    floor = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
    with tensorboard(LOGDIR, load_fast) as port:
        wait_until_loaded(port, resnet50.RUNS, TAGS[-1], resnet50.STEPS - 1)
        print(f"{loader}: asking for every series …", flush=True)
        ours, again = ask_ours(port)
        theirs = ask_theirs(port)
        print(f"{loader}: opening both tabs …", flush=True)
        waits = browser.measure(f"http://localhost:{port}")
        return Result(loader, theirs, ours, again, *map(float, floor.stdout.split()), waits)


def ask_theirs(port: int) -> Traffic:
    asking = Browser(port)
    tags = asking.json(f"{HISTOGRAMS}/tags")
    for run, of_run in tags.items():
        for tag in of_run:
            asking.get(f"{HISTOGRAMS}/histograms", run=run, tag=tag)
    return asking.traffic


def ask_ours(port: int) -> tuple[Traffic, Traffic]:
    """Returns the cost of the first time, when nothing is remembered, and of asking again."""
    asking = Browser(port)
    runs = [one["run"] for one in asking.json(f"{OURS}/runs")["runs"]]
    etags = {}
    for run in runs:
        asking.get(f"{OURS}/outline", run=run)
        _, response = asking.get(f"{OURS}/densities", run=run)
        etags[run] = response.headers["ETag"]
    again = Browser(port)
    for run, etag in REPEATS * list(etags.items()):
        _, response = again.get(f"{OURS}/densities", etag=etag, run=run)
        if response.status != 304:
            raise RuntimeError(f"{run}: expected 304, got {response.status}")
    return asking.traffic, again.traffic


def report(results: list[Result]) -> str:
    """Returns the results as Markdown."""
    lines = [
        "# TensorBoard's Histograms tab and Layer Weights, side by side",
        "",
        f"Made by `make bench`: a ResNet-50-shaped PyTorch log, {len(TAGS)} parameters x "
        f"{resnet50.STEPS} steps x {len(resnet50.RUNS)} runs, {megabytes(LOGDIR):.0f} MB. Both "
        "tabs are asked for every series of both runs, one request after the other; bytes are "
        "those on the wire, gzipped. The tabs are opened in Chromium at 1920 x 1080, with a click "
        "in a TensorBoard that has come to rest; all runs are shown.",
        "",
        f"TensorBoard {version('tensorboard')}, Python {platform.python_version()}, "
        f"numpy {version('numpy')}, {platform.machine()}, {os.cpu_count()} cores.",
        "",
        "| loader | what | Histograms | Layer Weights | budget | ratio |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for result in results:
        lines += rows(result)
    return "\n".join([*lines, ""])


def rows(result: Result) -> list[str]:
    loader, theirs, ours, again = result.loader, result.theirs, result.ours, result.again
    milliseconds = 1000 * again.seconds / again.requests
    floors = theirs.seconds / result.floor, ours.seconds / result.floor
    of_all = theirs.seconds / result.floor_of_all_steps, ours.seconds / result.floor_of_all_steps
    waits = result.waits
    return [
        f"| {loader} | requests | {theirs.requests} | {ours.requests} | "
        f"| {theirs.requests / ours.requests:.0f} |",
        f"| {loader} | megabytes | {theirs.bytes / 1e6:.2f} | {ours.bytes / 1e6:.2f} | 1 "
        f"| {theirs.bytes / ours.bytes:.0f} |",
        f"| {loader} | seconds | {theirs.seconds:.2f} | {ours.seconds:.2f} | "
        f"| {theirs.seconds / ours.seconds:.0f} |",
        f"| {loader} | seconds ÷ bare `read_tensors` ({result.floor:.2f} s) "
        f"| {floors[0]:.1f} | {floors[1]:.1f} | 1.5 | |",
        f"| {loader} | seconds ÷ the same of all steps ({result.floor_of_all_steps:.2f} s) "
        f"| {of_all[0]:.1f} | {of_all[1]:.1f} | | |",
        f"| {loader} | asking again, ms a run | | {milliseconds:.1f} | 5 | |",
        f"| {loader} | opening the tab: charts drawn, of {len(TAGS) * len(resnet50.RUNS)} "
        f"| {waits.their_charts} | {waits.our_charts} | | |",
        f"| {loader} | opening the tab: seconds until they are | {waits.theirs:.2f} "
        f"| {waits.ours:.2f} | 1 | {waits.theirs / waits.ours:.1f} |",
        f"| {loader} | one step of the scrubber, ms of script | | {waits.script:.1f} | 4 | |",
        f"| {loader} | one step of the scrubber, ms between frames | | {waits.frame:.1f} | 17 | |",
    ]


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def main() -> None:
    if not LOGDIR.exists():
        print(f"Writing the log into {LOGDIR} …", flush=True)
        resnet50.write(LOGDIR)
    loaders = (("data server (default)", True), ("Python", False))
    text = report([measure(loader, load_fast) for loader, load_fast in loaders])
    RESULTS.write_text(text)
    print(f"\n{text}\nWritten to {RESULTS.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
