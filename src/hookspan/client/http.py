"""Ask a hookspan server and, where that is safe, ask again: connection errors, 429 and 502–504 (contracts G.4).

A publish carries an `Idempotency-Key`, so a second try cannot do the work twice. What the
server may have done and cannot recognise again is never repeated.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

import httpx2
import msgspec

from hookspan.client.answers import Answer, Unreachable, refusal, retry_after_s
from hookspan.client.nouns import Collection, Deliveries, Endpoints, Events, Executions, Filter, Sources, Workflows

_Pair = tuple[str, str | int | float | bool | None]
_AGAIN = frozenset({429, 502, 503, 504})
_FIRST_PAUSE_S = 0.2
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and how it went, for whoever watches; `status` is None when no answer came."""

    method: str
    path: str
    status: int | None
    duration_ms: float
    request_id: str | None = None


def _unwatched(_: Exchange) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Seams:
    """What may stand between the client and the world: someone who watches, a clock to wait on, another transport."""

    watch: Callable[[Exchange], None] = _unwatched
    sleep: Callable[[float], None] = time.sleep
    transport: httpx2.BaseTransport | None = None


_PLAIN = Seams()


class Client:
    """A caller of one server with one token; `timeout` in seconds is for one try, `retries` are further tries."""

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        timeout: float = 10.0,
        retries: int = 2,
        seams: Seams = _PLAIN,
    ) -> None:
        self.url = url.rstrip("/")
        self._timeout = timeout
        self._retries = retries
        self._watch = seams.watch
        self._sleep = seams.sleep
        self._http = httpx2.Client(
            timeout=timeout,
            headers=_standing_headers(token),
            transport=seams.transport,
            trust_env=urlsplit(self.url).hostname not in _LOOPBACK,
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        content: bytes | None = None,
        params: Mapping[str, Filter] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One 2xx answer; ApiError for any other, Unreachable for none. `json` may hold `msgspec.Raw` parts."""
        fields = dict(headers or {})
        if json is not None:
            content = msgspec.json.encode(json)
        if content is not None:
            fields.setdefault("Content-Type", "application/json")
        # Only publishing keeps the key; anything else might be done twice.
        keyed = method == "POST" and path == "/api/v1/events"
        if keyed:
            fields.setdefault("Idempotency-Key", str(uuid.uuid4()))
        request = self._http.build_request(
            method, self.url + path, content=content, params=_query(params), headers=fields
        )
        return self._tried(request, repeatable=keyed or method != "POST")

    def _tried(self, request: httpx2.Request, *, repeatable: bool) -> Answer:
        for tries_left in range(self._retries, -1, -1):
            pause_s = _FIRST_PAUSE_S * 2 ** (self._retries - tries_left)
            try:
                answer = self._sent(request)
            except httpx2.TransportError as failure:
                unseen = isinstance(failure, httpx2.ConnectError | httpx2.ConnectTimeout)
                if not tries_left or not (repeatable or unseen):
                    raise Unreachable(f"{self.url}: {_reason(failure)}") from failure
            else:
                if answer.status < 400:
                    return answer
                asked_s = retry_after_s(answer.headers)
                refused_unread = answer.status in {429, 503}
                may_repeat = answer.status in _AGAIN and (repeatable or refused_unread)
                if not tries_left or not may_repeat or (asked_s or 0) > self._timeout:
                    raise refusal(answer)
                pause_s = pause_s if asked_s is None else asked_s
            self._sleep(pause_s)
        raise AssertionError("the last try either returns or raises")

    def _sent(self, request: httpx2.Request) -> Answer:
        began = time.monotonic()
        status, request_id = None, None
        try:
            response = self._http.send(request)
            status, request_id = response.status_code, response.headers.get("x-request-id")
        finally:
            spent_ms = (time.monotonic() - began) * 1000
            self._watch(Exchange(request.method, request.url.path, status, spent_ms, request_id))
        return Answer(response.status_code, response.headers, response.content)

    @contextmanager
    def lines(self, path: str, params: Mapping[str, Filter] | None = None) -> Iterator[Iterator[str]]:
        """The lines of an endless answer (SSE), for as long as the server sends some at least every 60 s."""
        quiet = httpx2.Timeout(self._timeout, read=60.0)
        try:
            with self._http.stream("GET", self.url + path, params=_query(params), timeout=quiet) as response:
                if response.status_code >= 400:
                    raise refusal(Answer(response.status_code, response.headers, response.read()))
                yield response.iter_lines()
        except httpx2.TransportError as failure:
            raise Unreachable(f"{self.url}: {_reason(failure)}") from failure

    @cached_property
    def events(self) -> Events:
        """`/api/v1/events`."""
        return Events(self.request)

    @cached_property
    def endpoints(self) -> Endpoints:
        """`/api/v1/endpoints`."""
        return Endpoints(self.request)

    @cached_property
    def deliveries(self) -> Deliveries:
        """`/api/v1/deliveries`."""
        return Deliveries(self.request)

    @cached_property
    def sources(self) -> Sources:
        """`/api/v1/webhooks`, the inbound ones."""
        return Sources(self.request)

    @cached_property
    def workflows(self) -> Workflows:
        """`/api/v1/workflows`."""
        return Workflows(self.request)

    @cached_property
    def executions(self) -> Executions:
        """`/api/v1/executions`."""
        return Executions(self.request)

    @cached_property
    def keys(self) -> Collection:
        """`/api/v1/keys`."""
        return Collection(self.request, "/api/v1/keys")


def _standing_headers(token: str | None) -> dict[str, str]:
    headers = {"User-Agent": "hookspan-client", "Accept": "application/json"}
    return headers | ({"Authorization": f"Bearer {token}"} if token else {})


def _query(params: Mapping[str, Filter] | None) -> list[_Pair] | None:
    pairs: list[_Pair] = []
    for name, value in (params or {}).items():
        if isinstance(value, bool):
            pairs.append((name, "true" if value else "false"))
        elif isinstance(value, str | int):
            pairs.append((name, str(value)))
        elif value is not None:
            pairs.extend((name, each) for each in value)
    return pairs or None


def _reason(failure: httpx2.TransportError) -> str:
    if isinstance(failure, httpx2.TimeoutException):
        return "no answer in time"
    return str(failure) or type(failure).__name__
