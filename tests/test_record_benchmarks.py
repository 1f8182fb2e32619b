from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tensorboard.util import tensor_util

from benchmarks import record as recording
from benchmarks.record_trainings import Spent
from benchmarks.record_writers import WRITERS
from tests.conftest import load

# Writes one histogram in a process of its own, as the benchmark does, and tells its buckets.
WRITE = """
import sys
import numpy as np
from benchmarks.record_writers import WRITERS
WRITERS[sys.argv[1]](np.arange(1000, dtype=np.float32), sys.argv[2])(7)
"""


@pytest.mark.parametrize("name", [recording.OURS, *recording.OTHERS])
def test_every_writer_logs_all_values(name: str, tmp_path: Path) -> None:
    quiet = {"CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", WRITE, name, str(tmp_path)]
    subprocess.run(command, cwd=recording.ROOT, env={**os.environ, **quiet}, check=True)
    (record,) = load(tmp_path).Tensors(".", "kernel")
    assert record.step == 7
    assert tensor_util.make_ndarray(record.tensor_proto)[:, 2].sum() == 1000


def test_a_writer_is_measured_in_a_process_of_its_own() -> None:
    seconds, megabytes = json.loads(
        subprocess.run(
            [sys.executable, "-m", "benchmarks.record_writers", "np.histogram", "2000000"],
            cwd=recording.ROOT, capture_output=True, check=True,
        ).stdout
    )  # fmt: skip
    assert seconds > 0
    # np.histogram makes a copy of every block of 65,536 values at least.
    assert megabytes > 0.5


def test_the_report_has_all_figures_and_a_dash_for_what_could_not_be_run() -> None:
    sizes = (1000, 10_000)
    taken = {(name, size): (size * 1e-6, 1.0) for name in WRITERS for size in sizes}
    taken |= {("torch", size): (size * 2e-5, 8.0) for size in sizes}
    unmeasured: recording.Taken = {("tf.summary", 10_000): None}
    spent = Spent(25_000_000, 20, 100.0, 101.0, 0.5, 5, 1000, 3.25)
    text = recording.report({**taken, **unmeasured}, sizes, {"ResNet": spent})
    assert "| torch | 20 | 20 |" in text
    assert "| tf.summary | 0.0010 | — |" in text
    assert "| tf.summary | 1 | — |" in text
    assert "| torch | 8.00 | 8.00 |" in text
    assert "| ResNet | 25,000,000 | 20 | 5000.0 | 500 | 250.0 | 500 | 0.5% | +1.0% | 3.2 |" in text


def test_what_would_not_fit_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def child(module: str, name: str, size: str) -> tuple[float, float]:
        asked.append((name, int(size)))
        return 1.0, int(size) / 1000

    monkeypatch.setattr(recording, "_child", child)
    monkeypatch.setattr(recording, "_free_megabytes", lambda: 100.0)
    taken = recording.measure((1000, 10_000, 1_000_000))
    assert all(size <= 10_000 for _, size in asked)
    assert taken["torch", 10_000] == (1.0, 10.0)
    assert taken["torch", 1_000_000] is None
