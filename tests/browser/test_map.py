"""The whole network at once: the map of all layers over all steps, and the table of one step."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import FloatRect, Locator, expect

from tests import logdirs
from tests.browser.conftest import OpenTab, Serve
from tests.browser.tab import Tab

STEPS = range(0, 300, 10)
LAYERS = ("stem", "body.0", "body.1", "head")
EXPLODES, BREAKS = 150, 250
MAP = {"view": "map"}
TABLE = {"view": "table"}
LAPTOP = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, in one of which the third of four layers explodes and then shows NaN."""
    directory = tmp_path_factory.mktemp("map")
    for name in ("good", "bad"):
        with logdirs.open_run(directory / name) as run:
            for step in STEPS:
                for seed, layer in enumerate(LAYERS):
                    values = logdirs.weights((16, 16), step // 30, seed)
                    if (name, layer) == ("bad", "body.1") and step >= EXPLODES:
                        values = values * 1e6
                        if step >= BREAKS:
                            values = np.append(values, np.nan)
                    run.proto(f"{layer}.weight", step, logdirs.torch_proto(values))
    return directory


def open_map(serve: Serve, open_tab: OpenTab, logdir: Path, **view: object) -> Tab:
    tab = open_tab(serve(logdir), view=MAP | view, viewport=LAPTOP)
    expect(the_map(tab)).to_have_accessible_name(re.compile("4 parameters by 30 steps"))
    return tab


def the_map(tab: Tab) -> Locator:
    return tab.frame.locator(".map-window")


def readout(tab: Tab) -> str:
    return " ".join(tab.frame.locator(".map-readout").locator("dt, dd").all_text_contents())


def box_of(tab: Tab) -> FloatRect:
    box = the_map(tab).bounding_box()
    assert box is not None
    return box


def find(tab: Tab, words: str) -> tuple[float, float]:
    """Returns where on the page the pointer makes the read-out say these words."""
    box = box_of(tab)
    for y in range(50, 160, 8):
        for x in range(100, int(box["width"]), 40):
            tab.page.mouse.move(box["x"] + x, box["y"] + y)
            # What was said of the place before may still stand there.
            tab.frame.locator("body").evaluate("() => new Promise(requestAnimationFrame)")
            if tab.frame.locator(".map-readout").count() and re.search(words, readout(tab)):
                return box["x"] + x, box["y"] + y
    raise AssertionError(f"nothing on the map says {words!r}")


def test_the_map_says_which_layer_exploded_and_where_nan_is(
    logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_map(serve, open_tab, logdir)
    expect(the_map(tab)).to_have_accessible_name(
        re.compile(
            r"Map of spread: .* 2 runs\. Highest: body\.1 weight, run bad, .*"
            r"NaN or infinity in body\.1 weight\."
        )
    )
    expect(tab.frame.locator(".map-legend")).to_contain_text("≥")
    expect(tab.frame.locator(".map-legend")).to_contain_text("NaN or ∞")
    tab.control("combobox", "Colour").select_option("largest size")
    expect(tab.frame.locator(".map-legend")).to_contain_text("largest size")
    tab.wait_for_address("statistic", "largest")


def test_the_pointer_reads_a_cell_out_and_a_click_opens_it_at_its_step(
    logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_map(serve, open_tab, logdir)
    x, y = find(tab, r"body\.1 weight run bad step (150|160|170|180|190)")
    found = re.search(r"step (\d+) spread ≈ \S+ first ≈ \S+ newest ≈ \S+", readout(tab))
    assert found is not None, readout(tab)
    tab.page.mouse.click(x, y)
    focus = tab.frame.get_by_role("region", name="One parameter at full size")
    expect(focus.get_by_role("heading", level=2)).to_contain_text("body.1 weight")
    tab.wait_for_address("step", found[1])
    tab.page.keyboard.press("Escape")
    expect(the_map(tab)).to_be_visible()


def test_the_cells_are_walked_through_by_key(logdir: Path, serve: Serve, open_tab: OpenTab) -> None:
    tab = open_map(serve, open_tab, logdir)
    cells = tab.frame.get_by_role("application")
    tab.control("combobox", "Scale").focus()
    tab.page.keyboard.press("Tab")
    expect(cells).to_be_focused()
    said = tab.frame.locator(".map [aria-live]")
    tab.page.keyboard.press("Home")
    expect(said).to_have_text(re.compile("^stem weight: run bad, step 0, spread ≈"))
    tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("ArrowRight")
    expect(said).to_have_text(re.compile(r"^body\.0 weight: run bad, step 10,"))
    for key in ("End", "ArrowRight"):
        tab.page.keyboard.press(key)
    expect(said).to_have_text(re.compile(r"^body\.0 weight: run good, step 0,"))
    tab.page.keyboard.down("Shift")
    for _ in range(2):
        tab.page.keyboard.press("ArrowRight")
    tab.page.keyboard.up("Shift")
    tab.wait_for_address("between", "%5B0%2C20%5D")
    tab.page.keyboard.press("Escape")
    tab.wait_for_address("between", None)
    tab.page.keyboard.press("ArrowUp")
    tab.page.keyboard.press("Enter")
    focus = tab.frame.get_by_role("region", name="One parameter at full size")
    expect(focus.get_by_role("heading", level=2)).to_contain_text("stem weight")


def test_a_reload_leaves_the_key_cursor_where_it_is(
    logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_map(serve, open_tab, logdir)
    tab.frame.get_by_role("application").focus()
    tab.page.keyboard.press("Home")
    tab.page.keyboard.press("ArrowDown")
    said = tab.frame.locator(".map [aria-live]")
    words = re.compile("^body.0 weight: run bad, step 0,")
    expect(said).to_have_text(words)
    with tab.page.expect_response(lambda answer: "densities?run=good" in answer.url):
        # Without the mouse, which would take the focus out of the map.
        tab.page.locator(".reload-button").first.evaluate("(button) => button.click()")
    tab.page.wait_for_timeout(500)
    expect(said).to_have_text(words)


def test_dragging_chooses_steps(logdir: Path, serve: Serve, open_tab: OpenTab) -> None:
    tab = open_map(serve, open_tab, logdir)
    x, y = find(tab, "run bad step (40|50|60) ")
    tab.page.mouse.move(x, y)
    tab.page.mouse.down()
    tab.page.mouse.move(x + 90, y + 20, steps=4)
    tab.page.mouse.up()
    chosen = tab.frame.get_by_role("button", name=re.compile(r"^steps \d+ to", re.IGNORECASE))
    expect(chosen).to_be_visible()
    words = re.search(r"(\d+) to (\d+)", chosen.inner_text())
    assert words is not None
    count = (int(words[2]) - int(words[1])) // 10 + 1
    assert 2 <= count < 30
    expect(the_map(tab)).to_have_accessible_name(re.compile(f"by {count} steps"))
    chosen.click()
    expect(the_map(tab)).to_have_accessible_name(re.compile("by 30 steps"))


def test_distances_are_measured_when_they_are_looked_at(
    logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_map(serve, open_tab, logdir)
    with tab.page.expect_request(re.compile("/statistics.*distance_first")):
        tab.control("combobox", "Colour").select_option("distance from the first step")
    expect(tab.frame.locator(".map-legend")).to_contain_text("in spreads at the start")
    expect(the_map(tab)).to_have_accessible_name(re.compile(r"Highest: body\.1 weight, run bad"))
    find(tab, r"distance from the first step ≈ \S+ × the spread at step 0 first ≈ 0 newest")


def test_each_row_can_have_colours_of_its_own(
    logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_map(serve, open_tab, logdir)
    tab.control("combobox", "Scale").select_option("of each row")
    expect(tab.frame.locator(".map-legend")).to_contain_text("row's highest")
    tab.wait_for_address("shades", "row")


def test_the_table_is_sorted_by_its_heads(logdir: Path, serve: Serve, open_tab: OpenTab) -> None:
    tab = open_tab(serve(logdir), view=TABLE, viewport=LAPTOP)
    heads = tab.frame.get_by_role("columnheader")
    spread = heads.filter(has_text=re.compile("^spread$"))
    names = tab.frame.locator("tbody th")
    expect(names).to_have_text(["stem"] * 2 + ["body.0"] * 2 + ["body.1"] * 2 + ["head"] * 2)
    spread.get_by_role("button").click()
    head = heads.filter(has_text=re.compile("^spread ↓$"))
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(names.first).to_have_text("body.1")
    first = tab.frame.locator("tbody tr").first
    expect(first).to_contain_text("bad")
    expect(first.locator(".alarm")).to_have_text("seen")
    expect(first.locator(".std")).to_contain_text("≈")
    head.get_by_role("button").click()
    expect(heads.filter(has_text=re.compile("^spread ↑$"))).to_have_attribute(
        "aria-sort", "ascending"
    )
    expect(names.last).to_have_text("body.1")


def test_the_table_follows_the_scrubber_and_opens_a_row_by_key(
    logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(logdir), view=TABLE, viewport=LAPTOP)
    expect(tab.frame.locator("caption")).to_contain_text("At step 290")
    tab.control("slider", "Step").fill("3")
    expect(tab.frame.locator("caption")).to_contain_text("At step 30")
    tab.frame.locator("tbody button").first.focus()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        tab.page.keyboard.press(key)
    focus = tab.frame.get_by_role("region", name="One parameter at full size")
    expect(focus.get_by_role("heading", level=2)).to_contain_text("body.0 weight")


def test_a_row_out_of_sight_takes_the_focus_by_key(
    tmp_path: Path, serve: Serve, open_tab: OpenTab
) -> None:
    with logdirs.open_run(tmp_path / "deep") as run:
        for layer in range(200):
            run.histogram(f"layer{layer}/kernel", 0, logdirs.weights((4,), layer))
    tab = open_tab(serve(tmp_path), view=TABLE, viewport=LAPTOP)
    rows = tab.frame.locator("tbody tr")
    expect(rows.first).to_contain_text("layer0")
    assert rows.count() < 100
    tab.frame.locator("tbody button").first.focus()
    for key, layer in (("PageDown", None), ("ArrowDown", None), ("End", 199), ("ArrowUp", 198)):
        tab.page.keyboard.press(key)
        focused = tab.frame.locator("tbody button:focus")
        expect(focused).to_have_count(1)
        expect(focused).to_be_in_viewport()
        if layer is not None:
            expect(focused).to_have_text(f"layer{layer}")
