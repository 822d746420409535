"""A line that can be spoilt: TCP on loopback to a Unix socket, with latency, cuts, silence or one byte at a time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Fault = Literal["calm", "slow", "cut", "silent", "drip"]
FAULTS: tuple[Fault, ...] = ("slow", "cut", "silent", "drip")
SLOW_SECONDS = 0.05
DRIP_SECONDS = 0.002
PIECE = 65_536


@dataclass
class Proxy:
    """The line; `turn` spoils it and mends it again. What was silent is cut when it is mended: half open, then gone."""

    target: Path
    port: int = 0
    fault: Fault = "calm"
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _mended: asyncio.Event = field(default_factory=asyncio.Event)

    def turn(self, fault: Fault) -> None:
        """From now on the line behaves so."""
        if fault == "cut" or self.fault == "silent":
            for writer in self._writers:
                writer.transport.abort()
        self.fault = fault
        (self._mended.clear if fault == "silent" else self._mended.set)()

    async def join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, both ways, until one end is gone."""
        if self.fault == "cut":
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_unix_connection(str(self.target))
        self._writers |= {writer, far_writer}
        try:
            ways = (self._carry(reader, far_writer), self._carry(far_reader, writer))
            await asyncio.wait([asyncio.ensure_future(way) for way in ways], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._writers -= {writer, far_writer}
            writer.transport.abort()
            far_writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(PIECE):
                await self._pass(piece, writer)

    async def _pass(self, piece: bytes, writer: asyncio.StreamWriter) -> None:
        if self.fault == "silent":
            await self._mended.wait()
        elif self.fault == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        while self.fault == "drip" and piece:
            writer.write(piece[:1])
            piece = piece[1:]
            await asyncio.sleep(DRIP_SECONDS)
        writer.write(piece)
        await writer.drain()


@asynccontextmanager
async def proxied(target: Path) -> AsyncIterator[Proxy]:
    """A line until the block ends."""
    line = Proxy(target)
    server = await asyncio.start_server(line.join, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        line.turn("cut")
