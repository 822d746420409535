"""Failures of deliveries put together: by endpoint, error code and status of the last attempt (contracts C.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, func, select

from hookspan.storage.deliveries_list import DeliveryFilter, conditions_of, last_attempt_number
from hookspan.storage.keyset import SCANNED_MOST
from hookspan.storage.tables import attempts, webhook_deliveries

OPEN_STATES = ("pending", "held", "exhausted")
SAMPLES_MOST = 5
ISSUES_MOST = 250


@dataclass(slots=True)
class Issue:
    """Deliveries of one endpoint that last failed in one way; times are epoch ms, samples the newest ids."""

    endpoint_id: str
    error_code: str
    status_code: int | None
    first_seen_at: int
    last_seen_at: int
    count: int = 0
    exhausted: int = 0
    samples: list[str] = field(default_factory=list)


def issues_find(connection: Connection, tenant_id: str, wanted: DeliveryFilter) -> tuple[Sequence[Issue], int | None]:
    """The issues with most deliveries first, and from when on they are complete when there were too many to look at.

    Without states asked for, those count that can still be helped: waiting, held and given up.
    """
    column = webhook_deliveries.c
    mine = (column.tenant_id == tenant_id, *wanted.span.holds(column.id))
    edge = select(column.id, column.created_at).where(*mine).order_by(column.id.desc())
    bound = connection.execute(edge.offset(SCANNED_MOST - 1).limit(1)).first()
    looked_at = mine if bound is None else (*mine, column.id >= bound.id)
    if not wanted.statuses:
        wanted = replace(wanted, statuses=OPEN_STATES)
    last = attempts.c
    query = (
        select(
            column.id,
            column.endpoint_id,
            func.coalesce(last.error_code, last.outcome).label("code"),
            last.status_code,
            column.status,
            last.started_at,
        )
        .join_from(
            webhook_deliveries, attempts, (last.delivery_id == column.id) & (last.number == last_attempt_number())
        )
        .where(*looked_at, *conditions_of(wanted), last.outcome != "delivered")
        .order_by(column.id.desc())
    )
    found: dict[tuple[str, str, int | None], Issue] = {}
    for row in connection.execute(query):
        key = (row.endpoint_id, row.code, row.status_code)
        issue = found.setdefault(key, Issue(*key, row.started_at, row.started_at))
        issue.count += 1
        issue.exhausted += row.status == "exhausted"
        issue.first_seen_at = min(issue.first_seen_at, row.started_at)
        issue.last_seen_at = max(issue.last_seen_at, row.started_at)
        if len(issue.samples) < SAMPLES_MOST:
            issue.samples.append(row.id)
    worst = sorted(found.values(), key=lambda issue: (-issue.count, -issue.last_seen_at, issue.endpoint_id))
    return worst[:ISSUES_MOST], None if bound is None else bound.created_at
