"""A whole API on a real SQLite file, called in process: what the contract and security tests speak to."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
from fastapi import FastAPI

from hookspan.access.instance import Greeting, Instance
from hookspan.access.keys import KeyRing, key_mac, mint, prefix_of
from hookspan.access.minting import ApiKeys
from hookspan.access.priorities import Priorities
from hookspan.access.sessions import Sessions
from hookspan.access.tenants import Tenants
from hookspan.access.tickets import Tickets
from hookspan.access.tokens import Tokens
from hookspan.access.users import Passwords, Users
from hookspan.api.asgi import make_app
from hookspan.api.rooms import Access, ApiSettings, Rooms
from hookspan.events.publish import Publisher
from hookspan.events.registry import Registry
from hookspan.events.routing import Routing
from hookspan.events.stream import Feed
from hookspan.history.bulk import UNITS
from hookspan.history.export import Exports
from hookspan.history.jobs import Jobs
from hookspan.history.prune import Janitor
from hookspan.history.replay import Replays
from hookspan.history.replay_jobs import KIND as REPLAY_KIND
from hookspan.history.replay_jobs import BulkReplays
from hookspan.inbound.again import Replaying
from hookspan.inbound.answers import Answer
from hookspan.inbound.bindings import Bindings
from hookspan.inbound.filters import Filters
from hookspan.inbound.head import Head, Headers
from hookspan.inbound.inboxes import Inboxes
from hookspan.inbound.receive import Receiver, ReceiverSettings
from hookspan.inbound.recording import Recording
from hookspan.inbound.rehearsal import Rehearsals
from hookspan.inbound.samples import Samples
from hookspan.inbound.sources import Sources
from hookspan.inbound.trials import Trials
from hookspan.model.deliveries import Parcel
from hookspan.model.ids import new_id
from hookspan.model.urls import UrlRules
from hookspan.outbound.endpoints import Endpoints
from hookspan.outbound.rehearse import RehearsalBudget
from hookspan.ports import HttpAnswer, HttpRequest
from hookspan.storage.api_keys import KeyRow, api_key_insert
from hookspan.storage.columns import metadata
from hookspan.storage.database import Database
from hookspan.storage.dialect import make_engine
from hookspan.storage.vault import KekRing, Vault
from hookspan.workflows.definitions import Definitions
from hookspan.workflows.record import Tools
from hookspan.workflows.run import Engine
from tests.support.clock import FakeClock

KEK = "k1:" + base64.b64encode(b"k" * 32).decode()
BASE = "http://testserver"


class NoHandoff:
    """Work that is committed stays where it is."""

    def reserve(self, endpoint_id: str) -> bool:
        """There is never room."""
        return False

    def cancel(self, endpoint_id: str) -> None:
        """Nothing was reserved."""

    def take(self, parcel: Parcel) -> None:
        """Nothing was leased."""

    def backlog(self, endpoint_id: str) -> None:
        """Nobody claims."""

    def fanout_due(self) -> None:
        """Nobody expands lists by himself."""

    def executions_due(self) -> None:
        """Nobody runs."""


class DeafShop:
    """A far side that answers 204 to everything."""

    def __init__(self) -> None:
        self.received: list[HttpRequest] = []

    async def send(self, request: HttpRequest) -> HttpAnswer:
        """Remember the request."""
        self.received.append(request)
        return HttpAnswer(204, [], b"", False, 1.0)

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class Checks:
    """What the background work would say of itself."""

    said: dict[str, dict[str, object]] = field(default_factory=lambda: {"migrations": {"ok": True}})

    def checks(self) -> Mapping[str, Mapping[str, object]]:
        """As told."""
        return self.said


@dataclass
class Surface:
    """The app, the rooms behind it, and what the first start printed."""

    app: FastAPI
    rooms: Rooms
    greeting: Greeting
    instance: Instance
    clock: FakeClock
    vault: Vault
    checks: Checks
    receiver: Receiver

    async def takes(self, path: str, body: bytes = b"{}", headers: Headers | None = None, *, query: str = "") -> Answer:
        """One request to a source's path, as the protocol brings it in."""
        head = Head("POST", path, query, headers or [], "203.0.113.9", self.clock.monotonic())
        return await self.receiver.receive(self.receiver.admit(head), body)

    @property
    def owner(self) -> dict[str, str]:
        """The header of the owner's key."""
        return bearer(self.greeting.api_key.reveal())

    def client(self, **options: Any) -> httpx2.AsyncClient:
        """A client without credential."""
        transport = httpx2.ASGITransport(app=self.app, client=options.pop("peer", ("203.0.113.7", 50_000)))
        return httpx2.AsyncClient(transport=transport, base_url=options.pop("base_url", BASE), **options)

    async def key_for(self, role: str, *, tenant_id: str | None = None) -> dict[str, str]:
        """The header of a fresh key that may do what `role` may."""
        key = mint()
        row = KeyRow(
            id=new_id(self.clock.now_ms()),
            tenant_id=tenant_id or self.instance.tenant_id,
            prefix=prefix_of(key) or "",
            name=role,
            scopes=("*",),
            role=role,
            mac=key_mac(key, self.instance.pepper),
            created_by="test",
            created_at=self.clock.now_ms(),
            expires_at=None,
        )
        await self.rooms.database.write(api_key_insert, row)
        return bearer(key)

    async def second_tenant(self) -> str:
        """The id of another tenant."""
        made = await Tenants(self.rooms.database, self.clock, self.vault).create("other", "Other")
        return made.id


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


@cache
def _empty() -> bytes:
    """A database with every table, made once a process: thousands of tests begin with a copy."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "hookspan.db"
        engine = make_engine(f"sqlite:///{file}")
        metadata.create_all(engine)
        engine.dispose()
        return file.read_bytes()


@asynccontextmanager
async def surface(folder: Path, *, settings: ApiSettings | None = None) -> AsyncIterator[Surface]:
    """A started instance in `folder`, closed at the end."""
    (folder / "hookspan.db").write_bytes(_empty())
    database = Database(f"sqlite:///{folder / 'hookspan.db'}")
    database.start()
    try:
        yield await furnished(database, settings)
    finally:
        await database.close()


async def furnished(
    database: Database, settings: ApiSettings | None = None, *, greeting: Greeting | None = None
) -> Surface:
    """Everything on a started, migrated database, after its first start; that was before when there is a greeting."""
    clock, checks, shop = FakeClock(), Checks(), DeafShop()
    vault = Vault(database, KekRing.parse(KEK), clock)
    passwords = Passwords(memory_kib=64, passes=1)
    greeting = greeting or await Instance.first_start(database, vault, clock, passwords=passwords)
    assert greeting is not None
    instance = await Instance.load(database, vault)
    feed = Feed(clock)
    routing = Routing(database)
    registry = Registry(database, routing, clock=clock)
    publisher = Publisher(database, routing, NoHandoff(), feed, clock=clock)
    sources = Sources(database, vault, clock)
    recording = Recording(Bindings(database, publisher), publisher, clock=clock)
    receiver = Receiver(sources, recording, clock=clock, settings=ReceiverSettings(BASE, b"hop-key"))
    replays = Replays(database, Replaying(database, sources, recording, publisher, clock=clock), registry, clock)
    bulk_replays = BulkReplays(database, clock, replays)
    rooms = Rooms(
        database=database,
        clock=clock,
        vault=vault,
        publisher=publisher,
        registry=registry,
        feed=feed,
        handoff=NoHandoff(),
        client=shop,
        endpoints=Endpoints(database, vault, clock, UrlRules(), publisher=publisher),
        sources=sources,
        filters=Filters(database, clock, sources),
        trials=Trials(database, sources),
        rehearsals=Rehearsals(database, clock, sources, walk=receiver, budget=RehearsalBudget(clock), base_url=BASE),
        samples=Samples(database, sources, registry),
        inboxes=Inboxes(database, clock, f"{BASE}/inbox/"),
        workflows=Definitions(database, publisher, clock=clock, url_rules=UrlRules(), vault=vault),
        engine=Engine(replace(_tools(database, clock, publisher, feed, shop), vault=vault)),
        jobs=Jobs(database, clock, NoHandoff(), units=UNITS, steps={REPLAY_KIND: bulk_replays.step}),
        replays=replays,
        bulk_replays=bulk_replays,
        priorities=Priorities(database, clock, instance.tenant_id),
        exports=Exports(database),
        janitor=Janitor(database, publisher, clock),
        access=_access(database, clock, publisher, instance, passwords),
        health=checks,
        settings=settings or ApiSettings(version="1.2.3"),
    )
    return Surface(make_app(rooms), rooms, greeting, instance, clock, vault, checks, receiver)


def _access(
    database: Database, clock: FakeClock, publisher: Publisher, instance: Instance, passwords: Passwords
) -> Access:
    ring = KeyRing(database, clock, instance.pepper)
    return Access(
        keys=ring,
        api_keys=ApiKeys(database, clock, publisher, ring),
        tokens=Tokens(database, clock, instance.token_secret),
        tickets=Tickets(database, clock, instance.token_secret),
        users=Users(database, clock, passwords),
        sessions=Sessions(database, clock),
        cursor_key=instance.cursor_key,
    )


def _tools(database: Database, clock: FakeClock, publisher: Publisher, feed: Feed, shop: DeafShop) -> Tools:
    return Tools(
        database=database,
        clock=clock,
        publisher=publisher,
        feed=feed,
        client=shop,
        url_rules=UrlRules(),
        product="hookspan/1",
        hop_key=b"hops",
        callback_key=b"k" * 32,
    )
