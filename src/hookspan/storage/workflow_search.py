"""Workflows and their versions page by page: what the lists show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from hookspan.model.workflows import VersionRow, WorkflowRow
from hookspan.storage.dialect import one_of
from hookspan.storage.keyset import Keyset, Slice, Total, keyset_slice, page_of
from hookspan.storage.tables import workflow_versions, workflows

_columns, _versions = workflows.c, workflow_versions.c
_WORKFLOW = [workflows.c[name] for name in WorkflowRow.__dataclass_fields__]
_VERSION = [workflow_versions.c[name] for name in VersionRow.__dataclass_fields__]


@dataclass(frozen=True, slots=True)
class WorkflowFilter:
    """Which workflows a list shows: `text` is looked for in names, `name` is the whole of one; none means any."""

    statuses: Sequence[str] = ()
    text: str | None = None
    name: str | None = None


def workflows_slice(
    connection: Connection, tenant_id: str, wanted: WorkflowFilter, keyset: Keyset
) -> tuple[list[tuple[WorkflowRow, VersionRow]], Slice]:
    """One page with current versions."""
    current = (_versions.workflow_id == _columns.id) & (_versions.version == _columns.version)
    statement = (
        select(*_WORKFLOW, _versions.definition, _versions.created_at.label("version_at"))
        .join(workflow_versions, current)
        .where(*_alive(tenant_id), *_conditions(wanted))
    )
    page = keyset_slice(connection, statement, _columns.id, keyset)
    return [_pair(row) for row in page.rows], page


def versions_slice(
    connection: Connection, tenant_id: str, workflow_id: str, keyset: Keyset
) -> tuple[list[VersionRow], Slice]:
    """One page of a workflow's versions, newest first; edges are `<version>~<workflow id>`."""
    mine = (_versions.tenant_id == tenant_id, _versions.workflow_id == workflow_id)
    rising = keyset.ascending != keyset.backward
    statement = select(*_VERSION).where(*mine)
    if keyset.edge is not None:
        edge = int(keyset.edge.partition("~")[0])
        statement = statement.where(_versions.version > edge if rising else _versions.version < edge)
    order = _versions.version.asc() if rising else _versions.version.desc()
    rows = list(connection.execute(statement.order_by(order).limit(keyset.limit + 1)))
    total = connection.execute(select(func.count()).select_from(workflow_versions).where(*mine)).scalar_one()
    counted = Total(total, is_capped=False) if keyset.counted else None
    page = replace(page_of(rows, keyset, lambda row: f"{row.version}~{workflow_id}"), total=counted)
    return [VersionRow(**row._mapping) for row in page.rows], page


def _alive(tenant_id: str) -> tuple[ColumnElement[bool], ...]:
    return (_columns.tenant_id == tenant_id, _columns.deleted_at.is_(None))


def _conditions(wanted: WorkflowFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.statuses:
        found.append(one_of(_columns.status, wanted.statuses))
    if wanted.text:
        found.append(func.lower(_columns.name).contains(wanted.text.lower(), autoescape=True))
    if wanted.name is not None:
        found.append(_columns.name == wanted.name)
    return found


def _pair(row: Row[Any]) -> tuple[WorkflowRow, VersionRow]:
    members = dict(row._mapping)
    definition, created_at = members.pop("definition"), members.pop("version_at")
    workflow = WorkflowRow(**members)
    version = VersionRow(
        workflow_id=workflow.id, version=workflow.version, definition=definition, created_at=created_at
    )
    return workflow, version
