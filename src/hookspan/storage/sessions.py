"""Sessions of the dashboard, found by the hash of their cookie, and tokens denied before their end."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, select

from hookspan.storage.tables import denied_tokens, sessions, tenants, users


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as stored; `expires_at` is its absolute end, `seen_at` moves with use."""

    id_hash: str
    tenant_id: str
    user_id: str
    created_at: int
    seen_at: int
    expires_at: int


def session_insert(connection: Connection, row: SessionRow) -> None:
    """Store a session."""
    connection.execute(
        sessions.insert().values(
            id_hash=row.id_hash,
            tenant_id=row.tenant_id,
            user_id=row.user_id,
            created_at=row.created_at,
            seen_at=row.seen_at,
            expires_at=row.expires_at,
        )
    )


def session_get(connection: Connection, id_hash: str) -> tuple[SessionRow, tuple[str, ...]] | None:
    """The session and the roles its user has now; None when either is gone, disabled or suspended."""
    query = (
        select(
            sessions.c.id_hash,
            sessions.c.tenant_id,
            sessions.c.user_id,
            sessions.c.created_at,
            sessions.c.seen_at,
            sessions.c.expires_at,
            users.c.roles,
        )
        .join(users, (users.c.id == sessions.c.user_id) & (users.c.tenant_id == sessions.c.tenant_id))
        .join(tenants, tenants.c.id == sessions.c.tenant_id)
        .where(sessions.c.id_hash == id_hash, users.c.disabled.is_(False), tenants.c.status == "active")
    )
    found = connection.execute(query).first()
    return None if found is None else (SessionRow(*found[:6]), tuple(json.loads(found[6])))


def session_touch(connection: Connection, id_hash: str, seen_at: int) -> None:
    """Say when the session was last used."""
    connection.execute(sessions.update().where(sessions.c.id_hash == id_hash).values(seen_at=seen_at))


def session_delete(connection: Connection, id_hash: str) -> None:
    """End a session."""
    connection.execute(sessions.delete().where(sessions.c.id_hash == id_hash))


def sessions_delete_of_user(connection: Connection, tenant_id: str, user_id: str) -> None:
    """End every session of a user: logout everywhere, password or role change."""
    connection.execute(sessions.delete().where(sessions.c.tenant_id == tenant_id, sessions.c.user_id == user_id))


def sessions_prune(connection: Connection, idle_since: int, now: int) -> int:
    """Drop sessions over their idle or absolute end, and denials of tokens that have ended; how many sessions went."""
    connection.execute(denied_tokens.delete().where(denied_tokens.c.expires_at < now))
    gone = sessions.delete().where((sessions.c.seen_at <= idle_since) | (sessions.c.expires_at <= now))
    return connection.execute(gone).rowcount


def token_deny(connection: Connection, jti: str, expires_at: int) -> None:
    """Refuse this token from now on; kept until it would have ended by itself."""
    if not token_is_denied(connection, jti):
        connection.execute(denied_tokens.insert().values(jti=jti, expires_at=expires_at))


def token_is_denied(connection: Connection, jti: str) -> bool:
    """Whether the token was revoked."""
    return connection.execute(select(denied_tokens.c.jti).where(denied_tokens.c.jti == jti)).first() is not None


def ticket_burn(connection: Connection, ticket_id: str, expires_at: int) -> bool:
    """Use a ticket up; False when somebody did so before."""
    if token_is_denied(connection, ticket_id):
        return False
    connection.execute(denied_tokens.insert().values(jti=ticket_id, expires_at=expires_at))
    return True
