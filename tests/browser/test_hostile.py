"""The page on everything that can be wrong with a log; `open_tab` fails on any error in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenTab, Serve
from tests.browser.tab import READY_MS, Tab
from tests.hostile_logs import RUN_NAMES, TAGS
from tests.serving import LOADERS

# TensorBoard's own page, of a run named `__proto__`.
TENSORBOARDS = "not iterable"
GROUPS = {
    "records": [run for run in RUN_NAMES if run.startswith("records/")],
    "runs and files": [run for run in RUN_NAMES if run.startswith(("runs/", "files/"))],
}
# Runs in one page.
AT_ONCE = 40
VIEWS = ("ridgeline", "overlay", "map", "table")


def expect_nothing_broken(tab: Tab) -> None:
    """Expects that no name became more than text, and that the page is as wide as its frame."""
    for frame in (tab.frame, tab.page.main_frame):
        assert frame.evaluate("window.broken === undefined")
    assert tab.frame.locator("img, script[src='x'], iframe").count() == 0
    widths = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    scrolled, seen = tab.frame.evaluate(widths)
    assert scrolled <= seen


@pytest.mark.parametrize("load_fast", LOADERS)
def test_the_tab_opens_on_everything_at_once(
    hostile_logdir: Path, serve: Serve, open_tab: OpenTab, load_fast: str
) -> None:
    address = serve(hostile_logdir, f"--load_fast={load_fast}")
    tab = open_tab(address, tolerated=TENSORBOARDS)
    assert tab.figure_names()
    expect_nothing_broken(tab)


@pytest.mark.parametrize("group", GROUPS)
def test_healthy_series_are_drawn_whatever_is_beside_them(
    hostile_logdir: Path, serve: Serve, open_tab: OpenTab, group: str
) -> None:
    address = serve(hostile_logdir, "--load_fast=true")
    for begin in range(0, len(GROUPS[group]), AT_ONCE):
        runs = GROUPS[group][begin : begin + AT_ONCE]
        tab = open_tab(address, view={"runs": runs, "search": "good"}, tolerated=TENSORBOARDS)
        names = tab.figure_names()
        assert any(name.startswith("good kernel") for name in names), names
        assert tab.ink() > 100
        expect_nothing_broken(tab)


@pytest.mark.parametrize("view", VIEWS)
def test_names_that_are_no_names_are_drawn_and_are_text(
    hostile_logdir: Path, serve: Serve, open_tab: OpenTab, view: str
) -> None:
    address = serve(hostile_logdir, "--load_fast=true")
    tab = open_tab(address, view={"runs": ["names"], "view": view}, tolerated=TENSORBOARDS)
    if view == "table":
        expect(tab.frame.get_by_role("row").nth(3)).to_be_visible(timeout=READY_MS)
    else:
        expect(tab.charts().first).to_be_visible(timeout=READY_MS)
        expect(tab.frame.locator(".loading")).to_be_hidden(timeout=READY_MS)
        assert tab.ink() > 100
    expect_nothing_broken(tab)


MEANING = (
    "__proto__", "constructor/prototype", "hasOwnProperty", "valueOf/kernel", "llllllll", "100%",
    "<img src=x onerror=alert(1)>",
)  # fmt: skip


@pytest.mark.parametrize("tag", MEANING)
def test_a_name_that_means_something_elsewhere_is_found_and_drawn(
    hostile_logdir: Path, serve: Serve, open_tab: OpenTab, tag: str
) -> None:
    assert any(one.startswith(tag) for one in TAGS)
    address = serve(hostile_logdir, "--load_fast=true")
    view = {"runs": ["names"], "search": tag}
    tab = open_tab(address, view=view, tolerated=TENSORBOARDS)
    names = tab.figure_names()
    assert any(tag.split("/")[0] in name for name in names), names
    assert tab.ink() > 100
    expect_nothing_broken(tab)
