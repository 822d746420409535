"""A commit of one process wakes the workers of another; SQLite has one process and needs no word."""

from __future__ import annotations

import asyncio

from sqlalchemy import Connection

from hookspan.storage.database import Database
from hookspan.storage.dialect import wake_others


def wake(connection: Connection) -> None:
    wake_others(connection)


async def test_due_work_committed_elsewhere_is_heard_of(postgres_database: Database, postgres_url: str) -> None:
    heard = asyncio.Event()
    postgres_database.on_wake(heard.set)
    other = Database(postgres_url)
    other.start()

    async with asyncio.timeout(20):
        while not heard.is_set():
            await other.write(wake)
            await asyncio.wait([asyncio.create_task(heard.wait())], timeout=0.2)

    await other.close()
    assert heard.is_set()
