"""The dashboard's sessions (security.md §9.3): 256 random bits in a cookie, only their hash in the database."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from hookspan.access.roles import Caller, scopes_of
from hookspan.ports import Clock
from hookspan.storage.database import Database
from hookspan.storage.sessions import (
    SessionRow,
    session_delete,
    session_get,
    session_insert,
    session_touch,
    sessions_delete_of_user,
    sessions_prune,
)
from hookspan.storage.users import UserRow

IDLE_MS = 12 * 3_600_000
ABSOLUTE_MS = 7 * 24 * 3_600_000
TOUCH_MS = 60_000


@dataclass(frozen=True, slots=True)
class Started:
    """The cookie's value and when the session ends at the latest (epoch ms)."""

    token: str
    expires_at: int


class Sessions:
    """Start, recognise and end sessions."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def start(self, user: UserRow) -> Started:
        """A new session with a new id, whatever cookie came with the login."""
        token, now = secrets.token_urlsafe(32), self._clock.now_ms()
        ends = now + ABSOLUTE_MS
        await self._database.write(session_insert, SessionRow(_hash(token), user.tenant_id, user.id, now, now, ends))
        return Started(token, ends)

    async def caller(self, token: str) -> Caller | None:
        """Whose cookie this is, with the roles the user has now; None after 12 idle hours, 7 days, or logout."""
        found = await self._database.read(session_get, _hash(token))
        if found is None:
            return None
        row, roles = found
        now = self._clock.now_ms()
        if now >= row.expires_at or now - row.seen_at >= IDLE_MS:
            return None
        if now - row.seen_at >= TOUCH_MS:
            await self._database.write(session_touch, row.id_hash, now)
        actor = f"user:{row.user_id}"
        return Caller(row.tenant_id, actor, roles, scopes_of(roles), "session", row.id_hash, row.expires_at)

    async def end(self, caller: Caller) -> None:
        """Log out."""
        await self._database.write(session_delete, caller.credential)

    async def prune(self) -> int:
        """Forget sessions and denials that are over; how many sessions went. Called by the worker."""
        now = self._clock.now_ms()
        return await self._database.write(sessions_prune, now - IDLE_MS, now)

    async def end_all(self, tenant_id: str, user_id: str) -> None:
        """Log out everywhere."""
        await self._database.write(sessions_delete_of_user, tenant_id, user_id)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
