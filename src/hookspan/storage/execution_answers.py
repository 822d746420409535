"""An answer to a step that waits outside, taken once however many arrive at the same time."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, select

from hookspan.errors import Conflict, NotFound
from hookspan.model.executions import ExecutionRow, Message
from hookspan.storage import execution_messages
from hookspan.storage.executions import Claimed, execution_get
from hookspan.storage.tables import executions


def answer_one(connection: Connection, seen: ExecutionRow, judged: Callable[[Claimed], Message]) -> bool:
    """Tell the execution what `judged` makes of how it stands now, its steps' rows left out; nobody moves it meanwhile.

    False when `judged` raises Conflict: then nothing is told. Raises NotFound, and Conflict as `tell_one` does.
    """
    columns = executions.c
    named = (columns.id == seen.id) & (columns.tenant_id == seen.tenant_id)
    connection.execute(select(columns.id).where(named).with_for_update())
    row = execution_get(connection, seen.tenant_id, seen.id)
    if row is None:
        raise NotFound("no such execution")
    try:
        message = judged(Claimed(row, (), execution_messages.unread(connection, [row.id])))
    except Conflict:
        # Raised from here it would undo what others write in the same transaction.
        return False
    execution_messages.tell_one(connection, message)
    return True
