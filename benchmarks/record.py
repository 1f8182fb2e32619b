"""Measures what recording takes beside what others take for a histogram: `make bench-record`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.record_trainings import EVERY, TRAININGS, Spent
from benchmarks.record_writers import WRITERS

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "record.md"
SIZES = (100_000, 1_000_000, 10_000_000, 100_000_000)
OURS, OTHERS = "ours, written", ("torch", "histogram_pb", "tf.summary")
# Of this much of the memory that is free, a writer may take; it took as much for each value before.
SHARE = 0.8

# Seconds and megabytes; None where there was no memory for it.
Taken = dict[tuple[str, int], tuple[float, float] | None]


def measure(sizes: Sequence[int]) -> Taken:
    taken: Taken = {}
    for name in WRITERS:
        for place, size in enumerate(sizes):
            print(f"{name}, {size:,} values …", flush=True)
            before = taken.get((name, sizes[place - 1])) if place else None
            needed = before[1] * size / sizes[place - 1] if before else 0.0
            if needed > SHARE * _free_megabytes():
                taken[name, size] = None
            else:
                seconds, megabytes = _child("benchmarks.record_writers", name, str(size))
                taken[name, size] = seconds, megabytes
    return taken


def measure_trainings() -> dict[str, Spent]:
    found = {}
    for name in TRAININGS:
        print(f"{name} …", flush=True)
        found[name] = Spent(*_child("benchmarks.record_trainings", name))
    return found


def _child(module: str, *words: str) -> Any:
    quiet = {"CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-m", module, *words]
    done = subprocess.run(
        command, env={**os.environ, **quiet}, capture_output=True, text=True, cwd=ROOT
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def _free_megabytes() -> float:
    found = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text())
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def report(taken: Taken, sizes: Sequence[int], trainings: dict[str, Spent]) -> str:
    """Returns the results as Markdown."""
    lines = [
        "# What recording takes",
        "",
        f"Made by `make bench-record`: Python {platform.python_version()}, numpy "
        f"{version('numpy')}, torch {version('torch')}, TensorFlow "
        f"{_version('tensorflow', 'tensorflow-cpu')}, {platform.machine()}, {os.cpu_count()} "
        "cores.",
        "",
        "## One histogram",
        "",
        "Of normal float32 numbers, the shortest of up to five times, each writer in a process of "
        "its own that has written one before. *Counted* is our counting alone, *written* is all "
        "until the histogram and the exact numbers are in the log. A bare `min()` reads the same "
        "memory and does nothing else.",
        "",
        *_table("seconds", taken, sizes, 0),
        "",
        f"Others' seconds for one of ours ({OURS}):",
        "",
        *_ratios(taken, sizes),
        "",
        "Megabytes at the most, besides the array itself:",
        "",
        *_table("MB", taken, sizes, 1),
        "",
        "A dash: by what it took for fewer values, this machine has not enough memory for it.",
        "",
        "## A whole training",
        "",
        f"Everything is recorded every {EVERY} steps, with PyTorch weights, buffers, gradients and "
        "updates. *Share* is the time spent in recording, which the recorder's `report()` tells, "
        "of the whole; *longer* is the recorded training beside one that isn't, which says the "
        "same less surely.",
        "",
        "| training | parameters | steps | ms a step | histograms a record | ms a record |"
        " µs a histogram | share | longer | MB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
        *(_training(name, one) for name, one in trainings.items()),
    ]
    return "\n".join([*lines, ""])


def _version(*names: str) -> str:
    for name in names[:-1]:
        try:
            return version(name)
        except ImportError:
            continue
    return version(names[-1])


def _table(unit: str, taken: Taken, sizes: Sequence[int], column: int) -> list[str]:
    rows = []
    for name in WRITERS:
        cells = []
        for size in sizes:
            found = taken[name, size]
            cells.append("—" if found is None else _number(found[column]))
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return [*_head(unit, sizes), *rows]


def _ratios(taken: Taken, sizes: Sequence[int]) -> list[str]:
    rows = []
    for name in OTHERS:
        cells = []
        for size in sizes:
            ours, theirs = taken[OURS, size], taken[name, size]
            known = ours is not None and theirs is not None
            cells.append(f"{theirs[0] / ours[0]:,.0f}" if known else "—")
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return [*_head("times as long", sizes), *rows]


def _head(unit: str, sizes: Sequence[int]) -> list[str]:
    names = " | ".join(f"{size:,}" for size in sizes)
    return [f"| {unit} | {names} |", f"|---|{'--:|' * len(sizes)}"]


def _number(value: float) -> str:
    digits = 4 if value < 0.1 else 2 if value < 10 else 0
    return f"{value:,.{digits}f}"


def _training(name: str, one: Spent) -> str:
    # What is left over after the last whole rhythm is one record more, of weights alone.
    moments = one.steps // EVERY
    cells = (
        f"{one.parameters:,}",
        f"{one.steps:,}",
        f"{one.alone / one.steps * 1e3:.1f}",
        f"{one.histograms / moments:.0f}",
        f"{one.recording / moments * 1e3:.1f}",
        f"{one.recording / one.histograms * 1e6:.0f}",
        f"{one.recording / one.recorded:.1%}",
        f"{one.recorded / one.alone - 1:+.1%}",
        f"{one.megabytes:.1f}",
    )
    return f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.record", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="up to a million values, no ResNet")
    parser.add_argument("--output", type=Path, help="write the results here")
    options = parser.parse_args()
    sizes = SIZES[:2] if options.quick else SIZES
    if options.quick:
        TRAININGS.pop("PyTorch, ResNet-50")
    text = report(measure(sizes), sizes, measure_trainings())
    print(f"\n{text}")
    if output := options.output or (None if options.quick else RESULTS):
        output.write_text(text)
        print(f"Written to {output}.")


if __name__ == "__main__":
    main()
