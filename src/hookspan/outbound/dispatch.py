"""The hot hand-off and the claim: who sends what next, fair over endpoints, every queue bounded (reliability §4.7).

A lane is one endpoint in this process. A delivery comes into a lane leased: at birth (`reserve`, then `take`) or by a
claim from the database. Lanes with work wait in a ring and start one delivery a turn, so a busy endpoint passes the
slot on; an endpoint never holds more than its own in-flight limit.

How far a lane may run ahead of its in-flight limit grows with success and falls to nothing while its endpoint stalls:
a hanging endpoint keeps its deliveries in the database, not in our memory and not in the way of others.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from hookspan import failpoints, observe
from hookspan.errors import StoreAway
from hookspan.model.deliveries import LEASE_MARGIN_MS, Parcel
from hookspan.model.randomness import lease_token
from hookspan.outbound.targets import Targets
from hookspan.ports import Clock
from hookspan.storage import delivery_claims
from hookspan.storage.database import Database

SLOTS = 256
WAITING_LIMIT = 4_096
WAITING_BYTES = 64 * 1_048_576
USUAL_BYTES_FIRST = 65_536
AHEAD_FIRST = 64
AHEAD_MOST = 2_048
CAP_UNKNOWN = 1
STALL_SECONDS = 1.0
POLL_SECONDS = 1.0
LANES_KEPT = 10_000
DUE_ENDPOINTS = 512


@dataclass(slots=True, eq=False)
class Lane:
    """One endpoint's work in this process."""

    endpoint_id: str
    cap: int = CAP_UNKNOWN
    is_known: bool = False
    closed_until_ms: int = 0
    ahead: int = AHEAD_FIRST
    queue: deque[Parcel] = field(default_factory=deque)
    reserved: int = 0
    in_flight: int = 0
    in_ring: bool = False
    has_backlog: bool = False
    last_end: float = 0.0

    @property
    def load(self) -> int:
        """Deliveries in flight, queued or on their way here."""
        return self.in_flight + self.reserved + len(self.queue)

    def room(self, now: float) -> int:
        """How many more may come."""
        is_stalled = self.in_flight >= self.cap and now - self.last_end > STALL_SECONDS
        return self.cap + (0 if is_stalled else self.ahead) - self.load


class Dispatcher:
    """Implements all of ports.Handoff that concerns deliveries."""

    def __init__(
        self,
        database: Database,
        targets: Targets,
        *,
        deliver: Callable[[Parcel], Awaitable[bool]],
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
        self._ring: deque[Lane] = deque()
        self._in_flight = 0
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

    # -- hot hand-off --------------------------------------------------------------------------------------------

    def reserve(self, endpoint_id: str) -> bool:
        """Keep room for a delivery about to be committed. An endpoint with a backlog sends that first."""
        if self._is_draining or self._rows_free() <= 0:
            return False
        lane = self._lane(endpoint_id)
        if lane.has_backlog or lane.closed_until_ms > self._clock.now_ms() or lane.room(self._clock.monotonic()) <= 0:
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
        lane.queue.append(parcel)
        self._waiting += 1
        size = len(parcel.event.data)
        self._waiting_bytes += size
        self._usual_bytes = max(size, (self._usual_bytes * 7 + size) // 8)
        if self._is_draining or lane.closed_until_ms > self._clock.now_ms():
            self._give_back(lane)
            return
        if not lane.in_ring:
            lane.in_ring = True
            self._ring.append(lane)
        self._pump()

    def _give_back(self, lane: Lane) -> None:
        """Return what a lane holds to the database, as if it had never been claimed (move 8)."""
        parcels = list(lane.queue)
        lane.queue.clear()
        self._waiting -= len(parcels)
        self._waiting_bytes -= sum(len(parcel.event.data) for parcel in parcels)
        self._suspects -= sum(parcel.is_suspect for parcel in parcels)
        if parcels:
            task = asyncio.create_task(self._release(parcels))
            self._returning.add(task)
            task.add_done_callback(self._returning.discard)

    async def _release(self, parcels: list[Parcel]) -> None:
        try:
            await self._database.write(delivery_claims.release, parcels)
        except StoreAway as error:
            # The leases run out by themselves.
            observe.warn("delivery.release", count=len(parcels), error=error.detail)

    def _pump(self) -> None:
        """Start what may start: one delivery a lane and turn."""
        while self._in_flight < self._slots and (parcel := self._next()) is not None:
            self._in_flight += 1
            task = asyncio.create_task(self._run(parcel))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    def _next(self) -> Parcel | None:
        """The next delivery in turn; lanes at their limit leave the ring until one of theirs ends."""
        while self._ring:
            lane = self._ring.popleft()
            if lane.queue and lane.in_flight < lane.cap:
                parcel = lane.queue.popleft()
                self._waiting -= 1
                self._waiting_bytes -= len(parcel.event.data)
                lane.in_flight += 1
                self._ring.append(lane)
                return parcel
            lane.in_ring = False
        return None

    async def _run(self, first: Parcel) -> None:
        """One slot: deliver, then go on with whoever is next in turn."""
        parcel: Parcel | None = first
        try:
            while parcel is not None:
                lane = self._lanes[parcel.endpoint_id]
                went_well = False
                try:
                    await self._learn(lane, parcel)
                    went_well = await self._deliver(parcel)
                except Exception as error:  # noqa: BLE001  # the worker boundary: a poisoned delivery costs its own lease
                    observe.fail("delivery.fault", delivery=parcel.id, error=f"{type(error).__name__}: {error}")
                finally:
                    self._end(lane, went_well)
                    self._suspects -= parcel.is_suspect
                parcel = None if self._is_draining else self._next()
        finally:
            self._in_flight -= 1

    async def _learn(self, lane: Lane, parcel: Parcel) -> None:
        """Before the first delivery of a lane: how many may be in flight."""
        if lane.is_known:
            return
        target = self._targets.get(parcel.endpoint_id) or await self._targets.load(parcel.tenant_id, parcel.endpoint_id)
        lane.is_known = True
        if target is not None:
            lane.cap = target.max_in_flight
        self._rejoin(lane)
        self._pump()

    def _rejoin(self, lane: Lane) -> None:
        if lane.queue and not lane.in_ring:
            lane.in_ring = True
            self._ring.append(lane)

    def _end(self, lane: Lane, went_well: bool) -> None:
        lane.in_flight -= 1
        lane.last_end = self._clock.monotonic()
        lane.ahead = min(AHEAD_MOST, lane.ahead * 2) if went_well else AHEAD_FIRST
        target = self._targets.get(lane.endpoint_id)
        if target is not None:
            lane.cap = target.max_in_flight
        self._rejoin(lane)
        if lane.has_backlog and len(lane.queue) * 2 < lane.ahead:
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
        self._after = due[-1][0] if len(due) == DUE_ENDPOINTS else ""
        wants = await self._wants(due)
        if not wants:
            return 0
        parcels = await self._database.write(
            delivery_claims.claim, wants, now, lease_token(), with_suspect=self._suspects == 0
        )
        self._suspects += sum(parcel.is_suspect for parcel in parcels)
        failpoints.reach("claim.after_commit")
        for parcel in parcels:
            self._enqueue(parcel)
        return len(parcels)

    def _settle_backlogs(self, flagged: list[Lane], due: list[tuple[str, str]]) -> None:
        """Clear the flags that the look-up disproved; one raised meanwhile tells of rows it could not see."""
        if self._after == "" and len(due) < DUE_ENDPOINTS:
            names = {endpoint_id for endpoint_id, _ in due}
            for lane in flagged:
                lane.has_backlog = lane.endpoint_id in names

    async def _wants(self, due: list[tuple[str, str]]) -> list[tuple[str, int, int]]:
        """(endpoint, how many, lease): the free room shared evenly."""
        wants = []
        room = self._rows_free()
        share = max(1, room // max(1, len(due)))
        now = self._clock.monotonic()
        for endpoint_id, tenant_id in due:
            count = min(share, room, self._lane(endpoint_id).room(now))
            if count <= 0:
                continue
            target = self._targets.get(endpoint_id) or await self._targets.load(tenant_id, endpoint_id)
            if target is None or not target.is_active:
                continue
            self._lane(endpoint_id).has_backlog = True
            wants.append((endpoint_id, count, target.timeout_ms + self._lease_margin_ms))
            room -= count
        return wants

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
