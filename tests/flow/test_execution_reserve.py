"""A slow workflow that takes every slot keeps no other waiting: there are places in reserve (reliability §4.7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator

import pytest

from hookspan.storage.database import Database
from hookspan.storage.execution_line import Due, stretch
from hookspan.workflows.reserve import LOOK_SECONDS, admitted, has_its_part, places
from hookspan.workflows.run import Engine
from tests.support.workshop import Workshop, workshop_on

CALL: dict[str, object] = {"id": "call", "kind": "http", "with": {"url": "http://127.0.0.1/slow"}}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


@pytest.fixture
async def narrow(shop: Workshop) -> AsyncIterator[Engine]:
    """An engine of eight slots before a far side that never answers."""
    engine = shop.another_engine(shop.far_side)
    engine.driven.slots = 8
    shop.far_side.falls_silent()
    yield engine
    await engine.drain(0.001)


async def started(shop: Workshop, number: int, *, step: dict[str, object] = CALL, priority: int = 1) -> list[str]:
    """So many executions of a workflow of their own."""
    workflow_id = await shop.workflow(step)
    return [await shop.born_of_webhook(workflow_id, priority=priority) for _ in range(number)]


async def test_another_workflow_is_taken_up_when_one_has_every_slot(shop: Workshop, narrow: Engine) -> None:
    slow = await started(shop, 12)
    await narrow.claim_once()
    [other] = await started(shop, 1)

    claimed = await narrow.claim_once()

    assert claimed == 1
    assert sorted(narrow.driven.leases) == sorted([*slow[:8], other])


async def test_one_workflow_alone_has_every_slot_and_none_in_reserve(shop: Workshop, narrow: Engine) -> None:
    await started(shop, 20)

    claimed = [await narrow.claim_once() for _ in range(2)]

    assert claimed == [8, 0]


async def test_the_reserve_is_not_for_the_next_slow_workflow_alone(shop: Workshop, narrow: Engine) -> None:
    for _ in range(3):
        await started(shop, 20)
        await narrow.claim_once()
        shop.clock.advance(seconds=LOOK_SECONDS)

    held = sorted(narrow.driven.by_workflow.values())

    assert held == [1, 1, 8]


async def test_the_line_is_looked_at_once_a_second(shop: Workshop, narrow: Engine) -> None:
    await started(shop, 8)
    await narrow.claim_once()
    await narrow.claim_once()
    await started(shop, 1)

    soon = await narrow.claim_once()
    shop.clock.advance(seconds=LOOK_SECONDS)
    later = await narrow.claim_once()

    assert (soon, later) == (0, 1)


async def test_a_long_line_is_gone_through_look_by_look(shop: Workshop) -> None:
    for _ in range(5):
        await started(shop, 1)
        shop.clock.advance(seconds=1)
    now, begin, seen = shop.clock.now_ms(), 0, []

    for _ in range(3):
        found = await shop.database.read(stretch, begin, now, most=2)
        seen += [each.id for each in found.due]
        begin = found.next_from

    assert len(set(seen)) >= 4
    assert (await shop.database.read(stretch, 0, now, most=5)).next_from > 0
    assert (await shop.database.read(stretch, 0, now, most=6)).next_from == 0


@pytest.mark.parametrize("slots", [1, 2])
def test_so_few_slots_are_all_there_are(slots: int) -> None:
    line = [Due(3, 1, "other", "b")]

    assert admitted(line, Counter(a=slots), slots) == []


@pytest.mark.parametrize("slots", [3, 4, 8, 64, 512])
def test_alone_a_workflow_has_its_part_with_all_slots_and_another_always_finds_a_place(slots: int) -> None:
    assert slots < places(slots) <= slots * 4 / 3
    assert has_its_part(slots, slots, slots)
    assert not has_its_part(0, slots, slots)


def test_of_the_line_the_high_priority_comes_first_and_no_more_than_there_is_room_for() -> None:
    line = [Due(1, at, f"{workflow}-{at}", workflow) for at in range(50) for workflow in "bcdefghijk"]

    ids = admitted([*line, Due(3, 99, "first", "z")], Counter(a=8), 8)

    assert (ids[0], len(ids)) == ("first", places(8) - 8)
