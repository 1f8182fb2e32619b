"""The tab for people who read the screen or the keyboard rather than the picture."""

from __future__ import annotations

from pathlib import Path

import pytest

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
