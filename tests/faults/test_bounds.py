"""Bounds and scopes that no layer can see from outside: the inbox of the writer, the keys of two tenants."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection

from hookspan.access.minting import ApiKeys, NewKey
from hookspan.access.roles import Caller, scopes_of
from hookspan.access.tenants import Tenants
from hookspan.errors import StoreAway
from hookspan.storage.database import Database
from tests.support.instance import Instance, running
from tests.support.raw_http import post

SCOPES = scopes_of(["owner"])
BODY = b'{"type":"fault.order","data":{}}'


def nothing(_connection: Connection, items: Sequence[int]) -> Sequence[int]:
    return items


async def test_a_write_beyond_the_bound_is_refused_at_once(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'hookspan.db'}", inbox=2)
    waiting = [database.batch(nothing, number) for number in range(2)]

    with pytest.raises(StoreAway):
        await database.batch(nothing, 3)

    database.start()
    assert [await each for each in waiting] == [0, 1]
    await database.close()


async def publish(instance: Instance, token: str) -> str:
    """The answer's first line and body."""
    head = (f"Authorization: Bearer {token}", "Content-Type: application/json", "Idempotency-Key: the-same")
    return (await instance.ask(post("/api/v1/events", BODY, *head))).decode()


async def test_one_key_of_two_tenants_is_two_events(tmp_path: Path) -> None:
    async with running(tmp_path) as instance:
        app = instance.application
        other = await Tenants(app.database, app.clock, app.vault).create("other", "Other")
        minter = ApiKeys(app.database, app.clock, app.publisher, app.keys)
        owner = Caller(other.id, "key:test", ("owner",), SCOPES, "key")
        _, key = await minter.create(NewKey("other", ("*",), "admin", None), owner)
        await publish(instance, instance.token)

        answer = await publish(instance, key.reveal())

    assert '"duplicate":false' in answer
