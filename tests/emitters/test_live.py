"""What nobody subscribed to: no event is kept of it, and it is counted and shown live all the same (contracts F.1)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

import pytest

from hookspan import observe
from hookspan.model.catalogue import CATALOGUE
from hookspan.model.times import instant
from tests.emitters.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASS = {"id": "fetch", "kind": "pass"}
GO = {"id": "go", "kind": "wait", "with": {"signal": "paid"}}
NOWHERE = {"id": "fetch", "kind": "transform", "with": {"output": "{{trigger.body.nothing}}"}}
HOURLY = {"id": "hourly", "kind": "schedule", "cron": "0 * * * *", "timezone": "UTC"}
POINT = {"id": "both", "name": "Both", "requires": ["fetch"]}
AGAIN = {"maxAttempts": 2, "initialDelayMs": 5_000, "jitter": 0}
SLOW = {"strategy": "fixed", "initialDelayMs": 1_000, "maxAttempts": 10}
ONCE = {"strategy": "fixed", "initialDelayMs": 1_000, "maxAttempts": 1}
MADE = ("endpoint.created", "endpoint.updated")
OPTIONAL = {row.name for row in CATALOGUE if row.retention == "S" and row.canonical is None}

Story = Callable[[Stage], Awaitable[object]]


async def comes(stage: Stage, kind: str, **members: object) -> Mapping[str, object]:
    """The first frame of that type with these members, as time goes by."""
    seen = asyncio.ensure_future(stage.sees(kind, **members))
    while not seen.done():
        stage.house.after(1)
        await asyncio.wait([seen], timeout=0.02)
    return await seen


async def a_schedule_runs(stage: Stage) -> None:
    workflow_id = await stage.workflow(PASS, triggers=[HOURLY])
    await stage.sees("task.scheduled", workflowId=workflow_id)
    stage.house.after(3_600)
    triggered = await comes(stage, "workflow.triggered", workflowId=workflow_id)
    await comes(stage, "task.executed", workflowId=workflow_id, executionId=triggered["executionId"])
    await stage.api.ask("DELETE", f"/api/v1/workflows/{workflow_id}")


async def a_schedule_fails(stage: Stage) -> None:
    workflow_id = await stage.workflow(NOWHERE, triggers=[HOURLY])
    stage.house.after(3_600)
    await comes(stage, "task.failed", workflowId=workflow_id)
    await stage.api.ask("DELETE", f"/api/v1/workflows/{workflow_id}")


async def an_event_waits(stage: Stage) -> None:
    due = stage.house.clock.now_ms() + 2_000
    event_id = await stage.api.publish("order.paid", deliverAt=instant(due))
    await stage.sees("task.scheduled", eventId=event_id)
    await comes(stage, "task.executed", eventId=event_id)


async def a_run_goes_well(stage: Stage) -> None:
    milestones = [{"id": "m1", "name": "Fetched", "after": ["fetch"]}]
    execution_id = await stage.run({**PASS, "resources": {"cpu": 1}}, milestones=milestones, syncPoints=[POINT])
    await stage.sees("workflow.triggered", executionId=execution_id)
    await stage.sees("execution.completed", executionId=execution_id)


async def a_run_fails(stage: Stage) -> None:
    call = {"id": "call", "kind": "http", "with": {"method": "POST", "url": stage.url("/500")}, "retry": AGAIN}
    execution_id = await stage.run(call)
    await stage.sees("step.retrying", executionId=execution_id)
    await comes(stage, "execution.failed", executionId=execution_id)


async def a_run_waits_and_is_cancelled(stage: Stage) -> None:
    point = {**POINT, "requires": ["go"], "timeoutMs": 40_000}
    execution_id = await stage.run(GO, {**GO, "id": "then"}, syncPoints=[point])
    await stage.waits(execution_id)
    stage.house.after(31)
    await stage.sees("blocker.detected", executionId=execution_id)
    await stage.api.post(f"/api/v1/executions/{execution_id}/cancel", status=200)


async def a_point_is_missed(stage: Stage) -> None:
    execution_id = await stage.run(GO, syncPoints=[{**POINT, "requires": ["go"], "timeoutMs": 10_000}])
    await stage.waits(execution_id)
    stage.house.after(11)


async def resources_are_short(stage: Stage) -> None:
    await stage.api.ask("PATCH", "/api/v1/settings", {"resources": {"cpu": 1}})
    execution_id = await stage.run({**PASS, "resources": {"cpu": 2}})
    await stage.sees("resource.shortage", executionId=execution_id)
    await stage.api.ask("PATCH", "/api/v1/settings", {"resources": None})


async def requests_come(stage: Stage) -> None:
    source = await stage.source()
    await stage.house.takes(source["path"], b'{"status":"paid"}')
    paid = {"fieldPath": "$.status", "operator": "equals", "value": "paid"}
    await stage.api.post(f"/api/v1/webhooks/{source['id']}/filters", paid)
    await stage.house.takes(source["path"], json.dumps({"status": "open"}).encode())
    idle = await stage.workflow(PASS, status="inactive")
    await stage.house.takes((await stage.source(workflowId=idle))["path"])


async def endpoints_come_and_go(stage: Stage) -> None:
    other = await stage.endpoint("order.*", url=stage.url("/410"))
    await stage.api.ask("PATCH", f"/api/v1/endpoints/{other}", {"name": "Store"})
    await stage.api.publish("order.paid")
    await stage.sees("endpoint.disabled", endpointId=other)
    await stage.api.post(f"/api/v1/endpoints/{other}/resume", status=200)
    await stage.api.ask("DELETE", f"/api/v1/endpoints/{other}")


async def deliveries_fail(stage: Stage) -> None:
    url = stage.url("/late")
    stage.house.far.answers[urlsplit(url).path] = [500] * 4
    late = await stage.endpoint("order.*", url=url, retry=SLOW)
    await stage.endpoint("order.*", url=stage.url("/500"), retry=ONCE)
    await stage.api.publish("order.paid")
    for number in range(1, 5):
        await stage.attempted(late, number)
        stage.house.after(2)


STORIES: list[tuple[Story, set[str]]] = [
    (a_schedule_runs, {"workflow.triggered", "task.scheduled", "task.executed"}),
    (a_schedule_fails, {"task.failed"}),
    (an_event_waits, {"task.scheduled", "task.executed"}),
    (
        a_run_goes_well,
        {
            *("workflow.triggered", "execution.started", "execution.completed", "step.started", "step.completed"),
            *("progress.updated", "milestone.achieved", "resource.allocated", "resource.released"),
            *("synchronization.point.reached", "synchronization.point.completed"),
        },
    ),
    (a_run_fails, {"step.retrying", "step.failed", "execution.failed"}),
    (
        a_run_waits_and_is_cancelled,
        {"blocker.detected", "blocker.resolved", "execution.cancelled", "step.cancelled"},
    ),
    (a_point_is_missed, {"synchronization.point.failed"}),
    (resources_are_short, {"resource.shortage"}),
    (requests_come, {"webhook.processed", "webhook.filtered", "webhook.failed"}),
    (
        endpoints_come_and_go,
        {f"endpoint.{word}" for word in ("created", "updated", "disabled", "recovered", "deleted")},
    ),
    (deliveries_fail, {"delivery.failing", "delivery.recovered", "delivery.exhausted"}),
]


def counted() -> Mapping[str, float]:
    """How often each fact came to pass of which no event was kept."""
    samples = [sample for metric in observe.registry.collect() for sample in metric.samples]
    return {
        sample.labels["type"]: sample.value
        for sample in samples
        if sample.name == "hookspan_facts_total" and sample.labels["kept"] == "no"
    }


@pytest.mark.parametrize(("story", "names"), STORIES, ids=[story.__name__ for story, _ in STORIES])
async def test_what_nobody_wants_is_shown_live_and_counted_and_not_kept(
    stage: Stage, story: Story, names: set[str]
) -> None:
    before = counted()

    await story(stage)

    for name in sorted(names):
        assert await stage.sees(name)
    caused = {name for name, number in counted().items() if number > before.get(name, 0)}
    assert caused >= names
    for name in sorted(caused):
        assert await stage.sees(name)
    kept = (await stage.api.get("/api/v1/events?limit=250"))["data"]
    assert not OPTIONAL & {event["type"] for event in kept}


async def test_what_the_tenant_keeps_is_kept_whoever_wants_it_by_any_of_its_names(stage: Stage) -> None:
    keep = ["workflow.completed", "task.execution.*", "endpoint.*"]
    await stage.api.ask("PATCH", "/api/v1/settings", {"events.keep": keep})

    await a_schedule_runs(stage)
    other = await stage.endpoint("endpoint.*")
    await stage.api.ask("PATCH", f"/api/v1/endpoints/{other}", {"name": "Store"})

    await stage.sees("event.published", eventType="endpoint.updated")
    await stage.api.ask("PATCH", "/api/v1/settings", {"events.keep": None})
    kept = {event["type"] for event in (await stage.api.get("/api/v1/events?limit=250"))["data"]}
    assert kept & OPTIONAL == {"execution.completed", "step.started", "step.completed", *MADE}


async def test_what_only_the_endpoint_itself_would_hear_of_itself_is_not_kept(stage: Stage) -> None:
    other = await stage.endpoint("endpoint.updated")

    await stage.api.ask("PATCH", f"/api/v1/endpoints/{other}", {"name": "Store"})

    assert await stage.sees("endpoint.updated", endpointId=other)
    await stage.api.publish("order.paid")
    await stage.sees("event.published", eventType="order.paid")
    assert "endpoint.updated" not in {frame.get("eventType") for frame in stage.frames}


async def test_every_fact_that_is_kept_only_if_wanted_has_its_story() -> None:
    assert set().union(*(names for _, names in STORIES)) == OPTIONAL


async def test_a_change_that_is_not_made_is_shown_to_nobody(stage: Stage) -> None:
    before = counted()

    refused = await stage.api.ask("POST", "/api/v1/endpoints", {"url": "nowhere", "events": ["*"]})

    await stage.api.publish("order.paid")
    await stage.sees("event.published", eventType="order.paid")
    assert refused.status_code == 422
    assert "endpoint.created" not in {frame["type"] for frame in stage.frames}
    assert counted() == before
