"""SECURITY.md says what the code does."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest

TEXT = (Path(__file__).parents[1] / "SECURITY.md").read_text(encoding="utf-8")
LIMITS = re.findall(
    r"^\| .+ \| ([\d,]+)( \w+)? \| `([\w.]+)\.(\w+)(?:\[\"(\w+)\"\])?` \|$", TEXT, re.M
)
UNITS = {"": 1, " s": 1, " MiB": 1 << 20}


def test_every_row_of_the_table_names_a_limit() -> None:
    table = TEXT.partition("## Limits")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    assert len(LIMITS) == len(rows) - 1 > 10


@pytest.mark.parametrize(("figure", "unit", "module", "name", "key"), LIMITS)
def test_a_limit_is_what_the_code_has(
    figure: str, unit: str, module: str, name: str, key: str
) -> None:
    found: Any = getattr(importlib.import_module(f"tb_layerweights.{module}"), name)
    assert (found[key] if key else found) == int(figure.replace(",", "")) * UNITS[unit]


def test_every_file_that_is_named_is_there() -> None:
    root = Path(__file__).parents[1]
    for name in re.findall(r"`([\w/]+\.(?:py|ts))`", TEXT):
        places = [root / "tb_layerweights" / name, root / "frontend" / "src" / "model" / name]
        assert any(path.is_file() for path in places), name
