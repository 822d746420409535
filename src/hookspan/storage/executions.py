"""Executions and their steps: keep them leased, take back what was lost, find them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, case, func, select, update

from hookspan.model.executions import ENDED, SILENT_CLAIM_LIMIT, ExecutionRow, Message, StepRow
from hookspan.storage import execution_messages
from hookspan.storage.dialect import one_of
from hookspan.storage.tables import executions, steps

SWEPT_MOST = 4_096
"""How many lapsed leases one sweep takes back."""

_columns = executions.c
_EXECUTION = [executions.c[each.name] for each in fields(ExecutionRow)]
_STEP = [steps.c[each.name] for each in fields(StepRow)]
_EXECUTIONS = select(*_EXECUTION).where(one_of(_columns.id))
_STEPS = select(*_STEP).where(one_of(steps.c.execution_id))
_EXECUTION_NAMES = [each.name for each in fields(ExecutionRow)]
_STEP_NAMES = [each.name for each in fields(StepRow)]


@dataclass(frozen=True, slots=True)
class Claimed:
    """An execution with the steps recorded so far, and what it was told and has not made use of yet.

    `limited_by` are the workflow and tenant that limit how many run, None where nobody looked.
    """

    row: ExecutionRow
    steps: Sequence[StepRow]
    messages: Sequence[Message] = ()
    limited_by: Sequence[str] | None = None


def renew(connection: Connection, leases: Mapping[str, str], until: int) -> dict[str, int]:
    """Prolong leases by execution id and token; of those still held, how often each was told something."""
    still = update(executions).where(one_of(_columns.id, _held(connection, leases)))
    renewed = connection.execute(still.values(lease_until=until).returning(_columns.id, _columns.told))
    return {row.id: row.told for row in renewed}


def release(connection: Connection, leases: Mapping[str, str], now: int) -> None:
    """Give claimed executions back untouched, so that the claim does not count as silent."""
    held = one_of(_columns.id, _held(connection, leases))
    given_back = {"lease_token": None, "lease_until": None, "due_at": now}
    # Who has recorded an outcome under this claim has no silent one left.
    unspent = case((_columns.silent_claims > 0, _columns.silent_claims - 1), else_=0)
    connection.execute(update(executions).where(held).values(silent_claims=unspent, **given_back))


def _held(connection: Connection, leases: Mapping[str, str]) -> Sequence[str]:
    """Those still held, locked in the order in which everybody locks executions."""
    held = one_of(_columns.id, list(leases)) & one_of(_columns.lease_token, sorted(set(leases.values())))
    query = select(_columns.id).where(held).order_by(_columns.id).with_for_update()
    return connection.execute(query).scalars().all()


@dataclass(frozen=True, slots=True)
class Seizure:
    """An execution to be taken from whoever drives it, under which token (128-bit hex), until when."""

    tenant_id: str
    execution_id: str
    token: str
    until: int


def seize(connection: Connection, items: Sequence[Seizure]) -> list[Claimed | None]:
    """Lease open executions whoever holds them: what he records from now on is refused. How each stands."""
    for item in sorted(items, key=lambda each: each.execution_id):
        named = (_columns.id == item.execution_id) & (_columns.tenant_id == item.tenant_id)
        connection.execute(
            update(executions)
            .where(named, _columns.status.not_in(sorted(ENDED)))
            .values(lease_token=item.token, lease_until=item.until)
        )
    return [execution_with_steps(connection, item.tenant_id, item.execution_id) for item in items]


def sweep(connection: Connection, now: int, lapsed_before: int) -> list[Claimed]:
    """Make executions claimable whose lease lapsed; those claimed too often without an outcome are returned instead.

    They keep their place in the line: what they hold of the tenant's resources waits with them. None waits for an hour
    to come: what was to wake it may be over, or was said by a clock that was ahead.
    """
    lapsed = connection.execute(
        select(_columns.id, _columns.silent_claims)
        .where(_columns.lease_token.is_not(None), _columns.lease_until < lapsed_before)
        .order_by(_columns.lease_until)
        .limit(SWEPT_MOST)
        .with_for_update(skip_locked=True)
    ).all()
    silent = [row.id for row in lapsed if row.silent_claims >= SILENT_CLAIM_LIMIT]
    others = [row.id for row in lapsed if row.silent_claims < SILENT_CLAIM_LIMIT]
    due_at = case((_columns.due_at <= now, _columns.due_at), else_=now)
    connection.execute(
        update(executions).where(one_of(_columns.id, others)).values(lease_token=None, lease_until=None, due_at=due_at)
    )
    return with_steps(connection, silent)


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


def with_steps(
    connection: Connection, ids: Sequence[str], limits: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> list[Claimed]:
    """These executions in this order, each with the steps recorded so far, what it was told, and its limits by id."""
    if not ids:
        return []
    place = {execution_id: position for position, execution_id in enumerate(ids)}
    rows = [_execution(row) for row in connection.execute(_EXECUTIONS, {"members": ids})]
    rows.sort(key=lambda row: place[row.id])
    begun = [row.id for row in rows if row.state is not None]
    by_execution: dict[str, list[StepRow]] = {}
    if begun:
        for found in connection.execute(_STEPS, {"members": begun}):
            step = _step(found)
            by_execution.setdefault(step.execution_id, []).append(step)
    told = [row.id for row in rows if row.told]
    messages: dict[str, list[Message]] = {}
    for message in execution_messages.unread(connection, told) if told else ():
        messages.setdefault(message.execution_id, []).append(message)
    return [Claimed(row, by_execution.get(row.id, ()), messages.get(row.id, ()), limits.get(row.id)) for row in rows]


def _execution(row: Row[Any]) -> ExecutionRow:
    return ExecutionRow(**dict(zip(_EXECUTION_NAMES, row, strict=True)))


def _step(row: Row[Any]) -> StepRow:
    return StepRow(**dict(zip(_STEP_NAMES, row, strict=True)))
