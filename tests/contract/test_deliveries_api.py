"""Deliveries and attempts (contracts C.4), and the numbers over them (C.5)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import Connection, insert, update

from hookspan.storage.delivery_tables import STATS_SPAN_MS
from hookspan.storage.tables import attempts, delivery_stats, webhook_deliveries
from tests.support.calls import Calls
from tests.support.surface import Surface

DELIVERIES = "/api/v1/deliveries"


async def owed(api: Calls, **members: Any) -> dict[str, Any]:
    """A delivery that waits."""
    endpoint = await api.endpoint(**{"events": ["order.*", "other.*"], **members})
    await api.publish("order.paid", {"total": 10.5})
    found: dict[str, Any] = (await api.get(DELIVERIES, endpointId=endpoint["id"]))["data"][0]
    return found


async def tried(world: Surface, delivery: dict[str, Any], *, status: str, code: int = 500) -> None:
    """As if the worker had attempted it."""
    headers = [["Set-Cookie", "a=b"], ["X-Answer", "1"]]
    request = {"method": "POST", "url": "https://example.com/?token=abc", "headers": [["Authorization", "Bearer x"]]}

    def unit(connection: Connection) -> None:
        now = world.clock.now_ms()
        connection.execute(
            insert(attempts).values(
                delivery_id=delivery["id"],
                number=1,
                tenant_id=world.instance.tenant_id,
                endpoint_id=delivery["endpointId"],
                trigger="automatic",
                outcome="delivered" if status == "delivered" else "http_error",
                status_code=code,
                duration_ms=12,
                timings=json.dumps({"dns_ms": 1.5, "connect_ms": None, "tls_ms": None, "wait_ms": 3.0}),
                request=json.dumps(request),
                response_headers=json.dumps(headers),
                response_body=b"oops",
                started_at=now,
                finished_at=now + 12,
            )
        )
        mine = webhook_deliveries.c.id == delivery["id"]
        values = {"status": status, "attempts": 1, "last_status_code": code, "last_attempt_at": now}
        connection.execute(update(webhook_deliveries).where(mine).values(**values))
        counted(connection, world, delivery["endpointId"], status)

    await world.rooms.database.write(unit)


def counted(connection: Connection, world: Surface, endpoint_id: str, status: str) -> None:
    """What the settler counts of it."""
    now = world.clock.now_ms()
    row = {
        "delivered": int(status == "delivered"),
        "exhausted": int(status == "exhausted"),
        "attempts": 1,
        "failed_attempts": int(status != "delivered"),
        "duration_ms": 12,
        "a1": 1,
        "f0": 1,
    }
    key = {"endpoint_id": endpoint_id, "at": now - now % STATS_SPAN_MS}
    column = delivery_stats.c
    mine = (column.endpoint_id == key["endpoint_id"], column.at == key["at"])
    sums = {name: column[name] + number for name, number in row.items()}
    if not connection.execute(update(delivery_stats).where(*mine).values(**sums)).rowcount:
        connection.execute(insert(delivery_stats).values(**key, tenant_id=world.instance.tenant_id, **row))


async def test_a_delivery_says_what_where_and_when(api: Calls) -> None:
    delivery = await owed(api)

    shown = await api.get(f"{DELIVERIES}/{delivery['id']}")

    body = (await api.ask("GET", f"{DELIVERIES}/{delivery['id']}/body")).content
    assert (shown["status"], shown["attempts"], shown["maxAttempts"]) == ("pending", 0, 11)
    assert (shown["eventType"], shown["deliveredName"], shown["url"]) == (
        "order.paid",
        "order.paid",
        "https://example.com/hook",
    )
    assert shown["nextAttemptAt"] == "2025-05-21T21:27:10.000Z"
    assert shown["bodySha256"] == hashlib.sha256(body).hexdigest()


async def test_the_body_is_the_one_that_is_sent(api: Calls) -> None:
    delivery = await owed(api, profile="orchestrator")

    answer = await api.ask("GET", f"{DELIVERIES}/{delivery['id']}/body")

    assert answer.content == (b'{"event":"order.paid","timestamp":"2025-05-21T21:27:10.000Z","payload":{"total":10.5}}')
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (await api.get(f"{DELIVERIES}/{delivery['id']}"))["bodyForm"] == "js"


async def test_the_body_of_a_cloud_event_has_what_it_came_in_with_and_who_published_it(api: Calls) -> None:
    await api.endpoint(profile="cloudevents")
    came = {"specversion": "1.0", "id": "a1", "source": "/shop", "type": "order.paid", "region": "eu", "data": {"n": 1}}
    kind = {"Content-Type": "application/cloudevents+json"}
    await api.ask("POST", "/api/v1/events", {**came, "time": "1970-01-01T00:00:00Z"}, headers=kind)
    await api.publish("order.paid", {"n": 2}, occurredAt=0)
    named = (await api.get("/api/v1/keys"))["data"][0]["name"]

    native, cloud = [await _body(api, row["id"]) for row in (await api.get(DELIVERIES))["data"]]

    told = {"source": "/shop", "region": "eu", "time": "1970-01-01T00:00:00Z", "id": "a1"}
    assert {name: cloud[name] for name in told} == told
    assert native["time"] == "1970-01-01T00:00:00.000Z"
    assert native["source"] == f"urn:hookspan:publisher:{named}"


async def _body(api: Calls, delivery_id: str) -> dict[str, Any]:
    sent = (await api.ask("GET", f"{DELIVERIES}/{delivery_id}/body")).content
    shown = await api.get(f"{DELIVERIES}/{delivery_id}")
    assert shown["bodySha256"] == hashlib.sha256(sent).hexdigest()
    body: dict[str, Any] = json.loads(sent)
    return body


async def test_attempts_are_shown_with_credentials_masked(world: Surface, api: Calls) -> None:
    delivery = await owed(api)
    await tried(world, delivery, status="pending")

    attempt = (await api.get(f"{DELIVERIES}/{delivery['id']}/attempts"))["data"][0]

    assert attempt == await api.get(f"{DELIVERIES}/{delivery['id']}/attempts/1")
    assert attempt["request"] == {
        "method": "POST",
        "url": "https://example.com/?token=***",
        "headers": [["Authorization", "***"]],
    }
    assert attempt["response"] == {
        "headers": [["Set-Cookie", "***"], ["X-Answer", "1"]],
        "body": "oops",
        "truncated": False,
    }
    assert attempt["timings"] == {"dnsMs": 2, "connectMs": None, "tlsMs": None, "waitMs": 3}


async def test_a_viewer_sees_attempts_without_bodies(world: Surface, api: Calls) -> None:
    delivery = await owed(api)
    await tried(world, delivery, status="pending")
    viewer = await world.key_for("viewer")

    answer = await api.ask("GET", f"{DELIVERIES}/{delivery['id']}/attempts", headers=viewer)

    assert answer.json()["data"][0]["response"]["body"] is None
    assert (await api.ask("GET", f"{DELIVERIES}/{delivery['id']}/body", headers=viewer)).status_code == 403


async def test_a_dead_letter_is_listed_and_retried(world: Surface, api: Calls) -> None:
    delivery = await owed(api)
    await tried(world, delivery, status="exhausted")
    dead = await api.get(DELIVERIES, status="exhausted")

    answer = await api.post(f"{DELIVERIES}/{delivery['id']}/retry", {"force": False}, status=202)

    assert [each["id"] for each in dead["data"]] == [delivery["id"]]
    assert answer == {"id": delivery["id"], "status": "pending", "nextAttemptAt": "2025-05-21T21:27:10.000Z"}


async def test_what_was_delivered_is_sent_again_only_by_force(world: Surface, api: Calls) -> None:
    delivery = await owed(api)
    await tried(world, delivery, status="delivered", code=200)

    refused = await api.ask("POST", f"{DELIVERIES}/{delivery['id']}/retry", {"force": False})
    forced = await api.ask("POST", f"{DELIVERIES}/{delivery['id']}/retry", {"force": True})

    assert (refused.status_code, refused.json()["code"]) == (409, "not_retryable")
    assert forced.status_code == 202


async def test_a_retry_needs_an_active_endpoint(world: Surface, api: Calls) -> None:
    delivery = await owed(api)
    await tried(world, delivery, status="exhausted")
    await api.post(f"/api/v1/endpoints/{delivery['endpointId']}/pause", status=200)

    answer = await api.ask("POST", f"{DELIVERIES}/{delivery['id']}/retry")

    assert (answer.status_code, answer.json()["code"]) == (409, "endpoint_disabled")


async def test_a_delivery_is_cancelled_once(api: Calls) -> None:
    delivery = await owed(api)

    cancelled = await api.post(f"{DELIVERIES}/{delivery['id']}/cancel", status=200)
    again = await api.ask("POST", f"{DELIVERIES}/{delivery['id']}/cancel")

    assert (cancelled["status"], cancelled["statusReason"], cancelled["nextAttemptAt"]) == ("cancelled", "user", None)
    assert again.status_code == 409


async def test_filters_of_the_list(world: Surface, api: Calls) -> None:
    failed = await owed(api)
    await tried(world, failed, status="pending", code=503)
    world.clock.advance(seconds=10)
    await api.publish("other.thing")

    for query in (
        "statusCode=503",
        "statusCode=5xx",
        "eventType=order.paid",
        f"eventId={failed['eventId']}",
        "createdAt[lt]=2025-05-21T21:27:15Z",
    ):
        found = (await api.ask("GET", f"{DELIVERIES}?{query}")).json()["data"]
        assert [each["id"] for each in found] == [failed["id"]], query
    assert (await api.get(DELIVERIES, statusCode="4xx"))["data"] == []
    assert (await api.ask("GET", f"{DELIVERIES}?statusCode=many")).status_code == 422


async def test_the_deliveries_of_an_endpoint(world: Surface, api: Calls) -> None:
    delivery = await owed(api)
    await api.endpoint()
    await api.publish()

    page = await api.get(f"/api/v1/endpoints/{delivery['endpointId']}/deliveries")

    assert {each["endpointId"] for each in page["data"]} == {delivery["endpointId"]}
    assert len(page["data"]) == 2


async def test_the_numbers_of_the_last_day(world: Surface, api: Calls) -> None:
    first = await owed(api)
    await tried(world, first, status="delivered", code=200)
    second = await owed(api)
    await tried(world, second, status="exhausted")

    stats = await api.get("/api/v1/stats", window="24h")

    totals = stats["totals"]
    assert (totals["published"], totals["delivered"], totals["exhausted"]) == (2, 1, 1)
    assert (totals["attempts"], totals["failedAttempts"], totals["received"]) == (2, 1, 0)
    assert (len(stats["series"]), stats["bucketMs"], stats["countedFrom"]) == (48, 1_800_000, None)
    assert (stats["series"][-1]["delivered"], stats["series"][-1]["failed"]) == (1, 1)
    assert [queue["depth"] for queue in stats["queues"]] == [0, 0, 1, 0]


async def test_the_numbers_of_one_endpoint(world: Surface, api: Calls) -> None:
    first = await owed(api, events=["order.paid"])
    await tried(world, first, status="delivered", code=200)

    mine = await api.get("/api/v1/stats", endpointId=first["endpointId"])
    other = await api.get("/api/v1/stats", endpointId="0196f4a0-0000-7abc-8def-0123456789ab")

    assert (mine["totals"]["delivered"], other["totals"]["delivered"]) == (1, 0)
    assert mine["latencyMs"]["attempt"] == {"p50": 17.5, "p95": 24.2, "p99": 24.9}
    assert mine["latencyMs"]["firstAttempt"]["p50"] == 5.0
    assert other["latencyMs"]["attempt"] == {"p50": None, "p95": None, "p99": None}


async def test_the_numbers_of_one_type_are_counted(world: Surface, api: Calls) -> None:
    first = await owed(api)
    await tried(world, first, status="exhausted")
    await api.publish("other.thing")

    paid = (await api.get("/api/v1/stats", eventType="order.paid"))["totals"]
    other = (await api.get("/api/v1/stats", eventType="other.thing", endpointId=first["endpointId"]))["totals"]

    assert (paid["exhausted"], paid["attempts"], paid["failedAttempts"], paid["published"]) == (1, 1, 1, 1)
    assert (other["exhausted"], other["attempts"], other["published"]) == (0, 0, 1)


async def test_a_source_and_an_endpoint_do_not_combine(api: Calls) -> None:
    answer = await api.ask("GET", "/api/v1/stats?webhookId=a&endpointId=b")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/endpointId")


async def test_steps_are_whole_multiples_of_five_minutes(world: Surface, api: Calls) -> None:
    hour = await api.get("/api/v1/stats", window="1h")

    assert (hour["bucketMs"], len(hour["series"])) == (300_000, 12)
    assert hour["series"][0]["at"] == "2025-05-21T20:30:00.000Z"
    assert (await api.ask("GET", "/api/v1/stats?window=1h&bucketMs=60000")).status_code == 422


async def test_how_an_endpoint_does(world: Surface, api: Calls) -> None:
    first = await owed(api)
    await tried(world, first, status="delivered", code=200)
    await api.publish("order.paid")
    (second,) = (await api.get(DELIVERIES, status="pending"))["data"]
    await tried(world, second, status="exhausted")

    numbers = await api.get(f"/api/v1/endpoints/{first['endpointId']}/stats")

    assert numbers == {
        "endpointId": first["endpointId"],
        "totalDeliveries": 2,
        "successfulDeliveries": 1,
        "failedDeliveries": 1,
        "averageDurationMs": 12.0,
        "lastDeliveryAt": None,
        "lastSuccessAt": None,
        "lastFailureAt": None,
        "failureRate": 0.5,
        "p95DurationMs": 24.2,
        "attempts": 2,
    }


async def test_how_an_endpoint_did_in_a_window(world: Surface, api: Calls) -> None:
    old = await owed(api)
    await tried(world, old, status="exhausted")
    world.clock.advance(seconds=2 * 3_600)
    await api.publish("order.paid")
    (new,) = (await api.get(DELIVERIES, status="pending"))["data"]
    await tried(world, new, status="delivered", code=200)
    path = f"/api/v1/endpoints/{old['endpointId']}/stats"

    hour, day = await api.get(path, window="1h"), await api.get(path, window="24h")

    assert [each["totalDeliveries"] for each in (hour, day)] == [1, 2]
    assert [each["failedDeliveries"] for each in (hour, day)] == [0, 1]
    assert [each["attempts"] for each in (hour, day)] == [1, 2]
    assert (await api.ask("GET", f"{path}?window=2h")).status_code == 422


async def test_a_line_for_each_endpoint_of_a_page(world: Surface, api: Calls) -> None:
    failing = await owed(api)
    await tried(world, failing, status="exhausted")
    idle = await api.endpoint(events=["nothing.ever"])
    paused = await api.endpoint(events=["nothing.ever"])
    await api.post(f"/api/v1/endpoints/{paused['id']}/pause", status=200)
    ids = [failing["endpointId"], idle["id"], paused["id"]]

    answer = await api.get("/api/v1/stats/batch", kind="endpoint", ids=",".join([*ids, "nonsense"]))

    lines = {line["id"]: line for line in answer["data"]}
    assert [lines[each]["health"] for each in ids] == ["failing", "idle", "paused"]
    assert (lines[ids[0]]["errorRate"], len(lines[ids[0]]["sparkline"])) == (1.0, 24)
    assert lines[ids[0]]["sparkline"][-1]["failed"] == 1
