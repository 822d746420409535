"""With an ordering key first successes follow acceptance, for each endpoint and key (promise 7, reliability §4.9)."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Connection, update

from hookspan.model.events import Entry
from hookspan.outbound.caretaker import Caretaker
from hookspan.storage import order_keys
from hookspan.storage.delivery_claims import KEYS_LOOKED_AT
from hookspan.storage.tables import webhook_deliveries
from tests.support.clock import FakeClock
from tests.support.hooks import Hooks, Shop, Worker


async def test_the_head_of_a_key_blocks_those_behind_it_until_it_is_delivered(
    hooks: Hooks, shop: Shop, clock: FakeClock
) -> None:
    shop.answers(500)
    events = [await hooks.publish("order.paid", ordering_key="cust_9") for _ in range(3)]
    await hooks.settle()
    tried = list(shop.received)

    clock.advance(seconds=7)
    await hooks.settle()

    assert tried == events[:1]
    assert shop.received == [events[0], *events]


async def test_other_keys_and_what_has_none_go_on_meanwhile(hooks: Hooks, shop: Shop) -> None:
    shop.answers(500)
    stuck = await hooks.publish("order.paid", ordering_key="a")
    await hooks.settle()

    others = [await hooks.publish("order.paid", ordering_key=key) for key in ("b", "c", None)]
    await hooks.publish("order.paid", ordering_key="a")
    await hooks.settle()

    assert shop.received[0] == stuck
    assert sorted(shop.received[1:]) == sorted(others)


async def test_one_of_a_key_is_in_flight_at_a_time_whoever_claims(hooks: Hooks, shop: Shop) -> None:
    hooks.add_worker()
    shop.hangs()
    for _ in range(20):
        await hooks.publish("order.paid", ordering_key="one")

    await hooks.settle()

    assert shop.hanging == 1


async def test_an_exhausted_head_blocks_its_key_until_people_act(hooks: Hooks, clock: FakeClock) -> None:
    shop = Shop()
    await hooks.subscribe(shop, retry={"enabled": False})
    shop.answers(500)
    first = await hooks.publish("order.paid", ordering_key="k")
    second = await hooks.publish("order.paid", ordering_key="k")
    await hooks.settle()
    stood = hooks.state_of(second)

    await hooks.retry(first)
    await hooks.settle()

    assert stood == "pending"
    assert shop.received == [first, first, second]


async def test_an_exhausted_head_that_is_cancelled_lets_the_others_go(hooks: Hooks) -> None:
    shop = Shop()
    await hooks.subscribe(shop, retry={"enabled": False})
    shop.answers(500)
    first = await hooks.publish("order.paid", ordering_key="k")
    second = await hooks.publish("order.paid", ordering_key="k")
    await hooks.settle()

    await hooks.cancel(first)
    await hooks.settle()

    assert hooks.state_of(second) == "delivered"


async def test_sending_a_delivered_one_again_in_vain_blocks_nothing(hooks: Hooks) -> None:
    shop = Shop()
    await hooks.subscribe(shop, retry={"enabled": False})
    first = await hooks.publish("order.paid", ordering_key="k")
    await hooks.settle()
    shop.answers(500)
    await hooks.retry(first, force=True)
    await hooks.settle()

    second = await hooks.publish("order.paid", ordering_key="k")
    await hooks.settle()

    assert hooks.state_of(first) == "exhausted: attempts"
    assert hooks.state_of(second) == "delivered"


async def test_an_endpoint_may_skip_an_exhausted_head(hooks: Hooks) -> None:
    shop = Shop()
    await hooks.subscribe(shop, retry={"enabled": False}, ordering={"key": "$.customer", "on_exhausted": "skip"})
    shop.answers(500)
    first = await hooks.publish("order.paid", {"customer": 7})
    second = await hooks.publish("order.paid", {"customer": 7})

    await hooks.settle()

    assert hooks.state_of(first) == "exhausted: attempts"
    assert hooks.state_of(second) == "delivered"


async def test_the_path_of_an_endpoint_names_the_key_where_the_event_has_none(hooks: Hooks) -> None:
    ordered, loose = Shop("ordered"), Shop("loose")
    await hooks.subscribe(ordered, ordering={"key": "$.customer", "on_exhausted": "block"})
    await hooks.subscribe(loose)
    ordered.hangs()
    loose.hangs()
    for _ in range(4):
        await hooks.publish("order.paid", {"customer": 7})

    await hooks.settle()

    assert (ordered.hanging, loose.hanging) == (1, 4)


async def test_numbers_follow_the_order_of_commits_when_many_publish_at_once(hooks: Hooks, shop: Shop) -> None:
    publishers = [hooks.another_publisher() for _ in range(4)]
    keys = ["a", "b", None]

    await asyncio.gather(
        *(
            publishers[number % 4].publish(hooks.event("order.paid", ordering_key=keys[number % 3]))
            for number in range(60)
        )
    )

    for key in ("a", "b"):
        rows = [row for row in hooks.deliveries() if row["ordering_key"] == key]
        assert sorted(row["seq"] for row in rows) == list(range(1, 21))
    assert all(row["seq"] is None for row in hooks.deliveries() if row["ordering_key"] is None)


async def test_what_follows_an_event_whose_long_list_is_not_written_yet_waits_for_it(hooks: Hooks) -> None:
    hooks.publisher.fanout_from = 1
    caretaker = Caretaker(hooks.database, hooks.publisher, hooks.hand, clock=hooks.clock)
    shop, other = Shop("both"), Shop("paid")
    await hooks.subscribe(shop, "order.*")
    await hooks.subscribe(other, "order.paid")
    first = (await hooks.publisher.publish(hooks.event("order.paid", ordering_key="k"))).id
    second = await hooks.publish("order.sent", ordering_key="k")
    await hooks.settle()
    early = list(shop.received)

    await caretaker.expand()
    await hooks.settle()

    assert early == []
    assert shop.received == [first, second]
    assert other.received == [first]


@pytest.mark.parametrize("slots", [1, 7])
async def test_many_keys_all_arrive_in_order_though_some_fail(hooks: Hooks, clock: FakeClock, slots: int) -> None:
    hooks.workers[0] = Worker(hooks, slots=slots)
    hooks.add_worker()
    shop = Shop()
    await hooks.subscribe(shop, retry={"strategy": "fixed", "maxAttempts": 9, "initialDelayMs": 100})
    shop.answers(*[500, 200, 500] * 4)
    sent: dict[str, list[str]] = {}
    for number in range(60):
        key = f"k{number % 6}"
        sent.setdefault(key, []).append(await hooks.publish("order.paid", {"n": number}, ordering_key=key))

    for _ in range(12):
        await hooks.settle()
        clock.advance(seconds=31)

    for key, events in sent.items():
        assert list(dict.fromkeys(each for each in shop.received if each in events)) == events, key


async def test_a_key_behind_very_many_blocked_ones_has_its_turn(hooks: Hooks) -> None:
    shop = Shop()
    await hooks.subscribe(shop, retry={"enabled": False})
    news = [Entry(hooks.event("order.paid", ordering_key=f"a{number}")) for number in range(KEYS_LOOKED_AT + 1)]
    await hooks.publisher.publish_entries(news)
    await hooks.database.write(_block_all)
    free = await hooks.publish("order.paid", ordering_key="z")

    for _ in range(2):
        await hooks.settle()

    assert shop.received == [free]


def _block_all(connection: Connection) -> None:
    connection.execute(update(webhook_deliveries).values(status="exhausted", reason="attempts"))


async def test_a_key_unused_for_long_is_forgotten(hooks: Hooks, shop: Shop, clock: FakeClock) -> None:
    await hooks.publish("order.paid", ordering_key="old")
    clock.advance(seconds=10)
    await hooks.publish("order.paid", ordering_key="new")

    forgotten = await hooks.database.write(order_keys.prune, clock.now_ms(), 100)

    assert forgotten == 1


async def test_a_paused_backlog_in_order_goes_on_at_once_though_it_is_long(hooks: Hooks, clock: FakeClock) -> None:
    shop = Shop()
    endpoint = await hooks.subscribe(shop)
    await hooks.endpoints.pause(hooks.tenant_id, endpoint)
    events = [await hooks.publish("order.paid", ordering_key=f"k{number % 3}") for number in range(120)]
    await hooks.settle()

    await hooks.endpoints.resume(hooks.tenant_id, endpoint)
    await hooks.settle()

    assert sorted(shop.received) == sorted(events)
