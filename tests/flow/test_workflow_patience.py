"""Steps that wait for others, on a real database: how long they wait, how often they try, whom they give up."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
from sqlalchemy import Connection, select

from hookspan.storage.database import Database
from hookspan.storage.tables import executions
from tests.support.workshop import Workshop, workshop_on

CALL: dict[str, object] = {
    "id": "call",
    "kind": "http",
    "with": {"url": "https://api.example.com/"},
    "retry": {"maxAttempts": 1},
}
NEVER: dict[str, object] = {"id": "never", "kind": "wait", "with": {"signal": "never"}}
LONG_MS = 10**9


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


def runs(workflow_id: str, **members: object) -> dict[str, object]:
    return {"id": "sub", "kind": "workflow", "with": {"workflowId": workflow_id}, **members}


def _children(connection: Connection, parent_id: str) -> list[str]:
    query = select(executions.c.id).where(executions.c.parent_execution_id == parent_id).order_by(executions.c.id)
    return list(connection.execute(query).scalars())


async def children_of(shop: Workshop, parent_id: str) -> list[str]:
    return [(await shop.execution(each)).status for each in await shop.database.read(_children, parent_id)]


async def later(shop: Workshop, seconds: float) -> None:
    shop.clock.advance(seconds=seconds)
    await shop.settle()


async def test_each_try_of_a_step_has_a_child_of_its_own(shop: Workshop) -> None:
    shop.far_side.answers(404)
    inner = await shop.workflow(CALL)

    parent = await shop.run(runs(inner, retry={"maxAttempts": 3, "initialDelayMs": 100}))
    await later(shop, 0.2)

    assert ((await shop.execution(parent.id)).status, (await shop.steps(parent.id))["sub"].attempts) == ("completed", 2)
    assert await children_of(shop, parent.id) == ["failed", "completed"]


async def test_a_child_that_takes_too_long_is_ended_and_fails_its_step(shop: Workshop) -> None:
    inner = await shop.workflow(NEVER)

    parent = await shop.run(runs(inner, timeoutMs=500))
    await later(shop, 0.5)

    assert "timed_out" in str((await shop.execution(parent.id)).error)
    assert await children_of(shop, parent.id) == ["cancelled"]


async def test_the_end_of_a_child_that_was_given_up_is_no_answer_for_the_next(shop: Workshop) -> None:
    inner = await shop.workflow(NEVER)

    parent = await shop.run(runs(inner, timeoutMs=500, retry={"maxAttempts": 2, "initialDelayMs": 0}))
    await later(shop, 0.5)
    await later(shop, 0.1)

    assert (await shop.execution(parent.id)).status == "waiting"
    assert await children_of(shop, parent.id) == ["cancelled", "waiting"]


async def test_a_child_that_somebody_cancelled_is_not_replaced(shop: Workshop) -> None:
    parent = await shop.run(runs(await shop.workflow(NEVER), retry={"maxAttempts": 3, "initialDelayMs": 0}))

    await shop.engine.cancel(shop.tenant_id, (await shop.database.read(_children, parent.id))[0])
    await shop.settle()

    assert "child_cancelled" in str((await shop.execution(parent.id)).error)
    assert await children_of(shop, parent.id) == ["cancelled"]


@pytest.mark.parametrize(
    "waits",
    [
        {"kind": "external", "with": {"callbackTtlMs": LONG_MS}, "timeoutMs": 500},
        {"kind": "external", "with": {"callbackTtlMs": 500}, "timeoutMs": LONG_MS},
        {"kind": "wait", "with": {"signal": "never", "timeoutMs": LONG_MS}, "timeoutMs": 500},
        {"kind": "wait", "with": {"signal": "never", "timeoutMs": 500}, "timeoutMs": LONG_MS},
        {"kind": "wait", "with": {"signal": "never"}, "timeoutMs": 500},
    ],
)
async def test_of_two_bounds_on_a_wait_the_nearer_one_holds(shop: Workshop, waits: dict[str, object]) -> None:
    begun = await shop.run({"id": "go", **waits})

    await later(shop, 0.499)
    before = await shop.execution(begun.id)
    await later(shop, 0.001)

    assert (begun.status, before.status) == ("waiting", "waiting")
    assert "timed_out" in str((await shop.execution(begun.id)).error)


@pytest.mark.parametrize("waits", [{"kind": "external", "with": {}}, {"kind": "wait", "with": {"signal": "never"}}])
async def test_what_has_no_bound_of_its_own_waits_on(shop: Workshop, waits: dict[str, object]) -> None:
    begun = await shop.run({"id": "go", **waits})

    await later(shop, 3_600)

    assert (await shop.execution(begun.id)).status == "waiting"


async def test_an_external_step_that_failed_waits_anew_where_it_may(shop: Workshop) -> None:
    begun = await shop.run({"id": "go", "kind": "external", "with": {}, "retry": {"maxAttempts": 2}})

    await shop.engine.outside.fail(shop.tenant_id, begun.id, "go", code="no_paper", message="later")
    await shop.settle()
    await later(shop, 2)
    await shop.engine.outside.complete(shop.tenant_id, begun.id, "go", {"pages": 1})
    await shop.settle()

    assert ((await shop.execution(begun.id)).output, (await shop.steps(begun.id))["go"].attempts) == (b'{"pages":1}', 2)


async def test_an_execution_whose_failure_nobody_handles_fails_and_can_be_tried_again(shop: Workshop) -> None:
    await shop.listen_to("execution.*")
    shop.far_side.answers(404)
    row = {"fieldPath": "steps.call.error.code", "operator": "equals", "value": "timeout"}

    lost = await shop.run({**CALL, "onError": ["refund"]}, {"id": "refund", "when": [row]})
    await shop.engine.retry(shop.tenant_id, lost.id)
    await shop.settle()

    error = {"code": "http_error", "message": "the far side answered 404", "stepId": "call"}
    assert (lost.status, msgspec.json.decode(lost.error or "")) == ("failed", error)
    assert (await shop.execution(lost.id)).status == "completed"
    assert await shop.story() == ["execution.started", "execution.failed", "execution.completed"]
