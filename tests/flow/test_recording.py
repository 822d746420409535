"""What one request becomes: filtered, failed, warned of, started, told; and once more as a replay."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from hookspan.errors import Conflict, NotFound
from hookspan.inbound.recording import TEST, Manner
from hookspan.model.ids import new_id
from hookspan.outbound.caretaker import Caretaker
from hookspan.ports import ReplayOrder
from hookspan.storage.tables import events, executions, fanouts, replays, webhooks
from tests.support.clock import FakeClock
from tests.support.hooks import Hooks, Shop
from tests.support.inbound import request
from tests.support.inflow import Inflow

PAID = {"fieldPath": "$.status", "operator": "equals", "value": "paid"}
ENDLESS = {"fieldPath": "$[*]", "operator": "equals", "value": "x"}
SCHEMA = {"type": "object", "required": ["total"], "properties": {"total": {"type": "number"}}}
SALE = b'{"type":"sale","total":"many"}'
JSON = [("content-type", "application/json")]


@pytest.fixture
async def inflow(hooks: Hooks) -> Inflow:
    """On each database."""
    return Inflow(hooks)


@pytest.fixture
async def far(hooks: Hooks) -> Shop:
    """A far side that is sent all that comes in and what is told of it."""
    shop = Shop("far")
    await hooks.subscribe(shop, "webhook.*")
    return shop


async def test_what_a_filter_refuses_is_kept_and_starts_nothing(inflow: Inflow, far: Shop) -> None:
    kept = await inflow.source(workflow_id=await inflow.workflow())
    await inflow.filter(kept, PAID)

    answer = await inflow.takes(kept, {"status": "open"})

    (receipt,) = await inflow.receipts()
    assert (answer["status"], receipt["status"], receipt["id"]) == ("filtered", "filtered", answer["eventId"])
    assert receipt["filtered_reason"] == 'no group passed: group 0: $.status equals "paid" (was "open")'
    assert await inflow.rows(executions) == []
    assert [each["event_type"] for each in inflow.hooks.deliveries()] == ["webhook.filtered"]
    (told,) = await inflow.told("webhook.filtered")
    assert (told["webhookId"], told["eventId"], told["reason"]) == (
        kept.source.id,
        receipt["id"],
        receipt["filtered_reason"],
    )


async def test_what_a_filter_lets_through_runs(inflow: Inflow, far: Shop) -> None:
    kept = await inflow.source(workflow_id=await inflow.workflow())
    await inflow.filter(kept, PAID)

    answer = await inflow.takes(kept, {"status": "paid"})

    (execution,) = await inflow.rows(executions)
    assert (answer["status"], answer["executionId"]) == ("processed", execution["id"])
    assert sorted(each["event_type"] for each in inflow.hooks.deliveries()) == ["webhook.processed", "webhook.received"]


class Hurried(FakeClock):
    """Time goes on by 7 ms whenever somebody looks how late it is."""

    def monotonic(self) -> float:
        """Seconds since the test began."""
        self.advance(seconds=0.007)
        return super().monotonic()


async def test_the_receipt_tells_how_long_the_filters_took(hooks: Hooks) -> None:
    hooks.clock = Hurried()
    inflow = Inflow(hooks)
    kept, plain = await inflow.source(), await inflow.source()
    await inflow.filter(kept, PAID)

    await inflow.takes(kept, {"status": "paid"})
    await inflow.takes(plain, {"status": "paid"})

    timings = [msgspec.json.decode(receipt["metadata"])["timing"] for receipt in await inflow.receipts()]
    assert [timing["filterMs"] for timing in timings] == [7, 0]


async def test_a_reason_is_cut_and_never_holds_a_credential(inflow: Inflow) -> None:
    kept = await inflow.source()
    rows = [{"fieldPath": f"$.{'n' * 200}{n}", "operator": "equals", "value": "x" * 200} for n in range(9)]
    secret = {"fieldPath": "$headers.authorization", "operator": "equals", "value": "x"}
    await inflow.filter(kept, secret, *rows)

    await inflow.takes(kept, {}, [(b"authorization", b"Bearer canary")])

    (receipt,) = await inflow.receipts()
    assert len(receipt["filtered_reason"]) == 1_000
    assert "canary" not in receipt["filtered_reason"]


async def test_a_filter_that_gives_no_answer_fails_and_neither_drops_nor_runs(inflow: Inflow, far: Shop) -> None:
    kept = await inflow.source(workflow_id=await inflow.workflow())
    await inflow.filter(kept, ENDLESS)

    answer = await inflow.takes(kept, list(range(20_000)))

    (receipt,) = await inflow.receipts()
    assert (answer["status"], receipt["status"], receipt["error_code"]) == ("failed", "failed", "filter_error")
    assert await inflow.rows(executions) == []
    assert [each["event_type"] for each in inflow.hooks.deliveries()] == ["webhook.failed"]


@pytest.mark.parametrize(
    ("check", "status", "code"),
    [("enforce", "failed", "schema_mismatch"), ("warn", "processed", "schema_mismatch"), ("off", "processed", None)],
)
async def test_data_that_their_type_forbids(inflow: Inflow, check: str, status: str, code: str | None) -> None:
    await inflow.event_type("stripe.sale", SCHEMA)
    kept = await inflow.source(schema_check=check, workflow_id=await inflow.workflow(), provider="stripe")

    outcome = await inflow.records(kept, request(SALE, JSON))

    (receipt,) = await inflow.receipts()
    assert (outcome.status, receipt["status"], receipt["error_code"]) == (status, status, code)
    assert ("/data/total" in (receipt["error_message"] or "")) is (code is not None)
    assert len(await inflow.rows(executions)) == (status == "processed")


async def test_data_that_their_type_allows_name_its_version(inflow: Inflow) -> None:
    await inflow.event_type("stripe.sale", SCHEMA)
    kept = await inflow.source(provider="stripe")

    await inflow.records(kept, request(b'{"type":"sale","total":1}', JSON))

    assert [row["type_version"] for row in await inflow.rows(events)] == [1]


async def test_a_workflow_that_is_off_or_gone_fails_the_receipt(inflow: Inflow, far: Shop) -> None:
    kept = await inflow.source(workflow_id=await inflow.workflow(status="inactive"))

    await inflow.takes(kept)

    (receipt,) = await inflow.receipts()
    assert (receipt["status"], receipt["error_code"]) == ("failed", "workflow_inactive")
    (told,) = await inflow.told("webhook.failed")
    assert told["errorCode"] == "workflow_inactive"


async def test_what_nobody_wants_to_be_told_is_not_kept(inflow: Inflow) -> None:
    kept = await inflow.source()

    await inflow.takes(kept)

    assert [row["type"] for row in await inflow.rows(events)] == ["webhook.received"]


async def test_a_fact_is_as_deep_as_the_event_it_tells_of(inflow: Inflow, far: Shop) -> None:
    kept = await inflow.source()

    await inflow.records(kept, request(b"{}"), hops=5)

    assert {row["type"]: row["depth"] for row in await inflow.rows(events)} == {
        "webhook.received": 5,
        "webhook.processed": 5,
    }


async def test_the_order_is_the_source_s_and_so_is_the_address(inflow: Inflow) -> None:
    kept = await inflow.source(ordering_key="$.order")

    await inflow.takes(kept, {"order": 7})

    assert [row["ordering_key"] for row in await inflow.rows(events)] == ["7"]
    assert [row["source_ip"] for row in await inflow.receipts()] == ["203.0.113.9"]


async def test_a_type_that_the_header_tells_otherwise_is_flagged(inflow: Inflow) -> None:
    kept = await inflow.source(provider="hookspan-orchestrator")

    await inflow.records(kept, request(b'{"event":"a.b"}', [*JSON, ("x-webhook-event", "other")]))

    (receipt,) = await inflow.receipts()
    assert msgspec.json.decode(receipt["metadata"])["eventTypeMismatch"] is True


async def test_a_form_s_json_reaches_the_workflow(inflow: Inflow) -> None:
    kept = await inflow.source(provider="slack", workflow_id=await inflow.workflow())
    form = request(b"payload=%7B%22n%22%3A1%7D", [("content-type", "application/x-www-form-urlencoded")])

    await inflow.records(kept, form)

    (execution,) = await inflow.rows(executions)
    assert msgspec.json.decode(execution["trigger"])["body"] == {"n": 1}
    (event,) = await inflow.rows(events)
    assert msgspec.json.decode(event["data"])["body"] == {"n": 1}


async def test_a_long_list_is_processed_when_it_is_written_and_then_told(inflow: Inflow, hooks: Hooks) -> None:
    hooks.publisher.fanout_from = 1
    for name in ("a", "b"):
        await hooks.subscribe(Shop(name), "webhook.received")
    await hooks.subscribe(Shop("c"), "webhook.processed")
    kept = await inflow.source()
    caretaker = Caretaker(hooks.database, hooks.publisher, hooks.hand, clock=hooks.clock)
    caretaker.fanout_due()

    answer = await inflow.takes(kept)
    before = await inflow.statuses()
    await caretaker.expand()

    assert (before, await inflow.statuses()) == (["received"], ["processed"])
    assert await inflow.rows(fanouts) == []
    (told,) = await inflow.told("webhook.processed")
    assert told["eventId"] == answer["eventId"]


async def test_a_test_is_flagged_repeats_nothing_and_tells_the_filter(inflow: Inflow) -> None:
    kept = await inflow.source(dedupe={"mode": "body"})

    outcomes = [await inflow.records(kept, request(b"{}"), TEST) for _ in range(2)]

    assert [outcome.duplicate for outcome in outcomes] == [False, False]
    assert outcomes[0].filter is not None
    assert outcomes[0].filter.reason == "no filters"
    assert [row["test"] for row in await inflow.receipts()] == [True, True]
    assert [row["trigger_count"] for row in await inflow.rows(webhooks)] == [0]


async def test_a_dry_test_is_judged_and_stored_nowhere(inflow: Inflow) -> None:
    kept = await inflow.source()
    await inflow.filter(kept, PAID)

    outcome = await inflow.records(kept, request(b"{}"), Manner(is_dry=True, explains=True))

    assert outcome.status == "filtered"
    assert await inflow.rows(events) == []


# -- replays --------------------------------------------------------------------------------------------------------


async def test_a_replay_is_a_new_event_of_the_same_request(inflow: Inflow, far: Shop) -> None:
    kept = await inflow.source(workflow_id=await inflow.workflow(), dedupe={"mode": "body"})
    first = await inflow.takes(kept, b'{"n": 1.0}', [(b"x-mark", b"m")])

    replayed = await inflow.replaying.replay(order(inflow, first["eventId"]))

    was, made = [row for row in await inflow.rows(events) if row["webhook_id"] == kept.source.id]
    assert (made["id"], made["origin"], made["replay_count"]) == (replayed.event_id, "replay", 1)
    assert (made["type"], made["source_event_id"], made["root_event_id"]) == (was["type"], was["id"], was["id"])
    old, new = await inflow.receipts()
    for member in ("request_body", "request_headers", "request_path", "metadata", "source_ip"):
        assert new[member] == old[member]
    second = [row for row in await inflow.rows(executions) if row["id"] == replayed.execution_id]
    assert [row["trigger_type"] for row in second] == ["webhook_replay"]
    assert [row["trigger_count"] for row in await inflow.rows(webhooks)] == [1]
    (row,) = await inflow.rows(replays)
    assert (row["event_id"], row["source_event_id"], row["actor"], row["modified"]) == (
        made["id"],
        was["id"],
        "me",
        False,
    )
    received = [each for each in inflow.hooks.deliveries() if each["delivered_name"] == "webhook.received"]
    assert {each["event_id"] for each in received} == {was["id"], made["id"]}


async def test_a_replay_with_another_payload_is_filtered_anew_and_its_replay_goes_deeper(inflow: Inflow) -> None:
    kept = await inflow.source()
    first = await inflow.takes(kept, {"status": "paid"})
    await inflow.filter(kept, PAID)

    changed = await inflow.replaying.replay(order(inflow, first["eventId"], payload=b'{"status":"open"}', diff="[]"))
    again = await inflow.replaying.replay(order(inflow, changed.event_id))

    assert (changed.status, again.status) == ("filtered", "filtered")
    assert (again.replay_count, again.root_event_id) == (2, first["eventId"])
    assert [row["modified"] for row in await inflow.rows(replays)] == [True, False]
    assert [bytes(row["request_body"]) for row in await inflow.receipts()][1:] == [b'{"status":"open"}'] * 2


async def test_an_event_that_was_published_is_replayed_as_it_was(inflow: Inflow, hooks: Hooks) -> None:
    shop = Shop("orders")
    await hooks.subscribe(shop, "order.*")
    event_id = await hooks.publish("order.paid", {"n": 1}, subject="s")

    replayed = await inflow.replaying.replay(order(inflow, event_id))

    was, made = await inflow.rows(events)
    assert (made["id"], made["data"], made["subject"]) == (replayed.event_id, was["data"], "s")
    assert len(hooks.deliveries()) == 2
    assert replayed.status is None


@pytest.mark.parametrize("closing", ["disabled", "deleted"])
async def test_nothing_is_replayed_into_a_source_that_is_closed(inflow: Inflow, closing: str) -> None:
    kept = await inflow.source()
    first = await inflow.takes(kept)
    if closing == "disabled":
        await inflow.sources.update(inflow.tenant_id, kept.source.id, {"enabled": False})
    else:
        await inflow.remove(kept)

    with pytest.raises(Conflict) as caught:
        await inflow.replaying.replay(order(inflow, first["eventId"]))

    assert caught.value.code == "webhook_disabled"


async def test_nobody_replays_another_tenant_s_event(inflow: Inflow) -> None:
    kept = await inflow.source()
    first = await inflow.takes(kept)

    with pytest.raises(NotFound):
        await inflow.replaying.replay(ReplayOrder(tenant_id=new_id(0), event_id=first["eventId"], actor="me"))


def order(inflow: Inflow, event_id: str, **members: Any) -> ReplayOrder:
    """An order of ours."""
    return ReplayOrder(tenant_id=inflow.tenant_id, event_id=event_id, actor="me", **members)
