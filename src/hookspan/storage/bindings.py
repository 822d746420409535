"""Which version of a workflow runs now, and what its fact names when a source starts it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from hookspan.storage.tables import workflow_versions, workflows


@dataclass(frozen=True, slots=True)
class BoundWorkflow:
    """A workflow that is not deleted, with the definition (JSON) of its current version."""

    version: int
    status: str
    name: str
    definition: str


def workflow_binding(connection: Connection, tenant_id: str, workflow_id: str) -> BoundWorkflow | None:
    """The workflow as it is now; None when it is gone."""
    column, current = workflows.c, workflow_versions.c
    query = (
        select(column.version, column.status, column.name, current.definition)
        .join(workflow_versions, (current.workflow_id == column.id) & (current.version == column.version))
        .where(column.id == workflow_id, column.tenant_id == tenant_id, column.deleted_at.is_(None))
    )
    row = connection.execute(query).first()
    return None if row is None else BoundWorkflow(*row)
