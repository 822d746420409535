"""Test sends of endpoints, kept apart from deliveries: what was sent and what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from hookspan.model.deliveries import Attempt
from hookspan.storage.tables import test_sends


@dataclass(frozen=True, slots=True, kw_only=True)
class SentTestRow:
    """One test send; `attempt` is recorded as a delivery's, secrets masked."""

    id: str
    tenant_id: str
    endpoint_id: str
    url: str
    profile: str
    event_type: str
    attempt: Attempt
    sent_body: bytes


def sent_test_insert(connection: Connection, row: SentTestRow) -> None:
    """Keep one."""
    attempt = row.attempt
    connection.execute(
        insert(test_sends).values(
            id=row.id,
            tenant_id=row.tenant_id,
            endpoint_id=row.endpoint_id,
            url=row.url,
            profile=row.profile,
            event_type=row.event_type,
            outcome=attempt.outcome,
            status_code=attempt.status_code,
            duration_ms=attempt.duration_ms,
            timings=attempt.timings,
            request=attempt.request,
            request_body=row.sent_body,
            response_headers=attempt.response_headers,
            response_body=attempt.response_body,
            response_truncated=attempt.response_truncated,
            error=attempt.error,
            created_at=attempt.started_at,
        )
    )


def sent_tests_last(connection: Connection, tenant_id: str, endpoint_id: str, most: int) -> Sequence[SentTestRow]:
    """The latest tests of an endpoint, newest first."""
    column = test_sends.c
    query = (
        select(test_sends)
        .where(column.tenant_id == tenant_id, column.endpoint_id == endpoint_id)
        .order_by(column.id.desc())
        .limit(most)
    )
    return [_sent_test(row) for row in connection.execute(query)]


def _sent_test(row: Row[Any]) -> SentTestRow:
    attempt = Attempt(
        outcome=row.outcome,
        status_code=row.status_code,
        duration_ms=row.duration_ms,
        timings=row.timings,
        request=row.request,
        response_headers=row.response_headers,
        response_body=row.response_body,
        response_truncated=row.response_truncated,
        error=row.error,
        error_code=None if row.outcome == "delivered" else row.outcome,
        started_at=row.created_at,
        finished_at=row.created_at + row.duration_ms,
    )
    return SentTestRow(
        id=row.id,
        tenant_id=row.tenant_id,
        endpoint_id=row.endpoint_id,
        url=row.url,
        profile=row.profile,
        event_type=row.event_type,
        attempt=attempt,
        sent_body=row.request_body,
    )
