"""What an execution tells of itself: events of the catalogue (D1, D2, V5) and live frames (contracts F.3, B.11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from hookspan.model.events import NewEvent
from hookspan.model.executions import ExecutionRow, step_row_id
from hookspan.model.ids import new_id
from hookspan.model.times import instant, optional_instant
from hookspan.model.workflows import Definition
from hookspan.workflows.happenings import Publish
from hookspan.workflows.progress import measure
from hookspan.workflows.state import Problem, State

SHOWN_OUTPUT_BYTES = 16 * 1024
"""A step's event carries its output up to this size (contracts F.3, D2)."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Which execution, of what."""

    row: ExecutionRow
    workflow_name: str
    definition: Definition


@dataclass(frozen=True, slots=True)
class Fact:
    """Something to tell, with the state it was true in; `output` and `problem` belong to its step or execution."""

    publish: Publish
    state: State
    at: int
    output: bytes | None = None
    problem: Problem | None = None


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


def data_of(subject: Subject, fact: Fact) -> bytes:
    """The data of `execution.*` (D1) and `step.*` (D2)."""
    step_id = fact.publish.step_id
    shaped = execution_data(subject, fact) if step_id is None else step_data(subject, fact, step_id)
    return msgspec.json.encode(shaped)


def execution_data(subject: Subject, fact: Fact) -> dict[str, object]:
    """D1; members still open are null."""
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
        "output": None if fact.output is None else msgspec.Raw(fact.output),
        "error": problem_json(state.error),
    }


def step_data(subject: Subject, fact: Fact, step_id: str) -> dict[str, object]:
    """D2, with the id of the step's row; a large output is left out."""
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
        "output": None,
        "error": None if fact.problem is None else {"code": fact.problem.code, "message": fact.problem.message},
    }
    if fact.output is not None and len(fact.output) > SHOWN_OUTPUT_BYTES:
        del shaped["output"]
        shaped["outputTruncated"] = True
    elif fact.output is not None:
        shaped["output"] = msgspec.Raw(fact.output)
    if fact.publish.type == "step.retrying":
        shaped["nextAttemptAt"] = optional_instant(step.due_at)
    return shaped


def frames_of(subject: Subject, fact: Fact) -> list[Mapping[str, object]]:
    """The live frames of a fact, small and without payloads; progress goes out under both of its names."""
    frame = _frame(subject, fact)
    if fact.publish.type == "progress.updated":
        return [frame, {**frame, "type": "execution.progress"}]
    return [frame]


def _frame(subject: Subject, fact: Fact) -> dict[str, object]:
    row, state = subject.row, fact.state
    frame: dict[str, object] = {
        "topic": "executions",
        "type": fact.publish.type,
        "tenantId": row.tenant_id,
        "executionId": row.id,
        "workflowId": row.workflow_id,
        "status": state.status,
        "timestamp": instant(fact.at),
    }
    if fact.publish.step_id is not None:
        frame["step"] = _step_frame(subject, fact, fact.publish.step_id)
    elif fact.publish.type != "execution.started":
        progress = measure(subject.definition, state)
        frame["progress"] = {
            "totalSteps": progress.total,
            "completedSteps": progress.completed,
            "percentage": progress.percentage,
        }
    return frame


def _step_frame(subject: Subject, fact: Fact, step_id: str) -> dict[str, object]:
    step = fact.state.step(step_id)
    return {
        "stepId": step_row_id(subject.row.id, step_id),
        "nodeId": step_id,
        "nodeType": subject.definition.by_id[step_id].kind,
        "status": step.status,
        "attempt": step.attempt,
        "error": None if fact.problem is None else fact.problem.message,
        "durationMs": duration_ms(step.started_at, step.completed_at),
        "startedAt": optional_instant(step.started_at),
        "completedAt": optional_instant(step.completed_at),
    }


def duration_ms(started_at: int | None, ended_at: int | None) -> int | None:
    """None while either is open."""
    return None if started_at is None or ended_at is None else ended_at - started_at


def problem_json(problem: Problem | None) -> dict[str, object] | None:
    """`{code, message, stepId}`."""
    return None if problem is None else {"code": problem.code, "message": problem.message, "stepId": problem.step_id}
