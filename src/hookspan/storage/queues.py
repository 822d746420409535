"""What waits in one tenant by priority, and whether anything is finished at all: health is progress (§4.20)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text, union_all

from hookspan.model.levels import LEVELS
from hookspan.storage.tables import endpoints, events, executions, gates, tenants, webhook_deliveries, webhook_events
from hookspan.storage.waiting import parked, waiting

LOOKED_AT = 50_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work of one kind and priority: due now, since when the oldest is (epoch ms), and under way."""

    depth: int = 0
    oldest_due_at: int | None = None
    in_flight: int = 0


def queues(connection: Connection, tenant_id: str, now: int) -> Mapping[int, Waiting]:
    """The tenant's due and sending deliveries by priority; counts stop at LOOKED_AT rows."""
    table = webhook_deliveries.c
    mine = (table.tenant_id == tenant_id, table.due_at <= now)
    pending = waiting(table.priority, table.due_at, conditions=mine, most=LOOKED_AT)
    sending = (
        select(table.priority)
        .where(text("webhook_deliveries.status = 'sending'"), table.tenant_id == tenant_id)
        .limit(LOOKED_AT)
        .subquery()
    )
    due = select(pending.c.priority, func.count(), func.min(pending.c.due_at)).group_by(pending.c.priority)
    under_way = select(sending.c.priority, func.count()).group_by(sending.c.priority)
    flying = {row[0]: row[1] for row in connection.execute(under_way)}
    found = {row[0]: Waiting(row[1], row[2], flying.pop(row[0], 0)) for row in connection.execute(due)}
    return found | {priority: Waiting(in_flight=number) for priority, number in flying.items()}


@dataclass(frozen=True, slots=True)
class Queues:
    """What waits by level, each kind apart; held are receipts of paused sources, which are nobody's turn."""

    deliveries: Mapping[int, Waiting]
    executions: Mapping[int, Waiting]
    held: Mapping[int, Waiting]


def all_queues(connection: Connection, tenant_id: str, now: int) -> Queues:
    """Everything that waits in a tenant, read in one transaction."""
    return Queues(
        queues(connection, tenant_id, now),
        _executions(connection, tenant_id, now),
        _held(connection, tenant_id),
    )


def _executions(connection: Connection, tenant_id: str, now: int) -> Mapping[int, Waiting]:
    """Due, parked and running executions; what sleeps until a later time does not wait."""
    table = executions.c
    mine = (table.tenant_id == tenant_id, table.priority.in_(LEVELS))
    due = (
        select(table.priority, table.due_at)
        .where(text("executions.due_at IS NOT NULL AND executions.lease_token IS NULL"))
        .where(*mine, table.due_at <= now)
        .limit(LOOKED_AT)
        .subquery()
    )
    both = union_all(select(due), select(parked(*mine, most=LOOKED_AT))).subquery()
    running = (
        select(table.priority)
        .where(text("executions.lease_token IS NOT NULL"), table.tenant_id == tenant_id)
        .limit(LOOKED_AT)
        .subquery()
    )
    waiting_now = select(both.c.priority, func.count(), func.min(both.c.due_at)).group_by(both.c.priority)
    under_way = select(running.c.priority, func.count()).group_by(running.c.priority)
    flying = {row[0]: row[1] for row in connection.execute(under_way)}
    found = {row[0]: Waiting(row[1], row[2], flying.pop(row[0], 0)) for row in connection.execute(waiting_now)}
    return found | {priority: Waiting(in_flight=number) for priority, number in flying.items()}


def _held(connection: Connection, tenant_id: str) -> Mapping[int, Waiting]:
    receipt = webhook_events.c
    # The literal condition lets both planners use the partial index of what was not simply processed.
    held = (
        select(events.c.priority, receipt.created_at)
        .join(events, events.c.id == receipt.id)
        .where(text("webhook_events.status <> 'processed'"), receipt.status == "held", receipt.tenant_id == tenant_id)
        .limit(LOOKED_AT)
        .subquery()
    )
    found = connection.execute(
        select(held.c.priority, func.count(), func.min(held.c.created_at)).group_by(held.c.priority)
    )
    return {row[0]: Waiting(row[1], row[2]) for row in found}


def deliveries_stuck_since(connection: Connection, now: int, silent_since: int) -> int | None:
    """Since when the oldest delivery waits that could be sent: its endpoint is active and its gate open.

    None where there is none, or while an attempt of the whole instance was settled since `silent_since`.
    """
    if (connection.execute(select(func.max(gates.c.last_attempt_at))).scalar() or 0) >= silent_since:
        return None
    table = webhook_deliveries.c
    pending = (
        select(table.endpoint_id, table.due_at)
        .where(text("webhook_deliveries.status = 'pending'"), table.due_at <= now, table.ordering_key.is_(None))
        .limit(LOOKED_AT)
        .subquery()
    )
    is_open = (endpoints.c.status == "active") & (func.coalesce(gates.c.not_before, 0) <= now)
    query = (
        select(func.min(pending.c.due_at))
        .join(endpoints, endpoints.c.id == pending.c.endpoint_id)
        .join(gates, gates.c.endpoint_id == pending.c.endpoint_id, isouter=True)
        .where(is_open)
    )
    return connection.execute(query).scalar()


def _execution_ended_at(connection: Connection) -> int | None:
    ended = (
        select(func.max(executions.c.completed_at))
        .where(executions.c.tenant_id == tenants.c.id, executions.c.completed_at.is_not(None))
        .correlate(tenants)
        .scalar_subquery()
    )
    return connection.execute(select(func.max(ended)).select_from(tenants)).scalar()


def executions_stuck_since(connection: Connection, now: int, silent_since: int) -> int | None:
    """As of deliveries, since when the oldest execution waits that should have a worker: none of its workflow has one.

    Of a workflow that is worked at, more may be due than there is room for, as long as its steps take.
    """
    if (_execution_ended_at(connection) or 0) >= silent_since:
        return None
    table = executions.c
    worked_at = select(table.workflow_id).where(text("executions.lease_token IS NOT NULL"), table.lease_until > now)
    due = (
        select(table.workflow_id, table.due_at)
        .where(text("executions.due_at IS NOT NULL AND executions.lease_token IS NULL"), table.due_at <= now)
        .limit(LOOKED_AT)
        .subquery()
    )
    return connection.execute(select(func.min(due.c.due_at)).where(due.c.workflow_id.not_in(worked_at))).scalar()
