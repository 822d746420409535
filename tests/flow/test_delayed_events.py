"""Events that wait for their time: released once at their hour, whatever is done to them meanwhile, and told of."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, select

from hookspan.app.intake import Intake
from hookspan.errors import Conflict
from hookspan.events.delayed import Delayed
from hookspan.history.erase import erase_content
from hookspan.history.prune import Janitor
from hookspan.model.events import Entry
from hookspan.model.publication import Publication
from hookspan.model.scheduled_tasks import delay_facts
from hookspan.model.times import instant
from hookspan.storage import scheduled
from hookspan.storage.database import Database
from hookspan.storage.tables import events
from tests.support.calls import Calls
from tests.support.hooks import Hooks, Shop
from tests.support.surface import furnished

HOUR_MS = 3_600_000


@pytest.fixture
def delayed(hooks: Hooks) -> Delayed:
    return Delayed(hooks.database, hooks.publisher, hooks.clock)


async def later(hooks: Hooks, event_type: str = "order.paid", ahead_ms: int = HOUR_MS) -> str:
    """The id of an event that is due in an hour, published as the doors do."""
    event = hooks.event(event_type, deliver_at=hooks.clock.now_ms() + ahead_ms)
    return (await hooks.publisher.publish_entry(Entry(event, facts=delay_facts(event)))).id


def status_of(hooks: Hooks, event_id: str) -> str | None:
    def query(connection: Connection) -> Any:
        return connection.execute(select(events.c.status).where(events.c.id == event_id)).mappings().all()

    rows = hooks.rows(query)
    return str(rows[0]["status"]) if rows else None


def told(hooks: Hooks) -> list[tuple[str, dict[str, Any]]]:
    """The facts about tasks, oldest first."""

    def query(connection: Connection) -> Any:
        query = select(events.c.type, events.c.data).where(events.c.type.like("task.%")).order_by(events.c.id)
        return connection.execute(query).mappings().all()

    return [(row["type"], msgspec.json.decode(row["data"])) for row in hooks.rows(query)]


async def test_it_is_stored_from_its_hour_on(hooks: Hooks, delayed: Delayed) -> None:
    event = await later(hooks)
    hooks.clock.advance(seconds=3_599)
    await delayed.release_due()
    before = status_of(hooks, event)

    hooks.clock.advance(seconds=1)
    await delayed.release_due()

    assert (before, status_of(hooks, event)) == ("scheduled", "stored")


async def test_it_is_told_when_it_is_accepted_and_when_it_is_released(hooks: Hooks, delayed: Delayed) -> None:
    await hooks.subscribe(Shop("tasks"), "task.*")
    event = await later(hooks)
    due_at = instant(hooks.clock.now_ms() + HOUR_MS)

    hooks.clock.advance(seconds=3_602)
    await delayed.release_due()

    same = {
        "task_id": event,
        "task_name": "order.paid",
        "kind": "delayed_event",
        "workflow_id": None,
        "execution_id": None,
        "event_id": event,
        "scheduled_for": due_at,
        "duration_ms": None,
        "error": None,
    }
    assert told(hooks) == [
        ("task.scheduled", {**same, "executed_at": None}),
        ("task.executed", {**same, "executed_at": instant(hooks.clock.now_ms())}),
    ]


async def test_what_is_told_reaches_who_wants_it(hooks: Hooks, delayed: Delayed) -> None:
    tasks = Shop("tasks")
    await hooks.subscribe(tasks, "task.executed")
    await later(hooks)

    hooks.clock.advance(seconds=3_600)
    await delayed.release_due()
    await hooks.settle()

    assert len(tasks.requests) == 1


async def test_nothing_is_kept_of_it_where_nobody_wants_it(hooks: Hooks, delayed: Delayed) -> None:
    await later(hooks)

    hooks.clock.advance(seconds=3_600)
    await delayed.release_due()

    assert told(hooks) == []


async def test_an_event_for_now_is_no_task(hooks: Hooks, delayed: Delayed) -> None:
    await hooks.subscribe(Shop("tasks"), "task.*")

    await hooks.publish("order.paid")
    await delayed.release_due()

    assert told(hooks) == []


async def test_of_two_who_release_one_tells(hooks: Hooks) -> None:
    await hooks.subscribe(Shop("tasks"), "task.executed")
    for _ in range(20):
        await later(hooks)
    hooks.clock.advance(seconds=3_600)
    several = [Delayed(hooks.database, hooks.another_publisher(), hooks.clock) for _ in range(4)]

    await asyncio.gather(*(each.release_due() for each in several))

    assert len({data["event_id"] for _, data in told(hooks)}) == len(told(hooks)) == 20


async def test_a_cancelled_event_is_not_released(hooks: Hooks, delayed: Delayed) -> None:
    await hooks.subscribe(Shop("tasks"), "task.executed", "task.failed")
    event = await later(hooks)
    await hooks.database.write(scheduled.cancel, hooks.tenant_id, event, hooks.clock.now_ms())

    hooks.clock.advance(seconds=3_600)
    await delayed.release_due()

    assert (status_of(hooks, event), told(hooks)) == ("cancelled", [])


async def test_a_released_event_is_too_late_to_cancel(hooks: Hooks, delayed: Delayed) -> None:
    event = await later(hooks)
    now = hooks.clock.now_ms()
    hooks.clock.advance(seconds=3_600)
    await delayed.release_due()

    with pytest.raises(Conflict):
        await hooks.database.write(scheduled.cancel, hooks.tenant_id, event, now)

    assert status_of(hooks, event) == "stored"


async def test_an_erased_event_stays_erased(hooks: Hooks, delayed: Delayed) -> None:
    await hooks.subscribe(Shop("tasks"), "task.executed")
    event = await later(hooks)
    await erase_content(hooks.database, hooks.clock, hooks.tenant_id, event)

    hooks.clock.advance(seconds=3_600)
    await delayed.release_due()

    assert (status_of(hooks, event), told(hooks)) == ("expunged", [])


async def test_its_deliveries_do_not_wait_for_the_release(hooks: Hooks, shop: Shop, delayed: Delayed) -> None:
    event = await later(hooks)
    hooks.clock.advance(seconds=3_600)

    await hooks.settle()
    await delayed.release_due()
    await hooks.settle()

    assert (shop.received, status_of(hooks, event)) == ([event], "stored")


async def test_many_are_released_in_batches(hooks: Hooks, delayed: Delayed) -> None:
    due_at = hooks.clock.now_ms() + HOUR_MS
    await hooks.publisher.publish_entries([Entry(hooks.event("a.b", deliver_at=due_at)) for _ in range(1_100)])
    hooks.clock.advance(seconds=3_600)

    numbers = [await delayed.release_due() for _ in range(4)]

    assert numbers == [500, 500, 100, 0]


async def test_it_is_told_to_who_subscribed_at_another_process_since(hooks: Hooks) -> None:
    elsewhere = Delayed(hooks.database, hooks.another_publisher(), hooks.clock)
    await later(hooks)
    hooks.clock.advance(seconds=3_600)
    await elsewhere.release_due()
    await later(hooks)
    await hooks.subscribe(Shop("tasks"), "task.executed")

    hooks.clock.advance(seconds=3_600)
    await elsewhere.release_due()

    assert len(told(hooks)) == 1


async def test_what_waits_outlives_its_retention(hooks: Hooks, delayed: Delayed) -> None:
    janitor = Janitor(hooks.database, hooks.publisher, hooks.clock)
    event = await later(hooks, "nobody.wants", ahead_ms=40 * 24 * HOUR_MS)
    await janitor.look()
    seen = []

    for _ in range(45):
        hooks.clock.advance(seconds=86_400)
        await delayed.release_due()
        seen.append(status_of(hooks, event))
        await janitor.look()

    assert seen[:42] == ["scheduled"] * 39 + ["stored", None, None]


async def test_every_door_tells_of_what_is_to_wait(database: Database) -> None:
    world = await furnished(database)
    rooms = world.rooms
    intake = Intake(database, rooms.publisher, rooms.registry, rooms.clock, 1_024, "default")
    async with world.client() as client:
        api = Calls(client, world.owner)
        await api.endpoint(events=["task.scheduled"])
        due = instant(world.clock.now_ms() + HOUR_MS)
        options = {"deliverAt": due}

        await api.publish("by.route", deliverAt=due)
        await api.publish("by.now")
        await api.post("/api/v1/events/batch", {"events": [{"type": "by.batch", "deliverAt": due}]}, status=202)
        publication = Publication(
            id="0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
            type="by.program",
            data=b"{}",
            options=options,
            tenant=None,
            created_at=world.clock.now_ms(),
        )
        await intake.publish(publication)

    def query(connection: Connection) -> list[bytes]:
        found = select(events.c.data).where(events.c.type == "task.scheduled").order_by(events.c.id)
        return list(connection.execute(found).scalars())

    names = [msgspec.json.decode(each)["task_name"] for each in await database.read(query)]
    assert names == ["by.route", "by.batch", "by.program"]


async def test_a_process_that_drains_releases_nothing_more_and_another_does(hooks: Hooks, delayed: Delayed) -> None:
    event_id = await later(hooks)
    hooks.clock.advance(seconds=3_600)
    delayed.drain()

    await delayed.release_due()
    left = status_of(hooks, event_id)
    await Delayed(hooks.database, hooks.another_publisher(), hooks.clock).release_due()

    assert (left, status_of(hooks, event_id)) == ("scheduled", "stored")
