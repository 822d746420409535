"""A loopback receiver: answers every POST and keeps it, with the moment it came (for `demo` and for tests)."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from hookspan.cli.failures import Failed


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request that came; header names are lower-case, `at` is `time.monotonic()`."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where it listens and what came, by path."""

    url: str
    arrivals: Mapping[str, queue.Queue[Arrival]] = field(default_factory=lambda: defaultdict(queue.Queue))

    def take(self, path: str, timeout_s: float) -> Arrival:
        """The next request on that path; Failed when none comes in time."""
        try:
            return self.arrivals[path].get(timeout=timeout_s)
        except queue.Empty:
            raise Failed(f"nothing arrived at {self.url}{path} within {timeout_s:g} s") from None


@contextmanager
def listening() -> Iterator[Receiver]:
    """A receiver on a free loopback port until the block ends."""
    kept: dict[str, queue.Queue[Arrival]] = defaultdict(queue.Queue)

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            kept[self.path].put(Arrival(self.path, headers, body, time.monotonic()))
            told = b'{"received":true}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the terminal belongs to the tour."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield Receiver(f"http://127.0.0.1:{server.server_address[1]}", kept)
        finally:
            server.shutdown()


def is_signed(arrival: Arrival, secret: str) -> bool:
    """Whether `X-Webhook-Signature` proves the body, over the raw bytes and as seed 002's sample does it.

    That sample signs `JSON.stringify(JSON.parse(body))`; both hold only if the body is already in that form.
    """
    again = json.dumps(json.loads(arrival.body), separators=(",", ":"), ensure_ascii=False).encode()
    signature = arrival.headers.get("x-webhook-signature", "")
    return all(hmac.compare_digest(signature, _digest(secret, body)) for body in (arrival.body, again))


def _digest(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
