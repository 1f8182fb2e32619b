"""One parameter at full size: what it shows when the log lacks or gains steps."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Route, expect

from tests import logdirs
from tests.browser.conftest import OpenTab, Serve
from tests.browser.test_logs import append

LAPTOP = {"width": 1280, "height": 800}


def test_a_parameter_without_a_step_in_the_range_is_said_to_have_none(
    tmp_path: Path, serve: Serve, open_tab: OpenTab
) -> None:
    with logdirs.open_run(tmp_path / "late") as run:
        for step in range(12):
            data = logdirs.weights((20,), step)
            run.histogram("dense/kernel", step, data)
            if step < 4:
                run.histogram("dense/kernel/gradient", step, data)
    opened = {"run": "late", "tag": "dense/kernel/gradient"}
    view = {"between": [8, 11], "focus": opened}
    tab = open_tab(serve(tmp_path), view=view, viewport=LAPTOP)
    focus = tab.frame.get_by_role("region", name="One parameter at full size")
    expect(focus.get_by_role("status")).to_have_text("Nothing is logged of it in these steps.")
    focus.get_by_role("button", name="Previous").click()
    expect(focus).to_contain_text("buckets as logged at step 11")
    expect(focus.locator(".companion")).to_have_count(0)
    tab.page.keyboard.press("Escape")
    tab.control("button", "Table").click()
    tab.frame.get_by_role("button", name="Open dense kernel gradient").click()
    expect(focus.get_by_role("status")).to_have_text("Nothing is logged of it in these steps.")
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("0")
    tab.frame.get_by_role("button", name="Open dense kernel gradient").click()
    expect(focus).to_contain_text("buckets as logged at step 3")


def test_a_reload_keeps_the_finer_chart_until_the_new_one_is_there(
    tmp_path: Path, serve: Serve, open_tab: OpenTab
) -> None:
    append(tmp_path / "live", range(3))
    view = {"focus": {"run": "live", "tag": "dense/kernel"}}
    tab = open_tab(serve(tmp_path, "--reload_interval=1"), view=view, viewport=LAPTOP)
    chart = tab.charts().first
    expect(chart).to_have_accessible_name(re.compile("of 3 steps"))
    tab.page.wait_for_load_state("networkidle")
    held: list[Route] = []
    append(tmp_path / "live", range(3, 5))
    slider = tab.control("slider", "Step")
    tab.page.route("**/densities?*bins=256*", lambda route: held.append(route))
    for _ in range(30):
        tab.reload_data()
        tab.page.wait_for_timeout(500)
        if slider.get_attribute("max") == "4":
            break
    expect(slider).to_have_attribute("max", "4")
    expect(chart).to_have_accessible_name(re.compile("of 3 steps"))
    assert held
    for route in held:
        route.continue_()
    expect(chart).to_have_accessible_name(re.compile("of 5 steps"))


RIGHTMOST = """(canvas) => {
  const {width, height} = canvas;
  const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
  let most = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i] > 0) most = Math.max(most, (i >> 2) % width);
  return most / width;
}"""


def test_the_numbers_over_the_steps_fill_the_window_and_choose_steps(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    view = {"focus": {"run": "train", "tag": "sequential/dense/kernel/histogram"}}
    tab = open_tab(serve(keras_logdir), view=view, viewport=LAPTOP)
    trend = tab.frame.get_by_role("img", name=re.compile("over the steps$"))
    expect(tab.frame.locator(".trends small")).to_contain_text("median")
    tab.page.wait_for_timeout(200)
    drawn = trend.locator("canvas").first
    assert drawn.evaluate(RIGHTMOST) > 0.9
    tab.page.set_viewport_size({"width": 1900, "height": 800})
    tab.page.wait_for_timeout(500)
    assert drawn.evaluate(RIGHTMOST) > 0.9
    box = trend.bounding_box()
    assert box is not None
    trend.click(position={"x": 53, "y": 80}, button="right")
    expect(tab.control("slider", "Step")).to_have_value("4")
    trend.click(position={"x": 53, "y": 80})
    tab.wait_for_address("step", "0")
    trend.click(position={"x": box["width"] - 18, "y": 80})
    tab.wait_for_address("step", None)


def test_a_step_beyond_what_the_page_counts_exactly_has_its_buckets(
    tmp_path: Path, serve: Serve, open_tab: OpenTab
) -> None:
    with logdirs.open_run(tmp_path / "long") as run:
        run.histogram("dense/kernel", 2**53 + 1, logdirs.weights((20,), 0))
    view = {"focus": {"run": "long", "tag": "dense/kernel"}}
    tab = open_tab(serve(tmp_path), view=view, viewport=LAPTOP)
    focus = tab.frame.get_by_role("region", name="One parameter at full size")
    expect(focus.get_by_role("row", name="values")).to_contain_text("20")
    expect(focus.locator(".numbers .alarm")).to_have_count(0)


def test_escape_empties_the_search_and_does_nothing_else(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    view = {"focus": {"run": "train", "tag": "sequential/dense/kernel/histogram"}}
    tab = open_tab(serve(keras_logdir), view=view | {"search": "kernel"}, viewport=LAPTOP)
    focus = tab.frame.get_by_role("region", name="One parameter at full size")
    expect(focus).to_contain_text("buckets as logged")
    field = tab.frame.get_by_label("Search layers")
    field.press("Escape")
    expect(field).to_have_value("")
    tab.wait_for_address("search", None)
    expect(focus).to_be_visible()
    field.press("Escape")
    expect(focus).to_have_count(0)
