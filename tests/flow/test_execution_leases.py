"""Whose an execution is: claims, leases, cancel, stop and start, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, update

from hookspan.errors import Conflict
from hookspan.model.executions import ExecutionRow
from hookspan.storage.database import Database
from hookspan.storage.execution_claims import Claim, claim
from hookspan.storage.tables import executions
from hookspan.workflows.driven import Driven
from hookspan.workflows.functions import StepContext
from tests.support.workshop import FarSide, Workshop, workshop_on

FETCH: dict[str, object] = {
    "id": "fetch",
    "kind": "http",
    "with": {"method": "POST", "url": "https://api.example.com/o/{{trigger.body.id}}", "body": "{{trigger.body}}"},
}
STILL: dict[str, object] = {"id": "call", "kind": "http", "with": {"url": "https://api.example.com/"}}
READY: dict[str, object] = {
    "id": "ready",
    "kind": "emit",
    "with": {"event": "order.ready", "data": {"order": "{{trigger.body.id}}"}},
}
QUICK: dict[str, object] = {"kind": "python", "with": {"function": "quick"}}
NAP: dict[str, object] = {"id": "nap", "kind": "wait", "with": {"durationMs": 60_000}}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


async def test_the_engines_loop_is_woken_by_a_start_and_ends_when_drained(shop: Workshop) -> None:
    loop = asyncio.create_task(shop.engine.claim_forever())
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(STILL))

    await asyncio.wait_for(shop.far_side.called.wait(), 10)
    await shop.engine.quiet()
    await shop.engine.drain(1)
    await loop

    assert (await shop.execution(started.id)).status == "completed"


async def test_the_only_process_of_a_database_takes_its_earlier_lifes_leases_back_at_once(shop: Workshop) -> None:
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(STILL))
    now = shop.clock.now_ms()
    await shop.database.write(claim, Claim(now, 10, "0" * 32, now + 30_000))

    await shop.engine.reclaim()
    await shop.settle()

    at_once = "completed" if shop.database.is_single_writer else "pending"
    assert (await shop.execution(started.id)).status == at_once


async def test_what_a_dead_worker_held_does_not_wait_for_an_hour_to_come(shop: Workshop) -> None:
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(STILL))
    now = shop.clock.now_ms()
    await shop.database.write(claim, Claim(now, 10, "0" * 32, now + 30_000))
    await shop.database.write(_put_off, started.id, now + 86_400_000)
    shop.clock.advance(seconds=60)

    await shop.engine.sweep()
    await shop.settle()

    assert (await shop.execution(started.id)).status == "completed"


def _put_off(connection: Connection, execution_id: str, due_at: int) -> None:
    connection.execute(update(executions).where(executions.c.id == execution_id).values(due_at=due_at))


async def test_cancel_ends_a_sleeping_execution_and_a_second_cancel_changes_nothing(shop: Workshop) -> None:
    await shop.listen_to("execution.cancelled", "step.cancelled")
    execution = await shop.run(NAP)

    first = await shop.engine.cancel(shop.tenant_id, execution.id)
    second = await shop.engine.cancel(shop.tenant_id, execution.id)

    assert (first.status, second) == ("cancelled", first)
    assert await shop.story() == ["step.cancelled", "execution.cancelled"]


async def test_cancel_drops_the_outcome_of_a_request_under_way(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(FETCH, READY), {"id": 1})
    await shop.engine.claim_once()
    await shop.far_side.called.wait()

    await shop.engine.cancel(shop.tenant_id, started.id)
    shop.far_side.speaks()
    await shop.engine.quiet()

    steps = await shop.steps(started.id)
    assert (await shop.execution(started.id)).status == "cancelled"
    assert {step_id: step.status for step_id, step in steps.items()} == {"fetch": "cancelled", "ready": "completed"}


async def test_cancel_gets_through_to_an_execution_whose_steps_are_quick(shop: Workshop) -> None:
    started = await hurrying(shop)

    cancelled = await shop.another_engine(FarSide()).cancel(shop.tenant_id, started.id)

    await shop.engine.quiet()
    assert (cancelled.status, (await shop.execution(started.id)).status) == ("cancelled", "cancelled")


async def test_an_answer_gets_through_to_an_execution_whose_steps_are_quick(shop: Workshop) -> None:
    started = await hurrying(shop, {"id": "ask", "kind": "external"})
    outside = shop.another_engine(FarSide()).outside

    await outside.complete(shop.tenant_id, started.id, "ask", 7)

    with pytest.raises(Conflict):
        await outside.complete(shop.tenant_id, started.id, "ask", 8)


async def hurrying(shop: Workshop, *beside: dict[str, object]) -> ExecutionRow:
    """An execution on its way through 150 steps that take no time."""

    async def quick(context: StepContext) -> None:
        await asyncio.sleep(0)

    shop.functions.register("quick", quick)
    steps = [{"id": f"s{n}", **QUICK, **({"needs": [f"s{n - 1}"]} if n else {})} for n in range(150)]
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(*beside, *steps))
    await shop.engine.claim_once()
    async with asyncio.timeout(10):
        while (await shop.execution(started.id)).status != "running":
            pass
    return started


async def test_of_several_who_cancel_what_runs_all_are_told_that_it_is(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    await shop.listen_to("execution.cancelled")
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(STILL))
    await shop.until_called(started.id)
    engines = [shop.another_engine(FarSide()) for _ in range(6)]

    rows = await asyncio.gather(*(each.cancel(shop.tenant_id, started.id) for each in engines))

    assert {row.status for row in rows} == {"cancelled"}
    assert await shop.story() == ["execution.cancelled"]
    shop.far_side.speaks()
    await shop.engine.quiet()


async def test_what_is_cut_before_its_first_step_leaves_its_place_free(shop: Workshop) -> None:
    row = await shop.engine.start(shop.tenant_id, await shop.workflow(STILL))
    told: asyncio.Queue[None] = asyncio.Queue()
    driven = Driven(1, lambda: told.put_nowait(None))

    async def never_begun() -> None:
        await told.get()

    driven.begin(row, "0" * 32, never_begun())
    driven.cut([row.id])

    async with asyncio.timeout(10):
        await told.get()
    assert (driven.room, driven.leases) == (1, {})


async def test_a_completed_execution_cannot_be_cancelled(shop: Workshop) -> None:
    execution = await shop.run({"id": "take"})

    with pytest.raises(Conflict, match="completed"):
        await shop.engine.cancel(shop.tenant_id, execution.id)


async def test_a_worker_that_comes_back_after_its_lease_has_its_result_refused(shop: Workshop) -> None:
    await shop.listen_to("execution.completed", "execution.failed")
    zombie_side = FarSide()
    zombie_side.falls_silent()
    zombie = shop.another_engine(zombie_side)
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(STILL))
    await zombie.claim_once()
    await zombie_side.called.wait()
    shop.clock.advance(seconds=31)
    await shop.engine.sweep()
    shop.far_side.answers(404)
    await shop.settle()

    zombie_side.speaks()
    await zombie.quiet()

    assert (await shop.execution(started.id)).status == "failed"
    assert await shop.story() == ["execution.failed"]
    assert zombie_side.keys == shop.far_side.keys


async def test_a_lease_that_is_renewed_is_not_swept(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(FETCH), {"id": 1})
    await shop.engine.claim_once()
    await shop.far_side.called.wait()

    for _ in range(4):
        shop.clock.advance(seconds=10)
        await shop.engine.renew()
        await shop.engine.sweep()
    shop.far_side.speaks()
    await shop.engine.quiet()

    assert (await shop.execution(started.id)).status == "completed"
    assert len(shop.far_side.received) == 1


async def test_a_process_that_was_held_up_goes_on_with_what_nobody_took(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(STILL))
    await shop.until_called(started.id)
    shop.clock.advance(seconds=31)

    await shop.engine.sweep()
    again = await shop.engine.claim_once()

    shop.far_side.speaks()
    await shop.engine.quiet()
    assert (again, len(shop.far_side.received)) == (0, 1)
    assert (await shop.execution(started.id)).status == "completed"


async def test_a_claim_that_recorded_anything_is_not_silent(shop: Workshop) -> None:
    marks = [{"id": f"m{number}", "name": "m"} for number in range(3)]
    ask: dict[str, object] = {"id": "ask", "kind": "external"}
    execution = await shop.run(ask, {**NAP, "with": {"durationMs": 1_000_000}}, milestones=marks)
    silent = [execution.silent_claims]

    for mark in marks:
        await shop.engine.outside.achieve(shop.tenant_id, execution.id, str(mark["id"]))
        await shop.settle()
        silent.append((await shop.execution(execution.id)).silent_claims)
    shop.clock.advance(seconds=31)
    await shop.settle()

    told = await shop.execution(execution.id)
    assert (told.status, [*silent, told.silent_claims]) == ("waiting", [0] * 5)


async def test_a_claim_that_only_began_a_step_is_silent_until_it_is_told_something(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    marks = [{"id": "half", "name": "half"}]
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(STILL, milestones=marks))
    await shop.until_called(started.id)
    begun = (await shop.execution(started.id)).silent_claims

    await shop.engine.outside.achieve(shop.tenant_id, started.id, "half")
    async with asyncio.timeout(10):
        while (await shop.execution(started.id)).silent_claims:
            pass

    assert begun == 1
    await shop.engine.drain(0.01)
    assert (await shop.execution(started.id)).silent_claims == 0


async def test_an_execution_that_kills_five_workers_in_a_row_is_quarantined(shop: Workshop) -> None:
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(STILL))
    deadly = [FarSide() for _ in range(5)]
    engines = [shop.another_engine(far_side) for far_side in deadly]
    for far_side, engine in zip(deadly, engines, strict=True):
        far_side.falls_silent()
        await engine.claim_once()
        await far_side.called.wait()
        shop.clock.advance(seconds=31)
        await shop.engine.sweep()

    quarantined = await shop.execution(started.id)

    assert quarantined.status == "failed"
    assert "quarantined" in str(quarantined.error)
    for far_side, engine in zip(deadly, engines, strict=True):
        far_side.speaks()
        await engine.quiet()


async def test_urgent_executions_are_claimed_first(shop: Workshop) -> None:
    workflow_id = await shop.workflow({"id": "take"})
    born = {priority: await shop.born_of_webhook(workflow_id, priority=priority) for priority in (1, 0, 3, 2)}
    now = shop.clock.now_ms()

    claimed = await shop.database.write(claim, Claim(now, 3, "0" * 32, now + 30_000))

    assert [each.row.id for each in claimed] == [born[3], born[2], born[1]]


async def test_what_cannot_finish_before_the_stop_is_given_back_untouched(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(FETCH), {"id": 1})
    await shop.engine.claim_once()
    await shop.far_side.called.wait()

    await shop.engine.drain(0.01)
    successor = FarSide()
    await shop.settle(shop.another_engine(successor))

    assert (await shop.execution(started.id)).status == "completed"
    assert successor.keys == shop.far_side.keys
