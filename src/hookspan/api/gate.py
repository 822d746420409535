"""The gate: what happens to a request before its route sees it.

Find the rule of the route (none: denied), the host, the caller, its scope, the origin of an unsafe request that came
with a cookie, the media type, the size, and that JSON is JSON. Each refusal costs less than the next check.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
from fastapi.routing import iter_route_contexts
from starlette._utils import get_route_path

from hookspan.access.roles import Caller
from hookspan.api import problems
from hookspan.api.auth import ANY, caller_of, header_of, host_of
from hookspan.api.questions import check_query, check_texts, names_of
from hookspan.api.rooms import ApiSettings, Rooms
from hookspan.api.routes import Rule, rule_for
from hookspan.errors import Forbidden, HookspanError, InvalidJson, TooLarge, Unauthorized, UnsupportedMedia
from hookspan.model.surrogates import mask_lone

if TYPE_CHECKING:
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MANAGEMENT_BYTES = 1_048_576
BATCH_BYTES = 5 * 1_048_576
ENVELOPE_BYTES = 65_536
LINE_CHARACTERS = 8_192
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_HOSTLESS = frozenset({"/livez", "/startupz", "/readyz", "/health", "/metrics", "/api/health"})


class Plain(Exception):
    """A refusal of HTTP itself, for which hookspan has no error class."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str]) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers


class Doors:
    """Which rule stands over a method and path; built once from the app's own routes."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._asked: dict[str, frozenset[str]] = {}
        self._exact: dict[str, dict[str, Rule | None]] = {}
        self._patterns: dict[str, tuple[re.Pattern[str], dict[str, Rule | None]]] = {}
        for route in iter_route_contexts(list(routes)):
            path = route.path or ""
            if "GET" in (route.methods or ()):
                self._asked[path] = names_of(route.dependant)
            methods = {method: rule_for(method, path) for method in route.methods or ()}
            if "{" in path:
                self._patterns.setdefault(path, (route.path_regex, {}))[1].update(methods)
            else:
                self._exact.setdefault(path, {}).update(methods)

    def methods(self, path: str) -> dict[str, Rule | None] | None:
        """What may be asked at `path`; None when nothing is there."""
        found = self._exact.get(path)
        if found is not None:
            return found
        merged: dict[str, Rule | None] = {}
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

    def rule(self, method: str, path: str) -> Rule:
        """The rule of the route; Plain 404 and 405, Forbidden when the table does not know the route."""
        methods = self.methods(path)
        if methods is None:
            raise Plain(404, "there is nothing at this path", {})
        asked = "GET" if method == "HEAD" and "HEAD" not in methods else method
        if asked not in methods:
            offered = {*methods, "HEAD"} if "GET" in methods else set(methods)
            raise Plain(405, f"{method} is not offered here", {"Allow": ", ".join(sorted(offered))})
        rule = methods[asked]
        if rule is None:
            raise Forbidden("Insufficient permissions")
        return rule


class Gate:
    """ASGI middleware around the routes."""

    def __init__(self, app: ASGIApp, *, doors: Doors, rooms: Rooms) -> None:
        self._app = app
        self._doors = doors
        self._rooms = rooms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in, or answer with the problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            receive = await self._admit(scope, receive)
        except HookspanError as error:
            await problems.answer(scope, problems.problem_of(error))(scope, receive, send)
            return
        except Plain as refusal:
            problem = problems.plain_problem(refusal.status, refusal.detail, refusal.headers)
            await problems.answer(scope, problem)(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope, send = {**scope, "method": "GET"}, _headers_only(send)
        await self._app(scope, receive, send)

    async def _admit(self, scope: Scope, receive: Receive) -> Receive:
        path, settings = get_route_path(scope), self._rooms.settings
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LINE_CHARACTERS:
            raise Plain(414, "the request line is over 8 KiB", {})
        rule = self._doors.rule(scope["method"], path)
        if rule.body != "raw" and path not in _HOSTLESS:
            _check_host(scope, settings)
        if rule.scope not in ("public", "own"):
            caller = await caller_of(scope, self._rooms)
            _check_caller(scope, caller, rule, settings)
            scope.setdefault("state", {})["caller"] = caller
        if scope["query_string"] and rule.body != "raw":
            is_list = scope["method"] in _SAFE and path.startswith("/api/v1/")
            check_query(scope["query_string"], path, self._doors.questions(path) if is_list else None)
        if scope["method"] in _SAFE or rule.body == "raw":
            return receive
        return await _admit_body(scope, receive, rule, settings)


def _check_host(scope: Scope, settings: ApiSettings) -> None:
    """DNS rebinding: a page elsewhere may point its name at us, but not forge the Host it sends (S26)."""
    if settings.base_url is not None and host_of(scope) != urlsplit(settings.base_url).hostname:
        raise Plain(421, "this instance answers only under the host of its base URL", {})


def _check_caller(scope: Scope, caller: Caller | None, rule: Rule, settings: ApiSettings) -> None:
    if caller is None:
        raise Unauthorized("Authentication required")
    if rule.scope != ANY and not caller.may(rule.scope):
        raise Forbidden("Insufficient permissions")
    if caller.kind == "session" and scope["method"] not in _SAFE and not is_same_origin(scope, settings):
        raise Forbidden("the request does not come from this dashboard")


def is_same_origin(scope: Scope, settings: ApiSettings) -> bool:
    """Whether a browser vouches that our own page sent this: `Sec-Fetch-Site`, else an exact `Origin` (§12)."""
    site = header_of(scope, b"sec-fetch-site")
    if site:
        return site == "same-origin"
    if settings.base_url is None:
        return header_of(scope, b"origin") == f"{scope['scheme']}://{header_of(scope, b'host')}"
    parts = urlsplit(settings.base_url)
    return header_of(scope, b"origin") == f"{parts.scheme}://{parts.netloc}"


def is_foreign(scope: Scope, settings: ApiSettings) -> bool:
    """Whether a browser says that another site's page sent this; a plain client says nothing."""
    told = header_of(scope, b"sec-fetch-site") or header_of(scope, b"origin")
    return bool(told) and not is_same_origin(scope, settings)


def _limit(rule: Rule, settings: ApiSettings) -> int:
    if rule.body == "batch":
        return BATCH_BYTES
    return MANAGEMENT_BYTES if rule.body == "json" else settings.payload_bytes + ENVELOPE_BYTES


async def _admit_body(scope: Scope, receive: Receive, rule: Rule, settings: ApiSettings) -> Receive:
    """Read the body within its limit and hand it on whole; the route then never waits for the wire."""
    headers = dict(scope["headers"])
    limit = _limit(rule, settings)
    if int(headers.get(b"content-length") or 0) > limit:
        raise TooLarge(f"the body is over {limit} bytes")
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise UnsupportedMedia("send the body without Content-Encoding")
    body = await _read(receive, limit)
    if body:
        _check_media(headers.get(b"content-type", b"").decode("latin-1"), body, rule)
    return _replay(body, receive)


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


def _check_media(content_type: str, body: bytes, rule: Rule) -> None:
    media = content_type.partition(";")[0].strip().lower()
    if media == "application/json" or (media.startswith("application/") and media.endswith("+json")):
        try:
            document = _decoded(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InvalidJson(f"the body is not JSON: {error}") from error
        if rule.body == "json":
            check_texts(body, document)
    elif rule.body != "media":
        raise UnsupportedMedia("send Content-Type: application/json")


def _decoded(body: bytes) -> object:
    """Strict JSON; lone surrogates are left for the route to judge."""
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        masked = mask_lone(body)
        if masked is None:
            raise
        return msgspec.json.decode(masked.text)


def _replay(body: bytes, receive: Receive) -> Receive:
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _headers_only(send: Send) -> Send:
    async def without_body(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return without_body
