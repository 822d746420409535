"""Settings of a tenant, what waits in it, and finding anything by id or name (contracts C.7)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hookspan.model.ids import new_id
from hookspan.model.levels import Turn
from hookspan.storage.database import Database
from hookspan.storage.execution_claims import Claim, claim
from hookspan.storage.workers import WorkerRow, worker_join
from tests.support.calls import URL, Calls
from tests.support.surface import Surface, furnished

TIMEOUT = "endpoints.systemprompt_timeout_ms"
USUAL = {
    TIMEOUT: 30_000,
    "event_types.unknown": "allow",
    "events.keep": [],
    "executions.concurrency": None,
    "resources": {},
}


async def test_a_setting_is_changed_kept_and_put_back(world: Surface, api: Calls) -> None:
    before = await api.get("/api/v1/settings")
    changed = await api.ask("PATCH", "/api/v1/settings", {"event_types.unknown": "reject"})
    between = await api.get("/api/v1/settings")

    cleared = await api.ask("PATCH", "/api/v1/settings", {"event_types.unknown": None})

    assert before == USUAL == cleared.json()
    assert changed.json() == between == {**USUAL, "event_types.unknown": "reject"}
    row = (await api.get("/api/v1/audit"))["data"][-1]
    assert (row["before"], row["after"]) == ({"event_types.unknown": "allow"}, {"event_types.unknown": "reject"})


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"event_types.unknwon": "reject"}, "unknown_member"),
        ({"event_types.unknown": 7}, "validation_error"),
        ({TIMEOUT: 999}, "validation_error"),
        ({TIMEOUT: True}, "validation_error"),
        ({TIMEOUT: "30000"}, "validation_error"),
        ({"executions.concurrency": 0}, "validation_error"),
        ({"resources": {"cpu": -1}}, "validation_error"),
        ({"resources": [8]}, "validation_error"),
        ({"events.keep": "task.*"}, "validation_error"),
        ({"events.keep": ["task.*", "no name"]}, "validation_error"),
    ],
)
async def test_an_unknown_name_or_value_is_refused(wish: dict[str, object], code: str, api: Calls) -> None:
    answer = await api.ask("PATCH", "/api/v1/settings", wish)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await api.get("/api/v1/settings") == USUAL


async def test_a_pattern_that_is_none_is_named_by_its_place_in_the_setting(api: Calls) -> None:
    answer = await api.ask("PATCH", "/api/v1/settings", {"events.keep": ["task.*", "no name", 7]})

    faults = answer.json()["errors"]
    assert [fault["pointer"] for fault in faults] == ["/events.keep/1", "/events.keep/2"]


async def test_what_a_tenant_keeps_is_listed_and_may_be_nothing(api: Calls) -> None:
    set_to = await api.ask("PATCH", "/api/v1/settings", {"events.keep": ["task.*", "workflow.completed"]})

    emptied = await api.ask("PATCH", "/api/v1/settings", {"events.keep": []})

    assert set_to.json() == {**USUAL, "events.keep": ["task.*", "workflow.completed"]}
    assert emptied.json() == USUAL


async def test_the_timeout_setting_is_what_an_endpoint_of_seed_004_gets_unless_it_names_one(api: Calls) -> None:
    await api.ask("PATCH", "/api/v1/settings", {TIMEOUT: 20_000})

    made = await api.endpoint(profile="systemprompt")
    named = await api.endpoint(profile="systemprompt", timeoutMs=5_000)
    usual = await api.endpoint()

    assert [each["timeoutMs"] for each in (made, named, usual)] == [20_000, 5_000, 15_000]
    cleared = await api.ask("PATCH", f"/api/v1/endpoints/{named['id']}", {"timeoutMs": None})
    whole = {"url": URL, "events": ["*"], "profile": "systemprompt"}
    put = await api.ask("PUT", f"/api/v1/endpoints/{usual['id']}", whole)
    assert (cleared.json()["timeoutMs"], put.json()["timeoutMs"]) == (20_000, 20_000)


async def test_settings_are_of_one_tenant_and_changed_by_its_admins(world: Surface, api: Calls) -> None:
    other = replace(api, headers=await world.key_for("owner", tenant_id=await world.second_tenant()))
    viewer = replace(api, headers=await world.key_for("viewer"))
    wish = {"event_types.unknown": "reject"}

    refused = await viewer.ask("PATCH", "/api/v1/settings", wish)
    await api.ask("PATCH", "/api/v1/settings", wish)

    assert refused.status_code == 403
    assert await other.get("/api/v1/settings") == USUAL


async def test_what_waits_for_room_is_in_the_queues_too(database: Database) -> None:
    world = await furnished(database)
    async with world.client(peer=("127.0.0.1", 1)) as client:
        api = Calls(client, world.owner)
        limited = {"name": "w", "concurrency": 1, "steps": [{"id": "a"}]}
        workflow = await api.post("/api/v1/workflows", limited)
        for _ in range(3):
            await api.post(f"/api/v1/workflows/{workflow['id']}/executions", {}, status=202)
        world.clock.advance(seconds=3)
        now = world.clock.now_ms()
        await database.write(claim, Claim(now, 10, "0" * 32, now + 30_000, Turn(0)))

        queue = (await api.get("/api/v1/queues"))["data"][2]
        level = (await api.get("/api/v1/priorities"))["data"][2]
        told = (await client.get("/metrics")).text

    assert queue["executions"] == {"depth": 2, "oldestMs": 3_000, "inFlight": 1}
    assert (level["queued"], level["oldestMs"]) == (2, 3_000)
    assert 'hookspan_queue_depth{kind="execution",priority="1"} 2.0' in told
    assert 'hookspan_queue_oldest_seconds{kind="execution",priority="1"} 3.0' in told


async def test_queues_tell_depth_and_age_by_priority(database: Database) -> None:
    world = await furnished(database)
    async with world.client() as client:
        api = Calls(client, world.owner)
        other = replace(api, headers=await world.key_for("owner", tenant_id=await world.second_tenant()))
        await api.endpoint()
        await api.publish(priority=2)
        world.clock.advance(seconds=3)
        await api.publish(priority=2)

        mine = (await api.get("/api/v1/queues"))["data"]
        theirs = (await other.get("/api/v1/queues"))["data"]

    assert [queue["name"] for queue in mine] == ["critical", "high", "normal", "low"]
    assert mine[1] == {
        **{"priority": 2, "name": "high", "depth": 2, "oldestMs": 3_000, "inFlight": 0, "workers": 0},
        "executions": {"depth": 0, "oldestMs": 0, "inFlight": 0},
        "held": {"depth": 0, "oldestMs": 0},
    }
    assert {queue["depth"] for queue in theirs} == {0}


async def test_queues_tell_how_many_processes_were_heard_of_in_the_last_half_minute(world: Surface, api: Calls) -> None:
    before = (await api.get("/api/v1/queues"))["processes"]
    now = world.clock.now_ms()
    for number, beat_at in enumerate([now - 30_001, now - 30_000, now]):
        row = WorkerRow(new_id(now), f"host:{number}", "host", "1.2.3", now, beat_at)
        await world.rooms.database.write(worker_join, row, [])

    after = (await api.get("/api/v1/queues"))["processes"]

    assert (before, after) == (0, 2)


async def test_a_thing_is_found_by_id_in_any_spelling_and_by_a_part_of_its_name(api: Calls) -> None:
    endpoint = await api.endpoint(name="Billing 100%")
    event = await api.publish()

    by_id = await api.get("/api/v1/search", q="wh_" + endpoint["id"].replace("-", ""))
    by_name = await api.get("/api/v1/search", q="LLING 100%")
    wild = await api.get("/api/v1/search", q="%_%")
    of_event = await api.get("/api/v1/search", q=event)

    found = [{"kind": "endpoint", "id": endpoint["id"], "title": "Billing 100%"}]
    assert by_id["data"] == by_name["data"] == found
    assert wild["data"] == []
    assert of_event["data"] == [{"kind": "event", "id": event, "title": "order.paid"}]


async def test_nobody_finds_what_he_may_not_read(world: Surface, api: Calls) -> None:
    endpoint = await api.endpoint(name="Billing")
    designer = replace(api, headers=await world.key_for("designer"))
    other = replace(api, headers=await world.key_for("owner", tenant_id=await world.second_tenant()))

    found = [
        await caller.get("/api/v1/search", q=text)
        for caller in (designer, other)
        for text in ("Billing", endpoint["id"])
    ]

    assert [one["data"] for one in found] == [[], [], [], []]
