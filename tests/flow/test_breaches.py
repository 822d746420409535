"""Work that began later than promised is told once a minute and level, and counted for a day (contracts B.9)."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import select

from hookspan.model.levels import Promises
from hookspan.outbound.caretaker import Caretaker
from hookspan.storage.priorities import breaches_of_day
from hookspan.storage.tables import events
from tests.support.hooks import Hooks, Shop


@pytest.fixture
def caretaker(hooks: Hooks) -> Caretaker:
    """Hears of what this process sends too late."""
    made = Caretaker(hooks.database, hooks.publisher, hooks.hand, clock=hooks.clock)
    hooks.worker.deliverer.on_breach = made.breached
    return made


def warnings(hooks: Hooks) -> list[dict[str, object]]:
    """The data of every warning, oldest first."""
    query = select(events.c.data).where(events.c.type == "system.warning").order_by(events.c.id)
    return [msgspec.json.decode(row["data"]) for row in hooks.rows(lambda held: held.execute(query).mappings())]


async def late(hooks: Hooks, *priorities: int) -> None:
    """First attempts two seconds after acceptance."""
    hooks.hand.is_cold = True
    for priority in priorities:
        await hooks.publish("order.paid", priority=priority)
    hooks.clock.advance(seconds=2)
    await hooks.settle()


async def test_late_first_attempts_are_one_warning_a_level_and_counted(
    hooks: Hooks, shop: Shop, caretaker: Caretaker
) -> None:
    await late(hooks, 3, 3, 2, 0)

    await caretaker.watch()
    await caretaker.watch()

    [told] = warnings(hooks)
    assert (told["code"], told["details"]) == ("sla_breached", {"priority": 3, "slaMs": 1_000, "breaches": 2})
    found = await hooks.database.read(breaches_of_day, hooks.tenant_id, hooks.clock.now_ms())
    assert found == {3: 2}


async def test_a_tenants_own_promise_is_the_one_that_counts(hooks: Hooks, shop: Shop, caretaker: Caretaker) -> None:
    hooks.worker.deliverer.promises = Promises({hooks.tenant_id: {3: None, 0: 500}})
    await late(hooks, 3, 0)

    await caretaker.watch()

    [told] = warnings(hooks)
    assert told["details"] == {"priority": 0, "slaMs": 500, "breaches": 1}


async def test_a_day_later_nothing_is_counted(hooks: Hooks, shop: Shop, caretaker: Caretaker) -> None:
    await late(hooks, 3)
    await caretaker.watch()

    hooks.clock.advance(seconds=86_400)

    assert await hooks.database.read(breaches_of_day, hooks.tenant_id, hooks.clock.now_ms()) == {}
