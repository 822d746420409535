"""Bodies of the events' routes (contracts C.3), and how rows become them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import parse_qsl

import msgspec
from fastapi import Response
from pydantic import ConfigDict

from hookspan.api.bodies import Answer
from hookspan.api.execution_shapes import ExecutionSummary
from hookspan.api.forward_shapes import Forward, forward_shown
from hookspan.api.paging import Asked, Listing
from hookspan.events.routing import names_of_stored
from hookspan.history.search import EventPage, FoundEvent
from hookspan.model.jsonview import read_json
from hookspan.model.redact import joined
from hookspan.model.rules import reason_without_values
from hookspan.model.times import instant, optional_instant
from hookspan.outbound.profiles import is_json_type
from hookspan.storage.events_list import EventCounts, EventRow
from hookspan.storage.forwards import ForwardRow
from hookspan.storage.receipts import ReceiptRow

Origin = Literal["webhook", "api", "library", "cli", "workflow", "replay", "system"]
ReceiptStatus = Literal["received", "processed", "filtered", "failed", "held"]
_BEFORE = {"dataContentType": ("data", "dataBase64"), "traceId": ("metadata",), "counts": ("receipt",)}
"""Which members of an event in full stand before one of its summary's (contracts C.3)."""


class EventCounted(Answer):
    """What became of an event."""

    deliveries: int
    delivered: int
    exhausted: int
    executions: int


class UserAgentParsed(Answer):
    """Who sent a request, as far as its user agent tells."""

    family: str | None
    os: str | None
    device: str | None
    bot: bool


class EventTiming(Answer):
    """How long the phases took; `storeMs` is always 0: it is written by the very commit that it would measure."""

    read_ms: int
    verify_ms: int
    filter_ms: int
    store_ms: int


class EventMetadata(Answer):
    """What enrichment keeps of a request: what its source switched off is null; once erased, nothing is left.

    A long one is cut to where a request came from and when, in lists. `custom` is empty without payloads:read.
    """

    model_config = ConfigDict(extra="allow")

    source_ip: str | None = None
    user_agent: str | None = None
    user_agent_parsed: UserAgentParsed | None = None
    geo: dict[str, str | float | None] | None = None
    received_at: str | None = None
    content_type: str | None = None
    content_length: int | None = None
    timing: EventTiming | None = None
    custom: dict[str, Any] | None = None


class ReceiptSummary(Answer):
    """The inbound request behind an event, without its content."""

    webhook_id: str
    execution_id: str | None
    event_type: str
    event_type_signed: bool
    request_method: str
    request_path: str
    body_size: int
    body_valid: bool
    response_status: int
    processing_time_ms: int
    status: ReceiptStatus
    error_code: str | None
    error_message: str | None
    filtered_reason: str | None
    duplicate_count: int
    last_duplicate_at: str | None
    created_at: str


class Receipt(ReceiptSummary):
    """The inbound request; credentials were masked before it was stored. Null content: the caller may not see it."""

    request_query: dict[str, str] | None
    request_headers: dict[str, str] | None
    request_body: Any
    request_body_encoding: Literal["json", "text", "base64"] | None
    metadata: EventMetadata


class EventSummary(Answer):
    """An event in a list."""

    id: str
    type: str
    names: list[str]
    origin: Origin
    webhook_id: str | None
    workflow_id: str | None
    execution_id: str | None
    subject: str | None
    priority: int
    ordering_key: str | None
    status: Literal["stored", "scheduled", "cancelled", "expunged"]
    data_content_type: str
    data_size: int
    trace_id: str | None
    replay_count: int
    source_event_id: str | None
    root_event_id: str | None
    test: bool
    created_at: str
    occurred_at: str | None
    deliver_at: str | None
    version: int | None
    receipt: ReceiptSummary | None
    counts: EventCounted


class ListedEvent(EventSummary):
    """An event in a list; with `expand=execution` and where there is one, its execution as lists show it.

    It is the one that `executionId` names, or else the one that `receipt` does.
    """

    execution: Asked[ExecutionSummary] = None


class Event(ListedEvent):
    """An event in full; `data` is null and `dataBase64` set when it is not JSON, both null without payloads:read.

    `forwards` is what local programs answered to it, the last ten, newest first; an export leaves it out.
    """

    data: Any
    data_base64: str | None
    metadata: dict[str, Any] | None
    receipt: Receipt | None
    forwards: list[Forward]


class EventList(Listing):
    """One page of events; `truncated` where a search had to look at too much for one page: its cursor leads on."""

    data: list[ListedEvent]
    truncated: Asked[bool] = None
    facets: Asked[dict[str, dict[str, int]]] = None


class InboundRequestShape(Answer):
    """The inbound request with its exact body; headers as stored, in order, credentials masked."""

    method: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    body_base64: str


def seen_of(page: EventPage) -> dict[str, object]:
    """What a list says beside its rows, where there is something to say."""
    facets: dict[str, object] = {} if page.facets is None else {"facets": page.facets}
    return {"truncated": True, **facets} if page.page.is_truncated else facets


def summary_of(found: FoundEvent, now: int, *, may_read: bool) -> EventSummary:
    """An event for a list, as it stands at `now`; `may_read` shows what a filter saw of the payload."""
    return EventSummary.model_validate(_summary(found, now, may_read=may_read))


def listed_of(found: FoundEvent, now: int, *, may_read: bool, expanded: Mapping[str, object]) -> ListedEvent:
    """The same with what was asked to be expanded."""
    return ListedEvent.model_validate({**_summary(found, now, may_read=may_read), **expanded})


def _summary(found: FoundEvent, now: int, *, may_read: bool) -> dict[str, object]:
    receipt = None if found.receipt is None else _receipt(found.receipt, may_read=may_read)
    return {**_members(found.event, found.counts, now), "receipt": receipt}


def execution_of(found: FoundEvent) -> str | None:
    """The id of an event's execution: the one that tells it, or else the one that its request started."""
    started = None if found.receipt is None else found.receipt.execution_id
    return found.event.execution_id or started


def event_answer(
    found: FoundEvent,
    forwards: Sequence[ForwardRow],
    now: int,
    *,
    with_content: bool,
    expanded: Mapping[str, object],
) -> Response:
    """An event in full, with what local programs answered to it and what was asked to be expanded."""
    shown = [forward_shown(row).model_dump(by_alias=True) for row in forwards]
    body = {**_whole(found, now, with_content=with_content), "forwards": shown, **expanded}
    return Response(msgspec.json.encode(body), media_type="application/json")


def event_bytes(found: FoundEvent, now: int, *, with_content: bool) -> bytes:
    """An event in full, as a row of an export."""
    return msgspec.json.encode(_whole(found, now, with_content=with_content))


def _whole(found: FoundEvent, now: int, *, with_content: bool) -> dict[str, object]:
    """Every member. The data go out as the bytes that were published: no parser touches their numbers."""
    event = found.event
    data: object = None
    data_base64 = None
    may_read, with_content = with_content, with_content and event.status != "expunged"
    if with_content and event.data is not None:
        if is_json_type(event.data_content_type) and read_json(event.data).is_json:
            data = msgspec.Raw(event.data)
        else:
            data_base64 = base64.b64encode(event.data).decode()
    receipt = None if found.receipt is None else _full_receipt(found, may_read=may_read, with_content=with_content)
    shown = summary_of(found, now, may_read=may_read).model_dump(by_alias=True, exclude={"receipt"})
    metadata = msgspec.Raw(event.metadata) if event.metadata else None
    added = {"receipt": receipt, "data": data, "dataBase64": data_base64, "metadata": metadata}
    body: dict[str, object] = {}
    for name, value in shown.items():
        body |= {before: added[before] for before in _BEFORE.get(name, ())}
        body[name] = value
    return body


def request_body(event: EventRow, receipt: ReceiptRow) -> bytes:
    """The exact body: kept once, as the event's data, unless the event's data tell of the request instead."""
    return receipt.request_body if receipt.request_body is not None else event.data or b""


def _members(event: EventRow, counts: EventCounts, now: int) -> dict[str, object]:
    is_due = event.status == "scheduled" and (event.deliver_at or 0) <= now
    return {
        "id": event.id,
        "type": event.type,
        "names": list(names_of_stored(event.type, event.origin, event.webhook_id)),
        "origin": event.origin,
        "webhook_id": event.webhook_id,
        "workflow_id": event.workflow_id,
        "execution_id": event.execution_id,
        "subject": event.subject,
        "priority": event.priority,
        "ordering_key": event.ordering_key,
        "status": "stored" if is_due else event.status,
        "data_content_type": event.data_content_type,
        "data_size": event.data_size,
        "trace_id": event.trace_id,
        "replay_count": event.replay_count,
        "source_event_id": event.source_event_id,
        "root_event_id": event.root_event_id,
        "test": event.test,
        "created_at": instant(event.created_at),
        "occurred_at": optional_instant(event.occurred_at),
        "deliver_at": optional_instant(event.deliver_at),
        "version": event.type_version,
        "counts": {
            "deliveries": sum(counts.deliveries.values()),
            "delivered": counts.deliveries.get("delivered", 0),
            "exhausted": counts.deliveries.get("exhausted", 0),
            "executions": counts.executions,
        },
    }


def reason_of(row: ReceiptRow, *, may_read: bool) -> str | None:
    """Why it was filtered; without the values that the filter saw for who may not read payloads."""
    reason = row.filtered_reason
    return reason if may_read or reason is None else reason_without_values(reason)


def metadata_of(row: ReceiptRow, *, may_read: bool) -> dict[str, object]:
    """What enrichment kept; `custom`, into which rules copy values of the body, is empty without payloads:read."""
    kept: dict[str, object] = json.loads(row.metadata)
    return kept if may_read or not kept.get("custom") else {**kept, "custom": {}}


def _receipt(row: ReceiptRow, *, may_read: bool) -> dict[str, object]:
    return {
        "webhookId": row.webhook_id,
        "executionId": row.execution_id,
        "eventType": row.event_type,
        "eventTypeSigned": row.event_type_signed,
        "requestMethod": row.request_method,
        "requestPath": row.request_path,
        "bodySize": row.body_size,
        "bodyValid": row.body_valid,
        "responseStatus": row.response_status,
        "processingTimeMs": row.processing_time_ms,
        "status": row.status,
        "errorCode": row.error_code,
        "errorMessage": row.error_message,
        "filteredReason": reason_of(row, may_read=may_read),
        "duplicateCount": row.duplicate_count,
        "lastDuplicateAt": optional_instant(row.last_duplicate_at),
        "createdAt": instant(row.created_at),
    }


def _full_receipt(found: FoundEvent, *, may_read: bool, with_content: bool) -> dict[str, object]:
    row = found.receipt
    assert row is not None
    names = ("requestQuery", "requestHeaders", "requestBody", "requestBodyEncoding")
    content = content_of_receipt(found.event, row) if with_content else dict.fromkeys(names)
    return {**_receipt(row, may_read=may_read), **content, "metadata": metadata_of(row, may_read=may_read)}


def content_of_receipt(event: EventRow, row: ReceiptRow) -> dict[str, object]:
    """Query, headers and body of a request as they are shown."""
    body, encoding = _readable(request_body(event, row))
    return {
        "requestQuery": dict(reversed(parse_qsl(row.request_query or "", keep_blank_values=True))),
        "requestHeaders": joined(stored_headers(row)),
        "requestBody": body,
        "requestBodyEncoding": encoding,
    }


def stored_headers(row: ReceiptRow) -> list[tuple[str, str]]:
    """The headers in order, as masked when they were stored."""
    return [(name, value) for name, value in json.loads(row.request_headers or "[]")]


def _readable(body: bytes) -> tuple[object, str]:
    if read_json(body).is_json:
        return msgspec.Raw(body), "json"
    try:
        return body.decode(), "text"
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), "base64"
