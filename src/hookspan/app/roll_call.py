"""Roll call of the processes that do background work: `agent.started`, `agent.stopped`, `agent.failed` (contracts F.2).

A process joins when it takes up work, beats every ten seconds and leaves when it has drained. Whoever first sees that
another was silent for half a minute strikes it off and tells of it, in one transaction: it is told once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import msgspec

from hookspan import observe
from hookspan.errors import StoreAway, Unavailable
from hookspan.events.publish import STALE_TRIES, UNSETTLED, Publisher
from hookspan.model.events import NewEvent
from hookspan.model.ids import new_id
from hookspan.model.times import instant, optional_instant
from hookspan.ports import Clock
from hookspan.storage import workers
from hookspan.storage.database import Database
from hookspan.storage.workers import LAPSED_MS, Called, WorkerRow

BEAT_SECONDS = 10.0
FOR_EVER = 2**62
OURS = msgspec.json.encode({"source": "hookspan"})

Word = Literal["started", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Process:
    """Who is on the roll: a name that tells two processes of a host apart, its host, its release."""

    name: str
    host: str
    version: str


class RollCall:
    """One process's place on the roll; facts go to the first tenant, `tenant_id`."""

    def __init__(
        self, database: Database, publisher: Publisher, clock: Clock, process: Process, *, tenant_id: str
    ) -> None:
        self._database = database
        self._publisher = publisher
        self._clock = clock
        self._tenant_id = tenant_id
        now = clock.now_ms()
        self._own = WorkerRow(new_id(now), process.name, process.host, process.version, now, now)
        self._is_on_the_roll = False

    async def join(self) -> None:
        """Take a place; with SQLite, where no two work at once, whoever has one is of an earlier life and failed."""
        if self._database.is_single_writer:
            await self._strike_off(FOR_EVER)
        self._own = replace(self._own, beat_at=self._clock.now_ms())
        await self._change("started", self._own, workers.worker_join)
        self._is_on_the_roll = True

    async def turn(self) -> None:
        """Beat, and look for who does not; one that was struck off while it slept joins anew."""
        now = self._clock.now_ms()
        if self._is_on_the_roll and not await self._database.write(workers.worker_beat, self._own.id, now):
            observe.warn("worker.struck_off", worker=self._own.id)
            await self.join()
        await self._strike_off(now - LAPSED_MS)

    async def leave(self) -> None:
        """Give the place back; the work is drained. When the store is away, another finds out by the silence."""
        if not self._is_on_the_roll:
            return
        self._is_on_the_roll = False
        try:
            row = await self._database.read(workers.worker_get, self._own.id)
            if row is not None:
                await self._change("stopped", row, workers.worker_end)
        except (StoreAway, Unavailable) as error:
            observe.warn("worker.untold", worker=self._own.id, error=error.detail)

    async def _strike_off(self, beat_before: int) -> None:
        for row in await self._database.read(workers.workers_lapsed, beat_before, self._own.id):
            if await self._change("failed", row, workers.worker_end) == "done":
                observe.warn("worker.failed", worker=row.id, process=row.name)

    async def _change(self, word: Word, row: WorkerRow, unit: Callable[..., Called]) -> Called:
        """One change of the roll with the fact of it."""
        for _ in range(STALE_TRIES):
            birth = await self._publisher.prepare(self._fact(word, row))
            births = [birth]
            try:
                done = await self._database.write(unit, row, births)
            except BaseException:
                self._publisher.abandoned(births)
                raise
            if done == "done":
                self._publisher.committed(births)
                return done
            for each in births:
                self._publisher.stale(each)
            if done == "gone":
                return done
        raise Unavailable(UNSETTLED)

    def _fact(self, word: Word, row: WorkerRow) -> NewEvent:
        now = self._clock.now_ms()
        silent_s = (now - row.beat_at) // 1_000
        told = {
            "agent_id": row.id,
            "agent_name": row.name,
            "started_at": instant(row.started_at),
            "stopped_at": optional_instant(None if word == "started" else now if word == "stopped" else row.beat_at),
            "error": f"no heartbeat for {silent_s} s" if word == "failed" else None,
            "host": row.host,
            "version": row.version,
        }
        return NewEvent(
            id=new_id(now),
            tenant_id=self._tenant_id,
            type=f"agent.{word}",
            data=msgspec.json.encode(told),
            metadata=OURS,
            created_at=now,
            origin="system",
        )
