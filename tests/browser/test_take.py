"""Taking it away: pictures, numbers, links and tables of what is shown."""

from __future__ import annotations

import csv
import json
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Route, expect

from tests import logdirs
from tests.browser.conftest import OpenTab, Serve
from tests.browser.tab import Tab
from tests.browser.test_access import AXE

KERNEL = "Save sequential/dense kernel, run train"
ALL = "Save all charts"
FOCUS = {"focus": {"run": "train", "tag": "sequential/dense/kernel/histogram"}}
SVG = "{http://www.w3.org/2000/svg}"

Take = Callable[[Tab, str, str], Path]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """`take(tab, menu, item)` is the file that an item of a menu saves."""

    def take_one(tab: Tab, menu: str, item: str) -> Path:
        open_menu(tab, menu)
        with tab.page.expect_download() as download:
            tab.frame.get_by_role("menuitem", name=re.compile(f"^{item}")).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        return path

    return take_one


def open_menu(tab: Tab, menu: str) -> Locator:
    tab.control("button", menu).click()
    return tab.control("menu", menu)


def png_size(path: Path) -> tuple[int, int]:
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def texts_of(path: Path) -> list[str]:
    """What is written in a drawing, cut as it is there."""
    texts = ElementTree.parse(path).iter(f"{SVG}text")
    return [one.text or "".join(title.tail or "" for title in one) for one in texts]


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines()))


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def strict(path: Path) -> Any:
    return json.loads(path.read_text(), parse_constant=refuse)


def test_a_chart_is_saved_as_a_picture_twice_as_fine_as_the_page(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab, take: Take
) -> None:
    tab = open_tab(serve(keras_logdir))
    png = take(tab, KERNEL, "PNG")
    assert png.name == "train_sequential-dense_kernel_step_4.png"
    assert png_size(png) == (1344, 940)
    expect(tab.frame.locator(".said")).to_contain_text(f"Saved {png.name}")
    expect(tab.control("button", KERNEL)).to_be_focused()


def test_a_chart_is_saved_as_a_drawing_that_says_what_it_shows(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab, take: Take
) -> None:
    tab = open_tab(serve(keras_logdir), view={"step": 2})
    svg = take(tab, KERNEL, "SVG")
    assert svg.name == "train_sequential-dense_kernel_step_2.svg"
    root = ElementTree.parse(svg).getroot()
    assert root.tag == f"{SVG}svg"
    assert root.findtext(f"{SVG}title") == "sequential/dense kernel · train"
    description = root.findtext(f"{SVG}desc") or ""
    assert re.match(r"sequential/dense kernel, run train: ridgeline of 5 steps", description)
    texts = texts_of(svg)
    assert texts[0] == "sequential/dense kernel · train"
    assert re.match("step 2: 4,096 weights, mean ", texts[1])
    assert {"step", "0", "4", "first"} <= set(texts)
    assert len(list(root.iter(f"{SVG}path"))) > 10


def test_the_numbers_are_saved_as_a_table(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab, take: Take
) -> None:
    tab = open_tab(serve(keras_logdir))
    table = take(tab, KERNEL, "CSV")
    assert table.name == "train_sequential-dense_kernel_step_4.csv"
    rows = rows_of(table)
    assert [row["step"] for row in rows] == ["0", "1", "2", "3", "4"]
    for row in rows:
        assert row["tag"] == "sequential/dense/kernel/histogram"
        assert row["count"] == "4096"
        assert float(row["min"]) < float(row["mean"]) < float(row["max"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row["wall_time"])


def test_numbers_and_curves_are_saved_as_strict_json(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab, take: Take
) -> None:
    tab = open_tab(serve(keras_logdir), view={"axis": "symlog"})
    saved = take(tab, KERNEL, "JSON")
    [series] = strict(saved)["series"]
    assert (series["run"], series["parameter"], series["role"]) == ("train", "kernel", "weight")
    assert series["grid"]["axis"] == "symlog"
    assert len(series["grid"]["edges"]) == series["grid"]["bins"] + 1
    assert [len(row) for row in series["density"]] == [series["grid"]["bins"]] * 5


def test_the_page_is_saved_with_all_charts_that_the_filters_show(
    demo_logdir: Path, serve: Serve, open_tab: OpenTab, take: Take
) -> None:
    tab = open_tab(serve(demo_logdir), view={"search": "kernel", "hidden": ["gradient", "update"]})
    svg = take(tab, ALL, "SVG")
    assert svg.name.startswith("layer_weights_dead-units_healthy_learning-rate-too-high_step_")
    texts = texts_of(svg)
    assert texts[0] == "Layer weights of 3 runs: dead-units, healthy, learning-rate-too-high"
    layers = ["dense", "dense_1", "dense_2"]
    runs = ["dead-units", "healthy", "learning-rate-too-high"]
    expected = [f"sequential/{layer} kernel · {run}" for layer in layers for run in runs]
    assert [text for text in texts if " · " in text and "marked" not in text] == expected
    root = ElementTree.parse(svg).getroot()
    width, height = (int(root.get(side) or 0) for side in ("width", "height"))
    assert png_size(take(tab, ALL, "PNG")) == (2 * width, 2 * height)
    rows = rows_of(take(tab, ALL, "CSV"))
    assert list(dict.fromkeys((row["layer"], row["run"]) for row in rows)) == [
        (f"sequential/{layer}", run) for layer in layers for run in runs
    ]
    assert len(strict(take(tab, ALL, "JSON"))["series"]) == 9


def test_one_parameter_is_saved_as_finely_as_it_is_shown(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab, take: Take
) -> None:
    tab = open_tab(serve(keras_logdir), view=FOCUS)
    expect(tab.frame.locator(".numbers table")).to_be_visible()
    tab.page.wait_for_load_state("networkidle")
    [series] = strict(take(tab, KERNEL, "JSON"))["series"]
    assert series["grid"]["bins"] == 256


def test_the_menu_is_worked_by_keys(keras_logdir: Path, serve: Serve, open_tab: OpenTab) -> None:
    tab = open_tab(serve(keras_logdir), view=FOCUS)
    keys = tab.page.keyboard
    button = tab.control("button", KERNEL)
    item = {name: tab.frame.get_by_role("menuitem", name=re.compile(f"^{name}")) for name in ITEMS}
    button.focus()
    keys.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(item["PNG"]).to_be_focused()
    keys.press("ArrowUp")
    expect(item["Table"]).to_be_focused()
    keys.press("ArrowDown")
    keys.press("j")
    expect(item["JSON"]).to_be_focused()
    keys.press("Home")
    keys.press("End")
    expect(item["Table"]).to_be_focused()
    keys.press("Escape")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    heading = tab.frame.get_by_role("region", name="One parameter").get_by_role("heading", level=2)
    expect(heading).to_contain_text("sequential/dense kernel")
    keys.press("ArrowUp")
    expect(item["Table"]).to_be_focused()
    keys.press("Tab")
    expect(tab.frame.get_by_role("menu")).to_have_count(0)
    button.click()
    tab.page.mouse.click(700, 500)
    expect(tab.frame.get_by_role("menu")).to_have_count(0)


ITEMS = ("PNG", "SVG", "CSV", "Histograms", "JSON", "Copy link", "Table")


def test_the_link_opens_the_same_view(keras_logdir: Path, serve: Serve, open_tab: OpenTab) -> None:
    tab = open_tab(
        serve(keras_logdir),
        view={"view": "overlay", "step": 2, "search": "a&b=c|dense"},
        permissions=["clipboard-read", "clipboard-write"],
    )
    open_menu(tab, ALL).get_by_role("menuitem", name="Copy link").click()
    expect(tab.frame.locator(".said")).to_have_text("Copied the link.")
    link = tab.page.evaluate("navigator.clipboard.readText()")
    assert link == tab.page.url
    open_menu(tab, KERNEL).get_by_role("menuitem", name="Copy link").click()
    tab.page.wait_for_function(
        "link => navigator.clipboard.readText().then(text => text !== link)", arg=link
    )
    tab.page.goto(link)
    tab.reopen()
    expect(tab.control("button", "Overlay")).to_have_attribute("aria-pressed", "true")
    expect(tab.control("slider", "Step")).to_have_value("2")


def test_a_link_that_can_not_be_copied_is_shown_to_be_copied_by_hand(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(keras_logdir))
    tab.frame.evaluate("() => Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    open_menu(tab, KERNEL).get_by_role("menuitem", name="Copy link").click()
    field = tab.frame.get_by_role("textbox", name="Copy the link by hand")
    expect(field).to_be_focused()
    address = field.input_value()
    assert re.search(r"#layer_weights&p\.layer_weights\.focus=", address)
    selected = field.evaluate("(field) => field.selectionEnd - field.selectionStart")
    assert selected == len(address)
    tab.page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(tab.control("button", KERNEL)).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_table_has_the_numbers_behind_a_chart(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab, tmp_path: Path, scheme: str
) -> None:
    tab = open_tab(serve(keras_logdir), view={"step": 3}, color_scheme=scheme)
    open_menu(tab, KERNEL).get_by_role("menuitem", name="Table").click()
    panel = tab.frame.get_by_role(
        "dialog", name="Numbers behind sequential/dense kernel, run train"
    )
    expect(panel.get_by_role("heading")).to_be_focused()
    expect(panel.get_by_role("row")).to_have_count(6)
    now = panel.locator("tr[aria-current]")
    expect(now).to_have_count(1)
    expect(now.get_by_role("rowheader")).to_have_text("3")
    expect(now).to_contain_text(re.compile(r"4,096\s*≈ .*≈ .*≥ .*≤ .*none seen"))
    tab.control("slider", "Step").fill("1")
    expect(now.get_by_role("rowheader")).to_have_text("1")
    tab.frame.evaluate(AXE.read_text())
    violations = tab.frame.evaluate("axe.run().then((results) => results.violations)")
    assert [(one["id"], one["nodes"][0]["target"]) for one in violations] == []
    with tab.page.expect_download() as download:
        panel.get_by_role("button", name="Save as CSV").click()
    download.value.save_as(tmp_path / "table.csv")
    rows = rows_of(tmp_path / "table.csv")
    assert [row["step"] for row in rows] == ["0", "1", "2", "3", "4"]
    tab.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(tab.control("button", KERNEL)).to_be_focused()


def test_a_table_of_all_charts_names_parameter_and_run(
    demo_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(demo_logdir), view={"search": "dense_2 bias"})
    open_menu(tab, ALL).get_by_role("menuitem", name="Table").click()
    panel = tab.frame.get_by_role("dialog", name="Numbers behind all charts")
    heads = ["step", "time", "layer", "parameter", "run", "values", "mean"]
    panel.get_by_role("columnheader").first.wait_for()
    assert panel.get_by_role("columnheader").all_inner_texts()[: len(heads)] == heads
    row = panel.get_by_role("row").filter(has_text="bias gradient").filter(has_text="healthy")
    expect(row.first).to_contain_text(re.compile(r"sequential/dense_2.*10.*≈"))


@pytest.mark.parametrize(
    ("view", "title", "expected"),
    [
        ({"rows": "runs"}, "sequential/dense kernel", {"dead-units", "healthy"}),
        ({"view": "compare"}, "sequential/dense kernel", {"more in B", "fewer in B"}),
        ({"rows": "layers"}, "dead-units", {"sequential/dense kernel", "sequential/dense_2 bias"}),
        ({"view": "overlay", "rows": "layers"}, "healthy", {"density"}),
    ],
    ids=["runs", "compare", "layers", "overlay"],
)
def test_charts_of_every_view_are_saved(
    demo_logdir: Path,
    serve: Serve,
    open_tab: OpenTab,
    take: Take,
    view: dict[str, object],
    title: str,
    expected: set[str],
) -> None:
    tab = open_tab(serve(demo_logdir), view=view)
    svg = take(tab, ALL, "SVG")
    texts = texts_of(svg)
    assert title in texts
    assert expected <= set(texts)
    rows = rows_of(take(tab, ALL, "CSV"))
    assert len({(row["layer"], row["parameter"], row["role"]) for row in rows}) == 18
    steps = [row["step"] for row in rows]
    assert set(steps) == {steps[0]}


def test_the_map_is_saved_whole_with_its_legend(
    demo_logdir: Path, serve: Serve, open_tab: OpenTab, take: Take
) -> None:
    tab = open_tab(serve(demo_logdir), view={"view": "map"})
    svg = take(tab, "Save the map", "SVG")
    assert svg.name.startswith("layer_map_dead-units_healthy")
    texts = texts_of(svg)
    assert {"spread", "dead-units", "healthy", "sequential/dense", "dense_2"} <= set(texts)
    assert len(list(ElementTree.parse(svg).iter(f"{SVG}rect"))) > 256
    assert png_size(take(tab, "Save the map", "PNG"))[0] == 2 * 1232


def test_the_table_is_saved_as_numbers_and_no_picture(
    demo_logdir: Path, serve: Serve, open_tab: OpenTab, take: Take
) -> None:
    tab = open_tab(serve(demo_logdir), view={"view": "table", "step": 0, "search": "kernel$"})
    expect(tab.frame.get_by_role("table")).to_be_visible()
    rows = rows_of(take(tab, "Save the table", "CSV"))
    assert {row["step"] for row in rows} == {"0"}
    assert len(rows) == 27
    tab.control("button", "Save the table").click()
    expect(tab.frame.get_by_role("menuitem", name="PNG")).to_have_count(0)


def test_what_is_saved_early_is_whole(
    tmp_path: Path, serve: Serve, open_tab: OpenTab, take: Take
) -> None:
    logdir = tmp_path / "logs"
    with logdirs.open_run(logdir / "run") as run:
        for step in range(2):
            for number in range(40):
                run.histogram(f"layer{number}/kernel", step, logdirs.weights((9,), step))
    address = serve(logdir)
    tab = open_tab(address, view={"view": "overlay"})

    def slow(route: Route) -> None:
        tab.page.wait_for_timeout(1500)
        route.continue_()

    tab.page.route(re.compile(r"/layer_weights/densities\?(?!.*tag=)"), slow)
    tab.reopen()
    tab.charts().first.wait_for()
    rows = rows_of(take(tab, ALL, "CSV"))
    assert len({row["layer"] for row in rows}) == 40


def test_histograms_are_saved_bin_by_bin(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab, take: Take
) -> None:
    tab = open_tab(serve(keras_logdir))
    path = take(tab, KERNEL, "Histograms")
    assert path.name.endswith("_histograms.csv")
    rows = rows_of(path)
    assert {row["step"] for row in rows} == {"0", "1", "2", "3", "4"}
    shares = [float(row["share"]) for row in rows if row["step"] == "4"]
    assert sum(shares) == pytest.approx(1, abs=1e-3)


def test_a_saved_page_cuts_only_what_is_wider_than_its_place(
    tmp_path: Path, serve: Serve, open_tab: OpenTab, take: Take
) -> None:
    slim, wide = f"block/{'i' * 60}", f"block/{'W' * 40}"
    with logdirs.open_run(tmp_path / "run") as run:
        for name in (slim, wide):
            run.histogram(f"{name}/kernel", 0, logdirs.weights((9,), 0))
    tab = open_tab(serve(tmp_path))
    svg = take(tab, ALL, "SVG")
    found = tab.frame.evaluate(
        """(text) => {
          const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
          document.body.append(document.adoptNode(svg));
          const texts = [...svg.querySelectorAll("text[font-size='13']")].map((one) => ({
            width: one.getComputedTextLength(),
            whole: one.querySelector("title")?.textContent ?? null,
            text: one.lastChild.textContent,
          }));
          svg.remove();
          return texts;
        }""",
        svg.read_text(),
    )
    kept, cut = found
    assert (kept["text"], kept["whole"]) == (f"{slim} kernel · run", None)
    assert cut["whole"] == f"{wide} kernel · run"
    assert re.fullmatch("block/W+…W+ kernel · run", cut["text"])
    assert kept["width"] < 340
    # One more letter would not fit.
    assert 340 - 12 < cut["width"] <= 340


def test_saved_layers_say_what_the_outlines_are(
    demo_logdir: Path, serve: Serve, open_tab: OpenTab, take: Take
) -> None:
    view = {"rows": "layers", "baseline": '"healthy"', "runs": ["healthy", "dead-units"]}
    tab = open_tab(serve(demo_logdir), view=view)
    texts = texts_of(take(tab, ALL, "SVG"))
    # The baseline is no outline in its own column.
    assert texts.count("first") == 2
    assert texts.count("baseline healthy") == 1
    first = open_tab(serve(demo_logdir), view={"rows": "layers", "step": 0})
    assert "first" not in texts_of(take(first, ALL, "SVG"))


OF_KERNEL = "sequential/dense kernel, run train"
BUCKETS = f"Save buckets of {OF_KERNEL}"
TREND = f"Save numbers over the steps of {OF_KERNEL}"


def answer(tab: Tab, question: str) -> Any:
    return tab.frame.evaluate("(question) => fetch(question).then((it) => it.json())", question)


def test_buckets_are_saved_exactly_as_logged(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab, take: Take
) -> None:
    tab = open_tab(serve(keras_logdir), view={**FOCUS, "step": 2})
    tag = FOCUS["focus"]["tag"]
    logged = answer(tab, f"histogram?run=train&tag={tag}&step=2&read=kept")
    table = take(tab, BUCKETS, "CSV")
    assert table.name == "train_sequential-dense_kernel_buckets_step_2.csv"
    rows = rows_of(table)
    assert {(row["run"], row["tag"], row["step"]) for row in rows} == {("train", tag, "2")}
    saved = [[float(row[side]) for side in ("left", "right", "count")] for row in rows]
    assert saved == logged["buckets"]
    assert len(saved) == 30
    assert strict(take(tab, BUCKETS, "JSON")) == logged
    svg = take(tab, BUCKETS, "SVG")
    assert {"sequential/dense kernel · train", "30 buckets as logged at step 2"} <= {*texts_of(svg)}
    fills = [one.get("fill", "none") for one in ElementTree.parse(svg).iter(f"{SVG}path")]
    assert sum(fill != "none" for fill in fills) == sum(count > 0 for _, _, count in saved)
    assert png_size(take(tab, BUCKETS, "PNG")) == (1344, 940)


def test_numbers_over_the_steps_are_saved_with_their_bounds(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab, take: Take
) -> None:
    tab = open_tab(serve(keras_logdir), view={**FOCUS, "trend": "std"})
    tag = FOCUS["focus"]["tag"]
    [given] = answer(tab, f"statistics?run=train&tag={tag}&read=kept")["series"]
    table = take(tab, TREND, "CSV")
    assert table.name == "train_sequential-dense_kernel_std_over_steps.csv"
    rows = rows_of(table)
    assert [int(row["step"]) for row in rows] == given["step"]
    for side, values in (
        ("value", given["std"]),
        *((it, given[it]["std"]) for it in ("low", "high")),
    ):
        assert [float(row[side]) for row in rows] == values
    assert {(row["number"], row["quality"]) for row in rows} == {("std", given["quality"]["std"])}
    saved = strict(take(tab, TREND, "JSON"))
    for part in ("step", "wall_time", "std"):
        assert saved[part] == given[part]
    assert saved["low"] == {"std": given["low"]["std"]}
    svg = take(tab, TREND, "SVG")
    assert any(text.startswith("Spread (std) over the steps: ≈ ") for text in texts_of(svg))
    assert png_size(take(tab, TREND, "PNG")) == (1344, 940)
    tab.control("combobox", "Number over the steps").select_option("quantiles")
    rows = rows_of(take(tab, TREND, "CSV"))
    numbers = ["min", "q0.05", "q0.25", "q0.5", "q0.75", "q0.95", "max", "mean"]
    assert set(numbers) <= {row["number"] for row in rows}


def test_the_charts_beside_a_parameter_are_saved_each_on_its_own(
    demo_logdir: Path, serve: Serve, open_tab: OpenTab, take: Take
) -> None:
    opened = {"run": "healthy", "tag": "sequential/dense_1/kernel"}
    tab = open_tab(serve(demo_logdir), view={"focus": opened})
    menu = "Save sequential/dense_1 kernel gradient, run healthy"
    svg = take(tab, menu, "SVG")
    assert texts_of(svg)[0] == "sequential/dense_1 kernel gradient · healthy"
    rows = rows_of(take(tab, menu, "CSV"))
    assert {row["role"] for row in rows} == {"gradient"}
    assert png_size(take(tab, menu, "PNG")) == (1344, 940)


@pytest.mark.parametrize(("menu", "heads"), [(BUCKETS, 4), (TREND, 7)], ids=["buckets", "trend"])
def test_a_table_shows_what_the_charts_at_full_size_are_made_of(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab, menu: str, heads: int
) -> None:
    tab = open_tab(serve(keras_logdir), view={**FOCUS, "trend": "mean"})
    open_menu(tab, menu).get_by_role("menuitem", name="Table").click()
    panel = tab.frame.get_by_role("dialog", name=menu.replace("Save", "Numbers behind"))
    expect(panel.get_by_role("columnheader")).to_have_count(heads)
    expect(panel.get_by_role("row")).to_have_count(31 if menu == BUCKETS else 6)
    expect(panel.get_by_role("heading")).to_be_focused()
    tab.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(tab.control("button", menu)).to_be_focused()


def test_files_are_handed_over_outside_the_frame(
    keras_logdir: Path, serve: Serve, open_tab: OpenTab, take: Take
) -> None:
    # Firefox lets TensorBoard's policy for frames block those of links within one.
    tab = open_tab(serve(keras_logdir))
    tab.page.evaluate(
        """() => {
          const {click} = HTMLAnchorElement.prototype;
          HTMLAnchorElement.prototype.click = function () {
            window.saved = this.download;
            click.call(this);
          };
        }"""
    )
    assert take(tab, KERNEL, "CSV").name == tab.page.evaluate("saved")
