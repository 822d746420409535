"""Take one claimed execution on as far as it goes.

A turn: run every short step that is ready, make use of what was told from outside, record all that happened in one
commit, then let long steps run side by side, each outcome being a turn of its own. When nothing runs any more the row
is given back: ended, or with the instant of its earliest timer. Nothing leaves the process before the step it belongs
to is recorded as running.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from hookspan import failpoints
from hookspan.errors import HookspanError
from hookspan.model.events import NewEvent
from hookspan.model.executions import Message
from hookspan.storage import execution_messages
from hookspan.storage.executions import Claimed
from hookspan.workflows import long
from hookspan.workflows.happenings import (
    Aborted,
    Cancelled,
    Occurrence,
    Restarted,
    Resumed,
    Retried,
    Started,
    StartStep,
)
from hookspan.workflows.hearing import Heard, meaning
from hookspan.workflows.machine import Machine
from hookspan.workflows.record import Tools
from hookspan.workflows.state import Problem
from hookspan.workflows.steps.kinds import SHORT
from hookspan.workflows.steps.outcome import Broken, Outcome, faulty
from hookspan.workflows.versions import Version


class Run:
    """One execution in the hands of this process; `token` is the lease it is worked under, None without one."""

    def __init__(self, tools: Tools, claimed: Claimed, version: Version, token: str | None) -> None:
        self._tools = tools
        self._row = claimed.row
        self._version = version
        self._machine = Machine(tools, claimed, version, token)
        self._recorder = self._machine.recorder
        self._long: list[StartStep] = []
        self._under_way: dict[asyncio.Task[Outcome], StartStep] = {}
        self._unread: Mapping[str, Message] = {message.id: message for message in claimed.messages}
        self._bell: asyncio.Future[None] | None = None

    # -- the walk ------------------------------------------------------------------------------------------------

    async def drive(self) -> int | None:
        """Go on until the execution ends, sleeps, or is another's. When to wake it, if ever."""
        machine = self._machine
        try:
            self._begin()
            while True:
                await self._run_short()
                while self._make_use_of_messages():
                    await self._run_short()
                goes_on = bool(self._long or self._under_way) and not machine.has_ended
                if not await machine.record(goes_on=goes_on):
                    return None
                if not goes_on:
                    is_told = self._recorder.is_behind and not machine.has_ended
                    return self._tools.clock.now_ms() if is_told else machine.state.due_at
                self._launch()
                await (self._read_messages() if self._recorder.is_behind else self._hear())
        finally:
            for task in self._under_way:
                task.cancel()

    async def end(self, occurrence: Occurrence, *told: NewEvent) -> bool:
        """End it from outside, lease or not, with what else is told of that; False when it changed meanwhile."""
        self._machine.apply(occurrence)
        self._recorder.news.emitted.extend(told)
        return await self._machine.record(goes_on=False)

    async def reopen(self, occurrence: Retried | Restarted) -> bool | None:
        """Let an ended execution run on; None when it does not fit, False when it changed meanwhile."""
        machine = self._machine
        if self._version.fault is not None or machine.context is None:
            return None
        machine.apply(occurrence)
        if machine.state == self._recorder.recorded:
            return None
        return await machine.record(goes_on=False, is_due=True)

    def ring(self) -> None:
        """It was told something: look soon."""
        self._recorder.is_behind = True
        if self._bell is not None and not self._bell.done():
            self._bell.set_result(None)

    @property
    def is_silent(self) -> bool:
        """Whether nothing came of this claim yet."""
        return self._recorder.is_silent

    @property
    def told(self) -> int:
        """How often it was told something by when it last looked."""
        return self._recorder.told

    def _begin(self) -> None:
        """What was told in time counts, however late it is read: messages before timers."""
        machine, now = self._machine, self._tools.clock.now_ms()
        if self._version.fault or machine.context is None:
            detail = self._version.fault or "the trigger is not JSON"
            machine.apply(Aborted(now, Problem("unreadable", detail)))
        elif machine.state.status != "pending":
            machine.apply(Resumed(now))
            self._make_use_of_messages()
            machine.fire_timers(now)
        elif any(message.kind == "cancel" for message in self._unread.values()):
            machine.apply(Cancelled(now))
        else:
            machine.apply(Started(now))

    # -- steps ---------------------------------------------------------------------------------------------------

    async def _run_short(self) -> None:
        machine, slices = self._machine, self._tools.slices
        while machine.unjudged or machine.ready:
            if slices.is_over():
                await slices.next()
            # First, so that what a condition brings about is told behind what led to it.
            if machine.unjudged:
                machine.judge()
            else:
                self._run_next(machine.ready.popleft())

    def _run_next(self, start: StartStep) -> None:
        machine = self._machine
        step = machine.definition.by_id[start.step_id]
        if not machine.wants(start):
            return
        if step.kind not in SHORT:
            self._long.append(start)
            return
        failpoints.reach("step.before_effect")
        call = machine.call(start)
        try:
            outcome = SHORT[step.kind](step.work, call)
        except HookspanError as error:
            outcome = Broken(Problem(error.code, error.detail))
        except Exception as error:  # noqa: BLE001  # the boundary of one try, as in long.py
            self._tools.on_fault(error)
            outcome = faulty(call, error)
        failpoints.reach("step.after_effect")
        machine.take(start, outcome)

    def _launch(self) -> None:
        for start in self._long:
            step = self._machine.definition.by_id[start.step_id]
            task = asyncio.create_task(long.run(self._tools, step, self._machine.call(start)))
            self._under_way[task] = start
        self._long.clear()

    # -- what comes from outside ---------------------------------------------------------------------------------

    async def _hear(self) -> None:
        """Wait for a long step, a timer or word from outside."""
        due_at = self._machine.state.due_at
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
            self._machine.take(self._under_way.pop(task), task.result())
        now = self._tools.clock.now_ms()
        # Word that another process took in rings no bell here: before a wait for it is given up, it is looked for.
        if self._recorder.is_behind or self._machine.gives_up_waiting(now):
            await self._read_messages()
            self._make_use_of_messages()
        self._machine.fire_timers(now)

    async def _read_messages(self) -> None:
        database = self._tools.database
        self._recorder.is_behind = False
        self._recorder.told, messages = await database.read(execution_messages.unread_of, self._row.id)
        beside = self._recorder.news.beside
        used = () if beside is None else beside.read
        self._unread = {message.id: message for message in messages if message.id not in used}

    def _make_use_of_messages(self) -> bool:
        """What was told and means something now; whether anything was."""
        machine = self._machine
        if not self._unread or machine.context is None:
            return False
        kept: dict[str, Message] = {}
        heard = 0
        for message in self._unread.values():
            now = self._tools.clock.now_ms()
            found = "never" if machine.has_ended else meaning(message, machine.definition, machine.state, now)
            if found == "later":
                kept[message.id] = message
                continue
            self._recorder.news.along.read.append(message.id)
            if isinstance(found, Heard):
                machine.obey(found)
                heard += 1
        self._unread = kept
        return heard > 0
