"""How fast TensorBoard's DataProvider alone reads the histograms: no tab can be faster."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tensorboard import context, program
from tensorboard.backend.event_processing.data_ingester import LocalDataIngester
from tensorboard.data import provider, server_ingester

from benchmarks import resnet50

# What the tabs show of each series; and all steps, which it takes to show the first one and to thin
# the others by a rule.
DOWNSAMPLES = (51, 1 << 31)


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


def seconds(logdir: Path, load_fast: bool) -> list[float]:
    """Returns the shortest of three readings of both runs, for each of `DOWNSAMPLES`."""
    source = data_provider(logdir, load_fast)
    while not is_complete(source):
        time.sleep(0.5)
    return [min(read(source, steps) for _ in range(3)) for steps in DOWNSAMPLES]


def is_complete(source: provider.DataProvider) -> bool:
    listed = source.list_tensors(
        context.RequestContext(), experiment_id="", plugin_name="histograms"
    )
    series = [one for of_run in listed.values() for one in of_run.values()]
    expected = len(resnet50.RUNS) * len(list(resnet50.parameters()))
    return len(series) == expected and all(one.max_step == resnet50.STEPS - 1 for one in series)


def read(source: provider.DataProvider, steps: int) -> float:
    began = time.perf_counter()
    for run in resnet50.RUNS:
        source.read_tensors(
            context.RequestContext(),
            experiment_id="",
            plugin_name="histograms",
            downsample=steps,
            run_tag_filter=provider.RunTagFilter(runs=[run]),
        )
    return time.perf_counter() - began


if __name__ == "__main__":
    print(*seconds(Path(sys.argv[1]), load_fast=sys.argv[2] == "true"))
