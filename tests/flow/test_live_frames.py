"""What the live feed tells of events, deliveries and endpoints, each after its commit (contracts B.11)."""

from __future__ import annotations

from typing import Any

from hookspan.events.interest import Interest
from hookspan.events.stream import Listener
from hookspan.outbound.caretaker import Caretaker
from tests.support.hooks import Hooks, Shop


def listening(hooks: Hooks) -> Listener:
    """A reader of everything."""
    return hooks.feed.open(Interest(hooks.tenant_id))


def told(listener: Listener) -> list[dict[str, Any]]:
    """What it was told since it was last asked."""
    frames = [dict(frame) for frame, _ in listener.waiting]
    listener.waiting.clear()
    return frames


def types(listener: Listener) -> list[str]:
    return [frame["type"] for frame in told(listener)]


async def test_a_delivery_is_told_of_from_birth_to_its_end(hooks: Hooks) -> None:
    shop = Shop()
    endpoint = await hooks.subscribe(shop)
    listener = listening(hooks)
    event = await hooks.publish("order.paid", {"secret": "payload"})
    await hooks.settle()

    frames = told(listener)

    assert [frame["type"] for frame in frames] == [
        "event.published", "delivery.created", "delivery.attempted", "delivery.delivered"
    ]  # fmt: skip
    assert {(frame["eventId"], frame["tenantId"]) for frame in frames} == {(event, hooks.tenant_id)}
    assert {frame["endpointId"] for frame in frames[1:]} == {endpoint}
    assert "payload" not in str(frames)


async def test_a_delivery_that_is_given_up_is_told_of(hooks: Hooks) -> None:
    shop = Shop()
    await hooks.subscribe(shop, retry={"strategy": "fixed", "maxAttempts": 1, "initialDelayMs": 1_000})
    shop.answers(500)
    listener = listening(hooks)
    await hooks.publish("order.paid")
    await hooks.settle()

    assert types(listener)[-2:] == ["delivery.attempted", "delivery.exhausted"]


async def test_an_address_that_is_gone_is_told_of_with_its_delivery(hooks: Hooks) -> None:
    shop = Shop()
    await hooks.subscribe(shop)
    shop.answers(410)
    listener = listening(hooks)
    await hooks.publish("order.paid")
    await hooks.settle()

    frames = told(listener)

    assert [frame["type"] for frame in frames][2:] == ["delivery.attempted", "delivery.held", "endpoint.disabled"]
    assert frames[-1]["statusReason"] == "gone"


async def test_a_paused_endpoint_is_told_of_and_what_it_holds(hooks: Hooks) -> None:
    endpoint = await hooks.subscribe(Shop())
    listener = listening(hooks)
    await hooks.endpoints.pause(hooks.tenant_id, endpoint)
    await hooks.publish("order.paid")

    frames = told(listener)

    assert [(frame["type"], frame["status"]) for frame in frames if "status" in frame] == [
        ("endpoint.updated", "paused"), ("delivery.held", "held")
    ]  # fmt: skip


async def test_the_caretaker_tells_how_many_are_held(hooks: Hooks) -> None:
    hooks.hand.is_cold = True
    endpoint = await hooks.subscribe(Shop())
    for _ in range(3):
        await hooks.publish("order.paid")
    listener = listening(hooks)
    await hooks.endpoints.pause(hooks.tenant_id, endpoint)
    told(listener)

    await Caretaker(hooks.database, hooks.publisher, hooks.hand, clock=hooks.clock).hold()

    assert [(frame["type"], frame["endpointId"], frame["count"]) for frame in told(listener)] == [
        ("delivery.held", endpoint, 3)
    ]


async def test_an_endpoint_is_told_of_from_birth_to_its_end(hooks: Hooks) -> None:
    listener = listening(hooks)
    endpoint = await hooks.subscribe(Shop())
    await hooks.endpoints.update(hooks.tenant_id, endpoint, {"name": "Shop"})
    await hooks.endpoints.delete(hooks.tenant_id, endpoint)

    assert [(frame["type"], frame["status"]) for frame in told(listener)] == [
        ("endpoint.created", "active"), ("endpoint.updated", "active"),
        ("endpoint.updated", "active"),
        ("endpoint.deleted", "deleted"), ("endpoint.updated", "deleted"),
    ]  # fmt: skip


async def test_without_a_reader_no_frame_is_made(hooks: Hooks) -> None:
    await hooks.subscribe(Shop())
    await hooks.publish("order.paid")
    await hooks.settle()
    listener = listening(hooks)

    assert told(listener) == []
