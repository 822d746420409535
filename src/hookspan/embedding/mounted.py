"""The whole product as one ASGI app under any prefix: hot routes, API and dashboard.

A framework's `Mount` names the prefix in `root_path`. Served alone, its own lifespan is run.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import TYPE_CHECKING, Any, Protocol

from hookspan.api.hot import Exchange, finished
from hookspan.inbound.answers import Answer
from hookspan.inbound.receive import PREFIX, Head

if TYPE_CHECKING:
    from fastapi import FastAPI

    from hookspan.app.compose import Application

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Served = Callable[[], Awaitable[tuple["Application", "FastAPI"]]]


class AsgiApp(Protocol):
    """An ASGI 3 application."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


class Mounted:
    """Finds the running application for each request."""

    def __init__(self, served: Served) -> None:
        self._served = served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        application, app = await self._served()
        root = str(scope.get("root_path", "")).rstrip("/")
        # Else addresses of ours that routes tell would begin where the outer app does.
        scope = {**scope, "app_root_path": root}
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        raw = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        path = raw[len(root) :] if root and raw.startswith(f"{root}/") else raw
        exchange = application.hot.open(_head(scope, path), path)
        answered = _under(root, send) if root else send
        if exchange is None:
            await app(scope, receive, answered)
            return
        await _say(await _answer(exchange, receive), exchange.request_id, answered)


def _head(scope: Scope, path: str) -> Head:
    client = scope.get("client")
    return Head(
        scope["method"],
        path[len(PREFIX) :] if path.startswith(PREFIX) else path,
        scope["query_string"].decode("latin-1"),
        [(bytes(name), bytes(value)) for name, value in scope["headers"]],
        str(client[0]) if client else "",
        time.monotonic(),
    )


async def _answer(exchange: Exchange, receive: Receive) -> Answer:
    if exchange.answer is not None:
        return exchange.answer
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > exchange.max_body_bytes:
            return exchange.too_large()
        if not message.get("more_body"):
            return await finished(exchange, body)


async def _say(answer: Answer, request_id: str, send: Send) -> None:
    fields: Iterable[tuple[str, str]] = (
        ("content-type", answer.content_type),
        ("content-length", str(len(answer.body))),
        ("x-request-id", request_id),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        *(field for field in answer.headers if field[0].lower() != "connection"),
    )
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in fields]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def _under(root: str, send: Send) -> Send:
    """A `Location` of ours names a path of ours, which the world sees below the prefix."""

    async def prefixed(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [_moved(root, name, value) for name, value in message["headers"]]
        await send(message)

    return prefixed


def _moved(root: str, name: bytes, value: bytes) -> tuple[bytes, bytes]:
    is_ours = name.lower() == b"location" and value.startswith(b"/") and not value.startswith(root.encode() + b"/")
    return name, root.encode() + value if is_ours else value
