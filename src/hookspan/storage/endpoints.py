"""Endpoints and their sealed secrets: born, found, listed, changed, deleted.

Every change bumps the tenant's routing version in the same unit, so that no event is matched against what was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, or_, select, update

from hookspan.errors import Conflict, NotFound, PreconditionFailed
from hookspan.model.jstree import UnsafeNumbers
from hookspan.model.retry import RetryPolicy
from hookspan.storage import deliveries, routing
from hookspan.storage.dialect import one_of
from hookspan.storage.keyset import Keyset, keyset_slice
from hookspan.storage.policies import policy_keep, policy_read
from hookspan.storage.tables import endpoint_secrets, endpoints, gates, retry_policies, webhook_deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRow:
    """One sealed secret of an endpoint or a source; `which` is standard or legacy, `hint` its last characters."""

    id: str
    which: str
    sealed: bytes
    hint: str
    created_at: int
    expires_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRow:
    """An endpoint as stored, with its policy and its secrets, newest first."""

    id: str
    tenant_id: str
    name: str
    url: str
    method: str
    profile: str
    events: tuple[str, ...]
    status: str
    status_reason: str | None
    status_changed_at: int | None
    policy_id: str
    policy: RetryPolicy
    timeout_ms: int
    max_in_flight: int
    unsafe_numbers: UnsafeNumbers
    metadata: Mapping[str, object]
    created_by: str
    version: int
    created_at: int
    updated_at: int
    last_attempt_at: int | None = None
    secrets: tuple[SecretRow, ...] = field(default=())

    def secret(self, which: str) -> SecretRow | None:
        """The newest secret of a kind."""
        return next((row for row in self.secrets if row.which == which), None)


@dataclass(frozen=True, slots=True)
class EndpointFilter:
    """Which endpoints a list shows; `text` is looked for in name and URL."""

    statuses: Sequence[str] = ()
    profiles: Sequence[str] = ()
    url: str | None = None
    text: str | None = None


Change = Callable[[EndpointRow], EndpointRow]


def endpoint_insert(connection: Connection, row: EndpointRow, *, most: int) -> EndpointRow:
    """Write a new endpoint; Conflict when the tenant has `most` already."""
    counted = select(func.count()).select_from(endpoints).where(*_of_tenant(row.tenant_id))
    if connection.execute(counted).scalar_one() >= most:
        raise Conflict(f"this tenant has {most} endpoints already; delete one first")
    stored = replace(row, policy_id=policy_keep(connection, row.policy))
    connection.execute(insert(endpoints).values(id=row.id, tenant_id=row.tenant_id, **_columns(stored)))
    _insert_secrets(connection, stored, stored.secrets)
    routing.bump(connection, row.tenant_id)
    return stored


def endpoint_find(connection: Connection, tenant_id: str, endpoint_id: str) -> EndpointRow:
    """One endpoint; NotFound when it is missing, deleted or another tenant's."""
    return _found(connection, _select(tenant_id).where(endpoints.c.id == endpoint_id))


def endpoints_find(connection: Connection, tenant_id: str, ids: Sequence[str]) -> list[EndpointRow]:
    """Those of `ids` that exist."""
    rows = connection.execute(_select(tenant_id).where(one_of(endpoints.c.id, ids))).all()
    return _with_secrets(connection, tenant_id, rows)


def endpoints_slice(
    connection: Connection, tenant_id: str, wanted: EndpointFilter, keyset: Keyset
) -> tuple[list[EndpointRow], bool, bool]:
    """One page, and whether there is a next and a previous one."""
    page = keyset_slice(connection, _select(tenant_id).where(*_conditions(wanted)), endpoints.c.id, keyset)
    return _with_secrets(connection, tenant_id, page.rows), page.has_next, page.has_previous


def endpoints_offset(connection: Connection, tenant_id: str, limit: int, offset: int) -> tuple[list[EndpointRow], int]:
    """Endpoints newest first by offset, as seed 1 lists them, and how many there are in all."""
    total = connection.execute(select(func.count()).select_from(endpoints).where(*_of_tenant(tenant_id))).scalar_one()
    query = _select(tenant_id).order_by(endpoints.c.id.desc()).limit(limit).offset(offset)
    return _with_secrets(connection, tenant_id, connection.execute(query).all()), total


def endpoint_change(
    connection: Connection, tenant_id: str, endpoint_id: str, change: Change, *, now: int
) -> EndpointRow:
    """Read, change and write in one unit; `change` may raise to refuse."""
    was = _found(connection, _select(tenant_id).where(endpoints.c.id == endpoint_id).with_for_update(of=endpoints))
    wished = change(was)
    if wished == was:
        return was
    stored = replace(wished, policy_id=policy_keep(connection, wished.policy), version=was.version + 1, updated_at=now)
    mine = (endpoints.c.id == was.id, endpoints.c.tenant_id == tenant_id)
    connection.execute(update(endpoints).where(*mine).values(**_columns(stored)))
    _insert_secrets(connection, stored, [secret for secret in stored.secrets if secret not in was.secrets])
    _delete_secrets(connection, tenant_id, [secret.id for secret in was.secrets if secret not in stored.secrets])
    routing.bump(connection, tenant_id)
    return stored


def check_version(row: EndpointRow, if_version: int | None) -> None:
    """Raise PreconditionFailed when the caller saw another version than the one that is there."""
    if if_version is not None and row.version != if_version:
        raise PreconditionFailed(f"the endpoint is at version {row.version} by now; read it again")


def endpoint_delete(
    connection: Connection, tenant_id: str, endpoint_id: str, *, now: int, if_version: int | None = None
) -> None:
    """Mark it deleted, forget its secrets and end the deliveries that wait for it."""
    mine = (endpoints.c.id == endpoint_id, *_of_tenant(tenant_id))
    if if_version is not None:
        check_version(endpoint_find(connection, tenant_id, endpoint_id), if_version)
    gone = connection.execute(
        update(endpoints).where(*mine).values(deleted_at=now, updated_at=now, version=endpoints.c.version + 1)
    )
    if gone.rowcount == 0:
        raise NotFound("no such endpoint")
    deliveries.cancel_of_endpoint(connection, tenant_id, endpoint_id, now)
    sealed = endpoint_secrets.c
    connection.execute(delete(endpoint_secrets).where(sealed.tenant_id == tenant_id, sealed.endpoint_id == endpoint_id))
    routing.bump(connection, tenant_id)


def held_cancel(connection: Connection, tenant_id: str, endpoint_id: str, *, now: int) -> int:
    """End what is held for an endpoint whose owner does not want it any more (reliability §2.1, move 15)."""
    column = webhook_deliveries.c
    mine = (column.tenant_id == tenant_id, column.endpoint_id == endpoint_id, column.status == "held")
    ended = update(webhook_deliveries).where(*mine).values(status="cancelled", reason="user", completed_at=now)
    return connection.execute(ended).rowcount


def _of_tenant(tenant_id: str) -> tuple[ColumnElement[bool], ...]:
    return (endpoints.c.tenant_id == tenant_id, endpoints.c.deleted_at.is_(None))


def _select(tenant_id: str) -> Select[Any]:
    return (
        select(endpoints, retry_policies.c.policy, gates.c.last_attempt_at)
        .join(retry_policies, retry_policies.c.id == endpoints.c.policy_id)
        .outerjoin(gates, gates.c.endpoint_id == endpoints.c.id)
        .where(*_of_tenant(tenant_id))
    )


def _conditions(wanted: EndpointFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.statuses:
        conditions.append(one_of(endpoints.c.status, wanted.statuses))
    if wanted.profiles:
        conditions.append(one_of(endpoints.c.profile, wanted.profiles))
    if wanted.url:
        conditions.append(endpoints.c.url == wanted.url)
    if wanted.text:
        text = wanted.text.lower()
        conditions.append(
            or_(
                func.lower(endpoints.c.name).contains(text, autoescape=True),
                func.lower(endpoints.c.url).contains(text, autoescape=True),
            )
        )
    return conditions


def _found(connection: Connection, query: Select[Any]) -> EndpointRow:
    row = connection.execute(query).first()
    if row is None:
        raise NotFound("no such endpoint")
    return _with_secrets(connection, row.tenant_id, [row])[0]


def _with_secrets(connection: Connection, tenant_id: str, rows: Sequence[Row[Any]]) -> list[EndpointRow]:
    sealed = endpoint_secrets.c
    query = (
        select(endpoint_secrets)
        .where(sealed.tenant_id == tenant_id, one_of(sealed.endpoint_id, [row.id for row in rows]))
        .order_by(sealed.id.desc())
    )
    secrets: dict[str, list[SecretRow]] = {}
    for row in connection.execute(query) if rows else ():
        secrets.setdefault(row.endpoint_id, []).append(
            SecretRow(
                id=row.id,
                which=row.which,
                sealed=row.sealed,
                hint=row.hint,
                created_at=row.created_at,
                expires_at=row.expires_at,
            )
        )
    return [_endpoint(row, tuple(secrets.get(row.id, ()))) for row in rows]


def _endpoint(row: Row[Any], secrets: tuple[SecretRow, ...]) -> EndpointRow:
    return EndpointRow(
        id=row.id,
        tenant_id=row.tenant_id,
        name=row.name,
        url=row.url,
        method=row.method,
        profile=row.profile,
        events=tuple(json.loads(row.events)),
        status=row.status,
        status_reason=row.status_reason,
        status_changed_at=row.status_changed_at,
        policy_id=row.policy_id,
        policy=policy_read(row.policy),
        timeout_ms=row.timeout_ms,
        max_in_flight=row.max_in_flight,
        unsafe_numbers=row.unsafe_numbers,
        metadata=json.loads(row.metadata),
        created_by=row.created_by,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        last_attempt_at=row.last_attempt_at,
        secrets=secrets,
    )


def _columns(row: EndpointRow) -> dict[str, object]:
    return {
        "name": row.name,
        "url": row.url,
        "method": row.method,
        "profile": row.profile,
        "events": json.dumps(row.events),
        "status": row.status,
        "status_reason": row.status_reason,
        "status_changed_at": row.status_changed_at,
        "policy_id": row.policy_id,
        "timeout_ms": row.timeout_ms,
        "max_in_flight": row.max_in_flight,
        "unsafe_numbers": row.unsafe_numbers,
        "metadata": json.dumps(dict(row.metadata)),
        "created_by": row.created_by,
        "version": row.version,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def _insert_secrets(connection: Connection, row: EndpointRow, secrets: Sequence[SecretRow]) -> None:
    for secret in secrets:
        connection.execute(
            insert(endpoint_secrets).values(
                id=secret.id,
                tenant_id=row.tenant_id,
                endpoint_id=row.id,
                which=secret.which,
                sealed=secret.sealed,
                hint=secret.hint,
                created_at=secret.created_at,
                expires_at=secret.expires_at,
            )
        )


def _delete_secrets(connection: Connection, tenant_id: str, ids: Sequence[str]) -> None:
    if ids:
        sealed = endpoint_secrets.c
        connection.execute(delete(endpoint_secrets).where(sealed.tenant_id == tenant_id, one_of(sealed.id, ids)))
