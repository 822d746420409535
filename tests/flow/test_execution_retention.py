"""Old executions go with all that is theirs; none that is open goes, nor one that an open parent runs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, func, insert, select

from hookspan.history.prune import Janitor
from hookspan.model.ids import new_id
from hookspan.storage.database import Database
from hookspan.storage.tables import execution_messages, executions, resource_leases, steps
from tests.support.workshop import Workshop, workshop_on

HEAR: dict[str, object] = {"id": "hear", "kind": "wait", "with": {"signal": "go"}}
DAY = 86_400


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


async def days_pass(shop: Workshop, days: int) -> None:
    """The janitor comes every day."""
    janitor = Janitor(shop.database, shop.publisher, shop.clock)
    await janitor.look()
    for _ in range(days):
        shop.clock.advance(seconds=DAY)
        await janitor.look()


def _kept(connection: Connection, execution_id: str) -> list[int]:
    tables = ((executions.c.id, executions), *((each.c.execution_id, each) for each in _THEIRS))
    return [
        connection.execute(select(func.count()).select_from(table).where(column == execution_id)).scalar_one()
        for column, table in tables
    ]


_THEIRS = (steps, execution_messages, resource_leases)


def _leave_behind(connection: Connection, tenant_id: str, execution_id: str) -> None:
    """What a fault might leave with an execution that has ended."""
    own = {"id": new_id(0), "tenant_id": tenant_id, "execution_id": execution_id}
    said = {"kind": "signal", "topic": "go", "payload": b"null", "created_at": 1}
    asked = {"step_id": "take", "resources": "{}", "priority": 1, "requested_at": 1}
    connection.execute(insert(execution_messages).values(**own, **said))
    connection.execute(insert(resource_leases).values(**own, **asked))


async def test_what_ended_is_kept_for_ninety_days_and_goes_with_all_that_is_its_own(shop: Workshop) -> None:
    execution = await shop.run({"id": "take"})
    await shop.database.write(_leave_behind, shop.tenant_id, execution.id)

    await days_pass(shop, 89)
    before = await shop.database.read(_kept, execution.id)
    await days_pass(shop, 3)

    assert before == [1, 1, 1, 1]
    assert await shop.database.read(_kept, execution.id) == [0, 0, 0, 0]


async def test_what_is_open_stays_and_so_does_what_ran_inside_it(shop: Workshop) -> None:
    inner = await shop.workflow({"id": "take"})
    sub: dict[str, object] = {"id": "sub", "kind": "workflow", "with": {"workflowId": inner}}
    execution = await shop.run(sub, {**HEAR, "needs": ["sub"]})

    await days_pass(shop, 92)
    kept = await shop.database.read(_number)
    await shop.engine.cancel(shop.tenant_id, execution.id)
    await days_pass(shop, 92)

    assert (kept, await shop.database.read(_number)) == (2, 0)


def _number(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(executions)).scalar_one()
