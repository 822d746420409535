"""Filters and tests of sources tell nobody what is not theirs, and hold nobody up (security S16, S22)."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from tests.support.arrivals import Arrival, arrive
from tests.support.calls import Calls
from tests.support.surface import Surface

WEBHOOKS = "/api/v1/webhooks"
CANARY = "canary-7f3a"
PEEK = {"fieldPath": "$.secret", "operator": "regex_match", "value": "^c"}
COMPUTED_SECONDS = 0.05
"""What the event loop may compute at a stretch; twenty requests judged on it take about twice that."""


@dataclass
class Shops:
    """A source of ours with a filter and a stored request, and one of another tenant."""

    ours: Calls
    theirs: Calls
    source: str
    filter_id: str
    event_id: str
    their_source: str


@pytest.fixture
async def shops(world: Surface, client: httpx2.AsyncClient) -> Shops:
    """Both, each with its own caller."""
    tenant_id = await world.second_tenant()
    ours = Calls(client, world.owner)
    theirs = Calls(client, await world.key_for("owner", tenant_id=tenant_id))
    source = (await ours.post(WEBHOOKS, {"name": "Shop"}))["id"]
    row = await ours.post(f"{WEBHOOKS}/{source}/filters", PEEK)
    event_id = await arrive(world, source, Arrival(body={"secret": CANARY}))
    their_source = (await theirs.post(WEBHOOKS, {"name": "Theirs"}))["id"]
    return Shops(ours, theirs, source, row["id"], event_id, their_source)


async def test_a_foreign_filter_is_not_reached_through_a_source_of_ones_own(shops: Shops) -> None:
    path = f"{WEBHOOKS}/{shops.their_source}/filters/{shops.filter_id}"

    answers = [
        await shops.theirs.ask("GET", path),
        await shops.theirs.ask("PATCH", path, {"enabled": False}),
        await shops.theirs.ask("DELETE", path),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    kept = await shops.ours.get(f"{WEBHOOKS}/{shops.source}/filters/{shops.filter_id}")
    assert kept["enabled"] is True


async def test_a_set_with_a_foreign_id_makes_a_row_of_its_own(shops: Shops) -> None:
    path = f"{WEBHOOKS}/{shops.their_source}/filters"

    answer = await shops.theirs.ask("PUT", path, {"filters": [{**PEEK, "id": shops.filter_id, "value": "^x"}]})

    assert answer.json()["data"][0]["id"] != shops.filter_id
    kept = await shops.ours.get(f"{WEBHOOKS}/{shops.source}/filters/{shops.filter_id}")
    assert kept["value"] == "^c"


async def test_a_foreign_request_is_not_tried_nor_counted_nor_hinted_at(shops: Shops) -> None:
    path = f"{WEBHOOKS}/{shops.their_source}"

    tried = await shops.theirs.ask("POST", f"{path}/filters/test", {"eventId": shops.event_id})
    counted = await shops.theirs.ask("POST", f"{path}/filters/backtest", {"filters": [PEEK]})
    hinted = await shops.theirs.ask("GET", f"{path}/paths")

    assert tried.status_code == 404
    assert counted.json()["tested"] == 0
    assert "$.secret" not in hinted.text


async def test_a_request_of_another_source_of_ours_is_not_tried(shops: Shops) -> None:
    other = (await shops.ours.post(WEBHOOKS, {"name": "Other"}))["id"]

    tried = await shops.ours.ask("POST", f"{WEBHOOKS}/{other}/filters/test", {"eventId": shops.event_id})

    assert tried.status_code == 404


async def test_without_payloads_a_verdict_is_told_and_no_value(world: Surface, shops: Shops) -> None:
    viewer = Calls(shops.ours.client, await world.key_for("viewer"))
    path = f"{WEBHOOKS}/{shops.source}"

    tried = await viewer.ask("POST", f"{path}/filters/test", {"eventId": shops.event_id})
    counted = await viewer.ask("POST", f"{path}/filters/backtest", {})
    hinted = await viewer.ask("GET", f"{path}/paths")

    assert tried.json()["passed"] is True
    assert "actual" not in tried.json()["groups"][0]["clauses"][0]
    assert counted.json()["passed"] == 1
    assert CANARY not in tried.text + counted.text + hinted.text
    assert "$.secret" not in hinted.text


@pytest.mark.parametrize("route", ["test", "backtest"])
async def test_without_payloads_rows_of_ones_own_ask_nothing_of_stored_requests(
    world: Surface, shops: Shops, route: str
) -> None:
    viewer = Calls(shops.ours.client, await world.key_for("viewer"))
    body: dict[str, Any] = {"filters": [PEEK], "eventId": shops.event_id}

    answer = await viewer.ask("POST", f"{WEBHOOKS}/{shops.source}/filters/{route}", body)

    assert answer.status_code == 403


async def test_a_source_of_another_tenant_is_neither_tested_nor_sampled(shops: Shops) -> None:
    path = f"{WEBHOOKS}/{shops.source}"

    answers = [
        await shops.theirs.ask("POST", f"{path}/test", {"body": {}}),
        await shops.theirs.ask("GET", f"{path}/tests"),
        await shops.theirs.ask("GET", f"{path}/samples"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_a_test_cannot_choose_its_tenant_nor_its_source(world: Surface, shops: Shops) -> None:
    body = {"tenantId": "other", "webhookId": shops.their_source, "body": {"secret": CANARY}}

    told = await shops.ours.post(f"{WEBHOOKS}/{shops.source}/test", body, status=200)

    event = await shops.ours.get(f"/api/v1/events/{told['eventId']}")
    assert event["webhookId"] == shops.source
    assert (await shops.theirs.get("/api/v1/events", webhookId=shops.their_source))["data"] == []


class Heart:
    """Beats every ten milliseconds on the event loop; `longest` is the most that its thread computed in between."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.longest = 0.0
        self._beat(time.thread_time())

    def _beat(self, before: float) -> None:
        now = time.thread_time()
        self.longest = max(self.longest, now - before)
        self._next = self._loop.call_later(0.01, self._beat, now)

    def stop(self) -> None:
        """No more beats."""
        self._next.cancel()


async def test_a_backtest_of_large_requests_holds_nobody_up(world: Surface, shops: Shops) -> None:
    body = [{"a": "x" * 100, "b": number} for number in range(4_500)]
    for _ in range(40):
        await arrive(world, shops.source, Arrival(body=body))
    rows = [{"fieldPath": "$[*].a", "operator": "contains", "value": "xy", "logicGroup": number} for number in range(2)]
    heart = Heart()

    told = await shops.ours.ask("POST", f"{WEBHOOKS}/{shops.source}/filters/backtest", {"filters": rows})

    heart.stop()
    assert told.json()["tested"] == 41
    assert heart.longest < COMPUTED_SECONDS
