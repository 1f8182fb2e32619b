"""Answers that are kept and runs that change, held against a model that keeps nothing."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tensorboard.backend import application
from tensorboard.plugins import base_plugin
from werkzeug.test import Client

from tb_layerweights.making import Answers
from tb_layerweights.plugin import LayerWeightsPlugin
from tb_layerweights.recent import Recent
from tests.fakes import Living
from tests.loaders import ROUTE, strict

RUNS = st.sampled_from(["a", "b", "run/é"])
TAGS = st.sampled_from(["dense/kernel", "dense/bias", "x.weight"])
QUESTIONS = st.sampled_from(
    [
        ("statistics", {"number": "count"}),
        ("statistics", {"number": "count", "steps": "2"}),
        ("statistics", {"number": "count", "from": "1"}),
        ("densities", {"format": "json", "bins": "8", "steps": "2000"}),
        ("outline", {}),
    ]
)
# Room for a few answers only.
MOST_BYTES = 5000


class Changing(RuleBasedStateMachine):
    """Any order of writing, restarting, rewriting, deleting and asking."""

    answers = Bundle("answers")

    @initialize()
    def begin(self) -> None:
        self.log = Living()
        self.now = 1.0
        plugin = LayerWeightsPlugin(base_plugin.TBContext(data_provider=self.log))
        plugin._answers = self.kept = Answers(MOST_BYTES)
        # What a run holds is looked up anew for each question.
        plugin._contents = Recent(0.0, most=9)
        self.client = Client(application.TensorBoardWSGI([plugin]))

    def _write(self, run: str, tag: str, step: int) -> None:
        """A record takes back those of its step and above."""
        self.now += 1.0
        tags = self.log.runs.setdefault(run, {})
        before = [one for one in tags.get(tag, ()) if one[0] < step]
        tags[tag] = [*before, (step, self.now, self.now)]

    @rule(run=RUNS, tag=TAGS, steps=st.integers(1, 4))
    def grow(self, run: str, tag: str, steps: int) -> None:
        records = self.log.runs.get(run, {}).get(tag, [])
        begin = records[-1][0] + 1 if records else 0
        for step in range(begin, begin + steps):
            self._write(run, tag, step)

    @precondition(lambda self: self.log.runs)
    @rule(data=st.data())
    def restart(self, data: st.DataObject) -> None:
        run = data.draw(st.sampled_from(sorted(self.log.runs)))
        back = data.draw(st.integers(0, 3))
        for tag, records in list(self.log.runs[run].items()):
            self._write(run, tag, max(records[-1][0] - back, 0))

    @precondition(lambda self: self.log.runs)
    @rule(data=st.data())
    def rewrite(self, data: st.DataObject) -> None:
        run = data.draw(st.sampled_from(sorted(self.log.runs)))
        for tag, records in list(self.log.runs[run].items()):
            steps = [step for step, *_ in records]
            self.log.runs[run][tag] = []
            for step in steps:
                self._write(run, tag, step)

    @precondition(lambda self: self.log.runs)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        del self.log.runs[data.draw(st.sampled_from(sorted(self.log.runs)))]

    @precondition(lambda self: self.log.runs)
    @rule(data=st.data(), time=st.sampled_from([math.nan, math.inf]))
    def lose_the_time(self, data: st.DataObject, time: float) -> None:
        run = data.draw(st.sampled_from(sorted(self.log.runs)))
        tag = data.draw(st.sampled_from(sorted(self.log.runs[run])))
        self.now += 1.0
        self.log.runs[run][tag] = [(step, time, self.now) for step, *_ in self.log.runs[run][tag]]

    @rule(target=answers, run=RUNS, question=QUESTIONS)
    def ask(self, run: str, question: Any) -> Any:
        route, query = question
        response = self.client.get(ROUTE + route, query_string={"run": run, **query})
        self._expect(run, route, query, response)
        return run, question, response.headers.get("ETag"), response.data

    @rule(answer=answers)
    def ask_again(self, answer: Any) -> None:
        run, (route, query), etag, data = answer
        response = self.client.get(
            ROUTE + route,
            query_string={"run": run, **query},
            headers={"If-None-Match": etag} if etag else {},
        )
        if response.status_code == 304:
            response.set_data(data)
            response.status_code = 200
            assert etag == response.headers["ETag"]
        elif response.status_code == 200:
            assert etag is None or response.headers.get("ETag") != etag
        self._expect(run, route, query, response)

    def _expect(self, run: str, route: str, query: dict[str, str], response: Any) -> None:
        """Expects what the model says of the run as it is now."""
        tags = self.log.runs.get(run)
        if not tags:
            assert response.status_code == 404
            return
        assert response.status_code == 200
        answer = strict(response.get_data(as_text=True))
        if route == "outline":
            said = [one for layer in answer["layers"] for one in layer["parameters"]]
            assert {one["tag"]: one["last_step"] for one in said} == {
                tag: records[-1][0] for tag, records in tags.items()
            }
            return
        told = {
            one["tag"]: list(zip(one["step"], one["count"], strict=True))
            for one in answer["series"]
        }
        first = int(query.get("from", 0))
        counts = {
            tag: [(step, count) for step, _, count in records if step >= first]
            for tag, records in tags.items()
        }
        if query.get("steps") == "2":
            counts = {tag: list(dict.fromkeys([all_[0], all_[-1]])) for tag, all_ in counts.items()}
        assert told == counts
        times = [time for records in tags.values() for _, time, _ in records]
        assert ("ETag" in response.headers) == all(map(math.isfinite, times))

    @invariant()
    def little_is_kept(self) -> None:
        if hasattr(self, "kept"):
            assert self.kept._made.currsize <= MOST_BYTES
            assert self.kept._coming == {}


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Changing,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[*HealthCheck],
        ),
    )


def test_whatever_changes_no_kept_answer_is_out_of_date() -> None:
    run(examples=150, steps=30)


@pytest.mark.long
def test_whatever_changes_for_long_no_kept_answer_is_out_of_date() -> None:
    run(examples=600, steps=60)
