"""What the tab is tried with: versions, the cells they make, and what TensorBoard can't do.

This is the one list of what is supported; README and metadata are held against it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, fields

NEWEST = "newest"
LOWEST = "lowest"

PYTHONS = ("3.10", "3.11", "3.12", "3.13")
TENSORBOARDS = ("2.12", "2.16", "2.20", NEWEST)
NUMPYS = ("1.26", "2")

# setuptools 82 came without the pkg_resources that TensorBoard before 2.21 imports.
WITH_PKG_RESOURCES = "<82"
SETUPTOOLS = (WITH_PKG_RESOURCES, ">=82", "none")
SETUPTOOLS_PYTHON = "3.12"  # the one that is tried with all of them

# What old releases need and don't ask for: an import of theirs, and an argument that protobuf 5
# took out of its functions, without which TensorBoard's own HParams tab fails.
BESIDE = {LOWEST: ("six",), "2.12": ("six",), "2.16": ("protobuf<5",)}


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that is beyond us: why, and how pip or TensorBoard says it."""

    reason: str
    sign: str  # a pattern
    at_install: bool = False


NO_WHEEL = Limit("no wheel of numpy 1.26 for Python 3.13", "no usable wheels", at_install=True)
NO_STRING = Limit("TensorBoard before 2.17 has np.string_, numpy 2 has not", r"np\.string_")
NO_PKG_RESOURCES = Limit(
    "TensorBoard before 2.21 imports pkg_resources", "No module named 'pkg_resources'"
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination of versions."""

    python: str
    tensorboard: str
    numpy: str
    setuptools: str

    @property
    def name(self) -> str:
        """Words, any of which `--only` takes."""
        return " ".join(f"{one.name}={getattr(self, one.name)}" for one in fields(self))

    @property
    def requirements(self) -> list[str]:
        """What is installed beside our wheel."""
        wanted = {"tensorboard": self.tensorboard, "numpy": self.numpy}
        found = [f"{name}=={version}.*" for name, version in wanted.items() if version[0].isdigit()]
        if self.setuptools != "none":
            found.append(f"setuptools{self.setuptools}")
        return [*found, *BESIDE.get(self.tensorboard, ())]

    @property
    def limit(self) -> Limit | None:
        """What keeps TensorBoard itself from running there."""
        if (self.python, self.numpy) == ("3.13", "1.26"):
            return NO_WHEEL
        if self.tensorboard in ("2.12", "2.16") and self.numpy == "2":
            return NO_STRING
        if self.tensorboard != NEWEST and self.setuptools != WITH_PKG_RESOURCES:
            return NO_PKG_RESOURCES
        return None

    @property
    def is_tested(self) -> bool:
        """Whether tests are run, too: they use nothing of setuptools."""
        return self.tensorboard == LOWEST or self.setuptools == needed(self.tensorboard)


def needed(tensorboard: str) -> str:
    """Returns the setuptools that a TensorBoard runs with."""
    return ">=82" if tensorboard == NEWEST else WITH_PKG_RESOURCES


def every_cell() -> list[Cell]:
    """Returns all cells: every Python, TensorBoard and numpy, and what depends on few of them."""
    cells = [Cell(PYTHONS[0], LOWEST, LOWEST, WITH_PKG_RESOURCES)]
    for tensorboard, python, numpy in itertools.product(TENSORBOARDS, PYTHONS, NUMPYS):
        cells.append(Cell(python, tensorboard, numpy, needed(tensorboard)))
    for tensorboard, setuptools in itertools.product(TENSORBOARDS, SETUPTOOLS):
        if setuptools != needed(tensorboard):
            numpy = NUMPYS[tensorboard in ("2.20", NEWEST)]
            cells.append(Cell(SETUPTOOLS_PYTHON, tensorboard, numpy, setuptools))
    return cells


def few_cells() -> list[Cell]:
    """Returns the corners: the lowest of all, and each TensorBoard on the newest it runs with."""
    running = [cell for cell in every_cell() if cell.limit is None]
    running.sort(key=lambda cell: (PYTHONS.index(cell.python), cell.numpy))
    latest = {cell.tensorboard: cell for cell in running}
    return [latest[tensorboard] for tensorboard in (LOWEST, *TENSORBOARDS)]
