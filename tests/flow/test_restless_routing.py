"""Executions of a tenant whose subscriptions change again each time before a match by them is written."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from sqlalchemy import Connection

from hookspan.events.publish import Publisher
from hookspan.events.routing import Routing, Snapshot, held
from hookspan.storage import routing
from hookspan.storage.database import Database
from hookspan.workflows.functions import StepContext
from hookspan.workflows.record import Tools
from hookspan.workflows.run import Engine
from tests.support.workshop import HOP_KEY, RULES, NoHandoff, Workshop, workshop_on

CHARGE: dict[str, object] = {"id": "charge", "kind": "python", "with": {"function": "charge"}}


class Overtaken(Routing):
    """Somebody always changes a subscription between the match and the commit."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._changed = database

    async def load(self, tenant_id: str) -> Snapshot:
        """Read the snapshot; it is stale at once."""
        snapshot = await super().load(tenant_id)
        await self._changed.write(routing.bump, tenant_id)
        return snapshot


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop
        workshop.functions.close()


async def test_two_who_hold_routing_still_and_change_it_come_one_after_the_other(
    postgres_database: Database, postgres_url: str
) -> None:
    other = Database(postgres_url)
    other.start()
    both, runs = threading.Barrier(2), list[str]()

    def change(connection: Connection, tenant_id: str) -> None:
        runs.append(tenant_id)
        decided = held(tenant_id, lambda snapshot: None)
        decided(connection)
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=0.5)
        routing.bump(connection, tenant_id)

    async with workshop_on(postgres_database) as shop:
        await asyncio.gather(*(each.write(change, shop.tenant_id) for each in (postgres_database, other)))

        assert len(runs) == 2
    await other.close()


def overtaken_engine(shop: Workshop) -> Engine:
    """An engine whose every match is overtaken."""
    return Engine(
        Tools(
            database=shop.database,
            clock=shop.clock,
            publisher=Publisher(shop.database, Overtaken(shop.database), NoHandoff(), shop.feed, clock=shop.clock),
            feed=shop.feed,
            client=shop.far_side,
            url_rules=RULES,
            product="hookspan/1",
            hop_key=HOP_KEY,
            functions=shop.functions,
        )
    )


async def test_what_a_function_came_to_is_recorded_however_often_subscriptions_change(shop: Workshop) -> None:
    calls: list[str] = []

    def charge(context: StepContext) -> str:
        context.emit("order.charged", {"for": context.key})
        calls.append(context.key)
        return "charged"

    shop.functions.register("charge", charge)
    await shop.listen_to("order.*", "execution.completed")
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(CHARGE))

    await shop.settle(overtaken_engine(shop))

    assert (await shop.execution(started.id)).status == "completed"
    assert (calls, await shop.story()) == ([f"{started.id}:charge"], ["order.charged", "execution.completed"])


async def test_an_execution_is_cancelled_however_often_subscriptions_change(shop: Workshop) -> None:
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(CHARGE))

    cancelled = await overtaken_engine(shop).cancel(shop.tenant_id, started.id)

    assert cancelled.status == "cancelled"
