"""The indexer: gives every event its document for searches, a moment after it was stored and off its way in.

One process at a time; another takes over when the lease lapses. The newest events are left for a moment, because ids of
several processes are committed out of order, and now and then it looks back for what came later still.
"""

from __future__ import annotations

from hookspan import observe
from hookspan.model.ids import new_id
from hookspan.model.search_text import BODY_BYTES
from hookspan.ports import Clock
from hookspan.storage import search_index
from hookspan.storage.database import Database

INDEX_SECONDS = 1.0
SETTLE_MS = 2_000
"""Events younger than this may still get older neighbours."""
LOOK_BACK_MS, LOOK_BACK_EVERY_MS = 120_000, 15_000
LEASE_MS = 30_000
BATCH = 50
"""Documents of one write: while it lasts, requests that come in wait for their commit."""
TURN_SECONDS = 2.0
PATIENCE = 4
"""While others write, the indexer leaves them so many times the time it took itself."""


class Indexer:
    """Writes documents of an instance; one for a process."""

    def __init__(self, database: Database, clock: Clock, *, body_bytes: int = BODY_BYTES) -> None:
        self._database = database
        self._clock = clock
        self._body_bytes = body_bytes
        self._holder = new_id(clock.now_ms())
        self._looked_back_at = 0

    async def turn(self) -> int:
        """Index what is due, if it is ours to do; how many documents were written."""
        now = self._clock.now_ms()
        state = await self._database.write(search_index.index_lease, self._holder, now, LEASE_MS)
        if state is None:
            return 0
        written, edge = 0, state.edge
        ends_at = self._clock.monotonic() + TURN_SECONDS
        while self._clock.monotonic() < ends_at:
            began_at, submitted = self._clock.monotonic(), self._database.submitted
            found = await self._database.read(
                search_index.following, edge, before_ms=now - SETTLE_MS, most=BATCH, body_bytes=self._body_bytes
            )
            if found.edge is None or not await self._write(found.documents, found.edge):
                break
            written, edge = written + len(found.documents), found.edge
            if self._database.submitted > submitted + 1:
                await self._clock.sleep(PATIENCE * (self._clock.monotonic() - began_at))
        return written + await self._look_back(edge, now)

    async def release(self) -> None:
        """Let another process go on at once; for the end of this one."""
        await self._database.write(search_index.index_release, self._holder)

    async def _look_back(self, edge: str, now: int) -> int:
        if not edge or 0 <= now - self._looked_back_at < LOOK_BACK_EVERY_MS:
            return 0
        written = 0
        while True:
            late = await self._database.read(
                search_index.overlooked,
                after_ms=now - LOOK_BACK_MS,
                edge=edge,
                most=BATCH,
                body_bytes=self._body_bytes,
            )
            if late and not await self._write(late, None):
                return written
            written += len(late)
            if len(late) < BATCH:
                self._looked_back_at = now
                return written

    async def _write(self, documents: search_index.Documents, edge: str | None) -> bool:
        is_ours = await self._database.write(search_index.documents_write, self._holder, documents, edge)
        if is_ours:
            observe.indexed_total.inc(len(documents))
        return is_ours
