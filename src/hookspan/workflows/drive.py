"""Take one claimed execution on as far as it goes.

A turn: run every short step that is ready, record all that happened in one commit, then let long steps (`http`) run
side by side, each outcome being a turn of its own. When nothing runs any more the row is given back: ended, or with
the instant of its earliest timer. Nothing leaves the process before the step it belongs to is recorded as running.
"""

from __future__ import annotations

import asyncio
from collections import deque

import msgspec

from hookspan import failpoints
from hookspan.errors import HookspanError
from hookspan.model.executions import ENDED
from hookspan.model.paths import BODY
from hookspan.model.rules import FilterError
from hookspan.storage.executions import Claimed
from hookspan.workflows.advance import advance
from hookspan.workflows.context import OUTPUT_BYTES, Context
from hookspan.workflows.facts import Fact, Subject
from hookspan.workflows.happenings import (
    Aborted,
    Judge,
    Judged,
    Occurrence,
    Publish,
    Resumed,
    Started,
    StartStep,
    StepFailed,
    StepFinished,
    StepWaits,
    TimerFired,
)
from hookspan.workflows.record import Recorder, Tools
from hookspan.workflows.state import Problem
from hookspan.workflows.steps import http
from hookspan.workflows.steps.kinds import SHORT
from hookspan.workflows.steps.outcome import Asleep, Broken, Call, Done, Outcome, exact
from hookspan.workflows.versions import Version


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

    # -- the walk ------------------------------------------------------------------------------------------------

    async def drive(self) -> int | None:
        """Go on until the execution ends, sleeps, or is another's; due timers fire first. When to wake it, if ever."""
        try:
            self._begin()
            while True:
                self._run_short()
                goes_on = bool(self._long or self._under_way) and self._state.status not in ENDED
                if not await self._record(goes_on=goes_on):
                    return None
                if not goes_on:
                    return self._state.due_at
                self._launch()
                await self._hear()
        finally:
            for task in self._under_way:
                task.cancel()

    async def end(self, occurrence: Occurrence) -> bool:
        """End it from outside, lease or not; False when it changed meanwhile."""
        self._apply(occurrence)
        return await self._record(goes_on=False)

    async def _record(self, *, goes_on: bool) -> bool:
        outputs = self._context.outputs if self._context else {}
        return await self._recorder.record(self._state, outputs, output=self._result(), goes_on=goes_on)

    def _begin(self) -> None:
        now = self._tools.clock.now_ms()
        if self._version.fault or self._context is None:
            detail = self._version.fault or "the trigger is not JSON"
            self._apply(Aborted(now, Problem("unreadable", detail)))
            return
        if self._state.status == "pending":
            self._apply(Started(now))
            return
        self._apply(Resumed(now))
        self._fire_timers(now)

    def _read_context(self) -> Context | None:
        try:
            return Context(self._row, self._claimed.steps)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    def _apply(self, occurrence: Occurrence) -> None:
        """Advance the machine and gather what it commands."""
        self._state, commands = advance(self._definition, self._state, occurrence)
        for command in commands:
            if isinstance(command, StartStep):
                self._ready.append(command)
            elif isinstance(command, Judge):
                self._apply(self._judged(command, occurrence.now))
            elif isinstance(command, Publish):
                self._tell(command, occurrence.now)

    def _judged(self, command: Judge, now: int) -> Judged:
        condition = self._definition.by_id[command.step_id].condition
        assert condition is not None
        assert self._context is not None
        try:
            return Judged(now, command.step_id, condition.passes({BODY: self._context.scopes}))
        except FilterError as error:
            return Judged(now, command.step_id, holds=False, problem=Problem("filter_error", str(error)))

    def _tell(self, publish: Publish, now: int) -> None:
        step_id, facts = publish.step_id, self._recorder.news.facts
        if step_id is None:
            facts.append(Fact(publish, self._state, now, self._result()))
        elif step_id in self._definition.by_id:
            output = self._context.outputs.get(step_id) if self._context else None
            facts.append(Fact(publish, self._state, now, output, self._recorder.problems.get(step_id)))

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
            if step.kind == "http":
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
            self._under_way[asyncio.create_task(self._send(start))] = start
        self._long.clear()

    async def _send(self, start: StartStep) -> Outcome:
        step = self._definition.by_id[start.step_id]
        assert isinstance(step.work, http.Request)
        wire = http.Wire(self._tools.client, self._tools.url_rules, step.timeout_ms)
        failpoints.reach("step.before_effect")
        try:
            outcome: Outcome = await http.run(step.work, self._call(start), wire)
        except HookspanError as error:
            outcome = Broken(Problem(error.code, error.detail))
        failpoints.reach("step.after_effect")
        return outcome

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
        )

    async def _hear(self) -> None:
        """Wait for a long step or a timer."""
        due_at = self._state.due_at
        alarm = None
        waiting: set[asyncio.Task[object]] = {*self._under_way}
        if due_at is not None:
            seconds = max(0, due_at - self._tools.clock.now_ms()) / 1_000
            alarm = asyncio.create_task(self._tools.clock.sleep(seconds))
            waiting.add(alarm)
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if alarm is not None:
                alarm.cancel()
        for task in [task for task in self._under_way if task.done()]:
            self._take(self._under_way.pop(task), task.result())
        self._fire_timers(self._tools.clock.now_ms())

    def _fire_timers(self, now: int) -> None:
        for step_id, step in list(self._state.steps.items()):
            if step.due_at is not None and step.due_at <= now:
                if step.then == "finish":
                    self._hand_on(step_id)
                self._apply(TimerFired(now, step_id))

    def _hand_on(self, step_id: str) -> None:
        assert self._context is not None
        self._context.keep(step_id, self._context.given(self._definition.by_id[step_id]), is_handed_on=True)

    def _take(self, start: StartStep, outcome: Outcome) -> None:
        now, step_id = self._tools.clock.now_ms(), start.step_id
        self._recorder.problems.pop(step_id, None)
        if isinstance(outcome, Asleep):
            self._apply(StepWaits(now, step_id, start.attempt, outcome.until))
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

    def _finish(self, start: StartStep, done: Done, now: int) -> Done | Broken:
        assert self._context is not None
        kind = self._definition.by_id[start.step_id].kind
        if not self._context.keep(start.step_id, done.output, is_handed_on=kind in ("pass", "branch")):
            return Broken(Problem("output_too_large", f"all outputs together are over {OUTPUT_BYTES:,} bytes"))
        if done.event is not None:
            self._recorder.news.emitted.append(done.event)
        self._apply(StepFinished(now, start.step_id, start.attempt, done.chosen))
        return done
