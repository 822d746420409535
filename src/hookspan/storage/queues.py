"""What waits in one tenant by priority, and whether anything is finished at all: health is progress (§4.20)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from hookspan.storage.tables import endpoints, gates, webhook_deliveries
from hookspan.storage.waiting import waiting

LOOKED_AT = 50_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """Deliveries of one priority: due now, since when the oldest is (epoch ms), and under way."""

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


def finished_at(connection: Connection) -> int | None:
    """When the last attempt of the whole instance was settled."""
    return connection.execute(select(func.max(gates.c.last_attempt_at))).scalar()


def claimable_since(connection: Connection, now: int) -> int | None:
    """Since when the oldest delivery waits that could be sent: its endpoint is active and its gate open."""
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
