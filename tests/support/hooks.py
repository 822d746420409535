"""The river between publish and the far side: the real rooms on a real database, a clock and a far side of our own.

`settle` runs all due work and returns when nothing is due, or when only requests that hang are left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec
from sqlalchemy import Connection, select

from hookspan.access.instance import Instance
from hookspan.access.users import Passwords
from hookspan.events.publish import Publisher
from hookspan.events.routing import Routing
from hookspan.events.stream import Feed
from hookspan.model.deliveries import Attempt, Parcel
from hookspan.model.events import Key, NewEvent
from hookspan.model.ids import new_id
from hookspan.model.urls import UrlRules, parse_url
from hookspan.outbound.deliver import Deliverer, Sender
from hookspan.outbound.dispatch import Dispatcher
from hookspan.outbound.endpoints import Endpoints, EndpointWish
from hookspan.ports import HttpAnswer, HttpFailure, HttpRequest
from hookspan.storage import deliveries, delivery_leases, holds
from hookspan.storage.database import Database
from hookspan.storage.tables import attempts, webhook_deliveries
from hookspan.storage.vault import KekRing, Vault
from tests.support.clock import FakeClock
from tests.support.surface import KEK

SENDER = Sender("hookspan/1", b"hop-key")


class Shop:
    """A far side that takes everything with 200 until told otherwise."""

    def __init__(self, name: str = "shop") -> None:
        self.name = name
        self.requests: list[HttpRequest] = []
        self.most_at_once = 0
        self._answers: list[tuple[int, dict[str, str]]] = []
        self._is_up = True
        self._hung: list[asyncio.Event] = []
        self._hangs = False
        self._at_once = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://{self.name}.example/hook"

    @property
    def received(self) -> list[str]:
        """Event ids in the order in which they came."""
        return [dict(request.headers)["webhook-id"] for request in self.requests]

    @property
    def hanging(self) -> int:
        """Requests that wait for an answer."""
        return len(self._hung)

    def goes_down(self) -> None:
        """Nobody listens."""
        self._is_up = False

    def comes_back(self) -> None:
        """It listens again."""
        self._is_up = True

    def answers(self, *statuses: int, **fields: str) -> None:
        """The next answers; afterwards 200 again."""
        headers = {name.replace("_", "-"): value for name, value in fields.items()}
        self._answers += [(status, headers) for status in statuses]

    def hangs(self) -> None:
        """Requests get no answer until `wakes`."""
        self._hangs = True

    def wakes(self) -> None:
        """Answer what waits, and everything from now on."""
        self._hangs = False
        for waiting in self._hung:
            waiting.set()
        self._hung.clear()

    async def take(self, request: HttpRequest, moved: asyncio.Event) -> HttpAnswer | HttpFailure:
        """One request."""
        if not self._is_up:
            return HttpFailure("connect_error", "nobody listens", False, 1.0)
        self.requests.append(request)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await self._wait(moved)
        finally:
            self._at_once -= 1
        status, headers = self._answers.pop(0) if self._answers else (200, {})
        return HttpAnswer(status, list(headers.items()), b"", False, 1.0)

    async def _wait(self, moved: asyncio.Event) -> None:
        if not self._hangs:
            await asyncio.sleep(0)
            return
        waiting = asyncio.Event()
        self._hung.append(waiting)
        moved.set()
        await waiting.wait()


class FarSide:
    """Implements ports.HttpClient: brings a request to the shop of its host."""

    def __init__(self, moved: asyncio.Event) -> None:
        self.shops: dict[str, Shop] = {}
        self._moved = moved

    async def send(self, request: HttpRequest) -> HttpAnswer | HttpFailure:
        """To whom it is addressed."""
        return await self.shops[parse_url(request.url, UrlRules()).host].take(request, self._moved)

    async def close(self) -> None:
        """Nothing is open."""


class Worker:
    """One sending process: a dispatcher, a deliverer and what they know of endpoints."""

    def __init__(self, hooks: Hooks, *, slots: int = 256) -> None:
        self._hooks = hooks
        self.endpoints = Endpoints(hooks.database, hooks.vault, hooks.clock, UrlRules(), publisher=hooks.publisher)
        self.deliverer = Deliverer(
            hooks.database,
            hooks.far_side,
            self.endpoints.targets,
            publisher=hooks.publisher,
            clock=hooks.clock,
            sender=SENDER,
        )
        self.dispatcher = Dispatcher(
            hooks.database, self.endpoints.targets, deliver=self._deliver, clock=hooks.clock, slots=slots
        )
        self.deliverer.on_pause = self.dispatcher.close_gate
        self.deliverer.on_gate = self.dispatcher.gate_moved

    async def _deliver(self, parcel: Parcel) -> Attempt | None:
        try:
            return await self.deliverer.deliver(parcel)
        finally:
            asyncio.get_running_loop().call_soon(self._hooks.moved.set)

    async def claim(self) -> int:
        """One round; how many were claimed."""
        await self.endpoints.targets.refresh()
        return await self.dispatcher.claim_once()

    async def rest(self) -> None:
        """Until every outcome that can be known is written."""
        while self.dispatcher.in_flight > self._hooks.hanging:
            await self._hooks.moved.wait()
            self._hooks.moved.clear()
        await self.deliverer.drain()


class Hand:
    """Implements ports.Handoff: the first worker's, or nobody's while `is_cold`."""

    def __init__(self, hooks: Hooks) -> None:
        self._hooks = hooks
        self.is_cold = False

    def reserve(self, endpoint_id: str) -> bool:
        """Room in the first worker."""
        return not self.is_cold and self._hooks.worker.dispatcher.reserve(endpoint_id)

    def cancel(self, endpoint_id: str) -> None:
        """Pass on."""
        self._hooks.worker.dispatcher.cancel(endpoint_id)

    def take(self, parcel: Parcel) -> None:
        """Pass on."""
        self._hooks.worker.dispatcher.take(parcel)

    def backlog(self, endpoint_id: str) -> None:
        """Pass on."""
        self._hooks.worker.dispatcher.backlog(endpoint_id)

    def fanout_due(self) -> None:
        """Nobody expands lists by himself."""

    def executions_due(self) -> None:
        """No workflows here."""


@dataclass
class Hooks:
    """One tenant with its endpoints, and who sends for it."""

    database: Database
    clock: FakeClock
    vault: Vault = field(init=False)
    feed: Feed = field(init=False)
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    workers: list[Worker] = field(default_factory=list)
    tenant_id: str = ""

    def __post_init__(self) -> None:
        self.vault = Vault(self.database, KekRing.parse(KEK), self.clock)
        self.feed = Feed(self.clock)
        self.far_side = FarSide(self.moved)
        self.hand = Hand(self)
        self.publisher = self.another_publisher()
        self.workers.append(Worker(self))

    async def open(self) -> None:
        """Make the tenant."""
        passwords = Passwords(memory_kib=64, passes=1)
        await Instance.first_start(self.database, self.vault, self.clock, passwords=passwords)
        self.tenant_id = (await Instance.load(self.database, self.vault)).tenant_id

    @property
    def worker(self) -> Worker:
        """Who takes over what is published here."""
        return self.workers[0]

    @property
    def endpoints(self) -> Endpoints:
        """The endpoints of this process."""
        return self.worker.endpoints

    @property
    def hanging(self) -> int:
        """Requests at any shop that wait for an answer."""
        return sum(shop.hanging for shop in self.far_side.shops.values())

    def another_publisher(self) -> Publisher:
        """One more, with a routing snapshot of its own."""
        return Publisher(self.database, Routing(self.database), self.hand, self.feed, clock=self.clock)

    async def subscribe(self, shop: Shop, *events: str, **wish: Any) -> str:
        """Send events (of orders, if none is named) to a shop; the endpoint's id."""
        self.far_side.shops[parse_url(shop.url, UrlRules()).host] = shop
        wished = cast(EndpointWish, {"url": shop.url, "events": list(events or ("order.*",)), **wish})
        return (await self.endpoints.create(self.tenant_id, wished, created_by="native")).endpoint.id

    async def publish(self, event_type: str, data: object = None, *, keys: Sequence[Key] = (), **members: Any) -> str:
        """The id of the event, which is on disk."""
        return (await self.publisher.publish(self.event(event_type, data, **members), keys=keys)).id

    def event(self, event_type: str, data: object = None, **members: Any) -> NewEvent:
        """An event to publish."""
        now = self.clock.now_ms()
        fields = {
            "id": new_id(now),
            "tenant_id": self.tenant_id,
            "data": data if isinstance(data, bytes) else msgspec.json.encode(data or {}),
            "created_at": now,
            "origin": "api",
            **members,
        }
        return NewEvent(type=event_type, **fields)

    async def settle(self) -> None:
        """Run all due work, as the loops of the product would."""
        while True:
            for worker in self.workers:
                await worker.rest()
            now = self.clock.now_ms()
            await self.database.write(delivery_leases.sweep, now, 500, now)
            await self.database.write(holds.hold_and_release, now, 1_000)
            claimed = sum([await worker.claim() for worker in self.workers])
            # What an outcome caused may have been handed over meanwhile, without a claim.
            if claimed == 0 and all(worker.dispatcher.in_flight <= self.hanging for worker in self.workers):
                break

    async def dies_and_starts_again(self) -> None:
        """The first worker is gone with all it held; another takes its place."""
        await self.worker.dispatcher.drain(0)
        self.workers[0] = Worker(self)

    def add_worker(self) -> Worker:
        """One more sending process beside those there are."""
        self.workers.append(Worker(self))
        return self.workers[-1]

    async def cancel(self, event_id: str) -> None:
        """A person ends its only delivery."""
        identity = self.delivery_of(event_id)["id"]
        await self.database.write(deliveries.cancel, self.tenant_id, identity, self.clock.now_ms())

    async def retry(self, event_id: str, *, force: bool = False) -> None:
        """A person asks for the next attempt of its only delivery now."""
        identity = self.delivery_of(event_id)["id"]
        await self.database.write(deliveries.retry, self.tenant_id, identity, force, self.clock.now_ms())

    # -- looking back --------------------------------------------------------------------------------------------

    def story_of(self, event_id: str) -> list[str]:
        """What was tried for an event, oldest first."""
        return [_told(row) for row in self.rows(_attempts_of, event_id)]

    def state_of(self, event_id: str) -> str:
        """Where its only delivery stands, with the reason."""
        (row,) = self.rows(_deliveries_of, event_id)
        return f"{row['status']}: {row['reason']}" if row["reason"] else str(row["status"])

    def delivery_of(self, event_id: str) -> dict[str, Any]:
        """The row of its only delivery."""
        (row,) = self.rows(_deliveries_of, event_id)
        return row

    def deliveries(self) -> list[dict[str, Any]]:
        """Every delivery row."""
        return self.rows(lambda connection: connection.execute(select(webhook_deliveries)).mappings())

    def rows(self, query: Any, *arguments: Any) -> list[dict[str, Any]]:
        """Rows of a query, read at once."""
        with self.database.engine.execution_options(reader=True).connect() as connection:
            return [dict(row) for row in query(connection, *arguments)]


def _deliveries_of(connection: Connection, event_id: str) -> Any:
    columns = webhook_deliveries.c
    query = select(webhook_deliveries).where(columns.event_id == event_id).order_by(columns.id)
    return connection.execute(query).mappings().all()


def _attempts_of(connection: Connection, event_id: str) -> Any:
    query = (
        select(attempts.c.outcome, attempts.c.status_code)
        .join(webhook_deliveries, webhook_deliveries.c.id == attempts.c.delivery_id)
        .where(webhook_deliveries.c.event_id == event_id)
        .order_by(attempts.c.delivery_id, attempts.c.number)
    )
    return connection.execute(query).mappings().all()


def _told(row: dict[str, Any]) -> str:
    words = {"connect_error": "no connection"}
    if row["outcome"] in ("delivered", "unknown"):
        return "unknown" if row["outcome"] == "unknown" else f"delivered: {row['status_code']}"
    return f"refused: {words.get(row['outcome'], row['status_code'] or row['outcome'])}"
