"""Take an event's content away for good, wherever it was copied to; hash, sizes and states stay (security S52)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, delete, or_, select, update

from hookspan.errors import Conflict, NotFound
from hookspan.model.times import instant
from hookspan.storage.dialect import one_of
from hookspan.storage.search_index import documents_delete
from hookspan.storage.tables import (
    attempts,
    events,
    executions,
    fanouts,
    replays,
    steps,
    webhook_deliveries,
    webhook_events,
    webhook_tests,
)

NOTHING_LEFT = b"null"


def content_erase(connection: Connection, tenant_id: str, event_id: str, now: int) -> bool:
    """Erase body, metadata, request and answers of an event, and cancel what is still owed of it (15).

    NotFound when it is missing or another tenant's, Conflict while it is being sent or worked on; False when it was
    erased before.
    """
    mine = (events.c.tenant_id == tenant_id, events.c.id == event_id)
    row = connection.execute(select(events.c.status, events.c.data).where(*mine).with_for_update()).first()
    if row is None:
        raise NotFound("no such event")
    if row.status == "expunged":
        return False
    deliveries = _ended_deliveries(connection, event_id, now)
    ended = _ended_executions(connection, event_id)
    tomb = {"erased": {"at": instant(now), "size": len(row.data), "sha256": hashlib.sha256(row.data).hexdigest()}}
    emptied = {"data": b"", "metadata": msgspec.json.encode(tomb), "cloud_event": None, "status": "expunged"}
    connection.execute(update(events).where(*mine).values(**emptied))
    connection.execute(delete(fanouts).where(fanouts.c.event_id == event_id))
    documents_delete(connection, tenant_id, [event_id])
    connection.execute(delete(webhook_tests).where(webhook_tests.c.event_id == event_id))
    changed = or_(replays.c.event_id == event_id, replays.c.source_event_id == event_id)
    connection.execute(update(replays).where(changed).values(diff=None))
    connection.execute(
        update(webhook_events)
        .where(webhook_events.c.id == event_id)
        .values(request_query="", request_headers="[]", request_body=None, metadata="{}", error_message=None)
    )
    connection.execute(
        update(attempts)
        .where(one_of(attempts.c.delivery_id, deliveries))
        .values(response_headers=None, response_body=None, response_truncated=False)
    )
    _empty_executions(connection, ended)
    return True


def _ended_deliveries(connection: Connection, event_id: str, now: int) -> Sequence[str]:
    """Every delivery of the event, after what was open is cancelled."""
    column = webhook_deliveries.c
    query = select(column.id, column.status).where(column.event_id == event_id).with_for_update()
    rows = connection.execute(query).all()
    if any(row.status == "sending" for row in rows):
        raise Conflict("it is being sent right now; try again in a moment", code="in_progress")
    connection.execute(
        update(webhook_deliveries)
        .where(column.event_id == event_id, column.status.in_(("pending", "held", "exhausted")))
        .values(status="cancelled", reason="content_erased", completed_at=now)
    )
    connection.execute(update(webhook_deliveries).where(column.event_id == event_id).values(last_error=None))
    return [row.id for row in rows]


def _ended_executions(connection: Connection, event_id: str) -> Sequence[str]:
    column = executions.c
    query = select(column.id, column.status).where(
        column.trigger_event_id.is_not(None), column.trigger_event_id == event_id
    )
    rows = connection.execute(query).all()
    if any(row.status in ("pending", "running", "waiting") for row in rows):
        raise Conflict("a workflow still works on it; cancel its execution first", code="in_use")
    return [row.id for row in rows]


def _empty_executions(connection: Connection, ids: Sequence[str]) -> None:
    connection.execute(
        update(executions)
        .where(one_of(executions.c.id, ids))
        .values(version=executions.c.version + 1, trigger=NOTHING_LEFT, state=None, output=None, error=None)
    )
    connection.execute(
        update(steps).where(one_of(steps.c.execution_id, ids)).values(input=None, output=None, error=None)
    )
