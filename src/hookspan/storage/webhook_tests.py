"""Test requests of sources: the last ten of each with request and response, as they are shown (seed 003 §3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select

from hookspan.storage.tables import webhook_tests

KEPT_MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTestRow:
    """One test; `request` and `response` are JSON, credentials masked before they were written."""

    id: str
    tenant_id: str
    webhook_id: str
    event_id: str | None
    request: str
    response: str
    created_at: int


_COLUMNS = tuple(WebhookTestRow.__dataclass_fields__)


def webhook_test_insert(connection: Connection, row: WebhookTestRow) -> None:
    """Keep one, and forget all but the last ten of its source."""
    connection.execute(insert(webhook_tests).values(asdict(row)))
    column = webhook_tests.c
    mine = (column.tenant_id == row.tenant_id, column.webhook_id == row.webhook_id)
    newest = select(column.id).where(*mine).order_by(column.id.desc()).limit(KEPT_MOST)
    oldest_kept = list(connection.execute(newest).scalars())[-1]
    connection.execute(delete(webhook_tests).where(*mine, column.id < oldest_kept))


def webhook_tests_last(connection: Connection, tenant_id: str, webhook_id: str) -> Sequence[WebhookTestRow]:
    """The last tests of a source, newest first."""
    column = webhook_tests.c
    query = (
        select(webhook_tests)
        .where(column.tenant_id == tenant_id, column.webhook_id == webhook_id)
        .order_by(column.id.desc())
        .limit(KEPT_MOST)
    )
    return [WebhookTestRow(**{name: getattr(row, name) for name in _COLUMNS}) for row in connection.execute(query)]
