"""The live feed: committed changes, told to whoever listens (contracts B.11, C.1).

Best effort by design: a ring of 10,000 frames or ten minutes lets a reader resume by its last id; a reader that is
too slow, or asks for what is gone, gets one `gap` frame and reads the lists again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from hookspan.ports import Clock

RING_FRAMES = 10_000
RING_SECONDS = 600
LISTENER_FRAMES = 1_000

Frame = dict[str, object]


@dataclass(slots=True, eq=False)
class _Listener:
    """One reader: what it wants, what it has not read yet, how many frames it missed."""

    tenant_id: str
    topics: frozenset[str]
    waiting: deque[Frame] = field(default_factory=deque)
    lost: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, frame: Frame) -> None:
        """Queue a frame, or count it as lost."""
        if len(self.waiting) >= LISTENER_FRAMES:
            self.lost += 1
        else:
            self.waiting.append(frame)
        self.ready.set()

    def wants(self, frame: Frame) -> bool:
        """Own tenant and a chosen topic; no topics means all."""
        return frame["tenantId"] == self.tenant_id and (not self.topics or frame["topic"] in self.topics)


class Feed:
    """Implements ports.LiveFeed for one process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ring: deque[tuple[float, Frame]] = deque(maxlen=RING_FRAMES)
        # Ids start at the wall clock, so that those of an earlier process are always older than the ring.
        self._next_id = clock.now_ms() * 1_000
        self._listeners: set[_Listener] = set()

    def tell(self, frame: Mapping[str, object]) -> None:
        """Number a frame, keep it in the ring, offer it to every reader that may see it."""
        numbered: Frame = {"id": str(self._next_id), **frame}
        self._next_id += 1
        self._ring.append((self._clock.monotonic(), numbered))
        for listener in self._listeners:
            if listener.wants(numbered):
                listener.offer(numbered)

    async def listen(
        self, tenant_id: str, topics: frozenset[str], last_event_id: str | None = None
    ) -> AsyncIterator[Frame]:
        """Frames of a tenant from now on, or from after `last_event_id`; a `gap` frame tells of lost ones."""
        listener = _Listener(tenant_id, topics)
        self._resume(listener, last_event_id)
        self._listeners.add(listener)
        try:
            while True:
                if not listener.waiting:
                    listener.ready.clear()
                    if listener.lost:
                        yield {"topic": "gap", "type": "gap", "lost": listener.lost}
                        listener.lost = 0
                        continue
                    await listener.ready.wait()
                while listener.waiting:
                    yield listener.waiting.popleft()
        finally:
            self._listeners.discard(listener)

    def _resume(self, listener: _Listener, last_event_id: str | None) -> None:
        if last_event_id is None or not (last_event_id.isascii() and last_event_id.isdigit()):
            return
        oldest = self._clock.monotonic() - RING_SECONDS
        while self._ring and self._ring[0][0] < oldest:
            self._ring.popleft()
        last = int(last_event_id)
        first_kept = int(str(self._ring[0][1]["id"])) if self._ring else self._next_id
        if last + 1 < first_kept:
            listener.waiting.append({"topic": "gap", "type": "gap", "lost": None})
        for _, frame in self._ring:
            if int(str(frame["id"])) > last and listener.wants(frame):
                listener.waiting.append(frame)
