from __future__ import annotations

import dataclasses
import warnings
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from tb_layerweights.record import Recorder, RecordWarning
from tb_layerweights.record.format import exact_tag, read_moments, read_outline
from tests.conftest import load

KERNEL = np.random.default_rng(0).normal(0, 0.1, (30, 20)).astype(np.float32)
BIAS = np.zeros(20, np.float32)
WEIGHTS = {"dense": {"kernel": KERNEL, "bias": BIAS}}
TAGS = ["dense/kernel", "dense/bias"]


def tags(logdir: Path, run: str = ".") -> list[str]:
    return list(load(logdir).PluginRunToTagToContent("histograms").get(run, {}))


def steps(logdir: Path, tag: str, run: str = ".") -> list[int]:
    return [event.step for event in load(logdir).Tensors(run, tag)]


def tensor(logdir: Path, tag: str, run: str = ".") -> NDArray[Any]:
    from tensorboard.util.tensor_util import make_ndarray

    found: NDArray[Any] = make_ndarray(load(logdir).Tensors(run, tag)[-1].tensor_proto)
    return found


def test_nested_arrays_are_recorded_under_their_paths(tmp_path: Path) -> None:
    Pair = namedtuple("Pair", "first second")

    @dataclasses.dataclass
    class Block:
        scale: Any

    nested = {**WEIGHTS, "list": [KERNEL, [BIAS]], "pair": Pair(KERNEL, None), "b": Block(BIAS)}
    with Recorder(tmp_path) as recorder:
        recorder.record(nested, 0)
    assert tags(tmp_path) == [*TAGS, "list/0", "list/1/0", "pair/first", "b/scale"]


def test_whatever_numpy_takes_for_an_array_is_one(tmp_path: Path) -> None:
    class Theirs:
        def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[np.float32]:
            return KERNEL

    with Recorder(tmp_path) as recorder:
        recorder.record({"theirs": Theirs(), "number": 1.5, "lone": np.float16(2)}, 0)
        recorder.record(KERNEL, 0)
    assert tensor(tmp_path, "theirs")[:, 2].sum() == KERNEL.size
    np.testing.assert_array_equal(tensor(tmp_path, "number"), [[1.5, 1.5, 1]])
    assert tags(tmp_path) == ["theirs", "number", "lone", "value"]


def test_roles_are_prefixes_of_tags(tmp_path: Path) -> None:
    with Recorder(tmp_path) as recorder:
        for role in ("weight", "gradient", "update", "activation", "optimizer"):
            recorder.record({"dense/kernel": KERNEL}, 0, role=role)
    expected = ["dense/kernel", "gradients/dense/kernel", "updates/dense/kernel",
                "activations/dense/kernel", "optimizer/dense/kernel"]  # fmt: skip
    assert tags(tmp_path) == expected
    outline = read_outline(tensor(tmp_path, "layer_weights/outline"))
    assert outline is not None
    assert [(one.layer, one.parameter) for one in outline.parameters] == 5 * [("dense", "kernel")]
    assert [one.role for one in outline.parameters] == [
        "weight", "gradient", "update", "activation", "optimizer",
    ]  # fmt: skip


def test_exact_numbers_are_logged_beside_each_histogram(tmp_path: Path) -> None:
    spoiled = KERNEL.copy()
    spoiled[0, :4] = [np.nan, np.inf, -np.inf, 0]
    with Recorder(tmp_path) as recorder:
        recorder.record({"kernel": spoiled}, 3)
    exact = read_moments(tensor(tmp_path, exact_tag("kernel")))
    assert exact is not None
    values = spoiled.astype(np.float64)[np.isfinite(spoiled)]
    assert exact.moments.mean == pytest.approx(values.mean(), rel=1e-12)
    assert exact.moments.std == pytest.approx(values.std(), rel=1e-12)
    moments = exact.moments
    assert (moments.nan, moments.positive_infinity, moments.negative_infinity) == (1, 1, 1)
    assert moments.zeros == 1
    assert tensor(tmp_path, "kernel")[:, 2].sum() == moments.count == 597


def test_the_outline_is_logged_again_only_when_something_is_new(tmp_path: Path) -> None:
    with Recorder(tmp_path) as recorder:
        for step in range(4):
            recorder.record(WEIGHTS, step)
        recorder.record({"late": BIAS}, 9)
    assert steps(tmp_path, "layer_weights/outline") == [0, 9]
    outline = read_outline(tensor(tmp_path, "layer_weights/outline"))
    assert outline is not None
    assert [one.tag for one in outline.parameters] == [*TAGS, "late"]
    assert outline.parameters[0].shape == (30, 20)
    assert outline.parameters[0].dtype == "float32"


def test_include_and_exclude_choose_by_regular_expression(tmp_path: Path) -> None:
    with Recorder(tmp_path, include=r"kernel|late", exclude=r"^skip") as recorder:
        recorder.record({**WEIGHTS, "skip": {"kernel": KERNEL}, "late": BIAS}, 0)
    assert tags(tmp_path) == ["dense/kernel", "late"]


def test_odd_names_become_tags_that_event_files_can_hold(tmp_path: Path) -> None:
    with Recorder(tmp_path) as recorder:
        recorder.record({"a\0b": BIAS, "ab": BIAS, "\ud800": BIAS, "n" * 5000: BIAS, "": BIAS}, 0)
    found = tags(tmp_path)
    assert found[:3] == ["ab", "ab_2", "?"]
    assert len(found[3]) == 1024
    assert len(found) == 5


@pytest.mark.parametrize("step", [-1, 2**63, 1.0, "3", None, True, np.float32(2)])
def test_a_step_that_is_none_is_refused(tmp_path: Path, step: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="step must be"):
        Recorder(tmp_path).record(WEIGHTS, step)


def test_numpys_whole_numbers_are_steps(tmp_path: Path) -> None:
    with Recorder(tmp_path) as recorder:
        recorder.record(WEIGHTS, np.int64(7))
    assert steps(tmp_path, TAGS[0]) == [7]


def test_a_step_back_is_warned_of_once(tmp_path: Path) -> None:
    with Recorder(tmp_path) as recorder:
        recorder.record(WEIGHTS, 5)
        with pytest.warns(RecordWarning, match="Step 3 comes after step 5"):
            recorder.record(WEIGHTS, 3)
        recorder.record(WEIGHTS, 1)


def test_an_unknown_role_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not 'bias'"):
        Recorder(tmp_path).record(WEIGHTS, 0, role="bias")


def test_what_holds_no_real_numbers_is_left_out_with_one_warning(tmp_path: Path) -> None:
    values = {"complex": np.zeros(3, complex), "text": "abc", **WEIGHTS}
    with Recorder(tmp_path) as recorder:
        with pytest.warns(RecordWarning) as caught:
            recorder.record(values, 0)
        recorder.record(values, 1)
    assert ["complex128" in str(caught[0].message), len(caught)] == [True, 2]
    assert tags(tmp_path) == TAGS
    assert steps(tmp_path, TAGS[0]) == [0, 1]


def test_nothing_is_created_before_something_is_recorded(tmp_path: Path) -> None:
    with Recorder(tmp_path / "run") as recorder:
        recorder.record({}, 0)
    assert not (tmp_path / "run").exists()


def test_a_record_can_be_read_before_the_recorder_is_closed(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    recorder.record(WEIGHTS, 0)
    assert steps(tmp_path, TAGS[0]) == [0]
    recorder.close()
    recorder.close()


def test_the_report_says_what_it_cost(tmp_path: Path) -> None:
    with Recorder(tmp_path) as recorder:
        assert recorder.report().seconds == 0
        recorder.record(WEIGHTS, 0)
        recorder.record(WEIGHTS, 1)
        report = recorder.report()
    assert (report.records, report.histograms, report.values) == (2, 4, 2 * 620)
    (file,) = tmp_path.iterdir()
    assert 0.9 * file.stat().st_size < report.bytes <= file.stat().st_size
    assert report.seconds > 0
    assert str(report).startswith("2 records of 4 histograms, 1,240 values: ")


def test_a_histogram_takes_four_kilobytes(tmp_path: Path) -> None:
    big = np.random.default_rng(0).standard_t(2, 200_000)
    with Recorder(tmp_path) as recorder:
        recorder.record({"a": big}, 0)
        first = recorder.report().bytes
        recorder.record({"a": big}, 1)
        assert recorder.report().bytes - first < 4600


def test_it_writes_through_a_writer_of_tensorboard(tmp_path: Path) -> None:
    writer = EventFileWriter(str(tmp_path))
    with Recorder(writer) as recorder:
        recorder.record(WEIGHTS, 0)
    assert len(list(tmp_path.iterdir())) == 1
    assert tags(tmp_path) == TAGS
    writer.close()


def test_something_that_is_no_log_is_refused() -> None:
    with pytest.raises(TypeError, match="not int"):
        Recorder(3)


def test_it_warns_of_nothing_when_all_is_well(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with Recorder(tmp_path) as recorder:
            recorder.record(WEIGHTS, 0)
