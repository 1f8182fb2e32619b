from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_layerweights import repair
from tb_layerweights.findings import Broken, first_broken
from tb_layerweights.histogram import clean, cleaned
from tb_layerweights.series import Record, Series
from tests import logdirs
from tests.arrays import Floats
from tests.loaders import ROUTE, Loaded, strict
from tests.test_histogram import ANY_ROWS

GOOD = Record(np.array([(0.0, 1, 4)]))
ODD = Record(np.array([(0.0, np.nan, 4)]))


def series_of(*records: Record, finite: tuple[bool, ...] | None = None) -> Series:
    steps = tuple(range(0, 10 * len(records), 10))
    return Series("a", steps, tuple(map(float, steps)), records, finite)


def found(series: Series, *picks: int) -> Broken | None:
    shown = cleaned(series.records[index] for index in picks)
    return first_broken(series, picks, shown.non_finite)


@pytest.mark.parametrize("finite", [None, (True, True, False, True, False)])
def test_the_first_record_that_shows_any_is_found_wherever_it_is(
    finite: tuple[bool, ...] | None,
) -> None:
    series = series_of(GOOD, GOOD, ODD, GOOD, ODD, finite=finite)
    for picks in ((0, 3), (0, 2), (0, 4), (2, 3), (0, 1, 2, 3, 4), ()):
        broken = found(series, *picks)
        assert broken is not None
        assert broken.step == 20, picks
    assert found(series.within(0, 10), 0) is None
    later = found(series.within(30, 40), 0)
    assert later is not None
    assert later.step == 40


def test_a_record_that_only_seemed_odd_is_none() -> None:
    assert found(series_of(GOOD, GOOD, GOOD, finite=(True, False, True)), 0, 2) is None


@given(ANY_ROWS, st.sampled_from([np.float64, np.float32, np.float16, np.int64]))
def test_a_record_of_which_nothing_is_dropped_is_whole(tensor: Floats, kind: Any) -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        cast = tensor.astype(kind)
    if repair.whole([cast])[0]:
        assert not clean([cast]).non_finite[0]


@pytest.mark.parametrize(
    "rows",
    [
        [(-logdirs.DBL_MAX, -1, 0), (-1, 1, 5), (1, logdirs.DBL_MAX, 0)],
        [(-np.inf, -1, 0), (-1, 1, 5)],
        [(0, 1e30, 2)],
        [(0, 1, 1e50)],
    ],
)
def test_empty_buckets_without_an_end_and_large_numbers_leave_it_whole(rows: Any) -> None:
    assert repair.whole([np.array(rows, dtype=np.float64)]) == [True]


NOT_SHOWN = 7


def write(directory: Path) -> None:
    """Of a hundred steps only one has NaN, in a Keras and in a torch log; none in TensorFlow 1."""
    with logdirs.open_run(directory) as run:
        for step in range(60):
            values = logdirs.weights((40,), step)
            odd = np.append(values, np.nan) if step == NOT_SHOWN else values
            run.histogram("dense/kernel", step, odd)
            run.proto("fc.weight", step, logdirs.torch_proto(odd))
            run.proto("old/weights", step, logdirs.tf1_proto(values.astype(np.float64)))


@pytest.mark.parametrize("read", ["kept", "every"])
def test_nan_at_a_step_that_is_not_shown_is_noticed(
    loading: Callable[[Path], Loaded], tmp_path: Path, read: str
) -> None:
    write(tmp_path / "run")
    client = loading(tmp_path).client(logdir=str(tmp_path))

    def said(route: str, **query: Any) -> Any:
        query = {"run": "run", "read": read, "format": "json", "steps": 5, **query}
        answer = strict(client.get(ROUTE + route, query_string=query).text)
        assert NOT_SHOWN not in answer["series"][0]["step"]
        return [one for one in answer["notices"] if one["code"] == "non_finite"]

    for route in ("densities", "statistics"):
        (notice,) = said(route)
        assert set(notice["tags"]) == {"dense/kernel", "fc.weight"}
        assert f"at step {NOT_SHOWN}" in notice["text"]
        assert said(route, tag="old/weights") == []
        assert said(route, **{"from": NOT_SHOWN + 1}) == []
    (notice,) = said("densities", tag="fc.weight")
    assert ("1 of 41 values" in notice["text"]) == (read == "every")
