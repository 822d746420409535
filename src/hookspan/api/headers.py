"""On every answer: request id, security headers (security.md §12), and the last resort for a fault of ours."""

from __future__ import annotations

import contextlib
import re
import traceback
from typing import TYPE_CHECKING
from uuid import uuid4

from starlette._utils import get_route_path

from hookspan import observe
from hookspan.api import problems
from hookspan.model.redact import masked_path

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_REQUEST_ID = re.compile(rb"^[A-Za-z0-9._-]{8,64}$")
_PERMISSIONS = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "midi=(), payment=(), usb=(), clipboard-write=(self)"
)
DASHBOARD_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_ALWAYS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", _PERMISSIONS.encode()),
)
_UNLESS_SET: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", _NOTHING.encode()),
    (b"cache-control", b"no-store"),
)
_BEGINNINGS = frozenset({"http.response.start", "websocket.http.response.start", "websocket.accept"})
_HSTS = (b"strict-transport-security", b"max-age=31536000")


def request_id_of(scope: Scope) -> bytes:
    """The caller's `X-Request-Id` when it is well formed, else a fresh one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.match(value):
            return bytes(value)
    return uuid4().hex.encode()


class Headers:
    """ASGI middleware, outermost: nothing leaves without it, and no exception passes it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stamp the answer; a fault before the first byte becomes a 500 without internals."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        request_id = request_id_of(scope)
        scope.setdefault("state", {})["request_id"] = request_id.decode()
        started = False

        async def stamped(message: Message) -> None:
            nonlocal started
            if message["type"] in _BEGINNINGS:
                started = True
                status = message.get("status", 101)
                observe.requests_total.labels(problems.door_of(get_route_path(scope)), status).inc()
                message = {**message, "headers": _stamp(list(message.get("headers", ())), scope, request_id)}
            await send(message)

        try:
            await self._app(scope, receive, stamped)
        except Exception as error:  # noqa: BLE001  # the HTTP boundary: whatever it is, the caller gets our 500
            _tell(scope, error)
            if not started:
                await problems.answer(scope, problems.INTERNAL)(scope, receive, stamped)
            elif scope["type"] == "websocket":
                with contextlib.suppress(RuntimeError):
                    await send({"type": "websocket.close", "code": 1011})


def _stamp(headers: list[tuple[bytes, bytes]], scope: Scope, request_id: bytes) -> list[tuple[bytes, bytes]]:
    present = {name.lower() for name, _ in headers}
    headers += [(b"x-request-id", request_id), *_ALWAYS]
    headers += [pair for pair in _UNLESS_SET if pair[0] not in present]
    if scope.get("scheme") in ("https", "wss"):
        headers.append(_HSTS)
    return headers


def _tell(scope: Scope, error: Exception) -> None:
    # Where, not what: an exception's text may quote a row or a secret.
    place = traceback.extract_tb(error.__traceback__)[-1]
    observe.fail(
        "request.failed",
        request_id=scope["state"]["request_id"],
        method=scope.get("method", "GET"),
        path=masked_path(get_route_path(scope)),
        error=type(error).__name__,
        place=f"{place.name}:{place.lineno}",
    )
