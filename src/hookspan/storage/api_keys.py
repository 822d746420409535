"""API keys: found by their public prefix, proved by a MAC of their secret; the secret itself is never stored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from hookspan.errors import Conflict, NotFound
from hookspan.model.events import Birth
from hookspan.storage import events
from hookspan.storage.dialect import update_rows
from hookspan.storage.keyset import Keyset, Slice, keyset_slice
from hookspan.storage.tables import api_keys, tenants

KEYS_PER_TENANT = 100


@dataclass(frozen=True, slots=True)
class KeyRow:
    """An API key as stored. `mac` is HMAC-SHA256 of the secret under the pepper; times are epoch ms."""

    id: str
    tenant_id: str
    prefix: str
    name: str
    scopes: tuple[str, ...]
    role: str | None
    mac: bytes
    created_by: str
    created_at: int
    expires_at: int | None
    last_used_at: int | None = None


def api_key_insert(connection: Connection, row: KeyRow) -> None:
    """Store a key."""
    connection.execute(
        api_keys.insert().values(
            id=row.id,
            tenant_id=row.tenant_id,
            prefix=row.prefix,
            name=row.name,
            scopes=json.dumps(row.scopes),
            role=row.role,
            mac=row.mac,
            created_by=row.created_by,
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
        )
    )


def api_key_by_prefix(connection: Connection, prefix: str) -> KeyRow | None:
    """The live key of that prefix, whatever its tenant: the credential is what names the tenant."""
    query = _LIVE.join(tenants, tenants.c.id == api_keys.c.tenant_id)
    return _row(connection.execute(query.where(api_keys.c.prefix == prefix, tenants.c.status == "active")).first())


def api_key_get(connection: Connection, tenant_id: str, key_id: str) -> KeyRow | None:
    """A live key of the tenant."""
    return _row(connection.execute(_LIVE.where(api_keys.c.tenant_id == tenant_id, api_keys.c.id == key_id)).first())


def api_keys_slice(connection: Connection, tenant_id: str, keyset: Keyset) -> tuple[list[KeyRow], Slice]:
    """One page of the tenant's live keys."""
    page = keyset_slice(connection, _LIVE.where(api_keys.c.tenant_id == tenant_id), api_keys.c.id, keyset)
    return [row for found in page.rows if (row := _row(found)) is not None], page


def api_keys_expired(connection: Connection, now: int, most: int) -> list[KeyRow]:
    """Live keys of every tenant whose end has come, the earliest first."""
    ended = _LIVE.where(api_keys.c.expires_at <= now).order_by(api_keys.c.expires_at).limit(most)
    return [row for found in connection.execute(ended) if (row := _row(found)) is not None]


def api_key_count(connection: Connection, tenant_id: str) -> int:
    """How many live keys the tenant has."""
    live = (api_keys.c.tenant_id == tenant_id) & api_keys.c.revoked_at.is_(None)
    return connection.execute(select(func.count()).select_from(api_keys).where(live)).scalar_one()


def api_key_create(connection: Connection, row: KeyRow, births: Sequence[Birth]) -> bool:
    """Store a key with the events that tell of it; False, and nothing written, when a birth is stale."""
    if events.stale_tenants(connection, births):
        return False
    if api_key_count(connection, row.tenant_id) >= KEYS_PER_TENANT:
        raise Conflict(f"a tenant has at most {KEYS_PER_TENANT} keys; revoke one first", code="in_use")
    api_key_insert(connection, row)
    events.record_judged(connection, births)
    return True


def api_key_end(connection: Connection, row: KeyRow, births: Sequence[Birth], *, now: int) -> bool:
    """Revoke a key with the events that tell of it; False, and nothing written, when a birth is stale."""
    if events.stale_tenants(connection, births):
        return False
    if not api_key_revoke(connection, row.tenant_id, row.id, now):
        raise NotFound("no such key")
    events.record_judged(connection, births)
    return True


def api_key_rename(connection: Connection, tenant_id: str, key_id: str, name: str) -> bool:
    """Call a key something else; False when the tenant has no such live key."""
    live = (api_keys.c.tenant_id == tenant_id) & (api_keys.c.id == key_id) & api_keys.c.revoked_at.is_(None)
    return connection.execute(api_keys.update().where(live).values(name=name)).rowcount == 1


def api_key_revoke(connection: Connection, tenant_id: str, key_id: str, now: int) -> bool:
    """End a key; False when the tenant has no such live key."""
    live = (api_keys.c.tenant_id == tenant_id) & (api_keys.c.id == key_id) & api_keys.c.revoked_at.is_(None)
    return connection.execute(api_keys.update().where(live).values(revoked_at=now)).rowcount == 1


def api_keys_touch(connection: Connection, uses: Sequence[tuple[str, int]]) -> list[None]:
    """Say when keys were last used: (key id, epoch ms) of keys already proved."""
    update_rows(connection, api_keys, ("id", "last_used_at"), list(uses))
    return [None] * len(uses)


def _row(found: Row[*tuple[Any, ...]] | None) -> KeyRow | None:
    if found is None:
        return None
    values = dict(found._mapping)
    return KeyRow(**{**values, "scopes": tuple(json.loads(values["scopes"]))})


_LIVE = select(
    api_keys.c.id,
    api_keys.c.tenant_id,
    api_keys.c.prefix,
    api_keys.c.name,
    api_keys.c.scopes,
    api_keys.c.role,
    api_keys.c.mac,
    api_keys.c.created_by,
    api_keys.c.created_at,
    api_keys.c.expires_at,
    api_keys.c.last_used_at,
).where(api_keys.c.revoked_at.is_(None))
