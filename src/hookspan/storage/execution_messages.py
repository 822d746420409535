"""What is told to executions from outside: written with what makes them look, read when they are claimed.

`executions.told` counts, so that a settle sees without a query of its own that it was told something since it read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import Connection, case, delete, func, select, update

from hookspan import failpoints
from hookspan.errors import Conflict, NotFound
from hookspan.model.executions import ENDED, Message
from hookspan.storage.dialect import insert_rows, one_of, wake_others
from hookspan.storage.tables import execution_messages, executions

_columns = execution_messages.c
_MESSAGE = [_columns[each.name] for each in fields(Message)]
_MESSAGE_NAMES = " ".join(each.name for each in fields(Message))
UNREAD_MOST, UNREAD_BYTES = 1_000, 4 * 1024 * 1024
"""What callers may leave unread with one execution: all of it is read with each claim."""
_FOR_ALL = frozenset({"cancel"})
"""What an execution that has not begun is woken for too."""


def tell_one(connection: Connection, message: Message) -> None:
    """Tell an open execution of a tenant; raises NotFound, Conflict when it has ended or was told too much unread."""
    named = (executions.c.id == message.execution_id) & (executions.c.tenant_id == message.tenant_id)
    status = connection.execute(select(executions.c.status).where(named).with_for_update()).scalar()
    if status is None:
        raise NotFound("no such execution")
    if status in ENDED:
        raise Conflict(f"the execution {status}; only an open one can be told anything")
    size = func.coalesce(func.sum(func.length(_columns.payload)), 0)
    query = select(func.count(), size).where(_columns.execution_id == message.execution_id)
    number, unread_bytes = connection.execute(query).one()
    if number >= UNREAD_MOST or unread_bytes + len(message.payload) > UNREAD_BYTES:
        raise Conflict(f"{number:,} messages to the execution are unread; it takes more when it has made use of some")
    tell(connection, [message])


def tell(connection: Connection, messages: Sequence[Message]) -> set[str]:
    """Tell executions; those that have ended hear nothing. The ids of those told."""
    if not messages:
        return set()
    told: set[str] = set()
    now = max(message.created_at for message in messages)
    for is_for_all in (False, True):
        ids = sorted({each.execution_id for each in messages if (each.kind in _FOR_ALL) == is_for_all})
        if ids:
            told |= _woken(connection, ids, now, is_for_all=is_for_all)
    failpoints.reach("message.in_tx")
    kept = [message for message in messages if message.execution_id in told]
    rows = [tuple(getattr(message, name) for name in _MESSAGE_NAMES.split()) for message in kept]
    insert_rows(connection, execution_messages, _MESSAGE_NAMES, rows)
    if told:
        wake_others(connection)
    return told


def _woken(connection: Connection, ids: Sequence[str], now: int, *, is_for_all: bool) -> set[str]:
    is_unclaimed = executions.c.lease_token.is_(None)
    is_idle = is_unclaimed if is_for_all else is_unclaimed & (executions.c.status != "pending")
    # Rows in one order for everybody, so that two who tell the same executions wait and do not deadlock.
    is_open = one_of(executions.c.id, ids) & executions.c.status.not_in(sorted(ENDED))
    query = select(executions.c.id).where(is_open).order_by(executions.c.id).with_for_update()
    found = connection.execute(query).scalars().all()
    connection.execute(
        update(executions)
        .where(one_of(executions.c.id, found))
        .values(told=executions.c.told + 1, due_at=case((is_idle, now), else_=executions.c.due_at))
    )
    return set(found)


def unread(connection: Connection, ids: Sequence[str]) -> list[Message]:
    """What these executions were told and have not made use of yet, oldest first."""
    query = select(*_MESSAGE).where(one_of(_columns.execution_id, ids)).order_by(_columns.id)
    return [Message(**row._mapping) for row in connection.execute(query)]


def unread_of(connection: Connection, execution_id: str) -> tuple[int, list[Message]]:
    """How often an execution was told anything, and what it has not made use of yet."""
    told = connection.execute(select(executions.c.told).where(executions.c.id == execution_id)).scalar() or 0
    return told, unread(connection, [execution_id])


def read(connection: Connection, message_ids: Sequence[str]) -> None:
    """These have had their effect."""
    connection.execute(delete(execution_messages).where(one_of(_columns.id, message_ids)))


def forget(connection: Connection, execution_ids: Sequence[str]) -> None:
    """These executions have ended: nothing that was told to them matters any more."""
    connection.execute(delete(execution_messages).where(one_of(_columns.execution_id, execution_ids)))
