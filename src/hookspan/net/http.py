"""The delivery client: every outbound byte of the product, to vetted addresses only, within one deadline.

No redirects, cookies, proxies, decompression or retries. A request on a kept-alive connection costs one write, one
future and no timer: a sweep over the requests under way, ten times a second, ends those past their deadline.
"""

from __future__ import annotations

import asyncio
import ssl
from time import monotonic

from hookspan.errors import Invalid
from hookspan.model.urls import Url
from hookspan.net.connect import Failed, Peer, open_connection
from hookspan.net.egress import Egress, Refused, Verdict, Vetted
from hookspan.net.pool import Pool, PoolLimits
from hookspan.net.request import Encoder, Unsendable
from hookspan.net.tls import TlsContexts, Unreadable, tls_context
from hookspan.net.wire import Connection, PoolKey
from hookspan.ports import HttpAnswer, HttpFailure, HttpRequest, Timings, TlsRules

CONNECT_BUDGET_S = 5.0
MAX_ADDRESSES_TRIED = 3
SWEEP_S = 0.1
_NO_TIMINGS = Timings()
_CLOSED = "the client was closed"
_TURNS_TO_CLOSE = 3


class DeliveryClient:
    """Implements ports.HttpClient; header names of answers are lower-case. Use from one event loop.

    Connections are pooled by scheme, host, vetted address, port, tenant and TLS rules. `tls` is what requests without
    rules of their own use, `tls_context()` unless given.
    """

    def __init__(
        self,
        egress: Egress,
        *,
        tls: ssl.SSLContext | None = None,
        limits: PoolLimits | None = None,
        connect_budget_s: float = CONNECT_BUDGET_S,
        allow_insecure_tls: bool = False,
    ) -> None:
        self._egress = egress
        self._contexts = TlsContexts(tls or tls_context(), allow_insecure=allow_insecure_tls)
        self._pool = Pool(limits or PoolLimits())
        self._encoder = Encoder()
        self._connect_budget_s = connect_budget_s
        self._active: set[Connection] = set()
        self._sweeper: asyncio.TimerHandle | None = None
        self._closed = False

    async def send(self, request: HttpRequest) -> HttpAnswer | HttpFailure:
        """Send once. An answer is what came with a status line before the deadline, its body as far as it came."""
        started = monotonic()
        try:
            url = self._egress.url(request.url)
            payload = self._encoder.encode(request, url)
        except Invalid as refused:
            return _unsent(Failed("blocked", refused.detail), started, _NO_TIMINGS)
        except Unsendable as refused:
            return _unsent(Failed("protocol_error", str(refused)), started, _NO_TIMINGS)
        deadline = started + request.timeout_ms / 1_000
        vetted = self._egress.known(url, request.tenant_id, started)
        connection = self._idle(url, request, vetted, started) if vetted else None
        timings = _NO_TIMINGS
        if connection is None:
            opened, timings = await self._open(url, request, deadline)
            if isinstance(opened, Failed):
                return _unsent(opened, started, timings)
            connection = opened
        if self._closed or not connection.is_open:
            connection.abort()
            detail = _CLOSED if self._closed else "the far side ended the connection before it could be used"
            return _unsent(Failed("protocol_error", detail), started, timings)
        written = monotonic()
        waiter = self._begin(connection, request, payload, deadline)
        try:
            await waiter
        except asyncio.CancelledError:
            connection.abort()
            raise
        finally:
            self._active.discard(connection)
        return self._outcome(connection, started, written, timings)

    async def close(self) -> None:
        """Close idle connections and the egress guard's look-ups; requests under way are cut."""
        self._closed = True
        self._pool.clear()
        for connection in list(self._active):
            connection.cut(_CLOSED)
        if self._sweeper is not None:
            self._sweeper.cancel()
        await self._egress.close()
        for _ in range(_TURNS_TO_CLOSE):
            await asyncio.sleep(0)

    def drop_idle(self) -> None:
        """Close idle connections, so that a new policy or certificate meets every next request."""
        self._pool.clear()

    def _begin(
        self, connection: Connection, request: HttpRequest, payload: bytes, deadline: float
    ) -> asyncio.Future[None]:
        self._active.add(connection)
        if self._sweeper is None:
            self._sweeper = asyncio.get_running_loop().call_later(SWEEP_S, self._sweep)
        return connection.begin(
            payload, read_limit=request.read_limit, head_only=request.method == "HEAD", deadline=deadline
        )

    def _outcome(
        self, connection: Connection, started: float, written: float, timings: Timings
    ) -> HttpAnswer | HttpFailure:
        now = monotonic()
        duration_ms = (now - started) * 1_000
        if connection.fault is not None:
            code, detail = connection.fault
            return HttpFailure(code, detail, True, duration_ms, timings, reused=connection.served > 1)
        wait_ms = (connection.head_at - written) * 1_000
        timings = Timings(timings.dns_ms, timings.connect_ms, timings.tls_ms, wait_ms)
        answer = HttpAnswer(
            connection.status,
            connection.headers,
            connection.body,
            connection.truncated,
            duration_ms,
            timings,
            connection.certificate_ends_at,
        )
        if connection.is_reusable and not self._closed:
            self._pool.release(connection, now)
        else:
            connection.abort()
        return answer

    def _idle(self, url: Url, request: HttpRequest, vetted: Vetted, now: float) -> Connection | None:
        for address in vetted.addresses:
            connection = self._pool.take(_key(url, request, address), now)
            if connection is not None:
                return connection
        return None

    async def _open(self, url: Url, request: HttpRequest, deadline: float) -> tuple[Connection | Failed, Timings]:
        if self._closed:
            return Failed("protocol_error", _CLOSED), _NO_TIMINGS
        began = monotonic()
        verdict = await self._vet(url, request.tenant_id, deadline)
        dns_ms = None if url.literal else (monotonic() - began) * 1_000
        if isinstance(verdict, Refused):
            return Failed(verdict.code, verdict.detail), Timings(dns_ms=dns_ms)
        idle = self._idle(url, request, verdict, monotonic())
        if idle is not None:
            return idle, Timings(dns_ms=dns_ms)
        try:
            tls = await self._contexts.get(request.tls) if url.scheme == "https" else None
        except Unreadable as unreadable:
            return Failed("tls_error", f"the endpoint's TLS: {unreadable.part} {unreadable.detail}"), Timings(dns_ms)
        peers = [Peer(address, url.port, url.host, tls) for address in verdict.addresses[:MAX_ADDRESSES_TRIED]]

        def connection_to(peer: Peer) -> Connection:
            return Connection(_key(url, request, peer.address), self._pool.forget)

        opened = await open_connection(peers, connection_to, deadline=deadline, budget_s=self._connect_budget_s)
        return opened.result, Timings(dns_ms, opened.connect_ms, opened.tls_ms)

    async def _vet(self, url: Url, tenant_id: str, deadline: float) -> Verdict:
        try:
            async with asyncio.timeout(deadline - monotonic()):
                return await self._egress.vet(url, tenant_id)
        except TimeoutError:
            return Refused("dns_error", f"{url.host} was not resolved before the deadline")

    def _sweep(self) -> None:
        now = monotonic()
        for connection in [late for late in self._active if late.deadline <= now]:
            connection.expire()
        self._pool.sweep(now)
        busy = bool(self._active or self._pool)
        self._sweeper = asyncio.get_running_loop().call_later(SWEEP_S, self._sweep) if busy else None


def _key(url: Url, request: HttpRequest, address: str) -> PoolKey:
    rules: TlsRules | None = request.tls if url.scheme == "https" else None
    return (url.scheme, url.host, address, url.port, request.tenant_id, rules)


def _unsent(failed: Failed, started: float, timings: Timings) -> HttpFailure:
    return HttpFailure(failed.code, failed.detail, False, (monotonic() - started) * 1_000, timings)
