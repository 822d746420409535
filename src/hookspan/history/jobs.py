"""Run jobs: each tenant's one, in batches at the pace its plan names, wherever the last process left it.

turn      claim what may run, then let every held job do what its pace allows (called about once a second)
create    queue one; `get` and `cancel` are the caller's

A batch is a unit, one transaction with the cursor behind it, or a step: that writes its items by itself, one by one,
and knows by what is on disk which of them it has done when a process died before the cursor moved.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hookspan import observe
from hookspan.errors import HookspanError, Unavailable
from hookspan.model.ids import new_id
from hookspan.model.randomness import lease_token
from hookspan.ports import Clock, Handoff
from hookspan.storage import jobs
from hookspan.storage.database import Database
from hookspan.storage.jobs import Batch, JobRow, Lease, NewJob, Unit

Step = Callable[[JobRow, int, int], Awaitable[Batch]]
"""One batch of a kind that needs more than a transaction: `step(job, most, now)` does at most `most` items."""

BATCH_MOST = 100
LEASE_MS = 15_000
HELD_MOST = 32
TURN_SECONDS = 1.0


@dataclass(slots=True)
class _Held:
    """A job of this process; `allowance` is how many items it may do now, at most a second's worth."""

    lease: Lease
    allowance: float
    at: float


class Jobs:
    """The jobs of an instance; `units` and `steps` say by kind how one batch is done. One for a process."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        handoff: Handoff,
        *,
        units: Mapping[str, Unit],
        steps: Mapping[str, Step] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._handoff = handoff
        self._units = units
        self._steps = steps or {}
        self._held: dict[str, _Held] = {}

    async def create(self, tenant_id: str, kind: str, plan: Mapping[str, Any], *, total: int, actor: str) -> JobRow:
        """Queue a job of a kind that `units` or `steps` knows; on disk when this returns."""
        now = self._clock.now_ms()
        job = NewJob(new_id(now), tenant_id, kind, plan, total, actor, now)
        await self._database.write(jobs.job_insert, job)
        return await self._database.read(jobs.job_find, tenant_id, job.id)

    async def cancel(self, tenant_id: str, job_id: str) -> JobRow:
        """End a job between two batches; Conflict when it has ended already."""
        return await self._database.write(jobs.job_cancel, tenant_id, job_id, self._clock.now_ms())

    async def turn(self) -> None:
        """One round over everything that may run."""
        await self._claim()
        for held in list(self._held.values()):
            await self._advance(held)

    async def _claim(self) -> None:
        now, free = self._clock.now_ms(), HELD_MOST - len(self._held)
        if free <= 0 or not await self._database.read(jobs.jobs_waiting, now):
            return
        for lease in await self._database.write(
            jobs.jobs_claim, now, token=lease_token(), lease_ms=LEASE_MS, most=free
        ):
            self._held[lease.job_id] = _Held(lease, float(lease.rate_per_second), self._clock.monotonic())

    async def _advance(self, held: _Held) -> None:
        at, rate = self._clock.monotonic(), held.lease.rate_per_second
        # Rounded, because a second less a rounding error would leave its last item to the next turn.
        held.allowance, held.at = min(rate, round(held.allowance + rate * (at - held.at), 6)), at
        while held.allowance >= 1:
            batch = await self._step(held, min(BATCH_MOST, int(held.allowance)))
            if batch is None or batch.is_over:
                del self._held[held.lease.job_id]
                return
            held.allowance -= batch.succeeded + len(batch.errors)

    async def _step(self, held: _Held, most: int) -> Batch | None:
        lease = held.lease
        try:
            unit = await self._unit(lease, most)
            if unit is None:
                return None
            batch = await self._database.write(
                jobs.job_step, lease, unit, most=most, now=self._clock.now_ms(), lease_ms=LEASE_MS
            )
        except Unavailable:
            raise
        except (HookspanError, LookupError, ValueError, TypeError) as error:
            await self._fail(lease, error)
            return None
        if batch is not None:
            for endpoint_id in sorted(batch.touched):
                self._handoff.backlog(endpoint_id)
            if batch.is_over:
                observe.step("job.done", job=lease.job_id, kind=lease.kind)
        return batch

    async def _unit(self, lease: Lease, most: int) -> Unit | None:
        """What the transaction that moves the cursor does beside that; None when the job is no longer ours."""
        step = self._steps.get(lease.kind)
        if step is None:
            return self._units[lease.kind]
        job = await self._database.read(jobs.job_leased, lease)
        if job is None:
            return None
        done = await step(job, most, self._clock.now_ms())
        return lambda _connection, _job, _most, _now: done

    async def _fail(self, lease: Lease, error: Exception) -> None:
        observe.fail("job.failed", job=lease.job_id, kind=lease.kind, error=f"{type(error).__name__}: {error}")
        told = {"id": lease.job_id, "code": getattr(error, "code", "internal_error"), "detail": str(error)}
        await self._database.write(jobs.job_fail, lease, told, self._clock.now_ms())
