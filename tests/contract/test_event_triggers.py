"""Events that start workflows, as the API shows them: counts, executions, `routing`, and taking one back (C.3, C.6)."""

from __future__ import annotations

from typing import Any

from hookspan.model.times import instant
from tests.support.calls import Calls
from tests.support.surface import Surface

PAID = [{"fieldPath": "$.status", "operator": "equals", "value": "paid"}]
HOUR_MS = 3_600_000


async def workflow(api: Calls, *triggers: dict[str, Any], name: str = "Heard") -> str:
    """The id of a new workflow."""
    value = {"name": name, "steps": [{"id": "take"}], "triggers": list(triggers)}
    made: str = (await api.post("/api/v1/workflows", value))["id"]
    return made


def on(*patterns: str, name: str = "heard", rows: list[Any] | None = None) -> dict[str, Any]:
    """A trigger."""
    return {"id": name, "kind": "event", "events": list(patterns), "filter": rows or []}


async def routing(api: Calls, event_id: str) -> list[dict[str, Any]]:
    """The answers."""
    found: list[dict[str, Any]] = (await api.get(f"/api/v1/events/{event_id}/routing"))["data"]
    return found


async def test_a_publisher_hears_how_many_executions_its_event_started(api: Calls) -> None:
    for name in ("a", "b"):
        await workflow(api, on("order.*"), name=name)
    body = {"type": "order.paid", "data": {}}

    accepted = await api.post("/api/v1/events", body, status=202)

    event = await api.get(f"/api/v1/events/{accepted['id']}")
    listed = (await api.get("/api/v1/executions", triggerEventId=accepted["id"]))["data"]
    assert (accepted["executions"], event["counts"]["executions"]) == (2, 2)
    assert [each["triggerType"] for each in listed] == ["event", "event"]


async def test_a_repeat_of_a_key_is_answered_like_the_first(api: Calls) -> None:
    await workflow(api, on("order.*"))
    body = {"type": "order.paid", "data": {}, "idempotencyKey": "once"}

    answers = [await api.post("/api/v1/events", body, status=202) for _ in range(2)]

    assert [(each["duplicate"], each["executions"]) for each in answers] == [(False, 1), (True, 1)]


async def test_routing_names_the_trigger_that_matched(api: Calls) -> None:
    workflow_id = await workflow(api, on("invoice.*", name="a"), on("order.*", name="b", rows=PAID))
    event_id = await api.publish("order.paid", {"status": "paid"})

    (answer,) = await routing(api, event_id)

    (execution,) = (await api.get("/api/v1/executions", triggerEventId=event_id))["data"]
    assert (answer["kind"], answer["id"], answer["matched"]) == ("workflow", workflow_id, True)
    assert answer["reason"] == "trigger b: matched by order.*; filter: group 0 passed"
    assert answer["executionId"] == execution["id"]


async def test_routing_tells_of_every_trigger_that_did_not_match(api: Calls) -> None:
    await workflow(api, on("invoice.*", name="a"), on("order.*", name="b", rows=PAID))
    event_id = await api.publish("order.paid", {"status": "open"})

    (answer,) = await routing(api, event_id)

    assert (answer["matched"], answer["executionId"]) == (False, None)
    assert answer["reason"] == (
        'trigger a: type order.paid not in invoice.*; trigger b: filter: group 0: $.status equals "paid" (was "open")'
    )


async def test_routing_tells_of_a_filter_that_gave_no_answer(api: Calls) -> None:
    await workflow(api, on("*", rows=[{"fieldPath": "$.items[*]", "operator": "equals", "value": 1}]))
    event_id = await api.publish(data={"items": [0] * 10_001})

    (answer,) = await routing(api, event_id)

    assert (answer["matched"], answer["executionId"]) == (False, None)
    assert answer["reason"] == "trigger heard: filter error: the filter looks at more than 10,000 values"


async def test_a_newer_workflow_matches_without_an_execution(api: Calls) -> None:
    event_id = await api.publish()
    await workflow(api, on("*"))

    (answer,) = await routing(api, event_id)

    assert (answer["matched"], answer["executionId"]) == (True, None)
    assert answer["reason"].startswith("trigger heard: matched by *; no execution: the trigger is newer")


async def test_an_event_is_taken_back_though_an_endpoint_was_made_since(world: Surface, api: Calls) -> None:
    await workflow(api, on("order.*"))
    event_id = await api.publish("order.paid", deliverAt=instant(world.clock.now_ms() + HOUR_MS))
    await api.endpoint(events=["execution.cancelled"])

    await api.post(f"/api/v1/events/{event_id}/cancel", status=200)

    assert len((await api.get("/api/v1/events", type="execution.cancelled"))["data"]) == 1


async def test_an_event_taken_back_takes_its_executions_with_it(world: Surface, api: Calls) -> None:
    await workflow(api, on("order.*"))
    await api.endpoint(events=["execution.cancelled", "step.cancelled", "progress.updated"])
    event_id = await api.publish("order.paid", deliverAt=instant(world.clock.now_ms() + HOUR_MS))

    await api.post(f"/api/v1/events/{event_id}/cancel", status=200)

    (execution,) = (await api.get("/api/v1/executions", triggerEventId=event_id))["data"]
    (told,) = (await api.get("/api/v1/events", type="execution.cancelled"))["data"]
    (of_step,) = (await api.get("/api/v1/events", type="step.cancelled"))["data"]
    step = (await api.get(f"/api/v1/events/{of_step['id']}"))["data"]
    assert len((await api.get("/api/v1/events", type="progress.updated"))["data"]) == 1
    assert (step["executionId"], step["status"], step["completedAt"]) == (
        execution["id"],
        "cancelled",
        execution["completedAt"],
    )
    data = (await api.get(f"/api/v1/events/{told['id']}"))["data"]
    assert (execution["status"], execution["startedAt"]) == ("cancelled", None)
    assert (data["executionId"], data["status"], data["stepsTotal"]) == (execution["id"], "cancelled", 1)
