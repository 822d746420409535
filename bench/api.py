"""Ask the server under test, and the sink, by plain HTTP."""

from __future__ import annotations

import json
import time
import urllib.request
from typing import Any

from bench.process import Server


def ask(server: Server, method: str, path: str, body: object = None) -> Any:
    """A JSON answer; raises for anything but 2xx."""
    request = urllib.request.Request(
        server.url + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def make_endpoint(server: Server, url: str, event: str) -> str:
    """An endpoint for one event type; its id."""
    return str(ask(server, "POST", "/api/v1/endpoints", {"name": event, "url": url, "events": [event]})["id"])


def told(sink_port: int, *, reset: bool = False) -> Any:
    """The sink's counts."""
    path = "/reset" if reset else "/counts"
    with urllib.request.urlopen(f"http://127.0.0.1:{sink_port}{path}", timeout=60) as answer:
        return json.load(answer)


def wait_for(sink_port: int, count: int, *, seconds: float = 60.0) -> int:
    """Wait until the sink has seen `count` requests in all; how many it saw."""
    deadline = time.monotonic() + seconds
    seen = 0
    while time.monotonic() < deadline:
        seen = sum(told(sink_port)["total"].values())
        if seen >= count:
            return seen
        time.sleep(0.05)
    return seen
