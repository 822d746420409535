"""Endpoints on both databases: what is sealed, counted and kept of tests comes back as it was written."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest
from sqlalchemy import Connection, func, select

from hookspan.storage.database import Database
from hookspan.storage.sealed_secrets import secrets_prune
from hookspan.storage.tables import delivery_stats, endpoint_secrets
from tests.support.calls import Calls
from tests.support.surface import Surface, furnished

DAY_MS = 86_400_000
ENDPOINTS = "/api/v1/endpoints"


@pytest.fixture
async def world(database: Database) -> Surface:
    return await furnished(database)


@pytest.fixture
async def api(world: Surface) -> AsyncIterator[Calls]:
    async with world.client() as client:
        yield Calls(client, world.owner)


def _counted(connection: Connection, owner: dict[str, str], at: int, delivered: int, exhausted: int) -> None:
    numbers = {"delivered": delivered, "exhausted": exhausted, "attempts": delivered + exhausted}
    others = {"at": at, "failed_attempts": exhausted, "duration_ms": 1}
    connection.execute(delivery_stats.insert().values(**owner, **numbers, **others))


def _secrets(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(endpoint_secrets)).scalar_one()


async def test_the_last_day_is_summed_and_what_is_older_left_out(world: Surface, api: Calls) -> None:
    created = await api.endpoint()
    owner = {"endpoint_id": created["id"], "tenant_id": world.instance.tenant_id}
    now = world.clock.now_ms()
    for at, delivered, exhausted in ((now - DAY_MS - 1, 50, 50), (now - DAY_MS, 2, 1), (now, 1, 0)):
        await world.rooms.database.write(_counted, owner, at, delivered, exhausted)

    read = await api.get(f"{ENDPOINTS}/{created['id']}")

    assert read["stats24h"] == {"delivered": 3, "exhausted": 1, "failureRate": 0.25}
    assert (await api.get(ENDPOINTS))["data"][0]["stats24h"] == read["stats24h"]


async def test_rotated_secrets_come_back_newest_first_and_are_forgotten_after_their_time(
    world: Surface, api: Calls
) -> None:
    path = f"{ENDPOINTS}/{(await api.endpoint())['id']}"
    for number in range(3):
        await api.post(f"{path}/rotate-secret", {"secret": f"a-secret-of-24-bytes-000{number}"}, status=200)
        world.clock.advance(seconds=1)

    found = await api.get(f"{path}/secret")
    world.clock.advance(seconds=DAY_MS / 1_000)
    forgotten = await world.rooms.database.write(secrets_prune, world.clock.now_ms())

    assert found["secret"] == "a-secret-of-24-bytes-0002"
    assert [each["hint"] for each in found["previous"]][:2] == ["0001", "0000"]
    assert [each["expiresAt"][11:19] for each in found["previous"]] == ["21:27:12", "21:27:11", "21:27:10"]
    assert (forgotten, await world.rooms.database.read(_secrets)) == (3, 1)


async def test_a_kept_test_reads_as_it_was_answered(api: Calls) -> None:
    path = f"{ENDPOINTS}/{(await api.endpoint(method='GET'))['id']}"

    answered = await api.post(f"{path}/test", {}, status=200)

    (kept,) = (await api.get(f"{path}/tests"))["data"]
    assert {name: kept[name] for name in answered} == answered
    assert (kept["eventType"], kept["profile"], kept["attempt"]["request"]["body"]) == ("custom", "standard", "")


async def test_a_deleted_endpoint_leaves_no_secret(world: Surface, api: Calls) -> None:
    created = await api.endpoint(auth={"type": "bearer", "token": "t"}, headers={"X-A-Token": "a"})
    before = await world.rooms.database.read(_secrets)

    gone: httpx2.Response = await api.ask("DELETE", f"{ENDPOINTS}/{created['id']}")

    assert (gone.status_code, before, await world.rooms.database.read(_secrets)) == (204, 3, 0)
