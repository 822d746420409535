"""The hot hand-off and the claim: who sends what next, fair over endpoints, every queue bounded (reliability §4.7).

A lane is one endpoint in this process. A delivery comes into a lane leased: at birth (`reserve`, then `take`) or by a
claim from the database. Lanes with work take turns (turns.py) for a bounded number of slots; an endpoint never holds
more than its own in-flight limit.

How far a lane may run ahead of its in-flight limit grows with success and falls to nothing while its endpoint stalls:
a hanging endpoint keeps its deliveries in the database, not in our memory and not in the way of others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from hookspan import failpoints, observe
from hookspan.errors import StoreAway
from hookspan.model.deliveries import LEASE_MARGIN_MS, Attempt, Parcel
from hookspan.model.gates import Gate
from hookspan.model.levels import Cycle, Turn
from hookspan.model.randomness import lease_token
from hookspan.outbound.lanes import Lane
from hookspan.outbound.targets import Target, Targets
from hookspan.outbound.turns import Slot, Turns
from hookspan.ports import Clock
from hookspan.storage import delivery_claims, delivery_leases
from hookspan.storage.database import Database
from hookspan.storage.delivery_claims import Due, Want

SLOTS = 256
WAITING_LIMIT = 4_096
WAITING_BYTES = 64 * 1_048_576
USUAL_BYTES_FIRST = 65_536
POLL_SECONDS = 1.0
LANES_KEPT = 10_000
DUE_ENDPOINTS = 512


class Dispatcher:
    """Implements all of ports.Handoff that concerns deliveries."""

    def __init__(
        self,
        database: Database,
        targets: Targets,
        *,
        deliver: Callable[[Parcel], Awaitable[Attempt | None]],
        clock: Clock,
        slots: int = SLOTS,
        lease_margin_ms: int = LEASE_MARGIN_MS,
    ) -> None:
        self._database = database
        self._targets = targets
        self._deliver = deliver
        self._clock = clock
        self._slots = slots
        self._lease_margin_ms = lease_margin_ms
        self._lanes: dict[str, Lane] = {}
        self._turns = Turns(slots)
        self._in_flight = 0
        self._turn = 0
        self._waiting = 0
        self._reserved = 0
        self._waiting_bytes = 0
        self._suspects = 0
        self._usual_bytes = USUAL_BYTES_FIRST
        self._running: set[asyncio.Task[None]] = set()
        self._returning: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._wake_at: asyncio.TimerHandle | None = None
        self._is_draining = False
        self._claiming = asyncio.Lock()
        self._after = ""

    def obey(self, cycle: Cycle) -> None:
        """Share work among the priorities like this from now on."""
        self._turns.cycle = cycle

    # -- hot hand-off --------------------------------------------------------------------------------------------

    def reserve(self, endpoint_id: str) -> bool:
        """Keep room for a delivery about to be committed. An endpoint with a backlog sends that first."""
        if self._is_draining or self._rows_free() <= 0:
            return False
        lane = self._lane(endpoint_id)
        if not lane.is_open(self._clock.now_ms()) or lane.room(self._clock.monotonic()) <= 0:
            return False
        lane.reserved += 1
        self._reserved += 1
        return True

    def _rows_free(self) -> int:
        """How many more deliveries may wait here: bounded in number and, at their usual size, in bytes."""
        rows = WAITING_LIMIT - self._waiting - self._reserved
        octets = WAITING_BYTES - self._waiting_bytes - self._reserved * self._usual_bytes
        return min(rows, octets // self._usual_bytes)

    def cancel(self, endpoint_id: str) -> None:
        """Give a reservation back."""
        self._lane(endpoint_id).reserved -= 1
        self._reserved -= 1

    def take(self, parcel: Parcel) -> None:
        """Queue a committed delivery for which room was kept."""
        self.cancel(parcel.endpoint_id)
        self._enqueue(parcel)

    def backlog(self, endpoint_id: str) -> None:
        """Due work of this endpoint waits in the database."""
        lane = self._lane(endpoint_id)
        if not lane.has_backlog:
            lane.has_backlog = True
            self._wake.set()

    def wake(self) -> None:
        """Another process committed due work: look now."""
        self._wake.set()

    def close_gate(self, endpoint_id: str, until_ms: int) -> None:
        """The far side asked for a pause: send it nothing before; what waits for it here goes back, unspent."""
        lane = self._lane(endpoint_id)
        lane.closed_until_ms = max(lane.closed_until_ms, until_ms)
        self._give_back(lane)
        self.due_at(until_ms)

    def gate_moved(self, gate: Gate) -> None:
        """An outcome moved this gate: obey it, and give back, unspent, what it keeps from being sent."""
        lane = self._lane(gate.endpoint_id)
        if lane.learn(gate, self._clock.now_ms()):
            self._give_back(lane)
            self.due_at(lane.closed_until_ms)

    def due_at(self, due_at_ms: int) -> None:
        """A retry becomes due then: look when it does, not at the next poll."""
        delay = max(0.0, (due_at_ms - self._clock.now_ms()) / 1_000)
        if delay > POLL_SECONDS * 60:
            return
        loop = asyncio.get_running_loop()
        when = loop.time() + delay
        if self._wake_at is None or self._wake_at.when() > when or self._wake_at.cancelled():
            if self._wake_at is not None:
                self._wake_at.cancel()
            self._wake_at = loop.call_at(when, self._wake_now)

    def _wake_now(self) -> None:
        self._wake_at = None
        self._wake.set()

    def _lane(self, endpoint_id: str) -> Lane:
        lane = self._lanes.get(endpoint_id)
        if lane is None:
            if len(self._lanes) >= LANES_KEPT:
                self._forget_idle_lanes()
            lane = self._lanes[endpoint_id] = Lane(endpoint_id, last_end=self._clock.monotonic())
        return lane

    def _forget_idle_lanes(self) -> None:
        for endpoint_id in [name for name, lane in self._lanes.items() if lane.load == 0 and not lane.has_backlog]:
            del self._lanes[endpoint_id]

    # -- running -------------------------------------------------------------------------------------------------

    def _enqueue(self, parcel: Parcel) -> None:
        lane = self._lane(parcel.endpoint_id)
        lane.tenant_id = parcel.tenant_id
        place = lane.append(parcel)
        self._waiting += 1
        size = len(parcel.event.data)
        self._waiting_bytes += size
        self._usual_bytes = max(size, (self._usual_bytes * 7 + size) // 8)
        is_closed = lane.closed_until_ms > self._clock.now_ms() and not parcel.is_probe
        if self._is_draining or is_closed:
            self._give_back(lane)
            return
        self._turns.join(lane, place)
        self._pump()

    def _give_back(self, lane: Lane) -> None:
        """Return what a lane holds to the database, as if it had never been claimed (move 8)."""
        parcels = lane.empty()
        self._waiting -= len(parcels)
        self._waiting_bytes -= sum(len(parcel.event.data) for parcel in parcels)
        self._suspects -= sum(parcel.is_suspect for parcel in parcels)
        if parcels:
            task = asyncio.create_task(self._release(parcels))
            self._returning.add(task)
            task.add_done_callback(self._returning.discard)

    async def _release(self, parcels: list[Parcel]) -> None:
        try:
            await self._database.write(delivery_leases.release, parcels)
        except StoreAway as error:
            # The leases run out by themselves.
            observe.warn("delivery.release", count=len(parcels), error=error.detail)

    def _pump(self) -> None:
        """Start what may start."""
        while self._in_flight < self._slots and (slot := self._next()) is not None:
            self._in_flight += 1
            task = asyncio.create_task(self._run(slot))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    def _next(self) -> Slot | None:
        slot = self._turns.next()
        if slot is not None:
            self._waiting -= 1
            self._waiting_bytes -= len(slot.parcel.event.data)
        return slot

    async def _run(self, first: Slot) -> None:
        """One slot: deliver, then go on with whoever is next in turn."""
        slot: Slot | None = first
        try:
            while slot is not None:
                parcel = slot.parcel
                attempt = None
                try:
                    await self._learn(slot.lane, parcel)
                    attempt = await self._deliver(parcel)
                except Exception as error:  # noqa: BLE001  # the worker boundary: a poisoned delivery costs its own lease
                    observe.fail("delivery.fault", delivery=parcel.id, error=f"{type(error).__name__}: {error}")
                finally:
                    self._end(slot, attempt)
                    self._suspects -= parcel.is_suspect
                slot = None if self._is_draining else self._next()
        finally:
            self._in_flight -= 1

    async def _learn(self, lane: Lane, parcel: Parcel) -> None:
        """Before the first delivery of a lane: how many may be in flight."""
        if lane.is_known:
            return
        target = await self._target(parcel.tenant_id, parcel.endpoint_id)
        lane.is_known = True
        if target is not None:
            lane.cap = target.max_in_flight
        self._turns.join(lane)
        self._pump()

    async def _target(self, tenant_id: str, endpoint_id: str) -> Target | None:
        return self._targets.get(endpoint_id) or await self._targets.load(tenant_id, endpoint_id)

    def _end(self, slot: Slot, attempt: Attempt | None) -> None:
        lane = slot.lane
        lane.ended(attempt, self._clock.monotonic())
        target = self._targets.get(lane.endpoint_id)
        if target is not None:
            lane.cap = target.max_in_flight
        self._turns.ended(slot)
        if lane.has_backlog and lane.waiting * 2 < lane.ahead:
            self._wake.set()

    # -- claiming ------------------------------------------------------------------------------------------------

    async def claim_forever(self) -> None:
        """Claim due work whenever there is room, woken by commits, retries and freed slots; at least every second."""
        while not self._is_draining:
            self._wake.clear()
            try:
                claimed = await self.claim_once()
            except StoreAway as error:
                observe.warn("delivery.claim", error=error.detail)
                claimed = 0
            if claimed == 0:
                await self._wait_for_work()

    async def _wait_for_work(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return

    async def claim_once(self) -> int:
        """One round over endpoints with due work, each getting its share of the room left; how many were claimed."""
        async with self._claiming:
            return 0 if self._is_draining else await self._claim()

    async def _claim(self) -> int:
        now = self._clock.now_ms()
        flagged = [lane for lane in self._lanes.values() if lane.has_backlog]
        due = await self._database.read(delivery_claims.endpoints_due, now, self._after, DUE_ENDPOINTS)
        self._settle_backlogs(flagged, due)
        self._after = due[-1].endpoint_id if len(due) == DUE_ENDPOINTS else ""
        wants = await self._wants(due, now)
        if not wants:
            return 0
        turn = Turn(self._turn, self._turns.cycle)
        claimed = await self._database.write(
            delivery_claims.claim, wants, now, lease_token(), with_suspect=self._suspects == 0, turn=turn
        )
        parcels = claimed.parcels
        self._turn += len(parcels)
        self._suspects += sum(parcel.is_suspect for parcel in parcels)
        failpoints.reach("claim.after_commit")
        for endpoint_id, until_ms in claimed.throttled.items():
            self._lane(endpoint_id).throttled_until_ms = until_ms
            self.due_at(until_ms)
        self._remember_keys(wants, parcels, claimed.reached)
        for parcel in parcels:
            self._enqueue(parcel)
        return len(parcels)

    def _remember_keys(self, wants: Sequence[Want], parcels: Sequence[Parcel], reached: Mapping[str, str]) -> None:
        """Where to go on among ordering keys, so that the last of them has its turn too."""
        last: dict[str, str] = {}
        for parcel in parcels:
            if parcel.ordering_key is not None:
                last[parcel.endpoint_id] = max(last.get(parcel.endpoint_id, ""), parcel.ordering_key)
        for want in wants:
            if want.is_ordered:
                after_key = reached.get(want.endpoint_id) or last.get(want.endpoint_id, "")
                self._lane(want.endpoint_id).after_key = after_key

    def _settle_backlogs(self, flagged: list[Lane], due: Sequence[Due]) -> None:
        """Clear the flags that the look-up disproved; one raised meanwhile tells of rows it could not see."""
        if self._after == "" and len(due) < DUE_ENDPOINTS:
            names = {each.endpoint_id for each in due}
            for lane in flagged:
                lane.has_backlog = lane.endpoint_id in names

    async def _wants(self, due: Sequence[Due], now_ms: int) -> list[Want]:
        """What to claim of each endpoint: the free room shared evenly."""
        wants = []
        room = self._rows_free()
        share = max(1, room // max(1, len(due)))
        now = self._clock.monotonic()
        for each in due:
            lane = self._lane(each.endpoint_id)
            is_probe = each.breaker != "closed"
            lane.heard(each.cap, is_shut=is_probe, now_ms=now_ms)
            count = min(share, room, 1 if is_probe else lane.room(now))
            if count <= 0 or lane.throttled_until_ms > now_ms:
                continue
            target = await self._target(each.tenant_id, each.endpoint_id)
            if target is None or not target.is_active:
                continue
            lane.has_backlog = True
            wants.append(self._want(each, target, count, is_probe=is_probe))
            room -= count
        return wants

    def _want(self, due: Due, target: Target, count: int, *, is_probe: bool) -> Want:
        rate = target.rate
        return Want(
            due.endpoint_id,
            count if rate is None else min(count, rate.count),
            target.timeout_ms + self._lease_margin_ms,
            levels=due.levels,
            is_ordered=due.is_ordered,
            is_probe=is_probe,
            rate=None if rate is None else (rate.count, rate.period_ms),
            after_key=self._lane(due.endpoint_id).after_key,
        )

    # -- stopping ------------------------------------------------------------------------------------------------

    async def drain(self, seconds: float) -> None:
        """No new work; what waits goes back unsent, what is under way may finish for `seconds`."""
        self._is_draining = True
        self._wake.set()
        unsent = self._waiting
        for lane in self._lanes.values():
            self._give_back(lane)
        async with self._claiming:
            pass
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await asyncio.gather(*self._returning)
        observe.step("delivery.drained", released=unsent)

    @property
    def in_flight(self) -> int:
        """Deliveries being sent now."""
        return self._in_flight

    @property
    def waiting(self) -> int:
        """Leased deliveries that wait for a slot here."""
        return self._waiting
