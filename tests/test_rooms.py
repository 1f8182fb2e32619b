from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import tb_layerweights

PACKAGE = Path(tb_layerweights.__file__).parent
TESTS = Path(__file__).parent
EVENTS = sorted(f"events/{path.stem}" for path in PACKAGE.glob("events/*.py"))

# Who may import whom, from the edge inward. A module that isn't named here belongs to the recorder
# or to the demo, and no module of the tab may import it, but for the recorder's `format`.
PURE = {
    "natural": set(),
    "series": set(),
    "steps": set(),
    "keras_graph": set(),
    "names": set(),
    "notices": set(),
    "blocks": set(),
    "repair": {"rows"},
    "collided": {"keras_graph", "names", "series"},
    "layers": {"names", "natural"},
    "totals": {"series"},
    "rows": set(),
    "histogram": {"repair", "rows", "series", "totals"},
    "scaled": {"histogram", "rows", "totals"},
    "intervals": {"histogram", "rows", "scaled", "totals"},
    "distance": {"histogram", "intervals", "scaled"},
    "density": {"histogram", "rows"},
    "grid": {"histogram"},
}
ROOMS: dict[str, set[str]] = {
    **PURE,
    "__init__": set(),
    "static_files": set(),
    "recent": set(),
    "patience": set(),
    "failures": set(),
    "bombs": set(),
    "garbage": set(),
    "gate": {"failures"},
    "making": set(),
    "wire": {"grid", "rows"},
    "delta": {"wire"},
    "statistics": {"density", "distance", "histogram", "intervals", "totals", "wire"},
    "kept": {"repair", "series", "steps"},
    "recorded": {"record", "series"},
    "replies": {"bombs", "failures", "kept", "record", "recorded", "series", "steps"},
    "source": {"bombs", "failures", "natural", "patience", "record", "replies", "series", "steps"},
    "reading": {
        "collided", "events", "histogram", "keras_graph", "layers", "names", "query", "record",
        "recorded", "series", "source",
    },
    "step_by_step": {"blocks", "histogram", "rows", "series", "statistics"},
    "updates": {"series", "statistics", "step_by_step"},
    "columns": {"statistics", "wire"},
    "query": {"grid", "names", "statistics"},
    "picking": {"query", "series", "steps"},
    "ridges": {
        "blocks", "density", "grid", "histogram", "picking", "query", "rows", "statistics", "wire",
    },
    "room": {"making", "picking", "query", "statistics"},
    "findings": {"histogram", "notices", "repair", "series", "steps"},
    "overview": {
        "events", "layers", "names", "natural", "notices", "reading", "series", "source",
    },
    "answers": {
        "columns", "events", "findings", "histogram", "layers", "making", "picking", "query",
        "reading", "ridges", "room", "series", "source", "statistics", "step_by_step", "updates",
        "wire",
    },
    "respond": {"failures", "making"},
    "plugin": {
        "answers", "columns", "delta", "events", "garbage", "gate", "making", "overview",
        "query", "reading", "recent", "replies", "respond", "series", "source", "static_files",
        "wire",
    },
    "loader": {"plugin"},
}  # fmt: skip

# The recorder knows nothing of the tab. The same within it, of the modules in `record/`.
RECORD: dict[str, set[str]] = {
    "tally": set(),
    "cells": {"tally"},
    "count": {"cells", "tally"},
    "buckets": {"tally"},
    "checksum": set(),
    "format": {"tally"},
    "outline": {"format"},
    "summary": {"format"},
    "manners": set(),
    "sinks": {"checksum"},
    "recorder": {
        "buckets", "count", "format", "manners", "outline", "sinks", "summary", "tally",
    },
    "tensors": {"cells", "count", "tally"},
    "ranks": {"count", "tally"},
    "modules": {"format", "outline", "tally", "tensors"},
    "optimizers": set(),
    "torch": {
        "format", "manners", "modules", "optimizers", "outline", "ranks", "recorder", "tally",
        "tensors",
    },
    "keras": {"count", "format", "manners", "outline", "recorder", "sinks", "tally"},
}  # fmt: skip
PURE_RECORD = ("tally", "cells", "count", "buckets", "format")


def imports(module: str) -> set[str]:
    """Returns the full names of what a module imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "tb_layerweights":
            found |= {f"tb_layerweights.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found - {"tb_layerweights.__version__"}


def ours(names: set[str]) -> set[str]:
    return {name.split(".")[1] for name in names if name.startswith("tb_layerweights.")}


@pytest.mark.parametrize("module", ROOMS)
def test_modules_import_what_the_table_lets_them(module: str) -> None:
    assert ours(imports(module)) == ROOMS[module]


@pytest.mark.parametrize("module", RECORD)
def test_modules_of_the_recorder_import_what_the_table_lets_them(module: str) -> None:
    found = {name for name in imports(f"record/{module}") if name.startswith("tb_layerweights")}
    within = {name.split(".")[2] for name in found if name.count(".") == 2}
    assert within == RECORD[module]
    assert {name.split(".")[1] for name in found} <= {"record", "names"}


def test_the_table_names_every_module_of_the_recorder() -> None:
    assert {path.stem for path in PACKAGE.glob("record/*.py")} == {"__init__", *RECORD}


@pytest.mark.parametrize("module", [*PURE, *(f"record/{module}" for module in PURE_RECORD)])
def test_the_arithmetic_imports_nothing_but_the_standard_library_and_numpy(module: str) -> None:
    outside = {name.split(".")[0] for name in imports(module)} - {"tb_layerweights", "numpy"}
    assert outside <= sys.stdlib_module_names


def test_only_source_calls_the_data_provider() -> None:
    for module in set(ROOMS) - {"source"}:
        text = (PACKAGE / f"{module}.py").read_text(encoding="utf-8")
        assert "tensorboard.data" not in text, module
        # It asks, by the method that `source` hands it.
        if module == "replies":
            continue
        for call in ("list_tensors", "read_tensors", "list_runs", "read_blob"):
            assert call not in text, module


@pytest.mark.parametrize("module", EVENTS)
def test_what_reads_event_files_knows_nothing_of_the_rest(module: str) -> None:
    assert ours(imports(module)) <= {"events", "natural", "record", "series", "steps"}


def test_only_one_package_opens_files_of_a_log() -> None:
    for module in set(ROOMS) - {"static_files"}:
        text = (PACKAGE / f"{module}.py").read_text(encoding="utf-8")
        assert "open(" not in text, module
        assert "event_pb2" not in text, module


def test_the_entry_point_imports_almost_nothing() -> None:
    outside = {name for name in imports("loader") if name.split(".")[0] == "tensorboard"}
    assert outside == {"tensorboard.plugins"}
    assert imports("loader") - outside <= {
        "__future__", "argparse", "logging", "tb_layerweights.plugin"
    }  # fmt: skip


def test_loading_the_plugin_imports_no_framework() -> None:
    script = (
        "import sys; import tb_layerweights.plugin; "
        "print(sorted({'torch', 'keras', 'tensorflow', 'sklearn', 'scipy'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "path", [*PACKAGE.rglob("*.py"), *TESTS.glob("*.py")], ids=lambda p: p.name
)
def test_files_are_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
