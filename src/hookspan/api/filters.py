"""`/api/v1/webhooks/{id}/filters`: which requests start anything, and tries of that (contracts B.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, WithJsonSchema

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.exact import read_object, takes, written
from hookspan.api.filter_shapes import (
    FilterBacktestInput,
    FilterBacktestResult,
    FilterTestInput,
    FilterTestResult,
    PathSuggestionList,
    WebhookFilter,
    WebhookFilterInput,
    WebhookFilterList,
    WebhookFilterPatch,
    WebhookFilterSet,
    backtest_json,
    filter_json,
    given_request,
    last_of,
    row_of,
    rows_of,
    verdict_json,
)
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.errors import Forbidden, Invalid, NotFound
from hookspan.inbound.filters import given_rules
from hookspan.inbound.trials import source_preset
from hookspan.model.ids import canonical_id
from hookspan.storage.webhook_filters import FilterRow

router = APIRouter(prefix="/api/v1/webhooks/{webhook_id}", tags=["filters"])
Reader = Annotated[Caller, may("sources:read")]
Writer = Annotated[Caller, may("filters:write")]

LIMIT_MOST = 1_000
LIMIT_DEFAULT = 50
PREFIX_MOST = 255
PAYLOADS = "payloads:read"

_LIMIT = {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT_DEFAULT}
_OFFSET = {"type": "integer", "minimum": 0, "default": 0}


class FilterQuery(BaseModel):
    """Which part of the list; a bad number falls back to its default, as in the list of sources."""

    limit: Annotated[str, WithJsonSchema(_LIMIT)] = ""
    offset: Annotated[str, WithJsonSchema(_OFFSET)] = ""

    @property
    def page(self) -> tuple[int, int]:
        """Limit and offset."""
        limit = _number(self.limit, LIMIT_DEFAULT)
        return (limit if 1 <= limit <= LIMIT_MOST else LIMIT_DEFAULT), _number(self.offset, 0)


@router.get("/filters", operation_id="listWebhookFilters", response_model=WebhookFilterList)
async def list_filters(
    webhook_id: str, rooms: RoomsOf, caller: Reader, asked: Annotated[FilterQuery, Query()]
) -> Response:
    """The filters of a source, by group and then by birth."""
    rows = await rooms.filters.list(caller.tenant_id, canonical_id(webhook_id))
    return _listed(rows, *asked.page)


@router.post(
    "/filters",
    status_code=201,
    operation_id="createWebhookFilter",
    response_model=WebhookFilter,
    openapi_extra=takes(WebhookFilterInput),
)
async def create_filter(webhook_id: str, request: Request, rooms: RoomsOf, caller: Writer) -> Response:
    """Add a row; it counts from the next request on."""
    source = canonical_id(webhook_id)
    row = await rooms.filters.create(caller.tenant_id, source, row_of(await read_object(request)))
    location = f"/api/v1/webhooks/{source}/filters/{row.id}"
    return written(filter_json(row), status=201, headers={"Location": location})


@router.put(
    "/filters",
    operation_id="replaceWebhookFilters",
    response_model=WebhookFilterList,
    openapi_extra=takes(WebhookFilterSet),
)
async def replace_filters(webhook_id: str, request: Request, rooms: RoomsOf, caller: Writer) -> Response:
    """Make these all the rows there are, in one transaction; rows that name the id of a stored one keep it."""
    rows = rows_of(await read_object(request), required=True)
    return _listed(await rooms.filters.replace(caller.tenant_id, canonical_id(webhook_id), rows), LIMIT_DEFAULT, 0)


@router.post(
    "/filters/test",
    operation_id="testWebhookFilters",
    response_model=FilterTestResult,
    openapi_extra=takes(FilterTestInput, required=False),
)
async def try_filters(webhook_id: str, request: Request, rooms: RoomsOf, caller: Reader) -> Response:
    """The verdict on one request, told here or stored, with every clause and the actual values."""
    body = await read_object(request) if await request.body() else {}
    source, rows = canonical_id(webhook_id), rows_of(body)
    event_id = body["eventId"] if "eventId" in body else body.get("event_id")
    rules = None if rows is None else given_rules(rows)
    if event_id is None:
        found = await rooms.trials.given(caller.tenant_id, source, given_request(body), rules)
        return written(verdict_json(found))
    _check_oracle(caller, is_given=rows is not None)
    found = await rooms.trials.stored(
        caller.tenant_id, source, _event_id(event_id), rules, shows_values=caller.may(PAYLOADS)
    )
    return written(verdict_json(found))


@router.post(
    "/filters/backtest",
    operation_id="backtestWebhookFilters",
    response_model=FilterBacktestResult,
    openapi_extra=takes(FilterBacktestInput, required=False),
)
async def backtest_filters(webhook_id: str, request: Request, rooms: RoomsOf, caller: Reader) -> Response:
    """How many of the last stored requests would pass, and which of them get another verdict than they got."""
    body = await read_object(request) if await request.body() else {}
    rows, last = rows_of(body), last_of(body)
    rules = None if rows is None else given_rules(rows)
    _check_oracle(caller, is_given=rows is not None)
    told = await rooms.trials.backtest(caller.tenant_id, canonical_id(webhook_id), last, rules)
    return written(backtest_json(told))


@router.get("/filters/{filter_id}", operation_id="getWebhookFilter", response_model=WebhookFilter)
async def get_filter(webhook_id: str, filter_id: str, rooms: RoomsOf, caller: Reader) -> Response:
    """One row."""
    row = await rooms.filters.get(caller.tenant_id, canonical_id(webhook_id), canonical_id(filter_id))
    return written(filter_json(row))


@router.put(
    "/filters/{filter_id}",
    operation_id="updateWebhookFilter",
    response_model=WebhookFilter,
    openapi_extra=takes(WebhookFilterPatch),
)
async def update_filter(webhook_id: str, filter_id: str, request: Request, rooms: RoomsOf, caller: Writer) -> Response:
    """Change the members named."""
    named = row_of(await read_object(request))
    row = await rooms.filters.update(caller.tenant_id, canonical_id(webhook_id), canonical_id(filter_id), named)
    return written(filter_json(row))


@router.patch(
    "/filters/{filter_id}",
    operation_id="patchWebhookFilter",
    response_model=WebhookFilter,
    openapi_extra=takes(WebhookFilterPatch),
)
async def patch_filter(webhook_id: str, filter_id: str, request: Request, rooms: RoomsOf, caller: Writer) -> Response:
    """Change the members named; the same as PUT."""
    return await update_filter(webhook_id, filter_id, request, rooms, caller)


@router.delete("/filters/{filter_id}", status_code=204, operation_id="deleteWebhookFilter")
async def delete_filter(webhook_id: str, filter_id: str, rooms: RoomsOf, caller: Writer) -> None:
    """Remove a row; without rows every request passes."""
    await rooms.filters.delete(caller.tenant_id, canonical_id(webhook_id), canonical_id(filter_id))


@router.get("/paths", operation_id="listWebhookPaths", response_model=PathSuggestionList)
async def list_paths(
    webhook_id: str, rooms: RoomsOf, caller: Reader, prefix: Annotated[str, Query(max_length=PREFIX_MOST)] = ""
) -> Response:
    """Paths for a filter: of the last requests, of the provider's sample and of samples of the event types.

    Without payloads:read nothing of the requests is told, and no example values.
    """
    source, may_see = canonical_id(webhook_id), caller.may(PAYLOADS)
    samples = await _samples(rooms, caller, source)
    hints = await rooms.trials.hints(caller.tenant_id, source, prefix, samples, with_requests=may_see)
    shown = [{"path": hint.path, "kind": hint.kind, "example": hint.example, "seen": hint.seen} for hint in hints]
    if not may_see:
        shown = [{name: member for name, member in each.items() if name != "example"} for each in shown]
    return written({"data": shown})


async def _samples(rooms: Rooms, caller: Caller, webhook_id: str) -> list[bytes]:
    """Bodies that may come: the preset's own, and those of the tenant's types that came last."""
    row = await rooms.sources.get(caller.tenant_id, webhook_id)
    preset = source_preset(row) if row.provider else None
    samples = [preset.sample.body.encode()] if preset and preset.sample else []
    for name in await rooms.trials.event_types(caller.tenant_id, webhook_id):
        try:
            shown = await rooms.registry.get(caller.tenant_id, name)
        except NotFound:
            continue
        if not shown.built_in:
            samples += await rooms.registry.samples(caller.tenant_id, name)
    return samples


def _check_oracle(caller: Caller, *, is_given: bool) -> None:
    """Rows of one's own, tried on stored requests, tell their content bit by bit."""
    if is_given and not caller.may(PAYLOADS):
        raise Forbidden("rows that are not stored are tried on stored requests only with the scope payloads:read")


def _event_id(value: object) -> str:
    if not isinstance(value, str):
        raise Invalid.one("/eventId", "must be the id of an event")
    return canonical_id(value)


def _listed(rows: Sequence[FilterRow], limit: int, offset: int) -> Response:
    data = [filter_json(row) for row in rows[offset : offset + limit]]
    return written({"data": data, "total": len(rows), "limit": limit, "offset": offset})


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else default
