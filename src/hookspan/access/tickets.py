"""Tickets for the live feed: 30 seconds, once, in every process (security.md §12, S27); and callers asked again.

A browser cannot send a header with a WebSocket, and a long-lived token in a URL ends up in logs. A ticket names the
credential it was made with and is signed under a key of its own, so it is no credential anywhere else; the first who
shows it burns it in the database.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import replace

import msgspec

from hookspan.access.keys import effective_scopes
from hookspan.access.roles import Caller, Kind, scopes_of
from hookspan.access.sessions import IDLE_MS
from hookspan.access.tokens import LEEWAY_SECONDS, Issued
from hookspan.model import base64url
from hookspan.ports import Clock
from hookspan.storage.api_keys import api_key_get
from hookspan.storage.database import Database
from hookspan.storage.sessions import session_get, ticket_burn, token_is_denied
from hookspan.storage.users import user_get

LIFE_MS = 30_000
TICKET_CHARACTERS = 4_096
_KEPT_MS = 60_000
"""How long a burnt ticket is remembered after its end, so that a slow clock elsewhere does not revive it."""


class _Ticket(msgspec.Struct, frozen=True):
    id: str
    ends_at: int
    tenant_id: str
    actor: str
    roles: tuple[str, ...]
    scopes: tuple[str, ...]
    kind: Kind
    credential: str
    expires_at: int | None
    name: str | None


class Tickets:
    """Issue and take tickets; `again` asks a caller's credential what it is worth by now."""

    def __init__(self, database: Database, clock: Clock, secret: bytes) -> None:
        self._database = database
        self._clock = clock
        self._secret = hmac.digest(secret, b"tickets", "sha256")

    def issue(self, caller: Caller) -> Issued:
        """A ticket that speaks for this caller once."""
        ends_at = self._clock.now_ms() + LIFE_MS
        ticket = _Ticket(
            id=f"ticket:{secrets.token_hex(16)}",
            ends_at=ends_at,
            tenant_id=caller.tenant_id,
            actor=caller.actor,
            roles=caller.roles,
            scopes=tuple(sorted(caller.scopes)),
            kind=caller.kind,
            credential=caller.credential,
            expires_at=caller.expires_at,
            name=caller.name,
        )
        body = msgspec.json.encode(ticket)
        seal = hmac.digest(self._secret, body, "sha256")
        return Issued(f"{base64url.written(body)}.{base64url.written(seal)}", ends_at)

    async def redeem(self, text: str) -> Caller | None:
        """Who made this ticket; None when it is forged, over, used, or its credential is not good any more."""
        ticket = self._read(text)
        if ticket is None or self._clock.now_ms() >= ticket.ends_at:
            return None
        if not await self._database.write(ticket_burn, ticket.id, ticket.ends_at + _KEPT_MS):
            return None
        return await self.again(
            Caller(
                ticket.tenant_id,
                ticket.actor,
                ticket.roles,
                frozenset(ticket.scopes),
                ticket.kind,
                ticket.credential,
                ticket.expires_at,
                ticket.name,
            )
        )

    async def again(self, caller: Caller) -> Caller | None:
        """The caller with the rights it has now; None when its credential ended, was revoked or lost its owner."""
        if caller.kind == "key":
            return await self._key(caller)
        return await (self._session(caller) if caller.kind == "session" else self._token(caller))

    def _read(self, text: str) -> _Ticket | None:
        body, _, seal = text.partition(".")
        if len(text) > TICKET_CHARACTERS or not text.isascii():
            return None
        try:
            told, sealed = base64url.read(body), base64url.read(seal)
        except ValueError:
            return None
        if not hmac.compare_digest(hmac.digest(self._secret, told, "sha256"), sealed):
            return None
        return msgspec.json.decode(told, type=_Ticket)

    async def _key(self, caller: Caller) -> Caller | None:
        row = await self._database.read(api_key_get, caller.tenant_id, caller.credential)
        if row is None or (row.expires_at is not None and row.expires_at <= self._clock.now_ms()):
            return None
        roles = (row.role,) if row.role else ()
        scopes = effective_scopes(row.scopes, row.role)
        return replace(caller, roles=roles, scopes=scopes, expires_at=row.expires_at, name=row.name)

    async def _session(self, caller: Caller) -> Caller | None:
        # Listening is no use of a session: twelve hours without a request end it, however many tabs are open.
        found, now = await self._database.read(session_get, caller.credential), self._clock.now_ms()
        if found is None or now >= found[0].expires_at or now - found[0].seen_at >= IDLE_MS:
            return None
        return replace(caller, roles=found[1], scopes=scopes_of(found[1]))

    async def _token(self, caller: Caller) -> Caller | None:
        now = self._clock.now_ms()
        if caller.expires_at is not None and now >= caller.expires_at + LEEWAY_SECONDS * 1_000:
            return None
        if await self._database.read(token_is_denied, caller.credential):
            return None
        user = await self._database.read(user_get, caller.tenant_id, caller.actor.partition(":")[2])
        if user is None:
            return None
        roles = tuple(role for role in caller.roles if role in user.roles)
        return replace(caller, roles=roles, scopes=scopes_of(roles))
