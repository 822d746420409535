"""Workflows and their versions: kept, listed, read; a version is never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from hookspan.errors import Conflict, NotFound
from hookspan.model.events import Birth
from hookspan.model.workflows import VersionRow, WorkflowRow
from hookspan.storage import events, routing
from hookspan.storage.dialect import one_of
from hookspan.storage.keyset import Keyset, keyset_slice
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


def workflow_create(connection: Connection, change: Change, births: Sequence[Birth]) -> bool:
    """Store a workflow and its first version; False when the births are stale and nothing was written."""
    row, definition = change.row, change.definition
    assert definition is not None
    if events.stale_tenants(connection, births):
        return False
    connection.execute(workflows.insert().values(_values(row)))
    _insert_version(connection, row, definition)
    arm(connection, row, change.armed)
    _end(connection, row.tenant_id, births)
    return True


def workflow_update(connection: Connection, change: Change, births: Sequence[Birth], read_at: int) -> bool:
    """Store a changed workflow, and a new version if there is a definition; False when the births are stale.

    Raises Conflict when the workflow is no longer as it was read (`read_at` is its `updated_at` then).
    """
    row = change.row
    if events.stale_tenants(connection, births):
        return False
    changed = connection.execute(
        update(workflows)
        .where(_columns.tenant_id == row.tenant_id, _columns.id == row.id, _columns.deleted_at.is_(None))
        .where(_columns.updated_at == read_at)
        .values(_values(row))
    )
    if changed.rowcount == 0:
        raise Conflict("the workflow was changed meanwhile; read it again")
    if change.definition is not None:
        _insert_version(connection, row, change.definition)
    arm(connection, row, change.armed)
    _end(connection, row.tenant_id, births)
    return True


def workflow_delete(connection: Connection, row: WorkflowRow, births: Sequence[Birth], now: int) -> bool:
    """Hide a workflow, keeping its versions for executions under way; False when the births are stale.

    Raises Conflict `in_use` while a source starts it, NotFound when it is gone already.
    """
    if events.stale_tenants(connection, births):
        return False
    bound = select(webhooks.c.name).where(
        webhooks.c.tenant_id == row.tenant_id, webhooks.c.workflow_id == row.id, webhooks.c.deleted_at.is_(None)
    )
    source = connection.execute(bound.limit(1)).scalar()
    if source is not None:
        raise Conflict(f"the source {source!r} starts this workflow; unbind it first", code="in_use")
    gone = connection.execute(
        update(workflows)
        .where(_columns.tenant_id == row.tenant_id, _columns.id == row.id, _columns.deleted_at.is_(None))
        .values(deleted_at=now, updated_at=now)
    )
    if gone.rowcount == 0:
        raise NotFound("no such workflow")
    disarm(connection, row.id)
    _end(connection, row.tenant_id, births)
    return True


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


def workflow_versions_list(connection: Connection, tenant_id: str, workflow_id: str) -> list[VersionRow]:
    """All versions, newest first."""
    query = _versions(tenant_id, workflow_id).order_by(workflow_versions.c.version.desc())
    return [_version(row) for row in connection.execute(query)]


def workflow_name(connection: Connection, tenant_id: str, workflow_id: str) -> str | None:
    """The name, also of a deleted workflow."""
    query = select(_columns.name).where(_columns.tenant_id == tenant_id, _columns.id == workflow_id)
    return connection.execute(query).scalar()


def workflows_list(
    connection: Connection, tenant_id: str, statuses: Sequence[str], keyset: Keyset
) -> tuple[list[tuple[WorkflowRow, VersionRow]], bool, bool]:
    """One page with current versions, and whether there is a next and a previous one; no statuses means any."""
    query = _of_tenant(tenant_id)
    if statuses:
        query = query.where(one_of(_columns.status, statuses))
    page = keyset_slice(connection, query, _columns.id, keyset)
    return _with_versions(connection, tenant_id, page.rows), page.has_next, page.has_previous


def workflows_offset(
    connection: Connection, tenant_id: str, limit: int, offset: int
) -> tuple[list[tuple[WorkflowRow, VersionRow]], int]:
    """Workflows newest first by offset, as seed 002 lists them, and how many there are in all."""
    alive = (_columns.tenant_id == tenant_id, _columns.deleted_at.is_(None))
    total = connection.execute(select(func.count()).select_from(workflows).where(*alive)).scalar_one()
    query = _of_tenant(tenant_id).order_by(_columns.id.desc()).limit(limit).offset(offset)
    return _with_versions(connection, tenant_id, connection.execute(query).all()), total


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
