"""Seed 002's spelling of an execution: its steps are tasks, its data a context (contracts A.6, V4)."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from hookspan.model.executions import StepRow, step_row_id
from hookspan.model.jsform import write_js
from hookspan.model.jstree import NODE_LIMIT
from hookspan.model.times import instant, optional_instant
from hookspan.model.workflows import Definition, Step
from hookspan.storage.executions import Claimed
from hookspan.workflows.context import CUT, hands_on
from hookspan.workflows.resources import resources_json
from hookspan.workflows.shapes import all_steps, input_of, without_content
from hookspan.workflows.standing import recorded
from hookspan.workflows.state import State

LISTED_BYTES = 16 * 1024
"""What trigger and outputs of an execution may come to for a list to show its data: one may be a hundred megabytes."""
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)


def workflow_execution_json(found: Claimed, definition: Definition, *, with_content: bool) -> dict[str, object]:
    """The seed's object; the context's data is null without content, and in a list where it is too large for one."""
    row = found.row
    return {
        "id": row.id,
        "workflowDefinitionId": row.workflow_id,
        "status": row.status.upper(),
        "startTime": optional_instant(row.started_at),
        "endTime": optional_instant(row.completed_at),
        "taskExecutions": tasks_json(found, definition, with_content=with_content),
        "context": _context(found, definition, with_content=with_content),
    }


def tasks_json(found: Claimed, definition: Definition, *, with_content: bool) -> list[dict[str, object]]:
    """Every task, in the order of the definition; without content an error has no text of its own."""
    state = recorded(found)
    rows = all_steps(found.row, definition, found.steps)
    tasks = [_task(row, definition.by_id.get(row.step_id), definition, state) for row in rows]
    return tasks if with_content else [{**task, "error": without_content(task["error"])} for task in tasks]


def _task(row: StepRow, step: Step | None, definition: Definition, state: State) -> dict[str, object]:
    stands = state.step(row.step_id)
    holds = stands.holds and step is not None and step.resources
    # A task that begins anew counts the try that is due, though it may have to wait for it.
    is_anew = stands.status in ("pending", "waiting") and 0 < stands.base == stands.attempt
    return {
        "id": row.id,
        "workflowExecutionId": row.execution_id,
        "taskDefinitionId": row.step_id,
        "status": _status(row, step, definition, state),
        "startTime": None if row.status == "skipped" else optional_instant(row.started_at),
        "endTime": optional_instant(row.completed_at),
        "attempts": row.attempts + is_anew,
        "error": None if row.error is None else msgspec.Raw(row.error.encode()),
        "resources": resources_json(step.resources) if holds and step and step.resources else None,
    }


def _status(row: StepRow, step: Step | None, definition: Definition, state: State) -> str:
    """The seed knows no skipped task; a pending one that others meet before it is WAITING."""
    if row.status == "skipped":
        return "COMPLETED"
    if row.status == "pending" and step is not None and any(_is_met(each, definition, state) for each in step.needs):
        return "WAITING"
    return row.status.upper()


def _is_met(need: str, definition: Definition, state: State) -> bool:
    """Whether somebody has arrived at a sync point that holds the others up."""
    point = state.points.get(need)
    return need in definition.point_by_id and point is not None and point.status == "pending" and bool(point.reached)


def _context(found: Claimed, definition: Definition, *, with_content: bool) -> dict[str, object]:
    """What the execution was started with, and under `steps` what its steps made of it."""
    row = found.row
    known = definition.by_id
    made = [
        step
        for step in found.steps
        if step.output is not None and step.step_id in known and not hands_on(known[step.step_id])
    ]
    # Executions of an earlier release did not count: what they have made by now is the least they can have changed.
    changes = recorded(found).changes
    changed_at = [changes.at, *(step.completed_at for step in made)]
    return {
        "id": step_row_id(row.id, ""),
        "data": _data(input_of(row.trigger), made) if with_content and row.trigger != CUT else None,
        "version": 1 + max(changes.count, len(made)),
        "createdAt": instant(row.created_at),
        "updatedAt": instant(max((at for at in changed_at if at is not None), default=row.created_at)),
    }


def _data(start: bytes, made: Sequence[StepRow]) -> str:
    """The caller's own members as they came, and `steps` beside them where the caller has no member of that name."""
    members = _members(start)
    if made and "steps" not in members:
        outputs = {step.step_id: {"output": msgspec.Raw(step.output or b"null")} for step in made}
        members["steps"] = msgspec.Raw(msgspec.json.encode(outputs))
    written = msgspec.json.encode(members)
    return (written if _is_beyond_limits(written) else write_js(written).body).decode()


def _is_beyond_limits(written: bytes) -> bool:
    """Whether it holds so many values that it stays in exact form, in which it is: found without reading them all."""
    if written.count(b",") + written.count(b"[") + written.count(b"{") < NODE_LIMIT:
        return False
    marks = _TEXT.sub(b"", written)
    empty = marks.count(b"[]") + marks.count(b"{}")
    return marks.count(b",") + marks.count(b"[") + marks.count(b"{") - empty >= NODE_LIMIT


def _members(start: bytes) -> dict[str, msgspec.Raw]:
    """The members of what it was started with; what is no object is one of them."""
    if start.lstrip()[:1] == b"{":
        return msgspec.json.decode(start, type=dict[str, msgspec.Raw])
    return {} if start == b"null" else {"body": msgspec.Raw(start)}
