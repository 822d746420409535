"""`/api/v1/priorities`: how the four levels share the work, and what each promises (contracts B.9)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from hookspan.access.priorities import Level, LevelChange
from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer, SeedBody
from hookspan.api.overview import waited_ms
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.errors import NotFound
from hookspan.model.levels import LEVEL_NAMES, LEVELS, SLA_MOST_MS, WEIGHT_MOST
from hookspan.storage.queues import Queues, Waiting, all_queues

router = APIRouter(prefix="/api/v1/priorities", tags=["priorities"])
Reader = Annotated[Caller, may("deliveries:read")]
Settler = Annotated[Caller, may("settings:write")]


class PriorityLevel(Answer):
    """A level: its weight against the others, and how long it may take from acceptance to the first attempt or step.

    `slaMs` null promises nothing. `queued` deliveries and executions are due and wait, the oldest for `oldestMs`;
    `breaches24h` began too late.
    """

    level: int
    name: str
    weight: int
    sla_ms: int | None
    queued: int
    oldest_ms: int
    breaches24h: int = Field(alias="breaches24h")


class PriorityList(Answer):
    """The four levels, the most urgent first."""

    data: list[PriorityLevel]
    total: int
    limit: int
    offset: int


class PriorityInput(SeedBody):
    """What to change; absent = unchanged. Weights are the whole instance's, `slaMs` the tenant's own, null for none."""

    weight: Annotated[int | None, Field(ge=1, le=WEIGHT_MOST)] = None
    sla_ms: Annotated[int | None, Field(ge=1, le=SLA_MOST_MS)] = None


@router.get("", operation_id="listPriorities")
async def list_priorities(rooms: RoomsOf, caller: Reader) -> PriorityList:
    """How priorities share the work, and how much of each waits."""
    levels = await rooms.priorities.levels(caller.tenant_id)
    found = await _waiting(rooms, caller)
    data = [_shown(each, found, rooms.clock.now_ms()) for each in levels]
    return PriorityList(data=data, total=len(data), limit=len(data), offset=0)


@router.put("/{level}", operation_id="putPriority")
async def put_priority(level: int, body: PriorityInput, rooms: RoomsOf, caller: Settler) -> PriorityLevel:
    """Change a level; every process obeys within seconds."""
    if level not in LEVELS:
        raise NotFound("no such priority: there are 0, 1, 2 and 3")
    wish = LevelChange(body.weight, "sla_ms" in body.model_fields_set, body.sla_ms)
    changed = await rooms.priorities.change(caller.tenant_id, level, wish)
    return _shown(changed, await _waiting(rooms, caller), rooms.clock.now_ms())


async def _waiting(rooms: Rooms, caller: Caller) -> Queues:
    return await rooms.database.read(all_queues, caller.tenant_id, rooms.clock.now_ms())


def _shown(level: Level, found: Queues, now: int) -> PriorityLevel:
    nothing = Waiting()
    kinds = [kind.get(level.level, nothing) for kind in (found.deliveries, found.executions)]
    return PriorityLevel(
        level=level.level,
        name=LEVEL_NAMES[level.level],
        weight=level.weight,
        sla_ms=level.sla_ms,
        queued=sum(each.depth for each in kinds),
        oldest_ms=max(waited_ms(each, now) for each in kinds),
        breaches24h=level.breaches_24h,
    )
