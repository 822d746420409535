"""The server protocol: the limits and timers uvicorn does not have, and the hot routes answered without a framework.

Head: 8 KiB line, 64 fields, 8 KiB a field, 32 KiB in all, 10 s. Body: 30 s in all, at least 1 KiB/s after 5 s.
Exactly one Host, no Transfer-Encoding but chunked and none with HTTP/1.0, origin-form targets only (security §5.1).

A hot request is collected, answered and written here. While one is under way the connection is not read; whatever a
client pipelined behind it is dropped and the connection closed after the answer, which RFC 9112 §9.3.2 lets it repeat.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from ipaddress import ip_address
from typing import Any, ClassVar

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from hookspan import observe
from hookspan.api.hot import Exchange, HotRoutes, finished
from hookspan.inbound import answers
from hookspan.inbound.answers import Answer
from hookspan.inbound.receive import PREFIX, Head

LINE_BYTES = 8_192
FIELD_BYTES = 8_192
HEAD_BYTES = 32_768
FIELDS_MOST = 64
HEAD_SECONDS = 10.0
BODY_SECONDS = 30.0
BODY_GRACE_SECONDS = 5.0
BODY_BYTES_PER_SECOND = 1_024
IDLE_SECONDS = 15.0
SWEEP_SECONDS = 0.5
DRAIN_BYTES = 1_048_576
DRAIN_SECONDS = 2.0
CONNECTIONS_MOST = 10_000
CONNECTIONS_PER_ADDRESS = 1_000
IN_FLIGHT_MOST = 1_000

_ALWAYS = (
    b"x-content-type-options: nosniff\r\nreferrer-policy: no-referrer\r\ncache-control: no-store\r\n"
    b"content-security-policy: default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
)


class _Refused(Exception):
    """The head breaks a rule; `status` says which."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class GuardedProtocol(HttpToolsProtocol):
    """One connection. `hot` is set once, by the composition root, on a subclass made for the app."""

    hot: ClassVar[HotRoutes | None] = None
    _by_address: ClassVar[Counter[str]] = Counter()
    _in_flight: ClassVar[int] = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._phase = "idle"
        self._phase_since = 0.0
        self._head_bytes = 0
        self._fed_bytes = 0
        self._body_bytes = 0
        self._is_draining = False
        self._exchange: Exchange | None = None
        self._is_answering = False
        self._drops_rest = False
        self._body: list[bytes] = []
        self._address = ""
        self._keep_alive = True

    # -- connection ----------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection, refuse it over the limits."""
        super().connection_made(transport)
        self._enter("idle")
        self._address = self.client[0] if self.client else ""
        is_exempt = _is_loopback(self._address)
        if not is_exempt:
            self._by_address[self._address] += 1
        if len(self.connections) > CONNECTIONS_MOST or self._by_address[self._address] > CONNECTIONS_PER_ADDRESS:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Uncount the connection."""
        super().connection_lost(exc)
        if self._by_address[self._address] > 1:
            self._by_address[self._address] -= 1
        else:
            del self._by_address[self._address]

    def _enter(self, phase: str) -> None:
        self._phase = phase
        self._phase_since = self.loop.time()

    def overdue(self, now: float) -> bool:
        """Whether this connection has used up the time of its phase; asked by the sweep of all connections."""
        spent = now - self._phase_since
        if self._is_draining:
            return spent > DRAIN_SECONDS
        if self._phase == "idle":
            return spent > IDLE_SECONDS
        if self._phase == "head":
            return spent > HEAD_SECONDS
        if self._phase == "body":
            is_slow = spent > BODY_GRACE_SECONDS and self._body_bytes < BODY_BYTES_PER_SECOND * spent
            return spent > BODY_SECONDS or is_slow
        return False

    def cut(self) -> None:
        """End an overdue connection, with a 408 where the client may still hear it."""
        if self._phase == "body" and not self._is_draining:
            self._write(answers.TIMEOUT, "", keep_alive=False)
        if self.transport is not None and not self.transport.is_closing():
            self.transport.abort() if self._phase == "head" else self.transport.close()

    # -- reading -------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Feed the parser; a head that grows past its limit ends the connection."""
        if self._drops_rest:
            return
        if self._is_draining:
            self._drain(len(data))
            return
        if self._phase == "idle":
            self._enter("head")
            self._fed_bytes = 0
        self._fed_bytes += len(data)
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserCallbackError as error:
            cause = error.__context__
            self._refuse(cause.status if isinstance(cause, _Refused) else 400)
        except httptools.HttpParserError:
            self._refuse(400)
        except httptools.HttpParserUpgrade:
            self._refuse(400)
        else:
            if self._phase == "head" and self._fed_bytes > HEAD_BYTES + LINE_BYTES:
                self._refuse(431)

    def _refuse(self, status: int) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        observe.requests_total.labels("protocol", status).inc()
        self.transport.write(STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()

    def on_message_begin(self) -> None:
        """A new request on this connection."""
        if self._exchange is not None:
            self._drops_rest = True
            return
        super().on_message_begin()
        self._head_bytes = 0
        self._body_bytes = 0

    def on_url(self, url: bytes) -> None:
        """Bound the request line."""
        if self._drops_rest:
            return
        super().on_url(url)
        if len(self.url) > LINE_BYTES:
            raise _Refused(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Bound every field, their number and their sum."""
        if self._drops_rest:
            return
        size = len(name) + len(value)
        self._head_bytes += size
        if size > FIELD_BYTES or self._head_bytes > HEAD_BYTES or len(self.headers) >= FIELDS_MOST:
            raise _Refused(431)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Check framing, then open a hot exchange or hand the request to the app."""
        if self._drops_rest:
            return
        self._check_framing()
        self._enter("body")
        is_free = self.cycle is None or self.cycle.response_complete
        if self.hot is not None and is_free and not self.parser.should_upgrade() and self._open_hot():
            return
        super().on_headers_complete()

    def _check_framing(self) -> None:
        fields = Counter(name for name, _ in self.headers)
        version = self.parser.get_http_version()
        if fields[b"host"] > 1 or (fields[b"host"] == 0 and version != "1.0") or fields[b"content-length"] > 1:
            raise _Refused(400)
        if fields[b"transfer-encoding"]:
            codings = [value.strip().lower() for name, value in self.headers if name == b"transfer-encoding"]
            if version == "1.0" or codings != [b"chunked"] or fields[b"content-length"]:
                raise _Refused(400)
        if not self.url.startswith(b"/"):
            raise _Refused(400)

    def on_body(self, body: bytes) -> None:
        """Collect a hot body up to its limit."""
        if self._drops_rest:
            return
        self._body_bytes += len(body)
        if self._exchange is None:
            super().on_body(body)
            return
        if self._body_bytes > self._exchange.max_body_bytes:
            self._over(self._exchange.too_large())
        elif not self._is_draining:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self._drops_rest:
            return
        self._enter("answer")
        if self._exchange is None:
            super().on_message_complete()
        elif not self._is_draining:
            self._start()

    def on_response_complete(self) -> None:
        """The app answered; the connection waits for the next request."""
        self._enter("idle")
        super().on_response_complete()

    # -- hot exchanges -------------------------------------------------------------------------------------------

    def _open_hot(self) -> bool:
        raw, _, query = self.url.partition(b"?")
        path = raw.decode("latin-1")
        assert self.hot is not None
        head = Head(
            self.parser.get_method().decode("ascii"),
            path[len(PREFIX) :] if path.startswith(PREFIX) else path,
            query.decode("latin-1"),
            self.headers,
            self._address,
            self._phase_since,
        )
        exchange = self.hot.open(head, path)
        if exchange is None:
            return False
        self._exchange = exchange
        self._body = []
        self._keep_alive = self.parser.should_keep_alive() and self.parser.get_http_version() != "1.0"
        if exchange.answer is not None:
            self._over(exchange.answer)
        elif self.expect_100_continue:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return True

    def _over(self, answer: Answer) -> None:
        """Answer before the body is whole: the rest is read for a moment, so that the client sees the answer."""
        assert self._exchange is not None
        if self._is_draining:
            return
        self._write(answer, self._exchange.request_id, keep_alive=False)
        self._is_draining = True
        self._body = []
        self._enter("body")
        self._body_bytes = 0
        self.loop.call_later(DRAIN_SECONDS, self._close_drained)

    def _drain(self, count: int) -> None:
        self._body_bytes += count
        if self._body_bytes > DRAIN_BYTES:
            self._close_drained()

    def _close_drained(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()

    def _start(self) -> None:
        exchange = self._exchange
        assert exchange is not None
        if GuardedProtocol._in_flight >= IN_FLIGHT_MOST:
            self._answered(exchange, answers.refusal(503, "unavailable", retry_after="1"))
            return
        GuardedProtocol._in_flight += 1
        self.flow.pause_reading()
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        self._body = []
        task = self.loop.create_task(self._answer(exchange, body))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _answer(self, exchange: Exchange, body: bytes) -> None:
        try:
            answer = await finished(exchange, body)
        finally:
            GuardedProtocol._in_flight -= 1
        self._answered(exchange, answer)

    def _answered(self, exchange: Exchange, answer: Answer) -> None:
        self._exchange = None
        self.server_state.total_requests += 1
        keep_alive = self._keep_alive and not self._drops_rest
        self._write(answer, exchange.request_id, keep_alive=keep_alive)
        observe.requests_total.labels(exchange.door, answer.status).inc()
        if self.transport is None or self.transport.is_closing():
            return
        if keep_alive:
            self._enter("idle")
            self.flow.resume_reading()
        else:
            self.transport.close()

    def _write(self, answer: Answer, request_id: str, *, keep_alive: bool) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        lines = [f"{name}: {value}\r\n" for name, value in answer.headers if name.lower() != "connection"]
        if request_id:
            lines.append(f"x-request-id: {request_id}\r\n")
        if not keep_alive:
            lines.append("connection: close\r\n")
        is_head = self.scope is not None and self.parser is not None and self.parser.get_method() == b"HEAD"
        self.transport.write(
            STATUS_LINE[answer.status]
            + f"content-type: {answer.content_type}\r\ncontent-length: {len(answer.body)}\r\n".encode("latin-1")
            + _ALWAYS
            + "".join(lines).encode("latin-1")
            + b"\r\n"
            + (b"" if is_head else answer.body)
        )

    def shutdown(self) -> None:
        """A stop: close when nothing is under way, else after the answer."""
        if self._exchange is not None:
            self._keep_alive = False
        else:
            super().shutdown()


async def sweep_connections(connections: set[Any]) -> None:
    """Cut every connection that is overdue, twice a second; one timer for all of them."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        now = loop.time()
        for connection in list(connections):
            if isinstance(connection, GuardedProtocol) and connection.overdue(now):
                connection.cut()


def _is_loopback(address: str) -> bool:
    with contextlib.suppress(ValueError):
        return ip_address(address).is_loopback
    return address == ""
