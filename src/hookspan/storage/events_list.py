"""Events as they are looked back on: pages by filter, one in full, and what became of them, counted set-wise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from hookspan.errors import NotFound
from hookspan.storage.dialect import one_of
from hookspan.storage.event_walk import Walk, WalkPage, walk_page
from hookspan.storage.keyset import Keyset, named_tenant
from hookspan.storage.receipts import ReceiptRow, receipt_find, receipts_find
from hookspan.storage.tables import events, executions, webhook_deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """An event as stored; `data` and `metadata` are None in lists, `data_size` counts bytes."""

    id: str
    tenant_id: str
    type: str
    origin: str
    webhook_id: str | None
    workflow_id: str | None
    execution_id: str | None
    subject: str | None
    priority: int
    ordering_key: str | None
    status: str
    data: bytes | None
    data_content_type: str
    data_size: int
    metadata: bytes | None
    trace_id: str | None
    replay_count: int
    source_event_id: str | None
    root_event_id: str | None
    test: bool
    created_at: int
    occurred_at: int | None
    deliver_at: int | None = None
    type_version: int | None = None
    cloud_event: str | None = None
    publisher: str | None = None


@dataclass(slots=True)
class EventCounts:
    """What became of an event: its deliveries by state, and the executions it started."""

    deliveries: dict[str, int] = field(default_factory=dict)
    executions: int = 0


@dataclass(frozen=True, slots=True)
class EventsPage:
    """A page of events, what became of each, and the receipts of those that came in."""

    rows: Sequence[EventRow]
    page: WalkPage
    counts: Mapping[str, EventCounts]
    receipts: Mapping[str, ReceiptRow]


_LIGHT = [column for column in events.c if column.name not in ("data", "metadata")]
_SIZE = func.length(events.c.data).label("data_size")


def events_page(connection: Connection, walk: Walk, keyset: Keyset, *, offset: int = 0) -> EventsPage:
    """One page with all that a list shows of it, read in one transaction so that the counts agree with the rows."""
    page = walk_page(connection, walk, keyset, offset=offset)
    rows = {row.id: row for row in events_light(connection, walk.tenant_id, page.ids)}
    found = [rows[identity] for identity in page.ids if identity in rows]
    counts = events_counts(connection, walk.tenant_id, page.ids)
    receipts = receipts_find(connection, walk.tenant_id, page.ids)
    return EventsPage(found, page, counts, receipts)


def events_light(connection: Connection, tenant_id: str, ids: Sequence[str]) -> list[EventRow]:
    """These events without their data, in no order."""
    mine = (named_tenant(events.c.tenant_id, tenant_id), one_of(events.c.id, ids))
    statement: Select[Any] = select(*_LIGHT, _SIZE)
    return [_event(row) for row in connection.execute(statement.where(*mine))]


def event_in_full(
    connection: Connection, tenant_id: str, event_id: str
) -> tuple[EventRow, ReceiptRow | None, EventCounts]:
    """One event with its data, its receipt and what became of it; NotFound when it is missing or another tenant's."""
    row = event_find(connection, tenant_id, event_id)
    receipt = receipt_find(connection, tenant_id, event_id)
    return row, receipt, events_counts(connection, tenant_id, [event_id])[event_id]


def event_find(connection: Connection, tenant_id: str, event_id: str) -> EventRow:
    """One event with its data; NotFound when it is missing or another tenant's."""
    statement: Select[Any] = select(events, _SIZE)
    row = connection.execute(statement.where(events.c.tenant_id == tenant_id, events.c.id == event_id)).first()
    if row is None:
        raise NotFound("no such event")
    return row_in_full(row)


def events_counts(connection: Connection, tenant_id: str, ids: Sequence[str]) -> dict[str, EventCounts]:
    """What became of each of these events."""
    counts = {identity: EventCounts() for identity in ids}
    delivery, execution = webhook_deliveries.c, executions.c
    by_status = (
        select(delivery.event_id, delivery.status, func.count())
        .where(named_tenant(delivery.tenant_id, tenant_id), one_of(delivery.event_id, ids))
        .group_by(delivery.event_id, delivery.status)
    )
    for event_id, status, number in connection.execute(by_status):
        counts[event_id].deliveries[status] = number
    started = (
        select(execution.trigger_event_id, func.count())
        .where(
            named_tenant(execution.tenant_id, tenant_id),
            execution.trigger_event_id.is_not(None),
            one_of(execution.trigger_event_id, ids),
        )
        .group_by(execution.trigger_event_id)
    )
    for event_id, number in connection.execute(started):
        counts[event_id].executions = number
    return counts


def row_in_full(row: Row[Any]) -> EventRow:
    """An event of a row of all columns and `data_size`."""
    return _event(row, data=row.data, metadata=row.metadata)


def _event(row: Row[Any], data: bytes | None = None, metadata: bytes | None = None) -> EventRow:
    return EventRow(
        id=row.id,
        tenant_id=row.tenant_id,
        type=row.type,
        origin=row.origin,
        webhook_id=row.webhook_id,
        workflow_id=row.workflow_id,
        execution_id=row.execution_id,
        subject=row.subject,
        priority=row.priority,
        ordering_key=row.ordering_key,
        status=row.status,
        data=data,
        data_content_type=row.data_content_type,
        data_size=row.data_size,
        metadata=metadata,
        trace_id=row.trace_id,
        replay_count=row.replay_count,
        source_event_id=row.source_event_id,
        root_event_id=row.root_event_id,
        test=row.test,
        created_at=row.created_at,
        occurred_at=row.occurred_at,
        deliver_at=row.deliver_at,
        type_version=row.type_version,
        cloud_event=row.cloud_event,
        publisher=row.publisher,
    )
