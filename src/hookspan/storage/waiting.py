"""Rows that wait to be sent, found by the two partial indexes of what is pending: without an order, and in order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Subquery, select, text, union_all

from hookspan.storage.delivery_tables import IN_ORDER, UNORDERED

_WAITING = tuple(
    text(condition.format("webhook_deliveries")) for condition in (UNORDERED, IN_ORDER + " AND {0}.status = 'pending'")
)


def waiting(*columns: Column[Any], conditions: tuple[ColumnElement[bool], ...] = (), most: int) -> Subquery:
    """At most `most` pending deliveries of either sort, as a table of `columns`."""
    parts = (select(*columns).where(each, *conditions).limit(most).subquery() for each in _WAITING)
    return union_all(*(select(part) for part in parts)).subquery()
