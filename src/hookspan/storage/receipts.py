"""Receipts (the table is called as seed 003 calls it): what an inbound request was and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from hookspan.storage.dialect import one_of
from hookspan.storage.tables import webhook_events


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    """A receipt; the request's query, headers and body are None in lists. Headers are JSON, masked when stored."""

    id: str
    webhook_id: str
    execution_id: str | None
    event_type: str
    event_type_signed: bool
    request_method: str
    request_path: str
    request_query: str | None
    request_headers: str | None
    request_body: bytes | None
    body_size: int
    body_valid: bool
    response_status: int
    processing_time_ms: int
    status: str
    error_code: str | None
    error_message: str | None
    filtered_reason: str | None
    metadata: str
    duplicate_count: int
    last_duplicate_at: int | None
    created_at: int


APART = ("failed", "filtered", "held", "received")
_HEAVY = ("request_query", "request_headers", "request_body")
_LIGHT = [column for column in webhook_events.c if column.name not in _HEAVY]


def receipts_find(connection: Connection, tenant_id: str, ids: Sequence[str]) -> dict[str, ReceiptRow]:
    """Receipts of these events, without the request's content."""
    column = webhook_events.c
    query = select(*_LIGHT).where(column.tenant_id == tenant_id, one_of(column.id, ids))
    return {row.id: _receipt(row) for row in connection.execute(query)}


def receipts_in_full(connection: Connection, tenant_id: str, ids: Sequence[str]) -> dict[str, ReceiptRow]:
    """Receipts of these events with the requests' content."""
    column = webhook_events.c
    query = select(webhook_events).where(column.tenant_id == tenant_id, one_of(column.id, ids))
    return {
        row.id: _receipt(row, query=row.request_query, headers=row.request_headers, body=row.request_body)
        for row in connection.execute(query)
    }


def receipt_find(connection: Connection, tenant_id: str, receipt_id: str) -> ReceiptRow | None:
    """One receipt in full; None for an event that did not come in."""
    column = webhook_events.c
    query = select(webhook_events).where(column.tenant_id == tenant_id, column.id == receipt_id)
    row = connection.execute(query).first()
    if row is None:
        return None
    return _receipt(row, query=row.request_query, headers=row.request_headers, body=row.request_body)


def _receipt(
    row: Row[Any], query: str | None = None, headers: str | None = None, body: bytes | None = None
) -> ReceiptRow:
    return ReceiptRow(
        id=row.id,
        webhook_id=row.webhook_id,
        execution_id=row.execution_id,
        event_type=row.event_type,
        event_type_signed=row.event_type_signed,
        request_method=row.request_method,
        request_path=row.request_path,
        request_query=query,
        request_headers=headers,
        request_body=body,
        body_size=row.body_size,
        body_valid=row.body_valid,
        response_status=row.response_status,
        processing_time_ms=row.processing_time_ms,
        status=row.status,
        error_code=row.error_code,
        error_message=row.error_message,
        filtered_reason=row.filtered_reason,
        metadata=row.metadata,
        duplicate_count=row.duplicate_count,
        last_duplicate_at=row.last_duplicate_at,
        created_at=row.created_at,
    )
