"""Look back at events: which stored types a pattern means, pages with their counts, one event in full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hookspan.events.routing import fact_names
from hookspan.model.catalogue import CATALOGUE, INBOUND, find
from hookspan.model.match import matches
from hookspan.storage.database import Database
from hookspan.storage.events_list import (
    EventCounts,
    EventFilter,
    EventRow,
    TypeMatch,
    event_in_full,
    events_page,
)
from hookspan.storage.keyset import Keyset, Slice
from hookspan.storage.receipts import ReceiptRow


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event with its receipt, if it came in, and what became of it."""

    event: EventRow
    receipt: ReceiptRow | None
    counts: EventCounts


@dataclass(frozen=True, slots=True)
class EventPage:
    """One page; with filters it may be shorter than asked for although there is a next one."""

    found: Sequence[FoundEvent]
    page: Slice


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
        found = await self._database.read(events_page, tenant_id, wanted, keyset)
        shown = [row for row in found.rows if is_meant(row.type, row.origin, patterns)]
        events = [FoundEvent(row, found.receipts.get(row.id), found.counts[row.id]) for row in shown]
        return EventPage(events, found.page)

    async def event(self, tenant_id: str, event_id: str) -> FoundEvent:
        """One event in full, or NotFound."""
        return FoundEvent(*await self._database.read(event_in_full, tenant_id, event_id))


def is_meant(event_type: str, origin: str, patterns: Sequence[str]) -> bool:
    """Whether one of the patterns matches a name of the fact; without patterns every fact is meant."""
    if not patterns:
        return True
    return any(matches(pattern, name) for name in fact_names(event_type, origin) for pattern in patterns)
