"""What the audit log says of a request: who, from where, which operation on what, and the harmless part of the body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette._utils import get_route_path

from hookspan.api.auth import header_of
from hookspan.errors import HookspanError
from hookspan.inbound.enrich import client_address
from hookspan.model.ids import new_id
from hookspan.model.redact import MASK, masked_path
from hookspan.model.urls import redact_url
from hookspan.storage.audit import Entry, nothing
from hookspan.storage.instance import instance_tenant
from hookspan.storage.users import user_by_name

if TYPE_CHECKING:
    from starlette.types import Message, Scope, Send

    from hookspan.access.roles import Caller
    from hookspan.api.rooms import Rooms

ANYONE = "anonymous"
TEXT_MOST = 256
LIST_MOST = 32
# Told as sent; every other member is told as changed, because it may hold a secret or a payload.
_HARMLESS_WORDS = """
active archived authType compatibility concurrency days description enabled endpointIds eventIds events
expiresAt force held ids level maxInFlight method name ordering overlapMs path priority profile provider
rateLimit retentionDays retry role scopes slaMs status stepId timeoutMs ttlMs type unsafeNumbers username version
weight which workflowId
"""
_HARMLESS = frozenset(_HARMLESS_WORDS.split())


class Unrecorded(Exception):
    """The audit log could not be written, so the answer must not go out."""

    def __init__(self, cause: HookspanError) -> None:
        super().__init__(cause.detail)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Witness:
    """Watches one audited request: where no unit carried the row, it is written before the answer goes out."""

    rooms: Rooms
    entry: Entry

    def watching(self, send: Send) -> Send:
        """The way out, behind the row."""

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] < 400 and self.entry.state == "open":
                    await self._record()
                self.entry.state = "closed"
            await send(message)

        return watched

    async def _record(self) -> None:
        try:
            await self.rooms.database.write(nothing)
        except HookspanError as error:
            raise Unrecorded(error) from error


def entry_of(scope: Scope, rooms: Rooms, caller: Caller | None, *, action: str, document: object) -> Entry:
    """The row of this request, before anything of it is done."""
    now = rooms.clock.now_ms()
    told = document if isinstance(document, Mapping) else {}
    reason = told.get("reason")
    return Entry(
        id=new_id(now),
        at=now,
        tenant_id=caller.tenant_id if caller else "",
        actor=caller.actor if caller else ANYONE,
        action=action[:100],
        resource=masked_path(get_route_path(scope))[:TEXT_MOST],
        ip=address_of(scope, rooms)[:64],
        user_agent=header_of(scope, b"user-agent")[:TEXT_MOST] or None,
        request_id=scope.get("state", {}).get("request_id"),
        after=harmless(told) or None,
        reason=reason[:TEXT_MOST] if isinstance(reason, str) else None,
    )


def address_of(scope: Scope, rooms: Rooms) -> str:
    """Whose request it is, through the proxies we believe."""
    client = scope.get("client")
    return client_address(client[0] if client else "", scope["headers"], rooms.settings.trusted_proxies)


def harmless(told: Mapping[str, object]) -> dict[str, object]:
    """The members of a body with their values where these can hold no secret and no payload, else masked."""
    shown: dict[str, object] = {}
    for name, value in list(told.items())[:LIST_MOST]:
        if name == "url" and isinstance(value, str):
            shown[name] = redact_url(value)[:TEXT_MOST]
        elif name != "reason":
            shown[str(name)[:64]] = _short(value) if name in _HARMLESS else MASK
    return shown


def _short(value: object) -> object:
    if isinstance(value, str):
        return value[:TEXT_MOST]
    if isinstance(value, list):
        return [_short(one) for one in value[:LIST_MOST] if not isinstance(one, list | Mapping)]
    if isinstance(value, Mapping):
        return {
            str(name)[:64]: _short(one) for name, one in list(value.items())[:LIST_MOST] if not isinstance(one, Mapping)
        }
    return value


async def login_failed(rooms: Rooms, entry: Entry | None, username: str) -> None:
    """Tell the tenant of the account; a name that nobody has is told to the first tenant, without the name."""
    if entry is None:
        return
    user = await rooms.database.read(user_by_name, username)
    tenant_id = user.tenant_id if user else await rooms.database.read(instance_tenant)
    entry.action, entry.tenant_id = "loginFailed", tenant_id or ""
    entry.actor = f"user:{user.id}" if user else ANYONE
    entry.after = {"username": user.username} if user else None
    await rooms.database.write(nothing)
