"""A process that asks its API once and dies at an armed failpoint: `dying_start <url> <path> <body> <key> <token>`."""

from __future__ import annotations

import asyncio
import sys

from hookspan import failpoints
from hookspan.access.instance import Greeting
from hookspan.storage.database import Database
from hookspan.storage.vault import Secret
from tests.support.surface import furnished


async def run(url: str, path: str, body: str, *, key: str, token: str) -> None:
    """Start on what there is, and ask with a key."""
    database = Database(url)
    database.start()
    world = await furnished(database, greeting=Greeting("", "", Secret(""), Secret(token)))
    headers = {**world.owner, "Idempotency-Key": key, "Content-Type": "application/json"}
    async with world.client() as client:
        failpoints.arm()
        await client.post(path, content=body, headers=headers)
    await database.close()


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:4], key=sys.argv[4], token=sys.argv[5]))
