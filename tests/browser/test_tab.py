from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenTab, Serve
from tests.browser.tab import Tab
from tests.serving import LOADERS

both_loaders = pytest.mark.parametrize("load_fast", LOADERS)


@both_loaders
def test_the_keras_tutorial_shows_its_three_layers_in_order(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab, load_fast: str
) -> None:
    tab = open_tab(serve(keras_logdir, f"--load_fast={load_fast}"))
    layers = ["dense", "dense_1", "dense_2"]
    expected = [
        f"sequential/{layer} {parameter}" for layer in layers for parameter in ("kernel", "bias")
    ]
    assert [name.split(",")[0] for name in tab.figure_names()] == expected
    first = tab.charts().first
    expect(first).to_have_accessible_name(re.compile(r"^sequential/dense kernel, .* 5 steps"))
    expect(tab.figures().first).to_contain_text("4,096 weights")
    assert tab.ink() > 5000


@both_loaders
def test_the_tutorial_without_weights_says_which_argument_to_add(
    keras_logdir_without_histograms: Path, serve: Serve, open_tab: OpenTab, load_fast: str
) -> None:
    tab = open_tab(serve(keras_logdir_without_histograms, f"--load_fast={load_fast}"))
    page = tab.frame.get_by_role("main")
    expect(page).to_contain_text("No weights have been logged yet")
    expect(page).to_contain_text("histogram_freq is 0")
    expect(tab.frame.locator("pre").first).to_contain_text(
        re.compile(r"callbacks\.TensorBoard\(log_dir=.*, histogram_freq=1\)")
    )


@both_loaders
def test_a_pytorch_run_shows_weights_and_gradients_in_network_order(
    torch_logdir: Path, serve: Serve, open_tab: OpenTab, load_fast: str
) -> None:
    tab = open_tab(serve(torch_logdir, f"--load_fast={load_fast}"), viewport=LARGE)
    names = [name.split(",")[0] for name in tab.figure_names()]
    layers = list(dict.fromkeys(name.split(" ")[0] for name in names))
    assert layers == sorted(layers, key=tree_names(tab).index)
    assert names[:4] == [
        f"{layers[0]} {parameter}{kind}"
        for kind in ("", " gradient")
        for parameter in ("weight", "bias")
    ]


LARGE = {"width": 1920, "height": 1400}


def tree_names(tab: Tab) -> list[str]:
    titles = [one.get_attribute("title") or "" for one in tab.frame.locator(".layer").all()]
    return [re.split(r"[\n ]", title)[0] for title in titles]


def test_a_link_reopens_the_same_picture(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(keras_logdir))
    tab.control("button", "Overlay").click()
    tab.control("slider", "Step").fill("1")
    tab.option("Values").select_option("symlog")
    tab.frame.get_by_label("Search layers").fill("dense_1")
    tab.wait_for_address("view", "overlay")
    tab.wait_for_address("search", "dense_1")
    tab.wait_for_address("step", "1")
    tab.reopen()
    expect(tab.control("button", "Overlay")).to_have_attribute("aria-pressed", "true")
    expect(tab.control("slider", "Step")).to_have_value("1")
    expect(tab.option("Values")).to_have_value("symlog")
    assert [name.split(",")[0] for name in tab.figure_names()] == [
        "sequential/dense_1 kernel",
        "sequential/dense_1 bias",
    ]
    expect(tab.charts().first).to_have_accessible_name(re.compile("overlay of .* At step 1:"))


def test_the_pointer_reads_out_step_value_density_and_share(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(keras_logdir))
    tab.figure_names()
    tab.charts().first.hover(position={"x": 150, "y": 150})
    readout = tab.frame.locator(".readout")
    expect(readout.locator("dt")).to_have_text(
        ["step", "value", "density", re.compile("^share in .+ … ")]
    )
    for text in readout.locator("dd").all_inner_texts():
        assert re.search(r"\d", text)
    tab.page.mouse.move(5, 5)
    expect(readout).to_have_count(0)


def test_one_parameter_opens_at_full_size_and_esc_leads_back(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(keras_logdir))
    tab.control("button", "Open sequential/dense kernel, run train, at full size").click()
    focus = tab.frame.get_by_role("region", name="One parameter at full size")
    expect(focus.get_by_role("heading", level=2)).to_contain_text("sequential/dense kernel")
    expect(focus).to_contain_text("30 buckets as logged at step 4")
    expect(focus.get_by_role("row", name="values")).to_contain_text("4,096")
    expect(focus.get_by_role("row", name="values")).not_to_contain_text("≈")
    mean = focus.get_by_role("row", name=re.compile("^mean"))
    expect(mean).to_contain_text(re.compile("≈.*between .* and "))
    focus.get_by_role("button", name="Next").click()
    expect(focus.get_by_role("heading", level=2)).to_contain_text("sequential/dense bias")
    tab.page.keyboard.press("k")
    expect(focus.get_by_role("heading", level=2)).to_contain_text("sequential/dense kernel")
    tab.page.keyboard.press("Escape")
    expect(focus).to_have_count(0)
    assert len(tab.figure_names()) == 6


def test_the_film_of_the_steps_ends_at_the_newest(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(keras_logdir))
    slider = tab.control("slider", "Step")
    expect(slider).to_have_value("4")
    tab.control("button", "Play the steps").click()
    expect(slider).to_have_value("0")
    expect(slider).to_have_value("2")
    expect(tab.control("button", "Play the steps")).to_be_visible()
    expect(slider).to_have_value("4")
    tab.wait_for_address("step", None)


def test_runs_stand_side_by_side_in_tensorboards_colours(
    demo_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(demo_logdir), viewport=LARGE)
    names = tab.figure_names()
    runs = [name.split(", run ")[1] for name in names]
    assert sorted(set(runs)) == ["dead-units", "healthy", "learning-rate-too-high"]
    assert len({name.split(", run ")[0] for name in names[:3]}) == 1
    tops = {
        round((box or {})["y"]) for box in (tab.figures().nth(i).bounding_box() for i in range(3))
    }
    assert len(tops) == 1
    marks = tab.frame.locator(".run-mark i")
    colors = {
        run: marks.nth(i).evaluate("(mark) => getComputedStyle(mark).backgroundColor")
        for i, run in enumerate(runs[:3])
    }
    tab.page.goto(tab.page.url.split("#")[0] + "#timeseries")
    rows = tab.page.locator("runs-data-table tb-data-table-content-row")
    expect(rows).to_have_count(3)
    theirs = {
        row.inner_text().strip(): row.locator(".run-color-swatch").evaluate(
            "(swatch) => getComputedStyle(swatch).backgroundColor"
        )
        for row in rows.all()
    }
    assert colors == theirs
    assert len(set(colors.values())) == 3


def test_runs_and_layers_are_filtered(demo_logdir: Path, serve: Serve, open_tab: OpenTab) -> None:
    tab = open_tab(serve(demo_logdir), viewport=LARGE)
    tab.figure_names()
    tab.frame.get_by_label("Filter runs").fill("^h")
    expect(tab.frame.locator(".runs li")).to_have_count(1)
    tab.frame.locator(".runs li").hover()
    tab.control("button", "Show only healthy").click()
    tab.wait_for_address("runs", "%5B%22healthy%22%5D")
    for kind in ("gradients", "updates"):
        tab.control("button", kind).click()
    expect(tab.figures()).to_have_count(6)
    tab.frame.get_by_label("Search layers").fill("dense$")
    expect(tab.figures()).to_have_count(0)
    expect(tab.frame.get_by_role("main")).to_contain_text("No layer matches")
    tab.frame.get_by_label("Search layers").fill("dense kernel")
    expect(tab.figures()).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_is_tensorboards(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab, scheme: str
) -> None:
    tab = open_tab(serve(keras_logdir), color_scheme=scheme)
    tab.figure_names()
    expect(tab.frame.locator("html")).to_have_attribute("data-theme", scheme)
    other = "dark" if scheme == "light" else "light"
    tab.page.evaluate("document.body.classList.toggle('dark-mode')")
    expect(tab.frame.locator("html")).to_have_attribute("data-theme", other)


def test_charts_are_as_sharp_as_the_screen(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(keras_logdir), device_scale_factor=2)
    tab.figure_names()
    ratio = (
        tab.charts()
        .first.locator("canvas")
        .first.evaluate("(canvas) => canvas.width / canvas.getBoundingClientRect().width")
    )
    assert ratio == pytest.approx(2, abs=0.01)


def test_a_path_prefix_changes_nothing(keras_logdir: Path, serve: Serve, open_tab: OpenTab) -> None:
    # TensorBoard's own page asks for its fonts without the prefix.
    tab = open_tab(serve(keras_logdir, "--path_prefix=/foo/bar"), tolerated="/font-roboto/")
    assert len(tab.figure_names()) == 6


def test_a_failing_answer_is_said_and_can_be_tried_again(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(keras_logdir), tolerated="503")
    tab.figure_names()

    def refuse(route: Route) -> None:
        route.fulfill(status=503, content_type="text/plain", body="The data server is gone.")

    tab.page.route("**/layer_weights/*", refuse)
    tab.reload_data()
    alert = tab.frame.get_by_role("alert")
    expect(alert).to_contain_text("The data server is gone.")
    assert len(tab.figure_names()) == 6
    tab.page.unroute_all()
    alert.get_by_role("button", name="Try again").click()
    expect(alert).to_have_count(0)
