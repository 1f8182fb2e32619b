"""Our tab in a real browser, as a person meets it."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from playwright.sync_api import Browser, Frame, Locator, Page, Request, expect

READY_MS = 30_000


class Tab:
    """The Layer Weights tab of one TensorBoard page."""

    def __init__(self, page: Page, frame: Frame) -> None:
        self.page = page
        self.frame = frame

    @classmethod
    @contextlib.contextmanager
    def open(
        cls,
        browser: Browser,
        address: str,
        *,
        view: dict[str, object] | None = None,
        tolerated: str | None = None,
        prepare: Callable[[Page], object] = lambda page: None,
        **context: Any,
    ) -> Iterator[Tab]:
        """Opens a deep link to the tab, cold.

        Args:
            browser: In which.
            address: TensorBoard's.
            view: What the link says of our view.
            tolerated: A pattern of the errors that the test provokes.
            prepare: What to do with the window before the page is loaded.
            context: For the browser: size, theme, …

        Raises:
            AssertionError: On leaving, if the page reported an error, broke its security policy or
                asked a foreign host.
        """
        with contextlib.closing(browser.new_context(**context)) as window:
            window.add_init_script(
                "addEventListener('securitypolicyviolation', (event) =>"
                " console.error('policy', event.violatedDirective, event.blockedURI))"
            )
            page = window.new_page()
            page.set_default_timeout(READY_MS)
            complaints: list[str] = []
            watch(page, urlsplit(address).netloc, complaints)
            prepare(page)
            page.goto(address + link(view or {}))
            yield cls(page, frame_of(page))
            heard = [one for one in complaints if not (tolerated and re.search(tolerated, one))]
            assert heard == [], heard

    def reopen(self) -> None:
        """Loads the page anew from the address it has now."""
        self.page.reload()
        self.frame = frame_of(self.page)

    def reload_data(self) -> None:
        """Presses TensorBoard's own reload button."""
        self.page.locator(".reload-button").first.click()

    def figures(self) -> Locator:
        return self.frame.get_by_role("figure")

    def figure_names(self) -> list[str]:
        """Accessible names of the charts once all is read, in the order they are seen."""
        expect(self.charts().first).to_be_visible(timeout=READY_MS)
        expect(self.frame.locator(".loading")).to_be_hidden(timeout=READY_MS)
        return [figure.get_attribute("aria-label") or "" for figure in self.figures().all()]

    def charts(self) -> Locator:
        """The drawn charts."""
        return self.frame.get_by_role("img")

    def control(self, role: Any, name: str) -> Locator:
        return self.frame.get_by_role(role, name=name, exact=True)

    def option(self, name: str) -> Locator:
        """A control of the Display panel, which is opened for it."""
        panel = self.control("button", "Display")
        if panel.get_attribute("aria-expanded") == "false":
            panel.click()
        return self.frame.get_by_role("group", name="Display").get_by_label(name, exact=True)

    def choose(self, view: str, rows: str | None = None) -> None:
        """Presses the buttons of a view and of its rows."""
        self.control("button", view).click()
        if rows is not None:
            self.control("button", rows).click()

    def drag(self, chart: Locator, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Draws over a chart with the mouse, positions from its upper left corner."""
        box = chart.bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] + start[0], box["y"] + start[1])
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + end[0], box["y"] + end[1], steps=6)
        self.page.mouse.up()

    def address_part(self, key: str) -> str | None:
        """What the address of the page says of our view."""
        found = re.search(rf"&p\.layer_weights\.{key}=([^&]*)", self.page.url)
        return found and found[1]

    def wait_for_address(self, key: str, value: str | None) -> None:
        for _ in range(100):
            if self.address_part(key) == value:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{key} is {self.address_part(key)!r} in {self.page.url}")

    def ink(self, chart: int = 0) -> int:
        """How many pixels of a chart are painted."""
        return int(
            self.charts()
            .nth(chart)
            .evaluate(
                """(chart) => [...chart.querySelectorAll('canvas')].reduce((sum, canvas) => {
                  const {width, height} = canvas;
                  const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
                  for (let i = 3; i < data.length; i += 4) sum += data[i] > 0 ? 1 : 0;
                  return sum;
                }, 0)"""
            )
        )


def link(view: dict[str, object]) -> str:
    """The part of an address that opens the tab in a view."""
    parts = [
        f"&p.layer_weights.{key}={quote(value if isinstance(value, str) else json.dumps(value))}"
        for key, value in view.items()
    ]
    return "/#layer_weights" + "".join(parts)


def frame_of(page: Page) -> Frame:
    handle = page.locator('iframe[src*="name=layer_weights"]').element_handle(timeout=READY_MS)
    frame = handle.content_frame()
    assert frame is not None
    frame.wait_for_selector("main, [role=alert]", timeout=READY_MS)
    return frame


def watch(page: Page, host: str, complaints: list[str]) -> None:
    def on_request(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != host:
            complaints.append(f"foreign request: {request.url}")

    page.on("request", on_request)
    page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    page.on(
        "console",
        lambda message: (
            complaints.append(f"console: {message.text} {message.location}")
            if message.type == "error"
            else None
        ),
    )
