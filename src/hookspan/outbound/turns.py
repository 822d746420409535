"""Whose turn it is for a slot: fair over kinds of work, priorities, tenants and endpoints (reliability §4.7).

First attempts, retries and replays share the slots 60:30:10 and lend what they do not use; of a kind, levels take turns
by weight; of a level, tenants go round; of a tenant, endpoints. A tenant holds at most half of the slots while others
wait; endpoints that are slow, or not yet known, hold a quarter together.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from dataclasses import dataclass

from hookspan.model.deliveries import Parcel
from hookspan.model.levels import LEVELS, USUAL, Cycle, take_turn
from hookspan.outbound.lanes import CLASSES, FIRST, KINDS, REPLAY, RETRY, Lane

SHARES = {FIRST: 0.6, RETRY: 0.3, REPLAY: 0.1}
SLOW_SHARE = 0.25
TENANT_SHARE = 0.5

_ALL_LEVELS = (1 << len(LEVELS)) - 1
_Ring = OrderedDict[str, deque[Lane]]


@dataclass(slots=True, eq=False)
class Slot:
    """A delivery that holds a slot, counted among the slow ones or not."""

    lane: Lane
    parcel: Parcel
    kind: int
    is_slow: bool


class Turns:
    """Lanes with work, and what is in flight of each kind and tenant."""

    def __init__(self, slots: int) -> None:
        self._slow_most = max(1, int(slots * SLOW_SHARE))
        self._tenant_most = max(1, int(slots * TENANT_SHARE))
        self._rings: list[_Ring] = [OrderedDict() for _ in range(CLASSES)]
        self._busy = 0
        self._in_flight = [0] * len(KINDS)
        self._slow_in_flight = 0
        self._of_tenant: Counter[str] = Counter()
        self._parked: deque[Lane] = deque()
        self._turn = 0
        self.cycle: Cycle = USUAL

    def join(self, lane: Lane, place: int | None = None) -> None:
        """Let a lane take part with all it has, or with one class."""
        for each in (place,) if place is not None else tuple(lane.classes()):
            if each in lane.joined:
                continue
            lane.joined.add(each)
            ring = self._rings[each]
            lanes = ring.get(lane.tenant_id)
            if lanes is None:
                lanes = ring[lane.tenant_id] = deque()
            lanes.append(lane)
            self._busy |= 1 << each

    def next(self) -> Slot | None:
        """The next delivery in turn, now in flight. Lanes that may not start leave until one of theirs ends."""
        while self._busy:
            place = self._class()
            ring = self._rings[place]
            tenant_id = self._tenant(ring)
            lane = ring[tenant_id].popleft()
            queue = lane.queues[place]
            is_slow = lane.is_slow
            if queue and lane.in_flight < lane.limit and not (is_slow and self._slow_in_flight >= self._slow_most):
                slot = Slot(lane, queue.popleft(), place // len(LEVELS), is_slow)
                self._stay_or_leave(place, tenant_id, lane, stays=bool(queue))
                self._begin(slot)
                return slot
            if queue and lane.in_flight < lane.limit:
                self._parked.append(lane)
            self._stay_or_leave(place, tenant_id, lane, stays=False)
        return None

    def _class(self) -> int:
        """The kind with the least of its share in flight, then the level whose turn it is."""
        kind = FIRST
        if self._busy > _ALL_LEVELS:
            waiting = [each for each in KINDS if self._busy >> each * len(LEVELS) & _ALL_LEVELS]
            kind = min(waiting, key=lambda each: self._in_flight[each] / SHARES[each])
        levels = self._busy >> kind * len(LEVELS) & _ALL_LEVELS
        self._turn += 1
        if levels & (levels - 1) == 0:
            return kind * len(LEVELS) + levels.bit_length() - 1
        oldest = {
            level: self._oldest(kind * len(LEVELS) + level) for level in range(len(LEVELS)) if levels >> level & 1
        }
        return kind * len(LEVELS) + take_turn(self._turn, oldest, self.cycle)

    def _oldest(self, place: int) -> int:
        lanes = next(iter(self._rings[place].values()))
        queue = lanes[0].queues[place]
        return queue[0].due_at if queue else 0

    def _tenant(self, ring: _Ring) -> str:
        """The tenant whose turn it is, passing over those that hold their half while others wait."""
        first = next(iter(ring))
        if len(ring) == 1 or self._of_tenant[first] < self._tenant_most:
            return first
        return min(ring, key=lambda tenant_id: self._of_tenant[tenant_id])

    def _stay_or_leave(self, place: int, tenant_id: str, lane: Lane, *, stays: bool) -> None:
        ring = self._rings[place]
        lanes = ring[tenant_id]
        if stays:
            lanes.append(lane)
        else:
            lane.joined.discard(place)
        if lanes:
            if len(ring) > 1:
                ring.move_to_end(tenant_id)
            return
        del ring[tenant_id]
        if not ring:
            self._busy &= ~(1 << place)

    def _begin(self, slot: Slot) -> None:
        slot.lane.began()
        self._in_flight[slot.kind] += 1
        self._slow_in_flight += slot.is_slow
        self._of_tenant[slot.lane.tenant_id] += 1

    def ended(self, slot: Slot) -> None:
        """Give the slot back; its lane and one that waited for the slow share take part again."""
        self._in_flight[slot.kind] -= 1
        tenant_id = slot.lane.tenant_id
        self._of_tenant[tenant_id] -= 1
        if not self._of_tenant[tenant_id]:
            del self._of_tenant[tenant_id]
        self._slow_in_flight -= slot.is_slow
        if self._parked and self._slow_in_flight < self._slow_most:
            self._unpark()
        self.join(slot.lane)

    def _unpark(self) -> None:
        """Let the next lane that still has work take part again."""
        while self._parked:
            lane = self._parked.popleft()
            if any(lane.queues.values()):
                self.join(lane)
                return
