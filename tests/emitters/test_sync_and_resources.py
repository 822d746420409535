"""Synchronization points and resources: who arrived, who waits for how much, who gave it back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.emitters.stage import House, Stage
from tests.emitters.told import emits

pytestmark = pytest.mark.asyncio(loop_scope="module")

LEFT, RIGHT = {"id": "left", "kind": "pass"}, {"id": "right", "kind": "pass"}
GO = {"id": "go", "kind": "wait", "with": {"signal": "paid"}}
POINT = {"id": "both", "name": "Both", "requires": ["left", "right"]}
HUNGRY = {"id": "hungry", "kind": "pass", "resources": {"cpu": 2}}
NOTHING: dict[str, object] = {"cpu": None, "memory": None, "storage": None, "custom": []}


@pytest_asyncio.fixture(loop_scope="module")
async def pool_of_one(house: House) -> AsyncIterator[None]:
    """The tenant has one cpu."""
    await house.api.ask("PATCH", "/api/v1/settings", {"resources": {"cpu": 1}})
    yield
    await house.api.ask("PATCH", "/api/v1/settings", {"resources": None})


@emits("synchronization.point.reached", "synchronization.point.completed")
async def test_each_task_that_arrives_at_a_point_is_told_and_that_all_did(stage: Stage) -> None:
    execution_id = await stage.run(LEFT, RIGHT, syncPoints=[POINT])

    reached = await stage.hears("synchronization.point.reached", count=2)

    completed = await stage.hears("synchronization.point.completed")
    assert (reached["id"], reached["workflowExecutionId"]) == ("both", execution_id)
    assert sorted(completed["completedTasks"]) == ["left", "right"] == sorted(completed["requiredTasks"])
    for name in stage.names:
        frame = await stage.sees(name, executionId=execution_id)
        assert frame["syncPoint"]["pointId"] == "both"


@emits("synchronization.point.failed")
async def test_a_point_that_not_all_reach_in_time_is_told(stage: Stage) -> None:
    point = {**POINT, "requires": ["left", "go"], "timeoutMs": 10_000}
    execution_id = await stage.run(LEFT, GO, syncPoints=[point])
    await stage.waits(execution_id)

    stage.house.after(11)

    told = await stage.hears("synchronization.point.failed")
    assert (told["id"], told["completedTasks"], told["timeout"], told["reason"]) == (
        "both", ["left"], 10_000, "not all arrived in time"
    )  # fmt: skip
    assert await stage.sees("synchronization.point.failed", executionId=execution_id)


@emits("resource.allocated", "resource.released")
async def test_resources_are_told_as_they_are_given_and_as_they_come_back(stage: Stage) -> None:
    execution_id = await stage.run(HUNGRY)

    told = await stage.hears_all()

    given, back = (told[name] for name in stage.names)
    assert (given["workflowExecutionId"], given["releasedAt"]) == (execution_id, None)
    assert given["resources"] == {**NOTHING, "cpu": 2}
    assert back["id"] == given["id"]
    assert back["releasedAt"] is not None
    for name in stage.names:
        assert await stage.sees(name, executionId=execution_id)


@pytest.mark.usefixtures("pool_of_one")
@emits("resource.shortage")
async def test_a_step_that_asks_for_more_than_there_is_is_told(stage: Stage) -> None:
    execution_id = await stage.run(HUNGRY)

    told = await stage.hears("resource.shortage")

    assert (told["workflowExecutionId"], told["allocatedAt"]) == (execution_id, None)
    assert (told["requested"]["cpu"], told["available"]["cpu"]) == (2, 1)
    assert await stage.sees("resource.shortage", executionId=execution_id)
