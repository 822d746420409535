"""Events that wait for their time: taking one back before it comes, with every delivery that would have followed."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update

from hookspan.errors import Conflict, NotFound
from hookspan.storage.tables import events, fanouts, webhook_deliveries

_UNSENT = ("pending", "held", "exhausted")


def cancel(connection: Connection, tenant_id: str, event_id: str, now: int) -> int:
    """Cancel a scheduled event and its deliveries, all or none; how many deliveries.

    The guard is the row itself, so that of two calls, or of a call and the hour, one wins. Raises NotFound, and
    Conflict for an event that is due, was never scheduled, or is cancelled already.
    """
    column = events.c
    is_own = (column.id == event_id, column.tenant_id == tenant_id)
    is_waiting = (column.status == "scheduled", column.deliver_at > now)
    if not connection.execute(update(events).where(*is_own, *is_waiting).values(status="cancelled")).rowcount:
        status = connection.execute(select(column.status).where(*is_own)).scalar()
        if status is None:
            raise NotFound("no such event")
        raise Conflict(_why(status))
    connection.execute(delete(fanouts).where(fanouts.c.event_id == event_id))
    delivery = webhook_deliveries.c
    return connection.execute(
        update(webhook_deliveries)
        .where(delivery.event_id == event_id, delivery.tenant_id == tenant_id, delivery.status.in_(_UNSENT))
        .values(status="cancelled", reason="user", completed_at=now)
    ).rowcount


def _why(status: str) -> str:
    if status == "cancelled":
        return "the event is cancelled already"
    return "the event is due; cancel its deliveries instead" if status == "scheduled" else "the event was not scheduled"
