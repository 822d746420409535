"""Secrets at rest (security S46 to S48, S53, §8)."""

from __future__ import annotations

import base64
import copy
import json
import pickle
import stat
from pathlib import Path

import httpx2
import msgspec
import pytest
from sqlalchemy import Connection

from hookspan.access.instance import Instance
from hookspan.access.tenants import Tenants
from hookspan.errors import NotConfigured
from hookspan.storage.columns import metadata
from hookspan.storage.database import Database
from hookspan.storage.tables import keys
from hookspan.storage.vault import KekRing, Secret, Vault, kek_usage, make_kek_file
from tests.support.clock import FakeClock
from tests.support.surface import KEK, Surface, furnished, surface

K1, K2 = (name + ":" + base64.b64encode(letter * 32).decode() for name, letter in (("k1", b"k"), ("k2", b"z")))
PLACE = "endpoint_secrets.1.sealed"


async def test_a_sealed_value_opens_where_it_was_sealed_and_nowhere_else(database: Database) -> None:
    world = await furnished(database)
    tenant = world.instance.tenant_id
    other = await world.second_tenant()
    vault = world.vault

    sealed = vault.seal(b"whsec_x", tenant_id=tenant, context=PLACE)

    assert vault.open(sealed, tenant_id=tenant, context=PLACE) == b"whsec_x"
    with pytest.raises(ValueError, match="moved or altered"):
        vault.open(sealed, tenant_id=tenant, context="endpoint_secrets.2.sealed")
    with pytest.raises(ValueError, match="another tenant"):
        vault.open(sealed, tenant_id=other, context=PLACE)


async def test_a_value_that_was_opened_still_does_not_open_elsewhere(world: Surface) -> None:
    tenant = world.instance.tenant_id
    sealed = world.vault.seal(b"x", tenant_id=tenant, context=PLACE)
    world.vault.open(sealed, tenant_id=tenant, context=PLACE)

    with pytest.raises(ValueError, match="moved"):
        world.vault.open(sealed, tenant_id=tenant, context=PLACE + "2")


async def test_every_changed_bit_is_seen(world: Surface) -> None:
    tenant = world.instance.tenant_id
    sealed = world.vault.seal(b"secret", tenant_id=tenant, context=PLACE)

    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(ValueError, match=r"moved|version|tenant"):
            world.vault.open(changed, tenant_id=tenant, context=PLACE)
    with pytest.raises(ValueError, match="version"):
        world.vault.open(b"", tenant_id=tenant, context=PLACE)


async def test_the_same_value_is_never_sealed_to_the_same_bytes(world: Surface) -> None:
    tenant = world.instance.tenant_id

    sealed = {world.vault.seal(b"x", tenant_id=tenant, context=PLACE) for _ in range(100)}

    assert len(sealed) == 100
    assert {each[:1] for each in sealed} == {b"\x01"}


async def test_another_process_opens_what_this_one_sealed(database: Database) -> None:
    world = await furnished(database)
    sealed = world.vault.seal(b"x", tenant_id=world.instance.tenant_id, context=PLACE)

    elsewhere = Vault(database, KekRing.parse(KEK), world.clock)

    assert elsewhere.open(sealed, tenant_id=world.instance.tenant_id, context=PLACE) == b"x"


async def test_opened_values_are_forgotten_after_a_minute_and_on_rotation(world: Surface) -> None:
    tenant = world.instance.tenant_id
    sealed = world.vault.seal(b"x", tenant_id=tenant, context=PLACE)
    world.vault.open(sealed, tenant_id=tenant, context=PLACE)
    shred = "DELETE FROM keys WHERE purpose = 'data'"
    await world.rooms.database.write(lambda connection: connection.exec_driver_sql(shred))
    assert world.vault.open(sealed, tenant_id=tenant, context=PLACE) == b"x"

    world.vault.forget()

    with pytest.raises(ValueError, match="destroyed"):
        world.vault.open(sealed, tenant_id=tenant, context=PLACE)


async def test_after_a_rotation_everything_opens_and_the_old_key_may_go(database: Database) -> None:
    world = await furnished(database)
    tenant = world.instance.tenant_id
    sealed = world.vault.seal(b"x", tenant_id=tenant, context=PLACE)
    both = Vault(database, KekRing.parse(f"{K2},{K1}"), world.clock)

    rewrapped = await both.rewrap(batch=3)

    assert rewrapped == 4
    assert await database.read(kek_usage) == {"k2": 4}
    only_new = Vault(database, KekRing.parse(K2), world.clock)
    assert only_new.open(sealed, tenant_id=tenant, context=PLACE) == b"x"
    assert (await Instance.load(database, only_new)).pepper == world.instance.pepper


async def test_a_rotation_broken_off_leaves_everything_readable(database: Database) -> None:
    world = await furnished(database)
    ring = KekRing.parse(f"{K2},{K1}")
    before = await database.read(kek_usage)
    await Tenants(database, world.clock, Vault(database, ring, world.clock)).create("late", "Late")

    after = await database.read(kek_usage)

    assert (before, after) == ({"k1": 4}, {"k1": 4, "k2": 1})
    assert (await Instance.load(database, Vault(database, ring, world.clock))).pepper == world.instance.pepper


async def test_a_start_refuses_when_a_key_encryption_key_is_missing_and_names_it(database: Database) -> None:
    world = await furnished(database)
    vault = Vault(database, KekRing.parse(K2), world.clock)

    with pytest.raises(NotConfigured, match="k1"):
        await Instance.load(database, vault)


async def test_a_wrong_key_under_the_right_name_opens_nothing(database: Database) -> None:
    world = await furnished(database)
    impostor = "k1:" + base64.b64encode(b"i" * 32).decode()

    with pytest.raises(ValueError, match="does not open"):
        await Instance.load(database, Vault(database, KekRing.parse(impostor), world.clock))


def rewritten(connection: Connection, key_id: str, wrapped: bytes) -> None:
    connection.execute(keys.update().where(keys.c.id == key_id).values(wrapped=wrapped))


async def test_two_rows_of_wrapped_keys_cannot_be_swapped(database: Database) -> None:
    world = await furnished(database)
    rows = await database.read(lambda connection: connection.execute(keys.select().order_by(keys.c.id)).all())
    pepper, tokens = (next(row for row in rows if row.purpose == name) for name in ("pepper", "tokens"))
    for row, wrapped in ((pepper, tokens.wrapped), (tokens, pepper.wrapped)):
        await database.write(rewritten, row.id, wrapped)

    with pytest.raises(ValueError, match="does not open"):
        await Instance.load(database, Vault(database, KekRing.parse(KEK), world.clock))


@pytest.mark.parametrize("text", ["", "k1", "k1:", "k1:!!", ":" + K1[3:], "k1:" + base64.b64encode(b"x" * 16).decode()])
def test_an_empty_or_short_key_encryption_key_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(NotConfigured) as refusal:
        KekRing.parse(text)

    assert text.partition(":")[2] not in str(refusal.value) or not text.partition(":")[2]


def test_the_key_file_is_for_its_owner_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "kek"

    text = make_kek_file(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert KekRing.parse(path.read_text()).ids == KekRing.parse(text).ids == {"k1"}
    with pytest.raises(FileExistsError):
        make_kek_file(path)


def test_a_secret_prints_as_stars_and_goes_into_no_document() -> None:
    secret = Secret("canary")

    assert [str(secret), repr(secret), f"{secret}", f"{[secret]}"] == ["***", "***", "***", "[***]"]
    assert secret.reveal() == "canary"
    for write in (json.dumps, msgspec.json.encode, pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            write(secret)


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_nothing_that_opens_anything_stands_in_the_database_in_clear(tmp_path: Path) -> None:
    async with surface(tmp_path) as world, world.client(base_url="http://localhost") as client:
        words = {"username": "owner", "password": world.greeting.password.reveal()}
        token = (await client.post("/api/auth/login", json=words)).json()["token"]
        await client.post("/api/auth/login", json=words, params={"cookie": "true"})
        cookie = client.cookies["hookspan"]
        made = await client.post("/api/v1/keys", json={"name": "k", "scopes": ["events:read"]}, headers=world.owner)
        canaries = [
            words["password"],
            token,
            cookie,
            world.greeting.api_key.reveal()[17:],
            made.json()["key"][17:],
        ]
        own = [world.instance.pepper, world.instance.token_secret, world.instance.cursor_key]
        world.vault.seal(b"canary-value", tenant_id=world.instance.tenant_id, context=PLACE)

    stored = everything_in(tmp_path)
    assert len(stored) > 100_000
    assert [text for text in [*(canary.encode() for canary in canaries), *own, b"canary-value"] if text in stored] == []


async def test_faults_and_refusals_show_no_credential(world: Surface, client: httpx2.AsyncClient) -> None:
    headers = [{"Authorization": "Bearer hsk_canarycanary_x"}, {"Cookie": "__Host-hookspan=canarycanary"}]

    answers = [await client.get("/api/v1/me", headers=each) for each in headers]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert not any("canary" in answer.text + str(answer.headers) for answer in answers)


async def test_the_first_database_needs_no_key_of_a_later_one(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'fresh.db'}")
    metadata.create_all(database.engine)
    database.start()

    await Vault(database, KekRing.parse(K2), FakeClock()).check()

    await database.close()
