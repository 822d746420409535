"""Claims of due executions: levels in turn by weight, every twentieth the oldest of any (reliability §4.7).

A claim counts before any work is done, so that an execution that kills its worker ends in quarantine.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, text, update

from hookspan.model.levels import LEVELS, Turn, share
from hookspan.storage.dialect import one_of
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


def claim(connection: Connection, want: Claim) -> list[Claimed]:
    """Lease due executions in the order in which their turns come."""
    waiting: dict[int, list[tuple[int, str]]] = {}
    for level, due_at, identity in connection.execute(_DUE, {"now": want.now, "most": want.limit}):
        waiting.setdefault(level, []).append((due_at, identity))
    if not waiting:
        return []
    chosen = share(waiting, want.limit, want.turn.number, want.turn.cycle)
    # What another process took since it was looked at is passed over, and comes up in its own time.
    still = one_of(_columns.id, chosen) & (_columns.due_at <= want.now) & _columns.lease_token.is_(None)
    locked = set(connection.scalars(select(_columns.id).where(still).with_for_update(skip_locked=True)))
    leased = [identity for identity in chosen if identity in locked]
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


def next_due_at(connection: Connection) -> int | None:
    """When the earliest unclaimed execution is due."""
    return min((due_at for due_at in connection.execute(_EARLIEST).scalars() if due_at is not None), default=None)
