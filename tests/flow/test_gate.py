"""A gate keeps deliveries back without touching them: breaker, ramp, rate (reliability §4.6, §4.7)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from hookspan.storage.tables import gates
from tests.support.clock import FakeClock
from tests.support.hooks import Hooks, Shop


async def test_an_endpoint_that_fails_ten_times_is_left_alone_and_spends_no_attempt(hooks: Hooks, shop: Shop) -> None:
    shop.answers(*[500] * 40)
    for _ in range(10):
        await hooks.publish("order.paid")
        await hooks.settle()

    later = await hooks.publish("order.paid")
    await hooks.settle()

    assert len(shop.requests) == 10
    assert hooks.state_of(later) == "pending"
    assert hooks.story_of(later) == []
    assert hooks.delivery_of(later)["attempts"] == 0


async def test_when_its_time_is_over_one_probe_goes_out(hooks: Hooks, shop: Shop, clock: FakeClock) -> None:
    await _breaks(hooks, shop)
    shop.hangs()
    waiting = [await hooks.publish("order.paid") for _ in range(5)]

    clock.advance(seconds=31)
    await hooks.settle()

    assert shop.hanging == 1
    assert sum(hooks.state_of(event) == "sending" for event in waiting) <= 1


async def test_a_probe_that_succeeds_lets_all_through_one_two_four_at_a_time(
    hooks: Hooks, shop: Shop, clock: FakeClock
) -> None:
    await _breaks(hooks, shop)
    waiting = [await hooks.publish("order.paid") for _ in range(30)]
    shop.most_at_once = 0

    clock.advance(seconds=31)
    await hooks.settle()

    assert {hooks.state_of(event) for event in waiting} == {"delivered"}
    assert _gate(hooks)["breaker"] == "closed"
    assert _gate(hooks)["cap"] is None


async def test_a_probe_that_fails_shuts_it_for_twice_as_long(hooks: Hooks, shop: Shop, clock: FakeClock) -> None:
    await _breaks(hooks, shop)
    shop.answers(*[500] * 40)

    clock.advance(seconds=31)
    await hooks.settle()
    sent = len(shop.requests)
    clock.advance(seconds=45)
    await hooks.settle()

    assert sent == 11
    assert len(shop.requests) == 11
    assert _gate(hooks)["open_ms"] == 60_000


async def test_a_probe_whose_worker_dies_is_followed_by_another(hooks: Hooks, shop: Shop, clock: FakeClock) -> None:
    await _breaks(hooks, shop)
    shop.hangs()
    clock.advance(seconds=31)
    await hooks.settle()
    await hooks.dies_and_starts_again()
    shop.wakes()

    clock.advance(seconds=60)
    await hooks.settle()

    assert _gate(hooks)["breaker"] == "closed"


async def test_a_shop_that_says_it_is_crowded_gets_half_as_many_at_a_time(hooks: Hooks, shop: Shop) -> None:
    shop.answers(502)
    await hooks.publish("order.paid")
    await hooks.settle()
    shop.hangs()
    for _ in range(10):
        await hooks.publish("order.paid")

    await hooks.settle()

    assert shop.hanging == 5


async def test_a_rate_is_kept_with_a_burst_of_one_period(hooks: Hooks, clock: FakeClock) -> None:
    shop = Shop()
    await hooks.subscribe(shop, rate_limit={"count": 5, "period_ms": 1_000})
    events = [await hooks.publish("order.paid", {"order": number}) for number in range(12)]
    counts = []

    for _ in range(4):
        await hooks.settle()
        counts.append(len(shop.requests))
        clock.advance(seconds=1)

    assert counts == [5, 10, 12, 12]
    assert shop.received == events


async def test_a_rate_keeps_nothing_back_while_some_of_it_is_unspent(hooks: Hooks) -> None:
    shop = Shop()
    await hooks.subscribe(shop, rate_limit={"count": 5, "period_ms": 60_000})
    counts = []

    for _ in range(6):
        await hooks.publish("order.paid")
        await hooks.settle()
        counts.append(len(shop.requests))

    assert counts == [1, 2, 3, 4, 5, 5]


async def test_a_probe_that_the_rate_keeps_back_goes_out_with_the_next_token(hooks: Hooks, clock: FakeClock) -> None:
    shop = Shop()
    await hooks.subscribe(shop, rate_limit={"count": 10, "period_ms": 350_000})
    await _breaks(hooks, shop)
    waiting = await hooks.publish("order.paid")
    clock.advance(seconds=31)
    await hooks.settle()
    kept_back = hooks.state_of(waiting)

    clock.advance(seconds=5)
    await hooks.settle()

    assert kept_back == "pending"
    assert hooks.state_of(waiting) == "delivered"


async def test_two_workers_share_one_rate(hooks: Hooks, clock: FakeClock) -> None:
    shop = Shop()
    await hooks.subscribe(shop, rate_limit={"count": 4, "period_ms": 1_000})
    hooks.add_worker()
    for number in range(20):
        await hooks.publish("order.paid", {"order": number})

    await hooks.settle()

    assert len(shop.requests) == 4


async def test_what_was_held_is_released_over_time_and_one_by_one_at_first(hooks: Hooks, clock: FakeClock) -> None:
    shop = Shop()
    endpoint = await hooks.subscribe(shop)
    await hooks.endpoints.pause(hooks.tenant_id, endpoint)
    for number in range(500):
        await hooks.publish("order.paid", {"order": number})
    await hooks.endpoints.resume(hooks.tenant_id, endpoint)
    sent = []

    for _ in range(11):
        await hooks.settle()
        sent.append(len(shop.requests))
        clock.advance(seconds=1)

    assert sent[0] < 50
    assert sent[4] < 350
    assert sent[-1] == 500


async def _breaks(hooks: Hooks, shop: Shop) -> None:
    """Ten events that the shop refuses."""
    shop.answers(*[500] * 10)
    for _ in range(10):
        await hooks.publish("order.paid")
        await hooks.settle()
    assert _gate(hooks)["breaker"] == "open"


def _gate(hooks: Hooks) -> dict[str, Any]:
    def all_of(connection: Connection) -> list[Any]:
        return list(connection.execute(select(gates)).mappings())

    (gate,) = hooks.rows(all_of)
    return gate
