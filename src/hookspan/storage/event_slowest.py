"""Receipts by how long they took, the slowest first: among the newest WINDOW of what is wanted.

An edge is `<ms>~<youngest id>~<id>`: what arrives while pages are turned is younger than the window and left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from hookspan.errors import InvalidCursor
from hookspan.storage.keyset import Keyset
from hookspan.storage.search_stretch import Stretch
from hookspan.storage.tables import events, webhook_events

WINDOW = 50_000


def slowest(
    connection: Connection,
    mine: Sequence[ColumnElement[bool]],
    conditions: Sequence[ColumnElement[bool]],
    keyset: Keyset,
) -> tuple[Stretch, str | None]:
    """The next receipts, and the edge behind them; `mine` are conditions that an index serves."""
    column = webhook_events.c
    top, behind = None, []
    if keyset.edge is not None:
        took_ms, top, last = _parts(keyset.edge)
        took = column.processing_time_ms
        behind = [column.id <= top, or_(took < took_ms, and_(took == took_ms, column.id < last))]
    window = select(column.id).where(*mine, *([column.id <= top] if top else [])).order_by(column.id.desc())
    youngest = top or connection.execute(window.limit(1)).scalar()
    bound = connection.execute(window.offset(WINDOW - 1).limit(1)).scalar()
    query: Select[Any] = select(column.id, column.processing_time_ms).where(*mine, *behind, *conditions)
    if conditions:
        query = query.join(events, events.c.id == column.id)
    if bound is not None:
        query = query.where(column.id >= bound)
    order = (column.processing_time_ms.desc(), column.id.desc())
    rows = connection.execute(query.order_by(*order).limit(keyset.limit + 1)).all()
    shown = rows[: keyset.limit]
    edge = f"{shown[-1].processing_time_ms}~{youngest}~{shown[-1].id}" if len(rows) > keyset.limit else None
    return Stretch([row.id for row in shown], shown[-1].id if edge else None), edge


def _parts(edge: str) -> tuple[int, str, str]:
    took_ms, _, rest = edge.partition("~")
    top, separator, last = rest.partition("~")
    if not separator or not took_ms.isdigit():
        raise InvalidCursor("the cursor belongs to another order; start again without it")
    return int(took_ms), top, last
