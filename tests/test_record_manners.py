from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tb_layerweights.record import Recorder, RecordWarning
from tests.loaders import Loaded, strict
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


LITTLE_ROOM = 64 << 10
CROWDED = """
import resource, sys
import numpy as np
from tb_layerweights.record import Recorder
if sys.argv[2] != "0":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
rows = np.random.default_rng(0).normal(size=(200, 1000))
with Recorder(sys.argv[1]) as recorder:
    for step in range(200):
        recorder.record({"a.weight": rows[step]}, step)
print("trained")
"""


@pytest.fixture(params=["a small disk", "a limit of files"])
def crowded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A directory with little room, and the most bytes of a file in it (0: as many as fit)."""
    if request.param == "a limit of files":
        yield tmp_path / "log", LITTLE_ROOM
        return
    command = ["mount", "-t", "tmpfs", "-o", f"size={LITTLE_ROOM}", "tmpfs", str(tmp_path)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("no file system can be mounted here")
    try:
        yield tmp_path / "log", 0
    finally:
        subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


@pytest.mark.skipif(sys.platform == "win32", reason="files have no limits there")
def test_a_disk_that_fills_up_keeps_what_was_recorded_and_the_training_goes_on(
    crowded: tuple[Path, int], loading: Callable[[Path], Loaded]
) -> None:
    directory, most = crowded
    command = [sys.executable, "-c", CROWDED, str(directory), str(most)]
    done = subprocess.run(command, timeout=60, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "trained\n"), done.stderr
    assert done.stderr.count("RecordWarning: ") == 1
    assert "Traceback" not in done.stderr
    (log,) = directory.iterdir()
    assert LITTLE_ROOM / 2 < log.stat().st_size <= LITTLE_ROOM
    answer = loading(directory).get("statistics", run=".", number="count")
    (series,) = strict(answer.text)["series"]
    assert series["step"] == list(range(len(series["step"])))
    assert 5 < len(series["step"]) < 200
    assert set(series["count"]) == {1000}


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
