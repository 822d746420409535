"""One endpoint never stands in the way of another: in-flight limits, turns, and shops that hang."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.clock import FakeClock
from tests.support.hooks import Hooks, Shop, Worker


@pytest.mark.parametrize("limit", [1, 3])
async def test_an_endpoint_never_has_more_in_flight_than_its_limit(hooks: Hooks, limit: int) -> None:
    shop = Shop()
    await hooks.subscribe(shop, max_in_flight=limit)
    shop.hangs()
    events = [await hooks.publish("order.paid") for _ in range(20)]
    await hooks.settle()
    hanging = shop.hanging

    shop.wakes()
    await hooks.settle()

    assert hanging == limit
    assert shop.most_at_once == limit
    assert sorted(shop.received) == sorted(events)


async def test_an_endpoint_with_a_thousand_events_does_not_delay_one_of_another(hooks: Hooks) -> None:
    hooks.workers[0] = Worker(hooks, slots=1)
    busy, quiet = Shop("busy"), Shop("quiet")
    await hooks.subscribe(busy, "bulk")
    hooks.clock.advance(seconds=0.001)
    await hooks.subscribe(quiet, "single")
    hooks.hand.is_cold = True
    await asyncio.gather(*(hooks.publish("bulk") for _ in range(1_000)))
    event = await hooks.publish("single")

    await hooks.worker.claim()
    while quiet.received != [event]:
        await hooks.moved.wait()
        hooks.moved.clear()

    assert len(busy.requests) <= 5
    await hooks.settle()
    assert len(busy.requests) == 1_000


async def test_a_hanging_shop_keeps_its_deliveries_in_the_database_and_others_go_on(
    hooks: Hooks, clock: FakeClock
) -> None:
    dead, alive = Shop("dead"), Shop("alive")
    await hooks.subscribe(dead)
    await hooks.subscribe(alive)
    dead.hangs()
    await hooks.publish("order.paid")
    await hooks.settle()
    clock.advance(seconds=2)

    events = [await hooks.publish("order.paid", {"order": number}) for number in range(200)]
    await hooks.settle()

    assert dead.hanging == 10
    assert set(events) <= set(alive.received)
    assert hooks.worker.dispatcher.waiting <= 42


async def test_a_shop_that_hangs_is_sent_the_rest_when_it_wakes(hooks: Hooks, shop: Shop, clock: FakeClock) -> None:
    shop.hangs()
    events = [await hooks.publish("order.paid", {"order": number}) for number in range(300)]
    await hooks.settle()
    clock.advance(seconds=2)

    shop.wakes()
    await hooks.settle()

    assert sorted(shop.received) == sorted(events)
