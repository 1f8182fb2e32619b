"""Measures TensorBoard's Histograms tab and Layer Weights side by side: `make bench`."""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks import browser, costs, floor, stages
from benchmarks.browser import RELOADS
from benchmarks.costs import PerSeries
from benchmarks.logs import KERAS, LOGS, RESNET50, TAGS, Log, megabytes, scaled
from benchmarks.report import Result, beyond, per_series_table, stages_table, table
from benchmarks.server import tensorboard, wait_until_loaded
from benchmarks.stages import Stages
from tests.browser import chromium

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "benchmarks"
RESULTS = ROOT / "benchmarks" / "results.md"
LOADERS = {"data server": True, "Python": False}
PER_SERIES, STAGES = "per-series", "stages"
# Of larger logs, TensorBoard's tab is asked for so many series, evenly chosen.
SAMPLE, QUICK_SAMPLE = 200, 20
WHOLE = RESNET50.series


def logdir(log: Log) -> Path:
    """Returns where the log is, once it is written."""
    path = CACHE / log.name
    if not path.exists():
        print(f"Writing {log.name} …", flush=True)
        log.write(path)
    return path


def measure(log: Log, loader: str, opened: Browser, quick: bool) -> Result:
    """Starts servers anew for each of the questions, so that none profits from another."""
    path, load_fast = logdir(log), LOADERS[loader]
    print(f"{log.name}, {loader}: the bare provider …", flush=True)
    least = floor.measure(path, load_fast, log.series, log.steps - 1)
    print(f"{log.name}, {loader}: asking for every series …", flush=True)
    sample = QUICK_SAMPLE if quick else WHOLE if log.series <= WHOLE else SAMPLE
    cost = costs.measure(log, path, load_fast, sample, floor.REPEATS if log is RESNET50 else 1)
    grown = costs.measure_grown(log, path, load_fast) if log is KERAS else None
    print(f"{log.name}, {loader}: opening both tabs …", flush=True)
    heaps = None
    with tensorboard(path, load_fast) as server:
        wait_until_loaded(server, log)
        looks = browser.measure(opened, server.address)
        if log is RESNET50 and load_fast:
            reloads = RELOADS[:2] if quick else RELOADS
            heaps = browser.measure_heap(opened, server.address, reloads)
    return Result(log, loader, cost, least, looks, grown, heaps)


def measure_stages() -> dict[str, Stages]:
    path = logdir(RESNET50)
    found = {}
    for loader, load_fast in LOADERS.items():
        print(f"Stages, {loader} …", flush=True)
        found[loader] = stages.measure(path, load_fast, RESNET50.series, RESNET50.steps - 1)
    return found


def measure_per_series() -> dict[str, list[PerSeries]]:
    found: dict[str, list[PerSeries]] = {}
    for loader, load_fast in LOADERS.items():
        for log in scaled():
            print(f"{log.series} series, {loader} …", flush=True)
            one = costs.measure_per_series(log, logdir(log), load_fast)
            found.setdefault(loader, []).append(one)
    return found


def report(
    results: Sequence[Result],
    spent: dict[str, Stages],
    per_series: dict[str, list[PerSeries]],
) -> str:
    """Returns the results as Markdown."""
    lines = [
        "# TensorBoard's Histograms tab and Layer Weights, side by side",
        "",
        f"Made by `make bench`: TensorBoard {version('tensorboard')}, Python "
        f"{platform.python_version()}, numpy {version('numpy')}, {platform.machine()}, "
        f"{os.cpu_count()} cores.",
    ]
    if results:
        lines += ["", *log_lines(results), "", *HOW, "", *table(results)]
        missed = beyond(results) or ["- nothing"]
        lines += ["", "## Beyond the budget", "", *missed, "", *WHY]
    if spent:
        lines += ["", *STAGES_HOW, "", *stages_table(spent)]
    if per_series:
        lines += ["", *per_series_lines(), "", *per_series_table(per_series)]
    return "\n".join([*lines, ""])


def log_lines(results: Sequence[Result]) -> list[str]:
    lines = [
        "| log | what it is like | parameters | steps | runs | MB |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for log in dict.fromkeys(result.log for result in results):
        size = f"{megabytes(logdir(log)):,.0f}"
        numbers = f"{len(log.parameters):,} | {log.steps:,} | {len(log.runs)} | {size}"
        lines.append(f"| {log.name} | {log.title} | {numbers} |")
    return lines


HOW = [
    "Both tabs are asked for every series of all runs, one request after the other, each on a "
    "server that nobody has asked before; of large logs, TensorBoard's for some tags, evenly "
    "chosen, and the figures are scaled. Bytes are those on the wire, gzipped. Seconds pass "
    "until the last byte is there, CPU seconds are those of TensorBoard and its data server. "
    "The bare provider is asked for a few series at a time, in replies of some 64 MB: one may "
    "not be larger than 256 MB; the shortest of three times counts, and of resnet50, for which the "
    "budgets are, that of ours on three servers. *Asking again* has the answer's `ETag`, "
    "*somebody else* does not.",
    "",
    "The tabs are opened in Chromium at 1920 x 1080, with a click in a TensorBoard that has "
    "come to rest; all runs are shown. Ours is opened first, on a server that has made no "
    "answer yet. The scrubber goes through all steps, of few more than once, a page is scrolled "
    "60 pixels a frame, there and back. The heap is that of the whole page, TensorBoard's own "
    "part included, after garbage collection.",
]


WHY = [
    "For a smaller number of steps, TensorBoard's data server draws another random sample, without"
    " the first step and another one after each reload. To show steps that stay, all that it has "
    "kept must be read: the bare read of these is what ours can come near to, and it alone takes "
    "as long as the table says. The Python loader hands over all that it keeps either way.",
    "",
    "Before a question about many tags can be answered with 304, TensorBoard is asked what it has "
    "of each: that alone takes longer than the budget, and is remembered for a second.",
]

STAGES_HOW = [
    "## Where our server's time goes",
    "",
    f"The stages of the answers about all runs of {RESNET50.name}, in a process that has done "
    "nothing else before, without HTTP: the first time, and the shortest of three. While the data "
    "server makes a reply, the one before is worked on.",
]


def per_series_lines() -> list[str]:
    return [
        "## The cost of a series",
        "",
        f"One question for the densities of every series of a run, of {TAGS.steps} steps of 30 "
        f"buckets each, the median of {len(costs.BINS)}: milliseconds in all, and for one series.",
    ]


def arguments() -> argparse.Namespace:
    names = [*(log.name for log in LOGS), STAGES, PER_SERIES]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=names, help="measure this (repeatable)")
    parser.add_argument("--quick", action="store_true", help="fewer questions and reloads")
    parser.add_argument("--output", type=Path, help="write the results here")
    return parser.parse_args()


def main() -> None:
    options, began = arguments(), time.monotonic()
    wanted = options.only or [*(log.name for log in LOGS), STAGES, PER_SERIES]
    results = []
    with sync_playwright() as playwright:
        opened = chromium.launch(playwright)
        for log in LOGS:
            if log.name in wanted:
                results += [measure(log, loader, opened, options.quick) for loader in LOADERS]
        opened.close()
    spent = measure_stages() if STAGES in wanted else {}
    text = report(results, spent, measure_per_series() if PER_SERIES in wanted else {})
    print(f"\n{text}\nIt took {(time.monotonic() - began) / 60:.0f} minutes.")
    is_full = options.only is None and not options.quick
    if output := options.output or (RESULTS if is_full else None):
        output.write_text(text)
        print(f"Written to {output}.")


if __name__ == "__main__":
    main()
