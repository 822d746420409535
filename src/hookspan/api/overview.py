"""A look over a tenant: what waits (`/api/v1/queues`), anything by id or name (`/api/v1/search`) (contracts C.7)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from hookspan.access.roles import Caller
from hookspan.api.auth import CallerOf, may
from hookspan.api.bodies import Answer
from hookspan.api.rooms import RoomsOf
from hookspan.errors import NotFound
from hookspan.model.ids import canonical_id
from hookspan.model.levels import LEVEL_NAMES
from hookspan.storage.queues import Queues, Waiting, all_queues
from hookspan.storage.search import by_id, by_name
from hookspan.storage.workers import LAPSED_MS, workers_count

router = APIRouter(prefix="/api/v1", tags=["overview"])
QueueReader = Annotated[Caller, may("deliveries:read")]
MOST_OF_A_KIND = 10
# Who may not read a kind does not find it either.
_SCOPES = {
    "endpoint": "endpoints:read",
    "inbox": "endpoints:read",
    "webhook": "sources:read",
    "workflow": "workflows:read",
    "execution": "executions:read",
    "event": "events:read",
    "event-type": "events:read",
    "delivery": "deliveries:read",
    "key": "keys:write",
}


class ExecutionQueue(Answer):
    """Executions of one priority: due and waiting, how long the oldest waits (0 without one), under way."""

    depth: int
    oldest_ms: int
    in_flight: int


class HeldQueue(Answer):
    """Receipts of paused sources, which wait for people: how many, and how long the oldest has."""

    depth: int
    oldest_ms: int


class Queue(Answer):
    """Deliveries of one priority: due and waiting, how long the oldest waits (0 without one), under way.

    `executions` and `held` tell the same of these; `workers` are at deliveries and executions together.
    """

    priority: int
    name: str
    depth: int
    oldest_ms: int
    in_flight: int
    workers: int
    executions: ExecutionQueue
    held: HeldQueue


class QueueList(Answer):
    """Every priority, the most urgent first; `processes` work for all of them, of every tenant."""

    data: list[Queue]
    processes: int


class FoundThing(Answer):
    """A thing of the tenant."""

    kind: str
    id: str
    title: str


class FoundList(Answer):
    """What was found; at most ten of a kind."""

    data: list[FoundThing]


@router.get("/queues", operation_id="listQueues")
async def list_queues(rooms: RoomsOf, caller: QueueReader) -> QueueList:
    """What waits in the tenant, by priority."""
    now = rooms.clock.now_ms()
    found = await rooms.database.read(all_queues, caller.tenant_id, now)
    processes = await rooms.database.read(workers_count, now - LAPSED_MS)
    return QueueList(data=[_queue(level, found, now) for level in LEVEL_NAMES], processes=processes)


@router.get("/search", operation_id="search")
async def search(rooms: RoomsOf, caller: CallerOf, q: Annotated[str, Query(min_length=1, max_length=100)]) -> FoundList:
    """Things by id, in any spelling, or by a part of their name; only of kinds the caller may read."""
    kinds = frozenset(kind for kind, scope in _SCOPES.items() if caller.may(scope))
    try:
        found = await rooms.database.read(by_id, caller.tenant_id, canonical_id(q.strip()), kinds)
    except NotFound:
        found = await rooms.database.read(by_name, caller.tenant_id, q.strip(), kinds, MOST_OF_A_KIND)
    return FoundList(data=[FoundThing(kind=one.kind, id=one.id, title=one.title) for one in found])


def _queue(level: int, found: Queues, now: int) -> Queue:
    nothing = Waiting()
    sending, running = found.deliveries.get(level, nothing), found.executions.get(level, nothing)
    held = found.held.get(level, nothing)
    return Queue(
        priority=level,
        name=LEVEL_NAMES[level],
        depth=sending.depth,
        oldest_ms=waited_ms(sending, now),
        in_flight=sending.in_flight,
        workers=sending.in_flight + running.in_flight,
        executions=ExecutionQueue(depth=running.depth, oldest_ms=waited_ms(running, now), in_flight=running.in_flight),
        held=HeldQueue(depth=held.depth, oldest_ms=waited_ms(held, now)),
    )


def waited_ms(waiting: Waiting, now: int) -> int:
    """How long the oldest waits, 0 without one."""
    return 0 if waiting.oldest_due_at is None else max(0, now - waiting.oldest_due_at)
