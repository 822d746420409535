"""Test inboxes: a sink of our own that keeps what it gets, so that nobody needs a stranger's to look at a webhook."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from hookspan.errors import NotFound
from hookspan.model.ids import canonical_id, new_id
from hookspan.model.redact import masked_query, stored_fields
from hookspan.ports import Clock
from hookspan.storage.database import Database
from hookspan.storage.inboxes import (
    InboxRow,
    Received,
    inbox_by_token,
    inbox_create,
    inbox_delete,
    inbox_get,
    inbox_received,
    inbox_take,
    inboxes_list,
    inboxes_prune,
)

INBOXES_MOST = 100
REQUESTS_KEPT = 100
BODY_BYTES = 1_048_576
KEPT_BYTES = 8 * BODY_BYTES
TOKEN_BYTES = 16
LIFE_MS = 24 * 3_600_000
LIFE_MS_LEAST = 60_000
LIFE_MS_MOST = 7 * 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it reached a sink, from the network or from within."""

    method: str
    query: str
    headers: Iterable[tuple[bytes, bytes]]
    body: bytes


class Inboxes:
    """The inboxes of every tenant; `prefix` is their address without the token."""

    def __init__(self, database: Database, clock: Clock, prefix: str) -> None:
        self._database = database
        self._clock = clock
        self.prefix = prefix

    async def create(self, tenant_id: str, *, status: int, life_ms: int) -> InboxRow:
        """A new inbox at an address nobody can guess."""
        now = self._clock.now_ms()
        token = secrets.token_urlsafe(TOKEN_BYTES)
        row = InboxRow(new_id(now), tenant_id, token, status, now, now + life_ms)
        return await self._database.write(inbox_create, row, most=INBOXES_MOST)

    async def all(self, tenant_id: str) -> list[InboxRow]:
        """Those of a tenant that have not expired, newest first."""
        return await self._database.read(inboxes_list, tenant_id, self._clock.now_ms())

    async def get(self, tenant_id: str, inbox_id: str) -> InboxRow:
        """One inbox, or NotFound."""
        identity = canonical_id(inbox_id)
        found = await self._database.read(inbox_get, tenant_id, identity, self._clock.now_ms())
        if found is None:
            raise NotFound("no such inbox")
        return found

    async def received(self, tenant_id: str, inbox_id: str) -> list[Received]:
        """What an inbox got, newest first."""
        inbox = await self.get(tenant_id, inbox_id)
        return await self._database.read(inbox_received, tenant_id, inbox.id)

    async def delete(self, tenant_id: str, inbox_id: str) -> None:
        """Forget an inbox with everything it got."""
        inbox = await self.get(tenant_id, inbox_id)
        await self._database.write(inbox_delete, tenant_id, inbox.id)

    async def take(self, token: str, sent: Sent) -> int | None:
        """Keep a request, secrets masked and the body cut at 1 MiB; the status to answer, None when nobody has it."""
        now = self._clock.now_ms()
        inbox = await self._database.read(inbox_by_token, token, now)
        if inbox is None:
            return None
        fields = stored_fields(sent.headers)
        received = Received(
            new_id(now), sent.method, masked_query(sent.query), fields, sent.body[:BODY_BYTES], created_at=now
        )
        await self._database.write(inbox_take, inbox, received, kept=REQUESTS_KEPT, kept_bytes=KEPT_BYTES)
        return inbox.status

    def address(self, inbox: InboxRow) -> str:
        """Where an inbox takes requests."""
        return f"{self.prefix}{inbox.token}"

    async def prune(self) -> int:
        """Forget what has expired; called by the worker."""
        return await self._database.write(inboxes_prune, self._clock.now_ms())
