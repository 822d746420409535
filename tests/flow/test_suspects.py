"""Who is blamed when a worker dies: the execution that ends it, and nobody who was claimed beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from sqlalchemy import Connection, update

from hookspan.model.executions import SUSPECTS_MOST
from hookspan.storage.database import Database
from hookspan.storage.execution_claims import Claim, claim, next_due_at
from hookspan.storage.tables import executions
from hookspan.workflows.run import Engine
from tests.support.workshop import FarSide, Workshop, workshop_on

CALL: dict[str, object] = {"id": "call", "kind": "http", "with": {"url": "https://api.example.com/"}}
LIVES_MOST = 12


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


class Lives:
    """Lives of workers that these executions end when one of them is under way, before anything came of any."""

    def __init__(self, shop: Workshop, killers: Sequence[str]) -> None:
        self._shop = shop
        self._killers = set(killers)
        self._dead: list[tuple[Engine, FarSide]] = []

    async def live(self) -> bool:
        """One worker claims until nothing is due, or until it is ended; whether it was."""
        far_side = FarSide()
        engine = self._shop.another_engine(far_side)
        while True:
            far_side.falls_silent()
            if not await engine.claim_once():
                return False
            if self._killers & engine.driven.leases.keys():
                await self._until_called(engine, far_side)
                self._dead.append((engine, far_side))
                self._shop.clock.advance(seconds=31)
                await self._shop.engine.sweep()
                return True
            far_side.speaks()
            await engine.quiet()

    async def _until_called(self, engine: Engine, far_side: FarSide) -> None:
        async with asyncio.timeout(10):
            while len(far_side.keys) < len(engine.driven.leases):
                await self._shop.database.read(next_due_at)

    async def bury(self) -> None:
        """What the dead still drive comes too late."""
        for engine, far_side in self._dead:
            far_side.speaks()
            await engine.quiet()


async def born(shop: Workshop, number: int, workflow_id: str | None = None) -> list[str]:
    """So many executions, one millisecond after the other."""
    workflow_id = workflow_id or await shop.workflow(CALL)
    ids = []
    for _ in range(number):
        shop.clock.advance(seconds=0.001)
        ids.append((await shop.engine.start(shop.tenant_id, workflow_id)).id)
    return ids


async def fall_silent(shop: Workshop, execution_ids: Sequence[str], times: int) -> None:
    """So often their workers died."""

    def write(connection: Connection) -> None:
        chosen = executions.c.id.in_(execution_ids)
        connection.execute(update(executions).where(chosen).values(silent_claims=times))

    await shop.database.write(write)


async def claimed(shop: Workshop, count: int = 100, suspects: int = 0) -> list[str]:
    now = shop.clock.now_ms()
    found = await shop.database.write(claim, Claim(now, count, "0" * 32, now + 30_000, suspects=suspects))
    return [each.row.id for each in found]


@pytest.mark.parametrize("killers", [1, 2])
async def test_what_ends_its_worker_is_quarantined_and_nobody_beside_it_is(shop: Workshop, killers: int) -> None:
    good, bad = await born(shop, SUSPECTS_MOST + 4), await born(shop, killers)
    good += await born(shop, 4)
    lives = Lives(shop, bad)

    ended = 0
    while await lives.live():
        ended += 1

    assert ended <= LIVES_MOST
    assert {(await shop.execution(each)).status for each in good} == {"completed"}
    errors = [str((await shop.execution(each)).error) for each in bad]
    assert all("quarantined" in error for error in errors)
    await lives.bury()


async def test_a_worker_is_given_some_suspects_at_a_time_and_the_others_behind_them(shop: Workshop) -> None:
    suspects, innocent = await born(shop, SUSPECTS_MOST + 3), await born(shop, 2)
    await fall_silent(shop, suspects, 2)

    first = await claimed(shop, SUSPECTS_MOST)
    second = await claimed(shop, 1, suspects=SUSPECTS_MOST)
    third = await claimed(shop, suspects=SUSPECTS_MOST - 2)

    assert first == suspects[:SUSPECTS_MOST]
    assert second == innocent[:1]
    assert third == [*suspects[SUSPECTS_MOST : SUSPECTS_MOST + 2], *innocent[1:]]


async def test_what_went_silent_among_suspects_is_driven_without_another(shop: Workshop) -> None:
    suspects, grave, innocent = await born(shop, 2), await born(shop, 2), await born(shop, 1)
    await fall_silent(shop, suspects, 2)
    await fall_silent(shop, grave, 3)

    beside = await claimed(shop, suspects=1)
    alone = await claimed(shop)
    after = await claimed(shop, suspects=SUSPECTS_MOST)

    assert (beside, alone, after) == (innocent, grave[:1], [])


@pytest.mark.parametrize("silent", [2, 4])
async def test_an_engine_drives_a_suspect_that_must_be_alone_and_takes_others_when_it_is_done(
    shop: Workshop, silent: int
) -> None:
    shop.far_side.falls_silent()
    suspects = await born(shop, 3)
    await fall_silent(shop, suspects[:1], 4)
    await fall_silent(shop, suspects[1:], silent)

    first = (await shop.engine.claim_once(), await shop.engine.claim_once(), list(shop.engine.driven.leases))
    shop.far_side.speaks()
    await shop.engine.quiet()
    await shop.settle()

    assert first == (1, 0, suspects[:1])
    assert {(await shop.execution(each)).status for each in suspects} == {"completed"}


async def test_a_suspect_that_recorded_an_outcome_lets_the_next_begin(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    suspects = await born(shop, 2, await shop.workflow({"id": "take"}, {**CALL, "needs": ["take"]}))
    await fall_silent(shop, suspects, 3)

    await shop.until_called(suspects[0])
    await shop.until_called(suspects[1])

    assert list(shop.engine.driven.leases) == suspects
    shop.far_side.speaks()
    await shop.engine.quiet()


async def test_a_suspect_that_waits_for_another_does_not_make_its_worker_look_without_end(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    suspects = await born(shop, 2)
    await fall_silent(shop, suspects, 3)
    loop = asyncio.create_task(shop.engine.claim_forever())
    await shop.far_side.called.wait()
    before = shop.database.submitted

    for _ in range(200):
        await shop.database.read(next_due_at)

    looks = shop.database.submitted - before
    shop.far_side.speaks()
    await shop.engine.quiet()
    await shop.engine.drain(1)
    await loop
    assert looks < 20


async def test_suspects_keep_the_limits_of_their_workflow(shop: Workshop) -> None:
    suspects = await born(shop, 4, await shop.workflow(CALL, concurrency=2))
    await fall_silent(shop, suspects, 2)

    assert await claimed(shop) == suspects[:2]
    assert await claimed(shop, suspects=2) == []
