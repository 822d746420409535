"""`/api/v1/deliveries/export` and `/api/v1/events/export`: what the lists show, streamed whole (contracts B.6)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Generic, Literal, TypeVar

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.deliveries import Wanted
from hookspan.api.delivery_shapes import DeliverySummary, members_of
from hookspan.api.event_query import Asked
from hookspan.api.event_shapes import event_bytes, request_body, stored_headers, summary_of
from hookspan.api.paging import Sort
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.api.webhook_event_shapes import webhook_event_bytes
from hookspan.history.export import Cell, Matching, csv_line
from hookspan.history.search import EventQuestion, FoundEvent
from hookspan.model.redact import joined
from hookspan.storage.deliveries_list import DeliveryRow

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

router = APIRouter(tags=["exports"])
Row = TypeVar("Row")
Format = Literal["csv", "json", "ndjson"]

_MEDIA: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
}
_BOM = "\ufeff".encode()
_RECEIVED = "/api/v1/webhooks/"
DELIVERY_COLUMNS = (
    *("id", "eventId", "eventType", "deliveredName", "endpointId", "url", "profile", "status", "statusReason"),
    *("attempts", "maxAttempts", "nextAttemptAt", "lastAttemptAt", "lastStatusCode", "lastError", "priority"),
    *("orderingKey", "createdAt", "completedAt"),
)
EVENT_COLUMNS = (
    *("id", "webhookId", "webhookPath", "eventType", "status", "requestMethod", "responseStatus", "processingTimeMs"),
    *("executionId", "sourceIp", "replayCount", "sourceEventId", "errorCode", "errorMessage", "filteredReason"),
    *("createdAt", "requestHeaders", "requestBody"),
)


@dataclass(frozen=True, slots=True)
class Form:
    """How an export is written; `bom` only touches CSV."""

    format: Format
    bom: bool
    ascending: bool


def _form(format: Annotated[Format, Query()] = "csv", bom: bool = False, sort: Sort = "-createdAt") -> Form:
    return Form(format, bom, ascending=sort == "createdAt")


FormOf = Annotated[Form, Depends(_form)]


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Row]):
    """How rows of a kind are written: as a JSON object, or as cells under columns."""

    name: str
    columns: Sequence[str]
    record: Callable[[Row], bytes]
    cells: Callable[[Row], Sequence[Cell]]


class Download(StreamingResponse):
    """A streamed attachment that gives back what it holds when it ends, whichever way."""

    def __init__(self, content: AsyncIterator[bytes], *, headers: dict[str, str], media: str, held: ExitStack) -> None:
        super().__init__(content, headers=headers, media_type=media)
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send everything."""
        with self._held:
            await super().__call__(scope, receive, send)


EXPORT_ANSWER: dict[int | str, dict[str, object]] = {
    200: {
        "description": "An attachment; `X-Hookspan-Truncated: true` when more matched than may go out.",
        "content": {media.partition(";")[0]: {} for media in _MEDIA.values()},
    },
}


@router.get(
    "/api/v1/deliveries/export", operation_id="exportDeliveries", response_class=Response, responses=EXPORT_ANSWER
)
async def export_deliveries(
    rooms: RoomsOf, caller: Annotated[Caller, may("deliveries:read")], wanted: Wanted, form: FormOf
) -> Response:
    """Deliveries with the filters of their list, at most 100,000 rows; one export at a time for a tenant."""
    sheet: Sheet[DeliveryRow] = Sheet("deliveries", DELIVERY_COLUMNS, _delivery_bytes, _delivery_cells)
    with ExitStack() as held:
        held.enter_context(rooms.exports.only_one(caller.tenant_id))
        matching = await rooms.exports.deliveries(caller.tenant_id, wanted, ascending=form.ascending)
        rows = rooms.exports.delivery_rows(caller.tenant_id, matching)
        return _download(_written(rows, sheet, form), sheet.name, form, matching, held.pop_all())


@router.get("/api/v1/events/export", operation_id="exportEvents", response_class=Response, responses=EXPORT_ANSWER)
async def export_events(
    rooms: RoomsOf, caller: Annotated[Caller, may("events:read")], asked: Asked, form: FormOf
) -> Response:
    """Events with the filters of their list, contents included for who may read them; at most 100,000 or 1 GiB."""
    now, with_content = rooms.clock.now_ms(), caller.may("payloads:read")
    sheet: Sheet[FoundEvent] = Sheet(
        "events",
        EVENT_COLUMNS,
        lambda found: event_bytes(found, now, with_content=with_content),
        lambda found: _event_cells(found, now, with_content),
    )
    return await _events_download(rooms, caller, asked, form, sheet)


async def webhook_events_download(rooms: Rooms, caller: Caller, asked: EventQuestion, form: Form) -> Response:
    """The requests of one source as they are written there; in CSV both exports are the same."""
    now, with_content = rooms.clock.now_ms(), caller.may("payloads:read")
    sheet: Sheet[FoundEvent] = Sheet(
        "events",
        EVENT_COLUMNS,
        lambda found: webhook_event_bytes(found, may_read=with_content),
        lambda found: _event_cells(found, now, with_content),
    )
    return await _events_download(rooms, caller, asked, form, sheet)


async def _events_download(
    rooms: Rooms, caller: Caller, asked: EventQuestion, form: Form, sheet: Sheet[FoundEvent]
) -> Response:
    with ExitStack() as held:
        held.enter_context(rooms.exports.only_one(caller.tenant_id))
        matching = await rooms.exports.events(caller.tenant_id, asked, ascending=form.ascending)
        rows = rooms.exports.event_rows(caller.tenant_id, matching)
        return _download(_written(rows, sheet, form), sheet.name, form, matching, held.pop_all())


def _download(content: AsyncIterator[bytes], name: str, form: Form, matching: Matching, held: ExitStack) -> Download:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form.format}"'}
    if matching.is_truncated:
        headers["X-Hookspan-Truncated"] = "true"
    return Download(content, headers=headers, media=_MEDIA[form.format], held=held)


async def _written(portions: AsyncIterator[Sequence[Row]], sheet: Sheet[Row], form: Form) -> AsyncIterator[bytes]:
    if form.format == "csv":
        yield (_BOM if form.bom else b"") + csv_line(sheet.columns).encode()
        async for portion in portions:
            yield "".join(csv_line(sheet.cells(row)) for row in portion).encode()
        return
    opening, between, closing = (b"[", b",", b"]") if form.format == "json" else (b"", b"", b"")
    ending = b"" if form.format == "json" else b"\n"
    yield opening
    before = b""
    async for portion in portions:
        records = [sheet.record(row) + ending for row in portion]
        if records:
            yield before + between.join(records)
            before = between
    yield closing


def _delivery_bytes(row: DeliveryRow) -> bytes:
    return DeliverySummary.model_validate(members_of(row)).model_dump_json(by_alias=True).encode()


def _delivery_cells(row: DeliveryRow) -> Sequence[Cell]:
    shown = DeliverySummary.model_validate(members_of(row)).model_dump(by_alias=True)
    return [shown[column] for column in DELIVERY_COLUMNS]


def _event_cells(found: FoundEvent, now: int, with_content: bool) -> Sequence[Cell]:
    """Cells under EVENT_COLUMNS; what belongs to a request is empty for an event that did not come in by one."""
    shown = summary_of(found, now, may_read=with_content).model_dump(by_alias=True)
    receipt: dict[str, Cell] = shown.pop("receipt") or {}
    cells: dict[str, Cell] = {**shown, **receipt, "eventType": shown["type"], "createdAt": shown["createdAt"]}
    cells["executionId"] = receipt.get("executionId") or shown["executionId"]
    if found.receipt is not None:
        cells["webhookPath"] = found.receipt.request_path.removeprefix(_RECEIVED)
        cells["sourceIp"] = json.loads(found.receipt.metadata).get("sourceIp")
    if with_content and found.event.status != "expunged":
        cells |= _content(found)
    return [cells.get(column) for column in EVENT_COLUMNS]


def _content(found: FoundEvent) -> dict[str, Cell]:
    if found.receipt is None:
        return {"requestBody": (found.event.data or b"").decode("utf-8", "replace")}
    headers = json.dumps(joined(stored_headers(found.receipt)), ensure_ascii=False)
    body = request_body(found.event, found.receipt)
    return {"requestHeaders": headers, "requestBody": body.decode("utf-8", "replace")}
