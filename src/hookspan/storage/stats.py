"""Counts over a span of time: a span of births is a span of ids, so every count is a range of an index.

What became of deliveries is summed from `delivery_stats`, written while settling, so nothing is scanned; only a filter
that those rows do not know (event type, source, workflow) counts deliveries by their birth.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, case, func, literal, select, text

from hookspan.storage.delivery_tables import LATENCY_BUCKETS
from hookspan.storage.dialect import one_of
from hookspan.storage.keyset import Span, first_id_at, named_tenant
from hookspan.storage.receipts import APART
from hookspan.storage.rejections import rejections_total
from hookspan.storage.tables import delivery_stats, events, executions, webhook_deliveries, webhook_events, webhooks
from hookspan.storage.waiting import waiting

ACCEPTS_MOST = 1_000
"""Receipts from which the latency of accepting is judged, the newest ones."""
READ_MOST = 50_000
"""Rows of one table that a count may look at; what is older is left out, and the answer says from when it counts."""

_NOT_PROCESSED = text("webhook_events.status <> 'processed'")
_IS_TEST = text("webhook_events.test")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsFilter:
    """What is counted."""

    endpoint_id: str | None = None
    webhook_id: str | None = None
    workflow_id: str | None = None
    event_type: str | None = None

    @property
    def is_summed(self) -> bool:
        """Whether the sums written while settling answer it."""
        return self.event_type is None and self.webhook_id is None and self.workflow_id is None


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many rows of a state were born in the step that begins `offset_ms` into the span."""

    offset_ms: int
    status: str
    number: int


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of deliveries in the step that begins `offset_ms` into the span."""

    offset_ms: int
    delivered: int
    exhausted: int
    attempts: int
    failed_attempts: int


@dataclass(frozen=True, slots=True)
class Latencies:
    """Attempts and first attempts by bucket of latency (model/latency.py), and milliseconds of the newest accepts."""

    attempt: Sequence[int]
    first_attempt: Sequence[int]
    accept_ms: Sequence[int]


@dataclass(frozen=True, slots=True)
class Counts:
    """Everything counted of a span in one transaction; `cut` holds the ids at which too long tables were cut."""

    received: Sequence[int]
    apart: Sequence[Bucket]
    deliveries: Sequence[Outcomes]
    latencies: Latencies
    published: int
    executions: Mapping[str, int]
    waiting: Mapping[int, tuple[int, int]]
    cut: Sequence[str]
    rejected: int = 0


def counts(connection: Connection, tenant_id: str, wanted: StatsFilter, steps: Sequence[int], bucket_ms: int) -> Counts:
    """Count the span between the first and the last of `steps` (ms)."""
    span = Span(steps[0], steps[-1])
    deliveries_from = None if wanted.is_summed else counted_from(connection, webhook_deliveries, tenant_id, span)
    executions_from = counted_from(connection, executions, tenant_id, span)
    looks_at_events = wanted.event_type is not None or wanted.workflow_id is not None
    events_from = counted_from(connection, events, tenant_id, span) if looks_at_events else None
    received = receipts_total(connection, tenant_id, wanted, steps)
    tests = tests_total(connection, tenant_id, wanted, steps)
    return Counts(
        [number - test for number, test in zip(received, tests, strict=True)],
        receipts_apart(connection, tenant_id, wanted, span, bucket_ms),
        outcomes_in(connection, tenant_id, wanted, span=span, bucket_ms=bucket_ms, since=deliveries_from),
        latencies_in(connection, tenant_id, wanted, span),
        _published(connection, tenant_id, wanted, span=span, received=sum(received), since=events_from),
        executions_by_state(connection, tenant_id, wanted, span=span, since=executions_from),
        waiting_by_priority(connection, tenant_id),
        [identity for identity in (deliveries_from, executions_from, events_from) if identity is not None],
        _rejected(connection, tenant_id, wanted, span),
    )


def _published(
    connection: Connection, tenant_id: str, wanted: StatsFilter, *, span: Span, received: int, since: str | None
) -> int:
    """An event came in or was published; what came in has a receipt of the same id. A source publishes nothing."""
    if wanted.webhook_id is not None:
        return 0
    if wanted.event_type is not None or wanted.workflow_id is not None:
        return published_looked_at(connection, tenant_id, wanted, span, since)
    return events_total(connection, tenant_id, span) - received


def counted_from(connection: Connection, table: Table, tenant_id: str, span: Span) -> str | None:
    """The id from which on at most READ_MOST rows are left, when there are more in the span."""
    query = (
        select(table.c.id)
        .where(table.c.tenant_id == tenant_id, *span.holds(table.c.id))
        .order_by(table.c.id.desc())
        .offset(READ_MOST - 1)
        .limit(1)
    )
    return connection.execute(query).scalar()


def receipts_total(connection: Connection, tenant_id: str, wanted: StatsFilter, steps: Sequence[int]) -> list[int]:
    """Receipts between each two neighbours of `steps` (ms); reads an index alone where no filter asks for more."""
    column = webhook_events.c
    conditions: list[ColumnElement[bool]] = [column.tenant_id == tenant_id]
    conditions += _receipts_of(wanted)
    numbers = []
    for start, end in pairwise(steps):
        born = (column.id >= first_id_at(start), column.id < first_id_at(end))
        query = select(func.count()).select_from(webhook_events).where(*conditions, *born)
        numbers.append(connection.execute(query).scalar_one())
    return numbers


def _receipts_of(wanted: StatsFilter) -> list[ColumnElement[bool]]:
    """The filter on receipts; those of a workflow are those of the sources that start it now."""
    column = webhook_events.c
    conditions: list[ColumnElement[bool]] = []
    if wanted.webhook_id is not None:
        conditions.append(column.webhook_id == wanted.webhook_id)
    if wanted.workflow_id is not None:
        theirs = select(webhooks.c.id).where(webhooks.c.workflow_id == wanted.workflow_id)
        conditions.append(column.webhook_id.in_(theirs))
    if wanted.event_type is not None:
        conditions.append(column.event_type == wanted.event_type)
    return conditions


def _rejected(connection: Connection, tenant_id: str, wanted: StatsFilter, span: Span) -> int:
    """Refused requests; they reached no workflow, no endpoint and no type."""
    if wanted.workflow_id is not None or wanted.event_type is not None or wanted.endpoint_id is not None:
        return 0
    return rejections_total(connection, tenant_id, wanted.webhook_id, span)


def tests_total(connection: Connection, tenant_id: str, wanted: StatsFilter, steps: Sequence[int]) -> list[int]:
    """Receipts that were tests, in the same steps; they have an index of their own and are few."""
    column = webhook_events.c
    span = Span(steps[0], steps[-1])
    conditions: list[Any] = [column.tenant_id == tenant_id, _IS_TEST, *span.holds(column.id)]
    conditions += _receipts_of(wanted)
    numbers = [0] * (len(steps) - 1)
    for at in connection.execute(select(column.created_at).where(*conditions)).scalars():
        numbers[max(bisect_right(steps, at) - 1, 0)] += 1
    return numbers


def receipts_apart(
    connection: Connection, tenant_id: str, wanted: StatsFilter, span: Span, bucket_ms: int
) -> list[Bucket]:
    """Receipts that were not processed, by state and step of the series."""
    column = webhook_events.c
    apart = (_NOT_PROCESSED, column.test.is_(False), one_of(column.status, APART), *_born(column.created_at, span))
    conditions: list[Any] = [named_tenant(column.tenant_id, tenant_id), *apart]
    conditions += _receipts_of(wanted)
    offset = _offset(column.created_at, span, bucket_ms)
    query = select(offset, column.status, func.count()).where(*conditions).group_by(offset, column.status)
    return [Bucket(offset, status, number) for offset, status, number in connection.execute(query)]


def outcomes_in(
    connection: Connection, tenant_id: str, wanted: StatsFilter, *, span: Span, bucket_ms: int, since: str | None
) -> list[Outcomes]:
    """What became of deliveries, by step: summed where the filter allows, else counted."""
    if not wanted.is_summed:
        return _outcomes_counted(connection, tenant_id, wanted, span=span, bucket_ms=bucket_ms, since=since)
    column = delivery_stats.c
    sums = [func.sum(column[name]) for name in ("delivered", "exhausted", "attempts", "failed_attempts")]
    offset = _offset(column.at, span, bucket_ms)
    query = select(offset, *sums).where(*_summed(tenant_id, wanted, span)).group_by(offset)
    return [Outcomes(*(int(number) for number in row)) for row in connection.execute(query)]


def _outcomes_counted(
    connection: Connection, tenant_id: str, wanted: StatsFilter, *, span: Span, bucket_ms: int, since: str | None
) -> list[Outcomes]:
    """Deliveries by the step of their birth, tests left out, with the attempts made for them."""
    column = webhook_deliveries.c
    conditions = [column.tenant_id == tenant_id, *span.holds(column.id), events.c.test.is_(False)]
    if since is not None:
        conditions.append(column.id >= since)
    for one, value in (
        (column.endpoint_id, wanted.endpoint_id),
        (column.event_type, wanted.event_type),
        (events.c.webhook_id, wanted.webhook_id),
        (events.c.workflow_id, wanted.workflow_id),
    ):
        if value is not None:
            conditions.append(one == value)
    offset = _offset(column.created_at, span, bucket_ms)
    delivered, exhausted = (func.sum(case((column.status == word, 1), else_=0)) for word in ("delivered", "exhausted"))
    attempts = func.sum(column.attempts)
    query = (
        select(offset, delivered, exhausted, attempts, attempts - delivered)
        .join(events, events.c.id == column.event_id)
        .where(*conditions)
        .group_by(offset)
    )
    return [Outcomes(*(int(number) for number in row)) for row in connection.execute(query)]


def latencies_in(connection: Connection, tenant_id: str, wanted: StatsFilter, span: Span) -> Latencies:
    """Latencies of the span; of a type, source or workflow only those of accepting are known."""
    attempt, first = ([0] * LATENCY_BUCKETS, [0] * LATENCY_BUCKETS)
    if wanted.is_summed:
        column = delivery_stats.c
        sums = [
            func.coalesce(func.sum(column[f"{kind}{number}"]), 0) for kind in "af" for number in range(LATENCY_BUCKETS)
        ]
        row = connection.execute(select(*sums).where(*_summed(tenant_id, wanted, span))).one()
        numbers = [int(number) for number in row]
        attempt, first = numbers[:LATENCY_BUCKETS], numbers[LATENCY_BUCKETS:]
    return Latencies(attempt, first, _accepts(connection, tenant_id, wanted, span))


def _accepts(connection: Connection, tenant_id: str, wanted: StatsFilter, span: Span) -> list[int]:
    column = webhook_events.c
    conditions = [column.tenant_id == tenant_id, *span.holds(column.id), column.test.is_(False)]
    conditions += _receipts_of(wanted)
    query = select(column.processing_time_ms).where(*conditions).order_by(column.id.desc()).limit(ACCEPTS_MOST)
    return list(connection.execute(query).scalars())


def _summed(tenant_id: str, wanted: StatsFilter, span: Span) -> list[ColumnElement[bool]]:
    column = delivery_stats.c
    one = [column.endpoint_id == wanted.endpoint_id] if wanted.endpoint_id is not None else []
    return [column.tenant_id == tenant_id, *_born(column.at, span), *one]


def events_total(connection: Connection, tenant_id: str, span: Span) -> int:
    """All events of the span, from an index alone."""
    mine = (events.c.tenant_id == tenant_id, *span.holds(events.c.id))
    return connection.execute(select(func.count()).select_from(events).where(*mine)).scalar_one()


def published_looked_at(
    connection: Connection, tenant_id: str, wanted: StatsFilter, span: Span, since: str | None
) -> int:
    """Events of one type, of one workflow or of both, that neither came in through a source nor are of a test."""
    column = events.c
    # The replay of one that came in has its source too, and a receipt of its own.
    conditions: list[Any] = [column.tenant_id == tenant_id, column.webhook_id.is_(None), column.test.is_(False)]
    conditions += span.holds(column.id)
    if wanted.event_type is not None:
        conditions.append(column.type == wanted.event_type)
    if wanted.workflow_id is not None:
        conditions.append(column.workflow_id == wanted.workflow_id)
    if since is not None:
        conditions.append(column.id >= since)
    return connection.execute(select(func.count()).select_from(events).where(*conditions)).scalar_one()


def executions_by_state(
    connection: Connection, tenant_id: str, wanted: StatsFilter, *, span: Span, since: str | None
) -> dict[str, int]:
    """Executions by state."""
    column = executions.c
    conditions = [column.tenant_id == tenant_id, *span.holds(column.id)]
    if since is not None:
        conditions.append(column.id >= since)
    if wanted.workflow_id is not None:
        conditions.append(column.workflow_id == wanted.workflow_id)
    query = select(column.status, func.count()).where(*conditions).group_by(column.status)
    return {row[0]: row[1] for row in connection.execute(query)}


def waiting_by_priority(connection: Connection, tenant_id: str) -> dict[int, tuple[int, int]]:
    """Deliveries that are due or will be, by priority: how many, and the earliest due time."""
    column = webhook_deliveries.c
    mine = (named_tenant(column.tenant_id, tenant_id),)
    rows = waiting(column.priority, column.due_at, conditions=mine, most=READ_MOST)
    query = select(rows.c.priority, func.count(), func.min(rows.c.due_at)).group_by(rows.c.priority)
    return {priority: (number, due_at) for priority, number, due_at in connection.execute(query)}


def _born(created_at: ColumnElement[int], span: Span) -> list[ColumnElement[bool]]:
    return [created_at >= (span.from_ms or 0), created_at < (span.to_ms or 2**62)]


def _offset(created_at: ColumnElement[int], span: Span, bucket_ms: int) -> ColumnElement[int]:
    # By a remainder, because whole-number division differs between the databases.
    offset = created_at - literal(span.from_ms or 0)
    return offset - offset % bucket_ms
