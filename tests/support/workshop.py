"""What tests of workflows share: an engine on a real database, a clock that stands still, a scripted far side."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import msgspec
from sqlalchemy import Connection, select

from hookspan.events.publish import Publisher
from hookspan.events.routing import Routing
from hookspan.model.addresses import AddressRules
from hookspan.model.deliveries import Parcel
from hookspan.model.events import NewExecution
from hookspan.model.executions import ExecutionRow, StepRow
from hookspan.model.ids import new_id
from hookspan.model.retry import STANDARD, policy_to_json
from hookspan.model.urls import UrlRules
from hookspan.ports import Clock, HttpAnswer, HttpFailure, HttpRequest
from hookspan.storage import events, executions, routing
from hookspan.storage.database import Database
from hookspan.storage.tables import endpoints, retry_policies, tenants
from hookspan.storage.tables import events as events_table
from hookspan.storage.vault import KekRing, Vault, keys_insert
from hookspan.workflows.definitions import Definitions
from hookspan.workflows.functions import Functions
from hookspan.workflows.marks import BLOCKED_AFTER_MS
from hookspan.workflows.record import Tools
from hookspan.workflows.run import Engine
from tests.support.clock import FakeClock

TRIGGER = b'{"type":"webhook","method":"POST","path":"/p","headers":{},"query":{},"body":{"id":7},"metadata":{}}'
RULES = UrlRules(AddressRules(dev_loopback=True))
HOP_KEY = b"hops"
KEK = "k1:" + base64.b64encode(b"k" * 32).decode()


class NoHandoff:
    """Deliveries stay in the database: nobody sends them here."""

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
        """Tests settle by themselves."""


class FarSide:
    """Answers requests with what was scripted, then with 200; a silent one lets every request wait.

    With a clock every answer takes a millisecond.
    """

    def __init__(self, clock: FakeClock | None = None) -> None:
        self._clock = clock
        self.received: list[HttpRequest] = []
        self.script: list[HttpAnswer | HttpFailure] = []
        self.called = asyncio.Event()
        self._speaks = asyncio.Event()
        self._speaks.set()

    def answers(self, *statuses: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        """Script answers."""
        pairs = list((headers or {}).items())
        self.script += [HttpAnswer(status, pairs, body, False, 1.0) for status in statuses]

    def falls_silent(self) -> None:
        """Let requests wait."""
        self._speaks.clear()

    def speaks(self) -> None:
        """Answer what waits."""
        self._speaks.set()

    async def send(self, request: HttpRequest) -> HttpAnswer | HttpFailure:
        """Remember the request, answer when allowed to."""
        self.received.append(request)
        self.called.set()
        await self._speaks.wait()
        if self._clock is not None:
            self._clock.advance(seconds=0.001)
        return self.script.pop(0) if self.script else HttpAnswer(200, [], b"{}", False, 1.0)

    async def close(self) -> None:
        """Nothing is open."""

    @property
    def keys(self) -> list[str]:
        """The idempotency keys of what came."""
        return [dict(request.headers)["Idempotency-Key"] for request in self.received]


class Telling:
    """A live feed that remembers."""

    def __init__(self) -> None:
        self.frames: list[dict[str, object]] = []

    def hears(self, tenant_id: str) -> bool:
        """Somebody always listens."""
        return True

    def tell(self, frame: object, output: bytes | None = None) -> None:
        """Keep a frame."""
        self.frames.append(cast(dict[str, object], frame))


@dataclass
class Workshop:
    """One tenant's workflows and the engine that runs them."""

    database: Database
    clock: FakeClock
    tenant_id: str
    far_side: FarSide = field(default_factory=FarSide)
    feed: Telling = field(default_factory=Telling)
    functions: Functions = field(default_factory=Functions)

    def __post_init__(self) -> None:
        self.publisher = Publisher(self.database, Routing(self.database), NoHandoff(), self.feed, clock=self.clock)
        self.vault = Vault(self.database, KekRing.parse(KEK), self.clock)
        self.definitions = Definitions(
            self.database, self.publisher, clock=self.clock, url_rules=RULES, vault=self.vault
        )
        self.engine = self.another_engine(self.far_side)

    def another_engine(
        self, far_side: FarSide, clock: Clock | None = None, *, blocked_after_ms: int = BLOCKED_AFTER_MS
    ) -> Engine:
        """An engine of another process on the same database."""
        tools = Tools(
            database=self.database,
            clock=clock or self.clock,
            publisher=self.publisher,
            feed=self.feed,
            client=far_side,
            url_rules=RULES,
            product="hookspan/1",
            hop_key=HOP_KEY,
            functions=self.functions,
            callback_key=b"k" * 32,
            vault=self.vault,
            blocked_after_ms=blocked_after_ms,
        )
        return Engine(tools)

    async def workflow(self, *steps: dict[str, object], name: str = "Order intake", **members: object) -> str:
        """Save a workflow of these steps; its id."""
        value = {"name": name, "steps": list(steps), **members}
        row, _ = await self.definitions.create(self.tenant_id, value)
        return row.id

    async def run(
        self, *steps: dict[str, object], body: object = None, **members: Sequence[object] | int
    ) -> ExecutionRow:
        """Save a workflow, start it, run all that is due; how the execution stands."""
        started = await self.engine.start(
            self.tenant_id, await self.workflow(*steps, name="Order intake", **members), body
        )
        await self.settle()
        return await self.execution(started.id)

    async def settle(self, engine: Engine | None = None) -> None:
        """Run all due work until nothing is due."""
        engine = engine or self.engine
        while await engine.claim_once():
            await engine.quiet()

    async def until_held_up(self, *execution_ids: str) -> None:
        """Drive until each of these waits, or waits for the silent far side."""
        async with asyncio.timeout(10):
            for execution_id in execution_ids:
                while not await self._is_held_up(execution_id):
                    await self.engine.claim_once()

    async def until_called(self, execution_id: str) -> None:
        """Drive until the far side is asked by this execution."""
        async with asyncio.timeout(10):
            while not self._has_called(execution_id):
                await self.engine.claim_once()

    def _has_called(self, execution_id: str) -> bool:
        return any(key.startswith(execution_id) for key in self.far_side.keys)

    async def _is_held_up(self, execution_id: str) -> bool:
        return self._has_called(execution_id) or (await self.execution(execution_id)).status == "waiting"

    async def execution(self, execution_id: str) -> ExecutionRow:
        """An execution as stored."""
        row = await self.database.read(executions.execution_get, self.tenant_id, execution_id)
        assert row is not None
        return row

    async def callback(self, execution_id: str, step_id: str) -> tuple[str, int]:
        """Token and expiry of the callback of a step that waits outside; KeyError when it does not."""
        found = await self.database.read(executions.execution_with_steps, self.tenant_id, execution_id)
        assert found is not None
        version = await self.engine.version_of(found.row)
        return self.engine.outside.callbacks(found, version.definition)[step_id]

    async def steps(self, execution_id: str) -> dict[str, StepRow]:
        """Recorded steps by id."""
        rows = await self.database.read(executions.steps_of, self.tenant_id, execution_id)
        return {row.step_id: row for row in rows}

    async def born_of_webhook(
        self, workflow_id: str, *, depth: int = 0, priority: int = 1, trigger: bytes = TRIGGER
    ) -> str:
        """An execution row as a webhook's transaction writes it."""
        now = self.clock.now_ms()
        new = NewExecution(
            id=new_id(now),
            tenant_id=self.tenant_id,
            workflow_id=workflow_id,
            workflow_version=1,
            trigger_type="webhook",
            trigger=trigger,
            priority=priority,
            created_at=now,
            depth=depth,
        )
        await self.database.write(events.insert_executions, [new])
        return new.id

    async def listen_to(self, *patterns: str) -> None:
        """An endpoint that wants these events."""
        await self.database.write(_endpoint, self.tenant_id, list(patterns), self.clock.now_ms())

    async def events(self) -> list[tuple[str, dict[str, object]]]:
        """Types and data of all stored events in the order of their birth."""
        return await self.database.read(_events, self.tenant_id)

    async def story(self) -> list[str]:
        """Types of stored events, definitions left out."""
        return [kind for kind, _ in await self.events() if not kind.startswith("workflow.definition.")]


def _endpoint(connection: Connection, tenant_id: str, patterns: list[str], now: int) -> None:
    policy_id = new_id(now)
    policy = msgspec.json.encode(policy_to_json(STANDARD)).decode()
    connection.execute(retry_policies.insert().values(id=policy_id, policy=policy))
    connection.execute(
        endpoints.insert().values(
            id=new_id(now),
            tenant_id=tenant_id,
            url="https://shop.example.com/",
            profile="standard",
            events=msgspec.json.encode(patterns).decode(),
            policy_id=policy_id,
            timeout_ms=15_000,
            created_by="test",
            created_at=now,
            updated_at=now,
        )
    )
    routing.bump(connection, tenant_id)


def _events(connection: Connection, tenant_id: str) -> list[tuple[str, dict[str, object]]]:
    table = events_table.c
    query = select(table.type, table.data).where(table.tenant_id == tenant_id).order_by(table.id)
    return [(row.type, msgspec.json.decode(row.data)) for row in connection.execute(query)]


def _tenant(connection: Connection, tenant_id: str, now: int) -> None:
    connection.execute(tenants.insert().values(id=tenant_id, slug=tenant_id, name="Shop", created_at=now))


@asynccontextmanager
async def workshop_on(database: Database) -> AsyncIterator[Workshop]:
    """A workshop with a tenant of its own; what it still drives is cut at the end."""
    clock = FakeClock()
    workshop = Workshop(database, clock, new_id(clock.now_ms()))
    await database.write(_tenant, workshop.tenant_id, clock.now_ms())
    await database.write(keys_insert, [workshop.vault.new_key(workshop.tenant_id)])
    try:
        yield workshop
    finally:
        await workshop.engine.drain(0.001)
