"""Retention: what is old goes, what is owed stays, and a clock that jumps deletes no history (reliability §4.12)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, update

from hookspan import observe
from hookspan.history.erase import erase_content
from hookspan.history.prune import Janitor
from hookspan.model.ids import new_id
from hookspan.storage.events import record
from hookspan.storage.prune import RESUME_MS, janitor_begin
from hookspan.storage.tables import (
    attempts,
    events,
    rejected_requests,
    replays,
    webhook_deliveries,
    webhook_tests,
    webhooks,
)
from tests.support.history import Past, remember
from tests.support.hooks import Hooks, Shop

DAY = 86_400


@pytest.fixture
def janitor(hooks: Hooks) -> Janitor:
    return Janitor(hooks.database, hooks.publisher, hooks.clock)


async def days_pass(hooks: Hooks, janitor: Janitor, days: int) -> None:
    """The janitor comes every day."""
    for _ in range(days):
        hooks.clock.advance(seconds=DAY)
        await janitor.look()


def stored(hooks: Hooks, event_id: str) -> bool:
    def query(connection: Connection) -> Any:
        return connection.execute(select(events.c.id).where(events.c.id == event_id)).mappings().all()

    return bool(hooks.rows(query))


def number(hooks: Hooks, table: Any) -> int:
    def query(connection: Connection) -> Any:
        return connection.execute(select(func.count().label("number")).select_from(table)).mappings().all()

    return int(hooks.rows(query)[0]["number"])


async def set_status(hooks: Hooks, event_id: str, status: str) -> None:
    def unit(connection: Connection) -> None:
        mine = webhook_deliveries.c.event_id == event_id
        connection.execute(update(webhook_deliveries).where(mine).values(status=status))

    await hooks.database.write(unit)


async def test_what_was_delivered_goes_after_its_days(hooks: Hooks, janitor: Janitor) -> None:
    await hooks.subscribe(Shop(), "order.paid")
    await janitor.look()
    event = await hooks.publish("order.paid")
    await hooks.settle()

    await days_pass(hooks, janitor, 29)
    was_there = stored(hooks, event)
    await days_pass(hooks, janitor, 2)

    assert (was_there, stored(hooks, event)) == (True, False)
    assert number(hooks, attempts) == number(hooks, webhook_deliveries) == 0


@pytest.mark.parametrize("status", ["pending", "sending", "held"])
async def test_what_is_owed_stays_with_its_event(hooks: Hooks, janitor: Janitor, status: str) -> None:
    await hooks.subscribe(Shop(), "order.paid")
    janitor = Janitor(hooks.database, hooks.publisher, hooks.clock, hold_days=365)
    await janitor.look()
    hooks.hand.is_cold = True
    event = await hooks.publish("order.paid")
    await set_status(hooks, event, status)

    await days_pass(hooks, janitor, 40)

    assert stored(hooks, event)
    assert hooks.state_of(event) == status


async def test_a_tenant_keeps_things_as_long_as_it_chose(hooks: Hooks, janitor: Janitor) -> None:
    await janitor.look()
    await janitor.keep(hooks.tenant_id, {"events": None})
    event = await hooks.publish("order.paid")

    await days_pass(hooks, janitor, 40)

    assert stored(hooks, event)
    assert (await janitor.kept(hooks.tenant_id)).days["deliveries"] == 30


async def test_a_run_is_told_and_remembered(hooks: Hooks, janitor: Janitor) -> None:
    shop = Shop()
    await hooks.subscribe(shop, "system.info")
    await janitor.look()
    await janitor.keep(hooks.tenant_id, {"events": 1})
    await hooks.publish("order.paid")

    await days_pass(hooks, janitor, 2)
    await hooks.settle()

    kept = await janitor.kept(hooks.tenant_id)
    assert kept.last_run is not None
    assert kept.last_run.deleted["events"] == 1
    assert kept.next_run_at == hooks.clock.now_ms() + DAY * 1_000
    assert b'"code":"retention"' in shop.requests[-1].body


async def test_a_jump_of_the_clock_is_followed_by_two_days_a_run(hooks: Hooks, janitor: Janitor) -> None:
    shop = Shop()
    await hooks.subscribe(shop, "system.warning")
    await janitor.look()
    event = await hooks.publish("order.paid")

    hooks.clock.advance(seconds=60 * DAY)
    await janitor.look()
    await hooks.settle()

    assert stored(hooks, event)
    assert b'"code":"clock_jumped"' in shop.requests[-1].body


async def test_a_clock_that_went_back_deletes_nothing_early(hooks: Hooks) -> None:
    now = hooks.clock.now_ms()
    await hooks.database.write(janitor_begin, now, DAY * 1_000)

    back = await hooks.database.write(janitor_begin, now - 5 * DAY * 1_000, DAY * 1_000)

    assert back is not None
    assert back.clock == now - 5 * DAY * 1_000


async def test_a_run_that_died_is_taken_up_and_does_not_move_the_clock(hooks: Hooks) -> None:
    now = hooks.clock.now_ms()
    await hooks.database.write(janitor_begin, now, DAY * 1_000)

    early = await hooks.database.write(janitor_begin, now + 1_000, DAY * 1_000)
    resumed = await hooks.database.write(janitor_begin, now + RESUME_MS, DAY * 1_000)

    assert early is None
    assert resumed is not None
    assert (resumed.clock, resumed.is_resumed) == (now, True)


async def test_more_than_a_batch_goes_in_batches(hooks: Hooks, janitor: Janitor) -> None:
    await janitor.look()
    await janitor.keep(hooks.tenant_id, {"events": 1})
    for _ in range(1_050):
        hooks.database.batch(record, await _born(hooks))
    await hooks.publish("order.paid")

    await days_pass(hooks, janitor, 2)

    assert number(hooks, events) <= 2


async def _born(hooks: Hooks) -> Any:
    birth = await hooks.publisher.prepare(hooks.event("order.paid"))
    assert birth is not None
    return birth


async def test_a_hold_ends_after_seven_days_and_is_announced_at_five(hooks: Hooks, janitor: Janitor) -> None:
    endpoint, watcher = await hooks.subscribe(Shop(), "order.paid"), Shop("watcher")
    await hooks.subscribe(watcher, "system.warning")
    await janitor.look()
    await hooks.endpoints.pause(hooks.tenant_id, endpoint)
    event = await hooks.publish("order.paid")

    await days_pass(hooks, janitor, 6)
    waits = hooks.state_of(event)
    await days_pass(hooks, janitor, 2)
    await hooks.settle()

    assert waits.startswith("held")
    assert hooks.state_of(event) == "cancelled: hold_expired"
    assert sum(b'"code":"hold_expires"' in request.body for request in watcher.requests) == 1


async def test_a_hold_is_counted_from_the_pause_and_not_from_the_birth(hooks: Hooks, janitor: Janitor) -> None:
    endpoint = await hooks.subscribe(Shop(), "order.paid")
    await janitor.look()
    hooks.hand.is_cold = True
    event = await hooks.publish("order.paid")
    await days_pass(hooks, janitor, 10)
    await hooks.endpoints.pause(hooks.tenant_id, endpoint)
    await hooks.settle()

    await days_pass(hooks, janitor, 1)

    assert hooks.state_of(event).startswith("held")


async def test_what_is_erased_is_never_sent(hooks: Hooks) -> None:
    shop = Shop()
    await hooks.subscribe(shop, "order.paid")
    hooks.hand.is_cold = True
    event = await hooks.publish("order.paid", {"card": "4111"})

    await erase_content(hooks.database, hooks.clock, hooks.tenant_id, event)

    hooks.hand.is_cold = False
    await hooks.settle()
    assert hooks.state_of(event) == "cancelled: content_erased"
    assert shop.requests == []


async def test_a_source_keeps_its_events_for_its_own_days(hooks: Hooks, janitor: Janitor) -> None:
    sources = {days: await hooks.database.write(add_source, hooks.tenant_id, days) for days in (None, 3, 60)}
    now = hooks.clock.now_ms()
    pasts = [Past(at=now + number, source=source) for number, source in enumerate(sources.values())]
    ids = dict(zip(sources, await hooks.database.write(remember, hooks.tenant_id, pasts), strict=True))
    before = observe.registry.get_sample_value("hookspan_pruned_total", {"kind": "events"}) or 0.0

    await days_pass(hooks, janitor, 5)
    assert [stored(hooks, ids[days]) for days in (3, None, 60)] == [False, True, True]
    await days_pass(hooks, janitor, 30)
    assert [stored(hooks, ids[days]) for days in (None, 60)] == [False, True]
    await days_pass(hooks, janitor, 30)

    assert not stored(hooks, ids[60])
    after = observe.registry.get_sample_value("hookspan_pruned_total", {"kind": "events"}) or 0.0
    assert after - before >= 3


async def test_a_held_receipt_stays_whatever_its_age(hooks: Hooks, janitor: Janitor) -> None:
    source = await hooks.database.write(add_source, hooks.tenant_id, 1)
    now = hooks.clock.now_ms()
    pasts = [Past(at=now + number, source=source, status=word) for number, word in enumerate(("held", "processed"))]
    held, processed = await hooks.database.write(remember, hooks.tenant_id, pasts)

    await days_pass(hooks, janitor, 40)

    assert (stored(hooks, held), stored(hooks, processed)) == (True, False)


async def test_tests_of_sources_replays_and_refused_requests_go_by_their_kind(hooks: Hooks, janitor: Janitor) -> None:
    source = await hooks.database.write(add_source, hooks.tenant_id, None)
    await hooks.database.write(add_records, hooks.tenant_id, source, hooks.clock.now_ms())
    tables = (rejected_requests, webhook_tests, replays)

    await days_pass(hooks, janitor, 8)
    assert [number(hooks, table) for table in tables] == [0, 1, 1]
    await days_pass(hooks, janitor, 23)
    assert [number(hooks, table) for table in tables] == [0, 0, 1]
    await janitor.keep(hooks.tenant_id, {"audit": 31})
    await days_pass(hooks, janitor, 1)

    assert number(hooks, replays) == 0


def add_source(connection: Connection, tenant_id: str, days: int | None) -> str:
    identity = new_id(1)
    settings = "{}" if days is None else f'{{"retentionDays":{days}}}'
    values = {"id": identity, "tenant_id": tenant_id, "name": identity, "path": identity, "auth_type": "none"}
    connection.execute(insert(webhooks).values(**values, settings=settings, created_at=1, updated_at=1))
    return identity


def add_records(connection: Connection, tenant_id: str, source: str, now: int) -> None:
    own = {"id": new_id(now), "tenant_id": tenant_id, "webhook_id": source}
    asked = {"cause": "ip", "status": 403, "method": "POST", "path": "/x", "received_at": now}
    connection.execute(insert(rejected_requests).values(**own, **asked))
    connection.execute(insert(webhook_tests).values(**own, request="{}", response="{}", created_at=now))
    ids = {name: new_id(now) for name in ("event_id", "source_event_id", "root_event_id")}
    connection.execute(insert(replays).values(**own, **ids, replay_count=1, actor="me", created_at=now))
