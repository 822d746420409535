"""Numbers of endpoints, summed from what was counted while settling (contracts C.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from hookspan.errors import NotFound
from hookspan.storage.delivery_tables import LATENCY_BUCKETS
from hookspan.storage.dialect import one_of
from hookspan.storage.keyset import SCANNED_MOST, Span
from hookspan.storage.tables import delivery_stats, endpoints, gates, webhook_deliveries

_stats = delivery_stats.c
_deliveries = webhook_deliveries.c


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointNumbers:
    """All that is kept of one endpoint; `latencies` counts attempts by bucket, times are epoch milliseconds.

    `cancelled` are deliveries that people ended after a failed attempt, among the newest SCANNED_MOST.
    """

    deliveries: int
    delivered: int
    exhausted: int
    cancelled: int
    attempts: int
    duration_ms: int
    latencies: Sequence[int]
    last_attempt_at: int | None
    last_ok_at: int | None
    last_failure_at: int | None


@dataclass(frozen=True, slots=True)
class EndpointStep:
    """What became of an endpoint's deliveries in a span of five minutes that begins at `at`."""

    endpoint_id: str
    at: int
    delivered: int
    exhausted: int
    attempts: int
    failed_attempts: int


def endpoint_numbers(connection: Connection, tenant_id: str, endpoint_id: str, since: int = 0) -> EndpointNumbers:
    """The numbers of one endpoint since then (epoch ms); NotFound when it is missing, deleted or another tenant's.

    When it last succeeded and failed is told whenever it was.
    """
    column = endpoints.c
    mine = (column.tenant_id == tenant_id, column.id == endpoint_id, column.deleted_at.is_(None))
    if connection.execute(select(column.id).where(*mine)).first() is None:
        raise NotFound("no such endpoint")
    names = ("delivered", "exhausted", "attempts", "duration_ms", *(f"a{number}" for number in range(LATENCY_BUCKETS)))
    sums = [func.coalesce(func.sum(_stats[name]), 0) for name in names]
    row = connection.execute(select(*sums).where(_stats.endpoint_id == endpoint_id, _stats.at >= since)).one()
    delivered, exhausted, attempts, duration_ms, *latencies = (int(number) for number in row)
    times = select(gates.c.last_attempt_at, gates.c.last_ok_at, gates.c.last_failure_at)
    last = connection.execute(times.where(gates.c.endpoint_id == endpoint_id)).first() or (None, None, None)
    return EndpointNumbers(
        deliveries=_born(connection, endpoint_id, since),
        delivered=delivered,
        exhausted=exhausted,
        cancelled=_cancelled(connection, endpoint_id, since),
        attempts=attempts,
        duration_ms=duration_ms,
        latencies=latencies,
        last_attempt_at=last[0],
        last_ok_at=last[1],
        last_failure_at=last[2],
    )


def _born(connection: Connection, endpoint_id: str, since: int) -> int:
    """From an index alone."""
    born = (_deliveries.endpoint_id == endpoint_id, *Span(since or None).holds(_deliveries.id))
    return connection.execute(select(func.count()).select_from(webhook_deliveries).where(*born)).scalar_one()


def _cancelled(connection: Connection, endpoint_id: str, since: int) -> int:
    newest = (
        select(_deliveries.status, _deliveries.attempts)
        .where(_deliveries.endpoint_id == endpoint_id, *Span(since or None).holds(_deliveries.id))
        .order_by(_deliveries.id.desc())
        .limit(SCANNED_MOST)
        .subquery()
    )
    ended = (newest.c.status == "cancelled", newest.c.attempts > 0)
    return connection.execute(select(func.count()).select_from(newest).where(*ended)).scalar_one()


def endpoints_steps(
    connection: Connection, tenant_id: str, ids: Sequence[str], since: int
) -> tuple[dict[str, str], list[EndpointStep]]:
    """The status of each of these endpoints that exists, and their counts since then, oldest first."""
    column = endpoints.c
    query = select(column.id, column.status).where(
        column.tenant_id == tenant_id, one_of(column.id, ids), column.deleted_at.is_(None)
    )
    statuses = {row[0]: row[1] for row in connection.execute(query)}
    counted = (
        select(
            _stats.endpoint_id, _stats.at, _stats.delivered, _stats.exhausted, _stats.attempts, _stats.failed_attempts
        )
        .where(one_of(_stats.endpoint_id, sorted(statuses)), _stats.at >= since)
        .order_by(_stats.at)
    )
    return statuses, [EndpointStep(*row) for row in connection.execute(counted)]
