"""Which events a list holds, in order: by their own index, by their sources', or by a search; a page at a time.

Sources and searches are streams of stretches (storage/search_stretch.py). A stream that has to look at too much stops
and says so; its edge tells where to go on, so nothing is passed over and nothing is shown twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Select, func, select

from hookspan.errors import Invalid
from hookspan.storage.dialect import one_of
from hookspan.storage.event_filter import EventFilter, conditions_of
from hookspan.storage.event_search import searching
from hookspan.storage.event_slowest import slowest
from hookspan.storage.keyset import (
    COUNTED_MOST,
    Keyset,
    Total,
    keyset_slice,
    named_tenant,
    total_of,
)
from hookspan.storage.search_index import texts_of
from hookspan.storage.search_stretch import Stretch, merged
from hookspan.storage.tables import events, webhook_events

LOOKED_AT_MOST = 20_000
"""What a search may look at for one page."""
TESTED_MOST = 10_000
"""Events whose contents a page may be tested by (contracts B.6, `where`)."""
WALK_SECONDS = 2.5
CHUNK = 500
SOURCES_MOST = 50
"""Sources of one filter that are each walked by their own index; beyond, the tenant's events are looked through."""
OWN_EVENTS_MOST = 3_000
"""A source with fewer is searched by looking at all of them."""

Test = Callable[[Connection, Sequence[str]], Sequence[str]]
"""Of these ids of events those that pass, in the same order."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Whose events, which, and a test of their contents for what no condition can tell."""

    tenant_id: str
    wanted: EventFilter
    test: Test | None = None

    @property
    def is_plain(self) -> bool:
        """Whether conditions alone decide."""
        return self.test is None and self.wanted.needle is None


@dataclass(frozen=True, slots=True)
class WalkPage:
    """Ids of one page in the order asked for, and the ids next to which its neighbours begin.

    `is_truncated` says that the page was ended by how much there was to look at.
    """

    ids: Sequence[str]
    has_next: bool
    has_previous: bool
    first: str | None = None
    last: str | None = None
    total: Total | None = None
    is_truncated: bool = False


class Stream(Protocol):
    """What comes behind an edge."""

    def __call__(self, edge: str | None, *, rising: bool) -> Stretch:
        """The next stretch."""
        ...


def walk_page(connection: Connection, walk: Walk, keyset: Keyset, *, offset: int = 0) -> WalkPage:
    """One page, `offset` more rows behind the edge."""
    if keyset.slowest:
        page = _slowest_page(connection, walk, replace(keyset, limit=offset + keyset.limit))
    elif walk.is_plain:
        page = _plain_page(connection, walk, replace(keyset, limit=offset + keyset.limit))
    else:
        page = _walked_page(connection, walk, keyset, offset + keyset.limit)
    return replace(page, ids=page.ids[offset:])


def walk_stretch(connection: Connection, walk: Walk, edge: str | None, most: int, *, rising: bool) -> Stretch:
    """The next up to `most` ids; for those who want all of them and not a page."""
    if walk.is_plain:
        page = _plain_page(connection, walk, Keyset(most, edge, ascending=rising))
        return Stretch(page.ids, page.last if page.has_next else None)
    found = _gathered(stream_of(connection, walk), edge, most, rising=rising)
    return Stretch(found.ids, found.edge)


# -- by conditions ---------------------------------------------------------------------------------------------------


def _plain_page(connection: Connection, walk: Walk, keyset: Keyset) -> WalkPage:
    bases = _bases(walk)
    slices = [
        keyset_slice(connection, statement, identity, replace(keyset, counted=False), scanned=scanned)
        for statement, identity, scanned in bases
    ]
    rising = keyset.ascending != keyset.backward
    stretches = [
        Stretch([row.id for row in each.rows], each.first if keyset.backward else each.last, 0)
        if (each.has_previous if keyset.backward else each.has_next)
        else Stretch([row.id for row in each.rows], None)
        for each in slices
    ]
    together = merged(stretches, rising=rising) if len(stretches) != 1 else _turned(stretches[0], keyset)
    page = _page(_cut(together, keyset.limit), keyset)
    return replace(page, total=_total(connection, bases)) if keyset.counted else page


def _turned(stretch: Stretch, keyset: Keyset) -> Stretch:
    return replace(stretch, ids=stretch.ids[::-1]) if keyset.backward else stretch


_Base = tuple[Select[Any], ColumnElement[str], Select[Any] | None]


def _bases(walk: Walk) -> list[_Base]:
    """Statements that together hold what is wanted: one for each source, or one for the tenant."""
    wanted = walk.wanted
    if not 0 < len(set(wanted.webhook_ids)) <= SOURCES_MOST:
        mine = (events.c.tenant_id == walk.tenant_id, *wanted.span.holds(events.c.id))
        conditions = conditions_of(wanted)
        return [(select(events.c.id).where(*mine, *conditions), events.c.id, _scanned(events.c.id, mine, conditions))]
    conditions = conditions_of(replace(wanted, webhook_ids=()), on_receipts=True)
    return [_source_base(walk, webhook_id, conditions) for webhook_id in dict.fromkeys(wanted.webhook_ids)]


def _source_base(walk: Walk, webhook_id: str, conditions: Sequence[ColumnElement[bool]]) -> _Base:
    column = webhook_events.c
    theirs = (column.webhook_id == webhook_id, named_tenant(column.tenant_id, walk.tenant_id))
    born = walk.wanted.span.holds(column.id)
    statement = select(column.id).where(*theirs, *born, *conditions)
    if conditions:
        statement = statement.join(events, events.c.id == column.id)
    return statement, column.id, _scanned(column.id, (*theirs, *born), conditions)


def _scanned(
    identity: ColumnElement[str], mine: Sequence[ColumnElement[bool]], conditions: Sequence[ColumnElement[bool]]
) -> Select[Any] | None:
    return select(identity).where(*mine) if conditions else None


def _total(connection: Connection, bases: Sequence[_Base]) -> Total:
    totals = [total_of(connection, statement, identity, scanned=scanned) for statement, identity, scanned in bases]
    number = sum(total.number for total in totals)
    return Total(min(number, COUNTED_MOST), number > COUNTED_MOST or any(total.is_capped for total in totals))


def _slowest_page(connection: Connection, walk: Walk, keyset: Keyset) -> WalkPage:
    """Only forward, and only where conditions alone decide."""
    wanted, column = walk.wanted, webhook_events.c
    if not walk.is_plain or keyset.backward:
        raise Invalid.one("/sort", "-processingTimeMs does not combine with q, where and inner wildcards")
    mine: tuple[ColumnElement[bool], ...] = (column.tenant_id == walk.tenant_id,)
    if len(wanted.webhook_ids) == 1:
        mine = (column.webhook_id == wanted.webhook_ids[0], named_tenant(column.tenant_id, walk.tenant_id))
        wanted = replace(wanted, webhook_ids=())
    conditions = conditions_of(wanted, on_receipts=True)
    stretch, edge = slowest(connection, (*mine, *wanted.span.holds(column.id)), conditions, keyset)
    page = WalkPage(stretch.ids, edge is not None, has_previous=False, last=edge)
    return replace(page, total=_total(connection, _bases(walk))) if keyset.counted else page


# -- by streams ------------------------------------------------------------------------------------------------------


def _walked_page(connection: Connection, walk: Walk, keyset: Keyset, most: int) -> WalkPage:
    rising = keyset.ascending != keyset.backward
    found = _gathered(stream_of(connection, walk), keyset.edge, most, rising=rising)
    page = _page(Stretch(found.ids, found.edge), keyset)
    # What is not counted by an index is known as far as it was seen.
    total = Total(len(found.ids) + (found.edge is not None), found.edge is not None) if keyset.counted else None
    return replace(page, total=total, is_truncated=found.is_truncated)


@dataclass(frozen=True, slots=True)
class _Found:
    ids: list[str]
    edge: str | None
    is_truncated: bool = False


def _gathered(stream: Stream, edge: str | None, most: int, *, rising: bool) -> _Found:
    """Stretch after stretch until there are more than `most` ids, or nothing is left, or it costs too much."""
    ids: list[str] = []
    looked_at, until = 0, time.monotonic() + WALK_SECONDS
    while True:
        stretch = stream(edge, rising=rising)
        ids += stretch.ids
        looked_at += stretch.looked_at
        if len(ids) > most:
            return _Found(ids[:most], ids[most - 1])
        if stretch.last is None:
            return _Found(ids, None)
        edge = stretch.last
        if looked_at >= LOOKED_AT_MOST or time.monotonic() > until:
            return _Found(ids, edge, is_truncated=True)


def stream_of(connection: Connection, walk: Walk) -> Stream:
    """What is wanted, as a stream."""
    needle = walk.wanted.needle
    if needle is not None and not _is_of_few(connection, walk):
        found = searching(connection, walk.tenant_id, needle, walk.wanted.span)
        return _tested(connection, walk, _held(connection, walk, found))
    plain = _plain_stream(connection, replace(walk, wanted=replace(walk.wanted, needle=None)))
    if needle is not None:
        plain = _read(connection, walk.tenant_id, needle, plain)
    return _tested(connection, walk, plain)


def _is_of_few(connection: Connection, walk: Walk) -> bool:
    """Whether the sources that are asked for have so few events that each may be looked at."""
    if not 0 < len(walk.wanted.webhook_ids) <= SOURCES_MOST:
        return False
    column = webhook_events.c
    theirs = select(column.id).where(one_of(column.webhook_id, walk.wanted.webhook_ids)).limit(OWN_EVENTS_MOST + 1)
    number = connection.execute(select(func.count()).select_from(theirs.subquery())).scalar_one()
    return number <= OWN_EVENTS_MOST


def _plain_stream(connection: Connection, walk: Walk) -> Stream:
    def stretch(edge: str | None, *, rising: bool) -> Stretch:
        page = _plain_page(connection, replace(walk, test=None), Keyset(CHUNK, edge, ascending=rising))
        return Stretch(page.ids, page.last if page.has_next else None, len(page.ids))

    return stretch


def _held(connection: Connection, walk: Walk, found: Stream) -> Stream:
    """Of what a search found that which the conditions hold."""
    conditions = conditions_of(walk.wanted)

    def stretch(edge: str | None, *, rising: bool) -> Stretch:
        some = found(edge, rising=rising)
        if not some.ids or not conditions:
            return some
        mine = (named_tenant(events.c.tenant_id, walk.tenant_id), one_of(events.c.id, some.ids))
        held = set(connection.execute(select(events.c.id).where(*mine, *conditions)).scalars())
        return replace(some, ids=[identity for identity in some.ids if identity in held])

    return stretch


def _read(connection: Connection, tenant_id: str, needle: str, plain: Stream) -> Stream:
    """Of these events those whose text has the needle, each text made anew."""

    def stretch(edge: str | None, *, rising: bool) -> Stretch:
        some = plain(edge, rising=rising)
        texts = texts_of(connection, tenant_id, some.ids)
        return replace(some, ids=[identity for identity in some.ids if needle in texts.get(identity, "")])

    return stretch


def _tested(connection: Connection, walk: Walk, plain: Stream) -> Stream:
    test = walk.test
    if test is None:
        return plain

    def stretch(edge: str | None, *, rising: bool) -> Stretch:
        some = plain(edge, rising=rising)
        # A test may look at fewer events than a search: each counts for more of what a page may look at.
        looked_at = max(some.looked_at, len(some.ids) * (LOOKED_AT_MOST // TESTED_MOST))
        return replace(some, ids=test(connection, some.ids), looked_at=looked_at)

    return stretch


# -- pages -----------------------------------------------------------------------------------------------------------


def _cut(stretch: Stretch, limit: int) -> Stretch:
    if len(stretch.ids) <= limit:
        return stretch
    return replace(stretch, ids=stretch.ids[:limit], last=stretch.ids[limit - 1])


def _page(stretch: Stretch, keyset: Keyset) -> WalkPage:
    """A stretch in walking order as a page in the order asked for."""
    more, ids = stretch.last is not None, list(stretch.ids)
    near, far = (ids[0], stretch.last or ids[-1]) if ids else (None, stretch.last)
    if keyset.backward:
        return WalkPage(ids[::-1], has_next=True, has_previous=more, first=far, last=near or keyset.edge)
    return WalkPage(ids, more, keyset.edge is not None, first=near or keyset.edge, last=far)


def facets(connection: Connection, walk: Walk, names: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many of what is wanted have which value, among the newest COUNTED_MOST; see FACETS for the names."""
    if walk.is_plain:
        stretch = _plain_page(connection, walk, Keyset(COUNTED_MOST))
    else:
        stretch = _walked_page(connection, walk, Keyset(CHUNK), CHUNK)
    counted: dict[str, dict[str, int]] = {}
    for name in names:
        column = FACETS[name]
        query = select(column, func.count()).select_from(events).group_by(column)
        query = query.outerjoin(webhook_events, webhook_events.c.id == events.c.id)
        rows = connection.execute(query.where(one_of(events.c.id, stretch.ids)))
        counted[name] = {str(value): number for value, number in rows if value is not None}
    return counted


FACETS: dict[str, ColumnElement[Any]] = {
    "status": func.coalesce(webhook_events.c.status, events.c.status),
    "webhookId": events.c.webhook_id,
    "workflowId": events.c.workflow_id,
    "eventType": events.c.type,
    "origin": events.c.origin,
    "method": webhook_events.c.request_method,
    "responseStatus": webhook_events.c.response_status,
    "priority": events.c.priority,
    "errorCode": webhook_events.c.error_code,
}
