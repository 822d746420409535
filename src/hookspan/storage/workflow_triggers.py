"""The triggers of active workflows as rows: events that routing matches, schedules that the scheduler fires.

They say what the current version says; each change of a workflow writes them anew in its own transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, delete, select

from hookspan.model.workflows import Missed, Trigger, WorkflowRow
from hookspan.storage.dialect import insert_rows
from hookspan.storage.tables import event_triggers, schedules

_write = msgspec.json.Encoder(decimal_format="number").encode
_EVENT_COLUMNS = "workflow_id trigger_id tenant_id events filter version priority"
_SCHEDULE_COLUMNS = "workflow_id trigger_id tenant_id cron timezone missed next_at last_at"


@dataclass(frozen=True, slots=True)
class ArmedTrigger:
    """A trigger of the current version; `next_at` (epoch ms) of one that is a schedule."""

    trigger: Trigger
    priority: int
    next_at: int = 0


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A schedule as armed."""

    workflow_id: str
    trigger_id: str
    tenant_id: str
    cron: str
    timezone: str
    missed: Missed
    next_at: int
    last_at: int | None


def arm(connection: Connection, row: WorkflowRow, triggers: Sequence[ArmedTrigger]) -> None:
    """Let just these start the workflow; a schedule that is as it was keeps its next run and its last."""
    # Locked before it is read: a run that is fired at this moment must not be armed once more.
    kept = {each.trigger_id: each for each in _schedules(connection, _of(row.id).with_for_update())}
    disarm(connection, row.id)
    events = [each for each in triggers if each.trigger.kind == "event"]
    insert_rows(connection, event_triggers, _EVENT_COLUMNS, [_event_row(row, each) for each in events])
    timed = [each for each in triggers if each.trigger.kind == "schedule"]
    insert_rows(
        connection,
        schedules,
        _SCHEDULE_COLUMNS,
        [_schedule_row(row, each, kept.get(each.trigger.id)) for each in timed],
    )


def disarm(connection: Connection, workflow_id: str) -> None:
    """Nothing starts the workflow by itself any more."""
    connection.execute(delete(event_triggers).where(event_triggers.c.workflow_id == workflow_id))
    connection.execute(delete(schedules).where(schedules.c.workflow_id == workflow_id))


def schedules_of(connection: Connection, workflow_id: str) -> list[ScheduleRow]:
    """What is armed of a workflow."""
    return _schedules(connection, _of(workflow_id))


def _of(workflow_id: str) -> Select[Any]:
    return select(schedules).where(schedules.c.workflow_id == workflow_id).order_by(schedules.c.trigger_id)


def _schedules(connection: Connection, query: Select[Any]) -> list[ScheduleRow]:
    return [ScheduleRow(**row) for row in connection.execute(query).mappings()]


def _event_row(row: WorkflowRow, armed: ArmedTrigger) -> tuple[object, ...]:
    trigger = armed.trigger
    rows = () if trigger.rules is None else trigger.rules.rows
    return (
        row.id,
        trigger.id,
        row.tenant_id,
        _write(trigger.events).decode(),
        _write(rows).decode(),
        row.version,
        armed.priority,
    )


def _schedule_row(row: WorkflowRow, armed: ArmedTrigger, kept: ScheduleRow | None) -> tuple[object, ...]:
    trigger = armed.trigger
    is_kept = kept is not None and (kept.cron, kept.timezone) == (trigger.cron, trigger.timezone)
    return (
        row.id,
        trigger.id,
        row.tenant_id,
        trigger.cron,
        trigger.timezone,
        trigger.missed,
        kept.next_at if kept is not None and is_kept else armed.next_at,
        None if kept is None else kept.last_at,
    )
