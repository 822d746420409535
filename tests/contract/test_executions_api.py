"""Executions looked at and moved by their routes (contracts C.6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.calls import Calls
from tests.support.running import ASK, EXECUTIONS, GO, Running, begun, driven
from tests.support.surface import Surface

NOBODY = "0196f4a0-0000-7abc-8def-0123456789ab"
JSON = {"Content-Type": "application/json"}


async def signalled(running: Running, topic: str, content: bytes | None) -> None:
    """The exact bytes as a signal."""
    headers = JSON if content is not None else {}
    path = f"{running.path}/signals/{topic}"
    answer = await running.api.ask("POST", path, content=content, headers=headers)
    assert answer.status_code == 202, answer.text
    await driven(running.world)


# -- lists ---------------------------------------------------------------------------------------------------------


async def test_a_list_is_filtered_by_workflow_status_and_trigger(world: Surface, api: Calls) -> None:
    waiting = await begun(world, api, ASK)
    done = await begun(world, api, {"id": "a"})

    async def ids(**query: Any) -> list[str]:
        return [row["id"] for row in (await api.get(EXECUTIONS, **query))["data"]]

    assert await ids() == [done.id, waiting.id]
    assert await ids(sort="createdAt") == [waiting.id, done.id]
    assert await ids(workflowId=waiting.workflow_id) == [waiting.id]
    assert await ids(workflowId=[waiting.workflow_id, done.workflow_id], status="completed") == [done.id]
    assert await ids(status=["waiting", "completed"]) == [done.id, waiting.id]
    assert await ids(triggerType="manual") == [done.id, waiting.id]
    assert await ids(triggerType="schedule") == []
    assert await ids(triggerEventId=NOBODY) == []


async def test_children_are_listed_by_their_parent(world: Surface, api: Calls) -> None:
    inner = await api.post("/api/v1/workflows", {"name": "inner", "steps": [{"id": "a"}]})
    parent = await begun(world, api, {"id": "call", "kind": "workflow", "with": {"workflowId": inner["id"]}})

    children = (await api.get(EXECUTIONS, parentExecutionId=parent.id))["data"]

    assert [(row["workflowId"], row["parentStepId"]) for row in children] == [(inner["id"], "call")]
    assert [row["parentExecutionId"] for row in children] == [parent.id]


async def test_a_list_is_bounded_in_time_and_counted(world: Surface, api: Calls) -> None:
    await begun(world, api, {"id": "a"})
    world.clock.advance(seconds=60)
    late = await begun(world, api, {"id": "a"})
    since = "2025-05-21T21:28:00Z"

    page = await api.get(EXECUTIONS, count="true", **{"createdAt[gte]": since})

    assert [row["id"] for row in page["data"]] == [late.id]
    assert (page["total"], page["totalIsCapped"]) == (1, False)
    assert (await api.get(EXECUTIONS, count="true", limit=1))["total"] == 2
    assert (await api.get(EXECUTIONS, **{"createdAt[lt]": since}, count="true"))["total"] == 1


async def test_what_has_ended_is_listed_by_its_end(world: Surface, api: Calls) -> None:
    first, second, third = [await begun(world, api, GO) for _ in range(3)]
    for running in (second, third, first):
        world.clock.advance(seconds=10)
        await running.tell("signals/paid")
    await begun(world, api, GO)

    newest = await api.get(EXECUTIONS, sort="-completedAt", limit=2, count="true")
    rest = await api.get(EXECUTIONS, sort="-completedAt", limit=2, count="true", cursor=newest["nextCursor"])
    back = await api.get(EXECUTIONS, sort="-completedAt", limit=2, count="true", cursor=rest["prevCursor"])
    late = await api.get(EXECUTIONS, sort="completedAt", **{"completedAt[gte]": "2025-05-21T21:27:30Z"})
    early = await api.get(EXECUTIONS, **{"completedAt[lt]": "2025-05-21T21:27:30Z"})

    assert [row["id"] for row in (*newest["data"], *rest["data"])] == [first.id, third.id, second.id]
    assert (newest["total"], rest["hasMore"], back["data"]) == (3, False, newest["data"])
    assert [row["id"] for row in late["data"]] == [third.id, first.id]
    assert [row["id"] for row in early["data"]] == [second.id]


async def test_a_list_shows_no_content(world: Surface, api: Calls) -> None:
    await begun(world, api, {"id": "a"}, start="card 4111")

    answer = await api.ask("GET", EXECUTIONS)

    assert answer.status_code == 200
    assert "4111" not in answer.text


# -- one -----------------------------------------------------------------------------------------------------------


async def test_an_execution_carries_an_etag_of_all_that_happens_to_it(world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO, {**ASK, "needs": ["go"]})

    async def tag() -> str:
        return (await api.ask("GET", running.path)).headers["etag"]

    first = await tag()
    unchanged = await api.ask("GET", running.path, headers={"If-None-Match": first})
    await api.post(f"{running.path}/signals/paid", status=202)
    told = await tag()
    await driven(world)
    moved = await tag()

    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", first)
    assert len({first, told, moved}) == 3
    assert (await api.ask("GET", running.path, headers={"If-None-Match": first})).status_code == 200


async def test_an_execution_known_without_its_steps_is_not_known_with_them(world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO)
    known = (await api.ask("GET", running.path)).headers["etag"]
    expanded = f"{running.path}?expand=steps"

    first = await api.ask("GET", expanded, headers={"If-None-Match": known})
    again = await api.ask("GET", expanded, headers={"If-None-Match": first.headers["etag"]})

    assert (first.status_code, len(first.json()["steps"]), again.status_code) == (200, 1, 304)


async def test_who_may_read_the_content_knows_it_not_from_who_may_not(world: Surface, api: Calls) -> None:
    running = await begun(world, api, {"id": "a"})
    key = (await api.post("/api/v1/keys", {"name": "r", "scopes": ["executions:read"]}))["key"]
    bare = await api.ask("GET", running.path, headers={"Authorization": f"Bearer {key}"})

    whole = await api.ask("GET", running.path, headers={"If-None-Match": bare.headers["etag"]})

    assert (bare.json()["input"], whole.status_code) == (None, 200)


async def test_progress_counts_steps_and_names_blockers_and_milestones(world: Surface, api: Calls) -> None:
    milestones = [{"id": "m1", "name": "Taken", "after": ["a"]}]
    running = await begun(world, api, {"id": "a"}, {**GO, "needs": ["a"]}, milestones=milestones)
    world.clock.advance(seconds=31)
    await driven(world)

    report = await api.get(f"{running.path}/progress")

    assert (report["completedTasks"], report["totalTasks"], report["percentage"]) == (1, 2, 50.0)
    assert (report["workflowExecutionId"], report["status"]) == (running.id, "waiting")
    assert [(each["id"], each["resolvedAt"]) for each in report["blockers"]] == [("go", None)]
    assert [(each["id"], each["achieved"]) for each in report["milestones"]] == [("m1", True)]
    assert report["estimatedCompletion"] is None


async def test_progress_tells_when_it_may_be_done(world: Surface, api: Calls) -> None:
    nap = {"id": "nap", "kind": "wait", "with": {"durationMs": 10_000}}
    first = await begun(world, api, nap)
    world.clock.advance(seconds=10)
    await driven(world)
    path = f"/api/v1/workflows/{first.workflow_id}/executions"
    world.clock.advance(seconds=61)
    second = (await api.post(path, {}, status=202))["id"]

    report = await api.get(f"{EXECUTIONS}/{second}/progress")

    assert report["estimatedCompletion"] == "2025-05-21T21:28:31.000Z"


async def test_progress_without_history_is_looked_up_again_soon(world: Surface, api: Calls) -> None:
    first = await begun(world, api, GO)
    before = await api.get(f"{first.path}/progress")
    await first.tell("signals/paid")
    world.clock.advance(seconds=1)
    path = f"/api/v1/workflows/{first.workflow_id}/executions"
    second = (await api.post(path, {}, status=202))["id"]

    report = await api.get(f"{EXECUTIONS}/{second}/progress")

    assert before["estimatedCompletion"] is None
    assert report["estimatedCompletion"] is not None


async def test_a_skipped_step_tells_why_to_those_too_who_read_no_content(world: Surface, api: Calls) -> None:
    when = [{"fieldPath": "$.trigger.body.paid", "operator": "equals", "value": True}]
    running = await begun(world, api, {"id": "ship", "when": when}, start={"paid": "canary"})
    viewer = replace(api, headers=await world.key_for("viewer"))

    [step] = (await viewer.get(f"{running.path}/steps"))["data"]

    assert step["status"] == "skipped"
    assert step["reason"] == "no group passed: group 0: $.trigger.body.paid equals true"


# -- signals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "output"),
    [(b'{"amount":7}', {"amount": 7}), (b'"yes"', "yes"), (b"[1]", [1]), (b"null", None), (None, None)],
)
async def test_a_signal_brings_any_json(content: bytes | None, output: Any, world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO)

    await signalled(running, "paid", content)

    assert (await running.steps())["go"]["output"] == output
    assert (await running.shown())["status"] == "completed"


async def test_a_signals_numbers_are_kept_as_written(world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO)

    await signalled(running, "paid", b'{"n":12345678901234567890.10}')

    assert b"12345678901234567890.10" in (await api.ask("GET", f"{running.path}/steps")).content


async def test_a_signal_is_on_disk_when_it_is_answered(world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO)

    answered = await api.post(f"{running.path}/signals/paid", {"n": 1}, status=202)

    assert (answered["id"], answered["status"]) == (running.id, "waiting")
    assert "input" not in answered
    await driven(world)
    assert (await running.shown())["output"] == {"n": 1}


async def test_a_topic_may_hold_what_a_waiting_step_may_name(world: Surface, api: Calls) -> None:
    running = await begun(world, api, {"id": "go", "kind": "wait", "with": {"signal": "orders/paid now"}})

    await signalled(running, "orders/paid%20now", b"1")

    assert (await running.shown())["status"] == "completed"


async def test_a_signal_is_refused_where_nobody_will_hear_it(world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO)
    long = await api.ask("POST", f"{running.path}/signals/{'x' * 101}")
    nul = await api.ask("POST", f"{running.path}/signals/a%00b")
    not_json = await api.ask("POST", f"{running.path}/signals/paid", content=b"{", headers=JSON)
    await running.tell("signals/paid")

    late = await api.ask("POST", f"{running.path}/signals/paid")

    assert (long.status_code, nul.status_code, not_json.status_code) == (422, 422, 400)
    assert (late.status_code, late.json()["code"]) == (409, "conflict")


# -- who may -------------------------------------------------------------------------------------------------------

MOVES = [
    "cancel",
    "retry",
    "restart-from",
    "signals/paid",
    "steps/ask/complete",
    "steps/ask/fail",
    "blockers",
    "blockers/go/resolve",
    "milestones/m1/achieve",
]


@pytest.mark.parametrize("route", MOVES)
async def test_who_only_reads_moves_nothing(route: str, world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO)
    viewer = replace(api, headers=await world.key_for("viewer"))

    answer = await viewer.ask("POST", f"{running.path}/{route}", {})

    assert answer.status_code == 403
    assert (await running.shown())["status"] == "waiting"


@pytest.mark.parametrize("route", MOVES)
async def test_a_repeat_under_one_key_is_done_once(route: str, world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO, ASK, milestones=[{"id": "m1", "name": "Signed"}])
    bodies: dict[str, Any] = {"blockers": {"description": "x"}, "steps/ask/fail": {"error": "no"}}
    headers = {"Idempotency-Key": "once"}

    first = await api.ask("POST", f"{running.path}/{route}", bodies.get(route, {}), headers=headers)
    again = await api.ask("POST", f"{running.path}/{route}", bodies.get(route, {}), headers=headers)

    assert (again.status_code, again.content[:20]) == (first.status_code, first.content[:20])
    assert ("idempotency-replayed" in again.headers) == (first.status_code not in (401, 403, 409, 429))


async def test_what_a_caller_moves_is_told_in_the_audit_log(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    await running.tell("steps/ask/fail", {"error": "card 4111"})
    await running.tell("retry")
    await running.tell("steps/ask/complete", {"output": "card 4111"})
    await running.tell("restart-from", {"stepId": "ask"})
    await running.tell("steps/ask/fail", {"error": "no"})
    task = (await running.steps())["ask"]["id"]
    await api.post(f"/api/tasks/{task}/retry", status=200)
    await api.post("/api/executions", {"workflowDefinitionId": running.workflow_id})

    rows = (await api.get("/api/v1/audit"))["data"][::-1][2:]

    assert [(row["action"], row["after"]) for row in rows] == [
        ("failStep", {"error": "***"}),
        ("retryExecution", None),
        ("completeStep", None),
        ("restartExecution", {"stepId": "ask"}),
        ("failStep", {"error": "***"}),
        ("retryOrchestratorTask", None),
        ("createOrchestratorExecution", None),
    ]


async def test_a_neighbours_signal_finds_nothing(world: Surface, api: Calls) -> None:
    running = await begun(world, api, GO)
    theirs = replace(api, headers=await world.key_for("owner", tenant_id=await world.second_tenant()))
    headers = {"X-Request-Id": "the-same-id"}

    foreign = await theirs.ask("POST", f"{running.path}/signals/paid", {}, headers=headers)
    missing = await theirs.ask("POST", f"{EXECUTIONS}/{NOBODY}/signals/paid", {}, headers=headers)

    assert foreign.status_code == 404
    assert foreign.text.replace(running.id, NOBODY) == missing.text
