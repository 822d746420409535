"""One advance under way: the state laid open, the moves that may be made in it, and what they command.

Whatever ends is put on a list, and `settle` looks at the steps behind it until nothing moves any more. Of a step that
has not begun it says: it waits, it is ready, or it is cut, because no way that was taken leads to it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from msgspec.structs import replace

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
from hookspan.model.workflows import Definition, Step, SyncPoint
from hookspan.workflows.context import hands_on
from hookspan.workflows.happenings import (
    GiveUp,
    Judge,
    Publish,
    Release,
    Request,
    StartStep,
)
from hookspan.workflows.marks import BLOCKED_AFTER_MS, Marks
from hookspan.workflows.state import (
    MEETING,
    UNTOUCHED,
    Changes,
    PointState,
    Problem,
    State,
    StepState,
    Then,
    is_lost,
    kept,
)

PROGRESS_EVERY_MS = 1_000
"""`progress.updated` at most once per execution and second, and always at the end (contracts F.2)."""


@dataclass(slots=True, kw_only=True)
class Advancing(Marks):
    """The state of an execution while it moves."""

    definition: Definition
    before: State
    steps: dict[str, StepState]
    points: dict[str, PointState]
    status: ExecutionStatus
    started_at: int | None
    problem: Problem | None
    changes: Changes
    has_progress: bool = False
    _behind: deque[Step] = field(default_factory=deque)

    @classmethod
    def of(
        cls, definition: Definition, state: State, *, now: int, blocked_after_ms: int = BLOCKED_AFTER_MS
    ) -> Advancing:
        """The state laid open."""
        return cls(
            definition=definition,
            before=state,
            now=now,
            steps=dict(state.steps),
            points=dict(state.points),
            milestones=dict(state.milestones),
            blockers=dict(state.blockers),
            alarms=dict(state.alarms),
            status=state.status,
            started_at=state.started_at,
            problem=state.error,
            changes=state.changes,
            blocked_after_ms=blocked_after_ms,
        )

    def result(self) -> State:
        """The next state; the last commands tell of progress and of the end."""
        is_over = self.status in ENDED
        if not is_over and self.status != "pending":
            self.go(self._open_status())
        if is_over:
            self.unblock_told()
        progress_at = self.before.progress_at
        if is_over or (self.has_progress and self.now - progress_at >= PROGRESS_EVERY_MS):
            self.commands.append(Publish("progress.updated"))
            progress_at = self.now
        if is_over:
            self.points = {each: replace(point, due_at=None) for each, point in self.points.items()}
            self.alarms.clear()
            self.commands.append(Publish(f"execution.{self.status}"))
        return State(
            status=self.status,
            steps=self.steps,
            started_at=self.started_at,
            completed_at=self.now if is_over else None,
            progress_at=progress_at,
            error=self.problem,
            points=self.points,
            milestones=self.milestones,
            blockers=kept(self.blockers),
            alarms=self.alarms,
            changes=self.changes,
        )

    def go(self, status: ExecutionStatus) -> None:
        """Move the execution."""
        check_move(EXECUTION_MOVES, self.status, status)
        self.status = status

    def _open_status(self) -> ExecutionStatus:
        """Waiting when nothing runs and a step waits."""
        states = {step.status for step in self.steps.values()}
        return "waiting" if "waiting" in states and "running" not in states else "running"

    # -- steps -----------------------------------------------------------------------------------------------------

    def step(self, step_id: str) -> StepState:
        """Where a step stands."""
        return self.steps.get(step_id, UNTOUCHED)

    def fits(self, step_id: str, attempt: int) -> bool:
        """Whether this very try of the step runs."""
        step = self.step(step_id)
        return step.status == "running" and step.attempt == attempt

    def waits_for(self, step_id: str, then: Then) -> bool:
        """Whether the step waits for just that."""
        step = self.step(step_id)
        return step.status == "waiting" and step.then == then

    def put(self, step_id: str, status: StepStatus, **changes: object) -> None:
        """Move a step; its timer is gone unless given anew, and what blocked it blocks no longer."""
        old = self.step(step_id)
        check_move(STEP_MOVES, old.status, status)
        if old.status == "waiting":
            self.unblock(step_id)
        if status in STEP_ENDED:
            self.unblock_told(step_id)
        members = {
            "attempt": old.attempt,
            "base": old.base,
            "holds": old.holds and status not in STEP_ENDED,
            "started_at": self.now if old.started_at is None and status == "running" else old.started_at,
            "completed_at": self.now if status in STEP_ENDED else None,
        }
        self.steps[step_id] = StepState(status=status, **(members | changes))  # type: ignore[arg-type]  # members by name

    def begin(self, step: Step) -> None:
        """Ask for what a step needs, or start it."""
        if not step.resources:
            self.start(step)
            return
        self.put(step.id, "waiting", then="grant")
        self.watch(step.id)
        self.commands.append(Request(step.id, step.resources))

    def start(self, step: Step) -> None:
        """A first try since the beginning or the last restart."""
        attempt = self.step(step.id).attempt + 1
        self.put(step.id, "running", attempt=attempt, holds=bool(step.resources))
        if step.resources:
            self.commands.append(Publish("resource.allocated", step.id))
        self.commands += (Publish("step.started", step.id), StartStep(step.id, attempt))

    def mark_short(self, step_id: str) -> None:
        """Tell once that a step has to wait for resources."""
        self.steps[step_id] = replace(self.steps[step_id], is_short=True)
        self.commands.append(Publish("resource.shortage", step_id))

    def try_again(self, step_id: str) -> None:
        """The next try of a step that waited for it."""
        attempt = self.step(step_id).attempt + 1
        self.put(step_id, "running", attempt=attempt)
        self.commands.append(StartStep(step_id, attempt))

    def wait(self, step_id: str, due_at: int | None, then: Then, *, is_blocking: bool = False) -> None:
        """Hold a row until the timer fires or an answer comes."""
        self.put(step_id, "waiting", due_at=due_at, then=then)
        # A far side that asks for a long pause holds the execution up as much as one that does not answer.
        is_long = then == "retry" and due_at is not None and due_at - self.now > self.blocked_after_ms
        if is_blocking or is_long:
            self.watch(step_id)

    def complete(self, step_id: str, chosen: tuple[str, ...] = (), reason: str | None = None) -> None:
        """A step is done: what stands behind it may go on."""
        self._release(step_id)
        self.put(step_id, "completed", chosen=chosen, reason=reason)
        self.change([step_id])
        self.commands.append(Publish("step.completed", step_id))
        self._ended(step_id)

    def change(self, step_ids: Iterable[str]) -> None:
        """The context changes, once, where one of these steps makes something of its own."""
        if not all(hands_on(self.definition.by_id[each]) for each in step_ids):
            self.changes = Changes(self.changes.count + 1, self.now)

    def skip(self, step_id: str, *, is_cut: bool, reason: str | None = None) -> None:
        """A step does not run; what stands behind one that was cut is cut too, unless another way leads there."""
        self.put(step_id, "skipped", is_cut=is_cut, reason=reason)
        self._ended(step_id)
        for each in self.definition.guards[step_id]:
            self._end_if_lost(each)

    def fail(self, step_id: str, problem: Problem, reason: str | None = None) -> None:
        """A step failed for good: those that handle it start, or the execution ends."""
        self._release(step_id)
        self.put(step_id, "failed", reason=reason, problem=Problem(problem.code, problem.message, step_id))
        self.commands.append(Publish("step.failed", step_id))
        self._end_if_lost(step_id)
        if self.status in ENDED:
            return
        self.has_progress = True
        for point in self.definition.points_of[step_id]:
            self.fail_point(point, f"{step_id} failed")
        self._behind.extend(self.definition.followers[step_id])

    def _end_if_lost(self, step_id: str) -> None:
        """The execution ends with a failure nobody is left to handle, as soon as that is known."""
        if self.status not in ENDED and is_lost(self.definition, self.steps, step_id):
            self.end("failed", self.step(step_id).problem)

    def _ended(self, step_id: str) -> None:
        self.has_progress = True
        for point in self.definition.points_of[step_id]:
            self._arrive(point, step_id)
        for milestone in self.definition.milestones:
            if step_id in milestone.after and all(self.step(each).status in STEP_DONE for each in milestone.after):
                self.achieve(milestone.id)
        self._behind.extend(self.definition.followers[step_id])

    def _release(self, step_id: str) -> None:
        """What it held is free, and what it still waits for nobody need give."""
        step = self.step(step_id)
        if step.holds or step.then == "grant":
            self.commands.append(Release(step_id))
        if step.holds:
            self.commands.append(Publish("resource.released", step_id))

    # -- what comes next -------------------------------------------------------------------------------------------

    def look_at(self, steps: Iterable[Step]) -> None:
        """Steps that may begin now."""
        self._behind.extend(steps)

    def settle(self) -> None:
        """Go on behind what ended until nothing moves; end when all is done."""
        asked: set[str] = set()
        while self._behind and self.status not in ENDED:
            step = self._behind.popleft()
            if self.step(step.id).status != "pending":
                continue
            match self.outlook(step):
                case "cut":
                    self.skip(step.id, is_cut=True)
                case "ready" if step.condition is None:
                    self.begin(step)
                case "ready" if step.id not in asked:
                    asked.add(step.id)
                    self.commands.append(Judge(step.id))
        is_open = self.status not in ENDED and self.status != "pending"
        if is_open and all(self.step(step.id).status in STEP_ENDED for step in self.definition.steps):
            self.go("completed")

    def outlook(self, step: Step) -> Literal["waits", "ready", "cut"]:
        """Whether a step that has not begun may begin."""
        definition = self.definition
        choosers, guards = definition.choosers[step.id], definition.guards[step.id]
        if not all(self._has_ended(each) for each in (*choosers, *guards, *step.needs)):
            return "waits"
        is_chosen = not choosers or any(step.id in self.step(each).chosen for each in choosers)
        is_called = not guards or any(self.step(each).status == "failed" for each in guards)
        is_reached = not step.needs or any(self._leads_on(each) for each in step.needs)
        return "ready" if is_chosen and is_called and is_reached else "cut"

    def _has_ended(self, each: str) -> bool:
        if each in self.definition.point_by_id:
            return self.points.get(each, MEETING).status == "completed"
        return self.step(each).status in STEP_ENDED

    def _leads_on(self, each: str) -> bool:
        """Whether what has ended lets those behind it run: not a step that failed, nor one that was cut."""
        step = self.step(each)
        return each in self.definition.point_by_id or (step.status in STEP_DONE and not step.is_cut)

    def end(self, status: ExecutionStatus, problem: Problem | None = None) -> None:
        """End now; open steps are cancelled, and told of, those too that never began."""
        for step_id, step in list(self.steps.items()):
            if step.status in STEP_ENDED:
                continue
            if step.then == "answer":
                self.commands.append(GiveUp(step_id))
            self._release(step_id)
            self.put(step_id, "cancelled")
            self.commands.append(Publish("step.cancelled", step_id))
        never_begun = [step.id for step in self.definition.steps if step.id not in self.steps]
        self.commands += [Publish("step.cancelled", step_id) for step_id in never_begun]
        self.go(status)
        self.problem = problem
        for point in self.definition.points:
            reason = self._missed(point)
            if reason is not None:
                self.fail_point(point, reason)
        self._behind.clear()

    # -- sync points ---------------------------------------------------------------------------------------------------

    def _arrive(self, point: SyncPoint, step_id: str) -> None:
        old = self.points.get(point.id, MEETING)
        if old.status != "pending" or step_id in old.reached:
            return
        reached = (*old.reached, step_id)
        self.commands.append(Publish("synchronization.point.reached", step_id, point.id))
        if set(point.requires) <= set(reached):
            self.unblock(point.id)
            self.points[point.id] = PointState("completed", reached)
            self.commands.append(Publish("synchronization.point.completed", subject=point.id))
            self.achieve(point.id)
            self._behind.extend(self.definition.followers[point.id])
            return
        if not old.reached:
            self.watch_point(point)
        self.points[point.id] = PointState("pending", reached, old.due_at)

    def expect(self, point: SyncPoint, reached: tuple[str, ...] = ()) -> None:
        """The execution begins, or begins anew: from now on a point has its time, whoever arrived before."""
        due_at = None if point.timeout_ms is None else self.now + point.timeout_ms
        self.points[point.id] = PointState("pending", reached, due_at)

    def watch_point(self, point: SyncPoint) -> None:
        """Some have arrived: where others wait behind the point, those who are missing hold them up."""
        if self.definition.followers[point.id]:
            self.watch(point.id)

    def _missed(self, point: SyncPoint) -> str | None:
        """Why a point will not be reached at the end: who failed, or who was cancelled; None when nobody did."""
        missing = [each for each in point.requires if self.step(each).status not in STEP_DONE]
        failed = [each for each in missing if self.step(each).status == "failed"]
        # Those that never began stand as pending here, and are cancelled like all that was open.
        return f"{failed[0]} failed" if failed else f"{missing[0]} was cancelled" if missing else None

    def fail_point(self, point: SyncPoint, reason: str) -> None:
        """A point that not all will reach; the execution fails with it."""
        old = self.points.get(point.id, MEETING)
        if old.status != "pending":
            return
        self.unblock(point.id)
        self.points[point.id] = PointState("failed", old.reached)
        self.commands.append(Publish("synchronization.point.failed", subject=point.id, reason=reason))
        if self.status not in ENDED:
            self.end("failed", Problem("sync_point_failed", f"{point.id}: {reason}"))
