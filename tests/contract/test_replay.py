"""Replay of one event, of a few, of many; its chain and its audit trail (contracts B.7, C.3)."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from hookspan.inbound.head import Headers
from tests.support.calls import Calls
from tests.support.surface import Surface

BODY = b'{"ref": "refs/heads/main", "total": 10.50}'
JSON: Headers = [(b"content-type", b"application/json"), (b"x-team", b"billing")]
MISSING = "0196f4a0-0000-7abc-8def-0123456789ab"
WORKFLOW = {"name": "Intake", "steps": [{"id": "a", "kind": "pass"}], "triggers": [{"id": "t", "kind": "webhook"}]}


@pytest.fixture
async def source(api: Calls) -> dict[str, Any]:
    """A source that starts a workflow."""
    workflow = await api.post("/api/v1/workflows", WORKFLOW)
    wish = {"name": "Pushes", "authType": "none", "workflowId": workflow["id"]}
    made: dict[str, Any] = await api.post("/api/v1/webhooks", wish)
    return made


async def received(world: Surface, source: dict[str, Any], body: bytes = BODY) -> str:
    """The id of an event that came in."""
    answer = await world.takes(source["path"], body, JSON)
    world.clock.advance(seconds=0.001)
    return str(msgspec.json.decode(answer.body)["eventId"])


async def replayed(api: Calls, event_id: str, **body: Any) -> dict[str, Any]:
    """The answer to a replay that succeeds."""
    made: dict[str, Any] = await api.post(f"/api/v1/events/{event_id}/replay", body, status=200)
    return made


async def request_of(api: Calls, event_id: str) -> dict[str, Any]:
    """The inbound request behind an event, its body decoded."""
    found: dict[str, Any] = await api.get(f"/api/v1/events/{event_id}/request")
    return {**found, "body": base64.b64decode(found.pop("bodyBase64"))}


async def test_a_replay_is_a_new_event_of_the_same_request(world: Surface, api: Calls, source: dict[str, Any]) -> None:
    original = await received(world, source)

    answer = await replayed(api, original, reason="it was lost")

    made = answer["eventId"]
    assert answer == {
        **{"success": True, "eventId": made, "executionId": answer["executionId"]},
        **{"replayCount": 1, "sourceEventId": original},
    }
    first, second = await api.get(f"/api/v1/events/{original}"), await api.get(f"/api/v1/events/{made}")
    same = ("type", "webhookId", "workflowId", "priority", "dataContentType")
    assert {name: first[name] for name in same} == {name: second[name] for name in same}
    assert await request_of(api, made) == await request_of(api, original)
    assert (second["sourceEventId"], second["rootEventId"], second["replayCount"]) == (original, original, 1)
    assert second["receipt"]["status"] == "processed"
    execution = await api.get(f"/api/v1/executions/{answer['executionId']}")
    assert (execution["triggerType"], execution["triggerEventId"]) == ("webhook_replay", made)


async def test_another_payload_takes_the_place_of_the_body_and_the_diff_tells(
    world: Surface, api: Calls, source: dict[str, Any]
) -> None:
    original = await received(world, source)
    raw = b'{"modifiedPayload": {"ref": "refs/heads/dev",  "total": 12345678901234567890.10}}'

    answer = await api.client.post(
        f"/api/v1/events/{original}/replay",
        content=raw,
        headers={**api.headers, "Content-Type": "application/json"},
    )

    made = answer.json()["eventId"]
    assert (await request_of(api, made))["body"] == b'{"ref":"refs/heads/dev","total":12345678901234567890.10}'
    assert (await request_of(api, original))["body"] == BODY
    told = await api.ask("GET", "/api/v1/replays", params={"eventId": original})
    assert '"value":12345678901234567890.10' in told.text
    [row] = told.json()["data"]
    assert (row["modified"], row["diffTruncated"]) == (True, False)
    assert row["diff"][0] == {"op": "replace", "path": "/ref", "value": "refs/heads/dev"}


async def test_a_patch_that_is_too_long_is_said_to_be(world: Surface, api: Calls, source: dict[str, Any]) -> None:
    original = await received(world, source)

    await replayed(api, original, modifiedPayload={"a": "x" * 70_000})

    [row] = (await api.get("/api/v1/replays"))["data"]
    assert (row["modified"], row["diff"], row["diffTruncated"]) == (True, None, True)


async def test_a_published_event_is_replayed_to_whom_it_was_meant_for(world: Surface, api: Calls) -> None:
    await api.endpoint(events=["order.*"])
    original = await api.publish("order.paid", {"id": 1}, subject="o1", metadata={"by": "shop"})

    answer = await replayed(api, original)

    made = await api.get(f"/api/v1/events/{answer['eventId']}")
    assert "executionId" not in answer
    assert (made["data"], made["subject"], made["metadata"]) == ({"id": 1}, "o1", {"by": "shop"})
    assert (made["counts"]["deliveries"], made["receipt"]) == (1, None)


async def test_what_was_published_under_a_schema_must_fit_it_still(world: Surface, api: Calls) -> None:
    schema = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
    await api.post("/api/v1/event-types", {"name": "order.paid", "schema": schema})
    original = await api.publish("order.paid", {"id": 1})

    refused = await api.ask("POST", f"/api/v1/events/{original}/replay", {"modifiedPayload": {"id": "one"}})

    fault = refused.json()
    assert (refused.status_code, fault["code"], fault["success"]) == (422, "schema_mismatch", False)
    assert fault["errors"][0]["pointer"] == "/modifiedPayload/id"


async def test_a_paused_source_holds_a_replay_and_a_disabled_one_refuses_it(
    world: Surface, api: Calls, source: dict[str, Any]
) -> None:
    original = await received(world, source)
    await api.ask("PATCH", f"/api/v1/webhooks/{source['id']}", {"status": "paused"})

    held = await replayed(api, original)

    made = await api.get(f"/api/v1/events/{held['eventId']}")
    assert (made["receipt"]["status"], "executionId" in held) == ("held", False)
    await api.ask("PATCH", f"/api/v1/webhooks/{source['id']}", {"enabled": False})
    refused = await api.ask("POST", f"/api/v1/events/{original}/replay", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "webhook_disabled")


@pytest.mark.parametrize(("spoil", "status", "code"), [
    ("nobody", 404, "not_found"),
    ("erased", 410, "content_expunged"),
])  # fmt: skip
async def test_what_cannot_be_replayed_is_a_problem_that_seed_003_can_read(
    spoil: str, status: int, code: str, world: Surface, api: Calls
) -> None:
    event = await api.publish()
    if spoil == "erased":
        assert (await api.ask("DELETE", f"/api/v1/events/{event}/content")).status_code == 204

    refused = await api.ask("POST", f"/api/v1/events/{MISSING if spoil == 'nobody' else event}/replay", {})

    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["success"]) == (status, code, False)
    assert problem["error"] == problem["detail"]
    assert refused.headers["content-type"] == "application/problem+json"


async def test_a_few_are_replayed_with_a_result_for_each(world: Surface, api: Calls, source: dict[str, Any]) -> None:
    mine, other = await received(world, source), await api.publish()
    path = f"/api/v1/webhooks/{source['id']}/events/replay"

    answer = await api.post(path, {"eventIds": [mine, other, "nonsense"]}, status=200)

    results = answer["results"]
    assert results[mine]["success"]
    assert results[mine]["executionId"]
    assert results[other] == results["nonsense"] == {"success": False, "error": "not found"}
    refused = await api.ask("POST", path, {"eventIds": [mine] * 11})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/eventIds")


async def test_a_chain_leads_from_the_original_to_every_replay(
    world: Surface, api: Calls, source: dict[str, Any]
) -> None:
    original = await received(world, source)
    first = (await replayed(api, original, reason="again"))["eventId"]
    world.clock.advance(seconds=1)
    second = (await replayed(api, first))["eventId"]

    found = await api.get(f"/api/v1/events/{second}/chain")

    assert (found["rootEventId"], found["total"], found["maxDepth"]) == (original, 3, 5)
    assert [(each["id"], each["sourceEventId"], each["replayCount"]) for each in found["data"]] == [
        (original, None, 0),
        (first, original, 1),
        (second, first, 2),
    ]
    assert [each["replay"] and each["replay"]["reason"] for each in found["data"]] == [None, "again", None]
    assert await api.get(f"/api/v1/events/{original}/chain") == found


async def test_replays_are_listed_by_event_actor_and_time(world: Surface, api: Calls) -> None:
    events = [await api.publish() for _ in range(3)]
    for event in events:
        world.clock.advance(seconds=1)
        await replayed(api, event)

    page = await api.get("/api/v1/replays", limit=2)
    of_one = await api.get("/api/v1/replays", eventId=events[0])

    assert (page["total"], page["limit"], page["offset"], page["totalIsCapped"]) == (3, 2, 0, False)
    assert [row["sourceEventId"] for row in page["data"]] == [events[2], events[1]]
    row = of_one["data"][0]
    assert (of_one["total"], row["modified"], row["diff"], row["diffTruncated"]) == (1, False, None, False)
    assert (await api.get("/api/v1/replays", actor=row["actor"]))["total"] == 3
    assert (await api.get("/api/v1/replays", actor="user:nobody"))["total"] == 0
    assert (await api.get("/api/v1/replays", **{"from": row["createdAt"], "to": page["data"][0]["createdAt"]}))[
        "total"
    ] == 2


async def test_a_dry_run_counts_shows_the_first_and_makes_no_job(world: Surface, api: Calls) -> None:
    events = [await api.publish("order.paid") for _ in range(3)]
    await api.publish("invoice.paid")
    assert (await api.ask("DELETE", f"/api/v1/events/{events[0]}/content")).status_code == 204

    preview = await api.post("/api/v1/events/replay", {"query": {"type": "order.*"}, "dryRun": True}, status=200)

    assert (preview["total"], preview["skipped"]) == (2, {"content_expunged": 1})
    assert [each["id"] for each in preview["sample"]] == events[1:]
    assert (await api.get("/api/v1/jobs"))["data"] == []


async def test_many_are_replayed_by_a_job(world: Surface, api: Calls) -> None:
    await api.endpoint(events=["order.*"])
    events = [await api.publish("order.paid") for _ in range(3)]
    wish = {"query": {"type": ["order.*"]}, "reason": "they were down"}

    answer = await api.ask("POST", "/api/v1/events/replay", wish)

    job = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (202, f"/api/v1/jobs/{job['id']}")
    assert (job["kind"], job["status"], job["total"]) == ("events.replay", "queued", 3)
    await world.rooms.jobs.turn()
    ended = await api.get(f"/api/v1/jobs/{job['id']}")
    assert (ended["status"], ended["done"], ended["succeeded"], ended["failed"]) == ("done", 3, 3, 0)
    rows = (await api.get("/api/v1/replays", jobId=job["id"]))["data"]
    assert sorted(row["sourceEventId"] for row in rows) == sorted(events)
    assert {row["reason"] for row in rows} == {"they were down"}


async def test_a_job_by_ids_tells_what_it_could_not_do(world: Surface, api: Calls) -> None:
    event = await api.publish()

    job = await api.post("/api/v1/events/replay", {"eventIds": [event, MISSING]}, status=202)

    await world.rooms.jobs.turn()
    ended = await api.get(f"/api/v1/jobs/{job['id']}")
    assert (ended["status"], ended["succeeded"], ended["failed"]) == ("done", 1, 1)
    assert [(each["id"], each["code"]) for each in ended["errors"]] == [(MISSING, "not_found")]


async def test_a_replay_for_one_endpoint_reaches_no_other_and_starts_no_workflow(
    world: Surface, api: Calls, source: dict[str, Any]
) -> None:
    meant, _ = await api.endpoint(), await api.endpoint()
    original = await received(world, source)

    await api.post("/api/v1/events/replay", {"eventIds": [original], "endpointIds": [meant["id"]]}, status=202)
    await world.rooms.jobs.turn()

    [row] = (await api.get("/api/v1/replays"))["data"]
    made = await api.get(f"/api/v1/events/{row['eventId']}")
    deliveries = await api.get("/api/v1/deliveries", eventId=row["eventId"])
    assert [each["endpointId"] for each in deliveries["data"]] == [meant["id"]]
    assert made["counts"]["executions"] == 0


@pytest.mark.parametrize(("body", "pointer"), [
    ({}, "/query"),
    ({"query": {}}, "/query"),
    ({"query": {"type": "a.b"}, "eventIds": ["a"]}, "/query"),
    ({"eventIds": ["nonsense"]}, "/eventIds/0"),
    ({"query": {"colour": "red"}}, "/query/colour"),
    ({"query": {"status": "lost"}}, "/query/status"),
    ({"query": {"type": "a..b"}}, "/query/type"),
    ({"query": {"from": "yesterday"}}, "/query/from"),
    ({"query": {"q": "ab"}}, "/query/q"),
    ({"query": {"type": "a.b"}, "ratePerSecond": 501}, "/ratePerSecond"),
    ({"query": {"type": "a.b"}, "endpointIds": []}, "/endpointIds"),
])  # fmt: skip
async def test_a_wish_that_names_nobody_or_nonsense_is_refused(
    body: dict[str, object], pointer: str, api: Calls
) -> None:
    refused = await api.ask("POST", "/api/v1/events/replay", body)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


@pytest.mark.parametrize("query", [{"q": "4111"}, {"where": [{"fieldPath": "$.card", "operator": "exists"}]}])
async def test_who_may_not_see_payloads_may_not_choose_by_them(api: Calls, query: dict[str, Any]) -> None:
    await api.publish(data={"card": "4111"})
    key = await api.post("/api/v1/keys", {"name": "replays", "scopes": ["events:read", "events:replay"]})
    blind = {"Authorization": f"Bearer {key['key']}"}

    refused = await api.ask("POST", "/api/v1/events/replay", {"query": query, "dryRun": True}, headers=blind)

    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


async def test_who_may_not_see_payloads_does_not_see_what_was_changed(world: Surface, api: Calls) -> None:
    await replayed(api, await api.publish(data={"card": "4111"}), modifiedPayload={"card": "4222"})
    viewer = replace(api, headers=await world.key_for("viewer"))

    [row] = (await viewer.get("/api/v1/replays"))["data"]

    assert (row["modified"], row["diff"]) == (True, None)
