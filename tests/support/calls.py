"""Words for calling the API in contract tests: one caller, JSON in, JSON out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx2

from hookspan.api.asgi import make_app
from hookspan.ports import HttpAnswer, HttpClient, HttpFailure, HttpRequest
from tests.support.surface import BASE, Surface

URL = "https://example.com/hook"


@dataclass(frozen=True)
class Calls:
    """An API as one caller sees it."""

    client: httpx2.AsyncClient
    headers: Mapping[str, str]

    async def ask(self, method: str, path: str, json: Any = None, **options: Any) -> httpx2.Response:
        """Send and return whatever comes back."""
        headers = {**self.headers, **options.pop("headers", {})}
        body = {} if json is None else {"json": json}
        return await self.client.request(method, path, headers=headers, **body, **options)

    async def get(self, path: str, **query: Any) -> Any:
        """The JSON of a read that succeeds."""
        answer = await self.ask("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, json: Any = None, *, status: int = 201) -> Any:
        """The JSON of a write that succeeds."""
        answer = await self.ask("POST", path, json)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def endpoint(self, **members: Any) -> dict[str, Any]:
        """A new native endpoint."""
        made: dict[str, Any] = await self.post("/api/v1/endpoints", {"url": URL, "events": ["*"], **members})
        return made

    async def publish(self, event: str = "order.paid", data: Any = None, **members: Any) -> str:
        """The id of a new event."""
        body = {"type": event, "data": {} if data is None else data, **members}
        published: str = (await self.post("/api/v1/events", body, status=202))["id"]
        return published


class Shop:
    """A far side that gives the answer it was told, and remembers what it got."""

    def __init__(self, answer: HttpAnswer | HttpFailure) -> None:
        self.answer = answer
        self.received: list[HttpRequest] = []

    async def send(self, request: HttpRequest) -> HttpAnswer | HttpFailure:
        """Take the request."""
        self.received.append(request)
        return self.answer

    async def close(self) -> None:
        """Nothing is open."""


@asynccontextmanager
async def calling(world: Surface, client: HttpClient) -> AsyncIterator[Calls]:
    """The owner, before a far side of the test's own."""
    app = make_app(replace(world.rooms, client=client))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=BASE) as opened:
        yield Calls(opened, world.owner)
