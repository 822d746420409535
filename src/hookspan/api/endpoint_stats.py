"""`/api/v1/endpoints/{id}/stats`: how one endpoint does (contracts C.5)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer
from hookspan.api.rooms import RoomsOf
from hookspan.history.endpoint_stats import judged, line_start
from hookspan.model.ids import canonical_id
from hookspan.model.times import optional_instant
from hookspan.storage.endpoint_stats import endpoint_numbers

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
