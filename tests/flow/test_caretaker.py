"""What becomes of failing: facts, warnings, an endpoint disabled; long lists; what kills its worker."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, select

from hookspan.outbound.caretaker import Caretaker
from hookspan.storage.tables import endpoints, events, fanouts
from tests.support.clock import FakeClock
from tests.support.hooks import Hooks, Shop

DAY = 86_400


@pytest.fixture
def caretaker(hooks: Hooks) -> Caretaker:
    """One that looks after the deliveries of the hooks."""
    return Caretaker(hooks.database, hooks.publisher, hooks.hand, clock=hooks.clock)


@pytest.fixture
async def watcher(hooks: Hooks) -> Shop:
    """A far side that is told how deliveries fare."""
    shop = Shop("watcher")
    await hooks.subscribe(shop, "delivery.*", "endpoint.disabled", "endpoint.recovered", "system.*")
    return shop


async def test_the_fourth_failure_the_last_one_and_a_recovery_are_told(
    hooks: Hooks, shop: Shop, watcher: Shop, clock: FakeClock
) -> None:
    shop.answers(*[500] * 5)
    recovering = await hooks.publish("order.paid")

    for _ in range(6):
        await hooks.settle()
        clock.advance(seconds=3_000)

    assert [told["type"] for told in _told(watcher)] == ["delivery.failing", "delivery.recovered"]
    assert _told(watcher)[0]["data"] | {"at": None, "deliveryId": None} == {
        "deliveryId": None,
        "eventId": recovering,
        "endpointId": hooks.delivery_of(recovering)["endpoint_id"],
        "eventType": "order.paid",
        "attempts": 4,
        "lastStatusCode": 500,
        "lastError": "HTTP 500",
        "at": None,
    }


async def test_a_delivery_without_attempts_left_is_told(hooks: Hooks, watcher: Shop) -> None:
    shop = Shop()
    await hooks.subscribe(shop, retry={"enabled": False})
    shop.answers(500)
    await hooks.publish("order.paid")

    await hooks.settle()

    assert [told["type"] for told in _told(watcher)] == ["delivery.exhausted"]


async def test_facts_about_deliveries_cause_no_facts(hooks: Hooks, watcher: Shop, clock: FakeClock) -> None:
    shop = Shop()
    await hooks.subscribe(shop, retry={"enabled": False})
    shop.answers(500)
    watcher.answers(*[500] * 50)
    await hooks.publish("order.paid")

    for _ in range(8):
        await hooks.settle()
        clock.advance(seconds=90_000)

    assert {told["type"] for told in _told(watcher)} == {"delivery.exhausted"}
    assert len(set(watcher.received)) == 1


async def test_nobody_is_told_what_nobody_asked_for(hooks: Hooks, shop: Shop, clock: FakeClock) -> None:
    shop.answers(*[500] * 5)
    await hooks.publish("order.paid")

    for _ in range(6):
        await hooks.settle()
        clock.advance(seconds=3_000)

    assert hooks.rows(_types) == [{"type": "order.paid"}]


async def test_an_endpoint_that_is_gone_is_told(hooks: Hooks, shop: Shop, watcher: Shop) -> None:
    shop.answers(410)
    await hooks.publish("order.paid")

    await hooks.settle()

    [told] = _told(watcher)
    assert told["type"] == "endpoint.disabled"
    assert told["data"]["reason"] == "gone"


async def test_failing_for_days_is_warned_of_twice_and_ends_disabled(
    hooks: Hooks, shop: Shop, watcher: Shop, caretaker: Caretaker, clock: FakeClock
) -> None:
    shop.goes_down()
    told = []
    for day in range(6):
        for _ in range(6):
            await hooks.publish("order.paid")
            await hooks.settle()
            clock.advance(seconds=DAY / 6)
        await caretaker.watch()
        await hooks.settle()
        told.append((day, [each["type"] for each in _told(watcher) if not each["type"].startswith("delivery.")]))

    assert told[0] == (0, ["system.warning"])
    assert told[2] == (2, ["system.warning"] * 2)
    assert told[4] == (4, ["system.warning", "system.warning", "endpoint.disabled"])
    assert _status(hooks, shop) == ("disabled", "failures")


async def test_a_success_in_between_starts_the_days_anew(
    hooks: Hooks, shop: Shop, caretaker: Caretaker, clock: FakeClock
) -> None:
    for _ in range(8):
        shop.goes_down()
        for _ in range(6):
            await hooks.publish("order.paid")
            await hooks.settle()
            clock.advance(seconds=DAY / 8)
        shop.comes_back()
        clock.advance(seconds=DAY / 8)
        await hooks.settle()
        await caretaker.watch()

    assert _status(hooks, shop) == ("active", None)


async def test_what_kills_five_workers_is_put_aside_and_said_so(
    hooks: Hooks, shop: Shop, watcher: Shop, caretaker: Caretaker, clock: FakeClock
) -> None:
    shop.hangs()
    poison = await hooks.publish("order.paid")
    for _ in range(5):
        await hooks.dies_and_starts_again()
        clock.advance(seconds=3_600)
        await caretaker.sweep()
        await hooks.worker.claim()
    shop.wakes()

    await hooks.settle()

    assert hooks.state_of(poison) == "exhausted: quarantined"
    [told] = _told(watcher)
    assert (told["type"], told["data"]["code"]) == ("system.error", "delivery_quarantined")


async def test_a_long_list_is_fixed_at_once_and_written_in_batches(hooks: Hooks, caretaker: Caretaker) -> None:
    hooks.publisher.fanout_from = 3
    shops = [Shop(f"shop{number}") for number in range(7)]
    for each in shops:
        await hooks.subscribe(each)

    published = await hooks.publisher.publish(hooks.event("order.paid"))
    waiting = len(hooks.rows(_lists))
    await hooks.subscribe(Shop("late"))
    await caretaker.expand()
    await hooks.settle()

    assert published.deliveries is None
    assert waiting == 1
    assert [each.received for each in shops] == [[published.id]] * 7
    assert hooks.rows(_lists) == []
    assert hooks.far_side.shops["late.example"].requests == []


def _told(watcher: Shop) -> list[dict[str, Any]]:
    return [msgspec.json.decode(request.body) for request in watcher.requests]


def _types(connection: Connection) -> list[Any]:
    return list(connection.execute(select(events.c.type)).mappings())


def _lists(connection: Connection) -> list[Any]:
    return list(connection.execute(select(fanouts.c.event_id)).mappings())


def _status(hooks: Hooks, shop: Shop) -> tuple[str, str | None]:
    def of_shop(connection: Connection) -> list[Any]:
        wanted = select(endpoints.c.status, endpoints.c.status_reason).where(endpoints.c.url == shop.url)
        return list(connection.execute(wanted).mappings())

    (row,) = hooks.rows(of_shop)
    return row["status"], row["status_reason"]
