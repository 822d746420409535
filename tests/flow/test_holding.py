"""A paused source holds; resumed, it lets go in order, so many a second, each receipt once and whole."""

from __future__ import annotations

import asyncio

import pytest

from hookspan.inbound.again import kept_again
from hookspan.inbound.sources import KeptSource
from hookspan.storage import held
from hookspan.storage.database import Database
from hookspan.storage.tables import events, executions, webhooks
from tests.support.hooks import Hooks, Shop
from tests.support.inbound import request
from tests.support.inflow import Inflow

PAID = {"fieldPath": "$.status", "operator": "equals", "value": "paid"}


@pytest.fixture
async def inflow(hooks: Hooks) -> Inflow:
    """On each database."""
    return Inflow(hooks, held_most=3, per_second=2)


async def paused(inflow: Inflow, *bodies: object, **members: object) -> KeptSource:
    """A source that was paused and holds these."""
    kept = await inflow.source(**members)
    await inflow.sources.pause(inflow.tenant_id, kept.source.id)
    for body in bodies:
        assert (await inflow.takes(kept, body))["status"] == "held"
        inflow.clock.advance(seconds=0.001)
    return kept


async def resume(inflow: Inflow, kept: KeptSource) -> None:
    """People let it go on."""
    await inflow.sources.resume(inflow.tenant_id, kept.source.id)


async def started(inflow: Inflow) -> list[str | None]:
    """Which events started executions, oldest execution first."""
    return [row["trigger_event_id"] for row in await inflow.rows(executions)]


async def test_what_is_held_does_nothing(inflow: Inflow, hooks: Hooks) -> None:
    await hooks.subscribe(Shop(), "webhook.*")
    await paused(inflow, {"n": 1}, workflow_id=await inflow.workflow())

    await inflow.holding.turn()

    assert await inflow.statuses() == ["held"]
    assert await started(inflow) == []
    assert hooks.deliveries() == []


async def test_resumed_it_lets_go_in_order_of_arrival_at_its_rate(inflow: Inflow, hooks: Hooks) -> None:
    await hooks.subscribe(Shop(), "webhook.*")
    kept = await paused(inflow, {"n": 1}, {"n": 2}, {"n": 3}, workflow_id=await inflow.workflow())
    ids = [row["id"] for row in await inflow.receipts()]
    await resume(inflow, kept)

    await inflow.holding.turn()
    await inflow.holding.turn()
    first = await started(inflow)
    inflow.clock.advance(seconds=1)
    await inflow.holding.turn()

    assert first == ids[:2]
    assert await started(inflow) == ids
    assert await inflow.statuses() == ["processed"] * 3
    assert [row["trigger_count"] for row in await inflow.rows(webhooks)] == [3]
    owed = [each["event_id"] for each in hooks.deliveries() if each["delivered_name"] == "webhook.received"]
    assert sorted(owed) == ids
    assert [told["eventId"] for told in await inflow.told("webhook.processed")] == ids
    assert {row["execution_id"] for row in await inflow.receipts()} == {
        row["id"] for row in await inflow.rows(executions)
    }


async def test_filters_type_and_workflow_are_those_of_the_resume(inflow: Inflow) -> None:
    kept = await paused(inflow, {"status": "open", "type": "sale"}, {"status": "paid"})
    workflow_id = await inflow.workflow()
    await inflow.filter(kept, PAID)
    await inflow.sources.update(inflow.tenant_id, kept.source.id, {"workflow_id": workflow_id})
    await resume(inflow, kept)

    await inflow.holding.turn()

    assert await inflow.statuses() == ["filtered", "processed"]
    assert [row["workflow_id"] for row in await inflow.rows(events)] == [workflow_id] * 2
    assert await started(inflow) == [(await inflow.receipts())[1]["id"]]


async def test_a_new_prefix_names_what_was_held(inflow: Inflow) -> None:
    kept = await inflow.source(provider="stripe")
    await inflow.sources.pause(inflow.tenant_id, kept.source.id)
    await inflow.records(kept, request(b'{"type":"sale"}', [("content-type", "application/json")]))
    await inflow.sources.update(inflow.tenant_id, kept.source.id, {"event_type_prefix": "shop"})
    await resume(inflow, kept)

    await inflow.holding.turn()

    (event,) = await inflow.rows(events)
    assert (event["type"], bytes(event["data"])) == ("shop.sale", b'{"type":"sale"}')
    assert [row["event_type"] for row in await inflow.receipts()] == ["shop.sale"]


async def test_paused_again_or_disabled_it_holds_on(inflow: Inflow) -> None:
    kept = await paused(inflow, {"n": 1})
    await inflow.sources.update(inflow.tenant_id, kept.source.id, {"enabled": False})

    await inflow.holding.turn()

    assert await inflow.statuses() == ["held"]


async def test_a_process_that_has_not_heard_of_a_pause_lets_nothing_go(inflow: Inflow, hooks: Hooks) -> None:
    kept = await paused(inflow, {"n": 1})
    await resume(inflow, kept)
    other = Inflow(hooks)
    await other.sources.load()
    await inflow.sources.pause(inflow.tenant_id, kept.source.id)

    await other.holding.turn()

    assert await inflow.statuses() == ["held"]


async def test_two_processes_let_each_receipt_go_once(inflow: Inflow, hooks: Hooks) -> None:
    kept = await paused(inflow, {"n": 1}, {"n": 2}, {"n": 3}, workflow_id=await inflow.workflow())
    ids = [row["id"] for row in await inflow.receipts()]
    await resume(inflow, kept)
    others = [Inflow(hooks), Inflow(hooks)]
    for other in others:
        await other.sources.load()

    while await started(inflow) != ids:
        await asyncio.gather(*(other.holding.turn() for other in others))
        inflow.clock.advance(seconds=1)

    assert sorted(await started(inflow), key=str) == ids
    assert await inflow.statuses() == ["processed"] * 3


async def test_what_is_not_held_any_more_is_not_let_go_again(inflow: Inflow, database: Database) -> None:
    kept = await paused(inflow, {"n": 1}, workflow_id=await inflow.workflow())
    (stored,) = await database.read(held.held_next, kept.source.id, 10)
    await resume(inflow, kept)
    await inflow.holding.turn()
    source = inflow.sources.by_path(kept.source.path)
    assert source is not None
    assert stored.receipt is not None

    is_released = await inflow.recording.release(source, kept_again(source, stored, stored.receipt))

    assert not is_released
    assert len(await started(inflow)) == 1


async def test_what_a_deleted_source_held_has_failed_and_that_is_told(inflow: Inflow, hooks: Hooks) -> None:
    await hooks.subscribe(Shop(), "webhook.*")
    kept = await paused(inflow, {"n": 1}, {"n": 2}, workflow_id=await inflow.workflow())
    ids = [row["id"] for row in await inflow.receipts()]
    await inflow.remove(kept)

    await inflow.holding.turn()

    assert [(row["status"], row["error_code"]) for row in await inflow.receipts()] == [
        ("failed", "webhook_deleted")
    ] * 2
    assert sorted(told["eventId"] for told in await inflow.told("webhook.failed")) == ids
    assert await started(inflow) == []


async def test_a_source_that_holds_too_much_says_503_until_there_is_room(inflow: Inflow) -> None:
    kept = await paused(inflow, {"n": 1}, {"n": 2}, {"n": 3})

    status, answer = await inflow.tries(kept, {"n": 4})

    assert (status, answer) == (503, {"error": "unavailable"})
    await resume(inflow, kept)
    await inflow.holding.turn()
    await inflow.sources.pause(inflow.tenant_id, kept.source.id)
    assert (await inflow.takes(kept, {"n": 4}))["status"] == "held"


async def test_what_other_processes_hold_is_counted_too(inflow: Inflow, hooks: Hooks) -> None:
    kept = await paused(inflow, {"n": 1}, {"n": 2}, {"n": 3})
    other = Inflow(hooks, held_most=3)
    await other.sources.load()

    before = other.recording.held.is_full(kept.source.id)
    await other.holding.count()

    assert (before, other.recording.held.is_full(kept.source.id)) == (False, True)


async def test_a_repeat_of_what_is_held_is_told_its_id(inflow: Inflow) -> None:
    kept = await paused(inflow, {"n": 1}, dedupe={"mode": "body"})

    repeat = await inflow.takes(kept, {"n": 1})

    (receipt,) = await inflow.receipts()
    assert (repeat["eventId"], repeat["duplicate"], receipt["duplicate_count"]) == (receipt["id"], True, 1)
