"""What a person waits for, in real Chromium: opening a tab, and one step of the scrubber."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Frame, Locator, Page, sync_playwright

from tests.browser import chromium

SIZE: Any = {"width": 1920, "height": 1080}
LIMIT_MS = 120_000
FRAME = 'iframe[src*="name=layer_weights"]'
POLL_MS = 20
SCRUB = """async () => {
    const slider = document.querySelector('input[type=range]');
    const frames = [];
    let before = await new Promise(requestAnimationFrame);
    for (let step = 0; step < Number(slider.max); step++) {
        slider.value = step;
        slider.dispatchEvent(new Event('input', {bubbles: true}));
        const now = await new Promise(requestAnimationFrame);
        frames.push(now - before);
        before = now;
    }
    return frames;
}"""


@dataclass(frozen=True)
class Waits:
    """What a person waits for in both tabs."""

    theirs: float  # seconds from the click on the tab until all charts in sight are drawn
    their_charts: int
    ours: float
    our_charts: int
    script: float  # milliseconds of script in one step of the scrubber
    frame: float  # milliseconds between two frames while scrubbing


def measure(address: str) -> Waits:
    """Opens both tabs of the TensorBoard at `address`, and scrubs through the steps of ours."""
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        try:
            with closing(new_page(browser)) as page:
                theirs, their_charts = open_theirs(page, address)
            with closing(new_page(browser)) as page:
                ours, frame = open_ours(page, address)
                our_charts = frame.locator(".card").count()
                frame.locator(".loading").wait_for(state="hidden")
                script, between = scrub(page, frame)
            return Waits(theirs, their_charts, ours, our_charts, script, between)
        finally:
            browser.close()


def new_page(browser: Browser) -> Page:
    page = browser.new_page(viewport=SIZE)
    page.set_default_timeout(LIMIT_MS)
    return page


def open_tab(page: Page, address: str, name: str) -> float:
    """Clicks on a tab of a TensorBoard that has come to rest; returns the moment."""
    page.goto(f"{address}/#timeseries")
    page.wait_for_load_state("networkidle")
    began = time.perf_counter()
    page.get_by_role("tab", name=name).click()
    return began


def open_theirs(page: Page, address: str) -> tuple[float, int]:
    began = open_tab(page, address, "Histograms")
    cards = page.locator("tf-histogram-loader")
    drawn = page.locator("vz-histogram-timeseries:has(.histogram)")
    return wait(page, cards, drawn) - began, cards.count()


def open_ours(page: Page, address: str) -> tuple[float, Frame]:
    began = open_tab(page, address, "Layer Weights")
    handle = page.locator(FRAME).element_handle()
    frame = handle.content_frame()
    assert frame is not None
    ended = wait(page, frame.locator(".card"), frame.locator(".card .chart"))
    return ended - began, frame


def wait(page: Page, cards: Locator, drawn: Locator) -> float:
    """Returns the moment at which every card that exists has its chart, a frame later."""
    while not 0 < cards.count() == drawn.count():
        page.wait_for_timeout(POLL_MS)
    page.evaluate("new Promise(requestAnimationFrame)")
    return time.perf_counter()


def scrub(page: Page, frame: Frame) -> tuple[float, float]:
    """Returns milliseconds of script in a step, and between two frames in the median."""
    session = page.context.new_cdp_session(page)
    session.send("Profiler.enable")
    session.send("Profiler.start")
    frames = frame.evaluate(SCRUB)
    profile = session.send("Profiler.stop")["profile"]
    names = {node["id"]: node["callFrame"]["functionName"] for node in profile["nodes"]}
    busy = sum(
        delta
        for sample, delta in zip(profile["samples"], profile["timeDeltas"], strict=True)
        if names[sample] not in ("(idle)", "(program)", "(root)")
    )
    return busy / 1000 / len(frames), median(frames)
