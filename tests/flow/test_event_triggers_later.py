"""Workflows that an event for later starts: at its hour and not before, and never once it is taken back in time."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hookspan.errors import Conflict
from hookspan.storage import scheduled
from hookspan.storage.database import Database
from tests.support.listening import listening, on, publish
from tests.support.workshop import Workshop, workshop_on

HOUR_MS = 3_600_000


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


async def test_an_event_for_later_starts_at_its_hour(shop: Workshop) -> None:
    await listening(shop, on("order.*"))

    published = await publish(shop, deliver_at=shop.clock.now_ms() + HOUR_MS)
    await shop.settle()
    before = (await shop.execution(published.executions[0])).status
    shop.clock.advance(seconds=3_600)
    await shop.settle()

    assert (before, (await shop.execution(published.executions[0])).status) == ("pending", "completed")


async def test_cancelled_in_time_it_never_starts(shop: Workshop) -> None:
    await listening(shop, on("order.*"))
    published = await publish(shop, deliver_at=shop.clock.now_ms() + HOUR_MS)
    now = shop.clock.now_ms()

    await shop.database.write(scheduled.cancel, shop.tenant_id, published.id, now)
    shop.clock.advance(seconds=3_600)
    await shop.settle()

    execution = await shop.execution(published.executions[0])
    assert (execution.status, execution.completed_at, execution.started_at) == ("cancelled", now, None)


async def test_at_its_hour_it_is_too_late_to_cancel(shop: Workshop) -> None:
    await listening(shop, on("order.*"))
    published = await publish(shop, deliver_at=shop.clock.now_ms() + HOUR_MS)
    shop.clock.advance(seconds=3_600)

    with pytest.raises(Conflict):
        await shop.database.write(scheduled.cancel, shop.tenant_id, published.id, shop.clock.now_ms())
    await shop.settle()

    assert (await shop.execution(published.executions[0])).status == "completed"
