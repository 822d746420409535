"""Events that wait for their time: taking one back before it comes, with all that would have followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from hookspan.errors import Conflict, NotFound
from hookspan.model.events import Birth
from hookspan.storage.events import record_judged, stale_tenants
from hookspan.storage.tables import events, executions, fanouts, webhook_deliveries

_UNSENT = ("pending", "held", "exhausted")


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was taken back with an event: how many deliveries, and which executions."""

    deliveries: int
    execution_ids: frozenset[str]


def waiting_executions(connection: Connection, tenant_id: str, event_id: str) -> list[str]:
    """Ids of the executions that wait for an event's hour."""
    column = executions.c
    query = select(column.id).where(column.trigger_event_id == event_id, column.tenant_id == tenant_id)
    waits = (column.status == "pending", column.lease_token.is_(None))
    return list(connection.execute(query.where(*waits).order_by(column.id)).scalars())


def withdraw(
    connection: Connection, tenant_id: str, event_id: str, now: int, births: Sequence[Birth]
) -> Withdrawn | None:
    """As `cancel`, with the facts of those executions that end by it; None when the births are stale."""
    if stale_tenants(connection, births):
        return None
    withdrawn = cancel(connection, tenant_id, event_id, now)
    record_judged(connection, [birth for birth in births if birth.event.execution_id in withdrawn.execution_ids])
    return withdrawn


def cancel(connection: Connection, tenant_id: str, event_id: str, now: int) -> Withdrawn:
    """Cancel a scheduled event, its deliveries and the executions that wait for it, all or none.

    The guard is the row itself, so that of two calls, or of a call and the hour, one wins. Raises NotFound, and
    Conflict for an event that is due, was never scheduled, or is cancelled already.
    """
    column = events.c
    is_own = (column.id == event_id, column.tenant_id == tenant_id)
    is_waiting = (column.status == "scheduled", column.deliver_at > now)
    if not connection.execute(update(events).where(*is_own, *is_waiting).values(status="cancelled")).rowcount:
        found = connection.execute(select(column.status, column.deliver_at).where(*is_own)).first()
        if found is None:
            raise NotFound("no such event")
        raise Conflict(_why(found.status, found.deliver_at))
    connection.execute(delete(fanouts).where(fanouts.c.event_id == event_id))
    delivery = webhook_deliveries.c
    deliveries = connection.execute(
        update(webhook_deliveries)
        .where(delivery.event_id == event_id, delivery.tenant_id == tenant_id, delivery.status.in_(_UNSENT))
        .values(status="cancelled", reason="user", completed_at=now)
    ).rowcount
    return Withdrawn(deliveries, _cancel_executions(connection, tenant_id, event_id, now))


def _cancel_executions(connection: Connection, tenant_id: str, event_id: str, now: int) -> frozenset[str]:
    """Those that nobody has begun: the rows are looked at again where they are changed."""
    column = executions.c
    ended = (
        update(executions)
        .where(column.trigger_event_id == event_id, column.tenant_id == tenant_id)
        .where(column.status == "pending", column.lease_token.is_(None))
        .values(status="cancelled", due_at=None, completed_at=now, version=column.version + 1)
        .returning(column.id)
    )
    return frozenset(connection.execute(ended).scalars())


def _why(status: str, deliver_at: int | None) -> str:
    if status == "cancelled":
        return "the event is cancelled already"
    # Released it is `stored` like any other, but not without its hour.
    was_scheduled = deliver_at is not None
    return "its hour has come; cancel its deliveries instead" if was_scheduled else "the event was not scheduled"
