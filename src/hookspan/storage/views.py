"""Saved views: filters of a list under a name, a person's own or shared with the tenant."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, update

from hookspan.errors import Conflict, Forbidden, NotFound, PreconditionFailed
from hookspan.storage.tables import views

VIEWS_MOST = 200
"""Views of one owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRow:
    """A view; `query` is what the list's route takes, `owner` an actor (`user:<id>`, `key:<id>`)."""

    id: str
    tenant_id: str
    list: str
    name: str
    query: Mapping[str, object]
    owner: str
    shared: bool
    created_at: int
    updated_at: int


def views_visible(connection: Connection, tenant_id: str, actor: str, list_name: str | None) -> list[ViewRow]:
    """The actor's own and all shared ones, by name."""
    conditions = _visible(tenant_id, actor)
    if list_name is not None:
        conditions.append(views.c.list == list_name)
    query = select(views).where(*conditions).order_by(views.c.name, views.c.id)
    return [_view(row) for row in connection.execute(query)]


def view_find(connection: Connection, tenant_id: str, actor: str, view_id: str) -> ViewRow:
    """One view; NotFound when it is missing or another's and not shared."""
    row = connection.execute(select(views).where(*_visible(tenant_id, actor), views.c.id == view_id)).first()
    if row is None:
        raise NotFound("no such view")
    return _view(row)


def view_insert(connection: Connection, row: ViewRow) -> None:
    """Keep one; Conflict when the owner has one of this name, or too many."""
    mine = (views.c.tenant_id == row.tenant_id, views.c.owner == row.owner)
    number = connection.execute(select(func.count()).select_from(views).where(*mine)).scalar_one()
    if number >= VIEWS_MOST:
        raise Conflict(f"there are {VIEWS_MOST} views already; delete one first", code="in_use")
    _check_name(connection, row)
    connection.execute(insert(views).values(_columns(row)))


def view_replace(connection: Connection, row: ViewRow, actor: str, seen_at: Collection[int] | None) -> None:
    """Write the actor's view anew; Forbidden for another's, PreconditionFailed when it is at none of `seen_at`."""
    _check_seen(_own(connection, row.tenant_id, actor, row.id), seen_at)
    _check_name(connection, row)
    connection.execute(update(views).where(views.c.id == row.id).values(_columns(row)))


def view_delete(
    connection: Connection, tenant_id: str, actor: str, view_id: str, seen_at: Collection[int] | None
) -> None:
    """Forget an owner's view."""
    _check_seen(_own(connection, tenant_id, actor, view_id), seen_at)
    connection.execute(delete(views).where(views.c.id == view_id))


def _own(connection: Connection, tenant_id: str, actor: str, view_id: str) -> ViewRow:
    found = view_find(connection, tenant_id, actor, view_id)
    if found.owner != actor:
        raise Forbidden("a shared view is changed by whoever made it; save one of your own")
    return found


def _check_seen(row: ViewRow, seen_at: Collection[int] | None) -> None:
    if seen_at is not None and row.updated_at not in seen_at:
        raise PreconditionFailed("the view has changed since you read it; read it again")


def _check_name(connection: Connection, row: ViewRow) -> None:
    column = views.c
    same = (column.tenant_id == row.tenant_id, column.owner == row.owner, column.list == row.list)
    query = select(column.id).where(*same, column.name == row.name, column.id != row.id)
    if connection.execute(query).first() is not None:
        raise Conflict(f"there is a view {row.name!r} of this list already", code="name_taken")


def _visible(tenant_id: str, actor: str) -> list[ColumnElement[bool]]:
    return [views.c.tenant_id == tenant_id, or_(views.c.owner == actor, views.c.shared)]


def _columns(row: ViewRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in ViewRow.__dataclass_fields__} | {"query": json.dumps(row.query)}


def _view(row: Row[Any]) -> ViewRow:
    values = {name: row._mapping[name] for name in ViewRow.__dataclass_fields__}
    return ViewRow(**values | {"query": json.loads(row.query)})
