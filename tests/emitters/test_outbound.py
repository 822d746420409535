"""Endpoints and deliveries: what is told of those that others have."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.emitters.stage import Stage
from tests.emitters.told import emits

pytestmark = pytest.mark.asyncio(loop_scope="module")

SLOW = {"strategy": "fixed", "initialDelayMs": 1_000, "maxAttempts": 10}
ONCE = {"strategy": "fixed", "initialDelayMs": 1_000, "maxAttempts": 1}


@emits("endpoint.created", "endpoint.updated", "endpoint.deleted")
async def test_an_endpoint_is_told_of_from_birth_to_its_end(stage: Stage) -> None:
    other = await stage.endpoint("order.*", name="Shop")
    await stage.api.ask("PATCH", f"/api/v1/endpoints/{other}", {"name": "Store"})

    await stage.api.ask("DELETE", f"/api/v1/endpoints/{other}")

    told = await stage.hears_all()
    assert {each["endpointId"] for each in told.values()} == {other}
    assert [(each["name"], each["status"]) for each in told.values()] == [
        ("Shop", "active"), ("Store", "active"), ("Store", "deleted")
    ]  # fmt: skip
    assert (await stage.sees("endpoint.updated", endpointId=other, status="deleted"))["statusReason"] is None


@emits("endpoint.disabled", "endpoint.recovered")
async def test_an_address_that_is_gone_is_told_and_that_it_is_taken_up_again(stage: Stage) -> None:
    other = await stage.endpoint("order.*", url=stage.url("/410"))
    await stage.api.publish("order.paid")
    disabled = await stage.hears("endpoint.disabled")

    await stage.api.post(f"/api/v1/endpoints/{other}/resume", status=200)

    recovered = await stage.hears("endpoint.recovered")
    assert (disabled["endpointId"], disabled["status"], disabled["reason"]) == (other, "disabled", "gone")
    assert (recovered["endpointId"], recovered["status"]) == (other, "active")
    assert (await stage.sees("endpoint.disabled", endpointId=other))["statusReason"] == "gone"
    assert (await stage.sees("endpoint.recovered", endpointId=other))["status"] == "active"


@emits("delivery.failing", "delivery.recovered")
async def test_the_fourth_failure_is_told_and_that_the_delivery_arrived_after_all(stage: Stage) -> None:
    url = stage.url("/late")
    stage.house.far.answers[urlsplit(url).path] = [500] * 4
    other = await stage.endpoint("order.*", url=url, retry=SLOW)
    event_id = await stage.api.publish("order.paid")

    for number in range(1, 5):
        await stage.attempted(other, number)
        stage.house.after(2)

    told = await stage.hears_all()
    assert {(each["eventId"], each["endpointId"]) for each in told.values()} == {(event_id, other)}
    assert (told["delivery.failing"]["attempts"], told["delivery.failing"]["lastStatusCode"]) == (4, 500)
    assert (told["delivery.recovered"]["attempts"], told["delivery.recovered"]["lastStatusCode"]) == (5, 200)
    for name in stage.names:
        assert await stage.sees("event.published", eventType=name)


@emits("delivery.exhausted")
async def test_a_delivery_without_attempts_left_is_told(stage: Stage) -> None:
    other = await stage.endpoint("order.*", url=stage.url("/500"), retry=ONCE)

    event_id = await stage.api.publish("order.paid")

    told = await stage.hears("delivery.exhausted")
    assert (told["eventId"], told["endpointId"], told["attempts"]) == (event_id, other, 1)
    assert (await stage.sees("delivery.exhausted", endpointId=other))["status"] == "exhausted"


async def test_a_delivery_of_such_a_fact_is_told_of_to_nobody(stage: Stage) -> None:
    await stage.endpoint("delivery.exhausted", url=stage.url("/500"), retry=ONCE)
    await stage.endpoint("order.*", url=stage.url("/500"), retry=ONCE)
    await stage.listens("delivery.exhausted")

    event_id = await stage.api.publish("order.paid")

    assert (await stage.hears("delivery.exhausted"))["eventId"] == event_id
    await stage.house.application.deliverer.drain()
    assert len(stage.sent_to("delivery.exhausted")) == 1


async def test_a_change_that_is_refused_is_told_to_nobody(stage: Stage) -> None:
    await stage.listens("endpoint.created")

    refused = await stage.api.ask("POST", "/api/v1/endpoints", {"url": "nowhere", "events": ["*"]})

    other = await stage.endpoint("order.*")
    assert refused.status_code == 422
    assert (await stage.hears("endpoint.created"))["endpointId"] == other
    assert len(stage.sent_to("endpoint.created")) == 1
