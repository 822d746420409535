"""Ask a hookspan server and wait: the client whose answers keep their exact bytes, as the command line prints them.

`flow` decides what is tried again; here stand the connections, the waiting and the routes by noun.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import httpx2

from hookspan.client.answers import Answer, Unreachable, refusal
from hookspan.client.flow import (
    Call,
    Filter,
    Lost,
    Patience,
    Pause,
    Reply,
    Tries,
    call_of,
    lost,
    query_of,
    reason_of,
    standing_headers,
    tried,
    trusts_environment,
)
from hookspan.client.nouns import Collection, Deliveries, Endpoints, Events, Executions, Sources, Workflows


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and how it went, for whoever watches; `status` is None when no answer came."""

    method: str
    path: str
    status: int | None
    duration_ms: float
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """An answer whose body is still to come; `parts` may be read once."""

    headers: Mapping[str, str]
    parts: Iterator[bytes]


def _unwatched(_: Exchange) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Seams:
    """What may stand between the client and the world: someone who watches, a clock to wait on, another transport."""

    watch: Callable[[Exchange], None] = _unwatched
    sleep: Callable[[float], None] = time.sleep
    transport: httpx2.BaseTransport | None = None


PLAIN = Seams()


class Connection:
    """The waiting side of `flow`: sends calls, keeps pauses; safe to share between threads."""

    def __init__(self, url: str, token: str | None, *, timeout: float, retries: int, seams: Seams = PLAIN) -> None:
        self.url = url.rstrip("/")
        self.patience = Patience(self.url, timeout, retries)
        self._seams = seams
        self.http = httpx2.Client(
            timeout=timeout,
            headers=standing_headers(token),
            transport=seams.transport,
            trust_env=trusts_environment(self.url),
        )

    def answer(self, call: Call) -> Answer:
        """The 2xx answer to a call; ApiError for any other, Unreachable for none."""
        return self._carried(tried(call, self.patience))

    def parts(self, call: Call) -> Iterator[bytes]:
        """The body of a 2xx answer part by part; ApiError for any other, Unreachable when it breaks. One try."""
        try:
            with self.http.stream(call.method, self.url + call.path, params=list(call.query) or None) as response:
                if response.status_code >= 400:
                    raise refusal(Answer(response.status_code, response.headers, response.read()))
                yield from response.iter_bytes()
        except httpx2.TransportError as failure:
            raise Unreachable(f"{self.url}: {reason_of(failure)}") from failure

    def _carried(self, tries: Tries) -> Answer:
        reply: Reply = None
        while True:
            try:
                step = tries.send(reply)
            except StopIteration as end:
                answer: Answer = end.value
                return answer
            if isinstance(step, Pause):
                self._seams.sleep(step.seconds)
                reply = None
            else:
                reply = self._sent(step)

    def _sent(self, call: Call) -> Answer | Lost:
        began = time.monotonic()
        status, request_id = None, None
        request = self.http.build_request(
            call.method,
            self.url + call.path,
            content=call.content,
            params=list(call.query) or None,
            headers=dict(call.headers),
        )
        try:
            response = self.http.send(request)
            status, request_id = response.status_code, response.headers.get("x-request-id")
        except httpx2.TransportError as failure:
            return lost(failure)
        finally:
            spent_ms = (time.monotonic() - began) * 1000
            self._seams.watch(Exchange(request.method, request.url.path, status, spent_ms, request_id))
        return Answer(response.status_code, response.headers, response.content)


class Client:
    """A caller of one server with one token; `timeout` in seconds is for one try, `retries` are further tries."""

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        timeout: float = 10.0,
        retries: int = 2,
        seams: Seams = PLAIN,
    ) -> None:
        self._connection = Connection(url, token, timeout=timeout, retries=retries, seams=seams)
        self.url = self._connection.url

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._connection.http.close()

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
        return self._connection.answer(
            call_of(method, path, json=json, content=content, params=params, headers=headers)
        )

    @contextmanager
    def lines(self, path: str, params: Mapping[str, Filter] | None = None) -> Iterator[Iterator[str]]:
        """The lines of an endless answer (SSE), for as long as the server sends some at least every 60 s."""
        http, query = self._connection.http, query_of(params) or None
        quiet = httpx2.Timeout(self._connection.patience.timeout_s, read=60.0)
        try:
            with http.stream("GET", self.url + path, params=query, timeout=quiet) as response:
                if response.status_code >= 400:
                    raise refusal(Answer(response.status_code, response.headers, response.read()))
                yield response.iter_lines()
        except httpx2.TransportError as failure:
            raise Unreachable(f"{self.url}: {reason_of(failure)}") from failure

    @contextmanager
    def download(self, path: str, params: Mapping[str, Filter] | None = None) -> Iterator[Download]:
        """A 2xx answer to a GET whose body comes part by part, so that its size is no matter; one try."""
        http, query = self._connection.http, query_of(params) or None
        try:
            with http.stream("GET", self.url + path, params=query) as response:
                if response.status_code >= 400:
                    raise refusal(Answer(response.status_code, response.headers, response.read()))
                yield Download(response.headers, response.iter_bytes())
        except httpx2.TransportError as failure:
            raise Unreachable(f"{self.url}: {reason_of(failure)}") from failure

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
