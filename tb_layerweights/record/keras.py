"""A Keras callback that records the weights of a model, the initial ones included."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Literal

import keras
import numpy as np
from numpy.typing import NDArray
from tensorboard.compat.proto.event_pb2 import Event

from tb_layerweights.record.count import tally, tally_difference
from tb_layerweights.record.format import Parameter
from tb_layerweights.record.manners import Report, warn
from tb_layerweights.record.outline import named, with_unique_tags
from tb_layerweights.record.recorder import Item, Recorder
from tb_layerweights.record.sinks import Shared
from tb_layerweights.record.tally import Tally

_SUFFIX = "/histogram"

Array = NDArray[Any]


class LayerWeights(keras.callbacks.Callback):
    """Records all weights of a model, before the training and during it.

        model.fit(x, y, callbacks=[LayerWeights("logs")])

    Tags are those that Keras' own TensorBoard callback writes, in the run that it writes: `train`
    within the log directory. Where both work on one directory they share a file.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str],
        every: Literal["epoch"] | int = "epoch",
        *,
        updates: bool = False,
        include: str | None = None,
        exclude: str | None = None,
        strict: bool = False,
    ) -> None:
        """Opens nothing before the training begins.

        Args:
          log_dir: as for Keras' TensorBoard callback.
          every: `"epoch"`, or a number of batches. Step 0 has the weights before the training, step
            n those after n epochs or batches; the last ones are recorded in any case.
          updates: whether to record what was added to each weight since the record before. It takes
            a copy of all weights.
          include, exclude: regular expressions for the paths of weights, as in `Recorder`.
          strict: whether errors are raised rather than warned of.

        Raises:
          ValueError: `every` is neither.
        """
        super().__init__()
        if every != "epoch" and (type(every) is not int or every < 1):
            raise ValueError(f"every must be 'epoch' or a number of batches, not {every!r}")
        self._directory = Path(log_dir) / "train"
        self._every = every
        self._updates = updates
        self._options: dict[str, Any] = {"include": include, "exclude": exclude, "strict": strict}
        self._recorder = Recorder(self._directory, **self._options)
        self._before: dict[str, Array] = {}
        self._step = self._recorded = self._batch = 0

    def report(self) -> Report:
        """Returns what recording the latest training has cost so far."""
        return self._recorder.report()

    def on_train_begin(self, logs: Any = None) -> None:
        beside = _tensorboard_callback(self, self._directory)
        if beside is not None and beside.histogram_freq:
            text = "Keras' TensorBoard callback logs the same histograms: set its histogram_freq=0."
            warn(text)
        target = self._directory if beside is None else _sharing(beside)
        self._recorder = Recorder(target, **self._options)
        self._before = {}
        with self._recorder.recording():
            weights = self._weights()
            self._recorder.describe(
                [parameter for parameter, _ in weights],
                model=type(self.model).__name__,
                framework="keras",
            )
            if not weights:
                text = "The model has no weights yet: the initial ones can't be recorded."
                warn(text)
        self._recorded = -1

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        if self._every != "epoch":
            self._step = _iterations(self.model)
        if self._recorded < 0:
            self._record(epoch if self._every == "epoch" else self._step)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self._every == "epoch":
            self._record(epoch + 1)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self._batch = batch

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self._every == "epoch":
            return
        # One call may stand for several batches (`steps_per_execution`), or say so at the end of an
        # epoch that has not as many left.
        in_epoch = (self.params or {}).get("steps") or batch + 1
        self._step += min(batch + 1, in_epoch) - self._batch
        if self._step // self._every > self._recorded // self._every:
            self._record(self._step)

    def on_train_end(self, logs: Any = None) -> None:
        if self._every != "epoch" and self._recorded != self._step:
            # Keras' callback may have closed its file, so nobody else writes here any more.
            self._recorder.redirect(self._directory)
            self._record(self._step)
        self._recorder.close()
        self._before = {}

    def _record(self, step: int) -> None:
        self._recorded = step
        with self._recorder.recording():
            weights = self._weights()
            items = [Item(one, partial(_tally, weight)) for one, weight in weights]
            if self._updates and self._before:
                items += [self._update(parameter, weight) for parameter, weight in weights]
            elif self._updates:
                self._before = {one.tag: np.array(_array(weight)) for one, weight in weights}
            self._recorder.write(items, step)

    def _update(self, parameter: Parameter, weight: Any) -> Item:
        update = named(parameter.tag.removesuffix(_SUFFIX), "update", _SUFFIX)
        if self._every != "epoch" and self._every > 1:
            update = replace(update, span=self._every)
        return Item(update, partial(self._change, parameter.tag, weight))

    def _change(self, tag: str, weight: Any) -> Tally:
        """Returns the tally of what was added to a weight since the last time."""
        before, now = self._before.get(tag), np.array(_array(weight))
        self._before[tag] = now
        return tally_difference(now, now if before is None else before)

    def _weights(self) -> list[tuple[Parameter, Any]]:
        """Returns the weights that are recorded, in the model's order."""
        kinds = _kinds(self.model)
        found = []
        for weight in self.model.weights:
            if self._recorder.wants(weight.path):
                parameter = named(weight.path.replace(":", "_"), "weight", _SUFFIX)
                found.append((_described(parameter, weight, kinds.get(id(weight))), weight))
        unique = with_unique_tags([parameter for parameter, _ in found])
        return [(one, weight) for one, (_, weight) in zip(unique, found, strict=True)]


def _described(parameter: Parameter, weight: Any, kind: str | None) -> Parameter:
    return Parameter(
        parameter.tag,
        parameter.layer,
        parameter.parameter,
        parameter.role,
        tuple(int(size) for size in weight.shape),
        str(weight.dtype),
        kind,
        bool(weight.trainable),
    )


def _kinds(model: Any) -> dict[int, str]:
    """Returns the class of the innermost layer that has each weight, by the weight's id."""
    found = {}
    for layer in model._flatten_layers():
        for weight in layer.weights:
            found[id(weight)] = type(layer).__name__
    return found


def _array(weight: Any) -> Array:
    array: Array = np.asarray(keras.ops.convert_to_numpy(weight))
    return array


def _tally(weight: Any) -> Tally:
    return tally(_array(weight))


def _iterations(model: Any) -> int:
    return int(keras.ops.convert_to_numpy(model.optimizer.iterations))


def _tensorboard_callback(ours: LayerWeights, directory: Path) -> Any:
    """Returns Keras' TensorBoard callback that writes into a directory in this training, or None.

    Callbacks don't know of each other, but the list that calls them does.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        container = frame.f_locals.get("self")
        if isinstance(container, keras.callbacks.CallbackList) and ours in container.callbacks:
            for other in container.callbacks:
                if isinstance(other, keras.callbacks.TensorBoard) and _is(other, directory):
                    return other
        frame = frame.f_back
    return None


def _is(callback: Any, directory: Path) -> bool:
    theirs = getattr(callback, "_train_dir", None)
    return theirs is not None and Path(theirs).resolve() == directory.resolve()


def _sharing(callback: Any) -> Shared:
    """Returns what writes through the file of Keras' TensorBoard callback."""

    def add(event: Event) -> None:
        writing = callback.summary
        with callback._train_writer.as_default(), writing.record_if(True):
            writing.experimental.write_raw_pb(event.summary.SerializeToString(), step=event.step)

    return Shared(add, lambda: callback._train_writer.flush())
