"""What deliveries need beside being sent: leases taken back, holds followed, long lists written, failures acted upon.

reclaim  the leases of an earlier life of the only process
sweep    lapsed leases; what silenced five workers is put aside, and said so
hold     deliveries follow the status of their endpoint
expand   deliveries of events that very many endpoints want
watch    first attempts that come too late; endpoints that fail: warned of after one and three days, disabled after five
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import msgspec

from hookspan import observe
from hookspan.events.frames import deliveries_frame, endpoint_frame
from hookspan.events.publish import Publisher
from hookspan.model.events import Birth, NewEvent
from hookspan.model.ids import new_id
from hookspan.model.notices import Notice
from hookspan.model.receipt_facts import processed_data
from hookspan.model.times import instant
from hookspan.model.urls import redact_url
from hookspan.ports import Clock, Handoff
from hookspan.storage import delivery_leases, holds
from hookspan.storage.database import Database
from hookspan.storage.endpoint_health import Failing, endpoint_fail, endpoint_warn, endpoints_failing
from hookspan.storage.fanout_batches import Finishing, fanout_expand, fanout_finishing
from hookspan.storage.priorities import Breaches, breaches_add

MOST = 500
HOLD_MOST = 1_000
FANOUT_BATCH = 1_000
FAN_SECONDS = 1.0
FOR_EVER = 2**62
DAY_MS = 86_400_000
WARN_AFTER_DAYS = (1, 3)
DISABLE_AFTER_DAYS = 5
FAILURES_LEAST = 20

_json = msgspec.json.Encoder().encode


class Caretaker:
    """Takes care of the deliveries of every tenant; one for a process that works."""

    def __init__(self, database: Database, publisher: Publisher, handoff: Handoff, *, clock: Clock) -> None:
        self._database = database
        self._publisher = publisher
        self._handoff = handoff
        self._clock = clock
        self._fan = asyncio.Event()
        self._breaches: Counter[tuple[str, int, int]] = Counter()

    async def reclaim(self) -> None:
        """The only process of a database starts: every lease is of its own earlier life."""
        while any(await self._sweep(FOR_EVER)):
            pass

    async def sweep(self) -> None:
        """Take back lapsed leases."""
        lost, quarantined = await self._sweep(self._clock.now_ms())
        if lost or quarantined:
            observe.warn("delivery.swept", lost=lost, quarantined=quarantined)

    async def _sweep(self, lapsed_before: int) -> tuple[int, int]:
        now = self._clock.now_ms()
        silent = await self._database.read(delivery_leases.silent, lapsed_before, MOST)
        facts = {row["id"]: await self._publisher.prepare(_quarantined(row, now)) for row in silent}
        lost, quarantined = await self._written(facts, delivery_leases.sweep, now, MOST, lapsed_before, facts)
        return lost, len(quarantined)

    async def _written(
        self, facts: Mapping[str, Birth], sweep: Callable[..., tuple[int, list[str]]], *arguments: object
    ) -> tuple[int, list[str]]:
        try:
            swept = await self._database.write(sweep, *arguments)
        except BaseException:
            self._publisher.abandoned(facts.values())
            raise
        for identity, birth in facts.items():
            if identity in swept[1]:
                self._publisher.committed([birth])
            else:
                self._publisher.stale(birth)
        return swept

    async def hold(self) -> None:
        """Hold what waits for endpoints that are not active, free what is held for active ones."""
        if not await self._database.read(holds.has_to_move):
            return
        now = self._clock.now_ms()
        moved = await self._database.write(holds.hold_and_release, now, HOLD_MOST)
        held = sum(moved.held.values())
        if held or moved.freed:
            observe.step("delivery.held", held=held, freed=moved.freed)
        for word, counts in (("held", moved.held), ("cancelled", moved.cancelled)):
            for (tenant_id, endpoint_id), count in counts.items():
                self._publisher.tell(deliveries_frame(word, tenant_id, now=now, endpointId=endpoint_id, count=count))

    # -- long lists ------------------------------------------------------------------------------------------------

    def fanout_due(self) -> None:
        """An event with a long list was committed."""
        self._fan.set()

    async def expand(self) -> None:
        """Write the deliveries of long lists until there is none; wait a moment for the next."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FAN_SECONDS):
                await self._fan.wait()
        self._fan.clear()
        while await self._expand_one():
            pass

    async def _expand_one(self) -> bool:
        """One batch, with what is told when a receipt is done with it; False when there was none."""
        finishing = await self._database.read(fanout_finishing, FANOUT_BATCH)
        told: dict[str, Birth] = {}
        if finishing is not None:
            told[finishing.done.event_id] = await self._publisher.prepare(_processed(finishing, self._clock.now_ms()))
        births = list(told.values())
        try:
            expanded = await self._database.write(fanout_expand, FANOUT_BATCH, told)
        except BaseException:
            self._publisher.abandoned(births)
            raise
        for birth in births:
            if expanded.is_stale:
                self._publisher.stale(birth)
            elif expanded.finished in told:
                self._publisher.committed([birth])
            else:
                self._publisher.abandoned([birth])
        for endpoint_id in expanded.endpoint_ids:
            self._handoff.backlog(endpoint_id)
        return expanded.is_stale or bool(expanded.endpoint_ids)

    # -- failing endpoints -----------------------------------------------------------------------------------------

    def breached(self, tenant_id: str, priority: int, promised_ms: int) -> None:
        """A first attempt, or the first step of an execution, came later than its priority promises."""
        self._breaches[tenant_id, priority, promised_ms] += 1

    async def watch(self) -> None:
        """Warn of late first attempts and of endpoints that have failed for days; disable those in the end."""
        await self._tell_breaches()
        now, after = self._clock.now_ms(), ""
        since_before = now - WARN_AFTER_DAYS[0] * DAY_MS
        while failing := await self._database.read(endpoints_failing, since_before, after, MOST):
            for each in failing:
                await self._act_on(each, now)
            after = failing[-1].endpoint_id

    async def _tell_breaches(self) -> None:
        breaches, self._breaches = self._breaches, Counter()
        if not breaches:
            return
        now = self._clock.now_ms()
        rows = [Breaches(new_id(now), key[0], key[1], count, now) for key, count in sorted(breaches.items())]
        await self._database.write(breaches_add, rows)
        for (tenant_id, priority, promised_ms), count in sorted(breaches.items()):
            details = {"priority": priority, "slaMs": promised_ms, "breaches": count}
            await self._publisher.publish(_late(details, tenant_id, now))

    async def _act_on(self, failing: Failing, now: int) -> None:
        days = (now - failing.since) // DAY_MS
        if days >= DISABLE_AFTER_DAYS and failing.failures >= FAILURES_LEAST:
            births = [await self._publisher.prepare(_disabled(failing, now))]
            if await self._born(births, endpoint_fail, failing, now):
                tenant_id, reason = failing.tenant_id, "failures"
                self._publisher.tell(endpoint_frame("disabled", tenant_id, failing.endpoint_id, now=now, reason=reason))
                observe.warn("endpoint.disabled", endpoint=failing.endpoint_id, failures=failing.failures)
            return
        warned = sum(days >= each for each in WARN_AFTER_DAYS)
        if warned > failing.warned:
            births = [await self._publisher.prepare(_warning(failing, days, now))]
            if await self._born(births, endpoint_warn, failing, warned):
                observe.warn("endpoint.failing", endpoint=failing.endpoint_id, days=days)

    async def _born(self, births: Sequence[Birth], unit: Callable[..., bool], failing: Failing, value: int) -> bool:
        """Run the unit with the facts it brings; what it leaves out comes again at the next look."""
        try:
            done = await self._database.write(unit, failing, value, births)
        except BaseException:
            self._publisher.abandoned(births)
            raise
        if done:
            self._publisher.committed(births)
        else:
            for birth in births:
                self._publisher.stale(birth)
        return done


def _quarantined(row: Mapping[str, object], now: int) -> NewEvent:
    details = {"deliveryId": row["id"], "endpointId": row["endpoint_id"], "eventId": row["event_id"]}
    message = "a delivery was claimed five times without an outcome and is put aside; retry it when its cause is found"
    notice = Notice("system.error", "delivery_quarantined", message, "outbound", details)
    return notice.event(str(row["tenant_id"]), now)


def _late(details: Mapping[str, int], tenant_id: str, now: int) -> NewEvent:
    message = (
        f"{details['breaches']} first attempts or steps of priority {details['priority']} came later than "
        f"{details['slaMs']} ms after acceptance"
    )
    return Notice("system.warning", "sla_breached", message, "outbound", details).event(tenant_id, now)


def _warning(failing: Failing, days: int, now: int) -> NewEvent:
    message = f"{failing.name or redact_url(failing.url)} has taken nothing for {days} d"
    details = {"endpointId": failing.endpoint_id, "since": instant(failing.since), "failures": failing.failures}
    return Notice("system.warning", "endpoint_failing", message, "outbound", details).event(failing.tenant_id, now)


def _processed(finishing: Finishing, now: int) -> NewEvent:
    return NewEvent(
        id=new_id(now),
        tenant_id=finishing.tenant_id,
        type="webhook.processed",
        data=processed_data(finishing.done, now=now),
        created_at=now,
        origin="system",
        depth=finishing.depth,
        test=finishing.is_test,
    )


def _disabled(failing: Failing, now: int) -> NewEvent:
    shown = {
        "endpointId": failing.endpoint_id,
        "name": failing.name,
        "url": redact_url(failing.url),
        "status": "disabled",
        "reason": "failures",
        "at": instant(now),
    }
    return _fact("endpoint.disabled", shown, failing.tenant_id, now)


def _fact(name: str, shown: Mapping[str, object], tenant_id: str, now: int) -> NewEvent:
    return NewEvent(id=new_id(now), tenant_id=tenant_id, type=name, data=_json(shown), created_at=now, origin="system")
