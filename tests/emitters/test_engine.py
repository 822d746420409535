"""Executions and steps, told under the names of all three seeds as they begin, end, fail and are cancelled."""

from __future__ import annotations

import pytest

from tests.emitters.stage import Stage
from tests.emitters.told import emits

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASS = {"id": "fetch", "kind": "pass"}
NOWHERE = {"id": "fetch", "kind": "transform", "with": {"output": "{{trigger.body.nothing}}"}}
GO = {"id": "go", "kind": "wait", "with": {"signal": "paid"}}
AGAIN = {"maxAttempts": 2, "initialDelayMs": 5_000, "jitter": 0}


def call(url: str) -> dict[str, object]:
    """A step that asks the receiver."""
    return {"id": "fetch", "kind": "http", "with": {"method": "POST", "url": url}, "retry": AGAIN}


@emits("execution.started", "workflow.execution.started", "workflow.started")
async def test_an_execution_that_begins_is_told_in_the_words_of_each_seed(stage: Stage) -> None:
    execution_id = await stage.run(PASS)

    told = await stage.hears_all()

    first, second, third = (told[name] for name in stage.names)
    assert (first["executionId"], first["status"], first["triggerType"]) == (execution_id, "running", "manual")
    assert list(second) == ["id", "workflowDefinitionId", "status", "startTime", "endTime"]
    assert (second["id"], second["status"], second["endTime"]) == (execution_id, "RUNNING", None)
    assert (third["execution_id"], third["status"], third["completed_at"]) == (execution_id, "running", None)
    assert (await stage.sees("execution.started", executionId=execution_id))["status"] == "running"


@emits("execution.started", "workflow.execution.started", "workflow.started", "step.started", "task.execution.started")
async def test_an_execution_whose_first_step_has_to_ask_for_resources_is_running_as_it_begins(stage: Stage) -> None:
    execution_id = await stage.run({**PASS, "resources": {"cpu": 1}})

    told = await stage.hears_all()

    first, second, third, step, task = (told[name] for name in stage.names)
    assert (first["status"], second["status"], third["status"]) == ("running", "RUNNING", "running")
    assert first["startedAt"] == second["startTime"] == third["started_at"] is not None
    assert (await stage.sees("execution.started", executionId=execution_id))["status"] == "running"
    assert step["resources"] == task["resources"] == {"cpu": 1, "memory": None, "storage": None, "custom": []}


@emits("execution.started", "workflow.execution.started")
async def test_an_execution_of_nothing_is_running_as_it_begins(stage: Stage) -> None:
    await stage.run()

    told = await stage.hears_all()

    first, second = (told[name] for name in stage.names)
    assert (first["status"], first["completedAt"], first["output"]) == ("running", None, None)
    assert (second["status"], second["endTime"]) == ("RUNNING", None)


@emits("execution.completed", "workflow.execution.completed", "workflow.completed")
async def test_an_execution_whose_steps_are_all_done_is_told(stage: Stage) -> None:
    execution_id = await stage.run(PASS)

    told = await stage.hears_all()

    first, second, third = (told[name] for name in stage.names)
    assert (first["executionId"], first["status"], first["stepsCompleted"]) == (execution_id, "completed", 1)
    assert (second["id"], second["status"], "error" in second) == (execution_id, "COMPLETED", False)
    assert (third["execution_id"], third["status"], third["error"]) == (execution_id, "completed", None)
    assert (await stage.sees("execution.completed", executionId=execution_id))["status"] == "completed"


@emits("execution.failed", "workflow.execution.failed", "workflow.failed")
async def test_an_execution_with_a_step_that_failed_for_good_is_told(stage: Stage) -> None:
    execution_id = await stage.run(NOWHERE)

    told = await stage.hears_all()

    first, second, third = (told[name] for name in stage.names)
    assert (first["executionId"], first["status"], first["error"]["stepId"]) == (execution_id, "failed", "fetch")
    assert (list(second)[-1], second["status"], second["error"]) == ("error", "FAILED", first["error"])
    assert (third["status"], third["error"]["step_id"]) == ("failed", "fetch")
    assert (await stage.sees("execution.failed", executionId=execution_id))["status"] == "failed"


@emits("execution.cancelled", "workflow.execution.cancelled", "step.cancelled", "task.execution.cancelled")
async def test_an_execution_that_is_cancelled_is_told_with_its_open_steps(stage: Stage) -> None:
    execution_id = await stage.run(GO)
    await stage.waits(execution_id)

    await stage.api.post(f"/api/v1/executions/{execution_id}/cancel", status=200)

    told = await stage.hears_all()
    assert (told["execution.cancelled"]["executionId"], told["execution.cancelled"]["status"]) == (
        execution_id,
        "cancelled",
    )
    assert told["workflow.execution.cancelled"]["status"] == "CANCELLED"
    assert (told["step.cancelled"]["stepId"], told["step.cancelled"]["status"]) == ("go", "cancelled")
    assert told["task.execution.cancelled"]["status"] == "CANCELLED"
    assert await stage.sees("execution.cancelled", executionId=execution_id)
    assert (await stage.sees("step.cancelled", executionId=execution_id))["step"]["nodeId"] == "go"


@emits("step.started", "task.execution.started", "step.completed", "task.execution.completed")
async def test_a_step_is_told_as_it_begins_and_as_its_result_is_stored(stage: Stage) -> None:
    execution_id = await stage.run(PASS)

    told = await stage.hears_all()

    begun, task_begun, done, task_done = (told[name] for name in stage.names)
    assert (begun["executionId"], begun["stepId"], begun["status"]) == (execution_id, "fetch", "running")
    assert (done["id"], done["status"], done["attempt"]) == (begun["id"], "completed", 1)
    assert list(task_done) == [
        "id", "workflowExecutionId", "taskDefinitionId", "status", "startTime", "endTime", "attempts", "error",
        "resources",
    ]  # fmt: skip
    assert (task_begun["id"], task_begun["status"], task_begun["endTime"]) == (begun["id"], "RUNNING", None)
    assert (task_done["id"], task_done["status"]) == (begun["id"], "COMPLETED")
    assert (await stage.sees("step.started", executionId=execution_id))["step"]["nodeId"] == "fetch"
    assert (await stage.sees("step.completed", executionId=execution_id))["step"]["status"] == "completed"


@emits("step.retrying", "step.failed", "task.execution.failed")
async def test_a_step_that_fails_is_told_with_its_next_attempt_and_in_the_end(stage: Stage) -> None:
    execution_id = await stage.run(call(stage.url("/500")))
    retrying = await stage.hears("step.retrying")

    stage.house.after(5)

    told = await stage.hears_all()
    assert (retrying["status"], retrying["attempt"], told["step.failed"]["attempt"]) == ("waiting", 1, 2)
    assert retrying["nextAttemptAt"] > retrying["startedAt"]
    assert told["step.failed"]["status"] == "failed"
    assert (told["task.execution.failed"]["status"], told["task.execution.failed"]["attempts"]) == ("FAILED", 2)
    assert told["task.execution.failed"]["error"] == told["step.failed"]["error"]
    assert await stage.sees("step.retrying", executionId=execution_id)
    assert (await stage.sees("step.failed", executionId=execution_id))["step"]["attempt"] == 2


@emits("workflow.triggered")
async def test_a_workflow_that_a_call_starts_is_told_before_its_execution_begins(stage: Stage) -> None:
    workflow_id = await stage.workflow(PASS)

    execution_id = await stage.start(workflow_id)

    told = await stage.hears("workflow.triggered")
    assert (told["workflowId"], told["executionId"], told["triggerType"]) == (workflow_id, execution_id, "manual")
    published = await stage.sees("event.published", eventType="workflow.triggered", executionId=execution_id)
    begun = await stage.sees("execution.started", executionId=execution_id)
    assert int(published["id"]) < int(begun["id"])


@emits("progress.updated")
async def test_progress_is_told_at_the_end_of_a_step(stage: Stage) -> None:
    execution_id = await stage.run(PASS, {"id": "then", "kind": "pass", "needs": ["fetch"]})

    told = await stage.hears("progress.updated")

    assert (told["workflowExecutionId"], told["totalTasks"]) == (execution_id, 2)
    for kind in ("progress.updated", "execution.progress"):
        assert (await stage.sees(kind, executionId=execution_id))["progress"]["totalSteps"] == 2


@emits("blocker.detected", "blocker.resolved")
async def test_a_wait_of_half_a_minute_is_told_as_a_blocker_until_it_ends(stage: Stage) -> None:
    execution_id = await stage.run(GO)
    await stage.waits(execution_id)
    stage.house.after(31)
    detected = await stage.hears("blocker.detected")

    await stage.house.application.engine.outside.signal(stage.house.tenant_id, execution_id, "paid", None)

    resolved = await stage.hears("blocker.resolved")
    assert (detected["workflowExecutionId"], detected["resolvedAt"]) == (execution_id, None)
    assert resolved["id"] == detected["id"]
    assert resolved["resolvedAt"] is not None
    for kind in ("blocker.detected", "blocker.resolved"):
        assert (await stage.sees(kind, executionId=execution_id))["blocker"]["blockerId"] == detected["id"]


@emits("milestone.achieved")
async def test_a_milestone_is_told_when_its_steps_are_done(stage: Stage) -> None:
    execution_id = await stage.run(PASS, milestones=[{"id": "m1", "name": "Fetched", "after": ["fetch"]}])

    told = await stage.hears("milestone.achieved")

    assert (told["workflowExecutionId"], told["id"], told["achieved"]) == (execution_id, "m1", True)
    assert (await stage.sees("milestone.achieved", executionId=execution_id))["milestone"]["milestoneId"] == "m1"


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        ("orchestrator", "workflow.execution.completed"),
        ("systemprompt", "workflow.completed"),
        ("standard", "execution.completed"),
    ],
)
async def test_whoever_wants_everything_is_told_in_the_words_of_its_own_format(
    stage: Stage, profile: str, name: str
) -> None:
    workflow_id = await stage.workflow(PASS)
    await stage.listens(name, profile=profile, pattern="*")

    await stage.start(workflow_id)

    await stage.house.far.gets(stage.paths[name], 6)
    ends = [each for each in stage.sent_to(name) if each.endswith(".completed") and each.count("step") == 0]
    assert [each for each in ends if not each.startswith("task.")] == [name]
