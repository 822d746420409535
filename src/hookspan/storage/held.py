"""Receipts that a paused source holds: counted, found in order of arrival, let go one by one.

Letting one go is one transaction, and it is conditional: of two processes that try, one finds nothing to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, Exists, exists, func, or_, select, text, update

from hookspan import failpoints
from hookspan.model.events import Birth
from hookspan.storage.events import count_triggers, insert_work, record_judged, stale_tenants
from hookspan.storage.stored_events import StoredEvent, stored_of, stored_select
from hookspan.storage.tables import events, webhook_events, webhooks

Released = Literal["done", "stale", "lost"]
"""Written; matched against an old routing, so match again; not held any more, or its source changed."""

# A literal, so that the partial index over what is held serves this.
_HELD = text("webhook_events.status = 'held'")


@dataclass(frozen=True, slots=True)
class HeldSource:
    """A source whose receipts need not be held any longer."""

    webhook_id: str
    path: str
    is_deleted: bool


def held_counts(connection: Connection) -> dict[str, int]:
    """How many receipts each source holds."""
    column = webhook_events.c.webhook_id
    query = select(column, func.count()).where(_HELD).group_by(column)
    return {row[0]: row[1] for row in connection.execute(query)}


def held_sources(connection: Connection) -> list[HeldSource]:
    """Sources that hold receipts and are active or deleted; a glance where nothing is held at all."""
    if connection.execute(select(webhook_events.c.id).where(_HELD).limit(1)).first() is None:
        return []
    column = webhooks.c
    holds = exists().where(webhook_events.c.webhook_id == column.id, _HELD)
    is_open = or_(column.status == "active", column.deleted_at.is_not(None))
    query = select(column.id, column.path, column.deleted_at).where(is_open, holds).order_by(column.id)
    return [HeldSource(row.id, row.path, row.deleted_at is not None) for row in connection.execute(query)]


def held_next(connection: Connection, webhook_id: str, most: int) -> list[StoredEvent]:
    """The next receipts of a source in order of arrival."""
    column = webhook_events.c
    first = select(column.id).where(column.webhook_id == webhook_id, _HELD).order_by(column.id).limit(most)
    query = stored_select().where(events.c.id.in_(first)).order_by(events.c.id)
    return [stored_of(row) for row in connection.execute(query)]


def held_release(connection: Connection, birth: Birth) -> Released:
    """Let one receipt of an active source go: what became of it, and all the work it causes."""
    receipt = birth.receipt
    assert receipt is not None
    column = webhooks.c
    owner = (column.id == receipt.webhook_id, column.status == "active", column.deleted_at.is_(None))
    return _let_go(connection, birth, exists().where(*owner))


def held_end(connection: Connection, birth: Birth) -> Released:
    """End one receipt of a deleted source: nothing comes of it."""
    receipt = birth.receipt
    assert receipt is not None
    column = webhooks.c
    return _let_go(connection, birth, exists().where(column.id == receipt.webhook_id, column.deleted_at.is_not(None)))


def _let_go(connection: Connection, birth: Birth, owner: Exists) -> Released:
    if stale_tenants(connection, [birth]):
        return "stale"
    event, receipt = birth.event, birth.receipt
    assert receipt is not None
    is_waiting = birth.fanout and receipt.status == "processed"
    moved = connection.execute(
        update(webhook_events)
        .where(webhook_events.c.id == event.id, webhook_events.c.status == "held", owner)
        .values(
            status="received" if is_waiting else receipt.status,
            execution_id=birth.own_execution_id,
            event_type=receipt.event_type,
            event_type_signed=receipt.event_type_signed,
            request_body=receipt.request_body,
            error_code=receipt.error_code,
            error_message=receipt.error_message,
            filtered_reason=receipt.filtered_reason,
        )
    )
    if moved.rowcount == 0:
        return "lost"
    failpoints.reach("held.in_tx")
    _event_update(connection, birth)
    insert_work(connection, [birth])
    record_judged(connection, birth.facts)
    count_triggers(connection, [birth])
    return "done"


def _event_update(connection: Connection, birth: Birth) -> None:
    """The event becomes what its source makes of it now."""
    event = birth.event
    connection.execute(
        update(events)
        .where(events.c.id == event.id, events.c.status != "expunged")
        .values(
            type=event.type,
            data=event.data,
            data_content_type=event.data_content_type,
            workflow_id=event.workflow_id,
            priority=event.priority,
            ordering_key=event.ordering_key,
            type_version=event.type_version,
        )
    )
