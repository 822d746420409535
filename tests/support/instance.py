"""A whole hookspan behind a real socket, in this process: the composition root, with limits a test can wait for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from hookspan import observe
from hookspan.api.framing import Limits
from hookspan.api.protocol import GuardedProtocol
from hookspan.api.sweep import sweep_connections
from hookspan.app.compose import Application
from hookspan.app.grounds import open_schema
from hookspan.clock import SystemClock
from hookspan.config import Settings, load
from hookspan.inbound.sources import KeptSource, SourceWish
from tests.support.raw_http import Wire

QUICK = Limits(
    head_seconds=0.25, body_seconds=1.2, body_grace_seconds=0.3, idle_seconds=0.6, drain_bytes=65_536, drain_seconds=0.4
)


@dataclass
class Instance:
    """The running application and its port."""

    application: Application
    protocol: type[GuardedProtocol]
    state: ServerState
    port: int = 0

    @property
    def tenant_id(self) -> str:
        """The only tenant."""
        return self.application.instance.tenant_id

    @property
    def token(self) -> str:
        """The owner's key."""
        assert self.application.greeting is not None
        return self.application.greeting.api_key.reveal()

    async def source(self, **members: Any) -> KeptSource:
        """A new source; members as in contracts B.1, in snake_case."""
        wish = SourceWish(**{"name": "in", **members})  # type: ignore[typeddict-item]
        return await self.application.sources.create(self.tenant_id, wish)

    @asynccontextmanager
    async def wire(self) -> AsyncIterator[Wire]:
        """A raw connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield Wire(reader, writer)
        finally:
            writer.transport.abort()

    async def ask(self, request: bytes) -> bytes:
        """Everything the server says to these bytes until it closes or falls silent for a moment."""
        async with self.wire() as wire:
            await wire.says(request)
            return await wire.hears_all()

    def limited(self, **limits: Any) -> None:
        """Change limits from the next connection on."""
        self.protocol.limits = replace(self.protocol.limits, **limits)


@asynccontextmanager
async def running(
    folder: Path, *, limits: Limits = QUICK, database_url: str = "", log_level: str = "off", **options: Any
) -> AsyncIterator[Instance]:
    """An instance in developer mode until the block ends."""
    kek = {"kek": "k1:" + "a2tr" * 10 + "a2s="} if database_url else {}
    settings: Settings = load(data=folder, dev=True, database__url=database_url or None, **kek, **options)
    level, observe.log.level = observe.log.level, observe.LEVELS[log_level]
    open_schema(settings)
    application = Application(settings, clock=SystemClock())
    app = await application.start()
    protocol = type("Protocol", (GuardedProtocol,), {"hot": application.hot, "limits": limits})
    config = uvicorn.Config(app, ws="none", lifespan="off", log_config=None, access_log=False, server_header=False)
    config.load()
    state = ServerState()
    instance = Instance(application, protocol, state)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: protocol(config, state, {}), "127.0.0.1", 0, backlog=1_024)
    instance.port = server.sockets[0].getsockname()[1]
    sweeper = asyncio.create_task(sweep_connections(state.connections, 0.02))
    try:
        yield instance
    finally:
        sweeper.cancel()
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()
        await server.wait_closed()
        await asyncio.gather(*state.tasks, return_exceptions=True)
        await application.stop()
        observe.log.level = level
