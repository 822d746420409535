"""Take one claimed execution on as far as it goes.

A turn: run every short step that is ready, make use of what was told from outside, record all that happened in one
commit, then let long steps run side by side, each outcome being a turn of its own. When nothing runs any more the row
is given back: ended, or with the instant of its earliest timer. Nothing leaves the process before the step it belongs
to is recorded as running.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from hookspan import failpoints
from hookspan.errors import HookspanError
from hookspan.model.executions import ENDED, Message, resource_lease_id
from hookspan.model.paths import BODY
from hookspan.model.rules import FilterError
from hookspan.storage import execution_messages
from hookspan.storage.executions import Claimed
from hookspan.storage.resources import ResourceRequest
from hookspan.workflows import long
from hookspan.workflows.advance import advance
from hookspan.workflows.context import OUTPUT_BYTES, Context
from hookspan.workflows.facts import Fact, Subject
from hookspan.workflows.happenings import (
    Aborted,
    Answered,
    Cancelled,
    Command,
    GiveUp,
    Judge,
    Judged,
    Occurrence,
    Publish,
    Release,
    Request,
    Restarted,
    Resumed,
    Retried,
    Started,
    StartStep,
    StepFailed,
    StepFinished,
    StepWaits,
    TimerFired,
)
from hookspan.workflows.hearing import Heard, meaning
from hookspan.workflows.record import Recorder, Tools
from hookspan.workflows.state import Problem, State
from hookspan.workflows.steps.child import Child
from hookspan.workflows.steps.kinds import SHORT
from hookspan.workflows.steps.outcome import Asleep, Awaits, Broken, Call, Done, Outcome, exact
from hookspan.workflows.versions import Version

TOO_LARGE = Problem("output_too_large", f"all outputs together are over {OUTPUT_BYTES:,} bytes")
TIMED_OUT = Problem("timed_out", "no answer came in time")


class Run:
    """One execution in the hands of this process; `token` is the lease it is worked under, None without one."""

    def __init__(self, tools: Tools, claimed: Claimed, version: Version, token: str | None) -> None:
        self._tools = tools
        self._claimed = claimed
        self._row = claimed.row
        self._version = version
        self._definition = version.definition
        self._recorder = Recorder(tools, claimed, Subject(claimed.row, version.name, version.definition), token)
        self._context = self._read_context()
        self._state = self._recorder.recorded
        self._ready: deque[StartStep] = deque()
        self._long: list[StartStep] = []
        self._under_way: dict[asyncio.Task[Outcome], StartStep] = {}
        self._unread: Mapping[str, Message] = {message.id: message for message in claimed.messages}
        self._shortages: dict[str, Mapping[str, object]] = {}
        self._bell: asyncio.Future[None] | None = None

    # -- the walk ------------------------------------------------------------------------------------------------

    async def drive(self) -> int | None:
        """Go on until the execution ends, sleeps, or is another's; due timers fire first. When to wake it, if ever."""
        try:
            self._begin()
            while True:
                self._run_short()
                while self._make_use_of_messages():
                    self._run_short()
                goes_on = bool(self._long or self._under_way) and self._state.status not in ENDED
                if not await self._record(goes_on=goes_on):
                    return None
                if not goes_on:
                    is_told = self._recorder.is_behind and self._state.status not in ENDED
                    return self._tools.clock.now_ms() if is_told else self._state.due_at
                self._launch()
                await (self._read_messages() if self._recorder.is_behind else self._hear())
        finally:
            for task in self._under_way:
                task.cancel()

    async def end(self, occurrence: Occurrence) -> bool:
        """End it from outside, lease or not; False when it changed meanwhile."""
        self._apply(occurrence)
        return await self._record(goes_on=False)

    async def reopen(self, occurrence: Retried | Restarted) -> bool | None:
        """Let an ended execution run on; None when it does not fit, False when it changed meanwhile."""
        if self._version.fault is not None or self._context is None:
            return None
        self._apply(occurrence)
        if self._state == self._recorder.recorded:
            return None
        return await self._record(goes_on=False, is_due=True)

    def ring(self) -> None:
        """It was told something: look soon."""
        self._recorder.is_behind = True
        if self._bell is not None and not self._bell.done():
            self._bell.set_result(None)

    @property
    def is_limited(self) -> bool:
        """Whether its workflow limits how many run at once."""
        return self._definition.concurrency is not None

    async def _record(self, *, goes_on: bool, is_due: bool = False) -> bool:
        outputs = self._context.outputs if self._context else {}
        return await self._recorder.record(self._state, outputs, output=self._result(), goes_on=goes_on, is_due=is_due)

    def _begin(self) -> None:
        now = self._tools.clock.now_ms()
        if self._version.fault or self._context is None:
            detail = self._version.fault or "the trigger is not JSON"
            self._apply(Aborted(now, Problem("unreadable", detail)))
        elif self._state.status != "pending":
            self._apply(Resumed(now))
            self._fire_timers(now)
        elif any(message.kind == "cancel" for message in self._unread.values()):
            self._apply(Cancelled(now))
        else:
            self._apply(Started(now))

    def _read_context(self) -> Context | None:
        try:
            return Context(self._row, self._claimed.steps)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    def _apply(self, occurrence: Occurrence) -> None:
        """Advance the machine and gather what it commands."""
        before = self._state
        self._state, commands = advance(self._definition, before, occurrence)
        if isinstance(occurrence, Retried | Restarted):
            self._forget(before)
        for command in commands:
            if isinstance(command, StartStep):
                self._ready.append(command)
            elif isinstance(command, Publish):
                self._tell(command, occurrence.now)
            elif isinstance(command, Judge):
                self._apply(self._judged(command, occurrence.now))
            elif not (isinstance(command, Request) and isinstance(occurrence, Resumed)):
                # What was asked for before stands in the database already.
                self._note(command, occurrence.now)

    def _note(self, command: Command, now: int) -> None:
        """What goes with the next commit."""
        row = self._row
        if isinstance(command, Request):
            request = ResourceRequest(
                id=resource_lease_id(row.id, command.step_id, self._state.step(command.step_id).base),
                tenant_id=row.tenant_id,
                execution_id=row.id,
                step_id=command.step_id,
                resources=command.resources,
                priority=row.priority,
                requested_at=now,
            )
            self._recorder.news.along.requests.append(request)
        elif isinstance(command, Release):
            lease_id = resource_lease_id(row.id, command.step_id, self._state.step(command.step_id).base)
            self._recorder.news.along.releases.append(lease_id)
        elif isinstance(command, GiveUp) and isinstance(self._definition.by_id[command.step_id].work, Child):
            self._recorder.news.along.given_up.append(command.step_id)

    def _forget(self, before: State) -> None:
        """What steps made that begin anew."""
        assert self._context is not None
        for step_id, step in self._state.steps.items():
            if step.base != before.step(step_id).base:
                self._context.forget(step_id)
                self._recorder.problems.pop(step_id, None)
                self._recorder.shown.pop(step_id, None)

    def _judged(self, command: Judge, now: int) -> Judged:
        condition = self._definition.by_id[command.step_id].condition
        assert condition is not None
        assert self._context is not None
        try:
            return Judged(now, command.step_id, condition.passes({BODY: self._context.scopes}))
        except FilterError as error:
            problem = self._recorder.problems[command.step_id] = Problem("filter_error", str(error))
            return Judged(now, command.step_id, holds=False, problem=problem)

    def _tell(self, publish: Publish, now: int) -> None:
        step_id, facts = publish.step_id, self._recorder.news.facts
        if step_id is None or publish.subject is not None:
            facts.append(Fact(publish, self._state, now, self._result()))
        elif step_id in self._definition.by_id:
            output = self._context.outputs.get(step_id) if self._context else None
            detail = self._shortages.get(step_id) if publish.type == "resource.shortage" else None
            facts.append(Fact(publish, self._state, now, output, self._recorder.problems.get(step_id), detail))

    def _result(self) -> bytes | None:
        """The output of a completed execution."""
        if self._state.status != "completed" or self._context is None:
            return None
        return self._context.result(self._definition)

    # -- steps ---------------------------------------------------------------------------------------------------

    def _run_short(self) -> None:
        while self._ready:
            start = self._ready.popleft()
            step = self._definition.by_id[start.step_id]
            if step.kind not in SHORT:
                self._long.append(start)
                continue
            failpoints.reach("step.before_effect")
            try:
                outcome = SHORT[step.kind](step.work, self._call(start))
            except HookspanError as error:
                outcome = Broken(Problem(error.code, error.detail))
            failpoints.reach("step.after_effect")
            self._take(start, outcome)

    def _launch(self) -> None:
        for start in self._long:
            step = self._definition.by_id[start.step_id]
            task = asyncio.create_task(long.run(self._tools, step, self._call(start)))
            self._under_way[task] = start
        self._long.clear()

    def _call(self, start: StartStep) -> Call:
        row, context = self._row, self._context
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
            given=context.given(self._definition.by_id[start.step_id]),
            nesting=row.nesting,
        )

    async def _hear(self) -> None:
        """Wait for a long step, a timer or word from outside."""
        due_at = self._state.due_at
        alarm = None
        self._bell = asyncio.get_running_loop().create_future()
        waiting: set[asyncio.Future[Any]] = {*self._under_way, self._bell}
        if due_at is not None:
            seconds = max(0, due_at - self._tools.clock.now_ms()) / 1_000
            alarm = asyncio.create_task(self._tools.clock.sleep(seconds))
            waiting.add(alarm)
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._bell.cancel()
            if alarm is not None:
                alarm.cancel()
        for task in [task for task in self._under_way if task.done()]:
            self._take(self._under_way.pop(task), task.result())
        if self._recorder.is_behind:
            await self._read_messages()
        self._fire_timers(self._tools.clock.now_ms())

    async def _read_messages(self) -> None:
        database = self._tools.database
        self._recorder.is_behind = False
        self._recorder.told, messages = await database.read(execution_messages.unread_of, self._row.id)
        beside = self._recorder.news.beside
        used = () if beside is None else beside.read
        self._unread = {message.id: message for message in messages if message.id not in used}

    def _make_use_of_messages(self) -> bool:
        """What was told and means something now; whether anything was."""
        if not self._unread or self._context is None:
            return False
        kept: dict[str, Message] = {}
        heard = 0
        for message in self._unread.values():
            now = self._tools.clock.now_ms()
            found = "never" if self._state.status in ENDED else meaning(message, self._definition, self._state, now)
            if found == "later":
                kept[message.id] = message
                continue
            self._recorder.news.along.read.append(message.id)
            if isinstance(found, Heard):
                self._obey(found)
                heard += 1
        self._unread = kept
        return heard > 0

    def _obey(self, heard: Heard) -> None:
        assert self._context is not None
        occurrence, step_id = heard.occurrence, heard.step_id
        if isinstance(occurrence, Answered) and step_id is not None:
            problem = heard.problem
            if problem is None and not self._context.keep(step_id, heard.output, is_handed_on=False):
                problem = TOO_LARGE
                occurrence = Answered(occurrence.now, step_id, problem)
            if problem is not None:
                self._recorder.problems[step_id] = problem
        if heard.detail is not None and step_id is not None:
            self._shortages[step_id] = heard.detail
        self._apply(occurrence)

    def _fire_timers(self, now: int) -> None:
        for subject in dict.fromkeys(self._due_subjects(now)):
            step = self._state.steps.get(subject)
            if step is not None and step.due_at is not None and step.due_at <= now:
                if step.then == "finish":
                    self._hand_on(subject)
                elif step.then == "answer":
                    self._recorder.problems[subject] = TIMED_OUT
            self._apply(TimerFired(now, subject))

    def _due_subjects(self, now: int) -> Iterator[str]:
        """Steps and sync points whose instant has come, and waits that are blockers by now."""
        state = self._state
        for places in (state.steps, state.points):
            for subject, each in places.items():
                if each.due_at is not None and each.due_at <= now:
                    yield subject
        for subject, due_at in state.alarms.items():
            if due_at <= now:
                yield subject

    def _hand_on(self, step_id: str) -> None:
        assert self._context is not None
        self._context.keep(step_id, self._context.given(self._definition.by_id[step_id]), is_handed_on=True)

    def _take(self, start: StartStep, outcome: Outcome) -> None:
        now, step_id = self._tools.clock.now_ms(), start.step_id
        self._recorder.problems.pop(step_id, None)
        if isinstance(outcome, Asleep):
            self._apply(StepWaits(now, step_id, start.attempt, outcome.until))
            return
        if isinstance(outcome, Awaits):
            self._await(start, outcome, now)
            return
        if outcome.shown is not None:
            self._recorder.shown[step_id] = exact.encode(outcome.shown)
        if isinstance(outcome, Done):
            outcome = self._finish(start, outcome, now)
        if isinstance(outcome, Broken):
            self._recorder.problems[step_id] = outcome.problem
            self._apply(
                StepFailed(
                    now,
                    step_id,
                    start.attempt,
                    outcome.problem,
                    is_retryable=outcome.is_retryable,
                    retry_after_ms=outcome.retry_after_ms,
                    random01=self._tools.chance.random(),
                )
            )

    def _await(self, start: StartStep, outcome: Awaits, now: int) -> None:
        news = self._recorder.news
        if outcome.child is not None and self._state.status not in ENDED:
            news.along.children.append(outcome.child)
            self._recorder.shown[start.step_id] = exact.encode(outcome.shown)
        if outcome.triggered is not None:
            news.emitted.append(outcome.triggered)
        waits = StepWaits(now, start.step_id, start.attempt, outcome.until, "answer", outcome.is_blocking)
        self._apply(waits)

    def _finish(self, start: StartStep, done: Done, now: int) -> Done | Broken:
        assert self._context is not None
        kind = self._definition.by_id[start.step_id].kind
        if not self._context.keep(start.step_id, done.output, is_handed_on=kind in ("pass", "branch")):
            return Broken(TOO_LARGE)
        self._recorder.news.emitted.extend(done.events)
        self._apply(StepFinished(now, start.step_id, start.attempt, done.chosen))
        return done
