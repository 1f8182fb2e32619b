"""What the tab shows beyond TensorBoard's sample: every step, and layers that share a tag."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import logdirs
from tests.browser.conftest import OpenTab, Serve
from tests.serving import LOADERS
from tests.test_reading import KERAS_3_13


@pytest.fixture(scope="module")
def long_logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    logdir = tmp_path_factory.mktemp("long")
    with logdirs.open_run(logdir / "run") as run:
        for step in range(2000):
            run.histogram("dense/kernel", step, logdirs.weights((20,), step % 10))
    return logdir


@pytest.mark.parametrize("load_fast", LOADERS)
def test_one_click_reads_every_step(
    long_logdir: Path, load_fast: str, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(long_logdir, f"--load_fast={load_fast}"))
    chart = tab.charts().first
    expect(chart).not_to_have_attribute("aria-label", re.compile("steps from 0 to"))
    tab.frame.locator("button.notes").click()
    tab.frame.get_by_role("button", name="Read every step").first.click()
    expect(chart).to_have_attribute("aria-label", re.compile("steps from 0 to"))
    expect(tab.option("Steps")).to_have_value("every")
    expect(tab.frame.locator("[data-code=sampled]")).to_have_count(0)
    tab.wait_for_address("read", "every")
    tab.reopen()
    expect(tab.charts().first).to_have_attribute("aria-label", re.compile("steps from 0 to"))
    tab.option("Steps").select_option("kept")
    expect(tab.charts().first).not_to_have_attribute("aria-label", re.compile("steps from 0 to"))


@pytest.mark.parametrize("load_fast", LOADERS)
def test_a_log_of_keras_3_13_shows_its_layers(
    load_fast: str, serve: Serve, open_tab: OpenTab
) -> None:
    tab = open_tab(serve(KERAS_3_13, f"--load_fast={load_fast}"))
    names = tab.figure_names()
    assert names[0].startswith("conv2d kernel")
    assert names[1].startswith("batch_normalization gamma")
    tab.frame.locator("button.notes").click()
    expect(tab.frame.locator("[data-code=taken_apart]")).to_be_visible()
    layers = tab.frame.locator(".layer")
    expect(layers).to_have_count(6)
    expect(layers.last).to_contain_text("dense_1")
