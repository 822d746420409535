"""Seed 003's WebhookEvent: an event seen from its source (contracts B.6), whole or as a row of a list."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Literal

import msgspec
from fastapi import Response

from hookspan.api.bodies import Answer
from hookspan.api.event_shapes import EventMetadata, ReceiptStatus, content_of_receipt, metadata_of, reason_of
from hookspan.api.paging import Asked
from hookspan.errors import NotFound
from hookspan.history.search import EventPage, FoundEvent
from hookspan.model.times import instant, optional_instant

HEADERS, BODY = "headers", "body"
EVERYTHING = frozenset({HEADERS, BODY})
_LONG = 200
_METADATA_CHARACTERS = 480
_LIGHT_METADATA = ("sourceIp", "receivedAt", "contentType", "contentLength")
_TAKEN_OUT = {HEADERS: ("requestQuery", "requestHeaders"), BODY: ("requestBody", "requestBodyEncoding")}


class WebhookEvent(Answer):
    """One inbound request. Lists leave out query, headers and body unless asked for them.

    In the whole object they are null for who may not read payloads, and after the content was erased.
    """

    id: str
    tenant_id: str
    webhook_id: str
    execution_id: str | None
    event_type: str
    event_type_signed: bool
    request_method: str
    request_path: str
    request_query: Asked[dict[str, str]] = None
    request_headers: Asked[dict[str, str]] = None
    request_body: Any = None
    request_body_encoding: Literal["json", "text", "base64"] | None = None
    body_size: int
    response_status: int
    processing_time_ms: int
    status: ReceiptStatus
    error_message: str | None
    error_code: str | None
    filtered_reason: str | None
    priority: int
    test: bool
    duplicate_count: int
    last_duplicate_at: str | None
    replay_count: int
    source_event_id: str | None
    metadata: EventMetadata
    created_at: str


class WebhookEventList(Answer):
    """One page; `total` is exact up to 10,000, and of a search it tells how many were seen so far."""

    data: list[WebhookEvent]
    total: int
    total_is_capped: bool
    limit: int
    offset: int
    next_cursor: str | None
    truncated: Asked[bool] = None
    facets: Asked[dict[str, dict[str, int]]] = None


def webhook_event(found: FoundEvent, *, may_read: bool) -> dict[str, object]:
    """The whole object, members in the order of the contract; NotFound for an event that did not come in."""
    members = _members(found, may_read=may_read)
    if not may_read or found.event.status == "expunged":
        return members | dict.fromkeys(name for names in _TAKEN_OUT.values() for name in names)
    assert found.receipt is not None
    return members | content_of_receipt(found.event, found.receipt)


def webhook_event_bytes(found: FoundEvent, *, may_read: bool) -> bytes:
    """The same as JSON; a body that is JSON goes out byte for byte."""
    return msgspec.json.encode(webhook_event(found, may_read=may_read))


def list_answer(page: EventPage, included: Collection[str], beside: dict[str, object], *, may_read: bool) -> Response:
    """A page of rows, each below a kilobyte unless contents were asked for, which is for who `may_read` payloads."""
    rows = [_row(found, included, may_read=may_read) for found in page.found if found.receipt is not None]
    return Response(msgspec.json.encode({"data": rows, **beside}), media_type="application/json")


def _row(found: FoundEvent, included: Collection[str], *, may_read: bool) -> dict[str, object]:
    members = webhook_event(found, may_read=may_read) if included else _members(found, may_read=may_read)
    for part, names in _TAKEN_OUT.items():
        for name in names if part not in included else ():
            del members[name]
    for name in ("requestPath", "errorMessage", "filteredReason"):
        text = members[name]
        members[name] = text[:_LONG] if isinstance(text, str) else None
    members["metadata"] = _short(members["metadata"])
    return members


def _short(metadata: object) -> object:
    """What an enrichment made of a request may be long; a row then shows where it came from and when."""
    if not isinstance(metadata, dict) or len(json.dumps(metadata)) <= _METADATA_CHARACTERS:
        return metadata
    told = {name: metadata.get(name) for name in _LIGHT_METADATA}
    return {name: value[:100] if isinstance(value, str) else value for name, value in told.items()}


def _members(found: FoundEvent, *, may_read: bool) -> dict[str, object]:
    event, receipt = found.event, found.receipt
    if receipt is None:
        raise NotFound("this event did not come in by a request")
    return {
        "id": event.id,
        "tenantId": event.tenant_id,
        "webhookId": receipt.webhook_id,
        "executionId": receipt.execution_id,
        "eventType": receipt.event_type,
        "eventTypeSigned": receipt.event_type_signed,
        "requestMethod": receipt.request_method,
        "requestPath": receipt.request_path,
        "requestQuery": None,
        "requestHeaders": None,
        "requestBody": None,
        "requestBodyEncoding": None,
        "bodySize": receipt.body_size,
        "responseStatus": receipt.response_status,
        "processingTimeMs": receipt.processing_time_ms,
        "status": receipt.status,
        "errorMessage": receipt.error_message,
        "errorCode": receipt.error_code,
        "filteredReason": reason_of(receipt, may_read=may_read),
        "priority": event.priority,
        "test": event.test,
        "duplicateCount": receipt.duplicate_count,
        "lastDuplicateAt": optional_instant(receipt.last_duplicate_at),
        "replayCount": event.replay_count,
        "sourceEventId": event.source_event_id,
        "metadata": metadata_of(receipt, may_read=may_read),
        "createdAt": instant(event.created_at),
    }
