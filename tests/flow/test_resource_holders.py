"""Grants of executions that nobody works on: kept for who takes them over, and free in the end, on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, select, update

from hookspan.storage import settings
from hookspan.storage.database import Database
from hookspan.storage.execution_claims import Claim, claim
from hookspan.storage.tables import executions, resource_leases
from hookspan.workflows.run import Engine
from tests.support.workshop import FarSide, Workshop, workshop_on

HUNGRY: dict[str, object] = {
    "id": "hungry",
    "kind": "http",
    "with": {"url": "https://api.example.com/"},
    "resources": {"cpu": 2},
}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        await database.write(
            lambda connection: settings.setting_put(
                connection, workshop.tenant_id, "resources", {"cpu": 2}, now=workshop.clock.now_ms()
            )
        )
        yield workshop


def _holders(connection: Connection) -> list[str]:
    query = select(resource_leases.c.execution_id).where(resource_leases.c.granted_at.is_not(None))
    return list(connection.execute(query).scalars())


async def started(shop: Workshop, step: dict[str, object] = HUNGRY) -> str:
    """One execution more, a moment later than the one before."""
    shop.clock.advance(seconds=0.001)
    return (await shop.engine.start(shop.tenant_id, await shop.workflow(step))).id


class Deadly:
    """Workers that fall silent with what they have begun, one after the other."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        self._fallen: list[tuple[Engine, FarSide]] = []

    async def leave(self, times: int = 1) -> str:
        """An execution in a step that holds the whole pool, left `times` times; its lease is over but not swept."""
        identity = await started(self._shop)
        for number in range(times):
            if number:
                await self._shop.engine.sweep()
            far_side = FarSide()
            far_side.falls_silent()
            engine = self._shop.another_engine(far_side)
            self._fallen.append((engine, far_side))
            while not far_side.received:
                await engine.claim_once()
            self._shop.clock.advance(seconds=31)
        return identity

    async def end(self) -> None:
        """Let them come to an end; what they bring is refused."""
        for engine, far_side in self._fallen:
            far_side.speaks()
            await engine.quiet()


@pytest.fixture
async def deadly(shop: Workshop) -> AsyncIterator[Deadly]:
    workers = Deadly(shop)
    yield workers
    await workers.end()


async def resources_told(shop: Workshop) -> list[tuple[str, object]]:
    """Which fact was told of which execution, in order."""
    told = await shop.events()
    return [(kind, data["workflowExecutionId"]) for kind, data in told if kind.startswith("resource.")]


async def test_who_takes_a_step_over_works_under_the_grant_it_had(shop: Workshop, deadly: Deadly) -> None:
    await shop.listen_to("resource.*")
    first = await deadly.leave()
    second = await started(shop)
    await shop.settle()

    await shop.engine.sweep()
    held = await shop.database.read(_holders)
    await shop.settle()

    assert held == [first]
    assert [(await shop.execution(each)).status for each in (first, second)] == ["completed", "completed"]
    assert await resources_told(shop) == [
        ("resource.allocated", first),
        ("resource.shortage", second),
        ("resource.released", first),
        ("resource.allocated", second),
        ("resource.released", second),
    ]


async def test_what_a_dead_worker_held_is_taken_over_before_what_came_since(shop: Workshop, deadly: Deadly) -> None:
    first = await deadly.leave()
    for _ in range(3):
        await started(shop)
    shop.clock.advance(seconds=5)
    await shop.engine.sweep()
    now = shop.clock.now_ms()

    claimed = await shop.database.write(claim, Claim(now, 1, "0" * 32, now + 30_000))

    assert [each.row.id for each in claimed] == [first]


async def test_a_grant_goes_with_the_execution_that_is_quarantined(shop: Workshop, deadly: Deadly) -> None:
    await shop.listen_to("resource.released")
    first = await deadly.leave(times=5)
    second = await started(shop)

    await shop.engine.sweep()
    free = await shop.database.read(_holders)
    await shop.settle()

    assert (free, (await shop.execution(first)).status) == ([], "failed")
    assert (await shop.execution(second)).status == "completed"
    assert await resources_told(shop) == [("resource.released", first), ("resource.released", second)]


async def test_between_two_tries_a_step_keeps_its_grant(shop: Workshop) -> None:
    shop.far_side.answers(503)
    first = await started(shop)
    await shop.settle()
    second = await started(shop)
    await shop.settle()
    held = await shop.database.read(_holders)

    shop.clock.advance(seconds=60)
    await shop.settle()

    assert held == [first]
    assert [(await shop.execution(each)).status for each in (first, second)] == ["completed", "completed"]


async def test_a_step_that_waits_outside_holds_its_grant_until_its_time_is_over(shop: Workshop) -> None:
    outside: dict[str, object] = {**HUNGRY, "kind": "external", "with": {"callbackTtlMs": 60_000}}
    first = await started(shop, outside)
    await shop.settle()
    second = await started(shop)
    await shop.engine.sweep()
    await shop.settle()
    held = await shop.database.read(_holders)

    shop.clock.advance(seconds=60)
    await shop.settle()

    assert held == [first]
    assert [(await shop.execution(each)).status for each in (first, second)] == ["failed", "completed"]


async def test_an_execution_that_cannot_be_read_keeps_no_sweep_from_the_others(shop: Workshop, deadly: Deadly) -> None:
    spoilt = await deadly.leave(times=5)
    await shop.database.write(_spoil, spoilt)
    other = await started(shop, {"id": "take"})

    await shop.engine.sweep()
    await shop.settle()

    assert (await shop.execution(other)).status == "completed"


def _spoil(connection: Connection, execution_id: str) -> None:
    connection.execute(update(executions).where(executions.c.id == execution_id).values(state=b'{"steps":1}'))
