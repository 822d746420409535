"""A lane: one endpoint's work in this process, and what is known here of the endpoint's health."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from hookspan.model.deliveries import Attempt, Parcel
from hookspan.model.gates import Gate
from hookspan.model.levels import LEVELS

FIRST, RETRY, REPLAY = 0, 1, 2
KINDS = (FIRST, RETRY, REPLAY)
CLASSES = len(KINDS) * len(LEVELS)

AHEAD_FIRST = 64
AHEAD_MOST = 2_048
CAP_UNKNOWN = 1
STALL_SECONDS = 1.0
SLOW_MS = 5_000
_MEAN_SHARE = 0.2


def class_of(parcel: Parcel) -> int:
    """Kind and level in one number: first attempts, retries and replays wait apart, each by priority."""
    if parcel.event.replay_count:
        kind = REPLAY
    elif parcel.attempts or parcel.trigger != "automatic":
        kind = RETRY
    else:
        kind = FIRST
    return kind * len(LEVELS) + parcel.priority


@dataclass(slots=True, eq=False)
class Lane:
    """How far it may run ahead of its limit in flight grows with success and falls to nothing while it stalls."""

    endpoint_id: str
    tenant_id: str = ""
    cap: int = CAP_UNKNOWN
    gate_cap: int | None = None
    is_known: bool = False
    is_shut: bool = False
    closed_until_ms: int = 0
    throttled_until_ms: int = 0
    ahead: int = AHEAD_FIRST
    queues: dict[int, deque[Parcel]] = field(default_factory=dict)
    joined: set[int] = field(default_factory=set)
    waiting: int = 0
    reserved: int = 0
    in_flight: int = 0
    has_backlog: bool = False
    after_key: str = ""
    last_end: float = 0.0
    is_proven: bool = False
    timed_out: bool = False
    mean_ms: float = 0.0

    @property
    def limit(self) -> int:
        """How many may be in flight: the endpoint's own limit, or less while it recovers."""
        return self.cap if self.gate_cap is None else min(self.cap, self.gate_cap)

    @property
    def load(self) -> int:
        """Deliveries in flight, queued or on their way here."""
        return self.in_flight + self.reserved + self.waiting

    @property
    def is_slow(self) -> bool:
        """Whether it belongs to the slow share: its last attempt timed out, it takes long, or nobody knows yet."""
        return not self.is_proven or self.timed_out or self.mean_ms > SLOW_MS

    def room(self, now: float) -> int:
        """How many more may come."""
        is_stalled = self.in_flight >= self.limit and now - self.last_end > STALL_SECONDS
        ahead = self.ahead if self.gate_cap is None else self.gate_cap
        return self.limit + (0 if is_stalled else ahead) - self.load

    def is_open(self, now_ms: int) -> bool:
        """Whether deliveries may be leased to it at birth."""
        return not (self.has_backlog or self.is_shut or self.closed_until_ms > now_ms)

    def append(self, parcel: Parcel) -> int:
        """Queue it; the class it waits in."""
        place = class_of(parcel)
        queue = self.queues.get(place)
        if queue is None:
            queue = self.queues[place] = deque()
        queue.append(parcel)
        self.waiting += 1
        return place

    def empty(self) -> list[Parcel]:
        """Take out all that waits."""
        parcels = [parcel for queue in self.queues.values() for parcel in queue]
        for queue in self.queues.values():
            queue.clear()
        self.waiting = 0
        return parcels

    def classes(self) -> Iterator[int]:
        """The classes in which something waits."""
        return (place for place, queue in self.queues.items() if queue)

    def began(self) -> None:
        """One more is being sent."""
        self.waiting -= 1
        self.in_flight += 1

    def ended(self, attempt: Attempt | None, now: float) -> None:
        """One less; None when nothing was sent after all."""
        self.in_flight -= 1
        self.last_end = now
        if attempt is None:
            self.ahead = AHEAD_FIRST
            return
        self.ahead = min(AHEAD_MOST, self.ahead * 2) if attempt.outcome == "delivered" else AHEAD_FIRST
        self.timed_out = attempt.outcome == "timeout"
        duration_ms = attempt.duration_ms
        self.mean_ms += (duration_ms - self.mean_ms) * _MEAN_SHARE if self.is_proven else duration_ms
        self.is_proven = True

    def heard(self, gate_cap: int | None, *, is_shut: bool, now_ms: int) -> None:
        """Take over what a claim read of an open gate, which another process may have moved."""
        self.gate_cap = gate_cap
        self.is_shut = is_shut
        self.closed_until_ms = min(self.closed_until_ms, now_ms)

    def learn(self, gate: Gate, now_ms: int) -> bool:
        """Take over a gate as it was written; whether it keeps deliveries back now."""
        self.gate_cap = gate.cap
        was_shut, self.is_shut = self.is_shut, gate.breaker != "closed"
        # A pause asked for a moment ago may not be written yet; only a breaker that closes shortens one.
        self.closed_until_ms = gate.not_before if was_shut else max(self.closed_until_ms, gate.not_before)
        return self.is_shut or self.closed_until_ms > now_ms
