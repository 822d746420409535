"""The receiver on a real database, spoken to without a socket, with everything beside it that a walk may reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select

from hookspan.events.publish import Publisher
from hookspan.events.routing import Routing
from hookspan.events.stream import Feed
from hookspan.inbound.answers import Answer
from hookspan.inbound.bindings import Bindings
from hookspan.inbound.head import PREFIX, Head, Headers
from hookspan.inbound.key_servers import KeyServers
from hookspan.inbound.receive import Receiver, ReceiverSettings, Ways
from hookspan.inbound.recording import Recording
from hookspan.inbound.rejections import Rejections
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.sign import sign_request
from hookspan.inbound.sources import KeptSource, Sources, SourceWish
from hookspan.model.ids import new_id
from hookspan.ports import HttpAnswer, HttpRequest
from hookspan.storage.database import Database
from hookspan.storage.tables import rejected_requests
from hookspan.storage.vault import KekRing, Vault
from tests.support.clock import FakeClock
from tests.support.surface import KEK, NoHandoff
from tests.support.tenants import first_tenant

STRANGER = "203.0.113.9"
BASE = "https://hooks.test"


class Provider:
    """Implements ports.HttpClient: the far side of handshakes, which answers 200 with what a test put at a URL."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, tuple[int, bytes]] = {}

    async def send(self, request: HttpRequest) -> HttpAnswer:
        """One request."""
        self.asked.append(request.url)
        status, body = self.answers.get(request.url, (200, b""))
        return HttpAnswer(status, [], body, False, 1.0)

    async def close(self) -> None:
        """Nothing is open."""


class Gateway:
    """One tenant's receiver; `reason` closes it, `tenants` says how many share the instance."""

    def __init__(self, database: Database, tenant_id: str, *, keeps_bodies: bool = True, **rules: Any) -> None:
        self.database, self.tenant_id, self.clock = database, tenant_id, FakeClock()
        vault = Vault(database, KekRing.parse(KEK), self.clock)
        self.sources = Sources(database, vault, self.clock)
        self.feed = Feed(self.clock)
        self.provider = Provider()
        self.rejections = Rejections(database, self.feed, self.clock, keeps_bodies=keeps_bodies)
        self.reason: str | None = None
        self.tenants = 1
        publisher = Publisher(database, Routing(database), NoHandoff(), self.feed, clock=self.clock)
        self.receiver = Receiver(
            self.sources,
            Recording(Bindings(database, publisher), publisher, clock=self.clock),
            clock=self.clock,
            settings=ReceiverSettings(BASE, b"hops", **rules),
            ways=Ways(
                keys=KeyServers(self.provider, self.clock),
                client=self.provider,
                rejections=self.rejections,
                take_secret=self.sources.take_secret,
                closed=lambda: self.reason,
                is_shared=lambda: self.tenants > 1,
            ),
        )

    @classmethod
    async def open(cls, database: Database, **rules: Any) -> Gateway:
        """On this database, after its first start; `rules` are members of ReceiverSettings, and `keeps_bodies`."""
        return cls(database, await first_tenant(database), **rules)

    async def source(self, **members: Any) -> KeptSource:
        """A new source; `none` unless told otherwise."""
        usual = {} if "provider" in members else {"auth_type": "none"}
        wish = SourceWish(**{"name": new_id(0), **usual, **members})  # type: ignore[typeddict-item]
        return await self.sources.create(self.tenant_id, wish)

    async def takes(
        self,
        path: str,
        body: bytes = b"{}",
        headers: Headers | None = None,
        *,
        method: str = "POST",
        query: str = "",
        peer: str = STRANGER,
    ) -> Answer:
        """One request, as the protocol brings it in."""
        head = Head(method, path, query, headers or [], peer, self.clock.monotonic())
        admission = self.receiver.admit(head)
        if admission.answer is not None:
            return admission.answer
        if len(body) > admission.max_body_bytes:
            return self.receiver.too_large(admission)
        return await self.receiver.receive(admission, body)

    async def takes_signed(
        self, kept: KeptSource, body: bytes, headers: Headers | None = None, *, secret: bytes | None = None
    ) -> Answer:
        """One request signed as the source's provider signs; under the source's own secret unless told otherwise."""
        source = self.sources.by_path(kept.source.path)
        assert source is not None
        key = source.secrets[0].value if secret is None else secret
        url = f"{BASE}{PREFIX}{source.path}"
        bare = InboundRequest("POST", PREFIX + source.path, url, "", headers or [], body)
        signed = sign_request(source.preset.record, bare, secret=key, now_ms=self.clock.now_ms())
        return await self.takes(source.path, signed.body, list(signed.headers), query=signed.query)

    async def rows(self, table: Table) -> list[dict[str, Any]]:
        """Everything in a table, in the order of its first column."""

        def query(connection: Connection) -> Sequence[dict[str, Any]]:
            found = connection.execute(select(table).order_by(*list(table.c)[:1])).mappings()
            return [dict(row) for row in found]

        return list(await self.database.read(query))

    async def refused(self) -> list[dict[str, Any]]:
        """What the log of refused requests holds now, oldest first."""
        await self.rejections.flush()
        return await self.rows(rejected_requests)

    async def causes(self) -> list[str]:
        """The causes in the log, oldest first."""
        return [row["cause"] for row in await self.refused()]


def said(answer: Answer) -> Any:
    """The body as JSON."""
    return msgspec.json.decode(answer.body)
