"""Rows that wait, found by partial indexes: deliveries, without an order and in order, and parked executions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Subquery, select, text, union_all

from hookspan.storage.delivery_tables import IN_ORDER, UNORDERED
from hookspan.storage.tables import executions

_WAITING = tuple(
    text(condition.format("webhook_deliveries")) for condition in (UNORDERED, IN_ORDER + " AND {0}.status = 'pending'")
)
_PARKED = text("parked_by IS NOT NULL AND due_at IS NULL AND completed_at IS NULL")


def waiting(*columns: Column[Any], conditions: tuple[ColumnElement[bool], ...] = (), most: int) -> Subquery:
    """At most `most` pending deliveries of either sort, as a table of `columns`."""
    parts = (select(*columns).where(each, *conditions).limit(most).subquery() for each in _WAITING)
    return union_all(*(select(part) for part in parts)).subquery()


def parked(*conditions: ColumnElement[bool], most: int) -> Subquery:
    """Priority and `due_at` of at most `most` executions that wait for room: due since they were made, as if woken."""
    columns = (executions.c.priority, executions.c.created_at.label("due_at"))
    return select(*columns).where(_PARKED, *conditions).limit(most).subquery()
