from __future__ import annotations

import os
import shutil
import struct
import threading
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto import event_pb2
from tensorboard.compat.proto.summary_pb2 import HistogramProto
from tensorboard.summary.writer.record_writer import RecordWriter

from tb_layerweights import events
from tb_layerweights.events import EventFiles, Progress, index, records
from tb_layerweights.series import Series, Unreadable
from tests import logdirs
from tests.effort import examples

NAME = "events.out.tfevents.1700000000.test"
fuzz = settings(
    max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def write(directory: Path, steps: Any, tag: str = "kernel") -> bytes:
    with logdirs.open_run(directory) as run:
        for step in steps:
            run.histogram(tag, step, logdirs.weights((5,), step), buckets=2)
            run.proto("b.weight", step, HistogramProto(bucket=[3, 4], bucket_limit=[1, step]))
    return (directory / NAME).read_bytes()


def look(files: EventFiles) -> dict[str, list[tuple[int, Any]]]:
    """Asks everything there is to ask; returns steps and tensors."""
    tags = [one.tag for one in files.listed(".")]
    for tag in tags:
        for part in files.read_parts(".", tag):
            assert all(record.tensor.shape[1] == 3 for record in part.records)
    assert len(files.occurrences(".")) >= min(len(tags), 1)
    return {
        one.tag: [
            (step, record.tensor.tolist())
            for step, record in zip(one.steps, one.records, strict=True)
        ]
        for one in files.read(".", tags)
        if isinstance(one, Series)
    }


def steps(files: EventFiles, tag: str = "kernel", run: str = ".") -> tuple[int, ...]:
    (found,) = files.read(run, [tag])
    return found.steps if isinstance(found, Series) else ()


def test_a_file_cut_off_anywhere_yields_what_is_whole(tmp_path: Path) -> None:
    whole = write(tmp_path, range(2))
    full = look(EventFiles(str(tmp_path)))
    assert {tag: len(found) for tag, found in full.items()} == {"kernel": 2, "b.weight": 2}
    growing = EventFiles(str(tmp_path / "growing"))
    (tmp_path / "growing").mkdir()
    before = 0
    for size in range(len(whole) + 1):
        (tmp_path / NAME).write_bytes(whole[:size])
        with (tmp_path / "growing" / NAME).open("ab") as file:
            file.write(whole[max(size - 1, 0) : size])
        files = EventFiles(str(tmp_path))
        found = look(files)
        assert all(full[tag][: len(found[tag])] == found[tag] for tag in found)
        assert files.problems(".") == []
        count = sum(len(one) for one in found.values())
        assert before <= count <= before + 1
        before = count
        assert look(growing) == found
    assert before == 4


@fuzz
@given(data=st.data())
def test_corrupt_bytes_never_raise(tmp_path: Path, data: st.DataObject) -> None:
    whole = bytearray(write(tmp_path, range(3)))
    places = st.integers(0, len(whole) - 1)
    for at, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=6)):
        whole[at] = byte
    (tmp_path / NAME).write_bytes(whole)
    look(EventFiles(str(tmp_path)))


@fuzz
@given(st.lists(st.binary(max_size=60), max_size=5), st.data())
def test_garbage_in_sound_records_never_raises(
    tmp_path: Path, garbage: list[bytes], data: st.DataObject
) -> None:
    value = event_pb2.Event(step=1)
    value.summary.value.add(tag="x").histo.bucket.append(1)
    event = bytearray(value.SerializeToString())
    event[data.draw(st.integers(0, len(event) - 1))] = data.draw(st.integers(0, 255))
    with (tmp_path / NAME).open("wb") as file:
        for payload in (*garbage, bytes(event)):
            RecordWriter(file).write(payload)
    look(EventFiles(str(tmp_path)))


def test_nothing_is_read_beyond_a_corrupt_record(tmp_path: Path) -> None:
    whole = bytearray(write(tmp_path, range(4)))
    with (tmp_path / NAME).open("rb") as file:
        begins = [record.begin for record in records.read(file, 0, len(whole))]
    third = begins[5]
    whole[third + 8] ^= 1  # the checksum of the length
    (tmp_path / NAME).write_bytes(whole)
    files = EventFiles(str(tmp_path))
    assert steps(files) == (0, 1)
    (text,) = files.problems(".")
    assert text == f"{NAME}: the record at byte {third} is corrupt, and nothing after it is read"
    assert files.progress(".") == Progress(len(whole), len(whole))
    whole[third + 8] ^= 1
    whole[third + 12] = 0xFF  # the payload: protobuf can't parse it
    (tmp_path / NAME).write_bytes(whole)
    assert steps(files) == (0, 1)
    assert files.problems(".") == [text]


def test_sound_records_that_are_no_events_are_passed_over(tmp_path: Path) -> None:
    whole = write(tmp_path, range(2))
    with (tmp_path / NAME).open("wb") as file:
        RecordWriter(file).write(b"\xff\xff\xff")
        file.write(whole)
    files = EventFiles(str(tmp_path))
    assert steps(files) == (0, 1)
    assert files.problems(".") == [f"{NAME}: the record at byte 0 is no event and left out"]


def test_records_that_are_too_long_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with logdirs.open_run(tmp_path) as run:
        for step, size in enumerate((10, 2000, 10)):
            run.tensor("kernel", step, np.ones((size, 3)))
    monkeypatch.setattr(records, "LONGEST", 10_000)
    files = EventFiles(str(tmp_path))
    length = struct.pack("<Q", 1 << 62)
    with (tmp_path / NAME).open("ab") as file:
        file.write(length + struct.pack("<I", records.masked_crc32c(length)) + b"x" * 100)
    assert steps(files) == (0, 2)
    (text,) = files.problems(".")
    assert text.endswith(" is too long and left out")


def test_what_is_appended_is_read_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = write(tmp_path, range(6))
    half = len(whole) // 2
    (tmp_path / NAME).write_bytes(whole[:half])
    files = EventFiles(str(tmp_path))
    early = steps(files)
    assert 0 < len(early) < 6
    begun: list[int] = []
    plain = records.read

    def spy(file: BinaryIO, offset: int, size: int) -> Any:
        begun.append(offset)
        return plain(file, offset, size)

    monkeypatch.setattr(index.records, "read", spy)
    assert steps(files) == early
    assert begun == []
    with (tmp_path / NAME).open("ab") as file:
        file.write(whole[half:])
    assert steps(files) == (0, 1, 2, 3, 4, 5)
    assert len(begun) == 1
    assert half - 200 < begun[0] <= half


@pytest.mark.parametrize(("how", "last"), [("swap", 7), ("swap", 20), ("rewrite", 20)])
def test_a_replaced_file_is_read_anew(tmp_path: Path, how: str, last: int) -> None:
    write(tmp_path, range(3))
    files = EventFiles(str(tmp_path))
    (series,) = files.read(".", ["kernel"])
    other = write(tmp_path / "other", range(5, last))
    if how == "swap":
        os.replace(tmp_path / "other" / NAME, tmp_path / NAME)
        assert isinstance(series, Series)
        assert [record.tensor.shape for record in series.records] == [(0, 3)] * 3
    else:
        (tmp_path / NAME).write_bytes(other)
    assert steps(files) == tuple(range(5, last))


def test_a_file_rewritten_cut_off_or_removed_is_noticed(tmp_path: Path) -> None:
    whole = write(tmp_path, range(3))
    files = EventFiles(str(tmp_path))
    (series,) = files.read(".", ["kernel"])
    assert isinstance(series, Series)
    (tmp_path / NAME).write_bytes(whole.replace(b"kernel", b"corner"))
    os.utime(tmp_path / NAME, ns=(1, 1))
    assert [one.tag for one in files.listed(".")] == ["b.weight", "corner"]
    assert [record.tensor.shape for record in series.records] == [(0, 3)] * 3
    os.truncate(tmp_path / NAME, len(whole) // 2)
    assert steps(files, "corner") == (0,)
    (tmp_path / NAME).unlink()
    assert files.listed(".") == []


def test_a_record_that_was_overwritten_is_empty(tmp_path: Path) -> None:
    whole = write(tmp_path, range(3))
    (series,) = EventFiles(str(tmp_path)).read(".", ["kernel"])
    assert isinstance(series, Series)
    with (tmp_path / NAME).open("r+b") as file:
        file.write(bytes(len(whole)))
    assert [record.tensor.shape for record in series.records] == [(0, 3)] * 3


def test_nothing_outside_of_the_log_directory_is_read(tmp_path: Path) -> None:
    logdir = tmp_path / "logs"
    write(logdir / "a", range(3))
    write(tmp_path / "outside", range(3))
    (logdir / "link").symlink_to(tmp_path / "outside")
    (logdir / "inner").symlink_to(logdir / "a")
    (logdir / "b").mkdir()
    (logdir / "b" / NAME).symlink_to(tmp_path / "outside" / NAME)
    (logdir / "b" / f"{NAME}.dangling").symlink_to(tmp_path / "nothing")
    (logdir / "b" / f"{NAME}.directory").mkdir()
    os.mkfifo(logdir / "b" / f"{NAME}.pipe")
    files = EventFiles(str(logdir))
    assert files.has("a")
    assert steps(files, run="inner") == (0, 1, 2)
    for run in ("link", "b", "..", "../outside", "a/../../outside", "a/../a", str(logdir / "a"),
                "/", "", "\0", "a\0", "\ud800", "none", f"a/{NAME}", "a" * 9000, "."):  # fmt: skip
        assert not files.has(run), run
        assert files.listed(run) == files.occurrences(run) == files.problems(run) == []
        assert [type(one) for one in files.read(run, ["kernel"])] == [Unreadable]


@pytest.mark.parametrize("logdir", ["", None, "gs://bucket/logs", "a:x,b:y", "/nothing"])
def test_only_local_log_directories_have_files(logdir: str | None) -> None:
    assert not EventFiles(logdir).has(".")
    assert EventFiles(logdir).listed(".") == []


def test_a_file_that_became_a_link_to_the_outside_is_not_read(tmp_path: Path) -> None:
    write(tmp_path / "logs", range(3))
    files = EventFiles(str(tmp_path / "logs"))
    (series,) = files.read(".", ["kernel"])
    assert isinstance(series, Series)
    shutil.copy(tmp_path / "logs" / NAME, tmp_path / "secret")
    (tmp_path / "logs" / NAME).unlink()
    (tmp_path / "logs" / NAME).symlink_to(tmp_path / "secret")
    assert [len(record.tensor) for record in series.records] == [0, 0, 0]
    assert steps(files) == ()


def test_two_threads_index_once_and_others_don_t_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for run in "ab":
        write(tmp_path / run, range(3))
    files = EventFiles(str(tmp_path))
    reading, go_on, read = threading.Event(), threading.Event(), [0]
    plain = event_pb2.Event.FromString

    class Slow:
        @staticmethod
        def FromString(payload: bytes) -> Any:
            read[0] += 1
            if threading.current_thread() is not threading.main_thread() and read[0] == 4:
                reading.set()
                assert go_on.wait(20)
            return plain(payload)

    monkeypatch.setattr(index.event_pb2, "Event", Slow)
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(files.listed("a"))) for _ in "12"]
    for thread in threads:
        thread.start()
    assert reading.wait(20)
    progress = files.progress("a")
    assert progress is not None
    assert 0 < progress.read < progress.size == (tmp_path / "a" / NAME).stat().st_size
    assert files.progress("b") is None
    assert len(files.listed("b")) == 2
    go_on.set()
    for thread in threads:
        thread.join()
    assert found[0] == found[1] != []
    assert read[0] == 2 * (1 + 7)  # each run: the first record to begin with, then all seven


def test_few_runs_stay_indexed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "RUNS", 2)
    files = EventFiles(str(tmp_path))
    for run in "abac":
        write(tmp_path / run, range(1))
        files.listed(run)
    assert [run for run in "abc" if files.progress(run) is not None] == ["a", "c"]
    assert steps(files, run="b") == (0,)
