"""What waits in the whole instance, for its metrics: bounded counts over partial indexes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Subquery, func, select, text, union_all

from hookspan.model.levels import LEVELS
from hookspan.storage.gates import breakers_open
from hookspan.storage.stats import READ_MOST
from hookspan.storage.tables import endpoints, executions, webhook_deliveries
from hookspan.storage.waiting import parked, waiting


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
    """Count at most READ_MOST waiting deliveries, and as many executions of each priority."""
    delivery, endpoint = webhook_deliveries.c, endpoints.c
    alive = select(endpoint.status, func.count()).where(endpoint.deleted_at.is_(None)).group_by(endpoint.status)
    return Backlog(
        (
            *_due(connection, "delivery", waiting(delivery.priority, delivery.due_at, most=READ_MOST), now),
            *_due(connection, "execution", _executions(now), now),
        ),
        {row[0]: row[1] for row in connection.execute(alive)},
        breakers_open(connection),
    )


def _executions(now: int) -> Subquery:
    """Executions whose time has come, parked ones too; each level is a stretch of the index of what is due."""
    column = executions.c
    free = text("executions.due_at IS NOT NULL AND executions.lease_token IS NULL")
    levels = (
        select(column.priority, column.due_at)
        .where(free, column.priority == level, column.due_at <= now)
        .limit(READ_MOST)
        .subquery()
        for level in LEVELS
    )
    return union_all(*(select(level) for level in levels), select(parked(most=READ_MOST))).subquery()


def _due(connection: Connection, kind: str, rows: Subquery, now: int) -> list[Due]:
    query = (
        select(rows.c.priority, func.count(), func.min(rows.c.due_at))
        .where(rows.c.due_at <= now)
        .group_by(rows.c.priority)
    )
    return [Due(kind, *row) for row in connection.execute(query)]
