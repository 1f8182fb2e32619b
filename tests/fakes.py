"""Providers that hold next to nothing and tell what was asked of them."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import numpy as np

PATIENCE_SECONDS = 60
ROWS = np.array([[-1.0, 0.0, 3.0], [0.0, 1.0, 5.0]])


class Recording:
    """A provider of one run that keeps who asked for what, and may take its time."""

    def __init__(self) -> None:
        self.experiments: set[str] = set()
        self.reads = 0
        self.at_once = self.most_at_once = 0
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self._lock = threading.Lock()

    def list_runs(self, *, experiment_id: str, **rest: Any) -> Any:
        self.experiments.add(experiment_id)
        return []

    def list_plugins(self, *rest: Any, **more: Any) -> Any:
        return ["histograms"]

    def list_tensors(self, *, experiment_id: str, **rest: Any) -> Any:
        self.experiments.add(experiment_id)
        return {"run": {"a.weight": SimpleNamespace(max_step=1, max_wall_time=1.0)}}

    def list_blob_sequences(self, *, experiment_id: str, **rest: Any) -> Any:
        self.experiments.add(experiment_id)
        return {}

    def read_tensors(self, *, experiment_id: str, run_tag_filter: Any, **rest: Any) -> Any:
        self.experiments.add(experiment_id)
        with self._lock:
            self.reads += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            assert self.may_go_on.wait(PATIENCE_SECONDS)
            data = [SimpleNamespace(step=step, wall_time=1.0, numpy=ROWS) for step in (0, 1)]
            return {"run": dict.fromkeys(run_tag_filter.tags, data)}
        finally:
            with self._lock:
                self.at_once -= 1
