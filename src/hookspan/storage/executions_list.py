"""Executions as they are looked for: pages by filter, by cursor or by offset, and the step that an id names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, literal, select, tuple_

from hookspan.errors import InvalidCursor
from hookspan.model.executions import ExecutionRow
from hookspan.storage.dialect import one_of
from hookspan.storage.keyset import ALWAYS, Keyset, Slice, Span, keyset_slice, total_of
from hookspan.storage.tables import executions, steps

_columns = executions.c
_EXECUTION = [_columns[each.name] for each in fields(ExecutionRow)]
BORN_TOGETHER_MOST = 1_000
"""How many executions of one millisecond are looked through for a step that has no row yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionFilter:
    """Which executions a list shows; empty means any."""

    workflow_ids: Sequence[str] = ()
    statuses: Sequence[str] = ()
    trigger_types: Sequence[str] = ()
    trigger_event_id: str | None = None
    parent_id: str | None = None
    span: Span = ALWAYS
    ended: Span = ALWAYS


def executions_slice(
    connection: Connection, tenant_id: str, wanted: ExecutionFilter, keyset: Keyset
) -> tuple[list[ExecutionRow], Slice]:
    """One page; a filter that no index serves looks through a bounded number of executions."""
    served = [*wanted.span.holds(_columns.id), *_served_by_an_index(wanted)]
    others = _others(wanted)
    scanned = select(_columns.id).where(_columns.tenant_id == tenant_id, *served) if others else None
    statement = _select(tenant_id).where(*served, *others)
    page = keyset_slice(connection, statement, _columns.id, keyset, scanned=scanned)
    return [ExecutionRow(**row._mapping) for row in page.rows], page


def executions_ended_slice(
    connection: Connection, tenant_id: str, wanted: ExecutionFilter, keyset: Keyset
) -> tuple[list[ExecutionRow], Slice]:
    """One page of what has ended, by its end; an edge is `<completed_at>~<id>`."""
    conditions = (*wanted.span.holds(_columns.id), *_served_by_an_index(wanted), *_others(wanted))
    statement = _select(tenant_id).where(_columns.completed_at.is_not(None), *conditions)
    total = total_of(connection, statement, _columns.id) if keyset.counted else None
    rising = keyset.ascending != keyset.backward
    place = tuple_(_columns.completed_at, _columns.id)
    if keyset.edge is not None:
        ended_at, _, identity = keyset.edge.partition("~")
        edge = tuple_(literal(_number(ended_at)), literal(identity))
        statement = statement.where(place > edge if rising else place < edge)
    order = (_columns.completed_at, _columns.id) if rising else (_columns.completed_at.desc(), _columns.id.desc())
    rows = list(connection.execute(statement.order_by(*order).limit(keyset.limit + 1)))
    more, rows = len(rows) > keyset.limit, rows[: keyset.limit]
    if keyset.backward:
        rows.reverse()
    first, last = (f"{row.completed_at}~{row.id}" for row in (rows[0], rows[-1])) if rows else (keyset.edge, None)
    has_next, has_previous = (True, more) if keyset.backward else (more, keyset.edge is not None)
    shown = [ExecutionRow(**row._mapping) for row in rows]
    return shown, Slice(rows, has_next, has_previous, first, last, total=total)


def _number(text: str) -> int:
    if not text.isdigit():
        raise InvalidCursor("the cursor belongs to another order; start again without it")
    return int(text)


def executions_offset(
    connection: Connection, tenant_id: str, wanted: ExecutionFilter, limit: int, offset: int
) -> list[ExecutionRow]:
    """Executions newest first by offset, as seed 002 lists them."""
    query = _select(tenant_id).where(*_served_by_an_index(wanted), *_others(wanted))
    query = query.order_by(_columns.id.desc()).limit(limit).offset(offset)
    return [ExecutionRow(**row._mapping) for row in connection.execute(query)]


def step_place(connection: Connection, tenant_id: str, step_row_id: str) -> tuple[str, str] | None:
    """Execution and step of a recorded step's row."""
    query = select(steps.c.execution_id, steps.c.step_id).where(
        steps.c.tenant_id == tenant_id, steps.c.id == step_row_id
    )
    row = connection.execute(query).first()
    return None if row is None else (row.execution_id, row.step_id)


def executions_born_with(connection: Connection, tenant_id: str, identity: str) -> list[ExecutionRow]:
    """Executions of the millisecond that an id carries: one of them has the step, if there is such a step."""
    moment = identity[:14]
    query = _select(tenant_id).where(_columns.id >= moment, _columns.id < f"{moment}~").limit(BORN_TOGETHER_MOST)
    return [ExecutionRow(**row._mapping) for row in connection.execute(query)]


def _select(tenant_id: str) -> Select[Any]:
    return select(*_EXECUTION).where(_columns.tenant_id == tenant_id)


def _served_by_an_index(wanted: ExecutionFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if len(wanted.workflow_ids) == 1:
        conditions.append(_columns.workflow_id == wanted.workflow_ids[0])
    if wanted.trigger_event_id is not None:
        conditions.append(_columns.trigger_event_id == wanted.trigger_event_id)
    if wanted.parent_id is not None:
        conditions.append(_columns.parent_execution_id == wanted.parent_id)
    return conditions


def _others(wanted: ExecutionFilter) -> list[ColumnElement[bool]]:
    among = (
        (_columns.workflow_id, wanted.workflow_ids if len(wanted.workflow_ids) > 1 else ()),
        (_columns.status, wanted.statuses),
        (_columns.trigger_type, wanted.trigger_types),
    )
    conditions: list[ColumnElement[bool]] = [one_of(one, values) for one, values in among if values]
    if wanted.ended.from_ms is not None:
        conditions.append(_columns.completed_at >= wanted.ended.from_ms)
    if wanted.ended.to_ms is not None:
        conditions.append(_columns.completed_at < wanted.ended.to_ms)
    return conditions
