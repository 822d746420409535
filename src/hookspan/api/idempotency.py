"""`Idempotency-Key` on POSTs (contracts C.1): a repeat gets the first answer, and the work is done once.

claim ─► run ─► 2xx, 4xx: the answer is kept, sealed, for seven days
            └─► 401 403 409 429 5xx, or a fault: the key is free again
A process that dies in between frees the key after a minute, unless the work keeps the key in its own transaction (a
started execution does): then a repeat is told of what was made, and the route makes nothing anew.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import msgspec

from hookspan import observe
from hookspan.api.auth import header_of
from hookspan.api.publish import check_key
from hookspan.errors import HookspanError, InProgress
from hookspan.storage.idempotency import Claim, Kept, key_claim, key_free, key_keep

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import Message, Scope, Send

    from hookspan.access.roles import Caller
    from hookspan.api.rooms import Rooms

LEASE_MS = 60_000
_REPLAYED = (b"idempotency-replayed", b"true")
PREFIX = "/api/v1/"
HEADER = b"idempotency-key"
# These keep keys of their own, in the transaction of the event itself.
_PUBLISH = frozenset({"/api/v1/events", "/api/v1/events/batch"})
_FREED = frozenset({401, 403, 409, 429})
# What belongs to one answer alone is not kept with it.
_PASSING = frozenset({b"x-request-id", b"date", b"ratelimit", b"ratelimit-policy", b"content-length"})


class Answer(msgspec.Struct, frozen=True):
    """A stored answer; header fields as text, the body in base64."""

    status: int
    headers: list[tuple[str, str]]
    body: str


@dataclass(slots=True)
class _Heard:
    """An answer as it passes."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)

    def hear(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [(bytes(name), bytes(value)) for name, value in message.get("headers", ())]
        elif message["type"] == "http.response.body":
            self.parts.append(message.get("body", b""))


def wants_key(method: str, path: str) -> bool:
    """Whether a request to this path may carry a key that we keep."""
    return method == "POST" and path.startswith(PREFIX) and path not in _PUBLISH


class Keys:
    """The keys of one instance's POSTs."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def claim(self, scope: Scope, caller: Caller, *, action: str, body: bytes) -> Claim | Answer | None:
        """None without a key; the stored answer of a repeat; else the claim under which the request runs.

        Raises Invalid for a malformed key, Conflict `idempotency_mismatch` or `in_progress`.
        """
        key = header_of(scope, HEADER) or None
        if not any(name == HEADER for name, _ in scope["headers"]):
            return None
        check_key(key or "")
        now = self._rooms.clock.now_ms()
        place = f"{caller.tenant_id} {action}"[:160]
        claim = Claim(
            place,
            key or "",
            caller.tenant_id,
            _digest(scope, caller, body),
            now,
            now + LEASE_MS,
            now + self._rooms.settings.idempotency_ms,
        )
        kept = await self._rooms.database.write(key_claim, claim)
        if kept is None:
            return claim
        if kept.status is None and kept.made is not None:
            return replace(claim, now=kept.claimed_at, made=kept.made)
        if kept.status is None or kept.answer is None:
            raise InProgress("the first request with this key is still running")
        plain = self._rooms.vault.open(kept.answer, tenant_id=caller.tenant_id, context=_context(claim))
        return msgspec.json.decode(plain, type=Answer)

    async def run(self, claim: Claim, work: Callable[[Send], Awaitable[None]], send: Send) -> None:
        """Do the work and keep its answer, before the last of it goes out; free the key when nothing is to be kept."""
        heard, done = _Heard(), False

        async def listening(message: Message) -> None:
            nonlocal done
            heard.hear(message)
            if message["type"] == "http.response.start" and claim.made is not None:
                message = {**message, "headers": [*message.get("headers", ()), _REPLAYED]}
            if message["type"] == "http.response.body" and not message.get("more_body") and not done:
                done = True
                await self._end(claim, heard)
            await send(message)

        try:
            await work(listening)
        finally:
            if not done:
                await self._end(claim, _Heard())

    async def _end(self, claim: Claim, heard: _Heard) -> None:
        database = self._rooms.database
        try:
            if not 200 <= heard.status < 500 or heard.status in _FREED:
                await database.write(key_free, claim)
                return
            fields = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in heard.headers if n not in _PASSING]
            answer = Answer(heard.status, fields, base64.b64encode(b"".join(heard.parts)).decode())
            sealed = self._rooms.vault.seal(
                msgspec.json.encode(answer), tenant_id=claim.tenant_id, context=_context(claim)
            )
            await database.write(key_keep, claim, Kept(heard.status, sealed), claim.kept_until)
        except HookspanError as error:
            # The work is done and told; a key that could not be kept is free again when its lease ends.
            observe.warn("idempotency.unkept", error=error.detail)


async def send_again(answer: Answer, send: Send) -> None:
    """The first answer, marked as a repeat."""
    body = base64.b64decode(answer.body)
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    headers += [_REPLAYED]
    if answer.status != 204:
        headers += [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def claim_of(request: Request) -> Claim | None:
    """The key under which this request runs, for work that keeps it in its own transaction."""
    claim: Claim | None = request.scope.get("state", {}).get("claim")
    return claim


def _digest(scope: Scope, caller: Caller, body: bytes) -> bytes:
    """Who asks for what: an answer may hold a secret that only its first caller was shown."""
    parts = (caller.actor.encode(), scope["path"].encode("utf-8", "surrogatepass"), scope["query_string"], body)
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).digest()


def _context(claim: Claim) -> str:
    return f"idempotency_keys.{claim.scope} {claim.key}.answer"
