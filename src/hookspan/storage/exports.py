"""Rows for exports: first the ids and sizes of all that match, then their contents a few at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, func, select

from hookspan.storage.deliveries_list import DeliveryFilter
from hookspan.storage.deliveries_list import conditions_of as delivery_conditions
from hookspan.storage.dialect import one_of, time_limit
from hookspan.storage.event_walk import Walk, walk_stretch
from hookspan.storage.events_list import EventCounts, EventRow, events_counts, row_in_full
from hookspan.storage.keyset import Keyset, keyset_slice, named_tenant
from hookspan.storage.receipts import ReceiptRow, receipts_in_full
from hookspan.storage.search_stretch import Stretch as Walked
from hookspan.storage.tables import events, webhook_deliveries, webhook_events

READ_SECONDS = 5.0
STRETCH = 5_000
"""Ids that one read looks for."""


@dataclass(frozen=True, slots=True)
class Found:
    """One row that matches: its id, and about how many bytes it holds."""

    id: str
    size: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that match, in the order asked for; `edge` is None when there are no more."""

    found: Sequence[Found]
    edge: str | None


def deliveries_stretch(
    connection: Connection, tenant_id: str, wanted: DeliveryFilter, edge: str | None, ascending: bool
) -> Stretch:
    """The next deliveries that match, behind `edge`."""
    column = webhook_deliveries.c
    mine = (column.tenant_id == tenant_id, *wanted.span.holds(column.id))
    statement = select(column.id).where(*mine, *delivery_conditions(wanted))
    page = keyset_slice(
        connection,
        statement,
        column.id,
        Keyset(STRETCH, edge, ascending=ascending),
        scanned=select(column.id).where(*mine),
    )
    return Stretch([Found(row.id, 0) for row in page.rows], page.last if page.has_next else None)


def events_stretch(connection: Connection, walk: Walk, edge: str | None, ascending: bool) -> Stretch:
    """The next events that match, behind `edge`, with the sizes of their contents."""
    with time_limit(connection, READ_SECONDS):
        return _sized(connection, walk, walk_stretch(connection, walk, edge, STRETCH, rising=ascending))


def _sized(connection: Connection, walk: Walk, stretch: Walked) -> Stretch:
    column, receipt = events.c, webhook_events.c
    size = func.length(column.data) + func.coalesce(func.length(column.metadata), 0)
    asked = func.coalesce(func.length(receipt.request_headers) + receipt.body_size, 0)
    statement: Select[tuple[str, int]] = (
        select(column.id, (size + asked).label("size"))
        .outerjoin(webhook_events, receipt.id == column.id)
        .where(named_tenant(column.tenant_id, walk.tenant_id), one_of(column.id, stretch.ids))
    )
    sizes = {row.id: row.size for row in connection.execute(statement)}
    return Stretch([Found(each, sizes[each]) for each in stretch.ids if each in sizes], stretch.last)


def events_contents(
    connection: Connection, tenant_id: str, ids: Sequence[str]
) -> list[tuple[EventRow, ReceiptRow | None, EventCounts]]:
    """These events in full with their receipts, in order of `ids`; one that was pruned meanwhile is left out."""
    statement = select(events, func.length(events.c.data).label("data_size"))
    query = statement.where(events.c.tenant_id == tenant_id, one_of(events.c.id, ids))
    rows = {row.id: row_in_full(row) for row in connection.execute(query)}
    receipts = receipts_in_full(connection, tenant_id, ids)
    counts = events_counts(connection, tenant_id, ids)
    return [(rows[each], receipts.get(each), counts[each]) for each in ids if each in rows]
