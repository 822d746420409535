"""Events for later in the river: sent at their hour and not before, and never once they are cancelled in time."""

from __future__ import annotations

import asyncio

import pytest

from hookspan.errors import Conflict
from hookspan.storage import scheduled
from tests.support.hooks import Hooks, Shop

HOUR_MS = 3_600_000


async def later(hooks: Hooks) -> str:
    """The id of an event that is due in an hour."""
    return await hooks.publish("order.paid", deliver_at=hooks.clock.now_ms() + HOUR_MS)


async def cancel(hooks: Hooks, event_id: str) -> int:
    """As of now; how many deliveries."""
    withdrawn = await hooks.database.write(scheduled.cancel, hooks.tenant_id, event_id, hooks.clock.now_ms())
    return withdrawn.deliveries


async def test_it_is_sent_at_its_hour_and_not_before(hooks: Hooks, shop: Shop) -> None:
    event = await later(hooks)
    hooks.clock.advance(seconds=3_599)
    await hooks.settle()
    before = list(shop.received)

    hooks.clock.advance(seconds=1)
    await hooks.settle()

    assert (before, shop.received) == ([], [event])


async def test_cancelled_in_time_it_is_never_sent(hooks: Hooks, shop: Shop) -> None:
    event = await later(hooks)
    hooks.clock.advance(seconds=3_599)

    cancelled = await cancel(hooks, event)
    hooks.clock.advance(seconds=HOUR_MS)
    await hooks.settle()

    assert (cancelled, shop.received) == (1, [])
    assert hooks.state_of(event) == "cancelled: user"


async def test_at_its_hour_it_is_too_late(hooks: Hooks, shop: Shop) -> None:
    event = await later(hooks)
    hooks.clock.advance(seconds=3_600)

    with pytest.raises(Conflict):
        await cancel(hooks, event)
    await hooks.settle()

    assert shop.received == [event]


async def test_of_two_who_cancel_one_does(hooks: Hooks, shop: Shop) -> None:
    event = await later(hooks)

    outcomes = await asyncio.gather(*(cancel(hooks, event) for _ in range(5)), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict"] * 4 + ["int"]
