"""What waits in the whole instance, for its metrics: bounded counts over partial indexes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Subquery, func, select, text

from hookspan.storage.gates import breakers_open
from hookspan.storage.stats import READ_MOST
from hookspan.storage.tables import endpoints, executions, webhook_deliveries
from hookspan.storage.waiting import waiting


@dataclass(frozen=True, slots=True)
class Due:
    """Work of one kind and priority whose time has come: how much, and since when the oldest waits (ms)."""

    kind: str
    priority: int
    depth: int
    oldest_due_at: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """Due work, endpoints by status, and how many of them are not sent to because they fail."""

    due: tuple[Due, ...]
    endpoints: Mapping[str, int]
    breakers_open: int


def backlog(connection: Connection, now: int) -> Backlog:
    """Count at most READ_MOST waiting deliveries and as many executions."""
    delivery, execution, endpoint = webhook_deliveries.c, executions.c, endpoints.c
    free = select(execution.priority, execution.due_at).where(
        text("executions.due_at IS NOT NULL AND executions.lease_token IS NULL")
    )
    alive = select(endpoint.status, func.count()).where(endpoint.deleted_at.is_(None)).group_by(endpoint.status)
    return Backlog(
        (
            *_due(connection, "delivery", waiting(delivery.priority, delivery.due_at, most=READ_MOST), now),
            *_due(connection, "execution", free.order_by(execution.due_at).limit(READ_MOST).subquery(), now),
        ),
        {row[0]: row[1] for row in connection.execute(alive)},
        breakers_open(connection),
    )


def _due(connection: Connection, kind: str, rows: Subquery, now: int) -> list[Due]:
    query = (
        select(rows.c.priority, func.count(), func.min(rows.c.due_at))
        .where(rows.c.due_at <= now)
        .group_by(rows.c.priority)
    )
    return [Due(kind, *row) for row in connection.execute(query)]
