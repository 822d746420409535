"""Speak to an ASGI application in this process as if over a socket; bodies come part by part, endless ones too."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import Future
from typing import Any

import httpx2

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
LOOPBACK = ("127.0.0.1", 0)


class InsideTransport(httpx2.BaseTransport):
    """Carries requests of any thread into `app`, which lives on `loop` in a thread of its own."""

    def __init__(self, app: App, loop: asyncio.AbstractEventLoop) -> None:
        self._app = app
        self._loop = loop

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer once its head is there; the body is read from it."""
        call = _Call(request, self._loop)
        call.future = asyncio.run_coroutine_threadsafe(call.run(self._app), self._loop)
        head = call.next_message()
        if head is None:
            raise httpx2.RemoteProtocolError("the application gave no answer", request=request)
        return httpx2.Response(head["status"], headers=head["headers"], stream=_Parts(call))


class _Call:
    """One request under way."""

    def __init__(self, request: httpx2.Request, loop: asyncio.AbstractEventLoop) -> None:
        self._request = request
        self._body: bytes | None = request.read()
        self._loop = loop
        self._messages: queue.Queue[Message | None] = queue.Queue()
        self._gone = asyncio.Event()
        self.future: Future[None] | None = None

    async def run(self, app: App) -> None:
        """Let the application answer; None ends the messages whatever happens."""
        try:
            await app(_scope(self._request), self._receive, self._send)
        finally:
            self._messages.put(None)

    async def _receive(self) -> Message:
        body, self._body = self._body, None
        if body is not None:
            return {"type": "http.request", "body": body, "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        self._messages.put(message)

    def next_message(self) -> Message | None:
        """The application's next message; ReadTimeout when it takes longer than the request allows."""
        timeout_s = self._request.extensions.get("timeout", {}).get("read")
        try:
            return self._messages.get(timeout=timeout_s)
        except queue.Empty:
            self.end()
            raise httpx2.ReadTimeout("no answer in time", request=self._request) from None

    def end(self) -> None:
        """Nobody listens any more; the application may finish what it does after its answer."""
        if self.future is not None and not self.future.done():
            self._loop.call_soon_threadsafe(self._gone.set)


class _Parts(httpx2.SyncByteStream):
    """The body of an answer."""

    def __init__(self, call: _Call) -> None:
        self._call = call

    def __iter__(self) -> Iterator[bytes]:
        while (message := self._call.next_message()) is not None:
            if message["type"] == "http.response.body":
                yield message.get("body", b"")
                if not message.get("more_body"):
                    return

    def close(self) -> None:
        """End the call, finished or not."""
        self._call.end()


def _scope(request: httpx2.Request) -> Message:
    url = request.url
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.raw_path.split(b"?")[0],
        "query_string": url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": LOOPBACK,
        "server": (url.host, url.port or 80),
        "state": {},
    }
