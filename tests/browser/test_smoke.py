"""What `make test-matrix` looks at in other environments, in this one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import logdirs
from tests.matrix import smoke
from tests.serving import LOADERS


@pytest.mark.parametrize("loader", LOADERS)
def test_the_tab_works_here(tmp_path: Path, browser: Browser, loader: str) -> None:
    smoke.write_log(tmp_path / "logs")
    output = tmp_path / "output.txt"
    with smoke.serve(Path(sys.executable), loader, tmp_path / "logs", output) as address:
        smoke.check(address, output, browser)


def test_other_weights_are_noticed(tmp_path: Path) -> None:
    smoke.write_log(tmp_path / "logs")
    name = "sequential/{}/histogram".format
    logdirs.write_keras(tmp_path / "logs" / smoke.KERAS, name, len(smoke.STEPS), seed=1)
    output = tmp_path / "output.txt"
    with smoke.serve(Path(sys.executable), "false", tmp_path / "logs", output) as address:
        smoke.wait_until_loaded(address)
        smoke.check_statistics(address, smoke.TORCH)
        with pytest.raises(AssertionError, match=r"mean|std|min|max"):
            smoke.check_statistics(address, smoke.KERAS)
