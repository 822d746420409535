"""HTTP as bytes: what a test says on a socket and what it hears, without a client that would tidy it up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

SILENCE_SECONDS = 3.0


@dataclass(frozen=True)
class Heard:
    """One answer: status, fields in lower case (the last of a name counts), body."""

    status: int
    fields: dict[str, str]
    body: bytes


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def says(self, said: bytes) -> None:
        """Send; a far side that hung up is not our fault."""
        try:
            self._writer.write(said)
            await self._writer.drain()
        except ConnectionError:
            return

    async def hears(self) -> Heard:
        """The next answer, by its Content-Length; interim answers are answers."""
        async with asyncio.timeout(SILENCE_SECONDS):
            head = await self._reader.readuntil(b"\r\n\r\n")
            heard = parsed(head)
            body = await self._reader.readexactly(int(heard.fields.get("content-length", "0")))
        return Heard(heard.status, heard.fields, body)

    async def hears_all(self) -> bytes:
        """Everything until the far side closes; asyncio.TimeoutError when it does not."""
        said = b""
        async with asyncio.timeout(SILENCE_SECONDS):
            try:
                while piece := await self._reader.read(65_536):
                    said += piece
            except ConnectionError:
                return said
        return said

    async def is_closed(self) -> bool:
        """Whether the far side closes without another word."""
        return await self.hears_all() == b""

    def hangs_up(self) -> None:
        """Close at once."""
        self._writer.transport.abort()


def parsed(head: bytes) -> Heard:
    """A head as an answer without body."""
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Heard(int(first.split(" ")[1]), fields, b"")


def status_of(said: bytes) -> int | None:
    """The status of the first answer; None when nothing was said."""
    return int(said.split(b" ", 2)[1]) if said else None


def post(path: str, body: bytes = b"", *fields: str, length: int | None = None, version: str = "1.1") -> bytes:
    """A POST as bytes; `length` lies about the body's."""
    lines = [f"POST {path} HTTP/{version}", "Host: hooks.test", *fields]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def get(path: str, *fields: str, method: str = "GET", version: str = "1.1") -> bytes:
    """A request without body as bytes."""
    return "\r\n".join([f"{method} {path} HTTP/{version}", "Host: hooks.test", *fields, "", ""]).encode("latin-1")


def chunked(path: str, *chunks: bytes, fields: tuple[str, ...] = (), trailers: tuple[str, ...] = ()) -> bytes:
    """A chunked POST as bytes."""
    head = "\r\n".join([f"POST {path} HTTP/1.1", "Host: hooks.test", "Transfer-Encoding: chunked", *fields, "", ""])
    body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return head.encode("latin-1") + body + b"0\r\n" + "".join(f"{line}\r\n" for line in trailers).encode() + b"\r\n"
