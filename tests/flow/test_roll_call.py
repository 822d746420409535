"""The roll of working processes on a real database: who is silent is struck off once, and joins anew if it lives."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from sqlalchemy import select

from hookspan.app.roll_call import Process, RollCall
from hookspan.outbound.endpoints import EndpointWish
from hookspan.storage import workers
from hookspan.storage.database import Database
from hookspan.storage.tables import events
from hookspan.storage.tables import workers as table
from hookspan.storage.workers import WorkerRow
from tests.support.surface import Surface, furnished


@pytest.fixture
async def world(database: Database) -> Surface:
    """An instance in which nobody works."""
    return await furnished(database)


def process(world: Surface, name: str) -> RollCall:
    """One of several processes on the same database."""
    named = Process(name, "host", "1.2.3")
    return RollCall(world.rooms.database, world.rooms.publisher, world.clock, named, tenant_id=world.instance.tenant_id)


async def told(world: Surface) -> list[tuple[str, str]]:
    """What was told of agents, and of whom, oldest first."""
    query = select(events.c.type, events.c.data).where(events.c.type.like("agent.%")).order_by(events.c.id)
    rows = await world.rooms.database.read(lambda connection: connection.execute(query).all())
    return [(row.type, msgspec.json.decode(bytes(row.data))["agent_name"]) for row in rows]


async def on_the_roll(world: Surface) -> list[str]:
    """The names of those who have a place."""
    query = select(table.c.name).order_by(table.c.name)
    return list(await world.rooms.database.read(lambda connection: connection.execute(query).scalars().all()))


async def lost(world: Surface) -> WorkerRow:
    """A process that joined now and will not be heard of again."""
    now = world.clock.now_ms()
    row = WorkerRow("0196f4be-0000-7abc-8def-0123456789ab", "lost", "host", "1.2.3", now, now)
    await world.rooms.database.write(workers.worker_join, row, [])
    return row


async def test_a_process_is_on_the_roll_from_its_joining_to_its_leaving(world: Surface) -> None:
    one = process(world, "one")
    await one.join()
    during = await on_the_roll(world)

    await one.leave()
    await one.leave()

    assert (during, await on_the_roll(world)) == (["one"], [])
    assert await told(world) == [("agent.started", "one"), ("agent.stopped", "one")]


async def test_who_beats_in_time_stays(world: Surface) -> None:
    one, two = process(world, "one"), process(world, "two")
    await one.join()
    for _ in range(6):
        world.clock.advance(seconds=29)
        await one.turn()
        await two.turn()

    assert await on_the_roll(world) == ["one"]
    assert await told(world) == [("agent.started", "one")]


async def test_who_was_silent_for_half_a_minute_is_told_of_once_though_two_look(world: Surface) -> None:
    one, two = process(world, "one"), process(world, "two")
    await lost(world)
    world.clock.advance(seconds=31)

    await asyncio.gather(one.turn(), two.turn(), one.turn())

    assert await told(world) == [("agent.failed", "lost")]
    assert await on_the_roll(world) == []


async def test_who_beat_a_moment_before_is_not_struck_off(world: Surface) -> None:
    row = await lost(world)
    world.clock.advance(seconds=31)
    await world.rooms.database.write(workers.worker_beat, row.id, world.clock.now_ms())

    done = await world.rooms.database.write(workers.worker_end, row, [])

    assert (done, await on_the_roll(world)) == ("gone", ["lost"])


async def test_who_was_struck_off_and_lives_joins_anew(world: Surface) -> None:
    one, two = process(world, "one"), process(world, "two")
    await one.join()
    world.clock.advance(seconds=31)
    await two.turn()
    struck_off = await on_the_roll(world)

    await one.turn()

    assert (struck_off, await on_the_roll(world)) == ([], ["one"])
    assert [kind for kind, _ in await told(world)] == ["agent.started", "agent.failed", "agent.started"]


async def test_of_the_only_process_of_a_database_every_earlier_life_failed(world: Surface) -> None:
    await lost(world)

    await process(world, "one").join()

    expected = [("agent.failed", "lost")] if world.rooms.database.is_single_writer else []
    assert await told(world) == [*expected, ("agent.started", "one")]


async def test_subscriptions_that_change_meanwhile_cost_no_fact(world: Surface) -> None:
    one = process(world, "one")
    await world.rooms.publisher.subscribers(world.instance.tenant_id)
    wish = EndpointWish(url="https://shop.example/", events=["agent.*"])
    await world.rooms.endpoints.create(world.instance.tenant_id, wish, created_by="native")

    await one.join()

    started = select(events.c.id).where(events.c.type == "agent.started")
    (row,) = await world.rooms.database.read(lambda connection: connection.execute(started).all())
    published, _ = await world.rooms.publisher.work_of(world.instance.tenant_id, row.id)
    assert published == 1
