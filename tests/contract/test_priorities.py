"""The four priorities: their weights, what they promise, what waits, and what came too late (contracts B.9)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hookspan.access.priorities import Priorities
from hookspan.model.ids import new_id
from hookspan.model.levels import Cycle, Promises
from hookspan.storage.priorities import Breaches, breaches_add
from tests.support.calls import Calls
from tests.support.surface import Surface

PRIORITIES = "/api/v1/priorities"
NOTHING = {"queued": 0, "oldestMs": 0, "breaches24h": 0}
USUAL = [
    {"level": 3, "name": "critical", "weight": 8, "slaMs": 1_000, **NOTHING},
    {"level": 2, "name": "high", "weight": 4, "slaMs": 5_000, **NOTHING},
    {"level": 1, "name": "normal", "weight": 2, "slaMs": 30_000, **NOTHING},
    {"level": 0, "name": "low", "weight": 1, "slaMs": None, **NOTHING},
]


async def changed(api: Calls, level: int, **body: Any) -> dict[str, Any]:
    """The level as it is after a change that succeeds."""
    answer = await api.ask("PUT", f"{PRIORITIES}/{level}", body)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_priorities_are_listed_as_seed_003_lists(api: Calls) -> None:
    assert await api.get(PRIORITIES) == {"data": USUAL, "total": 4, "limit": 4, "offset": 0}


async def test_what_waits_is_told_by_level(world: Surface, api: Calls) -> None:
    await api.endpoint()
    await api.publish(priority=3)
    world.clock.advance(seconds=2)

    [critical, *others] = (await api.get(PRIORITIES))["data"]

    assert (critical["queued"], critical["oldestMs"]) == (1, 2_000)
    assert others == USUAL[1:]


async def test_a_change_of_one_member_leaves_the_other(api: Calls) -> None:
    weighed = await changed(api, 2, weight=6)
    timed = await changed(api, 2, slaMs=2_500)

    assert (weighed["weight"], weighed["slaMs"]) == (6, 5_000)
    assert (timed["weight"], timed["slaMs"]) == (6, 2_500)
    assert (await api.get(PRIORITIES))["data"][1] == timed


async def test_a_promise_is_taken_back_by_null(api: Calls) -> None:
    shown = await changed(api, 3, slaMs=None)

    assert shown["slaMs"] is None


@pytest.mark.parametrize(("level", "body", "status"), [
    (2, {"weight": 0}, 422),
    (2, {"weight": 101}, 422),
    (2, {"slaMs": 0}, 422),
    (4, {"weight": 1}, 404),
])  # fmt: skip
async def test_what_is_no_weight_no_promise_or_no_level_is_refused(
    level: int, body: dict[str, int], status: int, api: Calls
) -> None:
    refused = await api.ask("PUT", f"{PRIORITIES}/{level}", body)

    assert refused.status_code == status
    assert (await api.get(PRIORITIES))["data"] == USUAL


async def test_weights_are_the_instances_and_promises_each_tenants_own(world: Surface, api: Calls) -> None:
    other = replace(api, headers=await world.key_for("owner", tenant_id=await world.second_tenant()))

    refused = await other.ask("PUT", f"{PRIORITIES}/3", {"weight": 100})
    mine = await changed(other, 3, slaMs=250)

    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert mine["slaMs"] == 250
    assert (await api.get(PRIORITIES))["data"] == USUAL
    await changed(api, 3, weight=16)
    assert (await other.get(PRIORITIES))["data"][0]["weight"] == 16


async def test_who_may_not_settle_may_only_look(world: Surface, api: Calls) -> None:
    viewer = replace(api, headers=await world.key_for("viewer"))

    assert (await viewer.ask("GET", PRIORITIES)).status_code == 200
    assert (await viewer.ask("PUT", f"{PRIORITIES}/3", {"slaMs": 1})).status_code == 403


async def test_another_process_obeys_at_its_next_look(world: Surface, api: Calls) -> None:
    told: list[tuple[Cycle, Promises]] = []
    elsewhere = Priorities(world.rooms.database, world.clock, world.instance.tenant_id)
    elsewhere.on_change = lambda cycle, promises: told.append((cycle, promises))
    await changed(api, 0, weight=8, slaMs=90_000)

    await elsewhere.refresh()
    await elsewhere.refresh()

    [(cycle, promises)] = told
    assert [cycle.count(level) for level in (3, 2, 1, 0)] == [8, 4, 2, 8]
    assert promises.sla_ms(world.instance.tenant_id, 0) == 90_000
    assert promises.sla_ms(world.instance.tenant_id, 3) == 1_000


async def test_breaches_of_a_day_are_counted(world: Surface, api: Calls) -> None:
    tenant_id, now = world.instance.tenant_id, world.clock.now_ms()
    told = [Breaches(new_id(now), tenant_id, 3, number, now - age) for number, age in ((2, 0), (3, 60_000))]
    await world.rooms.database.write(breaches_add, [*told, Breaches(new_id(now), tenant_id, 3, 9, now - 86_400_000)])

    [critical, *_] = (await api.get(PRIORITIES))["data"]

    assert critical["breaches24h"] == 5
