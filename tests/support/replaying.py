"""Replays on a walk of hooks: a room that replays what was published there, and jobs that do."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from hookspan.events.registry import Registry
from hookspan.events.routing import Routing
from hookspan.history.jobs import Jobs
from hookspan.history.replay import Replays
from hookspan.history.replay_jobs import KIND, BulkReplay, BulkReplays
from hookspan.inbound.again import Replaying
from hookspan.inbound.bindings import Bindings
from hookspan.inbound.recording import Recording
from hookspan.inbound.source import Source
from hookspan.ports import Replayer
from hookspan.storage import jobs as stored
from hookspan.storage.jobs import JobRow
from hookspan.storage.tables import replays
from tests.support.hooks import Hooks


class NoSources:
    """Implements inbound.source.SourcesByPath: nothing comes in here."""

    def by_path(self, path: str) -> Source | None:
        """Never one."""
        return None


class Player:
    """One process that replays: single events, and its part of the jobs."""

    def __init__(self, hooks: Hooks, replayer: Replayer | None = None) -> None:
        database, clock = hooks.database, hooks.clock
        recording = Recording(Bindings(database, hooks.publisher), hooks.publisher, clock=clock)
        replayer = replayer or Replaying(database, NoSources(), recording, hooks.publisher, clock=clock)
        self.hooks = hooks
        self.replays = Replays(database, replayer, Registry(database, Routing(database), clock=clock), clock)
        self.bulk = BulkReplays(database, clock, self.replays)
        self.jobs = Jobs(database, clock, hooks.hand, units={}, steps={KIND: self.bulk.step})

    async def asked(self, query: dict[str, Any] | None = None, **wish: Any) -> JobRow:
        """A queued job, by a query or by `event_ids`."""
        ids = wish.pop("event_ids", ())
        plan = self.bulk.plan(BulkReplay(query, ids, **wish))
        preview = await self.bulk.preview(self.hooks.tenant_id, plan)
        total = len(ids) or preview.total
        return await self.jobs.create(self.hooks.tenant_id, KIND, plan, total=total, actor="user:one")

    async def now(self, job: JobRow) -> JobRow:
        """The job as it stands."""
        return await self.hooks.database.read(stored.job_find, self.hooks.tenant_id, job.id)

    def made(self) -> list[str]:
        """From which event each replay was made, in order of birth."""
        rows = self.hooks.rows(lambda connection: connection.execute(select(replays).order_by(replays.c.id)).mappings())
        return [str(row["source_event_id"]) for row in rows]
