"""What comes in starts workflows twofold: the one its source is bound to, and those that listen for the event."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from hookspan.errors import Invalid
from hookspan.model.addresses import AddressRules
from hookspan.model.urls import UrlRules
from hookspan.outbound.caretaker import Caretaker
from hookspan.ports import ReplayOrder
from hookspan.storage.tables import executions
from hookspan.workflows.definitions import Definitions
from tests.support.hooks import Hooks, Shop
from tests.support.inbound import request
from tests.support.inflow import Inflow

PAID = {"fieldPath": "$.status", "operator": "equals", "value": "paid"}
ALL = {"id": "all", "kind": "event", "events": ["webhook.received"]}


@pytest.fixture
async def inflow(hooks: Hooks) -> Inflow:
    """On each database."""
    return Inflow(hooks)


async def listening(hooks: Hooks, *triggers: dict[str, object], name: str = "Listener") -> str:
    """A workflow with these triggers, by default one that takes all that comes in; its id."""
    rules = UrlRules(AddressRules(dev_loopback=True))
    definitions = Definitions(hooks.database, hooks.publisher, clock=hooks.clock, url_rules=rules)
    value = {"name": name, "steps": [{"id": "take"}], "triggers": list(triggers or [ALL])}
    return (await definitions.create(hooks.tenant_id, value))[0].id


async def begun(inflow: Inflow) -> list[dict[str, Any]]:
    """Every execution, oldest first."""
    return await inflow.rows(executions)


async def test_the_workflow_of_the_source_comes_first_and_is_the_receipts(inflow: Inflow, hooks: Hooks) -> None:
    heard = await listening(hooks)
    bound = await inflow.workflow()
    kept = await inflow.source(workflow_id=bound)

    answer = await inflow.takes(kept, {"n": 1})

    rows = await begun(inflow)
    (receipt,) = await inflow.receipts()
    assert [(row["workflow_id"], row["trigger_type"]) for row in rows] == [(bound, "webhook"), (heard, "event")]
    assert (answer["executionId"], receipt["execution_id"]) == (rows[0]["id"], rows[0]["id"])


async def test_a_workflow_that_only_listens_is_not_the_receipts(inflow: Inflow, hooks: Hooks) -> None:
    await listening(hooks)
    kept = await inflow.source()

    answer = await inflow.takes(kept, {"n": 1})

    (receipt,) = await inflow.receipts()
    assert len(await begun(inflow)) == 1
    assert (answer.get("executionId"), receipt["execution_id"]) == (None, None)


async def test_one_that_is_bound_and_listens_starts_once(inflow: Inflow, hooks: Hooks) -> None:
    both = await listening(hooks, dict(ALL), {"id": "door", "kind": "webhook"})
    kept = await inflow.source(workflow_id=both)

    await inflow.takes(kept, {"n": 1})

    assert [(row["workflow_id"], row["trigger_type"]) for row in await begun(inflow)] == [(both, "webhook")]


async def test_the_providers_name_and_the_generic_one_both_match_and_metadata_are_the_receipts(
    inflow: Inflow, hooks: Hooks
) -> None:
    await listening(hooks, {"id": "push", "kind": "event", "events": ["github.push"]}, name="exact")
    await listening(hooks, name="generic")
    kept = await inflow.source(provider="github")

    sent = request(b'{"ref":"main"}', [("content-type", "application/json"), ("x-github-event", "push")])
    await inflow.records(kept, sent)

    rows = [msgspec.json.decode(row["trigger"]) for row in await begun(inflow)]
    assert [(row["type"], row["body"]) for row in rows] == [("github.push", {"ref": "main"})] * 2
    assert "receivedAt" in rows[0]["metadata"]


async def test_what_is_filtered_starts_nothing(inflow: Inflow, hooks: Hooks) -> None:
    await listening(hooks)
    kept = await inflow.source()
    await inflow.filter(kept, PAID)

    await inflow.takes(kept, {"status": "open"})

    assert await begun(inflow) == []


async def test_what_is_held_starts_when_it_is_let_go_and_is_told_then(inflow: Inflow, hooks: Hooks) -> None:
    await hooks.subscribe(Shop(), "workflow.triggered")
    heard = await listening(hooks)
    bound = await inflow.workflow()
    kept = await inflow.source(workflow_id=bound)
    await inflow.sources.pause(inflow.tenant_id, kept.source.id)
    held = await inflow.takes(kept, {"n": 1})
    before = await begun(inflow)

    await inflow.sources.resume(inflow.tenant_id, kept.source.id)
    await inflow.holding.turn()

    rows = await begun(inflow)
    assert (held["status"], before) == ("held", [])
    assert [row["workflow_id"] for row in rows] == [bound, heard]
    assert [each["executionId"] for each in await inflow.told("workflow.triggered")] == [row["id"] for row in rows]
    assert [row["execution_id"] for row in await inflow.receipts()] == [rows[0]["id"]]


async def test_the_start_by_a_source_and_its_replay_is_told(inflow: Inflow, hooks: Hooks) -> None:
    await hooks.subscribe(Shop(), "workflow.triggered")
    web: dict[str, object] = {"id": "door", "kind": "webhook"}
    other: dict[str, object] = {"id": "other", "kind": "event", "events": ["never"]}
    bound = await listening(hooks, other, web, name="Order intake")
    kept = await inflow.source(workflow_id=bound, priority=3)
    answer = await inflow.takes(kept, {"n": 1})

    order = ReplayOrder(tenant_id=inflow.tenant_id, event_id=answer["eventId"], actor="user:one")
    await inflow.replaying.replay(order)

    first, again = await inflow.told("workflow.triggered")
    rows = await begun(inflow)
    assert [first["triggerType"], again["triggerType"]] == ["webhook", "webhook_replay"]
    assert [first["executionId"], again["executionId"]] == [row["id"] for row in rows]
    assert (first["workflowId"], first["workflowName"], first["triggerId"]) == (bound, "Order intake", "door")
    assert (first["eventId"], first["webhookId"], first["priority"]) == (answer["eventId"], kept.source.id, 3)


@pytest.mark.parametrize(("node_id", "pulled"), [(None, "door"), ("back", "back")])
async def test_the_trigger_that_a_source_names_is_told_else_the_first(
    node_id: str | None, pulled: str, inflow: Inflow, hooks: Hooks
) -> None:
    await hooks.subscribe(Shop(), "workflow.triggered")
    bound = await listening(hooks, {"id": "door", "kind": "webhook"}, {"id": "back", "kind": "webhook"})
    kept = await inflow.source(workflow_id=bound, node_id=node_id)

    await inflow.takes(kept)

    assert [told["triggerId"] for told in await inflow.told("workflow.triggered")] == [pulled]


async def test_a_source_cannot_name_a_trigger_that_its_workflow_does_not_have(inflow: Inflow, hooks: Hooks) -> None:
    door: dict[str, object] = {"id": "door", "kind": "webhook"}
    bound = await listening(hooks, dict(ALL), door)

    with pytest.raises(Invalid) as refused:
        await inflow.source(workflow_id=bound, node_id="all")

    assert [fault.pointer for fault in refused.value.faults] == ["/nodeId"]


async def test_a_source_whose_trigger_was_renamed_since_can_still_be_changed(inflow: Inflow, hooks: Hooks) -> None:
    definitions = Definitions(hooks.database, hooks.publisher, clock=hooks.clock, url_rules=UrlRules())
    bound = await listening(hooks, {"id": "door", "kind": "webhook"})
    kept = await inflow.source(workflow_id=bound, node_id="door")
    renamed: list[object] = [{"id": "gate", "kind": "webhook"}]
    await definitions.change(hooks.tenant_id, bound, lambda value: {**value, "triggers": renamed})

    changed = await inflow.sources.update(hooks.tenant_id, kept.source.id, {"node_id": "door", "name": "Other"})

    assert (changed.source.node_id, changed.source.name) == ("door", "Other")


async def test_a_start_nobody_asks_about_leaves_no_fact(inflow: Inflow, hooks: Hooks) -> None:
    kept = await inflow.source(workflow_id=await inflow.workflow())

    await inflow.takes(kept, {"n": 1})

    assert await inflow.told("workflow.triggered") == []


async def test_a_fact_about_a_request_starts_and_is_kept_because_it_does(inflow: Inflow, hooks: Hooks) -> None:
    workflow_id = await listening(hooks, {"id": "done", "kind": "event", "events": ["webhook.processed"]})
    kept = await inflow.source()

    answer = await inflow.takes(kept, {"n": 1})

    (row,) = await begun(inflow)
    (told,) = await inflow.told("webhook.processed")
    assert (row["workflow_id"], msgspec.json.decode(row["trigger"])["body"]) == (workflow_id, told)
    assert told["eventId"] == answer["eventId"]


async def test_a_request_with_a_long_list_starts_at_once_and_its_end_when_that_is_written(
    inflow: Inflow, hooks: Hooks
) -> None:
    hooks.publisher.fanout_from = 1
    for name in ("a", "b"):
        await hooks.subscribe(Shop(name), "webhook.received")
    at_once = await listening(hooks, name="at once")
    at_end = await listening(hooks, {"id": "done", "kind": "event", "events": ["webhook.processed"]}, name="end")
    caretaker = Caretaker(hooks.database, hooks.publisher, hooks.hand, clock=hooks.clock)
    caretaker.fanout_due()

    await inflow.takes(await inflow.source(), {"n": 1})
    before = [row["workflow_id"] for row in await begun(inflow)]
    await caretaker.expand()

    assert (before, [row["workflow_id"] for row in await begun(inflow)]) == ([at_once], [at_once, at_end])
