"""What is counted, listed and exported agrees with what was sent, on both databases."""

from __future__ import annotations

import pytest

from hookspan.history.endpoint_stats import judged
from hookspan.history.export import Exports
from hookspan.history.search import EventQuestion
from hookspan.history.stats import Stats
from hookspan.storage.deliveries_list import DeliveryFilter, attempts_of, deliveries_due_slice, deliveries_slice
from hookspan.storage.endpoint_stats import endpoint_numbers, endpoints_steps
from hookspan.storage.event_filter import EventFilter
from hookspan.storage.issues import issues_find
from hookspan.storage.keyset import Keyset
from hookspan.storage.stats import StatsFilter
from tests.support.hooks import Hooks, Shop

MINE, OTHER, NEVER_RAN, SOURCE = (f"0196f4a0-0000-7abc-8def-00000000000{number}" for number in range(4))


@pytest.fixture
async def endpoint(hooks: Hooks) -> str:
    """One that took the first event and refused the second, whose next attempt waits."""
    shop = Shop()
    identity = await hooks.subscribe(shop, "order.*")
    await hooks.publish("order.paid")
    await hooks.settle()
    shop.answers(503)
    await hooks.publish("order.sent")
    await hooks.settle()
    return identity


async def test_totals_come_from_what_was_settled(hooks: Hooks, endpoint: str) -> None:
    await hooks.publish("order.tried", test=True)
    await hooks.settle()

    counted = await Stats(hooks.database).count(hooks.tenant_id, "24h", now=hooks.clock.now_ms())

    totals = counted.totals
    assert (totals["delivered"], totals["attempts"], totals["failedAttempts"], totals["exhausted"]) == (1, 2, 1, 0)
    assert (sum(step.delivered for step in counted.series), len(counted.series)) == (1, 48)
    assert counted.latencies["attempt"]["p50"] is not None
    assert [(queue.priority, queue.depth) for queue in counted.queues] == [(3, 0), (2, 0), (1, 1), (0, 0)]


async def test_a_type_is_counted_from_its_deliveries(hooks: Hooks, endpoint: str) -> None:
    wanted = StatsFilter(event_type="order.sent", endpoint_id=endpoint)

    counted = await Stats(hooks.database).count(hooks.tenant_id, "1h", now=hooks.clock.now_ms(), wanted=wanted)

    assert (counted.totals["attempts"], counted.totals["failedAttempts"], counted.totals["delivered"]) == (1, 1, 0)
    assert counted.latencies["attempt"]["p50"] is None


async def published(hooks: Hooks, **wanted: str) -> int:
    """How many were published, as this filter counts them."""
    now, asked = hooks.clock.now_ms(), StatsFilter(**wanted)
    return (await Stats(hooks.database).count(hooks.tenant_id, "1h", now=now, wanted=asked)).totals["published"]


@pytest.mark.usefixtures("endpoint")
async def test_what_a_workflow_published_is_counted_and_nothing_that_others_did(hooks: Hooks) -> None:
    await hooks.publish("order.sent", workflow_id=MINE, origin="workflow")
    await hooks.publish("order.paid", workflow_id=MINE, origin="workflow")
    await hooks.publish("order.paid", workflow_id=OTHER, origin="workflow")
    await hooks.publish("order.paid", workflow_id=MINE, origin="workflow", test=True)
    for origin in ("webhook", "replay"):
        await hooks.publish("order.paid", workflow_id=MINE, webhook_id=SOURCE, origin=origin)

    numbers = [await published(hooks, workflow_id=each) for each in (MINE, OTHER, NEVER_RAN)]

    assert numbers == [2, 1, 0]
    assert await published(hooks, workflow_id=MINE, event_type="order.sent") == 1


@pytest.mark.usefixtures("endpoint")
async def test_a_source_publishes_nothing(hooks: Hooks) -> None:
    assert await published(hooks, webhook_id=SOURCE) == 0
    assert await published(hooks, webhook_id=SOURCE, event_type="order.paid") == 0


async def test_the_numbers_of_an_endpoint(hooks: Hooks, endpoint: str) -> None:
    numbers = await hooks.database.read(endpoint_numbers, hooks.tenant_id, endpoint)

    found = judged(numbers)
    assert (found.total, found.successful, found.failed, found.failure_rate) == (2, 1, 0, 0.0)
    assert (numbers.attempts, sum(numbers.latencies)) == (2, 2)
    assert numbers.last_ok_at is not None
    assert numbers.last_failure_at is not None
    statuses, steps = await hooks.database.read(endpoints_steps, hooks.tenant_id, [endpoint, "other"], 0)
    assert statuses == {endpoint: "active"}
    assert [(step.attempts, step.failed_attempts) for step in steps] == [(2, 1)]


async def test_the_attempts_of_a_page_are_found_by_their_deliveries(hooks: Hooks, endpoint: str) -> None:
    rows, _ = await hooks.database.read(deliveries_slice, hooks.tenant_id, DeliveryFilter(), Keyset(10))
    ids = [row.id for row in rows]

    found = await hooks.database.read(attempts_of, hooks.tenant_id, [*ids, "unknown"])

    assert {each: [(row.number, row.status_code) for row in found[each]] for each in found} == {
        ids[0]: [(1, 503)],
        ids[1]: [(1, 200)],
    }
    assert await hooks.database.read(attempts_of, "another", ids) == {}
    assert await hooks.database.read(attempts_of, hooks.tenant_id, ids[:1]) == {ids[0]: found[ids[0]]}


async def test_failures_are_found_by_outcome_and_put_together(hooks: Hooks, endpoint: str) -> None:
    page = Keyset(10)

    refused, _ = await hooks.database.read(
        deliveries_slice, hooks.tenant_id, DeliveryFilter(outcomes=["http_error"]), page
    )
    due, _ = await hooks.database.read(deliveries_due_slice, hooks.tenant_id, DeliveryFilter(), page)
    issues, counted_from = await hooks.database.read(issues_find, hooks.tenant_id, DeliveryFilter())

    assert [row.event_type for row in refused] == [row.event_type for row in due] == ["order.sent"]
    assert [(each.error_code, each.status_code, each.count) for each in issues] == [("http_error", 503, 1)]
    assert (issues[0].samples, counted_from) == ([refused[0].id], None)


async def test_an_export_holds_every_row_once(hooks: Hooks, endpoint: str) -> None:
    exports = Exports(hooks.database)

    events = await exports.events(hooks.tenant_id, EventQuestion(EventFilter(), ["order.*"]), ascending=True)
    deliveries = await exports.deliveries(hooks.tenant_id, DeliveryFilter(endpoint_ids=[endpoint]))

    written = [found.event.type async for portion in exports.event_rows(hooks.tenant_id, events) for found in portion]
    sent = [row.event_type async for portion in exports.delivery_rows(hooks.tenant_id, deliveries) for row in portion]
    assert written == ["order.paid", "order.sent"]
    assert sent == ["order.sent", "order.paid"]
    assert not events.is_truncated
