"""Log directories of hostile runs: see `hostile` for what is in their records."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

from tests import corpus
from tests.hostile import ODD, PROTOS, STEPS, TENSORS, WRITERS, fuzzed
from tests.logdirs import Run, open_run, torch_proto, weights

FILE = "events.out.tfevents.1700000000.test"
# Tensors at random in one run.
FUZZED = 300
TAGS = (
    *corpus.TAGS,
    "..\\..\\windows",
    "file:///etc/passwd",
    "100%",
    "%ff",
    "a%2Fb",
    "hasOwnProperty",
    "valueOf/kernel",
    "prototype",
    "NaN",
    "null",
    "true",
    "0",
    "1e309",
    "[object Object]",
    "${7*7}{{7*7}}",
    "'; DROP TABLE runs; --",
    "</script><script>window.broken = 1</script>",
    "javascript:alert(1)",
    "kernel/histogram#2",
    "a#1",
    "\x1b[31mred\x07",
    "\u0300\u0301\u0302" * 50,
    "\U0010ffff/\ufffe",
    "=cmd|'/c calc'!A0",
    "\t=1+1",
)
RUNS = (*corpus.RUNS, "...", "a.b/.hidden", "100%", "%2e%2e", "&run=x", "'quoted'", "new\u2028line")


def write_good(run: Run, step: int) -> None:
    run.histogram("good/kernel", step, weights((30,), step))
    run.proto("good.weight", step, torch_proto(weights((30,), step)))


def write_hostile_records(logdir: Path) -> None:
    """Whatever both loaders live through, a run for each kind, healthy series in all of them."""
    for name, tensor in TENSORS.items():
        with open_run(logdir / "records" / name) as run:
            for step in STEPS:
                run.tensor(ODD, step, tensor)
                write_good(run, step)
    for name, proto in PROTOS.items():
        with open_run(logdir / "records" / name) as run:
            for step in STEPS:
                run.proto(ODD, step, proto)
                write_good(run, step)
    for name, write in WRITERS.items():
        with open_run(logdir / "records" / name) as run:
            for step in STEPS:
                write(run, step)
                write_good(run, step)
    with open_run(logdir / "records" / "fuzzed") as run:
        for step in STEPS:
            for seed in range(FUZZED):
                run.tensor(f"fuzzed/{seed}", step, fuzzed(seed))
            write_good(run, step)


def write_hostile_names(logdir: Path) -> None:
    """Names that are no names, of series and of runs."""
    with open_run(logdir / "names") as run:
        for step in STEPS:
            for tag in TAGS:
                run.histogram(tag, step, weights((9,), step))
            write_good(run, step)
    for name in RUNS:
        with open_run(logdir / "runs" / name) as run:
            for step in STEPS:
                write_good(run, step)


def _cut_off(path: Path) -> None:
    with path.open("ab") as file:
        file.truncate(path.stat().st_size - 7)


def _corrupt_at(place: float) -> Callable[[Path], None]:
    def corrupt(path: Path) -> None:
        content = bytearray(path.read_bytes())
        begin = int(place * len(content))
        content[begin : begin + 9] = b"\xa5" * len(content[begin : begin + 9])
        path.write_bytes(content)

    return corrupt


def _append(tail: bytes) -> Callable[[Path], None]:
    def append(path: Path) -> None:
        with path.open("ab") as file:
            file.write(tail)

    return append


def _beside(name: str, content: bytes) -> Callable[[Path], None]:
    """A further file, older than the whole one."""

    def write(path: Path) -> None:
        (path.parent / f"events.out.tfevents.1600000000.{name}").write_bytes(content)

    return write


def _directory(path: Path) -> None:
    (path.parent / "events.out.tfevents.1600000000.directory").mkdir()


def _dangling(path: Path) -> None:
    os.symlink("nowhere", path.parent / "events.out.tfevents.1600000000.dangling")


def _to_the_outside(path: Path) -> None:
    os.symlink("/etc/hostname", path.parent / "events.out.tfevents.1600000000.outside")


# What becomes of a sound file. The healthy series keep at least their first step.
DAMAGES: dict[str, Callable[[Path], None]] = {
    "cut_off": _cut_off,
    "corrupt_late": _corrupt_at(0.9),
    "corrupt_at_the_end": _corrupt_at(0.999),
    "zeros_at_the_end": _append(b"\0" * 4096),
    "garbage_at_the_end": _append(random.Random(0).randbytes(4096)),
    "endless_record": _append(b"\xff" * 8 + b"\0" * 100),
    "empty_file": _beside("empty", b""),
    "garbage_file": _beside("garbage", random.Random(1).randbytes(4096)),
    "text_file": _beside("text", b"no events, just text\n" * 99),
    "directory": _directory,
    "dangling": _dangling,
    "to_the_outside": _to_the_outside,
}


def write_damaged_files(logdir: Path) -> None:
    """Files that broke after they were written, a run for each way."""
    for name, damage in DAMAGES.items():
        directory = logdir / "files" / name
        with open_run(directory) as run:
            for step in STEPS:
                write_good(run, step)
        damage(directory / FILE)


RUN_NAMES = (
    *(f"records/{name}" for name in (*TENSORS, *PROTOS, *WRITERS)),
    "records/fuzzed",
    "names",
    *(f"runs/{name}" for name in RUNS),
    *(f"files/{name}" for name in DAMAGES),
)


def write_everything(logdir: Path) -> None:
    """All of `RUN_NAMES`."""
    write_hostile_records(logdir)
    write_hostile_names(logdir)
    write_damaged_files(logdir)


def write_loops(logdir: Path) -> None:
    """Links that lead to where they are; the Python loader takes them for forty runs."""
    with open_run(logdir / "run") as run:
        for step in STEPS:
            write_good(run, step)
    os.symlink("..", logdir / "run" / "up")
    os.symlink("itself", logdir / "run" / "itself")
