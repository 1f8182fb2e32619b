from __future__ import annotations

import math
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.browser import Looks, Opening
from benchmarks.costs import Cost, Costs, PerSeries, evenly
from benchmarks.floor import Floor
from benchmarks.frames import Motion, allocated, busy
from benchmarks.logs import KERAS, LOGS, RESNET50, TAGS, Log, scaled
from benchmarks.processes import Memory, Processes
from benchmarks.report import Result, Row, beyond, per_series_table, stages_table, table
from benchmarks.stages import stages
from tests import loaders, logdirs
from tests.conftest import run

# Writes a tiny log in a process of its own, as TensorFlow's writer is used.
WRITE = """
import sys
from pathlib import Path
from tests.test_benchmarks import LOGS, tiny
tiny(next(log for log in LOGS if log.name == sys.argv[1])).write(Path(sys.argv[2]))
"""


def tiny(log: Log) -> Log:
    return replace(log, parameters=log.parameters[-3:], steps=4)


def test_the_logs_are_as_large_as_they_are_said_to_be() -> None:
    sizes = {log.name: (len(log.parameters), log.steps, len(log.runs)) for log in LOGS}
    assert sizes == {
        "resnet50": (161, 100, 2),
        "language-model": (1000, 100, 1),
        "tags": (10_000, 10, 1),
        "keras": (100, 100, 1),
        "long": (12, 5000, 1),
    }
    for log in LOGS:
        assert len({one.name for one in log.parameters}) == len(log.parameters), log.name


def test_the_logs_of_the_cost_of_a_series_differ_in_their_number_alone() -> None:
    found = list(scaled())
    assert [log.series for log in found] == [6, 161, 1000, 10_000]
    assert found[-1] is TAGS
    for log in found:
        assert log.steps == TAGS.steps
        assert log.parameters == TAGS.parameters[: log.series]


@pytest.mark.parametrize("log", [RESNET50, KERAS], ids=["torch", "keras"])
def test_a_log_holds_every_parameter_at_every_step_as_its_writer_logs_it(
    tmp_path: Path, log: Log
) -> None:
    few = tiny(log)
    run("-c", WRITE, log.name, tmp_path / "logs")
    few.grow(tmp_path / "logs")
    source = loaders.load_python(tmp_path / "logs").source()
    assert list(source.histogram_runs()) == list(few.runs)
    names = [one.name for one in few.parameters]
    for parameter, series in zip(few.parameters, source.read(few.runs[0], names), strict=True):
        assert series.steps == (0, 1, 2, 3, 4)
        for record in series.records:
            left, right, count = np.asarray(record.tensor, dtype=np.float64).T
            assert np.all(left[1:] == right[:-1])
            assert np.all(count >= 0)
            assert count.sum() == pytest.approx(parameter.size, rel=0.1)
            middle = (left + right) / 2
            assert count @ middle / count.sum() == pytest.approx(
                parameter.mean, abs=0.2 * parameter.spread
            )
            assert (len(count) == 30) == (log is KERAS)


def test_a_log_is_the_same_whenever_it_is_written() -> None:
    for log in (RESNET50, KERAS):
        first, second = (
            [event.SerializeToString() for event in log.events(log.parameters[:2], 3, 0)]
            for _ in range(2)
        )
        assert first == second


def test_a_sample_is_evenly_spaced_and_never_larger_than_the_whole() -> None:
    assert evenly(range(10), 5) == [0, 2, 4, 6, 8]
    assert evenly("abc", 5) == ["a", "b", "c"]


def test_a_scaled_cost_keeps_its_memory() -> None:
    cost = Cost(20, 1000, 2.0, 1.0, Memory(100, 10), Memory(200, 20))
    cost.scale(50)
    assert cost == Cost(1000, 50_000, 100.0, 50.0, Memory(100, 10), Memory(200, 20))


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="Linux counts it")
def test_the_peak_is_that_since_it_was_forgotten() -> None:
    own = Processes(os.getpid())
    held = np.ones(40_000_000, dtype=np.uint8)
    with_it = own.peak().tensorboard
    del held
    own.forget_peaks()
    assert own.peak().tensorboard < with_it - 30
    held = np.ones(80_000_000, dtype=np.uint8)
    del held
    assert own.peak().tensorboard > own.now().tensorboard + 60
    assert own.cpu_seconds() > 0


def test_only_script_counts_as_busy() -> None:
    names = ("(root)", "(idle)", "(program)", "paint", "(garbage collector)")
    profile = {
        "nodes": [
            {"id": index, "callFrame": {"functionName": name}} for index, name in enumerate(names)
        ],
        "samples": [3, 1, 0, 4, 2],
        "timeDeltas": [1000, 5000, 5000, 500, 5000],
    }
    assert busy(profile) == 1.5


def test_all_that_is_allocated_counts() -> None:
    leaf = {"selfSize": 100, "children": []}
    assert (
        allocated({"selfSize": 1, "children": [leaf, {"selfSize": 10, "children": [leaf]}]}) == 211
    )


def test_what_exceeds_its_budget_is_said() -> None:
    floor = "seconds ÷ bare `read_tensors` of 51 steps (0.40 s)"
    assert beyond([result(RESNET50)]) == [f"- resnet50, Python: {floor}: 2.50 in place of 1.5"]
    assert beyond([result(TAGS)]) == []


def result(log: Log, *, sampled: int = 0, looks: Looks | None = None) -> Result:
    theirs = Cost(323, 34e6, 30.0, 28.0, Memory(600, 400), Memory(650, 410))
    ours = Cost(5, 1e6, 1.0, 0.9, Memory(600, 400), Memory(900, 500))
    motion = Motion(16.7, 17.2, 1.5, 180.0)
    opened = Opening(0.5, 0.6, 18)
    looks = looks or Looks(Opening(0.7, 0.9, 4), opened, motion, motion, motion)
    costs = Costs(theirs, sampled, ours, 0.001, 0.4, 0.8)
    heaps = ([30.0, 31.0, 35.0], [32.0, 32.5, 33.0])
    return Result(log, "Python", costs, Floor(0.4, 0.8), looks, 0.45, heaps)


def cells(results: list[Result]) -> dict[str, list[str]]:
    head, rule, *lines = (line.strip("|").split("|") for line in table(results))
    assert {len(head), len(rule), *map(len, lines)} == {7}
    return {line[2].strip(): [cell.strip() for cell in line[3:]] for line in lines}


def test_the_table_has_both_tabs_side_by_side_with_budgets_and_ratios() -> None:
    found = cells([result(RESNET50)])
    assert found["requests"] == ["323", "5", "", "65"]
    assert found["megabytes"] == ["34.00", "1.00", "1", "34"]
    assert found["CPU seconds"] == ["28.00", "0.90", "", "31"]
    floor = "seconds ÷ bare `read_tensors` of 51 steps (0.40 s)"
    assert found[floor] == ["75.00", "2.50", "1.5", ""]
    assert found["MB in memory at the peak"] == ["1,060", "1,400", "", "0.8"]
    assert found["MB of it in the data server"] == ["410", "500", "", ""]
    assert found["asking again, ms a run"] == ["", "1.0", "5", ""]
    assert found["asked after one more step, ms a run"] == ["", "450.0", "", ""]
    assert found["charts in sight, of 322"] == ["4", "18", "", ""]
    assert found["seconds until all in sight are"] == ["0.90", "0.60", "1", "1.5"]
    assert found["scrubbing: kB allocated a frame"] == ["", "180", "", ""]
    assert found["scrubbing: ms between frames, median"] == ["", "16.7", "17", ""]
    assert found["scrolling: ms between frames, 95 % below"] == ["17.2", "17.2", "", ""]
    assert found["MB of heap after 200 reloads"] == ["35.0", "33.0", "", ""]


def test_what_was_scaled_what_never_came_and_what_was_not_promised_is_said() -> None:
    motion = Motion(16.7, 17.2, 1.5, 180.0)
    never = Opening(math.inf, math.inf, 0)
    found = cells([result(TAGS, sampled=200, looks=Looks(never, never, None, motion, motion))])
    assert found["seconds (scaled from 200 tags)"] == ["30.00", "1.00", "", "30"]
    assert found["megabytes (scaled from 200 tags)"][2] == ""
    assert found["seconds until the first is drawn"][:2] == ["never", "never"]
    assert found["scrolling: ms of script a frame"] == ["", "1.5", "", ""]


def test_a_small_ratio_has_a_digit_more() -> None:
    assert Row("", 3, 2, 0).cells()[-1] == "1.5"
    assert Row("", 30, 2, 0).cells()[-1] == "15"
    assert Row("", 3, 0, 0).cells()[-1] == ""


def test_the_cost_of_a_series_stands_beside_the_number_of_series() -> None:
    of_one = [PerSeries(6, 0.002, 900), PerSeries(10_000, 0.0005, 670)]
    head, rule, few, many = per_series_table({"data server": of_one, "Python": of_one})
    assert head.count("|") == rule.count("|") == many.count("|") == 8
    assert few.startswith("| 6 | 12 | 2.00 | 0.90 |")
    assert many.endswith("| 5,000 | 0.50 | 0.67 |")


def test_the_stages_of_an_answer_stand_beside_each_other_for_both_loaders() -> None:
    found = {"data server": {"reading": (0.5, 0.25)}, "Python": {"reading": (0.1, 0.0504)}}
    head, rule, reading = stages_table(found)
    assert head.count("|") == rule.count("|") == reading.count("|") == 6
    assert reading == "| reading | 500 | 250 | 100 | 50 |"


def test_the_stages_are_those_of_real_answers(tmp_path: Path) -> None:
    logdirs.write_torch(tmp_path / "run", range(3))
    found = dict(stages(loaders.load_python(tmp_path).provider, "run"))
    assert list(found)[2:4] == ["reading alone", "reading, and densities of what is read"]
    assert all(seconds > 0 for seconds in found.values())
