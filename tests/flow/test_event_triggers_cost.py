"""What event triggers cost: their reads go by index, and a tenant of a thousand workflows is read quickly and once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import Connection, text

from hookspan.events.routing import Routing
from hookspan.model.ids import new_id
from hookspan.storage import routing, scheduled
from hookspan.storage.database import Database
from hookspan.storage.dialect import insert_rows
from hookspan.storage.tables import event_triggers, executions, tenants, workflows
from tests.flow.test_query_plans import plan_of
from tests.support.workshop import Workshop, workshop_on

NUMBER = 1_000
TENANTS = 5
ROWS = 20_000


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


def listeners(connection: Connection, tenant_ids: list[str]) -> None:
    """A thousand workflows for each tenant, each with a trigger that has a filter of its own."""
    for tenant_id in tenant_ids:
        ids = [new_id(1) for _ in range(NUMBER)]
        named = [(identity, tenant_id, f"w{place}", 1, 1) for place, identity in enumerate(ids)]
        insert_rows(connection, workflows, "id tenant_id name created_at updated_at", named)
        rows = [
            (identity, "t", tenant_id, f'["order.{place}"]', _filter(place), 1, 1) for place, identity in enumerate(ids)
        ]
        columns = "workflow_id trigger_id tenant_id events filter version priority"
        insert_rows(connection, event_triggers, columns, rows)
    _analyze(connection)


def others(connection: Connection) -> list[str]:
    """More tenants."""
    ids = [new_id(0) for _ in range(TENANTS)]
    insert_rows(connection, tenants, "id slug name created_at", [(identity, identity, "Other", 1) for identity in ids])
    return ids


def _filter(place: int) -> str:
    return f'[{{"fieldPath":"$.n","operator":"equals","value":{place}}}]'


def _analyze(connection: Connection) -> None:
    connection.execute(text("ANALYZE"))


def runs(connection: Connection, tenant_id: str) -> None:
    """Executions of as many events."""
    columns = (
        "id tenant_id workflow_id workflow_version status trigger_type trigger_event_id trigger priority created_at"
    )
    same = (1, "pending", "event")
    rows = [(new_id(1), tenant_id, "w", *same, f"e-{number:034}", b"{}", 1, 1) for number in range(ROWS)]
    insert_rows(connection, executions, columns, rows)
    _analyze(connection)


def explained(database: Database, query: Callable[..., object], *arguments: object) -> str:
    """How the database would run it."""
    with database.engine.connect() as connection:
        told = plan_of(connection, query, *arguments)
        connection.rollback()
    return told


async def test_the_triggers_of_a_tenant_are_found_by_index(shop: Workshop) -> None:
    await shop.database.write(listeners, [shop.tenant_id, *await shop.database.write(others)])

    told = await asyncio.to_thread(explained, shop.database, routing.triggers, shop.tenant_id, str)

    assert "ix_event_triggers_tenant" in told


async def test_the_executions_that_wait_for_an_event_are_found_by_index(shop: Workshop) -> None:
    await shop.database.write(runs, shop.tenant_id)

    told = await asyncio.to_thread(explained, shop.database, scheduled.waiting_executions, shop.tenant_id, f"e-{7:034}")

    assert "ix_executions_trigger_event" in told


async def test_a_thousand_workflows_are_read_in_a_moment(shop: Workshop) -> None:
    await shop.database.write(listeners, [shop.tenant_id])
    began = time.process_time()

    snapshot = await Routing(shop.database).load(shop.tenant_id)

    assert time.process_time() - began < 2.0
    assert [each.workflow_name for each in snapshot.triggers(("order.7",))] == ["w7"]
