"""Replays looked back on: which event was made from which, by whom and why; and what an event must be to be replayed.

The rows are written with the events they tell of (storage/events.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from hookspan.errors import NotFound
from hookspan.storage.dialect import one_of
from hookspan.storage.keyset import ALWAYS, COUNTED_MOST, Span, Total, named_tenant
from hookspan.storage.tables import events, replays, webhook_events, webhooks

_events, _replays, _receipts = events.c, replays.c, webhook_events.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRow:
    """One replay; `diff` is a JSON Patch as JSON, None where nothing was changed or the patch would be too long."""

    id: str
    tenant_id: str
    event_id: str
    source_event_id: str
    root_event_id: str
    webhook_id: str | None
    replay_count: int
    actor: str
    reason: str | None
    modified: bool
    diff: str | None
    job_id: str | None
    created_at: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """What decides whether an event can be replayed; `webhook_id` is set on one that came in by a request."""

    id: str
    type: str
    status: str
    replay_count: int
    webhook_id: str | None
    type_version: int | None
    size: int


@dataclass(frozen=True, slots=True)
class ReplayFilter:
    """Which replays a list shows; `event_id` means everything of its chain: made as it, from it, or of its original."""

    event_id: str | None = None
    actor: str | None = None
    job_id: str | None = None
    span: Span = ALWAYS


@dataclass(frozen=True, slots=True)
class Link:
    """An event of a chain; `replay` is None for the original, `receipt_status` for what did not come in."""

    id: str
    type: str
    status: str
    replay_count: int
    source_event_id: str | None
    created_at: int
    receipt_status: str | None
    execution_id: str | None
    replay: ReplayRow | None


@dataclass(frozen=True, slots=True)
class Chain:
    """An original and what was made from it, oldest first; `total` counts also those beyond the limit."""

    root_event_id: str
    links: Sequence[Link]
    total: int


_CANDIDATE = (
    select(
        *(_events.id, _events.type, _events.status, _events.replay_count, _receipts.webhook_id, _events.type_version),
        func.length(_events.data).label("size"),
    )
    .select_from(events)
    .join(webhook_events, _receipts.id == _events.id, isouter=True)
)


def candidates(connection: Connection, tenant_id: str, ids: Collection[str]) -> Mapping[str, Candidate]:
    """Those of these events that are the tenant's."""
    query = _CANDIDATE.where(named_tenant(_events.tenant_id, tenant_id), one_of(_events.id, sorted(ids)))
    return {row.id: Candidate(**row._mapping) for row in connection.execute(query)}


def event_content(connection: Connection, tenant_id: str, event_id: str) -> bytes:
    """What a changed payload takes the place of: the body of the request that came in, else the event's data."""
    query = (
        select(_events.data, _receipts.request_body)
        .join(webhook_events, _receipts.id == _events.id, isouter=True)
        .where(_events.tenant_id == tenant_id, _events.id == event_id)
    )
    row = connection.execute(query).first()
    if row is None:
        raise NotFound("no such event")
    return bytes(row.data if row.request_body is None else row.request_body)


def closed_webhooks(connection: Connection, tenant_id: str) -> frozenset[str]:
    """Sources of the tenant that take nothing: disabled or deleted."""
    column = webhooks.c
    closed = or_(column.status == "disabled", column.deleted_at.is_not(None))
    return frozenset(connection.scalars(select(column.id).where(column.tenant_id == tenant_id, closed)))


def done_by_job(connection: Connection, tenant_id: str, job_id: str, ids: Sequence[str]) -> frozenset[str]:
    """Those of these events that the job has replayed."""
    query = select(_replays.source_event_id).where(
        named_tenant(_replays.tenant_id, tenant_id), _replays.job_id == job_id, one_of(_replays.source_event_id, ids)
    )
    return frozenset(connection.scalars(query))


def made_by_job(connection: Connection, tenant_id: str, job_id: str, ids: Sequence[str]) -> frozenset[str]:
    """Those of these events that the job itself has made."""
    query = select(_replays.event_id).where(
        named_tenant(_replays.tenant_id, tenant_id), _replays.job_id == job_id, one_of(_replays.event_id, ids)
    )
    return frozenset(connection.scalars(query))


def replays_list(
    connection: Connection, tenant_id: str, wanted: ReplayFilter, limit: int, offset: int
) -> tuple[list[ReplayRow], Total]:
    """One page, newest first, and how many there are in all: exact up to 10,000."""
    query = select(replays).where(_replays.tenant_id == tenant_id, *wanted.span.holds(_replays.id))
    if wanted.event_id is not None:
        of_event = (_replays.event_id, _replays.source_event_id, _replays.root_event_id)
        query = query.where(or_(*(column == wanted.event_id for column in of_event)))
    for column, value in ((_replays.actor, wanted.actor), (_replays.job_id, wanted.job_id)):
        if value is not None:
            query = query.where(column == value)
    ids = query.with_only_columns(_replays.id).limit(COUNTED_MOST + 1).subquery()
    number = connection.execute(select(func.count()).select_from(ids)).scalar_one()
    rows = connection.execute(query.order_by(_replays.id.desc()).limit(limit).offset(offset))
    return [_replay(row) for row in rows], Total(min(number, COUNTED_MOST), number > COUNTED_MOST)


def chain(connection: Connection, tenant_id: str, event_id: str, most: int) -> Chain:
    """The original of an event and its replays, however deep; NotFound for an event the tenant does not have."""
    mine = named_tenant(_events.tenant_id, tenant_id)
    asked = connection.execute(select(_events.root_event_id).where(mine, _events.id == event_id)).first()
    if asked is None:
        raise NotFound("no such event")
    root = asked.root_event_id or event_id
    # The literal condition lets both planners use the partial index on the root.
    family = [_events.root_event_id.is_not(None) & (_events.root_event_id == root)]
    total = connection.execute(select(func.count()).where(mine, *family)).scalar_one()
    columns = (_events.id, _events.type, _events.status, _events.replay_count, _events.source_event_id)
    query = select(*columns, _events.created_at, _receipts.status.label("receipt_status"), _receipts.execution_id).join(
        webhook_events, _receipts.id == _events.id, isouter=True
    )
    rows = [
        *connection.execute(query.where(mine, _events.id == root)),
        *connection.execute(query.where(mine, *family).order_by(_events.id).limit(most)),
    ]
    told = _told(connection, tenant_id, [row.id for row in rows])
    links = [Link(**row._mapping, replay=told.get(row.id)) for row in rows[:most]]
    return Chain(root, links, total + sum(row.id == root for row in rows))


def _told(connection: Connection, tenant_id: str, ids: Sequence[str]) -> dict[str, ReplayRow]:
    query = select(replays).where(named_tenant(_replays.tenant_id, tenant_id), one_of(_replays.event_id, ids))
    return {row.event_id: _replay(row) for row in connection.execute(query)}


def _replay(row: Row[Any]) -> ReplayRow:
    return ReplayRow(**row._mapping)
