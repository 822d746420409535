"""Kind `workflow`: a child execution, born in the transaction that records the step; its output is the step's.

Its failure and its cancel fail the step, and whoever ends the parent ends the child.
"""

from __future__ import annotations

from dataclasses import dataclass

from hookspan.errors import NotFound
from hookspan.model.executions import OFFSPRING_LIMIT
from hookspan.model.ids import canonical_id
from hookspan.model.templates import Template
from hookspan.model.workflows import NESTING_LIMIT, WorkflowRow
from hookspan.workflows.members import Members
from hookspan.workflows.state import Problem
from hookspan.workflows.steps import outcome
from hookspan.workflows.steps.outcome import Broken, Call

CANCELLED = Problem("child_cancelled", "the child execution was cancelled")
"""What a child that was cancelled says to its parent's step, which begins no other in its place."""


@dataclass(frozen=True, slots=True)
class Child:
    """Which workflow, and what it is given: the step's input where nothing is said."""

    workflow_id: str
    content: Template | None


def read(members: Members) -> Child:
    """`{workflowId, input?}`: runs that workflow and takes its output."""
    members.only(("workflowId", "input"))
    workflow_id = members.text("workflowId")
    try:
        workflow_id = canonical_id(workflow_id) if workflow_id else ""
    except NotFound:
        members.blame("workflowId", "must be the id of a workflow")
    return Child(workflow_id, members.template("input") if "input" in members.value else None)


def given(work: Child, call: Call) -> object:
    """What the child reads as `trigger.body`; raises TemplateError, or TooLarge."""
    return outcome.given(work.content, call)


def refused(row: WorkflowRow | None, call: Call, *, was_there: bool = False) -> Broken | None:
    """Why there cannot be such a child; None when there can. `was_there` tells a deleted workflow from none."""
    if call.nesting >= NESTING_LIMIT:
        detail = f"{NESTING_LIMIT} workflows already run inside one another"
        return Broken(Problem("nested_too_deep", detail))
    if call.room < 1:
        detail = f"over {OFFSPRING_LIMIT:,} executions could come to run inside one; nest fewer such steps"
        return Broken(Problem("too_many_children", detail))
    if row is None and not was_there:
        return Broken(Problem("workflow_unknown", "there is no such workflow"))
    if row is None:
        return Broken(Problem("workflow_deleted", "there is no such workflow any more"))
    if row.status != "active":
        return Broken(Problem("workflow_inactive", f"the workflow is {row.status}"))
    return None
