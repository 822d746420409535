"""A commit of one process wakes the workers of another; SQLite has one process and needs no word."""

from __future__ import annotations

import asyncio

from sqlalchemy import Connection

from hookspan.storage import settings
from hookspan.storage.database import Database
from hookspan.storage.dialect import WAKE_CHANNEL, make_engine, wake_others
from hookspan.storage.execution_claims import Claim, claim
from hookspan.storage.execution_limits import SETTING, unpark
from tests.support.workshop import workshop_on


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


async def test_what_finds_room_is_heard_of_elsewhere(postgres_database: Database, postgres_url: str) -> None:
    engine = make_engine(postgres_url).execution_options(isolation_level="AUTOCOMMIT")
    async with workshop_on(postgres_database) as shop:
        now, workflow_id = shop.clock.now_ms(), await shop.workflow({"id": "take"})
        await shop.database.write(settings.setting_put, shop.tenant_id, SETTING, 1, now=now)
        for _ in range(2):
            await shop.born_of_webhook(workflow_id)
        await shop.database.write(claim, Claim(now, 10, "0" * 32, now + 30_000))
        await shop.database.write(settings.setting_put, shop.tenant_id, SETTING, 2, now=now)
        with engine.connect() as hearing:
            hearing.exec_driver_sql(f"LISTEN {WAKE_CHANNEL}")

            await shop.database.write(unpark, now)

            driver = hearing.connection.driver_connection
            assert driver is not None
            assert len(list(driver.notifies(timeout=5, stop_after=1))) == 1
    engine.dispose()
