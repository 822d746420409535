"""Executions share the slots by priority: weights hold, nothing starves, what begins too late is counted (§4.7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator

import pytest

from hookspan.model.levels import LEVELS, OLDEST_EVERY, Promises, Turn, cycle_of
from hookspan.storage.database import Database
from hookspan.storage.execution_claims import Claim, claim, next_due_at
from tests.support.workshop import Workshop, workshop_on

STEP: dict[str, object] = {"id": "take"}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


async def waiting(shop: Workshop, each: int, *levels: int) -> dict[str, int]:
    """So many executions of each level, all due; which level each is of."""
    workflow_id = await shop.workflow(STEP)
    return {
        await shop.born_of_webhook(workflow_id, priority=level): level
        for level in levels or LEVELS
        for _ in range(each)
    }


async def claimed(shop: Workshop, count: int, turn: Turn) -> list[str]:
    """Ids in the order in which they were claimed."""
    now = shop.clock.now_ms()
    found = await shop.database.write(claim, Claim(now, count, "0" * 32, now + 30_000, turn))
    return [each.row.id for each in found]


async def test_of_fifteen_claims_each_level_gets_its_weight(shop: Workshop) -> None:
    level_of = await waiting(shop, 15)

    found = await claimed(shop, 15, Turn())

    assert Counter(level_of[each] for each in found) == {3: 8, 2: 4, 1: 2, 0: 1}


async def test_other_weights_are_obeyed(shop: Workshop) -> None:
    level_of = await waiting(shop, 8)

    found = await claimed(shop, 8, Turn(0, cycle_of({3: 1, 2: 1, 1: 5, 0: 1})))

    assert Counter(level_of[each] for each in found) == {1: 5, 3: 1, 2: 1, 0: 1}


async def test_the_oldest_of_any_level_comes_at_the_latest_with_the_twentieth_turn(shop: Workshop) -> None:
    [oldest] = await waiting(shop, 1, 0)
    shop.clock.advance(seconds=1)
    await waiting(shop, 30, 3, 2, 1)
    order = []

    for turn in range(OLDEST_EVERY):
        order += await claimed(shop, 1, Turn(turn, cycle_of({3: 100, 2: 100, 1: 100, 0: 1})))

    assert oldest in order


async def test_turns_nobody_needs_are_lent(shop: Workshop) -> None:
    level_of = await waiting(shop, 6, 1, 0)

    found = await claimed(shop, 12, Turn())

    assert sorted(level_of.values()) == sorted(level_of[each] for each in found)


async def test_of_a_level_the_oldest_comes_first(shop: Workshop) -> None:
    workflow_id = await shop.workflow(STEP)
    born = []
    for _ in range(4):
        born.append(await shop.born_of_webhook(workflow_id, priority=1))
        shop.clock.advance(seconds=1)

    assert await claimed(shop, 4, Turn()) == born


async def test_what_sleeps_is_not_claimed_and_tells_when_it_wakes(shop: Workshop) -> None:
    await shop.engine.start(
        shop.tenant_id, await shop.workflow({"id": "nap", "kind": "wait", "with": {"durationMs": 60_000}})
    )
    await shop.engine.claim_once()
    await shop.engine.quiet()

    due_at = await shop.database.read(next_due_at)

    assert due_at == shop.clock.now_ms() + 60_000
    assert await claimed(shop, 5, Turn()) == []


async def test_a_first_step_that_begins_too_late_is_told_once(shop: Workshop) -> None:
    told: list[tuple[str, int, int]] = []
    shop.engine.on_breach = lambda *breach: told.append(breach)
    await waiting(shop, 1, 3, 0)
    shop.clock.advance(seconds=1.5)

    await shop.engine.claim_once()
    await shop.engine.quiet()

    assert told == [(shop.tenant_id, 3, 1_000)]


async def test_a_tenants_own_promise_is_the_one_that_counts(shop: Workshop) -> None:
    told: list[tuple[str, int, int]] = []
    shop.engine.on_breach = lambda *breach: told.append(breach)
    shop.engine.obey(cycle_of({3: 8, 2: 4, 1: 2, 0: 1}), Promises({shop.tenant_id: {3: None, 0: 500}}))
    await waiting(shop, 1, 3, 0)
    shop.clock.advance(seconds=1.5)

    await shop.engine.claim_once()
    await shop.engine.quiet()

    assert told == [(shop.tenant_id, 0, 500)]


async def test_what_slept_and_wakes_breaks_no_promise(shop: Workshop) -> None:
    told: list[tuple[str, int, int]] = []
    shop.engine.on_breach = lambda *breach: told.append(breach)
    nap: dict[str, object] = {"id": "nap", "kind": "wait", "with": {"durationMs": 60_000}}
    execution_id = await shop.born_of_webhook(await shop.workflow(nap), priority=3)
    await shop.engine.claim_once()
    await shop.engine.quiet()
    shop.clock.advance(seconds=61)

    assert await shop.engine.claim_once() == 1
    await shop.engine.quiet()

    assert (told, (await shop.execution(execution_id)).status) == ([], "completed")
