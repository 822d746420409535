"""Claims of due executions: levels in turn by weight, every twentieth the oldest of any (reliability §4.7).

A claim counts before any work is done, so that an execution that kills its worker ends in quarantine. What would be
one too many of its workflow or tenant is parked (execution_limits.py): so much of it in one transaction as the others
who write can wait for. What is left is due, so the next claim finds it, and comes at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, TextClause, bindparam, select, text, update

from hookspan.model.executions import SUSPECT_FROM
from hookspan.model.levels import LEVELS, Turn, share
from hookspan.storage.dialect import one_of
from hookspan.storage.execution_limits import OF_TENANT, OF_WORKFLOW, limits_of, park
from hookspan.storage.execution_suspects import admitted
from hookspan.storage.executions import Claimed, with_steps
from hookspan.storage.tables import executions

FIRST_TURN = Turn()
ROUNDS_MOST = 3
"""How often one claim looks again when all it found was parked."""
_columns = executions.c
# The literal condition lets both planners use the partial index of what is due.
_UNCLAIMED = "due_at IS NOT NULL AND lease_token IS NULL"
_UNSUSPECTED = f"{_UNCLAIMED} AND silent_claims < {SUSPECT_FROM}"


@dataclass(frozen=True, slots=True)
class Claim:
    """How many executions to lease, under which token (128-bit hex), until when; `turn` says whose turn it is.

    `suspects` is how many suspects are under way where these will be driven; `chosen` are the only ones that are
    wanted, empty for whoever is due.
    """

    now: int
    limit: int
    token: str
    until: int
    turn: Turn = FIRST_TURN
    suspects: int = 0
    chosen: Sequence[str] = ()


def _due_at(level: int, unclaimed: str) -> str:
    return (
        f"SELECT * FROM (SELECT priority, due_at, id FROM executions WHERE {unclaimed} AND priority = {level}"  # noqa: S608  # our own words
        f" AND due_at <= :now ORDER BY due_at LIMIT :most) due_{level}"
    )


def _earliest(level: int, unclaimed: str) -> str:
    earliest = f"SELECT MIN(due_at) AS due_at FROM executions WHERE {unclaimed} AND priority = {level}"  # noqa: S608  # our own words
    return f"SELECT * FROM ({earliest}) e_{level}"  # noqa: S608  # our own words


def _of_each_level(query: Callable[[int, str], str], unclaimed: str) -> TextClause:
    return text(" UNION ALL ".join(query(level, unclaimed) for level in LEVELS))


_DUE, _DUE_UNSUSPECTED = (_of_each_level(_due_at, each) for each in (_UNCLAIMED, _UNSUSPECTED))
_EARLIEST, _EARLIEST_UNSUSPECTED = (_of_each_level(_earliest, each) for each in (_UNCLAIMED, _UNSUSPECTED))


_LOOKED_AT: list[ColumnElement[Any]] = [
    *(_columns.id, _columns.workflow_id, _columns.tenant_id, _columns.told, _columns.silent_claims),
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
    """Lease due executions in the order in which their turns come; those that are ahead may be only parked by it."""
    for _ in range(ROUNDS_MOST):
        chosen = want.chosen or _chosen(connection, want, _DUE)
        if not chosen:
            return []
        looked_at = _without_those_kept_out(connection, want, _locked(connection, chosen, want.now))
        parked = park(connection, looked_at, want.now) if any(limits_of(row) for row in looked_at) else set()
        leased = [row.id for row in looked_at if row.id not in parked]
        if leased or not parked:
            break
    if not leased:
        return []
    connection.execute(_LEASE, {"members": leased, "token": want.token, "until": want.until})
    return with_steps(connection, leased, {row.id: limits_of(row) for row in looked_at})


def _chosen(connection: Connection, want: Claim, due: TextClause) -> list[str]:
    waiting: dict[int, list[tuple[int, str]]] = {}
    for level, due_at, identity in connection.execute(due, {"now": want.now, "most": want.limit}):
        waiting.setdefault(level, []).append((due_at, identity))
    return share(waiting, want.limit, want.turn.number, want.turn.cycle) if waiting else []


def _without_those_kept_out(connection: Connection, want: Claim, due: list[Row[Any]]) -> list[Row[Any]]:
    """With suspects among them only those admitted, and in the place of the others who stands behind."""
    suspects = admitted(due, want.suspects)
    if suspects is None:
        return due
    others = _locked(connection, _chosen(connection, want, _DUE_UNSUSPECTED), want.now)
    return [*(row for row in due if row.id in suspects), *others][: want.limit]


def _locked(connection: Connection, chosen: Sequence[str], now: int) -> list[Row[Any]]:
    """Those still there, in their order; what another process took meanwhile comes up in its own time."""
    locked = {row.id: row for row in connection.execute(_LOCK, {"members": chosen, "now": now})}
    return [locked[identity] for identity in chosen if identity in locked]


def next_due_at(connection: Connection, *, with_suspects: bool = True) -> int | None:
    """When the earliest unclaimed execution is due."""
    earliest = _EARLIEST if with_suspects else _EARLIEST_UNSUSPECTED
    return min((due_at for due_at in connection.execute(earliest).scalars() if due_at is not None), default=None)
