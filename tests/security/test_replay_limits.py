"""Replays make no loops, change no history, and stay in their tenant (security S32, S33, §5.4, §10)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from hookspan.api.rooms import ApiSettings
from hookspan.history.replay import RATE_MOST
from hookspan.storage.tables import events, replays
from tests.support.calls import Calls
from tests.support.surface import Surface

DATA = {"card": "4111", "total": 1.5}


async def replayed(api: Calls, event_id: str, **body: object) -> str:
    """The id of the new event."""
    made: str = (await api.post(f"/api/v1/events/{event_id}/replay", body, status=200))["eventId"]
    return made


async def test_replay_number_six_of_a_chain_is_refused(world: Surface, api: Calls) -> None:
    event = await api.publish()
    for _ in range(5):
        event = await replayed(api, event)

    refused = await api.ask("POST", f"/api/v1/events/{event}/replay", {})

    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["success"]) == (409, "replay_limit_reached", False)
    assert (await api.get("/api/v1/replays"))["total"] == 5


async def test_a_job_passes_over_what_is_too_deep(world: Surface, api: Calls) -> None:
    event = original = await api.publish("loop.made")
    for _ in range(5):
        event = await replayed(api, event)

    preview = await api.post("/api/v1/events/replay", {"query": {"type": "loop.*"}, "dryRun": True}, status=200)

    assert (preview["total"], preview["skipped"]) == (5, {"replay_limit": 1})
    job = await api.post("/api/v1/events/replay", {"eventIds": [event, original]}, status=202)
    await world.rooms.jobs.turn()
    ended = await api.get(f"/api/v1/jobs/{job['id']}")
    assert [(each["id"], each["code"]) for each in ended["errors"]] == [(event, "replay_limit_reached")]


async def test_the_original_stays_what_it_was(world: Surface, api: Calls) -> None:
    event = await api.publish(data=DATA)
    before = await _row(world, event)

    made = await replayed(api, event, modifiedPayload={"card": "4222"}, reason="a wrong card")

    assert await _row(world, event) == before
    assert await _row(world, made) != before
    row = (await api.get("/api/v1/replays"))["data"][0]
    assert (row["actor"].partition(":")[0], row["reason"], row["modified"]) == ("key", "a wrong card", True)


async def test_what_is_told_of_a_replay_is_written_with_the_event_or_not_at_all(world: Surface, api: Calls) -> None:
    event = await api.publish()
    await replayed(api, event)

    told = await world.rooms.database.read(lambda connection: connection.execute(select(replays.c.event_id)).all())

    made = await world.rooms.database.read(
        lambda connection: connection.execute(select(events.c.id).where(events.c.replay_count > 0)).all()
    )
    assert [row[0] for row in told] == [row[0] for row in made]


async def test_another_tenants_event_is_missing_to_every_door(world: Surface, api: Calls) -> None:
    event = await api.publish()
    await replayed(api, event)
    other = replace(api, headers=await world.key_for("owner", tenant_id=await world.second_tenant()))
    missing = "0196f4a0-0000-7abc-8def-0123456789ab"

    refused = await other.ask("POST", f"/api/v1/events/{event}/replay", {})

    assert refused.status_code == 404
    nobody = await other.ask("POST", f"/api/v1/events/{missing}/replay", {})
    assert _blind(refused.text, event) == _blind(nobody.text, missing)
    assert (await other.ask("GET", f"/api/v1/events/{event}/chain")).status_code == 404
    assert (await other.get("/api/v1/replays", eventId=event))["total"] == 0
    preview = await other.post("/api/v1/events/replay", {"eventIds": [event], "dryRun": True}, status=200)
    assert (preview["total"], preview["skipped"]) == (0, {"not_found": 1})


async def test_an_operator_replays_as_stored_only(world: Surface, api: Calls) -> None:
    event = await api.publish()
    operator = replace(api, headers=await world.key_for("operator"))

    assert (await operator.ask("POST", f"/api/v1/events/{event}/replay", {})).status_code == 200
    changed = await operator.ask("POST", f"/api/v1/events/{event}/replay", {"modifiedPayload": {}})

    assert (changed.status_code, changed.json()["code"]) == (403, "forbidden")
    by_other_name = await operator.ask("POST", f"/api/v1/events/{event}/replay", {"modified_payload": {}})
    assert by_other_name.status_code == 403
    viewer = replace(api, headers=await world.key_for("viewer"))
    assert (await viewer.ask("POST", f"/api/v1/events/{event}/replay", {})).status_code == 403


async def test_a_payload_over_the_limit_is_refused(world: Surface, api: Calls) -> None:
    event = await api.publish()
    limit = ApiSettings().payload_bytes

    refused = await api.ask("POST", f"/api/v1/events/{event}/replay", {"modifiedPayload": "x" * limit})

    assert (refused.status_code, refused.json()["success"]) == (413, False)


async def test_single_replays_have_a_rate_for_each_tenant(world: Surface, api: Calls) -> None:
    event = await api.publish()
    for _ in range(RATE_MOST):
        await replayed(api, event)

    refused = await api.ask("POST", f"/api/v1/events/{event}/replay", {})

    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert refused.json()["success"] is False
    world.clock.advance(seconds=60)
    assert await replayed(api, event)


async def test_a_reason_with_nul_or_beyond_measure_is_refused(world: Surface, api: Calls) -> None:
    event = await api.publish()

    for reason in ("a\0b", "x" * 501, 7):
        refused = await api.ask("POST", f"/api/v1/events/{event}/replay", {"reason": reason})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/reason")


async def _row(world: Surface, event_id: str) -> tuple[object, ...]:
    found = await world.rooms.database.read(
        lambda connection: connection.execute(select(events).where(events.c.id == event_id)).one()
    )
    return tuple(found)


def _blind(text: str, identity: str) -> str:
    """A problem without what must differ: the path asked for and the request's own id."""
    return text.replace(identity, "ID").partition('"requestId"')[0]
