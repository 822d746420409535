"""Looking back at events (contracts C.1, C.3, B.6)."""

from __future__ import annotations

import base64
from typing import Any

from hookspan.inbound.bindings import Bindings
from hookspan.inbound.receive import Head, Receiver, ReceiverSettings
from hookspan.inbound.recording import Recording
from hookspan.model.ids import new_id
from tests.support.calls import Calls
from tests.support.surface import Surface

EVENTS = "/api/v1/events"


async def received(world: Surface, api: Calls, body: bytes, **members: Any) -> str:
    """The id of the event of one inbound request, to a source with these members."""
    source = await api.post("/api/v1/webhooks", {"name": new_id(0), "authType": "none", **members})
    rooms = world.rooms
    receiver = Receiver(
        rooms.sources,
        Recording(Bindings(rooms.database, rooms.publisher), rooms.publisher, clock=world.clock),
        clock=world.clock,
        settings=ReceiverSettings("https://hooks.example.com", b"h" * 32),
    )
    headers = [
        (b"content-type", b"application/json"),
        (b"authorization", b"Bearer me"),
        (b"x-two", b"1"),
        (b"x-two", b"2"),
    ]
    head = Head("POST", source["path"], "page=1&token=abc", headers, "203.0.113.9", 0.0)
    answer = await receiver.receive(receiver.admit(head), body)
    assert answer.status == 202, answer
    found: str = (await api.get(EVENTS, webhookId=source["id"]))["data"][0]["id"]
    return found


async def test_an_event_is_shown_with_its_own_bytes_and_what_became_of_it(api: Calls) -> None:
    await api.endpoint(events=["order.*"])
    content = b'{"type":"order.paid","data":{"total":10.50,"id":12345678901234567890},"metadata":{"a":1},"subject":"s"}'
    published = await api.ask("POST", EVENTS, content=content, headers={"Content-Type": "application/json"})

    answer = await api.ask("GET", f"{EVENTS}/{published.json()['id']}")

    event = answer.json()
    assert b'"data":{"total":10.50,"id":12345678901234567890}' in answer.content
    assert (event["type"], event["names"], event["origin"], event["subject"]) == (
        "order.paid",
        ["order.paid"],
        "api",
        "s",
    )
    assert event["metadata"] == {"a": 1}
    assert (event["dataSize"], event["receipt"]) == (41, None)
    assert event["counts"] == {"deliveries": 1, "delivered": 0, "exhausted": 0, "executions": 0}


async def test_data_that_is_not_json_comes_as_base64(api: Calls) -> None:
    raw = base64.b64encode(b"\x00\x01").decode()
    body = {"type": "scan.done", "dataBase64": raw, "dataContentType": "image/png"}
    event_id = (await api.post(EVENTS, body, status=202))["id"]

    event = await api.get(f"{EVENTS}/{event_id}")

    assert (event["data"], event["dataBase64"], event["dataContentType"]) == (None, raw, "image/png")


async def test_data_are_downloaded_and_never_shown_by_a_browser(api: Calls) -> None:
    page = base64.b64encode(b"<script>alert(1)</script>").decode()
    body = {"type": "page.saved", "dataBase64": page, "dataContentType": "text/html"}
    event_id = (await api.post(EVENTS, body, status=202))["id"]

    answer = await api.ask("GET", f"{EVENTS}/{event_id}/data")

    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == f'attachment; filename="event-{event_id}.bin"'
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_inbound_event_carries_its_receipt(world: Surface, api: Calls) -> None:
    event_id = await received(world, api, b'{"ref": "main", "n": 1.0}', eventTypePrefix="acme")

    event = await api.get(f"{EVENTS}/{event_id}")

    receipt = event["receipt"]
    assert (event["origin"], "webhook.received" in event["names"]) == ("webhook", True)
    assert (receipt["status"], receipt["responseStatus"], receipt["bodySize"]) == ("processed", 202, 25)
    assert receipt["requestBody"] == {"ref": "main", "n": 1.0}
    assert receipt["requestBodyEncoding"] == "json"
    assert receipt["requestHeaders"] == {"content-type": "application/json", "authorization": "***", "x-two": "1, 2"}
    assert receipt["requestQuery"] == {"page": "1", "token": "***"}
    assert receipt["metadata"]["sourceIp"] == "203.0.113.9"


async def test_the_request_is_given_back_byte_for_byte(world: Surface, api: Calls) -> None:
    event_id = await received(world, api, b'{ "n": 1.0 }')

    request = await api.get(f"{EVENTS}/{event_id}/request")

    assert base64.b64decode(request["bodyBase64"]) == b'{ "n": 1.0 }'
    assert (request["method"], request["query"]) == ("POST", "page=1&token=***")
    assert [pair for pair in request["headers"] if pair[0] == "x-two"] == [["x-two", "1"], ["x-two", "2"]]


async def test_an_event_that_did_not_come_in_has_no_request(api: Calls) -> None:
    event_id = await api.publish()

    assert (await api.ask("GET", f"{EVENTS}/{event_id}/request")).status_code == 404


async def test_a_viewer_sees_that_it_happened_and_not_what(world: Surface, api: Calls) -> None:
    event_id = await received(world, api, b'{"card":"4111"}')
    viewer = await world.key_for("viewer")

    shown = await api.ask("GET", f"{EVENTS}/{event_id}", headers=viewer)
    data = await api.ask("GET", f"{EVENTS}/{event_id}/data", headers=viewer)

    assert shown.status_code == 200
    assert "4111" not in shown.text
    assert shown.json()["receipt"]["requestHeaders"] is None
    assert data.status_code == 403


async def test_a_list_leaves_bodies_out(world: Surface, api: Calls) -> None:
    await received(world, api, b'{"card":"4111"}')

    answer = await api.ask("GET", EVENTS)

    assert "4111" not in answer.text
    assert answer.json()["data"][0]["receipt"]["status"] == "processed"
    assert len(answer.content) < 1_500


async def ids(api: Calls, query: str) -> list[str]:
    answer = await api.ask("GET", f"{EVENTS}?{query}")
    assert answer.status_code == 200, answer.text
    return [event["id"] for event in answer.json()["data"]]


async def test_type_takes_a_pattern_and_matches_any_name_of_the_fact(world: Surface, api: Calls) -> None:
    paid, item, other = [await api.publish(name) for name in ("order.paid", "order.item.added", "ordering")]
    inbound = await received(world, api, b"{}")
    created = await workflow_created(world, api)

    assert set(await ids(api, "type=order.paid")) == {paid}
    assert set(await ids(api, "type=order.*")) == {paid, item}
    assert set(await ids(api, "type=*.paid")) == {paid}
    assert set(await ids(api, "type=order.*.added")) == {item}
    assert set(await ids(api, "type=webhook.received")) == {inbound}
    assert set(await ids(api, "type=workflow.definition.*")) == {created}
    assert set(await ids(api, "type=order.paid&type=ordering")) == {paid, other}
    assert set(await ids(api, "type=*")) == {paid, item, other, inbound, created}


async def workflow_created(world: Surface, api: Calls) -> str:
    await world.rooms.workflows.create(world.instance.tenant_id, {"name": "w", "steps": [{"id": "a", "kind": "pass"}]})
    found: dict[str, Any] = await api.get(EVENTS, origin="system")
    event_id: str = found["data"][0]["id"]
    return event_id


async def test_filters_of_the_list(world: Surface, api: Calls) -> None:
    endpoint = await api.endpoint(events=["order.*"])
    paid = await api.publish("order.paid", subject="inv_1", orderingKey="c1", priority=3)
    world.clock.advance(seconds=10)
    inbound = await received(world, api, b"{}")

    wanted = {
        "origin=webhook": inbound,
        "status=success": inbound,
        "status=processed&status=failed": inbound,
        "deliveryStatus=pending": paid,
        f"endpointId={endpoint['id']}": paid,
        "subject=inv_1": paid,
        "orderingKey=c1": paid,
        "priority=3": paid,
        "createdAt[lt]=2025-05-21T21:27:15Z": paid,
        "createdAt[gte]=2025-05-21T23:27:15%2B02:00": inbound,
        "from=1747862839000": inbound,
    }
    for query, event_id in wanted.items():
        assert await ids(api, query) == [event_id], query
    assert await ids(api, "endpointId=nonsense") == []
    assert await ids(api, "status=failed") == []


async def test_a_filter_that_cannot_be_read_is_refused(api: Calls) -> None:
    for query in ("status=sideways", "type=a..b", "origin=moon", "limit=0", "limit=251", "from=yesterday", "sort=size"):
        answer = await api.ask("GET", f"{EVENTS}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_error"), query


async def test_pages_go_on_where_the_last_one_ended_in_both_orders(world: Surface, api: Calls) -> None:
    made = []
    for number in range(5):
        made.append(await api.publish(f"n.{number}"))
        world.clock.advance(seconds=1)

    for sort, expected in (("createdAt", made), ("-createdAt", made[::-1])):
        first = await api.get(EVENTS, limit=3, sort=sort)
        second = await api.get(EVENTS, limit=3, sort=sort, cursor=first["nextCursor"])
        seen = [event["id"] for event in (*first["data"], *second["data"])]
        assert seen == expected
        assert second["hasMore"] is False


async def test_the_deliveries_of_an_event(api: Calls) -> None:
    first, second = await api.endpoint(), await api.endpoint(events=["other.*"])
    event_id = await api.publish()

    page = await api.get(f"{EVENTS}/{event_id}/deliveries")

    assert [delivery["endpointId"] for delivery in page["data"]] == [first["id"]]
    assert second["id"] != first["id"]


async def test_a_batch_has_a_verdict_for_each(api: Calls) -> None:
    events = [{"type": "a.b"}, {"type": "not a name"}]

    answer = await api.post(f"{EVENTS}/batch", {"events": events}, status=202)

    assert [verdict["status"] for verdict in answer["data"]] == ["accepted", "rejected"]
    assert (answer["accepted"], answer["rejected"]) == (1, 1)


async def test_a_source_counts_what_failed_of_what_it_judged(world: Surface, api: Calls) -> None:
    event_id = await received(world, api, b"{}", status="paused")
    webhook_id = (await api.get(f"{EVENTS}/{event_id}"))["webhookId"]

    shown = await api.get(f"/api/v1/webhooks/{webhook_id}")

    assert (shown["health"], shown["errorRate"]) == ("paused", {"h1": 0.0, "h24": 0.0})
