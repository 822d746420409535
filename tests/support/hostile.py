"""A hostile receiver on a raw socket: it says, byte by byte, what a test scripts, and counts who called.

async with Receiver(answers(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n")) as target:
    ... target.url(), target.connections, target.requests, await target.gone.wait()
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Self

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Talk:
    """One accepted connection, seen from the hostile side."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, receiver: Receiver) -> None:
        self._reader = reader
        self._writer = writer
        self._receiver = receiver

    async def hears(self) -> bytes:
        """One whole request, head and body by its Content-Length; empty when the caller hung up."""
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
            length = next((line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), b":0")
            request = head + await self._reader.readexactly(int(length.partition(b":")[2]))
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""
        self._receiver.requests.append(request)
        self._receiver.heard.set()
        return request

    async def says(self, said: bytes) -> None:
        """Send, waiting until the kernel took most of it; raises ConnectionError when the caller hung up."""
        self._writer.write(said)
        self._receiver.bytes_said += len(said)
        await self._writer.drain()

    async def drips(self, said: bytes, every_s: float) -> None:
        """One byte at a time, until the caller hangs up."""
        for byte in said:
            await self.says(bytes([byte]))
            if await self.is_gone_within(every_s):
                return

    async def is_gone_within(self, seconds: float) -> bool:
        """True as soon as the caller hangs up, False when the time is over."""
        try:
            async with asyncio.timeout(seconds):
                await self.stays()
        except TimeoutError:
            return False
        return True

    async def stays(self) -> None:
        """Hold the connection, reading and dropping, until the caller hangs up."""
        while await self._reader.read(65_536):
            pass

    def resets(self) -> None:
        """Close with RST instead of FIN."""
        connection: socket.socket = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


Behaviour = Callable[[Talk], Awaitable[None]]


class Receiver:
    """Listens on loopback and runs the behaviour on every connection; `heard` and `gone` are set by the first."""

    def __init__(self, behaviour: Behaviour, *, tls: ssl.SSLContext | None = None) -> None:
        self.connections = 0
        self.open = 0
        self.bytes_said = 0
        self.requests: list[bytes] = []
        self.heard = asyncio.Event()
        self.gone = asyncio.Event()
        self.port = 0
        self._behaviour = behaviour
        self._tls = tls
        self._talks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self._tls, backlog=1_024)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for talk in list(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    def url(self, path: str = "/hook", *, host: str = "127.0.0.1") -> str:
        """The address to call, https when the receiver has a certificate."""
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            await self._behaviour(Talk(reader, writer, self))
        except (ConnectionError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            self.open -= 1
            self._talks.discard(task)
            writer.transport.abort()
            self.gone.set()


def answers(*said: bytes, then_closes: bool = False) -> Behaviour:
    """Hear a request, say the next answer, and so on; the last one is repeated unless `then_closes`."""

    async def behaviour(talk: Talk) -> None:
        answers_left = list(said)
        while await talk.hears():
            await talk.says(answers_left[0])
            if len(answers_left) > 1:
                del answers_left[0]
            elif then_closes:
                return

    return behaviour


def says_and_stays(said: bytes) -> Behaviour:
    """Hear a request, say this, then keep the line open without a further word."""

    async def behaviour(talk: Talk) -> None:
        await talk.hears()
        await talk.says(said)
        await talk.stays()

    return behaviour


def says_and_resets(said: bytes) -> Behaviour:
    """Hear a request, say this, then reset the connection."""

    async def behaviour(talk: Talk) -> None:
        await talk.hears()
        await talk.says(said)
        talk.resets()

    return behaviour


def drips(said: bytes, *, at_once: bytes = b"", every_s: float = 0.02) -> Behaviour:
    """Hear a request, say `at_once`, then the rest one byte at a time."""

    async def behaviour(talk: Talk) -> None:
        await talk.hears()
        await talk.says(at_once)
        await talk.drips(said, every_s)
        await talk.stays()

    return behaviour


def floods(head: bytes, piece: bytes, times: int) -> Behaviour:
    """Hear a request, say the head, then the piece so many times unless the caller hangs up."""

    async def behaviour(talk: Talk) -> None:
        await talk.hears()
        await talk.says(head)
        for _ in range(times):
            await talk.says(piece)
        await talk.stays()

    return behaviour


def head_of(status: int, *fields: str, version: str = "1.1") -> bytes:
    """A head with these fields and the empty line after it."""
    lines: Sequence[str] = (f"HTTP/{version} {status} Whatever", *fields, "", "")
    return "\r\n".join(lines).encode("latin-1")
