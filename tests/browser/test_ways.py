"""Finding one's way: kinds, matched layers, orders, pins, the tree, the search, the runs."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tests import logdirs
from tests.browser.conftest import OpenTab, Serve
from tests.browser.tab import Tab
from tests.browser.test_access import AXE

WIDE = {"width": 1600, "height": 1000}
SWEEP = 200
BLOCKS = 40
TRIO: dict[str, object] = {"runs": ["adam", "sgd", "wider"]}
MLP: dict[str, object] = {"runs": ["mlp"]}
DEEP: dict[str, object] = {"runs": ["deep"]}


@pytest.fixture(scope="module")
def ways_logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three trainings of one process, as Keras names them, a deep network, and many small ones."""
    logdir = tmp_path_factory.mktemp("ways")
    write_dense(logdir / "adam", 0, (64, 48, 32, 10))
    write_dense(logdir / "sgd", 3, (64, 48, 32, 10), broken=3)
    write_dense(logdir / "wider", 6, (64, 48, 48, 32, 10))
    logdirs.write_keras(logdir / "mlp", lambda name: f"{name}/histogram")
    with logdirs.open_run(logdir / "deep") as run:
        for block in range(BLOCKS):
            for name in ("conv1.weight", "bn1.weight", "bn1.bias", "downsample.0.weight"):
                data = logdirs.torch_proto(logdirs.weights((50,), 0))
                run.proto(f"layer{block // 10}.{block % 10}.{name}", 0, data)
        run.proto("fc.weight", 0, logdirs.torch_proto(logdirs.weights((50,), 0)))
    for i in range(SWEEP):
        with logdirs.open_run(logdir / "sweep" / f"rate={i % 5},seed={i:03}") as run:
            run.histogram("dense/kernel", 0, logdirs.weights((20,), 0, i))
    return logdir


def write_dense(
    directory: Path, count: int, sizes: tuple[int, ...], broken: int | None = None
) -> None:
    """Dense layers, named from a count on; the biases of the second one break at a step."""
    with logdirs.open_run(directory) as run:
        for step in range(5):
            for i, shape in enumerate(pairwise(sizes)):
                layer = f"dense_{count + i}" if count + i else "dense"
                bias = logdirs.weights(shape[1:], step)
                if i == 1 and broken is not None and step >= broken:
                    bias[0] = np.nan
                kernel = logdirs.weights(shape, step) * (1 + step * (i == 2))
                run.histogram(f"sequential/{layer}/kernel/histogram", step, kernel)
                run.histogram(f"sequential/{layer}/bias/histogram", step, bias)


def first_words(tab: Tab) -> list[str]:
    return [name.split(",")[0] for name in tab.figure_names()]


def tree(tab: Tab) -> Locator:
    return tab.frame.get_by_role("tree", name="Layers")


def rows(tab: Tab) -> Locator:
    return tab.frame.get_by_role("treeitem")


def texts(tab: Tab) -> list[str]:
    return tab.frame.locator("[role=treeitem] .cut").all_text_contents()


def pins(tab: Tab) -> list[str]:
    tab.page.wait_for_timeout(300)
    return [json.loads(one)[0] for one in json.loads(unquote(tab.address_part("pins") or "[]"))]


def test_kinds_are_hidden_and_shown_alone(
    ways_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(ways_logdir), view=MLP, viewport=WIDE)
    tab.figure_names()
    chips = tab.frame.get_by_role("group", name="Shown kinds of parameters")
    expect(chips.locator("[aria-pressed]")).to_have_text(
        ["weights", "biases", "normalisation", "statistics"]
    )
    found = tab.frame.get_by_role("status").filter(has_text="parameters")
    expect(found).to_have_text("8 parameters")
    chips.get_by_role("button", name="normalisation", exact=True).click()
    expect(found).to_have_text("6 of 8 parameters")
    assert "batch_normalization gamma" not in first_words(tab)
    chips.get_by_role("button", name="biases", exact=True).hover()
    chips.get_by_role("button", name="Show only biases").click()
    assert first_words(tab) == ["dense bias", "dense_1 bias"]
    chips.get_by_role("button", name="statistics", exact=True).focus()
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Enter")
    assert [name.split(" ")[1] for name in first_words(tab)] == ["moving_mean", "moving_variance"]
    tab.wait_for_address("hidden", "%5B%22weight%22%2C%22bias%22%2C%22norm%22%5D")
    chips.get_by_role("button", name="weights", exact=True).dblclick()
    assert first_words(tab) == ["dense kernel", "dense_1 kernel"]
    chips.get_by_role("button", name="show all").click()
    expect(found).to_have_text("8 parameters")


def test_layers_with_other_names_are_matched_by_position_and_it_is_said(
    ways_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(ways_logdir), view=TRIO, viewport=WIDE)
    names = tab.figure_names()
    assert names[:3] == [
        "sequential/dense kernel, run adam",
        "sequential/dense_3 kernel, run sgd",
        "sequential/dense_6 kernel, run wider",
    ]
    boxes = [tab.figures().nth(i).bounding_box() for i in range(3)]
    assert len({round(box["y"]) for box in boxes if box is not None}) == 1
    expect(tab.frame.locator(".layer .end")).to_have_text(
        ["dense", "dense_7", "dense_1", "dense_2"]
    )
    expect(tab.frame.locator(".layer").first).to_have_attribute(
        "title", re.compile("^sequential/dense\n.*\nsequential/dense_3 in run sgd\n")
    )
    tab.frame.get_by_role("button", name=re.compile("notes")).click()
    notice = tab.frame.locator("[data-code=matched_by_position]")
    expect(notice).to_contain_text("matched to those of run adam by their position")
    expect(notice).to_contain_text("sequential/dense_3 with sequential/dense,")
    tab.frame.get_by_label("Search layers").fill("dense_4")
    assert first_words(tab)[:2] == ["sequential/dense_1 kernel", "sequential/dense_4 kernel"]


def test_parameters_are_sorted_by_what_is_wrong_with_them(
    ways_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(ways_logdir), view={"runs": ["adam", "sgd"]}, viewport=WIDE)
    tab.figure_names()
    order = tab.control("combobox", "Order")
    order.select_option("Broken first")
    tab.wait_for_address("order", "broken")
    assert first_words(tab)[:2] == ["sequential/dense_1 bias", "sequential/dense_4 bias"]
    expect(rows(tab).first).to_contain_text("step 3")
    expect(tab.frame.get_by_role("heading", name="sequential", exact=True)).to_have_count(0)
    order.select_option("Most moved")
    expect(rows(tab).first).to_contain_text("sequential/dense_2")
    assert first_words(tab)[0] == "sequential/dense_2 kernel"
    moved = [float(one[:-1]) for one in tab.frame.locator(".place").all_inner_texts()]
    assert moved == sorted(moved, reverse=True)
    tab.wait_for_address("order", "moved")
    tab.reopen()
    assert first_words(tab)[0] == "sequential/dense_2 kernel"
    tab.control("combobox", "Order").select_option("Network order")
    expect(tab.frame.get_by_role("heading", name="sequential", exact=True)).to_be_visible()


def test_what_is_pinned_stands_first_whatever_is_searched_for(
    ways_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(ways_logdir), view=DEEP, viewport=WIDE)
    tab.figure_names()
    fc = tab.frame.locator(".layer", has_text="fc")
    tree(tab).press("End")
    fc.hover()
    fc.get_by_role("button", name="Pin fc weight").click()
    assert pins(tab) == ["fc"]
    expect(tab.frame.get_by_role("heading", name="Pinned")).to_be_visible()
    tree(tab).press("Home")
    expect(rows(tab).first).to_contain_text("Pinned")
    tab.frame.get_by_label("Search layers").fill("layer2.0.bn1")
    assert first_words(tab) == ["fc weight", "layer2.0.bn1 weight", "layer2.0.bn1 bias"]
    for key in ("Home", "ArrowDown", "ArrowDown", "p"):
        tree(tab).press(key)
    assert pins(tab) == ["fc", "layer2.0.bn1", "layer2.0.bn1"]
    tab.control("combobox", "Order").select_option("Most near zero")
    assert set(first_words(tab)[:3]) == {"fc weight", "layer2.0.bn1 weight", "layer2.0.bn1 bias"}
    tab.wait_for_address("order", "near_zero")
    tab.reopen()
    pinned = tree(tab).locator(".pin[aria-pressed=true]")
    expect(pinned).to_have_count(3)
    tab.figures().first.get_by_role("button", name=re.compile("^Pin ")).click()
    expect(pinned).to_have_count(2)


def test_the_tree_nests_folds_and_is_walked_by_key(
    ways_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(ways_logdir), view=DEEP, viewport=WIDE)
    tab.figure_names()
    assert texts(tab)[:6] == ["layer0", "0", "conv1", "bn1", "downsample.0", "1"]
    assert rows(tab).count() < 60
    first = rows(tab).first
    expect(first).to_have_attribute("aria-expanded", "true")
    expect(first).to_have_attribute("aria-setsize", "5")
    walk = tree(tab)
    walk.press("ArrowLeft")
    walk.press("Home")
    walk.press("ArrowLeft")
    expect(first).to_have_attribute("aria-expanded", "false")
    assert texts(tab)[:2] == ["layer0", "layer1"]
    walk.press("ArrowRight")
    walk.press("ArrowRight")
    walk.press("ArrowRight")
    walk.press("ArrowRight")
    expect(walk).to_have_attribute("aria-activedescendant", "tree-2")
    walk.press("ArrowLeft")
    expect(walk).to_have_attribute("aria-activedescendant", "tree-1")
    tab.control("button", "collapse all").click()
    assert texts(tab) == ["layer0", "layer1", "layer2", "layer3", "fc"]
    tab.frame.get_by_label("Search layers").fill("layer2.0")
    assert texts(tab) == ["layer2.0"]
    expect(rows(tab)).to_contain_text("3")
    tab.control("button", "Clear the search").click()
    assert texts(tab) == ["layer0", "layer1", "layer2", "layer3", "fc"]
    rows(tab).nth(2).click()
    assert texts(tab)[2:5] == ["layer2", "0", "1"]
    tab.control("button", "expand all").click()
    expect(rows(tab).nth(2)).to_contain_text("conv1")


def test_the_tree_marks_where_one_is(ways_logdir: Path, serve: Serve, open_tab: OpenTab) -> None:
    tab = open_tab(serve(ways_logdir), view=DEEP, viewport=WIDE)
    tab.figure_names()
    here = tab.frame.locator("[role=treeitem][aria-current]")
    expect(here).to_have_attribute("title", re.compile("^layer0.0.conv1"))
    tree(tab).press("End")
    for key in ("ArrowUp", "ArrowUp", "Enter"):
        tree(tab).press(key)
    sought = tab.frame.get_by_role("figure", name="layer3.9.bn1 weight, run deep")
    expect(sought).to_be_in_viewport()
    tab.page.mouse.move(900, 500)
    tab.frame.locator(".grid").focus()
    tab.frame.locator(".grid").evaluate("(grid) => grid.scrollTo(0, 0)")
    expect(here).to_have_attribute("title", re.compile("^layer0.0"))
    tab.control("button", "Open layer0.0.bn1 bias, run deep, at full size").click()
    expect(here).to_have_attribute("title", re.compile("^layer0.0.bn1"))


def test_a_slash_leads_to_the_search(ways_logdir: Path, serve: Serve, open_tab: OpenTab) -> None:
    tab = open_tab(serve(ways_logdir), view=DEEP | {"sidebar": False}, viewport=WIDE)
    tab.figure_names()
    tab.frame.locator(".grid").focus()
    tab.page.keyboard.press("/")
    field = tab.frame.get_by_label("Search layers")
    expect(field).to_be_focused()
    tab.page.keyboard.type("bn1.weight/")
    expect(field).to_have_value("bn1.weight/")
    found = tab.frame.get_by_role("status").filter(has_text="layer")
    expect(found).to_have_text("No layer matches.")
    tab.page.keyboard.press("Backspace")
    expect(tab.frame.get_by_text(f"{BLOCKS} of {4 * BLOCKS + 1} parameters")).to_be_visible()
    clear = tab.control("button", "Clear the search")
    clear.click()
    expect(field).to_be_focused()
    expect(clear).to_have_count(0)


def test_two_hundred_runs_are_chosen_among(
    ways_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(ways_logdir), view={"runs": ["adam"]}, viewport=WIDE)
    tab.figure_names()
    heading = tab.frame.get_by_role("heading", name=re.compile("^Runs"))
    listed = tab.frame.locator(".runs li")
    expect(heading).to_have_text(f"Runs 1 of {SWEEP + 5}")
    tab.frame.get_by_label("Filter runs").fill("seed=00[0-3]")
    expect(listed).to_have_count(4)
    tab.control("button", "Select all runs found").click()
    expect(heading).to_contain_text("5 of")
    tab.control("button", "Select none of all runs found").click()
    expect(heading).to_contain_text("1 of")
    box = tab.control("checkbox", "sweep/rate=1,seed=001")
    box.focus()
    tab.page.keyboard.press("Tab")
    only = tab.control("button", "Show only sweep/rate=1,seed=001")
    expect(only).to_be_focused()
    expect(only).to_be_visible()
    tab.page.keyboard.press("Enter")
    expect(box).to_be_checked()
    expect(heading).to_contain_text("1 of")
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Space")
    baseline = tab.control("button", "Baseline sweep/rate=1,seed=001")
    expect(baseline).to_have_attribute("aria-pressed", "true")
    tab.wait_for_address("baseline", "%22sweep%2Frate%3D1%2Cseed%3D001%22")
    baseline.click()
    tab.wait_for_address("baseline", None)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(ways_logdir: Path, serve: Serve, open_tab: OpenTab, scheme: str) -> None:
    view = TRIO | {
        "order": "moved",
        "baseline": "sgd",
        "hidden": ["bias"],
        "search": "dense",
        "pins": ['["sequential/dense","bias","weight"]'],
    }
    tab = open_tab(serve(ways_logdir), view=view, color_scheme=scheme)
    tab.charts().first.wait_for()
    tree(tab).press("ArrowDown")
    tab.frame.evaluate(AXE.read_text())
    violations = tab.frame.evaluate("axe.run().then((results) => results.violations)")
    assert [(one["id"], one["nodes"][0]["target"]) for one in violations] == []


SCROLLERS: list[tuple[dict[str, object], str]] = [
    ({"rows": "layers"}, ".tall"),
    ({"view": "map"}, ".map-scroller"),
    ({"view": "table"}, ".table-scroller"),
]


@pytest.mark.parametrize(("view", "scroller"), SCROLLERS, ids=["layers", "map", "table"])
def test_the_tree_leads_to_a_layer_in_every_view(
    ways_logdir: Path, serve: Serve, open_tab: OpenTab, view: dict[str, object], scroller: str
) -> None:
    tab = open_tab(serve(ways_logdir), view=DEEP | view, viewport={"width": 1280, "height": 700})
    here = tab.frame.locator("[role=treeitem][aria-current]")
    expect(here).to_have_attribute("title", re.compile("^layer0.0.conv1"))
    tree(tab).press("End")
    tree(tab).press("Enter")
    tab.frame.wait_for_function(f"document.querySelector('{scroller}').scrollTop > 300")
    tab.frame.get_by_label("Search layers").focus()
    tab.frame.evaluate(f"document.querySelector('{scroller}').scrollTop = 200")
    expect(here).to_have_attribute("title", re.compile("^layer0"))


def test_the_tree_leads_to_a_layer_from_full_size(
    ways_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    opened = {"focus": {"run": "deep", "tag": "layer0.0.bn1.weight"}}
    tab = open_tab(serve(ways_logdir), view=DEEP | opened, viewport=WIDE)
    focus = tab.frame.get_by_role("region", name="One parameter at full size")
    expect(focus).to_contain_text("buckets as logged")
    tree(tab).press("End")
    expect(tree(tab)).to_have_attribute("aria-activedescendant", re.compile("^tree-[1-9]"))
    last = int((tree(tab).get_attribute("aria-activedescendant") or "").removeprefix("tree-"))
    title = ""
    for row in range(last - 1, 0, -1):
        tree(tab).press("ArrowUp")
        expect(tree(tab)).to_have_attribute("aria-activedescendant", f"tree-{row}")
        title = tab.frame.locator(f"#tree-{row}").get_attribute("title") or ""
        if last - row > 90 and "conv1" in title:
            break
    layer = title.partition("\n")[0]
    tree(tab).press("Enter")
    sought = tab.frame.get_by_role("figure", name=f"{layer} weight, run deep")
    expect(sought).to_be_in_viewport()
    expect(tree(tab)).to_be_focused()


@pytest.mark.parametrize(
    ("view", "scroller"), [*SCROLLERS, ({}, ".grid")], ids=["layers", "map", "table", "grid"]
)
def test_full_size_leads_back_to_where_one_was(
    ways_logdir: Path, serve: Serve, open_tab: OpenTab, view: dict[str, object], scroller: str
) -> None:
    opened = {"focus": {"run": "deep", "tag": "layer3.9.bn1.weight"}}
    small = {"width": 1280, "height": 700}
    tab = open_tab(serve(ways_logdir), view=DEEP | view | opened, viewport=small)
    focus = tab.frame.get_by_role("region", name="One parameter at full size")
    expect(focus).to_contain_text("buckets as logged")
    at_end = f"document.querySelector('{scroller}')?.scrollTop > 300"
    tab.page.keyboard.press("Escape")
    tab.frame.wait_for_function(at_end)
    box = tab.frame.locator(scroller)
    expect(box).to_be_focused()
    if scroller != ".map-scroller":
        expect(box.locator("[aria-label*='layer3.9.bn1 weight']").first).to_be_in_viewport()
