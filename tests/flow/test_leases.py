"""Who may send: one holder at a time, a silent holder loses it, and nothing is lost with him."""

from __future__ import annotations

import asyncio

from tests.support.clock import FakeClock
from tests.support.hooks import Hooks, Shop, Worker


async def test_a_worker_that_dies_in_the_middle_leaves_an_unknown_attempt_and_the_next_one_delivers(
    hooks: Hooks, shop: Shop, clock: FakeClock
) -> None:
    shop.hangs()
    event = await hooks.publish("order.paid")
    await hooks.settle()
    await hooks.dies_and_starts_again()

    shop.wakes()
    clock.advance(seconds=31)
    await hooks.settle()

    assert hooks.story_of(event) == ["unknown", "delivered: 200"]
    assert hooks.state_of(event) == "delivered"


async def test_a_lease_that_is_not_over_is_nobody_elses(hooks: Hooks, shop: Shop, clock: FakeClock) -> None:
    shop.hangs()
    event = await hooks.publish("order.paid")
    await hooks.settle()
    await hooks.dies_and_starts_again()

    clock.advance(seconds=29)
    await hooks.settle()

    assert len(shop.requests) == 1
    assert hooks.state_of(event) == "sending"


async def test_a_success_that_comes_after_its_lease_still_delivers(hooks: Hooks, shop: Shop, clock: FakeClock) -> None:
    shop.hangs()
    event = await hooks.publish("order.paid")
    await hooks.settle()
    hooks.workers.append(Worker(hooks, slots=0))
    clock.advance(seconds=31)
    await hooks.settle()
    story = hooks.story_of(event)

    shop.wakes()
    await hooks.worker.rest()

    assert story == ["unknown"]
    assert hooks.story_of(event)[0] == "delivered: 200"


async def test_a_failure_that_comes_after_its_lease_changes_the_record_but_not_the_delivery(
    hooks: Hooks, shop: Shop, clock: FakeClock
) -> None:
    shop.hangs()
    event = await hooks.publish("order.paid")
    await hooks.settle()
    shop.answers(410, 200)
    clock.advance(seconds=31)
    await hooks.settle()

    shop.wakes()
    await hooks.settle()

    assert hooks.story_of(event) == ["refused: 410", "delivered: 200"]
    assert hooks.state_of(event) == "delivered"


async def test_a_delivery_that_silences_its_worker_five_times_is_put_aside(
    hooks: Hooks, shop: Shop, clock: FakeClock
) -> None:
    shop.hangs()
    event = await hooks.publish("order.paid")

    for _ in range(7):
        await hooks.settle()
        await hooks.dies_and_starts_again()
        clock.advance(seconds=31)

    assert hooks.story_of(event) == ["unknown"] * 5
    assert hooks.state_of(event) == "exhausted: quarantined"
    assert len(shop.requests) == 5


async def test_deliveries_that_only_waited_beside_a_silent_one_are_not_put_aside_with_it(
    hooks: Hooks, shop: Shop, clock: FakeClock
) -> None:
    shop.hangs()
    events = [await hooks.publish("order.paid") for _ in range(4)]
    for _ in range(5):
        await hooks.settle()
        await hooks.dies_and_starts_again()
        clock.advance(seconds=31)

    shop.wakes()
    for _ in range(5):
        await hooks.settle()
        clock.advance(seconds=2)

    assert [hooks.state_of(event) for event in events] == ["delivered"] * 4


async def test_a_success_resets_the_count_of_silent_claims(hooks: Hooks, shop: Shop, clock: FakeClock) -> None:
    shop.hangs()
    event = await hooks.publish("order.paid")
    await hooks.settle()
    await hooks.dies_and_starts_again()
    clock.advance(seconds=31)
    shop.wakes()
    shop.answers(500)
    await hooks.settle()

    claims = hooks.delivery_of(event)

    assert (claims["claims"], claims["silent_claims"], claims["attempts"]) == (2, 0, 1)


async def test_two_workers_never_send_the_same_delivery_twice(hooks: Hooks, shop: Shop) -> None:
    hooks.workers.append(Worker(hooks))
    hooks.hand.is_cold = True
    events = await asyncio.gather(*(hooks.publish("order.paid") for _ in range(400)))

    while any(await asyncio.gather(*(worker.claim() for worker in hooks.workers))):
        await asyncio.gather(*(worker.rest() for worker in hooks.workers))

    assert len(shop.requests) == 400
    assert sorted(shop.received) == sorted(events)


async def test_a_stopping_worker_gives_back_what_it_has_not_sent(hooks: Hooks, shop: Shop) -> None:
    shop.hangs()
    events = [await hooks.publish("order.paid", {"order": number}) for number in range(30)]
    await hooks.settle()

    await hooks.worker.dispatcher.drain(0)

    states = [hooks.delivery_of(event) for event in events]
    assert [(state["status"], state["claims"]) for state in states].count(("pending", 0)) == 20
    assert [(state["status"], state["claims"]) for state in states].count(("sending", 1)) == 10


async def test_a_worker_that_stops_while_it_claims_keeps_nothing(hooks: Hooks, shop: Shop) -> None:
    hooks.hand.is_cold = True
    event = await hooks.publish("order.paid")
    claim = asyncio.create_task(hooks.worker.claim())
    await asyncio.sleep(0)

    await hooks.worker.dispatcher.drain(5)
    await claim

    assert shop.requests == []
    assert hooks.state_of(event) == "pending"


async def test_a_worker_that_slept_too_long_drops_its_lease_unsent(hooks: Hooks, shop: Shop, clock: FakeClock) -> None:
    shop.hangs()
    events = [await hooks.publish("order.paid", {"order": number}) for number in range(11)]
    await hooks.settle()
    clock.advance(seconds=16)

    shop.wakes()
    await hooks.worker.rest()

    waited = hooks.delivery_of(events[-1])
    assert len(shop.requests) == 10
    assert (waited["status"], waited["claims"]) == ("pending", 0)


async def test_a_delivery_that_cannot_be_built_costs_nobody_else_his_turn(
    hooks: Hooks, shop: Shop, clock: FakeClock
) -> None:
    hooks.workers[0] = Worker(hooks, slots=1)
    broken = await hooks.publish("order.paid", occurred_at=2**60)
    event = await hooks.publish("order.paid")

    await hooks.settle()

    assert shop.received == [event]
    assert hooks.state_of(broken) == "sending"
