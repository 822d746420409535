"""Events as they are looked back on: pages by filter, one in full, and what became of them, counted set-wise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, or_, select

from hookspan.errors import NotFound
from hookspan.storage.dialect import one_of
from hookspan.storage.keyset import ALWAYS, Keyset, Slice, Span, keyset_slice, named_tenant
from hookspan.storage.receipts import ReceiptRow, receipt_find, receipts_find
from hookspan.storage.tables import events, executions, webhook_deliveries, webhook_events


@dataclass(frozen=True, slots=True)
class TypeMatch:
    """Stored types that may match a pattern: exact names, all below a prefix, every inbound event, or any at all."""

    names: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    is_inbound: bool = False
    is_any: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events a list shows; an empty member does not filter. `is_test` None shows both.

    `now` tells scheduled events that are still waiting from those whose time has come, which count as stored.
    """

    types: TypeMatch | None = None
    origins: Sequence[str] = ()
    webhook_ids: Sequence[str] = ()
    workflow_ids: Sequence[str] = ()
    execution_ids: Sequence[str] = ()
    receipt_statuses: Sequence[str] = ()
    event_statuses: Sequence[str] = ()
    delivery_statuses: Sequence[str] = ()
    endpoint_ids: Sequence[str] = ()
    subject: str | None = None
    ordering_key: str | None = None
    priority: int | None = None
    is_test: bool | None = None
    span: Span = ALWAYS
    now: int = 0


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
    page: Slice
    counts: Mapping[str, EventCounts]
    receipts: Mapping[str, ReceiptRow]


_LIGHT = [column for column in events.c if column.name not in ("data", "metadata")]
_SIZE = func.length(events.c.data).label("data_size")


def events_slice(
    connection: Connection, tenant_id: str, wanted: EventFilter, keyset: Keyset
) -> tuple[list[EventRow], Slice]:
    """One page without data; a filter looks through a bounded number of events."""
    born = (events.c.tenant_id == tenant_id, *wanted.span.holds(events.c.id))
    conditions = conditions_of(wanted)
    scanned = select(events.c.id).where(*born) if conditions else None
    statement = select(*_LIGHT, _SIZE).where(*born, *conditions)
    page = keyset_slice(connection, statement, events.c.id, keyset, scanned=scanned)
    return [_event(row) for row in page.rows], page


def events_page(connection: Connection, tenant_id: str, wanted: EventFilter, keyset: Keyset) -> EventsPage:
    """One page with all that a list shows of it, read in one transaction so that the counts agree with the rows."""
    rows, page = events_slice(connection, tenant_id, wanted, keyset)
    counts = events_counts(connection, tenant_id, [row.id for row in rows])
    receipts = receipts_find(connection, tenant_id, [row.id for row in rows if row.origin == "webhook"])
    return EventsPage(rows, page, counts, receipts)


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


def conditions_of(wanted: EventFilter) -> list[ColumnElement[bool]]:
    """The filter as conditions on an event, its span of time left out."""
    column = events.c
    among = (
        (column.origin, wanted.origins),
        (column.webhook_id, wanted.webhook_ids),
        (column.workflow_id, wanted.workflow_ids),
        (column.execution_id, wanted.execution_ids),
    )
    equal = (
        (column.subject, wanted.subject),
        (column.ordering_key, wanted.ordering_key),
        (column.priority, wanted.priority),
        (column.test, wanted.is_test),
    )
    conditions: list[ColumnElement[bool]] = [one_of(one, values) for one, values in among if values]
    conditions += [one == value for one, value in equal if value is not None]
    if wanted.event_statuses:
        conditions.append(or_(*(_in_status(word, wanted.now) for word in wanted.event_statuses)))
    if wanted.types is not None and not wanted.types.is_any:
        conditions.append(_of_types(wanted.types))
    if wanted.receipt_statuses:
        receipt = webhook_events.c
        conditions.append(exists().where(receipt.id == column.id, one_of(receipt.status, wanted.receipt_statuses)))
    if wanted.delivery_statuses or wanted.endpoint_ids:
        conditions.append(_delivered(wanted))
    return conditions


def _in_status(word: str, now: int) -> ColumnElement[bool]:
    """A scheduled event whose time has come is shown as stored: no row changes at that moment."""
    column = events.c
    if word == "scheduled":
        return and_(column.status == word, column.deliver_at > now)
    if word == "stored":
        return or_(column.status == word, and_(column.status == "scheduled", column.deliver_at <= now))
    return column.status == word


def _of_types(types: TypeMatch) -> ColumnElement[bool]:
    # A range and not LIKE: it uses byte order on both databases, and LIKE folds case on one of them.
    below = [and_(events.c.type > f"{prefix}.", events.c.type < f"{prefix}/") for prefix in types.prefixes]
    inbound = [events.c.origin == "webhook"] if types.is_inbound else []
    return or_(one_of(events.c.type, sorted(types.names)), *below, *inbound)


def _delivered(wanted: EventFilter) -> ColumnElement[bool]:
    delivery = webhook_deliveries.c
    conditions: list[ColumnElement[bool]] = [delivery.event_id == events.c.id]
    if wanted.delivery_statuses:
        conditions.append(one_of(delivery.status, wanted.delivery_statuses))
    if wanted.endpoint_ids:
        conditions.append(one_of(delivery.endpoint_id, wanted.endpoint_ids))
    return exists().where(*conditions)


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
