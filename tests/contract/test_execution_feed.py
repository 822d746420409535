"""What a socket at an execution or a workflow hears while it is walked through (contracts B.11)."""

from __future__ import annotations

from typing import Any

from tests.support.calls import Calls
from tests.support.running import ASK, GO, begun, driven
from tests.support.sockets import Socket, calling_in
from tests.support.surface import Surface


async def heard(socket: Socket, last: str) -> list[dict[str, Any]]:
    """Frames up to the first of a type."""
    frames = [await socket.hears()]
    while frames[-1]["type"] != last:
        frames.append(await socket.hears())
    return frames


def by_type(frames: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {frame["type"]: frame for frame in frames}


async def test_an_execution_is_heard_from_a_signal_to_its_end(world: Surface, api: Calls) -> None:
    running = await begun(world, api, {"id": "a"}, {**GO, "needs": ["a"]})
    step = (await running.steps())["go"]

    async with calling_in(world, f"/api/v1/ws/executions/{running.id}", world.owner) as socket:
        await running.tell("signals/paid", {"secret": "payload"})
        frames = by_type(await heard(socket, "execution.completed"))

    about = {"topic": "executions", "tenantId": world.instance.tenant_id}
    about |= {"executionId": running.id, "workflowId": running.workflow_id}
    assert all(frame.items() >= about.items() for frame in frames.values())
    assert frames["step.completed"]["step"] == {
        "stepId": step["id"],
        "nodeId": "go",
        "nodeType": "wait",
        "status": "completed",
        "attempt": 1,
        "error": None,
        "durationMs": 0,
        "startedAt": "2025-05-21T21:27:10.000Z",
        "completedAt": "2025-05-21T21:27:10.000Z",
    }
    assert set(frames["execution.progress"]) == {"id", *about, "type", "status", "progress", "timestamp"}
    assert frames["execution.progress"]["progress"] == {"totalSteps": 2, "completedSteps": 2, "percentage": 100.0}
    assert frames["execution.completed"]["status"] == "completed"
    assert "progress.updated" in frames
    assert "payload" not in str(frames)


async def test_a_workflow_is_heard_with_all_its_executions_and_no_others(world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO)
    path = f"/api/v1/workflows/{running.workflow_id}/executions"

    async with calling_in(world, f"/api/v1/ws/workflows/{running.workflow_id}", world.owner) as socket:
        await begun(world, api, {"id": "a"})
        second = await api.post(path, {}, status=202)
        await driven(world)
        await api.post(f"/api/v1/executions/{second['id']}/cancel", status=200)
        await running.tell("cancel", status=200)
        frames = await heard(socket, "execution.cancelled")
        frames += await heard(socket, "execution.cancelled")

    assert {frame["executionId"] for frame in frames} == {running.id, second["id"]}
    assert {frame["workflowId"] for frame in frames} == {running.workflow_id}
    assert [frame["type"] for frame in frames if frame["type"].startswith("step.")] == [
        "step.started", "step.cancelled", "step.cancelled",
    ]  # fmt: skip


async def test_a_failure_and_its_retry_are_heard(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)

    async with calling_in(world, f"/api/v1/ws/executions/{running.id}", world.owner) as socket:
        await running.tell("steps/ask/fail", {"error": {"code": "out_of_stock", "message": "no stock"}})
        failed = by_type(await heard(socket, "execution.failed"))
        await running.tell("retry")
        again = by_type(await heard(socket, "step.started"))

    assert (failed["step.failed"]["step"]["error"], failed["step.failed"]["step"]["status"]) == (
        "out_of_stock",
        "failed",
    )
    assert again["step.started"]["step"]["attempt"] == 2
    assert again["step.started"]["status"] == "running"


async def test_blockers_and_milestones_are_heard(world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO, milestones=[{"id": "m1", "name": "Signed"}])

    async with calling_in(world, f"/api/v1/ws/executions/{running.id}", world.owner) as socket:
        blocker = await running.tell("blockers", {"description": "the lawyer is ill"}, status=201)
        detected = (await heard(socket, "blocker.detected"))[-1]
        await running.tell(f"blockers/{blocker['id']}/resolve", status=200)
        resolved = (await heard(socket, "blocker.resolved"))[-1]
        await running.tell("milestones/m1/achieve", status=200)
        achieved = (await heard(socket, "milestone.achieved"))[-1]

    told = {"blockerId": blocker["id"], "description": "the lawyer is ill"}
    assert detected["blocker"] == resolved["blocker"] == told
    assert achieved["milestone"] == {"milestoneId": "m1", "name": "Signed"}


async def test_outputs_are_heard_by_those_who_ask_and_may(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    viewer = await world.key_for("viewer")
    path = f"/api/v1/ws/executions/{running.id}?include=output"

    async with calling_in(world, path, world.owner) as socket, calling_in(world, path, viewer) as blind:
        await running.tell("steps/ask/complete", {"output": {"n": 1}})
        seen = by_type(await heard(socket, "execution.completed"))
        unseen = await heard(blind, "execution.completed")

    assert seen["step.completed"]["step"]["outputData"] == {"n": 1}
    assert seen["execution.completed"]["output"] == {"n": 1}
    assert "output" not in str(unseen)


async def test_no_frame_holds_a_callback(world: Surface, api: Calls) -> None:
    async with calling_in(world, "/api/v1/ws?subscribeTenant=true&include=output", world.owner) as socket:
        running = await begun(world, api, ASK)
        token = (await running.callback()).rpartition("/")[2]
        await api.client.post(f"/api/v1/callbacks/{token}", json={})
        await driven(world)
        frames = await heard(socket, "execution.completed")

    assert token not in str(frames)
