"""Definitions of workflows: made, changed and deleted."""

from __future__ import annotations

import pytest

from tests.emitters.stage import Stage
from tests.emitters.told import emits

pytestmark = pytest.mark.asyncio(loop_scope="module")

STEPS = [{"id": "fetch", "name": "Fetch", "kind": "pass"}]
ORDERS = {"name": "Orders", "description": "Takes an order in", "steps": STEPS}


@emits("workflow.definition.created")
async def test_a_definition_that_is_made_is_told_whole(stage: Stage) -> None:
    made = await stage.api.post("/api/v1/workflows", ORDERS)

    told = await stage.hears("workflow.definition.created")

    assert (told["id"], told["name"], told["version"]) == (made["id"], "Orders", "1.0.0")
    assert [task["id"] for task in told["tasks"]] == ["fetch"]
    assert await stage.sees("event.published", eventType="workflow.definition.created")


@emits("workflow.definition.updated")
async def test_a_new_version_is_told(stage: Stage) -> None:
    made = await stage.api.post("/api/v1/workflows", ORDERS)
    more = [*STEPS, {"id": "then", "kind": "pass", "needs": ["fetch"]}]

    await stage.api.ask("PUT", f"/api/v1/workflows/{made['id']}", {**ORDERS, "steps": more})

    told = await stage.hears("workflow.definition.updated")
    assert (told["id"], told["version"], len(told["tasks"])) == (made["id"], "1.0.1", 2)
    assert await stage.sees("event.published", eventType="workflow.definition.updated")


@emits("workflow.definition.deleted")
async def test_a_definition_that_is_deleted_is_told(stage: Stage) -> None:
    made = await stage.api.post("/api/v1/workflows", ORDERS)

    await stage.api.ask("DELETE", f"/api/v1/workflows/{made['id']}")

    told = await stage.hears("workflow.definition.deleted")
    assert (told["id"], told["name"], told["version"]) == (made["id"], "Orders", "1.0.0")
    assert await stage.sees("event.published", eventType="workflow.definition.deleted")


async def test_a_definition_that_is_refused_is_told_to_nobody(stage: Stage) -> None:
    await stage.listens("workflow.definition.created")

    refused = await stage.api.ask("POST", "/api/v1/workflows", {**ORDERS, "steps": [{"id": "x", "kind": "nothing"}]})

    await stage.api.post("/api/v1/workflows", {**ORDERS, "name": "after"})
    assert refused.status_code == 422
    assert (await stage.hears("workflow.definition.created"))["name"] == "after"
    assert stage.sent_to("workflow.definition.created") == ["workflow.definition.created"]


async def test_a_change_that_is_none_is_told_to_nobody(stage: Stage) -> None:
    made = await stage.api.post("/api/v1/workflows", ORDERS)
    await stage.listens("workflow.definition.updated")

    same = await stage.api.ask("PUT", f"/api/v1/workflows/{made['id']}", ORDERS)

    await stage.api.ask(
        "PUT", f"/api/v1/workflows/{made['id']}", {**ORDERS, "steps": [{"id": "other", "kind": "pass"}]}
    )
    assert same.status_code == 200
    await stage.hears("workflow.definition.updated")
    assert len(stage.sent_to("workflow.definition.updated")) == 1
