"""Definitions that an earlier release wrote with their secrets in clear: read batch by batch, sealed in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TypeAlias

from sqlalchemy import Connection, and_, or_, select, update

from hookspan.model.workflows import VersionRow
from hookspan.storage.tables import workflow_versions

Edge: TypeAlias = tuple[str, int]
"""A workflow's id and a version of it."""
_columns = workflow_versions.c
_FIELDS = fields(VersionRow)


def versions_behind(connection: Connection, edge: Edge | None, limit: int) -> list[tuple[str, VersionRow]]:
    """Versions of all tenants behind an edge, in order, each with its tenant's id."""
    query = (
        select(_columns.tenant_id, *(_columns[each.name] for each in _FIELDS))
        .order_by(_columns.workflow_id, _columns.version)
        .limit(limit)
    )
    if edge is not None:
        same = and_(_columns.workflow_id == edge[0], _columns.version > edge[1])
        query = query.where(or_(_columns.workflow_id > edge[0], same))
    rows = connection.execute(query).mappings()
    return [(row["tenant_id"], VersionRow(**{each.name: row[each.name] for each in _FIELDS})) for row in rows]


def versions_seal(connection: Connection, sealed: Sequence[tuple[VersionRow, str]]) -> None:
    """Write each text in the place of the definition that was read; one that is another by now stays."""
    for row, text in sealed:
        was = (
            _columns.workflow_id == row.workflow_id,
            _columns.version == row.version,
            _columns.definition == row.definition,
        )
        connection.execute(update(workflow_versions).where(*was).values(definition=text))
