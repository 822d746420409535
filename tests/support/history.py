"""Words for tests of the history: events and receipts written as they would have been, many at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from hookspan.model.ids import new_id
from hookspan.storage.dialect import insert_rows
from hookspan.storage.tables import events, tenants, webhook_events

EVENT_COLUMNS = (
    "id tenant_id type origin webhook_id subject priority status data data_content_type replay_count test created_at"
)
RECEIPT_COLUMNS = (
    "id tenant_id webhook_id event_type event_type_signed request_method request_path request_headers body_size "
    "response_status processing_time_ms status source_ip error_code test created_at"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One inbound request of the past; `at` is its birth in epoch ms."""

    at: int
    body: bytes = b"{}"
    source: str = "01890000-0000-7000-8000-000000000001"
    type: str = "order.paid"
    headers: Sequence[tuple[str, str]] = (("content-type", "application/json"),)
    status: str = "processed"
    method: str = "POST"
    answered: int = 202
    took_ms: int = 3
    source_ip: str | None = "203.0.113.9"
    error_code: str | None = None
    subject: str | None = None
    replay_count: int = 0
    test: bool = False
    priority: int = 1


def remember(connection: Connection, tenant_id: str, pasts: Sequence[Past]) -> list[str]:
    """Write them; their ids."""
    ids = [new_id(past.at) for past in pasts]
    pairs = list(zip(ids, pasts, strict=True))
    insert_rows(connection, events, EVENT_COLUMNS, [_event(identity, tenant_id, past) for identity, past in pairs])
    rows = [_receipt(identity, tenant_id, past) for identity, past in pairs]
    insert_rows(connection, webhook_events, RECEIPT_COLUMNS, rows)
    return ids


def add_tenant(connection: Connection, name: str) -> str:
    """The id of a new tenant."""
    identity = new_id(1)
    insert_rows(connection, tenants, "id slug name status created_at", [(identity, name, name, "active", 1)])
    return identity


def _event(identity: str, tenant_id: str, past: Past) -> tuple[object, ...]:
    stored = (past.source, past.subject, past.priority, "stored", past.body, "application/json")
    return (identity, tenant_id, past.type, "webhook", *stored, past.replay_count, past.test, past.at)


def _receipt(identity: str, tenant_id: str, past: Past) -> tuple[object, ...]:
    asked = (past.type, False, past.method, "/api/v1/webhooks/abc", json.dumps(list(past.headers)), len(past.body))
    judged = (past.answered, past.took_ms, past.status, past.source_ip, past.error_code, past.test, past.at)
    return (identity, tenant_id, past.source, *asked, *judged)
