"""A tenant's own event types and their versions; a version is never changed, only its examples are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from hookspan.errors import Conflict, NotFound
from hookspan.model.event_types import UNKNOWN_TYPES, KnownType, TypeRow, TypeVersion
from hookspan.storage import routing
from hookspan.storage.dialect import one_of
from hookspan.storage.settings import setting_get
from hookspan.storage.tables import event_type_versions, event_types, tenants

_columns, _versions = event_types.c, event_type_versions.c
_TYPE = [event_types.c[each.name] for each in fields(TypeRow)]
_VERSION = [event_type_versions.c[each.name] for each in fields(TypeVersion)]


def type_insert(connection: Connection, row: TypeRow, version: TypeVersion, *, most: int) -> None:
    """Store a type and its first version; Conflict for a name that is taken or more than `most` types."""
    # First, because the tenant's row is the lock that keeps two writers of one name apart.
    routing.bump(connection, row.tenant_id)
    if _find(connection, row.tenant_id, row.name) is not None:
        raise Conflict(f"there is an event type named {row.name} already", code="name_taken")
    counted = select(func.count()).select_from(event_types).where(_columns.tenant_id == row.tenant_id)
    if connection.execute(counted).scalar_one() >= most:
        raise Conflict(f"this tenant has {most} event types already")
    connection.execute(insert(event_types).values(_values(row)))
    _insert_version(connection, row.tenant_id, version)


def type_update(
    connection: Connection, row: TypeRow, version: TypeVersion, *, was: TypeRow, is_new_version: bool
) -> None:
    """Store a changed type with a new version, or new examples of its current one.

    Raises Conflict when the type is no longer as `was` says, NotFound when it is gone.
    """
    routing.bump(connection, row.tenant_id)
    found = _find(connection, row.tenant_id, row.name)
    if found is None:
        raise NotFound("no such event type")
    if found != was:
        raise Conflict("the event type was changed meanwhile; read it again")
    connection.execute(update(event_types).where(_columns.id == row.id).values(_values(row)))
    if is_new_version:
        _insert_version(connection, row.tenant_id, version)
    else:
        same = (_versions.event_type_id == row.id, _versions.version == version.version)
        connection.execute(update(event_type_versions).where(*same).values(examples=version.examples))


def type_archive(connection: Connection, tenant_id: str, name: str, *, now: int) -> None:
    """Take a type out of use; its versions stay. NotFound when there is none, no change when it is archived."""
    routing.bump(connection, tenant_id)
    found = _find(connection, tenant_id, name)
    if found is None:
        raise NotFound("no such event type")
    if not found.archived:
        at = max(now, found.updated_at + 1)
        connection.execute(update(event_types).where(_columns.id == found.id).values(archived=True, updated_at=at))


def type_get(connection: Connection, tenant_id: str, name: str) -> TypeRow | None:
    """A type of the tenant, also an archived one."""
    return _find(connection, tenant_id, name)


def types_list(connection: Connection, tenant_id: str) -> list[TypeRow]:
    """All types of the tenant by name, archived ones too; there are at most a thousand."""
    query = select(*_TYPE).where(_columns.tenant_id == tenant_id).order_by(_columns.name)
    return [_type(row) for row in connection.execute(query)]


def type_version_get(connection: Connection, tenant_id: str, type_id: str, version: int) -> TypeVersion | None:
    """One version of a type."""
    row = connection.execute(_of_type(tenant_id, [type_id]).where(_versions.version == version)).first()
    return None if row is None else _version(row)


def type_versions_list(connection: Connection, tenant_id: str, type_id: str) -> list[TypeVersion]:
    """All versions of a type, newest first."""
    query = _of_type(tenant_id, [type_id]).order_by(_versions.version.desc())
    return [_version(row) for row in connection.execute(query)]


def types_current(connection: Connection, tenant_id: str, type_ids: Sequence[str]) -> dict[str, TypeVersion]:
    """The current version of each type, by its id."""
    joined = (_columns.id == _versions.event_type_id) & (_columns.version == _versions.version)
    query = _of_type(tenant_id, type_ids).join(event_types, joined)
    return {row.event_type_id: _version(row) for row in connection.execute(query)}


def types_known(connection: Connection, tenant_id: str) -> tuple[int, object, dict[str, KnownType]]:
    """What publishing asks: the routing version, the setting for unknown types, the types by name."""
    version = connection.execute(select(tenants.c.routing_version).where(tenants.c.id == tenant_id)).scalar_one()
    query = select(_columns.name, _columns.id, _columns.version, _columns.archived).where(
        _columns.tenant_id == tenant_id
    )
    known = {
        row.name: KnownType(id=row.id, version=row.version, archived=row.archived) for row in connection.execute(query)
    }
    return version, setting_get(connection, tenant_id, UNKNOWN_TYPES), known


def _of_type(tenant_id: str, type_ids: Sequence[str]) -> Any:
    return select(*_VERSION).where(_versions.tenant_id == tenant_id, one_of(_versions.event_type_id, type_ids))


def _find(connection: Connection, tenant_id: str, name: str) -> TypeRow | None:
    query = select(*_TYPE).where(_columns.tenant_id == tenant_id, _columns.name == name)
    row = connection.execute(query).first()
    return None if row is None else _type(row)


def _insert_version(connection: Connection, tenant_id: str, version: TypeVersion) -> None:
    values = {column.name: getattr(version, column.name) for column in _VERSION}
    connection.execute(insert(event_type_versions).values(tenant_id=tenant_id, **values))


def _values(row: TypeRow) -> dict[str, object]:
    return {column.name: getattr(row, column.name) for column in _TYPE}


def _type(row: Row[Any]) -> TypeRow:
    return TypeRow(**row._mapping)


def _version(row: Row[Any]) -> TypeVersion:
    return TypeVersion(**row._mapping)
