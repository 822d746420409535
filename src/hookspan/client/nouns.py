"""The routes by noun: a `Collection` lists by cursor, gets, creates, changes and deletes; nouns add their own verbs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol
from urllib.parse import quote

import msgspec

from hookspan.client.answers import Answer, Document, Page
from hookspan.client.flow import Filter

PAGE_ROWS = 250

__all__ = [
    "Ask",
    "Collection",
    "Counted",
    "Deliveries",
    "Endpoints",
    "Events",
    "Executions",
    "Filter",
    "Sources",
    "Workflows",
]


class Ask(Protocol):
    """`Client.request`, as the nouns use it."""

    def __call__(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        content: bytes | None = None,
        params: Mapping[str, Filter] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One 2xx answer, or ApiError."""
        ...


class Collection:
    """One noun of the API; every method raises ApiError."""

    def __init__(self, ask: Ask, path: str) -> None:
        self._ask = ask
        self.path = path

    def route(self, *segments: str) -> str:
        """The path of one thing, or of something below it."""
        return "/".join([self.path, *(quote(segment, safe="") for segment in segments)])

    def pages(self, limit: int | None = None, /, **filters: Filter) -> Iterator[Page]:
        """Pages by cursor, until the end or until `limit` rows came."""
        return self._pages(self.path, limit, filters)

    def list(self, limit: int | None = None, /, **filters: Filter) -> Iterator[Document]:
        """The rows of all pages."""
        for page in self.pages(limit, **filters):
            yield from page.rows

    def get(self, identity: str, **params: Filter) -> Document:
        """One thing."""
        return self._ask("GET", self.route(identity), params=params).document()

    def create(self, body: Mapping[str, object], *, idempotency_key: str | None = None) -> Document:
        """A new thing; secrets born with it are shown only in this answer."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self._ask("POST", self.path, json=body, headers=headers).document()

    def update(self, identity: str, changes: Mapping[str, object]) -> Document:
        """A merge patch: absent is unchanged, null clears (RFC 7396)."""
        return self._ask("PATCH", self.route(identity), json=changes).document()

    def replace(self, identity: str, whole: Mapping[str, object]) -> Document:
        """A whole new state: what is absent gets its default."""
        return self._ask("PUT", self.route(identity), json=whole).document()

    def delete(self, identity: str) -> None:
        """Delete, or for a key revoke."""
        self._ask("DELETE", self.route(identity))

    def below(self, identity: str, noun: str, *, limit: int | None = None) -> Iterator[Document]:
        """The rows that hang on one thing, such as the attempts of a delivery."""
        for page in self._pages(self.route(identity, noun), limit, {}):
            yield from page.rows

    def _pages(self, path: str, limit: int | None, filters: Mapping[str, Filter]) -> Iterator[Page]:
        cursor: str | None = None
        left = limit
        while left is None or left > 0:
            rows_now = PAGE_ROWS if left is None else min(left, PAGE_ROWS)
            page = self._ask("GET", path, params={**filters, "limit": rows_now, "cursor": cursor}).page()
            yield page
            cursor = page.next_cursor
            left = None if left is None else left - len(page.rows)
            if cursor is None:
                return


class Events(Collection):
    """Events: publish, look into, replay."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask, "/api/v1/events")

    def publish(
        self, event_type: str, data: bytes = b"{}", *, idempotency_key: str | None = None, **members: object
    ) -> Document:
        """Publish; `data` is JSON text and reaches the server byte for byte."""
        return self.create({"type": event_type, "data": msgspec.Raw(data), **members}, idempotency_key=idempotency_key)

    def publish_batch(self, events: Sequence[bytes]) -> Document:
        """Up to 1,000 events as JSON texts in one request; each gets its own verdict."""
        body = {"events": [msgspec.Raw(event) for event in events]}
        return self._ask("POST", self.route("batch"), json=body).document()

    def content(self, identity: str) -> Answer:
        """The exact data bytes with their content type."""
        return self._ask("GET", self.route(identity, "data"))

    def chain(self, identity: str) -> Sequence[Document]:
        """The original of an event and its replays, oldest first."""
        return self._ask("GET", self.route(identity, "chain")).page().rows

    def request(self, identity: str) -> Document:
        """The inbound request an event was made of."""
        return self._ask("GET", self.route(identity, "request")).document()


class Endpoints(Collection):
    """Outbound endpoints."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask, "/api/v1/endpoints")


class Deliveries(Collection):
    """Deliveries and their attempts."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask, "/api/v1/deliveries")

    def retry(self, identity: str, *, force: bool = False) -> Document:
        """The next attempt now; Conflict when the state does not allow it."""
        return self._ask("POST", self.route(identity, "retry"), json={"force": force}).document()


class Counted(Collection):
    """A noun whose lists page by offset, as seed 003's do (contracts B.2)."""

    def pages(self, limit: int | None = None, /, **filters: Filter) -> Iterator[Page]:
        """Pages by offset, until the end or until `limit` rows came."""
        seen = 0
        while limit is None or seen < limit:
            rows_now = PAGE_ROWS if limit is None else min(limit - seen, PAGE_ROWS)
            page = self._ask("GET", self.path, params={**filters, "limit": rows_now, "offset": seen}).page()
            yield page
            seen += len(page.rows)
            if not page.rows or seen >= (page.total or 0):
                return


class Sources(Counted):
    """Inbound sources."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask, "/api/v1/webhooks")

    def filters(self, identity: str) -> Counted:
        """The filter rows of one source."""
        return Counted(self._ask, self.route(identity, "filters"))

    def rejected(self, identity: str | None) -> Counted:
        """What one source refused; None for requests to paths that no source has."""
        return Counted(self._ask, "/api/v1/rejected" if identity is None else self.route(identity, "rejected"))


class Workflows(Collection):
    """Workflow definitions."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask, "/api/v1/workflows")

    def run(self, identity: str, start: object = None) -> Document:
        """Start an execution with an input."""
        body = {} if start is None else {"input": start}
        return self._ask("POST", self.route(identity, "executions"), json=body).document()


class Executions(Collection):
    """Executions and their steps."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask, "/api/v1/executions")

    def progress(self, identity: str) -> Document:
        """How far it is, its blockers and milestones."""
        return self._ask("GET", self.route(identity, "progress")).document()

    def move(self, identity: str, *verb: str, json: object = None, content: bytes | None = None) -> Document:
        """Post to a route below it, such as `cancel` or `signals`, `TOPIC`; what it answers."""
        return self._ask("POST", self.route(identity, *verb), json=json, content=content).document()
