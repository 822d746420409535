"""Health, error rate and counts of sources, in lists and alone (contracts B.1, B.2)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, update

from hookspan.storage.tables import webhooks
from tests.support.calls import Calls
from tests.support.sources import BASE, at, came, changed, source
from tests.support.surface import Surface

HOUR_MS = 3_600_000


async def one_of_each(world: Surface, api: Calls) -> dict[str, dict[str, Any]]:
    """A source for every word of health, by that word."""
    made = {
        word: await source(api, word)
        for word in ("unused", "healthy", "degraded", "failing", "paused", "disabled", "young")
    }
    await came(world, made["healthy"], 99)
    await came(world, made["healthy"], 1, "failed")
    await came(world, made["degraded"], 19)
    await came(world, made["degraded"], 1, "failed")
    await came(world, made["failing"], 15)
    await came(world, made["failing"], 5, "failed")
    await came(world, made["young"], 9)
    await came(world, made["young"], 10, "failed")
    await changed(api, made["paused"], status="paused")
    await changed(api, made["disabled"], enabled=False)
    return made


async def test_health_is_judged_by_the_last_hour(world: Surface, api: Calls) -> None:
    await one_of_each(world, api)

    listed = (await api.get(BASE, limit=100))["data"]

    told = {each["name"]: each["health"] for each in listed}
    assert told.pop("young") == "healthy"
    assert told == {word: word for word in told}


async def test_the_error_rate_counts_failed_against_routed(world: Surface, api: Calls) -> None:
    created = await source(api)
    await came(world, created, 6)
    await came(world, created, 2, "failed")
    await came(world, created, 50, "filtered")
    await came(world, created, 50, "held")
    await came(world, created, 2, "failed", ago_ms=2 * HOUR_MS)
    await came(world, created, 10, "failed", ago_ms=25 * HOUR_MS)

    shown = await api.get(at(created))

    assert shown["errorRate"] == {"h1": 0.25, "h24": 0.4}


async def test_tests_and_other_sources_count_nowhere(world: Surface, api: Calls) -> None:
    created, other = await source(api), await source(api, "other")
    await came(world, created, 30)
    await came(world, created, 30, "failed", test=True)
    await came(world, other, 30, "failed")
    await came(world, created, 1, "failed")

    shown = await api.get(at(created))

    assert shown["errorRate"]["h1"] == round(1 / 31, 4)
    assert shown["health"] == "healthy"


async def test_a_source_that_only_got_tests_is_unused(world: Surface, api: Calls) -> None:
    created = await source(api)
    await came(world, created, 3, test=True)

    assert (await api.get(at(created)))["health"] == "unused"


@pytest.mark.parametrize("word", ["unused", "degraded", "failing", "paused", "disabled"])
async def test_a_list_shows_those_of_one_health(world: Surface, api: Calls, word: str) -> None:
    await one_of_each(world, api)

    page = await api.get(BASE, health=word)

    assert ([each["name"] for each in page["data"]], page["total"]) == ([word], 1)


async def test_a_list_goes_by_error_rate_over_pages(world: Surface, api: Calls) -> None:
    await one_of_each(world, api)

    first = await api.get(BASE, sort="-errorRate", limit=2)
    second = await api.get(BASE, sort="-errorRate", limit=2, offset=2)
    rising = await api.get(BASE, sort="errorRate", limit=100)

    assert [each["name"] for each in first["data"] + second["data"]] == ["young", "failing", "degraded", "healthy"]
    assert [each["name"] for each in rising["data"]][-2:] == ["failing", "young"]
    assert first["total"] == rising["total"] == 7


async def test_health_goes_with_the_other_filters(world: Surface, api: Calls) -> None:
    await one_of_each(world, api)

    page = await api.get(BASE, health="healthy", q="you", sort="name")

    assert [each["name"] for each in page["data"]] == ["young"]


async def test_another_tenant_sees_nothing_of_it(world: Surface, api: Calls) -> None:
    await one_of_each(world, api)
    other = await world.key_for("owner", tenant_id=await world.second_tenant())

    judged = (await api.ask("GET", f"{BASE}?health=failing&sort=-errorRate", headers=other)).json()

    assert (judged["data"], judged["total"]) == ([], 0)


async def count(world: Surface, created: dict[str, Any], number: int, at_ms: int | None) -> None:
    """What the router would have counted."""

    def unit(connection: Connection) -> None:
        values = {"trigger_count": number, "last_triggered_at": at_ms}
        connection.execute(update(webhooks).where(webhooks.c.id == created["id"]).values(values))

    await world.rooms.database.write(unit)


async def test_a_list_goes_by_what_was_counted(world: Surface, api: Calls) -> None:
    for name, number in (("some", 5), ("none", 0), ("many", 9)):
        await count(world, await source(api, name), number, number * 1_000 or None)

    by_count = await api.get(BASE, sort="-triggerCount")
    by_time = await api.get(BASE, sort="-lastTriggeredAt")

    assert [each["name"] for each in by_count["data"]] == ["many", "some", "none"]
    assert [each["name"] for each in by_time["data"]] == ["many", "some", "none"]
    assert "lastTriggeredAt" not in by_time["data"][2]
