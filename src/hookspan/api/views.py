"""`/api/v1/views`: filters of a list under a name, a person's own or shared with the tenant."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from hookspan.api.auth import CallerOf
from hookspan.api.bodies import Answer, NativeBody
from hookspan.api.conditional import IfVersion, tagged
from hookspan.api.rooms import RoomsOf
from hookspan.errors import Invalid
from hookspan.model.ids import canonical_id, new_id
from hookspan.model.times import instant
from hookspan.storage import views
from hookspan.storage.views import ViewRow

router = APIRouter(prefix="/api/v1/views", tags=["views"])

ListName = Literal["requests", "events", "webhooks", "deliveries", "endpoints", "workflows", "executions", "issues"]
Filters = dict[Annotated[str, Field(min_length=1, max_length=100)], str | list[str]]
MEMBERS_MOST, CHARACTERS_MOST = 50, 8_192


class ViewInput(NativeBody):
    """A view to keep: `query` has the parameters of the list's route by their names."""

    list: ListName
    name: Annotated[str, Field(min_length=1, max_length=100)]
    query: Filters
    shared: bool = False


class ViewPatch(NativeBody):
    """What to change; what is absent stays."""

    name: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    query: Filters | None = None
    shared: bool | None = None


class View(Answer):
    """A view; `own` tells whether the caller made it and may change it."""

    id: str
    list: ListName
    name: str
    query: Filters
    shared: bool
    own: bool
    created_at: str
    updated_at: str


class ViewList(Answer):
    """The caller's views and all shared ones, by name; few enough for one page."""

    data: list[View]
    has_more: bool = False
    next_cursor: str | None = None
    prev_cursor: str | None = None


@router.get("", operation_id="listViews")
async def list_views(
    rooms: RoomsOf, caller: CallerOf, list_name: Annotated[ListName | None, Query(alias="list")] = None
) -> ViewList:
    """Views of one list, or of all."""
    rows = await rooms.database.read(views.views_visible, caller.tenant_id, caller.actor, list_name)
    return ViewList(data=[_shown(row, caller.actor) for row in rows])


@router.post("", status_code=201, operation_id="createView")
async def create_view(body: ViewInput, rooms: RoomsOf, caller: CallerOf, response: Response) -> View:
    """Keep a view; 409 when the caller has one of this name for this list."""
    now = rooms.clock.now_ms()
    row = ViewRow(
        id=new_id(now),
        tenant_id=caller.tenant_id,
        list=body.list,
        name=body.name,
        query=_checked(body.query),
        owner=caller.actor,
        shared=body.shared,
        created_at=now,
        updated_at=now,
    )
    await rooms.database.write(views.view_insert, row)
    response.headers["Location"] = f"{router.prefix}/{row.id}"
    tagged(response, row.updated_at)
    return _shown(row, caller.actor)


@router.get("/{view_id}", operation_id="getView")
async def get_view(view_id: str, rooms: RoomsOf, caller: CallerOf, response: Response) -> View:
    """One view."""
    row = await rooms.database.read(views.view_find, caller.tenant_id, caller.actor, canonical_id(view_id))
    tagged(response, row.updated_at)
    return _shown(row, caller.actor)


@router.patch("/{view_id}", operation_id="changeView")
async def change_view(
    view_id: str, body: ViewPatch, rooms: RoomsOf, caller: CallerOf, response: Response, version: IfVersion
) -> View:
    """Change a view of one's own."""
    row = await rooms.database.read(views.view_find, caller.tenant_id, caller.actor, canonical_id(view_id))
    changed = replace(
        row,
        name=row.name if body.name is None else body.name,
        query=row.query if body.query is None else _checked(body.query),
        shared=row.shared if body.shared is None else body.shared,
        updated_at=max(rooms.clock.now_ms(), row.updated_at + 1),
    )
    await rooms.database.write(views.view_replace, changed, caller.actor, version)
    tagged(response, changed.updated_at)
    return _shown(changed, caller.actor)


@router.delete("/{view_id}", status_code=204, operation_id="deleteView")
async def delete_view(view_id: str, rooms: RoomsOf, caller: CallerOf, version: IfVersion) -> None:
    """Forget a view of one's own."""
    await rooms.database.write(views.view_delete, caller.tenant_id, caller.actor, canonical_id(view_id), version)


def _checked(query: Filters) -> Filters:
    texts = [text for name, value in query.items() for text in (name, *([value] if isinstance(value, str) else value))]
    if len(query) > MEMBERS_MOST or sum(map(len, texts)) > CHARACTERS_MOST:
        raise Invalid.one("/query", f"at most {MEMBERS_MOST} parameters with {CHARACTERS_MOST} characters in all")
    return query


def _shown(row: ViewRow, actor: str) -> View:
    return View.model_validate(
        {
            "id": row.id,
            "list": row.list,
            "name": row.name,
            "query": row.query,
            "shared": row.shared,
            "own": row.owner == actor,
            "created_at": instant(row.created_at),
            "updated_at": instant(row.updated_at),
        }
    )
