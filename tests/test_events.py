from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, types_pb2
from tensorboard.plugins.histogram import metadata, summary_v2
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util import tensor_util

from tb_layerweights.events import EventFiles, Occurrence, index
from tb_layerweights.histogram import BucketsError, check, clean
from tb_layerweights.series import Listed, Series, Totals, Unreadable
from tests import loaders, logdirs

NAME = "events.out.tfevents.1700000000.test"


def read(files: EventFiles, run: str) -> dict[str, Series]:
    """Returns the series that can be read."""
    found = files.read(run, [one.tag for one in files.listed(run)])
    return {one.tag: one for one in found if isinstance(one, Series)}


def lost(files: EventFiles, run: str) -> dict[str, str]:
    found = files.read(run, [one.tag for one in files.listed(run)])
    return {one.tag: one.text for one in found if isinstance(one, Unreadable)}


def test_every_step_is_there_from_the_first_to_the_last(tmp_path: Path) -> None:
    with logdirs.open_run(tmp_path / "long") as run:
        for step in range(2000):
            run.histogram("kernel", 10 * step, np.full(4, step), buckets=1)
    files = EventFiles(str(tmp_path))
    (series,) = files.read("long", ["kernel"])
    assert isinstance(series, Series)
    assert series.steps == tuple(range(0, 20000, 10))
    assert len(series.records) == len(series.wall_times) == 2000
    np.testing.assert_array_equal(series.records[0].tensor, [[0, 0, 4]])
    assert series.records[-1].tensor[0].tolist() == [1999, 1999, 4]
    assert [record.tensor[0, 2] for record in series.records[5:8]] == [4, 4, 4]
    with pytest.raises(IndexError):
        series.records[2000]


def test_totals_are_exact_and_tell_how_many_are_nan(tmp_path: Path) -> None:
    data = [logdirs.weights((50,), step).astype(np.float64) for step in range(3)]
    with logdirs.open_run(tmp_path) as run:
        for step, values in enumerate(data):
            run.proto("a.weight", step, logdirs.torch_proto(values))
        run.proto("nan.weight", 0, logdirs.torch_proto([*data[0], np.nan, np.nan]))
        run.histogram("tf2", 0, data[0])
    series = read(EventFiles(str(tmp_path)), ".")
    for values, record in zip(data, series["a.weight"].records, strict=True):
        exact = (50, values.sum(), values @ values, values.min(), values.max())
        assert record.totals == Totals(*exact)
        assert record.tensor[:, 2].sum() == 50
    (record,) = series["nan.weight"].records
    assert record.totals is not None
    assert record.totals.num - record.tensor[:, 2].sum() == 2
    assert np.isfinite(record.tensor).all()
    assert series["tf2"].records[0].totals is None


def usable(found: Iterator[Series | Unreadable]) -> dict[str, list[tuple[int, float, Any]]]:
    """Returns step, wall time and tensor of every record that is a histogram."""
    series: dict[str, list[tuple[int, float, Any]]] = {}
    for one in found:
        if not isinstance(one, Series):
            continue
        for step, wall_time, record in zip(one.steps, one.wall_times, one.records, strict=True):
            try:
                tensor = check(record.tensor)
            except BucketsError:
                continue
            series.setdefault(one.tag, []).append((step, wall_time, tensor))
    return series


@pytest.mark.parametrize("run", [*(run for run in loaders.RUNS if run != "sampled"), "nothing"])
def test_histograms_are_those_that_tensorboard_gives(
    world: Path, loaded: loaders.Loaded, run: str
) -> None:
    files, source = EventFiles(str(world)), loaded.source()
    listed = files.listed(run)
    if run != "restarted":
        assert listed == source.histogram_tags(run)
    tags = [one.tag for one in listed]
    ours, theirs = usable(files.read(run, tags)), usable(source.read(run, tags))
    assert set(ours) == set(theirs)
    for tag, series in ours.items():
        assert [one[:2] for one in series] == [one[:2] for one in theirs[tag]]
        mine, other = (clean([one[2] for one in found]) for found in (series, theirs[tag]))
        if tag == "torch_nan.weight":
            continue  # theirs has edges of NaN
        np.testing.assert_array_equal(mine.start, other.start)
        np.testing.assert_allclose(mine.share, other.share, atol=1e-6)
        np.testing.assert_allclose(mine.total, other.total, rtol=1e-6)
        np.testing.assert_allclose(mine.left, other.left, rtol=1e-6, atol=1e-12)
        np.testing.assert_allclose(mine.right, other.right, rtol=1e-6, atol=1e-12)


def test_the_tags_of_keras_are_in_natural_order_with_their_last_step(tmp_path: Path) -> None:
    with logdirs.open_run(tmp_path / "train") as run:
        for step in (0, 5):
            run.histogram("layer10/kernel", step, np.ones(3))
            run.histogram("layer2/kernel", step, np.ones(3))
        run.scalar("loss", 7, 1.0)
    assert EventFiles(str(tmp_path)).listed("train") == [
        Listed("layer2/kernel", 5, logdirs.START + 0.005),
        Listed("layer10/kernel", 5, logdirs.START + 0.004),
    ]


def test_the_first_metadata_of_a_tag_decides(tmp_path: Path) -> None:
    rows = tensor_util.make_tensor_proto(np.array([[0.0, 1, 5]]))
    with logdirs.open_run(tmp_path) as run:
        run.scalar("scalar", 0, 1.0)
        run.tensor("scalar", 1, rows)
        run.value(0, summary_pb2.Summary.Value(tag="unknown", tensor=rows))
        run.tensor("kernel", 0, rows)
        run.value(1, summary_pb2.Summary.Value(tag="kernel", tensor=rows))
        other = metadata.create_summary_metadata("kernel", "")
        other.plugin_data.plugin_name = "scalars"
        run.value(2, summary_pb2.Summary.Value(tag="kernel", tensor=rows, metadata=other))
    (series,) = read(EventFiles(str(tmp_path)), ".").values()
    assert (series.tag, series.steps) == ("kernel", (0, 1, 2))


def test_a_bomb_is_refused_and_named(tmp_path: Path) -> None:
    bomb = tensor_util.make_tensor_proto(np.zeros((2, 3)))
    bomb.tensor_content = b""
    bomb.double_val.append(1.0)
    bomb.tensor_shape.dim[0].size = 1 << 40
    with logdirs.open_run(tmp_path) as run:
        for step in range(3):
            run.tensor("bomb", step, bomb if step == 1 else np.array([[0.0, 1, 5]]))
            run.proto("limits", step, summary_pb2.HistogramProto(bucket=[1, 2], bucket_limit=[1]))
    files = EventFiles(str(tmp_path))
    assert lost(files, ".") == {
        "bomb": "1 of 3 records are left out: the one of step 1 has shape [1099511627776, 3] but "
        "holds 1 of 3298534883328 numbers.",
        "limits": "3 of 3 records are left out: the one of step 0 has 2 buckets and 1 limits.",
    }
    assert {tag: one.steps for tag, one in read(files, ".").items()} == {"bomb": (0, 2)}


def test_what_is_no_histogram_is_left_out_with_a_reason(world: Path) -> None:
    reasons = {
        tag: text.split(": ")[1] for tag, text in lost(EventFiles(str(world)), "hostile").items()
    }
    assert reasons == {
        "poison": "the one of step 0 holds bfloat16 values, not histogram buckets.",
        "scalar": "the one of step 0 has shape [], not [buckets, 3].",
        "string": "the one of step 0 holds string values, not histogram buckets.",
        "complex": "the one of step 0 holds complex64 values, not histogram buckets.",
        "bool": "the one of step 0 holds bool values, not histogram buckets.",
        "wrong_shape": "the one of step 0 has shape [10, 2], not [buckets, 3].",
        "rank_three": "the one of step 0 has shape [2, 2, 3], not [buckets, 3].",
        "half/kernel": "the one of step 1 has shape [5], not [buckets, 3].",
    }


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int8, np.uint16, np.int64, np.uint64])
def test_numbers_of_every_type_are_read_from_either_field(tmp_path: Path, dtype: Any) -> None:
    rows = np.array([[0, 1, 5], [1, 2, 60]], dtype=dtype)
    content = tensor_pb2.TensorProto(
        dtype={"f2": types_pb2.DT_HALF, "f4": types_pb2.DT_FLOAT, "i1": types_pb2.DT_INT8,
               "u2": types_pb2.DT_UINT16, "i8": types_pb2.DT_INT64,
               "u8": types_pb2.DT_UINT64}[np.dtype(dtype).str[1:]],
    )  # fmt: skip
    for size in rows.shape:
        content.tensor_shape.dim.add(size=size)
    typed = tensor_pb2.TensorProto.FromString(content.SerializeToString())
    content.tensor_content = rows.tobytes()
    field = {"f2": "half_val", "f4": "float_val", "i8": "int64_val", "u8": "uint64_val"}
    values = rows.view(np.uint16) if dtype is np.float16 else rows
    getattr(typed, field.get(np.dtype(dtype).str[1:], "int_val")).extend(values.ravel().tolist())
    with logdirs.open_run(tmp_path) as run:
        run.tensor("kernel", 0, content)
        run.tensor("kernel", 1, typed)
    for record in read(EventFiles(str(tmp_path)), ".")["kernel"].records:
        assert record.tensor.dtype == np.float64
        np.testing.assert_array_equal(record.tensor, rows)


def test_records_without_a_wall_time_are_kept(tmp_path: Path) -> None:
    with logdirs.open_run(tmp_path) as run:
        for step, wall_time in enumerate((1.0, np.nan, np.inf)):
            run.histogram("kernel", step, np.ones(3), wall_time=wall_time)
    (series,) = read(EventFiles(str(tmp_path)), ".").values()
    np.testing.assert_array_equal(series.wall_times, [1, np.nan, np.inf])


def test_files_are_joined_in_the_order_of_their_wall_times(tmp_path: Path) -> None:
    for name, at, steps in (("a.tfevents", 100, (3, 4, 5)), ("b.tfevents", 0, range(5))):
        with (tmp_path / name).open("wb") as file:
            writer = RecordWriter(file)
            for step in steps:
                value = summary_v2.histogram_pb("kernel", np.ones(step + 1)).value
                event = event_pb2.Event(step=step, wall_time=at + step)
                event.summary.value.extend(value)
                writer.write(event.SerializeToString())
    series = read(EventFiles(str(tmp_path)), ".")["kernel"]
    assert series.steps == (0, 1, 2, 3, 4, 5)
    assert series.wall_times == (0, 1, 2, 103, 104, 105)
    assert [record.tensor[:, 2].sum() for record in series.records] == [1, 2, 3, 4, 5, 6]


def write_collided(directory: Path, steps: Any, first: int = 0, left_out: int = 0) -> None:
    """Two layers under the tags of one, as Keras 3.0 wrote them; counts say which is which."""
    with logdirs.open_run(directory) as run:
        for step in steps:
            for size in (30, 3, 20, 2)[: 4 - left_out * (step == steps[-1])]:
                tag = "kernel" if size >= 20 else "bias"
                run.histogram(tag, step, np.full(size, first + step))


def counts(series: Series) -> list[float]:
    return [record.tensor[:, 2].sum() for record in series.records]


def test_tags_of_several_weights_are_taken_apart(tmp_path: Path) -> None:
    write_collided(tmp_path, range(4), left_out=1)
    files = EventFiles(str(tmp_path))
    one, two = files.read_parts(".", "kernel")
    assert (one.tag, two.tag) == ("kernel#1", "kernel#2")
    assert one.steps == two.steps == (0, 1, 2, 3)
    assert (counts(one), counts(two)) == ([30] * 4, [20] * 4)
    assert all(a < b for a, b in zip(one.wall_times, two.wall_times, strict=True))
    bias = files.read_parts(".", "bias")
    assert [part.steps for part in bias] == [(0, 1, 2)] * 2
    assert [counts(part) for part in bias] == [[3] * 3, [2] * 3]
    assert files.read_parts(".", "nothing") == files.read_parts("nothing", "kernel") == []


def test_the_last_complete_step_is_told_in_the_order_of_writing(tmp_path: Path) -> None:
    write_collided(tmp_path, range(1, 4), left_out=1)
    files = EventFiles(str(tmp_path))
    weights = [Occurrence("kernel", 30), Occurrence("bias", 3)]
    weights += [Occurrence("kernel", 20), Occurrence("bias", 2)]
    assert files.occurrences(".") == weights
    assert files.occurrences("nothing") == []


@pytest.mark.parametrize("begin", [0, 2, 3])
def test_a_restart_takes_back_the_parts_it_writes_again(tmp_path: Path, begin: int) -> None:
    write_collided(tmp_path, range(4))
    (tmp_path / NAME).rename(tmp_path / "a.tfevents")
    write_collided(tmp_path, range(begin, 5), first=100)
    files = EventFiles(str(tmp_path))
    parts = files.read_parts(".", "kernel")
    assert [part.steps for part in parts] == [(0, 1, 2, 3, 4)] * 2
    assert [counts(part) for part in parts] == [[30] * 5, [20] * 5]
    values = [*range(begin), *range(100 + begin, 105)]
    for part in parts:
        assert [record.tensor[-1, 1] for record in part.records] == values
    assert len(files.occurrences(".")) == 4


def test_a_part_leaves_out_what_is_no_histogram(tmp_path: Path) -> None:
    rows = np.array([[0.0, 1, 5]])
    with logdirs.open_run(tmp_path) as run:
        for step in range(3):
            run.tensor("kernel", step, rows)
            run.tensor("kernel", step, np.zeros(4) if step == 1 else 2 * rows)
    files = EventFiles(str(tmp_path))
    assert [part.steps for part in files.read_parts(".", "kernel")] == [(0, 1, 2), (0, 2)]
    assert files.occurrences(".") == [Occurrence("kernel", 5), Occurrence("kernel", 10)]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_no_file_stays_open(tmp_path: Path) -> None:
    write_collided(tmp_path, range(3))
    before = len(os.listdir("/proc/self/fd"))
    found = EventFiles(str(tmp_path)).read(".", ["kernel", "bias"])
    one = next(found)
    assert isinstance(one, Series)
    assert len(one.records[0].tensor) == 30
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_flood_of_tags_is_stemmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "TAGS", 2)
    with logdirs.open_run(tmp_path) as run:
        for tag in "cabc":
            run.histogram(tag, 0, np.ones(3))
    files = EventFiles(str(tmp_path))
    assert [one.tag for one in files.listed(".")] == ["a", "c"]
    assert files.problems(".") == ["only the first 2 tags are read"]
