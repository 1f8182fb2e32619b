"""The page when parts of it are missing, when answers are late or garbage, and on its own."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route, expect
from safetensors.numpy import load, save

from tb_layerweights.wire import header
from tests import logdirs
from tests.browser.conftest import OpenTab, Serve
from tests.browser.tab import READY_MS, Tab, watch

# What the browser says of requests that the tests let fail.
REFUSED = "Failed to load resource"
IN_OUR_FRAME = "if (location.href.includes('plugin_entry')) "


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> str:
    logdir = tmp_path_factory.mktemp("faults")
    logdirs.write_keras(logdir / "train", "sequential/{}/histogram".format)
    return serve(logdir)


def test_a_page_that_can_not_be_fetched_says_so_and_can_be_had_later(
    address: str, open_tab: OpenTab
) -> None:
    def refuse(page: Page) -> None:
        page.route("**/static/page-*.js", lambda route: route.abort())

    tab = open_tab(address, prepare=refuse, tolerated=REFUSED)
    alert = tab.frame.get_by_role("alert")
    expect(alert).to_contain_text("Layer Weights could not be opened")
    tab.page.unroute_all()
    alert.get_by_role("button", name="Try again").click()
    expect(tab.charts().first).to_be_visible(timeout=READY_MS)


def test_a_page_that_fails_to_begin_says_why(address: str, open_tab: OpenTab) -> None:
    broken = "CSSStyleSheet.prototype.replaceSync = () => { throw new Error('no styles here') }"

    def spoil(page: Page) -> None:
        page.add_init_script(IN_OUR_FRAME + broken)

    tab = open_tab(address, prepare=spoil)
    expect(tab.frame.get_by_role("alert")).to_contain_text("no styles here")


def test_a_page_that_fails_later_says_why(address: str, open_tab: OpenTab) -> None:
    broken = "{ get() { throw new Error('no fonts here') } }"

    def spoil(page: Page) -> None:
        page.add_init_script(
            f"{IN_OUR_FRAME} Object.defineProperty(Document.prototype, 'fonts', {broken})"
        )

    tab = open_tab(address, prepare=spoil)
    expect(tab.frame.get_by_role("alert")).to_contain_text("no fonts here")


GARBAGE = {
    "runs": ["<html>a proxy speaks</html>", "{}", "null", '{"runs": 3, "notices": []}'],
    "outline": ["<html>a proxy speaks</html>", "[]", ""],
    "densities": ["<html>a proxy speaks</html>", "", "\x02\0\0\0\0\0\0\0{}"],
}


@pytest.mark.parametrize("route", GARBAGE)
def test_garbage_in_place_of_an_answer_leaves_the_picture_and_is_said(
    address: str, open_tab: OpenTab, route: str
) -> None:
    tab = open_tab(address)
    names, ink = tab.figure_names(), tab.ink()
    alert = tab.frame.get_by_role("alert")
    for garbage in GARBAGE[route]:
        answer = partial(Route.fulfill, status=200, body=garbage)
        tab.page.route(f"**/layer_weights/{route}*", answer)
        tab.reload_data()
        expect(alert).to_contain_text(re.compile("answer (.*can't be read|lacks)"))
        expect(alert).to_contain_text(re.compile(r"Last read: .*\d"))
        assert (tab.figure_names(), tab.ink()) == (names, ink)
        tab.page.unroute_all()
        alert.get_by_role("button", name="Try again").click()
        expect(alert).to_have_count(0)


def test_garbage_from_the_beginning_is_said_in_place_of_the_page(
    address: str, open_tab: OpenTab
) -> None:
    def speak(page: Page) -> None:
        page.route("**/layer_weights/runs", lambda one: one.fulfill(status=200, body="<html>"))

    tab = open_tab(address, prepare=speak)
    alert = tab.frame.get_by_role("alert")
    expect(alert).to_contain_text("TensorBoard's answer to runs can't be read.")
    tab.page.unroute_all()
    alert.get_by_role("button", name="Try again").click()
    expect(tab.charts().first).to_be_visible(timeout=READY_MS)


def test_of_two_answers_that_come_out_of_order_the_newer_question_counts(
    address: str, open_tab: OpenTab
) -> None:
    tab = open_tab(address)
    tab.figure_names()
    late: list[Route] = []
    tab.page.route("**/densities*axis=symlog*", lambda route: late.append(route))
    tab.option("Values").select_option("symlog")
    until_true(tab, lambda: len(late) == 1)
    tab.option("Values").select_option("linear")
    names, ink = tab.figure_names(), tab.ink()
    # Nobody waits for the first any more, or heeds it.
    late[0].continue_()
    tab.page.wait_for_timeout(1000)
    assert (tab.figure_names(), tab.ink()) == (names, ink)
    expect(tab.frame.get_by_role("alert")).to_have_count(0)


def test_what_the_server_had_no_time_for_is_asked_for_until_it_is_there(
    address: str, open_tab: OpenTab
) -> None:
    asked: list[list[str]] = []

    def cut_off(route: Route) -> None:
        """Answers with the first two of the series asked for."""
        tags = parse_qs(urlsplit(route.request.url).query).get("tag", [])
        asked.append(tags)
        response = route.fetch()
        arrays, answer = load(response.body()), header(response.body())
        rows = arrays["offset"][min(2, len(answer["series"]))]
        rest = [one["tag"] for one in answer["series"][2:]]
        answer = {**answer, "series": answer["series"][:2], "unfinished": rest}
        part = {name: np.ascontiguousarray(array[:rows]) for name, array in arrays.items()}
        for name, length in (("offset", 3), ("range", 2), ("threshold", 2)):
            part[name] = np.ascontiguousarray(arrays[name][:length])
        body = save(part, metadata={"answer": json.dumps(answer)})
        route.fulfill(status=200, content_type="application/octet-stream", body=body)

    whole = open_tab(address)
    names = whole.figure_names()
    tab = open_tab(address, prepare=lambda page: page.route("**/densities*", cut_off))
    expect(tab.charts()).to_have_count(len(names), timeout=READY_MS)
    until_true(tab, lambda: tab.figure_names() == names)
    assert [tab.ink(chart) for chart in range(len(names))] == [
        whole.ink(chart) for chart in range(len(names))
    ]
    assert [len(tags) for tags in asked] == [0, *range(len(names) - 2, 0, -2)]


def until_true(tab: Tab, is_so: Callable[[], bool]) -> None:
    for _ in range(200):
        if is_so():
            return
        tab.page.wait_for_timeout(50)
    raise AssertionError("It never came to be.")


def test_the_page_works_without_tensorboard_around(address: str, browser: Browser) -> None:
    window = browser.new_context()
    page, complaints = window.new_page(), list[str]()
    watch(page, address.removeprefix("http://"), complaints)
    page.goto(f"{address}/data/plugin_entry.html?name=layer_weights#p.layer_weights.search=dense_1")
    charts = page.get_by_role("img")
    expect(charts).to_have_count(2, timeout=READY_MS)
    page.get_by_role("slider", name="Step", exact=True).fill("1")
    page.wait_for_url(re.compile("step=1"))
    window.close()
    assert [one for one in complaints if "favicon.ico" not in one] == []


COUNT_FRAMES = """
  window.frames = 0;
  const request = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (job) => { window.frames += 1; return request(job); };
"""


def test_a_hidden_tab_draws_nothing(address: str, open_tab: OpenTab) -> None:
    def count(page: Page) -> None:
        page.add_init_script(IN_OUR_FRAME + "{" + COUNT_FRAMES + "}")

    tab = open_tab(address, prepare=count)
    tab.figure_names()
    assert tab.frame.evaluate("window.frames") > 0
    tab.control("button", "Play the steps").click()
    tab.page.get_by_role("tab", name="Histograms").click()
    expect(tab.page.locator('iframe[src*="name=layer_weights"]')).to_be_hidden()
    tab.page.wait_for_timeout(500)
    before = tab.frame.evaluate("window.frames")
    tab.reload_data()
    tab.page.wait_for_timeout(2000)
    assert tab.frame.evaluate("window.frames") - before <= 1


def test_a_loader_that_a_bad_record_ended_is_told_by_the_age_of_the_data(
    tmp_path: Path, serve: Serve, open_tab: OpenTab
) -> None:
    now = time.time()
    (tmp_path / "run").mkdir()
    path = tmp_path / "run" / "events.out.tfevents.1700000000.test"
    with path.open("wb") as file:
        run = logdirs.Run(logdirs.RecordWriter(file))
        for step in range(3):
            run.histogram("dense/kernel", step, logdirs.weights((40,), step), wall_time=now - 1200)
        file.flush()
        tab = open_tab(serve(tmp_path, "--load_fast=false", "--reload_interval=1"))
        chart = tab.charts().first
        expect(chart).to_have_accessible_name(re.compile("3 steps from 0 to 2"), timeout=READY_MS)
        names = tab.figure_names()
        run._writer.write(b"\xff" * 40)
        run.histogram("dense/kernel", 3, logdirs.weights((40,), 3), wall_time=now)
    os.utime(path)
    tab.page.wait_for_timeout(3000)
    tab.reload_data()
    notice = tab.frame.locator("[data-code=stale]")
    expect(notice).to_contain_text(re.compile(r"newest record .* was made 2\d minutes ago"))
    expect(notice).to_contain_text("TensorBoard may have stopped reading")
    assert tab.figure_names() == names


WITHOUT = [
    "WebGLRenderingContext",
    "WebGL2RenderingContext",
    "OffscreenCanvas",
    "Worker",
    "SharedWorker",
]


def test_neither_workers_nor_the_graphics_processor_are_needed(
    address: str, open_tab: OpenTab
) -> None:
    tab = open_tab(address)
    names, ink = tab.figure_names(), tab.ink()

    def take_away(page: Page) -> None:
        page.add_init_script(
            f"{IN_OUR_FRAME} for (const name of {WITHOUT}) window[name] = undefined;"
        )

    poor = open_tab(address, prepare=take_away)
    assert poor.frame.evaluate("typeof Worker") == "undefined"
    assert (poor.figure_names(), poor.ink()) == (names, ink)


@pytest.mark.parametrize("view", [{}, {"view": "map"}])
def test_a_canvas_that_lost_its_picture_is_drawn_anew(
    address: str, open_tab: OpenTab, view: dict[str, object]
) -> None:
    """What the browser does when the graphics processor was lost: it clears, then it tells."""
    tab = open_tab(address, view=view)
    canvas = tab.frame.locator("canvas").first
    expect(canvas).to_be_visible(timeout=READY_MS)
    picture = "(canvas) => canvas.toDataURL()"
    until_true(tab, lambda: canvas.evaluate(EMPTY) is False)
    tab.page.wait_for_timeout(500)
    before = canvas.evaluate(picture)
    canvas.evaluate("(canvas) => canvas.getContext('2d').reset()")
    assert canvas.evaluate(EMPTY)
    canvas.evaluate("(canvas) => canvas.dispatchEvent(new Event('contextrestored'))")
    until_true(tab, lambda: canvas.evaluate(picture) == before)


EMPTY = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.every((value) => value === 0);
}"""
