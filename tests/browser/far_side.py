"""A receiver of deliveries whose answers a walk chooses path by path, while it runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path answers."""

    status: int = 200
    body: bytes = b'{"received":true}'
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


@dataclass(frozen=True, slots=True)
class FarSide:
    """Where it listens; a path without an answer of its own gets the plain one."""

    url: str
    answers: dict[str, Answer]


@contextmanager
def listening() -> Iterator[FarSide]:
    """A far side on a free loopback port until the block ends."""
    answers: dict[str, Answer] = {}

    class Reply(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one segment: a body behind its head waits 40 ms for a delayed ACK

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            answer = answers.get(self.path, Answer())
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the terminal belongs to the tests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Reply) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield FarSide(f"http://127.0.0.1:{server.server_address[1]}", answers)
        finally:
            server.shutdown()
