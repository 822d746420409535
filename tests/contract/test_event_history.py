"""The history of a source as seed 003 shapes it, and the filters that all lists of events share (contracts B.6)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.support.calls import Calls
from tests.support.history import Past, remember
from tests.support.surface import Surface

EVENTS = "/api/v1/events"
MEMBERS = [
    *("id", "tenantId", "webhookId", "executionId", "eventType", "eventTypeSigned", "requestMethod", "requestPath"),
    *("requestQuery", "requestHeaders", "requestBody", "requestBodyEncoding", "bodySize", "responseStatus"),
    *("processingTimeMs", "status", "errorMessage", "errorCode", "filteredReason", "priority", "test"),
    *("duplicateCount", "lastDuplicateAt", "replayCount", "sourceEventId", "metadata", "createdAt"),
]


class Source:
    """A source with a past."""

    def __init__(self, world: Surface, identity: str) -> None:
        self.world = world
        self.id = identity
        self.path = f"/api/v1/webhooks/{identity}/events"
        self.now = world.clock.now_ms() - 10_000

    async def had(self, *pasts: Past) -> list[str]:
        """These requests came in, a millisecond apart."""
        rows = [replace(past, source=self.id, at=self.now + number) for number, past in enumerate(pasts)]
        self.now += len(pasts)
        return await self.world.rooms.database.write(remember, self.world.instance.tenant_id, rows)


@pytest.fixture
async def source(world: Surface, api: Calls) -> Source:
    """A source without any request yet."""
    made = await api.post("/api/v1/webhooks", {"name": "one", "authType": "none"})
    return Source(world, made["id"])


def past(**members: Any) -> Past:
    return Past(at=0, **members)


def ids_of(answer: Any) -> list[str]:
    return [row["id"] for row in answer["data"]]


async def test_an_event_of_a_source_has_the_members_of_the_seed_in_their_order(api: Calls, source: Source) -> None:
    (event_id,) = await source.had(past(body=b'{"ref":10.50}', headers=[("x-two", "1"), ("x-two", "2")]))

    answer = await api.ask("GET", f"{source.path}/{event_id}")

    event = answer.json()
    assert list(event) == MEMBERS
    assert b'"requestBody":{"ref":10.50}' in answer.content
    assert (event["requestHeaders"], event["requestBodyEncoding"]) == ({"x-two": "1, 2"}, "json")
    assert (event["webhookId"], event["status"], event["responseStatus"]) == (source.id, "processed", 202)


@pytest.mark.parametrize(
    ("body", "shown", "encoding"),
    [(b"plain", "plain", "text"), (b"\xff\x00", "/wA=", "base64"), (b"[1]", [1], "json")],
)
async def test_a_body_is_shown_as_what_it_is(
    api: Calls, source: Source, body: bytes, shown: Any, encoding: str
) -> None:
    (event_id,) = await source.had(past(body=body))

    event = await api.get(f"{source.path}/{event_id}")

    assert (event["requestBody"], event["requestBodyEncoding"]) == (shown, encoding)


async def test_rows_leave_contents_out_and_stay_short(api: Calls, source: Source) -> None:
    await source.had(past(body=b"x" * 5_000, headers=[("x-long", "y" * 5_000)]))

    listed = await api.get(source.path)
    whole = await api.get(source.path, include="headers,body")

    (row,) = listed["data"]
    assert set(MEMBERS) - set(row) == {"requestQuery", "requestHeaders", "requestBody", "requestBodyEncoding"}
    assert len(json.dumps(row)) < 1_024
    assert whole["data"][0]["requestBody"] == "x" * 5_000
    assert {name: value for name, value in listed.items() if name != "data"} == {
        "total": 1,
        "totalIsCapped": False,
        "limit": 20,
        "offset": 0,
        "nextCursor": None,
    }


async def test_pages_by_offset_and_by_cursor_agree(api: Calls, source: Source) -> None:
    ids = (await source.had(*[past()] * 7))[::-1]

    first = await api.get(source.path, limit=3)
    await source.had(past())
    second = await api.get(source.path, limit=3, cursor=first["nextCursor"])
    skipped = await api.get(source.path, limit=3, offset=4)

    assert (ids_of(first), ids_of(second)) == (ids[:3], ids[3:6])
    assert ids_of(skipped) == ids[3:6]
    assert (first["total"], second["total"]) == (7, 8)
    assert (await api.ask("GET", source.path, params={"offset": 10_001})).status_code == 400


FILTERS: list[tuple[dict[str, Any], set[int]]] = [
    ({"status": "success"}, {0, 3, 4, 5}),
    ({"status": ["failed", "filtered"]}, {1, 2}),
    ({"method": "put"}, {1}),
    ({"responseStatus": "2xx"}, {0, 1, 2, 4, 5}),
    ({"responseStatus": "302"}, {3}),
    ({"eventType": "order.*"}, {0, 1, 2, 3, 5}),
    ({"eventType": "*.sent"}, {4}),
    ({"priority": 3}, {4}),
    ({"sourceIp": "198.51.100.7"}, {2}),
    ({"errorCode": "schema_mismatch"}, {1}),
    ({"test": "true"}, {5}),
    ({"replayed": "true"}, {3}),
    ({"hasExecution": "true"}, set()),
    ({"q": "BERLIN"}, {0, 4}),
    ({"q": "berlin", "eventType": "mail.sent"}, {4}),
    ({"where": '[{"fieldPath":"$.n","operator":"greater_than","value":1}]'}, {2, 3}),
    ({"where": '[{"fieldPath":"$headers[\'x-a\']","operator":"equals","value":"b"}]', "status": "failed"}, {1}),
]


@pytest.mark.parametrize(("query", "found"), FILTERS)
async def test_every_filter_holds_on_both_lists(
    api: Calls, source: Source, query: dict[str, Any], found: set[int]
) -> None:
    ids = await source.had(
        past(body=b'{"city":"Berlin","n":1}'),
        past(status="failed", error_code="schema_mismatch", method="PUT", headers=[("x-a", "b")]),
        past(status="filtered", source_ip="198.51.100.7", body=b'{"n":2}'),
        past(answered=302, replay_count=1, body=b'{"n":3}'),
        past(type="mail.sent", priority=3, headers=[("x-city", "berlin")]),
        past(test=True),
    )
    expected = [ids[number] for number in sorted(found, reverse=True)]

    assert ids_of(await api.get(source.path, **query)) == expected
    assert ids_of(await api.get(EVENTS, webhookId=source.id, **query)) == expected


@pytest.mark.parametrize(
    "query",
    [
        {"q": "ab"},
        {"where": "{}"},
        {"where": "[1,2,3,4,5,6]"},
        {"where": '[{"fieldPath":"$.a","operator":"regex_match","value":"("}]'},
        {"status": "nope"},
        {"responseStatus": "2x"},
        {"sourceIp": "here"},
        {"method": "PO ST"},
        {"facets": "password"},
        {"include": "secrets"},
        {"sort": "id"},
        {"limit": 1001},
        {"priority": 4},
    ],
)
async def test_a_filter_that_means_nothing_is_refused(api: Calls, source: Source, query: dict[str, str]) -> None:
    answer = await api.ask("GET", source.path, params=query)

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


async def test_a_span_is_half_open(api: Calls, source: Source) -> None:
    ids = await source.had(*[past()] * 4)
    at = [(await api.get(f"{EVENTS}/{each}"))["createdAt"] for each in ids]

    found = await api.get(source.path, **{"from": at[1], "to": at[3]})

    assert ids_of(found) == [ids[2], ids[1]]


async def test_the_slowest_come_first_and_stay_so_while_rows_arrive(api: Calls, source: Source) -> None:
    took = (3, 9, 1, 9, 5)
    ids = await source.had(*[past(took_ms=each) for each in took])
    ordered = [ids[number] for number in (3, 1, 4, 0, 2)]

    first = await api.get(source.path, sort="-processingTimeMs", limit=2)
    await source.had(past(took_ms=7))
    second = await api.get(source.path, sort="-processingTimeMs", limit=2, cursor=first["nextCursor"])
    third = await api.get(source.path, sort="-processingTimeMs", limit=2, cursor=second["nextCursor"])

    assert ids_of(first) + ids_of(second) + ids_of(third) == ordered
    assert third["nextCursor"] is None


async def test_facets_count_what_the_filters_leave(api: Calls, source: Source) -> None:
    await source.had(past(), past(status="failed"), past(status="failed", method="PUT"))

    counted = await api.get(source.path, facets="status,method", limit=1)
    searched = await api.get(EVENTS, facets="status", q="order.paid", status="failed")

    assert counted["facets"] == {"status": {"processed": 1, "failed": 2}, "method": {"POST": 2, "PUT": 1}}
    assert searched["facets"] == {"status": {"failed": 2}}


async def test_who_may_not_read_payloads_may_not_search_them(world: Surface, api: Calls, source: Source) -> None:
    (event_id,) = await source.had(past(body=b'{"a":1}'))
    key = await world.key_for("viewer")
    scopes = (await api.ask("GET", "/api/v1/me", headers=key)).json()["scopes"]
    assert "payloads:read" not in scopes

    shown = (await api.ask("GET", f"{source.path}/{event_id}", headers=key)).json()
    asked = [
        (await api.ask("GET", source.path, headers=key, params=query)).status_code
        for query in ({}, {"q": "secret"}, {"where": '[{"fieldPath":"$.a","operator":"exists"}]'}, {"include": "body"})
    ]

    assert (shown["requestBody"], shown["requestHeaders"]) == (None, None)
    assert asked == [200, 403, 403, 403]


async def test_another_source_or_tenant_does_not_have_the_event(world: Surface, api: Calls, source: Source) -> None:
    (event_id,) = await source.had(past())
    other = await api.post("/api/v1/webhooks", {"name": "two", "authType": "none"})
    stranger = await world.key_for("owner", tenant_id=await world.second_tenant())

    paths = (f"/api/v1/webhooks/{other['id']}/events/{event_id}", f"{source.path}/{event_id}", source.path)
    own = (await api.ask("GET", paths[0])).status_code
    strange = [(await api.ask("GET", path, headers=stranger)).status_code for path in paths]

    assert (own, strange) == (404, [404, 404, 404])


async def test_an_export_of_a_source_has_its_filters_and_its_shape(api: Calls, source: Source) -> None:
    ids = await source.had(past(body=b"=1+1"), past(status="failed", body=b'{"a":1.0}'))

    lines = await api.ask("GET", f"{source.path}/export", params={"format": "ndjson", "status": "failed"})
    sheet = await api.ask("GET", f"{source.path}/export", params={"format": "csv", "bom": "true", "sort": "createdAt"})

    assert [json.loads(line) for line in lines.text.splitlines()] == [await api.get(f"{source.path}/{ids[1]}")]
    head, first = sheet.content.removeprefix("\ufeff".encode()).decode().split("\r\n")[:2]
    assert head.startswith("id,webhookId,webhookPath,eventType,status,requestMethod,responseStatus,processingTimeMs,")
    assert first.startswith(f"{ids[0]},{source.id},abc,order.paid,processed,POST,202,3,")
    assert first.endswith(",'=1+1")
