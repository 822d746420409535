"""Executions inside executions, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from sqlalchemy import Connection, select

from hookspan.storage.database import Database
from hookspan.storage.tables import execution_messages, executions
from tests.support.workshop import Workshop, workshop_on

NAP: dict[str, object] = {"id": "nap", "kind": "wait", "with": {"durationMs": 60_000}}
CALL: dict[str, object] = {
    "id": "call",
    "kind": "http",
    "with": {"url": "https://api.example.com/"},
    "retry": {"maxAttempts": 1},
}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


def runs(workflow_id: str, **members: object) -> dict[str, object]:
    return {"id": "sub", "kind": "workflow", "with": {"workflowId": workflow_id, **members}}


def _children(connection: Connection, parent_id: str) -> list[str]:
    query = select(executions.c.id).where(executions.c.parent_execution_id == parent_id).order_by(executions.c.id)
    return list(connection.execute(query).scalars())


def _messages(connection: Connection) -> int:
    return len(connection.execute(select(execution_messages.c.id)).all())


async def child_of(shop: Workshop, parent_id: str) -> str:
    return (await shop.database.read(_children, parent_id))[-1]


async def test_a_childs_output_is_the_steps(shop: Workshop) -> None:
    await shop.listen_to("workflow.triggered", "execution.completed")
    inner = await shop.workflow({"id": "double", "kind": "transform", "with": {"output": {"got": "{{trigger.body}}"}}})
    after: dict[str, object] = {
        "id": "after",
        "kind": "transform",
        "needs": ["sub"],
        "with": {"output": "{{steps.sub.output.got}}"},
    }

    execution = await shop.run(runs(inner, input={"n": "{{trigger.body}}"}), after, body=msgspec.Raw(b"1.50"))

    assert (execution.status, execution.output) == ("completed", b'{"n":1.50}')
    child = await shop.execution(await child_of(shop, execution.id))
    assert (child.parent_step_id, child.nesting, child.trigger_type) == ("sub", 1, "manual")
    assert await shop.story() == [
        "workflow.triggered",
        "workflow.triggered",
        "execution.completed",
        "execution.completed",
    ]
    assert await shop.database.read(_messages) == 0


async def test_a_child_is_given_the_steps_input_where_nothing_is_said(shop: Workshop) -> None:
    execution = await shop.run(runs(await shop.workflow({"id": "take"})), body={"a": 1})

    assert execution.output == b'{"a":1}'


async def test_a_childs_failure_fails_the_step(shop: Workshop) -> None:
    shop.far_side.answers(404)

    execution = await shop.run(runs(await shop.workflow(CALL)))

    error = {"code": "http_error", "message": "the far side answered 404", "stepId": "sub"}
    assert (execution.status, msgspec.json.decode(execution.error or "")) == ("failed", error)


async def test_a_childs_failure_can_be_handled(shop: Workshop) -> None:
    shop.far_side.answers(404)

    execution = await shop.run({**runs(await shop.workflow(CALL)), "onError": ["mend"]}, {"id": "mend"})

    assert execution.status == "completed"


async def test_cancelling_a_parent_cancels_its_child(shop: Workshop) -> None:
    execution = await shop.run(runs(await shop.workflow(NAP)))

    await shop.engine.cancel(shop.tenant_id, execution.id)
    await shop.settle()

    child = await shop.execution(await child_of(shop, execution.id))
    assert (execution.status, child.status) == ("waiting", "cancelled")


async def test_a_parent_that_fails_cancels_its_child(shop: Workshop) -> None:
    shop.far_side.answers(404)

    execution = await shop.run(
        runs(await shop.workflow(NAP)), {**NAP, "with": {"durationMs": 1_000}}, {**CALL, "needs": ["nap"]}
    )
    shop.clock.advance(seconds=1)
    await shop.settle()

    assert (await shop.execution(execution.id)).status == "failed"
    assert (await shop.execution(await child_of(shop, execution.id))).status == "cancelled"


async def test_cancelling_a_child_fails_the_parents_step(shop: Workshop) -> None:
    execution = await shop.run(runs(await shop.workflow(NAP)))

    await shop.engine.cancel(shop.tenant_id, await child_of(shop, execution.id))
    await shop.settle()

    assert "child_cancelled" in str((await shop.execution(execution.id)).error)


async def test_a_child_that_has_not_begun_is_cancelled_before_it_does(shop: Workshop) -> None:
    inner = await shop.workflow(CALL, concurrency=1)
    shop.far_side.falls_silent()
    first = await shop.engine.start(shop.tenant_id, inner)
    await shop.until_held_up(first.id)
    parent = await shop.engine.start(shop.tenant_id, await shop.workflow(runs(inner)))
    await shop.until_held_up(parent.id)

    await shop.engine.cancel(shop.tenant_id, parent.id)
    shop.far_side.speaks()
    await shop.engine.quiet()
    await shop.settle()

    child = await shop.execution(await child_of(shop, parent.id))
    assert (child.status, child.started_at, len(shop.far_side.received)) == ("cancelled", None, 1)


async def test_a_child_that_waits_for_room_ends_at_once_with_its_parent(shop: Workshop) -> None:
    inner = await shop.workflow(CALL, concurrency=1)
    shop.far_side.falls_silent()
    first, waiting = [await shop.engine.start(shop.tenant_id, inner) for _ in range(2)]
    await shop.until_held_up(first.id)
    parent = await shop.engine.start(shop.tenant_id, await shop.workflow(runs(inner)))
    await shop.until_held_up(parent.id)
    while await shop.engine.claim_once():
        pass

    await shop.engine.cancel(shop.tenant_id, parent.id)
    child_id = await child_of(shop, parent.id)
    async with asyncio.timeout(10):
        while (await shop.execution(child_id)).status == "pending":
            await shop.engine.claim_once()

    assert (await shop.execution(child_id)).status == "cancelled"
    assert [(await shop.execution(each.id)).status for each in (first, waiting)] == ["running", "pending"]


async def test_a_retried_parent_has_another_child(shop: Workshop) -> None:
    shop.far_side.answers(404)
    execution = await shop.run(runs(await shop.workflow(CALL)))

    await shop.engine.retry(shop.tenant_id, execution.id)
    await shop.settle()

    children = await shop.database.read(_children, execution.id)
    assert (await shop.execution(execution.id)).status == "completed"
    assert [(await shop.execution(each)).status for each in children] == ["failed", "completed"]


async def test_a_workflow_that_calls_itself_stops_at_the_eighth_level(shop: Workshop) -> None:
    workflow_id = await shop.workflow({"id": "take"})
    again = {"name": "Order intake", "steps": [runs(workflow_id)]}
    await shop.definitions.update(shop.tenant_id, workflow_id, again)

    outer = await shop.engine.start(shop.tenant_id, workflow_id)
    await shop.settle()

    assert "nested_too_deep" in str((await shop.execution(outer.id)).error)
    assert len(await shop.database.read(_all)) == 9


def many(workflow_id: str, number: int) -> list[dict[str, object]]:
    return [{**runs(workflow_id), "id": f"sub-{each}"} for each in range(number)]


async def test_workflows_inside_one_share_how_many_may_run_there(shop: Workshop) -> None:
    leaf = await shop.workflow({"id": "take"})
    middle = await shop.workflow(*many(leaf, 33))

    outer = await shop.run(*many(middle, 30))
    alone = await shop.run(*many(middle, 1))

    assert (alone.status, outer.status) == ("completed", "failed")
    assert "too_many_children" in str(outer.error)
    children = [await shop.execution(each) for each in await shop.database.read(_children, outer.id)]
    assert ({each.offspring for each in children}, alone.offspring) == ({32}, 1_000)
    assert len(await shop.database.read(_all)) == 1 + 30 + 1 + 1 + 33


def _all(connection: Connection) -> list[str]:
    return list(connection.execute(select(executions.c.id)).scalars())


async def test_a_workflow_that_is_gone_or_asleep_is_no_child(shop: Workshop) -> None:
    inner, doomed = [await shop.workflow({"id": "take"}, status="inactive") for _ in range(2)]
    orphan = await shop.workflow(runs(doomed))
    await shop.definitions.delete(shop.tenant_id, doomed)

    gone = await shop.engine.start(shop.tenant_id, orphan)
    asleep = await shop.run(runs(inner))

    assert "workflow_inactive" in str(asleep.error)
    assert "there is no such workflow any more" in str((await shop.execution(gone.id)).error)
