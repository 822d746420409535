"""What a replay is on each database: the same request, judged by what is configured now, sent under a new id."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from hookspan.history.replay import ReplayWish
from hookspan.storage.database import Database
from tests.support.calls import Calls
from tests.support.hooks import Hooks, Shop
from tests.support.replaying import Player
from tests.support.surface import Surface, furnished

WORKFLOW = {"name": "Intake", "steps": [{"id": "a", "kind": "pass"}], "triggers": [{"id": "t", "kind": "webhook"}]}
JSON = [(b"content-type", b"application/json"), (b"x-request-id", b"delivery-1")]


@pytest.fixture
async def world(database: Database) -> Surface:
    """A started instance on each database."""
    return await furnished(database)


@pytest.fixture
async def api(world: Surface) -> AsyncIterator[Calls]:
    """The API as the owner sees it."""
    async with world.client() as client:
        yield Calls(client, world.owner)


async def sourced(api: Calls, **members: Any) -> dict[str, Any]:
    """A new source that trusts everybody."""
    made: dict[str, Any] = await api.post("/api/v1/webhooks", {"name": "Orders", "authType": "none", **members})
    return made


async def received(world: Surface, source: dict[str, Any], body: bytes = b'{"status":"paid"}') -> str:
    """The id of an event that came in."""
    return str(msgspec.json.decode((await world.takes(source["path"], body, JSON)).body)["eventId"])


async def replayed(api: Calls, event_id: str, **body: Any) -> dict[str, Any]:
    """The new event in full."""
    answer = await api.post(f"/api/v1/events/{event_id}/replay", body, status=200)
    made: dict[str, Any] = await api.get(f"/api/v1/events/{answer['eventId']}")
    return made


async def test_the_filters_of_today_judge_it(world: Surface, api: Calls) -> None:
    source = await sourced(api)
    original = await received(world, source)
    row = {"fieldPath": "$.status", "operator": "equals", "value": "open"}
    await api.post(f"/api/v1/webhooks/{source['id']}/filters", row)
    await world.rooms.sources.refresh()

    filtered, passed = await replayed(api, original), await replayed(api, original, modifiedPayload={"status": "open"})

    assert (filtered["receipt"]["status"], passed["receipt"]["status"]) == ("filtered", "processed")
    assert (await api.get(f"/api/v1/events/{original}"))["receipt"]["status"] == "processed"


async def test_what_failed_for_want_of_a_workflow_runs_when_there_is_one(world: Surface, api: Calls) -> None:
    workflow = await api.post("/api/v1/workflows", {**WORKFLOW, "status": "inactive"})
    source = await sourced(api, workflowId=workflow["id"])
    original = await received(world, source)
    was = (await api.get(f"/api/v1/events/{original}"))["receipt"]
    await api.ask("PUT", f"/api/v1/workflows/{workflow['id']}", {**WORKFLOW, "status": "active"})
    world.clock.advance(seconds=2)

    made = await replayed(api, original)

    assert (was["status"], was["errorCode"]) == ("failed", "workflow_inactive")
    assert (made["receipt"]["status"], made["counts"]["executions"]) == ("processed", 1)


async def test_it_is_no_duplicate_and_no_trigger_of_its_source(world: Surface, api: Calls) -> None:
    source = await sourced(api)
    original = await received(world, source)
    before = await api.get(f"/api/v1/webhooks/{source['id']}")
    world.clock.advance(seconds=1)

    made = [await replayed(api, original) for _ in range(2)]

    after = await api.get(f"/api/v1/webhooks/{source['id']}")
    assert len({original, *(each["id"] for each in made)}) == 3
    assert (await api.get(f"/api/v1/events/{original}"))["receipt"]["duplicateCount"] == 0
    assert (after["triggerCount"], after["lastTriggeredAt"]) == (before["triggerCount"], before["lastTriggeredAt"])


async def test_data_that_tell_of_the_request_tell_of_the_new_body(world: Surface, api: Calls) -> None:
    original = await received(world, await sourced(api))

    made = await replayed(api, original, modifiedPayload={"status": "void"})

    was = await api.get(f"/api/v1/events/{original}")
    assert (made["type"], made["data"]["body"]) == ("webhook.received", {"status": "void"})
    assert {**made["data"], "body": None} == {**was["data"], "body": None}


async def test_it_is_sent_as_the_first_was_under_an_id_of_its_own(hooks: Hooks, shop: Shop) -> None:
    original = await hooks.publish("order.paid", {"id": 1})
    await hooks.settle()

    made = await Player(hooks).replays.one(hooks.tenant_id, original, ReplayWish("user:one"))

    await hooks.settle()
    assert shop.received == [original, made.event_id]
    first, second = shop.requests
    assert msgspec.json.decode(first.body)["data"] == msgspec.json.decode(second.body)["data"]
    assert made.event_id != original


async def test_subscribers_know_a_replay_by_every_name_of_its_original(hooks: Hooks, shop: Shop) -> None:
    everything = Shop("everything")
    await hooks.subscribe(everything, "webhook.received", "execution.completed")
    came_in = await hooks.publish("github.push", origin="webhook")
    published = await hooks.publish("workflow.completed")
    await hooks.settle()
    player = Player(hooks)

    made = [
        (await player.replays.one(hooks.tenant_id, event, ReplayWish("user:one"))).event_id
        for event in (came_in, published)
    ]

    await hooks.settle()
    assert everything.received == [came_in, made[0]]
