"""Record what a turn did: state, steps, timers and events in one commit, fenced by the lease; then tell of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random

import msgspec

from hookspan import failpoints, observe
from hookspan.events.publish import STALE_TRIES, Publisher
from hookspan.model.events import Birth, NewEvent
from hookspan.model.executions import ENDED, Message, StepRow, step_row_id
from hookspan.model.ids import new_id
from hookspan.model.urls import UrlRules
from hookspan.model.workflows import Step
from hookspan.ports import Clock, HttpClient, LiveFeed, Vault
from hookspan.storage import resources, settlements
from hookspan.storage.database import Database
from hookspan.storage.executions import Claimed
from hookspan.storage.settlements import Beside, Settled, Settlement
from hookspan.workflows.context import CUT
from hookspan.workflows.facts import (
    Fact,
    Subject,
    data_of,
    event_of,
    fact_ids,
    is_cut,
    problem_json,
    with_tasks,
)
from hookspan.workflows.frames import frames_of
from hookspan.workflows.functions import Functions
from hookspan.workflows.marks import BLOCKED_AFTER_MS
from hookspan.workflows.progress import Pace, report
from hookspan.workflows.sealing import NO_VAULT
from hookspan.workflows.slices import Slices
from hookspan.workflows.standing import recorded
from hookspan.workflows.state import Problem, State, StepState
from hookspan.workflows.steps.child import CANCELLED
from hookspan.workflows.steps.outcome import TOO_LARGE

LEASE_MS = 30_000

_write_state = msgspec.json.Encoder().encode


@dataclass(slots=True, kw_only=True)
class Tools:
    """What a run works with; `chance` draws jitter, no secret. `callback_key` signs callback tokens.

    `product` is how requests name us, `hop_key` makes their loop guard. A wait becomes a blocker after
    `blocked_after_ms`.
    `on_told` is called with the ids of executions that were told something or are due, `on_fault` with each fault of
    ours that a step met.
    """

    database: Database
    clock: Clock
    publisher: Publisher
    feed: LiveFeed
    client: HttpClient
    url_rules: UrlRules
    product: str
    hop_key: bytes
    chance: Random = field(default_factory=Random)
    lease_ms: int = LEASE_MS
    functions: Functions = field(default_factory=Functions)
    callback_key: bytes = b""
    vault: Vault = NO_VAULT
    blocked_after_ms: int = BLOCKED_AFTER_MS
    on_told: Callable[[Collection[str]], None] = lambda execution_ids: None
    on_fault: Callable[[Exception], None] = lambda error: None
    pace: Pace = field(init=False)
    slices: Slices = field(init=False)
    routed: dict[str, int] = field(default_factory=dict)
    """By tenant: a routing version that what is matched now is matched at or after."""

    def __post_init__(self) -> None:
        self.pace = Pace(self.database, self.clock)
        self.slices = Slices(self.clock)

    def reroute(self, tenant_id: str, routing_version: int) -> None:
        """Forget who wanted what, so that everything is matched again at this routing version or a later one.

        A turn without facts leaves no birth that could turn out stale, so the version is kept here.
        """
        self.routed[tenant_id] = routing_version
        nothing = NewEvent(
            id="", tenant_id=tenant_id, type="custom", data=b"", created_at=self.clock.now_ms(), origin="workflow"
        )
        self.publisher.stale(Birth(nothing, routing_version))


@dataclass(slots=True)
class News:
    """What happened since the last commit: facts about the run, the events its steps publish, what goes with them."""

    facts: list[Fact] = field(default_factory=list)
    emitted: list[NewEvent] = field(default_factory=list)
    beside: Beside | None = None

    @property
    def along(self) -> Beside:
        """To be filled; most executions have nothing to put there."""
        if self.beside is None:
            self.beside = Beside()
        return self.beside

    def give_up(self, step_id: str) -> None:
        """Whoever answers this step is to be ended; one that is not born yet is not born."""
        along = self.along
        unborn = {child.id for child in along.children if child.parent_step_id == step_id}
        along.children = [child for child in along.children if child.id not in unborn]
        self.emitted = [event for event in self.emitted if event.execution_id not in unborn]
        along.given_up.append(step_id)


class Recorder:
    """The stored side of one run; `token` is the lease it is worked under, None for an end decided from outside."""

    def __init__(self, tools: Tools, claimed: Claimed, subject: Subject, token: str | None) -> None:
        row = claimed.row
        self._tools = tools
        self._row = row
        self._subject = subject
        self._token = token
        self._silent_claims = row.silent_claims
        limits = claimed.limited_by
        self._limited_by = (row.workflow_id, row.tenant_id) if limits is None else limits
        self.recorded: State = recorded(claimed)
        self.shown: dict[str, bytes] = {step.step_id: step.input for step in claimed.steps if step.input is not None}
        self.problems: dict[str, Problem] = {
            step.step_id: msgspec.json.decode(step.error, type=Problem)
            for step in claimed.steps
            if step.error is not None
        }
        self.news = News()
        self.told = row.told
        """How often the execution was told something by when it last read."""
        self.is_behind = False
        """Whether it was told something since."""

    @property
    def is_silent(self) -> bool:
        """Whether nothing came of this claim yet."""
        return self._silent_claims > 0

    async def record(
        self, state: State, outputs: Mapping[str, bytes], *, output: bytes | None, goes_on: bool, is_due: bool = False
    ) -> bool:
        """Commit the state; `goes_on` keeps the lease, `is_due` gives it to whoever claims next.

        False when the execution is another's: drop everything.
        """
        if goes_on and state == self.recorded and not self.news.facts:
            return True
        settlement = self._settlement(state, outputs, output=output, goes_on=goes_on)
        if is_due:
            settlement = replace(settlement, due_at=settlement.now)
        written = await self._settle(settlement)
        if written is None:
            return False
        failpoints.reach("step.after_commit")
        settled, births = written
        facts, beside = self.news.facts, self.news.beside
        # Whoever told it something just now may have rung before this commit was seen here.
        self.is_behind = self.is_behind or settled.told != self.told
        self.recorded, self._silent_claims, self.news = state, settlement.silent_claims, News()
        self._tell(births, facts, state)
        if beside is not None:
            await self._reach_others(settled, beside)
        return True

    async def _reach_others(self, settled: Settled, beside: Beside) -> None:
        """Wake who was told something, and share out what was asked for or set free."""
        woken = {*settled.woken, *(child.id for child in beside.children)}
        if beside.requests or beside.releases:
            tools = self._tools
            now = tools.clock.now_ms()
            woken |= await tools.database.write(resources.allot, self._row.tenant_id, now)
        if woken:
            self._tools.on_told(woken)

    async def _committed(self, item: Settlement) -> Settled:
        database = self._tools.database
        if self._token is None:
            return await database.write(settlements.settle_one, item)
        return await database.batch(settlements.settle, item)

    async def _settle(self, settlement: Settlement) -> tuple[Settled, Sequence[Birth]] | None:
        """What was written and the births that are on disk now, None when the lease or the version is lost."""
        tools, tenant_id = self._tools, self._row.tenant_id
        for _ in range(STALE_TRIES):
            routed = tools.routed.get(tenant_id)
            births = await self._births()
            try:
                settled = await self._committed(replace(settlement, routed=routed, births=births))
            except BaseException:
                tools.publisher.abandoned(births)
                raise
            if settled.verdict == "written":
                return settled, births
            tools.publisher.abandoned(births)
            if settled.verdict == "lost":
                observe.warn("execution.lost", execution=self._row.id)
                return None
            tools.reroute(tenant_id, settled.routing_version)
        return await self._settle_held(settlement)

    async def _settle_held(self, settlement: Settlement) -> tuple[Settled, Sequence[Birth]] | None:
        """What a step came to is never dropped because subscriptions change: they wait for this commit."""
        prepare = self._tools.publisher.deciding(self._row.tenant_id, await self._told())
        settled = await self._tools.database.write(settlements.settle_held, settlement, prepare)
        if settled.verdict == "lost":
            observe.warn("execution.lost", execution=self._row.id)
            return None
        return settled, settled.births

    async def _told(self) -> list[NewEvent]:
        """All that may be told, with its data."""
        told = list(self.news.emitted)
        facts = with_tasks(self._subject, self.news.facts)
        for fact, event_id in zip(facts, fact_ids(facts), strict=True):
            data = await self._data(fact)
            told.append(msgspec.structs.replace(event_of(self._subject, fact, event_id), data=data))
        return told

    async def _births(self) -> list[Birth]:
        """Emitted events and facts; only of what somebody wants the data are written."""
        births: list[Birth] = []
        try:
            for event in self.news.emitted:
                births.append(await self._tools.publisher.prepare(event))
            facts = with_tasks(self._subject, self.news.facts)
            for fact, event_id in zip(facts, fact_ids(facts), strict=True):
                if self._tools.slices.is_over():
                    await self._tools.slices.next()
                event = event_of(self._subject, fact, event_id)
                births.append(await self._tools.publisher.prepare(event, data=partial(self._data, fact)))
        except BaseException:
            self._tools.publisher.abandoned(births)
            raise
        return births

    async def _data(self, fact: Fact) -> bytes:
        if fact.publish.type != "progress.updated":
            return data_of(self._subject, fact)
        mean_ms = await self._tools.pace.mean_ms(self._row.tenant_id, self._row.workflow_id)
        shown = report(self._row.id, self._subject.definition, fact.state, mean_ms=mean_ms, now=fact.at)
        return msgspec.json.encode(shown)

    def _settlement(
        self, state: State, outputs: Mapping[str, bytes], *, output: bytes | None, goes_on: bool
    ) -> Settlement:
        before = self.recorded.steps
        moved = {step_id: step for step_id, step in state.steps.items() if before.get(step_id) != step}
        rows = {step_id: self._step_row(step_id, step, outputs.get(step_id)) for step_id, step in moved.items()}
        now = self._tools.clock.now_ms()
        if state.status in ENDED and self._row.parent_execution_id is not None:
            self.news.along.messages.append(self._answer(self._row.parent_execution_id, state, output, now))
        return Settlement(
            execution_id=self._row.id,
            held_token=self._token,
            version=self._row.version,
            status=state.status,
            state=_write_state(state),
            output=output,
            error=None if state.error is None else msgspec.json.encode(problem_json(state.error)).decode(),
            due_at=now if goes_on else None if state.status in ENDED else state.due_at,
            lease_token=self._token if goes_on else None,
            lease_until=now + self._tools.lease_ms if goes_on else None,
            silent_claims=self._silent_claims if goes_on and not self._has_outcome(state, moved.values()) else 0,
            started_at=state.started_at,
            completed_at=state.completed_at,
            new_steps=[row for step_id, row in rows.items() if step_id not in before],
            changed_steps=[row for step_id, row in rows.items() if step_id in before],
            births=(),
            tenant_id=self._row.tenant_id,
            workflow_id=self._row.workflow_id,
            routed=None,
            now=now,
            told=self.told,
            limited_by=self._limited_by,
            beside=self.news.beside,
        )

    def _has_outcome(self, state: State, moved: Iterable[StepState]) -> bool:
        """Whether more is recorded than that steps begin, one of which may be what ends the worker."""
        if any(step.status != "running" for step in moved):
            return True
        return (state.milestones, state.blockers) != (self.recorded.milestones, self.recorded.blockers)

    def _answer(self, parent_id: str, state: State, output: bytes | None, now: int) -> Message:
        """What a child says to its parent's step at its end."""
        said: dict[str, object] = {"attempt": self._row.parent_attempt, "output": msgspec.Raw(output or b"null")}
        if output == CUT:
            # Null would be taken for what the child made.
            said["error"] = {"code": TOO_LARGE.code, "message": "the outputs of the child's last steps are too large"}
        elif state.error is not None:
            said["error"] = {"code": state.error.code, "message": state.error.message}
        elif state.status == "cancelled":
            said["error"] = {"code": CANCELLED.code, "message": CANCELLED.message}
        return Message(
            id=new_id(now),
            tenant_id=self._row.tenant_id,
            execution_id=parent_id,
            kind="child",
            topic=self._row.parent_step_id or "",
            payload=msgspec.json.encode(said),
            created_at=now,
        )

    def _step_row(self, step_id: str, step: StepState, output: bytes | None) -> StepRow:
        known = self._subject.definition.by_id.get(step_id) or Step(step_id, step_id, "pass")
        problem = self.problems.get(step_id)
        return StepRow(
            id=step_row_id(self._row.id, step_id),
            tenant_id=self._row.tenant_id,
            execution_id=self._row.id,
            step_id=step_id,
            name=known.name,
            kind=known.kind,
            status=step.status,
            attempts=step.attempt,
            input=self.shown.get(step_id),
            output=output,
            error=None if problem is None else msgspec.json.encode(problem).decode(),
            due_at=step.due_at,
            started_at=step.started_at,
            completed_at=step.completed_at,
        )

    def _tell(self, births: Sequence[Birth], facts: list[Fact], state: State) -> None:
        self._tools.publisher.committed(births)
        for fact in facts if self._tools.feed.hears(self._row.tenant_id) else ():
            output = None if is_cut(fact.output) else fact.output
            for frame in frames_of(self._subject, fact):
                self._tools.feed.tell(frame, output)
        if state.status in ENDED:
            observe.count(observe.executions_total, state.status)
            observe.step(
                f"execution.{state.status}",
                execution=self._row.id,
                tenant=self._row.tenant_id,
                workflow=self._row.workflow_id,
                steps=len(state.steps),
                duration_ms=None if state.started_at is None else (state.completed_at or 0) - state.started_at,
                error=None if state.error is None else state.error.code,
            )
