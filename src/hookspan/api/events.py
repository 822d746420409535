"""`/api/v1/events`: publish, and look back at what happened (contracts C.3)."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Header, Request, Response

from hookspan.access.roles import Caller
from hookspan.api.answers import attachment, content_of
from hookspan.api.auth import may
from hookspan.api.bodies import Answer, NativeBody
from hookspan.api.cloud_events import form_of
from hookspan.api.event_input import Desk
from hookspan.api.event_query import Asked, BesideOf, Expands
from hookspan.api.event_shapes import (
    Event,
    EventList,
    InboundRequestShape,
    event_answer,
    execution_of,
    listed_of,
    request_body,
    seen_of,
    stored_headers,
)
from hookspan.api.execution_answers import listed
from hookspan.api.paging import EventPagingOf
from hookspan.api.publish import publish, publish_many
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.errors import Gone, Invalid, NotFound
from hookspan.history.search import FoundEvent, Search, Shown
from hookspan.inbound.answers import Answer as Bytes
from hookspan.model.ids import canonical_id
from hookspan.storage.events_list import EventRow
from hookspan.storage.executions_list import executions_named
from hookspan.storage.forwards import forwards_last

router = APIRouter(prefix="/api/v1/events", tags=["events"])
Reader = Annotated[Caller, may("events:read")]
PayloadReader = Annotated[Caller, may("payloads:read")]
Publishing = Annotated[Caller, may("events:publish")]


class EventInput(NativeBody):
    """An event to publish; `data` is any JSON and stays the bytes sent, or `dataBase64` with its content type."""

    type: str
    data: Any = None
    metadata: dict[str, Any] | None = None
    subject: str | None = None
    priority: int = 1
    ordering_key: str | None = None
    occurred_at: str | int | None = None
    data_base64: str | None = None
    data_content_type: str | None = None
    idempotency_key: str | None = None
    deliver_at: str | int | None = None
    version: int | None = None


class EventBatchInput(NativeBody):
    """Up to 1,000 events; `atomic` stores none when one is refused."""

    events: list[EventInput]
    atomic: bool = False


class PublishedEvent(Answer):
    """The event is on disk, with all the work it causes; `deliveries` is null where they are too many to count now."""

    id: str
    type: str
    created_at: str
    duplicate: bool
    deliveries: int | None
    executions: int


class BatchVerdict(Answer):
    """What became of one event of a batch."""

    index: int
    status: str
    id: str | None = None
    error: dict[str, Any] | None = None


class PublishedBatch(Answer):
    """A verdict for each event, in order."""

    data: list[BatchVerdict]
    accepted: int
    duplicates: int
    rejected: int


_CLOUD_EVENT: dict[str, Any] = {
    "type": "object",
    "description": "A CloudEvent in the JSON format (CloudEvents 1.0)",
    "required": ["specversion", "id", "source", "type"],
    "additionalProperties": True,
}


def _takes(body: type[NativeBody], **cloud_events: dict[str, Any]) -> dict[str, Any]:
    """The request body for the document: our own JSON, and CloudEvents by the end of their media type."""
    schema = body.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    others = {f"application/{name.replace('_', '-')}+json": {"schema": other} for name, other in cloud_events.items()}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}, **others}}}


@router.post(
    "",
    status_code=202,
    operation_id="publishEvent",
    response_model=PublishedEvent,
    openapi_extra=_takes(EventInput, cloudevents=_CLOUD_EVENT),
)
async def publish_event(
    request: Request,
    rooms: RoomsOf,
    caller: Publishing,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Response:
    """Publish one event; 202 once it is on disk with the deliveries and executions it causes.

    A CloudEvent comes structured, or in binary mode as `ce-` headers with the data as the body.
    """
    form = form_of(request.headers.raw)
    return _response(await publish(_desk(rooms), caller, form, await request.body(), idempotency_key))


@router.post(
    "/batch",
    status_code=202,
    operation_id="publishEvents",
    response_model=PublishedBatch,
    openapi_extra=_takes(EventBatchInput, cloudevents_batch={"type": "array", "items": _CLOUD_EVENT}),
)
async def publish_events(request: Request, rooms: RoomsOf, caller: Publishing) -> Response:
    """Publish many events in one transaction, with a verdict for each."""
    form = form_of(request.headers.raw)
    key = request.headers.get("idempotency-key")
    return _response(await publish_many(_desk(rooms), caller, form, await request.body(), key))


@router.get("", operation_id="listEvents")
async def list_events(
    rooms: RoomsOf,
    caller: Reader,
    paging: EventPagingOf,
    asked: Asked,
    beside: BesideOf,
    response: Response,
) -> EventList:
    """Events of the tenant, newest first, without their data; `type` takes a pattern and matches any name.

    `q` is looked for in payload and headers, in any case; `facets=status,webhookId` counts by those;
    `expand=execution` shows the execution of each.
    """
    if paging.keyset.counted and any("*" in pattern.removesuffix("*") for pattern in asked.patterns):
        raise Invalid.one("/count", "events cannot be counted by a pattern with a wildcard inside")
    page = await Search(rooms.database).events(caller.tenant_id, asked, paging.keyset, shown=Shown(beside.facets))
    may_read = caller.may("payloads:read")
    expanded = await _expanded(rooms, caller, page.found if beside.expands else ())
    now = asked.wanted.now
    data = [listed_of(found, now, may_read=may_read, expanded=expanded.get(found.event.id, {})) for found in page.found]
    return EventList.model_validate({"data": data, **seen_of(page), **paging.links_of(response, page.page)})


@router.get("/{event_id}", operation_id="getEvent", response_model=Event)
async def get_event(event_id: str, rooms: RoomsOf, caller: Reader, expands: Expands) -> Response:
    """One event in full; its content only with the scope payloads:read, its execution with `expand=execution`."""
    found = await Search(rooms.database).event(caller.tenant_id, canonical_id(event_id))
    forwards = await rooms.database.read(forwards_last, caller.tenant_id, found.event.id)
    expanded = await _expanded(rooms, caller, [found] if expands else ())
    with_content, beside = caller.may("payloads:read"), expanded.get(found.event.id, {})
    return event_answer(found, forwards, rooms.clock.now_ms(), with_content=with_content, expanded=beside)


async def _expanded(rooms: Rooms, caller: Caller, events: Sequence[FoundEvent]) -> Mapping[str, Mapping[str, object]]:
    """What `expand=execution` adds to each event that has one, by event; read in one statement."""
    named = {found.event.id: execution_of(found) for found in events}
    ids = sorted({execution_id for execution_id in named.values() if execution_id is not None})
    rows = await rooms.database.read(executions_named, caller.tenant_id, ids) if ids else {}
    return {
        event_id: {"execution": _plain(listed(rows[execution_id], caller))}
        for event_id, execution_id in named.items()
        if execution_id in rows
    }


def _plain(execution: dict[str, object]) -> dict[str, object]:
    """Without JSON that is written out already, which the model of the list could not judge."""
    error = execution["error"]
    return {**execution, "error": msgspec.json.decode(error)} if isinstance(error, msgspec.Raw) else execution


@router.get("/{event_id}/data", operation_id="getEventData", response_class=Response, responses=content_of("*/*"))
async def get_event_data(event_id: str, rooms: RoomsOf, caller: PayloadReader) -> Response:
    """The exact data bytes, as a download."""
    found = await Search(rooms.database).event(caller.tenant_id, canonical_id(event_id))
    event = _unerased(found.event)
    return attachment(event.data or b"", event.data_content_type, f"event-{event.id}.bin")


@router.get("/{event_id}/request", operation_id="getEventRequest")
async def get_event_request(event_id: str, rooms: RoomsOf, caller: PayloadReader) -> InboundRequestShape:
    """The inbound request with its exact body; 404 for an event that did not come in."""
    found = await Search(rooms.database).event(caller.tenant_id, canonical_id(event_id))
    receipt = found.receipt
    if receipt is None:
        raise NotFound("this event did not come in by a request")
    _unerased(found.event)
    return InboundRequestShape(
        method=receipt.request_method,
        path=receipt.request_path,
        query=receipt.request_query or "",
        headers=stored_headers(receipt),
        body_base64=base64.b64encode(request_body(found.event, receipt)).decode(),
    )


def _desk(rooms: Rooms) -> Desk:
    return Desk(
        rooms.publisher, rooms.registry, rooms.clock, rooms.settings.payload_bytes, rooms.settings.idempotency_ms
    )


def _response(answer: Bytes) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers), answer.content_type)


def _unerased(event: EventRow) -> EventRow:
    if event.status == "expunged":
        raise Gone("the event's content was erased")
    return event
