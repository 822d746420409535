"""`/api/v1/stats`: totals and a series over a window (contracts C.5)."""

from __future__ import annotations

from typing import Annotated, Literal
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.history.stats import Stats
from hookspan.model.times import instant, optional_instant
from hookspan.storage.database import Database
from hookspan.storage.stats import StatsFilter

router = APIRouter(tags=["stats"])
_counters: WeakKeyDictionary[Database, Stats] = WeakKeyDictionary()


def stats_of(rooms: Rooms) -> Stats:
    """The one counter of an instance, which remembers its last answers."""
    return _counters.setdefault(rooms.database, Stats(rooms.database))


class StatsTotals(Answer):
    """Counts of the window, tests left out. Deliveries and attempts count when they ended, executions when born.

    Asked for one event type, source or workflow, deliveries count where they were born in the window. A workflow
    published what its runs emitted or told, a source nothing.
    """

    received: int
    processed: int
    filtered: int
    failed: int
    held: int
    rejected: int
    published: int
    delivered: int
    attempts: int
    failed_attempts: int
    exhausted: int
    executions_completed: int
    executions_failed: int


class Percentiles(Answer):
    """Milliseconds that half, 95 and 99 in a hundred did not exceed; null when there were none."""

    p50: float | None
    p95: float | None
    p99: float | None


class StatsLatencies(Answer):
    """How long it took to accept a request, to begin the first attempt, and to make an attempt."""

    accept: Percentiles
    first_attempt: Percentiles
    attempt: Percentiles


class StatsStep(Answer):
    """One step of the series; `failed` counts deliveries that were given up."""

    at: str
    received: int
    delivered: int
    failed: int


class StatsQueue(Answer):
    """Deliveries of one priority that wait; `oldestMs` is how long the first one has been due."""

    priority: int
    depth: int
    oldest_ms: int


class StatsAnswer(Answer):
    """Totals and series; `countedFrom` is set when there was too much to count, and tells what is complete."""

    from_: str = Field(alias="from")
    to: str
    counted_from: str | None
    bucket_ms: int
    totals: StatsTotals
    latency_ms: StatsLatencies
    series: list[StatsStep]
    queues: list[StatsQueue]


def _wanted(
    endpoint_id: Annotated[str | None, Query(alias="endpointId")] = None,
    webhook_id: Annotated[str | None, Query(alias="webhookId")] = None,
    workflow_id: Annotated[str | None, Query(alias="workflowId")] = None,
    event_type: Annotated[str | None, Query(alias="eventType")] = None,
) -> StatsFilter:
    return StatsFilter(endpoint_id=endpoint_id, webhook_id=webhook_id, workflow_id=workflow_id, event_type=event_type)


@router.get("/api/v1/stats", operation_id="getStats")
async def get_stats(
    rooms: RoomsOf,
    caller: Annotated[Caller, may("events:read")],
    wanted: Annotated[StatsFilter, Depends(_wanted)],
    window: Literal["1h", "24h", "7d", "30d"] = "24h",
    bucket_ms: Annotated[int | None, Query(alias="bucketMs", ge=1)] = None,
) -> StatsAnswer:
    """Totals, a series and the queues, over a window that ends now."""
    counted = await stats_of(rooms).count(
        caller.tenant_id, window, now=rooms.clock.now_ms(), bucket_ms=bucket_ms, wanted=wanted
    )
    return StatsAnswer.model_validate(
        {
            "from": instant(counted.from_ms),
            "to": instant(counted.to_ms),
            "counted_from": optional_instant(counted.counted_from),
            "bucket_ms": counted.bucket_ms,
            "totals": counted.totals,
            "latency_ms": counted.latencies,
            "series": [
                StatsStep(at=instant(step.at), received=step.received, delivered=step.delivered, failed=step.failed)
                for step in counted.series
            ],
            "queues": [
                StatsQueue(priority=each.priority, depth=each.depth, oldest_ms=each.oldest_ms)
                for each in counted.queues
            ],
        }
    )
