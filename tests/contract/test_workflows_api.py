"""Workflows and executions by their routes (contracts C.6)."""

from __future__ import annotations

from typing import Any

from tests.support.calls import Calls
from tests.support.surface import Surface

WORKFLOWS = "/api/v1/workflows"
EXECUTIONS = "/api/v1/executions"
ORDERS = {
    "name": "Order intake",
    "steps": [
        {"id": "shape", "kind": "transform", "with": {"output": {"order": "{{trigger.body.id}}"}}},
        {"id": "ready", "kind": "emit", "needs": ["shape"], "with": {"event": "order.ready", "data": {"a": 1}}},
    ],
}


async def made(api: Calls, **members: Any) -> dict[str, Any]:
    created: dict[str, Any] = await api.post(WORKFLOWS, {**ORDERS, **members})
    return created


async def test_a_new_workflow_is_version_one(api: Calls) -> None:
    answer = await api.ask("POST", WORKFLOWS, ORDERS)

    created = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{WORKFLOWS}/{created['id']}"
    assert (created["version"], created["semver"], created["status"]) == (1, "1.0.0", "active")
    assert [step["id"] for step in created["steps"]] == ["shape", "ready"]
    assert await api.get(f"{WORKFLOWS}/{created['id']}") == created


async def test_a_changed_graph_is_a_new_version_and_the_old_one_stays(api: Calls) -> None:
    created = await made(api)
    path = f"{WORKFLOWS}/{created['id']}"

    changed = (await api.ask("PUT", path, {**ORDERS, "steps": ORDERS["steps"][:1]})).json()

    versions = (await api.get(f"{path}/versions"))["data"]
    assert (changed["version"], changed["semver"]) == (2, "1.0.1")
    assert [(each["version"], len(each["steps"])) for each in versions] == [(2, 1), (1, 2)]


async def test_an_etag_guards_a_write(world: Surface, api: Calls) -> None:
    path = f"{WORKFLOWS}/{(await made(api))['id']}"
    tag = (await api.ask("GET", path)).headers["etag"]
    world.clock.advance(seconds=1)
    first = await api.ask("PUT", path, {**ORDERS, "name": "first"}, headers={"If-Match": tag})

    late = await api.ask("PUT", path, {**ORDERS, "name": "second"}, headers={"If-Match": tag})

    assert (first.status_code, late.status_code) == (200, 412)
    assert (await api.get(path))["name"] == "first"


async def test_every_fault_of_a_graph_is_pointed_at(api: Calls) -> None:
    steps = [{"id": "a", "kind": "pass", "needs": ["b"]}, {"id": "b", "kind": "magic", "needs": ["a"]}]

    saved = await api.ask("POST", WORKFLOWS, {"name": "broken", "steps": steps})
    judged = await api.ask("POST", f"{WORKFLOWS}/validate", {"name": "broken", "steps": steps})

    assert saved.status_code == judged.status_code == 422
    assert saved.json()["errors"] == judged.json()["errors"] != []
    assert (await api.ask("POST", f"{WORKFLOWS}/validate", ORDERS)).status_code == 204
    assert (await api.get(WORKFLOWS))["data"] == []


async def test_a_list_by_cursor_and_status(world: Surface, api: Calls) -> None:
    drafts = []
    for number in range(3):
        drafts.append((await made(api, name=f"w{number}", status="draft"))["id"])
        world.clock.advance(seconds=1)
    await made(api)

    first = await api.get(WORKFLOWS, limit=2, status="draft")
    answer = await api.ask("GET", f"{WORKFLOWS}?limit=2&status=draft&cursor={first['nextCursor']}")

    assert [each["id"] for each in (*first["data"], *answer.json()["data"])] == drafts[::-1]
    assert answer.json()["hasMore"] is False
    assert 'rel="prev"' in answer.headers["link"]


async def test_a_run_is_on_disk_when_it_is_answered(api: Calls) -> None:
    created = await made(api)

    answer = await api.ask("POST", f"{WORKFLOWS}/{created['id']}/executions", {"input": {"id": 7}})

    execution = answer.json()
    assert (answer.status_code, execution["status"], execution["triggerType"]) == (202, "pending", "manual")
    assert execution["input"] == {"id": 7}
    assert answer.headers["location"] == f"{EXECUTIONS}/{execution['id']}"
    assert await api.get(f"{EXECUTIONS}/{execution['id']}") == execution


async def test_numbers_of_an_input_are_kept_as_written(api: Calls) -> None:
    created = await made(api)
    content = b'{"input":{"n":12345678901234567890.10}}'

    answer = await api.ask(
        "POST",
        f"{WORKFLOWS}/{created['id']}/executions",
        content=content,
        headers={"Content-Type": "application/json"},
    )

    assert b"12345678901234567890.10" in answer.content


async def test_steps_are_shown_on_demand_and_by_themselves(api: Calls) -> None:
    created = await made(api)
    execution = await api.post(f"{WORKFLOWS}/{created['id']}/executions", {}, status=202)
    path = f"{EXECUTIONS}/{execution['id']}"

    expanded = await api.get(path, expand="steps")

    steps = (await api.get(f"{path}/steps"))["data"]
    assert expanded["steps"] == steps
    assert [(step["stepId"], step["status"]) for step in steps] == [("shape", "pending"), ("ready", "pending")]


async def test_a_cancelled_execution_stays_cancelled(api: Calls) -> None:
    created = await made(api)
    execution = await api.post(f"{WORKFLOWS}/{created['id']}/executions", {}, status=202)
    path = f"{EXECUTIONS}/{execution['id']}"

    first = await api.post(f"{path}/cancel", status=200)
    second = await api.post(f"{path}/cancel", status=200)

    assert first["status"] == second["status"] == "cancelled"
    assert [each["id"] for each in (await api.get(EXECUTIONS, status="cancelled"))["data"]] == [execution["id"]]
    assert (await api.get(EXECUTIONS, workflowId=created["id"], status="pending"))["data"] == []


async def test_a_viewer_sees_executions_without_their_content(world: Surface, api: Calls) -> None:
    created = await made(api)
    execution = await api.post(f"{WORKFLOWS}/{created['id']}/executions", {"input": "card 4111"}, status=202)
    viewer = await world.key_for("viewer")

    shown = await api.ask("GET", f"{EXECUTIONS}/{execution['id']}?expand=steps", headers=viewer)
    listed = await api.ask("GET", EXECUTIONS)

    assert shown.status_code == 200
    assert "4111" not in shown.text + listed.text
    assert shown.json()["input"] is None


async def test_a_bound_workflow_is_not_deleted_under_its_source(api: Calls) -> None:
    created = await made(api)
    source = await api.post("/api/v1/webhooks", {"name": "orders", "workflowId": created["id"]})

    refused = await api.ask("DELETE", f"{WORKFLOWS}/{created['id']}")
    await api.ask("PATCH", f"/api/v1/webhooks/{source['id']}", {"workflowId": ""})
    deleted = await api.ask("DELETE", f"{WORKFLOWS}/{created['id']}")

    assert source["workflowId"] == created["id"]
    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
    assert deleted.status_code == 204
    assert (await api.ask("GET", f"{WORKFLOWS}/{created['id']}")).status_code == 404
