"""An answer to a step that waits outside, taken once however many arrive at the same time."""

from __future__ import annotations

from sqlalchemy import Connection, select

from hookspan.model.executions import ExecutionRow, Message
from hookspan.storage.execution_messages import tell_one
from hookspan.storage.tables import executions


def answer_one(connection: Connection, message: Message, seen: ExecutionRow) -> bool:
    """Tell the execution, unless it moved or was told something since it was `seen`: then look again.

    Raises NotFound, and Conflict as `tell_one` does.
    """
    columns = executions.c
    query = select(columns.version, columns.told).where(columns.id == seen.id, columns.tenant_id == seen.tenant_id)
    standing = connection.execute(query.with_for_update()).first()
    if standing is not None and (standing.version, standing.told) != (seen.version, seen.told):
        return False
    tell_one(connection, message)
    return True
