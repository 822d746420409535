"""A clock that was ahead for a moment, and what it left behind: work and schedules are not dead until its date."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from hookspan.app.compose import Application
from hookspan.clock import SystemClock
from hookspan.config import load
from hookspan.model.events import NewExecution
from hookspan.model.ids import new_id
from hookspan.storage import ahead, events
from hookspan.storage.database import Database
from hookspan.storage.tables import schedules, webhook_deliveries
from hookspan.workflows.schedule import LOOK_SECONDS
from tests.support.clock import FakeClock
from tests.support.hooks import Hooks, Shop
from tests.support.instance import running
from tests.support.schedules import PASS, Tower
from tests.support.workshop import KEK, FarSide, Workshop, workshop_on

MONTH_SECONDS = 30 * 86_400
NAP: dict[str, object] = {"id": "nap", "kind": "wait", "with": {"durationMs": 60_000}}


@pytest.fixture
async def workshop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as opened:
        yield opened


@pytest.fixture
def hurried() -> FakeClock:
    """A month ahead."""
    clock = FakeClock()
    clock.advance(seconds=MONTH_SECONDS)
    return clock


async def test_an_execution_that_was_due_at_once_is_due(workshop: Workshop, hurried: FakeClock) -> None:
    workflow_id = await workshop.workflow(PASS)
    started = await workshop.another_engine(FarSide(), hurried).start(workshop.tenant_id, workflow_id)
    now = workshop.clock.now_ms()
    seen = await workshop.database.read(ahead.found, now)

    number = await workshop.database.write(ahead.put_right, now)
    await workshop.settle()

    assert (seen, number, await workshop.database.read(ahead.found, now)) == (True, 1, False)
    assert (await workshop.execution(started.id)).status == "completed"


async def test_what_waits_for_an_hour_of_its_own_is_left_to_it(workshop: Workshop, hurried: FakeClock) -> None:
    early = await workshop.run(NAP)
    now = hurried.now_ms()
    workflow_id = await workshop.workflow(PASS)
    late = NewExecution(
        id=new_id(now),
        tenant_id=workshop.tenant_id,
        workflow_id=workflow_id,
        workflow_version=1,
        trigger_type="webhook",
        trigger=b"{}",
        priority=1,
        created_at=now,
        due_at=now + 1,
    )
    await workshop.database.write(events.insert_executions, [late])

    number = await workshop.database.write(ahead.put_right, workshop.clock.now_ms())

    assert (number, (await workshop.execution(early.id)).status) == (0, "waiting")


async def test_a_delivery_that_was_due_at_once_is_due(hooks: Hooks, shop: Shop, clock: FakeClock) -> None:
    clock.advance(seconds=MONTH_SECONDS)
    await hooks.publisher.publish(hooks.event("order.paid", ordering_key="7"))
    clock.advance(seconds=-MONTH_SECONDS)

    number = await hooks.database.write(ahead.put_right, clock.now_ms())

    assert (number, await hooks.database.read(_due)) == (1, [clock.now_ms()])


async def test_a_schedule_comes_back_to_its_next_hour(workshop: Workshop, hurried: FakeClock) -> None:
    tower = Tower(workshop)
    workflow_id = await tower.workflow("*/10 * * * *")
    await tower.another_scheduler(hurried).fire_due()
    strayed = await tower.schedule(workflow_id)

    await tower.scheduler.rearm()

    back = await tower.schedule(workflow_id)
    assert strayed is not None
    assert back is not None
    assert strayed.next_at > workshop.clock.now_ms() + MONTH_SECONDS * 1_000 - 600_000
    assert back.next_at == workshop.clock.now_ms() + 170_000
    assert len(await tower.strike("05-21T21:30:00")) == 2


async def test_a_schedule_that_another_process_has_just_fired_is_left(workshop: Workshop) -> None:
    tower, sooner = Tower(workshop), FakeClock()
    workflow_id = await tower.workflow("*/10 * * * *")
    sooner.advance(seconds=170)
    await tower.another_scheduler(sooner).fire_due()
    workshop.clock.advance(seconds=169)

    await tower.scheduler.rearm()

    row = await tower.schedule(workflow_id)
    assert (len(await tower.runs()), None if row is None else row.next_at) == (1, sooner.now_ms() + 600_000)


async def test_the_scheduler_looks_at_its_start_and_once_a_minute(workshop: Workshop, hurried: FakeClock) -> None:
    clock = Naps()
    tower = Tower(workshop)
    workflow_id = await tower.workflow("0 0 1 * *")
    scheduler = tower.another_scheduler(clock)
    right: list[bool] = []

    for seconds in (0.0, 1.0, LOOK_SECONDS):
        await tower.another_scheduler(hurried).fire_due()
        clock.advance(seconds=seconds)
        await scheduler.turn()
        row = await tower.schedule(workflow_id)
        right.append(row is not None and row.next_at < hurried.now_ms())
        hurried.advance(seconds=MONTH_SECONDS)

    assert right == [True, False, True]


async def test_a_process_that_works_puts_it_right_by_itself(tmp_path: Path) -> None:
    async with running(tmp_path) as instance:
        application = instance.application
        born = application.clock.now_ms() + MONTH_SECONDS * 1_000
        row, _ = await application.definitions.create(instance.tenant_id, {"name": "Report", "steps": [PASS]})
        new = NewExecution(
            id=new_id(born),
            tenant_id=instance.tenant_id,
            workflow_id=row.id,
            workflow_version=1,
            trigger_type="webhook",
            trigger=b"{}",
            priority=1,
            created_at=born,
        )
        await application.database.write(events.insert_executions, [new])

        await application.sweep()

        assert not await application.database.read(ahead.found, application.clock.now_ms())


async def test_however_much_of_it_there_is_one_sweep_puts_it_right(database_url: str, tmp_path: Path) -> None:
    settings = load(data=tmp_path, database__url=database_url, kek=KEK, log__level="off")
    application = Application(settings, clock=SystemClock(), queues=(), short_lived=True)
    await application.start()
    born = application.clock.now_ms() + MONTH_SECONDS * 1_000
    async with workshop_on(application.database) as shop:
        row_of = partial(
            NewExecution,
            tenant_id=shop.tenant_id,
            workflow_id=await shop.workflow(PASS),
            workflow_version=1,
            trigger_type="webhook",
            trigger=b"{}",
            priority=1,
            created_at=born,
        )
        line = [row_of(id=new_id(born)) for _ in range(2 * ahead.MOST + 1)]
        await application.database.write(events.insert_executions, line)

        await application.sweep()

        left = await application.database.read(ahead.found, application.clock.now_ms())
    await application.stop()
    assert not left


@pytest.mark.parametrize("is_ahead", [False, True])
async def test_a_schedule_keeps_a_zone_that_is_taken_no_more(workshop: Workshop, is_ahead: bool) -> None:
    tower, far = Tower(workshop), FakeClock()
    workflow_id = await tower.workflow("*/10 * * * *")
    await workshop.database.write(_keep_zone, workflow_id, "Factory")
    far.advance(seconds=MONTH_SECONDS if is_ahead else 0)
    await tower.another_scheduler(far).fire_due()

    await tower.scheduler.rearm()
    runs = await tower.strike("05-21T21:30:00")

    assert [run.status for run in runs] == ["pending"] * (2 if is_ahead else 1)


def _keep_zone(connection: Connection, workflow_id: str, zone: str) -> None:
    column = schedules.c
    connection.execute(update(schedules).where(column.workflow_id == workflow_id).values(timezone=zone))


class Naps(FakeClock):
    """Sleeps at once."""

    async def sleep(self, seconds: float) -> None:
        """Wait for nothing."""


def _due(connection: Connection) -> Sequence[int]:
    return connection.execute(select(webhook_deliveries.c.due_at)).scalars().all()
