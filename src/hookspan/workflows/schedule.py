"""Schedules: what arms them, and the loop that starts workflows by the clock.

A run is late when its hour is over for more than a minute, as after a stop of the process: then, and of several hours
that passed, one run is made for the last of them or none, as the trigger says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hookspan import observe
from hookspan.events.publish import STALE_TRIES
from hookspan.model.events import Birth, NewEvent, NewExecution
from hookspan.model.ids import new_id
from hookspan.model.scheduled_tasks import schedule_fact, schedule_task
from hookspan.model.starts import TriggerContext, triggered
from hookspan.model.times import instant
from hookspan.model.workflows import WorkflowRow
from hookspan.storage import schedules
from hookspan.storage.schedules import DueSchedule, Fired, Firing
from hookspan.storage.workflow_triggers import ArmedTrigger, ScheduleRow
from hookspan.workflows.cron import check_zone, count_due, last_due, next_due
from hookspan.workflows.record import Tools
from hookspan.workflows.validate import Draft
from hookspan.workflows.versions import Versions

GRACE_MS = 60_000
"""A run later than this is a missed one."""
MISSED_MOST = 100
"""Missed runs are counted up to here: of a year's minutes nobody needs the number."""
UNREADABLE_MS = 3_600_000
"""A schedule that cannot be read is looked at again after this."""
DUE_MOST = 100
LOOK_SECONDS = 60.0
"""How often schedules are looked through for those that a clock which was ahead has armed for a far hour."""
LOOK_MOST = 500
_FIRST = ("", "")
POLL_SECONDS = 1.0
SOON_SECONDS = 0.05


def armed(draft: Draft, now: int) -> list[ArmedTrigger]:
    """What starts the workflow by itself while it is active, schedules with their next run after `now`."""
    if draft.status != "active":
        return []
    definition = draft.definition
    return [
        ArmedTrigger(
            each, definition.priority, next_due(each.cron, each.timezone, now) if each.kind == "schedule" else 0
        )
        for each in definition.triggers
        if each.kind != "webhook"
    ]


def arming_facts(
    row: WorkflowRow, triggers: Iterable[ArmedTrigger], kept: Sequence[ScheduleRow], now: int
) -> list[NewEvent]:
    """`task.scheduled` of every schedule that these arm anew; `kept` are those that were armed before."""
    same = {(each.trigger_id, each.cron, each.timezone) for each in kept}
    return [
        schedule_fact("task.scheduled", schedule_task(row.id, trigger.id, each.next_at), row.tenant_id, now=now)
        for each in triggers
        if (trigger := each.trigger).kind == "schedule" and (trigger.id, trigger.cron, trigger.timezone) not in same
    ]


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is to be done of a due schedule: when it is next due, and the run for `scheduled_for`, if one is made.

    `missed_runs` hours passed before that one; `fault` says why nothing can be started.
    """

    next_at: int
    scheduled_for: int
    is_late: bool = False
    starts: bool = True
    missed_runs: int = 0
    fault: str | None = None


def occasion(row: ScheduleRow, now: int) -> Occasion:
    """Judge a schedule whose hour has come: however many hours have passed, at most one run is made, for the last.

    It is on time within GRACE_MS, whatever `missed` says, and else late: made by `run_once`, left out by `skip`. The
    hours before the last are never made up for; `missed_runs` counts them, and the run's trigger tells the number.
    """
    if fault := check_zone(row.timezone, is_kept=True):
        return Occasion(now + UNREADABLE_MS, row.next_at, starts=False, fault=f"the time zone {fault}")
    following = next_due(row.cron, row.timezone, row.next_at)
    last, missed = row.next_at, 0
    if following <= now:
        last = last_due(row.cron, row.timezone, row.next_at, now)
        missed = count_due(row.cron, row.timezone, row.next_at, last, most=MISSED_MOST)
        following = next_due(row.cron, row.timezone, now)
    is_late = now - last > GRACE_MS
    return Occasion(following, last, is_late, starts=not is_late or row.missed == "run_once", missed_runs=missed)


def run_of(due: DueSchedule, met: Occasion, *, priority: int, now: int) -> NewExecution:
    """The execution of a due schedule, on the workflow's current version."""
    workflow, trigger_id = due.workflow, due.schedule.trigger_id
    body = {
        "triggerId": trigger_id,
        "scheduledFor": instant(met.scheduled_for),
        "late": met.is_late,
        "missedRuns": met.missed_runs,
    }
    return NewExecution(
        id=new_id(now),
        tenant_id=workflow.tenant_id,
        workflow_id=workflow.id,
        workflow_version=workflow.version,
        trigger_type="schedule",
        trigger=TriggerContext(type="schedule", body=body).as_json(),
        priority=priority,
        created_at=now,
        workflow_name=workflow.name,
        trigger_id=trigger_id,
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """A due schedule with all it brings about, before anybody was asked who wants to hear of it."""

    due: DueSchedule
    met: Occasion
    new: NewExecution | None
    facts: Sequence[NewEvent]
    is_strayed: bool = False
    """Whether nothing is due: it was armed for an hour beyond its next one."""


class Scheduler:
    """Starts the runs of every schedule of this database; many processes may, each run starts once."""

    def __init__(self, tools: Tools, versions: Versions) -> None:
        self._tools = tools
        self._versions = versions
        self._is_draining = False
        self._looked_s: float | None = None
        self._looked_to = _FIRST

    def drain(self) -> None:
        """No new runs from now on: others of this database start them, or this process when it is back."""
        self._is_draining = True

    async def turn(self) -> None:
        """Fire what is due, then wait for the next hour, at most a second."""
        while await self.fire_due() == DUE_MOST:
            pass
        await self._look()
        await self._tools.clock.sleep(await self._pause())

    async def fire_due(self) -> int:
        """Fire what is due now, at most a hundred schedules; how many were due."""
        if self._is_draining:
            return 0
        tools, now = self._tools, self._tools.clock.now_ms()
        found = await tools.database.read(schedules.due, now, DUE_MOST)
        # One order for all processes: they wait for each other's rows and never cross.
        found.sort(key=lambda each: (each.schedule.workflow_id, each.schedule.trigger_id))
        plans = [await self._planned(each, now) for each in found]
        left = await self._settled(plans, now)
        return 0 if left and not self._is_draining else len(found) - left

    async def rearm(self) -> int:
        """Bring back schedules whose next hour is beyond the one their expression says: a page; how many it held."""
        tools, now = self._tools, self._tools.clock.now_ms()
        # Within the grace another process, whose clock is a little ahead, may just have fired the hour between.
        page = await tools.database.read(schedules.armed_beyond, now + GRACE_MS, self._looked_to, LOOK_MOST)
        last = page[-1].schedule if len(page) == LOOK_MOST else None
        self._looked_to = _FIRST if last is None else (last.workflow_id, last.trigger_id)
        await self._settled([plan for each in page if (plan := self._brought_back(each, now)) is not None], now)
        return len(page)

    async def _look(self) -> None:
        now_s = self._tools.clock.monotonic()
        is_due = self._looked_s is None or now_s - self._looked_s >= LOOK_SECONDS
        if (is_due or self._looked_to != _FIRST) and not self._is_draining:
            self._looked_s = now_s
            await self.rearm()

    async def _settled(self, plans: Sequence[_Plan], now: int) -> int:
        """Write these; how many are left, as subscriptions change or the process ends."""
        for _ in range(STALE_TRIES):
            if not plans or self._is_draining:
                return len(plans)
            plans = await self._fired(plans, now)
        if plans:
            observe.warn("schedule.waits", schedules=len(plans), error="subscriptions are changing")
        return len(plans)

    def _brought_back(self, armed: DueSchedule, now: int) -> _Plan | None:
        row, workflow = armed.schedule, armed.workflow
        if check_zone(row.timezone, is_kept=True):
            return None
        if row.next_at <= next_due(row.cron, row.timezone, now + GRACE_MS):
            return None
        met = Occasion(next_due(row.cron, row.timezone, now), row.next_at, starts=False)
        task = schedule_task(workflow.id, row.trigger_id, met.next_at)
        fact = schedule_fact("task.scheduled", task, workflow.tenant_id, now=now)
        return _Plan(armed, met, None, [fact], is_strayed=True)

    async def _pause(self) -> float:
        tools = self._tools
        due_at = await tools.database.read(schedules.next_due_at)
        if due_at is None or self._is_draining:
            return POLL_SECONDS
        return min(max((due_at - tools.clock.now_ms()) / 1_000, SOON_SECONDS), POLL_SECONDS)

    async def _planned(self, due: DueSchedule, now: int) -> _Plan:
        workflow, row = due.workflow, due.schedule
        met = occasion(row, now)
        # After a long stop hours take a while to count: others run in between.
        await asyncio.sleep(0)
        task = schedule_task(workflow.id, row.trigger_id, met.scheduled_for)
        if met.fault is not None:
            failed = replace(task, error={"code": "schedule_unreadable", "message": met.fault})
            return _Plan(due, met, None, [schedule_fact("task.failed", failed, workflow.tenant_id, now=now)])
        facts = []
        new = None
        if met.starts:
            version = await self._versions.get(workflow.tenant_id, workflow.id, workflow.version)
            new = run_of(due, met, priority=version.definition.priority, now=now)
            facts.append(triggered(new))
        again = schedule_task(workflow.id, row.trigger_id, met.next_at)
        facts.append(schedule_fact("task.scheduled", again, workflow.tenant_id, now=now))
        return _Plan(due, met, new, facts)

    async def _fired(self, plans: Sequence[_Plan], now: int) -> list[_Plan]:
        """Write what was planned; those that must be matched again."""
        tools = self._tools
        firings: list[Firing] = []
        try:
            for plan in plans:
                firings.append(await self._firing(plan, now))
            outcomes = await tools.database.write(schedules.fire, firings)
        except BaseException:
            tools.publisher.abandoned([birth for each in firings for birth in each.births])
            raise
        stale = []
        for plan, firing, fired in zip(plans, firings, outcomes, strict=True):
            if fired.verdict == "written":
                self._tell(firing, plan)
            else:
                self._drop(firing, fired)
            if fired.verdict == "stale":
                stale.append(plan)
        return stale

    async def _firing(self, plan: _Plan, now: int) -> Firing:
        tools, births = self._tools, list[Birth]()
        routed = tools.routed.get(plan.due.schedule.tenant_id)
        try:
            for fact in plan.facts:
                births.append(await tools.publisher.prepare(fact))
        except BaseException:
            tools.publisher.abandoned(births)
            raise
        return Firing(due=plan.due, next_at=plan.met.next_at, new=plan.new, births=births, routed=routed, now=now)

    def _drop(self, firing: Firing, fired: Fired) -> None:
        tools = self._tools
        tools.publisher.abandoned(firing.births)
        if fired.verdict == "stale":
            tools.reroute(firing.due.schedule.tenant_id, fired.routing_version)

    def _tell(self, firing: Firing, plan: _Plan) -> None:
        self._tools.publisher.committed(firing.births)
        row, new, met = firing.due.schedule, firing.new, plan.met
        if plan.is_strayed:
            ahead_ms = met.scheduled_for - met.next_at
            observe.warn("schedule.rearmed", workflow=row.workflow_id, trigger=row.trigger_id, ahead_ms=ahead_ms)
            return
        observe.step(
            "schedule.fired",
            tenant=row.tenant_id,
            workflow=row.workflow_id,
            trigger=row.trigger_id,
            execution=None if new is None else new.id,
            late_ms=firing.now - met.scheduled_for,
            missed=met.missed_runs if new is not None else met.missed_runs + 1,
        )
        if met.fault is not None:
            observe.warn("schedule.unreadable", workflow=row.workflow_id, trigger=row.trigger_id, error=met.fault)
        if new is not None:
            self._tools.on_told([new.id])
