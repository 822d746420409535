"""Bodies of the executions' routes, for the document of the API (contracts C.6).

The routes answer with the JSON that is stored, byte for byte; these models say what it holds.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from hookspan.api.bodies import Answer, NativeBody
from hookspan.api.paging import Asked, Listing
from hookspan.model.executions import ExecutionStatus, StepStatus
from hookspan.model.workflows import StepKind

TriggerType = Literal["webhook", "webhook_replay", "event", "schedule", "manual"]
DESCRIPTION_MOST = 1_000
CODE_PATTERN = r"^[A-Za-z0-9._-]{1,100}$"
MESSAGE_MOST = 4_096


class StepError(Answer):
    """Why a step failed; without the scope payloads:read `message` says only that it is withheld."""

    code: str
    message: str


class ExecutionError(StepError):
    """Why an execution failed, and which step of it if it was one."""

    step_id: str | None


class ExecutionSummary(Answer):
    """One run of a workflow, in a list; a child names the step of its parent that it is the work of."""

    id: str
    workflow_id: str
    workflow_version: int
    status: ExecutionStatus
    trigger_type: TriggerType
    trigger_event_id: str | None
    error: ExecutionError | None
    priority: int
    parent_execution_id: str | None
    parent_step_id: str | None
    started_at: str | None
    completed_at: str | None
    duration_ms: int | None
    created_at: str


class ExecutionStep(Answer):
    """One step of a run; input and output are null without the scope payloads:read.

    `input` is what a step sent or was called with, so only steps of kind `http`, `python` and `workflow` have one.

    `reason` says why a step was skipped, which case a branch took or why none, or what could not be judged.
    `inputTruncated` and `outputTruncated` stand only where what is too large is left out, as null.
    Only a step that waits outside has a callback, and only callers with the scope workflows:run see it: whoever knows
    `callbackUrl` may answer in the step's name, once, until `callbackExpiresAt`.
    """

    id: str
    step_id: str
    name: str
    kind: StepKind
    status: StepStatus
    attempt: int
    input: Any
    output: Any
    error: StepError | None
    reason: str | None
    next_attempt_at: str | None
    started_at: str | None
    completed_at: str | None
    duration_ms: int | None
    input_truncated: Asked[bool] = None
    output_truncated: Asked[bool] = None
    callback_url: Asked[str] = None
    callback_expires_at: Asked[str] = None


class Execution(ExecutionSummary):
    """One run of a workflow; `steps` with `expand=steps`. Content is null without the scope payloads:read.

    `outputTruncated` stands only where the outputs of its last steps are too large together: `output` is null then.
    """

    input: Any
    output: Any
    output_truncated: Asked[bool] = None
    steps: list[ExecutionStep] = Field(default_factory=list)


class ExecutionList(Listing):
    """One page of executions."""

    data: list[ExecutionSummary]


class ExecutionStepList(Listing):
    """Every step of a run, in the order of its workflow."""

    data: list[ExecutionStep]


class ExecutionBlocker(Answer):
    """What keeps a run from going on, found or told; a found one bears the id of the step or sync point that waits."""

    id: str
    workflow_execution_id: str
    task_execution_id: str | None
    description: str
    created_at: str
    resolved_at: str | None


class ExecutionMilestone(Answer):
    """A milestone or sync point of a run."""

    id: str
    workflow_execution_id: str
    name: str
    description: str
    achieved: bool
    achieved_at: str | None


class ExecutionProgress(Answer):
    """How far a run is; `estimatedCompletion` is null without history, and the end itself once it completed."""

    id: str
    workflow_execution_id: str
    completed_tasks: int
    total_tasks: int
    estimated_completion: str | None
    blockers: list[ExecutionBlocker]
    milestones: list[ExecutionMilestone]
    status: ExecutionStatus
    percentage: float


class RetryInput(NativeBody):
    """Which failed step is tried again; all of them unless one is named."""

    step_id: str | None = None


class RestartInput(NativeBody):
    """From which step on a run begins anew."""

    step_id: str


class CompleteInput(NativeBody):
    """What the step's output is."""

    output: Any = None


class StepFailure(NativeBody):
    """Why a step failed, in full."""

    code: str = Field(default="failed", pattern=CODE_PATTERN)
    message: str = Field(default="", max_length=MESSAGE_MOST)


def _in_full(error: object) -> object:
    return {"message": error} if isinstance(error, str) else error


class FailInput(NativeBody):
    """Why the step failed, in words or with a code of the caller's."""

    error: Annotated[StepFailure, BeforeValidator(_in_full, json_schema_input_type=str | StepFailure)]


class BlockerInput(NativeBody):
    """What keeps a run from going on, and which step of it."""

    description: str = Field(min_length=1, max_length=DESCRIPTION_MOST)
    step_id: str | None = None
