from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tb_layerweights.record import Recorder
from tb_layerweights.record.format import Parameter
from tb_layerweights.series import Series, Unreadable
from tb_layerweights.statistics import NAMES, OWN, RATIO, Measured
from tb_layerweights.step_by_step import measure_series
from tb_layerweights.updates import Updates, completed, needed, read_updates
from tests import logdirs
from tests.arrays import kept_record, torch_record
from tests.loaders import Loaded, strict

Floats = NDArray[np.float64]
SIZE = 4000
STEPS = range(0, 50, 10)


def parameter(step: int) -> Floats:
    return np.random.default_rng(0).normal(step * 1e-3, 0.1, SIZE)


def update(step: int) -> Floats:
    return np.random.default_rng(step).normal(0, 1e-4, SIZE)


def rms(values: Floats) -> float:
    return float(np.sqrt((values**2).mean()))


def ratio(updates: Updates | None, *, is_parameter: bool = True) -> Measured:
    records = [torch_record(parameter(step)) for step in STEPS]
    told = measure_series(records, needed((RATIO,)))
    return completed(told.numbers, (RATIO,), list(STEPS), updates, is_parameter=is_parameter)[RATIO]


def logged(steps: Sequence[int], span: int = 1) -> Updates:
    measured = measure_series([kept_record(update(step)) for step in steps], ("rms",))
    return Updates(np.array(steps), measured.numbers["rms"], span)


def test_logged_updates_are_set_beside_the_parameter_of_their_step() -> None:
    found = ratio(logged(STEPS))
    true = [rms(update(step)) / rms(parameter(step)) for step in STEPS]
    assert (found.low <= true).all()
    assert (true <= found.high).all()
    assert found.value == pytest.approx(true, rel=0.05)


def test_a_sum_of_steps_says_the_least_that_each_added_in_the_mean() -> None:
    found = ratio(logged(STEPS, span=10))
    true = [rms(update(step)) / rms(parameter(step)) / 10 for step in STEPS]
    assert (found.value <= true).all()
    assert found.value == pytest.approx(true, rel=0.1)
    assert found.quality() == "bound"
    assert np.isinf(found.high).all()


def test_without_updates_the_distributions_prove_the_least_change() -> None:
    found = ratio(None)
    # All values move by 1e-3 a step, which the means tell, and they are logged.
    true = np.array([1e-3 / rms(parameter(step)) for step in STEPS])
    assert np.isnan(found.value[0])
    assert found.value[1:] == pytest.approx(true[1:], rel=1e-6)
    assert found.quality() == "bound"


def test_among_steps_with_an_update_those_without_one_have_no_ratio() -> None:
    found = ratio(logged([10, 30, 35]))
    for side in (found.value, found.low, found.high):
        assert np.isfinite(side).tolist() == [False, True, False, True, False]


def test_what_is_no_parameter_has_no_ratio() -> None:
    found = ratio(None, is_parameter=False)
    assert np.isnan([found.value, found.low, found.high]).all()


def test_a_parameter_of_zeros_has_no_ratio() -> None:
    records = [kept_record(np.zeros(SIZE)), kept_record(np.full(SIZE, 0.5))]
    told = measure_series(records, needed((RATIO,)))
    numbers = completed(told.numbers, (RATIO,), [0, 1], logged([0, 1]), is_parameter=True)
    assert np.isnan(numbers[RATIO].value).tolist() == [True, False]


def test_other_numbers_are_as_they_were() -> None:
    told = measure_series([kept_record(parameter(0))], needed(NAMES))
    assert tuple(completed(told.numbers, NAMES, [0], None, is_parameter=True)) == NAMES
    assert needed(("mean",)) == ("mean",)
    assert needed(NAMES) == OWN
    assert list(completed(told.numbers, (RATIO, "mean"), [0], None, is_parameter=True)) == [
        "mean", RATIO,
    ]  # fmt: skip


def test_updates_that_cannot_be_read_are_left_out() -> None:
    series = Series("updates/b", (3,), (0.0,), [kept_record(update(3))], checked=True)

    def read(tags: Sequence[str]) -> Iterator[Series | Unreadable]:
        assert tags == ["updates/a", "updates/b"]
        yield Unreadable("updates/a", "It is broken.")
        yield series

    found = read_updates(read, {"updates/a": "a", "updates/b": "b"}, {"updates/b": 7})
    assert list(found) == ["b"]
    assert (found["b"].steps.tolist(), found["b"].span) == ([3], 7)


def recorded(logdir: Path) -> None:
    with Recorder(logdir / "run") as recorder:
        for step in STEPS:
            recorder.record({"dense/kernel": parameter(step)}, step)
            recorder.record({"dense/kernel": update(step)}, step, role="update")
        several = Parameter("updates/head/kernel", "head", "kernel", "update", span=5)
        recorder.describe([several], model=None, framework=None)
        for step in STEPS:
            recorder.record({"head/kernel": parameter(step), "alone/kernel": parameter(step)}, step)
            recorder.record({"head/kernel": update(step)}, step, role="update")


def ratios(loaded: Loaded, **question: Any) -> dict[str, Any]:
    answer = strict(loaded.get("statistics", run="run", number=RATIO, **question).text)
    return {one["tag"]: one for one in answer["series"]}


def test_recorded_updates_have_exact_ratios(
    loading: Callable[[Path], Loaded], tmp_path: Path
) -> None:
    recorded(tmp_path)
    found = ratios(loading(tmp_path))
    true = [rms(update(step)) / rms(parameter(step)) for step in STEPS]
    assert found["dense/kernel"][RATIO] == pytest.approx(true, rel=1e-6)
    assert found["dense/kernel"]["quality"] == {RATIO: "exact"}
    assert found["head/kernel"][RATIO] == pytest.approx(np.array(true) / 5, rel=1e-6)
    assert found["head/kernel"]["quality"] == {RATIO: "bound"}
    assert found["head/kernel"]["high"] == {RATIO: [None] * len(STEPS)}
    assert found["alone/kernel"]["quality"] == {RATIO: "bound"}
    assert found["updates/dense/kernel"][RATIO] == [None] * len(STEPS)


def test_a_parameter_that_is_asked_for_alone_has_its_updates(
    loading: Callable[[Path], Loaded], tmp_path: Path
) -> None:
    recorded(tmp_path)
    loaded = loading(tmp_path)
    alone = ratios(loaded, tag="dense/kernel")
    assert alone["dense/kernel"] == ratios(loaded)["dense/kernel"]
    assert list(alone) == ["dense/kernel"]


def test_updates_of_any_writer_count(loading: Callable[[Path], Loaded], tmp_path: Path) -> None:
    with logdirs.open_run(tmp_path / "run") as run:
        for step in STEPS:
            run.proto("fc.weight", step, logdirs.torch_proto(parameter(step)))
            run.proto("updates/fc.weight", step, logdirs.torch_proto(update(step)))
    (one,) = ratios(loading(tmp_path), role="weight").values()
    true = [rms(update(step)) / rms(parameter(step)) for step in STEPS]
    assert one[RATIO] == pytest.approx(true, rel=0.1)
    low, high = one["low"][RATIO], one["high"][RATIO]
    assert all(a <= b <= c for a, b, c in zip(low, true, high, strict=True))
