"""How long a step takes on the mean, which is what an execution's end is estimated by, on both databases (A.6)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, select

from hookspan.model.ids import new_id
from hookspan.storage.database import Database
from hookspan.storage.executions import mean_step_ms
from hookspan.storage.tables import executions, steps
from hookspan.workflows.progress import PACE_KEPT_MS, Pace
from tests.support.workshop import Workshop, workshop_on


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


def ran_again(connection: Connection, pattern: str, durations_ms: list[int], now: int) -> None:
    """Later runs just like that one, each with a step of so many milliseconds."""
    run = dict(connection.execute(select(executions).where(executions.c.id == pattern)).one()._mapping)
    step = dict(connection.execute(select(steps).where(steps.c.execution_id == pattern)).one()._mapping)
    for duration_ms in durations_ms:
        identity = new_id(now)
        times = {"started_at": now, "completed_at": now + duration_ms}
        connection.execute(executions.insert().values({**run, "id": identity}))
        connection.execute(steps.insert().values({**step, "id": new_id(now), "execution_id": identity, **times}))


async def test_the_mean_is_of_the_last_hundred_runs(shop: Workshop) -> None:
    first = await shop.run({"id": "a"})
    shop.clock.advance(seconds=1)
    now = shop.clock.now_ms()
    await shop.database.write(ran_again, first.id, [9_000, 110, *[10] * 99], now)

    mean = await shop.database.read(mean_step_ms, shop.tenant_id, first.workflow_id)

    assert mean == pytest.approx(11)


async def test_a_mean_is_read_at_most_once_a_minute(shop: Workshop) -> None:
    pace = Pace(shop.database, shop.clock)
    first = await shop.run({"id": "a"})
    known = await pace.mean_ms(shop.tenant_id, first.workflow_id)
    await shop.database.write(ran_again, first.id, [10], shop.clock.now_ms() + 1)

    shop.clock.advance(seconds=(PACE_KEPT_MS - 1) / 1_000)
    kept = await pace.mean_ms(shop.tenant_id, first.workflow_id)
    shop.clock.advance(seconds=0.001)
    read = await pace.mean_ms(shop.tenant_id, first.workflow_id)

    assert (PACE_KEPT_MS, known, kept, read) == (60_000, 0, 0, 5)
