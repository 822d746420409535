"""A tenant's own settings by dotted name; values are JSON."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection, delete, insert, select

from hookspan.storage import routing
from hookspan.storage.tables import tenant_settings


def settings_of(connection: Connection, tenant_id: str) -> dict[str, object]:
    """Every value the tenant has set."""
    query = select(tenant_settings.c.name, tenant_settings.c.value).where(tenant_settings.c.tenant_id == tenant_id)
    return {name: msgspec.json.decode(value) for name, value in connection.execute(query)}


def setting_get(connection: Connection, tenant_id: str, name: str) -> object:
    """One value; None when the tenant left it at its default."""
    named = (tenant_settings.c.tenant_id == tenant_id) & (tenant_settings.c.name == name)
    value = connection.execute(select(tenant_settings.c.value).where(named)).scalar()
    return None if value is None else msgspec.json.decode(value)


def setting_put(connection: Connection, tenant_id: str, name: str, value: object, *, now: int) -> None:
    """Keep a value; None goes back to the default."""
    named = (tenant_settings.c.tenant_id == tenant_id) & (tenant_settings.c.name == name)
    connection.execute(delete(tenant_settings).where(named))
    if value is not None:
        text = msgspec.json.encode(value).decode()
        connection.execute(insert(tenant_settings).values(tenant_id=tenant_id, name=name, value=text, updated_at=now))


def settings_change(connection: Connection, tenant_id: str, values: Mapping[str, object], *, now: int) -> None:
    """Keep many values; what is matched in memory by old ones is stale from then on."""
    for name, value in values.items():
        setting_put(connection, tenant_id, name, value, now=now)
    routing.bump(connection, tenant_id)
