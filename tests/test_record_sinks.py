"""Several writers in one run's directory, as TensorBoard's loaders follow them."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from tb_layerweights.record import Recorder, RecordWarning
from tb_layerweights.record.sinks import EventFile

WEIGHTS = {"kernel": np.ones(9, np.float32)}


class Following:
    """TensorBoard's Python loader, which follows one file of each directory."""

    def __init__(self, logdir: Path) -> None:
        guidance = {"histograms": 0, "scalars": 0}
        self._multiplexer = EventMultiplexer(tensor_size_guidance=guidance)
        self._logdir = logdir

    def steps(self, run: str, tag: str) -> list[int]:
        self._multiplexer.AddRunsFromDirectory(str(self._logdir)).Reload()
        return [event.step for event in self._multiplexer.Tensors(run, tag)]


def add_scalar(writer: Any, step: int) -> None:
    writer.add_event(Event(step=step, summary=scalar_pb("loss", 1.0)))
    writer.flush()


def test_a_writer_that_is_open_in_the_directory_is_shared(tmp_path: Path) -> None:
    writer = EventFileWriter(str(tmp_path))
    recorder, loader = Recorder(tmp_path), Following(tmp_path)
    for step in range(3):
        add_scalar(writer, step)
        recorder.record(WEIGHTS, step)
        assert loader.steps(".", "loss") == loader.steps(".", "kernel") == list(range(step + 1))
    recorder.close()
    add_scalar(writer, 3)
    assert loader.steps(".", "loss") == [0, 1, 2, 3]
    writer.close()


def test_a_writer_that_is_opened_later_is_shared_from_then_on(tmp_path: Path) -> None:
    recorder, loader = Recorder(tmp_path), Following(tmp_path)
    recorder.record(WEIGHTS, 0)
    writer = EventFileWriter(str(tmp_path))
    for step in range(1, 4):
        add_scalar(writer, step)
        recorder.record(WEIGHTS, step)
        assert loader.steps(".", "loss") == list(range(1, step + 1))
    assert loader.steps(".", "kernel") == [0, 1, 2, 3]
    writer.close()


def test_a_writer_that_cannot_be_shared_gets_the_directory_for_itself(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    recorder.record(WEIGHTS, 0)
    theirs = EventFile(tmp_path)  # stands for the file of another process
    theirs.path = theirs.path.rename(tmp_path / "events.out.tfevents.9999999999.elsewhere")
    theirs.write(Event(step=1, summary=scalar_pb("loss", 1.0)))
    theirs.flush()
    with pytest.warns(RecordWarning, match="Another writer logs into"):
        recorder.record(WEIGHTS, 1)
    loader = Following(tmp_path)
    for step in (2, 3):
        theirs.write(Event(step=step, summary=scalar_pb("loss", 1.0)))
        theirs.flush()
        recorder.record(WEIGHTS, step)
        assert loader.steps("layer_weights", "kernel") == list(range(step + 1))
        assert loader.steps(".", "loss") == list(range(1, step + 1))
    theirs.close()


def test_a_file_that_grows_although_nobody_here_writes_it_gets_the_directory(
    tmp_path: Path,
) -> None:
    theirs = tmp_path / "events.out.tfevents.1.elsewhere"
    theirs.write_bytes(b"")
    recorder = Recorder(tmp_path)
    recorder.record(WEIGHTS, 0)
    theirs.write_bytes(b"more")
    with pytest.warns(RecordWarning, match="a run of its own"):
        recorder.record(WEIGHTS, 1)
    assert len(list((tmp_path / "layer_weights").iterdir())) == 2


def test_the_files_of_a_training_before_are_no_reason_to_move(tmp_path: Path) -> None:
    writer = EventFileWriter(str(tmp_path))
    add_scalar(writer, 0)
    writer.close()
    for step in range(3):
        with Recorder(tmp_path) as recorder:
            recorder.record(WEIGHTS, step)
    assert Following(tmp_path).steps(".", "kernel") == [0, 1, 2]
    assert not (tmp_path / "layer_weights").exists()


# tensorboardX leaves its file to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_tensorboardx_takes_the_records_too(tmp_path: Path) -> None:
    import tensorboardX

    writer = tensorboardX.SummaryWriter(str(tmp_path))
    with Recorder(writer) as recorder:
        recorder.record(WEIGHTS, 4)
    writer.close()
    assert Following(tmp_path).steps(".", "kernel") == [4]
    del writer, recorder
    gc.collect()


def test_a_writer_that_was_closed_ends_the_recording_with_a_warning(tmp_path: Path) -> None:
    writer = EventFileWriter(str(tmp_path))
    recorder = Recorder(writer)
    recorder.record(WEIGHTS, 0)
    writer.close()
    with pytest.warns(RecordWarning, match="Writer is closed"):
        recorder.record(WEIGHTS, 1)
    recorder.record(WEIGHTS, 2)
    recorder.close()


def test_events_are_those_of_tensorboards_writer(tmp_path: Path) -> None:
    ours, summary = EventFile(tmp_path / "ours"), Summary(value=[Summary.Value(tag="a")])
    written = ours.write(Event(step=3, wall_time=5.0, summary=summary))
    ours.close()
    theirs = EventFileWriter(str(tmp_path / "theirs"))
    theirs.add_event(Event(step=3, wall_time=5.0, summary=summary))
    theirs.close()
    (path,) = (tmp_path / "theirs").iterdir()
    assert ours.path.read_bytes()[-written:] == path.read_bytes()[-written:]
