from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.tab import Tab
from tests.serving import tensorboard

Serve = Callable[..., str]
OpenTab = Callable[..., Tab]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = chromium.launch(playwright)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """`serve(logdir, *flags)` is the address of a TensorBoard, started once for each question."""
    with ExitStack() as stack:

        @cache
        def start(logdir: Path, *flags: str) -> str:
            output = tmp_path_factory.mktemp("tensorboard") / "output.txt"
            return stack.enter_context(tensorboard(logdir, output, *flags))

        yield start


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[OpenTab]:
    """`open_tab(address, …)` is our tab in a new window; what goes wrong in it fails the test."""
    with ExitStack() as stack:

        def open_one(address: str, **options: object) -> Tab:
            return stack.enter_context(Tab.open(browser, address, **options))

        yield open_one
