"""Tenants: whose things they are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from hookspan.errors import Conflict
from hookspan.storage.tables import tenants
from hookspan.storage.vault import WrappedKey, keys_insert


@dataclass(frozen=True, slots=True)
class TenantRow:
    """A tenant as stored; `status` is `active` or `suspended`."""

    id: str
    slug: str
    name: str
    created_at: int
    status: str = "active"


def tenant_insert(connection: Connection, row: TenantRow) -> None:
    """Store a tenant."""
    connection.execute(
        tenants.insert().values(id=row.id, slug=row.slug, name=row.name, status=row.status, created_at=row.created_at)
    )


def tenant_create(connection: Connection, row: TenantRow, key: WrappedKey) -> None:
    """Store a tenant and its data key; Conflict when the slug is taken."""
    if tenant_by_slug(connection, row.slug) is not None:
        raise Conflict("the slug is taken", code="name_taken")
    tenant_insert(connection, row)
    keys_insert(connection, [key])


def tenant_by_slug(connection: Connection, slug: str) -> TenantRow | None:
    """The tenant of that slug."""
    found = connection.execute(_COLUMNS.where(tenants.c.slug == slug)).first()
    return None if found is None else TenantRow(*found)


_COLUMNS = select(tenants.c.id, tenants.c.slug, tenants.c.name, tenants.c.created_at, tenants.c.status)
