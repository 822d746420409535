"""Workflows that start by the clock: once at each hour, late or not at all after a stop, and what is told of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, text, update

from hookspan.model.times import instant
from hookspan.storage import routing, schedules
from hookspan.storage.database import Database
from hookspan.storage.schedules import Firing
from hookspan.storage.tables import schedules as schedules_table
from tests.support.schedules import PASS, Tower
from tests.support.workshop import workshop_on

# The clock stands at 2025-05-21T21:27:10Z.
TEN_MINUTES = "*/10 * * * *"
CALL: dict[str, object] = {"id": "call", "kind": "http", "with": {"url": "https://api.example.com/"}}


@pytest.fixture
async def tower(database: Database) -> AsyncIterator[Tower]:
    async with workshop_on(database) as workshop:
        yield Tower(workshop)


async def test_it_starts_at_its_hour_and_not_before(tower: Tower) -> None:
    await tower.workflow(TEN_MINUTES)

    before = await tower.strike("05-21T21:29:59")
    [run] = await tower.strike("05-21T21:30:00")

    assert before == []
    assert (run.version, run.status) == (1, "pending")
    assert run.trigger == {
        "type": "schedule",
        "eventId": None,
        "method": None,
        "path": None,
        "headers": {},
        "query": {},
        "body": {
            "triggerId": "nightly",
            "scheduledFor": "2025-05-21T21:30:00.000Z",
            "late": False,
            "missedRuns": 0,
        },
        "metadata": {},
    }


async def test_templates_read_when_it_was_meant_to_run(tower: Tower) -> None:
    output: dict[str, object] = {"id": "say", "kind": "transform", "with": {"output": "{{trigger.body.scheduledFor}}"}}
    await tower.workflow(TEN_MINUTES, output)

    [run] = await tower.strike("05-21T21:30:04")
    await tower.shop.settle()

    row = await tower.shop.execution(run.id)
    assert (row.status, row.trigger_type, row.output) == ("completed", "schedule", b'"2025-05-21T21:30:00.000Z"')


async def test_it_runs_again_at_every_hour(tower: Tower) -> None:
    workflow_id = await tower.workflow(TEN_MINUTES, priority=3)

    for minute in ("21:30", "21:40", "21:50"):
        runs = await tower.strike(f"05-21T{minute}:00.250")

    assert [(run.body["scheduledFor"], run.priority) for run in runs] == [
        ("2025-05-21T21:30:00.000Z", 3),
        ("2025-05-21T21:40:00.000Z", 3),
        ("2025-05-21T21:50:00.000Z", 3),
    ]
    row = await tower.schedule(workflow_id)
    assert row is not None
    assert (instant(row.next_at), instant(row.last_at or 0)) == (
        "2025-05-21T22:00:00.000Z",
        "2025-05-21T21:50:00.250Z",
    )


async def test_its_hour_is_that_of_its_time_zone(tower: Tower) -> None:
    await tower.workflow("30 23 * * *", timezone="Europe/Berlin")

    [run] = await tower.strike("05-21T21:30:00")

    assert run.body["scheduledFor"] == "2025-05-21T21:30:00.000Z"


async def test_of_runs_missed_in_a_stop_one_is_made_late(tower: Tower) -> None:
    await tower.workflow(TEN_MINUTES)

    [run] = await tower.strike("05-21T22:25:00")
    after = await tower.strike("05-21T22:30:00")

    assert run.body == {
        "triggerId": "nightly",
        "scheduledFor": "2025-05-21T22:20:00.000Z",
        "late": True,
        "missedRuns": 5,
    }
    assert [each.body["missedRuns"] for each in after] == [5, 0]


async def test_none_of_them_is_made_where_missed_runs_are_skipped(tower: Tower) -> None:
    workflow_id = await tower.workflow(TEN_MINUTES, missed="skip")

    missed = await tower.strike("05-21T22:25:00")
    skipped = await tower.schedule(workflow_id)
    [run] = await tower.strike("05-21T22:30:00")

    assert missed == []
    assert skipped is not None
    assert (instant(skipped.next_at), skipped.last_at) == ("2025-05-21T22:30:00.000Z", None)
    assert (run.body["late"], run.body["missedRuns"]) == (False, 0)


@pytest.mark.parametrize(("second", "count"), [("22:01:00", 1), ("22:01:00.001", 0)])
async def test_up_to_a_minute_late_is_not_missed(tower: Tower, second: str, count: int) -> None:
    await tower.workflow("0 22 * * *", missed="skip")

    runs = await tower.strike(f"05-21T{second}")

    assert [run.body["late"] for run in runs] == [False] * count


async def test_the_run_of_this_minute_is_made_though_earlier_ones_were_missed(tower: Tower) -> None:
    await tower.workflow("* * * * *", missed="skip")

    [run] = await tower.strike("05-21T21:40:30")

    assert (run.body["scheduledFor"], run.body["late"], run.body["missedRuns"]) == (
        "2025-05-21T21:40:00.000Z",
        False,
        12,
    )


async def test_of_two_schedulers_one_starts_the_run(tower: Tower) -> None:
    for number in range(5):
        await tower.workflow(TEN_MINUTES, name=f"Number {number}")
    schedulers = [tower.scheduler, *(tower.another_scheduler() for _ in range(3))]
    tower.at("05-21T21:30:00")

    await asyncio.gather(*(each.fire_due() for each in schedulers))

    assert len(await tower.runs()) == 5


async def test_what_was_read_before_another_fired_it_is_lost(tower: Tower) -> None:
    await tower.workflow(TEN_MINUTES)
    tower.at("05-21T21:30:00")
    [due] = await tower.shop.database.read(schedules.due, tower.shop.clock.now_ms(), 10)
    await tower.scheduler.fire_due()
    routed = await tower.shop.database.read(lambda connection: _version(connection, tower.shop.tenant_id))
    late = Firing(due=due, next_at=due.schedule.next_at + 1, new=None, births=[], routed=routed, now=0)

    [fired] = await tower.shop.database.write(schedules.fire, [late])

    assert fired.verdict == "lost"


def _version(connection: Connection, tenant_id: str) -> int:
    return routing.versions(connection, [tenant_id])[tenant_id]


async def test_a_changed_workflow_runs_its_new_version_at_the_same_hour(tower: Tower) -> None:
    workflow_id = await tower.workflow(TEN_MINUTES)
    before = await tower.schedule(workflow_id)
    await tower.change(workflow_id, steps=[PASS, {**PASS, "id": "more"}])
    after = await tower.schedule(workflow_id)

    [run] = await tower.strike("05-21T21:30:00")

    assert after == before
    assert run.version == 2


async def test_what_was_read_of_an_older_version_starts_nothing(tower: Tower) -> None:
    workflow_id = await tower.workflow(TEN_MINUTES)
    tower.at("05-21T21:30:00")
    [due] = await tower.shop.database.read(schedules.due, tower.shop.clock.now_ms(), 10)
    await tower.change(workflow_id, steps=[PASS, {**PASS, "id": "more"}])
    routed = await tower.shop.database.read(lambda connection: _version(connection, tower.shop.tenant_id))
    old = Firing(due=due, next_at=due.schedule.next_at + 1, new=None, births=[], routed=routed, now=0)

    [fired] = await tower.shop.database.write(schedules.fire, [old])

    assert fired.verdict == "lost"


async def test_a_changed_schedule_is_armed_anew(tower: Tower) -> None:
    workflow_id = await tower.workflow("0 22 * * *")
    await tower.change(workflow_id, triggers=[{"id": "nightly", "kind": "schedule", "cron": "0 23 * * *"}])

    at_ten = await tower.strike("05-21T22:00:00")
    at_eleven = await tower.strike("05-21T23:00:00")

    assert (len(at_ten), len(at_eleven)) == (0, 1)


@pytest.mark.parametrize("status", ["inactive", "draft", "archived"])
async def test_a_workflow_that_is_not_active_is_not_started(tower: Tower, status: str) -> None:
    workflow_id = await tower.workflow(TEN_MINUTES)
    await tower.change(workflow_id, status=status)

    runs = await tower.strike("05-21T22:00:00")

    assert runs == []
    assert await tower.schedule(workflow_id) is None


async def test_made_active_again_it_runs_at_its_next_hour_and_makes_up_for_nothing(tower: Tower) -> None:
    workflow_id = await tower.workflow(TEN_MINUTES)
    await tower.change(workflow_id, status="inactive")
    tower.at("05-21T22:05:00")
    await tower.change(workflow_id, status="active")

    before = await tower.strike("05-21T22:09:59")
    [run] = await tower.strike("05-21T22:10:00")

    assert before == []
    assert (run.body["late"], run.body["missedRuns"]) == (False, 0)


async def test_a_deleted_workflow_is_not_started(tower: Tower) -> None:
    workflow_id = await tower.workflow(TEN_MINUTES)
    await tower.shop.definitions.delete(tower.shop.tenant_id, workflow_id)

    runs = await tower.strike("05-21T22:00:00")

    assert runs == []


async def test_it_is_told_when_a_run_is_armed_made_and_armed_again(tower: Tower) -> None:
    await tower.shop.listen_to("task.*", "workflow.triggered")

    workflow_id = await tower.workflow(TEN_MINUTES)
    [run] = await tower.strike("05-21T21:30:00")
    tower.shop.clock.advance(seconds=2)
    await tower.shop.settle()

    told = await tower.told()
    assert [kind for kind, _ in told] == ["task.scheduled", "task.scheduled", "task.executed"]
    assert len({data["task_id"] for _, data in told}) == 1
    same = {"task_id": told[0][1]["task_id"], "task_name": "nightly", "kind": "schedule", "workflow_id": workflow_id}
    open_members = {"execution_id": None, "event_id": None, "executed_at": None, "duration_ms": None, "error": None}
    assert told[0][1] == {**same, **open_members, "scheduled_for": "2025-05-21T21:30:00.000Z"}
    assert told[1][1] == {**same, **open_members, "scheduled_for": "2025-05-21T21:40:00.000Z"}
    assert told[2][1] == {
        **same,
        "execution_id": run.id,
        "event_id": None,
        "scheduled_for": "2025-05-21T21:30:00.000Z",
        "executed_at": "2025-05-21T21:30:02.000Z",
        "duration_ms": 0,
        "error": None,
    }
    [triggered] = [data for kind, data in await tower.shop.events() if kind == "workflow.triggered"]
    assert (triggered["executionId"], triggered["triggerType"], triggered["triggerId"]) == (
        run.id,
        "schedule",
        "nightly",
    )


async def test_nothing_is_kept_of_it_where_nobody_wants_it(tower: Tower) -> None:
    await tower.workflow(TEN_MINUTES)

    await tower.strike("05-21T21:30:00")
    await tower.shop.settle()

    assert await tower.shop.story() == []


async def test_a_run_that_fails_is_told_with_its_reason(tower: Tower) -> None:
    await tower.shop.listen_to("task.failed", "task.executed")
    await tower.workflow(TEN_MINUTES, CALL)
    tower.shop.far_side.answers(404)

    [run] = await tower.strike("05-21T21:30:00")
    await tower.shop.settle()

    [(kind, data)] = await tower.told()
    assert (kind, data["execution_id"], data["executed_at"]) == ("task.failed", run.id, "2025-05-21T21:30:00.000Z")
    assert isinstance(data["error"], dict)
    assert set(data["error"]) == {"code", "message"}


async def test_a_run_that_is_cancelled_failed(tower: Tower) -> None:
    await tower.shop.listen_to("task.failed", "task.executed")
    await tower.workflow(TEN_MINUTES)
    [run] = await tower.strike("05-21T21:30:00")

    await tower.shop.engine.cancel(tower.shop.tenant_id, run.id)

    [(kind, data)] = await tower.told()
    assert (kind, data["error"]) == ("task.failed", {"code": "cancelled", "message": "the execution was cancelled"})


async def test_an_execution_that_no_clock_began_is_no_task(tower: Tower) -> None:
    await tower.shop.listen_to("task.*")

    await tower.shop.run(PASS)

    assert await tower.told() == []


async def test_a_schedule_whose_time_zone_is_gone_fails_and_holds_up_no_other(tower: Tower) -> None:
    await tower.shop.listen_to("task.failed")
    broken = await tower.workflow(TEN_MINUTES)
    await tower.workflow(TEN_MINUTES)
    await tower.shop.database.write(_move_to, broken, "Mars/Olympus")

    runs = await tower.strike("05-21T21:30:00")

    assert len(runs) == 1
    [(_, data)] = await tower.told()
    assert (data["workflow_id"], data["execution_id"], data["scheduled_for"]) == (
        broken,
        None,
        "2025-05-21T21:30:00.000Z",
    )
    assert data["error"] == {
        "code": "schedule_unreadable",
        "message": "the time zone 'Mars/Olympus' is no IANA time zone; write one such as Europe/Berlin",
    }
    row = await tower.schedule(broken)
    assert row is not None
    assert instant(row.next_at) == "2025-05-21T22:30:00.000Z"


def _move_to(connection: Connection, workflow_id: str, zone: str) -> None:
    column = schedules_table.c
    connection.execute(update(schedules_table).where(column.workflow_id == workflow_id).values(timezone=zone))


async def test_it_is_told_to_who_subscribed_since_the_scheduler_last_looked(tower: Tower) -> None:
    await tower.workflow(TEN_MINUTES)
    await tower.strike("05-21T21:30:00")
    await tower.shop.listen_to("task.scheduled")

    await tower.strike("05-21T21:40:00")

    assert [data["scheduled_for"] for _, data in await tower.told()] == ["2025-05-21T21:50:00.000Z"]


async def test_what_becomes_active_is_told_to_who_subscribed_at_another_process(tower: Tower) -> None:
    workflow_id = await tower.workflow(TEN_MINUTES)
    await tower.change(workflow_id, status="inactive")
    await tower.shop.listen_to("task.scheduled")

    await tower.change(workflow_id, status="active")

    assert [kind for kind, _ in await tower.told()] == ["task.scheduled"]


async def test_a_change_that_leaves_the_schedule_as_it_is_arms_nothing(tower: Tower) -> None:
    await tower.shop.listen_to("task.scheduled")
    workflow_id = await tower.workflow(TEN_MINUTES)

    await tower.change(workflow_id, name="Another name")
    await tower.change(workflow_id, steps=[PASS, {**PASS, "id": "more"}])

    assert len(await tower.told()) == 1


async def test_a_run_fired_while_the_workflow_is_changed_is_not_armed_once_more(postgres_database: Database) -> None:
    async with workshop_on(postgres_database) as shop:
        tower = Tower(shop)
        workflow_id = await tower.workflow(TEN_MINUTES)
        tower.at("05-21T21:30:00")
        [due] = await shop.database.read(schedules.due, shop.clock.now_ms(), 10)
        next_at = due.schedule.next_at + 600_000
        routed = await shop.database.read(lambda connection: _version(connection, shop.tenant_id))
        with shop.database.engine.begin() as connection:
            schedules.fire(connection, [Firing(due=due, next_at=next_at, new=None, births=[], routed=routed, now=0)])
            changing = asyncio.create_task(tower.change(workflow_id, description="Changed"))
            async with asyncio.timeout(10):
                while not await shop.database.read(_waiting):
                    pass

        await changing

        row = await tower.schedule(workflow_id)
        assert row is not None
        assert row.next_at == next_at


def _waiting(connection: Connection) -> int:
    """How many transactions wait for another's row."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    return int(connection.execute(text(query)).scalar_one())
