"""The loops that look for what is due: they sleep until the next hour, and never longer than a second."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from hookspan.events.delayed import Delayed
from hookspan.events.publish import Publisher
from hookspan.events.routing import Routing
from hookspan.model.events import NewEvent
from hookspan.model.ids import new_id
from hookspan.storage.database import Database
from hookspan.storage.tables import schedules
from hookspan.storage.workflow_triggers import schedules_of
from tests.support.clock import FakeClock
from tests.support.instance import running
from tests.support.schedules import Tower
from tests.support.workshop import NoHandoff, Workshop, workshop_on


class Naps(FakeClock):
    """Sleeps at once, and remembers for how long."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        """Let that time pass."""
        self.slept.append(round(seconds, 3))
        self.advance(seconds=seconds)


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


# The clock begins 170 seconds before 21:30:00.
@pytest.mark.parametrize(
    ("ahead_seconds", "naps", "runs"),
    [(0, [1.0, 1.0], 0), (169.3, [0.7, 1.0], 1), (169.98, [0.05, 1.0], 1), (170, [1.0, 1.0], 1)],
)
async def test_the_scheduler_wakes_at_the_next_hour(
    shop: Workshop, ahead_seconds: float, naps: list[float], runs: int
) -> None:
    clock = Naps()
    tower = Tower(shop)
    await tower.workflow("*/10 * * * *")
    scheduler = tower.another_scheduler(clock)
    clock.advance(seconds=ahead_seconds)

    await scheduler.turn()
    await scheduler.turn()

    assert clock.slept == naps
    assert len(await tower.runs()) == runs


async def test_the_scheduler_looks_every_second_where_there_is_no_schedule(shop: Workshop) -> None:
    clock = Naps()

    await Tower(shop).another_scheduler(clock).turn()

    assert clock.slept == [1.0]


@pytest.mark.parametrize(
    ("ahead_ms", "naps", "is_left"),
    [(90_000, [1.0, 1.0], True), (700, [0.7, 1.0], False), (20, [0.05, 1.0], False)],
)
async def test_events_are_released_at_their_hour(
    shop: Workshop, ahead_ms: int, naps: list[float], is_left: bool
) -> None:
    clock = Naps()
    publisher = Publisher(shop.database, Routing(shop.database), NoHandoff(), shop.feed, clock=clock)
    delayed = Delayed(shop.database, publisher, clock)
    now = clock.now_ms()
    due_at = now + ahead_ms
    await publisher.publish(
        NewEvent(
            id=new_id(now),
            tenant_id=shop.tenant_id,
            type="a.b",
            data=b"{}",
            created_at=now,
            origin="api",
            deliver_at=due_at,
        )
    )

    await delayed.turn()
    await delayed.turn()

    assert clock.slept == naps
    clock.advance(seconds=3_600)
    assert bool(await delayed.release_due()) is is_left


async def test_a_process_that_drains_starts_nothing_more_and_another_does(shop: Workshop) -> None:
    tower = Tower(shop)
    await tower.workflow("*/10 * * * *")
    tower.scheduler.drain()

    left = await tower.strike("05-21T21:30:00")
    await tower.another_scheduler().fire_due()

    assert (left, len(await tower.runs())) == ([], 1)


async def test_an_application_fires_nothing_from_the_signal_on(tmp_path: Path) -> None:
    async with running(tmp_path) as instance:
        application = instance.application
        application.begin_drain()
        nightly = {"id": "nightly", "kind": "schedule", "cron": "0 2 * * *"}
        value = {"name": "Report", "steps": [{"id": "go"}], "triggers": [nightly]}
        row, _ = await application.definitions.create(instance.tenant_id, value)
        await application.database.write(_overdue)

        await application.scheduler.turn()
        await application.delayed.turn()

        [left] = await application.database.read(schedules_of, row.id)
        assert (left.next_at, left.last_at) == (1, None)


def _overdue(connection: Connection) -> None:
    connection.execute(update(schedules).values(next_at=1))
