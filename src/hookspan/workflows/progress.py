"""How far an execution is, and when it may be done (contracts A.6, V5)."""

from __future__ import annotations

from dataclasses import dataclass

from hookspan.model.executions import STEP_DONE
from hookspan.model.times import optional_instant
from hookspan.model.workflows import Definition
from hookspan.ports import Clock
from hookspan.storage import executions
from hookspan.storage.database import Database
from hookspan.workflows.state import State

PACE_KEPT_MS = 60_000


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
    """Completed and skipped steps count."""
    return Progress(len(definition.steps), sum(step.status in STEP_DONE for step in state.steps.values()))


def report(execution_id: str, progress: Progress, *, mean_ms: float | None, now: int) -> dict[str, object]:
    """A.6's report, which is the data of `progress.updated`; `mean_ms` is the mean duration of a step, if known."""
    remaining = progress.total - progress.completed
    due = None if mean_ms is None else now + round(remaining * mean_ms)
    return {
        "id": execution_id,
        "workflowExecutionId": execution_id,
        "completedTasks": progress.completed,
        "totalTasks": progress.total,
        "estimatedCompletion": optional_instant(due),
        "blockers": [],
        "milestones": [],
    }


class Pace:
    """Mean step durations by workflow, read at most once a minute."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[str, tuple[int, float | None]] = {}

    async def mean_ms(self, tenant_id: str, workflow_id: str) -> float | None:
        """Over the last 100 completed executions; None without history."""
        now = self._clock.now_ms()
        read_at, mean = self._known.get(workflow_id, (-PACE_KEPT_MS, None))
        if now - read_at >= PACE_KEPT_MS:
            mean = await self._database.read(executions.mean_step_ms, tenant_id, workflow_id)
            self._known[workflow_id] = (now, mean)
        return mean
