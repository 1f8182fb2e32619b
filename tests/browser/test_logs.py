"""Logs that are large, hostile or growing, in the tab."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import logdirs
from tests.browser.conftest import OpenTab, Serve
from tests.browser.tab import Tab
from tests.serving import LOADERS

BLOCKS = 16
NAMES = ("conv1.weight", "bn1.weight", "bn1.bias", "conv2.weight", "bn2.weight", "bn2.bias")


@pytest.fixture(scope="module")
def deep_logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of 161 parameters over 12 steps, as PyTorch logs it."""
    logdir = tmp_path_factory.mktemp("deep")
    blocks = [f"layer{i // 4 + 1}.{i % 4}" for i in range(BLOCKS)]
    names = ["conv1.weight", *(f"{block}.{name}" for block in blocks for name in NAMES)]
    names += [f"head.{i}.{name}" for i in range(31) for name in ("weight", "bias")]
    names += ["fc.weight", "fc.bias"]
    assert len(names) == 161
    with logdirs.open_run(logdir / "deep") as run:
        for step in range(12):
            for name in names:
                run.proto(name, step, logdirs.torch_proto(logdirs.weights((200,), step)))
    return logdir


def test_of_161_charts_only_those_in_sight_exist_and_all_can_be_reached(
    deep_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(deep_logdir))
    assert 4 <= len(tab.figure_names()) < 60
    count = 1 + 4 * BLOCKS + 31 + 1
    expect(tab.frame.get_by_role("heading", name=f"Layers {count}")).to_be_visible()
    layers = tab.frame.locator(".layer")
    expect(layers.first).to_contain_text("conv1")
    assert layers.count() < count
    tab.frame.get_by_role("tree", name="Layers").press("End")
    expect(layers.last).to_contain_text("fc")
    layers.last.click()
    last = tab.frame.get_by_role("figure", name="fc bias, run deep")
    expect(last).to_be_in_viewport()
    expect(last.get_by_role("img")).to_be_visible()


def test_the_header_of_a_block_stays_in_sight(
    deep_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(deep_logdir))
    tab.figure_names()
    grid = tab.frame.locator(".grid")
    header = tab.frame.get_by_role("heading", name="layer1.0", exact=True)
    top = grid.evaluate("(grid) => grid.getBoundingClientRect().top")
    header.evaluate(
        "(header) => header.closest('.grid').scrollTo(0, header.parentElement.offsetTop + 200)"
    )
    expect(header).to_be_in_viewport()
    box = header.bounding_box()
    frame = tab.page.locator('iframe[src*="layer_weights"]').bounding_box()
    assert box is not None
    assert frame is not None
    assert box["y"] == pytest.approx(frame["y"] + top, abs=2)


@pytest.fixture(scope="module")
def hostile_logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    logdir = tmp_path_factory.mktemp("hostile")
    logdirs.write_hostile(logdir / "hostile")
    with logdirs.open_run(logdir / "<img src=x onerror=alert(1)>") as run:
        for tag in ("__proto__/kernel", "constructor.weight", "<script>alert(1)</script>/kernel"):
            run.histogram(tag, 0, logdirs.weights((30,), 0))
    return logdir


@pytest.mark.parametrize("load_fast", LOADERS)
def test_broken_series_are_reported_beside_the_good_ones(
    hostile_logdir: Path, serve: Serve, open_tab: OpenTab, load_fast: str
) -> None:
    address = serve(hostile_logdir, f"--load_fast={load_fast}")
    tab = open_tab(address, view={"runs": ["hostile"], "search": "^(good|late_nan|poison)"})
    good = tab.frame.get_by_role("figure", name=re.compile("^good kernel"))
    expect(good.get_by_role("img")).to_be_visible()
    late = tab.frame.get_by_role("figure", name=re.compile("^late_nan kernel"))
    expect(late).to_contain_text("NaN or ∞ since step 2")
    expect(late.get_by_role("img")).to_have_accessible_name(re.compile("NaN or infinity since"))
    tab.frame.get_by_role("button", name=re.compile("notes")).click()
    expect(tab.frame.get_by_role("complementary", name="Notices")).to_contain_text("can't be read")


def test_names_are_text_whatever_they_are(
    hostile_logdir: Path, serve: Serve, open_tab: OpenTab
) -> None:
    run = "<img src=x onerror=alert(1)>"
    tab = open_tab(serve(hostile_logdir), view={"runs": [run]}, tolerated="not iterable")
    names = tab.figure_names()
    assert {name.split(" kernel")[0] for name in names if "kernel" in name} == {
        "__proto__",
        "<script>alert(1)</script>",
    }
    assert any(name.startswith("constructor weight") for name in names)
    assert all(name.endswith(f", run {run}") for name in names)
    assert tab.frame.locator("img, script[src='x']").count() == 0


@pytest.mark.parametrize("load_fast", LOADERS)
def test_a_growing_run_brings_new_steps_and_keeps_the_view(
    tmp_path: Path, serve: Serve, open_tab: OpenTab, load_fast: str
) -> None:
    append(tmp_path / "live", range(3))
    address = serve(tmp_path, f"--load_fast={load_fast}", "--reload_interval=1")
    tab = open_tab(address, view={"view": "overlay", "search": "kernel"})
    news: list[int] = []
    tab.page.on("response", lambda one: "since=" in one.url and news.append(one.status))
    chart = tab.charts().first
    expect(chart).to_have_accessible_name(re.compile("overlay of 3 steps from 0 to 2"))
    tab.control("slider", "Step").fill("1")
    append(tmp_path / "live", range(3, 6))
    reload_until(tab, "overlay of 6 steps from 0 to 5")
    expect(chart).to_have_accessible_name(re.compile("At step 1:"))
    expect(tab.control("slider", "Step")).to_have_attribute("max", "5")
    expect(tab.frame.get_by_label("Search layers")).to_have_value("kernel")
    tab.control("slider", "Step").fill("5")
    append(tmp_path / "live", range(6, 8))
    reload_until(tab, "from 0 to 7. At step 7:")
    # The page told which answer it had, and made the whole of it and what was new.
    assert 200 in news


def append(directory: Path, steps: range) -> None:
    """Writes to the end of a run's event file, as a training does."""
    directory.mkdir(exist_ok=True)
    with (directory / "events.out.tfevents.1700000000.live").open("ab") as file:
        run = logdirs.Run(logdirs.RecordWriter(file))
        for step in steps:
            for name in ("dense/kernel", "dense/bias"):
                data = logdirs.weights((40,), step)
                run.histogram(name, step, data, wall_time=logdirs.START + step)


def reload_until(tab: Tab, text: str) -> None:
    chart = tab.charts().first
    for _ in range(30):
        tab.reload_data()
        tab.page.wait_for_timeout(500)
        if text in (chart.get_attribute("aria-label") or ""):
            return
    raise AssertionError(f"{chart.get_attribute('aria-label')!r} lacks {text!r}")


def test_a_hidden_tab_asks_nothing_until_it_is_seen_again(
    tmp_path: Path, serve: Serve, open_tab: OpenTab
) -> None:
    append(tmp_path / "live", range(3))
    tab = open_tab(serve(tmp_path, "--reload_interval=1"))
    tab.figure_names()
    tab.page.get_by_role("tab", name="Histograms").click()
    expect(tab.page.locator('iframe[src*="layer_weights"]')).to_be_hidden()
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.reload_data()
    tab.page.wait_for_timeout(1500)
    assert [url for url in asked if "/plugin/layer_weights/" in url] == []
    tab.page.get_by_role("tab", name="Layer Weights").click()
    tab.page.wait_for_timeout(1500)
    ours = [url for url in asked if "/plugin/layer_weights/" in url]
    assert sum("/runs" in url for url in ours) == 1
    assert sum("/densities" in url for url in ours) == 1
