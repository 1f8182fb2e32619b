"""Writes tallies of tensors into a log, and never ends the training that it records."""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary

from tb_layerweights.record.buckets import buckets
from tb_layerweights.record.count import UncountableError, tally
from tb_layerweights.record.format import Exact, Outline, Parameter
from tb_layerweights.record.manners import Report, checked_step, warn
from tb_layerweights.record.outline import checked_role, leaves, named, with_unique_tags
from tb_layerweights.record.sinks import Sink, sink_of
from tb_layerweights.record.summary import histogram_summary, outline_summary
from tb_layerweights.record.tally import Tally

_TICK = 1e-6


class Item(NamedTuple):
    """One tensor to record; its values are counted when their turn comes."""

    parameter: Parameter
    tally: Callable[[], Tally]
    scale: float = 1.0


class Recorder:
    """Records arrays of any framework.

        with Recorder("logs/run") as recorder:
            recorder.record({"dense/kernel": kernel, "dense/bias": bias}, step=0)

    A full disk, a closed writer or a forked process cost the records and one warning each.
    """

    def __init__(
        self,
        log_dir: Any,
        *,
        include: str | None = None,
        exclude: str | None = None,
        strict: bool = False,
    ) -> None:
        """Opens nothing before there is something to write.

        Args:
          log_dir: the run's directory, or a writer that logs there already: torch's
            `SummaryWriter`, that of tensorboardX, or TensorBoard's `EventFileWriter`.
          include: a regular expression; only tensors are recorded whose name it finds.
          exclude: a regular expression; tensors whose name it finds are left out.
          strict: whether errors are raised rather than warned of.
        """
        self._strict = strict
        self._include = re.compile(include) if include else None
        self._exclude = re.compile(exclude) if exclude else None
        self._warned: set[str] = set()
        self._sink: Sink | None = sink_of(log_dir, lambda text: self._warn("moved", text))
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self._known: dict[str, Parameter] = {}
        self._outlined = False
        self._model: tuple[str | None, str | None] = (None, None)
        self._last_steps: dict[str, int] = {}
        self._wall_time = 0.0
        self._spent = Report()

    def record(self, values: Any, step: int, *, role: str = "weight") -> None:
        """Records every array within `values` as one histogram of this step.

        Args:
          values: an array, or mappings, sequences and dataclasses of arrays, nested at will: the
            path to an array is its name. Whatever numpy takes for an array is one.
          step: a whole number >= 0.
          role: what the arrays are: `weight`, `statistic`, `gradient`, `update`, `activation`,
            `optimizer` or `other`.

        Raises:
          TypeError, ValueError: for a step or a role that is none.
        """
        step = checked_step(step)
        checked_role(role)
        with self.recording():
            self.write(self._items(values, role), step)

    def _items(self, values: Any, role: str) -> list[Item]:
        found = []
        for name, leaf in leaves(values):
            if self.wants(name):
                array = np.asarray(leaf)
                parameter = replace(named(name, role), shape=array.shape, dtype=array.dtype.name)
                found.append(Item(parameter, partial(tally, array)))
        unique = with_unique_tags([item.parameter for item in found])
        return [item._replace(parameter=one) for item, one in zip(found, unique, strict=True)]

    def wants(self, name: str) -> bool:
        """Returns whether `include` and `exclude` let a tensor of this name through."""
        if self._include is not None and not self._include.search(name):
            return False
        return self._exclude is None or not self._exclude.search(name)

    def describe(
        self, parameters: Sequence[Parameter], *, model: str | None, framework: str | None
    ) -> None:
        """Sets what the outline says, in network order; others are added as they are recorded."""
        self._model = (model, framework)
        self._known = {one.tag: one for one in parameters}
        self._outlined = False

    def write(self, items: Sequence[Item], step: int) -> None:
        """Counts and writes items, each as an event of its own: wall times tell their order.

        What goes wrong is raised: call it within `recording`.
        """
        if not items or not self._usable():
            return
        with self._lock:
            self._note([item.parameter for item in items], step)
            for item in items:
                self._histogram(item, step)
            if self._sink is not None:
                self._sink.flush()
            self._spent.records += 1

    def _histogram(self, item: Item, step: int) -> None:
        tag = item.parameter.tag
        try:
            counted = item.tally()
        except UncountableError as error:
            self._skip(tag, error)
            return
        exact = Exact(counted.moments, item.scale)
        self._event(histogram_summary(tag, buckets(counted.cells), exact), step)
        self._spent.histograms += 1
        self._spent.values += counted.moments.size

    def _note(self, parameters: Sequence[Parameter], step: int) -> None:
        """Checks the step, and writes the outline when it has become another one."""
        for parameter in parameters:
            last = self._last_steps.get(parameter.tag, -1)
            if last > step:
                text = "TensorBoard may drop what it has of the steps from there on."
                self._warn("back", f"Step {step} comes after step {last}: {text}")
            self._last_steps[parameter.tag] = step
            if parameter.tag not in self._known:
                self._known[parameter.tag] = parameter
                self._outlined = False
        if not self._outlined:
            network = Outline(tuple(self._known.values()), *self._model)
            self._event(outline_summary(network), step)
            self._outlined = True

    def _event(self, said: Summary, step: int) -> None:
        if self._sink is None:
            raise ValueError("the recorder is closed")
        self._wall_time = max(time.time(), self._wall_time + _TICK)
        event = Event(wall_time=self._wall_time, step=step, summary=said)
        self._spent.bytes += self._sink.write(event)

    def _usable(self) -> bool:
        if os.getpid() != self._pid:
            text = "A forked process records nothing: the log belongs to the process it came from."
            self._fail("forked", RuntimeError(text))
            return False
        if self._sink is None:
            self._fail("closed", ValueError("The recorder is closed, and records nothing more."))
            return False
        return True

    @contextlib.contextmanager
    def recording(self) -> Iterator[None]:
        """Takes the time, and makes a warning of whatever goes wrong, unless `strict`.

        After an error in writing nothing more is written.
        """
        began = time.perf_counter()
        try:
            yield
        except Exception as error:
            # A training of days must not end for want of a picture of it, whatever the reason.
            self._abandon()
            self._fail("broken", error, "Recording ends here, the training goes on: ")
        finally:
            self._spent.seconds += time.perf_counter() - began

    def _abandon(self) -> None:
        sink, self._sink = self._sink, None
        # In a forked process, a writer's thread is missing, and closing would wait for it.
        if sink is not None and os.getpid() == self._pid:
            with contextlib.suppress(Exception):
                sink.close()
        # One warning is enough: nobody closed the recorder.
        self._warned.add("closed")

    def _skip(self, name: str, error: UncountableError) -> None:
        self._fail(f"uncountable {name}", TypeError(f"{name} is not recorded: {error}."))

    def _fail(self, about: str, error: Exception, lead: str = "") -> None:
        if self._strict:
            raise error
        self._warn(about, f"{lead}{error}")

    def _warn(self, about: str, text: str) -> None:
        if about not in self._warned:
            self._warned.add(about)
            warn(text)

    def redirect(self, log_dir: Any) -> None:
        """Lets what is recorded from now on go to another directory or writer."""
        if self._sink is not None:
            self._sink = sink_of(log_dir, lambda text: self._warn("moved", text))

    def report(self) -> Report:
        """Returns what recording has cost so far."""
        return replace(self._spent)

    def flush(self) -> None:
        """Makes all records visible; every record does so by itself."""
        if self._sink is not None and os.getpid() == self._pid:
            with self.recording():
                self._sink.flush()

    def close(self) -> None:
        """Ends the recording; a writer that was passed stays open."""
        if self._sink is not None and os.getpid() == self._pid:
            with self.recording():
                sink, self._sink = self._sink, None
                sink.close()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
