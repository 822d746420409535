"""Workflows that a program's own functions make: written under ids that the program computes, found by them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from hookspan.model.events import Birth
from hookspan.storage.tables import workflows
from hookspan.storage.workflows import Change, Verdict, workflow_create

_columns = workflows.c


def create_once(connection: Connection, change: Change, births: Sequence[Birth], *, most: int) -> Verdict:
    """As `workflow_create`; moved when another process was faster, also when both look before either writes."""
    # The key lets one of two writers through; the other is run once more and sees the row (storage/database.py).
    if is_known(connection, change.row.id):
        return "moved"
    return workflow_create(connection, change, births, most=most)


def is_known(connection: Connection, workflow_id: str) -> bool:
    """Whether there is or was a workflow with this id: a deleted one keeps it."""
    return connection.execute(select(_columns.id).where(_columns.id == workflow_id)).first() is not None


def ids_below(connection: Connection, tenant_id: str, prefix: str) -> list[str]:
    """The ids of workflows not deleted and not archived that begin with a prefix."""
    query = (
        select(_columns.id)
        .where(_columns.tenant_id == tenant_id, _columns.id.startswith(prefix, autoescape=True))
        .where(_columns.deleted_at.is_(None), _columns.status != "archived")
    )
    return list(connection.execute(query.order_by(_columns.id)).scalars())
