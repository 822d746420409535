"""A receiver of somebody else's on a real socket of this loop: the path's first word may say its answer."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

PATIENCE_SECONDS = 5.0
MOMENT_SECONDS = 0.02
ANSWER = b"HTTP/1.1 %d Said\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"


@dataclass(frozen=True, slots=True)
class Came:
    """One request: its path, its headers in lower case, its body."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class FarSide:
    """What came, oldest first; `answers` says the next statuses by path, before what the path says, or 200."""

    port: int = 0
    came: list[Came] = field(default_factory=list)
    answers: dict[str, list[int]] = field(default_factory=dict)
    _more: asyncio.Condition = field(default_factory=asyncio.Condition)

    def url(self, path: str) -> str:
        """An address of it."""
        return f"http://127.0.0.1:{self.port}{path}"

    def at(self, path: str) -> list[Came]:
        """What came there so far."""
        return [each for each in self.came if each.path == path]

    async def gets(self, path: str, count: int = 1) -> list[Came]:
        """What came there, once there are so many."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._more:
            await self._more.wait_for(lambda: len(self.at(path)) >= count)
        return self.at(path)

    async def has(self, path: str, count: int) -> bool:
        """Whether so many have come there, or come in a moment."""
        with suppress(TimeoutError):
            async with asyncio.timeout(MOMENT_SECONDS), self._more:
                await self._more.wait_for(lambda: len(self.at(path)) >= count)
        return len(self.at(path)) >= count

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                pairs = (line.partition(":") for line in lines[1:] if line)
                headers = {name.lower(): value.strip() for name, _, value in pairs}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                status = await self._take(Came(lines[0].split(" ")[1], headers, body))
                writer.write(ANSWER % status)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _take(self, came: Came) -> int:
        async with self._more:
            self.came.append(came)
            self._more.notify_all()
        planned, word = self.answers.get(came.path), came.path.split("/")[1]
        return planned.pop(0) if planned else int(word) if word.isdigit() else 200


@asynccontextmanager
async def far_side(tls: ssl.SSLContext | None = None) -> AsyncIterator[FarSide]:
    """A receiver until the block ends; with `tls` it speaks nothing else."""
    far = FarSide()
    open_ones: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(far.serve(reader, writer))
        open_ones.add(task)
        task.add_done_callback(open_ones.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    far.port = server.sockets[0].getsockname()[1]
    try:
        yield far
    finally:
        server.close()
        for task in open_ones:
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)
