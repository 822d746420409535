"""The gate: what happens to a request before its route sees it.

Find the rule of the route (none: denied), the host, the caller, its rate, its scope, the origin of an unsafe request
that came with a cookie, the media type, the size, that JSON is JSON, and its idempotency key. Each refusal costs less
than the next check. What may change something then runs with its row of the audit log (api/trail.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi.routing import iter_route_contexts
from starlette._utils import get_route_path

from hookspan.access.roles import Caller
from hookspan.api import fieldsets, idempotency, problems, rates
from hookspan.api.auth import ANY, caller_of, header_of, host_of, is_loopback_peer
from hookspan.api.fieldsets import Shape
from hookspan.api.problems import Plain
from hookspan.api.questions import check_query, names_of
from hookspan.api.request_bodies import read_body, replay
from hookspan.api.rooms import ApiSettings, Rooms
from hookspan.api.routes import Rule, rule_for
from hookspan.api.trail import Unrecorded, Witness, address_of, entry_of
from hookspan.errors import (
    Forbidden,
    HookspanError,
    RateLimited,
    Unauthorized,
)
from hookspan.inbound.floods import WINDOW_SECONDS, Floods
from hookspan.storage import audit
from hookspan.storage.idempotency import Claim

if TYPE_CHECKING:
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LINE_CHARACTERS = 8_192
# What a route says that looks at a credential of its own kind.
_REFUSED = frozenset({401, 403, 404})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# A publisher's rate is bounded by what is in flight; its keys and its record are the events themselves.
_PUBLISH = frozenset({"/api/v1/events", "/api/v1/events/batch"})
_HOSTLESS = frozenset({"/livez", "/startupz", "/readyz", "/health", "/metrics", "/api/health"})


@dataclass(frozen=True, slots=True)
class Door:
    """A route as the gate sees it; `rule` None is denied, `action` its operation id, `shape` what a read shows."""

    rule: Rule | None
    action: str
    shape: Shape | None = None


@dataclass(slots=True)
class Admitted:
    """A request that was let in, with its body read; `document` is the JSON of an ordinary one."""

    door: Door
    rule: Rule
    receive: Receive
    caller: Caller | None = None
    body: bytes = b""
    document: object = None
    fields: frozenset[str] | None = None


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
            shape = fieldsets.shape_of(path, route.response_model) if "GET" in route.methods else None
            if "GET" in route.methods:
                self._asked[path] = names_of(route.dependant) | ({fieldsets.NAME} if shape else frozenset())
            name = route.operation_id or route.name or path
            methods = {method: Door(rule_for(method, path), name, shape) for method in route.methods}
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
        scope.setdefault("state", {})["claim"] = claim
        if scope["method"] == "HEAD":
            scope, send = {**scope, "method": "GET"}, _headers_only(send)

        if admitted.fields is not None and admitted.door.shape is not None:
            send = fieldsets.narrowing(send, admitted.door.shape, admitted.fields)

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
        claim: Claim | None = scope.get("state", {}).get("claim")
        is_repeat = claim is not None and claim.made is not None
        if is_repeat or not admitted.rule.audited:
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
            admitted.fields = fieldsets.chosen(scope["query_string"], door.shape)
        if scope["method"] not in _SAFE and rule.body != "raw":
            admitted.body, admitted.document = await read_body(scope, receive, rule, settings)
            admitted.receive = replay(admitted.body, receive)
            scope.setdefault("state", {})["document"] = admitted.document
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
