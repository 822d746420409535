"""The inbound half beside the outbound one: sources, the receiver, what is held, and the far side that is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select, update

from hookspan.events.registry import Registry
from hookspan.events.routing import Routing
from hookspan.events.type_wishes import read_wish
from hookspan.inbound.again import Replaying
from hookspan.inbound.bindings import Bindings
from hookspan.inbound.birth import Taken
from hookspan.inbound.filters import Filters
from hookspan.inbound.head import Head, Headers
from hookspan.inbound.held_counts import HeldCounts
from hookspan.inbound.holding import Holding
from hookspan.inbound.receive import Receiver, ReceiverSettings
from hookspan.inbound.recording import LIVE, Manner, Outcome, Recording
from hookspan.inbound.request import InboundRequest, body_view
from hookspan.inbound.sources import KeptSource, Sources, SourceWish
from hookspan.inbound.verify import Verified
from hookspan.model.ids import new_id
from hookspan.storage.tables import events, webhook_events, webhooks, workflow_versions, workflows
from tests.support.hooks import Hooks

BASE = "https://hooks.test"
STRANGER = "203.0.113.9"


class Inflow:
    """One tenant's way in, on the hooks' database and clock."""

    def __init__(self, hooks: Hooks, *, held_most: int = 1_000, per_second: int = 100) -> None:
        self.hooks, self.database, self.clock, self.tenant_id = hooks, hooks.database, hooks.clock, hooks.tenant_id
        self.sources = Sources(self.database, hooks.vault, self.clock)
        self.filters = Filters(self.database, self.clock, self.sources)
        self.registry = Registry(self.database, Routing(self.database), clock=self.clock)
        self.recording = Recording(
            Bindings(self.database, hooks.publisher),
            hooks.publisher,
            clock=self.clock,
            registry=self.registry,
            held=HeldCounts(held_most),
        )
        self.receiver = Receiver(
            self.sources, self.recording, clock=self.clock, settings=ReceiverSettings(BASE, b"hops")
        )
        self.holding = Holding(self.database, self.sources, self.recording, clock=self.clock, per_second=per_second)
        self.replaying = Replaying(self.database, self.sources, self.recording, hooks.publisher, clock=self.clock)

    async def source(self, **members: Any) -> KeptSource:
        """A new source; without proof unless told otherwise."""
        usual = {"secret": "whsec_secret"} if "provider" in members else {"auth_type": "none"}
        wish = SourceWish(**{"name": new_id(0), **usual, **members})  # type: ignore[typeddict-item]
        return await self.sources.create(self.tenant_id, wish)

    async def workflow(self, *, status: str = "active") -> str:
        """A workflow that a source may start."""
        identity = new_id(0)

        def insert(connection: Connection) -> None:
            stamps = {"tenant_id": self.tenant_id, "created_at": 1}
            named = {"name": "w", "version": 1, "updated_at": 1, "status": status}
            connection.execute(workflows.insert().values(id=identity, **named, **stamps))
            version = {"workflow_id": identity, "version": 1, "definition": "{}"}
            connection.execute(workflow_versions.insert().values(**version, **stamps))

        await self.database.write(insert)
        return identity

    async def filter(self, kept: KeptSource, *rows: Mapping[str, object]) -> None:
        """Set a source's filters."""
        await self.filters.replace(self.tenant_id, kept.source.id, list(rows))

    async def event_type(self, name: str, schema: Mapping[str, object]) -> None:
        """Register a type."""
        await self.registry.create(self.tenant_id, read_wish({"name": name, "schema": schema}))

    async def takes(self, kept: KeptSource, body: object = None, headers: Headers | None = None) -> dict[str, Any]:
        """One request that must be accepted; its answer."""
        status, answer = await self.tries(kept, body, headers)
        assert status < 300, answer
        return answer

    async def tries(
        self, kept: KeptSource, body: object = None, headers: Headers | None = None
    ) -> tuple[int, dict[str, Any]]:
        """One request: status and answer. A body that is not bytes goes as JSON."""
        sent = body if isinstance(body, bytes) else msgspec.json.encode({} if body is None else body)
        lines = [(b"content-type", b"application/json"), *(headers or [])]
        head = Head("POST", kept.source.path, "", lines, STRANGER, self.clock.monotonic())
        answer = await self.receiver.receive(self.receiver.admit(head), sent)
        return answer.status, msgspec.json.decode(answer.body)

    async def records(self, kept: KeptSource, sent: InboundRequest, manner: Manner = LIVE, *, hops: int = 0) -> Outcome:
        """One request as if it had been verified."""
        source = self.sources.by_path(kept.source.path)
        assert source is not None
        view = body_view(sent, source.preset.record.form)
        return await self.recording.record(source, Taken(sent, Verified(None), view, self.clock.now_ms(), hops), manner)

    async def rows(self, table: Table) -> list[dict[str, Any]]:
        """Everything in a table, in the order of its first column."""

        def query(connection: Connection) -> Sequence[dict[str, Any]]:
            found = connection.execute(select(table).order_by(*list(table.c)[:1])).mappings()
            return [dict(row) for row in found]

        return list(await self.database.read(query))

    async def receipts(self) -> list[dict[str, Any]]:
        """Every receipt, oldest first."""
        return await self.rows(webhook_events)

    async def statuses(self) -> list[str]:
        """What became of every receipt, oldest first."""
        return [row["status"] for row in await self.receipts()]

    async def remove(self, kept: KeptSource) -> None:
        """Mark a source deleted and leave what it holds."""

        def mark(connection: Connection) -> None:
            mine = webhooks.c.id == kept.source.id
            connection.execute(update(webhooks).where(mine).values(deleted_at=self.clock.now_ms()))

        await self.database.write(mark)
        self.sources.snapshot.drop(kept.source.id)

    async def told(self, event_type: str) -> list[dict[str, Any]]:
        """The data of every stored event of a type, oldest first."""
        return [msgspec.json.decode(row["data"]) for row in await self.rows(events) if row["type"] == event_type]
