"""Where our server's time goes: the stages of an answer, without HTTP, one after the other."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tensorboard import context
from werkzeug.datastructures import MultiDict

from benchmarks import floor
from benchmarks.floor import REPEATS, ROOT
from tb_layerweights import answers, overview, query, respond, wire
from tb_layerweights.events import EventFiles
from tb_layerweights.garbage import left_alone
from tb_layerweights.reading import contents
from tb_layerweights.source import Source

# Seconds for all runs of a log: of the first time, and of the shortest of those after it.
Stages = dict[str, tuple[float, float]]


def measure(logdir: Path, load_fast: bool, series: int, last_step: int) -> Stages:
    """Measures in a process of its own, which is given what it must have loaded."""
    words = (str(logdir), str(load_fast).lower(), str(series), str(last_step))
    command = (sys.executable, "-m", "benchmarks.stages", *words)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
    return {name: (first, best) for name, (first, best) in json.loads(done.stdout).items()}


def stages(provider: Any, run: str) -> Iterator[tuple[str, float]]:
    """Yields the stages of one run with their seconds."""
    source = Source(provider, getattr(provider, "_multiplexer", None), context.RequestContext(), "")
    files = EventFiles(None)
    question = query.densities(MultiDict({"run": run}))
    known, seconds = timed(lambda: contents(source, files, run))
    yield "what the run holds", seconds
    _, seconds = timed(lambda: overview.outline_of(source, files, known))
    yield "its layers", seconds
    asked = answers.Run(source, files, known, None)
    tags = [one.tag for one in known.listed]
    _, reading = timed(lambda: deque(asked.read(tags), maxlen=0))
    yield "reading alone", reading
    (answer, ridges), seconds = timed(lambda: answers.densities(asked, question))
    yield "reading, and densities of what is read", seconds
    body, seconds = timed(lambda: wire.to_bytes(answer, ridges))
    yield "bytes", seconds
    _, seconds = timed(lambda: respond.packed(body, "application/octet-stream"))
    yield "gzip", seconds


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    with left_alone():
        began = time.perf_counter()
        done = work()
        return done, time.perf_counter() - began


def main() -> None:
    logdir, load_fast, series, last_step = sys.argv[1:]
    provider = floor.data_provider(Path(logdir), load_fast == "true")
    while not floor.is_complete(provider, int(series), int(last_step)):
        time.sleep(0.5)
    times: list[dict[str, float]] = []
    for _ in range(1 + REPEATS):
        spent: dict[str, float] = {}
        for run in floor.listed(provider):
            for name, seconds in stages(provider, run):
                spent[name] = spent.get(name, 0.0) + seconds
        times.append(spent)
    first, *others = times
    print(json.dumps({name: (first[name], min(one[name] for one in others)) for name in first}))


if __name__ == "__main__":
    main()
