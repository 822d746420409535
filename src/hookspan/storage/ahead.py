"""Work that was accepted while a clock was ahead: due at once when it was made, and so not before that clock's date.

Ids carry the instant of their birth, so what was born in the future stands at the end of the primary key: where
clocks are right, looking for it reads nothing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, select, update

from hookspan.storage.dialect import one_of, wake_others
from hookspan.storage.keyset import first_id_at
from hookspan.storage.tables import executions, webhook_deliveries

MARGIN_MS = 1_000
"""So far the clocks of hosts may differ, and what is due at once may be due after its birth."""
MOST = 500
_execution = executions.c
_delivery = webhook_deliveries.c


def found(connection: Connection, now: int) -> bool:
    """Whether there is any."""
    return any(connection.execute(query.limit(1)).first() for query in _queries(now))


def put_right(connection: Connection, now: int) -> int:
    """Let it be due now, at most 500 of each sort; how many."""
    of_executions, of_deliveries = (_locked(connection, query) for query in _queries(now))
    connection.execute(update(executions).where(one_of(_execution.id, of_executions)).values(due_at=now))
    connection.execute(
        update(webhook_deliveries).where(one_of(_delivery.id, of_deliveries)).values(due_at=now, first_due_at=now)
    )
    wake_others(connection)
    return len(of_executions) + len(of_deliveries)


def _locked(connection: Connection, query: Select[Any]) -> list[str]:
    return list(connection.execute(query.limit(MOST).with_for_update(skip_locked=True)).scalars())


def _queries(now: int) -> tuple[Select[Any], Select[Any]]:
    """Executions and deliveries that nobody has begun; what is to wait for an hour of its own is left to it."""
    first = first_id_at(now + MARGIN_MS)
    return (
        select(_execution.id)
        .where(_execution.id >= first, _execution.status == "pending", _execution.lease_token.is_(None))
        .where(_execution.due_at > now, _execution.due_at == _execution.created_at)
        .order_by(_execution.id),
        select(_delivery.id)
        .where(_delivery.id >= first, _delivery.status == "pending", _delivery.attempts == 0)
        .where(_delivery.due_at > now, _delivery.due_at <= _delivery.created_at + MARGIN_MS)
        .order_by(_delivery.id),
    )
