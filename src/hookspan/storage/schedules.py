"""Schedules that are due: found by their hour, and moved on in the transaction that starts their run.

The guard is the row's own hour, so that of many processes one fires a run, and a workflow that was changed or switched
off meanwhile starts nothing that its new state does not say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, Select, exists, func, select, tuple_, update

from hookspan import failpoints
from hookspan.model.events import Birth, NewExecution
from hookspan.model.workflows import WorkflowRow
from hookspan.storage import events, routing
from hookspan.storage.dialect import wake_others
from hookspan.storage.tables import schedules, workflows
from hookspan.storage.workflow_triggers import ScheduleRow

_column = schedules.c
_SCHEDULE = [_column[each.name].label(f"schedule_{each.name}") for each in fields(ScheduleRow)]
_WORKFLOW = [workflows.c[each.name].label(f"workflow_{each.name}") for each in fields(WorkflowRow)]
_IS_ACTIVE = (workflows.c.status == "active", workflows.c.deleted_at.is_(None))
_ARMED: Select[Any] = (
    select(*_SCHEDULE, *_WORKFLOW).join(workflows, workflows.c.id == _column.workflow_id).where(*_IS_ACTIVE)
)


@dataclass(frozen=True, slots=True)
class DueSchedule:
    """A schedule whose hour has come, and the workflow it starts."""

    schedule: ScheduleRow
    workflow: WorkflowRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """What a due schedule brings about: its next hour, and the run it starts or none.

    `routed` is a routing version that all facts were matched at or after, also those nobody wanted; None if unknown.
    """

    due: DueSchedule
    next_at: int
    new: NewExecution | None
    births: Sequence[Birth]
    routed: int | None
    now: int


@dataclass(frozen=True, slots=True)
class Fired:
    """Lost: the schedule is no longer as it was read. Stale: drop the tenant's routing, try again."""

    verdict: Literal["written", "lost", "stale"]
    routing_version: int


def due(connection: Connection, now: int, most: int) -> list[DueSchedule]:
    """Schedules whose hour has come, the longest due first."""
    query = _ARMED.where(_column.next_at <= now).order_by(_column.next_at).limit(most)
    return [_due(row) for row in connection.execute(query).mappings()]


def armed_beyond(connection: Connection, until: int, after: tuple[str, str], most: int) -> list[DueSchedule]:
    """Schedules whose next hour is later than `until`: a page of them behind this workflow and trigger."""
    key = (_column.workflow_id, _column.trigger_id)
    query = _ARMED.where(_column.next_at > until, tuple_(*key) > tuple_(*after)).order_by(*key).limit(most)
    return [_due(row) for row in connection.execute(query).mappings()]


def next_due_at(connection: Connection) -> int | None:
    """The hour of the schedule that is due first, epoch ms."""
    return connection.execute(select(func.min(_column.next_at))).scalar()


def fire(connection: Connection, firings: Sequence[Firing]) -> list[Fired]:
    """Move each schedule on and write its run with all facts, if it is still as it was read."""
    current = routing.versions(connection, (each.due.schedule.tenant_id for each in firings))
    verdicts = [_fire(connection, each, current[each.due.schedule.tenant_id]) for each in firings]
    kept = [each for each, fired in zip(firings, verdicts, strict=True) if fired.verdict == "written"]
    started = [each.new for each in kept if each.new is not None]
    events.insert_executions(connection, started)
    failpoints.reach("schedule.in_tx")
    events.record_judged(connection, [birth for each in kept for birth in each.births])
    if started:
        wake_others(connection)
    return verdicts


def _fire(connection: Connection, firing: Firing, current: int) -> Fired:
    if firing.routed != current or any(birth.routing_version != current for birth in firing.births):
        return Fired("stale", current)
    was, workflow = firing.due.schedule, firing.due.workflow
    is_same = (workflows.c.id == _column.workflow_id, workflows.c.version == workflow.version)
    last_at = was.last_at if firing.new is None else firing.now
    moved = connection.execute(
        update(schedules)
        .where(_column.workflow_id == was.workflow_id, _column.trigger_id == was.trigger_id)
        .where(_column.next_at == was.next_at, exists().where(*is_same, *_IS_ACTIVE))
        .values(next_at=firing.next_at, last_at=last_at)
    )
    return Fired("written" if moved.rowcount else "lost", current)


def _due(row: RowMapping) -> DueSchedule:
    schedule = {each.name: row[f"schedule_{each.name}"] for each in fields(ScheduleRow)}
    workflow = {each.name: row[f"workflow_{each.name}"] for each in fields(WorkflowRow)}
    return DueSchedule(ScheduleRow(**schedule), WorkflowRow(**workflow))
