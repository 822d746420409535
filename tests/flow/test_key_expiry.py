"""Keys whose end has come: each is ended and told of once, in every tenant, whoever looks."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from sqlalchemy import select

from hookspan.access.minting import NewKey
from hookspan.access.roles import Caller
from hookspan.storage.database import Database
from hookspan.storage.tables import api_keys, events
from tests.support.surface import Surface, furnished

HOUR_MS = 3_600_000


@pytest.fixture
async def world(database: Database) -> Surface:
    """An instance with the owner's key."""
    return await furnished(database)


async def key(world: Surface, name: str, *, hours: int | None) -> str:
    """A new key that ends after so many hours; its id."""
    owner = Caller(world.instance.tenant_id, "user:1", ("owner",), frozenset({"events:publish"}), "session", "1", None)
    ends_at = None if hours is None else world.clock.now_ms() + hours * HOUR_MS
    row, _ = await world.rooms.access.api_keys.create(NewKey(name, ("events:publish",), None, ends_at), owner)
    return row.id


async def revoked(world: Surface) -> list[tuple[str, str]]:
    """Names and reasons of the keys that were told to have ended."""
    query = select(events.c.data).where(events.c.type == "api.key.revoked").order_by(events.c.id)
    rows = await world.rooms.database.read(lambda connection: connection.execute(query).scalars().all())
    told = [msgspec.json.decode(bytes(row)) for row in rows]
    return [(each["name"], each["reason"]) for each in told]


async def live(world: Surface) -> list[str]:
    """The names of the keys that hold."""
    query = select(api_keys.c.name).where(api_keys.c.revoked_at.is_(None)).order_by(api_keys.c.name)
    return list(await world.rooms.database.read(lambda connection: connection.execute(query).scalars().all()))


async def test_a_key_ends_at_its_hour_and_not_before(world: Surface) -> None:
    await key(world, "one", hours=1)
    await key(world, "two", hours=2)
    await key(world, "for ever", hours=None)
    world.clock.advance(seconds=3_600)

    await world.rooms.access.api_keys.expire()

    assert await revoked(world) == [("one", "expired")]
    assert await live(world) == ["for ever", "owner", "two"]


async def test_a_key_is_told_of_once_though_three_look_at_once(world: Surface) -> None:
    await key(world, "one", hours=1)
    world.clock.advance(seconds=3_600)
    expire = world.rooms.access.api_keys.expire

    await asyncio.gather(expire(), expire(), expire())
    await expire()

    assert await revoked(world) == [("one", "expired")]
