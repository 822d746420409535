"""An event as it was accepted, with the request it came in by: what a replay and a release begin from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from hookspan.errors import NotFound
from hookspan.model.events import NewEvent, Origin
from hookspan.storage.tables import events, webhook_events, webhooks

_roots = events.alias("roots")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReceipt:
    """The request of an event. `headers` (pairs) and `metadata` are JSON, credentials masked; `body` is as it came.

    `source_path` and `source_status` are the source's now: `deleted` beside the status of a webhook.
    """

    webhook_id: str
    source_path: str
    source_status: str
    event_type_signed: bool
    method: str
    path: str
    query: str
    headers: str
    body: bytes
    metadata: str
    processing_time_ms: int
    source_ip: str | None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event, its receipt if it came in by a webhook, and by which door the first of its chain of replays came."""

    event: NewEvent
    root_origin: Origin
    is_expunged: bool
    receipt: StoredReceipt | None = None


def stored_event(connection: Connection, tenant_id: str, event_id: str) -> StoredEvent:
    """One event; NotFound when this tenant has none."""
    query = stored_select().where(events.c.id == event_id, events.c.tenant_id == tenant_id)
    row = connection.execute(query).first()
    if row is None:
        raise NotFound("no such event")
    return stored_of(row)


def stored_select() -> Select[Any]:
    """Events with what belongs to them."""
    receipt = webhook_events.c
    return (
        select(
            *events.c,
            func.coalesce(_roots.c.origin, events.c.origin).label("root_origin"),
            webhooks.c.path.label("source_path"),
            webhooks.c.status.label("source_status"),
            webhooks.c.deleted_at.label("source_deleted_at"),
            receipt.id.label("receipt_id"),
            receipt.event_type_signed,
            receipt.request_method,
            receipt.request_path,
            receipt.request_query,
            receipt.request_headers,
            receipt.request_body,
            receipt.metadata.label("receipt_metadata"),
            receipt.processing_time_ms,
            receipt.source_ip,
            receipt.webhook_id.label("receipt_webhook_id"),
        )
        .select_from(events)
        .outerjoin(_roots, _roots.c.id == events.c.root_event_id)
        .outerjoin(webhook_events, receipt.id == events.c.id)
        .outerjoin(webhooks, webhooks.c.id == receipt.webhook_id)
    )


def stored_of(row: Row[Any]) -> StoredEvent:
    """A row of `stored_select`."""
    event = NewEvent(
        id=row.id,
        tenant_id=row.tenant_id,
        type=row.type,
        data=bytes(row.data),
        created_at=row.created_at,
        origin=row.origin,
        data_content_type=row.data_content_type,
        metadata=row.metadata,
        webhook_id=row.webhook_id,
        workflow_id=row.workflow_id,
        execution_id=row.execution_id,
        subject=row.subject,
        priority=row.priority,
        ordering_key=row.ordering_key,
        occurred_at=row.occurred_at,
        depth=row.depth,
        test=row.test,
        type_version=row.type_version,
        cloud_event=row.cloud_event,
        replay_count=row.replay_count,
        source_event_id=row.source_event_id,
        root_event_id=row.root_event_id,
        publisher=row.publisher,
    )
    receipt = None if row.receipt_id is None else _receipt(row)
    return StoredEvent(event, row.root_origin, row.status == "expunged", receipt)


def _receipt(row: Row[Any]) -> StoredReceipt:
    is_gone = row.source_status is None or row.source_deleted_at is not None
    return StoredReceipt(
        webhook_id=row.receipt_webhook_id,
        source_path=row.source_path or "",
        source_status="deleted" if is_gone else row.source_status,
        event_type_signed=row.event_type_signed,
        method=row.request_method,
        path=row.request_path,
        query=row.request_query,
        headers=row.request_headers,
        body=bytes(row.data if row.request_body is None else row.request_body),
        metadata=row.receipt_metadata,
        processing_time_ms=row.processing_time_ms,
        source_ip=row.source_ip,
    )
