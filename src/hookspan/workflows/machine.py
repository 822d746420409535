"""One execution's machine with what its steps read and make: advance it, and gather what goes with the next commit."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import assert_never

import msgspec

from hookspan.model.executions import ENDED, resource_lease_id
from hookspan.model.paths import BODY
from hookspan.model.rules import FilterError
from hookspan.model.workflows import Step
from hookspan.storage.executions import Claimed
from hookspan.storage.resources import ResourceRequest
from hookspan.workflows.advance import advance
from hookspan.workflows.context import OUTPUT_BYTES, Context, hands_on
from hookspan.workflows.facts import Fact, Subject
from hookspan.workflows.happenings import (
    Answered,
    Command,
    GiveUp,
    Judge,
    Judged,
    Occurrence,
    Publish,
    Release,
    Request,
    Restarted,
    Retried,
    StartStep,
    StepFailed,
    StepFinished,
    StepWaits,
    TimerFired,
)
from hookspan.workflows.hearing import Heard
from hookspan.workflows.record import Recorder, Tools
from hookspan.workflows.state import PointState, Problem, State, StepState
from hookspan.workflows.steps.child import Child
from hookspan.workflows.steps.outcome import Asleep, Awaits, Broken, Call, Done, Outcome, exact
from hookspan.workflows.versions import Version

TOO_LARGE = Problem("output_too_large", f"the trigger and all outputs together are over {OUTPUT_BYTES:,} bytes")
TIMED_OUT = Problem("timed_out", "no answer came in time")


class Machine:
    """`state` is where the execution stands, `ready` what is to be run now, in order."""

    def __init__(self, tools: Tools, claimed: Claimed, version: Version, token: str | None) -> None:
        self._tools = tools
        self._row = claimed.row
        self.definition = version.definition
        self.recorder = Recorder(tools, claimed, Subject(claimed.row, version.name, version.definition), token)
        self.context = _read_context(claimed, version)
        """None where the trigger cannot be read: such an execution can only be ended."""
        self.state: State = self.recorder.recorded
        self.ready: deque[StartStep] = deque()
        self._shortages: dict[str, Mapping[str, object]] = {}

    @property
    def has_ended(self) -> bool:
        """Whether the execution is over."""
        return self.state.status in ENDED

    async def record(self, *, goes_on: bool, is_due: bool = False) -> bool:
        """Commit how it stands; False when it is another's by now."""
        outputs = self.context.outputs if self.context else {}
        return await self.recorder.record(self.state, outputs, output=self._result(), goes_on=goes_on, is_due=is_due)

    def _result(self) -> bytes | None:
        """The output of a completed execution."""
        if self.state.status != "completed" or self.context is None:
            return None
        return self.context.result(self.definition)

    # -- what happens ----------------------------------------------------------------------------------------------

    def apply(self, occurrence: Occurrence) -> None:
        """Advance, and gather what is commanded."""
        before = self.state
        after_ms = self._tools.blocked_after_ms
        self.state, commands = advance(self.definition, before, occurrence, blocked_after_ms=after_ms)
        if isinstance(occurrence, Retried | Restarted):
            self._forget(before)
        for command in commands:
            if isinstance(command, StartStep):
                self.ready.append(command)
            elif isinstance(command, Publish):
                self._tell(command, occurrence.now)
            elif not (isinstance(command, Request) and before.step(command.step_id).then == "grant"):
                # What was asked for before stands in the database already.
                self._note(command, occurrence.now)
        # Last, so that what a condition brings about is told after what led to it.
        for command in commands:
            if isinstance(command, Judge):
                self.apply(self._judged(command, occurrence.now))

    def _note(self, command: Command, now: int) -> None:
        """What goes with the next commit."""
        news = self.recorder.news
        if isinstance(command, Request):
            news.along.requests.append(self._request(command, now))
        elif isinstance(command, Release):
            news.along.releases.append(self._lease_id(command.step_id))
        elif isinstance(command, GiveUp) and self._may_have_child(command.step_id):
            news.give_up(command.step_id)

    def _may_have_child(self, step_id: str) -> bool:
        # A version that is gone does not say: whoever ends such an execution looks for children.
        step = self.definition.by_id.get(step_id)
        return step is None or isinstance(step.work, Child)

    def _lease_id(self, step_id: str) -> str:
        return resource_lease_id(self._row.id, step_id, self.state.step(step_id).base)

    def _request(self, command: Request, now: int) -> ResourceRequest:
        return ResourceRequest(
            id=self._lease_id(command.step_id),
            tenant_id=self._row.tenant_id,
            execution_id=self._row.id,
            step_id=command.step_id,
            resources=command.resources,
            priority=self._row.priority,
            requested_at=now,
        )

    def _forget(self, before: State) -> None:
        """What steps made that begin anew."""
        assert self.context is not None
        for step_id, step in self.state.steps.items():
            if step.base != before.step(step_id).base:
                self.context.forget(step_id)
                self.recorder.problems.pop(step_id, None)
                self.recorder.shown.pop(step_id, None)

    def _judged(self, command: Judge, now: int) -> Judged:
        condition = self.definition.by_id[command.step_id].condition
        assert condition is not None
        assert self.context is not None
        try:
            return Judged(now, command.step_id, condition.passes({BODY: self.context.scopes}))
        except FilterError as error:
            problem = self.recorder.problems[command.step_id] = Problem("filter_error", str(error))
            return Judged(now, command.step_id, holds=False, problem=problem)

    def _tell(self, publish: Publish, now: int) -> None:
        step_id, facts = publish.step_id, self.recorder.news.facts
        if publish.type == "execution.started":
            # Told as it was claimed: by now it may wait for resources already, or be over.
            facts.append(Fact(publish, State(status="running", started_at=self.state.started_at), now))
        elif step_id is None or publish.subject is not None:
            facts.append(Fact(publish, self.state, now, self._result()))
        elif step_id in self.definition.by_id:
            problem = self.recorder.problems.get(step_id)
            if publish.type == "step.failed" and problem is not None and self.context is not None:
                self.context.note_failure(step_id, problem)
            output = self.context.outputs.get(step_id) if self.context else None
            detail = self._shortages.get(step_id) if publish.type == "resource.shortage" else None
            facts.append(Fact(publish, self.state, now, output, problem, detail))

    # -- what steps come to ----------------------------------------------------------------------------------------

    def wants(self, start: StartStep) -> bool:
        """Whether this try still runs: another step may have ended the execution meanwhile."""
        step = self.state.step(start.step_id)
        return step.status == "running" and step.attempt == start.attempt

    def call(self, start: StartStep) -> Call:
        """What a step is given."""
        row, context = self._row, self.context
        assert context is not None
        return Call(
            tenant_id=row.tenant_id,
            workflow_id=row.workflow_id,
            execution_id=row.id,
            step_id=start.step_id,
            attempt=start.attempt,
            now=self._tools.clock.now_ms(),
            priority=row.priority,
            depth=row.depth,
            scopes=context.scopes,
            given=context.given(self.definition.by_id[start.step_id]),
            nesting=row.nesting,
            room=self._room(),
        )

    def _room(self) -> int:
        """An equal share for each step that may have a child: it holds whoever is born first, and in any process."""
        children = sum(isinstance(step.work, Child) for step in self.definition.steps)
        return self._row.offspring // max(children, 1)

    def take(self, start: StartStep, outcome: Outcome) -> None:
        """What became of a try; of one that is wanted no more, nothing is kept and nothing told."""
        if not self.wants(start):
            return
        now, step_id = self._tools.clock.now_ms(), start.step_id
        self.recorder.problems.pop(step_id, None)
        match outcome:
            case Asleep():
                self.apply(StepWaits(now, step_id, start.attempt, outcome.until))
            case Awaits():
                self._await(start, outcome, now)
            case Done():
                self._finish(start, outcome, now)
            case Broken():
                self._fail(start, outcome, now)
            case _:
                assert_never(outcome)

    def _await(self, start: StartStep, outcome: Awaits, now: int) -> None:
        if outcome.child is not None:
            self._show(start.step_id, outcome.shown)
            self.recorder.news.along.children.append(outcome.child)
        if outcome.triggered is not None:
            self.recorder.news.emitted.append(outcome.triggered)
        self.apply(StepWaits(now, start.step_id, start.attempt, outcome.until, "answer", outcome.is_blocking))

    def _finish(self, start: StartStep, done: Done, now: int) -> None:
        assert self.context is not None
        if not self.context.keep(self.definition.by_id[start.step_id], done.output):
            self._fail(start, Broken(TOO_LARGE, shown=done.shown), now)
            return
        if done.shown is not None:
            self._show(start.step_id, done.shown)
        self.recorder.news.emitted.extend(done.events)
        self.apply(StepFinished(now, start.step_id, start.attempt, done.chosen))

    def _fail(self, start: StartStep, broken: Broken, now: int) -> None:
        if broken.shown is not None:
            self._show(start.step_id, broken.shown)
        self.recorder.problems[start.step_id] = broken.problem
        failed = StepFailed(
            now,
            start.step_id,
            start.attempt,
            broken.problem,
            is_retryable=broken.is_retryable,
            retry_after_ms=broken.retry_after_ms,
            random01=self._tools.chance.random(),
        )
        self.apply(failed)

    def _show(self, step_id: str, shown: object) -> None:
        self.recorder.shown[step_id] = exact.encode(shown)

    def obey(self, heard: Heard) -> None:
        """What was told from outside."""
        assert self.context is not None
        occurrence, step_id = heard.occurrence, heard.step_id
        if isinstance(occurrence, Answered) and step_id is not None:
            problem = heard.problem
            if problem is None and not self.context.keep(self.definition.by_id[step_id], heard.output):
                problem = TOO_LARGE
                occurrence = Answered(occurrence.now, step_id, problem)
            if problem is not None:
                self.recorder.problems[step_id] = problem
        if heard.detail is not None and step_id is not None:
            self._shortages[step_id] = heard.detail
        self.apply(occurrence)

    # -- timers ----------------------------------------------------------------------------------------------------

    def fire_timers(self, now: int) -> None:
        """Steps and sync points whose instant has come, and waits that are blockers by now."""
        for subject in self._due_subjects(now):
            step = self.state.steps.get(subject)
            if step is not None and step.due_at is not None and step.due_at <= now:
                self._prepare(self.definition.by_id[subject], now)
            self.apply(TimerFired(now, subject))

    def _prepare(self, step: Step, now: int) -> None:
        """What a step hands on after its time, or why it failed."""
        assert self.context is not None
        match self.state.step(step.id).then:
            case "finish":
                self.context.keep(step, self.context.given(step))
            case "answer":
                self.recorder.problems[step.id] = TIMED_OUT

    def _due_subjects(self, now: int) -> list[str]:
        state = self.state
        places: list[tuple[str, StepState | PointState]] = [*state.steps.items(), *state.points.items()]
        due = [subject for subject, each in places if each.due_at is not None and each.due_at <= now]
        return list(dict.fromkeys([*due, *(subject for subject, due_at in state.alarms.items() if due_at <= now)]))


def _read_context(claimed: Claimed, version: Version) -> Context | None:
    kept_apart = {step.id for step in version.definition.steps if not hands_on(step)}
    try:
        return Context(claimed.row, claimed.steps, kept_apart, constants=version.definition.constants)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
