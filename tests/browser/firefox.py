"""Finds a Firefox for the browser tests, or installs one: `python -m tests.browser.firefox`.

Playwright has a Firefox of its own, which differs from everybody's; it steers others by the
standard protocol WebDriver BiDi.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from tests.browser import machine

NAMES = ("firefox-esr", "firefox")
PLACES = (
    "/usr/bin/firefox-esr",
    "/snap/bin/firefox",
    "/Applications/Firefox.app/Contents/MacOS/firefox",
)
MISSING = "The tests in Firefox need one: install it, or set FIREFOX to it."


def launch(playwright: Playwright, downloads: Path) -> Browser:
    """Starts a headless browser that puts what is saved into a directory."""
    path = find()
    if path is None:
        raise RuntimeError(MISSING)
    return playwright.firefox.launch(
        channel="moz-firefox", executable_path=path, downloads_path=downloads
    )


def find() -> str | None:
    """Returns the first browser that runs, or None."""
    return machine.first_that_runs(candidates())


def candidates() -> Iterator[str | None]:
    yield os.environ.get("FIREFOX")
    yield from map(shutil.which, NAMES)
    yield from PLACES


def may_be_missing() -> bool:
    """Whether nobody can be blamed for a machine without: it lets us install nothing."""
    return not (machine.is_root() and list(machine.apt("firefox-esr")))


def main() -> None:
    if find() is None:
        machine.install(machine.apt("firefox-esr"), find)
    path = find()
    if path is None:
        print(MISSING, flush=True)
        sys.exit(0 if may_be_missing() else 1)
    print(f"The tests in Firefox run in {path}")


if __name__ == "__main__":
    main()
