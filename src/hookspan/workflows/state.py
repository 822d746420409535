"""Where an execution stands: small, JSON, and all that `advance` needs to know beside the definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

import msgspec

from hookspan.model.executions import ExecutionStatus, StepStatus
from hookspan.model.workflows import Definition

Then: TypeAlias = Literal["finish", "retry", "grant", "answer"]
"""What a waiting step waits for: its instant, its next attempt, resources, or an answer from outside."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a step or an execution failed."""

    code: str
    message: str
    step_id: str | None = None


class StepState(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where one step stands.

    `attempt` counts on over restarts, `base` is what it was at the last one. `is_cut` marks a skipped step that was
    not on the way taken, `chosen` the ways a branch took, `is_short` that a shortage was told of, `holds` that it was
    granted resources which are not free yet. `reason` says what its condition came to, or a branch's cases; `problem`
    is why it failed, the execution's own where nobody handles it.
    """

    status: StepStatus = "pending"
    attempt: int = 0
    base: int = 0
    due_at: int | None = None
    then: Then | None = None
    started_at: int | None = None
    completed_at: int | None = None
    is_cut: bool = False
    is_short: bool = False
    holds: bool = False
    chosen: tuple[str, ...] = ()
    reason: str | None = None
    problem: Problem | None = None


class PointState(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who has arrived at a sync point; `due_at`, set at the execution's start, is when it fails for want of others."""

    status: Literal["pending", "completed", "failed"] = "pending"
    reached: tuple[str, ...] = ()
    due_at: int | None = None


class Blocker(msgspec.Struct, frozen=True, omit_defaults=True):
    """What keeps an execution from going on, found or told."""

    description: str
    created_at: int
    step_id: str | None = None
    resolved_at: int | None = None


class Changes(msgspec.Struct, frozen=True, omit_defaults=True):
    """How often the context was changed, what restarts took out of it included, and when it last was."""

    count: int = 0
    at: int | None = None


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where an execution stands; steps that were never started are left out of `steps`.

    `alarms` are the instants at which a wait becomes a blocker, by the step or point that waits. `milestones` tell
    when each was achieved.
    """

    status: ExecutionStatus = "pending"
    steps: dict[str, StepState] = {}
    started_at: int | None = None
    completed_at: int | None = None
    progress_at: int = 0
    error: Problem | None = None
    points: dict[str, PointState] = {}
    milestones: dict[str, int] = {}
    blockers: dict[str, Blocker] = {}
    alarms: dict[str, int] = {}
    changes: Changes = Changes()

    def step(self, step_id: str) -> StepState:
        """The state of a step."""
        return self.steps.get(step_id, UNTOUCHED)

    def awaits_answer(self, step_id: str) -> bool:
        """Whether a step waits for an answer, or for a signal."""
        step = self.step(step_id)
        return step.status == "waiting" and step.then == "answer"

    @property
    def due_at(self) -> int | None:
        """When the earliest timer fires; None without one."""
        return min(self._instants(), default=None)

    def _instants(self) -> Iterator[int]:
        yield from (each.due_at for each in self.steps.values() if each.due_at is not None)
        yield from (each.due_at for each in self.points.values() if each.due_at is not None)
        yield from self.alarms.values()


def is_lost(definition: Definition, steps: Mapping[str, StepState], step_id: str) -> bool:
    """Whether a step failed and none of its handlers ran or still may: each was skipped, or there are none.

    A handler that runs takes the failure over: should it fail too, its own problem counts.
    """
    if step_id not in steps or steps[step_id].status != "failed":
        return False
    step = definition.by_id.get(step_id)
    return step is None or all(each in steps and steps[each].status == "skipped" for each in step.on_error)


UNTOUCHED = StepState()
MEETING = PointState()
RESOLVED_KEPT = 100
"""How many resolved blockers an execution remembers, the latest."""


def kept(blockers: dict[str, Blocker]) -> dict[str, Blocker]:
    """Open ones all, of the resolved ones the latest."""
    resolved = [(blocker.resolved_at, each) for each, blocker in blockers.items() if blocker.resolved_at is not None]
    forgotten = {each for _, each in sorted(resolved)[:-RESOLVED_KEPT]}
    return {each: blocker for each, blocker in blockers.items() if each not in forgotten} if forgotten else blockers
