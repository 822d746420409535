"""Executions and their steps: keep them leased, take back what was lost, find them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from hookspan.model.executions import SILENT_CLAIM_LIMIT, ExecutionRow, Message, StepRow
from hookspan.storage import execution_messages
from hookspan.storage.dialect import one_of
from hookspan.storage.keyset import Keyset, Span, keyset_slice
from hookspan.storage.tables import executions, steps

SWEPT_MOST = 1_000
"""How many lapsed leases one sweep takes back."""

_columns = executions.c
_EXECUTION = [executions.c[each.name] for each in fields(ExecutionRow)]
_STEP = [steps.c[each.name] for each in fields(StepRow)]


@dataclass(frozen=True, slots=True)
class Claimed:
    """An execution with the steps recorded so far, and what it was told and has not made use of yet."""

    row: ExecutionRow
    steps: Sequence[StepRow]
    messages: Sequence[Message] = ()


def renew(connection: Connection, leases: Mapping[str, str], until: int) -> set[str]:
    """Prolong leases by execution id and token; the ids that are still held."""
    still = update(executions).where(
        one_of(_columns.id, list(leases)), one_of(_columns.lease_token, sorted(set(leases.values())))
    )
    return set(connection.scalars(still.values(lease_until=until).returning(_columns.id)))


def release(connection: Connection, leases: Mapping[str, str], now: int) -> None:
    """Give claimed executions back untouched, so that the claim does not count as silent."""
    held = one_of(_columns.id, list(leases)) & one_of(_columns.lease_token, sorted(set(leases.values())))
    given_back = {"lease_token": None, "lease_until": None, "due_at": now}
    connection.execute(update(executions).where(held).values(silent_claims=_columns.silent_claims - 1, **given_back))


def sweep(connection: Connection, now: int, lapsed_before: int) -> list[Claimed]:
    """Make executions claimable whose lease lapsed; those claimed too often without an outcome are returned instead."""
    lapsed = connection.execute(
        select(_columns.id, _columns.silent_claims)
        .where(_columns.lease_token.is_not(None), _columns.lease_until < lapsed_before)
        .order_by(_columns.lease_until)
        .limit(SWEPT_MOST)
        .with_for_update(skip_locked=True)
    ).all()
    silent = [row.id for row in lapsed if row.silent_claims >= SILENT_CLAIM_LIMIT]
    others = [row.id for row in lapsed if row.silent_claims < SILENT_CLAIM_LIMIT]
    connection.execute(
        update(executions).where(one_of(_columns.id, others)).values(lease_token=None, lease_until=None, due_at=now)
    )
    return with_steps(connection, silent)


@dataclass(frozen=True, slots=True)
class ExecutionFilter:
    """Which executions a list shows; empty means any."""

    workflow_ids: Sequence[str] = ()
    statuses: Sequence[str] = ()
    trigger_event_id: str | None = None
    created: Span = field(default_factory=Span)


def executions_list(
    connection: Connection, tenant_id: str, wanted: ExecutionFilter, keyset: Keyset
) -> tuple[list[ExecutionRow], bool, bool]:
    """One page, and whether there is a next and a previous one."""
    page = keyset_slice(connection, _select(tenant_id, wanted), _columns.id, keyset)
    return [_execution(row) for row in page.rows], page.has_next, page.has_previous


def executions_offset(
    connection: Connection, tenant_id: str, wanted: ExecutionFilter, limit: int, offset: int
) -> list[ExecutionRow]:
    """Executions newest first by offset, as seed 002 lists them."""
    query = _select(tenant_id, wanted).order_by(_columns.id.desc()).limit(limit).offset(offset)
    return [_execution(row) for row in connection.execute(query)]


def execution_get(connection: Connection, tenant_id: str, execution_id: str) -> ExecutionRow | None:
    """One execution of this tenant."""
    query = select(*_EXECUTION).where(_columns.tenant_id == tenant_id, _columns.id == execution_id)
    row = connection.execute(query).first()
    return None if row is None else _execution(row)


def execution_with_steps(connection: Connection, tenant_id: str, execution_id: str) -> Claimed | None:
    """One execution of this tenant and what is recorded of its steps, read in one transaction."""
    row = execution_get(connection, tenant_id, execution_id)
    if row is None:
        return None
    messages = execution_messages.unread(connection, [execution_id]) if row.told else ()
    return Claimed(row, steps_of(connection, tenant_id, execution_id), messages)


def steps_of(connection: Connection, tenant_id: str, execution_id: str) -> list[StepRow]:
    """The recorded steps in the order they started."""
    query = (
        select(*_STEP)
        .where(steps.c.tenant_id == tenant_id, steps.c.execution_id == execution_id)
        .order_by(steps.c.started_at, steps.c.id)
    )
    return [_step(row) for row in connection.execute(query)]


def mean_step_ms(connection: Connection, tenant_id: str, workflow_id: str) -> float | None:
    """Mean duration of a step over the workflow's last 100 completed executions; None without history."""
    recent = (
        select(_columns.id)
        .where(_columns.tenant_id == tenant_id, _columns.workflow_id == workflow_id, _columns.status == "completed")
        .order_by(_columns.id.desc())
        .limit(100)
        .subquery()
    )
    mean = connection.execute(
        select(func.avg(steps.c.completed_at - steps.c.started_at)).where(
            steps.c.execution_id.in_(select(recent.c.id)), steps.c.status == "completed"
        )
    ).scalar()
    return None if mean is None else float(mean)


def _select(tenant_id: str, wanted: ExecutionFilter) -> Any:
    query = select(*_EXECUTION).where(_columns.tenant_id == tenant_id, *wanted.created.holds(_columns.id))
    if wanted.workflow_ids:
        query = query.where(one_of(_columns.workflow_id, wanted.workflow_ids))
    if wanted.statuses:
        query = query.where(one_of(_columns.status, wanted.statuses))
    if wanted.trigger_event_id is not None:
        query = query.where(_columns.trigger_event_id == wanted.trigger_event_id)
    return query


def with_steps(connection: Connection, ids: Sequence[str]) -> list[Claimed]:
    """These executions in this order, each with the steps recorded so far and what it was told."""
    if not ids:
        return []
    place = {execution_id: position for position, execution_id in enumerate(ids)}
    rows = [_execution(row) for row in connection.execute(select(*_EXECUTION).where(one_of(_columns.id, ids)))]
    rows.sort(key=lambda row: place[row.id])
    begun = [row.id for row in rows if row.state is not None]
    by_execution: dict[str, list[StepRow]] = {}
    if begun:
        for found in connection.execute(select(*_STEP).where(one_of(steps.c.execution_id, begun))):
            step = _step(found)
            by_execution.setdefault(step.execution_id, []).append(step)
    told = [row.id for row in rows if row.told]
    messages: dict[str, list[Message]] = {}
    for message in execution_messages.unread(connection, told) if told else ():
        messages.setdefault(message.execution_id, []).append(message)
    return [Claimed(row, by_execution.get(row.id, ()), messages.get(row.id, ())) for row in rows]


def _execution(row: Row[Any]) -> ExecutionRow:
    return ExecutionRow(**row._mapping)


def _step(row: Row[Any]) -> StepRow:
    return StepRow(**row._mapping)
