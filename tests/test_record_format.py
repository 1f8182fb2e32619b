from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from tb_layerweights import record
from tb_layerweights.record.format import (
    FIELDS,
    Exact,
    Outline,
    Parameter,
    exact_tag,
    histogram_tag,
    moments_tensor,
    outline_text,
    read_moments,
    read_outline,
)
from tb_layerweights.record.tally import Moments

FULL = Exact(Moments(90, 5, 7, 2, 1, -0.5, 1.5, 0.25, 0.125), scale=1024.0)
NOTHING = Exact(Moments(nan=3))
NETWORK = Outline(
    (
        Parameter("a/kernel", "a", "kernel", "weight", (3, 4), "float32", "Dense", True),
        Parameter("b/kernel", "b", "kernel", "weight", (), "bfloat16", None, False, "a/kernel"),
        Parameter("x", "x", "x", "other"),
    ),
    "Sequential",
    "keras",
)


def texts(*values: Any) -> NDArray[np.object_]:
    return np.array(values, dtype=object)


@pytest.mark.parametrize("exact", [FULL, NOTHING])
def test_exact_numbers_come_back(exact: Exact) -> None:
    back = read_moments(moments_tensor(exact))
    assert back is not None
    np.testing.assert_equal(moments_tensor(back), moments_tensor(exact))


def test_the_order_of_the_numbers_is_part_of_the_format() -> None:
    expected = [1, 90, 5, 7, 2, 1, -0.5, 1.5, 0.25, 0.125, 1024]
    assert moments_tensor(FULL).tolist() == expected
    assert len(FIELDS) == len(expected)


@pytest.mark.parametrize(
    "spoiled",
    [
        {"version": 2},
        {"count": -1},
        {"count": 0.5},
        {"nan": math.nan},
        {"nan": math.inf},
        {"zeros": 91},
        {"mean": math.nan},
        {"min": 2.0},
        {"count": 0, "zeros": 0},
        {"scale": 0},
        {"scale": math.nan},
    ],
)
def test_numbers_that_cannot_be_true_are_refused(spoiled: dict[str, float]) -> None:
    tensor = moments_tensor(FULL)
    for name, value in spoiled.items():
        tensor[FIELDS.index(name)] = value
    assert read_moments(tensor) is None


@given(arrays.arrays(arrays.scalar_dtypes(), arrays.array_shapes(max_side=12)))
def test_any_other_tensor_is_refused(tensor: NDArray[Any]) -> None:
    assert read_moments(tensor) is None
    assert read_outline(tensor) is None


def test_an_outline_comes_back() -> None:
    assert read_outline(texts(outline_text(NETWORK).encode())) == NETWORK
    assert read_outline(np.array(outline_text(NETWORK).encode(), dtype=object)) == NETWORK


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\xff",
        b"[1]",
        b"[" * 100_000,
        b'{"version": 2, "parameters": []}',
        b'{"version": 1}',
        b'{"version": 1, "parameters": [1]}',
        b'{"version": 1, "parameters": [{"tag": "a"}]}',
        b'{"version": 1, "parameters": 7}',
        b'{"version": 1, "model": 7, "parameters": []}',
    ],
)
def test_texts_that_are_no_outline_are_refused(said: bytes) -> None:
    assert read_outline(texts(said)) is None


@pytest.mark.parametrize(
    "field", [{"shape": [-1]}, {"shape": 3}, {"shape": ["1"]}, {"kind": 1}, {"trainable": "yes"}]
)
def test_an_outline_with_a_field_of_another_kind_is_refused(field: dict[str, Any]) -> None:
    said = json.loads(outline_text(NETWORK))
    said["parameters"][0].update(field)
    assert read_outline(texts(json.dumps(said).encode())) is None


@given(st.text())
def test_the_tag_of_exact_numbers_leads_back_to_that_of_the_histograms(tag: str) -> None:
    assert histogram_tag(exact_tag(tag)) == tag


def test_other_tags_lead_nowhere() -> None:
    assert histogram_tag("layer_weights/outline") is None
    assert histogram_tag("dense/kernel") is None


def test_the_document_says_what_the_code_does() -> None:
    document = (Path(record.__file__).parent / "FORMAT.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| (\d+) \| `(\w+)` \|", document, re.MULTILINE)
    assert [name for _, name in table] == list(FIELDS)
    assert [int(place) for place, _ in table] == list(range(len(FIELDS)))
    assert f"`{exact_tag('dense/kernel')}`" in document
    (example,) = re.findall(r"^    \{\n.*?^    \}\n", document, re.MULTILINE | re.DOTALL)
    outline = read_outline(texts(example))
    assert outline is not None
    assert outline.parameters[1].tied == outline.parameters[0].tag
    assert json.loads(outline_text(outline)) == json.loads(example)
