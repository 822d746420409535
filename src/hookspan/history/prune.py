"""The janitor: takes away what is older than its tenant keeps it, ends holds that lasted too long, gives space back.

It acts by a clock of its own that follows the real one by two intervals a run at most: a clock that jumps a month
ahead costs nobody a month of history, and the run says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from hookspan import observe
from hookspan.events.publish import Publisher
from hookspan.model.notices import Notice
from hookspan.model.retention import DAY_MS, before_ms, checked_days, days_of
from hookspan.model.times import instant
from hookspan.ports import Clock
from hookspan.storage import audit, order_keys, prune
from hookspan.storage.database import Database
from hookspan.storage.dialect import give_back
from hookspan.storage.jobs import jobs_prune
from hookspan.storage.prune import Prune, Run
from hookspan.storage.rejections import rejections_prune
from hookspan.storage.settings import setting_get, setting_put

CHOICE, LAST_RUN = "retention", "retention.last_run"
PLACE = "janitor"
"""Who notices, in what is told."""
SWEEP_SECONDS = 86_400.0
LOOK_SECONDS = 60.0
HOLD_DAYS, WARN_DAYS_BEFORE = 7, 2
VACUUM_PAGES = 500

# Events come after these: an event goes when nobody is owed it, and the rows that say so go first.
_KINDS: tuple[tuple[str, str, Prune], ...] = (
    ("deliveries", "deliveries", prune.deliveries_prune),
    ("deliveries", "deliveryStats", prune.delivery_stats_prune),
    ("executions", "executions", prune.executions_prune),
    ("rejected", "rejected", rejections_prune),
    ("tests", "tests", prune.tests_prune),
    ("tests", "tests", prune.webhook_tests_prune),
    ("audit", "replays", prune.replays_prune),
)


@dataclass(frozen=True, slots=True)
class LastRun:
    """A tenant's last run: when, and how many rows of each kind went."""

    started_at: str
    deleted: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a tenant keeps, in days by kind (None for ever), and when the janitor comes."""

    days: Mapping[str, int | None]
    sweep_interval_ms: int
    next_run_at: int
    last_run: LastRun | None


class Janitor:
    """Retention of an instance; one for a process, and one process at a time runs."""

    def __init__(
        self,
        database: Database,
        publisher: Publisher,
        clock: Clock,
        *,
        sweep_seconds: float = SWEEP_SECONDS,
        hold_days: int = HOLD_DAYS,
    ) -> None:
        self._database = database
        self._publisher = publisher
        self._clock = clock
        self._interval_ms = round(sweep_seconds * 1_000)
        self._hold_days = hold_days
        self._most = 500 if database.is_single_writer else 1_000

    async def kept(self, tenant_id: str) -> Kept:
        """What the tenant keeps and when."""
        days = days_of(await self._database.read(setting_get, tenant_id, CHOICE))
        last: Any = await self._database.read(setting_get, tenant_id, LAST_RUN)
        run = await self._database.read(prune.janitor_read)
        started_at = run.get("startedAt")
        return Kept(
            days,
            self._interval_ms,
            self._clock.now_ms() if started_at is None else started_at + self._interval_ms,
            None if last is None else LastRun(last["startedAt"], last["deleted"]),
        )

    async def keep(self, tenant_id: str, wished: Mapping[str, int | None]) -> Kept:
        """Choose days by kind; what is not named goes back to its default."""
        before = (await self.kept(tenant_id)).days
        chosen = checked_days(wished)
        audit.note(before=dict(before), after=dict(chosen))
        await self._database.write(setting_put, tenant_id, CHOICE, chosen or None, now=self._clock.now_ms())
        return await self.kept(tenant_id)

    async def look(self) -> None:
        """Run if it is time to; called about once a minute."""
        now = self._clock.now_ms()
        run = await self._database.write(prune.janitor_begin, now, self._interval_ms)
        if run is None:
            return
        behind_ms = now - run.clock
        tenants = await self._database.read(prune.tenants_all)
        if behind_ms > 0 and not run.is_resumed:
            await self._alarm(tenants, behind_ms)
        await self._holds(run)
        for tenant_id in tenants:
            await self._tenant(tenant_id, run)
        await self._order_keys(tenants, run)
        while await self._database.write(give_back, VACUUM_PAGES):
            pass
        await self._database.write(prune.janitor_end, self._clock.now_ms())

    async def _tenant(self, tenant_id: str, run: Run) -> None:
        days = days_of(await self._database.read(setting_get, tenant_id, CHOICE))
        deleted: Counter[str] = Counter()
        for kind, name, unit in _KINDS:
            before = before_ms(days[kind], run.clock)
            if before is not None:
                deleted[name] += await self._all(tenant_id, unit, before)
        deleted["events"] += await self._events(tenant_id, days["events"], run)
        deleted["jobs"] += await self._full(jobs_prune, tenant_id, before_ms(days["deliveries"], run.clock))
        deleted["audit"] += await self._audit(tenant_id, before_ms(days["audit"], run.clock))
        told = {"startedAt": instant(run.started_at), "deleted": {**deleted}}
        await self._database.write(setting_put, tenant_id, LAST_RUN, told, now=self._clock.now_ms())
        observe.step("retention.run", tenant=tenant_id, **deleted)
        for name, number in deleted.items():
            observe.pruned_total.labels(name).inc(number)
        if deleted.total():
            await self._tell(tenant_id, Notice("system.info", "retention", "old records were removed", PLACE, told))

    async def _events(self, tenant_id: str, days: int | None, run: Run) -> int:
        """Events by the tenant's days, and those of sources that chose their own by these, be they more or less."""
        chosen = await self._database.read(prune.source_days, tenant_id)
        deleted, before = 0, before_ms(days, run.clock)
        if before is not None:
            deleted += await self._all(tenant_id, partial(prune.events_prune, apart=sorted(chosen)), before)
        for webhook_id, own in chosen.items():
            unit = partial(prune.source_events_prune, webhook_id=webhook_id)
            deleted += await self._all(tenant_id, unit, run.clock - own * DAY_MS)
        return deleted

    async def _all(self, tenant_id: str, unit: Prune, before: int) -> int:
        deleted, edge = 0, ""
        while True:
            pruned = await self._database.write(unit, tenant_id, edge, before, self._most)
            deleted += pruned.deleted
            if pruned.edge is None:
                return deleted
            edge = pruned.edge

    async def _full(self, unit: Callable[..., int], tenant_id: str, before: int | None) -> int:
        if before is None:
            return 0
        return await _until_less(self._most, lambda: self._database.write(unit, tenant_id, before, self._most))

    async def _audit(self, tenant_id: str, before: int | None) -> int:
        if before is None:
            return 0
        now = self._clock.now_ms()
        unit = audit.audit_prune
        return await _until_less(self._most, lambda: self._database.write(unit, tenant_id, before, self._most, now))

    async def _holds(self, run: Run) -> None:
        """Held deliveries end after `hold_days`; two days earlier their tenant is warned."""
        notice_ms = (self._hold_days - WARN_DAYS_BEFORE) * DAY_MS
        aged = await self._database.read(prune.holds_aged, run.previous - notice_ms, run.clock - notice_ms)
        for tenant_id, endpoint_id, number in aged:
            message = f"{number} held deliveries will be cancelled in {WARN_DAYS_BEFORE} days; resume their endpoint"
            details = {"endpointId": endpoint_id, "deliveries": number}
            await self._tell(tenant_id, Notice("system.warning", "hold_expires", message, PLACE, details))
        before = run.clock - self._hold_days * DAY_MS
        now, unit = self._clock.now_ms(), prune.holds_expire
        ended = await _until_less(self._most, lambda: self._database.write(unit, before, now, self._most))
        if ended:
            observe.step("delivery.hold_expired", deliveries=ended)

    async def _order_keys(self, tenants: list[str], run: Run) -> None:
        """A key's last number is kept twice as long as any delivery, or for ever where deliveries are."""
        longest = [
            days_of(await self._database.read(setting_get, tenant_id, CHOICE))["deliveries"] for tenant_id in tenants
        ]
        if longest and None not in longest:
            before = run.clock - 2 * max(days or 0 for days in longest) * DAY_MS
            await _until_less(self._most, lambda: self._database.write(order_keys.prune, before, self._most))

    async def _alarm(self, tenants: list[str], behind_ms: int) -> None:
        observe.warn("retention.clock_held", behind_ms=behind_ms)
        message = "the clock went further than two retention runs; records are removed as if it had not"
        for tenant_id in tenants:
            await self._tell(
                tenant_id, Notice("system.warning", "clock_jumped", message, PLACE, {"behindMs": behind_ms})
            )

    async def _tell(self, tenant_id: str, notice: Notice) -> None:
        await self._publisher.publish(notice.event(tenant_id, self._clock.now_ms()))


async def _until_less(most: int, batch: Callable[[], Awaitable[int]]) -> int:
    """Repeat a batch that takes up to `most` rows until it takes fewer."""
    total = 0
    while True:
        number = await batch()
        total += number
        if number < most:
            return total
