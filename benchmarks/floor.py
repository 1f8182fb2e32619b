"""How fast TensorBoard's DataProvider alone reads the histograms: no tab can be faster."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tensorboard import context, program
from tensorboard.backend.event_processing.data_ingester import LocalDataIngester
from tensorboard.data import provider, server_ingester

ROOT = Path(__file__).parents[1]
# What the tabs show of each series; and all steps, which it takes to show the first one and to thin
# the others by a rule.
SHOWN, ALL = 51, 1 << 31
# A reply of the data server may not be larger than 256 MiB.
CHUNK_BYTES = 64 << 20
FIRST = 4
REPEATS = 3


@dataclass(frozen=True)
class Floor:
    """Seconds in which the bare provider reads every series, the shortest of three."""

    shown: float  # 51 steps of each
    every: float  # all the steps that TensorBoard keeps


def measure(logdir: Path, load_fast: bool, series: int, last_step: int) -> Floor:
    """Measures in a process of its own, which is given what it must have loaded."""
    words = (str(logdir), str(load_fast).lower(), str(series), str(last_step))
    command = (sys.executable, "-m", "benchmarks.floor", *words)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
    return Floor(**json.loads(done.stdout))


def data_provider(logdir: Path, load_fast: bool) -> provider.DataProvider:
    """Returns the provider that TensorBoard would use, its loading started."""
    tensorboard = program.TensorBoard()
    tensorboard.configure(("tensorboard", "--logdir", str(logdir)))
    flags = tensorboard.flags
    if load_fast:
        ingester = server_ingester.SubprocessServerDataIngester(
            server_binary=server_ingester.get_server_binary(),
            logdir=flags.logdir,
            reload_interval=flags.reload_interval,
            channel_creds_type=flags.grpc_creds_type,
        )
    else:
        ingester = LocalDataIngester(flags)
    ingester.start()
    return ingester.data_provider


def listed(source: provider.DataProvider) -> dict[str, dict[str, provider.TensorTimeSeries]]:
    request = context.RequestContext()
    return dict(source.list_tensors(request, experiment_id="", plugin_name="histograms"))


def is_complete(source: provider.DataProvider, series: int, last_step: int) -> bool:
    found = [one for of_run in listed(source).values() for one in of_run.values()]
    return len(found) == series and all(one.max_step == last_step for one in found)


def read_all(source: provider.DataProvider, steps: int) -> float:
    """Returns the seconds of reading every series, in replies of bounded size."""
    tags_of = {run: sorted(tags) for run, tags in listed(source).items()}
    began = time.perf_counter()
    for run, tags in tags_of.items():
        begin, size = 0, FIRST
        while begin < len(tags):
            read = read_some(source, steps, run, tags[begin : begin + size])
            begin += size
            size = max(1, CHUNK_BYTES * size // max(read, 1))
    return time.perf_counter() - began


def read_some(source: provider.DataProvider, steps: int, run: str, tags: Sequence[str]) -> int:
    """Returns how many bytes the arrays of these series have."""
    answer = source.read_tensors(
        context.RequestContext(),
        experiment_id="",
        plugin_name="histograms",
        downsample=steps,
        run_tag_filter=provider.RunTagFilter(runs=[run], tags=tags),
    )
    return sum(one.numpy.nbytes for series in answer[run].values() for one in series)


def main() -> None:
    logdir, load_fast, series, last_step = sys.argv[1:]
    source = data_provider(Path(logdir), load_fast == "true")
    while not is_complete(source, int(series), int(last_step)):
        time.sleep(0.5)
    shown, every = (min(read_all(source, n) for _ in range(REPEATS)) for n in (SHOWN, ALL))
    print(json.dumps(asdict(Floor(shown, every))))


if __name__ == "__main__":
    main()
