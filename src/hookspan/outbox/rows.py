"""What a relay does with the rows of an outbox: read, take away, mark as refused, count, hear of new ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, event, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from hookspan.model.publication import Publication
from hookspan.outbox.table import OUTBOX, OutboxMissing, is_missing

_WROTE = "hookspan.outbox"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an outbox stands: rows to be moved, rows that never can be, and when the oldest was written (epoch ms)."""

    waiting: int
    failed: int
    oldest_at: int | None


def waiting(connection: Connection, most: int) -> list[Publication]:
    """The rows that are visible and not refused, in order of id; raises OutboxMissing."""
    columns = (OUTBOX.c.id, OUTBOX.c.tenant, OUTBOX.c.type, OUTBOX.c.data, OUTBOX.c.options, OUTBOX.c.created_at)
    query = select(*columns).where(OUTBOX.c.failed_reason.is_(None)).order_by(OUTBOX.c.id).limit(most)
    try:
        found = connection.execute(query).all()
    except DBAPIError as error:
        if is_missing(error):
            raise OutboxMissing from error
        raise
    return [
        Publication(id=row[0], tenant=row[1], type=row[2], data=bytes(row[3]), options=row[4], created_at=row[5])
        for row in found
    ]


def take(connection: Connection, ids: Iterable[str]) -> frozenset[str]:
    """Delete rows; those that were still there. One at a time, because not every database can say which."""
    return frozenset(
        identity for identity in ids if connection.execute(delete(OUTBOX).where(OUTBOX.c.id == identity)).rowcount
    )


def refuse(connection: Connection, identity: str, reason: str) -> None:
    """Leave a row where it is, for people to look at."""
    connection.execute(update(OUTBOX).where(OUTBOX.c.id == identity).values(failed_reason=reason))


def standing(connection: Connection) -> Standing:
    """The counts; raises OutboxMissing."""
    waits = OUTBOX.c.failed_reason.is_(None)
    query = select(
        func.count().filter(waits), func.count().filter(~waits), func.min(OUTBOX.c.created_at).filter(waits)
    ).select_from(OUTBOX)
    try:
        return Standing(*connection.execute(query).one())
    except DBAPIError as error:
        if is_missing(error):
            raise OutboxMissing from error
        raise


def mark(connection: Connection) -> None:
    """Remember on the database connection that an event was written on it."""
    connection.info[_WROTE] = True


def watch(engine: Engine, wake: Callable[[], None]) -> Callable[[], None]:
    """Call `wake` from any thread when a connection comes back on which an event was written; gives the way to stop.

    A connection comes back after its COMMIT, when the row can be seen; one that is kept open is found by the poll.
    """

    def came_back(_: object, entry: ConnectionPoolEntry) -> None:
        if entry.info.pop(_WROTE, False):
            wake()

    event.listen(engine, "checkin", came_back)
    return lambda: event.remove(engine, "checkin", came_back)
