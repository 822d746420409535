"""`Client` and `AsyncClient`: the API in Python objects (contracts G.4).

Both have the same nouns with the same verbs, written once in `outgoing`, `incoming`, `history`, `workflows`,
`executing` and `running`; they differ in who waits. Neither loads the server.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Generic

import httpx2

from hookspan.client.answers import Answer, Unreachable, refusal
from hookspan.client.executing import Executions
from hookspan.client.flow import (
    Call,
    Lost,
    Patience,
    Pause,
    Reply,
    lost,
    reason_of,
    standing_headers,
    tried,
    trusts_environment,
)
from hookspan.client.history import Priorities, Replays, RetentionPolicy, Views
from hookspan.client.http import PLAIN, Connection, Seams
from hookspan.client.incoming import Filters, Providers, Webhooks
from hookspan.client.outgoing import Deliveries, Endpoints, Events, EventTypes
from hookspan.client.running import Jobs, Keys, Stats, Tenants
from hookspan.client.verbs import AsyncCarrier, Awaits, Carrier, M, Waits
from hookspan.client.workflows import Workflows
from hookspan.errors import NotConfigured


class Nouns(Generic[M]):
    """What both clients have."""

    def __init__(self, *, waits: Carrier | None = None, awaits: AsyncCarrier | None = None) -> None:
        self.events: Events[M] = Events(waits=waits, awaits=awaits)
        self.endpoints: Endpoints[M] = Endpoints(waits=waits, awaits=awaits)
        self.deliveries: Deliveries[M] = Deliveries(waits=waits, awaits=awaits)
        self.webhooks: Webhooks[M] = Webhooks(waits=waits, awaits=awaits)
        self.filters: Filters[M] = Filters(waits=waits, awaits=awaits)
        self.event_types: EventTypes[M] = EventTypes(waits=waits, awaits=awaits)
        self.workflows: Workflows[M] = Workflows(waits=waits, awaits=awaits)
        self.executions: Executions[M] = Executions(waits=waits, awaits=awaits)
        self.keys: Keys[M] = Keys(waits=waits, awaits=awaits)
        self.tenants: Tenants[M] = Tenants(waits=waits, awaits=awaits)
        self.stats: Stats[M] = Stats(waits=waits, awaits=awaits)
        self.jobs: Jobs[M] = Jobs(waits=waits, awaits=awaits)
        self.providers: Providers[M] = Providers(waits=waits, awaits=awaits)
        self.replays: Replays[M] = Replays(waits=waits, awaits=awaits)
        self.priorities: Priorities[M] = Priorities(waits=waits, awaits=awaits)
        self.retention: RetentionPolicy[M] = RetentionPolicy(waits=waits, awaits=awaits)
        self.views: Views[M] = Views(waits=waits, awaits=awaits)


class Client(Nouns[Waits]):
    """A caller of one server; without `url` and `token`, of the one that HOOKSPAN_URL and HOOKSPAN_TOKEN name.

    `timeout` in seconds is for one try, `retries` are further tries. May be shared between threads.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        timeout: float = 10.0,
        retries: int = 2,
        seams: Seams = PLAIN,
    ) -> None:
        server = server_of(url, token)
        self._connection = Connection(server.url, server.token, timeout=timeout, retries=retries, seams=seams)
        self.url = self._connection.url
        super().__init__(waits=self._connection)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._connection.http.close()


@dataclass(frozen=True, slots=True)
class AsyncSeams:
    """What may stand between an `AsyncClient` and the world."""

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    transport: httpx2.AsyncBaseTransport | None = None


ASYNC_PLAIN = AsyncSeams()


class AsyncClient(Nouns[Awaits]):
    """As `Client`, for one event loop: every verb is awaited, every list is iterated with `async for`."""

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        timeout: float = 10.0,
        retries: int = 2,
        seams: AsyncSeams = ASYNC_PLAIN,
    ) -> None:
        server = server_of(url, token)
        self.url = server.url.rstrip("/")
        self._connection = _AsyncConnection(self.url, server.token, Patience(self.url, timeout, retries), seams)
        super().__init__(awaits=self._connection)

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.http.aclose()


class _AsyncConnection:
    """The awaiting side of `flow`."""

    def __init__(self, url: str, token: str | None, patience: Patience, seams: AsyncSeams) -> None:
        self._url = url
        self._patience = patience
        self._seams = seams
        self.http = httpx2.AsyncClient(
            timeout=patience.timeout_s,
            headers=standing_headers(token),
            transport=seams.transport,
            trust_env=trusts_environment(url),
        )

    async def answer(self, call: Call) -> Answer:
        """The 2xx answer to a call; ApiError for any other, Unreachable for none."""
        tries = tried(call, self._patience)
        reply: Reply = None
        while True:
            try:
                step = tries.send(reply)
            except StopIteration as end:
                answer: Answer = end.value
                return answer
            if isinstance(step, Pause):
                await self._seams.sleep(step.seconds)
                reply = None
            else:
                reply = await self._sent(step)

    async def parts(self, call: Call) -> AsyncIterator[bytes]:
        """The body of a 2xx answer part by part; ApiError for any other, Unreachable when it breaks. One try."""
        url, query = self._url + call.path, list(call.query) or None
        try:
            async with self.http.stream(call.method, url, params=query) as response:
                if response.status_code >= 400:
                    raise refusal(Answer(response.status_code, response.headers, await response.aread()))
                async for part in response.aiter_bytes():
                    yield part
        except httpx2.TransportError as failure:
            raise Unreachable(f"{self._url}: {reason_of(failure)}") from failure

    async def _sent(self, call: Call) -> Answer | Lost:
        request = self.http.build_request(
            call.method,
            self._url + call.path,
            content=call.content,
            params=list(call.query) or None,
            headers=dict(call.headers),
        )
        try:
            response = await self.http.send(request)
        except httpx2.TransportError as failure:
            return lost(failure)
        return Answer(response.status_code, response.headers, response.content)


@dataclass(frozen=True, slots=True)
class Server:
    """Where to ask and as whom."""

    url: str
    token: str | None


def server_of(url: str | None, token: str | None) -> Server:
    """What is given, else `HOOKSPAN_URL` and `HOOKSPAN_TOKEN`; NotConfigured when nothing names a server."""
    named = url or os.environ.get("HOOKSPAN_URL")
    if not named:
        raise NotConfigured("no server is named: pass its url, or set HOOKSPAN_URL and HOOKSPAN_TOKEN")
    return Server(named, token or os.environ.get("HOOKSPAN_TOKEN"))
