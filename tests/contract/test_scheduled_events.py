"""Events for later: `deliverAt`, how they are shown before and after their hour, and cancelling in time (C.3)."""

from __future__ import annotations

from typing import Any

import pytest

from hookspan.events.delayed import Delayed
from hookspan.model.ids import new_id
from hookspan.model.times import instant
from tests.support.calls import Calls
from tests.support.surface import Surface

EVENTS = "/api/v1/events"
HOUR_MS, DAY_MS = 3_600_000, 86_400_000


async def later(world: Surface, api: Calls, ahead_ms: int = HOUR_MS, **members: Any) -> str:
    """The id of an event that is due so much later."""
    return await api.publish("order.paid", deliverAt=instant(world.clock.now_ms() + ahead_ms), **members)


async def test_a_scheduled_event_waits_with_its_deliveries(world: Surface, api: Calls) -> None:
    await api.endpoint(events=["order.*"])
    due = instant(world.clock.now_ms() + HOUR_MS)

    event = await api.get(f"{EVENTS}/{await later(world, api)}")

    (delivery,) = (await api.get("/api/v1/deliveries"))["data"]
    assert (event["status"], event["deliverAt"]) == ("scheduled", due)
    assert (delivery["status"], delivery["nextAttemptAt"]) == ("pending", due)


async def test_when_its_hour_has_come_it_is_stored(world: Surface, api: Calls) -> None:
    waiting = await later(world, api)
    due = await later(world, api, 1)
    world.clock.advance(seconds=1)

    scheduled = (await api.get(EVENTS, status="scheduled"))["data"]
    stored = (await api.get(EVENTS, status="stored"))["data"]

    assert [event["id"] for event in scheduled] == [waiting]
    assert [(event["id"], event["status"]) for event in stored] == [(due, "stored")]


@pytest.mark.parametrize("ahead_ms", [-DAY_MS, 0])
async def test_an_instant_that_has_passed_means_at_once(world: Surface, api: Calls, ahead_ms: int) -> None:
    event = await api.get(f"{EVENTS}/{await later(world, api, ahead_ms)}")

    assert (event["status"], event["deliverAt"]) == ("stored", None)


async def test_thirty_days_is_the_most(world: Surface, api: Calls) -> None:
    now = world.clock.now_ms()

    answers = [
        await api.ask("POST", EVENTS, {"type": "a.b", "deliverAt": wanted})
        for wanted in (now + 30 * DAY_MS, now + 30 * DAY_MS + 1, "2025-05-21T21:27:09", 10**40)
    ]

    assert [answer.status_code for answer in answers] == [202, 422, 422, 422]
    assert {answer.json()["errors"][0]["pointer"] for answer in answers[1:]} == {"/deliverAt"}


async def test_a_cancelled_event_takes_its_deliveries_with_it(world: Surface, api: Calls) -> None:
    await api.endpoint(events=["order.*"])
    event_id = await later(world, api)

    event = await api.post(f"{EVENTS}/{event_id}/cancel", status=200)

    (delivery,) = (await api.get("/api/v1/deliveries"))["data"]
    assert (event["id"], event["status"]) == (event_id, "cancelled")
    assert (delivery["status"], delivery["statusReason"]) == ("cancelled", "user")
    assert delivery["completedAt"] == instant(world.clock.now_ms())


async def test_what_is_cancelled_due_or_was_never_scheduled_is_a_conflict(world: Surface, api: Calls) -> None:
    cancelled, due, plain = await later(world, api), await later(world, api, 1_000), await api.publish()
    await api.post(f"{EVENTS}/{cancelled}/cancel", status=200)
    world.clock.advance(seconds=1)

    answers = [await api.ask("POST", f"{EVENTS}/{identity}/cancel") for identity in (cancelled, due, plain)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "conflict")] * 3


async def test_why_an_event_cannot_be_cancelled_is_said_as_it_is(world: Surface, api: Calls) -> None:
    released, plain = await later(world, api, 1_000), await api.publish()
    world.clock.advance(seconds=1)
    due = await api.ask("POST", f"{EVENTS}/{released}/cancel")
    await Delayed(world.rooms.database, world.rooms.publisher, world.clock).release_due()

    answers = [due, *[await api.ask("POST", f"{EVENTS}/{identity}/cancel") for identity in (released, plain)]]

    assert [answer.json()["detail"].partition(";")[0] for answer in answers] == [
        "its hour has come",
        "its hour has come",
        "the event was not scheduled",
    ]


async def test_a_foreign_or_unknown_event_is_not_found(world: Surface, api: Calls) -> None:
    tenant_id = await world.second_tenant()
    others = Calls(api.client, await world.key_for("admin", tenant_id=tenant_id))
    event_id = await later(world, api)

    answers = [await others.ask("POST", f"{EVENTS}/{identity}/cancel") for identity in (event_id, new_id(0))]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert (await api.get(f"{EVENTS}/{event_id}"))["status"] == "scheduled"


@pytest.mark.parametrize("role", ["operator", "viewer", "designer"])
async def test_who_may_not_publish_may_not_cancel(world: Surface, api: Calls, role: str) -> None:
    event_id = await later(world, api)
    caller = Calls(api.client, await world.key_for(role))

    answer = await caller.ask("POST", f"{EVENTS}/{event_id}/cancel")

    assert answer.status_code == 403


@pytest.mark.parametrize("version", [0, -1, 2**31, 1.5, "1", True])
async def test_a_version_is_a_whole_number_from_one(api: Calls, version: object) -> None:
    answer = await api.ask("POST", EVENTS, {"type": "a.b", "version": version})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/version"
