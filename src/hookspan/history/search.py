"""Look back at events: which stored types a pattern means, pages with their counts, one event in full."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from hookspan.events.routing import names_of_stored
from hookspan.model.catalogue import CATALOGUE, INBOUND, find
from hookspan.model.jsonview import read_json
from hookspan.model.match import matches
from hookspan.model.rules import FilterError, Rules
from hookspan.storage.database import Database
from hookspan.storage.dialect import time_limit
from hookspan.storage.event_filter import EventFilter, TypeMatch
from hookspan.storage.event_walk import Walk, WalkPage, facets
from hookspan.storage.events_list import EventCounts, EventRow, event_in_full, events_light, events_page
from hookspan.storage.exports import READ_SECONDS, events_contents
from hookspan.storage.keyset import Keyset
from hookspan.storage.receipts import ReceiptRow

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event with its receipt, if it came in, and what became of it."""

    event: EventRow
    receipt: ReceiptRow | None
    counts: EventCounts


@dataclass(frozen=True, slots=True)
class EventQuestion:
    """What a list of events is asked for: filters, patterns of types, and rules for the contents (contracts B.4)."""

    wanted: EventFilter
    patterns: Sequence[str] = ()
    where: Rules | None = None


@dataclass(frozen=True, slots=True)
class EventPage:
    """One page; with much to look through it may be shorter than asked for although there is a next one."""

    found: Sequence[FoundEvent]
    page: WalkPage
    facets: Mapping[str, Mapping[str, int]] | None = None


def type_match(patterns: Iterable[str]) -> TypeMatch:
    """Stored types that may match: never too few, and too many only for a pattern with an inner wildcard.

    A fact is stored under its canonical name and matches by any of its names (contracts F.1).
    """
    names: set[str] = set()
    prefixes: list[str] = []
    is_inbound, is_exact = False, True
    for pattern in patterns:
        if pattern == "*":
            return TypeMatch(is_any=True)
        fixed = pattern.partition("*")[0].rstrip(".")
        if "*" not in pattern:
            row = find(pattern)
            names |= {pattern, row.canonical or pattern} if row else {pattern}
        elif not fixed:
            return TypeMatch(is_any=True, is_exact=False)
        else:
            prefixes.append(fixed)
            is_exact = is_exact and pattern == f"{fixed}.*"
            names |= {row.canonical or row.name for row in CATALOGUE if matches(pattern, row.name)}
        is_inbound = is_inbound or matches(pattern, INBOUND)
    return TypeMatch(frozenset(names), tuple(prefixes), is_inbound, is_exact=is_exact)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page carries beside its rows: counts by these facets, and the contents of its events."""

    facets: Sequence[str] = ()
    contents: bool = False


ROWS_ALONE = Shown()


class Search:
    """Reads of events; every one is a single transaction, so that a page and its counts agree."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def events(
        self,
        tenant_id: str,
        question: EventQuestion,
        keyset: Keyset,
        *,
        offset: int = 0,
        shown: Shown = ROWS_ALONE,
    ) -> EventPage:
        """One page, newest first unless asked otherwise; TooSlow when it takes longer than a read may."""
        return await self._database.read(_page, walk_of(tenant_id, question), keyset, offset, shown)

    async def event(self, tenant_id: str, event_id: str) -> FoundEvent:
        """One event in full, or NotFound."""
        return FoundEvent(*await self._database.read(event_in_full, tenant_id, event_id))


def _page(connection: Connection, walk: Walk, keyset: Keyset, offset: int, shown: Shown) -> EventPage:
    with time_limit(connection, READ_SECONDS):
        page = events_page(connection, walk, keyset, offset=offset)
        found = [FoundEvent(row, page.receipts.get(row.id), page.counts[row.id]) for row in page.rows]
        if shown.contents:
            found = [FoundEvent(*row) for row in events_contents(connection, walk.tenant_id, page.page.ids)]
        return EventPage(found, page.page, facets(connection, walk, shown.facets) if shown.facets else None)


def walk_of(tenant_id: str, question: EventQuestion) -> Walk:
    """How the events of a question are found."""
    types = type_match(question.patterns) if question.patterns else None
    wanted = replace(question.wanted, types=types)
    is_exact = types is None or types.is_exact
    if is_exact and question.where is None:
        return Walk(tenant_id, wanted)

    def holds(connection: Connection, ids: Sequence[str]) -> list[str]:
        if question.where is None:
            rows = events_light(connection, tenant_id, ids)
            meant = {row.id for row in rows if is_meant(row, question.patterns)}
            return [identity for identity in ids if identity in meant]
        return [
            event.id
            for event, receipt, _ in events_contents(connection, tenant_id, ids)
            if is_meant(event, question.patterns) and _passes(question.where, event, receipt)
        ]

    return Walk(tenant_id, wanted, holds)


def _passes(rules: Rules, event: EventRow, receipt: ReceiptRow | None) -> bool:
    """What no budget is left to judge is not among what was looked for."""
    try:
        return rules.passes(_view(event, receipt))
    except FilterError:
        return False


def _view(event: EventRow, receipt: ReceiptRow | None) -> dict[str, object]:
    """What rules see of a stored event: of an inbound one its request, headers as they were kept."""
    scopes: dict[str, object] = {"$type": event.type, "$meta": read_json(event.metadata or b"{}").value}
    body = event.data or b""
    if receipt is not None:
        body = body if receipt.request_body is None else receipt.request_body
        fields = reversed(json.loads(receipt.request_headers or "[]"))
        query = reversed(parse_qsl(receipt.request_query or "", keep_blank_values=True))
        scopes |= {"$headers": dict(fields), "$query": dict(query), "$meta": json.loads(receipt.metadata)}
        scopes |= {"$method": receipt.request_method, "$path": receipt.request_path}
    view = read_json(body)
    return {**scopes, "$": view.value} if view.is_json else scopes


def is_meant(event: EventRow, patterns: Sequence[str]) -> bool:
    """Whether one of the patterns matches a name of the fact; without patterns every fact is meant."""
    if not patterns:
        return True
    names = names_of_stored(event.type, event.origin, event.webhook_id)
    return any(matches(pattern, name) for name in names for pattern in patterns)
