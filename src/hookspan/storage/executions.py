"""Executions and their steps: settle what was done, take back what was lost, find them again.

Settles and renewals are set-wise. A settle is written only for who holds the lease (or, for an end decided
from outside, only if nothing changed meanwhile), with its steps and its events in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, select, update

from hookspan.model.events import Birth, NewExecution
from hookspan.model.executions import SILENT_CLAIM_LIMIT, ExecutionRow, ExecutionStatus, StepRow
from hookspan.storage import events, routing
from hookspan.storage.dialect import insert_rows, one_of, update_rows
from hookspan.storage.keyset import Keyset, Span, keyset_slice
from hookspan.storage.tables import executions, steps

SWEPT_MOST = 1_000
"""How many lapsed leases one sweep takes back."""

_columns = executions.c
_EXECUTION = [executions.c[each.name] for each in fields(ExecutionRow)]
_STEP = [steps.c[each.name] for each in fields(StepRow)]
_STEP_NAMES = " ".join(each.name for each in fields(StepRow))
_STEP_CHANGES = "id status attempts input output error due_at started_at completed_at"
_SETTLED = "id status state output error due_at lease_token lease_until silent_claims version started_at completed_at"


@dataclass(frozen=True, slots=True)
class Claimed:
    """An execution with the steps recorded so far."""

    row: ExecutionRow
    steps: Sequence[StepRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of an execution. `held_token` is the lease it was worked under; None: `version` must still hold.

    `lease_token` is the same token when work goes on, None when the row is given back. `new_steps` have no row yet.
    `routed` is a routing version that all facts were matched at or after, also those nobody wanted; None if unknown.
    """

    execution_id: str
    held_token: str | None
    version: int
    status: ExecutionStatus
    state: bytes
    output: bytes | None
    error: str | None
    due_at: int | None
    lease_token: str | None
    lease_until: int | None
    silent_claims: int
    started_at: int | None
    completed_at: int | None
    new_steps: Sequence[StepRow]
    changed_steps: Sequence[StepRow]
    births: Sequence[Birth]
    tenant_id: str
    routed: int | None


@dataclass(frozen=True, slots=True)
class Started:
    """An execution begun by a call, with the facts of that; `routed` as in Settlement."""

    new: NewExecution
    births: Sequence[Birth]
    routed: int | None


@dataclass(frozen=True, slots=True)
class Settled:
    """Lost: the lease or version is another's now, drop the result. Stale: drop the tenant's routing, try again.

    `routing_version` is the committed one.
    """

    verdict: Literal["written", "lost", "stale"]
    routing_version: int


def start(connection: Connection, items: Sequence[Started]) -> list[Settled]:
    """Write executions and the facts of their start."""
    current = routing.versions(connection, (item.new.tenant_id for item in items))
    verdicts = [_fresh(item, current[item.new.tenant_id]) for item in items]
    kept = [item for item, settled in zip(items, verdicts, strict=True) if settled.verdict == "written"]
    events.insert_executions(connection, [item.new for item in kept])
    events.record_judged(connection, [birth for item in kept for birth in item.births])
    return verdicts


def start_one(connection: Connection, item: Started) -> Settled:
    """As `start`, in a unit of its own: for a request, whose row of the audit log goes with it."""
    return start(connection, [item])[0]


def settle_one(connection: Connection, item: Settlement) -> Settled:
    """As `settle`, in a unit of its own: for an end that a request decided."""
    return settle(connection, [item])[0]


def settle(connection: Connection, items: Sequence[Settlement]) -> list[Settled]:
    """Write outcomes, next states, timers, steps and events of many executions, each only if it may still."""
    current = routing.versions(connection, (item.tenant_id for item in items))
    fences = _fences(connection, [item.execution_id for item in items])
    verdicts = [_judge(item, fences.get(item.execution_id), current[item.tenant_id]) for item in items]
    kept = [item for item, settled in zip(items, verdicts, strict=True) if settled.verdict == "written"]
    update_rows(connection, executions, _SETTLED, [_settled_row(item, fences[item.execution_id]) for item in kept])
    insert_rows(connection, steps, _STEP_NAMES, [_step_row(step) for item in kept for step in item.new_steps])
    update_rows(connection, steps, _STEP_CHANGES, [_changes(step) for item in kept for step in item.changed_steps])
    births = [birth for item in kept for birth in item.births]
    if births:
        events.record_judged(connection, births)
    return verdicts


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
    return None if row is None else Claimed(row, steps_of(connection, tenant_id, execution_id))


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
    """These executions in this order, each with the steps recorded so far."""
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
    return [Claimed(row, by_execution.get(row.id, ())) for row in rows]


def _execution(row: Row[Any]) -> ExecutionRow:
    return ExecutionRow(**row._mapping)


def _step(row: Row[Any]) -> StepRow:
    return StepRow(**row._mapping)


_Fence = tuple[str | None, int]


def _fences(connection: Connection, ids: Sequence[str]) -> dict[str, _Fence]:
    query = (
        select(_columns.id, _columns.lease_token, _columns.version)
        .where(one_of(_columns.id, ids))
        .order_by(_columns.id)
        .with_for_update()
    )
    return {row.id: (row.lease_token, row.version) for row in connection.execute(query)}


def _judge(item: Settlement, fence: _Fence | None, current: int) -> Settled:
    if fence is None:
        return Settled("lost", current)
    token, version = fence
    is_held = version == item.version if item.held_token is None else token == item.held_token
    return _fresh(item, current) if is_held else Settled("lost", current)


def _fresh(item: Settlement | Started, current: int) -> Settled:
    """Stale when a subscription made since could want what was told, or seemed to be told to nobody."""
    is_fresh = item.routed == current and all(birth.routing_version == current for birth in item.births)
    return Settled("written" if is_fresh else "stale", current)


def _settled_row(item: Settlement, fence: _Fence) -> tuple[object, ...]:
    return (
        item.execution_id,
        item.status,
        item.state,
        item.output,
        item.error,
        item.due_at,
        item.lease_token,
        item.lease_until,
        item.silent_claims,
        fence[1] + 1,
        item.started_at,
        item.completed_at,
    )


def _step_row(step: StepRow) -> tuple[object, ...]:
    return (
        step.id,
        step.tenant_id,
        step.execution_id,
        step.step_id,
        step.name,
        step.kind,
        *_changes(step)[1:],
    )


def _changes(step: StepRow) -> tuple[object, ...]:
    return (
        step.id,
        step.status,
        step.attempts,
        step.input,
        step.output,
        step.error,
        step.due_at,
        step.started_at,
        step.completed_at,
    )
