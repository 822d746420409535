"""What may happen to an execution, and what follows: the words `advance` is spoken to and answers in.

Times are epoch milliseconds and arrive with the occurrence; the machine has no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

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
    """A step's condition was looked at; with a problem it could not be. `reason` explains what is not a yes."""

    now: int
    step_id: str
    holds: bool
    problem: Problem | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """A step has the resources it asked for."""

    now: int
    step_id: str


@dataclass(frozen=True, slots=True)
class Short:
    """There are not enough resources for a step now; `never` says why there will not be."""

    now: int
    step_id: str
    never: str | None = None


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step's work is done; a branch tells which ways it has `chosen`, and the `reason`."""

    now: int
    step_id: str
    attempt: int
    chosen: tuple[str, ...] = ()
    reason: str | None = None


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
    """What a step waited for came from outside; with a problem it failed there. `random01` draws the jitter."""

    now: int
    step_id: str
    problem: Problem | None = None
    is_retryable: bool = True
    random01: float = 0.5


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
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The instant a step, a sync point or an alarm waited for may have come: `subject` is the step's or point's id.

    With a problem a step whose time is over cannot hand on its input. `random01` draws the jitter before another try.
    """

    now: int
    subject: str
    problem: Problem | None = None
    random01: float = 0.5


@dataclass(frozen=True, slots=True)
class MilestoneTold:
    """Somebody said at `told_at` that a milestone is achieved."""

    now: int
    milestone_id: str
    told_at: int


@dataclass(frozen=True, slots=True)
class BlockerTold:
    """Somebody told of a blocker at `told_at`."""

    now: int
    blocker_id: str
    description: str
    told_at: int
    step_id: str | None = None


@dataclass(frozen=True, slots=True)
class BlockerGone:
    """Somebody said at `told_at` that a blocker is resolved."""

    now: int
    blocker_id: str
    told_at: int


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
    """Ask for a step's resources and tell Granted, or Short."""

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


Command: TypeAlias = Judge | Request | Release | StartStep | GiveUp | Publish
"""Timers are no commands: `State.due_at` says when TimerFired is to be told next, and the status that it has ended."""
