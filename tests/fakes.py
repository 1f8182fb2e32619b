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


class Living:
    """A provider of runs that change: `{run: {tag: [(step, wall time, count)]}}`."""

    def __init__(self) -> None:
        self.runs: dict[str, dict[str, list[tuple[int, float, float]]]] = {}

    def list_runs(self, **rest: Any) -> Any:
        return [SimpleNamespace(run_name=run) for run in self.runs]

    def list_blob_sequences(self, **rest: Any) -> Any:
        return {}

    def _chosen(self, plugin_name: str, only: Any) -> Any:
        runs = self.runs if plugin_name == "histograms" else {}
        for run, tags in runs.items():
            if only is None or only.runs is None or run in only.runs:
                asked = only.tags if only is not None and only.tags is not None else tags
                yield run, {tag: tags[tag] for tag in tags if tag in asked}

    def list_tensors(self, *, plugin_name: str, run_tag_filter: Any = None, **rest: Any) -> Any:
        return {
            run: {
                tag: SimpleNamespace(
                    max_step=records[-1][0], max_wall_time=max(one[1] for one in records)
                )
                for tag, records in tags.items()
            }
            for run, tags in self._chosen(plugin_name, run_tag_filter)
        }

    def read_tensors(self, *, plugin_name: str, run_tag_filter: Any, **rest: Any) -> Any:
        return {
            run: {
                tag: [
                    SimpleNamespace(step=step, wall_time=time, numpy=np.array([[0.0, 1.0, count]]))
                    for step, time, count in records
                ]
                for tag, records in tags.items()
            }
            for run, tags in self._chosen(plugin_name, run_tag_filter)
        }
