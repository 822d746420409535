"""`/api/v1/retention`, and erasing one event's content (contracts B.9)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer, SeedBody
from hookspan.api.rooms import RoomsOf
from hookspan.history.erase import erase_content
from hookspan.history.prune import Kept
from hookspan.model.ids import canonical_id
from hookspan.model.times import instant

router = APIRouter(tags=["retention"])


class Days(Answer):
    """How many days something is kept; null for ever."""

    days: int | None


class LastRun(Answer):
    """The tenant's last run: when it began, and how many records of each kind went."""

    started_at: str
    deleted: dict[str, int]


class Retention(Answer):
    """How long each kind of record is kept, and when the janitor comes."""

    events: Days
    deliveries: Days
    executions: Days
    rejected: Days
    tests: Days
    audit: Days
    sweep_interval_ms: int
    next_run_at: str
    last_run: LastRun | None


class DaysInput(SeedBody):
    """1 to 365 days, or null for ever."""

    days: int | None = None


class RetentionInput(SeedBody):
    """What to keep for how long; what is absent goes back to its default."""

    events: DaysInput | None = None
    deliveries: DaysInput | None = None
    executions: DaysInput | None = None
    rejected: DaysInput | None = None
    tests: DaysInput | None = None
    audit: DaysInput | None = None


@router.get("/api/v1/retention", operation_id="getRetention")
async def get_retention(rooms: RoomsOf, caller: Annotated[Caller, may("events:read")]) -> Retention:
    """How long each kind of record is kept."""
    return _shown(await rooms.janitor.kept(caller.tenant_id))


@router.put("/api/v1/retention", operation_id="putRetention")
async def put_retention(
    body: RetentionInput, rooms: RoomsOf, caller: Annotated[Caller, may("settings:write")]
) -> Retention:
    """Choose how long each kind of record is kept; the next run acts on it."""
    wished = {name: given.days for name in body.model_fields_set if (given := getattr(body, name)) is not None}
    return _shown(await rooms.janitor.keep(caller.tenant_id, wished))


@router.delete("/api/v1/events/{event_id}/content", status_code=204, operation_id="eraseEventContent")
async def erase_event_content(event_id: str, rooms: RoomsOf, caller: Annotated[Caller, may("events:erase")]) -> None:
    """Erase body, metadata, request and answers of an event for good; what is still owed of it is cancelled."""
    await erase_content(rooms.database, rooms.clock, caller.tenant_id, canonical_id(event_id))


def _shown(kept: Kept) -> Retention:
    last = kept.last_run
    return Retention.model_validate(
        {
            **{kind: Days(days=days) for kind, days in kept.days.items()},
            "sweep_interval_ms": kept.sweep_interval_ms,
            "next_run_at": instant(kept.next_run_at),
            "last_run": None if last is None else LastRun(started_at=last.started_at, deleted=dict(last.deleted)),
        }
    )
