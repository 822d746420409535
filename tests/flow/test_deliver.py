"""An event on its way to one shop: at once, again when it was down, never twice without need."""

from __future__ import annotations

import pytest

from tests.support.clock import FakeClock
from tests.support.hooks import Hooks, Shop

SCHEDULE_S = [5, 30, 120, 600, 1_800, 7_200, 21_600, 43_200, 86_400, 104_400]


async def test_an_event_is_delivered_at_once(hooks: Hooks, shop: Shop) -> None:
    event = await hooks.publish("order.paid", {"order": 7})

    await hooks.settle()

    assert shop.received == [event]
    assert hooks.story_of(event) == ["delivered: 200"]
    assert hooks.state_of(event) == "delivered"


async def test_a_shop_that_was_down_gets_the_event_when_it_is_back(hooks: Hooks, shop: Shop, clock: FakeClock) -> None:
    shop.goes_down()
    event = await hooks.publish("order.paid", {"order": 7})
    await hooks.settle()

    shop.comes_back()
    clock.advance(seconds=6)
    await hooks.settle()

    assert shop.received == [event]
    assert hooks.story_of(event) == ["refused: no connection", "delivered: 200"]


async def test_every_attempt_keeps_to_the_schedule_and_the_last_one_exhausts(
    hooks: Hooks, shop: Shop, clock: FakeClock
) -> None:
    shop.answers(*[500] * 11)
    event = await hooks.publish("order.paid")
    await hooks.settle()

    for number, wait in enumerate(SCHEDULE_S, start=1):
        clock.advance(seconds=wait * 0.79)
        await hooks.settle()
        assert len(shop.requests) == number
        clock.advance(seconds=wait * 0.42)
        await hooks.settle()

    assert len(shop.requests) == 11
    assert hooks.state_of(event) == "exhausted: attempts"


async def test_a_hint_of_the_shop_lengthens_the_wait_for_everything_it_is_owed(
    hooks: Hooks, shop: Shop, clock: FakeClock
) -> None:
    shop.answers(429, retry_after="120")
    first = await hooks.publish("order.paid")
    await hooks.settle()
    second = await hooks.publish("order.paid")

    clock.advance(seconds=119)
    await hooks.settle()
    early = len(shop.requests)
    clock.advance(seconds=2)
    await hooks.settle()

    assert early == 1
    assert hooks.story_of(first) == ["refused: 429", "delivered: 200"]
    assert hooks.story_of(second) == ["delivered: 200"]


async def test_what_waits_behind_a_429_goes_back_unspent(hooks: Hooks, shop: Shop, clock: FakeClock) -> None:
    shop.hangs()
    events = [await hooks.publish("order.paid", {"order": number}) for number in range(20)]
    await hooks.settle()
    shop.answers(*[429] * 10, retry_after="60")

    shop.wakes()
    await hooks.settle()

    assert len(shop.requests) == 10
    assert sorted(hooks.state_of(event) for event in events) == ["pending"] * 20
    assert sorted(hooks.delivery_of(event)["claims"] for event in events) == [0] * 10 + [1] * 10


async def test_a_503_with_a_hint_delays_its_own_delivery_only(hooks: Hooks, shop: Shop, clock: FakeClock) -> None:
    shop.answers(503, retry_after="120")
    first = await hooks.publish("order.paid")
    await hooks.settle()

    second = await hooks.publish("order.paid")
    clock.advance(seconds=100)
    await hooks.settle()

    assert hooks.story_of(first) == ["refused: 503"]
    assert hooks.story_of(second) == ["delivered: 200"]


@pytest.mark.parametrize("status", [301, 400, 401, 404, 500, 502, 504])
async def test_any_other_answer_is_tried_again(hooks: Hooks, shop: Shop, clock: FakeClock, status: int) -> None:
    shop.answers(status)
    event = await hooks.publish("order.paid")
    await hooks.settle()

    clock.advance(seconds=7)
    await hooks.settle()

    assert hooks.story_of(event) == [f"refused: {status}", "delivered: 200"]


async def test_an_exhausted_delivery_gets_one_attempt_more_for_each_retry(
    hooks: Hooks, shop: Shop, clock: FakeClock
) -> None:
    await hooks.endpoints.update(hooks.tenant_id, await _endpoint_of(hooks), {"retry": {"enabled": False}})
    shop.answers(500, 500)
    event = await hooks.publish("order.paid")
    await hooks.settle()
    stood = hooks.state_of(event)

    await hooks.retry(event)
    await hooks.settle()
    stands = hooks.state_of(event)
    await hooks.retry(event)
    await hooks.settle()

    assert (stood, stands) == ("exhausted: attempts", "exhausted: attempts")
    assert hooks.story_of(event) == ["refused: 500", "refused: 500", "delivered: 200"]
    assert hooks.state_of(event) == "delivered"


async def test_every_attempt_sends_the_same_bytes_and_id_at_its_own_time(
    hooks: Hooks, shop: Shop, clock: FakeClock
) -> None:
    shop.answers(500, 500)
    await hooks.publish("order.paid", b'{"b":1.0, "a":1e400,"a":12345678901234567890}')

    for _ in range(3):
        await hooks.settle()
        clock.advance(seconds=40)

    sent = [dict(request.headers) for request in shop.requests]
    assert len({request.body for request in shop.requests}) == 1
    assert len({headers["webhook-id"] for headers in sent}) == 1
    assert len({headers["webhook-timestamp"] for headers in sent}) == 3
    assert len({headers["webhook-signature"] for headers in sent}) == 3
    assert [headers["X-Hookspan-Attempt"] for headers in sent] == ["1", "2", "3"]


async def _endpoint_of(hooks: Hooks) -> str:
    rows, _ = await hooks.endpoints.page(hooks.tenant_id, 1, 0)
    return rows[0].id
