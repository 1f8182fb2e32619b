from __future__ import annotations

import re

import pytest
from build.util import project_wheel_metadata
from packaging.requirements import Requirement

from tests.matrix import cells, smoke
from tests.matrix.__main__ import Table, chosen
from tests.matrix.cells import LOWEST, NEWEST, NUMPYS, PYTHONS, TENSORBOARDS, every_cell, few_cells
from tests.matrix.environments import ROOT, SUITE, NoPythonError

README = (ROOT / "README.md").read_text(encoding="utf-8")
CELLS = every_cell()


def row(name: str) -> list[str]:
    """Returns the versions that the README's table says of something."""
    (versions,) = re.findall(rf"^\| {name} \| (.+?) \|", README, re.MULTILINE)
    return str(versions).split(", ")


def pinned(name: str) -> str:
    """Returns the version without its last part that development is pinned to."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    (version,) = re.findall(rf"^{name}==(\d+\.\d+)", text, re.MULTILINE)
    return str(version)


def test_the_readme_names_what_is_tried() -> None:
    newest = pinned("tensorboard")
    assert row("Python") == list(PYTHONS)
    assert row("numpy") == list(NUMPYS)
    assert row("TensorBoard") == [*TENSORBOARDS[:-1], newest]
    assert TENSORBOARDS[-1] == NEWEST


def test_the_metadata_name_what_is_tried() -> None:
    metadata = project_wheel_metadata(ROOT, isolated=False)
    wanted = [Requirement(text) for text in metadata.get_all("Requires-Dist") or ()]
    lowest = {one.name: str(one.specifier) for one in wanted if one.marker is None}
    assert lowest["tensorboard"] == f">={TENSORBOARDS[0]}"
    assert lowest["numpy"] == f">={NUMPYS[0]}"
    # People get ranges: what is pinned is `constraints.txt`.
    assert all(re.fullmatch(r">=[\d.]+", specifier) for specifier in lowest.values()), lowest
    assert metadata["Requires-Python"] == f">={PYTHONS[0]}"
    classifiers = metadata.get_all("Classifier") or []
    found = [one.rpartition(" ")[2] for one in classifiers if re.search(r"Python :: 3\.\d+$", one)]
    assert found == list(PYTHONS)


def test_every_version_runs_somewhere_and_every_combination_is_tried() -> None:
    assert len(set(CELLS)) == len(CELLS)
    running = [cell for cell in CELLS if cell.limit is None]
    assert {cell.python for cell in running} == set(PYTHONS)
    assert {cell.tensorboard for cell in running} == {*TENSORBOARDS, LOWEST}
    assert {cell.numpy for cell in running} == {*NUMPYS, LOWEST}
    newest = {cell.setuptools for cell in running if cell.tensorboard == NEWEST}
    assert newest == set(cells.SETUPTOOLS)
    combined = {(cell.python, cell.tensorboard, cell.numpy) for cell in CELLS}
    assert len(combined) == 1 + len(PYTHONS) * len(TENSORBOARDS) * len(NUMPYS)


def test_the_few_have_every_tensorboard_and_none_that_cannot_run() -> None:
    few = few_cells()
    assert [cell.tensorboard for cell in few] == [LOWEST, *TENSORBOARDS]
    assert not [cell for cell in few if cell.limit]
    assert few[-1].python == PYTHONS[-1]


def test_words_choose_cells() -> None:
    words = ["python=3.12", "tensorboard=2.20"]
    found = list(chosen(words, few=False))
    assert {(cell.python, cell.tensorboard) for cell in found} == {("3.12", "2.20")}
    assert len(found) == 4
    assert list(chosen([*words, "tensorboard=2.2"], few=False)) == []


def test_the_tests_that_are_run_there_exist() -> None:
    assert not [name for name in SUITE if not (ROOT / "tests" / f"test_{name}.py").is_file()]


@pytest.mark.parametrize(
    "line",
    [
        "Traceback (most recent call last):",
        "E1125 10:00:00.000000 139 application.py:1] Failed",
        "W1125 10:00:00.000000 139 validator.py:51] In 3.0, this warning will become an error:",
        "WARNING: Layer Weights is not available: No module named 'numpy'",
        "Layer Weights could not answer /runs",
        "/env/site-packages/tb_layerweights/grid.py:12: DeprecationWarning: in1d",
    ],
)
def test_what_tensorboard_prints_of_trouble_is_noticed(line: str) -> None:
    quiet = (
        "NOTE: Using experimental fast data loading logic.\nTensorBoard 2.21.0 at http://localhost"
    )
    assert not smoke.COMPLAINT.search(quiet)
    assert smoke.COMPLAINT.search(f"{quiet}\n{line}\n")


def test_a_failure_fails_the_whole_and_so_does_nothing_at_all(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> str:
        raise AssertionError("the sum is wrong")

    def miss() -> str:
        raise NoPythonError("no Python 3.10 here")

    table = Table()
    assert not table.row(CELLS[0], "tests", miss)
    assert not table.end()
    assert table.row(CELLS[0], "tests", lambda: "ok")
    assert table.end()
    assert not table.row(CELLS[0], "tests", fail)
    assert not table.end()
    printed = capsys.readouterr().out
    assert "not tried: no Python 3.10 here" in printed
    assert "AssertionError: the sum is wrong" in printed
    assert printed.endswith("1 passed, 1 failed, 1 not tried\n")
