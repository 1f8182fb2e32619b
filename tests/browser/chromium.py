"""Finds a Chromium for the browser tests, or installs one: `python -m tests.browser.chromium`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/usr/bin/chromium",
    "/snap/bin/chromium",
    "/opt/google/chrome/chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
INSTALL_SECONDS = 600
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
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return playwright.chromium.launch(
        executable_path=path, args=list(QUIET), chromium_sandbox=not is_root
    )


def find() -> str | None:
    """Returns the first browser that runs, or None."""
    return next(filter(runs, candidates()), None)


def candidates() -> Iterator[str]:
    if chosen := os.environ.get("CHROME"):
        yield chosen
    yield from filter(None, map(shutil.which, NAMES))
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


def runs(path: str) -> bool:
    """Whether it starts: a browser may be a mere launcher, or lack its libraries."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def install() -> None:
    """Tries Playwright's own browser, then the distribution's."""
    for command in install_commands():
        print("+", *command, flush=True)
        try:
            subprocess.run(command, timeout=INSTALL_SECONDS, stdin=subprocess.DEVNULL, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            print(error, flush=True)
        if find():
            return


def install_commands() -> Iterator[list[str]]:
    yield [sys.executable, "-m", "playwright", "install", "chromium"]
    if shutil.which("apt-get"):
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        yield [*sudo, "apt-get", "update", "-q"]
        noninteractive = ["env", "DEBIAN_FRONTEND=noninteractive"]
        yield [*sudo, *noninteractive, "apt-get", "install", "-qy", "chromium"]


def main() -> None:
    if find() is None:
        install()
    path = find()
    if path is None:
        sys.exit("The browser tests need Chromium or Chrome: install one, or set CHROME to it.")
    with sync_playwright() as playwright:
        launch(playwright).close()
    print(f"The browser tests run in {path}")


if __name__ == "__main__":
    main()
