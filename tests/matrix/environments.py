"""Environments that hold our wheel, as a person's does, and nothing of this one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from tests.matrix.cells import LOWEST, Cell

ROOT = Path(__file__).parents[2]
UV = (sys.executable, "-m", "uv", "--no-config", "--quiet")
# They depend on TensorBoard, numpy and Python, need nothing else, and take half a minute.
SUITE = (
    "density", "distance", "histogram", "intervals", "layers", "plugin", "record_checksum",
    "recorder", "source", "statistics", "steps", "wire",
)  # fmt: skip
VERSIONS = """
import importlib.metadata, json, tb_layerweights
found = {one.name.lower(): one.version for one in importlib.metadata.distributions()}
print(json.dumps([tb_layerweights.__file__, found]))
"""


class NoPythonError(Exception):
    """There is no such Python on this machine."""


class NotInstalledError(Exception):
    """A command that makes an environment failed; says what it printed."""


def build_wheel(folder: Path) -> Path:
    """Returns the wheel that the sources make by way of their sdist."""
    call(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def environment_python(folder: Path) -> Path:
    """Returns where the environment of a cell has its Python."""
    return folder / "environment" / "bin" / "python"


def install(cell: Cell, wheel: Path, folder: Path) -> None:
    """Makes the environment of a cell.

    Raises:
        NoPythonError: There is no such Python.
        NotInstalledError: Nothing satisfies all requirements.
    """
    python = environment_python(folder)
    make = ("venv", "--no-python-downloads", "--python", cell.python)
    try:
        call(*UV, *make, python.parents[1], cwd=folder)
    except NotInstalledError as error:
        if "No interpreter found" not in str(error):
            raise
        raise NoPythonError(f"no Python {cell.python} here") from None
    pip = (*UV, "pip", "install", "--python", python)
    # numpy takes a quarter of an hour to build, if there is a compiler.
    pip = (*pip, "--only-binary", "numpy")
    wanted = cell.requirements
    if cell.tensorboard == LOWEST:
        lowest = ("--resolution", "lowest-direct", "--requirement", ROOT / "pyproject.toml")
        call(*pip, *wanted, cwd=folder)
        call(*pip, *lowest, cwd=folder)
        call(*pip, "--no-deps", wheel, cwd=folder)
    else:
        call(*pip, wheel, *wanted, cwd=folder)
    if cell.setuptools == "none":
        # TensorBoard asks for it, needed or not.
        call(*UV, "pip", "uninstall", "--python", python, "setuptools", cwd=folder)


def versions(python: Path) -> dict[str, str]:
    """Returns what is installed, by lower-case name; our package among it, and from there."""
    file, found = json.loads(call(python, "-c", VERSIONS, cwd=python.parent))
    assert Path(file).is_relative_to(python.parents[1]), file
    return dict(found)


def copy_suite(folder: Path) -> None:
    """Copies the tests to where Python doesn't import our sources, which lie beside them here."""
    shutil.copytree(ROOT / "tests", folder / "tests", ignore=shutil.ignore_patterns("browser"))
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)


def run_suite(python: Path, folder: Path) -> str:
    """Runs the tests of `SUITE` from where `copy_suite` put them; returns how many passed."""
    pip = (*UV, "pip", "install", "--python", python, "--constraint", "constraints.txt")
    call(*pip, "pytest", "hypothesis", cwd=folder)
    files = [f"tests/test_{name}.py" for name in SUITE]
    # Old releases warn of each other.
    options = ("-q", "--override-ini", "filterwarnings=default", "--disable-warnings")
    last = call(python, "-m", "pytest", *options, *files, cwd=folder).splitlines()[-1]
    return last.partition(" in ")[0].partition(",")[0]


def call(*command: str | Path, cwd: Path) -> str:
    """Runs a command and returns what it prints.

    Raises:
        NotInstalledError: It fails; with what it prints.
    """
    done = subprocess.run(command, cwd=cwd, env=environment(), capture_output=True, text=True)
    if done.returncode != 0:
        raise NotInstalledError(done.stdout + done.stderr)
    return done.stdout


@cache
def environment() -> dict[str, str]:
    """Returns the environment variables: nothing of ours, and every Python that pyenv has."""
    found = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    if pyenv := shutil.which("pyenv"):
        done = subprocess.run([pyenv, "versions", "--bare"], capture_output=True, text=True)
        found["PYENV_VERSION"] = ":".join(done.stdout.split())
    return found
