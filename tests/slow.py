"""A server whose provider takes its time, and connections to it that can be left."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from tensorboard.plugins import base_plugin
from werkzeug.serving import make_server

from tb_layerweights.plugin import LayerWeightsPlugin
from tests.waiting import PATIENCE_SECONDS

EDGES = np.linspace(-1, 1, 31)


def rows(step: int) -> Any:
    counts = np.round(100 * np.exp(-((EDGES[1:] - 0.01 * step) ** 2))) + 5
    return np.column_stack((EDGES[:-1], EDGES[1:], counts))


class Slow:
    """A provider of many series that takes its time for each."""

    def __init__(self, series: int = 300) -> None:
        self.tags = [f"t{index}.weight" for index in range(series)]
        self.steps = 2
        self.lists = 0
        self.reads = 0

    def list_runs(self, **rest: Any) -> Any:
        return [SimpleNamespace(run_name="run")]

    def list_tensors(self, **rest: Any) -> Any:
        self.lists += 1
        listed = SimpleNamespace(max_step=self.steps - 1, max_wall_time=float(self.steps))
        return {"run": dict.fromkeys(self.tags, listed)}

    def list_blob_sequences(self, **rest: Any) -> Any:
        return {}

    def read_tensors(self, *, run_tag_filter: Any, **rest: Any) -> Any:
        self.reads += 1
        time.sleep(0.02)
        data = [
            SimpleNamespace(step=step, wall_time=1.0, numpy=rows(step))
            for step in range(self.steps)
        ]
        return {"run": dict.fromkeys(run_tag_filter.tags, data)}


@contextlib.contextmanager
def served(provider: Any) -> Iterator[int]:
    """Yields the port of a server like TensorBoard's, with our routes alone."""
    plugin = LayerWeightsPlugin(base_plugin.TBContext(data_provider=provider))
    apps = plugin.get_plugin_apps()

    def application(environ: Any, start_response: Any) -> Any:
        return apps[environ["PATH_INFO"]](environ, start_response)

    server = make_server("localhost", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ask(port: int, path: str, address: str = "127.0.0.1") -> socket.socket:
    """Asks from an address of this machine; on Linux any that begins with 127 will do."""
    connection = socket.create_connection(("127.0.0.1", port), source_address=(address, 0))
    connection.settimeout(PATIENCE_SECONDS)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return connection


def answered(connection: socket.socket) -> bytes:
    """Returns all that comes, headers included."""
    parts = []
    with connection:
        while part := connection.recv(1 << 16):
            parts.append(part)
    return b"".join(parts)
