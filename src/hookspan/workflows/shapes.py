"""Workflows, executions and steps as the contracts print them (C.6); seed 002's spelling is in `tasks.py`.

Stored JSON goes out byte for byte as `msgspec.Raw`, so answers are written with msgspec.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hookspan.model.executions import ENDED, ExecutionRow, StepRow, step_row_id
from hookspan.model.times import instant, optional_instant
from hookspan.model.workflows import VersionRow, WorkflowRow
from hookspan.workflows.facts import duration_ms
from hookspan.workflows.progress import report
from hookspan.workflows.state import State
from hookspan.workflows.validate import decode_definition, read_definition

_NULL = msgspec.Raw(b"null")


class _Trigger(msgspec.Struct):
    """The part of a trigger that was the execution's input."""

    body: msgspec.Raw = _NULL


_read_trigger = msgspec.json.Decoder(_Trigger).decode
_read_state = msgspec.json.Decoder(State).decode


def workflow_json(row: WorkflowRow, version: VersionRow) -> dict[str, object]:
    """The native object of a workflow with its current graph."""
    return {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "status": row.status,
        "version": row.version,
        "semver": row.semver,
        **decode_definition(version.definition),
        "createdAt": instant(row.created_at),
        "updatedAt": instant(row.updated_at),
    }


def version_json(version: VersionRow) -> dict[str, object]:
    """One version in the list of a workflow's versions."""
    return {
        "workflowId": version.workflow_id,
        "version": version.version,
        **decode_definition(version.definition),
        "createdAt": instant(version.created_at),
    }


def _objects(value: object) -> list[dict[str, object]]:
    assert isinstance(value, list)
    return value


def execution_json(row: ExecutionRow) -> dict[str, object]:
    """The native object of an execution; `input` is the body of its trigger."""
    return {
        "id": row.id,
        "workflowId": row.workflow_id,
        "workflowVersion": row.workflow_version,
        "status": row.status,
        "triggerType": row.trigger_type,
        "triggerEventId": row.trigger_event_id,
        "input": _input(row.trigger),
        "output": _raw(row.output),
        "error": _raw(row.error),
        "priority": row.priority,
        "startedAt": optional_instant(row.started_at),
        "completedAt": optional_instant(row.completed_at),
        "durationMs": duration_ms(row.started_at, row.completed_at),
        "createdAt": instant(row.created_at),
    }


def _input(trigger: bytes) -> msgspec.Raw:
    try:
        return _read_trigger(trigger).body
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _NULL


def step_json(row: StepRow) -> dict[str, object]:
    """One recorded step of an execution."""
    return {
        "id": row.id,
        "stepId": row.step_id,
        "name": row.name,
        "kind": row.kind,
        "status": row.status,
        "attempt": row.attempts,
        "input": _raw(row.input),
        "output": _raw(row.output),
        "error": _raw(row.error),
        "nextAttemptAt": optional_instant(row.due_at),
        "startedAt": optional_instant(row.started_at),
        "completedAt": optional_instant(row.completed_at),
        "durationMs": duration_ms(row.started_at, row.completed_at),
    }


def steps_json(execution: ExecutionRow, version: VersionRow, recorded: Sequence[StepRow]) -> list[dict[str, object]]:
    """Every step of the pinned version in the order written; one never started is pending, or cancelled at the end."""
    rows = {row.step_id: row for row in recorded}
    status = "cancelled" if execution.status in ENDED else "pending"
    return [
        step_json(rows[step_id] if step_id in rows else _untouched(execution, step, status))
        for step in _objects(decode_definition(version.definition)["steps"])
        if (step_id := str(step["id"]))
    ]


def _untouched(execution: ExecutionRow, step: dict[str, object], status: str) -> StepRow:
    step_id = str(step["id"])
    return StepRow(
        id=step_row_id(execution.id, step_id),
        tenant_id=execution.tenant_id,
        execution_id=execution.id,
        step_id=step_id,
        name=str(step["name"]),
        kind=str(step["kind"]),
        status="cancelled" if status == "cancelled" else "pending",
        attempts=0,
        input=None,
        output=None,
        error=None,
        due_at=None,
        started_at=None,
        completed_at=None,
    )


def progress_json(
    execution: ExecutionRow, version: VersionRow, *, mean_ms: float | None, now: int
) -> dict[str, object]:
    """A.6's report of a stored execution; `mean_ms` is the mean duration of a step, if known."""
    state = State() if execution.state is None else _read_state(execution.state)
    return report(execution.id, read_definition(version.definition), state, mean_ms=mean_ms, now=now)


def _raw(stored: bytes | str | None) -> msgspec.Raw | None:
    if stored is None:
        return None
    return msgspec.Raw(stored.encode() if isinstance(stored, str) else stored)
