"""Look back at events: which stored types a pattern means, pages with their counts, one event in full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from hookspan.events.routing import fact_names
from hookspan.model.catalogue import CATALOGUE, INBOUND, find
from hookspan.model.match import matches
from hookspan.storage.database import Database
from hookspan.storage.events_list import EventCounts, EventFilter, EventRow, TypeMatch, event_find, events_counts
from hookspan.storage.events_list import events_slice as find_slice
from hookspan.storage.keyset import Keyset
from hookspan.storage.receipts import ReceiptRow, receipt_find, receipts_find


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event with its receipt, if it came in, and what became of it."""

    event: EventRow
    receipt: ReceiptRow | None
    counts: EventCounts


@dataclass(frozen=True, slots=True)
class EventPage:
    """One page; with a pattern it may be shorter than asked for although there is a next one."""

    found: Sequence[FoundEvent]
    first: str | None
    last: str | None
    has_next: bool
    has_previous: bool


def type_match(patterns: Iterable[str]) -> TypeMatch:
    """Stored types that may match: never too few, and too many only for a pattern with an inner wildcard.

    A fact is stored under its canonical name and matches by any of its names (contracts F.1).
    """
    names: set[str] = set()
    prefixes: list[str] = []
    is_inbound = False
    for pattern in patterns:
        if pattern == "*":
            return TypeMatch(is_any=True)
        fixed = pattern.partition("*")[0].rstrip(".")
        if "*" not in pattern:
            row = find(pattern)
            names |= {pattern, row.canonical or pattern} if row else {pattern}
        elif not fixed:
            return TypeMatch(is_any=True)
        else:
            prefixes.append(fixed)
            names |= {row.canonical or row.name for row in CATALOGUE if matches(pattern, row.name)}
        is_inbound = is_inbound or matches(pattern, INBOUND)
    return TypeMatch(frozenset(names), tuple(prefixes), is_inbound)


class Search:
    """Reads of events; every one is a single transaction, so that a page and its counts agree."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def events(
        self, tenant_id: str, wanted: EventFilter, keyset: Keyset, *, patterns: Sequence[str] = ()
    ) -> EventPage:
        """One page, newest first unless asked otherwise."""
        wanted = replace(wanted, types=type_match(patterns) if patterns else None)
        return await self._database.read(_page, tenant_id, wanted, keyset, tuple(patterns))

    async def event(self, tenant_id: str, event_id: str) -> FoundEvent:
        """One event in full, or NotFound."""
        return await self._database.read(_one, tenant_id, event_id)


def _page(
    connection: Connection, tenant_id: str, wanted: EventFilter, keyset: Keyset, patterns: tuple[str, ...]
) -> EventPage:
    rows, has_next, has_previous = find_slice(connection, tenant_id, wanted, keyset)
    shown = [row for row in rows if not patterns or _is_meant(row, patterns)]
    ids = [row.id for row in shown]
    counts = events_counts(connection, tenant_id, ids)
    receipts = receipts_find(connection, tenant_id, [row.id for row in shown if row.origin == "webhook"])
    found = [FoundEvent(row, receipts.get(row.id), counts[row.id]) for row in shown]
    first, last = (rows[0].id, rows[-1].id) if rows else (None, None)
    return EventPage(found, first, last, has_next, has_previous)


def _is_meant(row: EventRow, patterns: tuple[str, ...]) -> bool:
    return any(matches(pattern, name) for name in fact_names(row.type, row.origin) for pattern in patterns)


def _one(connection: Connection, tenant_id: str, event_id: str) -> FoundEvent:
    row = event_find(connection, tenant_id, event_id)
    return FoundEvent(
        row, receipt_find(connection, tenant_id, event_id), events_counts(connection, tenant_id, [event_id])[event_id]
    )
