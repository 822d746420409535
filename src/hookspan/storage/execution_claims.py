"""Claims of due executions: levels in turn by weight, every twentieth the oldest of any (reliability §4.7).

A claim counts before any work is done, so that an execution that kills its worker ends in quarantine. What would be
one too many of its workflow or tenant is parked (execution_limits.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, select, text, update

from hookspan.model.levels import LEVELS, Turn, share
from hookspan.storage.dialect import one_of
from hookspan.storage.execution_limits import OF_TENANT, OF_WORKFLOW, limits_of, park
from hookspan.storage.executions import Claimed, with_steps
from hookspan.storage.tables import executions

FIRST_TURN = Turn()
_columns = executions.c
# The literal condition lets both planners use the partial index of what is due.
_UNCLAIMED = "due_at IS NOT NULL AND lease_token IS NULL"


@dataclass(frozen=True, slots=True)
class Claim:
    """How many executions to lease, under which token (128-bit hex), until when; `turn` says whose turn it is."""

    now: int
    limit: int
    token: str
    until: int
    turn: Turn = FIRST_TURN


def _due_at(level: int) -> str:
    return (
        f"SELECT * FROM (SELECT priority, due_at, id FROM executions WHERE {_UNCLAIMED} AND priority = {level}"  # noqa: S608  # our own words
        f" AND due_at <= :now ORDER BY due_at LIMIT :most) due_{level}"
    )


def _earliest(level: int) -> str:
    return f"(SELECT MIN(due_at) AS due_at FROM executions WHERE {_UNCLAIMED} AND priority = {level})"  # noqa: S608  # our own words


_DUE = text(" UNION ALL ".join(_due_at(level) for level in LEVELS))
_EARLIEST = text(" UNION ALL ".join(f"SELECT * FROM {_earliest(level)} e_{level}" for level in LEVELS))  # noqa: S608  # our own words


_LOOKED_AT: list[ColumnElement[Any]] = [
    *(_columns.id, _columns.workflow_id, _columns.tenant_id, _columns.told),
    *(OF_WORKFLOW, OF_TENANT),
]
# Built once: SQLAlchemy spends more on building a statement than the database on one row.
_STILL = one_of(_columns.id) & (_columns.due_at <= bindparam("now")) & _columns.lease_token.is_(None)
_LOCK = select(*_LOOKED_AT).where(_STILL).with_for_update(of=executions, skip_locked=True)
_LEASE = (
    update(executions)
    .where(one_of(_columns.id))
    .values(
        lease_token=bindparam("token"),
        lease_until=bindparam("until"),
        parked_by=None,
        claims=_columns.claims + 1,
        silent_claims=_columns.silent_claims + 1,
    )
)


def claim(connection: Connection, want: Claim) -> list[Claimed]:
    """Lease due executions in the order in which their turns come."""
    while True:
        waiting: dict[int, list[tuple[int, str]]] = {}
        for level, due_at, identity in connection.execute(_DUE, {"now": want.now, "most": want.limit}):
            waiting.setdefault(level, []).append((due_at, identity))
        if not waiting:
            return []
        chosen = share(waiting, want.limit, want.turn.number, want.turn.cycle)
        looked_at = _locked(connection, chosen, want.now)
        parked = park(connection, looked_at) if any(limits_of(row) for row in looked_at) else set()
        leased = [row.id for row in looked_at if row.id not in parked]
        if leased or not parked:
            break
    if not leased:
        return []
    connection.execute(_LEASE, {"members": leased, "token": want.token, "until": want.until})
    return with_steps(connection, leased, {row.id: limits_of(row) for row in looked_at})


def _locked(connection: Connection, chosen: Sequence[str], now: int) -> list[Row[Any]]:
    """Those still there, in their order; what another process took meanwhile comes up in its own time."""
    locked = {row.id: row for row in connection.execute(_LOCK, {"members": chosen, "now": now})}
    return [locked[identity] for identity in chosen if identity in locked]


def next_due_at(connection: Connection) -> int | None:
    """When the earliest unclaimed execution is due."""
    return min((due_at for due_at in connection.execute(_EARLIEST).scalars() if due_at is not None), default=None)
