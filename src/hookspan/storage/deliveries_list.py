"""Deliveries and attempts as they are looked back on: pages by filter, one in full, its attempts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, or_, select, text

from hookspan.errors import NotFound
from hookspan.storage.dialect import one_of
from hookspan.storage.keyset import ALWAYS, Keyset, Slice, Span, keyset_slice, named_tenant, total_of
from hookspan.storage.tables import attempts, endpoints, webhook_deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries a list shows; `status_spans` are half-open ranges of the last answer's status code.

    `outcomes` are those of the last recorded attempt, `reasons` say why a state was entered.
    """

    statuses: Sequence[str] = ()
    reasons: Sequence[str] = ()
    outcomes: Sequence[str] = ()
    endpoint_ids: Sequence[str] = ()
    event_ids: Sequence[str] = ()
    event_types: Sequence[str] = ()
    status_spans: Sequence[tuple[int, int]] = ()
    priority: int | None = None
    span: Span = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """A delivery with the URL its endpoint has now; times are epoch milliseconds."""

    id: str
    tenant_id: str
    event_id: str
    endpoint_id: str
    event_type: str
    delivered_name: str
    url: str
    method: str
    profile: str
    unsafe_numbers: str
    status: str
    reason: str | None
    attempts: int
    max_attempts: int
    due_at: int
    last_attempt_at: int | None
    last_status_code: int | None
    last_error: str | None
    priority: int
    ordering_key: str | None
    created_at: int
    completed_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    """One HTTP try as recorded; request, timings and response headers are JSON text, masked when stored."""

    delivery_id: str
    number: int
    trigger: str
    outcome: str
    status_code: int | None
    duration_ms: int | None
    timings: str | None
    request: str | None
    response_headers: str | None
    response_body: bytes | None
    response_truncated: bool
    error: str | None
    error_code: str | None
    started_at: int
    finished_at: int | None


def deliveries_slice(
    connection: Connection, tenant_id: str, wanted: DeliveryFilter, keyset: Keyset
) -> tuple[list[DeliveryRow], Slice]:
    """One page; a filter that no index serves looks through a bounded number of deliveries."""
    column = webhook_deliveries.c
    born = wanted.span.holds(column.id)
    conditions = conditions_of(wanted)
    scanned = None
    if conditions and not wanted.event_ids:
        scanned = select(column.id).where(column.tenant_id == tenant_id, *born)
    page = keyset_slice(connection, _select(tenant_id).where(*born, *conditions), column.id, keyset, scanned=scanned)
    return [_delivery(row) for row in page.rows], page


def deliveries_due_slice(
    connection: Connection, tenant_id: str, wanted: DeliveryFilter, keyset: Keyset
) -> tuple[list[DeliveryRow], Slice]:
    """One page of what is pending, the next to be attempted first; an edge is `<due_at>~<id>`."""
    column = webhook_deliveries.c
    rising = not keyset.backward
    statement = _select(tenant_id).where(
        text("webhook_deliveries.status = 'pending'"), *wanted.span.holds(column.id), *conditions_of(wanted)
    )
    total = total_of(connection, statement, column.id) if keyset.counted else None
    if keyset.edge is not None:
        due_at, _, identity = keyset.edge.partition("~")
        at = int(due_at)
        beyond = (column.due_at > at, column.id > identity) if rising else (column.due_at < at, column.id < identity)
        statement = statement.where(or_(beyond[0], and_(column.due_at == at, beyond[1])))
    order = (column.due_at, column.id) if rising else (column.due_at.desc(), column.id.desc())
    rows = list(connection.execute(statement.order_by(*order).limit(keyset.limit + 1)))
    more, rows = len(rows) > keyset.limit, rows[: keyset.limit]
    if keyset.backward:
        rows.reverse()
    first, last = (f"{row.due_at}~{row.id}" for row in (rows[0], rows[-1])) if rows else (keyset.edge, None)
    has_next, has_previous = (True, more) if keyset.backward else (more, keyset.edge is not None)
    return [_delivery(row) for row in rows], Slice(rows, has_next, has_previous, first, last, total=total)


def deliveries_find(connection: Connection, tenant_id: str, ids: Sequence[str]) -> list[DeliveryRow]:
    """These deliveries, newest first."""
    column = webhook_deliveries.c
    query = _select(tenant_id).where(one_of(column.id, ids)).order_by(column.id.desc())
    return [_delivery(row) for row in connection.execute(query)]


def delivery_find(connection: Connection, tenant_id: str, delivery_id: str) -> DeliveryRow:
    """One delivery; NotFound when it is missing or another tenant's."""
    row = connection.execute(_select(tenant_id).where(webhook_deliveries.c.id == delivery_id)).first()
    if row is None:
        raise NotFound("no such delivery")
    return _delivery(row)


def attempts_find(connection: Connection, tenant_id: str, delivery_id: str) -> list[AttemptRow]:
    """All attempts of a delivery, oldest first; NotFound when the delivery is missing or another tenant's."""
    delivery_find(connection, tenant_id, delivery_id)
    column = attempts.c
    query = select(attempts).where(column.tenant_id == tenant_id, column.delivery_id == delivery_id)
    return [_attempt(row) for row in connection.execute(query.order_by(column.number))]


def attempts_of(connection: Connection, tenant_id: str, delivery_ids: Sequence[str]) -> dict[str, list[AttemptRow]]:
    """All attempts of these deliveries, oldest first; a delivery that was never tried is left out."""
    column = attempts.c
    query = select(attempts).where(named_tenant(column.tenant_id, tenant_id), one_of(column.delivery_id, delivery_ids))
    found: dict[str, list[AttemptRow]] = {}
    for row in connection.execute(query.order_by(column.delivery_id, column.number)):
        found.setdefault(row.delivery_id, []).append(_attempt(row))
    return found


def attempt_find(connection: Connection, tenant_id: str, delivery_id: str, number: int) -> AttemptRow:
    """One attempt by its number."""
    column = attempts.c
    query = select(attempts).where(
        column.tenant_id == tenant_id, column.delivery_id == delivery_id, column.number == number
    )
    row = connection.execute(query).first()
    if row is None:
        raise NotFound("no such attempt")
    return _attempt(row)


def _select(tenant_id: str) -> Select[Any]:
    return (
        select(webhook_deliveries, endpoints.c.url, endpoints.c.method)
        .join(endpoints, endpoints.c.id == webhook_deliveries.c.endpoint_id)
        .where(webhook_deliveries.c.tenant_id == tenant_id)
    )


def conditions_of(wanted: DeliveryFilter) -> list[ColumnElement[bool]]:
    """The filter as conditions on a delivery, its span of time left out."""
    column = webhook_deliveries.c
    among = (
        (column.status, wanted.statuses),
        (column.reason, wanted.reasons),
        (column.endpoint_id, wanted.endpoint_ids),
        (column.event_id, wanted.event_ids),
        (column.event_type, wanted.event_types),
    )
    conditions: list[ColumnElement[bool]] = [one_of(one, values) for one, values in among if values]
    if wanted.status_spans:
        conditions.append(or_(*(column.last_status_code.between(low, high - 1) for low, high in wanted.status_spans)))
    if wanted.priority is not None:
        conditions.append(column.priority == wanted.priority)
    if wanted.outcomes:
        last = exists().where(attempts.c.delivery_id == column.id, attempts.c.number == last_attempt_number())
        conditions.append(last.where(one_of(attempts.c.outcome, wanted.outcomes)))
    return conditions


def last_attempt_number() -> ColumnElement[int]:
    """The number of a delivery's last recorded attempt, read from the end of the attempts' key."""
    recorded = attempts.alias("recorded")
    newest = select(func.max(recorded.c.number)).where(recorded.c.delivery_id == webhook_deliveries.c.id)
    return newest.correlate(webhook_deliveries).scalar_subquery()


def _delivery(row: Row[Any]) -> DeliveryRow:
    return DeliveryRow(
        id=row.id,
        tenant_id=row.tenant_id,
        event_id=row.event_id,
        endpoint_id=row.endpoint_id,
        event_type=row.event_type,
        delivered_name=row.delivered_name,
        url=row.url,
        method=row.method,
        profile=row.profile,
        unsafe_numbers=row.unsafe_numbers,
        status=row.status,
        reason=row.reason,
        attempts=row.attempts,
        max_attempts=row.max_attempts,
        due_at=row.due_at,
        last_attempt_at=row.last_attempt_at,
        last_status_code=row.last_status_code,
        last_error=row.last_error,
        priority=row.priority,
        ordering_key=row.ordering_key,
        created_at=row.created_at,
        completed_at=row.completed_at if row.first_delivered_at is None else row.first_delivered_at,
    )


def _attempt(row: Row[Any]) -> AttemptRow:
    return AttemptRow(
        delivery_id=row.delivery_id,
        number=row.number,
        trigger=row.trigger,
        outcome=row.outcome,
        status_code=row.status_code,
        duration_ms=row.duration_ms,
        timings=row.timings,
        request=row.request,
        response_headers=row.response_headers,
        response_body=row.response_body,
        response_truncated=row.response_truncated,
        error=row.error,
        error_code=row.error_code,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
