"""What two hundred reloads of a growing run leave in the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.conftest import OpenTab, Serve
from tests.browser.tab import Tab
from tests.growing import Training

pytestmark = pytest.mark.long

RELOADS = 200
WARM_UP = 30
STEPS_BEFORE = 200
MOST_GROWTH_MEGABYTES = 10


@pytest.fixture
def training(tmp_path: Path) -> Iterator[Training]:
    found = Training(tmp_path / "live")
    found.steps(STEPS_BEFORE)
    yield found
    found.close()


def measured(session: CDPSession) -> tuple[float, int]:
    """Megabytes of JavaScript's heap and nodes of documents, garbage collected."""
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return found["JSHeapUsedSize"] / 1e6, int(found["Nodes"])


def reload(tab: Tab, training: Training, times: int) -> None:
    """Waits for each step until the scrubber, which stands at the newest, has it."""
    slider = tab.control("slider", "Step")
    for _ in range(times):
        training.steps(1)
        for _ in range(60):
            tab.reload_data()
            tab.page.wait_for_timeout(300)
            if slider.get_attribute("aria-valuetext") == f"step {training.step}":
                break
        expect(slider).to_have_attribute("aria-valuetext", f"step {training.step}")


def test_two_hundred_reloads_leave_next_to_nothing_behind(
    training: Training,
    tmp_path: Path,
    serve: Serve,
    open_tab: OpenTab,
    capsys: pytest.CaptureFixture[str],
) -> None:
    address = serve(tmp_path, "--load_fast=false", "--reload_interval=0.2")
    tab = open_tab(address)
    tab.figure_names()
    session = tab.page.context.new_cdp_session(tab.page)
    session.send("Performance.enable")
    reload(tab, training, WARM_UP)
    before, nodes = measured(session)
    reload(tab, training, RELOADS)
    after, nodes_after = measured(session)
    with capsys.disabled():
        print(
            f"\n{RELOADS} reloads: heap {before:.1f} -> {after:.1f} MB, nodes {nodes} ->", end=" "
        )
        print(nodes_after)
    assert after - before < MOST_GROWTH_MEGABYTES
    assert nodes_after < 1.1 * nodes + 100
