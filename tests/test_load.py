"""A hundred who read while a training writes, and a thousand reloads, of a real TensorBoard."""

from __future__ import annotations

import http.client
import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import numpy as np
import pytest
from safetensors.numpy import load

from benchmarks.processes import Processes
from tb_layerweights import wire
from tb_layerweights.delta import whole
from tests import growing, logdirs
from tests.growing import TAGS, Training
from tests.loaders import ROUTE
from tests.serving import LOADERS, process_of
from tests.waiting import until

pytestmark = pytest.mark.long

READERS = 100
READ_SECONDS = 60
BACK_SECONDS = 10
RELOADS = 1000
WARM_UP = 300
# More than either loader keeps: from then on a log takes TensorBoard no more memory.
STEPS_BEFORE = 600
MOST_GROWTH_MEGABYTES = 10
# Threads and open files that may be about to end.
SPARE = 4

# Every question is looked up anew; TensorBoard is as it is otherwise.
IMPATIENT = (
    "-c",
    "import tb_layerweights.plugin as plugin; plugin._LISTED_SECONDS = 0.0\n"
    "from tensorboard.main import run_main; run_main()",
)


class Reader:
    """One who asks one question after the other, from an address of their own."""

    def __init__(self, address: str, number: int, training: Training) -> None:
        self._host = urlsplit(address).netloc
        self._from = f"127.0.0.{1 + number % 10}"
        self._dice = random.Random(number)
        self._training = training
        self._asked = 0.0
        self._seen: dict[str, list[tuple[float, int]]] = {}
        self._known: dict[str, tuple[str, Any]] = {}
        self.statuses: Counter[int] = Counter()

    def ask(self, route: str, **query: object) -> tuple[bytes, str] | None:
        """Returns an answer and its tag; None if it can't be had now, which must be said so."""
        self._asked = time.monotonic()
        connection = http.client.HTTPConnection(
            self._host, timeout=180, source_address=(self._from, 0)
        )
        connection.request("GET", f"{ROUTE}{route}?{urlencode(query, doseq=True)}")
        response = connection.getresponse()
        body = response.read()
        connection.close()
        self.statuses[response.status] += 1
        if response.status == 503:
            assert int(response.headers["Retry-After"]) > 0, body
            time.sleep(self._dice.random())
            return None
        if response.status == 404 and route == "histogram":
            return None  # the step was sampled away meanwhile
        assert response.status == 200, (route, query, body)
        etag = response.headers["ETag"] or ""
        return body, etag.removeprefix('W/"').removesuffix('"')

    def anything(self) -> None:
        """Asks something and checks that what is said was so at some time."""
        self._dice.choice(
            [self.runs, self.outline, self.follow, self.few, self.statistics, self.histogram]
        )()

    def runs(self) -> None:
        if found := self.ask("runs"):
            runs = {run["run"]: run for run in json.loads(found[0])["runs"]}
            assert set(runs) == {"live", "still"}
            assert runs["live"]["series"] == len(TAGS)
            self._saw("runs", runs["live"]["last_step"])

    def outline(self) -> None:
        if found := self.ask("outline", run="live"):
            layers = json.loads(found[0])["layers"]
            parameters = [one for layer in layers for one in layer["parameters"]]
            assert [one["tag"] for one in parameters] == list(TAGS)
            for one in parameters:
                self._saw(f"outline {one['tag']}", one["last_step"])

    def follow(self) -> None:
        """The whole of a run, told what is new since the last time."""
        for run in ("live", "still"):
            etag, before = self._known.get(run, ("", None))
            if found := self.ask("densities", run=run, **({"since": etag} if etag else {})):
                body, etag = found
                is_news = "since" in wire.header(body)
                answer = whole(before, load(body)) if is_news else load(body)
                if run == "live":
                    self._check_densities(tags_of(body), answer)
                elif before is not None:
                    for name, tensor in before.items():
                        np.testing.assert_array_equal(answer[name], tensor)
                self._known[run] = etag, answer

    def few(self) -> None:
        """Some series on a grid that hardly anybody else asks for."""
        tags = self._dice.sample(TAGS, 2)
        bins = self._dice.randint(8, 1024)
        if found := self.ask("densities", run="live", tag=tags, bins=bins, bits=16):
            self._check_densities(tags_of(found[0]), load(found[0]))

    def statistics(self) -> None:
        question = {"run": "live", "number": ["count", "max"], "tag": self._dice.choice(TAGS)}
        if found := self.ask("statistics", **question):
            (series,) = json.loads(found[0])["series"]
            assert series["count"] == [growing.count(step) for step in series["step"]]
            expected = [growing.scale(step) for step in series["step"]]
            assert series["max"] == pytest.approx(expected, rel=1e-6)
            self._check_steps(series["tag"], series["step"])

    def histogram(self) -> None:
        tag = self._dice.choice(TAGS)
        step = self._seen[tag][-1][1] if tag in self._seen else self._training.step
        if found := self.ask("histogram", run="live", tag=tag, step=step):
            buckets = np.array(json.loads(found[0])["buckets"])
            np.testing.assert_allclose(buckets, growing.rows(step), rtol=1e-6)

    def _check_densities(self, tags: list[str], answer: dict[str, Any]) -> None:
        offset, steps = answer["offset"], answer["step"]
        np.testing.assert_array_equal(answer["count"], growing.count(steps))
        np.testing.assert_allclose(answer["max"], growing.scale(steps), rtol=1e-6)
        most = np.iinfo(answer["density"].dtype).max
        heights = answer["density"].sum(axis=1) / most * answer["peak"]
        width = np.diff(answer["range"])[:, 0] / answer["density"].shape[1]
        mass = heights * np.repeat(width, np.diff(offset)) + answer["below"] + answer["above"]
        np.testing.assert_allclose(mass, 1, atol=0.02)
        for tag, (begin, end) in zip(tags, itertools.pairwise(offset), strict=True):
            self._check_steps(tag, steps[begin:end].tolist())

    def _check_steps(self, tag: str, steps: list[int]) -> None:
        assert steps == sorted(set(steps))
        self._saw(tag, steps[-1])

    def _saw(self, what: str, step: int) -> None:
        """Nobody is shown what isn't yet, nor what was long before what they have seen.

        What a run holds is looked up once a second, and what is read then may be newer.
        """
        assert step <= self._training.step
        seen = self._seen.setdefault(what, [])
        long_before = [one for when, one in seen if when < self._asked - BACK_SECONDS]
        assert step >= max(long_before, default=0)
        seen.append((time.monotonic(), step))


def tags_of(body: bytes) -> list[str]:
    return [one["tag"] for one in wire.header(body)["series"]]


@pytest.fixture(params=LOADERS, ids=["rust", "python"])
def load_fast(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def training(tmp_path: Path) -> Iterator[Training]:
    """A training that has gone on for long, beside one that has ended."""
    logdirs.write_torch(tmp_path / "logs" / "still", range(0, 600, 10))
    found = Training(tmp_path / "logs" / "live")
    found.steps(STEPS_BEFORE)
    yield found
    found.close()


Say = Callable[[str], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Say:
    """Prints figures of a run that are worth writing down."""

    def say_it(text: str) -> None:
        with capsys.disabled():
            print(f"\n{request.node.name}: {text}")

    return say_it


def test_a_hundred_readers_see_what_was_written_and_leave_nothing_behind(
    training: Training, load_fast: str, tmp_path: Path, say: Say
) -> None:
    logs, output = tmp_path / "logs", tmp_path / "output.txt"
    flags = ("--logdir", str(logs), f"--load_fast={load_fast}", "--reload_interval=1")
    with process_of(*flags, output=output) as (address, pid):
        first = Reader(address, 0, training)
        until(lambda: is_loaded(first, training), 60)
        for kind in (first.runs, first.outline, first.follow, first.few, first.statistics):
            kind()
        processes = Processes(pid)
        threads, files = processes.threads(), processes.files()
        readers = [Reader(address, number, training) for number in range(READERS)]
        deadline = time.monotonic() + READ_SECONDS

        def read(reader: Reader) -> None:
            while time.monotonic() < deadline:
                reader.anything()

        with training.going_on(0.2), ThreadPoolExecutor(READERS) as pool:
            for done in [pool.submit(read, reader) for reader in readers]:
                done.result()
        statuses = sum((reader.statuses for reader in readers), Counter[int]())
        assert all(reader.statuses[200] > 0 for reader in readers)
        assert training.step > STEPS_BEFORE
        until(lambda: processes.threads() <= threads + SPARE)
        until(lambda: processes.files() <= files + SPARE)
        say(
            f"{READERS} readers, answers {dict(statuses)}, steps {STEPS_BEFORE} -> {training.step},"
            f" threads {threads} -> {processes.threads()}, files {files} -> {processes.files()}"
        )
    assert "Traceback" not in output.read_text()


def is_loaded(reader: Reader, training: Training) -> bool:
    found = reader.ask("runs")
    runs = json.loads(found[0])["runs"] if found else []
    return [run["last_step"] for run in runs] == [training.step, 590]


def test_a_thousand_reloads_take_no_more_memory_than_the_first(
    training: Training, load_fast: str, tmp_path: Path, say: Say
) -> None:
    # The data server takes whole seconds, and 0 to mean at once.
    flags = ("--logdir", str(tmp_path / "logs"), f"--load_fast={load_fast}")
    flags += ("--reload_interval", "0.5" if load_fast == "true" else "0.02")
    output = tmp_path / "output.txt"
    with process_of(*flags, output=output, program=IMPATIENT) as (address, pid):
        reader, processes = Reader(address, 0, training), Processes(pid)
        until(lambda: is_loaded(reader, training), 60)

        def reload(times: int) -> None:
            for _ in range(times):
                training.steps(1)
                until(lambda: is_loaded(reader, training), 60)
                for kind in (reader.outline, reader.follow, reader.statistics, reader.histogram):
                    kind()
                if training.step % 10 == 0:
                    reader.ask("densities", run="live", read="every")

        reload(WARM_UP)
        processes = Processes(pid)
        was, threads, files = processes.now(), processes.threads(), processes.files()
        reload(RELOADS)
        now = processes.now()
        say(
            f"{RELOADS} reloads, TensorBoard {was.tensorboard:.1f} -> {now.tensorboard:.1f} MB,"
            f" its data server {was.data_server:.1f} -> {now.data_server:.1f} MB,"
            f" threads {threads} -> {processes.threads()}, files {files} -> {processes.files()}"
        )
        assert now.tensorboard - was.tensorboard < MOST_GROWTH_MEGABYTES
        until(lambda: processes.threads() <= threads + SPARE)
        until(lambda: processes.files() <= files + SPARE)
    assert "Traceback" not in output.read_text()
