"""Workflows, executions and steps as the contracts print them (C.6).

Seed 002's spelling is in `tasks.py` and `task_executions.py`. Stored JSON goes out byte for byte as `msgspec.Raw`, so
answers are written with msgspec.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from hookspan.model.executions import ENDED, ExecutionRow, StepRow, step_row_id
from hookspan.model.times import instant, optional_instant
from hookspan.model.workflows import Definition, Step, VersionRow, WorkflowRow
from hookspan.storage.executions import Claimed
from hookspan.workflows.context import CUT, is_elsewhere, outputs_of, read_trigger
from hookspan.workflows.facts import duration_ms
from hookspan.workflows.progress import measure, report
from hookspan.workflows.reasons import reason_of
from hookspan.workflows.standing import recorded, standing
from hookspan.workflows.steps.outcome import OUTPUT_BYTES
from hookspan.workflows.validate import decode_definition

WITHHELD = "its message may hold content; reading it needs the scope payloads:read"
_NULL = msgspec.Raw(b"null")


class _Trigger(msgspec.Struct):
    """The part of a trigger that was the execution's input."""

    body: msgspec.Raw = _NULL


_read_trigger = msgspec.json.Decoder(_Trigger).decode


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
        "concurrency": row.concurrency,
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


def execution_json(row: ExecutionRow) -> dict[str, object]:
    """The native object of an execution; `input` is the body of its trigger, `outputTruncated` tells of a cut."""
    cut = {"outputTruncated": True} if row.output == CUT else {}
    return {
        "id": row.id,
        "workflowId": row.workflow_id,
        "workflowVersion": row.workflow_version,
        "status": row.status,
        "triggerType": row.trigger_type,
        "triggerEventId": row.trigger_event_id,
        "input": msgspec.Raw(input_of(row.trigger)),
        "output": _raw(row.output),
        **cut,
        "error": _raw(row.error),
        "priority": row.priority,
        "parentExecutionId": row.parent_execution_id,
        "parentStepId": row.parent_step_id,
        "startedAt": optional_instant(row.started_at),
        "completedAt": optional_instant(row.completed_at),
        "durationMs": duration_ms(row.started_at, row.completed_at),
        "createdAt": instant(row.created_at),
    }


def input_of(trigger: bytes) -> bytes:
    """The body of a stored trigger as JSON; null where there is none to read."""
    try:
        return bytes(_read_trigger(trigger).body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return b"null"


def step_json(row: StepRow, reason: str | None) -> dict[str, object]:
    """One recorded step of an execution; `reason` says why it did not run, or where a branch went.

    What is left out because it is too large says so: `inputTruncated`, `outputTruncated`.
    """
    cut = {f"{name}Truncated": True for name in ("input", "output") if getattr(row, name) == CUT}
    return {
        "id": row.id,
        "stepId": row.step_id,
        "name": row.name,
        "kind": row.kind,
        "status": row.status,
        "attempt": row.attempts,
        "input": _raw(row.input),
        "output": _raw(row.output),
        **cut,
        "error": _raw(row.error),
        "reason": reason,
        "nextAttemptAt": optional_instant(row.due_at),
        "startedAt": optional_instant(row.started_at),
        "completedAt": optional_instant(row.completed_at),
        "durationMs": duration_ms(row.started_at, row.completed_at),
    }


def steps_json(found: Claimed, definition: Definition) -> list[dict[str, object]]:
    """Every step of the pinned version, in the order written."""
    state, rows = recorded(found), all_steps(found.row, definition, found.steps)
    if any(is_elsewhere(definition, row) for row in found.steps):
        rows = _with_outputs(rows, definition, found.row.trigger)
    return [step_json(row, reason_of(definition, state, row.step_id)) for row in rows]


def _with_outputs(rows: Sequence[StepRow], definition: Definition, trigger: bytes) -> list[StepRow]:
    """The rows with what they hand on read back, repeated up to the size of a context and cut beyond."""
    try:
        outputs = outputs_of(definition, read_trigger(trigger), rows)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return list(rows)
    shown, room = [], OUTPUT_BYTES
    for row in rows:
        if row.output is None and row.step_id in outputs:
            output = outputs[row.step_id] if len(outputs[row.step_id]) <= room else CUT
            room -= len(output)
            shown.append(replace(row, output=output))
        else:
            shown.append(row)
    return shown


def all_steps(execution: ExecutionRow, definition: Definition, begun: Sequence[StepRow]) -> list[StepRow]:
    """Every step in the order written; one never started is pending, or cancelled at the end.

    What was recorded of steps that the version does not have, because it can no longer be read, stands behind.
    """
    rows = {row.step_id: row for row in begun}
    known = [rows.pop(step.id) if step.id in rows else _untouched(execution, step) for step in definition.steps]
    return [*known, *rows.values()]


def _untouched(execution: ExecutionRow, step: Step) -> StepRow:
    return StepRow(
        id=step_row_id(execution.id, step.id),
        tenant_id=execution.tenant_id,
        execution_id=execution.id,
        step_id=step.id,
        name=step.name,
        kind=step.kind,
        status="cancelled" if execution.status in ENDED else "pending",
        attempts=0,
        input=None,
        output=None,
        error=None,
        due_at=None,
        started_at=None,
        completed_at=execution.completed_at,
    )


def progress_json(found: Claimed, definition: Definition, *, mean_ms: float | None, now: int) -> dict[str, object]:
    """A.6's report of a stored execution, with its status and percentage; `mean_ms` is the mean duration of a step."""
    state = standing(found)
    return {
        **report(found.row.id, definition, state, mean_ms=mean_ms, now=now),
        "status": found.row.status,
        "percentage": measure(definition, state).percentage,
    }


def without_content(error: object) -> object:
    """The stored error of an execution, step or task for callers who may not read content: its code, and where."""
    if not isinstance(error, msgspec.Raw):
        return error
    return msgspec.json.decode(error, type=dict[str, object]) | {"message": WITHHELD}


def _raw(stored: bytes | str | None) -> msgspec.Raw | None:
    if stored is None or stored == CUT:
        return None
    return msgspec.Raw(stored.encode() if isinstance(stored, str) else stored)
