"""What local programs answered to events forwarded to them: the last ten of each event (contracts D.4, `listen`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select

from hookspan.errors import NotFound
from hookspan.storage.tables import events, webhook_forwards

KEPT_MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardRow:
    """One forward; without a status nobody answered, and `error` says why."""

    id: str
    tenant_id: str
    event_id: str
    status_code: int | None
    duration_ms: int
    target: str | None
    error: str | None
    created_at: int


_COLUMNS = tuple(ForwardRow.__dataclass_fields__)


def forward_insert(connection: Connection, row: ForwardRow) -> None:
    """Keep one, and forget all but the last ten of its event; NotFound where the tenant has no such event."""
    _check_event(connection, row.tenant_id, row.event_id)
    connection.execute(insert(webhook_forwards).values(asdict(row)))
    column = webhook_forwards.c
    mine = (column.tenant_id == row.tenant_id, column.event_id == row.event_id)
    newest = select(column.id).where(*mine).order_by(column.id.desc()).limit(KEPT_MOST)
    oldest_kept = list(connection.execute(newest).scalars())[-1]
    connection.execute(delete(webhook_forwards).where(*mine, column.id < oldest_kept))


def forwards_last(connection: Connection, tenant_id: str, event_id: str) -> Sequence[ForwardRow]:
    """The last forwards of an event, newest first; NotFound where the tenant has no such event."""
    _check_event(connection, tenant_id, event_id)
    column = webhook_forwards.c
    query = (
        select(webhook_forwards)
        .where(column.tenant_id == tenant_id, column.event_id == event_id)
        .order_by(column.id.desc())
        .limit(KEPT_MOST)
    )
    return [ForwardRow(**{name: getattr(row, name) for name in _COLUMNS}) for row in connection.execute(query)]


def _check_event(connection: Connection, tenant_id: str, event_id: str) -> None:
    query = select(events.c.id).where(events.c.tenant_id == tenant_id, events.c.id == event_id)
    if connection.execute(query).first() is None:
        raise NotFound("no such event")
