"""Requests that came in, with their content, newest first: what filters are tried on and samples are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from hookspan.errors import NotFound
from hookspan.storage.tables import events, webhook_events


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRequest:
    """A request as stored: `headers` (pairs) and `metadata` are JSON, credentials masked; `body` is as it came."""

    id: str
    event_type: str
    method: str
    path: str
    query: str
    headers: str
    body: bytes
    metadata: str
    status: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a look back goes on: behind the request of this time and id."""

    created_at: int
    id: str


_COLUMNS = (
    webhook_events.c.id,
    webhook_events.c.event_type,
    webhook_events.c.request_method,
    webhook_events.c.request_path,
    webhook_events.c.request_query,
    webhook_events.c.request_headers,
    func.coalesce(webhook_events.c.request_body, events.c.data).label("body"),
    webhook_events.c.metadata,
    webhook_events.c.status,
    webhook_events.c.created_at,
)


def requests_last(
    connection: Connection, tenant_id: str, webhook_id: str, most: int, *, before: Place | None = None
) -> list[StoredRequest]:
    """The latest requests of a source, or those before a place; tests and what was erased are left out."""
    column = webhook_events.c
    query = _select(tenant_id).where(column.webhook_id == webhook_id, column.test.is_(False))
    if before is not None:
        earlier = (column.created_at < before.created_at) | (column.id < before.id)
        query = query.where(column.created_at <= before.created_at, earlier)
    query = query.order_by(column.created_at.desc(), column.id.desc()).limit(most)
    return [_stored(row) for row in connection.execute(query)]


def request_types(connection: Connection, tenant_id: str, webhook_id: str, most: int) -> list[str]:
    """The types of the latest requests of a source, latest first, each once; tests are left out."""
    column = webhook_events.c
    query = (
        select(column.event_type)
        .where(column.tenant_id == tenant_id, column.webhook_id == webhook_id, column.test.is_(False))
        .order_by(column.created_at.desc(), column.id.desc())
        .limit(most)
    )
    return list(dict.fromkeys(connection.execute(query).scalars()))


def request_find(connection: Connection, tenant_id: str, webhook_id: str, event_id: str) -> StoredRequest:
    """One request of a source, tests too; NotFound when it is missing, erased, or came by another source."""
    column = webhook_events.c
    row = connection.execute(_select(tenant_id).where(column.webhook_id == webhook_id, column.id == event_id)).first()
    if row is None:
        raise NotFound("no such event")
    return _stored(row)


def _select(tenant_id: str) -> Select[Any]:
    column = webhook_events.c
    return (
        select(*_COLUMNS)
        .join(events, events.c.id == column.id)
        .where(column.tenant_id == tenant_id, events.c.tenant_id == tenant_id, events.c.status != "expunged")
    )


def _stored(row: Row[Any]) -> StoredRequest:
    return StoredRequest(
        id=row.id,
        event_type=row.event_type,
        method=row.request_method,
        path=row.request_path,
        query=row.request_query,
        headers=row.request_headers,
        body=row.body,
        metadata=row.metadata,
        status=row.status,
        created_at=row.created_at,
    )
