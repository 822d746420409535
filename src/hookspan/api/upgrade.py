"""A connection that became a WebSocket (RFC 6455): the limits and timers of the library, made ours.

The head was held to the limits of every request before it came here, and a request that is no whole handshake was
never handed over, so the library answers no error of its own. Nothing is compressed, nothing is logged: the library
would write the query, and a ticket stands in it.
"""

from __future__ import annotations

import base64
import binascii
import logging
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.server import ServerProtocol

from hookspan.api.framing import Limits, has_body, is_loopback

PATH = b"/api/v1/ws"
MESSAGE_BYTES = 65_536
LINE_BYTES = 8_000
"""What the library's own parser takes of one line, with room for the words around it."""

_TOKENS = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:[ \t]*,[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+)*")
_SILENT = logging.Logger("hookspan.sockets", logging.CRITICAL)
_SILENT.disabled = True


def is_handshake(method: bytes, version: str, url: bytes, headers: Sequence[tuple[bytes, bytes]]) -> bool:
    """Whether this head asks for a WebSocket, wholly and rightly; header names are in lower case."""
    path = url.partition(b"?")[0]
    if not (path == PATH or path.startswith(PATH + b"/")) or method != b"GET" or version != "1.1":
        return False
    if not url.isascii() or len(url) > LINE_BYTES or any(len(n) + len(v) > LINE_BYTES for n, v in headers):
        return False
    return not has_body(headers) and _asks_rightly(headers)


def _asks_rightly(headers: Sequence[tuple[bytes, bytes]]) -> bool:
    """RFC 6455 §4.2.1."""

    def values(wanted: bytes) -> list[bytes]:
        return [value.strip() for name, value in headers if name == wanted]

    asked = [word.strip().lower() for value in values(b"connection") for word in value.split(b",")]
    protocols = values(b"sec-websocket-protocol")
    return (
        b"upgrade" in asked
        and all(_TOKENS.fullmatch(value) for value in (*values(b"connection"), *protocols))
        and [value.lower() for value in values(b"upgrade")] == [b"websocket"]
        and values(b"sec-websocket-version") == [b"13"]
        and [len(_decoded(key)) for key in values(b"sec-websocket-key")] == [16]
    )


def _decoded(key: bytes) -> bytes:
    try:
        return base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        return b""


class GuardedSocket(WebSocketsSansIOProtocol):
    """One WebSocket; `on_lost` is called once when its connection is gone."""

    def __init__(self, *, limits: Limits, on_lost: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._limits = limits
        self._on_lost = on_lost
        self._heard_at = self.loop.time()
        self.logger = _SILENT
        self.conn = ServerProtocol(max_size=MESSAGE_BYTES, logger=_SILENT)
        self.ping_interval = limits.socket_ping_seconds
        # Pings go out whatever comes back: silence is judged by the sweep of all connections.
        self.ping_timeout = None

    def data_received(self, data: bytes) -> None:
        """Anything that is heard ends the silence."""
        self._heard_at = self.loop.time()
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Give back what the connection counted as."""
        super().connection_lost(exc)
        self._on_lost()

    async def send(self, message: Any) -> None:
        """As the library's, but a close waits for no slow reader: its connection is cut in the end."""
        if message["type"] == "websocket.close":
            self.writable.set()
            self._cut_soon()
        await super().send(message)

    def is_overdue(self, now: float) -> bool:
        """Whether nothing was heard for too long; asked by the sweep of all connections."""
        return self.handshake_complete and now - self._heard_at > self._limits.socket_silence_seconds

    def cut(self) -> None:
        """End a silent connection."""
        if not self.close_sent and not self.transport.is_closing():
            self.keepalive_timeout()
            self._cut_soon()

    def _cut_soon(self) -> None:
        self.loop.call_later(self._limits.socket_close_seconds, self.transport.abort)


class UpgradingProtocol(HttpToolsProtocol):
    """uvicorn's protocol, counted by address, also after its connection became a WebSocket."""

    limits: ClassVar[Limits] = Limits()
    _by_address: ClassVar[Counter[str]] = Counter()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A factory with this connection's limits; uvicorn only ever calls it.
        socket: Any = partial(GuardedSocket, limits=self.limits, on_lost=self.leave)
        self.ws_protocol_class = socket
        self._address = ""

    def join(self, address: str) -> bool:
        """Count the connection; whether its address may have that many. Loopback may have any number."""
        self._address = address
        if is_loopback(address):
            return True
        self._by_address[address] += 1
        return self._by_address[address] <= self.limits.connections_per_address

    def leave(self) -> None:
        """The connection is gone."""
        if self._by_address[self._address] > 1:
            self._by_address[self._address] -= 1
        else:
            del self._by_address[self._address]

    def _should_upgrade(self) -> bool:
        return is_handshake(self.parser.get_method(), self.parser.get_http_version(), self.url, self.headers)
