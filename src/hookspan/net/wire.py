"""HTTP/1.1 on one connection: a request as one write, its answer read within hard limits (security §5.2).

What counts is the status line. Once a complete one has arrived, a body that drips, breaks off or is badly framed costs
only itself: the answer stands and is marked truncated, since sending an accepted event again would duplicate it.
A head that breaks the grammar or its limits is no answer.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from time import monotonic
from typing import Never, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from hookspan.ports import ErrorCode, TlsRules

MAX_LINE_BYTES = 8_192
MAX_FIELDS = 64
MAX_HEAD_BYTES = 32_768
MAX_INTERIM = 8
_FRAMING_OVERHEAD = 8
_MAX_NAMES = 1_000
_NAMES: dict[bytes, str] = {}

PoolKey = tuple[str, str, str, int, str, TlsRules | None]
"""Scheme, host, vetted address, port, tenant, TLS rules: connections are shared only where all six agree."""


class _Stop(Exception):
    """Ends parsing from inside a parser callback; the reason stands on the connection."""


class Connection(asyncio.Protocol):
    """One connection to one vetted address, idle or with one request under way.

    After the future of `begin` is done, `fault` or `status headers body truncated` tell how it went.
    """

    __slots__ = (
        "_chunks", "_field_count", "_fields", "_forget", "_head_only", "_head_room", "_in_head", "_interim",
        "_line_seen", "_message", "_parser", "_raw_room", "_room", "_transport", "_waiter", "certificate_ends_at",
        "deadline", "fault", "finished", "head_at", "idle_since", "keep", "key", "opened_at", "served", "status",
        "truncated",
    )  # fmt: skip

    status: int
    truncated: bool
    fault: tuple[ErrorCode, str] | None
    finished: bool
    keep: bool
    _chunks: list[bytes]
    _fields: list[tuple[bytes, bytes]]
    _field_count: int
    _room: int
    _raw_room: int
    _head_room: int
    _head_only: bool
    _in_head: bool
    _line_seen: bool
    _interim: int
    _message: int

    def __init__(self, key: PoolKey, forget: Callable[[Connection], None]) -> None:
        self.key = key
        self.opened_at = self.idle_since = self.head_at = monotonic()
        self.deadline = 0.0
        self.served = 0
        self.certificate_ends_at: int | None = None
        self._forget = forget
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._parser = HttpResponseParser(self)
        self._reset(0, head_only=False)

    @property
    def is_open(self) -> bool:
        """True while a request may be written."""
        return self._transport is not None and not self._transport.is_closing()

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The fields in order, names in lower case; trailers are left out."""
        return [(_name(name), value.decode("latin-1")) for name, value in self._fields[: self._field_count]]

    @property
    def body(self) -> bytes:
        """What was read of the body, at most the read limit."""
        return b"".join(self._chunks)

    @property
    def is_reusable(self) -> bool:
        """True when the answer ended cleanly, both sides keep the connection, and the request is fully written."""
        transport = self._transport
        return (
            self.keep and transport is not None and not transport.is_closing() and not transport.get_write_buffer_size()
        )

    def begin(self, payload: bytes, *, read_limit: int, head_only: bool, deadline: float) -> asyncio.Future[None]:
        """Write the request; the future is done when the answer is complete, cut or impossible."""
        assert self._transport is not None
        self._reset(read_limit, head_only=head_only)
        self.deadline = deadline
        self.served += 1
        self._waiter = waiter = asyncio.get_running_loop().create_future()
        self._transport.write(payload)
        return waiter

    def expire(self) -> None:
        """The deadline passed: a status line that arrived still decides."""
        if not self._salvage():
            self.fault = ("timeout", "no answer before the deadline")
        self._settle()
        self.abort()

    def cut(self, detail: str) -> None:
        """End the request under way because we want it so."""
        self.fault = ("protocol_error", detail)
        self._settle()
        self.abort()

    def abort(self) -> None:
        """Free the socket at once."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket stands, and TLS with it."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Feed the parser within the limits; bytes nobody asked for end the connection."""
        if self._waiter is None:
            self.abort()
            return
        message = self._message
        try:
            if self._in_head:
                self._head_room -= len(data)
                if self._head_room < 0:
                    data = self._feed_past_head(data)
            self._raw_room -= len(data)
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade, _Stop) as error:
            self._break_off(error)
            return
        if self.finished:
            self._settle()
        elif self._in_head:
            self._note_status_line(data, begun_before=self._message == message > 0)
        elif self._raw_room < 0:
            self.truncated = True
            self._settle()

    def eof_received(self) -> None:
        """The far side is done writing, so are we."""
        self._lose(cleanly=True)
        self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone; an answer delimited by it ends here."""
        # With TLS 1.3 a far side refuses our certificate after the handshake, by an alert instead of an answer.
        alert = str(exc.reason).lower().replace("_", " ") if isinstance(exc, ssl.SSLError) else None
        self._lose(cleanly=exc is None, alert=alert)
        self._transport = None
        self._forget(self)

    def on_message_begin(self) -> None:
        """Parser: first byte of a message; a second one after the answer is not ours to read."""
        if self.finished:
            self.keep = False
            raise _Stop
        self._message += 1

    def on_header(self, name: bytes, value: bytes) -> None:
        """Parser: one complete field, of the head or a trailer."""
        self._fields.append((name, value))

    def on_headers_complete(self) -> None:
        """Parser: the head is complete; an interim one (1xx) is counted and forgotten."""
        status = self._parser.get_status_code()
        if status < 200:
            self._count_interim(status)
            return
        self._check_head()
        self.status = status
        self.head_at = monotonic()
        self._in_head = False
        self.finished = self._head_only

    def on_body(self, chunk: bytes) -> None:
        """Parser: some body; past the read limit the answer is finished and the connection not kept."""
        if self.finished:
            return
        if len(chunk) > self._room:
            chunk = chunk[: self._room]
            self.truncated = self.finished = True
        self._room -= len(chunk)
        self._chunks.append(chunk)

    def on_message_complete(self) -> None:
        """Parser: the message ended."""
        if self._in_head:
            self._fields.clear()
        elif not self.finished:
            self.finished = True
            self.keep = self._parser.should_keep_alive()

    def _reset(self, read_limit: int, *, head_only: bool) -> None:
        self.status = 0
        self._fields = []
        self._field_count = 0
        self.fault = None
        self.truncated = self.finished = self.keep = False
        self._chunks = []
        self._room = read_limit
        self._raw_room = MAX_HEAD_BYTES + _FRAMING_OVERHEAD * (read_limit + MAX_LINE_BYTES)
        self._head_room = MAX_HEAD_BYTES
        self._head_only = head_only
        self._in_head = True
        self._line_seen = False
        self._interim = 0
        self._message = 0

    def _feed_past_head(self, data: bytes) -> bytes:
        """Feed only what the head may still take; returns the rest, which is body or the head too long."""
        room = self._head_room + len(data)
        self._parser.feed_data(data[:room])
        if self._in_head:
            self._stop(f"the answer's head is longer than {MAX_HEAD_BYTES} bytes")
        return data[room:]

    def _note_status_line(self, data: bytes, *, begun_before: bool) -> None:
        if begun_before:
            self._line_seen = self._line_seen or b"\n" in data
        else:
            # What stands before the message are empty lines and interim answers.
            self._line_seen = b"\n" in data.rpartition(b"\r\n\r\n")[2].lstrip(b"\r\n")

    def _count_interim(self, status: int) -> None:
        self._interim += 1
        if status < 100 or status == 101:
            self._stop(f"the answer has the status {status}, which was not asked for")
        if self._interim > MAX_INTERIM:
            self._stop(f"the answer follows more than {MAX_INTERIM} interim ones")

    def _check_head(self) -> None:
        fields = self._fields
        if len(fields) > MAX_FIELDS:
            self._stop(f"the answer has more than {MAX_FIELDS} header fields")
        # A line can only be too long if that much was read at all.
        if self._head_room < MAX_HEAD_BYTES - MAX_LINE_BYTES and any(
            len(name) + len(value) > MAX_LINE_BYTES - 4 for name, value in fields
        ):
            self._stop(f"the answer has a header line longer than {MAX_LINE_BYTES} bytes")
        self._field_count = len(fields)

    def _stop(self, detail: str) -> Never:
        self.fault = ("protocol_error", detail)
        raise _Stop

    def _break_off(self, error: Exception) -> None:
        self.keep = False
        if self.finished or self.status:
            self.truncated = not self.finished
        elif self.fault is None:
            self.fault = ("protocol_error", f"the answer is not valid HTTP: {error}")
        self._settle()
        self.abort()

    def _lose(self, *, cleanly: bool, alert: str | None = None) -> None:
        if self._waiter is None:
            return
        if self.status and cleanly and self._ends_with_connection():
            self.finished = True
        elif not self._salvage():
            self.fault = ("protocol_error", "the connection was closed before an answer")
            if alert is not None:
                self.fault = ("tls_error", f"the far side ended TLS: {alert}")
        self._settle()

    def _ends_with_connection(self) -> bool:
        framing = {name: value for name, value in self.headers if name in {"content-length", "transfer-encoding"}}
        return not framing or not framing.get("transfer-encoding", "chunked").lower().endswith("chunked")

    def _salvage(self) -> bool:
        if not self.status and self._line_seen and self._parser.get_status_code() >= 200:
            self.status = self._parser.get_status_code()
            self._field_count = min(len(self._fields), MAX_FIELDS)
        self.truncated = True
        return bool(self.status)

    def _settle(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)


def _name(raw: bytes) -> str:
    name = _NAMES.get(raw)
    if name is None:
        name = raw.decode("latin-1").lower()
        if len(_NAMES) < _MAX_NAMES:
            _NAMES[raw] = name
    return name
