"""The first start makes the first tenant, its owner and the owner's key; later starts read the instance's own keys."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from hookspan.access.keys import EVERYTHING, key_mac, mint, prefix_of
from hookspan.access.users import Passwords
from hookspan.errors import NotConfigured
from hookspan.model.ids import new_id
from hookspan.ports import Clock
from hookspan.storage.api_keys import KeyRow
from hookspan.storage.database import Database
from hookspan.storage.instance import FirstRows, instance_secret, instance_start, instance_tenant
from hookspan.storage.tenants import TenantRow
from hookspan.storage.users import UserRow
from hookspan.storage.vault import Secret, Vault, WrappedKey

OWNER = "owner"
PEPPER, TOKENS, CURSORS = "pepper", "tokens", "cursors"


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the first start shows once and keeps only as hash and MAC."""

    tenant_id: str
    username: str
    password: Secret
    api_key: Secret


@dataclass(frozen=True, slots=True, repr=False)
class Instance:
    """The default tenant and the keys that only this instance holds, 32 bytes each."""

    tenant_id: str
    pepper: bytes
    token_secret: bytes
    cursor_key: bytes

    @classmethod
    async def first_start(
        cls, database: Database, vault: Vault, clock: Clock, *, passwords: Passwords | None = None
    ) -> Greeting | None:
        """Make tenant `default`, user `owner` and an owner key, in one transaction; None when that was done before."""
        if await database.read(instance_tenant) is not None:
            return None
        now = clock.now_ms()
        tenant = TenantRow(new_id(now), "default", "Default", now)
        password, key = secrets.token_urlsafe(18), mint()
        password_hash = await (passwords or Passwords()).hash(password)
        user = UserRow(new_id(now), tenant.id, OWNER, password_hash, (OWNER,), now)
        own = tuple(vault.new_key(tenant.id, purpose) for purpose in ("data", PEPPER, TOKENS, CURSORS))
        api_key = _owner_key(user, key, vault.unwrap(own[1]))
        if not await database.write(instance_start, FirstRows(tenant, own, user, api_key)):
            return None
        return Greeting(tenant.id, OWNER, Secret(password), Secret(key))

    @classmethod
    async def load(cls, database: Database, vault: Vault) -> Instance:
        """What an earlier start made; NotConfigured when there was none or a key-encryption key is missing."""
        await vault.check()
        tenant_id = await database.read(instance_tenant)
        if tenant_id is None:
            raise NotConfigured("this database was never started: run `hookspan serve` once")

        async def own(purpose: str) -> bytes:
            row: WrappedKey = await database.read(instance_secret, purpose)
            return vault.unwrap(row)

        return cls(tenant_id, await own(PEPPER), await own(TOKENS), await own(CURSORS))


def _owner_key(user: UserRow, key: str, pepper: bytes) -> KeyRow:
    return KeyRow(
        id=new_id(user.created_at),
        tenant_id=user.tenant_id,
        prefix=prefix_of(key) or "",
        name="owner",
        scopes=(EVERYTHING,),
        role=OWNER,
        mac=key_mac(key, pepper),
        created_by=f"user:{user.id}",
        created_at=user.created_at,
        expires_at=None,
    )
