"""Events that wait for their time: found at their hour and released, with what is told of that.

Their deliveries and executions are due at that hour by themselves; this only makes the event's own row say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text, update

from hookspan import failpoints
from hookspan.model.events import Birth
from hookspan.storage import events as events_storage
from hookspan.storage import routing
from hookspan.storage.dialect import one_of
from hookspan.storage.tables import events

_column = events.c

# The literal condition lets both planners use the partial index of what waits.
_WAITS = text("events.status = 'scheduled'")


@dataclass(frozen=True, slots=True)
class DueEvent:
    """An event whose hour has come; `deliver_at` in epoch ms."""

    id: str
    tenant_id: str
    type: str
    deliver_at: int
    depth: int
    test: bool


@dataclass(frozen=True, slots=True)
class Release:
    """An event to be released, and the birth of what is told of it."""

    event: DueEvent
    birth: Birth


@dataclass(frozen=True, slots=True)
class Released:
    """The ids of those that were released here, and the committed routing version of each tenant that was stale."""

    ids: frozenset[str]
    stale: Mapping[str, int]


def due(connection: Connection, now: int, most: int) -> list[DueEvent]:
    """Waiting events whose hour has come, the longest due first."""
    columns = (_column.id, _column.tenant_id, _column.type, _column.deliver_at, _column.depth, _column.test)
    query = select(*columns).where(_WAITS, _column.deliver_at <= now).order_by(_column.deliver_at).limit(most)
    return [DueEvent(*row) for row in connection.execute(query)]


def next_due_at(connection: Connection) -> int | None:
    """The hour of the event that is due first, epoch ms."""
    return connection.execute(select(func.min(_column.deliver_at)).where(_WAITS)).scalar()


def release(connection: Connection, items: Sequence[Release], routed: Mapping[str, int]) -> Released:
    """Mark those as stored that still wait, and write what is told of them; each is released once.

    `routed` has for each tenant a routing version that all facts were matched at or after, also those nobody wanted.
    """
    current = routing.versions(connection, (item.event.tenant_id for item in items))
    stale = {item.event.tenant_id for item in items if _is_stale(item, routed, current)}
    fresh = {item.event.id: item for item in items if item.event.tenant_id not in stale}
    waiting = select(_column.id).where(one_of(_column.id, sorted(fresh)), _WAITS).order_by(_column.id)
    # Others may release the same ones: what they have locked is theirs.
    ids = connection.execute(waiting.with_for_update(skip_locked=True)).scalars().all()
    connection.execute(update(events).where(one_of(_column.id, ids), _WAITS).values(status="stored"))
    failpoints.reach("delayed.in_tx")
    events_storage.record_judged(connection, [fresh[each].birth for each in ids])
    return Released(frozenset(ids), {tenant_id: current[tenant_id] for tenant_id in stale})


def _is_stale(item: Release, routed: Mapping[str, int], current: Mapping[str, int]) -> bool:
    version = current[item.event.tenant_id]
    is_current = item.birth is None or item.birth.routing_version == version
    return routed.get(item.event.tenant_id) != version or not is_current
