"""What came to sources, and what workflows started, in steps: the lines of one page of a list (contracts C.5).

Receipts are counted from an index alone; of executions at most as many are looked at as a count may (storage.stats).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, literal, select, text

from hookspan.storage.dialect import one_of
from hookspan.storage.keyset import Span, first_id_at, named_tenant
from hookspan.storage.receipts import APART
from hookspan.storage.source_counts import tests_since
from hookspan.storage.stats import counted_from
from hookspan.storage.tables import executions, webhook_events, webhooks, workflows

# The literal text lets both planners use the partial index, which a bound parameter would not.
_NOT_PROCESSED = text("webhook_events.status <> 'processed'")
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


def sources_lines(connection: Connection, tenant_id: str, ids: Sequence[str], steps: Sequence[int]) -> LineCounts:
    """Receipts of these sources between each two of `steps` (epoch ms): all, and those not processed by state.

    Tests are taken off.
    """
    column = webhooks.c
    known = select(column.id, column.status).where(
        column.tenant_id == tenant_id, one_of(column.id, ids), column.deleted_at.is_(None)
    )
    statuses = {row.id: row.status for row in connection.execute(known)}
    counts = [*_received(connection, sorted(statuses), steps), *_apart(connection, tenant_id, sorted(statuses), steps)]
    for webhook_id, created_at in tests_since(connection, tenant_id, steps[0]):
        if webhook_id in statuses:
            counts.append(LineCount(webhook_id, created_at - steps[0], "", -1))
    return LineCounts(statuses, counts)


def _received(connection: Connection, ids: Sequence[str], steps: Sequence[int]) -> Iterator[LineCount]:
    """Step by step, because a step is a range of the index and needs no row."""
    for start, end in pairwise(steps):
        born = (_receipt.id >= first_id_at(start), _receipt.id < first_id_at(end))
        query = select(_receipt.webhook_id, func.count()).where(one_of(_receipt.webhook_id, ids), *born)
        for webhook_id, number in connection.execute(query.group_by(_receipt.webhook_id)):
            yield LineCount(webhook_id, start - steps[0], "", number)


def _apart(connection: Connection, tenant_id: str, ids: Sequence[str], steps: Sequence[int]) -> Iterator[LineCount]:
    offset = _offset(_receipt.created_at, steps[0], steps[1] - steps[0])
    # Coalesced, so that the planner finds these few by their own index and not by walking through all of the source's.
    theirs = one_of(func.coalesce(_receipt.webhook_id, ""), ids)
    query = (
        select(_receipt.webhook_id, offset, _receipt.status, func.count())
        .where(_NOT_PROCESSED, one_of(_receipt.status, APART), _receipt.created_at >= steps[0])
        .where(theirs, named_tenant(_receipt.tenant_id, tenant_id), _receipt.test.is_(False))
        .group_by(_receipt.webhook_id, offset, _receipt.status)
    )
    for row in connection.execute(query):
        yield LineCount(*row)


def workflows_lines(connection: Connection, tenant_id: str, ids: Sequence[str], steps: Sequence[int]) -> LineCounts:
    """Executions of these workflows born since the first of `steps` (epoch ms), by step and state."""
    since = steps[0]
    column = workflows.c
    known = select(column.id, column.status).where(
        column.tenant_id == tenant_id, one_of(column.id, ids), column.deleted_at.is_(None)
    )
    statuses = {row.id: row.status for row in connection.execute(known)}
    since_id = counted_from(connection, executions, tenant_id, Span(since))
    offset = _offset(_execution.created_at, since, steps[1] - since)
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
