"""What is told to executions from outside: written with what makes them look, read when they are claimed.

`executions.told` counts, so that a settle sees without a query of its own that it was told something since it read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

from sqlalchemy import Connection, case, delete, func, select, update

from hookspan import failpoints
from hookspan.errors import Conflict, NotFound
from hookspan.model.executions import ENDED, ExecutionRow, Message, MessageKind
from hookspan.storage.dialect import insert_rows, one_of, wake_others
from hookspan.storage.tables import execution_messages, executions

_columns = execution_messages.c
_MESSAGE = [_columns[each.name] for each in fields(Message)]
_MESSAGE_NAMES = " ".join(each.name for each in fields(Message))
UNREAD_MOST: Mapping[MessageKind, int] = {"signal": 200, "blocker": 100}
"""What callers may leave unread with one execution, as all of it is read with each claim: signals at most as many as a
workflow has steps. What is not named here can be said once of each step, milestone or blocker, and always gets through.
"""
SIGNAL_BYTES = 4 * 1024 * 1024
"""How long the payloads of unread signals may be together."""
_FOR_ALL = frozenset({"cancel"})
"""What an execution that has not begun is woken for too."""


def tell_one(connection: Connection, message: Message, idle: ExecutionRow | None = None) -> bool:
    """Tell an open execution of a tenant; raises NotFound, Conflict when it has ended or was told too much unread.

    Who saw that nobody waits for this yet says when by `idle`: if it still stands so, it is kept and wakes nobody.
    Whether it was woken.
    """
    named = (executions.c.id == message.execution_id) & (executions.c.tenant_id == message.tenant_id)
    query = select(executions.c.status, executions.c.version, executions.c.lease_token).where(named)
    standing = connection.execute(query.with_for_update()).first()
    if standing is None:
        raise NotFound("no such execution")
    if standing.status in ENDED:
        raise Conflict(f"the execution is {standing.status}; only an open one can be told anything")
    _check_room(connection, message)
    if idle is None or standing.version != idle.version or standing.lease_token is not None:
        tell(connection, [message])
        return True
    connection.execute(update(executions).where(named).values(told=executions.c.told + 1))
    insert_rows(connection, execution_messages, _MESSAGE_NAMES, [_row(message)])
    return False


def _check_room(connection: Connection, message: Message) -> None:
    most = UNREAD_MOST.get(message.kind)
    if most is None:
        return
    size = func.coalesce(func.sum(func.length(_columns.payload)), 0)
    unread_ones = (_columns.execution_id == message.execution_id) & (_columns.kind == message.kind)
    number, unread_bytes = connection.execute(select(func.count(), size).where(unread_ones)).one()
    if number >= most or (message.kind == "signal" and unread_bytes + len(message.payload) > SIGNAL_BYTES):
        kind = f"{message.kind}s" if number != 1 else message.kind
        raise Conflict(f"{number:,} {kind} to the execution are unread; it takes more when it has made use of some")


def _row(message: Message) -> tuple[object, ...]:
    return tuple(getattr(message, name) for name in _MESSAGE_NAMES.split())


def tell(connection: Connection, messages: Sequence[Message]) -> set[str]:
    """Tell executions; those that have ended hear nothing. The ids of those told."""
    if not messages:
        return set()
    told = _open(connection, sorted({message.execution_id for message in messages}))
    now = max(message.created_at for message in messages)
    for is_for_all in (False, True):
        ids = told & {each.execution_id for each in messages if (each.kind in _FOR_ALL) == is_for_all}
        if ids:
            _wake(connection, sorted(ids), now, is_for_all=is_for_all)
    failpoints.reach("message.in_tx")
    kept = [message for message in messages if message.execution_id in told]
    insert_rows(connection, execution_messages, _MESSAGE_NAMES, [_row(message) for message in kept])
    if told:
        wake_others(connection)
    return told


def _open(connection: Connection, ids: Sequence[str]) -> set[str]:
    # Rows in one order for everybody, so that two who tell the same executions wait and do not deadlock.
    is_open = one_of(executions.c.id, ids) & executions.c.status.not_in(sorted(ENDED))
    query = select(executions.c.id).where(is_open).order_by(executions.c.id).with_for_update()
    return set(connection.execute(query).scalars())


def _wake(connection: Connection, ids: Sequence[str], now: int, *, is_for_all: bool) -> None:
    is_unclaimed = executions.c.lease_token.is_(None)
    is_idle = is_unclaimed if is_for_all else is_unclaimed & (executions.c.status != "pending")
    connection.execute(
        update(executions)
        .where(one_of(executions.c.id, ids))
        .values(told=executions.c.told + 1, due_at=case((is_idle, now), else_=executions.c.due_at))
    )


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
