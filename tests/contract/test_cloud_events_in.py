"""CloudEvents 1.0 as they are published: structured, binary and batched, kept, deduplicated, and sent on (C.3)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http, to_binary_event, to_structured_event
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from sqlalchemy import Connection, select

from hookspan.model.events import NewEvent
from hookspan.outbound.profiles import build, event_fact
from hookspan.storage.tables import events, idempotency_keys
from tests.support.calls import Calls
from tests.support.instance import running
from tests.support.raw_http import post
from tests.support.surface import Surface

EVENTS, BATCH = "/api/v1/events", "/api/v1/events/batch"
BATCH_FIELD = "Content-Type: application/cloudevents-batch+json"
CARRIED = ("id", "tenant_id", "type", "data", "created_at", "origin", "data_content_type", "subject", "cloud_event")
STRUCTURED, BATCHED = "application/cloudevents+json", "application/cloudevents-batch+json"

WHOLE = (
    b'{"specversion":"1.0","id":"A-1","source":"https://shop.example/orders","type":"com.example.paid",'
    b'"subject":"inv_1","time":"2025-05-21T23:27:09.442123456+02:00","dataschema":"https://shop.example/schema",'
    b'"datacontenttype":"application/json","comexampleext":"v","sampled":true,"level":7,"gone":null,'
    b'"data": {"id": 12345678901234567890, "total": 10.50}}'
)
LEAST: dict[str, Any] = {"specversion": "1.0", "id": "1", "source": "/s", "type": "a.b"}


async def sends(api: Calls, content: bytes, media: str, path: str = EVENTS, **headers: str) -> httpx2.Response:
    """One request with this very body."""
    fields = {"Content-Type": media, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await api.ask("POST", path, content=content, headers=fields)


async def structured(api: Calls, **members: Any) -> httpx2.Response:
    """The least event there is, with these members more."""
    return await sends(api, msgspec.json.encode({**LEAST, **members}), STRUCTURED)


async def stored(world: Surface) -> list[dict[str, Any]]:
    """Every event, in order of birth."""

    def query(connection: Connection) -> list[dict[str, Any]]:
        return [dict(row) for row in connection.execute(select(events).order_by(events.c.id)).mappings()]

    return await world.rooms.database.read(query)


async def test_a_structured_event_keeps_its_bytes_and_its_attributes(world: Surface, api: Calls) -> None:
    answer = await sends(api, WHOLE, f"{STRUCTURED}; charset=utf-8")

    (row,) = await stored(world)
    assert answer.status_code == 202
    assert (row["type"], row["subject"], row["occurred_at"]) == ("com.example.paid", "inv_1", 1_747_862_829_442)
    assert row["data"] == b'{"id": 12345678901234567890, "total": 10.50}'
    assert json.loads(row["cloud_event"]) == {
        "specversion": "1.0",
        "id": "A-1",
        "source": "https://shop.example/orders",
        "type": "com.example.paid",
        "subject": "inv_1",
        "time": "2025-05-21T23:27:09.442123456+02:00",
        "dataschema": "https://shop.example/schema",
        "datacontenttype": "application/json",
        "comexampleext": "v",
        "sampled": True,
        "level": 7,
    }


async def test_a_binary_event_is_headers_and_the_bytes_themselves(world: Surface, api: Calls) -> None:
    attributes = {"ce_specversion": "1.0", "ce_id": "A%201%20%C3%A9", "ce_source": "/s", "ce_type": "a.b"}

    answer = await sends(api, b"\x00\xff", "image/png", ce_comexampleext='"quo\\"ted"', **attributes)

    (row,) = await stored(world)
    assert answer.status_code == 202
    assert (row["data"], row["data_content_type"]) == (b"\x00\xff", "image/png")
    kept = json.loads(row["cloud_event"])
    assert (kept["id"], kept["comexampleext"]) == ("A 1 é", 'quo"ted')


@pytest.mark.parametrize(
    ("members", "data", "content_type"),
    [
        ({"data": "text"}, b'"text"', "application/json"),
        ({"data": "<a>\u00e9</a>", "datacontenttype": "text/xml"}, "<a>é</a>".encode(), "text/xml"),
        ({"data": {"a": 1}, "datacontenttype": "text/xml"}, b'{"a":1}', "text/xml"),
        ({"data": "x", "datacontenttype": "application/vnd.x+json"}, b'"x"', "application/vnd.x+json"),
        ({"data_base64": "AP8=", "datacontenttype": "image/png"}, b"\x00\xff", "image/png"),
        ({"data": None}, b"null", "application/json"),
        ({}, b"{}", "application/json"),
    ],
)
async def test_data_are_what_the_json_format_says(
    world: Surface, api: Calls, members: dict[str, Any], data: bytes, content_type: str
) -> None:
    await structured(api, **members)

    (row,) = await stored(world)
    assert (row["data"], row["data_content_type"]) == (data, content_type)


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"specversion": "0.3"}, "/specversion"),
        ({"specversion": None}, "/specversion"),
        ({"id": ""}, "/id"),
        ({"id": 7}, "/id"),
        ({"source": "a\nb"}, "/source"),
        ({"source": "s" * 2_049}, "/source"),
        ({"type": "com/example"}, "/type"),
        ({"type": None}, "/type"),
        ({"time": "yesterday"}, "/time"),
        ({"subject": "s" * 256}, "/subject"),
        ({"datacontenttype": "text"}, "/datacontenttype"),
        ({"Bad-Name": "x"}, "/Bad-Name"),
        ({"ext": {"a": 1}}, "/ext"),
        ({"ext": [1]}, "/ext"),
        ({"data_base64": "*"}, "/data_base64"),
        ({"data_base64": 7}, "/data_base64"),
        ({"data": 1, "data_base64": "AA=="}, "/data_base64"),
    ],
)
async def test_a_wrong_attribute_is_named_and_nothing_stored(
    world: Surface, api: Calls, members: dict[str, Any], pointer: str
) -> None:
    answer = await structured(api, **members)

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert await stored(world) == []


async def test_source_and_id_are_the_key_whatever_the_form(world: Surface, api: Calls) -> None:
    first = await structured(api, data=1)
    again = await structured(api, data=1, ext="other")
    binary = await sends(api, b"1", "application/json", ce_specversion="1.0", ce_id="1", ce_source="/s", ce_type="a.b")
    other = await structured(api, source="/t")

    assert [answer.json()["duplicate"] for answer in (first, again, binary, other)] == [False, True, True, False]
    assert {first.json()["id"]} == {again.json()["id"], binary.json()["id"]}
    assert again.headers["idempotency-replayed"] == "true"
    assert len(await stored(world)) == 2


async def test_another_tenant_may_use_the_same_source_and_id(world: Surface, api: Calls) -> None:
    tenant_id = await world.second_tenant()
    others = Calls(api.client, await world.key_for("admin", tenant_id=tenant_id))

    answers = [await structured(api), await structured(others)]

    assert [answer.json()["duplicate"] for answer in answers] == [False, False]


async def test_source_and_id_never_meet_a_key_of_the_publishers_own(world: Surface, api: Calls) -> None:
    await structured(api)
    row = await world.rooms.database.read(keys_of)

    answer = await api.ask(
        "POST", EVENTS, {"type": "a.b"}, headers={"Idempotency-Key": row[0]["key"], "Content-Type": "application/json"}
    )

    assert (answer.status_code, answer.json()["duplicate"]) == (202, False)


@pytest.mark.parametrize("path", [EVENTS, BATCH])
async def test_a_batch_has_a_verdict_for_each(world: Surface, api: Calls, path: str) -> None:
    items = [LEAST, {**LEAST, "id": "2", "data": 2}, LEAST, {**LEAST, "id": "3", "type": "a/b"}, {"id": "4"}]

    answer = await sends(api, msgspec.json.encode(items), BATCHED, path)

    body = answer.json()
    assert answer.status_code == 202
    assert [verdict["status"] for verdict in body["data"]] == [
        "accepted",
        "accepted",
        "duplicate",
        "rejected",
        "rejected",
    ]
    assert (body["accepted"], body["duplicates"], body["rejected"]) == (2, 1, 2)
    assert body["data"][3]["error"]["errors"][0]["pointer"] == "/type"
    assert [row["data"] for row in await stored(world)] == [b"{}", b"2"]


@pytest.mark.parametrize(
    ("body", "media", "path", "status"),
    [
        (b"[]", BATCHED, EVENTS, 422),
        (b"{}", BATCHED, EVENTS, 422),
        (b"[1]", STRUCTURED, EVENTS, 422),
        (b"{", STRUCTURED, EVENTS, 400),
        (b"{}", STRUCTURED, BATCH, 415),
        (b"{}", "text/plain", EVENTS, 415),
    ],
)
async def test_what_is_no_cloud_event_is_refused(
    world: Surface, api: Calls, body: bytes, media: str, path: str, status: int
) -> None:
    answer = await sends(api, body, media, path)

    assert answer.status_code == status
    assert await stored(world) == []


async def test_a_name_of_ours_needs_its_scope_here_too(world: Surface, api: Calls) -> None:
    publisher = Calls(api.client, await world.key_for("integrator"))

    answer = await structured(publisher, type="execution.completed")

    assert (answer.status_code, answer.json()["code"]) == (422, "reserved_event_type")


async def test_a_lone_surrogate_in_the_data_stays_as_it_was_written(world: Surface, api: Calls) -> None:
    body = b'{"specversion":"1.0","id":"1","source":"/s","type":"a.b","data":{"x":"\\ud800"}}'

    await sends(api, body, STRUCTURED)

    (row,) = await stored(world)
    assert row["data"] == b'{"x":"\\ud800"}'


@pytest.mark.parametrize("mode", ["structured", "binary"])
async def test_what_the_sdk_publishes_the_sdk_receives(world: Surface, api: Calls, mode: str) -> None:
    attributes = {**LEAST, "id": "A 1 é", "subject": "s", "comexampleext": "v w", "datacontenttype": "application/json"}
    event = CloudEvent(attributes, {"total": 10.5})
    message = to_structured_event(event) if mode == "structured" else to_binary_event(event)

    await sends(api, message.body, message.headers.pop("content-type"), **message.headers)

    (row,) = await stored(world)
    wire = build("cloudevents", event_fact(NewEvent(**{name: row[name] for name in CARRIED}), "e", row["type"]))
    got = from_http(HTTPMessage({"content-type": wire.content_type}, wire.body), JSONFormat())
    assert {name: got.get_attributes().get(name) for name in ("id", "source", "subject", "comexampleext")} == {
        "id": "A 1 é",
        "source": "/s",
        "subject": "s",
        "comexampleext": "v w",
    }
    assert got.get_data() == {"total": 10.5}


async def test_a_replay_goes_out_under_an_id_of_its_own(world: Surface, api: Calls) -> None:
    original = (await sends(api, WHOLE, STRUCTURED)).json()["id"]

    made = (await api.post(f"{EVENTS}/{original}/replay", {}, status=200))["eventId"]

    row = next(row for row in await stored(world) if row["id"] == made)
    sent = build("cloudevents", event_fact(NewEvent(**{name: row[name] for name in CARRIED}), "e", row["type"])).body
    assert {name: json.loads(sent)[name] for name in ("id", "source", "comexampleext")} == {
        "id": made,
        "source": "https://shop.example/orders",
        "comexampleext": "v",
    }


async def test_the_hot_route_reads_every_form(tmp_path: Path) -> None:
    binary = ("Content-Type: text/plain", "ce-specversion: 1.0", "ce-id: b", "ce-source: /s", "ce-type: a.b")
    async with running(tmp_path) as instance:
        own = f"Authorization: Bearer {instance.token}"
        requests = [
            post(EVENTS, b"hello", own, *binary),
            post(EVENTS, msgspec.json.encode(LEAST), own, f"Content-Type: {STRUCTURED}"),
            post(EVENTS, msgspec.json.encode([{**LEAST, "id": "2", "data": "x" * 1_000_000}] * 3), own, BATCH_FIELD),
            post(BATCH, msgspec.json.encode([LEAST]), own, BATCH_FIELD),
            post(EVENTS, b"hello", own, "Content-Type: text/plain"),
            post(EVENTS, b"hello", own, *binary, "Content-Encoding: gzip"),
            post(EVENTS, b"hello", "Authorization: Bearer hsk_x", "Content-Type: text/plain"),
        ]

        answers = []
        for request in requests:
            async with instance.wire() as wire:
                await wire.says(request)
                answers.append(await wire.hears())

    assert [answer.status for answer in answers] == [202, 202, 202, 202, 415, 415, 401]
    assert json.loads(answers[2].body)["duplicates"] == 2
    assert json.loads(answers[3].body)["data"][0]["status"] == "duplicate"


def keys_of(connection: Connection) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(idempotency_keys)).mappings()]
