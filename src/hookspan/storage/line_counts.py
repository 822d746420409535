"""What came to sources, and what workflows started, in steps: the lines of one page of a list (contracts C.5).

Receipts are counted from an index alone; of executions at most as many are looked at as a count may (storage.stats).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, literal, select, text

from hookspan.storage.dialect import one_of
from hookspan.storage.keyset import Span, first_id_at, named_tenant
from hookspan.storage.receipts import APART
from hookspan.storage.stats import counted_from
from hookspan.storage.tables import executions, webhook_events, webhooks, workflows

# The literal texts let both planners use the partial indexes, which a bound parameter would not.
_NOT_PROCESSED = text("webhook_events.status <> 'processed'")
_IS_TEST = text("webhook_events.test")
_receipt, _execution = webhook_events.c, executions.c


@dataclass(frozen=True, slots=True)
class LineCount:
    """How many of a state were born in the step that begins `offset_ms` into the span; `status` "" counts all."""

    owner_id: str
    offset_ms: int
    status: str
    number: int


@dataclass(frozen=True, slots=True)
class LineCounts:
    """The status of each owner that exists, its counts, and the id from which on they are complete."""

    statuses: dict[str, str]
    counts: Sequence[LineCount]
    since_id: str | None = None


def sources_lines(
    connection: Connection, tenant_id: str, ids: Sequence[str], *, since: int, step_ms: int
) -> LineCounts:
    """Receipts of these sources since then (epoch ms): all of them, those not processed by state, tests taken off."""
    column = webhooks.c
    known = select(column.id, column.status).where(
        column.tenant_id == tenant_id, one_of(column.id, ids), column.deleted_at.is_(None)
    )
    statuses = {row.id: row.status for row in connection.execute(known)}
    mine, offset = sorted(statuses), _offset(_receipt.created_at, since, step_ms)
    everything = (
        select(_receipt.webhook_id, offset, literal(""), func.count())
        .where(one_of(_receipt.webhook_id, mine), _receipt.created_at >= since)
        .group_by(_receipt.webhook_id, offset)
    )
    # Coalesced, so that the planner finds these few by their own index and not by walking through all of the source's.
    theirs = one_of(func.coalesce(_receipt.webhook_id, ""), mine)
    apart = (
        select(_receipt.webhook_id, offset, _receipt.status, func.count())
        .where(_NOT_PROCESSED, one_of(_receipt.status, APART), _receipt.created_at >= since)
        .where(theirs, named_tenant(_receipt.tenant_id, tenant_id), _receipt.test.is_(False))
        .group_by(_receipt.webhook_id, offset, _receipt.status)
    )
    tests = (
        select(_receipt.webhook_id, offset, literal(""), -func.count())
        .where(_receipt.tenant_id == tenant_id, _IS_TEST, _receipt.id >= first_id_at(since), theirs)
        .group_by(_receipt.webhook_id, offset)
    )
    rows = [row for query in (everything, apart, tests) for row in connection.execute(query)]
    return LineCounts(statuses, [LineCount(*row) for row in rows])


def workflows_lines(
    connection: Connection, tenant_id: str, ids: Sequence[str], *, since: int, step_ms: int
) -> LineCounts:
    """Executions of these workflows born since then (epoch ms), by state."""
    column = workflows.c
    known = select(column.id, column.status).where(
        column.tenant_id == tenant_id, one_of(column.id, ids), column.deleted_at.is_(None)
    )
    statuses = {row.id: row.status for row in connection.execute(known)}
    since_id = counted_from(connection, executions, tenant_id, Span(since))
    offset = _offset(_execution.created_at, since, step_ms)
    born = (one_of(_execution.workflow_id, sorted(statuses)), _execution.id >= (since_id or first_id_at(since)))
    query = (
        select(_execution.workflow_id, offset, _execution.status, func.count())
        .where(*born, named_tenant(_execution.tenant_id, tenant_id))
        .group_by(_execution.workflow_id, offset, _execution.status)
    )
    return LineCounts(statuses, [LineCount(*row) for row in connection.execute(query)], since_id)


def _offset(created_at: ColumnElement[int], since: int, step_ms: int) -> ColumnElement[Any]:
    # By a remainder, because whole-number division differs between the databases.
    offset = created_at - literal(since)
    return offset - offset % step_ms
