"""What happens at the same moment, too late, or to what is gone already, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from sqlalchemy import Connection, select, update

from hookspan.storage.database import Database
from hookspan.storage.tables import executions, workflow_versions
from hookspan.workflows.functions import StepContext
from tests.support.clock import FakeClock
from tests.support.workshop import FarSide, Workshop, workshop_on

CALL: dict[str, object] = {
    "id": "call",
    "kind": "http",
    "with": {"url": "https://api.example.com/"},
    "retry": {"maxAttempts": 1},
}
ASK: dict[str, object] = {"id": "ask", "kind": "external", "with": {"callbackTtlMs": 1_000}}
HEAR: dict[str, object] = {"id": "hear", "kind": "wait", "with": {"signal": "go"}}
NAP: dict[str, object] = {"id": "nap", "kind": "wait", "with": {"durationMs": 60_000}}


class Hurried(FakeClock):
    """Every look at it takes most of a second."""

    def now_ms(self) -> int:
        """A later time each time."""
        self.advance(seconds=0.6)
        return super().now_ms()


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


def runs(workflow_id: str) -> dict[str, object]:
    return {"id": "sub", "kind": "workflow", "with": {"workflowId": workflow_id}}


def _number_of_executions(connection: Connection) -> int:
    return len(connection.execute(select(executions.c.id)).all())


def _spoil_versions(connection: Connection) -> None:
    connection.execute(update(workflow_versions).values(definition='{"steps":[{"kind":"no such"}]}'))


async def until_completed(shop: Workshop, execution_id: str, step_id: str) -> None:
    async with asyncio.timeout(10):
        while (await shop.steps(execution_id))[step_id].status != "completed":
            pass


async def test_a_step_that_another_ones_failure_ended_publishes_nothing(shop: Workshop) -> None:
    await shop.listen_to("order.ready")
    bad: dict[str, object] = {"id": "bad", "kind": "transform", "with": {"output": "{{trigger.body.missing}}"}}
    ready: dict[str, object] = {"id": "ready", "kind": "emit", "with": {"event": "order.ready"}}

    execution = await shop.run(bad, ready)

    steps = await shop.steps(execution.id)
    assert {step_id: step.status for step_id, step in steps.items()} == {"bad": "failed", "ready": "cancelled"}
    assert (steps["ready"].output, await shop.story()) == (None, [])


async def test_a_child_is_not_born_to_a_parent_that_ends_in_the_same_moment(shop: Workshop) -> None:
    await shop.listen_to("workflow.triggered")
    inner = await shop.workflow({"id": "take"})
    points = [{"id": "both", "requires": ["quick", "sub"], "timeoutMs": 1_000}]
    parent = await shop.engine.start(
        shop.tenant_id, await shop.workflow({"id": "quick"}, runs(inner), syncPoints=points)
    )
    hurried = shop.another_engine(shop.far_side, Hurried())

    await shop.settle(hurried)

    assert "sync_point_failed" in str((await shop.execution(parent.id)).error)
    assert await shop.database.read(_number_of_executions) == 1
    assert await shop.story() == ["workflow.triggered"]


async def test_an_answer_that_came_in_time_counts_however_late_it_is_read(shop: Workshop) -> None:
    execution = await shop.run(ASK)
    shop.clock.advance(seconds=0.9)
    await shop.engine.outside.complete(shop.tenant_id, execution.id, "ask", {"ok": True})
    shop.clock.advance(seconds=60)

    await shop.settle()

    found = await shop.execution(execution.id)
    assert (found.status, found.output) == ("completed", b'{"ok":true}')


async def test_what_another_process_told_is_heard_at_the_next_renewal(shop: Workshop) -> None:
    shop.far_side.falls_silent()
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(CALL, HEAR))
    await shop.until_called(started.id)
    await shop.another_engine(FarSide()).outside.signal(shop.tenant_id, started.id, "go", None)

    await shop.engine.renew()

    await until_completed(shop, started.id, "hear")
    shop.far_side.speaks()
    await shop.engine.quiet()


async def test_a_worker_that_lost_its_lease_stops_its_steps_at_the_next_renewal(shop: Workshop) -> None:
    zombie_side = FarSide()
    zombie_side.falls_silent()
    zombie = shop.another_engine(zombie_side)
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(CALL))
    await zombie.claim_once()
    await zombie_side.called.wait()
    shop.clock.advance(seconds=31)
    await shop.engine.sweep()
    await shop.settle()

    await zombie.renew()
    async with asyncio.timeout(10):
        await zombie.quiet()

    assert (zombie.driven.leases, (await shop.execution(started.id)).status) == ({}, "completed")


async def test_a_process_that_paused_and_claims_its_own_work_anew_drives_it_once_and_keeps_its_lease(
    shop: Workshop,
) -> None:
    begun: asyncio.Queue[None] = asyncio.Queue()
    ended, hold = list[bool](), asyncio.Event()

    async def slow(context: StepContext) -> None:
        begun.put_nowait(None)
        try:
            await hold.wait()
        finally:
            ended.append(hold.is_set())

    shop.functions.register("slow", slow)
    step: dict[str, object] = {"id": "slow", "kind": "python", "with": {"function": "slow"}, "timeoutMs": 300_000}
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(step))
    await shop.engine.claim_once()
    await begun.get()
    shop.clock.advance(seconds=31)
    await shop.another_engine(FarSide()).sweep()

    assert await shop.engine.claim_once() == 1

    await begun.get()
    assert ended == [False]
    for _ in range(3):
        shop.clock.advance(seconds=20)
        await shop.engine.renew()
        await shop.engine.sweep()
    assert (list(shop.engine.driven.leases), await shop.engine.claim_once()) == ([started.id], 0)
    hold.set()
    await shop.engine.quiet()
    assert ((await shop.execution(started.id)).status, ended) == ("completed", [False, True])


async def test_what_cannot_be_read_any_more_can_be_cancelled_with_its_child(shop: Workshop) -> None:
    execution = await shop.run(runs(await shop.workflow(NAP)))
    await shop.database.write(_spoil_versions)
    successor = shop.another_engine(FarSide())

    await successor.cancel(shop.tenant_id, execution.id)
    await shop.settle(successor)

    [child] = await shop.database.read(_children_of, execution.id)
    ends = [await shop.execution(each) for each in (execution.id, child)]
    assert [each.status for each in ends] == ["cancelled", "failed"]
    assert "unreadable" in str(ends[1].error)


async def test_what_an_execution_keeps_is_counted_with_its_trigger_over_all_its_life(shop: Workshop) -> None:
    first: dict[str, object] = {"id": "first", "kind": "transform", "with": {"output": "{{trigger.body}}"}}
    second = {**first, "id": "second", "needs": ["nap"]}
    execution = await shop.run(first, {**NAP, "needs": ["first"]}, second, body="x" * 400_000)
    assert execution.status == "waiting"
    shop.clock.advance(seconds=60)

    await shop.settle()

    assert "output_too_large" in str((await shop.execution(execution.id)).error)


async def test_a_handler_reads_why_the_step_failed(shop: Workshop) -> None:
    shop.far_side.answers(404)
    why = {"output": "{{steps.call.error.code}}: {{steps.call.error.message}}"}
    mend: dict[str, object] = {"id": "mend", "kind": "transform", "with": why}

    execution = await shop.run({**CALL, "onError": ["nap"]}, NAP, {**mend, "needs": ["nap"]})
    shop.clock.advance(seconds=60)
    await shop.settle()

    found = await shop.execution(execution.id)
    assert (found.status, found.output) == ("completed", b'"http_error: the far side answered 404"')


async def test_a_condition_reads_why_the_step_failed(shop: Workshop) -> None:
    shop.far_side.answers(404)
    rows = [{"fieldPath": "$.steps.call.error.code", "operator": "equals", "value": "timeout"}]

    execution = await shop.run({**CALL, "onError": ["mend"]}, {"id": "mend", "when": rows})

    assert (await shop.steps(execution.id))["mend"].status == "skipped"


async def test_progress_is_told_before_the_end(shop: Workshop) -> None:
    await shop.listen_to("progress.updated", "execution.completed")
    rows = [{"fieldPath": "$.trigger.body.paid", "operator": "equals", "value": True}]

    await shop.run({"id": "take"}, {"id": "pay", "needs": ["take"], "when": rows}, body={"paid": False})

    assert await shop.story() == ["progress.updated", "progress.updated", "execution.completed"]


async def test_a_far_side_that_asks_for_a_long_pause_is_a_blocker(shop: Workshop) -> None:
    await shop.listen_to("blocker.*")
    shop.far_side.answers(503, headers={"Retry-After": "60"})
    patient = {**CALL, "retry": {"maxAttempts": 2, "maxDelayMs": 120_000}}
    execution = await shop.run(patient)
    shop.clock.advance(seconds=30)

    await shop.settle()
    shop.clock.advance(seconds=30)
    await shop.settle()

    told = [(kind, data["description"]) for kind, data in await shop.events() if kind.startswith("blocker")]
    assert told == [(f"blocker.{word}", "call waits for its next try") for word in ("detected", "resolved")]
    assert (await shop.execution(execution.id)).status == "completed"


async def test_what_was_told_to_block_a_step_blocks_it_no_more_when_it_ended(shop: Workshop) -> None:
    await shop.listen_to("blocker.*", "execution.completed")
    execution = await shop.run(NAP, {**NAP, "id": "longer", "with": {"durationMs": 61_000}})
    await shop.engine.outside.block(shop.tenant_id, execution.id, "the printer is on fire", "nap")
    await shop.engine.outside.block(shop.tenant_id, execution.id, "nobody is here")
    await shop.settle()
    shop.clock.advance(seconds=60)
    await shop.settle()
    before = [data["description"] for kind, data in await shop.events() if kind == "blocker.resolved"]
    shop.clock.advance(seconds=1)

    await shop.settle()

    assert before == ["the printer is on fire"]
    assert (await shop.story())[2:] == ["blocker.resolved", "blocker.resolved", "execution.completed"]


async def test_an_operator_says_after_how_long_a_wait_is_a_blocker(shop: Workshop) -> None:
    await shop.listen_to("blocker.detected")
    eager = shop.another_engine(FarSide(), blocked_after_ms=2_000)
    await shop.engine.start(shop.tenant_id, await shop.workflow(HEAR))
    await shop.settle(eager)
    shop.clock.advance(seconds=2)

    await shop.settle(eager)

    assert await shop.story() == ["blocker.detected"]


async def test_what_was_claimed_while_the_process_began_to_stop_is_given_back(shop: Workshop) -> None:
    started = await shop.engine.start(shop.tenant_id, await shop.workflow(CALL))
    claiming = asyncio.create_task(shop.engine.claim_once())
    await asyncio.sleep(0)

    await shop.engine.drain(0)

    assert await claiming == 0
    await shop.settle(shop.another_engine(FarSide()))
    assert (await shop.execution(started.id)).status == "completed"


async def test_a_failed_child_that_is_retried_tells_a_parent_that_ended_nothing(shop: Workshop) -> None:
    shop.far_side.answers(404)
    execution = await shop.run(runs(await shop.workflow(CALL)))
    child = (await shop.database.read(_children_of, execution.id))[0]

    await shop.engine.retry(shop.tenant_id, child)
    await shop.settle()

    assert [(await shop.execution(each)).status for each in (child, execution.id)] == ["completed", "failed"]


async def test_a_restarted_parent_ends_its_old_child_and_waits_for_its_new_one(shop: Workshop) -> None:
    inner = await shop.workflow(HEAR)
    execution = await shop.run(runs(inner))
    await shop.engine.cancel(shop.tenant_id, execution.id)
    await shop.settle()

    await shop.engine.restart_from(shop.tenant_id, execution.id, "sub")
    await shop.settle()
    old, new = await shop.database.read(_children_of, execution.id)
    await shop.engine.outside.signal(shop.tenant_id, new, "go", {"n": 2})
    await shop.settle()

    assert [(await shop.execution(each)).status for each in (old, new)] == ["cancelled", "completed"]
    assert msgspec.json.decode((await shop.execution(execution.id)).output or b"") == {"n": 2}


def _children_of(connection: Connection, parent_id: str) -> list[str]:
    query = select(executions.c.id).where(executions.c.parent_execution_id == parent_id).order_by(executions.c.id)
    return list(connection.execute(query).scalars())
