"""Takes the README's pictures from the demo: `python -m tests.browser.screenshots [folder]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

from tb_layerweights import demo
from tests.browser import chromium
from tests.browser.tab import Tab
from tests.serving import tensorboard

ROOT = Path(__file__).parents[2]
WIDE = {"width": 1920, "height": 1080}
LAPTOP = {"width": 1280, "height": 800}


class Picture(NamedTuple):
    name: str
    size: dict[str, int]
    scheme: str
    view: dict[str, object]


WEIGHTS = {"hidden": ["gradient", "update"]}
ONE_RUN = {"runs": ["learning-rate-too-high"]}
PLAIN = {"guide": False}
PICTURES = (
    Picture("ridgeline-light", WIDE, "light", WEIGHTS | PLAIN),
    Picture("layers-dark", LAPTOP, "dark", {"rows": "layers", **WEIGHTS, **PLAIN}),
    Picture("map-light", LAPTOP, "light", {"view": "map", **PLAIN}),
    Picture(
        "compare-light",
        LAPTOP,
        "light",
        {
            "view": "compare",
            "a": {"run": "healthy", "step": None},
            "b": {"run": "learning-rate-too-high", "step": None},
            **WEIGHTS,
            **PLAIN,
        },
    ),
    Picture(
        "overlay-dark", LAPTOP, "dark", {"view": "overlay", "rows": "runs", **WEIGHTS, **PLAIN}
    ),
    Picture(
        "focus-dark",
        LAPTOP,
        "dark",
        {
            "focus": {"run": "learning-rate-too-high", "tag": "sequential/dense/kernel"},
            **PLAIN,
        },
    ),
)


def take(browser: Browser, address: str, picture: Picture, folder: Path) -> None:
    options = {"viewport": picture.size, "color_scheme": picture.scheme}
    with Tab.open(browser, address, view=picture.view, **options) as tab:
        tab.charts().first.wait_for()
        # What was asked for is drawn a frame after it came.
        tab.page.wait_for_timeout(1500)
        tab.page.screenshot(path=folder / f"{picture.name}.png")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        logdir = Path(temporary) / "logs"
        demo.main(["--no-serve", "--logdir", str(logdir)])
        with tensorboard(logdir, Path(temporary) / "output.txt") as address:
            browser = chromium.launch(playwright)
            for picture in PICTURES:
                take(browser, address, picture, folder)
                print(folder / f"{picture.name}.png")
            browser.close()


if __name__ == "__main__":
    main()
