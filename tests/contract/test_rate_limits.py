"""The rate of the management API: headers, 429, and the event that tells of it (contracts C.1, security §5.4, S11)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from hookspan.api.rooms import ApiSettings
from hookspan.inbound.floods import REFUSALS_MOST
from hookspan.storage.tables import events
from tests.support.calls import Calls
from tests.support.surface import Surface, bearer, surface

WRONG = bearer("hsk_000000000000_" + "0" * 49)


@pytest.fixture
async def narrow(tmp_path: Path) -> AsyncIterator[Surface]:
    """An instance that lets a caller ask three times a minute."""
    async with surface(tmp_path, settings=ApiSettings(management_per_minute=3)) as started:
        yield started


@pytest.fixture
async def few(narrow: Surface) -> AsyncIterator[Calls]:
    """Its API as the owner sees it."""
    async with narrow.client() as client:
        yield Calls(client, narrow.owner)


async def test_every_management_answer_tells_what_is_left(api: Calls) -> None:
    first, second = [await api.ask("GET", "/api/v1/endpoints") for _ in range(2)]

    assert first.headers["ratelimit-policy"] == '"default";q=600;w=60'
    assert first.headers["ratelimit"] == '"default";r=599;t=1'
    assert second.headers["ratelimit"] == '"default";r=598;t=1'


async def test_over_the_limit_is_429_until_a_token_is_back(narrow: Surface, few: Calls) -> None:
    answers = [await few.ask("GET", "/api/v1/endpoints") for _ in range(4)]
    narrow.clock.advance(seconds=20)

    after = await few.ask("GET", "/api/v1/endpoints")

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    refused = answers[3]
    assert (refused.json()["code"], refused.headers["retry-after"]) == ("rate_limited", "20")
    assert refused.headers["ratelimit"] == '"default";r=0;t=60'
    assert after.status_code == 200


async def test_one_caller_does_not_use_up_the_rate_of_another(narrow: Surface, few: Calls) -> None:
    other = replace(few, headers=await narrow.key_for("viewer"))
    for _ in range(4):
        await few.ask("GET", "/api/v1/endpoints")

    assert (await other.ask("GET", "/api/v1/endpoints")).status_code == 200


async def test_publishing_and_health_are_not_counted(narrow: Surface, few: Calls) -> None:
    for _ in range(6):
        await few.publish()
        assert (await few.client.get("/readyz")).status_code == 200

    answer = await few.ask("GET", "/api/v1/endpoints")

    assert answer.headers["ratelimit"] == '"default";r=2;t=20'


async def test_the_developer_on_the_same_machine_is_not_limited(tmp_path: Path) -> None:
    settings = ApiSettings(management_per_minute=1, dev=True)
    async with surface(tmp_path, settings=settings) as world, world.client(peer=("127.0.0.1", 1)) as client:
        answers = [await client.get("/api/v1/endpoints", headers=world.owner) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]


async def test_secrets_are_revealed_ten_times_a_minute_in_a_tenant(world: Surface, api: Calls) -> None:
    path = f"/api/v1/endpoints/{(await api.endpoint())['id']}/secret"
    colleague = replace(api, headers=await world.key_for("admin"))

    answers = [await (api if number % 2 else colleague).ask("GET", path) for number in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert '"reveal";q=10;w=60' in answers[10].headers["ratelimit-policy"]


async def told(world: Surface) -> list[dict[str, object]]:
    """Data of every `api.limit.exceeded`."""
    query = select(events.c.data).where(events.c.type == "api.limit.exceeded").order_by(events.c.id)
    rows = await world.rooms.database.read(lambda connection: connection.scalars(query).all())
    return [msgspec.json.decode(bytes(row)) for row in rows]


async def test_the_first_refusal_of_a_minute_is_an_event(narrow: Surface, few: Calls) -> None:
    for _ in range(6):
        await few.ask("GET", "/api/v1/endpoints")
    first = await told(narrow)
    narrow.clock.advance(seconds=61)
    for _ in range(5):
        await few.ask("GET", "/api/v1/endpoints")

    second = await told(narrow)

    assert len(first) == 1
    assert str(first[0].pop("subject")).startswith("key:")
    assert first[0] == {
        "policy": "default",
        "limit": 3,
        "window_ms": 60_000,
        "path": "/api/v1/endpoints",
        "occurred_at": "2025-05-21T21:27:10.000Z",
    }
    assert len(second) == 2


async def test_a_stranger_with_wrong_keys_is_turned_away_unread(world: Surface, api: Calls) -> None:
    for _ in range(REFUSALS_MOST):
        assert (await api.client.get("/api/v1/me", headers=WRONG)).status_code == 401

    answers = [await api.client.get("/api/v1/me", headers=WRONG), await api.ask("GET", "/api/v1/me")]
    world.clock.advance(seconds=11)

    assert [answer.status_code for answer in answers] == [429, 429]
    assert (await api.ask("GET", "/api/v1/me")).status_code == 200
