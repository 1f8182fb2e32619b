"""`python -m tests.matrix`: every supported version for real, one table, and an exit status."""

from __future__ import annotations

import argparse
import contextlib
import re
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from packaging.requirements import Requirement
from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.matrix import smoke
from tests.matrix.cells import Cell, Limit, every_cell, few_cells
from tests.matrix.environments import (
    NoPythonError,
    NotInstalledError,
    build_wheel,
    copy_suite,
    environment_python,
    install,
    run_suite,
    versions,
)
from tests.serving import LOADERS

LOADER_NAMES = {"true": "data server", "false": "Python loader"}
SHOWN = ("tensorboard", "numpy", "setuptools")
HEADINGS = ("cell", "loader", "result", "seconds")
WIDTHS = (58, 13, 68, 7)


class Table:
    """Rows as they come, and what failed."""

    def __init__(self) -> None:
        self.passed: list[str] = []
        self.failed: list[str] = []
        self.not_tried: list[str] = []
        self._print(*HEADINGS)
        print("|" + "|".join("-" * (width + 2) for width in WIDTHS) + "|", flush=True)

    def _print(self, *fields: str) -> None:
        padded = [field.ljust(width) for field, width in zip(fields, WIDTHS, strict=True)]
        print("| " + " | ".join(padded) + " |", flush=True)

    def row(self, cell: Cell, what: str, do: Callable[[], str]) -> bool:
        """Does something, prints how it went, and returns whether it went well."""
        begin = time.monotonic()
        found, about = self.passed, f"{cell.name}, {what}"
        try:
            result = do()
        except NoPythonError as error:
            result, found = f"not tried: {error}", self.not_tried
        except Exception as error:  # the other cells are still to be tried
            result, found = "FAILED, see below", self.failed
            about += "\n" + "".join(traceback.format_exception(error))
        self._print(cell.name, what, result, f"{time.monotonic() - begin:.1f}")
        found.append(about)
        return found is self.passed

    def end(self) -> bool:
        """Prints what failed and how many did, and returns whether all is well."""
        print(*(f"\n{failure}" for failure in self.failed), sep="\n")
        lists = (self.passed, self.failed, self.not_tried)
        print("{} passed, {} failed, {} not tried".format(*map(len, lists)))
        return bool(self.passed) and not self.failed


class Matrix:
    """Tries cells, one after the other."""

    def __init__(self, folder: Path, wheel: Path, browser: Browser) -> None:
        """Keeps its arguments, writes the log that all are tried on, and copies the tests.

        Args:
            folder: For what is made.
            wheel: Ours.
            browser: For the page.
        """
        self.table = Table()
        self._folder, self._wheel, self._browser = folder, wheel, browser
        self._logdir = folder / "logs"
        smoke.write_log(self._logdir)
        self._suite = folder / "suite"
        self._suite.mkdir()
        copy_suite(self._suite)

    def run(self, cell: Cell) -> None:
        """Tries one cell: both loaders and the tests, or that what limits it still does."""
        with tempfile.TemporaryDirectory(dir=self._folder) as name:
            folder = Path(name)
            if cell.limit is not None:
                self.table.row(cell, "-", partial(self._limited, cell, cell.limit, folder))
                return
            if not self.table.row(cell, "install", partial(self._install, cell, folder)):
                return
            python = environment_python(folder)
            for loader in LOADERS:
                self.table.row(cell, LOADER_NAMES[loader], partial(self._smoke, loader, folder))
            if cell.is_tested:
                self.table.row(cell, "tests", partial(run_suite, python, self._suite))

    def _install(self, cell: Cell, folder: Path) -> str:
        """Installs a cell and returns what is there then.

        Raises:
            AssertionError: It isn't what the cell says.
        """
        install(cell, self._wheel, folder)
        found = versions(environment_python(folder))
        for wanted in map(Requirement, cell.requirements):
            assert wanted.specifier.contains(found[wanted.name]), (wanted, found)
        assert ("setuptools" in found) == (cell.setuptools != "none"), found
        return ", ".join(f"{name} {found.get(name, 'none')}" for name in SHOWN)

    def _smoke(self, loader: str, folder: Path) -> str:
        output = folder / f"output-{loader}.txt"
        python = environment_python(folder)
        with smoke.serve(python, loader, self._logdir, output) as address:
            smoke.check(address, output, self._browser)
        return "ok"

    def _limited(self, cell: Cell, limit: Limit, folder: Path) -> str:
        """Returns the reason why a cell can't work, once it was seen not to.

        Raises:
            AssertionError: It works.
        """
        try:
            install(cell, self._wheel, folder)
            python, output = environment_python(folder), folder / "output.txt"
            with smoke.serve(python, "auto", self._logdir, output):
                raise AssertionError(f"It starts, yet is said not to: {limit.reason}.")
        except (NotInstalledError, RuntimeError) as error:
            if isinstance(error, NotInstalledError) != limit.at_install:
                raise
            if not re.search(limit.sign, str(error)):
                raise
        return f"can't: {limit.reason}"


def chosen(only: list[str], *, few: bool) -> Iterator[Cell]:
    for cell in few_cells() if few else every_cell():
        if set(only) <= set(cell.name.split()):
            yield cell


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.matrix", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="cells with all of")
    parser.add_argument("--few", action="store_true", help="one cell for each TensorBoard")
    parser.add_argument("--list", action="store_true", help="name the cells and do nothing")
    asked = parser.parse_args()
    cells = list(chosen(asked.only, few=asked.few))
    if not cells:
        parser.error("no cell has all of these words; --list names them")
    if asked.list:
        print(*(cell.name for cell in cells), sep="\n")
        return
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="matrix-")))
        wheel = build_wheel(folder)
        browser = chromium.launch(stack.enter_context(sync_playwright()))
        stack.callback(browser.close)
        matrix = Matrix(folder, wheel, browser)
        for cell in cells:
            matrix.run(cell)
    sys.exit(not matrix.table.end())


if __name__ == "__main__":
    main()
