"""Endpoints that are over, paused or deleted: what is owed to them is held, released or ended."""

from __future__ import annotations

import pytest

from hookspan.errors import Conflict
from tests.support.clock import FakeClock
from tests.support.hooks import Hooks, Shop


async def test_a_410_holds_the_delivery_and_disables_the_endpoint(hooks: Hooks) -> None:
    shop = Shop()
    endpoint = await hooks.subscribe(shop)
    shop.answers(410)
    event = await hooks.publish("order.paid")

    await hooks.settle()

    stored = await hooks.endpoints.get(hooks.tenant_id, endpoint)
    assert (stored.status, stored.status_reason) == ("disabled", "gone")
    assert hooks.state_of(event) == "held: gone"
    assert hooks.story_of(event) == ["refused: 410"]


async def test_what_happens_after_a_410_is_held_until_the_endpoint_is_resumed(hooks: Hooks) -> None:
    shop = Shop()
    endpoint = await hooks.subscribe(shop)
    shop.answers(410)
    first = await hooks.publish("order.paid")
    await hooks.settle()
    second = await hooks.publish("order.paid")
    await hooks.settle()
    held = [hooks.state_of(first), hooks.state_of(second)]

    await hooks.endpoints.resume(hooks.tenant_id, endpoint)
    await hooks.settle()

    assert held == ["held: gone", "held: disabled"]
    assert sorted(shop.received) == sorted([first, first, second])


async def test_a_paused_endpoint_holds_what_comes_and_resume_releases_it(hooks: Hooks) -> None:
    shop = Shop()
    endpoint = await hooks.subscribe(shop)
    await hooks.endpoints.pause(hooks.tenant_id, endpoint)
    event = await hooks.publish("order.paid")
    await hooks.settle()
    held, sent = hooks.state_of(event), len(shop.requests)

    await hooks.endpoints.resume(hooks.tenant_id, endpoint)
    await hooks.settle()

    assert (held, sent) == ("held: paused", 0)
    assert hooks.story_of(event) == ["delivered: 200"]


async def test_a_pause_holds_the_retries_that_wait(hooks: Hooks, clock: FakeClock) -> None:
    shop = Shop()
    endpoint = await hooks.subscribe(shop)
    shop.answers(500)
    event = await hooks.publish("order.paid")
    await hooks.settle()

    await hooks.endpoints.pause(hooks.tenant_id, endpoint)
    clock.advance(seconds=60)
    await hooks.settle()

    assert hooks.state_of(event).startswith("held")
    assert hooks.story_of(event) == ["refused: 500"]


async def test_deleting_an_endpoint_ends_what_it_is_owed(hooks: Hooks, clock: FakeClock) -> None:
    shop = Shop()
    endpoint = await hooks.subscribe(shop)
    shop.answers(500)
    event = await hooks.publish("order.paid")
    await hooks.settle()

    await hooks.endpoints.delete(hooks.tenant_id, endpoint)
    clock.advance(seconds=60)
    await hooks.settle()

    assert hooks.state_of(event) == "cancelled: endpoint_deleted"
    assert len(shop.requests) == 1


async def test_an_attempt_under_way_while_its_endpoint_is_deleted_is_the_last_one(
    hooks: Hooks, clock: FakeClock
) -> None:
    shop = Shop()
    endpoint = await hooks.subscribe(shop)
    shop.hangs()
    event = await hooks.publish("order.paid")
    await hooks.settle()
    shop.answers(500)

    await hooks.endpoints.delete(hooks.tenant_id, endpoint)
    shop.wakes()
    await hooks.settle()
    clock.advance(seconds=60)
    await hooks.settle()

    assert hooks.story_of(event) == ["refused: 500"]
    assert hooks.state_of(event) == "cancelled: endpoint_deleted"


async def test_what_is_delivered_is_sent_again_only_by_force(hooks: Hooks, shop: Shop) -> None:
    event = await hooks.publish("order.paid")
    await hooks.settle()

    with pytest.raises(Conflict, match="already delivered"):
        await hooks.retry(event)
    await hooks.retry(event, force=True)
    await hooks.settle()

    assert shop.received == [event, event]


async def test_the_first_success_stays_on_record_when_a_forced_repeat_fails(
    hooks: Hooks, shop: Shop, clock: FakeClock
) -> None:
    event = await hooks.publish("order.paid")
    await hooks.settle()
    first = hooks.delivery_of(event)["completed_at"]
    clock.advance(seconds=60)
    shop.answers(500)

    await hooks.retry(event, force=True)
    await hooks.settle()

    assert hooks.delivery_of(event)["first_delivered_at"] == first
