"""`count=true` on lists by cursor (contracts C.1): the total, and only where it was asked for."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from tests.support.calls import Calls

LISTS = {
    "/api/v1/endpoints": 2,
    "/api/v1/endpoints?q=nothing": 0,
    "/api/v1/deliveries": 4,
    "/api/v1/deliveries?sort=nextAttemptAt": 4,
    "/api/v1/deliveries?status=delivered": 0,
    "/api/v1/events": 2,
    "/api/v1/events?type=order.*": 1,
    "/api/v1/audit": 2,
    "/api/v1/jobs": 0,
}


@pytest.fixture
async def filled(api: Calls) -> Calls:
    """Two endpoints that take both of two events."""
    for _ in range(2):
        await api.endpoint(events=["order.*", "other.*"])
    await api.publish("order.paid")
    await api.publish("other.thing")
    return api


@pytest.mark.parametrize(("path", "total"), LISTS.items())
async def test_a_list_tells_its_total_when_it_is_asked_and_only_then(filled: Calls, path: str, total: int) -> None:
    path, _, query = path.partition("?")
    wanted = dict(parse_qsl(query), limit="1")

    plain = await filled.get(path, **wanted)
    counted = await filled.get(path, **wanted, count="true")

    assert "total" not in plain
    assert "totalIsCapped" not in plain
    assert (counted["total"], counted["totalIsCapped"]) == (total, False)
    assert len(counted["data"]) == min(total, 1)


async def test_a_cursor_leads_on_with_and_without_a_count(filled: Calls) -> None:
    first = await filled.get("/api/v1/deliveries", limit=1, count="true")

    plain = await filled.get("/api/v1/deliveries", limit=1, cursor=first["nextCursor"])
    counted = await filled.get("/api/v1/deliveries", limit=1, cursor=first["nextCursor"], count="true")

    assert plain["data"] == counted["data"] != first["data"]
    assert counted["total"] == 4


async def test_events_are_not_counted_by_a_pattern_that_is_matched_after_the_page(filled: Calls) -> None:
    answer = await filled.ask("GET", "/api/v1/events?type=order.*.paid&count=true")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/count")
