"""The live feed over several processes of one PostgreSQL: frames follow those who listen, by NOTIFY (contracts B.11).

Each process says every ten seconds for which tenants somebody listens to it; only frames of those are passed on, in
small bundles. What is lost on the way is told as a gap: a full outbox, a bundle that could not be sent, a connection
that was away. An embedded database has one process, and none of this runs.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter, deque
from collections.abc import Iterator

import msgspec

from hookspan import observe
from hookspan.errors import HookspanError
from hookspan.events.interest import Frame
from hookspan.events.stream import Feed
from hookspan.ports import Clock
from hookspan.storage.database import Database
from hookspan.storage.dialect import FEED_CHANNEL, send_notes

SAY_SECONDS = 10.0
HELD_SECONDS = 25.0
OUTBOX_FRAMES = 1_000
NOTE_BYTES = 7_500
"""PostgreSQL takes less than 8,000."""


class _Note(msgspec.Struct, omit_defaults=True):
    sender: str
    wants: list[str] | None = None
    frames: list[dict[str, object]] = []
    lost: dict[str, int] = {}


class Relay:
    """Passes frames between this process's feed and those of others."""

    def __init__(self, database: Database, feed: Feed, clock: Clock) -> None:
        self._database = database
        self._feed = feed
        self._clock = clock
        self._name = secrets.token_hex(8)
        self._wanted: dict[str, float] = {}
        self._outbox: deque[Frame] = deque()
        self._lost: Counter[str] = Counter()
        self._sending: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Hear other processes, and be heard by them; nothing to do on an embedded database."""
        if self._database.is_single_writer:
            return
        self._feed.is_wanted_elsewhere = self._is_wanted
        self._feed.on_told = self._pass_on
        self._feed.on_listeners = self._send_soon
        self._database.on_note(FEED_CHANNEL, self.heard, self._was_away)

    async def say(self) -> None:
        """Tell the others for whom somebody listens here; called by the worker every ten seconds."""
        if not self._database.is_single_writer and self._feed.tenants():
            self._send_soon()

    def heard(self, text: str) -> None:
        """One note of another process, or our own."""
        note = msgspec.json.decode(text, type=_Note)
        if note.sender == self._name:
            return
        until = self._clock.monotonic() + HELD_SECONDS
        self._wanted.update(dict.fromkeys(note.wants or (), until))
        for frame in note.frames:
            self._feed.hear(frame)
        for tenant_id, count in note.lost.items():
            self._feed.lose(tenant_id, count)

    def _was_away(self) -> None:
        """Notes may have passed while nobody heard them."""
        for tenant_id in self._feed.tenants():
            self._feed.lose(tenant_id, None)

    def _is_wanted(self, tenant_id: str) -> bool:
        return self._wanted.get(tenant_id, 0.0) > self._clock.monotonic()

    def _pass_on(self, frame: Frame) -> None:
        if len(self._outbox) < OUTBOX_FRAMES:
            self._outbox.append(frame)
        else:
            self._lost[str(frame["tenantId"])] += 1
        self._send_soon()

    def _send_soon(self) -> None:
        if self._sending is None or self._sending.done():
            self._sending = asyncio.ensure_future(self._send())

    async def _send(self) -> None:
        while True:
            frames = list(self._outbox)
            lost, self._lost = self._lost, Counter()
            self._outbox.clear()
            notes = [msgspec.json.encode(note).decode() for note in self._notes(frames, lost)]
            try:
                await self._database.write(send_notes, FEED_CHANNEL, notes)
            except HookspanError:
                observe.warn("feed.not_passed_on", frames=len(frames))
                self._lost += lost + Counter(str(frame["tenantId"]) for frame in frames)
                return
            if not self._outbox:
                return

    def _notes(self, frames: list[Frame], lost: Counter[str]) -> Iterator[_Note]:
        wants = sorted(self._feed.tenants())
        # Ids of tenants are as long as frames are short: some dozens to a note.
        for start in range(0, max(1, len(wants)), 100):
            yield _Note(self._name, wants=wants[start : start + 100], lost=dict(lost) if start == 0 else {})
        bundle: list[dict[str, object]] = []
        size = 0
        for frame in frames:
            length = len(msgspec.json.encode(frame))
            if bundle and size + length > NOTE_BYTES - 200:
                yield _Note(self._name, frames=bundle)
                bundle, size = [], 0
            if length > NOTE_BYTES - 200:
                yield _Note(self._name, lost={str(frame["tenantId"]): 1})
                continue
            bundle.append(dict(frame))
            size += length + 1
        if bundle:
            yield _Note(self._name, frames=bundle)
