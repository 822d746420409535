"""One execution's machine with what its steps read and make: advance it, and gather what goes with the next commit."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

import msgspec

from hookspan.model.executions import ENDED, resource_lease_id
from hookspan.model.paths import BODY
from hookspan.model.rules import Budget, FilterError
from hookspan.model.workflows import Step
from hookspan.storage.executions import Claimed
from hookspan.storage.resources import ResourceRequest
from hookspan.workflows.advance import TIMED_OUT, advance
from hookspan.workflows.context import CUT, Context
from hookspan.workflows.facts import Fact, Subject, as_begun, as_ended
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
from hookspan.workflows.reasons import given_up, refusal
from hookspan.workflows.record import Recorder, Tools
from hookspan.workflows.state import PointState, Problem, State, StepState
from hookspan.workflows.steps.child import Child
from hookspan.workflows.steps.outcome import OUTPUT_BYTES, TOO_LARGE, Asleep, Awaits, Broken, Call, Done, Outcome, exact
from hookspan.workflows.versions import Version

MESSAGE_CHARACTERS = 4_096
"""So much is kept of why a step failed: a function's own text may hold all that it was given."""


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
        self.unjudged: deque[Judge] = deque()
        """Steps whose conditions are to be judged, before anything is run."""
        self._output: tuple[State, bytes] | None = None
        self._shortages: dict[str, Mapping[str, object]] = {}

    @property
    def has_ended(self) -> bool:
        """Whether the execution is over."""
        return self.state.status in ENDED

    async def record(self, *, goes_on: bool, is_due: bool = False) -> bool:
        """Commit how it stands; False when it is another's by now."""
        outputs = self.context.stored if self.context else {}
        return await self.recorder.record(self.state, outputs, output=self._result(), goes_on=goes_on, is_due=is_due)

    def _result(self) -> bytes | None:
        """The output of a completed execution."""
        if self.state.status != "completed" or self.context is None:
            return None
        if self._output is None or self._output[0] is not self.state:
            self._output = self.state, self.context.result(self.definition)
        return self._output[1]

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
            elif isinstance(command, Judge):
                self.unjudged.append(command)
            elif isinstance(command, Publish):
                self._tell(command, occurrence.now)
            else:
                self._note(command, occurrence.now)

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

    def judge(self) -> None:
        """Look at the condition that waits longest; a step that has begun or ended meanwhile has no need of it."""
        command = self.unjudged.popleft()
        if not self.has_ended and self.state.step(command.step_id).status == "pending":
            self.apply(self._judged(command, self._tools.clock.now_ms()))

    def _judged(self, command: Judge, now: int) -> Judged:
        condition = self.definition.by_id[command.step_id].condition
        assert condition is not None
        assert self.context is not None
        view = {BODY: self.context.scopes}
        try:
            holds = condition.passes(view, Budget())
            reason = None if holds else refusal(condition, view, Budget())
            return Judged(now, command.step_id, holds, reason=reason)
        except FilterError as error:
            problem = self.recorder.problems[command.step_id] = Problem("filter_error", str(error))
            reason = f"its condition {given_up(error)}"
            return Judged(now, command.step_id, holds=False, problem=problem, reason=reason)

    def _tell(self, publish: Publish, now: int) -> None:
        step_id, facts = publish.step_id, self.recorder.news.facts
        if publish.type == "execution.started":
            # Told as it was claimed: by now it may wait for resources already, or be over.
            facts.append(Fact(publish, State(status="running", started_at=self.state.started_at), now))
        elif publish.type == "step.started":
            facts.append(Fact(publish, as_begun(self.state, step_id or ""), now))
        elif step_id is None or publish.subject is not None:
            facts.append(Fact(publish, self.state, now, self._result()))
        elif step_id in self.definition.by_id:
            problem = self.recorder.problems.get(step_id)
            if publish.type == "step.failed" and problem is not None and self.context is not None:
                self.context.note_failure(step_id, problem)
            output = self.context.outputs.get(step_id) if self.context else None
            detail = self._shortages.get(step_id) if publish.type == "resource.shortage" else None
            facts.append(Fact(publish, as_ended(self.state, step_id), now, output, problem, detail))

    # -- what steps come to ----------------------------------------------------------------------------------------

    def wants(self, start: StartStep) -> bool:
        """Whether this try still runs: another step may have ended the execution meanwhile."""
        step = self.state.step(start.step_id)
        return step.status == "running" and step.attempt == start.attempt

    def call(self, start: StartStep) -> Call:
        """What a step is given."""
        row, context, step = self._row, self.context, self.definition.by_id[start.step_id]
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
            given=context.given(step),
            given_bytes=context.given_bytes(step),
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
        timeout_ms = self.definition.by_id[start.step_id].timeout_ms
        until = outcome.until
        if timeout_ms is not None:
            until = now + timeout_ms if until is None else min(until, now + timeout_ms)
        self.apply(StepWaits(now, start.step_id, start.attempt, until, "answer", outcome.is_blocking))

    def _finish(self, start: StartStep, done: Done, now: int) -> None:
        assert self.context is not None
        if not self.context.keep(self.definition.by_id[start.step_id], done.output):
            self._fail(start, Broken(TOO_LARGE, shown=done.shown), now)
            return
        if done.shown is not None:
            self._show(start.step_id, done.shown)
        self.recorder.news.emitted.extend(done.events)
        self.apply(StepFinished(now, start.step_id, start.attempt, done.chosen, done.reason))

    def _fail(self, start: StartStep, broken: Broken, now: int) -> None:
        if broken.shown is not None:
            self._show(start.step_id, broken.shown)
        problem = self.recorder.problems[start.step_id] = _brief(broken.problem)
        failed = StepFailed(
            now,
            start.step_id,
            start.attempt,
            problem,
            is_retryable=broken.is_retryable,
            retry_after_ms=broken.retry_after_ms,
            random01=self._tools.chance.random(),
            reason=broken.reason,
        )
        self.apply(failed)

    def _show(self, step_id: str, shown: object) -> None:
        """Keep what a step was given, as far as there is room: the same value may be given to every step."""
        others = self.recorder.shown
        others.pop(step_id, None)
        written = exact.encode(shown)
        is_kept = sum(map(len, others.values())) + len(written) <= OUTPUT_BYTES
        others[step_id] = written if is_kept else CUT

    def obey(self, heard: Heard) -> None:
        """What was told from outside."""
        assert self.context is not None
        occurrence, step_id = heard.occurrence, heard.step_id
        if isinstance(occurrence, Answered) and step_id is not None:
            problem = heard.problem
            if problem is None and not self.context.keep(self.definition.by_id[step_id], heard.output):
                problem = TOO_LARGE
                occurrence = Answered(occurrence.now, step_id, problem, is_retryable=False)
            if problem is not None:
                self.recorder.problems[step_id] = problem
                occurrence = replace(occurrence, random01=self._tools.chance.random())
        if heard.detail is not None and step_id is not None:
            self._shortages[step_id] = heard.detail
        self.apply(occurrence)

    # -- timers ----------------------------------------------------------------------------------------------------

    def fire_timers(self, now: int) -> None:
        """Steps and sync points whose instant has come, and waits that are blockers by now."""
        for subject in self._due_subjects(now):
            step = self.state.steps.get(subject)
            problem = None
            if step is not None and step.due_at is not None and step.due_at <= now:
                problem = self._prepare(self.definition.by_id[subject])
            self.apply(TimerFired(now, subject, problem, self._tools.chance.random()))

    def gives_up_waiting(self, now: int) -> bool:
        """Whether a timer that is due ends a wait that word from outside may have ended in time."""
        return any(self.state.step(subject).then not in ("finish", "retry") for subject in self._due_subjects(now))

    def _prepare(self, step: Step) -> Problem | None:
        """Keep what a step hands on after its time; why it fails instead, if it does."""
        assert self.context is not None
        problem = None
        match self.state.step(step.id).then:
            case "finish" if not self.context.keep(step, self.context.given(step)):
                problem = self.recorder.problems[step.id] = TOO_LARGE
            case "answer":
                problem = self.recorder.problems[step.id] = TIMED_OUT
        return problem

    def _due_subjects(self, now: int) -> list[str]:
        state = self.state
        places: list[tuple[str, StepState | PointState]] = [*state.steps.items(), *state.points.items()]
        due = [subject for subject, each in places if each.due_at is not None and each.due_at <= now]
        return list(dict.fromkeys([*due, *(subject for subject, due_at in state.alarms.items() if due_at <= now)]))


def _brief(problem: Problem) -> Problem:
    return msgspec.structs.replace(problem, message=problem.message[:MESSAGE_CHARACTERS])


def _read_context(claimed: Claimed, version: Version) -> Context | None:
    try:
        return Context(claimed.row, claimed.steps, version.definition)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
