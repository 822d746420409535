"""Exports: the same filters as the lists, streamed whole, one at a time (contracts B.6, security S29, S35)."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from io import StringIO
from typing import Any

import httpx2
import pytest

from hookspan.api.asgi import make_app
from hookspan.errors import RateLimited
from hookspan.history.export import Exports
from tests.contract.test_deliveries_api import owed, tried
from tests.support.calls import Calls
from tests.support.surface import BASE, Surface

EVENTS, DELIVERIES = "/api/v1/events/export", "/api/v1/deliveries/export"


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


async def asked(api: Calls, path: str, **query: Any) -> httpx2.Response:
    answer = await api.ask("GET", path, params=query)
    assert answer.status_code == 200, answer.text
    return answer


async def test_events_as_csv(api: Calls) -> None:
    first = await api.publish("order.paid", {"total": 10.50, "note": "=HYPERLINK(1)"})
    second = await api.publish("other.thing", {})

    answer = await asked(api, EVENTS)

    rows = rows_of(answer.text)
    assert [row["id"] for row in rows] == [second, first]
    assert json.loads(rows[1]["requestBody"]) == {"total": 10.5, "note": "=HYPERLINK(1)"}
    assert answer.headers["content-disposition"] == 'attachment; filename="events.csv"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "x-hookspan-truncated" not in answer.headers


async def test_a_formula_in_a_payload_is_disarmed(api: Calls) -> None:
    await api.post("/api/v1/events", {"type": "a.b", "dataBase64": "PTErMQ==", "dataContentType": "text/plain"},
                   status=202)  # fmt: skip

    (row,) = rows_of((await asked(api, EVENTS)).text)

    assert row["requestBody"] == "'=1+1"


async def test_events_as_json_are_the_events(api: Calls) -> None:
    ids = [await api.publish("order.paid", {"n": number}) for number in range(3)]

    answer = await asked(api, EVENTS, format="json", sort="createdAt")
    lines = await asked(api, EVENTS, format="ndjson", sort="createdAt")

    events = answer.json()
    assert [event["id"] for event in events] == ids
    assert {**events[0], "forwards": []} == await api.get(f"/api/v1/events/{ids[0]}")
    assert [json.loads(line) for line in lines.text.splitlines()] == events


async def test_nothing_matching_is_an_empty_export(api: Calls) -> None:
    nothing = {"type": "nothing.ever"}

    assert (await asked(api, EVENTS, format="json", **nothing)).json() == []
    assert (await asked(api, EVENTS, format="ndjson", **nothing)).text == ""
    assert rows_of((await asked(api, EVENTS, **nothing)).text) == []


async def test_filters_and_patterns_hold(api: Calls) -> None:
    paid = await api.publish("order.paid")
    await api.publish("order.sent")
    await api.publish("invoice.paid")

    by_prefix = await asked(api, EVENTS, type="order.*")
    by_segment = await asked(api, EVENTS, type="order.*", subject="nobody")
    inner = await asked(api, EVENTS, type="*.paid")

    assert len(rows_of(by_prefix.text)) == 2
    assert rows_of(by_segment.text) == []
    assert {row["eventType"] for row in rows_of(inner.text)} == {"order.paid", "invoice.paid"}
    assert paid in inner.text


async def test_a_bom_is_there_when_asked_for(api: Calls) -> None:
    with_bom, without = await asked(api, EVENTS, bom="true"), await asked(api, EVENTS)

    assert (with_bom.content[:3], without.content[:2]) == (b"\xef\xbb\xbf", b"id")


async def test_a_viewer_exports_no_bodies(world: Surface, api: Calls) -> None:
    await api.publish("order.paid", {"card": "4111"})
    viewer = await world.key_for("viewer")

    csv_text = (await api.ask("GET", EVENTS, headers=viewer)).text
    json_text = (await api.ask("GET", f"{EVENTS}?format=json", headers=viewer)).text

    assert "4111" not in csv_text + json_text
    assert len(rows_of(csv_text)) == len(json.loads(json_text)) == 1


async def test_deliveries_in_every_form(world: Surface, api: Calls) -> None:
    delivery = await owed(api)
    await tried(world, delivery, status="exhausted")

    table = rows_of((await asked(api, DELIVERIES, status="exhausted")).text)
    objects = (await asked(api, DELIVERIES, format="json")).json()

    assert [(row["id"], row["status"], row["lastStatusCode"]) for row in table] == [
        (delivery["id"], "exhausted", "500")
    ]
    shown = await api.get(f"/api/v1/deliveries/{delivery['id']}")
    assert objects == [{name: value for name, value in shown.items() if name not in ("bodyForm", "bodySha256")}]
    assert rows_of((await asked(api, DELIVERIES, status="held")).text) == []


@pytest.mark.parametrize(("rows_most", "bytes_most"), [(2, 1 << 30), (100, 2_200)])
async def test_what_is_too_much_is_cut_and_said(rows_most: int, bytes_most: int, world: Surface) -> None:
    exports = Exports(world.rooms.database, rows_most=rows_most, bytes_most=bytes_most)
    app = make_app(replace(world.rooms, exports=exports))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=BASE) as client:
        api = Calls(client, world.owner)
        newest = [await api.publish("order.paid") for _ in range(3)][::-1]

        answer = await asked(api, EVENTS)

    assert [row["id"] for row in rows_of(answer.text)] == newest[:2]
    assert answer.headers["x-hookspan-truncated"] == "true"


async def test_a_tenant_runs_one_export_at_a_time(world: Surface, api: Calls) -> None:
    with world.rooms.exports.only_one(world.instance.tenant_id):
        refused = await api.ask("GET", EVENTS)

    again = await api.ask("GET", EVENTS)
    once_more = await api.ask("GET", DELIVERIES)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "10")
    assert (again.status_code, once_more.status_code) == (200, 200)


async def test_an_export_that_cannot_begin_gives_its_place_back(world: Surface, api: Calls) -> None:
    await api.ask("GET", f"{EVENTS}?type=not..a..pattern")
    with pytest.raises(RateLimited), world.rooms.exports.only_one("t"), world.rooms.exports.only_one("t"):
        raise AssertionError

    assert (await api.ask("GET", EVENTS)).status_code == 200
