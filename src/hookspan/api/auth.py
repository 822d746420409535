"""How a route gets its caller: `caller: Annotated[Caller, may("endpoints:write")]`.

The gate has authenticated already and has checked the scope of the route table; a route names its scope again, so that
neither a missing row nor a missing word opens it alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request

from hookspan.access.roles import Caller
from hookspan.errors import Forbidden, Unauthorized

if TYPE_CHECKING:
    from starlette.types import Scope

    from hookspan.api.rooms import Rooms

ANY = "any"
TICKET_PATHS = frozenset({"/api/v1/stream"})
"""Where a ticket is a credential; sockets read theirs before there is a gate."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Allowed:
    """A dependency that gives the caller when it holds `scope`; `any` asks for a valid credential only."""

    scope: str

    def __call__(self, request: Request) -> Caller:
        """The caller; Unauthorized without one, Forbidden without the scope."""
        caller = request.scope.get("state", {}).get("caller")
        if not isinstance(caller, Caller):
            raise Unauthorized("Authentication required")
        if self.scope != ANY and not caller.may(self.scope):
            raise Forbidden("Insufficient permissions")
        return caller


def may(scope: str) -> Any:
    """The dependency for `Annotated[Caller, may(scope)]`."""
    return Depends(Allowed(scope))


CallerOf = Annotated[Caller, may(ANY)]


def host_of(scope: Scope) -> str:
    """The host name of the Host header, lower-case, without port and brackets."""
    return (urlsplit(f"//{header_of(scope, b'host')}").hostname or "").lower()


def is_plain_loopback(scope: Scope) -> bool:
    """A browser on this machine without TLS: the one place where the cookie may go without `Secure`."""
    return scope.get("scheme") == "http" and host_of(scope) in _LOOPBACK


def is_loopback_peer(scope: Scope) -> bool:
    """Whether the request was sent from this machine, and not by a proxy on behalf of another."""
    client = scope.get("client")
    return client is not None and client[0] in _LOOPBACK and not header_of(scope, b"x-forwarded-for")


def cookie_name(scope: Scope) -> str:
    """Under which name the session cookie travels here."""
    return "hookspan" if is_plain_loopback(scope) else "__Host-hookspan"


def bearer_of(scope: Scope) -> str | None:
    """The token of `Authorization: Bearer`, `""` for any other scheme, None without the header."""
    value = header_of(scope, b"authorization")
    if not value:
        return None
    scheme, _, token = value.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def cookie_of(scope: Scope) -> str | None:
    """The session cookie's value."""
    wanted = cookie_name(scope)
    for part in header_of(scope, b"cookie").split(";"):
        name, _, value = part.strip().partition("=")
        if name == wanted:
            return value
    return None


def ticket_of(scope: Scope) -> str | None:
    """The ticket in the query, `""` for an empty one, None without."""
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return next((value for name, value in pairs if name == "ticket"), None)


async def caller_of(scope: Scope, rooms: Rooms) -> Caller | None:
    """Who sent this: by API key, JWT, ticket or cookie; a bad one is never forgiven by a good one of a later kind."""
    token = bearer_of(scope)
    if token is None and scope["path"] in TICKET_PATHS and (ticket := ticket_of(scope)) is not None:
        return await rooms.access.tickets.redeem(ticket)
    if token is None:
        cookie = cookie_of(scope)
        return await rooms.access.sessions.caller(cookie) if cookie else None
    if token.startswith("hsk_"):
        return rooms.access.keys.caller(token) or await rooms.access.keys.find(token)
    return await rooms.access.tokens.caller(token)


def header_of(scope: Scope, name: bytes) -> str:
    """The first field of that lower-case name, empty when there is none."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value).decode("latin-1")
    return ""
