"""The tab for people who read the screen or the keyboard rather than the picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import logdirs
from tests.browser.conftest import OpenTab, Serve

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
FOCUS = {"focus": {"run": "healthy", "tag": "sequential/dense/kernel/histogram"}}


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
