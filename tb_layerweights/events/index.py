"""Where the histograms of a run lie in its event files.

A record costs some thirty bytes here, and a hundred more for the exact numbers that the recorder
wrote beside it; its buckets stay in the file.
"""

from __future__ import annotations

import math
import os
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from tensorboard.compat.proto import event_pb2

from tb_layerweights.events import records, values
from tb_layerweights.events.file import EventFile, find
from tb_layerweights.natural import natural_key
from tb_layerweights.record.format import FIELDS, histogram_tag

# What identifies the beginning of a file: a record with the file's wall time.
_HEAD_BYTES = 256
_NOTES = 8
# A file can name more tags than memory holds.
TAGS = 100_000


@dataclass(slots=True)
class _Column:
    """The records of one tag in one file, in the order of writing."""

    steps: array[int] = field(default_factory=lambda: array("q"))
    wall_times: array[float] = field(default_factory=lambda: array("d"))
    offsets: array[int] = field(default_factory=lambda: array("q"))
    lengths: array[int] = field(default_factory=lambda: array("I"))
    good: array[int] = field(default_factory=lambda: array("b"))
    finite: array[int] = field(default_factory=lambda: array("b"))


@dataclass(frozen=True, slots=True)
class Rows:
    """Records of one tag: where each `Summary.Value` lies. All arrays are [R]."""

    files: tuple[EventFile, ...]
    steps: NDArray[np.int64]
    wall_times: NDArray[np.float64]
    file: NDArray[np.int32]  # index into files
    offset: NDArray[np.int64]
    length: NDArray[np.int64]
    good: NDArray[np.bool_]  # it is a histogram
    finite: NDArray[np.bool_]  # of finite numbers, as far as is quickly told

    def take(self, which: Any) -> Rows:
        places = self.file, self.offset, self.length
        columns = self.steps, self.wall_times, *places, self.good, self.finite
        return Rows(self.files, *(column[which] for column in columns))


class _FileIndex:
    """The histograms of one event file, as far as it was read."""

    def __init__(self, file: EventFile) -> None:
        self.file = file
        self.columns: dict[str, _Column] = {}
        self.exact: dict[str, tuple[array[int], array[float]]] = {}
        self._notes: list[str] = []
        self._stop = ""
        self.read = self.size = 0
        self.began = math.inf  # wall time of the first record
        self._offset = 0  # where the next record begins
        self._mtime = -1
        self._head = b""

    def is_same(self, now: os.stat_result) -> bool:
        """Returns whether the file can only have grown since it was read."""
        if now.st_size < self.size:
            return False
        if now.st_size == self.size:
            return now.st_mtime_ns == self._mtime or not self._head
        try:
            with self.file.open() as file:
                return file.read(len(self._head)) == self._head
        except OSError:
            return False

    def peek(self) -> None:
        """Reads the wall time of the first record if there is one yet."""
        try:
            with self.file.open() as file:
                size = os.fstat(file.fileno()).st_size
                first = next(records.read(file, 0, size), None)
            if first is not None and first.payload is not None:
                wall_time = event_pb2.Event.FromString(first.payload).wall_time
                self.began = math.inf if math.isnan(wall_time) else wall_time
        except Exception:  # protobuf's own, too
            return

    def update(self, now: os.stat_result, kinds: dict[str, bool]) -> None:
        """Reads what was appended.

        Args:
          now: what is known of the file.
          kinds: whether a tag of the run holds histograms; tags are added.
        """
        if (now.st_size, now.st_mtime_ns) == (self.size, self._mtime):
            return
        self.size, self._stop = now.st_size, ""
        try:
            with self.file.open() as file:
                self._head = file.read(min(_HEAD_BYTES, self.size))
                self._read(file, kinds)
            self._mtime = now.st_mtime_ns
        except records.CorruptError as error:
            self._mtime = now.st_mtime_ns
            self._stop = f"{error}, and nothing after it is read"
        except OSError as error:
            self._head = b""
            self._stop = f"it can't be read ({type(error).__name__})"
        self.read = self.size

    @property
    def problems(self) -> list[str]:
        name = os.path.basename(self.file.path)
        return [f"{name}: {text}" for text in (*self._notes, self._stop) if text]

    def _note(self, record: records.FileRecord, text: str) -> None:
        if len(self._notes) < _NOTES:
            self._notes.append(f"the record at byte {record.begin} {text}")

    def _read(self, file: BinaryIO, kinds: dict[str, bool]) -> None:
        for record in records.read(file, self._offset, self.size):
            if record.payload is None:
                self._note(record, "is too long and left out")
            else:
                self._parse(record, record.payload, file, kinds)
            self._offset = self.read = record.end

    def _parse(
        self, record: records.FileRecord, payload: bytes, file: BinaryIO, kinds: dict[str, bool]
    ) -> None:
        try:
            event = event_pb2.Event.FromString(payload)
        except Exception as error:  # protobuf's own
            if not records.is_intact(file, record, payload):
                raise records.CorruptError(record.begin) from error
            self._note(record, "is no event and left out")
            return
        if not event.HasField("summary"):
            return
        spans = records.value_spans(payload)
        if len(spans) == len(event.summary.value):
            self._add(event, spans, record.begin + records.HEADER_BYTES, kinds)
        else:
            self._note(record, "can't be taken apart and is left out")

    def _add(
        self, event: Any, spans: list[tuple[int, int]], offset: int, kinds: dict[str, bool]
    ) -> None:
        step, wall_time = event.step, event.wall_time
        for value, (begin, length) in zip(event.summary.value, spans, strict=True):
            tag = value.tag
            told = histogram_tag(tag)
            if told is not None:
                self._add_exact(told, step, value)
                continue
            kind = kinds.get(tag)
            if kind is None:
                kind = values.is_histogram(value) if len(kinds) < TAGS else None
                if kind is None:
                    continue
                kinds[tag] = kind
            if kind:
                column = self.columns.get(tag)
                if column is None:
                    column = self.columns[tag] = _Column()
                column.steps.append(step)
                column.wall_times.append(wall_time)
                column.offsets.append(offset + begin)
                column.lengths.append(length)
                good = not values.problem(value)
                column.good.append(good)
                column.finite.append(good and values.is_finite(value))

    def _add_exact(self, tag: str, step: int, value: Any) -> None:
        numbers = values.exact_numbers(value)
        if numbers is None or (tag not in self.exact and len(self.exact) >= TAGS):
            return
        steps, told = self.exact.setdefault(tag, (array("q"), array("d")))
        steps.append(step)
        told.extend(numbers)


class RunIndex:
    """The histograms of one run."""

    def __init__(self) -> None:
        self._files: list[_FileIndex] = []
        self._kinds: dict[str, bool] = {}

    def update(self, paths: Sequence[str]) -> None:
        """Reads what was added to the run's event files since, and all of them if one changed."""
        found = [here for here in map(find, paths) if here is not None]
        stats = dict(found)
        if not all(
            index.file in stats and index.is_same(stats[index.file]) for index in self._files
        ):
            self._files, self._kinds = [], {}
        known = {index.file for index in self._files}
        files = self._files + [_FileIndex(file) for file in stats if file not in known]
        for index in files:
            index.size = index.size or stats[index.file].st_size
            if index.began == math.inf:
                index.peek()
        files.sort(key=lambda index: (index.began, natural_key(index.file.path)))
        self._files = files
        for index in files:
            index.update(stats[index.file], self._kinds)

    @property
    def read(self) -> int:
        return sum(index.read for index in self._files)

    @property
    def size(self) -> int:
        return sum(index.size for index in self._files)

    def last(self) -> dict[str, tuple[int, float]]:
        """Returns step and wall time of the last record of every tag, tags as first written."""
        last: dict[str, tuple[int, float]] = {}
        for index in self._files:
            for tag, column in index.columns.items():
                last[tag] = column.steps[-1], column.wall_times[-1]
        return last

    @property
    def problems(self) -> list[str]:
        """What could not be read of the files, a sentence fragment each."""
        many = [f"only the first {TAGS} tags are read"] if len(self._kinds) >= TAGS else []
        return many + [text for index in self._files for text in index.problems]

    def exact(self, tag: str) -> list[tuple[int, NDArray[np.float64]]]:
        """Returns the exact numbers of a tag's histograms with their steps, as written."""
        found: list[tuple[int, NDArray[np.float64]]] = []
        for index in self._files:
            steps, told = index.exact.get(tag, ((), ()))
            found += zip(steps, np.array(told).reshape(-1, len(FIELDS)), strict=True)
        return found

    def rows(self, tag: str) -> Rows:
        """Returns all records of a tag in the order of writing."""
        columns = [index.columns.get(tag) or _Column() for index in self._files]

        def joined(name: str, dtype: type) -> NDArray[Any]:
            parts: list[NDArray[Any]] = [
                np.array(getattr(column, name), dtype=dtype) for column in columns
            ]
            return np.concatenate([np.empty(0, dtype), *parts])

        sizes = [len(column.steps) for column in columns]
        return Rows(
            tuple(index.file for index in self._files),
            joined("steps", np.int64),
            joined("wall_times", np.float64),
            np.repeat(np.arange(len(sizes), dtype=np.int32), sizes),
            joined("offsets", np.int64),
            joined("lengths", np.int64),
            joined("good", np.bool_),
            joined("finite", np.bool_),
        )
