"""Carry a request as it is to a server of the caller's own: no retry, no redirect, no proxy, no header added."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2

from hookspan.client.answers import Unreachable
from hookspan.client.flow import reason_of


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What the server answered, and how long it took in milliseconds."""

    status: int
    duration_ms: float
    body: bytes


class Forwarder:
    """Keeps the connections to one server; `timeout_s` is for one request."""

    def __init__(self, timeout_s: float) -> None:
        self._http = httpx2.Client(timeout=timeout_s, follow_redirects=False, trust_env=False)
        self._http.headers.clear()

    def __enter__(self) -> Forwarder:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def send(self, method: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Forwarded:
        """The answer, whatever its status; Unreachable when there is none."""
        fields = [(name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in headers]
        began = time.monotonic()
        try:
            answer = self._http.request(method, url, headers=fields, content=body)
        except (httpx2.TransportError, httpx2.InvalidURL) as failure:
            told = reason_of(failure) if isinstance(failure, httpx2.TransportError) else str(failure)
            raise Unreachable(f"{url}: {told}") from failure
        return Forwarded(answer.status_code, (time.monotonic() - began) * 1_000, answer.content)
