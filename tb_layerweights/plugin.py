"""The Layer Weights plugin for TensorBoard.

See `http_api.md` in this directory for the routes.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Sequence
from typing import Any

from tensorboard import errors, plugin_util
from tensorboard.plugins import base_plugin
from werkzeug import Request, Response

from tb_layerweights import (
    answers,
    columns,
    delta,
    garbage,
    overview,
    query,
    respond,
    static_files,
    wire,
)
from tb_layerweights.events import EventFiles
from tb_layerweights.gate import Gate
from tb_layerweights.making import Answers, Body, Making
from tb_layerweights.reading import Contents, contents
from tb_layerweights.reading import Turn as FilesTurn
from tb_layerweights.recent import Recent
from tb_layerweights.replies import HISTOGRAMS
from tb_layerweights.series import state_of
from tb_layerweights.source import KERAS_GRAPH, Source

# Questions worked on at a time: each may hold a run's histograms in memory.
_AT_ONCE = 4
# Those about few series, as many as a page shows at first, need not wait for the others.
_FEW = 32
_FEW_AT_ONCE = 3
# Runs whose event files are read for the first time, at a time.
_INDEXED_AT_ONCE = 3
_LISTED_SECONDS = 1.0
# Answers that were made are kept, gzipped: those about some two hundred runs of ResNet-50.
_KEPT_BYTES = 128 << 20
_BYTES = "application/octet-stream"
_TYPES = {"json": respond.JSON, "csv": "text/csv", "safetensors": _BYTES}
# Names an earlier answer, of which only what is new is wanted.
_SINCE = "since"
_IMMUTABLE_SECONDS = 365 * 24 * 3600

# Waits until it may go on; what it is given is called meanwhile.
Turn = Callable[[Callable[[], None]], contextlib.AbstractContextManager[None]]


class LayerWeightsPlugin(base_plugin.TBPlugin):
    """Parses questions, has them answered, and responds."""

    plugin_name = "layer_weights"

    def __init__(self, context: base_plugin.TBContext) -> None:
        """Keeps what it needs of the context; reads nothing but the frontend's files."""
        self._provider = getattr(context, "data_provider", None)
        self._multiplexer = getattr(context, "multiplexer", None)
        self._files = EventFiles(getattr(context, "logdir", None))
        self._hint = (getattr(context, "sampling_hints", None) or {}).get(HISTOGRAMS)
        self._assets = static_files.load_assets()
        self._metadata = base_plugin.FrontendMetadata(
            es_module_path=f"/static/index.js?v={static_files.version(self._assets)}",
            tab_name="Layer Weights",
        )
        self._contents = Recent[Contents](_LISTED_SECONDS, most=1000)
        self._answers = Answers(_KEPT_BYTES)
        self._overviews = Recent[dict[str, Any]](0.0, most=1000)
        self._gate, self._gate_of_few = Gate(_AT_ONCE), Gate(_FEW_AT_ONCE)
        self._gate_of_files = Gate(_INDEXED_AT_ONCE)

    def get_plugin_apps(self) -> dict[str, Any]:
        routes: dict[str, Callable[[Request], Response]] = {
            "/runs": self._runs,
            "/outline": self._outline,
            "/densities": self._densities,
            "/histogram": self._histogram,
            "/statistics": self._statistics,
            "/progress": self._progress,
            "/index.js": self._static,
            "/static/*": self._static,
            "/*": self._nothing,
        }
        return {
            path: respond.guarded(garbage.left_alone()(route)) for path, route in routes.items()
        }

    def is_active(self) -> bool:
        return False  # TensorBoard's own index of `data_plugin_names` says it.

    def data_plugin_names(self) -> tuple[str, ...]:
        return (HISTOGRAMS, KERAS_GRAPH)

    def frontend_metadata(self) -> base_plugin.FrontendMetadata:
        return self._metadata

    def _source(self, request: Request) -> Source:
        context = plugin_util.context(request.environ)
        experiment = plugin_util.experiment_id(request.environ)
        return Source(self._provider, self._multiplexer, context, experiment)

    def _run(self, request: Request) -> answers.Run:
        source, run = self._source(request), query.required(request.args, "run")
        every = query.choice(request.args, "read", query.KEPT, query.EVERY) == query.EVERY
        turn: FilesTurn = contextlib.nullcontext
        asker = ""
        if not self._files.knows(run):
            turn = functools.partial(self._gate_of_files.turn, request.remote_addr or "")
            # Whoever waits for a turn waits for its own.
            asker = request.remote_addr or "" if every else ""
        known = self._contents.get(
            (source.experiment_id, run, every, asker),
            lambda: contents(source, self._files, run, every=every, turn=turn),
        )
        return answers.Run(source, self._files, known, self._hint)

    def _runs(self, request: Request) -> Response:
        source = self._source(request)
        answer = self._overviews.get(
            source.experiment_id, lambda: overview.runs(source, self._files)
        )
        etag = respond.content_tag(answer)
        unchanged = respond.not_modified(request, etag, respond.JSON)
        return unchanged or respond.send_json(request, answer, etag)

    def _outline(self, request: Request) -> Response:
        run = self._run(request)

        def make(making: Making) -> Body:
            answer = overview.outline_of(run.source, run.files, run.contents)
            return respond.packed_json(answer)

        return self._answer(request, run, run.contents.state, make)

    def _densities(self, request: Request) -> Response:
        question, run = query.densities(request.args), self._run(request)
        turn = self._turn(request, run, question.selection.tags)

        def make(making: Making) -> Body:
            with turn(making.look):
                answer, ridges = answers.densities(run, question, making)
                if question.format == "json":
                    body = respond.packed_json(wire.to_json(answer, ridges))
                else:
                    body = respond.packed(wire.to_bytes(answer, ridges), _BYTES)
                return body._replace(is_whole=not answer["unfinished"])

        mime_type = _TYPES[question.format]
        return self._answer(request, run, run.contents.state, make, mime_type, turn)

    def _histogram(self, request: Request) -> Response:
        tag = query.required(request.args, "tag")
        step = query.number(request.args, "step", None, query.LEAST_STEP, query.MOST_STEP)
        run = self._run(request)
        turn = self._turn(request, run, [tag])

        def make(making: Making) -> Body:
            with turn(making.look):
                return respond.packed_json(answers.histogram(run, tag, step))

        return self._answer(request, run, state_of(run.listed([tag])), make)

    def _statistics(self, request: Request) -> Response:
        question, run = query.statistics(request.args), self._run(request)
        turn = self._turn(request, run, question.selection.tags)

        def make(making: Making) -> Body:
            with turn(making.look):
                answer, series = answers.statistics_of(run, question, making)
                if question.format == "json":
                    body = respond.packed_json(columns.to_json(answer, series))
                elif question.format == "csv":
                    table = columns.to_table(answer, series, question.numbers)
                    body = respond.packed(table, _TYPES["csv"])
                else:
                    tensors = columns.to_bytes(answer, series, question.numbers)
                    body = respond.packed(tensors, _BYTES)
                return body._replace(is_whole=not answer["unfinished"])

        return self._answer(request, run, run.contents.state, make, _TYPES[question.format])

    def _answer(
        self,
        request: Request,
        run: answers.Run,
        state: str | None,
        make: Callable[[Making], Body],
        mime_type: str = respond.JSON,
        follow: Turn | None = None,
    ) -> Response:
        """Responds with an answer that depends on the listed series, made if need be.

        Args:
          request: the question.
          run: that it is about.
          state: of the series that the answer depends on; None: nothing can tell.
          make: makes the answer.
          mime_type: its type.
          follow: a turn in which to tell whoever names an earlier answer what is new in this one.
        """
        experiment = run.source.experiment_id
        tag = functools.partial(respond.fingerprint, request, experiment, besides=_SINCE)
        etag = None if state is None else tag(state)
        if unchanged := respond.not_modified(request, etag, mime_type):
            return unchanged
        gone = functools.partial(respond.is_gone, request)
        question = tag("")
        body = self._answers.get(etag, run.contents.run, make, gone, question)
        if not body.is_whole:
            return respond.send(request, body, None)
        before = self._answers.kept(request.args.get(_SINCE, ""))
        if follow is None or before is None or not before.mime_type == body.mime_type == _BYTES:
            return respond.send(request, body, etag)
        since = request.args[_SINCE]

        def make_news(making: Making) -> Body:
            with follow(making.look):
                was, now = respond.unpacked(before), respond.unpacked(body)
                return respond.packed(delta.changes(since, was, now), _BYTES)

        told = self._answers.get(
            etag and (since, etag), run.contents.run, make_news, gone, (question, _SINCE)
        )
        return respond.send(request, told, etag)

    def _progress(self, request: Request) -> Response:
        run = query.required(request.args, "run")
        read = self._files.progress(run)
        coming = self._answers.coming(run)
        answer = {
            "read": read.read if read else 0,
            "size": read.size if read else 0,
            "done": sum(min(one.done, one.of) for one in coming),
            "of": sum(one.of for one in coming),
        }
        return respond.send_json(request, answer)

    def _static(self, request: Request) -> Response:
        name = request.path.split(f"/{self.plugin_name}", 1)[-1]
        asset = self._assets.get(name)
        if asset is None:
            raise errors.NotFoundError(f"There is no file {query.quote(name)}.")
        expires = _IMMUTABLE_SECONDS if "v" in request.args else 0
        content, mime_type, etag = asset.content, asset.mime_type, asset.etag
        unchanged = respond.not_modified(request, etag, mime_type)
        return unchanged or respond.send_text(request, content, mime_type, etag, expires=expires)

    def _nothing(self, request: Request) -> Response:
        """Refuses what else begins with our name, which TensorBoard would write to its log."""
        raise errors.NotFoundError(f"There is no address {query.quote(request.path)}.")

    def _turn(self, request: Request, run: answers.Run, tags: Sequence[str]) -> Turn:
        """Returns what waits until a question about these series, or all, may be worked on."""
        many = len(tags) or len(run.contents.listed)
        is_small = many <= _FEW and not run.contents.every
        gate = self._gate_of_few if is_small else self._gate
        return functools.partial(gate.turn, request.remote_addr or "")
