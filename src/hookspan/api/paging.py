"""Lists by cursor (contracts C.1): opaque, tagged with the instance's key, and bound to tenant, route and filters.

A cursor never expires and inserts do not disturb it; used anywhere else it is 400 `invalid_cursor`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, replace
from typing import Annotated, Literal, TypeVar
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from hookspan.access.roles import Caller
from hookspan.api.auth import CallerOf
from hookspan.api.bodies import Answer
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.errors import InvalidCursor
from hookspan.model.ids import looks_like_id
from hookspan.model.times import parse_instant
from hookspan.storage.event_walk import WalkPage
from hookspan.storage.keyset import Keyset, Slice, Span

TAG_BYTES = 16
_FREE = frozenset({"cursor", "limit", "offset"})
_SHOWN = frozenset({"count", "fields"})
"""What changes how much is told of a page, and not which page it is."""

Sort = Literal["-createdAt", "createdAt"]
EventSort = Literal["-createdAt", "createdAt", "-processingTimeMs"]
EndSort = Literal["-createdAt", "createdAt", "-completedAt", "completedAt"]
Value = TypeVar("Value")


Asked = Annotated[Value | None, Field(exclude_if=lambda value: value is None)]


class Listing(Answer):
    """What every list by cursor carries beside `data`; `total` stands there only where `count=true` asked for it."""

    has_more: bool
    next_cursor: str | None
    prev_cursor: str | None
    total: Asked[int] = None
    total_is_capped: Asked[bool] = None


@dataclass(frozen=True, slots=True)
class Paging:
    """The page that was asked for, and the links to its neighbours."""

    keyset: Keyset
    _key: bytes
    _binding: bytes
    _path: str
    _filters: tuple[tuple[str, str], ...]
    by_due: bool = False
    by_end: bool = False

    def links(
        self, response: Response, first: str | None, last: str | None, *, has_next: bool, has_previous: bool
    ) -> dict[str, object]:
        """The members of Listing; sets `Link` (RFC 8288) on the response."""
        following = self._cursor("n", last) if has_next and last else None
        preceding = self._cursor("p", first) if has_previous and first else None
        links = [
            f'<{self._url(cursor)}>; rel="{relation}"'
            for relation, cursor in (("next", following), ("prev", preceding))
            if cursor
        ]
        if links:
            response.headers["Link"] = ", ".join(links)
        return {"has_more": has_next, "next_cursor": following, "prev_cursor": preceding}

    def links_of(self, response: Response, page: Slice | WalkPage) -> dict[str, object]:
        """The same for a page that knows its own edges."""
        links = self.links(response, page.first, page.last, has_next=page.has_next, has_previous=page.has_previous)
        if page.total is None:
            return links
        return {**links, "total": page.total.number, "total_is_capped": page.total.is_capped}

    def _cursor(self, way: str, edge: str) -> str:
        return _sealed(self._key, self._binding, f"{way}{edge}")

    def _url(self, cursor: str) -> str:
        query = [*self._filters, ("limit", str(self.keyset.limit)), ("cursor", cursor)]
        return f"{self._path}?{urlencode(query)}"


Limit = Annotated[int, Query(ge=1, le=250)]
Cursor = Annotated[str | None, Query(max_length=200)]
Count = Annotated[bool, Query(description="Adds `total`: exact up to 10,000, beyond `totalIsCapped`.")]


def _paging(
    request: Request,
    rooms: RoomsOf,
    caller: CallerOf,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Sort = "-createdAt",
) -> Paging:
    return _page_of(request, rooms, caller, limit=limit, cursor=cursor, ascending=sort == "createdAt")


def _due_paging(
    request: Request,
    rooms: RoomsOf,
    caller: CallerOf,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Sort | Literal["nextAttemptAt"] = "-createdAt",
) -> Paging:
    paging = _page_of(request, rooms, caller, limit=limit, cursor=cursor, ascending=sort == "createdAt")
    return replace(paging, by_due=sort == "nextAttemptAt")


def _end_paging(
    request: Request,
    rooms: RoomsOf,
    caller: CallerOf,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: EndSort = "-createdAt",
) -> Paging:
    ascending = not sort.startswith("-")
    paging = _page_of(request, rooms, caller, limit=limit, cursor=cursor, ascending=ascending)
    return replace(paging, by_end=sort.endswith("completedAt"))


def _page_of(
    request: Request, rooms: Rooms, caller: Caller, *, limit: int, cursor: str | None, ascending: bool
) -> Paging:
    query = parse_qsl(request.url.query, keep_blank_values=True)
    filters = tuple((name, value) for name, value in query if name not in _FREE)
    bound = tuple(pair for pair in filters if pair[0] not in _SHOWN)
    binding = _binding(caller, request.url.path, bound)
    key = rooms.access.cursor_key
    edge, backward = _opened(key, binding, cursor) if cursor else (None, False)
    keyset = Keyset(limit, edge, backward, ascending=ascending)
    return Paging(keyset, key, binding, request.url.path, filters)


def _slowest_paging(
    request: Request,
    rooms: RoomsOf,
    caller: CallerOf,
    *,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 20,
    cursor: Cursor = None,
    sort: EventSort = "-createdAt",
) -> Paging:
    return _slowest(_page_of(request, rooms, caller, limit=limit, cursor=cursor, ascending=sort == "createdAt"), sort)


def _events_paging(
    request: Request,
    rooms: RoomsOf,
    caller: CallerOf,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: EventSort = "-createdAt",
) -> Paging:
    return _slowest(_page_of(request, rooms, caller, limit=limit, cursor=cursor, ascending=sort == "createdAt"), sort)


def _slowest(paging: Paging, sort: EventSort) -> Paging:
    return replace(paging, keyset=replace(paging.keyset, slowest=sort == "-processingTimeMs"))


PagingOf = Annotated[Paging, Depends(_paging)]
SlowestPagingOf = Annotated[Paging, Depends(_slowest_paging)]
"""For lists of receipts, 20 rows of at most 1,000; `keyset.slowest` when sorted by what took longest."""


def _counted(paging: PagingOf, count: Count = False) -> Paging:
    return replace(paging, keyset=replace(paging.keyset, counted=count))


def _counted_due(paging: Annotated[Paging, Depends(_due_paging)], count: Count = False) -> Paging:
    return _counted(paging, count)


def _counted_end(paging: Annotated[Paging, Depends(_end_paging)], count: Count = False) -> Paging:
    return _counted(paging, count)


def _counted_events(paging: Annotated[Paging, Depends(_events_paging)], count: Count = False) -> Paging:
    return _counted(paging, count)


CountedPagingOf = Annotated[Paging, Depends(_counted)]
"""As PagingOf, for lists that say with `count=true` how many rows there are."""
EventPagingOf = Annotated[Paging, Depends(_counted_events)]
"""As CountedPagingOf, also sorted by what took longest."""
DuePagingOf = Annotated[Paging, Depends(_counted_due)]
"""As CountedPagingOf, also sorted by `nextAttemptAt`: then `by_due` is set and edges are `<ms>~<id>`."""


EndPagingOf = Annotated[Paging, Depends(_counted_end)]
"""As CountedPagingOf, also sorted by `completedAt`: then `by_end` is set and edges are `<ms>~<id>`."""


@dataclass(frozen=True, slots=True)
class Born:
    """The filter `createdAt[gte]=…&createdAt[lt]=…`, also as `from` and `to`."""

    span: Span


def _born(
    since: Annotated[str | None, Query(alias="createdAt[gte]")] = None,
    before: Annotated[str | None, Query(alias="createdAt[lt]")] = None,
    from_: Annotated[str | None, Query(alias="from")] = None,
    to: Annotated[str | None, Query()] = None,
) -> Born:
    start, end = since or from_, before or to
    start_name, end_name = "createdAt[gte]" if since else "from", "createdAt[lt]" if before else "to"
    return Born(
        Span(
            None if start is None else _instant(start, f"/{start_name}"),
            None if end is None else _instant(end, f"/{end_name}"),
        )
    )


BornOf = Annotated[Born, Depends(_born)]


def _ended(
    since: Annotated[str | None, Query(alias="completedAt[gte]")] = None,
    before: Annotated[str | None, Query(alias="completedAt[lt]")] = None,
) -> Span:
    return Span(
        None if since is None else _instant(since, "/completedAt[gte]"),
        None if before is None else _instant(before, "/completedAt[lt]"),
    )


EndedOf = Annotated[Span, Depends(_ended)]
"""The filter `completedAt[gte]=…&completedAt[lt]=…`."""


def _instant(text: str, pointer: str) -> int:
    # A query's "+" arrives as a blank, and an offset is the only place where an instant has one.
    return parse_instant(int(text) if text.isascii() and text.isdigit() else text.replace(" ", "+"), pointer)


def _binding(caller: Caller, path: str, filters: tuple[tuple[str, str], ...]) -> bytes:
    return "\n".join((caller.tenant_id, path, urlencode(sorted(filters)))).encode()


def _tag(key: bytes, binding: bytes, content: bytes) -> bytes:
    return hmac.digest(key, hashlib.sha256(binding).digest() + content, hashlib.sha256)[:TAG_BYTES]


def _sealed(key: bytes, binding: bytes, text: str) -> str:
    content = text.encode()
    return base64.urlsafe_b64encode(_tag(key, binding, content) + content).decode().rstrip("=")


def _opened(key: bytes, binding: bytes, cursor: str) -> tuple[str, bool]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    tag, content = raw[:TAG_BYTES], raw[TAG_BYTES:]
    if not hmac.compare_digest(tag, _tag(key, binding, content)):
        raise InvalidCursor("the cursor belongs to another list; start again without it")
    text = content.decode()
    if not looks_like_id(text[1:].rpartition("~")[2]):
        raise InvalidCursor("the cursor is not one of this release; start again without it")
    return text[1:], text[0] == "p"
