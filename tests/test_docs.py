"""What the documents promise is held by tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLE = (ROOT / "docs" / "robustness.md").read_text(encoding="utf-8")
THEMES = ["Host", "HTTP", "Reading", "Limits", "Page", "Recorder", "Versions"]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.splitlines()
    if line.startswith("| ") and not line.startswith("| promise")
]
NAMED = sorted({name for row in ROWS for name in re.findall(r"`([^`]+::[^`]+)`", row[1])})


def test_every_promise_has_a_test_and_the_themes_their_order() -> None:
    assert all(len(row) == 3 and "`" in row[1] for row in ROWS)
    promises = [row[0] for row in ROWS]
    assert len(set(promises)) == len(promises)
    themes = [promise.partition(":")[0] for promise in promises]
    assert themes == sorted(themes, key=THEMES.index)


@pytest.mark.parametrize("name", NAMED)
def test_every_test_that_is_named_exists(name: str) -> None:
    path, test = name.split("::")
    text = (ROOT / path).read_text(encoding="utf-8")
    if path.endswith(".py"):
        assert re.search(rf"^def {re.escape(test)}\(", text, re.MULTILINE), test
    else:
        assert f'test("{test}"' in text, test
