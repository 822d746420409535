"""The built-in engine: claim executions that are due, drive them side by side, take back what dead workers held.

`claim_forever` is woken by commits and by timers of this process, and looks at least every second. `renew` keeps
the leases of what runs here, `sweep` frees lapsed ones; both are called by the worker.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Collection, Mapping

from hookspan import failpoints, observe
from hookspan.errors import Conflict, Gone, HookspanError, NotFound, StoreAway, Unavailable
from hookspan.events.publish import STALE_TRIES, UNSETTLED
from hookspan.model.events import Birth, NewEvent, NewExecution
from hookspan.model.executions import ENDED, SILENT_CLAIM_LIMIT, ExecutionRow
from hookspan.model.levels import USUAL, USUAL_PROMISES, Cycle, Promises, Turn
from hookspan.storage import execution_claims, execution_limits, executions, resources, settlements, workflows
from hookspan.storage.erase import NOTHING_LEFT
from hookspan.storage.execution_claims import Claim
from hookspan.storage.executions import Claimed
from hookspan.storage.idempotency import Claim as KeyClaim
from hookspan.workflows.drive import Run
from hookspan.workflows.driven import Driven
from hookspan.workflows.happenings import Aborted, Cancelled, Restarted, Retried
from hookspan.workflows.outside import Outside
from hookspan.workflows.quarantine import quarantined
from hookspan.workflows.record import Tools
from hookspan.workflows.reserve import Reserve
from hookspan.workflows.starting import called, triggered
from hookspan.workflows.state import Problem
from hookspan.workflows.versions import Version, Versions

SLOTS = 512
CLAIM_MOST = 256
AT_ONCE = 16
POLL_SECONDS = 1.0
FOR_EVER = 2**62
RACES_MOST = 8
"""How often a caller's word to an execution is tried anew that somebody else moved meanwhile."""


class Engine:
    """Runs executions of this database in this process; a sleeping execution holds no slot."""

    def __init__(self, tools: Tools, *, slots: int = SLOTS) -> None:
        self._tools = tools
        self._database = tools.database
        self._publisher = tools.publisher
        self._clock = tools.clock
        self.versions = Versions(tools.database, tools.functions, vault=tools.vault)
        """The versions this process ran last, as its functions have them."""
        self._wake = asyncio.Event()
        self.driven = Driven(slots, self._wake.set)
        """What runs here."""
        self._reserve = Reserve(tools.database, tools.clock, self.driven)
        self.outside = Outside(tools, self.versions)
        """Where callers tell executions under way something."""
        tools.on_told = self.told
        self._is_draining = False
        self._turn = 0
        self._cycle: Cycle = USUAL
        self._promises = USUAL_PROMISES
        self.on_breach: Callable[[str, int, int], None] = lambda tenant_id, priority, promised_ms: None
        self.on_fault: Callable[[str, Exception], None] = lambda unit, error: None
        """Told of each fault of ours, and whether an `execution` or a `step` met it."""
        tools.on_fault = lambda error: self.on_fault("step", error)

    def obey(self, cycle: Cycle, promises: Promises) -> None:
        """Share work among the priorities, and judge how long it waited, like this from now on."""
        self._cycle, self._promises = cycle, promises

    # -- by call -------------------------------------------------------------------------------------------------

    async def start(
        self, tenant_id: str, workflow_id: str, body: object = None, *, key: KeyClaim | None = None
    ) -> ExecutionRow:
        """Start the current version by a call; `body` is what templates read as `trigger.body`, numbers exact.

        `key` is kept in the transaction of the start. Raises NotFound, Conflict when the workflow is not active, and
        InProgress when the key is another request's by now. On disk when this returns.
        """
        found = await self._database.read(workflows.workflow_get, tenant_id, workflow_id)
        if found is None:
            raise NotFound("no such workflow")
        row = found[0]
        if row.status != "active":
            raise Conflict(f"the workflow is {row.status}; make it active first")
        version = await self.versions.get(tenant_id, workflow_id, row.version)
        definition = version.definition
        new = called(row, priority=definition.priority, body=body, now=self._clock.now_ms())
        await self._born(new, triggered(new, row, definition.call_id), key)
        failpoints.reach("start.after_commit")
        self.wake()
        started = await self._database.read(executions.execution_get, tenant_id, new.id)
        assert started is not None
        return started

    async def _born(self, new: NewExecution, triggered: NewEvent, key: KeyClaim | None) -> None:
        """Commit the execution, and the fact that it was triggered."""
        tools = self._tools
        for _ in range(STALE_TRIES):
            routed = tools.routed.get(new.tenant_id)
            births: list[Birth] = [await self._publisher.prepare(triggered)]
            item = settlements.Started(new, births, routed, key)
            try:
                settled = await self._database.write(settlements.start, item)
            except BaseException:
                self._publisher.abandoned(births)
                raise
            if settled.verdict == "written":
                self._publisher.committed(births)
                return
            self._publisher.abandoned(births)
            tools.reroute(new.tenant_id, settled.routing_version)
        raise Unavailable(UNSETTLED)

    async def cancel(self, tenant_id: str, execution_id: str) -> ExecutionRow:
        """End an execution wherever it runs; a second cancel changes nothing.

        Raises NotFound, or Conflict when it completed or failed. Work under way here is cut at once, elsewhere when
        its worker next renews or settles; its outcome is dropped.
        """
        for tries in range(RACES_MOST):
            claimed = await (self._seized if tries else self._found)(tenant_id, execution_id)
            if claimed.row.status == "cancelled":
                return claimed.row
            if claimed.row.status in ("completed", "failed"):
                raise Conflict(f"the execution is {claimed.row.status}; only an open one can be cancelled")
            run = await self._run(claimed, None)
            if await run.end(Cancelled(self._clock.now_ms())):
                self.driven.cut([execution_id])
        raise Unavailable("others move the execution at the same time; try again")

    async def _found(self, tenant_id: str, execution_id: str) -> Claimed:
        claimed = await self._database.read(executions.execution_with_steps, tenant_id, execution_id)
        if claimed is None:
            raise NotFound("no such execution")
        return claimed

    async def _seized(self, tenant_id: str, execution_id: str) -> Claimed:
        """As `_found`, and taken from whoever drives it: quick steps would settle faster than it can be read and ended.

        Should this process end now, the lease lapses and it goes on.
        """
        token, until = os.urandom(16).hex(), self._clock.now_ms() + self._tools.lease_ms
        seizure = executions.Seizure(tenant_id, execution_id, token, until)
        claimed = await self._database.batch(executions.seize, seizure)
        if claimed is None:
            raise NotFound("no such execution")
        return claimed

    async def retry(self, tenant_id: str, execution_id: str, step_id: str | None = None) -> ExecutionRow:
        """Try the failed steps of a failed execution again, or only this one of them, beside what was cut off by it.

        Raises NotFound, Gone where its content was erased, or Conflict where nothing failed.
        """
        detail = "only what failed can be tried again" if step_id is None else "only a failed step can be tried again"
        return await self._reopen(tenant_id, execution_id, Retried(self._clock.now_ms(), step_id), detail)

    async def restart_from(self, tenant_id: str, execution_id: str, step_id: str) -> ExecutionRow:
        """Let an ended execution begin anew from a step on, with all that follows from it; earlier outputs are kept.

        Raises NotFound, Gone where its content was erased, or Conflict while it is open or where the step was never
        reached.
        """
        detail = "only an ended execution begins anew, from a step it has reached"
        return await self._reopen(tenant_id, execution_id, Restarted(self._clock.now_ms(), step_id), detail)

    async def _reopen(
        self, tenant_id: str, execution_id: str, occurrence: Retried | Restarted, detail: str
    ) -> ExecutionRow:
        for _ in range(RACES_MOST):
            claimed = await self._found(tenant_id, execution_id)
            if claimed.row.trigger == NOTHING_LEFT:
                raise Gone("the content of the event that started it was erased; start the workflow anew instead")
            run = await self._run(claimed, None)
            written = await run.reopen(occurrence) if claimed.row.status in ENDED else None
            if written is None:
                raise Conflict(f"the execution is {claimed.row.status}: {detail}")
            if written:
                self.wake()
                row = await self._database.read(executions.execution_get, tenant_id, execution_id)
                assert row is not None
                return row
        raise Unavailable("others move the execution at the same time; try again")

    # -- claiming ------------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Executions were committed and are due."""
        self._wake.set()

    def told(self, execution_ids: Collection[str]) -> None:
        """These were told something: those driven here look, the others are due."""
        for execution_id in execution_ids:
            run = self.driven.runs.get(execution_id)
            if run is not None:
                run.ring()
        self._wake.set()

    async def claim_forever(self) -> None:
        """Claim due work whenever there is room, woken by commits, timers and freed slots; at least every second."""
        while not self._is_draining:
            self._wake.clear()
            try:
                room = self._room()
                is_all = await self.claim_once() < room or room <= 0
                pause = await self._pause() if is_all else 0.0
            except StoreAway as error:
                observe.warn("execution.claim", error=error.detail)
                pause = POLL_SECONDS
            if pause:
                await self._wait_for_work(pause)

    def _room(self) -> int:
        return min(self.driven.room, CLAIM_MOST)

    async def claim_once(self) -> int:
        """Lease what is due and fits into free slots, or into the reserve, and begin to drive it; how many were."""
        room = self._room()
        chosen = await self._reserve.due() if room <= 0 else ()
        if room <= 0 and not chosen:
            return 0
        now = self._clock.now_ms()
        token = os.urandom(16).hex()
        turn = Turn(self._turn, self._cycle)
        limit = len(chosen) or room
        claim = Claim(now, limit, token, now + self._tools.lease_ms, turn, self.driven.suspects, chosen)
        claimed = await self._database.write(execution_claims.claim, claim)
        if claimed:
            failpoints.reach("execution.claimed")
        self._turn += len(claimed)
        for number, each in enumerate(claimed):
            if number % AT_ONCE == 0:
                # Others use this loop too: a request must not wait until all that was claimed has had its turn.
                await asyncio.sleep(0)
            if self._is_draining:
                await self._give_back({left.row.id: token for left in claimed[number:]})
                return number
            self._judge_wait(each.row, now)
            self.driven.begin(each.row, token, self._drive(each, token))
        return len(claimed)

    async def _give_back(self, leases: Mapping[str, str]) -> None:
        if leases:
            await self._database.write(executions.release, leases, self._clock.now_ms())

    def _judge_wait(self, row: ExecutionRow, now: int) -> None:
        """Whether the first step begins later than the tenant was promised."""
        promised_ms = self._promises.sla_ms(row.tenant_id, row.priority)
        # A second claim counts no second breach: by then the row has a state, or went silent before.
        is_first = row.status == "pending" and row.silent_claims == 1
        if promised_ms is not None and is_first and now - row.created_at > promised_ms:
            observe.count(observe.sla_breaches_total, row.priority)
            self.on_breach(row.tenant_id, row.priority, promised_ms)

    async def _pause(self) -> float:
        """Seconds until the next timer, at most the poll interval; with all slots taken, until one is freed."""
        if self.driven.is_full:
            return POLL_SECONDS
        # A suspect that is due may wait for those under way: it is looked for when one of them ends.
        with_suspects = not self.driven.suspects
        due_at = await self._database.read(execution_claims.next_due_at, with_suspects=with_suspects)
        if due_at is None:
            return POLL_SECONDS
        return min(max(due_at - self._clock.now_ms(), 0) / 1_000, POLL_SECONDS)

    async def _wait_for_work(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _drive(self, claimed: Claimed, token: str) -> None:
        due_at = None
        try:
            run = self.driven.runs[claimed.row.id] = await self._run(claimed, token)
            due_at = self._clock.now_ms() if claimed.limited_by else None
            due_at = await run.drive() or due_at
        except HookspanError as error:
            observe.warn("execution.interrupted", execution=claimed.row.id, error=error.detail)
        except Exception as error:  # noqa: BLE001  # the boundary of one execution: a fault must not end the others
            observe.fail("execution.fault", execution=claimed.row.id, error=type(error).__name__)
            self.on_fault("execution", error)
        finally:
            if due_at is not None and due_at < self._clock.now_ms() + POLL_SECONDS * 1_000:
                self._wake.set()

    async def version_of(self, row: ExecutionRow) -> Version:
        """The version an execution is pinned to, compiled."""
        return await self.versions.get(row.tenant_id, row.workflow_id, row.workflow_version)

    async def _run(self, claimed: Claimed, token: str | None) -> Run:
        return Run(self._tools, claimed, await self.version_of(claimed.row), token)

    # -- leases --------------------------------------------------------------------------------------------------

    async def renew(self) -> None:
        """Prolong the leases of what runs here; what is another's now is cut, what another process told is heard."""
        leases = self.driven.leases
        if not leases:
            return
        until = self._clock.now_ms() + self._tools.lease_ms
        held = await self._database.write(executions.renew, leases, until)
        for execution_id, token in leases.items():
            # One that was given back and claimed anew meanwhile runs under another lease.
            if self.driven.lease(execution_id) == token and execution_id not in held:
                self.driven.cut([execution_id])
            run = self.driven.runs.get(execution_id)
            if run is not None and run.told != held.get(execution_id, run.told):
                run.ring()

    async def sweep(self) -> None:
        """Make executions of dead workers claimable; those that ended five workers in silence are failed.

        What waits for room or for resources is looked at again, in case nobody was left to do so.
        """
        lapsed_before = self._clock.now_ms()
        # After a pause of this process the leases of what runs here may have lapsed: still, it is the one that runs it.
        await self.renew()
        await self._take_back(lapsed_before)
        seen: str | None = ""
        while seen is not None:
            seen = await self._database.write(execution_limits.unpark, self._clock.now_ms(), seen)
        self._wake.set()
        for tenant_id in await self._database.read(resources.waiting_tenants):
            self.told(await self._database.write(resources.allot, tenant_id, self._clock.now_ms()))

    async def reclaim(self) -> None:
        """At the start of the only process of a database: every lease is of its own earlier life."""
        if self._database.is_single_writer:
            await self._take_back(FOR_EVER)

    async def _take_back(self, lapsed_before: int) -> None:
        now = self._clock.now_ms()
        for claimed in await self._database.write(executions.sweep, now, lapsed_before):
            try:
                await self._quarantine(claimed, now)
            except HookspanError as error:
                # The next sweep finds it again; the others must not wait for it.
                observe.warn("execution.quarantine_failed", execution=claimed.row.id, error=error.detail)
            except Exception as error:  # noqa: BLE001  # the boundary of one execution, as in _drive: it may be unreadable
                observe.fail("execution.fault", execution=claimed.row.id, error=type(error).__name__)
                self.on_fault("execution", error)
        self._wake.set()

    async def _quarantine(self, claimed: Claimed, now: int) -> None:
        run = await self._run(claimed, None)
        reason = Problem("quarantined", f"claimed {SILENT_CLAIM_LIMIT} times without an outcome")
        if await run.end(Aborted(now, reason), quarantined(claimed.row, now)):
            observe.fail("execution.quarantined", execution=claimed.row.id, tenant=claimed.row.tenant_id)

    async def drain(self, seconds: float) -> None:
        """No new claims; what runs may finish for `seconds`, the rest is given back."""
        self._is_draining = True
        self._wake.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.quiet()
        leases, tasks = self.driven.leases, self.driven.tasks
        self.driven.cut(leases)
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._give_back(leases)
        observe.step("execution.drained", released=len(leases))

    async def quiet(self) -> None:
        """Wait until nothing is driven here."""
        while tasks := self.driven.tasks:
            await asyncio.wait(tasks)
