from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tb_layerweights.record import Recorder, RecordWarning
from tests.test_recorder import TAGS, WEIGHTS, steps


def test_after_closing_one_warning_says_that_nothing_is_recorded(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    recorder.record(WEIGHTS, 0)
    recorder.close()
    with pytest.warns(RecordWarning, match="closed"):
        recorder.record(WEIGHTS, 1)
    recorder.record(WEIGHTS, 2)
    assert steps(tmp_path, TAGS[0]) == [0]


def test_a_closed_recorder_raises_if_it_is_strict(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, strict=True)
    recorder.close()
    with pytest.raises(ValueError, match="closed"):
        recorder.record(WEIGHTS, 1)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is full")
def test_a_full_disk_costs_the_records_and_one_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tb_layerweights.record.sinks._name", lambda _directory: "full")
    (tmp_path / "full").symlink_to("/dev/full")
    monkeypatch.setattr(Path, "open", lambda path, _mode: open(path, "wb"))  # noqa: SIM115
    recorder = Recorder(tmp_path)
    with pytest.warns(RecordWarning, match="No space left"):
        recorder.record(WEIGHTS, 0)
    recorder.record(WEIGHTS, 1)
    recorder.close()
    with pytest.raises(OSError, match="No space left"):
        Recorder(tmp_path, strict=True).record(WEIGHTS, 0)


def test_a_directory_that_cannot_be_made_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no directory")
    with pytest.warns(RecordWarning, match="the training goes on"):
        Recorder(tmp_path / "file").record(WEIGHTS, 0)


def test_an_array_that_cannot_be_had_is_warned_of(tmp_path: Path) -> None:
    class Broken:
        def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
            raise RuntimeError("the device is gone")

    with pytest.warns(RecordWarning, match="the device is gone"):
        Recorder(tmp_path).record({"a": Broken()}, 0)


FORKED = """
import os, sys, warnings
import numpy as np
from tb_layerweights.record import Recorder
recorder = Recorder(sys.argv[1])
recorder.record({"a": np.ones(9)}, 0)
child = os.fork()
if child == 0:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        recorder.record({"a": np.ones(9)}, 1)
        recorder.record({"a": np.ones(9)}, 2)
        recorder.close()
    os._exit(0 if [str(one.message)[:8] for one in caught] == ["A forked"] else 1)
_, status = os.waitpid(child, 0)
recorder.record({"a": np.ones(9)}, 3)
recorder.close()
sys.exit(os.waitstatus_to_exitcode(status))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes can't fork here")
def test_a_forked_process_warns_once_and_records_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FORKED, str(tmp_path)]
    done = subprocess.run(command, timeout=60, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert steps(tmp_path, "a") == [0, 3]


def test_a_process_that_is_killed_leaves_what_it_recorded(tmp_path: Path) -> None:
    script = FORKED.split("child =")[0] + "os.kill(os.getpid(), 9)"
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert steps(tmp_path, "a") == [0]
