"""What the API answers with about executions: steps, progress, blockers, milestones (contracts C.6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hookspan.client.shapes import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionStep(Shape):
    """One step of a run; one that waits outside has a callback, whose URL is a credential and so not printed."""

    id: str
    step_id: str = ""
    name: str = ""
    kind: str = ""
    status: str = ""
    attempt: int = 0
    input: object = None
    output: object = None
    error: object = None
    reason: str | None = None
    next_attempt_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    duration_ms: float | None = None
    input_truncated: bool = False
    output_truncated: bool = False
    callback_url: str | None = field(default=None, repr=False)
    callback_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker(Shape):
    """What keeps a run from going on."""

    id: str
    workflow_execution_id: str = ""
    task_execution_id: str | None = None
    description: str = ""
    created_at: datetime | None = None
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneState(Shape):
    """A milestone or sync point of a run."""

    id: str
    workflow_execution_id: str = ""
    name: str = ""
    description: str = ""
    achieved: bool = False
    achieved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(Shape):
    """How far a run is."""

    id: str
    workflow_execution_id: str = ""
    completed_tasks: int = 0
    total_tasks: int = 0
    estimated_completion: datetime | None = None
    blockers: tuple[Blocker, ...] = ()
    milestones: tuple[MilestoneState, ...] = ()
    status: str = ""
    percentage: float = 0.0
