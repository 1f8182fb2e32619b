"""Where events go: into an event file of our own, or through a writer that somebody else opened.

With `--load_fast=false` TensorBoard follows one file of a run's directory only, the last one by
name: of two that grow, one is never read again. So there must not be a second one.
"""

from __future__ import annotations

import gc
import importlib
import itertools
import os
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from tb_layerweights.record.checksum import masked_crc32c

_MARK = "tfevents"
_SUFFIX = ".layer_weights"
_numbers = itertools.count()

Warn = Callable[[str], None]


class Sink(Protocol):
    """What takes events. All methods raise OSError or ValueError when it can't be done."""

    def write(self, event: Event) -> int:
        """Takes an event; returns how many bytes it has."""

    def flush(self) -> None:
        """Makes what was written visible to TensorBoard."""

    def close(self) -> None:
        """Ends the writing; a second time does nothing."""


class Shared:
    """A writer of somebody else, who also closes it."""

    def __init__(self, add: Callable[[Event], Any], flush: Callable[[], Any]) -> None:
        self._add, self._flush = add, flush

    def write(self, event: Event) -> int:
        self._add(event)
        return int(event.ByteSize())

    def flush(self) -> None:
        self._flush()

    def close(self) -> None:
        self._flush()


class EventFile:
    """An event file without a thread of its own: errors come at once, and a fork does no harm."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.path = directory / _name(directory)
        self._file = self.path.open("xb")
        self.write(Event(wall_time=time.time(), file_version="brain.Event:2"))

    def write(self, event: Event) -> int:
        payload = event.SerializeToString()
        length = len(payload).to_bytes(8, "little")
        for part in (length, payload):
            self._file.write(part + masked_crc32c(part).to_bytes(4, "little"))
        return len(payload) + 16

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()


class RunDirectory:
    """A run's directory, in which others may be writing too.

    A live writer of this process is shared. Where another one shows up later that can't be shared,
    the file moves to a directory of its own, a run beside the other.
    """

    def __init__(self, directory: Path, warn: Warn) -> None:
        self.directory = directory
        self._warn = warn
        self._sink: Sink | None = None
        self._others: dict[str, int] = {}

    def write(self, event: Event) -> int:
        return self._opened().write(event)

    def flush(self) -> None:
        if self._sink is not None:
            self._sink.flush()
            self._make_way()

    def close(self) -> None:
        if self._sink is not None:
            self._sink.close()

    def _opened(self) -> Sink:
        if self._sink is None:
            self._others = _files_of_others(self.directory)
            self._sink = (self._others and _live_writer(self.directory)) or EventFile(
                self.directory
            )
        return self._sink

    def _make_way(self) -> None:
        """Leaves the directory to another writer whose file is new or grew."""
        if not isinstance(self._sink, EventFile) or self._sink.path.parent != self.directory:
            return
        others = _files_of_others(self.directory)
        if others == self._others:
            return
        self._sink.close()
        own = self._sink.path
        shared = _live_writer(self.directory)
        if shared is not None:
            self._sink = shared
            return
        self.directory = self.directory / PLUGIN_DIRECTORY
        self._sink = EventFile(self.directory)
        own.replace(self.directory / own.name)
        self._warn(
            f"Another writer logs into {own.parent}, and TensorBoard follows only one file of a "
            f"directory with --load_fast=false. The records are now in {self.directory}, a run of "
            "its own. Pass the other writer in place of the directory to have one run."
        )


PLUGIN_DIRECTORY = "layer_weights"


def sink_of(target: Any, warn: Warn) -> Sink:
    """Returns what takes the events for a directory or a writer.

    Args:
      target: a path, or a writer with `add_event` and `flush`: that of TensorBoard, or the
        `SummaryWriter` of torch or tensorboardX.

    Raises:
      TypeError: it is neither.
    """
    if isinstance(target, str | os.PathLike):
        path = os.fspath(target)
        if "://" in path:
            remote = EventFileWriter(path)
            return Shared(remote.add_event, remote.flush)
        return RunDirectory(Path(path), warn)
    if isinstance(target, Shared):
        return target
    if hasattr(target, "_get_file_writer"):
        return Shared(lambda event: _add_to_summary_writer(target, event), target.flush)
    if hasattr(target, "add_event") and hasattr(target, "flush"):
        return Shared(target.add_event, target.flush)
    kind = type(target).__name__
    raise TypeError(f"log_dir must be a directory or a SummaryWriter, not {kind}")


def _add_to_summary_writer(writer: Any, event: Event) -> None:
    inner = writer._get_file_writer()
    if inner is None:
        raise ValueError("the SummaryWriter is closed")
    if type(writer).__module__.startswith("tensorboardX"):
        # It takes no events but those of its own classes.
        theirs = importlib.import_module("tensorboardX.proto.event_pb2").Event
        event = theirs.FromString(event.SerializeToString())
    inner.add_event(event, walltime=event.wall_time)


def _name(directory: Path) -> str:
    """Returns a name behind those of all event files in the directory, as TensorBoard sorts them.

    A file that somebody opens later, be it in the same second, comes behind it: no other writer
    has a number that begins with a dash.
    """
    last = max((entry.name for entry in directory.iterdir() if _MARK in entry.name), default="")
    said = re.search(rf"{_MARK}\.(\d{{10}})\.", last)
    second = max(int(time.time()), int(said[1]) + 1 if said else 0)
    place = f"{socket.gethostname()}.{os.getpid()}.-{next(_numbers):06d}"
    return f"events.out.{_MARK}.{second:010d}.{place}{_SUFFIX}"


def _files_of_others(directory: Path) -> dict[str, int]:
    """Returns the sizes of event files that no recorder wrote."""
    try:
        with os.scandir(directory) as entries:
            return {
                entry.name: entry.stat().st_size
                for entry in entries
                if _MARK in entry.name and not entry.name.endswith(_SUFFIX)
            }
    except FileNotFoundError:
        return {}


def _live_writer(directory: Path) -> Shared | None:
    """Returns an open TensorBoard writer of this process for the directory."""
    here = directory.resolve()
    for found in gc.get_objects():
        # `isinstance` would look into every object, and some of torch warn when looked at.
        if type(found) is EventFileWriter and Path(found.get_logdir()).resolve() == here:
            writer = found
            if not writer._async_writer._closed:
                return Shared(writer.add_event, writer.flush)
    return None
