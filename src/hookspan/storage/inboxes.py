"""Inboxes: sinks to point an endpoint at while one tries things out, and the last requests each of them got."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from hookspan.errors import Conflict
from hookspan.storage.dialect import one_of
from hookspan.storage.tables import inbox_requests, inboxes

PRUNED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An inbox; it answers every request with `status`. Times are epoch ms."""

    id: str
    tenant_id: str
    token: str
    status: int
    created_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class Received:
    """One request that an inbox got; header values are masked already."""

    id: str
    method: str
    query: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    created_at: int


def inbox_create(connection: Connection, row: InboxRow, *, most: int) -> InboxRow:
    """Store an inbox; Conflict when the tenant has `most` already."""
    mine = (inboxes.c.tenant_id == row.tenant_id) & (inboxes.c.expires_at > row.created_at)
    if connection.execute(select(func.count()).select_from(inboxes).where(mine)).scalar_one() >= most:
        raise Conflict(f"a tenant has at most {most} inboxes; delete one first", code="in_use")
    connection.execute(
        insert(inboxes).values(
            id=row.id,
            tenant_id=row.tenant_id,
            token=row.token,
            status=row.status,
            created_at=row.created_at,
            expires_at=row.expires_at,
        )
    )
    return row


def inboxes_list(connection: Connection, tenant_id: str, now: int) -> list[InboxRow]:
    """The tenant's inboxes that have not expired, newest first."""
    query = _INBOXES.where(inboxes.c.tenant_id == tenant_id, inboxes.c.expires_at > now).order_by(inboxes.c.id.desc())
    return [InboxRow(*row) for row in connection.execute(query)]


def inbox_get(connection: Connection, tenant_id: str, inbox_id: str, now: int) -> InboxRow | None:
    """One inbox of the tenant that has not expired."""
    query = _INBOXES.where(inboxes.c.tenant_id == tenant_id, inboxes.c.id == inbox_id, inboxes.c.expires_at > now)
    found = connection.execute(query).first()
    return None if found is None else InboxRow(*found)


def inbox_by_token(connection: Connection, token: str, now: int) -> InboxRow | None:
    """The inbox of that address: the token is what names the tenant."""
    found = connection.execute(_INBOXES.where(inboxes.c.token == token, inboxes.c.expires_at > now)).first()
    return None if found is None else InboxRow(*found)


def inbox_take(connection: Connection, inbox: InboxRow, received: Received, *, kept: int, kept_bytes: int) -> None:
    """Keep a request and forget all but the newest `kept`, which together hold at most `kept_bytes`."""
    table = inbox_requests.c
    mine = (table.inbox_id == inbox.id) & (table.tenant_id == inbox.tenant_id)
    alive = select(inboxes.c.id).where(inboxes.c.id == inbox.id, inboxes.c.tenant_id == inbox.tenant_id)
    if connection.execute(alive).first() is None:
        return
    connection.execute(
        insert(inbox_requests).values(
            id=received.id,
            tenant_id=inbox.tenant_id,
            inbox_id=inbox.id,
            method=received.method,
            query=received.query,
            headers=json.dumps(received.headers),
            body=received.body,
            created_at=received.created_at,
        )
    )
    newest = select(table.id, func.length(table.body)).where(mine).order_by(table.id.desc()).limit(kept + 1)
    held = 0
    for place, (identity, size) in enumerate(connection.execute(newest).all()):
        held += size
        if place == kept or (place and held > kept_bytes):
            connection.execute(delete(inbox_requests).where(mine, table.id <= identity))
            return


def inbox_received(connection: Connection, tenant_id: str, inbox_id: str) -> list[Received]:
    """What an inbox got, newest first; at most what it keeps."""
    table = inbox_requests.c
    query = select(table.id, table.method, table.query, table.headers, table.body, table.created_at).where(
        table.tenant_id == tenant_id, table.inbox_id == inbox_id
    )
    return [_received(row) for row in connection.execute(query.order_by(table.id.desc()))]


def inbox_delete(connection: Connection, tenant_id: str, inbox_id: str) -> bool:
    """Forget an inbox and what it got; False when the tenant has no such inbox."""
    mine = (inbox_requests.c.tenant_id == tenant_id) & (inbox_requests.c.inbox_id == inbox_id)
    connection.execute(delete(inbox_requests).where(mine))
    gone = delete(inboxes).where(inboxes.c.tenant_id == tenant_id, inboxes.c.id == inbox_id)
    return connection.execute(gone).rowcount == 1


def inboxes_prune(connection: Connection, now: int) -> int:
    """Forget inboxes that have expired; how many."""
    over = select(inboxes.c.id).where(inboxes.c.expires_at <= now).limit(PRUNED_AT_ONCE)
    ids = connection.scalars(over).all()
    if ids:
        connection.execute(delete(inbox_requests).where(one_of(inbox_requests.c.inbox_id, ids)))
        connection.execute(delete(inboxes).where(one_of(inboxes.c.id, ids)))
    return len(ids)


def _received(row: Row[*tuple[Any, ...]]) -> Received:
    headers = [(name, value) for name, value in json.loads(row.headers)]
    return Received(row.id, row.method, row.query, headers, bytes(row.body), row.created_at)


_INBOXES = select(
    inboxes.c.id,
    inboxes.c.tenant_id,
    inboxes.c.token,
    inboxes.c.status,
    inboxes.c.created_at,
    inboxes.c.expires_at,
)
