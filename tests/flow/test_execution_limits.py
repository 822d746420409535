"""How many executions of a tenant run at once, beside its workflows' own limits, on a real database."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, func, select

from hookspan.model.events import NewExecution
from hookspan.model.ids import new_id
from hookspan.model.levels import Turn
from hookspan.storage import ahead, events, settings
from hookspan.storage.database import Database
from hookspan.storage.execution_claims import ROUNDS_MOST, Claim, claim
from hookspan.storage.execution_limits import AHEAD_MOST, SETTING, WOKEN_MOST, unpark
from hookspan.storage.tables import executions
from tests.support.workshop import TRIGGER, Workshop, workshop_on

CALL: dict[str, object] = {"id": "call", "kind": "http", "with": {"url": "https://api.example.com/"}}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


async def limit(shop: Workshop, most: int | None) -> None:
    now = shop.clock.now_ms()
    await shop.database.write(settings.setting_put, shop.tenant_id, SETTING, most, now=now)


async def claimed(shop: Workshop, count: int = 10, turn: int = 0) -> list[str]:
    now = shop.clock.now_ms()
    found = await shop.database.write(claim, Claim(now, count, "0" * 32, now + 30_000, Turn(turn)))
    return [each.row.id for each in found]


async def ended(shop: Workshop, *execution_ids: str) -> list[bool]:
    return [(await shop.execution(each)).status == "completed" for each in execution_ids]


async def started(shop: Workshop, workflow_id: str, number: int) -> list[str]:
    return [(await shop.engine.start(shop.tenant_id, workflow_id)).id for _ in range(number)]


async def test_a_tenant_runs_at_most_so_many_of_all_its_workflows(shop: Workshop) -> None:
    await limit(shop, 2)
    shop.far_side.falls_silent()
    born = [(await started(shop, await shop.workflow(CALL), 1))[0] for _ in range(5)]

    await shop.until_held_up(*born[:2])
    more = await shop.engine.claim_once()

    assert more == 0
    assert {key.split(":")[0] for key in shop.far_side.keys} == set(born[:2])
    shop.far_side.speaks()
    await shop.engine.quiet()
    await shop.settle()
    assert all(await ended(shop, *born))


async def test_another_tenant_is_not_limited_by_it(shop: Workshop) -> None:
    async with workshop_on(shop.database) as other:
        await limit(shop, 1)
        await started(shop, await shop.workflow(CALL), 3)
        theirs = await started(other, await other.workflow(CALL), 3)

        found = await claimed(shop)

    assert len(found) == 4
    assert set(theirs) < set(found)


async def test_a_full_workflow_does_not_keep_its_tenants_room_from_others(shop: Workshop) -> None:
    await limit(shop, 2)
    full, free = await shop.workflow(CALL, concurrency=1), await shop.workflow(CALL)
    first = await started(shop, full, 4)
    shop.clock.advance(seconds=1)
    second = await started(shop, free, 3)
    shop.far_side.falls_silent()

    await shop.until_held_up(first[0], second[0])
    more = await shop.engine.claim_once()

    assert more == 0
    shop.far_side.speaks()
    await shop.engine.quiet()
    await shop.settle()
    assert all(await ended(shop, *first, *second))


async def test_room_that_its_full_workflow_cannot_use_is_given_to_the_next_of_the_tenant(shop: Workshop) -> None:
    await limit(shop, 2)
    full, free = await shop.workflow(CALL, concurrency=1), await shop.workflow(CALL)
    others = await started(shop, free, 2)
    assert await claimed(shop) == others
    of_full, last = await started(shop, full, 2), await started(shop, free, 1)
    assert await claimed(shop) == []

    await shop.engine.cancel(shop.tenant_id, others[0])
    first = await claimed(shop)
    await shop.engine.cancel(shop.tenant_id, others[1])

    assert (first, await claimed(shop)) == (of_full[:1], last)


async def test_what_is_parked_is_woken_by_turns_of_its_priority(shop: Workshop) -> None:
    await limit(shop, 1)
    workflow_id = await shop.workflow({"id": "take"})
    level_of = {
        await shop.born_of_webhook(workflow_id, priority=level): level for level in (0, 1, 2, 3) for _ in range(15)
    }
    order = []

    while await shop.engine.claim_once():
        order += [level_of[each] for each in shop.engine.driven.leases]
        await shop.engine.quiet()

    assert Counter(order[:15]) == {3: 8, 2: 4, 1: 2, 0: 1}
    assert len(order) == 60


async def test_a_lifted_limit_lets_all_go_and_a_raised_one_as_many_as_there_is_room_for(shop: Workshop) -> None:
    await limit(shop, 1)
    born = await started(shop, await shop.workflow(CALL), 6)
    assert await claimed(shop) == born[:1]

    await limit(shop, 3)
    await shop.database.write(unpark, shop.clock.now_ms())
    raised = await claimed(shop)
    await limit(shop, None)
    await shop.database.write(unpark, shop.clock.now_ms())

    assert raised == born[1:3]
    assert await claimed(shop) == born[3:]


async def test_cancelling_what_runs_makes_room_and_cancelling_what_is_parked_leaves_the_others(shop: Workshop) -> None:
    await limit(shop, 1)
    shop.far_side.falls_silent()
    born = await started(shop, await shop.workflow(CALL), 4)
    await shop.until_held_up(born[0])
    assert await shop.engine.claim_once() == 0

    await shop.engine.cancel(shop.tenant_id, born[1])
    await shop.engine.cancel(shop.tenant_id, born[0])
    shop.far_side.speaks()
    await shop.engine.quiet()
    await shop.settle()

    assert [(await shop.execution(each)).status for each in born] == ["cancelled"] * 2 + ["completed"] * 2


async def test_what_wakes_waits_for_room_like_what_begins(shop: Workshop) -> None:
    nap: dict[str, object] = {"id": "nap", "kind": "wait", "with": {"durationMs": 60_000}}
    born = await started(shop, await shop.workflow(nap, {**CALL, "needs": ["nap"]}, concurrency=2), 5)
    await shop.settle()
    shop.far_side.falls_silent()
    shop.clock.advance(seconds=60)

    begun = await shop.engine.claim_once()
    for each in shop.engine.driven.leases:
        await shop.until_called(each)
    more = await shop.engine.claim_once()

    assert (begun, more) == (2, 0)
    assert len(shop.far_side.keys) == 2
    shop.far_side.speaks()
    await shop.engine.quiet()
    await shop.settle()
    assert all(await ended(shop, *born))


async def test_what_was_told_something_while_it_waited_for_room_makes_use_of_it_then(shop: Workshop) -> None:
    await limit(shop, 1)
    shop.far_side.falls_silent()
    busy = (await started(shop, await shop.workflow(CALL), 1))[0]
    await shop.until_held_up(busy)
    waiting = await shop.workflow({"id": "ask", "kind": "wait", "with": {"signal": "go"}})
    asked = (await started(shop, waiting, 1))[0]

    await shop.engine.outside.signal(shop.tenant_id, asked, "go", None)
    assert await shop.engine.claim_once() == 0
    shop.far_side.speaks()
    await shop.engine.quiet()
    await shop.settle()

    assert all(await ended(shop, busy, asked))


async def line_of(shop: Workshop, workflow_id: str, number: int) -> list[str]:
    """So many executions that are due, in the order in which they came: one each millisecond until now."""
    now = shop.clock.now_ms()
    line = [
        NewExecution(
            id=new_id(each),
            tenant_id=shop.tenant_id,
            workflow_id=workflow_id,
            workflow_version=1,
            trigger_type="webhook",
            trigger=TRIGGER,
            priority=1,
            created_at=each,
        )
        for each in range(now - number, now)
    ]
    await shop.database.write(events.insert_executions, line)
    return [each.id for each in line]


def due(connection: Connection) -> int:
    return connection.execute(select(func.count()).where(executions.c.due_at.is_not(None))).scalar_one()


async def test_one_claim_parks_only_so_much_of_a_long_line(shop: Workshop) -> None:
    await line_of(shop, await shop.workflow(CALL, concurrency=1), (ROUNDS_MOST + 2) * AHEAD_MOST)
    await claimed(shop)
    before = await shop.database.read(due)

    assert await claimed(shop, 10) == []

    assert before - await shop.database.read(due) == ROUNDS_MOST * (AHEAD_MOST + 10)


async def test_what_stands_behind_the_long_line_of_a_full_workflow_is_come_to(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    await line_of(shop, await shop.workflow(CALL, concurrency=1), 2 * ROUNDS_MOST * AHEAD_MOST)
    shop.clock.advance(seconds=1)
    [last] = await line_of(shop, await shop.workflow(CALL), 1)

    claiming = asyncio.create_task(shop.engine.claim_forever())
    async with asyncio.timeout(20):
        while last not in shop.engine.driven.leases:
            await shop.execution(last)

    await shop.engine.drain(0)
    await claiming


async def test_what_was_parked_with_a_long_line_begins_in_the_order_in_which_it_came(shop: Workshop) -> None:
    workflow_id = await shop.workflow({"id": "take"}, concurrency=2)
    line = await line_of(shop, workflow_id, 30)
    order = []

    while found := await claimed(shop, 3):
        order += found
        for each in found:
            await shop.engine.cancel(shop.tenant_id, each)

    assert order == line


async def test_a_line_whose_limit_was_lifted_is_woken_piece_by_piece(shop: Workshop) -> None:
    await limit(shop, 1)
    await line_of(shop, await shop.workflow(CALL), WOKEN_MOST + 500)
    while await claimed(shop, 500):
        pass
    assert await claimed(shop) == []
    await limit(shop, None)

    seen = await shop.database.write(unpark, shop.clock.now_ms())
    at_once = await shop.database.read(due)
    assert seen is not None
    seen = await shop.database.write(unpark, shop.clock.now_ms(), seen)

    # With the one that runs.
    assert (at_once, await shop.database.read(due), seen) == (WOKEN_MOST + 1, WOKEN_MOST + 500, None)


async def test_what_was_born_by_a_clock_that_was_ahead_is_due_when_there_is_room(shop: Workshop) -> None:
    await limit(shop, 1)
    shop.clock.advance(seconds=86_400)
    line = await line_of(shop, await shop.workflow(CALL), 2)
    shop.clock.advance(seconds=-86_400)
    await shop.database.write(ahead.put_right, shop.clock.now_ms())
    [first] = await claimed(shop)

    await shop.engine.cancel(shop.tenant_id, first)

    assert {first, *await claimed(shop)} == set(line)


async def test_what_is_claimed_keeps_its_place_while_the_line_behind_it_is_parked(shop: Workshop) -> None:
    await line_of(shop, await shop.workflow(CALL, concurrency=1), 20)

    await claimed(shop)

    assert await shop.database.read(due) == 1
