"""TensorBoard over a log directory, with either of its two loaders."""

from __future__ import annotations

import contextlib
import json
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tensorboard import context
from tensorboard.backend import application
from tensorboard.backend.event_processing import (
    data_provider,
    plugin_event_multiplexer,
    tag_types,
)
from tensorboard.data import server_ingester
from tensorboard.plugins import base_plugin
from tensorboard.util import grpc_util
from werkzeug.test import Client, TestResponse

from tb_layerweights.loader import KEPT_STEPS, Loader
from tb_layerweights.source import Source

ROUTE = "/data/plugin/layer_weights/"
KERNEL = "sequential/dense/kernel/histogram"
# A question for every route that answers with data.
DATA_ROUTES: dict[str, dict[str, Any]] = {
    "runs": {},
    "outline": {"run": "keras/train"},
    "densities": {"run": "keras/train"},
    "histogram": {"run": "keras/train", "tag": KERNEL, "step": "4"},
    "statistics": {"run": "keras/train"},
}
ANSWERING = {**DATA_ROUTES, "progress": {"run": "keras/train"}}
RUNS = ["keras/train", "keras2/train", "collided/train", "bare/train", "torch", "tf1",
        "sampled", "restarted", "hostile"]  # fmt: skip


@dataclass(frozen=True)
class Loaded:
    """A log directory as one of TensorBoard's loaders holds it."""

    provider: Any
    multiplexer: Any  # None with the data server

    def source(self) -> Source:
        return Source(self.provider, self.multiplexer, context.RequestContext(), "")

    def client(self, **more: Any) -> Client:
        """Returns a client of the real application with our plugin in it."""
        fields = {"data_provider": self.provider, "multiplexer": self.multiplexer, **more}
        plugin = Loader().load(base_plugin.TBContext(**fields))
        assert plugin is not None
        return Client(application.TensorBoardWSGI([plugin], data_provider=self.provider))

    def get(self, route: str, **query: Any) -> TestResponse:
        return self.client().get(ROUTE + route, query_string=query)


def load_python(logdir: Path) -> Loaded:
    """Returns what `tensorboard --load_fast=false` sees."""
    multiplexer = plugin_event_multiplexer.EventMultiplexer(
        size_guidance={tag_types.TENSORS: 10},
        tensor_size_guidance={"histograms": 500, "layer_weights": KEPT_STEPS},
        purge_orphaned_data=True,
    )
    multiplexer.AddRunsFromDirectory(str(logdir))
    multiplexer.Reload()
    return Loaded(data_provider.MultiplexerDataProvider(multiplexer, str(logdir)), multiplexer)


@contextlib.contextmanager
def load_rust(logdir: Path, runs: int | None = None) -> Iterator[Loaded]:
    """Yields what `tensorboard --load_fast=true` sees, while its data server runs.

    Args:
        logdir: What it reads.
        runs: How many there are, by default as many as event files.
    """
    ingester = server_ingester.SubprocessServerDataIngester(
        server_binary=server_ingester.get_server_binary(),
        logdir=str(logdir),
        reload_interval=1,
        channel_creds_type=grpc_util.ChannelCredsType.LOCAL,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the server outlives its Popen
        ingester.start()
    try:
        loaded = Loaded(ingester.data_provider, None)
        files = [path for path in logdir.rglob("events*") if path.is_file()]
        _wait_until_loaded(loaded, len(files) if runs is None else runs)
        yield loaded
    finally:
        ingester._stdin_handle.close()  # the server ends with its standard input


def _wait_until_loaded(loaded: Loaded, runs: int) -> None:
    request = {"experiment_id": "", "ctx": context.RequestContext()}
    before: Any = None
    for _ in range(100):
        time.sleep(0.1)
        known = loaded.provider.list_runs(**request)
        listed = loaded.provider.list_tensors(plugin_name="histograms", **request)
        now = {
            (run, tag, series.max_step, series.max_wall_time)
            for run, tags in listed.items()
            for tag, series in tags.items()
        }
        if len(known) == runs and now == before:
            return
        before = now
    raise TimeoutError(f"The data server has {len(known)} of {runs} runs.")


def strict(text: str) -> Any:
    """Parses JSON that must not hold NaN or infinity."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def codes(answer: Any) -> list[str]:
    return [notice["code"] for notice in answer["notices"]]
