"""Finds a Chromium for the browser tests, or installs one: `python -m tests.browser.chromium`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser import machine

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/usr/bin/chromium",
    "/snap/bin/chromium",
    "/opt/google/chrome/chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Without these the browser looks for hosts outside this machine at every start.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def launch(playwright: Playwright) -> Browser:
    """Starts a headless browser that talks to nobody but the pages it is given."""
    path = find()
    if path is None:
        raise RuntimeError("No Chromium found: run `python -m tests.browser.chromium`.")
    return playwright.chromium.launch(
        executable_path=path, args=list(QUIET), chromium_sandbox=not machine.is_root()
    )


def find() -> str | None:
    """Returns the first browser that runs, or None."""
    return machine.first_that_runs(candidates())


def candidates() -> Iterator[str | None]:
    yield os.environ.get("CHROME")
    yield from map(shutil.which, NAMES)
    yield from PLACES
    yield playwrights_own()


def playwrights_own() -> str:
    # In a process of its own: Playwright can't be started twice in one thread.
    code = (
        "from playwright.sync_api import sync_playwright as s\n"
        "with s() as p: print(p.chromium.executable_path)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def install_commands() -> Iterator[list[str]]:
    """Yields what gets Playwright's own browser, then the distribution's."""
    yield [sys.executable, "-m", "playwright", "install", "chromium"]
    yield from machine.apt("chromium")


def main() -> None:
    if find() is None:
        machine.install(install_commands(), find)
    path = find()
    if path is None:
        sys.exit("The browser tests need Chromium or Chrome: install one, or set CHROME to it.")
    with sync_playwright() as playwright:
        launch(playwright).close()
    print(f"The browser tests run in {path}")


if __name__ == "__main__":
    main()
