"""Filters of sources: rows of (path, operator, value) that decide whether a request starts anything (contracts B.4).

They are changed as a set: a unit reads the rows of one source, asks what they shall be and writes the difference, so
that no two writers together exceed what a source may have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from hookspan.errors import NotFound
from hookspan.storage import routing
from hookspan.storage.dialect import one_of
from hookspan.storage.tables import webhook_filters, webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterRow:
    """One row as stored; `value` is JSON, so that its numbers keep every digit. Rows with a group number are ANDed."""

    id: str
    tenant_id: str
    webhook_id: str
    field_path: str
    operator: str
    value: str
    logic_group: int
    enabled: bool
    created_at: int
    updated_at: int


Change = Callable[[Sequence[FilterRow]], Sequence[FilterRow]]

_COLUMNS = tuple(FilterRow.__dataclass_fields__)


def filters_list(connection: Connection, tenant_id: str, webhook_id: str) -> list[FilterRow]:
    """The rows of a source by group, then by birth; NotFound when the source is missing or another tenant's."""
    _source(connection, tenant_id, webhook_id, is_write=False)
    return _rows(connection, tenant_id, webhook_id)


def filters_change(
    connection: Connection, tenant_id: str, webhook_id: str, change: Change
) -> tuple[list[FilterRow], bool]:
    """Make the rows of a source those that `change` gives, which may raise to refuse; and whether any differs now.

    NotFound when the source is missing or another tenant's.
    """
    _source(connection, tenant_id, webhook_id, is_write=True)
    was = {row.id: row for row in _rows(connection, tenant_id, webhook_id)}
    wished = {row.id: row for row in change(list(was.values()))}
    if wished == was:
        return list(was.values()), False
    column = webhook_filters.c
    mine = (column.tenant_id == tenant_id, column.webhook_id == webhook_id)
    gone = [identity for identity in was if identity not in wished]
    if gone:
        connection.execute(delete(webhook_filters).where(*mine, one_of(column.id, gone)))
    for identity, row in wished.items():
        if identity not in was:
            connection.execute(insert(webhook_filters).values(asdict(row)))
        elif row != was[identity]:
            connection.execute(update(webhook_filters).where(*mine, column.id == identity).values(asdict(row)))
    routing.bump(connection, tenant_id)
    return _sorted(wished.values()), True


def _source(connection: Connection, tenant_id: str, webhook_id: str, *, is_write: bool) -> None:
    """The source is there; a writer holds it, so that the next one counts what this one writes."""
    query = select(webhooks.c.id).where(
        webhooks.c.id == webhook_id, webhooks.c.tenant_id == tenant_id, webhooks.c.deleted_at.is_(None)
    )
    if connection.execute(query.with_for_update() if is_write else query).first() is None:
        raise NotFound("no such webhook")


def _rows(connection: Connection, tenant_id: str, webhook_id: str) -> list[FilterRow]:
    column = webhook_filters.c
    query = select(webhook_filters).where(column.tenant_id == tenant_id, column.webhook_id == webhook_id)
    return _sorted(map(_filter, connection.execute(query)))


def _sorted(rows: Iterable[FilterRow]) -> list[FilterRow]:
    return sorted(rows, key=lambda row: (row.logic_group, row.created_at, row.id))


def _filter(row: Row[Any]) -> FilterRow:
    return FilterRow(**{name: getattr(row, name) for name in _COLUMNS})
