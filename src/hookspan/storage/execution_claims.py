"""Claims of due executions: levels in turn by weight, every twentieth the oldest of any (reliability §4.7).

A claim counts before any work is done, so that an execution that kills its worker ends in quarantine. What has not
begun of a workflow at its limit of running executions is parked: it is due again when one of them makes room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, text, update

from hookspan.model.levels import LEVELS, Turn, share
from hookspan.storage.dialect import one_of
from hookspan.storage.executions import Claimed, with_steps
from hookspan.storage.settlements import PARKED, make_room
from hookspan.storage.tables import executions, workflows

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


_OF_ITS = select(workflows.c.concurrency).where(workflows.c.id == _columns.workflow_id)
_LIMIT: ColumnElement[Any] = _OF_ITS.correlate(executions).scalar_subquery().label("most")
_LOOKED_AT: list[ColumnElement[Any]] = [_columns.id, _columns.workflow_id, _columns.status, _LIMIT]


def claim(connection: Connection, want: Claim) -> list[Claimed]:
    """Lease due executions in the order in which their turns come."""
    while True:
        waiting: dict[int, list[tuple[int, str]]] = {}
        for level, due_at, identity in connection.execute(_DUE, {"now": want.now, "most": want.limit}):
            waiting.setdefault(level, []).append((due_at, identity))
        if not waiting:
            return []
        chosen = share(waiting, want.limit, want.turn.number, want.turn.cycle)
        leased, is_parked = _leasable(connection, chosen, want.now)
        if leased or not is_parked:
            break
    if not leased:
        return []
    connection.execute(
        update(executions)
        .where(one_of(_columns.id, leased))
        .values(
            lease_token=want.token,
            lease_until=want.until,
            claims=_columns.claims + 1,
            silent_claims=_columns.silent_claims + 1,
        )
    )
    return with_steps(connection, leased)


def _leasable(connection: Connection, chosen: Sequence[str], now: int) -> tuple[list[str], bool]:
    """Those still there, locked, in their order; and whether others had to be parked."""
    # What another process took since it was looked at is passed over, and comes up in its own time.
    still = one_of(_columns.id, chosen) & (_columns.due_at <= now) & _columns.lease_token.is_(None)
    query = select(*_LOOKED_AT).where(still).with_for_update(of=executions, skip_locked=True)
    locked = {row.id: row for row in connection.execute(query)}
    leased = [identity for identity in chosen if identity in locked]
    if all(row.most is None for row in locked.values()):
        return leased, False
    over = _over_the_limit(connection, [locked[identity] for identity in leased])
    connection.execute(update(executions).where(one_of(_columns.id, over)).values(due_at=None))
    return [identity for identity in leased if identity not in over], bool(over)


def _over_the_limit(connection: Connection, rows: Sequence[Row[Any]]) -> list[str]:
    """Executions that have not begun and would be too many beside those that run."""
    limits = {row.workflow_id: row.most for row in rows if row.most is not None}
    # One claim at a time per limited workflow: two that count at once would both find room.
    query = select(workflows.c.id).where(one_of(workflows.c.id, sorted(limits))).order_by(workflows.c.id)
    connection.execute(query.with_for_update(key_share=True))
    running = _running(connection)
    over = []
    for row in rows:
        if row.workflow_id not in limits:
            continue
        if row.status == "pending" and running[row.workflow_id] >= limits[row.workflow_id]:
            over.append(row.id)
        else:
            running[row.workflow_id] += 1
    return over


def _running(connection: Connection) -> Counter[str]:
    """How many of each workflow are leased: read by the index of leases, never by that of a workflow's whole past."""
    is_leased = _columns.lease_token.is_not(None) & (_columns.lease_until > 0)
    return Counter(connection.execute(select(_columns.workflow_id).where(is_leased)).scalars())


def unpark(connection: Connection) -> None:
    """Let one parked execution of each workflow be looked at again: a limit was raised, or a worker died."""
    parked = connection.execute(select(_columns.workflow_id).where(PARKED).distinct()).scalars().all()
    if parked:
        make_room(connection, dict.fromkeys(parked, 1))


def next_due_at(connection: Connection) -> int | None:
    """When the earliest unclaimed execution is due."""
    return min((due_at for due_at in connection.execute(_EARLIEST).scalars() if due_at is not None), default=None)
