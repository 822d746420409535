"""Find a thing of a tenant by its id or by a part of its name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, select

from hookspan.storage.tables import (
    api_keys,
    endpoints,
    event_types,
    events,
    executions,
    inboxes,
    webhook_deliveries,
    webhooks,
    workflows,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A thing and what a list would call it."""

    kind: str
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one kind is found; `named` kinds are also found by their title."""

    table: Table
    title: str
    named: bool = True
    gone: str | None = None


_KINDS = {
    "endpoint": _Kind(endpoints, "name", gone="deleted_at"),
    "webhook": _Kind(webhooks, "name", gone="deleted_at"),
    "workflow": _Kind(workflows, "name", gone="deleted_at"),
    "event-type": _Kind(event_types, "name"),
    "key": _Kind(api_keys, "name", gone="revoked_at"),
    "event": _Kind(events, "type", named=False),
    "delivery": _Kind(webhook_deliveries, "delivered_name", named=False),
    "execution": _Kind(executions, "workflow_id", named=False),
    "inbox": _Kind(inboxes, "token", named=False),
}
KINDS = frozenset(_KINDS)


def by_id(connection: Connection, tenant_id: str, identity: str, kinds: Collection[str]) -> list[Found]:
    """The thing of that id, of one of these kinds."""
    return [
        found
        for name, kind in _KINDS.items()
        if name in kinds
        for found in _rows(connection, name, tenant_id, kind.table.c.id == identity, 1)
    ]


def by_name(connection: Connection, tenant_id: str, text: str, kinds: Collection[str], most: int) -> list[Found]:
    """Things with that text in their name, in any case, at most `most` of each kind."""
    return [
        found
        for name, kind in _KINDS.items()
        if name in kinds and kind.named
        for found in _rows(connection, name, tenant_id, kind.table.c[kind.title].icontains(text, autoescape=True), most)
    ]


def _rows(connection: Connection, name: str, tenant_id: str, wanted: ColumnElement[bool], most: int) -> list[Found]:
    kind = _KINDS[name]
    table = kind.table
    query = select(table.c.id, table.c[kind.title]).where(table.c.tenant_id == tenant_id, wanted)
    if kind.gone is not None:
        query = query.where(table.c[kind.gone].is_(None))
    return [
        Found(name, row[0], row[1] or "") for row in connection.execute(query.order_by(table.c.id.desc()).limit(most))
    ]
