"""What may happen to an execution, and what follows: the words `advance` is spoken to and answers in.

Times are epoch milliseconds and arrive with the occurrence; the machine has no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from hookspan.model.executions import ExecutionStatus
from hookspan.workflows.state import Problem, Then


@dataclass(frozen=True, slots=True)
class Started:
    """The execution was claimed for the first time."""

    now: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """Another claim took the execution on: whatever ran is run again, under the same attempt."""

    now: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A step's condition was looked at; with a problem it could not be."""

    now: int
    step_id: str
    holds: bool
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """A step has the resources it asked for."""

    now: int
    step_id: str


@dataclass(frozen=True, slots=True)
class Short:
    """There are not enough resources for a step now."""

    now: int
    step_id: str


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step's work is done; a branch tells which ways it `chosen`."""

    now: int
    step_id: str
    attempt: int
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepWaits:
    """A step waits for an instant (`then` "finish"), or for an answer until that instant, for ever without one."""

    now: int
    step_id: str
    attempt: int
    until: int | None
    then: Then = "finish"
    is_blocking: bool = False
    """Whether a long wait is told of as a blocker."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a step waited for came from outside; with a problem it failed there."""

    now: int
    step_id: str
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class StepFailed:
    """A try failed. `random01` draws the jitter; `retry_after_ms` is the far side's wish."""

    now: int
    step_id: str
    attempt: int
    problem: Problem
    is_retryable: bool = False
    retry_after_ms: int = 0
    random01: float = 0.5


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The instant a step, a sync point or an alarm waited for may have come: `subject` is the step's or point's id."""

    now: int
    subject: str


@dataclass(frozen=True, slots=True)
class MilestoneTold:
    """Somebody says that a milestone is achieved, at `told_at` where that is not now."""

    now: int
    milestone_id: str
    told_at: int | None = None


@dataclass(frozen=True, slots=True)
class BlockerTold:
    """Somebody tells of a blocker, at `told_at` where that is not now."""

    now: int
    blocker_id: str
    description: str
    step_id: str | None = None
    told_at: int | None = None


@dataclass(frozen=True, slots=True)
class BlockerGone:
    """Somebody says that a blocker is resolved, at `told_at` where that is not now."""

    now: int
    blocker_id: str
    told_at: int | None = None


@dataclass(frozen=True, slots=True)
class Retried:
    """A caller has the failed steps of a failed execution tried again."""

    now: int
    step_id: str | None = None
    """Only this one; None: all that failed."""


@dataclass(frozen=True, slots=True)
class Restarted:
    """A caller has an ended execution begin anew from a step on."""

    now: int
    step_id: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A caller ends the execution."""

    now: int


@dataclass(frozen=True, slots=True)
class Aborted:
    """The engine ends the execution: it killed its workers, or cannot be read."""

    now: int
    problem: Problem


Occurrence: TypeAlias = (
    Started
    | Resumed
    | Judged
    | Granted
    | Short
    | StepFinished
    | StepWaits
    | Answered
    | StepFailed
    | TimerFired
    | MilestoneTold
    | BlockerTold
    | BlockerGone
    | Retried
    | Restarted
    | Cancelled
    | Aborted
)


@dataclass(frozen=True, slots=True)
class Judge:
    """Look at a step's condition and tell Judged."""

    step_id: str


@dataclass(frozen=True, slots=True)
class Request:
    """Ask for a step's resources and tell Granted, or Short; may be asked again."""

    step_id: str
    resources: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Release:
    """A step's resources are free."""

    step_id: str


@dataclass(frozen=True, slots=True)
class StartStep:
    """Run a step's work."""

    step_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Tell TimerFired at `due_at`."""

    subject: str
    due_at: int


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Nobody waits any more for the answer this step waited for: end what it began outside."""

    step_id: str


@dataclass(frozen=True, slots=True)
class Publish:
    """Tell a fact: a type of the catalogue, and what it is about.

    `step_id` names a step; `subject` a sync point, a milestone or a blocker.
    """

    type: str
    step_id: str | None = None
    subject: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Finish:
    """The execution is over."""

    status: ExecutionStatus


Command: TypeAlias = Judge | Request | Release | StartStep | SetTimer | GiveUp | Publish | Finish
