"""Bulk retry and cancel as jobs: each item once, at a pace, through deaths and cancels, one job a tenant."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from hookspan.errors import Conflict
from hookspan.history.bulk import UNITS, Bulk, Kind, Wish
from hookspan.history.jobs import LEASE_MS, Jobs
from hookspan.storage import jobs as stored
from hookspan.storage.jobs import Batch, JobRow
from hookspan.storage.tables import webhook_deliveries
from tests.support.hooks import Hooks, Shop

EXHAUSTED = {"status": ["exhausted"]}


@pytest.fixture
def room(hooks: Hooks) -> Jobs:
    return another_room(hooks)


def another_room(hooks: Hooks) -> Jobs:
    return Jobs(hooks.database, hooks.clock, hooks.hand, units=UNITS)


async def dead_letters(hooks: Hooks, number: int, *, status: str = "exhausted") -> list[str]:
    """Deliveries that were given up, oldest first."""
    hooks.hand.is_cold = True
    for _ in range(number):
        await hooks.publish("order.paid")

    def unit(connection: Connection) -> list[str]:
        pending = webhook_deliveries.c.status == "pending"
        values = {"status": status, "reason": "attempts", "attempts": 11}
        connection.execute(update(webhook_deliveries).where(pending).values(**values))
        return list(connection.execute(select(webhook_deliveries.c.id).order_by(webhook_deliveries.c.id)).scalars())

    return await hooks.database.write(unit)


async def asked(hooks: Hooks, room: Jobs, kind: Kind = "deliveries.retry", **wish: Any) -> JobRow:
    """A queued job."""
    bulk = Bulk(hooks.database, hooks.clock)
    query = wish.pop("query", None if "ids" in wish else EXHAUSTED)
    plan = bulk.plan(Wish(kind, query, wish.pop("ids", ()), wish.pop("force", False), wish.pop("rate", 50)))
    total = (await bulk.preview(hooks.tenant_id, kind, plan)).total
    return await room.create(hooks.tenant_id, kind, plan, total=total, actor="test")


async def now(hooks: Hooks, job: JobRow) -> JobRow:
    return await hooks.database.read(stored.job_find, hooks.tenant_id, job.id)


def states(hooks: Hooks) -> dict[str, tuple[str, int]]:
    """Every delivery's status and how many attempts it may have."""

    def query(connection: Connection) -> Any:
        return connection.execute(select(webhook_deliveries)).mappings().all()

    return {row["id"]: (row["status"], row["max_attempts"]) for row in hooks.rows(query)}


async def test_a_retry_moves_every_dead_letter_once(hooks: Hooks, shop: Shop, room: Jobs) -> None:
    ids = await dead_letters(hooks, 3)
    job = await asked(hooks, room)

    await room.turn()

    ended = await now(hooks, job)
    assert states(hooks) == dict.fromkeys(ids, ("pending", 12))
    assert (ended.status, ended.done, ended.total, ended.succeeded, ended.failed) == ("done", 3, 3, 3, 0)


async def test_what_was_retried_is_sent(hooks: Hooks, shop: Shop, room: Jobs) -> None:
    ids = await dead_letters(hooks, 2)
    await asked(hooks, room)

    await room.turn()
    await hooks.settle()

    assert [states(hooks)[each][0] for each in ids] == ["delivered", "delivered"]


async def test_a_job_keeps_its_pace(hooks: Hooks, shop: Shop, room: Jobs) -> None:
    await dead_letters(hooks, 5)
    job = await asked(hooks, room, rate=2)
    done = []

    for _ in range(3):
        await room.turn()
        done.append((await now(hooks, job)).done)
        hooks.clock.advance(seconds=1)

    assert done == [2, 4, 5]


async def test_a_job_killed_half_way_does_each_item_once(hooks: Hooks, shop: Shop, room: Jobs) -> None:
    ids = await dead_letters(hooks, 5)
    job = await asked(hooks, room, rate=2)
    await room.turn()
    hooks.clock.advance(seconds=LEASE_MS / 1000 + 1)
    survivor = another_room(hooks)

    for _ in range(3):
        await survivor.turn()
        hooks.clock.advance(seconds=1)

    assert states(hooks) == dict.fromkeys(ids, ("pending", 12))
    assert (await now(hooks, job)).done == 5


async def test_a_batch_that_dies_before_its_commit_leaves_nothing(hooks: Hooks, shop: Shop) -> None:
    ids = await dead_letters(hooks, 2)

    def dies(connection: Connection, job: JobRow, most: int, at: int) -> Batch:
        UNITS["deliveries.retry"](connection, job, most, at)
        raise ValueError("the disk is gone")

    dying = Jobs(hooks.database, hooks.clock, hooks.hand, units={"deliveries.retry": dies})
    job = await asked(hooks, dying)

    await dying.turn()

    failed = await now(hooks, job)
    assert states(hooks) == dict.fromkeys(ids, ("exhausted", 11))
    assert (failed.status, failed.done, failed.errors[0]["detail"]) == ("failed", 0, "the disk is gone")


async def test_a_late_process_does_no_more_of_a_job_that_another_took_over(hooks: Hooks, shop: Shop) -> None:
    await dead_letters(hooks, 6)
    late, quick = another_room(hooks), another_room(hooks)
    job = await asked(hooks, late, rate=2)
    await late.turn()
    hooks.clock.advance(seconds=LEASE_MS / 1000 + 1)
    await quick.turn()

    await late.turn()

    assert (await now(hooks, job)).done == 4


async def test_a_tenant_has_one_job_at_a_time(hooks: Hooks, shop: Shop, room: Jobs) -> None:
    await dead_letters(hooks, 3)
    first = await asked(hooks, room, rate=2)
    hooks.clock.advance(seconds=0.001)
    second = await asked(hooks, room, "deliveries.cancel")

    await room.turn()
    waits = await now(hooks, second)
    hooks.clock.advance(seconds=1)
    await room.turn()
    await room.turn()

    assert waits.status == "queued"
    assert ((await now(hooks, first)).status, (await now(hooks, second)).status) == ("done", "done")


async def test_a_second_process_leaves_a_tenant_alone_whose_job_runs(hooks: Hooks, shop: Shop, room: Jobs) -> None:
    await dead_letters(hooks, 4)
    first = await asked(hooks, room, rate=1)
    hooks.clock.advance(seconds=0.001)
    second = await asked(hooks, room, "deliveries.cancel")
    await room.turn()

    await another_room(hooks).turn()

    assert ((await now(hooks, first)).done, (await now(hooks, second)).status) == (1, "queued")


async def test_a_cancelled_job_stops_between_two_batches(hooks: Hooks, shop: Shop, room: Jobs) -> None:
    await dead_letters(hooks, 4)
    job = await asked(hooks, room, rate=1)
    await room.turn()

    await room.cancel(hooks.tenant_id, job.id)

    hooks.clock.advance(seconds=2)
    await room.turn()
    ended = await now(hooks, job)
    assert (ended.status, ended.done) == ("cancelled", 1)
    with pytest.raises(Conflict):
        await room.cancel(hooks.tenant_id, job.id)


async def test_what_fails_after_the_job_was_asked_for_is_not_its_business(hooks: Hooks, shop: Shop, room: Jobs) -> None:
    await dead_letters(hooks, 1)
    job = await asked(hooks, room)
    hooks.clock.advance(seconds=1)
    await dead_letters(hooks, 2)

    await room.turn()

    assert sorted(status for status, _ in states(hooks).values()) == ["exhausted", "exhausted", "pending"]
    assert (await now(hooks, job)).status == "done"


async def test_ids_that_may_not_are_told_one_by_one(hooks: Hooks, shop: Shop, room: Jobs) -> None:
    dead = await dead_letters(hooks, 1)
    both = await dead_letters(hooks, 1, status="delivered")
    delivered = next(each for each in both if each not in dead)
    missing = "0196f4a0-0000-7abc-8def-0123456789ab"
    job = await asked(hooks, room, ids=[*dead, delivered, missing])

    await room.turn()

    ended = await now(hooks, job)
    assert [(each["id"], each["code"]) for each in ended.errors] == [
        (delivered, "not_retryable"),
        (missing, "not_found"),
    ]
    assert (ended.succeeded, ended.failed, ended.done) == (1, 2, 3)


async def test_force_retries_what_was_delivered(hooks: Hooks, shop: Shop, room: Jobs) -> None:
    ids = await dead_letters(hooks, 2, status="delivered")
    await asked(hooks, room, query={"status": ["delivered"]}, force=True)

    await room.turn()

    assert states(hooks) == dict.fromkeys(ids, ("pending", 12))


async def test_deliveries_of_an_endpoint_that_is_not_active_are_skipped(hooks: Hooks) -> None:
    endpoint = await hooks.subscribe(Shop())
    await dead_letters(hooks, 2)
    await hooks.endpoints.pause(hooks.tenant_id, endpoint)
    bulk = Bulk(hooks.database, hooks.clock)
    plan = bulk.plan(Wish("deliveries.retry", EXHAUSTED, ()))

    preview = await bulk.preview(hooks.tenant_id, "deliveries.retry", plan)

    assert (preview.total, preview.skipped) == (0, {"endpoint_disabled": 2})
