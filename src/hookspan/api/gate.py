"""The gate: what happens to a request before its route sees it.

Find the rule of the route (none: denied), the host, the caller, its rate, its scope, the origin of an unsafe request
that came with a cookie, the media type, the size, that JSON is JSON, and its idempotency key. Each refusal costs less
than the next check. What may change something then runs with its row of the audit log (api/trail.py).
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
from fastapi.routing import iter_route_contexts
from starlette._utils import get_route_path

from hookspan.access.roles import Caller
from hookspan.api import idempotency, problems, rates
from hookspan.api.auth import ANY, caller_of, header_of, host_of, is_loopback_peer
from hookspan.api.questions import check_query, check_texts, names_of
from hookspan.api.rooms import ApiSettings, Rooms
from hookspan.api.routes import Rule, rule_for
from hookspan.api.trail import Unrecorded, Witness, address_of, entry_of
from hookspan.api.workflow_bodies import YAML_TYPE
from hookspan.errors import (
    Forbidden,
    HookspanError,
    InvalidJson,
    RateLimited,
    TooLarge,
    Unauthorized,
    UnsupportedMedia,
)
from hookspan.inbound.floods import WINDOW_SECONDS, Floods
from hookspan.model.surrogates import mask_lone
from hookspan.model.yaml_reading import read_yaml
from hookspan.storage import audit
from hookspan.storage.idempotency import Claim
from hookspan.workflows.exported import YAML_BYTES

if TYPE_CHECKING:
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MANAGEMENT_BYTES = 1_048_576
BATCH_BYTES = 5 * 1_048_576
ENVELOPE_BYTES = 65_536
LINE_CHARACTERS = 8_192
SLOW_BYTES = 16_384
# What a route says that looks at a credential of its own kind.
_REFUSED = frozenset({401, 403, 404})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Bodies that are looked at as a whole before their route is.
_WHOLE = frozenset({"json", "definition"})
# A publisher's rate is bounded by what is in flight; its keys and its record are the events themselves.
_PUBLISH = frozenset({"/api/v1/events", "/api/v1/events/batch"})
_HOSTLESS = frozenset({"/livez", "/startupz", "/readyz", "/health", "/metrics", "/api/health"})


class Plain(Exception):
    """A refusal of HTTP itself, for which hookspan has no error class."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str]) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers


@dataclass(frozen=True, slots=True)
class Door:
    """A route as the gate sees it; `rule` None is denied, `action` is its operation id."""

    rule: Rule | None
    action: str


@dataclass(slots=True)
class Admitted:
    """A request that was let in, with its body read; `document` is the JSON of an ordinary one."""

    door: Door
    rule: Rule
    receive: Receive
    caller: Caller | None = None
    body: bytes = b""
    document: object = None


class Doors:
    """Which rule stands over a method and path; built once from the app's own routes."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._asked: dict[str, frozenset[str]] = {}
        self._exact: dict[str, dict[str, Door]] = {}
        self._patterns: dict[str, tuple[re.Pattern[str], dict[str, Door]]] = {}
        for route in iter_route_contexts(list(routes)):
            if not route.methods:
                continue
            path = route.path or ""
            if "GET" in route.methods:
                self._asked[path] = names_of(route.dependant)
            name = route.operation_id or route.name or path
            methods = {method: Door(rule_for(method, path), name) for method in route.methods}
            if "{" in path:
                self._patterns.setdefault(path, (route.path_regex, {}))[1].update(methods)
            else:
                self._exact.setdefault(path, {}).update(methods)

    def methods(self, path: str) -> dict[str, Door] | None:
        """What may be asked at `path`; None when nothing is there."""
        found = self._exact.get(path)
        if found is not None:
            return found
        merged: dict[str, Door] = {}
        for pattern, methods in self._patterns.values():
            if pattern.match(path):
                merged = {**methods, **merged}
        return merged or None

    def questions(self, path: str) -> frozenset[str] | None:
        """The query parameters that reading at `path` knows; None when nothing is read there."""
        found = self._asked.get(path)
        if found is None and path not in self._exact:
            found = next(
                (self._asked.get(at) for at, (pattern, _) in self._patterns.items() if pattern.match(path)), None
            )
        return found

    def door(self, method: str, path: str) -> tuple[Door, Rule]:
        """The route and its rule; Plain 404 and 405, Forbidden when the table does not know the route."""
        methods = self.methods(path)
        if methods is None:
            raise Plain(404, "there is nothing at this path", {})
        asked = "GET" if method == "HEAD" and "HEAD" not in methods else method
        if asked not in methods:
            offered = {*methods, "HEAD"} if "GET" in methods else set(methods)
            raise Plain(405, f"{method} is not offered here", {"Allow": ", ".join(sorted(offered))})
        door = methods[asked]
        if door.rule is None:
            raise Forbidden("Insufficient permissions")
        return door, door.rule


class Gate:
    """ASGI middleware around the routes."""

    def __init__(self, app: ASGIApp, *, doors: Doors, rooms: Rooms) -> None:
        self._app = app
        self._doors = doors
        self._rooms = rooms
        self._rates = rates.Rates(rooms)
        self._keys = idempotency.Keys(rooms)
        self._floods = Floods(clock=rooms.clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in, or answer with the problem."""
        if scope["type"] != "http":
            # A socket has no gate of its own: api/sockets.py checks all of this before the upgrade.
            await self._app(scope, receive, send)
            return
        send = _with_rates(scope, send)
        try:
            await self._enter(scope, receive, send)
        except HookspanError as error:
            await problems.answer(scope, problems.problem_of(error))(scope, receive, send)
        except Unrecorded as error:
            await problems.answer(scope, problems.problem_of(error.cause))(scope, receive, send)
        except Plain as refusal:
            problem = problems.plain_problem(refusal.status, refusal.detail, refusal.headers)
            await problems.answer(scope, problem)(scope, receive, send)

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> None:
        admitted = await self._admit(scope, receive)
        claim = await self._claim(scope, admitted)
        if isinstance(claim, idempotency.Answer):
            await idempotency.send_again(claim, send)
            return
        if scope["method"] == "HEAD":
            scope, send = {**scope, "method": "GET"}, _headers_only(send)

        async def work(send: Send) -> None:
            await self._run(scope, admitted, send)

        await (work(send) if claim is None else self._keys.run(claim, work, send))
        if admitted.rule.scope == "own" and scope["state"].get("status") in _REFUSED:
            self._floods.refused(address_of(scope, self._rooms))
        own = rates.OF_SCOPE.get(admitted.rule.scope)
        if scope["state"].get("status") == 429 and own is not None and admitted.caller:
            await self._rates.tell(admitted.caller, own, get_route_path(scope))

    async def _claim(self, scope: Scope, admitted: Admitted) -> Claim | idempotency.Answer | None:
        if admitted.caller is None or not idempotency.wants_key(scope["method"], get_route_path(scope)):
            return None
        return await self._keys.claim(scope, admitted.caller, action=admitted.door.action, body=admitted.body)

    async def _run(self, scope: Scope, admitted: Admitted, send: Send) -> None:
        """The route itself, with its row of the audit log waiting for the first unit that it writes."""
        if not admitted.rule.audited:
            await self._app(scope, admitted.receive, send)
            return
        entry = entry_of(scope, self._rooms, admitted.caller, action=admitted.door.action, document=admitted.document)
        token = audit.pending.set(entry)
        try:
            await self._app(scope, admitted.receive, Witness(self._rooms, entry).watching(send))
        finally:
            entry.state = "closed"
            audit.pending.reset(token)

    async def _admit(self, scope: Scope, receive: Receive) -> Admitted:
        path, settings = get_route_path(scope), self._rooms.settings
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LINE_CHARACTERS:
            raise Plain(414, "the request line is over 8 KiB", {})
        door, rule = self._doors.door(scope["method"], path)
        admitted = Admitted(door, rule, receive)
        if rule.body != "raw" and path not in _HOSTLESS:
            _check_host(scope, settings)
        if rule.scope == "own":
            self._check_flood(scope)
        if rule.scope not in ("public", "own"):
            admitted.caller = await self._known(scope)
            await self._spend(scope, admitted.caller, rule)
            _check_caller(scope, admitted.caller, rule, settings)
            scope.setdefault("state", {})["caller"] = admitted.caller
        if scope["query_string"] and rule.body != "raw":
            is_list = scope["method"] in _SAFE and path.startswith("/api/v1/")
            check_query(scope["query_string"], path, self._doors.questions(path) if is_list else None)
        if scope["method"] not in _SAFE and rule.body != "raw":
            await _admit_body(scope, admitted, settings)
        return admitted

    def _check_flood(self, scope: Scope) -> str:
        """The address; a stranger who has offered too many wrong credentials is not even looked at (S11)."""
        address = address_of(scope, self._rooms)
        if self._floods.is_flooding(address):
            raise RateLimited("too many refused requests; come back later", retry_after_s=round(WINDOW_SECONDS))
        return address

    async def _known(self, scope: Scope) -> Caller:
        address = self._check_flood(scope)
        caller = await caller_of(scope, self._rooms)
        if caller is None:
            self._floods.refused(address)
            raise Unauthorized("Authentication required")
        return caller

    async def _spend(self, scope: Scope, caller: Caller, rule: Rule) -> None:
        path = get_route_path(scope)
        is_exempt = path in _PUBLISH or (self._rooms.settings.dev and is_loopback_peer(scope))
        if is_exempt and rule.scope != "secrets:reveal":
            return
        spent = self._rates.spend(caller, rule)
        scope.setdefault("state", {})["rates"] = rates.header_fields(spent)
        if spent[-1].retry_after_s is not None:
            await self._rates.tell(caller, spent[-1].policy, path)
        rates.check(spent)


def _check_host(scope: Scope, settings: ApiSettings) -> None:
    """DNS rebinding: a page elsewhere may point its name at us, but not forge the Host it sends (S26)."""
    if settings.base_url is not None and host_of(scope) != urlsplit(settings.base_url).hostname:
        raise Plain(421, "this instance answers only under the host of its base URL", {})


def _check_caller(scope: Scope, caller: Caller, rule: Rule, settings: ApiSettings) -> None:
    if rule.scope != ANY and not caller.may(rule.scope):
        raise Forbidden("Insufficient permissions")
    if caller.kind == "session" and scope["method"] not in _SAFE and not is_same_origin(scope, settings):
        raise Forbidden("the request does not come from this dashboard")


def is_same_origin(scope: Scope, settings: ApiSettings) -> bool:
    """Whether a browser vouches that our own page sent this: `Sec-Fetch-Site`, else an exact `Origin` (§12)."""
    site = header_of(scope, b"sec-fetch-site")
    return site == "same-origin" if site else header_of(scope, b"origin") == own_origin(scope, settings)


def own_origin(scope: Scope, settings: ApiSettings) -> str:
    """The origin of our own pages, as a browser writes it."""
    if settings.base_url is None:
        return f"{scope['scheme']}://{header_of(scope, b'host')}"
    parts = urlsplit(settings.base_url)
    return f"{parts.scheme}://{parts.netloc}"


def is_foreign(scope: Scope, settings: ApiSettings) -> bool:
    """Whether a browser says that another site's page sent this; a plain client says nothing."""
    told = header_of(scope, b"sec-fetch-site") or header_of(scope, b"origin")
    return bool(told) and not is_same_origin(scope, settings)


def _limit(rule: Rule, settings: ApiSettings) -> int:
    if rule.body == "batch":
        return BATCH_BYTES
    return MANAGEMENT_BYTES if rule.body in _WHOLE else settings.payload_bytes + ENVELOPE_BYTES


async def _admit_body(scope: Scope, admitted: Admitted, settings: ApiSettings) -> None:
    """Read the body within its limit and hand it on whole; the route then never waits for the wire."""
    headers = dict(scope["headers"])
    limit, receive = _limit(admitted.rule, settings), admitted.receive
    if int(headers.get(b"content-length") or 0) > limit:
        raise TooLarge(f"the body is over {limit} bytes")
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise UnsupportedMedia("send the body without Content-Encoding")
    admitted.body = await _read(receive, limit)
    if admitted.body:
        content_type = headers.get(b"content-type", b"").decode("latin-1")
        told = (content_type, admitted.body, admitted.rule)
        # YAML may take a good part of a second, and others are to be served meanwhile.
        is_slow = admitted.rule.body == "definition" and len(admitted.body) > SLOW_BYTES
        admitted.document = await asyncio.to_thread(_checked, *told) if is_slow else _checked(*told)
    admitted.receive = _replay(admitted.body, receive)


async def _read(receive: Receive, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Plain(400, "the request ended before its body", {})
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            raise TooLarge(f"the body is over {limit} bytes")
        if not message.get("more_body"):
            return b"".join(parts)


def _checked(content_type: str, body: bytes, rule: Rule) -> object:
    """The document of an ordinary body; None for one that carries a payload."""
    media = content_type.partition(";")[0].strip().lower()
    if media == "application/json" or (media.startswith("application/") and media.endswith("+json")):
        try:
            document = _decoded(body, is_whole=rule.body in _WHOLE)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InvalidJson(f"the body is not JSON: {error}") from error
        if rule.body in _WHOLE:
            check_texts(body, document)
            return document
    elif rule.body == "definition" and media == YAML_TYPE:
        return read_yaml(body, most_bytes=YAML_BYTES).value
    elif rule.body != "media":
        raise UnsupportedMedia("send Content-Type: application/json")
    return None


def _decoded(body: bytes, *, is_whole: bool) -> object:
    """Strict JSON; `is_whole` gives lone surrogates back, else they are left for the route to judge."""
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        masked = mask_lone(body)
        if masked is None:
            raise
        document = msgspec.json.decode(masked.text)
        # A number of any length is read as text: it is not what will be refused.
        return json.loads(body, parse_int=str) if is_whole else document


def _replay(body: bytes, receive: Receive) -> Receive:
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _with_rates(scope: Scope, send: Send) -> Send:
    """The way out, with what the buckets said of this request; the status is noted as it passes."""

    async def with_rates(message: Message) -> None:
        fields = scope.get("state", {}).get("rates")
        if message["type"] == "http.response.start":
            scope.setdefault("state", {})["status"] = message["status"]
            message = {**message, "headers": [*message.get("headers", ()), *(fields or ())]}
        await send(message)

    return with_rates


def _headers_only(send: Send) -> Send:
    async def without_body(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return without_body
