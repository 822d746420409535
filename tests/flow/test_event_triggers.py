"""Workflows that events start: matched by name and filter, born with the event, once each, and never in a ring."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, select, update

from hookspan.events.publish import Publisher
from hookspan.events.routing import Routing
from hookspan.model.events import Entry, NewReplay
from hookspan.model.ids import new_id
from hookspan.storage import routing
from hookspan.storage.database import Database
from hookspan.storage.tables import event_triggers, events
from hookspan.workflows.definitions import Definitions
from tests.support.listening import TAKE, begun, event, listening, on, publish, trigger_of
from tests.support.workshop import RULES, NoHandoff, Workshop, workshop_on

PAID: dict[str, object] = {"fieldPath": "$.status", "operator": "equals", "value": "paid"}


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Workshop]:
    async with workshop_on(database) as workshop:
        yield workshop


async def test_an_event_starts_a_workflow_that_listens(shop: Workshop) -> None:
    workflow_id = await listening(shop, on("order.*"), priority=3)

    published = await publish(shop, data={"id": 7}, metadata=b'{"by":"till"}', priority=0, depth=2)

    (row,) = await begun(shop)
    assert published.executions == [row["id"]]
    assert (row["workflow_id"], row["workflow_version"], row["status"]) == (workflow_id, 1, "pending")
    assert (row["trigger_type"], row["trigger_event_id"], row["webhook_id"]) == ("event", published.id, None)
    assert (row["priority"], row["depth"], row["due_at"]) == (3, 2, shop.clock.now_ms())
    nothing: dict[str, object] = {"method": None, "path": None, "headers": {}, "query": {}}
    named = {"type": "order.paid", "eventId": published.id, "body": {"id": 7}, "metadata": {"by": "till"}}
    assert trigger_of(row) == {**nothing, **named}


async def test_it_runs_with_the_events_data_to_the_last_digit(shop: Workshop) -> None:
    await listening(shop, on("order.paid"))

    published = await publish(shop, data=b'{"total": 10.50, "big": 12345678901234567890123}')
    await shop.settle()

    execution = await shop.execution(published.executions[0])
    assert (execution.status, execution.output) == ("completed", b'{"total":10.50,"big":12345678901234567890123}')


async def test_a_test_event_starts_it_as_it_is_delivered(shop: Workshop) -> None:
    await shop.listen_to("workflow.triggered")
    await listening(shop, on("order.*"))

    published = await publish(shop, test=True)

    assert len(published.executions) == 1
    assert await shop.database.read(marked) == ["order.paid", "workflow.triggered"]


def marked(connection: Connection) -> list[str]:
    """Types of the events that are tests."""
    return list(connection.execute(select(events.c.type).where(events.c.test).order_by(events.c.id)).scalars())


async def test_an_event_nobody_listens_for_starts_nothing(shop: Workshop) -> None:
    await listening(shop, on("order.*"))

    published = await publish(shop, "invoice.paid")

    assert (published.executions, await begun(shop)) == ([], [])


@pytest.mark.parametrize("status", ["draft", "inactive", "archived"])
async def test_only_active_workflows_are_started(shop: Workshop, status: str) -> None:
    await listening(shop, on("order.*"), status=status)

    assert (await publish(shop)).executions == []


async def test_a_deleted_workflow_is_not_started(shop: Workshop) -> None:
    workflow_id = await listening(shop, on("order.*"))
    await publish(shop)

    await shop.definitions.delete(shop.tenant_id, workflow_id)
    published = await publish(shop)

    assert published.executions == []


async def test_another_tenants_event_starts_nothing(database: Database, shop: Workshop) -> None:
    await listening(shop, on("*"))

    async with workshop_on(database) as other:
        published = await publish(other)

    assert published.executions == []


async def test_a_filter_decides(shop: Workshop) -> None:
    await listening(shop, on("order.*", rows=[PAID]))

    published = [await publish(shop, data={"status": status}) for status in ("open", "paid")]

    assert [len(each.executions) for each in published] == [0, 1]


async def test_a_filter_without_an_answer_starts_nothing_and_holds_nobody_up(shop: Workshop) -> None:
    spoiled = await listening(shop, on("order.*", rows=[PAID]))
    sound = await listening(shop, on("order.*"), name="Other")
    await shop.database.write(spoil, shop.tenant_id, spoiled)

    published = await publish(shop, data={"status": "paid"})

    assert len(published.executions) == 1
    assert [row["workflow_id"] for row in await begun(shop)] == [sound]


def spoil(connection: Connection, tenant_id: str, workflow_id: str) -> None:
    """As a release with other operators would have left it."""
    rows = '[{"fieldPath":"$.status","operator":"sounds_like","value":"y"}]'
    mine = event_triggers.c.workflow_id == workflow_id
    connection.execute(update(event_triggers).where(mine).values(filter=rows))
    routing.bump(connection, tenant_id)


async def test_a_workflow_is_started_once_by_the_first_trigger_that_holds(shop: Workshop) -> None:
    await shop.listen_to("workflow.triggered")
    wants_more = {"fieldPath": "$.more", "operator": "exists"}
    await listening(shop, on("order.*", name="a", rows=[wants_more]), on("order.paid", name="b"), on("*", name="c"))

    published = await publish(shop)

    assert len(published.executions) == 1
    ((_, told),) = [each for each in await shop.events() if each[0] == "workflow.triggered"]
    assert (told["triggerId"], told["executionId"]) == ("b", published.executions[0])


async def test_a_reserved_name_that_was_published_is_matched_literally(shop: Workshop) -> None:
    literal = await listening(shop, on("workflow.completed"))
    await listening(shop, on("execution.completed"), name="Other")

    await publish(shop, "workflow.completed")

    assert [row["workflow_id"] for row in await begun(shop)] == [literal]


async def test_a_fact_is_matched_by_any_of_its_names_and_kept_because_it_is_wanted(shop: Workshop) -> None:
    heard = await listening(shop, on("workflow.completed"))

    execution = await shop.run(TAKE)

    _, last = [row["workflow_id"] for row in await begun(shop)]
    assert (execution.status, last) == ("completed", heard)
    assert await shop.story() == ["execution.completed"]


async def test_a_workflow_follows_another_by_what_that_one_made(shop: Workshop) -> None:
    done: dict[str, object] = {"fieldPath": "$.output.id", "operator": "equals", "value": 7}
    await listening(shop, on("execution.completed", rows=[done]))

    execution = await shop.run(TAKE, body={"id": 7})
    await shop.run(TAKE, body={"id": 8})

    [row] = [row for row in await begun(shop) if row["trigger_type"] == "event"]
    body = trigger_of(row)["body"]
    assert (body["executionId"], body["output"], row["depth"]) == (execution.id, {"id": 7}, 1)


async def test_what_is_told_of_a_workflow_does_not_start_it(shop: Workshop) -> None:
    workflow_id = await listening(shop, on("execution.*", "step.*", "progress.updated", "workflow.triggered"))

    await shop.engine.start(shop.tenant_id, workflow_id)
    await shop.settle()

    assert len(await begun(shop)) == 1


async def test_what_a_step_publishes_may_start_its_own_workflow(shop: Workshop) -> None:
    again: dict[str, object] = {"id": "again", "kind": "emit", "with": {"event": "round"}}
    workflow_id = await shop.workflow(again, triggers=[on("round")])

    await shop.engine.start(shop.tenant_id, workflow_id)
    await shop.settle()

    assert [row["depth"] for row in await begun(shop)] == [0, 1, 2, 3, 4]


async def test_two_workflows_that_start_each_other_stop_at_the_fifth_link(shop: Workshop) -> None:
    for heard, said in (("ping", "pong"), ("pong", "ping")):
        step: dict[str, object] = {"id": "say", "kind": "emit", "with": {"event": said}}
        await shop.workflow(step, name=said, triggers=[on(heard)])

    await publish(shop, "ping")
    await shop.settle()

    rows = await begun(shop)
    assert [(row["depth"], row["status"]) for row in rows] == [(depth, "completed") for depth in range(5)]
    assert await shop.story() == ["ping", "pong"] * 3


async def test_workflows_that_start_whenever_one_starts_do_not_fill_a_transaction(shop: Workshop) -> None:
    for name in "abcd":
        await listening(shop, on("workflow.triggered"), name=name)
    await listening(shop, on("order.paid"), name="first")

    await publish(shop)

    assert sorted(row["depth"] for row in await begun(shop)) == [0, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("data", "body"),
    [
        (b"", None),
        (b"plain words", "plain words"),
        (b"\xff\xfe", "//4="),
        (b"[" * 100 + b"]" * 100, "[" * 100 + "]" * 100),
    ],
)
async def test_data_that_are_no_json_are_text_or_base64(shop: Workshop, data: bytes, body: str | None) -> None:
    await listening(shop, on("order.*"))

    await publish(shop, data=data, data_content_type="application/octet-stream")

    (row,) = await begun(shop)
    assert trigger_of(row)["body"] == body


async def test_large_data_are_the_trigger_whole(shop: Workshop) -> None:
    data = {"letters": "x" * 2 * 1024 * 1024}
    await listening(shop, on("order.*"))

    published = await publish(shop, data=data)
    await shop.settle()

    assert (await shop.execution(published.executions[0])).status == "completed"
    assert trigger_of((await begun(shop))[0])["body"] == data


async def test_a_batch_starts_for_each_of_its_events(shop: Workshop) -> None:
    await listening(shop, on("order.*"))

    published = await shop.publisher.publish_entries(
        [Entry(event(shop)), Entry(event(shop, "other")), Entry(event(shop))]
    )

    assert [len(each.executions) for each in published] == [1, 0, 1]
    assert len(await begun(shop)) == 2


async def test_a_workflow_changed_by_another_process_starts_at_its_new_version(shop: Workshop) -> None:
    elsewhere = Publisher(shop.database, Routing(shop.database), NoHandoff(), shop.feed, clock=shop.clock)
    definitions = Definitions(shop.database, elsewhere, clock=shop.clock, url_rules=RULES)
    workflow_id = await listening(shop, on("order.*"))
    await publish(shop)

    steps = [TAKE, {"id": "more", "needs": ["take"]}]
    await definitions.update(
        shop.tenant_id, workflow_id, {"name": "Order intake", "steps": steps, "triggers": [on("order.*")]}
    )
    await publish(shop)

    assert [row["workflow_version"] for row in await begun(shop)] == [1, 2]


@pytest.mark.parametrize(("endpoint_ids", "started"), [(None, 1), (frozenset({"e"}), 0)])
async def test_a_replay_starts_workflows_unless_it_is_for_endpoints(
    shop: Workshop, endpoint_ids: frozenset[str] | None, started: int
) -> None:
    was = await publish(shop)
    await listening(shop, on("order.*"))
    replay = NewReplay(
        id=new_id(0),
        source_event_id=was.id,
        root_event_id=was.id,
        replay_count=1,
        actor="user:one",
        endpoint_ids=endpoint_ids,
    )

    again = event(shop, origin="replay", replay_count=1, source_event_id=was.id, root_event_id=was.id)
    published = await shop.publisher.publish_entry(Entry(again, replay=replay, matched_as="api"))

    assert len(published.executions) == started


async def test_every_start_is_told_before_it_runs(shop: Workshop) -> None:
    await shop.listen_to("workflow.triggered", "execution.started")
    workflow_id = await listening(shop, on("order.paid", name="paid"), priority=2)

    published = await publish(shop)
    await shop.settle()

    _, (kind, told), (then, _) = [each for each in await shop.events() if not each[0].startswith("workflow.def")]
    assert (kind, then) == ("workflow.triggered", "execution.started")
    assert told == {
        "workflowId": workflow_id,
        "workflowName": "Order intake",
        "workflowVersion": 1,
        "executionId": published.executions[0],
        "triggerId": "paid",
        "triggerType": "event",
        "eventId": published.id,
        "webhookId": None,
        "priority": 2,
        "triggeredAt": "2025-05-21T21:27:10.000Z",
    }


async def test_a_long_list_of_endpoints_does_not_keep_workflows_waiting(shop: Workshop) -> None:
    shop.publisher.fanout_from = 1
    await shop.listen_to("order.paid")
    await shop.listen_to("order.*")
    await shop.listen_to("workflow.triggered")
    await listening(shop, on("order.*"))

    published = await publish(shop)

    assert (published.deliveries, len(published.executions), len(await begun(shop))) == (None, 1, 1)
    assert await shop.story() == ["order.paid", "workflow.triggered"]


async def test_data_are_made_only_for_facts_that_somebody_wants_and_before_filters_look(shop: Workshop) -> None:
    await listening(shop, on("execution.completed", rows=[PAID]))
    await publish(shop)
    made: list[str] = []

    async def told(kind: str) -> int | None:
        async def data() -> bytes:
            made.append(kind)
            return b'{"status":"paid"}'

        birth = await shop.publisher.prepare(event(shop, kind, b"", origin="workflow"), data=data)
        return len(birth.executions) if birth.is_kept else None

    assert [await told("execution.failed"), await told("execution.completed")] == [None, 1]
    assert made == ["execution.completed"]
