"""`/api/v1/endpoints/{id}/stats` and `/api/v1/stats/batch`: how endpoints do (contracts C.5)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer
from hookspan.api.rooms import RoomsOf
from hookspan.history.bulk import ids_of
from hookspan.history.endpoint_stats import Health, Line, ids_within, judged, line_start, lines
from hookspan.model.ids import canonical_id
from hookspan.model.times import instant, optional_instant
from hookspan.storage.endpoint_stats import endpoint_numbers, endpoints_steps

router = APIRouter(tags=["stats"])


class EndpointStats(Answer):
    """The numbers of one endpoint; durations of attempts in milliseconds, rates from 0 to 1."""

    endpoint_id: str
    total_deliveries: int
    successful_deliveries: int
    failed_deliveries: int
    average_duration_ms: float
    last_delivery_at: str | None
    last_success_at: str | None
    last_failure_at: str | None
    failure_rate: float
    p95_duration_ms: float | None
    attempts: int


class LinePoint(Answer):
    """One step of a sparkline; `failed` counts deliveries that were given up."""

    at: str
    delivered: int
    failed: int


class EndpointLine(Answer):
    """What an endpoint did in the window; `errorRate` is failed attempts ÷ attempts."""

    id: str
    sparkline: list[LinePoint]
    attempts: int
    failed_attempts: int
    error_rate: float
    health: Health


class EndpointLines(Answer):
    """A line for each id that is an endpoint of the tenant."""

    data: list[EndpointLine]


@router.get("/api/v1/endpoints/{endpoint_id}/stats", operation_id="getEndpointStats")
async def get_endpoint_stats(
    endpoint_id: str,
    rooms: RoomsOf,
    caller: Annotated[Caller, may("deliveries:read")],
    window: Literal["1h", "24h", "7d", "30d"] | None = None,
) -> EndpointStats:
    """How one endpoint did in a window that ends now; without one, over all that is kept of it."""
    since = 0 if window is None else line_start(window, rooms.clock.now_ms())
    numbers = await rooms.database.read(endpoint_numbers, caller.tenant_id, canonical_id(endpoint_id), since)
    found = judged(numbers)
    return EndpointStats(
        endpoint_id=canonical_id(endpoint_id),
        total_deliveries=found.total,
        successful_deliveries=found.successful,
        failed_deliveries=found.failed,
        average_duration_ms=found.average_ms,
        last_delivery_at=optional_instant(numbers.last_attempt_at),
        last_success_at=optional_instant(numbers.last_ok_at),
        last_failure_at=optional_instant(numbers.last_failure_at),
        failure_rate=found.failure_rate,
        p95_duration_ms=found.p95_ms,
        attempts=numbers.attempts,
    )


@router.get("/api/v1/stats/batch", operation_id="getStatsBatch")
async def get_stats_batch(
    rooms: RoomsOf,
    caller: Annotated[Caller, may("deliveries:read")],
    ids: Annotated[list[str], Query()],
    kind: Literal["endpoint"] = "endpoint",
    window: Literal["1h", "24h", "7d", "30d"] = "24h",
) -> EndpointLines:
    """A sparkline, error rate and health for each of these endpoints; `ids` are apart by commas or repeated."""
    wanted = ids_within(ids_of([text for each in ids for text in each.split(",")]))
    now = rooms.clock.now_ms()
    statuses, steps = await rooms.database.read(endpoints_steps, caller.tenant_id, wanted, line_start(window, now))
    return EndpointLines(data=[_line(line) for line in lines(statuses, steps, window, now)])


def _line(line: Line) -> EndpointLine:
    points = [LinePoint(at=instant(point.at), delivered=point.delivered, failed=point.failed) for point in line.points]
    return EndpointLine(
        id=line.endpoint_id,
        sparkline=points,
        attempts=line.attempts,
        failed_attempts=line.failed_attempts,
        error_rate=line.error_rate,
        health=line.health,
    )
