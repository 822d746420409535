"""An event is born once for each key, and for everybody who was there to want it."""

from __future__ import annotations

import asyncio
import hashlib

import pytest
from sqlalchemy import Connection, func, select

from hookspan.errors import Conflict
from hookspan.model.events import Key, Published
from hookspan.storage.tables import events, webhook_deliveries
from tests.support.clock import FakeClock
from tests.support.hooks import Hooks, Shop

WEEK_S = 7 * 86_400


def key(hooks: Hooks, word: str = "k", body: bytes = b"{}", *, scope: str | None = None) -> Key:
    """A publisher's key for a body."""
    digest = hashlib.sha256(body).digest()
    return Key(scope or hooks.tenant_id, word, digest, hooks.clock.now_ms() + WEEK_S * 1_000)


def count_of_events(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(events)).scalar_one()


def count_of_deliveries(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(webhook_deliveries)).scalar_one()


async def test_fifty_publishes_at_once_with_one_key_make_one_event(hooks: Hooks, shop: Shop) -> None:
    def publish() -> asyncio.Task[Published]:
        return asyncio.create_task(hooks.publisher.publish(hooks.event("order.paid"), keys=[key(hooks)]))

    answers = await asyncio.gather(*(publish() for _ in range(50)))
    await hooks.settle()

    assert len({answer.id for answer in answers}) == 1
    assert [answer.duplicate for answer in answers].count(False) == 1
    assert await hooks.database.read(count_of_events) == 1
    assert len(shop.requests) == 1


async def test_a_repeat_takes_no_room_from_the_shop(hooks: Hooks, shop: Shop) -> None:
    for _ in range(2):
        await asyncio.gather(*(hooks.publish("order.paid", keys=[key(hooks)]) for _ in range(200)))
        await hooks.settle()

    events_sent = [await hooks.publish("order.paid", {"order": number}) for number in range(5)]
    await hooks.settle()

    assert shop.received[1:] == events_sent
    assert await hooks.database.read(count_of_deliveries) == 6


async def test_another_body_under_a_used_key_is_refused(hooks: Hooks) -> None:
    await hooks.publish("order.paid", keys=[key(hooks)])

    with pytest.raises(Conflict) as refusal:
        await hooks.publish("order.paid", keys=[key(hooks, body=b"other")])

    assert refusal.value.code == "idempotency_mismatch"
    assert await hooks.database.read(count_of_events) == 1


async def test_the_same_key_in_two_scopes_is_two_keys(hooks: Hooks) -> None:
    first = await hooks.publish("order.paid", keys=[key(hooks)])

    second = await hooks.publish("order.paid", keys=[key(hooks, scope="another")])

    assert first != second


async def test_a_key_is_free_again_after_its_week(hooks: Hooks, clock: FakeClock) -> None:
    first = await hooks.publish("order.paid", keys=[key(hooks)])
    clock.advance(seconds=WEEK_S - 1)
    within = await hooks.publish("order.paid", keys=[key(hooks)])

    clock.advance(seconds=2)
    after = await hooks.publish("order.paid", keys=[key(hooks)])

    assert within == first
    assert after != first


async def test_one_wrong_event_of_a_full_commit_hurts_no_other(hooks: Hooks) -> None:
    news = [hooks.event("order.paid") for _ in range(40)]
    news[17] = hooks.event("order.paid", priority=2**80)

    outcomes = await asyncio.gather(*(hooks.publisher.publish(new) for new in news), return_exceptions=True)

    assert [place for place, outcome in enumerate(outcomes) if isinstance(outcome, BaseException)] == [17]
    assert await hooks.database.read(count_of_events) == 39


async def test_an_endpoint_is_never_missed_by_a_publish_that_began_after_its_creation_was_answered(
    hooks: Hooks,
) -> None:
    elsewhere = hooks.another_publisher()
    await elsewhere.publish(hooks.event("order.paid"))
    shop = Shop()
    await hooks.subscribe(shop)

    published = await elsewhere.publish(hooks.event("order.paid"))
    await hooks.settle()

    assert published.deliveries == 1
    assert shop.received == [published.id]


async def test_endpoints_made_while_events_are_published_get_all_that_came_after_them(hooks: Hooks) -> None:
    publishers = [hooks.another_publisher() for _ in range(3)]
    shops = [Shop(f"shop-{number}") for number in range(5)]
    owed: dict[str, set[str]] = {shop.name: set() for shop in shops}
    open_shops: list[Shop] = []

    async def publish_on() -> None:
        for number in range(30):
            there = list(open_shops)
            answer = await publishers[number % 3].publish(hooks.event("order.paid"))
            for shop in there:
                owed[shop.name].add(answer.id)

    async def open_one_by_one() -> None:
        for shop in shops:
            await hooks.subscribe(shop)
            open_shops.append(shop)

    await asyncio.gather(publish_on(), publish_on(), open_one_by_one())
    await hooks.settle()

    assert [owed[shop.name] - set(shop.received) for shop in shops] == [set()] * 5
    assert owed["shop-0"]


async def test_a_deleted_endpoint_gets_nothing_from_a_publisher_with_an_old_map(hooks: Hooks) -> None:
    shop = Shop()
    endpoint = await hooks.subscribe(shop)
    elsewhere = hooks.another_publisher()
    await elsewhere.publish(hooks.event("order.paid"))
    await hooks.settle()

    await hooks.endpoints.delete(hooks.tenant_id, endpoint)
    published = await elsewhere.publish(hooks.event("order.paid"))
    await hooks.settle()

    assert published.deliveries == 0
    assert len(shop.requests) == 1
