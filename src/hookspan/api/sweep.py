"""The timer of all connections: one, twice a second, because one for each would cost on every request."""

from __future__ import annotations

import asyncio
from typing import Any

from hookspan.api.protocol import GuardedProtocol
from hookspan.api.upgrade import GuardedSocket

SWEEP_SECONDS = 0.5


async def sweep_connections(connections: set[Any], every_seconds: float = SWEEP_SECONDS) -> None:
    """Cut every connection that is overdue, twice a second; one timer for all of them."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(every_seconds)
        now = loop.time()
        for connection in list(connections):
            if isinstance(connection, GuardedProtocol | GuardedSocket) and connection.is_overdue(now):
                connection.cut()
