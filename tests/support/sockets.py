"""A WebSocket client without a wire: it speaks ASGI to the app, and waits for nothing real."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from starlette.types import Message, Scope

from tests.support.surface import Surface

PATIENCE_SECONDS = 3.0


class Socket:
    """One connection as its client sees it."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.refusal: dict[str, Any] = {}
        self.headers: dict[bytes, bytes] = {}
        self.subprotocol: str | None = None
        self.code: int | None = None
        self._heard: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._said: asyncio.Queue[Message] = asyncio.Queue()
        self._said.put_nowait({"type": "websocket.connect"})
        self._reads = asyncio.Event()
        self._reads.set()
        self._told = asyncio.Event()

    def stops_reading(self) -> None:
        """Whatever is sent next waits."""
        self._reads.clear()

    def reads_on(self) -> None:
        """Take what waits."""
        self._reads.set()

    def says(self, **message: object) -> None:
        """One message, as JSON."""
        self.says_text(msgspec.json.encode(message).decode())

    def says_text(self, text: str) -> None:
        """One message."""
        self._said.put_nowait({"type": "websocket.receive", "text": text})

    def says_bytes(self, data: bytes) -> None:
        """One binary message."""
        self._said.put_nowait({"type": "websocket.receive", "bytes": data})

    def leaves(self) -> None:
        """Hang up."""
        self._said.put_nowait({"type": "websocket.disconnect", "code": 1000})

    async def answered(self) -> int:
        """The status of the handshake: 101, or why not."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._told.wait()
        assert self.status is not None
        return self.status

    async def hears(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            heard = await self._heard.get()
        assert heard is not None, f"closed with {self.code}"
        return heard

    async def asks(self, **message: object) -> dict[str, Any]:
        """Say and hear."""
        self.says(**message)
        return await self.hears()

    async def is_closed(self) -> int | None:
        """The code it is closed with; what was said before is dropped."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self._heard.get() is not None:
                pass
        return self.code

    async def receive(self) -> Message:
        """For the app."""
        return await self._said.get()

    async def send(self, message: Message) -> None:
        """For the app."""
        match message["type"]:
            case "websocket.accept":
                self.status, self.subprotocol = 101, message["subprotocol"]
                self.headers = dict(message["headers"])
                self._told.set()
            case "websocket.http.response.start":
                self.status, self.headers = message["status"], dict(message["headers"])
            case "websocket.http.response.body":
                self.refusal = msgspec.json.decode(message["body"])
                self._told.set()
            case "websocket.close":
                self.code = message["code"]
                self._heard.put_nowait(None)
            case _:
                await self._reads.wait()
                self._heard.put_nowait(msgspec.json.decode(message["text"]))


@asynccontextmanager
async def calling_in(
    world: Surface, target: str = "/api/v1/ws", headers: Mapping[str, str] | None = None, **options: Any
) -> AsyncIterator[Socket]:
    """A client that opens `target` (path and query) and hangs up at the end."""
    path, _, query = target.partition("?")
    fields = {"host": "testserver", **(headers or {})}
    scope: Scope = {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in fields.items()],
        "client": ("203.0.113.7", 50_000),
        "server": ("testserver", 80),
        "subprotocols": [],
        "extensions": {"websocket.http.response": {}},
        "state": {},
        **options,
    }
    socket = Socket()
    task = asyncio.ensure_future(world.app(scope, socket.receive, socket.send))
    try:
        await socket.answered()
        yield socket
    finally:
        socket.reads_on()
        socket.leaves()
        await asyncio.wait_for(task, PATIENCE_SECONDS)
