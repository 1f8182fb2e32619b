"""What TensorBoard holds: the only module that calls its DataProvider.

The provider is TensorBoard's Python loader or its Rust data server. They differ in the order of
their answers, in the steps they keep and in what they raise; behind this module they don't.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from typing import Any

from tensorboard import errors
from tensorboard.data import grpc_provider
from tensorboard.data import provider as tb_provider

from tb_layerweights.bombs import refuse_bombs
from tb_layerweights.failures import (
    NO_DATA_SERVER,
    OnlyUnavailable,
    UnavailableError,
    grpc_code,
    kind_of,
)
from tb_layerweights.natural import in_natural_order, natural_key
from tb_layerweights.patience import within
from tb_layerweights.record.format import OUTLINE_TAG, PLUGIN, Outline, read_outline
from tb_layerweights.replies import EVERY_STEP, HISTOGRAMS, Replies
from tb_layerweights.series import Listed, Series, Unreadable
from tb_layerweights.steps import as_written

KERAS_GRAPH = "graph_keras_model"

GRAPH_BYTES = 32 << 20
# A machine that is cut off doesn't even refuse, and TensorBoard sets no limit of its own.
PATIENCE_SECONDS = 60.0


class Source:
    """Reads one experiment for one request."""

    def __init__(self, provider: Any, multiplexer: Any, context: Any, experiment_id: str) -> None:
        """Keeps its arguments.

        Args:
          provider: a `DataProvider`, or None.
          multiplexer: TensorBoard's, or None; asked when the provider can't list, and for what it
            lists of series that a restarted training took back in part.
          context: the request's `RequestContext`.
          experiment_id: the experiment to read.
        """
        self._provider = _wary(provider)
        self._multiplexer = multiplexer
        self.experiment_id = experiment_id
        self._request = {"ctx": context, "experiment_id": experiment_id}

    def run_names(self) -> list[str]:
        """Returns every run, whatever it holds, in natural order."""
        try:
            runs = self._ask("list_runs")
        except UnavailableError:
            raise
        except Exception as error:
            raise UnavailableError(
                f"TensorBoard can't list the runs ({kind_of(error)})."
            ) from error
        return sorted((run.run_name for run in runs), key=natural_key)

    def histogram_runs(self) -> dict[str, list[Listed]]:
        """Returns the series of every run that holds histograms, all in natural order."""
        try:
            listing = self._list(None)
        except UnavailableError:
            raise
        except Exception:
            listing = {run: self._list_poisoned(run) or {} for run in self.run_names()}
        runs = {run: self._listed(run, listing[run]) for run in sorted(listing, key=natural_key)}
        return {run: listed for run, listed in runs.items() if listed}

    def histogram_tags(self, run: str) -> list[Listed]:
        """Returns the series of one run in natural order, none for an unknown run."""
        try:
            return self._listed(run, self._list({"runs": [run]}).get(run, {}))
        except UnavailableError:
            raise
        except Exception as error:
            listing = self._list_poisoned(run)
            if listing is None:
                text = f"TensorBoard can't list the series of this run ({kind_of(error)})."
                raise UnavailableError(text) from error
            return self._listed(run, listing)

    def _listed(self, run: str, tags: dict[str, Any]) -> list[Listed]:
        return [
            Listed(tag, *self._last(run, tag, tags[tag]))
            for tag in in_natural_order(tags)
            if tags[tag].max_step is not None and tags[tag].max_wall_time is not None
        ]

    def _last(self, run: str, tag: str, listed: Any) -> tuple[int, float]:
        """Returns the last step that counts and the latest wall time up to there.

        The Python loader also lists what a restarted training took back.
        """
        last = int(listed.max_step), float(listed.max_wall_time)
        events = self._events(run, tag)
        if not events or (events[-1].step, events[-1].wall_time) == last:
            return last
        kept = as_written([event.step for event in events])
        return int(events[kept[-1]].step), float(max(events[one].wall_time for one in kept))

    def _events(self, run: str, tag: str) -> Sequence[Any]:
        """Returns what the Python loader keeps of a series, nothing where it can't tell."""
        if self._multiplexer is None:
            return ()
        try:
            events: Sequence[Any] = self._multiplexer.Tensors(run, tag)
        except Exception:
            return ()
        return events

    def last_wall_time(self, run: str) -> float:
        """Returns when the newest record of a run was made, minus infinity for an empty run."""
        times = [-math.inf]
        only = {"runs": [run]}
        for method, kind in (("list_scalars", "scalars"), ("list_tensors", HISTOGRAMS)):
            listed: dict[str, Any] = {}
            with OnlyUnavailable():
                listed = self._ask(method, plugin_name=kind, only=only).get(run, {})
            times += [float(series.max_wall_time) for series in listed.values()]
        return max(time for time in times if not math.isnan(time))

    def _list(self, only: dict[str, list[str]] | None) -> dict[str, dict[str, Any]]:
        return dict(self._ask("list_tensors", plugin_name=HISTOGRAMS, only=only))

    def _list_poisoned(self, run: str) -> dict[str, Any] | None:
        """Lists a run tag by tag, None if that can't be done.

        A single record without a value makes the Python loader raise for all runs.
        """
        try:
            return self._list({"runs": [run]}).get(run, {})
        except UnavailableError:
            raise
        except Exception:
            if self._multiplexer is None:
                return None
        listing = {}
        for tag in self._multiplexer.PluginRunToTagToContent(HISTOGRAMS).get(run, {}):
            try:
                listing.update(self._list({"runs": [run], "tags": [tag]}).get(run, {}))
            except Exception:
                continue
        return listing

    def read(self, run: str, tags: Sequence[str]) -> Iterator[Series | Unreadable]:
        """Yields every series asked for, all kept steps of each; see `Replies`."""
        return Replies(self._ask, self._multiplexer, run).read(tags)

    def keras_graphs(self) -> dict[str, str]:
        """Returns the tag of the Keras graph of every run that holds one."""
        listing: dict[str, Any] = {}
        with OnlyUnavailable():
            listing = self._ask("list_blob_sequences", plugin_name=KERAS_GRAPH)
        return {run: min(tags) for run, tags in listing.items() if tags}

    def keras_config(self, run: str) -> Any:
        """Returns the model's configuration as logged, or None if there is none to be had."""
        tag = self.keras_graphs().get(run)
        if tag is None:
            return None
        # The graph only names the kinds of layers: garbage in it must not hide the weights.
        with OnlyUnavailable():
            sequences = self._ask(
                "read_blob_sequences",
                plugin_name=KERAS_GRAPH,
                only={"runs": [run], "tags": [tag]},
                downsample=1,
            )
            key = sequences[run][tag][-1].values[0].blob_key
            blob = self._call("read_blob", ctx=self._request["ctx"], blob_key=key)
            return json.loads(blob) if len(blob) <= GRAPH_BYTES else None
        return None

    def outline(self, run: str) -> Outline | None:
        """Returns the network as the recorder described it last, None if it didn't."""
        only = {"runs": [run], "tags": [OUTLINE_TAG]}
        with OnlyUnavailable():
            found = self._ask("read_tensors", plugin_name=PLUGIN, only=only, downsample=EVERY_STEP)
            return read_outline(found[run][OUTLINE_TAG][-1].numpy)
        return None

    def _ask(
        self, method: str, *, only: dict[str, list[str]] | None = None, **arguments: Any
    ) -> Any:
        if only is not None:
            arguments["run_tag_filter"] = tb_provider.RunTagFilter(**only)
            if method.startswith("read_") and self._multiplexer is not None:
                for run, tag in product(only["runs"], only["tags"]):
                    refuse_bombs(event.tensor_proto for event in self._events(run, tag))
        try:
            return self._call(method, **self._request, **arguments)
        except errors.NotFoundError:
            return {}

    def _call(self, method: str, **arguments: Any) -> Any:
        if self._provider is None:
            raise UnavailableError("TensorBoard gives this plugin no data.")
        ask = partial(getattr(self._provider, method), **arguments)
        if self._multiplexer is not None:  # in this process, and never away
            return ask()
        try:
            return within(PATIENCE_SECONDS, ask)
        except TimeoutError as error:
            raise UnavailableError(NO_DATA_SERVER) from error
        except Exception as error:
            if grpc_code(error) in ("UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED"):
                raise UnavailableError(NO_DATA_SERVER) from error
            raise


def _wary(provider: Any) -> Any:
    """Returns a provider that looks at what the data server sends before it makes arrays of it."""
    stub = getattr(provider, "_stub", None)
    if type(provider) is not grpc_provider.GrpcDataProvider or stub is None:
        return provider
    return grpc_provider.GrpcDataProvider(str(provider), _Wary(stub))


class _Wary:
    """The data server's replies, those refused that would fill the memory."""

    def __init__(self, stub: Any) -> None:
        self._stub = stub

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stub, name)

    def ReadTensors(self, request: Any) -> Any:
        reply = self._stub.ReadTensors(request)
        for run in reply.runs:
            for tag in run.tags:
                refuse_bombs(tag.data.value)
        return reply
