"""Seed 002's door to executions, `/api/executions` and `/api/tasks` (contracts A.6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from hookspan.workflows.task_executions import LISTED_BYTES
from tests.support.calls import Calls
from tests.support.running import ASK, GO, begun, driven
from tests.support.surface import Surface

EXECUTIONS = "/api/executions"
NOBODY = "0196f4a0-0000-7abc-8def-0123456789ab"


async def defined(api: Calls, *steps: Mapping[str, object], **members: Any) -> str:
    """The id of a workflow of these steps."""
    made = await api.post("/api/v1/workflows", {"name": "Sample Workflow", "steps": list(steps), **members})
    return str(made["id"])


async def started(world: Surface, api: Calls, *steps: Mapping[str, object], **members: Any) -> dict[str, Any]:
    """An execution begun at this door and driven as far as it goes, as this door shows it."""
    context = members.pop("initialContext", {"key": "value"})
    body = {"workflowDefinitionId": await defined(api, *steps, **members), "initialContext": context}
    execution = await api.post(EXECUTIONS, body)
    await driven(world)
    shown: dict[str, Any] = await api.get(f"{EXECUTIONS}/{execution['id']}")
    return shown


async def test_an_execution_is_the_seeds_object(world: Surface, api: Calls) -> None:
    workflow_id = await defined(api, {"id": "task-1"}, {**GO, "needs": ["task-1"]})

    answer = await api.ask(
        "POST", EXECUTIONS, {"workflowDefinitionId": workflow_id, "initialContext": {"key": "value"}}
    )

    created = answer.json()
    await driven(world)
    shown = await api.get(f"{EXECUTIONS}/{created['id']}")
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{EXECUTIONS}/{created['id']}"
    assert list(created) == [
        "id", "workflowDefinitionId", "status", "startTime", "endTime", "taskExecutions", "context",
    ]  # fmt: skip
    assert (created["status"], created["startTime"], shown["status"]) == ("PENDING", None, "WAITING")
    assert shown["taskExecutions"][0] == {
        "id": shown["taskExecutions"][0]["id"],
        "workflowExecutionId": created["id"],
        "taskDefinitionId": "task-1",
        "status": "COMPLETED",
        "startTime": "2025-05-21T21:27:10.000Z",
        "endTime": "2025-05-21T21:27:10.000Z",
        "attempts": 1,
        "error": None,
        "resources": None,
    }
    assert {name: value for name, value in shown["context"].items() if name != "id"} == {
        "data": '{"key":"value"}',
        "version": 1,
        "createdAt": "2025-05-21T21:27:10.000Z",
        "updatedAt": "2025-05-21T21:27:10.000Z",
    }


@pytest.mark.parametrize(
    ("given", "data"),
    [
        ({"b": 1.0, "a": "é"}, '{"b":1,"a":"é"}'),
        ('{"key": "value"}', '{"key":"value"}'),
        (None, "{}"),
    ],
)
async def test_the_context_is_an_object_or_its_text_and_is_shown_in_js_form(
    given: Any, data: str, world: Surface, api: Calls
) -> None:
    shown = await started(world, api, {"id": "a"}, initialContext=given)

    assert shown["context"]["data"] == data


@pytest.mark.parametrize("given", ["not json", "[1]", "7", [1], 7, True])
async def test_a_context_that_is_no_object_is_refused(given: Any, api: Calls) -> None:
    body = {"workflowDefinitionId": await defined(api, {"id": "a"}), "initialContext": given}

    answer = await api.ask("POST", EXECUTIONS, body)

    message = "initialContext: must be an object, or the JSON text of one"
    assert (answer.status_code, answer.json()) == (400, {"message": message})


async def test_the_context_grows_by_what_steps_make(world: Surface, api: Calls) -> None:
    make = {"id": "make", "kind": "transform", "with": {"output": {"total": 7}}}

    shown = await started(world, api, {"id": "a"}, {**make, "needs": ["a"]})

    assert json.loads(shown["context"]["data"]) == {"key": "value", "steps": {"make": {"output": {"total": 7}}}}
    assert shown["context"]["version"] == 2


async def test_a_list_shows_the_data_of_an_execution_while_it_is_short(world: Surface, api: Calls) -> None:
    long = await started(world, api, GO, initialContext={"key": "x" * LISTED_BYTES})
    short = await started(world, api, GO)

    listed = await api.get(EXECUTIONS)

    assert listed == [short, {**long, "context": {**long["context"], "data": None}}]
    assert len(long["context"]["data"]) > LISTED_BYTES


async def test_data_of_more_values_than_can_be_judged_stays_as_it_was_written(world: Surface, api: Calls) -> None:
    make = {"id": "make", "kind": "transform", "with": {"output": ["{{trigger.body.many}}"] * 4}}

    shown = await started(world, api, make, initialContext={"many": [1.0] * 30_000})

    assert shown["context"]["data"].count("1.0") == 5 * 30_000


async def test_the_contexts_version_only_grows_also_when_a_restart_takes_outputs_back(
    world: Surface, api: Calls
) -> None:
    make = {"id": "make", "kind": "transform", "with": {"output": 7}}
    path = f"{EXECUTIONS}/{(await started(world, api, make, {**make, 'id': 'more', 'needs': ['make']}))['id']}"

    async def context() -> tuple[int, str]:
        shown = (await api.get(path))["context"]
        return shown["version"], shown["updatedAt"]

    seen = [await context()]
    world.clock.advance(seconds=1)
    await api.post(f"/api/v1{path.removeprefix('/api')}/restart-from", {"stepId": "make"}, status=202)
    seen.append(await context())
    world.clock.advance(seconds=1)
    await driven(world)
    seen.append(await context())

    assert [version for version, _ in seen] == [3, 4, 6]
    assert sorted({at for _, at in seen}) == [at for _, at in seen]


async def test_a_member_steps_of_the_callers_own_stays_as_it_came(world: Surface, api: Calls) -> None:
    make = {"id": "make", "kind": "transform", "with": {"output": {"total": 7}}}

    shown = await started(world, api, make, initialContext={"steps": 3})

    assert json.loads(shown["context"]["data"]) == {"steps": 3}


async def test_what_starts_no_execution_is_told_in_the_seeds_words(api: Calls) -> None:
    unknown = await api.ask("POST", EXECUTIONS, {"workflowDefinitionId": NOBODY})
    nothing = await api.ask("POST", EXECUTIONS, {})

    assert (unknown.status_code, unknown.json()) == (404, {"message": "Workflow not found"})
    assert (nothing.status_code, nothing.json()) == (400, {"message": "workflowDefinitionId: is required"})


async def test_a_list_is_a_bare_array_newest_first(world: Surface, api: Calls) -> None:
    done = await started(world, api, {"id": "a"})
    waiting = await started(world, api, GO)

    async def ids(**query: Any) -> list[str]:
        return [execution["id"] for execution in await api.get(EXECUTIONS, **query)]

    assert await ids() == [waiting["id"], done["id"]]
    assert await ids(status="COMPLETED") == [done["id"]]
    assert await ids(workflowDefinitionId=waiting["workflowDefinitionId"]) == [waiting["id"]]
    assert await ids(limit=1, offset=1) == [done["id"]]
    assert await ids(limit="many", offset="-3") == [waiting["id"], done["id"]]
    assert await ids(workflowDefinitionId="no-id") == []
    assert await api.get(EXECUTIONS, limit=1) == [waiting]


async def test_a_list_holds_ten_unless_more_are_asked_for(world: Surface, api: Calls) -> None:
    workflow_id = await defined(api, {"id": "a"})
    for _ in range(11):
        await api.post(EXECUTIONS, {"workflowDefinitionId": workflow_id})

    lengths = {
        limit: len(await api.get(EXECUTIONS, limit=limit)) for limit in ("", "0", "11", "1000", "1001", "9" * 12)
    }

    assert lengths == {"": 10, "0": 10, "11": 11, "1000": 11, "1001": 11, "9" * 12: 11}


async def test_past_every_offset_nothing_comes(world: Surface, api: Calls) -> None:
    execution = await started(world, api, {"id": "a"})

    pages = [
        await api.get(path, offset=offset)
        for path in (EXECUTIONS, f"{EXECUTIONS}/{execution['id']}/tasks")
        for offset in ("1", "1000001", "9" * 5_000)
    ]

    assert pages == [[]] * 6


async def test_all_tasks_of_a_long_workflow_fit_on_a_page(world: Surface, api: Calls) -> None:
    execution = await started(world, api, *({"id": f"s{number}"} for number in range(120)))
    path = f"{EXECUTIONS}/{execution['id']}/tasks"

    lengths = [len(await api.get(path, **query)) for query in ({}, {"limit": 110}, {"limit": 1_000}, {"limit": 1_001})]

    assert lengths == [10, 110, 120, 120]


async def test_executions_beyond_one_read_stay_in_order(world: Surface, api: Calls) -> None:
    workflow_id = await defined(api, {"id": "a"})
    made = [(await api.post(EXECUTIONS, {"workflowDefinitionId": workflow_id}))["id"] for _ in range(52)]

    listed = await api.get(EXECUTIONS, limit=60)

    assert [execution["id"] for execution in listed] == made[::-1]


@pytest.mark.parametrize("path", [EXECUTIONS, f"{EXECUTIONS}/{NOBODY}/tasks"])
async def test_a_status_the_seed_does_not_know_is_refused(path: str, api: Calls) -> None:
    answer = await api.ask("GET", path, params={"status": "skipped"})

    assert answer.status_code == 400
    assert answer.json()["message"].startswith("status: must be one of CANCELLED, COMPLETED,")


async def test_a_cancel_may_be_repeated(world: Surface, api: Calls) -> None:
    execution = await started(world, api, GO)
    path = f"{EXECUTIONS}/{execution['id']}"

    first = await api.post(f"{path}/cancel", status=200)
    world.clock.advance(seconds=1)
    second = await api.post(f"{path}/cancel", status=200)

    assert first == second
    assert (first["status"], first["taskExecutions"][0]["status"]) == ("CANCELLED", "CANCELLED")


@pytest.mark.parametrize("ending", ["complete", "fail"])
async def test_what_is_over_is_not_cancelled(ending: str, world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    await running.tell(f"steps/ask/{ending}", {"error": "no"} if ending == "fail" else {})

    answer = await api.ask("POST", f"{EXECUTIONS}/{running.id}/cancel")

    assert answer.status_code == 409
    assert list(answer.json()) == ["message"]


async def test_tasks_are_listed_by_status(world: Surface, api: Calls) -> None:
    never = {"fieldPath": "$.trigger.body.key", "operator": "equals", "value": "other"}
    skipped = {"id": "skipped", "when": [never]}
    execution = await started(world, api, {"id": "a"}, skipped, GO, {"id": "last", "needs": ["go"]})
    path = f"{EXECUTIONS}/{execution['id']}/tasks"

    async def names(**query: Any) -> list[str]:
        return [task["taskDefinitionId"] for task in await api.get(path, **query)]

    assert await names() == ["a", "skipped", "go", "last"]
    assert await names(status="COMPLETED") == ["a", "skipped"]
    assert await names(status="WAITING") == ["go"]
    assert await names(status="PENDING") == ["last"]
    assert await names(limit=2, offset=1) == ["skipped", "go"]
    assert (await api.get(path, status="COMPLETED"))[1]["startTime"] is None
    assert await api.get(path) == (await api.get(f"{EXECUTIONS}/{execution['id']}"))["taskExecutions"]


async def test_a_task_that_others_hold_up_at_a_sync_point_waits(world: Surface, api: Calls) -> None:
    point = {"id": "s1", "name": "All there", "requires": ["a", "go"]}

    execution = await started(world, api, {"id": "a"}, GO, {"id": "last", "needs": ["s1"]}, syncPoints=[point])

    assert [task["status"] for task in execution["taskExecutions"]] == ["COMPLETED", "WAITING", "WAITING"]


async def test_a_task_shows_the_resources_it_holds(world: Surface, api: Calls) -> None:
    execution = await started(world, api, {**ASK, "resources": {"cpu": 1, "custom": [{"name": "gpu", "value": 2}]}})
    held = execution["taskExecutions"][0]["resources"]

    await api.post(f"{EXECUTIONS}/{execution['id']}/cancel", status=200)

    assert held == {"cpu": 1, "memory": None, "storage": None, "custom": [{"name": "gpu", "value": 2}]}
    assert (await api.get(f"{EXECUTIONS}/{execution['id']}/tasks"))[0]["resources"] is None


async def test_a_failed_task_is_tried_again(world: Surface, api: Calls) -> None:
    running = await begun(world, api, ASK)
    await running.tell("steps/ask/fail", {"error": "no"})
    failed = (await api.get(f"{EXECUTIONS}/{running.id}/tasks"))[0]

    retried = await api.post(f"/api/tasks/{failed['id']}/retry", status=200)

    assert (failed["status"], failed["attempts"], failed["error"]["message"]) == ("FAILED", 1, "no")
    assert (retried["id"], retried["attempts"], retried["error"]) == (failed["id"], 2, None)
    assert (await api.get(f"{EXECUTIONS}/{running.id}"))["status"] == "RUNNING"
    await driven(world)
    assert (await api.get(f"{EXECUTIONS}/{running.id}/tasks"))[0]["attempts"] == 2


async def test_a_task_that_waits_for_its_next_try_counts_it(world: Surface, api: Calls) -> None:
    running = await begun(world, api, {**ASK, "resources": {"cpu": 1}})
    await running.tell("steps/ask/fail", {"error": "no"})
    task = (await running.steps())["ask"]["id"]

    retried = await api.post(f"/api/tasks/{task}/retry", status=200)

    assert (retried["status"], retried["attempts"]) == ("WAITING", 2)


async def test_only_a_failed_task_is_tried_again(world: Surface, api: Calls) -> None:
    execution = await started(world, api, {"id": "a"}, GO, {"id": "last", "needs": ["go"]})

    refused = [await api.ask("POST", f"/api/tasks/{task['id']}/retry") for task in execution["taskExecutions"]]
    missing = await api.ask("POST", f"/api/tasks/{NOBODY}/retry")

    assert [answer.status_code for answer in refused] == [409, 409, 409]
    assert (missing.status_code, missing.json()) == (404, {"message": "Task not found"})


async def test_progress_is_the_seeds_report(world: Surface, api: Calls) -> None:
    point = {"id": "s1", "name": "All there", "requires": ["a"]}
    execution = await started(world, api, {"id": "a"}, GO, syncPoints=[point])

    report = await api.get(f"{EXECUTIONS}/{execution['id']}/progress")

    assert list(report) == [
        "id", "workflowExecutionId", "completedTasks", "totalTasks", "estimatedCompletion", "blockers", "milestones",
    ]  # fmt: skip
    assert (report["completedTasks"], report["totalTasks"]) == (1, 2)
    assert [(each["name"], each["achieved"]) for each in report["milestones"]] == [("All there", True)]


@pytest.mark.parametrize("route", ["", "/tasks", "/progress"])
async def test_what_is_not_there_is_told_in_the_seeds_words(route: str, api: Calls) -> None:
    answer = await api.ask("GET", f"{EXECUTIONS}/{NOBODY}{route}")

    assert (answer.status_code, answer.json()) == (404, {"message": "Execution not found"})


async def test_roles_read_run_or_are_kept_out(world: Surface, api: Calls) -> None:
    execution = await started(world, api, GO)
    path = f"{EXECUTIONS}/{execution['id']}"
    viewer, integrator, operator = [
        replace(api, headers=await world.key_for(role)) for role in ("viewer", "integrator", "operator")
    ]

    read = await viewer.get(path)

    assert (read["status"], read["context"]["data"]) == ("WAITING", None)
    assert (await viewer.ask("POST", f"{path}/cancel")).status_code == 403
    assert (await integrator.ask("GET", path)).status_code == 403
    assert (await operator.ask("POST", f"{path}/cancel")).status_code == 200


async def test_another_version_of_the_seeds_api_is_not_offered(api: Calls) -> None:
    v1, v2 = [
        await api.ask("GET", EXECUTIONS, headers={"Accept": f"application/vnd.workflow-orchestration.v{number}+json"})
        for number in (1, 2)
    ]

    assert (v1.status_code, v1.headers["content-type"], v2.status_code) == (200, "application/json", 406)


async def test_an_execution_of_either_door_is_seen_at_both(world: Surface, api: Calls) -> None:
    native = await begun(world, api, GO, start=[1, 2])
    here = await started(world, api, GO)

    assert (await api.get(f"{EXECUTIONS}/{native.id}"))["context"]["data"] == '{"body":[1,2]}'
    assert (await api.get(f"/api/v1/executions/{here['id']}"))["input"] == {"key": "value"}
