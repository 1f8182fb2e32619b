"""One answer of `/densities`, for the test of the browser's decoder.

Write it anew with `python -m tests.golden`.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from tb_layerweights import wire
from tb_layerweights.answers import Chosen
from tb_layerweights.picking import Picked
from tb_layerweights.query import LEAST_STEP, MOST_STEP, DensitiesQuery, Selection, Span
from tb_layerweights.ridges import ridges_of
from tb_layerweights.series import Record, Series

DIRECTORY = Path(__file__).parent


def body() -> bytes:
    """Returns two series of three and two steps, the last of which holds nothing but NaN."""
    question = DensitiesQuery(
        Selection("digits/train", (), frozenset()), Span(LEAST_STEP, MOST_STEP),
        bins=16, steps=51, axis="symlog", range="robust", window=None, bits=8,
        format="safetensors",
    )  # fmt: skip
    edges = np.linspace(-1, 1, 9)
    counts = np.array([1, 2, 4, 8, 8, 4, 2, 1.0])
    rows = np.column_stack((edges[:-1], edges[1:], counts))
    nothing = np.full((2, 3), [math.nan, math.nan, 0.0])
    kernel = Series("dense/kernel", (0, 1, 2**53 + 1), (1.5, 2.5, math.nan), (Record(rows),) * 3)
    halved = Record(rows * [0.5, 0.5, 3])
    bias = Series("dense/bias", (0, 7), (1.75, 2.75), (halved, Record(nothing)))
    chosen = [
        Chosen(one.tag, "dense", one.tag.rpartition("/")[2], "weight") for one in (kernel, bias)
    ]
    batch = [Picked(one.steps, one, range(len(one.steps))) for one in (kernel, bias)]
    series = [
        {**one._asdict(), "steps_kept": len(found.steps)}
        for one, found in zip(chosen, (kernel, bias), strict=True)
    ]
    answer = {
        "run": "digits/train", "axis": "symlog", "bins": 16, "bits": 8, "series": series,
        "unreadable": [{"tag": "odd", "text": "TensorBoard can't read it (TypeError)."}],
        "notices": [],
    }  # fmt: skip
    return wire.to_bytes(answer, ridges_of(batch, question))


def numbers(encoded: bytes) -> dict[str, Any]:
    """Returns the answer decoded: `answer` and `tensors`, steps as text, NaN as null."""
    answer, tensors = wire.decode(encoded)
    decoded: dict[str, Any] = {name: tensors[name].tolist() for name in sorted(tensors)}
    decoded["step"] = [str(step) for step in decoded["step"]]
    for name in wire.ROW_TYPES:
        decoded[name] = wire.jsonable(decoded[name])
    return {"answer": answer, "tensors": decoded}
