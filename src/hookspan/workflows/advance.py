"""The machine of an execution: `advance(definition, state, occurrence) → (state, commands)`, pure.

It knows no storage, no clock and no network: times arrive with occurrences, waits leave as commands. An occurrence
that does not fit the state (a late answer, a second one, anything after the end) changes nothing and commands
nothing, so it may be told twice. Outputs are not its matter: the engine keeps them beside the state.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Literal, TypeAlias

import msgspec

from hookspan.model.executions import (
    ENDED,
    EXECUTION_MOVES,
    STEP_DONE,
    STEP_ENDED,
    STEP_MOVES,
    ExecutionStatus,
    StepStatus,
    check_move,
)
from hookspan.model.workflows import Definition, Step

PROGRESS_EVERY_MS = 1_000
"""`progress.updated` at most once per execution and second, and always at the end (contracts F.2)."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a step or an execution failed."""

    code: str
    message: str
    step_id: str | None = None


class StepState(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where one step stands; `then` says what its timer brings."""

    status: StepStatus = "pending"
    attempt: int = 0
    due_at: int | None = None
    then: Literal["finish", "retry"] | None = None
    started_at: int | None = None
    completed_at: int | None = None


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where an execution stands; steps that were never started are left out of `steps`."""

    status: ExecutionStatus = "pending"
    steps: dict[str, StepState] = {}
    started_at: int | None = None
    completed_at: int | None = None
    progress_at: int = 0
    error: Problem | None = None

    def step(self, step_id: str) -> StepState:
        """The state of a step."""
        return self.steps.get(step_id, _UNTOUCHED)

    @property
    def due_at(self) -> int | None:
        """When the earliest timer fires; None without one."""
        return min((step.due_at for step in self.steps.values() if step.due_at is not None), default=None)


_UNTOUCHED = StepState()


@dataclass(frozen=True, slots=True)
class Started:
    """The execution was claimed for the first time."""

    now: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """Another claim took the execution on: whatever ran is run again, under the same attempt."""

    now: int


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step's work is done."""

    now: int
    step_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class StepWaits:
    """A step asks to be finished at an instant."""

    now: int
    step_id: str
    attempt: int
    until: int


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
    """The instant a step waited for has come."""

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


Occurrence: TypeAlias = Started | Resumed | StepFinished | StepWaits | StepFailed | TimerFired | Cancelled | Aborted


@dataclass(frozen=True, slots=True)
class StartStep:
    """Run a step's work."""

    step_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Tell TimerFired at `due_at`."""

    step_id: str
    due_at: int


@dataclass(frozen=True, slots=True)
class Publish:
    """Tell a fact: a type of the catalogue, and the step it is about."""

    type: str
    step_id: str | None = None


@dataclass(frozen=True, slots=True)
class Finish:
    """The execution is over."""

    status: ExecutionStatus


Command: TypeAlias = StartStep | SetTimer | Publish | Finish


def advance(definition: Definition, state: State, occurrence: Occurrence) -> tuple[State, tuple[Command, ...]]:
    """What follows from an occurrence; every move is one of the tables in `model/executions.py`."""
    if state.status in ENDED:
        return state, ()
    turn = _Turn(definition, state, occurrence.now, dict(state.steps), state.status, state.started_at)
    _apply(occurrence, turn)
    return turn.result(), tuple(turn.commands)


@dataclass(slots=True)
class _Turn:
    """One advance under way."""

    definition: Definition
    before: State
    now: int
    steps: dict[str, StepState]
    status: ExecutionStatus
    started_at: int | None
    commands: list[Command] = field(default_factory=list)
    problem: Problem | None = None
    has_progress: bool = False

    def result(self) -> State:
        """The next state; the last commands tell of progress and of the end."""
        is_over = self.status in ENDED
        if not is_over and self.status != "pending":
            self.go(self.open_status())
        progress_at = self.before.progress_at
        if is_over or (self.has_progress and self.now - progress_at >= PROGRESS_EVERY_MS):
            self.commands.append(Publish("progress.updated"))
            progress_at = self.now
        if is_over:
            self.commands += (Publish(f"execution.{self.status}"), Finish(self.status))
        return State(
            status=self.status,
            steps=self.steps,
            started_at=self.started_at,
            completed_at=self.now if is_over else None,
            progress_at=progress_at,
            error=self.problem,
        )

    def go(self, status: ExecutionStatus) -> None:
        """Move the execution."""
        check_move(EXECUTION_MOVES, self.status, status)
        self.status = status

    def open_status(self) -> ExecutionStatus:
        """Waiting when nothing runs and a timer is set."""
        states = {step.status for step in self.steps.values()}
        return "waiting" if "waiting" in states and "running" not in states else "running"

    def fits(self, step_id: str, attempt: int) -> bool:
        """Whether this very try of the step runs."""
        step = self.steps.get(step_id)
        return step is not None and step.status == "running" and step.attempt == attempt

    def put(self, step_id: str, status: StepStatus, *, due_at: int | None = None, attempt: int | None = None) -> None:
        """Move a step; its timer is gone unless given anew."""
        old = self.steps.get(step_id, _UNTOUCHED)
        check_move(STEP_MOVES, old.status, status)
        self.steps[step_id] = StepState(
            status=status,
            attempt=old.attempt if attempt is None else attempt,
            due_at=due_at,
            started_at=self.now if old.started_at is None and status == "running" else old.started_at,
            completed_at=self.now if status in STEP_ENDED else None,
        )

    def start(self, step: Step) -> None:
        """A first try."""
        self.put(step.id, "running", attempt=1)
        self.commands += (Publish("step.started", step.id), StartStep(step.id, 1))

    def start_ready(self, candidates: Iterable[Step]) -> None:
        """Start those whose needs are done."""
        for step in candidates:
            if step.id not in self.steps and all(self.is_done(other) for other in step.needs):
                self.start(step)

    def is_done(self, step_id: str) -> bool:
        """Whether steps behind this one may start."""
        step = self.steps.get(step_id)
        return step is not None and step.status in STEP_DONE

    def complete(self, step_id: str) -> None:
        """A step is done: go on behind it, or end."""
        self.put(step_id, "completed")
        self.commands.append(Publish("step.completed", step_id))
        self.has_progress = True
        self.start_ready(self.definition.followers[step_id])
        self.end_if_done()

    def end_if_done(self) -> None:
        """All steps done: the execution is completed."""
        if len(self.steps) == len(self.definition.steps) and all(map(self.is_done, self.steps)):
            self.go("completed")

    def end(self, status: ExecutionStatus, problem: Problem | None = None) -> None:
        """End now; open steps are cancelled, and told of if they had started."""
        for step_id, step in list(self.steps.items()):
            if step.status not in STEP_ENDED:
                self.put(step_id, "cancelled")
                self.commands.append(Publish("step.cancelled", step_id))
        self.go(status)
        self.problem = problem

    def wait(self, step_id: str, due_at: int, then: Literal["finish", "retry"]) -> None:
        """Hold a row until the timer fires."""
        self.put(step_id, "waiting", due_at=due_at)
        self.steps[step_id] = msgspec.structs.replace(self.steps[step_id], then=then)
        self.commands.append(SetTimer(step_id, due_at))


@singledispatch
def _apply(occurrence: object, turn: _Turn) -> None:
    raise TypeError(f"no occurrence of an execution: {occurrence!r}")


@_apply.register
def _started(_: Started, turn: _Turn) -> None:
    if turn.status != "pending":
        return
    turn.go("running")
    turn.started_at = turn.now
    turn.commands.append(Publish("execution.started"))
    turn.start_ready(turn.definition.steps)
    turn.end_if_done()


@_apply.register
def _resumed(_: Resumed, turn: _Turn) -> None:
    for step_id, step in turn.steps.items():
        if step.status == "running":
            turn.commands.append(StartStep(step_id, step.attempt))


@_apply.register
def _step_finished(occurrence: StepFinished, turn: _Turn) -> None:
    if turn.fits(occurrence.step_id, occurrence.attempt):
        turn.complete(occurrence.step_id)


@_apply.register
def _step_waits(occurrence: StepWaits, turn: _Turn) -> None:
    if turn.fits(occurrence.step_id, occurrence.attempt):
        turn.wait(occurrence.step_id, occurrence.until, "finish")


@_apply.register
def _step_failed(occurrence: StepFailed, turn: _Turn) -> None:
    if not turn.fits(occurrence.step_id, occurrence.attempt):
        return
    step = turn.definition.by_id[occurrence.step_id]
    if occurrence.is_retryable and occurrence.attempt < step.retry.attempts:
        wait_ms = step.retry.wait_ms(occurrence.attempt, random01=occurrence.random01)
        wished_ms = min(occurrence.retry_after_ms, step.retry.max_delay_ms)
        turn.wait(step.id, turn.now + max(wait_ms, wished_ms), "retry")
        turn.commands.append(Publish("step.retrying", step.id))
        return
    turn.put(step.id, "failed")
    turn.commands.append(Publish("step.failed", step.id))
    problem = occurrence.problem
    turn.end("failed", Problem(problem.code, problem.message, step.id))


@_apply.register
def _timer_fired(occurrence: TimerFired, turn: _Turn) -> None:
    step = turn.steps.get(occurrence.step_id)
    if step is None or step.due_at is None or step.due_at > turn.now:
        return
    if step.then == "finish":
        turn.complete(occurrence.step_id)
        return
    attempt = step.attempt + 1
    turn.put(occurrence.step_id, "running", attempt=attempt)
    turn.commands.append(StartStep(occurrence.step_id, attempt))


@_apply.register
def _cancelled(_: Cancelled, turn: _Turn) -> None:
    turn.end("cancelled")


@_apply.register
def _aborted(occurrence: Aborted, turn: _Turn) -> None:
    turn.end("failed", occurrence.problem)
