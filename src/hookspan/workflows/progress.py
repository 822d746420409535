"""How far an execution is, and when it may be done (contracts A.6, V5)."""

from __future__ import annotations

from dataclasses import dataclass

from hookspan.model.executions import ENDED, STEP_DONE, step_row_id
from hookspan.model.times import instant, optional_instant
from hookspan.model.workflows import Definition, Milestone, SyncPoint
from hookspan.ports import Clock
from hookspan.storage import executions
from hookspan.storage.database import Database
from hookspan.workflows.state import Blocker, State, is_lost

PACE_KEPT_MS = 60_000
UNKNOWN_PACE_KEPT_MS = 1_000
"""Without history it is looked for again this soon: the first execution to complete gives the next one its estimate."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Steps done of all steps."""

    total: int
    completed: int

    @property
    def percentage(self) -> float:
        """0.0 to 100.0, one digit behind the point; a workflow without steps is wholly done."""
        return round(100 * self.completed / self.total, 1) if self.total else 100.0


def measure(definition: Definition, state: State) -> Progress:
    """Completed and skipped steps count, and those whose failure others handle: nothing of them is left to do."""
    done = (
        step.status in STEP_DONE or (step.status == "failed" and not is_lost(definition, state.steps, step_id))
        for step_id, step in state.steps.items()
    )
    return Progress(len(definition.steps), sum(done))


def report(
    execution_id: str, definition: Definition, state: State, *, mean_ms: float | None, now: int
) -> dict[str, object]:
    """A.6's report, which is the data of `progress.updated`; `mean_ms` is the mean duration of a step, if known.

    What completed has its end for the estimate; what failed or was cancelled will not complete, so it has none.
    """
    progress = measure(definition, state)
    remaining = progress.total - progress.completed
    due = None if mean_ms is None or state.status in ENDED else now + round(remaining * mean_ms)
    return {
        "id": execution_id,
        "workflowExecutionId": execution_id,
        "completedTasks": progress.completed,
        "totalTasks": progress.total,
        "estimatedCompletion": optional_instant(state.completed_at if state.status == "completed" else due),
        "blockers": [blocker_json(execution_id, each, blocker) for each, blocker in state.blockers.items()],
        "milestones": [
            milestone_json(execution_id, each, state.milestones.get(each.id)) for each in definition.all_milestones
        ],
    }


def blocker_json(execution_id: str, blocker_id: str, blocker: Blocker) -> dict[str, object]:
    """V6; `id` is what the blocker is resolved by: of a found one the step or sync point that waits."""
    step_id = blocker.step_id
    return {
        "id": blocker_id,
        "workflowExecutionId": execution_id,
        "taskExecutionId": None if step_id is None else step_row_id(execution_id, step_id),
        "description": blocker.description,
        "createdAt": instant(blocker.created_at),
        "resolvedAt": optional_instant(blocker.resolved_at),
    }


def milestone_json(execution_id: str, milestone: Milestone | SyncPoint, achieved_at: int | None) -> dict[str, object]:
    """V7; a sync point is a milestone too."""
    return {
        "id": milestone.id,
        "workflowExecutionId": execution_id,
        "name": milestone.name,
        "description": milestone.description,
        "achieved": achieved_at is not None,
        "achievedAt": optional_instant(achieved_at),
    }


class Pace:
    """Mean step durations by workflow, read at most once a minute, without history at most once a second."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[str, tuple[int, float | None]] = {}

    async def mean_ms(self, tenant_id: str, workflow_id: str) -> float | None:
        """Over the last 100 completed executions; None without history."""
        now = self._clock.now_ms()
        read_at, mean = self._known.get(workflow_id, (-PACE_KEPT_MS, None))
        if now - read_at >= (UNKNOWN_PACE_KEPT_MS if mean is None else PACE_KEPT_MS):
            mean = await self._database.read(executions.mean_step_ms, tenant_id, workflow_id)
            self._known[workflow_id] = (now, mean)
        return mean
