from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.compat.proto import summary_pb2, types_pb2
from tensorboard.util import tensor_util

from tb_layerweights.bombs import MOST_NUMBERS, BombError, refuse_bombs
from tb_layerweights.record.format import OUTLINE_TAG, PLUGIN, exact_tag
from tests.hostile import STEPS, proto
from tests.loaders import ROUTE, Loaded, codes, strict
from tests.logdirs import Run, open_run, weights

# Of the numbers that a record claims: 600 MB.
ROWS = 25_000_000
MOST_BYTES = 100 << 20
BOMBS: dict[str, Any] = {
    "double": proto(types_pb2.DT_DOUBLE, ROWS, 3, double_val=[1.0]),
    "float": proto(types_pb2.DT_FLOAT, 2 * ROWS, 3, float_val=[1.0]),
    "bytes": proto(types_pb2.DT_INT8, 24 * ROWS, int_val=[1]),
    "text": proto(types_pb2.DT_STRING, 3 * ROWS, string_val=[b"x"]),
    "endless": proto(types_pb2.DT_DOUBLE, 2**40, 3, double_val=[1.0]),
}


def _recorded(run: Run, step: int, tag: str, tensor: Any) -> None:
    """A value as the recorder writes them."""
    value = summary_pb2.Summary.Value(tag=tag, tensor=tensor)
    value.metadata.plugin_data.plugin_name = PLUGIN
    value.metadata.data_class = summary_pb2.DATA_CLASS_TENSOR
    run.value(step, value)


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    with open_run(tmp_path / "run") as run:
        for step in STEPS:
            for name, bomb in BOMBS.items():
                run.tensor(name, step, bomb)
            run.histogram("good/kernel", step, weights((30,), step))
            run.tensor("late", step, BOMBS["double"] if step else np.array([[0.0, 1.0, 5.0]]))
            _recorded(run, step, exact_tag("good/kernel"), BOMBS["double"])
            _recorded(run, step, OUTLINE_TAG, BOMBS["text"])
            graph = summary_pb2.Summary.Value(tag="keras", tensor=BOMBS["text"])
            graph.metadata.plugin_data.plugin_name = "graph_keras_model"
            run.value(step, graph)
    return tmp_path


def test_no_record_fills_the_memory(loading: Callable[[Path], Loaded], logdir: Path) -> None:
    client = loading(logdir).client(logdir=str(logdir))
    tracemalloc.start()
    try:
        for read in ("kept", "every"):
            query = {"run": "run", "read": read}
            for route in ("runs", "outline", "densities"):
                assert client.get(ROUTE + route, query_string=query).status_code == 200
            answer = strict(client.get(f"{ROUTE}statistics", query_string=query).text)
            told = {one["tag"]: one["step"] for one in answer["series"]}
            # TensorBoard has a series whole or not at all.
            late = {"late": [0]} if read == "every" else {}
            assert told == {"good/kernel": list(STEPS), **late}
            refused = {one["tag"]: one["text"] for one in answer["unreadable"]}
            assert refused.keys() == {*BOMBS, "late"}
            assert "unreadable_series" in codes(answer)
            if read == "kept":
                text = "A record of it claims to hold 75,000,000 numbers and doesn't."
                assert refused["double"] == refused["late"] == text
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int32])
def test_what_holds_its_numbers_is_no_bomb(dtype: Any) -> None:
    large = np.zeros((MOST_NUMBERS + 9,), dtype)
    whole = tensor_util.make_tensor_proto(large)
    listed = tensor_util.make_tensor_proto(large[:3])
    assert whole.tensor_content
    field = {"float64": "double_val", "float32": "float_val"}.get(large.dtype.name, "int_val")
    listed.tensor_content = b""
    getattr(listed, field).extend([1] * len(large))
    listed.tensor_shape.dim[0].size = len(large)
    small = proto(types_pb2.DT_DOUBLE, MOST_NUMBERS, double_val=[0])
    refuse_bombs([whole, listed, small])
    with pytest.raises(BombError):
        refuse_bombs([small, proto(types_pb2.DT_DOUBLE, MOST_NUMBERS + 1, double_val=[0])])
