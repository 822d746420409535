"""What a paused source holds, and how it is let go: in order of arrival, so many a second, each by itself.

A process that dies leaves what it has not let go; another one, or the next, goes on there. Two that let go of one
source at a time never take the same receipt, and none overtakes: whoever loses leaves the source to the other.
"""

from __future__ import annotations

import asyncio

from hookspan import observe
from hookspan.inbound.again import ended, kept_again, renamed
from hookspan.inbound.recording import Recording
from hookspan.inbound.source import Source, SourcesByPath
from hookspan.ports import Clock
from hookspan.storage.database import Database
from hookspan.storage.held import HeldSource, held_counts, held_next, held_sources
from hookspan.storage.stored_events import StoredEvent

RELEASE_SECONDS = 1.0
COUNT_SECONDS = 10.0
STRETCH = 20
"""So many requests with their bodies are in memory at a time."""
ENDED_MOST = 1_000


class Holding:
    """Lets go for every source of the instance; one for a process."""

    def __init__(
        self,
        database: Database,
        sources: SourcesByPath,
        recording: Recording,
        *,
        clock: Clock,
        per_second: int = 100,
    ) -> None:
        self._database = database
        self._sources = sources
        self._recording = recording
        self._clock = clock
        self._per_second = per_second
        self._released_at: dict[str, float] = {}
        self._counted_at: float | None = None

    async def count(self) -> None:
        """Learn how much is held, also by other processes; called every few seconds."""
        now = self._clock.monotonic()
        if self._counted_at is None or now - self._counted_at >= COUNT_SECONDS:
            self._counted_at = now
            self._recording.held.put(await self._database.read(held_counts))

    async def turn(self) -> None:
        """Let go what one turn may: of active sources by their rate, of deleted ones a stretch after the other."""
        found = await self._database.read(held_sources)
        known = {each.webhook_id for each in found}
        self._released_at = {key: at for key, at in self._released_at.items() if key in known}
        for each in found:
            released = await (self._end(each) if each.is_deleted else self._release(each))
            if released:
                self._recording.held.add(each.webhook_id, -released)
                observe.step("webhook.released", source=each.webhook_id, receipts=released, deleted=each.is_deleted)

    def _allowed(self, webhook_id: str) -> int:
        """How many may go since the last turn; never more than a second's."""
        now = self._clock.monotonic()
        seconds = min(1.0, now - self._released_at.get(webhook_id, now - 1.0))
        allowed = int(seconds * self._per_second)
        if allowed:
            self._released_at[webhook_id] = now
        return allowed

    async def _release(self, held: HeldSource) -> int:
        allowed, released = self._allowed(held.webhook_id), 0
        while released < allowed:
            stretch = await self._database.read(held_next, held.webhook_id, min(STRETCH, allowed - released))
            for stored in stretch:
                source = self._source(held)
                if source is None or not await self._let_go(source, stored):
                    return released
                released += 1
            if not stretch:
                break
        return released

    def _source(self, held: HeldSource) -> Source | None:
        """The source as it is now; None while this process has not heard that it was resumed."""
        source = self._sources.by_path(held.path)
        return source if source is not None and source.id == held.webhook_id and source.status == "active" else None

    async def _let_go(self, source: Source, stored: StoredEvent) -> bool:
        if stored.receipt is None:
            return False
        if stored.is_expunged:
            entry = ended(stored, "content_expunged", "its content was removed", now=self._clock.now_ms())
            return await self._recording.end(entry, is_deleted=False)
        request = renamed(source, kept_again(source, stored, stored.receipt))
        return await self._recording.release(source, request)

    async def _end(self, held: HeldSource) -> int:
        done = 0
        while done < ENDED_MOST:
            stretch = await self._database.read(held_next, held.webhook_id, STRETCH)
            results = await asyncio.gather(*(self._ended(stored) for stored in stretch))
            done += sum(results)
            if not all(results) or not stretch:
                break
        return done

    async def _ended(self, stored: StoredEvent) -> bool:
        entry = ended(stored, "webhook_deleted", "its webhook was deleted", now=self._clock.now_ms())
        return await self._recording.end(entry, is_deleted=True)
