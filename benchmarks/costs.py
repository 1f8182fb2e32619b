"""What both tabs cost a server: every series is asked for, one request after the other."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TypeVar

from benchmarks.logs import Log
from benchmarks.processes import Memory
from benchmarks.server import HISTOGRAMS, Browser, Server, tensorboard, wait_until_loaded

OURS = "/data/plugin/layer_weights"
REPEATS = 5
# As many bins as the page asks for, and a few more or less: answers that nobody had before.
BINS = (62, 63, 64, 65, 66)

T = TypeVar("T")


@dataclass
class Cost:
    """What a conversation cost the wire and the server."""

    requests: float = 0
    bytes: float = 0
    seconds: float = 0
    cpu_seconds: float = 0
    before: Memory = field(default_factory=Memory)
    peak: Memory = field(default_factory=Memory)

    def scale(self, factor: float) -> None:
        """Turns the cost of a sample into that of all; memory stays."""
        self.requests *= factor
        self.bytes *= factor
        self.seconds *= factor
        self.cpu_seconds *= factor


@dataclass(frozen=True)
class Costs:
    """What asking for every series of a log costs, in TensorBoard's tab and in ours."""

    theirs: Cost
    sampled: int  # how many of their series were asked for, 0 for all
    ours: Cost
    unchanged: float  # seconds of asking for a run again, with the ETag of the answer
    warm: float  # seconds of asking for a run as somebody else, without
    every: float  # seconds of asking for a run's every step, from the event files


@contextmanager
def counted(server: Server, asking: Browser, cost: Cost) -> Iterator[None]:
    """Adds what happens inside to `cost`."""
    server.processes.forget_peaks()
    cost.before = server.processes.now()
    cpu, traffic = server.processes.cpu_seconds(), asking.traffic
    yield
    cost.requests += traffic.requests
    cost.bytes += traffic.bytes
    cost.seconds += traffic.seconds
    cost.cpu_seconds += server.processes.cpu_seconds() - cpu
    cost.peak = server.processes.peak()


def measure(log: Log, logdir: Path, load_fast: bool, sample: int, servers: int = 1) -> Costs:
    """Asks servers that nobody has asked anything but whether they have loaded the log.

    Of so many servers that are asked for ours, the fastest counts.
    """
    found = []
    for _ in range(servers):
        with tensorboard(logdir, load_fast) as server:
            wait_until_loaded(server, log)
            found.append(ask_ours(server))
    ours, unchanged, warm, every = min(found, key=lambda one: one[0].seconds)
    with tensorboard(logdir, load_fast) as server:
        wait_until_loaded(server, log)
        theirs, sampled = ask_theirs(server, sample)
    return Costs(theirs, sampled, ours, unchanged, warm, every)


def ask_ours(server: Server) -> tuple[Cost, float, float, float]:
    cost, asking, etags = Cost(), Browser(server.port), {}
    with counted(server, asking, cost):
        runs = [one["run"] for one in asking.json(f"{OURS}/runs")["runs"]]
        for run in runs:
            asking.get(f"{OURS}/outline", run=run)
            _, response = asking.get(f"{OURS}/densities", run=run)
            etags[run] = response.headers["ETag"]
    unchanged, warm, every = (Browser(server.port) for _ in range(3))
    for run, etag in REPEATS * list(etags.items()):
        _, response = unchanged.get(f"{OURS}/densities", etag=etag, run=run)
        if response.status != 304:
            raise RuntimeError(f"{run}: expected 304, got {response.status}")
    for run in runs:
        warm.get(f"{OURS}/densities", run=run)
        every.get(f"{OURS}/densities", run=run, read="every")
    return cost, seconds_each(unchanged), seconds_each(warm), seconds_each(every)


def seconds_each(asking: Browser) -> float:
    return asking.traffic.seconds / asking.traffic.requests


def ask_theirs(server: Server, sample: int) -> tuple[Cost, int]:
    """Returns the cost of every series, and of how many it was found out (0: of all)."""
    listing, asking = Cost(), Browser(server.port)
    with counted(server, asking, listing):
        tags = asking.json(f"{HISTOGRAMS}/tags")
    series = [(run, tag) for run, of_run in tags.items() for tag in of_run]
    some = evenly(series, sample)
    cost, asking = Cost(), Browser(server.port)
    with counted(server, asking, cost):
        for run, tag in some:
            asking.get(f"{HISTOGRAMS}/histograms", run=run, tag=tag)
    cost.scale(len(series) / len(some))
    cost.requests += listing.requests
    cost.bytes += listing.bytes
    cost.seconds += listing.seconds
    cost.cpu_seconds += listing.cpu_seconds
    return cost, len(some) if len(some) < len(series) else 0


def evenly(all_of_them: Sequence[T], most: int) -> list[T]:
    """Returns at most so many, evenly spaced, the first one among them."""
    count = min(most, len(all_of_them))
    return [all_of_them[index * len(all_of_them) // count] for index in range(count)]


@dataclass(frozen=True)
class PerSeries:
    """What one of so many series costs in a question for all of them."""

    series: int
    seconds: float
    bytes: float


def measure_per_series(log: Log, logdir: Path, load_fast: bool) -> PerSeries:
    """Asks for a run's densities, with other bins each time; returns the median."""
    with tensorboard(logdir, load_fast) as server:
        wait_until_loaded(server, log)
        asked = []
        for bins in BINS:
            asking = Browser(server.port)
            asking.get(f"{OURS}/densities", run=log.runs[0], bins=str(bins))
            asked.append(asking.traffic)
        return PerSeries(
            log.series,
            median(traffic.seconds for traffic in asked) / log.series,
            median(traffic.bytes for traffic in asked) / log.series,
        )


def measure_grown(log: Log, logdir: Path, load_fast: bool) -> float:
    """Returns the seconds of asking for a run anew when it has one more step."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / log.name
        shutil.copytree(logdir, copy)
        with tensorboard(copy, load_fast) as server:
            wait_until_loaded(server, log)
            asking = Browser(server.port)
            asking.get(f"{OURS}/densities", run=log.runs[0])
            log.grow(copy)
            wait_until_loaded(server, log, log.steps)
            asking = Browser(server.port)
            asking.get(f"{OURS}/densities", run=log.runs[0])
            return asking.traffic.seconds
