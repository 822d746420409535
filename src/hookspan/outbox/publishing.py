"""Write an event into the caller's open transaction: one INSERT, no commit, no network, no other table."""

from __future__ import annotations

from typing import Unpack

from sqlalchemy import Connection, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Session, scoped_session

from hookspan.model.publication import EventRef, Options, publication
from hookspan.outbox.rows import mark
from hookspan.outbox.table import OUTBOX, OutboxMissing, is_missing


def publish(
    conn: Connection | Session | scoped_session[Session], event: str, data: object = None, **options: Unpack[Options]
) -> EventRef:
    """The event that will be, real with the caller's commit and gone with its rollback; its id is chosen here.

    `duplicate` is None: the relay drops a repeated `idempotency_key`. Raises OutboxMissing, ValueError for data that
    has no JSON form, Invalid for a name that is none.
    """
    asked = publication(event, data, options)
    row = {
        "id": asked.id,
        "tenant": asked.tenant,
        "type": asked.type,
        "data": asked.data,
        "options": dict(asked.options),
        "created_at": asked.created_at,
    }
    connection = conn if isinstance(conn, Connection) else conn.connection(bind_arguments={"clause": OUTBOX})
    try:
        connection.execute(insert(OUTBOX).values(row))
    except DBAPIError as error:
        if is_missing(error):
            raise OutboxMissing from error
        raise
    mark(connection)
    return asked.ref(duplicate=None)


async def apublish(
    conn: AsyncConnection | AsyncSession,
    event: str,
    data: object = None,
    **options: Unpack[Options],
) -> EventRef:
    """As `publish`, in an asynchronous transaction."""

    def write(inner: Connection | Session) -> EventRef:
        return publish(inner, event, data, **options)

    if isinstance(conn, AsyncConnection):
        return await conn.run_sync(write)
    return await conn.run_sync(write)
