"""The tab for people who read the screen or the keyboard rather than the picture."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import logdirs
from tests.browser.conftest import OpenTab, Serve
from tests.browser.tab import Tab

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
FOCUS = {"focus": {"run": "healthy", "tag": "sequential/dense/kernel"}}


VIEWS = {
    "all": {},
    "overlay": {"view": "overlay"},
    "layers": {"rows": "layers"},
    "runs": {"rows": "runs", "baseline": '"healthy"'},
    "layers on one baseline": {"view": "overlay", "rows": "layers", "axis": "sigma"},
    "compare": {"view": "compare"},
    "map": {"view": "map"},
    "table": {"view": "table"},
    "focus": FOCUS,
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_axe_finds_nothing(
    demo_logdir: Path, serve: Serve, open_tab: OpenTab, view: dict[str, object], scheme: str
) -> None:
    tab = open_tab(serve(demo_logdir), view=view, color_scheme=scheme)
    tab.frame.get_by_role("img").or_(tab.frame.locator("tbody td")).first.wait_for()
    tab.frame.evaluate(AXE.read_text())
    violations = tab.frame.evaluate("axe.run().then((results) => results.violations)")
    assert [(one["id"], one["nodes"][0]["target"]) for one in violations] == []


def test_the_steps_are_scrubbed_by_key(keras_logdir: Path, serve: Serve, open_tab: OpenTab) -> None:
    tab = open_tab(serve(keras_logdir))
    tab.charts().first.wait_for()
    tab.control("slider", "Step").focus()
    tab.page.keyboard.press("Home")
    tab.wait_for_address("step", "0")
    tab.page.keyboard.press("ArrowRight")
    tab.wait_for_address("step", "1")
    tab.page.keyboard.press("End")
    tab.wait_for_address("step", None)


Said = list[tuple[str, str]]


def said(tab: Tab) -> Said:
    """Roles and names of all that a screen reader finds in the tab, as the browser tells them."""
    session = tab.page.context.new_cdp_session(tab.page)
    frames = session.send("Page.getFrameTree")["frameTree"]["childFrames"]
    [frame] = [one["frame"]["id"] for one in frames if one["frame"]["url"] == tab.frame.url]
    nodes = session.send("Accessibility.getFullAXTree", {"frameId": frame})["nodes"]
    return [
        (node["role"]["value"], node.get("name", {}).get("value", "").strip())
        for node in nodes
        if not node["ignored"]
    ]


NAMED = {
    "button", "checkbox", "combobox", "dialog", "figure", "grid", "heading", "image", "menu",
    "menuitem", "option", "region", "searchbox", "slider", "table", "textbox", "tree", "treeitem",
}  # fmt: skip
ALWAYS = [
    ("main", ""),
    ("heading", "Layer Weights"),
    ("heading", "Runs 3"),
    ("searchbox", "Search layers"),
    ("tree", "Layers"),
    ("button", "Ridgeline"),
    ("button", "Table"),
    ("button", "Play"),
    ("slider", "Step"),
    ("button", "Display"),
    ("button", "Keys"),
    ("checkbox", "healthy"),
]
KERNEL = "sequential/dense kernel"
OF_KERNEL = f"{KERNEL}, run healthy"
OF_VIEWS = {
    "all": [("button", "Save all charts"), ("figure", OF_KERNEL), ("image", f"{OF_KERNEL}: ridge"),
            ("button", f"Save {OF_KERNEL}"), ("button", f"Open {OF_KERNEL}, at full size")],
    "overlay": [("image", f"{OF_KERNEL}: overlay of"), ("button", f"Save {OF_KERNEL}")],
    "layers": [("image", "18 parameters of run healthy at step 470, one ridge each"),
               ("figure", f"{KERNEL} at step 470. "), ("button", "Save all charts")],
    "runs": [("image", f"{KERNEL}: ridgeline of 3 runs"), ("button", f"Save {KERNEL}")],
    "layers on one baseline": [("image", "18 parameters of run healthy"),
                               ("button", "Save all charts")],
    "compare": [("image", f"{KERNEL}: A and B on one baseline"), ("group", "A"), ("group", "B")],
    "map": [("region", "Map"), ("application", "Cells of the map."),
            ("image", "Map of spread: 18 parameters"), ("combobox", "Colour"),
            ("button", "Save the map")],
    "table": [("region", "Table"), ("table", "At step 470"), ("button", "Save the table"),
              ("columnheader", "spread"), ("rowheader", "Open sequential/dense kernel")],
    "focus": [("region", "One parameter at full size"), ("image", f"{OF_KERNEL}: ridgeline of"),
              ("image", r"\d+ buckets as logged at step 470"), ("region", "Numbers"),
              ("image", f"{KERNEL}: Quantiles over the steps"),
              ("image", "sequential/dense kernel gradient, run healthy: ridgeline"),
              ("button", f"Save {OF_KERNEL}"), ("button", f"Save buckets of {OF_KERNEL}"),
              ("button", f"Save numbers over the steps of {OF_KERNEL}"),
              ("button", "Save sequential/dense kernel gradient, run healthy")],
}  # fmt: skip


@pytest.mark.parametrize("view", VIEWS, ids=VIEWS)
def test_a_screen_reader_is_told_what_everything_is(
    demo_logdir: Path, serve: Serve, open_tab: OpenTab, view: str
) -> None:
    tab = open_tab(serve(demo_logdir), view=VIEWS[view])
    tab.frame.get_by_role("img").or_(tab.frame.locator("tbody td")).first.wait_for()
    tab.page.wait_for_load_state("networkidle")
    found = said(tab)
    assert [role for role, name in found if role in NAMED and name == ""] == []
    for role, name in ALWAYS + OF_VIEWS[view]:
        assert any(one == role and re.match(name, text) for one, text in found), (role, name)


def test_the_menu_of_a_save_button_is_told_item_by_item(
    demo_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(demo_logdir), view=FOCUS)
    tab.control("button", f"Save buckets of {OF_KERNEL}").click()
    items = [name.split()[0] for role, name in said(tab) if role == "menuitem"]
    assert items == ["PNG", "SVG", "CSV", "JSON", "Copy", "Table"]
    assert ("menu", f"Save buckets of {OF_KERNEL}") in said(tab)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_table_wider_than_its_room_says_so_and_scrolls_by_key(
    demo_logdir: Path, serve: Serve, open_tab: OpenTab, scheme: str
) -> None:
    view = {"view": "table"}
    laptop = {"width": 1280, "height": 800}
    tab = open_tab(serve(demo_logdir), view=view, viewport=laptop, color_scheme=scheme)
    table = tab.frame.get_by_role("region", name="Table")
    expect(table).to_have_attribute("data-more", "right")
    first = table.get_by_role("rowheader").first
    box = first.bounding_box()
    first.get_by_role("button").focus()
    tab.page.keyboard.press("ArrowRight")
    expect(table).to_have_attribute("data-more", "left right")
    assert first.bounding_box() == box
    scroller = table.locator(".table-scroller")
    scroller.evaluate("(box) => box.scrollTo(box.scrollWidth, 0)")
    expect(table).to_have_attribute("data-more", "left")
    tab.page.set_viewport_size({"width": 1920, "height": 1000})
    expect(table).to_have_attribute("data-more", "")


LONG = "encoder/layers/block_10/attention/self_attention/query/projection"


@pytest.mark.parametrize(
    "view", [{}, {"rows": "layers"}, {"view": "table"}], ids=["cards", "layers", "table"]
)
def test_a_name_that_lost_its_middle_is_whole_for_whoever_comes_by_keyboard(
    tmp_path: Path, serve: Serve, open_tab: OpenTab, view: dict[str, object]
) -> None:
    for name in ("a", "b"):
        with logdirs.open_run(tmp_path / name) as run:
            run.histogram(f"{LONG}/kernel", 0, logdirs.weights((9,), 0))
            run.histogram(f"{LONG}_{'x' * 100}/kernel", 0, logdirs.weights((9,), 0))
    tab = open_tab(serve(tmp_path), view=view, viewport={"width": 900, "height": 800})
    name = tab.frame.locator("main button .cut").filter(has_text="xxxx").first
    name.wait_for()
    told = "(name) => getComputedStyle(name, '::after').content"
    assert name.evaluate(told) == "none"
    tab.control("slider", "Step").focus()
    for _ in range(60):
        # In the table Tab leads to a row, and arrows to the others.
        is_row = tab.frame.evaluate("document.activeElement.matches('[data-row]')")
        tab.page.keyboard.press("ArrowDown" if is_row else "Tab")
        if name.evaluate("(name) => document.activeElement === name.closest('button')"):
            break
    whole = name.text_content()
    assert whole is not None
    expect(name).to_have_attribute("data-whole", whole)
    assert whole in name.evaluate(told)
    assert whole in f"{LONG}_{'x' * 100}"
    tab.page.keyboard.press("Shift+Tab")
    expect(name).not_to_have_attribute("data-whole", whole)
