from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load
from werkzeug.datastructures import MultiDict

from tb_layerweights import query, wire
from tb_layerweights.delta import changes, whole
from tb_layerweights.picking import Picked
from tb_layerweights.ridges import ridges_of
from tb_layerweights.series import Record, Series

LIMITS = np.linspace(-1, 1, 9)


def record(shift: float) -> Record:
    counts = np.round(1000 * np.exp(-((LIMITS[1:] - shift) ** 2) * 8)) + 10
    return Record(np.column_stack((LIMITS[:-1], LIMITS[1:], counts)))


def body(steps: dict[str, dict[int, float]], bits: int = 8) -> bytes:
    """Returns an answer with series by their tags, each step with a number that decides its row."""
    question = query.densities(MultiDict({"run": "r", "bins": "16", "bits": str(bits)}))
    batch = []
    for tag, rows in steps.items():
        kept = tuple(sorted(rows))
        series = Series(tag, kept, (1.0,) * len(kept), [record(rows[step]) for step in kept])
        batch.append(Picked(kept, series, range(len(kept))))
    answer = {"run": "r", "bins": 16, "bits": bits, "series": [{"tag": tag} for tag in steps]}
    return wire.to_bytes(answer, ridges_of(batch, question) if batch else [])


def same(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert ours.keys() == theirs.keys()
    for name in ours:
        assert ours[name].dtype == theirs[name].dtype
        np.testing.assert_array_equal(ours[name], theirs[name])


SERIES = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.dictionaries(st.integers(0, 12), st.sampled_from([0.0, 0.1, 5.0, np.nan]), max_size=8),
)


@given(SERIES, SERIES)
def test_the_earlier_answer_and_the_changes_make_the_newest(
    before: dict[str, dict[int, float]], now: dict[str, dict[int, float]]
) -> None:
    old, new = body(before), body(now)
    news = changes("tag", old, new)
    same(whole(load(old), load(news)), load(new))
    assert wire.header(news) == {**wire.header(new), "since": "tag"}


def test_of_a_run_that_grew_only_the_new_steps_are_told() -> None:
    before = {tag: {step: step / 100 for step in range(20)} for tag in "abc"}
    now = {tag: {**rows, 20: 0.2} for tag, rows in before.items()}
    news = load(changes("tag", body(before), body(now)))
    assert news["step"].tolist() == [20, 20, 20]
    assert len(news["density"]) == 3
    assert np.flatnonzero(news["row"] < 0).tolist() == [20, 41, 62]


def test_of_a_series_on_another_grid_and_of_a_changed_row_all_is_told() -> None:
    before = {tag: {step: 0.0 for step in range(5)} for tag in "abc"}
    wider = Record(np.array([[-4.0, -3, 500], [3, 4, 500]]))
    old = body(before)
    now = {**before, "b": {**before["b"], 2: 0.3}}
    assert load(changes("tag", old, body(now)))["step"].tolist() == [2]
    question = query.densities(MultiDict({"run": "r", "bins": "16"}))
    steps = tuple(range(6))
    records = [*(record(0.0) for _ in range(5)), wider]
    series = Series("c", steps, (1.0,) * 6, records)
    ridges = ridges_of([Picked(steps, series, steps)], question)
    answer = {"run": "r", "bins": 16, "bits": 8, "series": [{"tag": "c"}]}
    news = load(changes("tag", old, wire.to_bytes(answer, ridges)))
    assert news["step"].tolist() == list(steps)


@pytest.mark.parametrize("other", [{"bits": 16}, {}])
def test_an_answer_to_another_question_has_nothing_in_common(other: dict[str, int]) -> None:
    rows = {"a": {0: 0.0, 1: 0.1}}
    now = body(rows)
    before = body(rows, **other) if other else wire.save({"step": np.arange(2)})
    news = changes("tag", before, now)
    assert news == now if not other else len(load(news)["step"]) == 2
