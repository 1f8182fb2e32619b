"""Programs that the browser tests need: found on this machine, or installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator

INSTALL_SECONDS = 600


def first_that_runs(paths: Iterable[str | None]) -> str | None:
    """Returns the first of these programs that there is and that starts, or None."""
    return next(filter(runs, filter(None, paths)), None)


def runs(path: str) -> bool:
    """Whether it starts: a browser may be a mere launcher, or lack its libraries."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def install(commands: Iterable[list[str]], found: Callable[[], str | None]) -> None:
    """Runs one command after the other until what they install is found."""
    for command in commands:
        print("+", *command, flush=True)
        try:
            subprocess.run(command, timeout=INSTALL_SECONDS, stdin=subprocess.DEVNULL, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            print(error, flush=True)
        if found():
            return


def apt(package: str) -> Iterator[list[str]]:
    """Yields the commands that install a package of Debian or Ubuntu, none elsewhere."""
    if shutil.which("apt-get"):
        sudo = [] if is_root() else ["sudo", "-n"]
        yield [*sudo, "apt-get", "update", "-q"]
        noninteractive = ["env", "DEBIAN_FRONTEND=noninteractive"]
        yield [*sudo, *noninteractive, "apt-get", "install", "-qy", package]


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
