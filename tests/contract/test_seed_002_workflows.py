"""Seed 002's door to workflow definitions, `/api/workflows` (contracts A.5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.calls import Calls
from tests.support.surface import Surface

DOOR, NATIVE = "/api/workflows", "/api/v1/workflows"
TASKS: list[dict[str, Any]] = [
    {
        "id": "task-1",
        "name": "Task 1",
        "description": "First task",
        "resourceRequirements": None,
        "dependencies": [],
        "timeout": None,
        "retryPolicy": None,
    },
    {
        "id": "task-2",
        "name": "Task 2",
        "description": "",
        "resourceRequirements": {"cpu": 1, "memory": 512, "storage": None, "custom": [{"name": "gpu", "value": 2}]},
        "dependencies": ["task-1"],
        "timeout": 60_000,
        "retryPolicy": {"maxRetries": 3, "backoffMultiplier": 2.0, "maxBackoff": 9_000},
    },
]
POINT = {
    "id": "sync-1",
    "name": "All Tasks Completed",
    "description": "Both are done",
    "requiredTasks": ["task-1", "task-2"],
    "timeout": None,
}
SAMPLE: dict[str, Any] = {
    "name": "Sample Workflow",
    "description": "A sample workflow definition",
    "tasks": TASKS,
    "synchronizationPoints": [POINT],
}
ADDED = {"kind": "pass", "with": {}}


async def made(api: Calls, **members: Any) -> dict[str, Any]:
    created: dict[str, Any] = await api.post(DOOR, {**SAMPLE, **members})
    return created


async def put(api: Calls, identity: str, body: object, *, status: int = 200) -> dict[str, Any]:
    answer = await api.ask("PUT", f"{DOOR}/{identity}", body)
    assert answer.status_code == status, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


async def test_the_seeds_request_gets_the_seeds_answer(api: Calls) -> None:
    answer = await api.ask("POST", DOOR, SAMPLE)

    created = answer.json()
    assert answer.status_code == 201
    assert list(created) == [
        *("id", "name", "description", "version", "createdAt", "updatedAt", "tasks", "synchronizationPoints")
    ]
    assert created["tasks"] == [{**task, **ADDED} for task in TASKS]
    assert created["synchronizationPoints"] == [POINT]
    assert (created["version"], created["name"]) == ("1.0.0", "Sample Workflow")
    assert created["createdAt"] == created["updatedAt"] == "2025-05-21T21:27:10.000Z"
    assert await api.get(f"{DOOR}/{created['id']}") == created


async def test_missing_ids_are_numbered_in_order(api: Calls) -> None:
    tasks = [{"name": "One"}, {"id": "task-3", "name": "Given"}, {"id": None, "name": "Three"}]
    points = [{"name": "All", "requiredTasks": ["task-1"]}, {"name": "Again", "requiredTasks": ["task-3"]}]

    created = await made(api, tasks=tasks, synchronizationPoints=points)

    assert [task["id"] for task in created["tasks"]] == ["task-1", "task-3", "task-4"]
    assert [point["id"] for point in created["synchronizationPoints"]] == ["sync-1", "sync-2"]


async def test_a_task_may_say_what_it_does(api: Calls) -> None:
    task = {"name": "Tell", "kind": "emit", "with": {"event": "order.ready"}}

    created = await made(api, tasks=[task], synchronizationPoints=[])

    assert (created["tasks"][0]["kind"], created["tasks"][0]["with"]) == ("emit", {"event": "order.ready"})
    native = await api.get(f"{NATIVE}/{created['id']}")
    assert (native["steps"][0]["kind"], native["steps"][0]["id"]) == ("emit", "task-1")


@pytest.mark.parametrize(
    ("change", "version"),
    [
        ({}, "1.0.0"),
        ({"name": "Other"}, "1.0.0"),
        ({"description": None}, "1.0.0"),
        ({"tasks": TASKS, "synchronizationPoints": [POINT]}, "1.0.0"),
        ({"colour": "red"}, "1.0.0"),
        ({"tasks": [*TASKS, {"name": "Third"}]}, "1.0.1"),
        ({"tasks": [{**TASKS[0], "description": "changed"}, TASKS[1]]}, "1.0.1"),
        ({"synchronizationPoints": []}, "1.0.1"),
    ],
)
async def test_changed_tasks_and_points_are_the_next_patch_version(
    change: dict[str, Any], version: str, api: Calls
) -> None:
    created = await made(api)

    changed = await put(api, created["id"], change)

    assert changed["version"] == version
    named = [name for name in change if name in SAMPLE and name != "tasks" and change[name] is not None]
    assert {name: changed[name] for name in named} == {name: change[name] for name in named}
    unnamed = [name for name in SAMPLE if name not in change]
    assert {name: changed[name] for name in unnamed} == {name: created[name] for name in unnamed}


async def test_what_the_seed_has_no_word_for_survives_a_change_through_its_door(api: Calls) -> None:
    rows = [{"fieldPath": "$.trigger.body.x", "operator": "exists"}]
    retry = {"maxAttempts": 3, "initialDelayMs": 5, "multiplier": 2.0, "maxDelayMs": 30_000, "jitter": 0.5}
    first = {"id": "task-1", "name": "A", "when": rows, "onError": ["other"], "retry": retry}
    told = {"id": "told", "name": "B", "kind": "emit", "with": {"event": "order.ready"}, "needs": ["task-1"]}
    whole = {
        "name": "Native",
        "status": "inactive",
        "concurrency": 4,
        "priority": 2,
        "triggers": [{"id": "nightly", "kind": "schedule", "cron": "0 2 * * *", "timezone": "UTC", "missed": "skip"}],
        "steps": [first, told, {"id": "other", "name": "C"}],
        "milestones": [{"id": "m", "name": "M", "description": "", "after": ["told"]}],
    }
    before = await api.post(NATIVE, whole)
    tasks = [
        {"id": "task-1", "name": "Renamed", "retryPolicy": {"maxRetries": 4}},
        {"id": "told", "name": "B", "dependencies": ["task-1"], "timeout": 7},
        {"id": "other", "name": "C"},
    ]

    changed = await put(api, before["id"], {"tasks": tasks})

    after = await api.get(f"{NATIVE}/{before['id']}")
    kept = ("status", "concurrency", "priority", "triggers", "milestones", "name")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert (after["steps"][0]["when"], after["steps"][0]["onError"]) == (rows, ["other"])
    assert after["steps"][0]["retry"] == {**retry, "maxAttempts": 5}
    assert (after["steps"][1]["kind"], after["steps"][1]["with"]) == ("emit", {"event": "order.ready"})
    assert (after["steps"][1]["timeoutMs"], after["steps"][0]["name"]) == (7, "Renamed")
    assert changed["version"] == "1.0.1"
    assert (await put(api, before["id"], changed))["version"] == "1.0.1"


@pytest.mark.parametrize("most", [0, 1, 999, 1_000])
async def test_a_back_off_may_be_bounded_below_the_usual_first_wait(most: int, api: Calls) -> None:
    policy = {"maxRetries": 3, "backoffMultiplier": 2.0, "maxBackoff": most}

    created = await made(api, tasks=[{"id": "a", "retryPolicy": policy}], synchronizationPoints=[])

    native = await api.get(f"{NATIVE}/{created['id']}")
    assert created["tasks"][0]["retryPolicy"] == policy
    assert (native["steps"][0]["retry"]["initialDelayMs"], native["steps"][0]["retry"]["maxDelayMs"]) == (most, most)


async def test_a_first_wait_that_was_written_elsewhere_yields_to_the_bound_only(api: Calls) -> None:
    step = {"id": "a", "retry": {"initialDelayMs": 5_000}}
    before = await api.post(NATIVE, {"name": "Native", "steps": [step]})

    waits = []
    for most in (20_000, 4_000):
        await put(api, before["id"], {"tasks": [{"id": "a", "retryPolicy": {"maxBackoff": most}}]})
        waits.append((await api.get(f"{NATIVE}/{before['id']}"))["steps"][0]["retry"]["initialDelayMs"])

    assert waits == [5_000, 4_000]


async def test_members_of_resources_that_the_seed_does_not_know_are_ignored(api: Calls) -> None:
    custom = [{"name": "gpu", "value": 2, "unit": "cards"}]
    task = {"id": "a", "resourceRequirements": {"cpu": 1, "gpus": 4, "custom": custom}}

    created = await made(api, tasks=[task], synchronizationPoints=[])

    needed = {"cpu": 1, "memory": None, "storage": None, "custom": [{"name": "gpu", "value": 2}]}
    assert created["tasks"][0]["resourceRequirements"] == needed


async def test_another_kind_takes_nothing_over(api: Calls) -> None:
    created = await made(
        api, tasks=[{"name": "Tell", "kind": "emit", "with": {"event": "a.b"}}], synchronizationPoints=[]
    )

    changed = await put(api, created["id"], {"tasks": [{"id": "task-1", "name": "Tell", "kind": "pass"}]})

    assert (changed["tasks"][0]["kind"], changed["tasks"][0]["with"]) == ("pass", {})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"name": "x"}, "tasks: is required"),
        ({"name": "x", "tasks": "all"}, "tasks: must be a list of objects"),
        ({"name": "x", "tasks": ["a"]}, "tasks/0: must be an object"),
        ({"tasks": []}, "name: is required"),
        (
            {"name": "x", "tasks": [{"dependencies": ["b"]}]},
            "tasks/0/dependencies/0: there is no step or sync point 'b'",
        ),
        (
            {"name": "x", "tasks": [{"id": "a", "dependencies": ["a"]}]},
            "tasks/0/dependencies/0: 'a' would wait for itself",
        ),
        ({"name": "x", "tasks": [{"id": "a"}, {"id": "a"}]}, "tasks/1/id: 'a' is used twice"),
        ({"name": "x", "tasks": [{"timeout": -1}]}, "tasks/0/timeout: must be a whole number"),
        (
            {"name": "x", "tasks": [{"retryPolicy": {"maxRetries": "many"}}]},
            "maxRetries: must be a whole number from 0 to 49",
        ),
        (
            {"name": "x", "tasks": [{"retryPolicy": {"maxRetries": -1}}]},
            "maxRetries: must be a whole number from 0 to 49",
        ),
        (
            {"name": "x", "tasks": [{"retryPolicy": {"maxRetries": 50}}]},
            "maxRetries: must be a whole number from 0 to 49",
        ),
        ({"name": "x", "tasks": [{"retryPolicy": "often"}]}, "tasks/0/retryPolicy: must be an object"),
        ({"name": "x", "tasks": [{"resourceRequirements": {"cpu": -1}}]}, "tasks/0/resourceRequirements/cpu: must be"),
        *(
            ({"name": "x", "tasks": [{"retryPolicy": {"maxBackoff": most}}]}, "retryPolicy/maxBackoff: must be a whole")
            for most in (-1, 0.5, True, "long", 10**12)
        ),
        (
            {"name": "x", "tasks": [{"resourceRequirements": {"custom": ["gpu"]}}]},
            "tasks/0/resourceRequirements/custom/0: must be an object",
        ),
        (
            {"name": "x", "tasks": [{"kind": "wait", "with": {"durationMs": 1, "timeoutMs": 5}}]},
            "tasks/0/with/timeoutMs: only a signal is waited for with a timeout",
        ),
        ({"name": "x", "tasks": [{"kind": "magic"}]}, "tasks/0/kind: must be one of"),
        (
            {"name": "x", "tasks": [], "synchronizationPoints": [{"requiredTasks": ["b"]}]},
            "synchronizationPoints/0/requiredTasks/0: there is no step 'b'",
        ),
        ([], "must be an object"),
    ],
)
async def test_what_is_wrong_is_told_in_the_seeds_words(body: object, said: str, api: Calls) -> None:
    answer = await api.ask("POST", DOOR, body)

    assert (answer.status_code, list(answer.json())) == (400, ["message"])
    assert said in answer.json()["message"]
    assert "initialDelayMs" not in answer.json()["message"]


async def test_a_wrong_change_changes_nothing(api: Calls) -> None:
    created = await made(api)

    for wrong in ({"tasks": None}, {"tasks": [{"kind": "magic"}]}, {"name": None}, {"synchronizationPoints": 1}):
        assert list(await put(api, created["id"], wrong, status=400)) == ["message"]

    assert await api.get(f"{DOOR}/{created['id']}") == created


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", range(11, 1, -1)),
        ("limit=3", range(11, 8, -1)),
        ("limit=3&offset=9", range(2, -1, -1)),
        ("limit=1000", range(11, -1, -1)),
        ("limit=0", range(11, 1, -1)),
        ("limit=1001", range(11, 1, -1)),
        ("limit=-1&offset=-1", range(11, 1, -1)),
        ("limit=ten&offset=two", range(11, 1, -1)),
        ("limit=&offset=", range(11, 1, -1)),
        ("limit=99999999999999999999&offset=1e9", range(11, 1, -1)),
        ("limit=٣", range(11, 1, -1)),
        ("offset=1000001", range(0)),
        ("offset=99999999999999999999", range(0)),
    ],
)
async def test_a_bad_number_falls_back_to_the_default(query: str, numbers: range, api: Calls) -> None:
    for number in range(12):
        await made(api, name=str(number))

    shown = (await api.ask("GET", f"{DOOR}?{query}")).json()

    assert [each["name"] for each in shown] == [str(number) for number in numbers]


async def test_a_bound_workflow_stays_until_its_source_lets_go(api: Calls) -> None:
    created = await made(api)
    source = await api.post("/api/v1/webhooks", {"name": "orders", "workflowId": created["id"]})

    refused = await api.ask("DELETE", f"{DOOR}/{created['id']}")
    await api.ask("PATCH", f"/api/v1/webhooks/{source['id']}", {"workflowId": ""})
    deleted = await api.ask("DELETE", f"{DOOR}/{created['id']}")
    gone = await api.ask("GET", f"{DOOR}/{created['id']}")

    assert (refused.status_code, list(refused.json())) == (409, ["message"])
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert (gone.status_code, gone.json()) == (404, {"message": "Workflow not found"})


@pytest.mark.parametrize(
    ("role", "may_read", "may_write", "may_delete"),
    [
        ("owner", True, True, True),
        ("admin", True, True, True),
        ("designer", True, True, False),
        ("operator", True, False, False),
        ("viewer", True, False, False),
        ("integrator", False, False, False),
    ],
)
async def test_who_may_do_what(
    role: str, may_read: bool, may_write: bool, may_delete: bool, world: Surface, api: Calls
) -> None:
    created = await made(api)
    key = await world.key_for(role)
    path = f"{DOOR}/{created['id']}"

    codes = [
        (await api.ask(method, where, body, headers=key)).status_code
        for method, where, body in (
            ("GET", path, None),
            ("POST", DOOR, SAMPLE),
            ("PUT", path, {"name": "x"}),
            ("DELETE", path, None),
        )
    ]

    assert codes == [
        200 if may_read else 403,
        201 if may_write else 403,
        200 if may_write else 403,
        204 if may_delete else 403,
    ]


async def test_only_version_1_of_the_seeds_api_is_offered(api: Calls) -> None:
    codes = []
    for number in (1, 2):
        accept = {"Accept": f"application/vnd.workflow-orchestration.v{number}+json"}
        codes.append((await api.ask("GET", DOOR, headers=accept)).status_code)

    assert codes == [200, 406]
