"""The views of the whole network, of one parameter, and of two runs."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenTab, Serve
from tests.browser.tab import Tab
from tests.serving import LOADERS

LARGE = {"width": 1920, "height": 1400}
KERNEL = "sequential/dense kernel"


def texts(tab: Tab, selector: str) -> list[str]:
    return tab.frame.locator(selector).all_inner_texts()


def pixels(chart: Locator, canvas: int = 0) -> str:
    """What a canvas of a chart shows, as a text to compare."""
    return str(
        chart.locator("canvas").nth(canvas).evaluate("(canvas) => canvas.toDataURL('image/png')")
    )


@pytest.mark.parametrize("load_fast", LOADERS)
def test_the_whole_network_is_one_ridgeline_for_each_run(
    demo_logdir: Path, serve: Serve, open_tab: OpenTab, load_fast: str
) -> None:
    tab = open_tab(serve(demo_logdir, f"--load_fast={load_fast}"), viewport=LARGE)
    tab.figure_names()
    tab.choose("Ridgeline", "Layers")
    names = [name.split(" at step")[0] for name in tab.figure_names()]
    assert names[:4] == [
        "sequential/dense kernel",
        "sequential/dense bias",
        "sequential/dense kernel gradient",
        "sequential/dense bias gradient",
    ]
    assert len(names) == 18
    charts = tab.charts()
    expect(charts).to_have_count(3)
    expect(charts.nth(1)).to_have_accessible_name(
        re.compile(r"^18 parameters of run healthy at step 470")
    )
    assert tab.ink(2) > 5000
    before = pixels(charts.nth(2))
    tab.control("slider", "Step").fill("3")
    expect(charts.nth(2)).to_have_accessible_name(re.compile("at step 30,"))
    tab.page.wait_for_timeout(100)
    assert pixels(charts.nth(2)) != before


def test_the_network_plays_and_a_row_opens_its_parameter(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(keras_logdir), view={"rows": "layers"})
    expect(tab.charts()).to_have_count(1)
    tab.control("button", "Play the steps").click()
    expect(tab.charts()).to_have_accessible_name(re.compile("at step 2,"))
    expect(tab.control("button", "Play the steps")).to_be_visible()
    tab.frame.get_by_role("figure", name=re.compile("^sequential.dense_1 kernel")).get_by_role(
        "button"
    ).click()
    focus = tab.frame.get_by_role("region", name="One parameter at full size")
    expect(focus.get_by_role("heading", level=2)).to_contain_text("sequential/dense_1 kernel")


def test_all_layers_share_one_axis_on_request(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(keras_logdir), view={"rows": "layers"})
    expect(tab.frame.get_by_role("main")).to_contain_text("a value axis of its own")
    tab.option("Axis").select_option("layers")
    expect(tab.frame.get_by_role("main")).not_to_contain_text("a value axis of its own")
    assert tab.frame.locator(".axes canvas").count() == 1
    tab.wait_for_address("scale", "layers")


@pytest.mark.parametrize("view", [{"window": [-0.5, 0.5]}, {"axis": "sigma"}])
def test_layers_have_one_axis_where_each_would_have_the_same(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab, view: dict[str, object]
) -> None:
    tab = open_tab(serve(keras_logdir), view={"rows": "layers"} | view)
    expect(tab.frame.locator(".axes canvas")).to_have_count(1)
    expect(tab.frame.get_by_role("main")).not_to_contain_text("a value axis of its own")


@pytest.mark.parametrize("view", ["Ridgeline", "Overlay"])
def test_runs_of_a_parameter_share_a_chart(
    demo_logdir: Path, serve: Serve, open_tab: OpenTab, view: str
) -> None:
    tab = open_tab(serve(demo_logdir), viewport=LARGE)
    tab.figure_names()
    tab.choose(view, "Runs")
    chart = tab.frame.get_by_role("figure", name=KERNEL, exact=True).get_by_role("img")
    expect(chart).to_have_accessible_name(
        re.compile(
            rf"^{KERNEL}: {view.lower()} of 3 runs\. dead-units at step 470: .* weights.*"
            r"healthy at step 470: .*learning-rate-too-high at step 470:"
        )
    )
    chart.hover(position={"x": 200, "y": 120})
    expect(tab.frame.locator(".readout b")).to_have_text(
        re.compile("^(dead-units|healthy|learning-rate-too-high)$")
    )


def test_all_layers_lie_on_one_baseline(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(keras_logdir), view={"view": "overlay", "rows": "layers"})
    expect(tab.charts()).to_have_accessible_name(
        re.compile("^6 parameters of run train at step 4 on one baseline")
    )
    wait_for_ink(tab, 3000)
    tab.option("Values").select_option("sigma")
    tab.wait_for_address("axis", "sigma")
    wait_for_ink(tab, 3000)


def wait_for_ink(tab: Tab, least: int) -> None:
    """Waits until so many pixels are drawn: charts are painted a frame after they are there."""
    for _ in range(50):
        if tab.ink() > least:
            return
        tab.page.wait_for_timeout(100)
    raise AssertionError(f"{tab.ink()} pixels are drawn")


def test_two_runs_are_compared_and_their_difference_is_said(
    demo_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(demo_logdir), viewport=LARGE)
    tab.figure_names()
    tab.choose("Compare")
    expect(tab.control("combobox", "Run of A")).to_have_value("dead-units")
    tab.control("combobox", "Run of A").select_option("healthy")
    tab.control("combobox", "Run of B").select_option("learning-rate-too-high")
    figure = tab.frame.get_by_role("figure", name=KERNEL, exact=True)
    expect(figure).to_contain_text(re.compile(r"\d % of the values lie elsewhere|\d% of the"))
    expect(figure.get_by_role("img")).to_have_accessible_name(
        re.compile(f"^{KERNEL}: A and B on one baseline. healthy at .* learning-rate-too-high at")
    )
    tab.control("combobox", "Step of B").select_option("0")
    expect(figure.get_by_role("img")).to_have_accessible_name(
        re.compile("learning-rate-too-high at step 0")
    )
    tab.control("button", "⇄").click()
    expect(tab.control("combobox", "Run of A")).to_have_value("learning-rate-too-high")
    tab.wait_for_address("b", quote('{"run":"healthy","step":null}'))
    tab.reopen()
    expect(tab.control("combobox", "Run of B")).to_have_value("healthy")


def test_one_run_is_compared_with_its_own_first_step(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(keras_logdir), view={"view": "compare"})
    first = tab.figures().first
    expect(first.get_by_role("img")).to_have_accessible_name(
        re.compile("train at step 0: .* train at step 4:")
    )
    tab.control("slider", "Step").fill("0")
    expect(first).to_contain_text("no difference that shows")


def test_drawing_over_a_chart_chooses_values_in_all_of_them(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(keras_logdir))
    tab.figure_names()
    chart = tab.charts().first
    before = pixels(tab.charts().nth(2))
    tab.drag(chart, (80, 100), (160, 110))
    limit = tab.frame.get_by_role("button", name=re.compile("^values .* to "))
    expect(limit).to_be_visible()
    tab.page.wait_for_timeout(800)
    assert pixels(tab.charts().nth(2)) != before
    chart.dblclick(position={"x": 120, "y": 60})
    expect(limit).to_have_count(0)
    first, last = tab.option("First value to show"), tab.option("Last value to show")
    first.fill("-0,1")
    first.press("Enter")
    expect(limit).to_contain_text("values −0.1 to 0.")
    expect(last).to_have_value(re.compile("^0"))
    last.fill("-1")
    last.press("Enter")
    expect(last).to_have_attribute("aria-invalid", "true")
    expect(limit).to_contain_text("values −0.1 to 0.")
    first.fill("")
    last.fill("")
    last.press("Enter")
    expect(limit).to_have_count(0)


def test_steps_can_be_typed(keras_logdir: Path, serve: Serve, open_tab: OpenTab) -> None:
    tab = open_tab(serve(keras_logdir))
    chart = tab.charts().first
    expect(chart).to_have_accessible_name(re.compile(" 5 steps from 0 to 4"))
    tab.option("First step to show").fill("2")
    tab.option("First step to show").press("Enter")
    expect(chart).to_have_accessible_name(re.compile(" 3 steps from 2 to 4"))
    tab.wait_for_address("between", quote("[2,4]"))


def test_a_baseline_need_not_be_among_the_selected_runs(
    demo_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    view = {"runs": ["learning-rate-too-high"], "search": "dense kernel"}
    tab = open_tab(serve(demo_logdir), view=view)
    tab.figure_names()
    tab.page.wait_for_timeout(500)
    before = pixels(tab.charts().first, canvas=1)
    row = tab.frame.locator(".runs li", has_text="healthy")
    row.hover()
    row.get_by_role("button", name=re.compile("baseline", re.IGNORECASE)).click()
    tab.wait_for_address("baseline", quote('"healthy"'))
    tab.page.wait_for_timeout(1500)
    assert pixels(tab.charts().first, canvas=1) != before
    assert all("run learning-rate-too-high" in name for name in tab.figure_names())


def test_drawing_beside_the_steps_chooses_steps(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(keras_logdir))
    tab.figure_names()
    chart = tab.charts().first
    box = chart.bounding_box()
    assert box is not None
    right = int(box["width"]) - 20
    tab.drag(chart, (right, int(box["height"]) - 60), (right, int(box["height"]) - 24))
    expect(tab.frame.get_by_role("button", name=re.compile("^steps . to 4"))).to_be_visible()
    expect(chart).to_have_accessible_name(re.compile(r" (2|3) steps from (2|3) to 4"))
    tab.page.keyboard.press("0")
    expect(chart).to_have_accessible_name(re.compile(" 5 steps from 0 to 4"))


def test_the_pointer_is_marked_in_every_chart(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(keras_logdir))
    tab.figure_names()
    tab.page.wait_for_timeout(300)
    other = tab.charts().nth(2)
    before = pixels(other, canvas=1)
    tab.charts().first.hover(position={"x": 150, "y": 150})
    tab.page.wait_for_timeout(200)
    assert pixels(other, canvas=1) != before
    tab.page.mouse.move(5, 5)
    tab.page.wait_for_timeout(200)
    assert pixels(other, canvas=1) == before


def test_gradients_stand_beside_weights_with_the_numbers_over_the_steps(
    torch_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(torch_logdir), viewport=LARGE)
    tab.figure_names()
    tab.control("button", "Open conv2 weight, run ., at full size").click()
    focus = tab.frame.get_by_role("region", name="One parameter at full size")
    expect(focus.get_by_role("img", name=re.compile("^conv2 weight, run"))).to_be_visible()
    expect(focus.get_by_role("img", name=re.compile("^conv2 weight gradient, run"))).to_be_visible()
    number = focus.get_by_label("Number over the steps")
    trend = focus.get_by_role("img", name=re.compile("over the steps$"))
    expect(trend).to_have_accessible_name("conv2 weight: Quantiles over the steps")
    number.select_option("std")
    tab.wait_for_address("trend", "std")
    expect(focus.get_by_role("region", name="Over the steps")).to_contain_text(
        re.compile("≈ 0.0.* at step 10 .estimated")
    )
    box = trend.bounding_box()
    assert box is not None
    trend.click(position={"x": 53, "y": 80})
    expect(tab.control("slider", "Step")).to_have_value("0")
    focus.get_by_role("button", name="weight gradient", exact=True).click()
    expect(focus.get_by_role("heading", level=2)).to_contain_text("conv2 weight gradient")


def test_every_key_does_what_the_list_of_keys_says(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(keras_logdir))
    tab.figure_names()
    tab.frame.locator(".grid").focus()
    press = tab.page.keyboard.press
    press("?")
    keys = tab.frame.get_by_role("complementary", name="Keys")
    expect(keys).to_contain_text("play or pause")
    press("Escape")
    expect(keys).to_have_count(0)
    for key, view in (("2", "Overlay"), ("3", "Compare"), ("1", "Ridgeline")):
        press(key)
        expect(tab.control("button", view)).to_have_attribute("aria-pressed", "true")
    press("r")
    expect(tab.control("button", "Layers")).to_have_attribute("aria-pressed", "true")
    press(",")
    expect(tab.control("slider", "Step")).to_have_value("3")
    press(".")
    expect(tab.control("slider", "Step")).to_have_value("4")
    press("b")
    expect(tab.control("button", "Show runs and layers")).to_be_visible()
    guide = tab.frame.locator(".guide")
    expect(guide).to_contain_text("The whole network at one step")
    press("g")
    expect(guide).to_have_count(0)
    tab.wait_for_address("guide", "false")


def test_heights_overlap_and_labels_can_be_chosen(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(keras_logdir))
    tab.figure_names()
    chart = tab.charts().first
    seen = {pixels(chart) + pixels(chart, 1)}
    for name, value in (("Heights", "area"), ("Heights", "ridge"), ("Label steps by", "relative")):
        tab.option(name).select_option(value)
        tab.page.wait_for_timeout(200)
        seen.add(pixels(chart) + pixels(chart, 1))
    tab.option("Overlap").fill("5")
    tab.page.wait_for_timeout(200)
    seen.add(pixels(chart) + pixels(chart, 1))
    assert len(seen) == 5
    tab.wait_for_address("overlap", "6")
