"""The tab in Firefox: that it opens, draws and saves there as it does in Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.browser import firefox
from tests.browser.conftest import OpenTab, Serve
from tests.browser.tab import Tab
from tests.browser.test_take import SVG, open_menu, png_size

KERNEL = "sequential/dense kernel, run train"


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def browser(playwright: Playwright, downloads: Path) -> Iterator[Browser]:
    """A Firefox in place of the Chromium of the other tests."""
    if firefox.find() is None and firefox.may_be_missing():
        pytest.skip(firefox.MISSING)
    opened = firefox.launch(playwright, downloads)
    yield opened
    opened.close()


@pytest.fixture
def tab(keras_logdir: Path, serve: Serve, open_tab: OpenTab) -> Tab:
    return open_tab(serve(keras_logdir))


def saved(tab: Tab, downloads: Path, kind: str) -> Path:
    """The file that an item of the first chart's menu saves."""
    open_menu(tab, f"Save {KERNEL}")
    tab.frame.get_by_role("menuitem", name=re.compile(f"^{kind}")).click()
    name = f"train_sequential-dense_kernel_step_4.{kind.lower()}"
    expect(tab.frame.locator(".said")).to_contain_text(f"Saved {name}")
    for _ in range(100):
        if (downloads / name).exists() and not list(downloads.glob("*.part")):
            return downloads / name
        tab.page.wait_for_timeout(50)
    raise AssertionError(f"{name} is not among {list(downloads.iterdir())}")


def test_it_is_firefox(tab: Tab) -> None:
    assert "Firefox" in tab.frame.evaluate("navigator.userAgent")


def test_ridges_of_a_real_log_are_drawn_and_scrubbed(tab: Tab) -> None:
    assert tab.figure_names()[0] == KERNEL
    assert tab.ink() > 5000
    before = tab.charts().first.get_attribute("aria-label")
    tab.control("slider", "Step").fill("1")
    expect(tab.charts().first).not_to_have_accessible_name(before or "")
    tab.wait_for_address("step", "1")


def test_layers_are_searched(tab: Tab) -> None:
    tab.figure_names()
    tab.frame.get_by_label("Search layers").fill("dense_1")
    expect(tab.figures()).to_have_count(2)
    tab.wait_for_address("search", "dense_1")


def test_a_chart_opens_at_full_size_and_esc_leads_back(tab: Tab) -> None:
    tab.control("button", f"Open {KERNEL}, at full size").click()
    focus = tab.frame.get_by_role("region", name="One parameter at full size")
    expect(focus).to_contain_text("30 buckets as logged at step 4")
    expect(focus.get_by_role("img").first).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(focus).to_have_count(0)


def test_the_map_is_drawn_and_read_with_the_pointer(tab: Tab) -> None:
    tab.figure_names()
    tab.choose("Map")
    chart = tab.frame.get_by_role("region", name="Map").get_by_role("img")
    expect(chart).to_be_visible()
    assert tab.ink() > 5000
    chart.hover(position={"x": 200, "y": 40})
    expect(tab.frame.locator(".readout")).to_contain_text("step")


def test_a_chart_is_saved_as_a_picture_and_as_a_drawing(tab: Tab, downloads: Path) -> None:
    tab.figure_names()
    width, height = png_size(saved(tab, downloads, "PNG"))
    assert width > 600
    assert height > 400
    drawing = ElementTree.parse(saved(tab, downloads, "SVG")).getroot()
    assert drawing.findtext(f"{SVG}title") == "sequential/dense kernel · train"
    assert len(list(drawing.iter(f"{SVG}path"))) > 10
