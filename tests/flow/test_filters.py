"""Filters and ordering paths of endpoints in the river: who gets an event, who does not, and in which order."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from hookspan.model.events import NewReceipt
from hookspan.storage.tables import endpoints, tenants, webhook_deliveries
from tests.support.hooks import Hooks, Shop

BIG = 2**53 + 1


def row(path: str, operator: str, value: object = None, group: int = 0) -> dict[str, object]:
    """One row of a filter."""
    return {"fieldPath": path, "operator": operator, "value": value, "logicGroup": group}


@pytest.fixture
def choosy() -> Shop:
    """A shop that wants some of what it subscribes to."""
    return Shop("choosy")


async def test_only_what_the_filter_lets_through_is_sent(hooks: Hooks, choosy: Shop) -> None:
    await hooks.subscribe(choosy, filter=[row("$.total", "gte", 100), row("$.vip", "equals", True, 1)])

    small, large, vip = [
        await hooks.publish("order.paid", data) for data in ({"total": 5}, {"total": 100}, {"total": 1, "vip": True})
    ]
    await hooks.settle()

    assert sorted(choosy.received) == sorted([large, vip])
    assert hooks.rows(deliveries_of, small) == []


async def test_a_filter_of_one_endpoint_is_nothing_to_the_others(hooks: Hooks, choosy: Shop, shop: Shop) -> None:
    await hooks.subscribe(choosy, filter=[row("$.total", "gte", 100)])

    event = await hooks.publish("order.paid", {"total": 5})
    await hooks.settle()

    assert (choosy.received, shop.received) == ([], [event])


async def test_numbers_are_compared_to_their_last_digit(hooks: Hooks, choosy: Shop) -> None:
    await hooks.subscribe(choosy, filter=[row("$.id", "equals", BIG)])

    await hooks.publish("order.paid", b'{"id":9007199254740992}')
    meant = await hooks.publish("order.paid", b'{"id":9007199254740993.0}')
    await hooks.settle()

    assert choosy.received == [meant]


async def test_data_that_are_no_json_have_no_values(hooks: Hooks, choosy: Shop) -> None:
    await hooks.subscribe(choosy, filter=[row("$.id", "not_exists")])

    event = await hooks.publish("order.paid", b"\x00\xff", data_content_type="application/octet-stream")
    await hooks.settle()

    assert choosy.received == [event]


async def test_type_and_metadata_can_be_asked_of(hooks: Hooks, choosy: Shop) -> None:
    await hooks.subscribe(choosy, filter=[row("$type", "ends_with", ".paid"), row("$meta.by", "equals", "till")])

    await hooks.publish("order.sent", metadata=b'{"by":"till"}')
    await hooks.publish("order.paid")
    meant = await hooks.publish("order.paid", metadata=b'{"by":"till"}')
    await hooks.settle()

    assert choosy.received == [meant]


async def test_of_an_event_that_came_in_the_receivers_notes_are_the_metadata(hooks: Hooks, choosy: Shop) -> None:
    await hooks.subscribe(choosy, filter=[row("$meta.sourceIp", "equals", "203.0.113.9")])
    publisher, new = hooks.another_publisher(), hooks.event("order.paid", origin="webhook")

    birth = await publisher.prepare(new, receipt=receipt('{"sourceIp":"203.0.113.9"}'))
    other = await publisher.prepare(new, receipt=receipt('{"sourceIp":"203.0.113.8"}'))

    assert birth is not None
    assert other is not None
    publisher.abandoned([birth, other])
    assert (len(birth.deliveries), len(other.deliveries)) == (1, 0)


async def test_a_changed_filter_counts_from_the_next_event_on(hooks: Hooks, choosy: Shop) -> None:
    identity = await hooks.subscribe(choosy, filter=[row("$.total", "gte", 100)])
    await hooks.publish("order.paid", {"total": 5})

    await hooks.endpoints.update(hooks.tenant_id, identity, {"filter": []})
    event = await hooks.publish("order.paid", {"total": 5})
    await hooks.settle()

    assert choosy.received == [event]


async def test_a_filter_without_an_answer_keeps_the_delivery_and_sends_nothing(hooks: Hooks, choosy: Shop) -> None:
    await hooks.subscribe(choosy, filter=[row("$.items[*]", "equals", "x")])

    event = await hooks.publish("order.paid", {"items": [0] * 10_001})
    await hooks.settle()

    assert choosy.received == []
    assert hooks.state_of(event) == "exhausted: filter_error"


async def test_such_a_delivery_can_be_sent_by_hand(hooks: Hooks, choosy: Shop) -> None:
    await hooks.subscribe(choosy, filter=[row("$.items[*]", "equals", "x")])
    event = await hooks.publish("order.paid", {"items": [0] * 10_001})

    await hooks.retry(event)
    await hooks.settle()

    assert choosy.received == [event]
    assert hooks.state_of(event) == "delivered"


async def test_a_stored_filter_nobody_can_read_stops_no_other_endpoint(hooks: Hooks, choosy: Shop, shop: Shop) -> None:
    identity = await hooks.subscribe(choosy)
    await hooks.database.write(spoil, identity, hooks.tenant_id)

    event = await hooks.publish("order.paid")
    await hooks.settle()

    assert (choosy.received, shop.received) == ([], [event])
    states = {each["endpoint_id"]: each["status"] for each in hooks.rows(deliveries_of, event)}
    assert states[identity] == "exhausted"


async def test_what_the_data_name_comes_in_order(hooks: Hooks, choosy: Shop) -> None:
    await hooks.subscribe(choosy, ordering={"key": "$.order.id", "onExhausted": "block"})
    choosy.goes_down()

    first = await hooks.publish("order.paid", {"order": {"id": 7}})
    await hooks.settle()
    second = await hooks.publish("order.sent", {"order": {"id": 7}})
    other = await hooks.publish("order.sent", {"order": {"id": 8}})
    choosy.comes_back()
    await hooks.settle()
    early = list(choosy.received)
    hooks.clock.advance(seconds=3_600)
    await hooks.settle()

    assert early == [other]
    assert choosy.received == [other, first, second]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"k": "a"}, "a"),
        ({"k": 7}, "7"),
        ({"k": True}, "true"),
        ({"k": [1, "x"]}, '[1,"x"]'),
        ({"k": None}, None),
        ({"k": ""}, None),
        ({}, None),
        ({"k": "x" * 256}, "sha256:85e62acd750c4eb56b7b6a1d66dca5bfaac5f062608a1a893410d0288936c09a"),
    ],
)
async def test_the_ordering_key_is_the_value_as_text(hooks: Hooks, choosy: Shop, data: Any, key: str | None) -> None:
    await hooks.subscribe(choosy, ordering={"key": "$.k"})

    event = await hooks.publish("order.paid", data)

    assert hooks.delivery_of(event)["ordering_key"] == key
    assert hooks.delivery_of(event)["status"] == ("sending" if key is None else "pending")


async def test_a_key_of_the_publisher_goes_before_the_path(hooks: Hooks, choosy: Shop) -> None:
    await hooks.subscribe(choosy, ordering={"key": "$.k"})

    event = await hooks.publish("order.paid", {"k": "a"}, ordering_key="own")

    assert hooks.delivery_of(event)["ordering_key"] == "own"


@pytest.mark.parametrize(("mode", "profile"), [("structured", "cloudevents"), ("binary", "cloudevents-binary")])
async def test_a_delivery_is_born_with_the_mode_of_its_endpoint(
    hooks: Hooks, choosy: Shop, mode: str, profile: str
) -> None:
    await hooks.subscribe(choosy, profile="cloudevents", cloud_events_mode=mode)

    event = await hooks.publish("order.paid")

    assert hooks.delivery_of(event)["profile"] == profile


def receipt(metadata: str) -> NewReceipt:
    """What a receiver noted of a request."""
    return NewReceipt(
        webhook_id="",
        event_type="order.paid",
        event_type_signed=False,
        request_method="POST",
        request_path="in",
        request_query="",
        request_headers="[]",
        request_body=None,
        body_size=2,
        body_valid=True,
        response_status=202,
        processing_time_ms=1,
        status="received",
        metadata=metadata,
    )


def deliveries_of(connection: Connection, event_id: str) -> Any:
    query = select(webhook_deliveries).where(webhook_deliveries.c.event_id == event_id)
    return connection.execute(query).mappings().all()


def spoil(connection: Connection, endpoint_id: str, tenant_id: str) -> None:
    """As a release with other operators would have left it."""
    stored = '{"filter":[{"fieldPath":"$.x","operator":"sounds_like","value":"y"}]}'
    connection.execute(update(endpoints).where(endpoints.c.id == endpoint_id).values(settings=stored))
    connection.execute(update(tenants).where(tenants.c.id == tenant_id).values(routing_version=99))
