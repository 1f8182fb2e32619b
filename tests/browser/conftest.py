from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser import chromium
from tests.browser.tab import Tab
from tests.serving import tensorboard

Serve = Callable[..., str]
OpenTab = Callable[..., Tab]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One for all browsers: it can't be started twice in one thread."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
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


ARTIFACTS = Path(__file__).parents[2] / "artifacts"


@pytest.fixture
def open_tab(browser: Browser, request: pytest.FixtureRequest) -> Iterator[OpenTab]:
    """`open_tab(address, …)` is our tab in a new window; what goes wrong in it fails the test.

    How the tab looks at the end of a test is kept under `artifacts/`, for a person to look at.
    """
    name = re.sub(r"[^\w-]+", "-", request.node.nodeid.partition("browser/")[2]).strip("-")
    opened: list[Tab] = []
    with ExitStack() as stack:

        def open_one(address: str, **options: object) -> Tab:
            tab = stack.enter_context(Tab.open(browser, address, **options))
            opened.append(tab)
            return tab

        yield open_one
        for number, tab in enumerate(opened):
            path = ARTIFACTS / f"{name}{'-' + str(number) if number else ''}.png"
            tab.page.screenshot(path=path)
