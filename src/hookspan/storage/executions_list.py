"""Executions as they are looked for: pages by filter, by cursor or by offset, and the step that an id names.

Lists are read without content, which may be a megabyte a row: `trigger` is null, `output` and `state` are absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, LargeBinary, Row, Select, case, func, literal, select, tuple_

from hookspan.errors import InvalidCursor
from hookspan.model.executions import ExecutionRow, StepRow
from hookspan.storage.dialect import one_of
from hookspan.storage.executions import Claimed
from hookspan.storage.keyset import ALWAYS, Keyset, Slice, Span, keyset_slice, page_of, total_of
from hookspan.storage.tables import executions, steps

_columns = executions.c
_STEP = [steps.c[each.name] for each in fields(StepRow) if each.name not in ("input", "output")]
_CONTENT: Mapping[str, bytes | None] = {"trigger": b"null", "output": None, "state": None}
_SUMMARY = [_columns[each.name] for each in fields(ExecutionRow) if each.name not in _CONTENT]
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
    return [_summary(row) for row in page.rows], page


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
    page = replace(page_of(rows, keyset, lambda row: f"{row.completed_at}~{row.id}"), total=total)
    return [_summary(row) for row in page.rows], page


def _number(text: str) -> int:
    if not text.isdigit():
        raise InvalidCursor("the cursor belongs to another order; start again without it")
    return int(text)


def executions_offset(
    connection: Connection, tenant_id: str, wanted: ExecutionFilter, limit: int, offset: int
) -> list[str]:
    """Ids of executions newest first by offset, as seed 002 lists them."""
    query = select(_columns.id).where(_columns.tenant_id == tenant_id)
    query = query.where(*_served_by_an_index(wanted), *_others(wanted))
    return list(connection.execute(query.order_by(_columns.id.desc()).limit(limit).offset(offset)).scalars())


def executions_shortened(connection: Connection, ids: Sequence[str], content_most: int) -> list[Claimed]:
    """These executions in this order with their steps, for a list: without inputs of steps, and with the rest of the
    content only where trigger and outputs come to at most `content_most` bytes; else each of them is empty bytes."""
    if not ids:
        return []
    short = _short(connection, ids, content_most)
    of_short = one_of(_columns.id, short)
    trigger = case((of_short, _columns.trigger), else_=literal(b"", LargeBinary)).label("trigger")
    query = select(*_SUMMARY, _columns.state, trigger).where(one_of(_columns.id, ids))
    rows = [ExecutionRow(**row._mapping, output=None) for row in connection.execute(query)]
    place = {execution_id: position for position, execution_id in enumerate(ids)}
    rows.sort(key=lambda row: place[row.id])
    begun = _begun(connection, ids, short)
    return [Claimed(row, begun.get(row.id, ())) for row in rows]


def _short(connection: Connection, ids: Sequence[str], content_most: int) -> list[str]:
    sizes = select(_columns.id, func.length(_columns.trigger).label("size")).where(one_of(_columns.id, ids))
    found = {row.id: row.size for row in connection.execute(sizes)}
    made = (
        select(steps.c.execution_id, func.sum(func.length(steps.c.output)).label("size"))
        .where(one_of(steps.c.execution_id, ids), steps.c.output.is_not(None))
        .group_by(steps.c.execution_id)
    )
    for row in connection.execute(made):
        found[row.execution_id] += row.size
    return [execution_id for execution_id, size in found.items() if size <= content_most]


def _begun(connection: Connection, ids: Sequence[str], short: Sequence[str]) -> dict[str, list[StepRow]]:
    """The recorded steps by execution; one that has an output has empty bytes where its execution is not short."""
    of_short = one_of(steps.c.execution_id, short)
    output = case(
        (of_short, steps.c.output), (steps.c.output.is_not(None), literal(b"", LargeBinary)), else_=None
    ).label("output")
    found: dict[str, list[StepRow]] = {}
    for row in connection.execute(select(*_STEP, output).where(one_of(steps.c.execution_id, ids))):
        found.setdefault(row.execution_id, []).append(StepRow(**row._mapping, input=None))
    return found


def executions_named(connection: Connection, tenant_id: str, ids: Sequence[str]) -> dict[str, ExecutionRow]:
    """Those of these executions that are there, by id."""
    if not ids:
        return {}
    found = connection.execute(_select(tenant_id).where(one_of(_columns.id, ids)))
    return {row.id: _summary(row) for row in found}


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
    return [_summary(row) for row in connection.execute(query)]


def _select(tenant_id: str) -> Select[Any]:
    return select(*_SUMMARY).where(_columns.tenant_id == tenant_id)


def _summary(row: Row[Any]) -> ExecutionRow:
    return ExecutionRow(**row._mapping, **_CONTENT)  # type: ignore[arg-type]  # the columns are its members


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
