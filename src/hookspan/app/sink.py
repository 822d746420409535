"""The way to an inbox of our own: answered in process, where the guarded client would refuse our own address."""

from __future__ import annotations

from time import monotonic

from hookspan.errors import Unavailable
from hookspan.inbound.inboxes import Inboxes, Sent
from hookspan.model.urls import sink_token
from hookspan.ports import HttpAnswer, HttpClient, HttpFailure, HttpRequest


class SinkClient:
    """Implements ports.HttpClient: `{base_url}/inbox/{token}` and nothing else goes to the inboxes."""

    def __init__(self, client: HttpClient, inboxes: Inboxes) -> None:
        self._client = client
        self._inboxes = inboxes

    async def send(self, request: HttpRequest) -> HttpAnswer | HttpFailure:
        """Hand the request to its inbox, or to the guarded client."""
        token = sink_token(request.url, self._inboxes.prefix)
        if token is None:
            return await self._client.send(request)
        started = monotonic()
        fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers]
        fields.append((b"content-length", str(len(request.body)).encode()))
        try:
            status = await self._inboxes.take(token, Sent(request.method, "", fields, request.body))
        except Unavailable as error:
            return HttpFailure("connect_error", error.detail, False, (monotonic() - started) * 1_000)
        return HttpAnswer(404 if status is None else status, [], b"", False, (monotonic() - started) * 1_000)

    async def close(self) -> None:
        """Close the guarded client."""
        await self._client.close()
