"""People: their password hash and roles. A user name is unique in the instance."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from hookspan.storage.tables import tenants, users


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user as stored. `password_hash` is argon2id in PHC form; `roles` are our names."""

    id: str
    tenant_id: str
    username: str
    password_hash: str
    roles: tuple[str, ...]
    created_at: int
    disabled: bool = False


def user_insert(connection: Connection, row: UserRow) -> None:
    """Store a user."""
    connection.execute(
        users.insert().values(
            id=row.id,
            tenant_id=row.tenant_id,
            username=row.username,
            password_hash=row.password_hash,
            roles=json.dumps(row.roles),
            disabled=row.disabled,
            created_at=row.created_at,
        )
    )


def user_by_name(connection: Connection, username: str) -> UserRow | None:
    """The user of that name who may log in: neither disabled nor of a suspended tenant. Login knows no tenant yet."""
    return _one(connection, _LIVE.where(users.c.username == username))


def user_get(connection: Connection, tenant_id: str, user_id: str) -> UserRow | None:
    """A user of the tenant who may act."""
    return _one(connection, _LIVE.where(users.c.tenant_id == tenant_id, users.c.id == user_id))


def user_set_password(connection: Connection, tenant_id: str, user_id: str, password_hash: str) -> None:
    """Store a new hash."""
    connection.execute(
        users.update().where(users.c.tenant_id == tenant_id, users.c.id == user_id).values(password_hash=password_hash)
    )


def _one(connection: Connection, query: Select[*tuple[Any, ...]]) -> UserRow | None:
    found = connection.execute(query).first()
    if found is None:
        return None
    identity, tenant_id, username, password_hash, roles, created_at, disabled = found
    return UserRow(identity, tenant_id, username, password_hash, tuple(json.loads(roles)), created_at, disabled)


_LIVE = (
    select(
        users.c.id,
        users.c.tenant_id,
        users.c.username,
        users.c.password_hash,
        users.c.roles,
        users.c.created_at,
        users.c.disabled,
    )
    .join(tenants, tenants.c.id == users.c.tenant_id)
    .where(users.c.disabled.is_(False), tenants.c.status == "active")
)
