"""The server protocol: the limits and timers uvicorn does not have, and the hot routes answered without a framework.

idle ─► head ─► body ─► answer ─► idle
                  └────► rest: answered early by the app; the rest of the body is read and dropped
any  ─► drain: answered for good; what still comes is dropped for a moment, so that the sender sees the answer

A hot request is collected, answered and written here. What a client pipelines behind an unanswered request is
dropped and the connection closed after the answer, which RFC 9112 §9.3.2 lets it repeat.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Literal

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from hookspan import observe
from hookspan.api.framing import NO_PLAIN_PATH, has_body, head_rest, is_framed, is_plain_path
from hookspan.api.hot import Exchange, HotRoutes, busy, finished
from hookspan.api.upgrade import UpgradingProtocol
from hookspan.inbound import answers
from hookspan.inbound.answers import Answer
from hookspan.inbound.receive import PREFIX, Head

Phase = Literal["idle", "head", "body", "answer", "rest", "drain"]


class _Refused(Exception):
    """The head breaks a rule; `status` says which, and a problem (RFC 9457) in `body` how to do better."""

    def __init__(self, status: int, body: bytes = b"") -> None:
        super().__init__(status)
        self.status = status
        self.body = body


class GuardedProtocol(UpgradingProtocol):
    """One connection. `hot` is set once, by the composition root, on a subclass made for the app."""

    hot: ClassVar[HotRoutes | None] = None
    _in_flight: ClassVar[int] = 0
    _held_bytes: ClassVar[int] = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timeout_keep_alive = round(self.limits.idle_seconds)
        self._phase: Phase = "idle"
        self._phase_since = 0.0
        self._fed_bytes = 0
        self._head_bytes = 0
        self._body_bytes = 0
        self._held_here = 0
        self._is_in_head = False
        self._drops_rest = False
        self._closes_after = False
        self._keep_alive = True
        self._exchange: Exchange | None = None
        self._body: list[bytes] = []
        self._early: list[bytes] = []

    # -- connection ----------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection, refuse it over the limits."""
        super().connection_made(transport)
        self._enter("idle")
        if len(self.connections) > self.limits.connections_most:
            transport.abort()
        if not self.join(self.client[0] if self.client else ""):
            self._refuse(429, b"retry-after: 1\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        """Uncount the connection; a request that is whole is still answered, into the void."""
        super().connection_lost(exc)
        if self._phase != "answer":
            self._let_go()
        self.leave()

    def _enter(self, phase: Phase) -> None:
        self._phase = phase
        self._phase_since = self.loop.time()

    def is_overdue(self, now: float) -> bool:
        """Whether this connection has used up the time of its phase; asked by the sweep of all connections."""
        spent, limits = now - self._phase_since, self.limits
        match self._phase:
            case "idle":
                return spent > limits.idle_seconds
            case "head":
                return spent > limits.head_seconds
            case "body":
                is_slow = self._body_bytes < limits.body_bytes_per_second * spent
                return spent > limits.body_seconds or (is_slow and spent > limits.body_grace_seconds)
            case "rest" | "drain":
                return spent > limits.drain_seconds
            case "answer":
                return False

    def cut(self) -> None:
        """End an overdue connection, with a 408 where the client may still hear it."""
        if self._phase == "body" and (self.cycle is None or not self.cycle.response_started or self._exchange):
            timed_out = answers.TIMEOUT if self._exchange is None else self._exchange.timed_out()
            self._write(timed_out, "", keep_alive=False)
        if not self._is_closing():
            self.transport.abort() if self._phase == "head" else self.transport.close()

    def _is_closing(self) -> bool:
        return self.transport is None or self.transport.is_closing()

    def _is_busy(self) -> bool:
        """Whether a request of this connection waits for its answer."""
        return self._exchange is not None or (self.cycle is not None and not self.cycle.response_complete)

    def shutdown(self) -> None:
        """A stop: what is under way may end, everything else ends now."""
        self._keep_alive = False
        self._closes_after = True
        if self.cycle is not None:
            self.cycle.keep_alive = False
        if not self._is_busy() and not self._is_closing():
            self.transport.close()

    # -- reading -------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Feed the parser; a head that grows past its limit ends the connection."""
        if self._drops_rest:
            return
        if self._phase == "drain":
            self._drain(len(data))
            return
        if self._exchange is not None and self._phase == "answer":
            self._keep_early(data)
            return
        if self._phase == "idle":
            self._enter("head")
            self._fed_bytes = 0
        self._fed_bytes += len(data)
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserCallbackError as error:
            self._refuse_fault(error.__context__)
        except httptools.HttpParserError:
            self._refuse(400)
        except httptools.HttpParserUpgrade as upgrade:
            self._upgrade(len(data) - upgrade.args[0])
        else:
            if self._phase in ("head", "answer") and self._fed_bytes > self.limits.head_bytes + self.limits.line_bytes:
                self._refuse(431)

    def _upgrade(self, early: int) -> None:
        """Hand a WebSocket over. Who speaks on before he was answered is refused, any other wish is ignored."""
        if self._drops_rest or not self._should_upgrade():
            self._drop_rest()
        elif early:
            self._enter("head")
            self._refuse(400)
        else:
            self.handle_websocket_upgrade()

    def _refuse_fault(self, cause: BaseException | None) -> None:
        if not isinstance(cause, _Refused):
            observe.fail("protocol.fault", error=type(cause).__name__)
        known = cause if isinstance(cause, _Refused) else _Refused(500)
        self._refuse(known.status, b"content-type: application/problem+json\r\n" if known.body else b"", known.body)

    def _refuse(self, status: int, fields: bytes = b"", body: bytes = b"") -> None:
        """Answer a request that cannot be read. One before it that waits for its answer gets that first."""
        if self._is_closing():
            return
        if self._phase == "answer":
            self._drop_rest()
            return
        if self._phase == "rest":
            self.transport.close()
            return
        observe.count(observe.requests_total, "protocol", status)
        self._let_go()
        length = b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body)
        self.transport.write(STATUS_LINE[status] + fields + length + body)
        self._linger()

    def _drop_rest(self) -> None:
        """Hear no more; the request under way is answered, then the connection closes."""
        self._drops_rest = True
        self._keep_alive = False
        if self.cycle is not None:
            self.cycle.keep_alive = False

    def _linger(self) -> None:
        """Everything is said: let the client finish for a moment, else a reset could take our answer with it."""
        self._enter("drain")
        self._body_bytes = 0
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def _drain(self, size: int) -> None:
        self._body_bytes += size
        wanted = self._exchange.max_body_bytes if self._exchange is not None else 0
        if self._body_bytes > wanted + self.limits.drain_bytes and not self._is_closing():
            self.transport.close()

    def on_message_begin(self) -> None:
        """A new request on this connection."""
        if self._is_busy():
            self._drop_rest()
            return
        super().on_message_begin()
        self._is_in_head = True
        self._head_bytes = 0
        self._body_bytes = 0

    def on_url(self, url: bytes) -> None:
        """Bound the request line."""
        if self._drops_rest:
            return
        super().on_url(url)
        if len(self.url) > self.limits.line_bytes:
            raise _Refused(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Bound every field, their number and their sum; trailers are dropped (RFC 9110 §6.5.1)."""
        if self._drops_rest:
            return
        size, limits = len(name) + len(value), self.limits
        self._head_bytes += size
        is_full = self._head_bytes > limits.head_bytes or len(self.headers) >= limits.fields_most
        if size > limits.field_bytes or is_full:
            raise _Refused(431)
        if self._is_in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Check framing, then open a hot exchange or hand the request to the app."""
        if self._drops_rest:
            return
        self._is_in_head = False
        if not is_framed(self.parser.get_http_version(), self.url, self.headers):
            raise _Refused(400, b"" if is_plain_path(self.url.partition(b"?")[0]) else NO_PLAIN_PATH)
        self._enter("body")
        if self.hot is not None and self._open_hot(self.hot):
            return
        super().on_headers_complete()
        if has_body(self.headers) and not self.cycle.keep_alive:
            # uvicorn closes at once after the answer, which resets a connection whose body is still under way.
            self._closes_after = self.cycle.keep_alive = True

    def on_body(self, body: bytes) -> None:
        """Collect a hot body up to its limit."""
        if self._drops_rest:
            return
        self._body_bytes += len(body)
        if self._phase in ("rest", "drain"):
            self._drain(0)
        elif self._exchange is None:
            super().on_body(body)
        elif self._body_bytes > self._exchange.max_body_bytes:
            self._over(self._exchange.too_large())
        else:
            self._hold(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self._drops_rest:
            return
        self._fed_bytes = 0
        if self._phase == "drain":
            self.transport.close()
        elif self._phase == "rest":
            self._rest_over()
        else:
            self._enter("answer")
            if self._exchange is None:
                super().on_message_complete()
            else:
                self._start(self._exchange)

    def on_response_complete(self) -> None:
        """The app answered; the connection waits for the rest of the body, or for the next request."""
        is_whole = not self.cycle.more_body
        self._enter("rest")
        self._body_bytes = 0
        super().on_response_complete()
        if is_whole:
            self._rest_over()

    def _rest_over(self) -> None:
        self._enter("idle")
        if (self._closes_after or self._drops_rest) and not self._is_closing():
            self.transport.close()

    # -- hot exchanges -------------------------------------------------------------------------------------------

    def _open_hot(self, hot: HotRoutes) -> bool:
        raw, _, query = self.url.partition(b"?")
        path = raw.decode("latin-1")
        head = Head(
            self.parser.get_method().decode("ascii"),
            path[len(PREFIX) :] if path.startswith(PREFIX) else path,
            query.decode("latin-1"),
            self.headers,
            self._address,
            self._phase_since,
        )
        exchange = hot.open(head, path)
        if exchange is None:
            return False
        self._exchange = exchange
        self._body = []
        is_lasting = self.parser.should_keep_alive() and self.parser.get_http_version() == "1.1"
        self._keep_alive = is_lasting and not self._closes_after
        if exchange.answer is not None:
            self._over(exchange.answer)
        elif self.expect_100_continue:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return True

    def _hold(self, body: bytes) -> None:
        assert self._exchange is not None
        self._body.append(body)
        self._held_here += len(body)
        GuardedProtocol._held_bytes += len(body)
        if GuardedProtocol._held_bytes > self.limits.held_bytes_most:
            self._over(busy(self._exchange))

    def _let_go(self) -> None:
        GuardedProtocol._held_bytes -= self._held_here
        self._held_here = 0
        self._body = []

    def _over(self, answer: Answer) -> None:
        """Answer before the body is whole."""
        assert self._exchange is not None
        self._let_go()
        self._write(answer, self._exchange.request_id, keep_alive=False)
        observe.count(observe.requests_total, self._exchange.door, answer.status)
        self._linger()

    def _start(self, exchange: Exchange) -> None:
        if GuardedProtocol._in_flight >= self.limits.in_flight_most:
            self._answered(exchange, busy(exchange))
            return
        GuardedProtocol._in_flight += 1
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        self._body = []
        task = self.loop.create_task(self._answer(exchange, body))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _keep_early(self, data: bytes) -> None:
        """Sent before our answer: kept, because stopping and starting the reading would cost two system calls."""
        self._early.append(data)
        if sum(map(len, self._early)) > self.limits.line_bytes:
            self.flow.pause_reading()

    def _hear_early(self) -> None:
        self.flow.resume_reading()
        if self._early:
            early, self._early = b"".join(self._early), []
            self.data_received(early)

    async def _answer(self, exchange: Exchange, body: bytes) -> None:
        try:
            answer = await finished(exchange, body)
        finally:
            GuardedProtocol._in_flight -= 1
            self._let_go()
        self._answered(exchange, answer)

    def _answered(self, exchange: Exchange, answer: Answer) -> None:
        self._exchange = None
        self._let_go()
        self.server_state.total_requests += 1
        self._write(answer, exchange.request_id, keep_alive=self._keep_alive)
        observe.count(observe.requests_total, exchange.door, answer.status)
        if self._is_closing():
            return
        if self._keep_alive:
            self._enter("idle")
            self._hear_early()
        else:
            self.transport.close()

    def _write(self, answer: Answer, request_id: str, *, keep_alive: bool) -> None:
        if self._is_closing():
            return
        is_head = self.parser is not None and self.parser.get_method() == b"HEAD"
        fields = (*answer.headers, ("x-request-id", request_id)) if request_id else answer.headers
        self.transport.write(
            STATUS_LINE[answer.status]
            + b"".join(b"%b: %b\r\n" % field for field in self.server_state.default_headers)
            + head_rest(fields, answer.content_type, None if answer.status == 204 else len(answer.body), keep_alive)
            + (b"" if is_head or answer.status == 204 else answer.body)
        )
