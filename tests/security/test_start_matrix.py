"""What a start makes, and what it refuses (security S1). Bind addresses and switches belong to the app's own tests."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Table

from hookspan.access.instance import Greeting, Instance
from hookspan.access.users import Passwords, check_password
from hookspan.errors import Invalid, NotConfigured
from hookspan.storage.columns import metadata
from hookspan.storage.database import Database
from hookspan.storage.tables import api_keys, tenants, users
from hookspan.storage.vault import KekRing, Vault
from tests.support.clock import FakeClock
from tests.support.surface import KEK


async def started(database: Database) -> Greeting | None:
    clock = FakeClock()
    vault = Vault(database, KekRing.parse(KEK), clock)
    return await Instance.first_start(database, vault, clock, passwords=Passwords(memory_kib=64, passes=1))


async def count(database: Database, table: Table) -> int:
    return await database.read(lambda connection: len(connection.execute(table.select()).all()))


async def test_a_first_start_makes_one_tenant_one_owner_and_one_key(database: Database) -> None:
    greeting = await started(database)

    assert greeting is not None
    assert (greeting.username, len(greeting.password.reveal())) == ("owner", 24)
    assert [await count(database, table) for table in (tenants, users, api_keys)] == [1, 1, 1]
    assert "***" in str(greeting)
    assert greeting.password.reveal() not in repr(greeting)


async def test_a_second_start_makes_nothing_and_shows_nothing(database: Database) -> None:
    await started(database)

    assert await started(database) is None


async def test_of_two_starts_at_once_one_is_the_first(database: Database) -> None:
    greetings = await asyncio.gather(*(started(database) for _ in range(4)))

    assert sum(greeting is not None for greeting in greetings) == 1
    assert await count(database, users) == 1


async def test_no_two_instances_share_a_password_or_a_key(tmp_path: Path) -> None:
    seen = set()
    for number in range(3):
        database = Database(f"sqlite:///{tmp_path / str(number)}.db")
        metadata.create_all(database.engine)
        database.start()
        greeting = await started(database)
        assert greeting is not None
        seen |= {greeting.password.reveal(), greeting.api_key.reveal()}
        await database.close()

    assert len(seen) == 6


async def test_an_instance_that_was_never_started_does_not_load(database: Database) -> None:
    vault = Vault(database, KekRing.parse(KEK), FakeClock())

    with pytest.raises(NotConfigured, match="never started"):
        await Instance.load(database, vault)


async def test_the_instance_keys_are_of_32_bytes_all_different_and_not_printed(database: Database) -> None:
    await started(database)

    instance = await Instance.load(database, Vault(database, KekRing.parse(KEK), FakeClock()))

    own = {instance.pepper, instance.token_secret, instance.cursor_key}
    assert [len(key) for key in own] == [32, 32, 32]
    assert not any(str(key) in repr(instance) for key in own)


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 1025])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(Invalid):
        check_password(password)


async def test_the_shipped_password_hash_is_argon2id_of_64_mib_and_three_passes() -> None:
    stored = await Passwords().hash("correct horse battery")

    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
