"""Deliveries follow their endpoint: held while it is not active, freed when it is, ended when it is deleted.

What is freed is spread over time and meets a gate that lets one attempt through at first: no herd (reliability §4.6).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, literal_column, select, update

from hookspan import failpoints
from hookspan.storage.delivery_tables import IN_ORDER, UNORDERED
from hookspan.storage.dialect import update_rows
from hookspan.storage.gates import ramps_start
from hookspan.storage.tables import endpoints, webhook_deliveries

_deliveries = webhook_deliveries.c

RAMP_PER_SECOND = 50
RAMP_MS_MOST = 600_000

_ACTIVE = select(endpoints.c.id).where(endpoints.c.status == "active", endpoints.c.deleted_at.is_(None))
_IDLE = select(endpoints.c.id).where(endpoints.c.status != "active", endpoints.c.deleted_at.is_(None))
_DELETED = select(endpoints.c.id).where(endpoints.c.deleted_at.is_not(None))


def _literally(sql: str) -> ColumnElement[bool]:
    # A literal, not a parameter: a partial index serves only what the statement itself says.
    return literal_column(sql)


_WAITING = (
    _literally(UNORDERED.format("webhook_deliveries")),
    _literally(IN_ORDER.format("webhook_deliveries") + " AND webhook_deliveries.status = 'pending'"),
)
_HELD = _literally("webhook_deliveries.status = 'held'")


def _rows(state: ColumnElement[bool], owners: Select[tuple[str]]) -> Select[tuple[str]]:
    return select(_deliveries.id).where(state, _deliveries.endpoint_id.in_(owners))


_TO_HOLD = tuple(_rows(state, _IDLE) for state in _WAITING)
_TO_END = tuple(_rows(state, _DELETED) for state in _WAITING)
_TO_FREE = _rows(_HELD, _ACTIVE)


def has_to_move(connection: Connection) -> bool:
    """Whether some delivery no longer fits its endpoint's status; asked on a reader before the writer is troubled."""
    return any(connection.execute(rows.limit(1)).first() for rows in (*_TO_HOLD, *_TO_END, _TO_FREE))


@dataclass(frozen=True, slots=True)
class Moved:
    """How many deliveries followed their endpoints; `held` and `cancelled` by (tenant, endpoint)."""

    held: Mapping[tuple[str, str], int]
    cancelled: Mapping[tuple[str, str], int]
    freed: int


def hold_and_release(connection: Connection, now: int, most: int) -> Moved:
    """Hold waiting deliveries of endpoints that are not active (11); free held ones of active endpoints (12)."""
    held: Counter[tuple[str, str]] = Counter()
    cancelled: Counter[tuple[str, str]] = Counter()
    for rows in _TO_END:
        cancelled += _move(connection, rows, most, status="cancelled", reason="endpoint_deleted", completed_at=now)
    for rows in _TO_HOLD:
        held += _move(connection, rows, most, status="held", reason="endpoint_not_active")
    if held:
        failpoints.reach("hold.batch")
    return Moved(held, cancelled, _free(connection, now, most))


def _move(connection: Connection, rows: Select[tuple[str]], most: int, **values: object) -> Counter[tuple[str, str]]:
    moved = connection.execute(
        update(webhook_deliveries)
        .where(_deliveries.id.in_(rows.limit(most)), _deliveries.status == "pending")
        .values(**values)
        .returning(_deliveries.tenant_id, _deliveries.endpoint_id)
    )
    return Counter((row.tenant_id, row.endpoint_id) for row in moved)


def _free(connection: Connection, now: int, most: int) -> int:
    """Due times spread with full jitter over the time the backlog takes at 50 a second, at most ten minutes."""
    query = (
        select(_deliveries.id, _deliveries.endpoint_id, _deliveries.ordering_key)
        .where(_HELD, _deliveries.endpoint_id.in_(_ACTIVE))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(query).all()
    if not rows:
        return 0
    owners = sorted({row.endpoint_id for row in rows})
    spread_ms = {owner: ramp_ms(_backlog_of(connection, owner)) for owner in owners}
    update_rows(
        connection,
        webhook_deliveries,
        "id status reason due_at trigger",
        [(row.id, "pending", None, now + _jitter_ms(row, spread_ms), "resume") for row in rows],
    )
    ramps_start(connection, owners)
    return len(rows)


def ramp_ms(backlog: int) -> int:
    """Over how long a backlog is spread; one that is sent within a second is not."""
    return 0 if backlog <= RAMP_PER_SECOND else min(RAMP_MS_MOST, backlog * 1_000 // RAMP_PER_SECOND)


def _backlog_of(connection: Connection, endpoint_id: str) -> int:
    """What is held and what was freed before it and waits: every batch of a release gets the same spread."""
    most = RAMP_MS_MOST * RAMP_PER_SECOND // 1_000
    mine = select(_deliveries.id).where(_deliveries.endpoint_id == endpoint_id)
    freed = mine.where(_WAITING[0], _deliveries.trigger == "resume")
    return sum(
        connection.execute(select(func.count()).select_from(rows.limit(most).subquery())).scalar_one()
        for rows in (mine.where(_HELD), freed)
    )


def _jitter_ms(row: Row[*tuple[Any, ...]], spread_ms: Mapping[str, int]) -> int:
    """What is in order is held back by its order: one of a key at a time, and a late head would delay them all."""
    if row.ordering_key is not None:
        return 0
    return int(random.random() * spread_ms[row.endpoint_id])  # noqa: S311  # jitter, no secret
