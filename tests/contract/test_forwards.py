"""What a local program answered is kept with the event it got (contracts D.4, `listen`)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.calls import Calls
from tests.support.surface import Surface

MISSING = "0196f4a0-0000-7abc-8def-0123456789ab"


async def test_a_report_is_shown_with_the_event(api: Calls) -> None:
    event = await api.publish()

    made = await api.post(
        f"/api/v1/events/{event}/forwards",
        {"statusCode": 200, "durationMs": 12, "target": "http://user:pw@127.0.0.1:3000/hooks"},
    )

    listed = await api.get(f"/api/v1/events/{event}/forwards")
    assert listed == {"data": [made]}
    assert (made["statusCode"], made["durationMs"], made["error"]) == (200, 12, None)
    assert made["target"] == "http://***@127.0.0.1:3000/hooks"


async def test_the_last_ten_are_kept_newest_first(api: Calls) -> None:
    event, other = await api.publish(), await api.publish()
    await api.post(f"/api/v1/events/{other}/forwards", {"error": "connection refused", "durationMs": 1})
    for number in range(12):
        await api.post(f"/api/v1/events/{event}/forwards", {"statusCode": 500, "durationMs": number})

    listed = (await api.get(f"/api/v1/events/{event}/forwards"))["data"]

    assert [row["durationMs"] for row in listed] == list(range(11, 1, -1))
    assert len((await api.get(f"/api/v1/events/{other}/forwards"))["data"]) == 1
    assert (await api.get(f"/api/v1/events/{event}"))["forwards"] == listed


async def test_an_event_in_full_has_its_members_in_the_order_of_the_contract(api: Calls) -> None:
    event = await api.get(f"/api/v1/events/{await api.publish()}")

    assert [name for name in event if name not in ("deliverAt", "version")] == [
        *("id", "type", "names", "origin", "webhookId", "workflowId", "executionId", "subject", "priority"),
        *("orderingKey", "status", "data", "dataBase64", "dataContentType", "dataSize", "metadata", "traceId"),
        *("replayCount", "sourceEventId", "rootEventId", "test", "createdAt", "occurredAt", "receipt", "counts"),
        "forwards",
    ]


@pytest.mark.parametrize("body", [
    {}, {"durationMs": 1}, {"statusCode": 99, "durationMs": 1}, {"statusCode": 200, "durationMs": -1},
    {"statusCode": 200, "durationMs": 1, "more": 1}, {"error": "x" * 1_001, "durationMs": 1},
])  # fmt: skip
async def test_what_is_no_report_is_422(api: Calls, body: dict[str, Any]) -> None:
    event = await api.publish()

    answer = await api.ask("POST", f"/api/v1/events/{event}/forwards", body)

    assert answer.status_code == 422


async def test_an_event_of_nobody_or_of_another_tenant_is_404(world: Surface, api: Calls) -> None:
    event = await api.publish()
    theirs = Calls(api.client, await world.key_for("owner", tenant_id=await world.second_tenant()))

    for calls, identity in ((api, MISSING), (theirs, event)):
        posted = await calls.ask("POST", f"/api/v1/events/{identity}/forwards", {"statusCode": 200, "durationMs": 1})
        read = await calls.ask("GET", f"/api/v1/events/{identity}/forwards")

        assert (posted.status_code, read.status_code) == (404, 404)
    assert (await api.get(f"/api/v1/events/{event}/forwards"))["data"] == []
