"""Which version of a workflow runs now."""

from __future__ import annotations

from sqlalchemy import Connection, select

from hookspan.storage.tables import workflows


def workflow_binding(connection: Connection, tenant_id: str, workflow_id: str) -> tuple[int, str] | None:
    """(version, status) of a workflow that is not deleted."""
    query = select(workflows.c.version, workflows.c.status).where(
        workflows.c.id == workflow_id, workflows.c.tenant_id == tenant_id, workflows.c.deleted_at.is_(None)
    )
    row = connection.execute(query).first()
    return None if row is None else (row.version, row.status)
