"""Which version of a workflow runs now, and what its fact names when a source starts it."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, select

from hookspan.storage.tables import tenants, workflow_versions, workflows


@dataclass(frozen=True, slots=True)
class BoundWorkflow:
    """A workflow that is not deleted, with the definition (JSON) of its current version."""

    version: int
    status: str
    name: str
    definition: str

    @property
    def called_ids(self) -> tuple[str, ...]:
        """The ids of its triggers that sources and calls pull, in the order of the definition."""
        return tuple(each.id for each in _read(self.definition).triggers if each.kind == "webhook")


class _Trigger(msgspec.Struct, frozen=True):
    id: str
    kind: str


class _Definition(msgspec.Struct, frozen=True):
    """Of a stored definition what is needed here; the rest is passed over."""

    triggers: list[_Trigger] = msgspec.field(default_factory=lambda: [_Trigger("trigger", "webhook")])


_read = msgspec.json.Decoder(_Definition).decode


def workflow_binding(connection: Connection, tenant_id: str, workflow_id: str) -> tuple[int, BoundWorkflow | None]:
    """The tenant's routing version, and the workflow as it is at that or a later one; None when it is gone."""
    # The version first: a change that is committed before the workflow is read makes this stale, and never goes unseen.
    routed = connection.execute(select(tenants.c.routing_version).where(tenants.c.id == tenant_id)).scalar_one()
    column, current = workflows.c, workflow_versions.c
    query = (
        select(column.version, column.status, column.name, current.definition)
        .join(workflow_versions, (current.workflow_id == column.id) & (current.version == column.version))
        .where(column.id == workflow_id, column.tenant_id == tenant_id, column.deleted_at.is_(None))
    )
    row = connection.execute(query).first()
    return routed, None if row is None else BoundWorkflow(*row)
