"""The live feed: committed changes, told to whoever listens (contracts B.11, C.1).

Best effort by design: a ring of 10,000 frames or ten minutes lets a reader resume by its last id; a reader that is
too slow, or asks for what is gone, gets one `gap` frame and reads the lists again. A tenant nobody has listened to
for ten minutes costs nothing: its frames are neither made nor kept, and whoever comes back is told of the gap.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from hookspan.events.interest import Frame, Interest
from hookspan.model.times import instant
from hookspan.ports import Clock

RING_FRAMES = 10_000
RING_SECONDS = 600
LISTENER_FRAMES = 1_000
OUTPUT_BYTES = 1_048_576
"""Outputs that wait for one reader; what is over is left out of its frames."""

_COUNT = 10**10
_LIFE_MOST = 900_000


@dataclass(slots=True, eq=False)
class Listener:
    """One reader: what it wants, what it has not read yet, how many frames it missed."""

    interest: Interest
    clock: Clock
    waiting: deque[tuple[Frame, int]] = field(default_factory=deque)
    lost: int = 0
    behind_since: float | None = None
    most: int = LISTENER_FRAMES
    output_bytes: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, frame: Frame, output: bytes | None = None) -> None:
        """Queue a frame, or count it as lost."""
        if len(self.waiting) >= self.most:
            self.lost += 1
            if self.behind_since is None:
                self.behind_since = self.clock.monotonic()
        else:
            size = 0
            if output is not None and self.interest.has_output:
                frame, size = self._with_output(frame, output)
            self.waiting.append((frame, size))
        self.ready.set()

    def behind_seconds(self) -> float:
        """For how long it has lost frames without once having read all that waited."""
        return 0.0 if self.behind_since is None else self.clock.monotonic() - self.behind_since

    async def next(self) -> Frame:
        """The next frame; a `gap` stands where frames were lost."""
        while not self.waiting:
            self.ready.clear()
            if self.lost:
                lost, self.lost = self.lost, 0
                return gap(lost, self.clock)
            self.behind_since = None
            await self.ready.wait()
        frame, size = self.waiting.popleft()
        self.output_bytes -= size
        return frame

    def _with_output(self, frame: Frame, output: bytes) -> tuple[Frame, int]:
        if self.output_bytes + len(output) > OUTPUT_BYTES:
            return {**frame, "outputTruncated": True}, 0
        self.output_bytes += len(output)
        told, step = msgspec.Raw(output), frame.get("step")
        if isinstance(step, Mapping):
            return {**frame, "step": {**step, "outputData": told}}, len(output)
        return {**frame, "output": told}, len(output)


class Feed:
    """Implements ports.LiveFeed for one process; `on_told` passes frames on to other processes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ring: deque[tuple[float, int, Frame]] = deque(maxlen=RING_FRAMES)
        # Each life numbers anew: an id of another process, or of an earlier life, is never taken for one of ours.
        self._next_id = (secrets.randbelow(_LIFE_MOST) + 1) * _COUNT
        self._listeners: set[Listener] = set()
        self._awake: dict[str, float] = {}
        self._kept_from: dict[str, int] = {}
        self.on_told: Callable[[Frame], None] | None = None
        self.is_wanted_elsewhere: Callable[[str], bool] = lambda tenant_id: False
        self.on_listeners: Callable[[], None] = lambda: None

    def hears(self, tenant_id: str) -> bool:
        """Whether frames of this tenant are worth making: somebody listens, here or elsewhere, or may come back."""
        if self._awake and tenant_id in self._awake:
            if self._awake[tenant_id] > self._clock.monotonic():
                return True
            self._fall_asleep(tenant_id)
        return self.is_wanted_elsewhere(tenant_id)

    def tell(self, frame: Frame, output: bytes | None = None) -> None:
        """Number a frame, keep it in the ring, offer it to every reader that may see it, pass it on.

        `output` is JSON for readers who asked for outputs and may read payloads; the ring does not keep it.
        """
        if self.on_told is not None and self.is_wanted_elsewhere(str(frame["tenantId"])):
            self.on_told(frame)
        self.hear(frame, output)

    def hear(self, frame: Frame, output: bytes | None = None) -> None:
        """As `tell`, of a frame that is not passed on: another process told it."""
        if str(frame["tenantId"]) not in self._awake:
            return
        numbered = {"id": str(self._next_id), **frame}
        self._ring.append((self._clock.monotonic(), self._next_id, numbered))
        self._next_id += 1
        self._offer(numbered, output)

    def say(self, frame: Frame) -> None:
        """Tell of what is true only now: without a number, not kept, not passed on."""
        self._offer(frame, None)

    def lose(self, tenant_id: str, count: int | None) -> None:
        """Frames of a tenant may never have reached this process: its readers get a gap, nobody resumes across it."""
        if tenant_id not in self._awake:
            return
        self._next_id += 1
        self._kept_from[tenant_id] = self._next_id
        for listener in self._listeners:
            if listener.interest.tenant_id == tenant_id:
                listener.lost += count or 0
                if count is None:
                    listener.waiting.append((gap(None, self._clock), 0))
                listener.ready.set()

    def tenants(self, topic: str | None = None) -> set[str]:
        """The tenants somebody listens to here; with `topic` only where somebody asked for that."""
        return {
            listener.interest.tenant_id
            for listener in self._listeners
            if topic is None or listener.interest.asks_for(topic)
        }

    def open(self, interest: Interest, last_event_id: str | None = None) -> Listener:
        """A reader from now on, or from after `last_event_id`; give it back with `close`."""
        tenant_id, listener = interest.tenant_id, Listener(interest, self._clock)
        self.hears(tenant_id)
        if tenant_id not in self._awake:
            self._next_id += 1
            self._kept_from[tenant_id] = self._next_id
        self._awake[tenant_id] = float("inf")
        self._resume(listener, last_event_id)
        listener.most += len(listener.waiting)
        self._listeners.add(listener)
        self.on_listeners()
        return listener

    def close(self, listener: Listener) -> None:
        """The reader is gone; its tenant's frames are kept a while, in case it comes back."""
        self._listeners.discard(listener)
        tenant_id = listener.interest.tenant_id
        if tenant_id in self._awake and tenant_id not in self.tenants():
            self._awake[tenant_id] = self._clock.monotonic() + RING_SECONDS

    def _offer(self, frame: Frame, output: bytes | None) -> None:
        for listener in self._listeners:
            if listener.interest.wants(frame):
                listener.offer(frame, output)

    def _fall_asleep(self, tenant_id: str) -> None:
        del self._awake[tenant_id]
        self._kept_from.pop(tenant_id, None)

    def _resume(self, listener: Listener, last_event_id: str | None) -> None:
        if last_event_id is None or not (last_event_id.isascii() and last_event_id.isdigit()):
            return
        oldest = self._clock.monotonic() - RING_SECONDS
        while self._ring and self._ring[0][0] < oldest:
            self._ring.popleft()
        last = int(last_event_id)
        in_ring = self._ring[0][1] if self._ring else self._next_id
        first_kept = max(in_ring, self._kept_from[listener.interest.tenant_id])
        if not first_kept <= last + 1 <= self._next_id:
            listener.waiting.append((gap(None, self._clock), 0))
        for _, number, frame in self._ring:
            if number > last and listener.interest.wants(frame):
                listener.waiting.append((frame, 0))


def gap(lost: int | None, clock: Clock) -> Frame:
    """What stands for frames that cannot be told any more; None when nobody knows how many."""
    return {"type": "gap", "lost": lost, "timestamp": instant(clock.now_ms())}
