"""Log in and out as seed 001 has it; the dashboard asks for a cookie instead of a token (contracts A.1)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from hookspan.access.roles import seed_role
from hookspan.api.auth import CallerOf, cookie_name, is_plain_loopback
from hookspan.api.bodies import Answer, SeedBody
from hookspan.api.rooms import RoomsOf
from hookspan.api.trail import login_failed
from hookspan.errors import Unauthorized
from hookspan.inbound.enrich import client_address
from hookspan.model.times import instant
from hookspan.storage import audit
from hookspan.storage.users import UserRow

router = APIRouter(prefix="/api/auth", tags=["login"])


class Login(SeedBody):
    """Who, and the word that proves it."""

    username: str = Field(max_length=256)
    password: str = Field(max_length=1_024)


class LoggedInUser(Answer):
    """The person, with roles as `/api/auth` spells them."""

    id: str
    username: str
    roles: list[str]
    tenant_id: str


class LoggedIn(Answer):
    """`token` and `tokenType` are left out when a cookie was asked for; `expiresIn` is in seconds."""

    token: str | SkipJsonSchema[None] = None
    token_type: str | SkipJsonSchema[None] = None
    expires_in: int
    expires_at: str
    user: LoggedInUser


@router.post("/login", operation_id="login", response_model_exclude_none=True)
async def login(body: Login, request: Request, response: Response, rooms: RoomsOf, *, cookie: bool = False) -> LoggedIn:
    """Change a password for a token, or with `?cookie=true` for the dashboard's session."""
    peer = request.client.host if request.client else ""
    address = client_address(peer, request.headers.raw, rooms.settings.trusted_proxies)
    entry = audit.pending.get()
    try:
        user = await rooms.access.users.login(body.username, body.password, address=address)
    except Unauthorized:
        await login_failed(rooms, entry, body.username)
        raise
    if entry is not None:
        entry.tenant_id, entry.actor, entry.after = user.tenant_id, f"user:{user.id}", {"username": user.username}
    if not cookie:
        issued = rooms.access.tokens.issue(user.tenant_id, user.id, user.roles)
        return _answer(rooms, user, issued.expires_at, token=issued.token)
    session = await rooms.access.sessions.start(user)
    response.set_cookie(
        cookie_name(request.scope),
        session.token,
        max_age=(session.expires_at - rooms.clock.now_ms()) // 1000,
        secure=not is_plain_loopback(request.scope),
        httponly=True,
        samesite="lax",
    )
    return _answer(rooms, user, session.expires_at)


@router.post("/logout", status_code=204, operation_id="logout")
async def logout(request: Request, response: Response, rooms: RoomsOf, caller: CallerOf) -> None:
    """End the session, or deny the token until it would have ended; an API key is revoked elsewhere."""
    if caller.kind == "session":
        await rooms.access.sessions.end(caller)
        response.delete_cookie(cookie_name(request.scope), secure=not is_plain_loopback(request.scope), httponly=True)
    if caller.kind == "token":
        await rooms.access.tokens.deny(caller)


def _answer(rooms: RoomsOf, user: UserRow, expires_at: int, token: str | None = None) -> LoggedIn:
    return LoggedIn(
        token=token,
        token_type=None if token is None else "Bearer",
        expires_in=round((expires_at - rooms.clock.now_ms()) / 1000),
        expires_at=instant(expires_at),
        user=LoggedInUser(
            id=user.id,
            username=user.username,
            roles=[seed_role(role) for role in user.roles],
            tenant_id=user.tenant_id,
        ),
    )
