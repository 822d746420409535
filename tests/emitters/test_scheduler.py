"""What was planned for an hour: runs of schedules and events that wait, and how workflows are started."""

from __future__ import annotations

import json

import pytest

from hookspan.model.times import instant
from tests.emitters.stage import Stage
from tests.emitters.told import emits

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASS = {"id": "fetch", "kind": "pass"}
NOWHERE = {"id": "fetch", "kind": "transform", "with": {"output": "{{trigger.body.nothing}}"}}
HOURLY = {"id": "hourly", "kind": "schedule", "cron": "0 * * * *", "timezone": "UTC"}
HOUR_MS = 3_600_000
TOP_OF_THE_HOUR = 1_747_864_800_000


def ahead(stage: Stage) -> float:
    """Seconds until the next full hour, and a moment."""
    passed_ms = (stage.house.clock.now_ms() - TOP_OF_THE_HOUR) % HOUR_MS
    return (HOUR_MS - passed_ms) / 1_000 + 0.5


@emits("task.scheduled", "task.executed", "workflow.triggered")
async def test_a_schedule_is_told_as_it_is_armed_and_as_its_run_is_complete(stage: Stage) -> None:
    workflow_id = await stage.workflow(PASS, triggers=[HOURLY])
    armed = await stage.hears("task.scheduled")

    stage.house.after(ahead(stage))

    executed = await stage.hears_as_time_goes_by("task.executed", step_s=1)
    triggered = await stage.hears("workflow.triggered")
    again = await stage.hears("task.scheduled", count=2)
    await stage.api.ask("DELETE", f"/api/v1/workflows/{workflow_id}")
    assert (armed["kind"], armed["task_name"], armed["workflow_id"]) == ("schedule", "hourly", workflow_id)
    assert (armed["scheduled_for"][-11:], armed["execution_id"], armed["executed_at"]) == (":00:00.000Z", None, None)
    assert (executed["task_id"], executed["scheduled_for"]) == (armed["task_id"], armed["scheduled_for"])
    assert (executed["execution_id"], executed["error"]) == (triggered["executionId"], None)
    assert (triggered["triggerId"], triggered["triggerType"]) == ("hourly", "schedule")
    assert again["scheduled_for"] > armed["scheduled_for"]
    for name in stage.names:
        assert await stage.sees("event.published", eventType=name)


@emits("task.failed")
async def test_a_run_of_a_schedule_that_fails_is_told(stage: Stage) -> None:
    workflow_id = await stage.workflow(NOWHERE, triggers=[HOURLY])

    stage.house.after(ahead(stage))

    told = await stage.hears_as_time_goes_by("task.failed", step_s=1)
    await stage.api.ask("DELETE", f"/api/v1/workflows/{workflow_id}")
    assert (told["kind"], told["workflow_id"], told["error"]["code"]) == ("schedule", workflow_id, "template_error")
    assert told["execution_id"] is not None
    assert await stage.sees("event.published", eventType="task.failed")


@emits("task.scheduled", "task.executed")
async def test_an_event_for_later_is_told_as_it_is_accepted_and_as_it_is_released(stage: Stage) -> None:
    due = stage.house.clock.now_ms() + HOUR_MS
    event_id = await stage.api.publish("order.paid", deliverAt=instant(due))
    scheduled = await stage.hears("task.scheduled")

    stage.house.after(3_601)

    executed = await stage.hears_as_time_goes_by("task.executed", step_s=1)
    assert (scheduled["kind"], scheduled["event_id"], scheduled["task_name"]) == (
        "delayed_event", event_id, "order.paid"
    )  # fmt: skip
    assert (scheduled["scheduled_for"], scheduled["executed_at"]) == (instant(due), None)
    assert (executed["task_id"], executed["scheduled_for"]) == (scheduled["task_id"], instant(due))
    assert executed["executed_at"] >= instant(due)


@emits("workflow.triggered")
async def test_a_workflow_that_a_request_starts_is_told_with_its_source(stage: Stage) -> None:
    workflow_id = await stage.workflow(PASS)
    source = await stage.source(workflowId=workflow_id)

    answer = json.loads((await stage.house.takes(source["path"])).body)

    told = await stage.hears("workflow.triggered")
    assert (told["workflowId"], told["executionId"], told["triggerType"]) == (
        workflow_id, answer["executionId"], "webhook"
    )  # fmt: skip
    assert (told["webhookId"], told["eventId"]) == (source["id"], answer["eventId"])


@emits("workflow.triggered")
async def test_a_workflow_that_an_event_starts_is_told_with_that_event(stage: Stage) -> None:
    paid = {"id": "paid", "kind": "event", "events": ["invoice.paid"]}
    workflow_id = await stage.workflow(PASS, triggers=[paid])

    event_id = await stage.api.publish("invoice.paid")

    told = await stage.hears("workflow.triggered")
    assert (told["workflowId"], told["eventId"], told["triggerId"]) == (workflow_id, event_id, "paid")
    assert (told["triggerType"], told["webhookId"]) == ("event", None)


async def test_a_schedule_of_a_workflow_that_is_not_active_is_told_to_nobody(stage: Stage) -> None:
    await stage.listens("task.scheduled")

    await stage.workflow(PASS, triggers=[HOURLY], status="inactive")

    event_id = await stage.api.publish("order.paid", deliverAt=instant(stage.house.clock.now_ms() + HOUR_MS))
    assert (await stage.hears("task.scheduled"))["event_id"] == event_id
    assert len(stage.sent_to("task.scheduled")) == 1
