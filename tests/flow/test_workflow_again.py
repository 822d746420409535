"""Ended executions that run on: retried where they failed, begun anew from a step, on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hookspan.errors import Conflict, NotFound
from hookspan.storage.database import Database
from tests.support.workshop import Workshop, workshop_on

CALL: dict[str, object] = {
    "id": "call",
    "kind": "http",
    "needs": ["first"],
    "with": {"url": "https://api.example.com/"},
    "retry": {"maxAttempts": 1},
}
FIRST: dict[str, object] = {"id": "first", "kind": "transform", "with": {"output": 1}}
LAST: dict[str, object] = {"id": "last", "kind": "transform", "needs": ["call"], "with": {"output": "done"}}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


async def test_a_failed_execution_is_retried_where_it_failed(shop: Workshop) -> None:
    await shop.listen_to("execution.*")
    shop.far_side.answers(500)
    execution = await shop.run(FIRST, CALL, LAST)

    again = await shop.engine.retry(shop.tenant_id, execution.id)
    await shop.settle()

    ended = await shop.execution(execution.id)
    assert (execution.status, again.status, again.error, ended.status) == ("failed", "running", None, "completed")
    steps = await shop.steps(execution.id)
    assert {step_id: step.attempts for step_id, step in steps.items()} == {"first": 1, "call": 2, "last": 1}
    assert (steps["call"].error, shop.far_side.keys) == (None, [f"{execution.id}:call"] * 2)
    assert await shop.story() == ["execution.started", "execution.failed", "execution.completed"]


async def test_one_failed_step_is_retried_by_name(shop: Workshop) -> None:
    shop.far_side.answers(500)
    execution = await shop.run(FIRST, CALL)

    with pytest.raises(Conflict):
        await shop.engine.retry(shop.tenant_id, execution.id, "first")
    await shop.engine.retry(shop.tenant_id, execution.id, "call")
    await shop.settle()

    assert (await shop.execution(execution.id)).status == "completed"


async def test_a_retry_has_all_its_tries_again(shop: Workshop) -> None:
    shop.far_side.answers(500, 500)
    execution = await shop.run(FIRST, {**CALL, "retry": {"maxAttempts": 2}})
    shop.clock.advance(seconds=30)
    shop.far_side.answers(500)
    await shop.settle()
    shop.far_side.script = []
    shop.far_side.answers(500)

    await shop.engine.retry(shop.tenant_id, execution.id)
    await shop.settle()
    waits = await shop.execution(execution.id)
    shop.clock.advance(seconds=30)
    await shop.settle()

    assert (waits.status, (await shop.execution(execution.id)).status) == ("waiting", "completed")


@pytest.mark.parametrize("status", ["completed", "waiting"])
async def test_only_what_failed_is_retried(shop: Workshop, status: str) -> None:
    nap: dict[str, object] = {"id": "nap", "kind": "wait", "with": {"durationMs": 1_000}}
    execution = await shop.run(FIRST if status == "completed" else nap)

    with pytest.raises(Conflict, match=status):
        await shop.engine.retry(shop.tenant_id, execution.id)


async def test_an_execution_begins_anew_from_a_step_and_forgets_what_followed(shop: Workshop) -> None:
    execution = await shop.run(FIRST, CALL, LAST)
    shop.far_side.falls_silent()

    await shop.engine.restart_from(shop.tenant_id, execution.id, "call")
    reset = await shop.steps(execution.id)
    row = await shop.execution(execution.id)
    shop.far_side.speaks()
    await shop.settle()

    assert {step_id: (step.status, step.output) for step_id, step in reset.items()} == {
        "first": ("completed", b"1"),
        "call": ("running", None),
        "last": ("pending", None),
    }
    assert (row.status, row.output, row.completed_at) == ("running", None, None)
    assert (await shop.execution(execution.id)).status == "completed"
    assert len(shop.far_side.received) == 2


async def test_a_cancelled_execution_begins_anew(shop: Workshop) -> None:
    nap: dict[str, object] = {"id": "nap", "kind": "wait", "with": {"durationMs": 60_000}}
    execution = await shop.run(FIRST, {**nap, "needs": ["first"]})
    await shop.engine.cancel(shop.tenant_id, execution.id)

    await shop.engine.restart_from(shop.tenant_id, execution.id, "nap")
    await shop.settle()
    shop.clock.advance(seconds=60)
    await shop.settle()

    assert (await shop.execution(execution.id)).status == "completed"


async def test_a_step_that_was_not_reached_is_no_place_to_begin(shop: Workshop) -> None:
    shop.far_side.answers(500)
    execution = await shop.run(FIRST, CALL, LAST)

    with pytest.raises(Conflict):
        await shop.engine.restart_from(shop.tenant_id, execution.id, "nobody")
    with pytest.raises(NotFound):
        await shop.engine.restart_from(shop.tenant_id, shop.tenant_id, "call")


async def test_a_condition_is_judged_anew_by_what_is_made_anew(shop: Workshop) -> None:
    shop.far_side.answers(200, body=b"1")
    shop.far_side.answers(200, body=b"2")
    two = [{"fieldPath": "$.steps.call.output.body", "operator": "equals", "value": 2}]
    execution = await shop.run(FIRST, CALL, {**LAST, "when": two})
    skipped = (await shop.steps(execution.id))["last"].status

    await shop.engine.restart_from(shop.tenant_id, execution.id, "call")
    await shop.settle()

    assert (skipped, (await shop.steps(execution.id))["last"].status) == ("skipped", "completed")
