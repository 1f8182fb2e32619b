"""What a person waits for, in real Chromium: opening a tab, scrubbing, scrolling, reloading."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, CDPSession, ElementHandle, Frame, Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from benchmarks.frames import SCROLL, SCRUB, Motion, motion

SIZE: Any = {"width": 1920, "height": 1080}
LIMIT_SECONDS = 120
FRAME = 'iframe[src*="name=layer_weights"]'
POLL_MS = 20
# Reloads after which the heap is measured.
RELOADS = (0, 20, 200)


@dataclass(frozen=True)
class Opening:
    """Seconds from the click on a tab of a TensorBoard that has come to rest."""

    first: float  # until the first chart is drawn; infinity if it isn't within two minutes
    every: float  # until all charts in sight are
    charts: int  # how many these are


@dataclass(frozen=True)
class Looks:
    """What a person waits for in both tabs."""

    theirs: Opening
    ours: Opening
    their_scroll: Motion | None  # None: there was nothing to scroll
    our_scroll: Motion | None
    scrub: Motion


def measure(browser: Browser, address: str) -> Looks:
    """Opens our tab and TensorBoard's own, each in a window of its own, and moves about."""
    with closing(new_page(browser)) as page:
        ours, frame = open_ours(page, address)
        frame.locator(".loading").wait_for(state="hidden")
        scrub = motion(page, frame, SCRUB)
        our_scroll = motion(page, frame, SCROLL)
    with closing(new_page(browser)) as page:
        theirs = open_theirs(page, address)
        their_scroll = motion(page, page.main_frame, SCROLL) if theirs.charts else None
    assert scrub is not None
    return Looks(theirs, ours, their_scroll, our_scroll, scrub)


def measure_heap(
    browser: Browser, address: str, reloads: Sequence[int] = RELOADS
) -> tuple[list[float], list[float]]:
    """Returns megabytes of JavaScript heap, theirs and ours, after so many reloads of the data.

    The heap is that of the whole page, TensorBoard's own part included.
    """
    heaps = []
    for name, last in (("Histograms", "/histograms/tags"), ("Layer Weights", "/densities")):
        with closing(new_page(browser)) as page:
            open_tab(page, address, name)
            page.wait_for_load_state("networkidle")
            session = page.context.new_cdp_session(page)
            sizes, done = [], 0
            for count in reloads:
                for _ in range(count - done):
                    reload_data(page, last)
                done = count
                sizes.append(heap(page, session))
            heaps.append(sizes)
    return heaps[0], heaps[1]


def reload_data(page: Page, last: str) -> None:
    """Presses TensorBoard's reload button and waits for the answer that comes last."""
    with page.expect_response(lambda response: last in response.url) as found:
        page.locator(".reload-button").first.dispatch_event("click")
    found.value.finished()
    page.wait_for_timeout(100)


def heap(page: Page, session: CDPSession) -> float:
    page.wait_for_timeout(1000)
    session.send("HeapProfiler.enable")
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def new_page(browser: Browser) -> Page:
    page = browser.new_page(viewport=SIZE)
    page.set_default_timeout(1000 * LIMIT_SECONDS)
    return page


def open_tab(page: Page, address: str, name: str) -> float:
    """Clicks on a tab of a TensorBoard that has come to rest; returns the moment."""
    page.goto(f"{address}/#timeseries")
    page.wait_for_load_state("networkidle")
    tab = page.get_by_role("tab", name=name)
    tab.wait_for()
    began = time.perf_counter()
    tab.click()
    return began


def open_theirs(page: Page, address: str) -> Opening:
    began = open_tab(page, address, "Histograms")
    cards = page.locator("tf-histogram-loader")
    return wait(page, began, cards, page.locator("vz-histogram-timeseries:has(.histogram)"))


def open_ours(page: Page, address: str) -> tuple[Opening, Frame]:
    began = open_tab(page, address, "Layer Weights")
    handle: ElementHandle = page.locator(FRAME).element_handle()
    frame = handle.content_frame()
    assert frame is not None
    return wait(page, began, frame.locator(".card"), frame.locator(".card .chart")), frame


def wait(page: Page, began: float, cards: Locator, drawn: Locator) -> Opening:
    """Waits until every card that exists has its chart, a frame later."""
    first = every = float("inf")
    charts = 0
    try:
        while time.perf_counter() - began < LIMIT_SECONDS:
            charts, count = drawn.count(), cards.count()
            if charts > 0 and first == float("inf"):
                first = after_a_frame(page) - began
            if 0 < count == charts:
                every = after_a_frame(page) - began
                break
            page.wait_for_timeout(POLL_MS)
    except PlaywrightTimeoutError:
        pass
    return Opening(first, every, charts)


def after_a_frame(page: Page) -> float:
    page.evaluate("new Promise(requestAnimationFrame)")
    return time.perf_counter()
