"""Workflows and their versions: kept, changed, read; a version is never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, func, select, update

from hookspan.errors import Conflict
from hookspan.model.events import Birth
from hookspan.model.workflows import VersionRow, WorkflowRow
from hookspan.storage import events, routing
from hookspan.storage.dialect import one_of
from hookspan.storage.tables import webhooks, workflow_versions, workflows
from hookspan.storage.workflow_triggers import ArmedTrigger, arm, disarm

_columns = workflows.c
_WORKFLOW = [workflows.c[each.name] for each in fields(WorkflowRow)]
_VERSION = [workflow_versions.c[each.name] for each in fields(VersionRow)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be stored of a workflow: its row, a new version's definition if there is one, what starts it."""

    row: WorkflowRow
    definition: str | None
    armed: Sequence[ArmedTrigger]


Verdict = Literal["written", "stale", "moved"]
"""Stale: the births were matched too early. Moved: it is no longer as it was read. Either way nothing is written."""


def workflow_create(connection: Connection, change: Change, births: Sequence[Birth], *, most: int) -> Verdict:
    """Store a workflow and its first version; Conflict when the tenant has `most` already."""
    row, definition = change.row, change.definition
    assert definition is not None
    if events.stale_tenants(connection, births):
        return "stale"
    # Before they are counted: this locks the tenant's row, so that of two who find the last place one has it.
    routing.bump(connection, row.tenant_id)
    if workflows_count(connection, row.tenant_id) >= most:
        raise Conflict(f"this tenant has {most:,} workflows already; delete one first")
    connection.execute(workflows.insert().values(_values(row)))
    _insert_version(connection, row, definition)
    arm(connection, row, change.armed)
    events.record_judged(connection, births)
    return "written"


def workflow_update(connection: Connection, change: Change, births: Sequence[Birth], *, read_at: int) -> Verdict:
    """Store a changed workflow, read when its `updated_at` was `read_at`; a new version if there is a definition."""
    row = change.row
    if events.stale_tenants(connection, births):
        return "stale"
    if not connection.execute(update(workflows).where(*_as_read(row, read_at)).values(_values(row))).rowcount:
        return "moved"
    if change.definition is not None:
        _insert_version(connection, row, change.definition)
    arm(connection, row, change.armed)
    _end(connection, row.tenant_id, births)
    return "written"


def workflow_delete(connection: Connection, row: WorkflowRow, births: Sequence[Birth], *, now: int) -> Verdict:
    """Hide a workflow, `row` as it was read, keeping its versions for executions under way.

    Raises Conflict `in_use` while a source starts it.
    """
    if events.stale_tenants(connection, births):
        return "stale"
    bound = select(webhooks.c.name).where(
        webhooks.c.tenant_id == row.tenant_id, webhooks.c.workflow_id == row.id, webhooks.c.deleted_at.is_(None)
    )
    hidden = update(workflows).where(*_as_read(row, row.updated_at)).values(deleted_at=now, updated_at=now)
    if not connection.execute(hidden).rowcount:
        return "moved"
    source = connection.execute(bound.limit(1)).scalar()
    if source is not None:
        raise Conflict(f"the source {source!r} starts this workflow; unbind it first", code="in_use")
    disarm(connection, row.id)
    _end(connection, row.tenant_id, births)
    return "written"


def workflow_get(connection: Connection, tenant_id: str, workflow_id: str) -> tuple[WorkflowRow, VersionRow] | None:
    """A workflow and its current version."""
    row = connection.execute(_of_tenant(tenant_id).where(_columns.id == workflow_id)).first()
    if row is None:
        return None
    version = workflow_version_get(connection, tenant_id, workflow_id, row.version)
    assert version is not None
    return _workflow(row), version


def workflow_version_get(connection: Connection, tenant_id: str, workflow_id: str, version: int) -> VersionRow | None:
    """One version, also of a deleted workflow: executions are pinned to it."""
    row = connection.execute(_versions(tenant_id, workflow_id).where(workflow_versions.c.version == version)).first()
    return None if row is None else _version(row)


def workflows_kept(connection: Connection, tenant_id: str, workflow_ids: Sequence[str]) -> set[str]:
    """Those of the ids that a tenant has, without what was deleted."""
    query = select(_columns.id).where(_columns.tenant_id == tenant_id, _columns.deleted_at.is_(None))
    return set(connection.execute(query.where(one_of(_columns.id, workflow_ids))).scalars())


def workflow_name(connection: Connection, tenant_id: str, workflow_id: str) -> str | None:
    """The name, also of a deleted workflow."""
    query = select(_columns.name).where(_columns.tenant_id == tenant_id, _columns.id == workflow_id)
    return connection.execute(query).scalar()


def workflows_count(connection: Connection, tenant_id: str) -> int:
    """How many a tenant has."""
    query = select(func.count()).select_from(workflows)
    return connection.execute(query.where(_columns.tenant_id == tenant_id, _columns.deleted_at.is_(None))).scalar_one()


def workflows_offset(
    connection: Connection, tenant_id: str, limit: int, offset: int
) -> tuple[list[tuple[WorkflowRow, VersionRow]], int]:
    """Workflows newest first by offset, as seed 002 lists them, and how many there are in all."""
    query = _of_tenant(tenant_id).order_by(_columns.id.desc()).limit(limit).offset(offset)
    found = _with_versions(connection, tenant_id, connection.execute(query).all())
    return found, workflows_count(connection, tenant_id)


def _as_read(row: WorkflowRow, read_at: int) -> tuple[ColumnElement[bool], ...]:
    is_own = (_columns.tenant_id == row.tenant_id, _columns.id == row.id)
    return (*is_own, _columns.deleted_at.is_(None), _columns.updated_at == read_at)


def _of_tenant(tenant_id: str) -> Any:
    return select(*_WORKFLOW).where(_columns.tenant_id == tenant_id, _columns.deleted_at.is_(None))


def _versions(tenant_id: str, workflow_id: str) -> Any:
    table = workflow_versions.c
    return select(*_VERSION).where(table.tenant_id == tenant_id, table.workflow_id == workflow_id)


def _with_versions(
    connection: Connection, tenant_id: str, rows: Sequence[Row[Any]]
) -> list[tuple[WorkflowRow, VersionRow]]:
    table = workflow_versions.c
    current = (
        select(*_VERSION)
        .join(workflows, (_columns.id == table.workflow_id) & (_columns.version == table.version))
        .where(table.tenant_id == tenant_id, one_of(table.workflow_id, [row.id for row in rows]))
    )
    versions = {row.workflow_id: _version(row) for row in connection.execute(current)}
    return [(_workflow(row), versions[row.id]) for row in rows]


def _insert_version(connection: Connection, row: WorkflowRow, definition: str) -> None:
    connection.execute(
        workflow_versions.insert().values(
            workflow_id=row.id,
            version=row.version,
            tenant_id=row.tenant_id,
            definition=definition,
            created_at=row.updated_at,
        )
    )


def _end(connection: Connection, tenant_id: str, births: Sequence[Birth]) -> None:
    """Sources are routed by the version they start, so snapshots are stale now; the births were matched before."""
    events.record_judged(connection, births)
    routing.bump(connection, tenant_id)


def _values(row: WorkflowRow) -> dict[str, object]:
    return {column.name: getattr(row, column.name) for column in _WORKFLOW}


def _workflow(row: Row[Any]) -> WorkflowRow:
    return WorkflowRow(**row._mapping)


def _version(row: Row[Any]) -> VersionRow:
    return VersionRow(**row._mapping)
