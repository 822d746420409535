"""What one event caused, endpoint by endpoint and workflow by workflow, and what its source is bound to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from hookspan.storage.tables import events, executions, webhook_deliveries, webhooks


@dataclass(frozen=True, slots=True)
class SourceBinding:
    """A source's name and the workflow that its requests start, if any."""

    name: str
    workflow_id: str | None


def deliveries_of(connection: Connection, tenant_id: str, event_id: str) -> dict[str, tuple[str, str]]:
    """Id and status of the event's delivery, by endpoint."""
    column = webhook_deliveries.c
    query = select(column.endpoint_id, column.id, column.status).where(
        column.event_id == event_id, column.tenant_id == tenant_id
    )
    return {row.endpoint_id: (row.id, row.status) for row in connection.execute(query)}


def executions_of(connection: Connection, tenant_id: str, event_id: str) -> dict[str, str]:
    """The execution that the event started, by workflow."""
    column = executions.c
    query = select(column.workflow_id, column.id).where(
        column.trigger_event_id == event_id, column.tenant_id == tenant_id
    )
    return {row.workflow_id: row.id for row in connection.execute(query)}


def event_depth(connection: Connection, tenant_id: str, event_id: str) -> int:
    """How many events caused one another before this one."""
    query = select(events.c.depth).where(events.c.id == event_id, events.c.tenant_id == tenant_id)
    return connection.execute(query).scalar() or 0


def source_binding(connection: Connection, tenant_id: str, webhook_id: str) -> SourceBinding | None:
    """How a source is bound now; None when it is gone."""
    column = webhooks.c
    query = select(column.name, column.workflow_id).where(
        column.id == webhook_id, column.tenant_id == tenant_id, column.deleted_at.is_(None)
    )
    row = connection.execute(query).first()
    return None if row is None else SourceBinding(row.name, row.workflow_id)
