"""Histograms read in replies of bounded size, with what the recorder wrote beside them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from tensorboard.util.tensor_util import make_ndarray

from tb_layerweights.bombs import BombError, refuse_bombs
from tb_layerweights.failures import OnlyUnavailable, UnavailableError, grpc_code, kind_of
from tb_layerweights.kept import kept_series
from tb_layerweights.record.format import PLUGIN, exact_tag
from tb_layerweights.recorded import completed
from tb_layerweights.series import Record, Series, Unreadable
from tb_layerweights.steps import as_written

HISTOGRAMS = "histograms"
# Replies of the data server end at 256 MiB; a fraction of it keeps our memory small as well.
CHUNK_BYTES = 6 << 20
READERS = 2
EVERY_STEP = 1 << 31

Ask = Callable[..., Any]


class Replies:
    """Reads the series of one run."""

    def __init__(self, ask: Ask, multiplexer: Any, run: str) -> None:
        """Keeps its arguments.

        Args:
          ask: calls a method of the DataProvider.
          multiplexer: TensorBoard's, or None.
          run: the run.
        """
        self._ask = ask
        self._multiplexer = multiplexer
        self._run = run

    def read(self, tags: Sequence[str]) -> Iterator[Series | Unreadable]:
        """Yields every series asked for, all kept steps of each.

        Series are read a few at a time, as many as fit into a bounded reply; while one reply is
        taken apart, the data server makes the next. A series that can't be read doesn't take
        others with it.
        """
        odd = []
        for tag in tags:
            series = self._kept(tag)
            if series is None:
                odd.append(tag)
            else:
                yield series
        yield from self._read_by_provider(odd)

    def _kept(self, tag: str) -> Series | None:
        """Returns a series as the Python loader keeps it, None where only a provider can tell."""
        if self._multiplexer is None:
            return None
        try:
            series = kept_series(tag, self._multiplexer.Tensors(self._run, tag))
        except Exception:
            return None
        if series is None:
            return None
        try:
            events = self._multiplexer.Tensors(self._run, exact_tag(tag))
            refuse_bombs(one.tensor_proto for one in events)
            exact = [(one.step, make_ndarray(one.tensor_proto)) for one in events]
        except Exception:
            # Nothing is recorded beside it, or nothing that can be read.
            return series
        return completed(series, exact)

    def _read_by_provider(self, tags: Sequence[str]) -> Iterator[Series | Unreadable]:
        if not tags:
            return
        with ThreadPoolExecutor(READERS) as readers:
            exact = readers.submit(self._exact_tags)
            begin, size = 0, 4
            coming: deque[Future[list[Series | Unreadable]]] = deque()
            while coming or begin < len(tags):
                while begin < len(tags) and len(coming) < READERS:
                    chunk = tags[begin : begin + size]
                    coming.append(readers.submit(self._read_completed, chunk, exact))
                    begin += size
                read = coming.popleft().result()
                held = sum(_nbytes(series) for series in read)
                size = max(1, min(4 * size, CHUNK_BYTES * len(read) // max(held, 1)))
                yield from read

    def _exact_tags(self) -> set[str]:
        """Returns the tags of the exact numbers that the recorder wrote."""
        listed = self._ask("list_tensors", plugin_name=PLUGIN, only={"runs": [self._run]})
        return set(listed.get(self._run, ()))

    def _read_completed(
        self, tags: Sequence[str], exact: Future[set[str]]
    ) -> list[Series | Unreadable]:
        found = self._read_chunk(tags)
        answer: dict[str, Any] = {}
        with OnlyUnavailable():
            wanted = [exact_tag(tag) for tag in tags if exact_tag(tag) in exact.result()]
            if wanted:
                only = {"runs": [self._run], "tags": wanted}
                answer = self._ask(
                    "read_tensors", plugin_name=PLUGIN, only=only, downsample=EVERY_STEP
                )[self._run]
        return [
            completed(one, [(datum.step, datum.numpy) for datum in answer[exact_tag(one.tag)]])
            if isinstance(one, Series) and exact_tag(one.tag) in answer
            else one
            for one in found
        ]

    def _read_chunk(
        self, tags: Sequence[str], downsample: int = EVERY_STEP
    ) -> list[Series | Unreadable]:
        only = {"runs": [self._run], "tags": list(tags)}
        try:
            answer = self._ask(
                "read_tensors", plugin_name=HISTOGRAMS, only=only, downsample=downsample
            ).get(self._run, {})
        except UnavailableError:
            raise
        except Exception as error:
            too_large = grpc_code(error) == "RESOURCE_EXHAUSTED"
            if len(tags) > 1:
                half = len(tags) // 2
                return [
                    *self._read_chunk(tags[:half], downsample),
                    *self._read_chunk(tags[half:], downsample),
                ]
            if too_large and downsample > 1:
                return self._read_chunk(tags, min(downsample // 2, 512))
            if isinstance(error, BombError):
                return [Unreadable(tags[0], str(error))]
            return [Unreadable(tags[0], f"TensorBoard can't read it ({kind_of(error)}).")]
        missing = "TensorBoard lists it but holds no data for it."
        return [
            _series(tag, answer[tag]) if tag in answer else Unreadable(tag, missing) for tag in tags
        ]


def _series(tag: str, data: Sequence[Any]) -> Series:
    kept = [data[index] for index in as_written([datum.step for datum in data])]
    return Series(
        tag,
        tuple(int(datum.step) for datum in kept),
        tuple(float(datum.wall_time) for datum in kept),
        tuple(Record(np.asarray(datum.numpy)) for datum in kept),
    )


def _nbytes(series: Series | Unreadable) -> int:
    records = series.records if isinstance(series, Series) else ()
    return sum(record.tensor.nbytes for record in records)
