"""What an execution tells of itself: events of the catalogue (D1, D2, V5 to V9, V11; contracts F.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
from msgspec import structs

from hookspan.model.events import NewEvent
from hookspan.model.executions import ENDED, ExecutionRow, resource_lease_id, step_row_id
from hookspan.model.ids import new_id
from hookspan.model.scheduled_tasks import Task, schedule_task, task_json
from hookspan.model.times import instant, optional_instant, parse_instant
from hookspan.model.workflows import Definition
from hookspan.workflows.happenings import Publish
from hookspan.workflows.progress import blocker_json, measure, milestone_json
from hookspan.workflows.resources import resources_json
from hookspan.workflows.state import Problem, State, StepState

SHOWN_OUTPUT_BYTES = 16 * 1024
"""Events of executions and steps carry an output up to this size (contracts F.3, D2)."""
MET_TASKS = 50
"""Each arrival at a sync point tells of at most so many names: of all who arrive each would tell of all."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Which execution, of what."""

    row: ExecutionRow
    workflow_name: str
    definition: Definition


@dataclass(frozen=True, slots=True)
class Fact:
    """Something to tell, with the state it was true in; `output` and `problem` belong to its step or execution.

    `detail` is what only a shortage has: how much was `requested`, how much is `available`, and the `reason` why it
    will never be enough.
    """

    publish: Publish
    state: State
    at: int
    output: bytes | None = None
    problem: Problem | None = None
    detail: Mapping[str, object] | None = None


def as_begun(state: State, step_id: str) -> State:
    """The state a step began in: by now it may have failed at once, for a condition that cannot be judged."""
    step = state.step(step_id)
    if step.status == "running":
        return state
    begun = structs.replace(step, status="running", completed_at=None)
    return State(status="running", started_at=state.started_at, steps={step_id: begun})


def as_ended(state: State, step_id: str) -> State:
    """The state with a step that never began as it is shown once its execution has ended: cancelled."""
    if state.status not in ENDED or step_id in state.steps:
        return state
    cancelled = StepState(status="cancelled", completed_at=state.completed_at)
    return State(status=state.status, started_at=state.started_at, steps={step_id: cancelled})


def fact_ids(facts: Sequence[Fact]) -> list[str]:
    """Event ids that sort as the facts happened, also within one millisecond."""
    return sorted(new_id(fact.at) for fact in facts)


def event_of(subject: Subject, fact: Fact, event_id: str) -> NewEvent:
    """The event without its data, enough to ask who wants it."""
    row = subject.row
    return NewEvent(
        id=event_id,
        tenant_id=row.tenant_id,
        type=fact.publish.type,
        data=b"",
        created_at=fact.at,
        origin="workflow",
        workflow_id=row.workflow_id,
        execution_id=row.id,
        priority=row.priority,
        depth=row.depth + 1,
    )


def with_tasks(subject: Subject, facts: Sequence[Fact]) -> list[Fact]:
    """Every fact and, behind the end of a scheduled run, what became of its task."""
    found: list[Fact] = []
    for fact in facts:
        found.append(fact)
        kind = _TASK_ENDS.get(fact.publish.type) if subject.row.trigger_type == "schedule" else None
        if kind is not None:
            found.append(replace(fact, publish=Publish(kind)))
    return found


def data_of(subject: Subject, fact: Fact) -> bytes:
    """The data of a fact, by the room its name stands in; progress is the report of `progress.py`."""
    room = fact.publish.type.split(".", 1)[0]
    if room == "execution":
        return msgspec.json.encode(execution_data(subject, fact))
    if room == "step":
        return msgspec.json.encode(step_data(subject, fact, fact.publish.step_id or ""))
    return msgspec.json.encode(_OTHERS[room](subject, fact))


def execution_data(subject: Subject, fact: Fact) -> dict[str, object]:
    """D1; members still open are null, a large output is left out."""
    row, state = subject.row, fact.state
    progress = measure(subject.definition, state)
    return {
        "executionId": row.id,
        "workflowId": row.workflow_id,
        "workflowName": subject.workflow_name,
        "workflowVersion": row.workflow_version,
        "status": state.status,
        "triggerType": row.trigger_type,
        "triggerEventId": row.trigger_event_id,
        "startedAt": optional_instant(state.started_at),
        "completedAt": optional_instant(state.completed_at),
        "durationMs": duration_ms(state.started_at, state.completed_at),
        "stepsTotal": progress.total,
        "stepsCompleted": progress.completed,
        **_output(fact.output),
        "error": problem_json(state.error),
    }


def step_data(subject: Subject, fact: Fact, step_id: str) -> dict[str, object]:
    """D2, with the id of the step's row and what the step holds; a large output is left out."""
    row, step = subject.row, fact.state.step(step_id)
    definition = subject.definition.by_id[step_id]
    shaped: dict[str, object] = {
        "id": step_row_id(row.id, step_id),
        "executionId": row.id,
        "workflowId": row.workflow_id,
        "stepId": step_id,
        "stepName": definition.name,
        "kind": definition.kind,
        "status": step.status,
        "attempt": step.attempt,
        "startedAt": optional_instant(step.started_at),
        "completedAt": optional_instant(step.completed_at),
        "durationMs": duration_ms(step.started_at, step.completed_at),
        **_output(fact.output),
        "error": None if fact.problem is None else {"code": fact.problem.code, "message": fact.problem.message},
        "resources": resources_json(definition.resources) if step.holds and definition.resources else None,
    }
    if fact.publish.type == "step.retrying":
        shaped["nextAttemptAt"] = optional_instant(step.due_at)
    return shaped


def is_cut(output: bytes | None) -> bool:
    """Whether an output is too large to be told, or was too large to be kept."""
    return output is not None and not 0 < len(output) <= SHOWN_OUTPUT_BYTES


def _output(output: bytes | None) -> dict[str, object]:
    if is_cut(output):
        return {"outputTruncated": True}
    return {"output": None if output is None else msgspec.Raw(output)}


def duration_ms(started_at: int | None, ended_at: int | None) -> int | None:
    """None while either is open."""
    return None if started_at is None or ended_at is None else ended_at - started_at


def problem_json(problem: Problem | None) -> dict[str, object] | None:
    """`{code, message, stepId}`."""
    return None if problem is None else {"code": problem.code, "message": problem.message, "stepId": problem.step_id}


def _blocker(subject: Subject, fact: Fact) -> dict[str, object]:
    blocker_id = fact.publish.subject or ""
    return blocker_json(subject.row.id, blocker_id, fact.state.blockers[blocker_id])


def _milestone(subject: Subject, fact: Fact) -> dict[str, object]:
    milestone_id = fact.publish.subject
    milestone = next(each for each in subject.definition.all_milestones if each.id == milestone_id)
    return milestone_json(subject.row.id, milestone, fact.state.milestones.get(milestone.id))


def _resource(subject: Subject, fact: Fact) -> dict[str, object]:
    """V8; `resource.released` is told as the lease ends."""
    step_id = fact.publish.step_id or ""
    step, execution_id = fact.state.step(step_id), subject.row.id
    shaped: dict[str, object] = {
        "id": resource_lease_id(execution_id, step_id, step.base),
        "workflowExecutionId": execution_id,
        "taskExecutionId": step_row_id(execution_id, step_id),
        "resources": resources_json(subject.definition.by_id[step_id].resources or {}),
        "allocatedAt": optional_instant(step.started_at),
        "releasedAt": instant(fact.at) if fact.publish.type == "resource.released" else None,
    }
    if fact.publish.type == "resource.shortage":
        detail = fact.detail or {}
        for name in ("requested", "available"):
            amounts = detail.get(name)
            shaped[name] = resources_json(amounts if isinstance(amounts, dict) else {})
        shaped["reason"] = detail.get("reason")
    return shaped


def _task(subject: Subject, fact: Fact) -> dict[str, object]:
    """V11 of a scheduled run that has ended."""
    row, state = subject.row, fact.state
    error = None if state.error is None else {"code": state.error.code, "message": state.error.message}
    if state.status == "cancelled":
        error = {"code": "cancelled", "message": "the execution was cancelled"}
    task = replace(
        _task_of(row),
        execution_id=row.id,
        executed_at=fact.at,
        duration_ms=duration_ms(state.started_at, state.completed_at),
        error=error,
    )
    return task_json(task)


def _task_of(row: ExecutionRow) -> Task:
    try:
        told = msgspec.json.decode(row.trigger, type=_ScheduledTrigger).body
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Its context is not as it was written, which is why the run failed: that must be told all the same.
        return schedule_task(row.workflow_id, "trigger", row.created_at)
    return schedule_task(row.workflow_id, told.trigger_id, parse_instant(told.scheduled_for, "/scheduledFor"))


def _sync_point(subject: Subject, fact: Fact) -> dict[str, object]:
    """V9, with the `reason` of a failure; of a long list each arrival has the first required and the last arrived."""
    point = subject.definition.point_by_id[fact.publish.subject or ""]
    stands = fact.state.points.get(point.id)
    is_long = fact.publish.type == "synchronization.point.reached" and len(point.requires) > MET_TASKS
    met = () if stands is None else stands.reached
    shaped: dict[str, object] = {
        "id": point.id,
        "workflowExecutionId": subject.row.id,
        "name": point.name,
        "description": point.description,
        "requiredTasks": point.requires[:MET_TASKS] if is_long else point.requires,
        "completedTasks": met[-MET_TASKS:] if is_long else met,
        "timeout": point.timeout_ms,
        "at": instant(fact.at),
    }
    if is_long:
        shaped["tasksTruncated"] = True
    return shaped if fact.publish.reason is None else {**shaped, "reason": fact.publish.reason}


_TASK_ENDS = {
    "execution.completed": "task.executed",
    "execution.failed": "task.failed",
    "execution.cancelled": "task.failed",
}


class _ScheduledRun(msgspec.Struct, rename="camel"):
    """What the context of a scheduled run says of it."""

    trigger_id: str
    scheduled_for: str


class _ScheduledTrigger(msgspec.Struct):
    body: _ScheduledRun


_OTHERS: Mapping[str, Callable[[Subject, Fact], dict[str, object]]] = {
    "blocker": _blocker,
    "milestone": _milestone,
    "resource": _resource,
    "synchronization": _sync_point,
    "task": _task,
}
