"""The life of one process: open, join, start the loops, serve, drain, close."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress

from fastapi import FastAPI

from hookspan import failpoints, observe
from hookspan.access.audit import SEAL_SECONDS, AuditLog
from hookspan.access.instance import Greeting, Instance
from hookspan.api.asgi import make_app
from hookspan.app.database_time import distance, follow_database
from hookspan.app.doors import rooms_of
from hookspan.app.grounds import kek_ring
from hookspan.app.joined import Joined, product_version
from hookspan.app.monitor import WATCH_SECONDS
from hookspan.app.roll_call import BEAT_SECONDS
from hookspan.config import Settings
from hookspan.errors import StoreAway
from hookspan.events.queue_stats import STATS_SECONDS, QueueStats
from hookspan.events.relay import SAY_SECONDS, Relay
from hookspan.history.indexer import INDEX_SECONDS
from hookspan.history.jobs import TURN_SECONDS
from hookspan.history.prune import LOOK_SECONDS
from hookspan.inbound import user_agents
from hookspan.inbound.holding import RELEASE_SECONDS
from hookspan.inbound.rejections import FLUSH_SECONDS
from hookspan.ports import Clock
from hookspan.storage import ahead, events
from hookspan.storage.prune import tenants_all
from hookspan.storage.sealed_secrets import secrets_prune
from hookspan.storage.vault import Vault
from hookspan.worker import HEALTH_SECONDS, HOLD_SECONDS, PRUNE_SECONDS, QUEUES, Queue, Worker
from hookspan.workflows.functions import Functions

WRITES_MOST = 10_000


class Application(Joined):
    """Everything of one process. `start` before use, `stop` drains; work on queues not named is left to others.

    `functions` are those that steps of kind `python` may name. A `short_lived` process, which does one thing and ends,
    tells nobody that it came and went.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock,
        queues: Collection[Queue] = QUEUES,
        functions: Functions | None = None,
        short_lived: bool = False,
    ) -> None:
        super().__init__(settings, clock=clock, functions=functions or Functions())
        self.greeting: Greeting | None = None
        self.exit_code = 0
        self._draining: asyncio.Task[None] | None = None
        self.on_collapse: Callable[[], None] = lambda: None
        self._queues = frozenset(queues)
        self._is_told = not short_lived

    async def start(self) -> FastAPI:
        """Open the database, make the first credentials if need be, join the rooms, start the loops."""
        self.database.start()
        await follow_database(self.database, self.clock)
        ring = kek_ring(self.settings)
        self.vault = Vault(self.database, ring, self.clock)
        self.greeting = await Instance.first_start(self.database, self.vault, self.clock)
        self.instance = await Instance.load(self.database, self.vault)
        self._join()
        self.monitor.others = self.checks
        await self.sources.load()
        self._warming = asyncio.create_task(asyncio.to_thread(user_agents.warm))
        if self._queues and self.database.is_single_writer:
            await self._reclaim()
        if self._is_told:
            await self.monitor.opened()
            if self._queues:
                await self.roll_call.join()
        self._start_work()
        observe.build_info.labels(product_version()).set(1)
        return make_app(rooms_of(self, self))

    def _start_work(self) -> None:
        self.worker = Worker(clock=self.clock, on_collapse=self._collapse)
        self.worker.on_fault = self.monitor.faulted
        self.engine.on_fault = self.monitor.engine_faulted
        self.worker.every(HOLD_SECONDS, "refresh", self._refresh)
        self.worker.every(WATCH_SECONDS, "monitor", self.monitor.watch)
        self.worker.every(STATS_SECONDS, "queue_stats", QueueStats(self.database, self.feed, self.clock).tell)
        relay = Relay(self.database, self.feed, self.clock)
        relay.start()
        self.worker.every(SAY_SECONDS, "feed", relay.say)
        self.worker.every(FLUSH_SECONDS, "rejections", self.rejections.flush)
        if "deliveries" in self._queues:
            self._work_on_deliveries()
        if "executions" in self._queues:
            self._work_on_executions()
        if "router" in self._queues:
            self._work_on_router()
        if self._queues:
            self._keep_house()
            self.database.on_wake(self._wake)
        self.worker.start()

    def _work_on_deliveries(self) -> None:
        self.hands.dispatcher = self.dispatcher
        self.worker.forever("deliveries", self.dispatcher.claim_forever)
        self.worker.every(HOLD_SECONDS, "hold", self.caretaker.hold)
        self.worker.every(HEALTH_SECONDS, "certificates", self.certificates.tell)

    def _work_on_executions(self) -> None:
        self.hands.engine = self.engine
        self.worker.forever("executions", self.engine.claim_forever)
        self.worker.every(self.settings.leases.sweep_seconds, "renew", self.engine.renew)

    def _work_on_router(self) -> None:
        """What makes deliveries and executions without a request: long lists, hours that come, what was held, jobs."""
        self.hands.caretaker = self.caretaker
        self.worker.every(0, "fanout", self.caretaker.expand)
        self.worker.every(0, "schedules", self.scheduler.turn)
        self.worker.every(0, "delayed", self.delayed.turn)
        self.worker.every(RELEASE_SECONDS, "release", self.holding.turn)
        self.worker.every(TURN_SECONDS, "jobs", self.jobs.turn)

    def _keep_house(self) -> None:
        """In every process that works, on whatever: no choice of queues leaves lapsed leases or old rows behind."""
        self.worker.every(self.settings.leases.sweep_seconds, "sweep", self.sweep)
        self.worker.every(HEALTH_SECONDS, "health", self.caretaker.watch)
        self.worker.every(PRUNE_SECONDS, "prune", self._prune)
        if self._is_told:
            self.worker.every(BEAT_SECONDS, "roll_call", self.roll_call.turn)
        self.worker.every(LOOK_SECONDS, "retention", self.janitor.look)
        if self.settings.search.enabled:
            self.worker.every(INDEX_SECONDS, "search", self.indexer.turn)
        self.worker.every(SEAL_SECONDS, "audit", AuditLog(self.database, self.clock).seal)

    def _collapse(self) -> None:
        """A loop cannot be kept alive: stop in order, and say so to the supervisor."""
        self.exit_code = 1
        self.on_collapse()

    async def _refresh(self) -> None:
        """Changes made by other processes, and the time by which they judge; in every process, also without work."""
        await follow_database(self.database, self.clock)
        await self.sources.refresh()
        await self.endpoints.targets.refresh()
        await self.registry.refresh()
        await self.holding.count()
        await self.priorities.refresh()
        self._tenants = len(await self.database.read(tenants_all))

    def _wake(self) -> None:
        self.dispatcher.wake()
        self.engine.wake()

    async def _prune(self) -> None:
        """What nobody may use any more."""
        await self.sessions.prune()
        await self.database.write(events.keys_prune, self.clock.now_ms())
        await self.database.write(secrets_prune, self.clock.now_ms())
        await self.api_keys.expire()
        await self.inboxes.prune()
        await self.old_versions.turn()
        await self.rejections.prune()

    async def _reclaim(self) -> None:
        """The only process of a database starts: every lease is of its own earlier life."""
        await self.caretaker.reclaim()
        await self.engine.reclaim()

    async def sweep(self) -> None:
        """Take back what dead processes held, and make due what a clock that was ahead has put off."""
        # First, so that no lease is taken for lapsed by a clock that is ahead.
        await follow_database(self.database, self.clock)
        await self.caretaker.sweep()
        await self.engine.sweep()
        await self._put_right()

    async def _put_right(self) -> None:
        now = self.clock.now_ms()
        if not await self.database.read(ahead.found, now):
            return
        work = put = await self.database.write(ahead.put_right, now)
        while put >= ahead.MOST:
            # Others write in between.
            await asyncio.sleep(0)
            put = await self.database.write(ahead.put_right, now)
            work += put
        observe.warn("clock.put_right", work=work)
        self._wake()

    def begin_drain(self) -> None:
        """From now on: not ready, no new claims or runs. Called at the signal, while the last requests are answered."""
        if self.is_draining:
            return
        self.is_draining = True
        self.scheduler.drain()
        self.delayed.drain()
        if self._queues:
            self._draining = asyncio.create_task(self._drain(self.settings.server.drain_seconds))

    async def _drain(self, seconds: float) -> None:
        await asyncio.gather(self.engine.drain(seconds), self.dispatcher.drain(seconds))
        await self.deliverer.drain()
        failpoints.reach("stop.after_drain")

    async def stop(self) -> None:
        """Drain: no new claims, what is under way may finish, outcomes are written, then everything closes."""
        self.begin_drain()
        if self._draining is not None:
            await self._draining
        await self.worker.stop()
        await self.roll_call.leave()
        await self.monitor.flush()
        self.functions.close()
        with suppress(StoreAway):
            await self.rejections.flush()
        await self.key_servers.close()
        await self.client.close()
        await self._warming
        self.places.close()
        await self.database.close()
        observe.log.flush()

    def checks(self) -> Mapping[str, Mapping[str, object]]:
        """Implements api.rooms.Health."""
        waiting = self.database.waiting
        seen = self.monitor.checks()
        is_moving = bool(seen["queue"]["ok"]) and waiting < WRITES_MOST
        return {
            **seen,
            "clock": {**seen["clock"], **distance(self.clock)},
            "migrations": {"ok": True},
            "draining": {"ok": not self.is_draining},
            "queue": {**seen["queue"], "ok": is_moving, "writes": waiting, "sending": self.dispatcher.in_flight},
            **self.worker.checks(),
        }
