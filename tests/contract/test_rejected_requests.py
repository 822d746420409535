"""The log of refused requests at the API (contracts B.2, providers §7): its shape, its filters, who may read what."""

from __future__ import annotations

from typing import Any

from hookspan.model.ids import new_id
from hookspan.model.times import instant
from hookspan.storage.rejections import RejectionRow, rejections_write
from tests.support.calls import Calls
from tests.support.clock import START_MS
from tests.support.surface import Surface

SOURCES = "/api/v1/webhooks"


async def a_source(api: Calls) -> str:
    """The id of a new source."""
    return str((await api.post(SOURCES, {"name": new_id(0)}))["id"])


async def refuses(world: Surface, webhook_id: str | None, **members: Any) -> RejectionRow:
    """One refused request in the log."""
    at = int(members.get("received_at", START_MS))
    usual = {
        "id": new_id(at),
        "tenant_id": world.instance.tenant_id if webhook_id else None,
        "webhook_id": webhook_id,
        "cause": "bad_signature",
        "detail": "header x-webhook-signature does not match the body",
        "status": 401,
        "method": "POST",
        "path": "/api/v1/webhooks/abc",
        "source_ip": "203.0.113.9",
        "headers": '[["x-two","1"],["x-two","2"],["authorization","***"]]',
        "body_size": 3,
        "body_prefix": b"a\xffb",
        "provider": "github",
        "received_at": at,
    }
    row = RejectionRow(**{**usual, **members})
    await world.rooms.database.write(rejections_write, [row], {})
    return row


async def test_a_refused_request_is_shown_as_the_contract_prints_it(world: Surface, api: Calls) -> None:
    webhook_id = await a_source(api)
    row = await refuses(world, webhook_id, count=3)

    answer = await api.get(f"{SOURCES}/{webhook_id}/rejected")

    assert answer == {
        "data": [
            {
                "id": row.id,
                "webhookId": webhook_id,
                "cause": "bad_signature",
                "detail": "header x-webhook-signature does not match the body",
                "status": 401,
                "method": "POST",
                "path": "/api/v1/webhooks/abc",
                "sourceIp": "203.0.113.9",
                "headers": {"x-two": "1, 2", "authorization": "***"},
                "bodySize": 3,
                "bodyPrefix": "a\N{REPLACEMENT CHARACTER}b",
                "provider": "github",
                "receivedAt": instant(START_MS),
                "count": 3,
            }
        ],
        "total": 1,
        "limit": 20,
        "offset": 0,
    }


async def test_it_is_listed_newest_first_by_page_cause_and_time(world: Surface, api: Calls) -> None:
    webhook_id = await a_source(api)
    rows = [
        await refuses(world, webhook_id, received_at=START_MS + 1_000 * number, cause=cause)
        for number, cause in enumerate(("method", "ip", "method", "loop"))
    ]
    path = f"{SOURCES}/{webhook_id}/rejected"

    async def ids(**query: Any) -> list[int]:
        found = (await api.get(path, **query))["data"]
        known = [row.id for row in rows]
        return [known.index(each["id"]) for each in found]

    assert await ids() == [3, 2, 1, 0]
    assert await ids(limit=2, offset=1) == [2, 1]
    assert await ids(cause="method") == [2, 0]
    assert await ids(cause=["loop", "ip"]) == [3, 1]
    assert await ids(**{"from": instant(START_MS + 1_000), "to": instant(START_MS + 3_000)}) == [2, 1]
    assert await ids(limit="all", offset="-") == [3, 2, 1, 0]
    assert (await api.ask("GET", path, params={"cause": "bad_luck"})).status_code == 422
    assert (await api.ask("GET", path, params={"from": "yesterday"})).status_code == 422


async def test_another_tenants_source_and_a_missing_one_read_alike(world: Surface, api: Calls) -> None:
    webhook_id = await a_source(api)
    await refuses(world, webhook_id)
    foreign = Calls(api.client, await world.key_for("owner", tenant_id=await world.second_tenant()))

    answers = [
        await foreign.ask("GET", f"{SOURCES}/{each}/rejected", headers={"X-Request-Id": "same-same"})
        for each in (webhook_id, new_id(START_MS))
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


async def test_headers_and_body_are_for_those_who_may_read_payloads(world: Surface, api: Calls) -> None:
    webhook_id = await a_source(api)
    await refuses(world, webhook_id)
    viewer = Calls(api.client, await world.key_for("viewer"))

    (shown,) = (await viewer.get(f"{SOURCES}/{webhook_id}/rejected"))["data"]

    assert (shown["headers"], shown["bodyPrefix"], shown["cause"]) == (None, None, "bad_signature")


async def test_requests_to_unknown_paths_are_for_the_owner_of_the_instance(world: Surface, api: Calls) -> None:
    await refuses(world, await a_source(api))
    await refuses(world, None, cause="unknown_path", status=404, provider=None)
    other = await world.second_tenant()
    callers = [await world.key_for("admin"), await world.key_for("owner", tenant_id=other)]

    shown = await api.get("/api/v1/rejected")
    refused = [(await Calls(api.client, headers).ask("GET", "/api/v1/rejected")).status_code for headers in callers]

    assert [(each["cause"], each["webhookId"]) for each in shown["data"]] == [("unknown_path", None)]
    assert refused == [403, 403]


async def test_refusals_stand_in_the_totals_of_their_tenant(world: Surface, api: Calls) -> None:
    webhook_id = await a_source(api)
    await refuses(world, webhook_id, count=4)
    await refuses(world, await a_source(api))
    await refuses(world, webhook_id, cause="handshake")
    await refuses(world, None, cause="unknown_path")

    everything = await api.get("/api/v1/stats", window="1h")
    one = await api.get("/api/v1/stats", window="1h", webhookId=webhook_id)

    assert (everything["totals"]["rejected"], one["totals"]["rejected"]) == (5, 4)
