"""What no layer can see from outside: the bound of the inbox, a COMMIT that fails, one key of two tenants."""

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

    refused = database.batch(nothing, 3)

    assert isinstance(refused.exception(), StoreAway)
    database.start()
    assert [await each for each in waiting] == [0, 1]
    await database.close()


def break_at_the_commit(connection: Connection) -> str:
    """What only the COMMIT itself refuses."""
    connection.exec_driver_sql("CREATE TABLE fault_parent (id INTEGER PRIMARY KEY)")
    reference = "parent INTEGER REFERENCES fault_parent (id) DEFERRABLE INITIALLY DEFERRED"
    connection.exec_driver_sql(f"CREATE TABLE fault_child ({reference})")
    connection.exec_driver_sql("INSERT INTO fault_child VALUES (1)")
    return "done"


async def test_a_commit_that_fails_is_never_told_as_done(database: Database) -> None:
    with pytest.raises(StoreAway, match="unknown"):
        await database.write(break_at_the_commit)


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
