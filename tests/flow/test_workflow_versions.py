"""Workflows kept, changed, listed and printed, on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from hookspan.errors import Conflict, Invalid, NotFound, PreconditionFailed
from hookspan.model.ids import new_id
from hookspan.storage.database import Database
from hookspan.storage.executions import Claimed
from hookspan.storage.executions_list import ExecutionFilter, executions_slice
from hookspan.storage.keyset import Keyset
from hookspan.storage.workflows import workflows_count
from hookspan.workflows import shapes
from tests.support.workshop import Workshop, workshop_on

NAP: dict[str, object] = {"id": "nap", "kind": "wait", "with": {"durationMs": 60_000}}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


async def test_an_execution_under_way_keeps_the_version_it_was_started_with(shop: Workshop) -> None:
    workflow_id = await shop.workflow(NAP, {"id": "old", "needs": ["nap"]})
    started = await shop.engine.start(shop.tenant_id, workflow_id, "x")
    await shop.settle()
    row, _ = await shop.definitions.update(shop.tenant_id, workflow_id, {"name": "Order intake", "steps": []})

    shop.clock.advance(seconds=60)
    await shop.settle()

    assert (row.version, row.semver) == (2, "1.0.1")
    assert set(await shop.steps(started.id)) == {"nap", "old"}


async def test_a_new_name_alone_makes_no_new_version(shop: Workshop) -> None:
    workflow_id = await shop.workflow({"id": "take"})
    value = shapes.workflow_json(*await shop.definitions.get(shop.tenant_id, workflow_id))

    row, _ = await shop.definitions.update(shop.tenant_id, workflow_id, {**value, "name": "Intake"})

    assert (row.name, row.version) == ("Intake", 1)


async def test_two_writers_of_one_workflow_do_not_overwrite_each_other(shop: Workshop) -> None:
    row, _ = await shop.definitions.create(shop.tenant_id, {"name": "Intake", "steps": []})
    await shop.definitions.update(shop.tenant_id, row.id, {"name": "First", "steps": []}, if_version={row.updated_at})

    with pytest.raises(PreconditionFailed):
        await shop.definitions.update(
            shop.tenant_id, row.id, {"name": "Second", "steps": []}, if_version={row.updated_at}
        )


async def test_definitions_tell_of_every_change_in_seed_002s_shape(shop: Workshop) -> None:
    row, _ = await shop.definitions.create(shop.tenant_id, {"name": "Intake", "steps": [{"id": "take"}]})
    shop.clock.advance(seconds=1)
    await shop.definitions.update(shop.tenant_id, row.id, {"name": "Intake", "steps": []})
    shop.clock.advance(seconds=1)
    await shop.definitions.delete(shop.tenant_id, row.id)

    told = [(kind, data["version"]) for kind, data in await shop.events()]

    assert told == [
        ("workflow.definition.created", "1.0.0"),
        ("workflow.definition.updated", "1.0.1"),
        ("workflow.definition.deleted", "1.0.1"),
    ]


async def test_another_tenants_workflow_reads_as_missing(shop: Workshop) -> None:
    workflow_id = await shop.workflow({"id": "take"})
    stranger = new_id(shop.clock.now_ms())

    with pytest.raises(NotFound):
        await shop.definitions.get(stranger, workflow_id)
    with pytest.raises(NotFound):
        await shop.engine.start(stranger, workflow_id, None)


async def test_a_draft_does_not_start(shop: Workshop) -> None:
    row, _ = await shop.definitions.create(shop.tenant_id, {"name": "Intake", "status": "draft", "steps": []})

    with pytest.raises(Conflict, match="draft"):
        await shop.engine.start(shop.tenant_id, row.id, None)


async def test_a_refused_workflow_is_not_stored(shop: Workshop) -> None:
    with pytest.raises(Invalid):
        await shop.definitions.create(shop.tenant_id, {"name": "", "steps": []})

    assert await shop.database.read(workflows_count, shop.tenant_id) == 0


async def test_executions_are_listed_newest_first_by_status_and_workflow(shop: Workshop) -> None:
    done = await shop.run({"id": "take"})
    shop.clock.advance(seconds=1)
    asleep = await shop.run(NAP)

    async def ids(wanted: ExecutionFilter) -> list[str]:
        rows, _ = await shop.database.read(executions_slice, shop.tenant_id, wanted, Keyset(10))
        return [row.id for row in rows]

    assert await ids(ExecutionFilter()) == [asleep.id, done.id]
    assert await ids(ExecutionFilter(statuses=["waiting"])) == [asleep.id]
    assert await ids(ExecutionFilter(workflow_ids=[done.workflow_id])) == [done.id]


async def test_steps_that_never_started_are_shown_too(shop: Workshop) -> None:
    execution = await shop.run(NAP, {"id": "after", "needs": ["nap"]})
    definition = (await shop.engine.version_of(execution)).definition

    shown = shapes.steps_json(Claimed(execution, list((await shop.steps(execution.id)).values())), definition)

    assert [(step["stepId"], step["status"]) for step in shown] == [("nap", "waiting"), ("after", "pending")]


async def test_a_printed_execution_holds_the_members_of_the_contract(shop: Workshop) -> None:
    execution = await shop.run({"id": "take"}, body={"id": 7})

    printed = msgspec.json.decode(msgspec.json.encode(shapes.execution_json(execution)))

    assert list(printed) == [
        "id", "workflowId", "workflowVersion", "status", "triggerType", "triggerEventId", "input", "output", "error",
        "priority", "parentExecutionId", "parentStepId", "startedAt", "completedAt", "durationMs", "createdAt",
    ]  # fmt: skip
    assert (printed["input"], printed["output"], printed["durationMs"]) == ({"id": 7}, {"id": 7}, 0)
