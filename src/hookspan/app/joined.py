"""The rooms of one process, joined. Nothing else knows how they hang together; nothing here decides anything else."""

from __future__ import annotations

import hmac
import os
import socket
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

from hookspan.access.instance import Instance
from hookspan.access.keys import KeyRing
from hookspan.access.minting import ApiKeys
from hookspan.access.priorities import Priorities
from hookspan.access.sessions import Sessions
from hookspan.access.tokens import Tokens
from hookspan.access.users import Passwords, Users
from hookspan.api.event_input import Desk
from hookspan.api.hot import HotRoutes
from hookspan.app.grounds import breaker_rules, receiver_rules, url_rules
from hookspan.app.hands import Hands
from hookspan.app.monitor import Monitor
from hookspan.app.roll_call import Process, RollCall
from hookspan.app.sink import SinkClient
from hookspan.config import Settings
from hookspan.events.delayed import Delayed
from hookspan.events.publish import Publisher
from hookspan.events.registry import Registry
from hookspan.events.routing import Routing
from hookspan.events.stream import Feed
from hookspan.history.bulk import UNITS
from hookspan.history.indexer import Indexer
from hookspan.history.jobs import Jobs
from hookspan.history.prune import Janitor
from hookspan.history.replay import ReplayLimits, Replays
from hookspan.history.replay_jobs import KIND as REPLAY_KIND
from hookspan.history.replay_jobs import BulkReplays
from hookspan.inbound.again import Replaying
from hookspan.inbound.bindings import Bindings
from hookspan.inbound.held_counts import HeldCounts
from hookspan.inbound.holding import Holding
from hookspan.inbound.inboxes import Inboxes
from hookspan.inbound.key_servers import KeyServers
from hookspan.inbound.places import Places
from hookspan.inbound.receive import Receiver, Ways
from hookspan.inbound.recording import Recording
from hookspan.inbound.rehearsal import Rehearsals
from hookspan.inbound.rejections import Rejections
from hookspan.inbound.sources import Sources
from hookspan.model.levels import Cycle, Promises
from hookspan.model.urls import UrlRules
from hookspan.net.egress import Egress
from hookspan.net.http import DeliveryClient
from hookspan.net.tls import tls_context
from hookspan.outbound.caretaker import Caretaker
from hookspan.outbound.certificates import Certificates
from hookspan.outbound.deliver import Deliverer, Sender
from hookspan.outbound.dispatch import Dispatcher
from hookspan.outbound.endpoints import Endpoints
from hookspan.outbound.rehearse import RehearsalBudget
from hookspan.ports import Clock
from hookspan.storage.database import Database
from hookspan.storage.vault import Vault
from hookspan.workflows.definitions import Definitions
from hookspan.workflows.functions import Functions
from hookspan.workflows.old_versions import OldVersions
from hookspan.workflows.record import Tools
from hookspan.workflows.run import Engine
from hookspan.workflows.schedule import Scheduler


def product_version() -> str:
    """The version of the installed package, `0` in a bare source tree."""
    try:
        return version("hookspan")
    except PackageNotFoundError:
        return "0.1.0"


class Joined:
    """Webhooks in, events, workflows, webhooks out, history, access: made once the instance and its keys are known."""

    database: Database
    vault: Vault
    instance: Instance
    monitor: Monitor

    def __init__(self, settings: Settings, *, clock: Clock, functions: Functions) -> None:
        self.settings = settings
        self.clock = clock
        self.functions = functions
        self.database = Database(settings.database_url, writers=settings.database.writers)
        self.feed = Feed(clock)
        self.is_draining = False
        self._tenants = 1
        self.hands = Hands()

    def _join(self) -> None:
        """Webhooks in, events, workflows, webhooks out."""
        rules = url_rules(self.settings)
        hop_key = hmac.digest(self.instance.cursor_key, b"hops", "sha256")
        self._join_events(rules)
        rules = replace(rules, sinks=self.inboxes.prefix)
        self._join_workflows(rules, hop_key)
        self._join_outbound(rules, hop_key)
        self._join_inbound(hop_key)
        self._join_history()
        self._join_access()
        self.monitor = Monitor(
            self.database,
            self.publisher,
            self.clock,
            tenant_id=self.instance.tenant_id,
            folder=self.settings.data,
            version=product_version(),
        )
        host = socket.gethostname()
        process = Process(f"{host}:{os.getpid()}", host, product_version())
        self.roll_call = RollCall(self.database, self.publisher, self.clock, process, tenant_id=self.instance.tenant_id)

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
            self.hands,
            self.feed,
            clock=clock,
            lease_margin_ms=settings.leases.margin_ms,
        )
        self.publisher.fanout_from = settings.limits.fanout_from
        self.delayed = Delayed(database, self.publisher, clock)

    def _join_workflows(self, rules: UrlRules, hop_key: bytes) -> None:
        database, clock = self.database, self.clock
        self.definitions = Definitions(database, self.publisher, clock=clock, url_rules=rules, vault=self.vault)
        self.old_versions = OldVersions(database, self.vault)
        tools = Tools(
            database=database,
            clock=clock,
            publisher=self.publisher,
            feed=self.feed,
            client=self.client,
            url_rules=rules,
            product=f"hookspan/{product_version()}",
            hop_key=hop_key,
            lease_ms=self.settings.leases.execution_ms,
            functions=self.functions,
            callback_key=hmac.digest(self.instance.cursor_key, b"callbacks", "sha256"),
            vault=self.vault,
            blocked_after_ms=round(self.settings.workflows.blocked_after_seconds * 1_000),
        )
        self.engine = Engine(tools, slots=self.settings.limits.executions)
        self.scheduler = Scheduler(tools, self.engine.versions)

    def _join_outbound(self, rules: UrlRules, hop_key: bytes) -> None:
        settings, database, clock = self.settings, self.database, self.clock
        self.endpoints = Endpoints(
            database,
            self.vault,
            clock,
            rules,
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
        self.caretaker = Caretaker(database, self.publisher, self.hands, clock=clock)
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
        self.certificates = Certificates(self.publisher, clock)
        self.deliverer.on_certificate = self.certificates.met

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
            Bindings(database, self.publisher),
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
        self.jobs = Jobs(database, clock, self.hands, units=UNITS, steps={REPLAY_KIND: self.bulk_replays.step})

    def _reprioritise(self, cycle: Cycle, promises: Promises) -> None:
        """Somebody chose other weights or promises."""
        self.dispatcher.obey(cycle)
        self.engine.obey(cycle, promises)
        self.deliverer.promises = promises

    def _join_access(self) -> None:
        self.keys = KeyRing(self.database, self.clock, self.instance.pepper)
        self.api_keys = ApiKeys(self.database, self.clock, self.publisher, self.keys)
        self.tokens = Tokens(self.database, self.clock, self.instance.token_secret)
        self.users = Users(self.database, self.clock, Passwords())
        self.sessions = Sessions(self.database, self.clock)
        limits = self.settings.limits
        kept_ms = limits.idempotency_hours * 3_600_000
        desk = Desk(self.publisher, self.registry, self.clock, limits.payload_bytes, kept_ms)
        self.hot = HotRoutes(self.receiver, desk, self.keys, self.tokens)

    def _closed(self) -> str | None:
        """Why no request is taken in now. A process that stops takes in what still reaches it: others send it on."""
        return "the disk is full" if self.monitor.is_disk_full else None

    @property
    def base_url(self) -> str:
        """How the world reaches us, without a slash at the end."""
        server = self.settings.server
        host = f"[{server.host}]" if ":" in server.host else server.host
        return (server.base_url or f"http://{host}:{server.port}").rstrip("/")
