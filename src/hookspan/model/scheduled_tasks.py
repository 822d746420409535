"""What was planned for an hour, as `task.scheduled`, `task.executed` and `task.failed` tell it (contracts F.3, V11).

Two kinds: the runs of a workflow's schedule, and the delivery of an event that waits for its time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

import msgspec

from hookspan.model.events import NewEvent, NewFact
from hookspan.model.executions import step_row_id
from hookspan.model.ids import new_id
from hookspan.model.times import instant, optional_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing planned for an hour; times are epoch milliseconds, `error` is `{code, message}`.

    A schedule is one task however often it runs, named by its trigger's id; an event is one named by its type.
    """

    id: str
    name: str
    kind: Literal["schedule", "delayed_event"]
    scheduled_for: int
    workflow_id: str | None = None
    execution_id: str | None = None
    event_id: str | None = None
    executed_at: int | None = None
    duration_ms: int | None = None
    error: Mapping[str, object] | None = None


def task_json(task: Task) -> dict[str, object]:
    """V11."""
    return {
        "task_id": task.id,
        "task_name": task.name,
        "kind": task.kind,
        "workflow_id": task.workflow_id,
        "execution_id": task.execution_id,
        "event_id": task.event_id,
        "scheduled_for": instant(task.scheduled_for),
        "executed_at": optional_instant(task.executed_at),
        "duration_ms": task.duration_ms,
        "error": task.error,
    }


def schedule_task(workflow_id: str, trigger_id: str, scheduled_for: int) -> Task:
    """A run of a schedule; the task's id is the same for all of them."""
    return Task(
        id=step_row_id(workflow_id, f"schedule/{trigger_id}"),
        name=trigger_id,
        kind="schedule",
        workflow_id=workflow_id,
        scheduled_for=scheduled_for,
    )


def delayed_task(event_id: str, kind: str, deliver_at: int, *, executed_at: int | None = None) -> Task:
    """An event of this type that waits for its time, or has come to it."""
    return Task(
        id=event_id,
        name=kind,
        kind="delayed_event",
        event_id=event_id,
        scheduled_for=deliver_at,
        executed_at=executed_at,
    )


def schedule_fact(kind: str, task: Task, tenant_id: str, *, now: int) -> NewEvent:
    """The event that tells of a schedule's task; `kind` is its type."""
    return NewEvent(
        id=new_id(now),
        tenant_id=tenant_id,
        type=kind,
        data=msgspec.json.encode(task_json(task)),
        created_at=now,
        origin="workflow",
        workflow_id=task.workflow_id,
    )


def delay_facts(event: NewEvent) -> tuple[NewFact, ...]:
    """What is told of an event as it is accepted: `task.scheduled` of one that is to wait."""
    if event.deliver_at is None:
        return ()
    return (NewFact("task.scheduled", partial(_delayed, event.id, event.type, event.deliver_at)),)


def _delayed(event_id: str, kind: str, deliver_at: int) -> bytes:
    return msgspec.json.encode(task_json(delayed_task(event_id, kind, deliver_at)))
