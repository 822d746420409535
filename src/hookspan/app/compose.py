"""Join the rooms. Nothing else knows how they hang together; nothing here decides anything else."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI

from hookspan import failpoints, observe
from hookspan.access.audit import SEAL_SECONDS, AuditLog
from hookspan.access.instance import Greeting, Instance
from hookspan.access.keys import KeyRing
from hookspan.access.minting import ApiKeys
from hookspan.access.priorities import Priorities
from hookspan.access.sessions import Sessions
from hookspan.access.tickets import Tickets
from hookspan.access.tokens import Tokens
from hookspan.access.users import Passwords, Users
from hookspan.api.asgi import make_app
from hookspan.api.event_input import Desk
from hookspan.api.hot import HotRoutes
from hookspan.api.publish import BATCH_MOST
from hookspan.api.rooms import Access, ApiSettings, Rooms
from hookspan.app.grounds import breaker_rules, kek_ring, receiver_rules, url_rules
from hookspan.app.hands import Hands
from hookspan.app.monitor import WATCH_SECONDS, Monitor
from hookspan.app.sink import SinkClient
from hookspan.config import Settings
from hookspan.errors import StoreAway
from hookspan.events.publish import Publisher
from hookspan.events.queue_stats import STATS_SECONDS, QueueStats
from hookspan.events.registry import Registry
from hookspan.events.relay import SAY_SECONDS, Relay
from hookspan.events.routing import Routing
from hookspan.events.stream import Feed
from hookspan.history.bulk import UNITS
from hookspan.history.export import Exports
from hookspan.history.indexer import INDEX_SECONDS, Indexer
from hookspan.history.jobs import TURN_SECONDS, Jobs
from hookspan.history.prune import LOOK_SECONDS, Janitor
from hookspan.history.replay import ReplayLimits, Replays
from hookspan.history.replay_jobs import KIND as REPLAY_KIND
from hookspan.history.replay_jobs import BulkReplays
from hookspan.inbound import user_agents
from hookspan.inbound.again import Replaying
from hookspan.inbound.bindings import Bindings
from hookspan.inbound.enrich import parse_networks
from hookspan.inbound.filters import Filters
from hookspan.inbound.held_counts import HeldCounts
from hookspan.inbound.holding import RELEASE_SECONDS, Holding
from hookspan.inbound.inboxes import Inboxes
from hookspan.inbound.key_servers import KeyServers
from hookspan.inbound.places import Places
from hookspan.inbound.receive import Receiver, Ways
from hookspan.inbound.recording import Recording
from hookspan.inbound.rehearsal import Rehearsals
from hookspan.inbound.rejections import FLUSH_SECONDS, Rejections
from hookspan.inbound.samples import Samples
from hookspan.inbound.sources import Sources
from hookspan.inbound.trials import Trials
from hookspan.model.levels import Cycle, Promises
from hookspan.model.urls import UrlRules
from hookspan.net.egress import Egress
from hookspan.net.http import DeliveryClient
from hookspan.net.tls import tls_context
from hookspan.outbound.caretaker import Caretaker
from hookspan.outbound.deliver import Deliverer, Sender
from hookspan.outbound.dispatch import Dispatcher
from hookspan.outbound.endpoints import Endpoints
from hookspan.outbound.rehearse import RehearsalBudget
from hookspan.ports import Clock
from hookspan.storage import events
from hookspan.storage.database import Database
from hookspan.storage.prune import tenants_all
from hookspan.storage.sealed_secrets import secrets_prune
from hookspan.storage.vault import Vault
from hookspan.worker import HEALTH_SECONDS, HOLD_SECONDS, PRUNE_SECONDS, Worker
from hookspan.workflows.definitions import Definitions
from hookspan.workflows.record import Tools
from hookspan.workflows.run import Engine

WRITES_MOST = 10_000


def product_version() -> str:
    """The version of the installed package, `0` in a bare source tree."""
    try:
        return version("hookspan")
    except PackageNotFoundError:
        return "0.1.0"


class Application:
    """Everything of one process. `start` before use, `stop` drains; `worker` False leaves background work to others."""

    def __init__(self, settings: Settings, *, clock: Clock, worker: bool = True) -> None:
        self.settings = settings
        self.clock = clock
        self.database = Database(settings.database_url, writers=settings.database.writers)
        self.feed = Feed(clock)
        self.greeting: Greeting | None = None
        self.is_draining = False
        self.exit_code = 0
        self._tenants = 1
        self._draining: asyncio.Task[None] | None = None
        self.on_collapse: Callable[[], None] = lambda: None
        self._runs_work = worker
        self._hands = Hands()

    async def start(self) -> FastAPI:
        """Open the database, make the first credentials if need be, join the rooms, start the loops."""
        self.database.start()
        ring = kek_ring(self.settings)
        self.vault = Vault(self.database, ring, self.clock)
        self.greeting = await Instance.first_start(self.database, self.vault, self.clock)
        self.instance = await Instance.load(self.database, self.vault)
        self._join_flow()
        self._join_access()
        self.monitor = Monitor(
            self.database,
            self.publisher,
            self.clock,
            tenant_id=self.instance.tenant_id,
            folder=self.settings.data,
            version=product_version(),
        )
        self.monitor.others = self.checks
        await self.sources.load()
        self._warming = asyncio.create_task(asyncio.to_thread(user_agents.warm))
        if self._runs_work and self.database.is_single_writer:
            await self._reclaim()
        self._start_work()
        observe.build_info.labels(product_version()).set(1)
        return make_app(self._rooms())

    def _join_flow(self) -> None:
        """Webhooks in, events, workflows, webhooks out."""
        rules = url_rules(self.settings)
        hop_key = hmac.digest(self.instance.cursor_key, b"hops", "sha256")
        self._join_events(rules)
        self._join_workflows(rules)
        self._join_outbound(rules, hop_key)
        self._join_inbound(hop_key)
        self._join_history()

    def _join_events(self, rules: UrlRules) -> None:
        """The one way out, what events are, and the one door by which they are born."""
        settings, database, clock = self.settings, self.database, self.clock
        ca_file = str(settings.egress.ca_file) if settings.egress.ca_file else None
        guarded = DeliveryClient(
            Egress(rules),
            tls=tls_context(ca_file=ca_file),
            allow_insecure_tls=settings.egress.allow_insecure_tls,
        )
        self.inboxes = Inboxes(database, clock, f"{self.base_url}/inbox/")
        self.client = SinkClient(guarded, self.inboxes)
        routing = Routing(database)
        self.registry = Registry(database, routing, clock=clock)
        self.publisher = Publisher(
            database,
            routing,
            self._hands,
            self.feed,
            clock=clock,
            lease_margin_ms=settings.leases.margin_ms,
        )
        self.publisher.fanout_from = settings.limits.fanout_from

    def _join_workflows(self, rules: UrlRules) -> None:
        database, clock = self.database, self.clock
        self.definitions = Definitions(database, self.publisher, clock=clock, url_rules=rules)
        tools = Tools(
            database=database,
            clock=clock,
            publisher=self.publisher,
            feed=self.feed,
            client=self.client,
            url_rules=rules,
            lease_ms=self.settings.leases.execution_ms,
        )
        self.engine = Engine(tools, slots=self.settings.limits.executions)

    def _join_outbound(self, rules: UrlRules, hop_key: bytes) -> None:
        settings, database, clock = self.settings, self.database, self.clock
        self.endpoints = Endpoints(
            database,
            self.vault,
            clock,
            replace(rules, sinks=self.inboxes.prefix),
            publisher=self.publisher,
            allow_insecure_tls=settings.egress.allow_insecure_tls,
        )
        self.deliverer = Deliverer(
            database,
            self.client,
            self.endpoints.targets,
            publisher=self.publisher,
            clock=clock,
            sender=Sender(f"hookspan/{product_version()}", hop_key),
        )
        self.dispatcher = Dispatcher(
            database,
            self.endpoints.targets,
            deliver=self.deliverer.deliver,
            clock=clock,
            slots=settings.limits.slots,
            lease_margin_ms=settings.leases.margin_ms,
        )
        self.caretaker = Caretaker(database, self.publisher, self._hands, clock=clock)
        self.indexer = Indexer(database, clock, body_bytes=settings.search.body_bytes)
        self.janitor = Janitor(
            database,
            self.publisher,
            clock,
            sweep_seconds=settings.retention.sweep_seconds,
            hold_days=settings.holds.days,
        )
        self.deliverer.obey(breaker_rules(settings.breaker))
        self.deliverer.on_retry = self.dispatcher.due_at
        self.deliverer.on_breach = self.engine.on_breach = self.caretaker.breached
        self.deliverer.on_pause = self.dispatcher.close_gate
        self.deliverer.on_gate = self.dispatcher.gate_moved

    def _join_inbound(self, hop_key: bytes) -> None:
        settings, database, clock = self.settings, self.database, self.clock
        self.key_servers = KeyServers(self.client, clock)
        self.places = Places(settings.receiver.geo_database, clock)
        self.sources = Sources(database, self.vault, clock, place_of=self.places.of)
        self.rejections = Rejections(database, self.feed, clock, keeps_bodies=settings.receiver.rejected_bodies)
        ways = Ways(
            keys=self.key_servers,
            client=self.client,
            rejections=self.rejections,
            take_secret=self.sources.take_secret,
            closed=self._closed,
            is_shared=lambda: self._tenants > 1,
        )
        self.recording = Recording(
            Bindings(database, clock=clock),
            self.publisher,
            clock=clock,
            registry=self.registry,
            held=HeldCounts(settings.receiver.held_most),
        )
        self.holding = Holding(
            database, self.sources, self.recording, clock=clock, per_second=settings.receiver.release_per_second
        )
        self.receiver = Receiver(
            self.sources,
            self.recording,
            clock=clock,
            settings=receiver_rules(settings, self.base_url, hop_key),
            ways=ways,
        )
        self.rehearsals = Rehearsals(
            database,
            clock,
            self.sources,
            walk=self.receiver,
            budget=RehearsalBudget(clock),
            base_url=self.base_url,
        )

    def _join_history(self) -> None:
        """What is done again."""
        database, clock, chosen = self.database, self.clock, self.settings.replay
        limits = ReplayLimits(chosen.max_depth, chosen.max_batch)
        replayer = Replaying(database, self.sources, self.recording, self.publisher, clock=clock)
        self.replays = Replays(database, replayer, self.registry, clock, limits=limits)
        self.priorities = Priorities(database, clock, self.instance.tenant_id)
        self.priorities.on_change = self._reprioritise
        self.bulk_replays = BulkReplays(database, clock, self.replays)
        self.jobs = Jobs(database, clock, self._hands, units=UNITS, steps={REPLAY_KIND: self.bulk_replays.step})

    def _reprioritise(self, cycle: Cycle, promises: Promises) -> None:
        """Somebody chose other weights or promises."""
        self.dispatcher.obey(cycle)
        self.engine.obey(cycle, promises)
        self.deliverer.promises = promises

    def _join_access(self) -> None:
        self.keys = KeyRing(self.database, self.clock, self.instance.pepper)
        self.tokens = Tokens(self.database, self.clock, self.instance.token_secret)
        self.users = Users(self.database, self.clock, Passwords())
        self.sessions = Sessions(self.database, self.clock)
        limits = self.settings.limits
        kept_ms = limits.idempotency_hours * 3_600_000
        desk = Desk(self.publisher, self.registry, self.clock, limits.payload_bytes, kept_ms)
        self.hot = HotRoutes(self.receiver, desk, self.keys, self.tokens)

    def _start_work(self) -> None:
        self.worker = Worker(clock=self.clock, on_collapse=self._collapse)
        self.worker.every(HOLD_SECONDS, "refresh", self._refresh)
        self.worker.every(WATCH_SECONDS, "monitor", self.monitor.watch)
        self.worker.every(STATS_SECONDS, "queue_stats", QueueStats(self.database, self.feed, self.clock).tell)
        relay = Relay(self.database, self.feed, self.clock)
        relay.start()
        self.worker.every(SAY_SECONDS, "feed", relay.say)
        self.worker.every(FLUSH_SECONDS, "rejections", self.rejections.flush)
        if self._runs_work:
            self._hands.dispatcher = self.dispatcher
            self._hands.engine = self.engine
            self._hands.caretaker = self.caretaker
            self.worker.forever("deliveries", self.dispatcher.claim_forever)
            self.worker.forever("executions", self.engine.claim_forever)
            sweep_seconds = self.settings.leases.sweep_seconds
            self.worker.every(sweep_seconds, "renew", self.engine.renew)
            self.worker.every(sweep_seconds, "sweep", self._sweep)
            self.worker.every(HOLD_SECONDS, "hold", self.caretaker.hold)
            self.worker.every(RELEASE_SECONDS, "release", self.holding.turn)
            self.worker.every(HEALTH_SECONDS, "health", self.caretaker.watch)
            self.worker.every(0, "fanout", self.caretaker.expand)
            self.worker.every(PRUNE_SECONDS, "prune", self._prune)
            self.worker.every(TURN_SECONDS, "jobs", self.jobs.turn)
            self.worker.every(LOOK_SECONDS, "retention", self.janitor.look)
            if self.settings.search.enabled:
                self.worker.every(INDEX_SECONDS, "search", self.indexer.turn)
            self.worker.every(SEAL_SECONDS, "audit", AuditLog(self.database, self.clock).seal)
            self.database.on_wake(self._wake)
        self.worker.start()

    def _collapse(self) -> None:
        """A loop cannot be kept alive: stop in order, and say so to the supervisor."""
        self.exit_code = 1
        self.on_collapse()

    async def _refresh(self) -> None:
        """Changes made by other processes."""
        await self.sources.refresh()
        await self.endpoints.targets.refresh()
        await self.registry.refresh()
        await self.holding.count()
        await self.priorities.refresh()
        self._tenants = len(await self.database.read(tenants_all))

    def _closed(self) -> str | None:
        """Why no request is taken in now."""
        if self.is_draining:
            return "this process stops"
        return "the disk is full" if self.monitor.is_disk_full else None

    def _wake(self) -> None:
        self.dispatcher.wake()
        self.engine.wake()

    async def _prune(self) -> None:
        """What nobody may use any more."""
        await self.sessions.prune()
        await self.database.write(events.keys_prune, self.clock.now_ms())
        await self.database.write(secrets_prune, self.clock.now_ms())
        await self.inboxes.prune()
        await self.rejections.prune()

    async def _reclaim(self) -> None:
        """The only process of a database starts: every lease is of its own earlier life."""
        await self.caretaker.reclaim()
        await self.engine.reclaim()

    async def _sweep(self) -> None:
        await self.caretaker.sweep()
        await self.engine.sweep()

    def begin_drain(self) -> None:
        """From now on: not ready, no new claims. Called at the signal, while the last requests are answered."""
        if self.is_draining:
            return
        self.is_draining = True
        if self._runs_work:
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
        with suppress(StoreAway):
            await self.rejections.flush()
        await self.key_servers.close()
        await self.client.close()
        await self._warming
        self.places.close()
        await self.database.close()
        observe.log.flush()

    @property
    def base_url(self) -> str:
        """How the world reaches us, without a slash at the end."""
        server = self.settings.server
        host = f"[{server.host}]" if ":" in server.host else server.host
        return (server.base_url or f"http://{host}:{server.port}").rstrip("/")

    def checks(self) -> Mapping[str, Mapping[str, object]]:
        """Implements api.rooms.Health."""
        waiting = self.database.waiting
        seen = self.monitor.checks()
        is_moving = bool(seen["queue"]["ok"]) and waiting < WRITES_MOST
        return {
            **seen,
            "migrations": {"ok": True},
            "draining": {"ok": not self.is_draining},
            "queue": {**seen["queue"], "ok": is_moving, "writes": waiting, "sending": self.dispatcher.in_flight},
            **self.worker.checks(),
        }

    def _rooms(self) -> Rooms:
        access = Access(
            keys=self.keys,
            api_keys=ApiKeys(self.database, self.clock, self.publisher, self.keys),
            tokens=self.tokens,
            tickets=Tickets(self.database, self.clock, self.instance.token_secret),
            users=self.users,
            sessions=self.sessions,
            cursor_key=self.instance.cursor_key,
        )
        replay = self.settings.replay
        settings = ApiSettings(
            version=product_version(),
            base_url=self.settings.server.base_url,
            payload_bytes=self.settings.limits.payload_bytes,
            limits={"batchEvents": BATCH_MOST, "replayDepth": replay.max_depth, "replayBatch": replay.max_batch},
            features={
                "geo": self.settings.receiver.geo_database is not None,
                "insecureTls": self.settings.egress.allow_insecure_tls,
                "manyProcesses": not self.settings.is_embedded,
            },
            trusted_proxies=parse_networks(self.settings.server.trusted_proxies, "/server/trusted_proxies"),
            metrics_token=self.settings.metrics.token,
            dev=self.settings.dev,
            management_per_minute=self.settings.limits.management_per_minute,
            idempotency_ms=self.settings.limits.idempotency_hours * 3_600_000,
        )
        return Rooms(
            database=self.database,
            clock=self.clock,
            vault=self.vault,
            publisher=self.publisher,
            registry=self.registry,
            feed=self.feed,
            handoff=self._hands,
            client=self.client,
            endpoints=self.endpoints,
            sources=self.sources,
            filters=Filters(self.database, self.clock, self.sources),
            trials=Trials(self.database, self.sources),
            rehearsals=self.rehearsals,
            samples=Samples(self.database, self.sources, self.registry),
            inboxes=self.inboxes,
            workflows=self.definitions,
            engine=self.engine,
            jobs=self.jobs,
            replays=self.replays,
            bulk_replays=self.bulk_replays,
            priorities=self.priorities,
            exports=Exports(
                self.database, rows_most=self.settings.limits.export_rows, bytes_most=self.settings.limits.export_bytes
            ),
            janitor=self.janitor,
            access=access,
            health=self,
            settings=settings,
        )
