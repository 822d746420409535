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
from hookspan.workflows.happenings import (
    Command,
    Finish,
    GiveUp,
    Judge,
    Publish,
    Release,
    Request,
    SetTimer,
    StartStep,
)
from hookspan.workflows.state import (
    MEETING,
    UNTOUCHED,
    Blocker,
    PointState,
    Problem,
    State,
    StepState,
    Then,
)

PROGRESS_EVERY_MS = 1_000
"""`progress.updated` at most once per execution and second, and always at the end (contracts F.2)."""
BLOCKED_AFTER_MS = 30_000
"""A wait for others becomes a blocker after this unless the operator says otherwise (contracts F.2)."""
RESOLVED_KEPT = 100
"""How many resolved blockers an execution remembers, the latest."""


@dataclass(slots=True)
class Turn:
    """The state of an execution while it moves."""

    definition: Definition
    before: State
    now: int
    steps: dict[str, StepState]
    points: dict[str, PointState]
    milestones: dict[str, int]
    blockers: dict[str, Blocker]
    alarms: dict[str, int]
    status: ExecutionStatus
    started_at: int | None
    problem: Problem | None
    blocked_after_ms: int = BLOCKED_AFTER_MS
    commands: list[Command] = field(default_factory=list)
    has_progress: bool = False
    _behind: deque[Step] = field(default_factory=deque)

    @classmethod
    def of(cls, definition: Definition, state: State, *, now: int, blocked_after_ms: int = BLOCKED_AFTER_MS) -> Turn:
        """The state laid open."""
        return cls(
            definition,
            state,
            now,
            dict(state.steps),
            dict(state.points),
            dict(state.milestones),
            dict(state.blockers),
            dict(state.alarms),
            state.status,
            state.started_at,
            state.error,
            blocked_after_ms,
        )

    def result(self) -> State:
        """The next state; the last commands tell of progress and of the end."""
        is_over = self.status in ENDED
        if not is_over and self.status != "pending":
            self.go(self._open_status())
        if is_over:
            self._unblock_told()
        progress_at = self.before.progress_at
        if is_over or (self.has_progress and self.now - progress_at >= PROGRESS_EVERY_MS):
            self.commands.append(Publish("progress.updated"))
            progress_at = self.now
        if is_over:
            self.points = {each: replace(point, due_at=None) for each, point in self.points.items()}
            self.alarms.clear()
            self.commands += (Publish(f"execution.{self.status}"), Finish(self.status))
        return State(
            status=self.status,
            steps=self.steps,
            started_at=self.started_at,
            completed_at=self.now if is_over else None,
            progress_at=progress_at,
            error=self.problem,
            points=self.points,
            milestones=self.milestones,
            blockers=_kept(self.blockers),
            alarms=self.alarms,
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
            self._unblock_told(step_id)
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
        self._watch(step.id)
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
        if due_at is not None:
            self.commands.append(SetTimer(step_id, due_at))
        # A far side that asks for a long pause holds the execution up as much as one that does not answer.
        is_long = then == "retry" and due_at is not None and due_at - self.now > self.blocked_after_ms
        if is_blocking or is_long:
            self._watch(step_id)

    def complete(self, step_id: str, chosen: tuple[str, ...] = ()) -> None:
        """A step is done: what stands behind it may go on."""
        self._release(step_id)
        self.put(step_id, "completed", chosen=chosen)
        self.commands.append(Publish("step.completed", step_id))
        self._ended(step_id)

    def skip(self, step_id: str, *, is_cut: bool) -> None:
        """A step does not run; what stands behind one that was cut is cut too, unless another way leads there."""
        self.put(step_id, "skipped", is_cut=is_cut)
        self._ended(step_id)

    def fail(self, step_id: str, problem: Problem) -> None:
        """A step failed for good: those that handle it start, or the execution ends."""
        self._release(step_id)
        self.put(step_id, "failed")
        self.commands.append(Publish("step.failed", step_id))
        if not self.definition.by_id[step_id].on_error:
            self.end("failed", Problem(problem.code, problem.message, step_id))
            return
        self.has_progress = True
        for point in self.definition.points_of[step_id]:
            self.fail_point(point, f"{step_id} failed")
        self._behind.extend(self.definition.followers[step_id])

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
        """End now; open steps are cancelled, and told of."""
        for step_id, step in list(self.steps.items()):
            if step.status in STEP_ENDED:
                continue
            if step.then == "answer":
                self.commands.append(GiveUp(step_id))
            self._release(step_id)
            self.put(step_id, "cancelled")
            if step.status != "pending":
                self.commands.append(Publish("step.cancelled", step_id))
        self.go(status)
        self.problem = problem
        for point in self.definition.points:
            reason = self._missed(point)
            if reason is not None:
                self.fail_point(point, reason)
        self._behind.clear()

    # -- sync points, milestones, blockers -------------------------------------------------------------------------

    def _arrive(self, point: SyncPoint, step_id: str) -> None:
        old = self.points.get(point.id, MEETING)
        if old.status != "pending" or step_id in old.reached:
            return
        reached = (*old.reached, step_id)
        self.commands.append(Publish("synchronization.point.reached", step_id, point.id))
        if set(point.requires) <= set(reached):
            self.unblock(point.id)
            self.points[point.id] = PointState("completed", reached, ended_at=self.now)
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
        if due_at is not None:
            self.commands.append(SetTimer(point.id, due_at))
        self.points[point.id] = PointState("pending", reached, due_at)

    def watch_point(self, point: SyncPoint) -> None:
        """Some have arrived: where others wait behind the point, those who are missing hold them up."""
        if self.definition.followers[point.id]:
            self._watch(point.id)

    def _missed(self, point: SyncPoint) -> str | None:
        """Why a point will not be reached: who failed, or who was cancelled; None when nobody did."""
        statuses = {self.step(each).status: each for each in reversed(point.requires)}
        if "failed" in statuses:
            return f"{statuses['failed']} failed"
        return f"{statuses['cancelled']} was cancelled" if "cancelled" in statuses else None

    def fail_point(self, point: SyncPoint, reason: str) -> None:
        """A point that not all will reach; the execution fails with it."""
        old = self.points.get(point.id, MEETING)
        if old.status != "pending":
            return
        self.unblock(point.id)
        self.points[point.id] = PointState("failed", old.reached, ended_at=self.now)
        self.commands.append(Publish("synchronization.point.failed", subject=point.id, reason=reason))
        if self.status not in ENDED:
            self.end("failed", Problem("sync_point_failed", f"{point.id}: {reason}"))

    def achieve(self, milestone_id: str, told_at: int | None = None) -> None:
        """A milestone is achieved, once; now, or when somebody said so."""
        if milestone_id not in self.milestones:
            self.milestones[milestone_id] = self.now if told_at is None else told_at
            self.commands.append(Publish("milestone.achieved", subject=milestone_id))

    def _watch(self, subject: str) -> None:
        self.alarms[subject] = self.now + self.blocked_after_ms
        self.commands.append(SetTimer(subject, self.alarms[subject]))

    def block(self, blocker_id: str, blocker: Blocker) -> None:
        """Something keeps the execution from going on."""
        self.blockers[blocker_id] = blocker
        self.commands.append(Publish("blocker.detected", blocker.step_id, blocker_id))

    def unblock(self, blocker_id: str, told_at: int | None = None) -> None:
        """It does no longer; since now, or since somebody said so."""
        self.alarms.pop(blocker_id, None)
        blocker = self.blockers.get(blocker_id)
        if blocker is not None and blocker.resolved_at is None:
            self.blockers[blocker_id] = replace(blocker, resolved_at=self.now if told_at is None else told_at)
            self.commands.append(Publish("blocker.resolved", blocker.step_id, blocker_id))

    def _unblock_told(self, step_id: str | None = None) -> None:
        """What was told of a step that has ended blocks nothing any more; None: of any step, nor of none."""
        for blocker_id, blocker in self.blockers.items():
            if blocker.resolved_at is None and step_id in (None, blocker.step_id):
                self.unblock(blocker_id)


def _kept(blockers: dict[str, Blocker]) -> dict[str, Blocker]:
    """Open ones all, of the resolved ones the latest."""
    resolved = [(blocker.resolved_at, each) for each, blocker in blockers.items() if blocker.resolved_at is not None]
    forgotten = {each for _, each in sorted(resolved)[:-RESOLVED_KEPT]}
    return {each: blocker for each, blocker in blockers.items() if each not in forgotten} if forgotten else blockers
