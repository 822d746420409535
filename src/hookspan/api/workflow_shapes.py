"""Bodies of the workflows' and executions' routes, for the document of the API (contracts C.6).

The routes answer with the JSON that is stored, byte for byte; these models say what it holds.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from hookspan.api.bodies import Answer, NativeBody
from hookspan.api.paging import Listing
from hookspan.model.executions import ExecutionStatus, StepStatus
from hookspan.model.workflows import StepKind, WorkflowStatus


class WorkflowInput(NativeBody):
    """A whole workflow; what is absent gets its default."""

    name: str
    description: str = ""
    status: WorkflowStatus = "active"
    priority: int = 1
    triggers: list[dict[str, Any]] = Field(default_factory=list)
    steps: list[dict[str, Any]]


class Workflow(Answer):
    """A workflow with the graph of its newest version."""

    id: str
    name: str
    description: str
    status: WorkflowStatus
    version: int
    semver: str
    priority: int
    triggers: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    created_at: str
    updated_at: str


class WorkflowVersion(Answer):
    """One version; it never changes."""

    workflow_id: str
    version: int
    priority: int
    triggers: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    created_at: str


class WorkflowList(Listing):
    """One page of workflows."""

    data: list[Workflow]


class WorkflowVersionList(Listing):
    """All versions, newest first."""

    data: list[WorkflowVersion]


class RunInput(NativeBody):
    """What the run reads as `trigger.body`."""

    input: Any = None


class ExecutionError(Answer):
    """Why an execution or a step failed."""

    code: str
    message: str
    step_id: str | None = None


class ExecutionSummary(Answer):
    """One run of a workflow, in a list."""

    id: str
    workflow_id: str
    workflow_version: int
    status: ExecutionStatus
    trigger_type: Literal["webhook", "webhook_replay", "event", "schedule", "manual"]
    trigger_event_id: str | None
    error: ExecutionError | None
    priority: int
    started_at: str | None
    completed_at: str | None
    duration_ms: int | None
    created_at: str


class ExecutionStep(Answer):
    """One step of a run; input and output are null without the scope payloads:read."""

    id: str
    step_id: str
    name: str
    kind: StepKind
    status: StepStatus
    attempt: int
    input: Any
    output: Any
    error: ExecutionError | None
    next_attempt_at: str | None
    started_at: str | None
    completed_at: str | None
    duration_ms: int | None


class Execution(ExecutionSummary):
    """One run of a workflow; `steps` with `expand=steps`. Content is null without the scope payloads:read."""

    input: Any
    output: Any
    steps: list[ExecutionStep] = Field(default_factory=list)


class ExecutionList(Listing):
    """One page of executions."""

    data: list[ExecutionSummary]


class ExecutionStepList(Listing):
    """Every step of a run, in the order of its workflow."""

    data: list[ExecutionStep]
