"""The page while the data server that TensorBoard asks is away."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tb_layerweights.failures import NO_DATA_SERVER
from tests import logdirs
from tests.browser.conftest import OpenTab
from tests.serving import DataServer
from tests.test_past_one_machine import ask_until_loaded

# TensorBoard's own routes answer 500 then, which its script says as well.
ITS_OWN = r"status of 50[03]|ERROR \w+ .*index\.js"
# gRPC tries to connect again after a second, then after ever longer waits.
BACK_MS = 60_000


def test_a_dead_data_server_leaves_the_page_its_data_with_a_notice_until_it_is_back(
    mortal: tuple[str, DataServer], tmp_path: Path, open_tab: OpenTab
) -> None:
    address, server = mortal
    ask_until_loaded(address, tmp_path / "logs")
    tab = open_tab(address, tolerated=ITS_OWN)
    names, ink = tab.figure_names(), tab.ink()
    # TensorBoard's own page doesn't get over it: its button turns for ever, and says nothing more.
    button = tab.page.locator(".reload-button").first
    alert = tab.frame.get_by_role("alert")
    expect(alert).to_have_count(0)
    server.kill()
    button.dispatch_event("click")
    expect(alert).to_contain_text(NO_DATA_SERVER, timeout=10_000)
    expect(alert).to_contain_text(re.compile(r"Last read: .*\d"))
    assert (tab.figure_names(), tab.ink()) == (names, ink)
    server.start()
    expect(alert).to_have_count(0, timeout=BACK_MS)
    assert (tab.figure_names(), tab.ink()) == (names, ink)
    logdirs.write_keras(tmp_path / "logs" / "new", "sequential/{}/histogram".format)
    new = tab.frame.get_by_role("figure", name=re.compile("run new"))
    for _ in range(10):
        button.dispatch_event("click")
        tab.page.wait_for_timeout(4000)
        if new.count() > 0:
            break
    expect(new.first).to_be_visible()
