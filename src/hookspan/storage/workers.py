"""The roll of processes that do background work: who joined, who was heard of lately, who is off (contracts F.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, delete, func, insert, select, update

from hookspan.model.events import Birth
from hookspan.storage import events
from hookspan.storage.tables import workers

LAPSED_MS = 30_000
"""A process that was not heard of for so long has failed."""

Called = Literal["done", "stale", "gone"]
"""What became of a change of the roll: `stale` asks to match its fact again, `gone` says another was first."""

_columns = workers.c


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """One life of a process; `beat_at` is when it was last heard of. Times are epoch ms."""

    id: str
    name: str
    host: str
    version: str
    started_at: int
    beat_at: int


def worker_join(connection: Connection, row: WorkerRow, births: Sequence[Birth]) -> Called:
    """Put a process on the roll, with the event that tells of it."""
    if events.stale_tenants(connection, births):
        return "stale"
    connection.execute(
        insert(workers).values(
            id=row.id,
            name=row.name,
            host=row.host,
            version=row.version,
            started_at=row.started_at,
            beat_at=row.beat_at,
        )
    )
    events.record_judged(connection, births)
    return "done"


def worker_beat(connection: Connection, worker_id: str, now: int) -> bool:
    """A process is alive; False when it is not on the roll, because another declared it failed."""
    beaten = connection.execute(update(workers).where(_columns.id == worker_id).values(beat_at=now))
    return beaten.rowcount == 1


def worker_end(connection: Connection, row: WorkerRow, births: Sequence[Birth]) -> Called:
    """Take a process off the roll, with the event that says why; `gone` when it beat or went meanwhile."""
    if events.stale_tenants(connection, births):
        return "stale"
    as_seen = (_columns.id == row.id, _columns.beat_at == row.beat_at)
    if connection.execute(delete(workers).where(*as_seen)).rowcount == 0:
        return "gone"
    events.record_judged(connection, births)
    return "done"


def worker_get(connection: Connection, worker_id: str) -> WorkerRow | None:
    """One process of the roll."""
    found = connection.execute(select(workers).where(_columns.id == worker_id)).first()
    return None if found is None else WorkerRow(**found._mapping)


def workers_lapsed(connection: Connection, beat_before: int, but: str) -> list[WorkerRow]:
    """Who was not heard of since then, oldest first, without the process that asks."""
    query = select(workers).where(_columns.beat_at < beat_before, _columns.id != but).order_by(_columns.beat_at)
    return [WorkerRow(**row._mapping) for row in connection.execute(query)]


def workers_count(connection: Connection, beat_from: int) -> int:
    """How many were heard of since then."""
    query = select(func.count()).select_from(workers).where(_columns.beat_at >= beat_from)
    return connection.execute(query).scalar_one()
