"""Requests from outside: taken, processed, filtered, failed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emitters.stage import Stage
from tests.emitters.told import emits

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAID = {"fieldPath": "$.status", "operator": "equals", "value": "paid"}


async def takes(stage: Stage, source: dict[str, Any], body: object) -> dict[str, Any]:
    """One request that is answered with its event."""
    answer = await stage.house.takes(source["path"], json.dumps(body).encode())
    said: dict[str, Any] = json.loads(answer.body)
    assert answer.status == 202, said
    return said


@emits("webhook.received", "webhook.processed")
async def test_a_request_is_told_with_its_own_event_and_that_it_was_processed(stage: Stage) -> None:
    source = await stage.source()

    answer = await takes(stage, source, {"order": 7})

    received, processed = (await stage.hears_all()).values()
    assert (received["webhookId"], received["method"], received["body"]) == (source["id"], "POST", {"order": 7})
    assert (processed["webhookId"], processed["eventId"]) == (source["id"], answer["eventId"])
    frame = await stage.sees("webhook.processed", webhookId=source["id"])
    assert (frame["eventId"], frame["eventType"]) == (answer["eventId"], "webhook.received")


@emits("webhook.filtered")
async def test_a_request_that_no_filter_lets_pass_is_told(stage: Stage) -> None:
    source = await stage.source()
    await stage.api.post(f"/api/v1/webhooks/{source['id']}/filters", PAID)
    await stage.listens("webhook.received")

    answer = await takes(stage, source, {"status": "open"})

    told = await stage.hears("webhook.filtered")
    assert (told["webhookId"], told["eventId"]) == (source["id"], answer["eventId"])
    assert "status" in told["reason"]
    assert (await stage.sees("webhook.filtered", webhookId=source["id"]))["status"] == "filtered"
    assert stage.sent_to("webhook.received") == []


@emits("webhook.failed")
async def test_a_request_for_a_workflow_that_is_not_active_is_told(stage: Stage) -> None:
    workflow_id = await stage.workflow({"id": "fetch", "kind": "pass"}, status="inactive")
    source = await stage.source(workflowId=workflow_id)

    answer = await takes(stage, source, {})

    told = await stage.hears("webhook.failed")
    assert (told["eventId"], told["errorCode"]) == (answer["eventId"], "workflow_inactive")
    assert told["error"] == "the workflow that this source starts is not active"
    assert (await stage.sees("webhook.failed", webhookId=source["id"]))["status"] == "failed"


async def test_a_request_that_is_refused_is_told_to_nobody(stage: Stage) -> None:
    source = await stage.source(authType="basic", credentials={"username": "a", "password": "b"})
    await stage.listens("webhook.received")
    await stage.listens("webhook.failed")

    refused = await stage.house.takes(source["path"])

    await takes(stage, await stage.source(), {"after": True})
    assert refused.status == 401
    assert (await stage.hears("webhook.received"))["body"] == {"after": True}
    assert (stage.sent_to("webhook.received"), stage.sent_to("webhook.failed")) == (["webhook.received"], [])
