"""Many questions at once: few are worked on, and each but once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tensorboard.backend import application
from tensorboard.plugins import base_plugin
from werkzeug.test import Client

from tb_layerweights import plugin as plugin_module
from tb_layerweights.plugin import LayerWeightsPlugin
from tests.fakes import PATIENCE_SECONDS, Recording
from tests.loaders import ROUTE


def slow_client(provider: Recording) -> Client:
    plugin = LayerWeightsPlugin(base_plugin.TBContext(data_provider=provider))
    return Client(application.TensorBoardWSGI([plugin], data_provider=provider))


@pytest.fixture
def waiting() -> Iterator[Recording]:
    """A provider that answers no reading before it may go on."""
    provider = Recording()
    provider.may_go_on.clear()
    yield provider
    provider.may_go_on.set()


def test_few_questions_are_worked_on_at_once_and_the_others_are_told_to_wait(
    waiting: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin_module, "_PATIENCE_SECONDS", 0.3)
    client, before = slow_client(waiting), threading.active_count()

    def ask(bins: int) -> Any:
        return client.get(f"{ROUTE}densities?run=run&bins={bins}")

    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(ask, 8 + number) for number in range(20)]
        refused = [one for one in asked if _done_before(waiting, one, asked)]
        waiting.may_go_on.set()
        answers = [one.result(PATIENCE_SECONDS) for one in asked]
    assert len(refused) == 20 - plugin_module._AT_ONCE
    assert sorted(answer.status_code for answer in answers) == [200] * 4 + [503] * 16
    for answer in answers:
        if answer.status_code == 503:
            assert int(answer.headers["Retry-After"]) > 0
            assert answer.mimetype == "text/plain"
    assert waiting.most_at_once <= plugin_module._AT_ONCE
    assert threading.active_count() <= before + 1
    # The gate is as wide as before.
    assert ask(100).status_code == 200


def _done_before(provider: Recording, one: Any, asked: list[Any]) -> bool:
    """Whether a question is answered while nothing can be read."""
    while sum(other.done() for other in asked) < len(asked) - plugin_module._AT_ONCE:
        assert not provider.may_go_on.wait(0.01)
    return bool(one.done())


def test_a_hundred_who_ask_the_same_have_it_read_once(waiting: Recording) -> None:
    client = slow_client(waiting)
    with ThreadPoolExecutor(100) as pool:
        asked = [pool.submit(client.get, f"{ROUTE}densities?run=run") for _ in range(100)]
        while waiting.reads == 0:
            assert not waiting.may_go_on.wait(0.01)
        waiting.may_go_on.set()
        bodies = {one.result(PATIENCE_SECONDS).data for one in asked}
    assert len(bodies) == 1
    assert waiting.reads == 1
