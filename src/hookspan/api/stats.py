"""`/api/v1/stats`: totals and a series over a window (contracts C.5)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer
from hookspan.api.rooms import RoomsOf
from hookspan.history.stats import Stats
from hookspan.model.times import instant, optional_instant
from hookspan.storage.stats import StatsFilter

router = APIRouter(tags=["stats"])


class StatsTotals(Answer):
    """Counts of the window; tries and ends count where their delivery or execution was born in it."""

    received: int
    processed: int
    filtered: int
    failed: int
    held: int
    published: int
    delivered: int
    attempts: int
    failed_attempts: int
    exhausted: int
    executions_completed: int
    executions_failed: int


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

    from_: str
    to: str
    counted_from: str | None
    bucket_ms: int
    totals: StatsTotals
    series: list[StatsStep]
    queues: list[StatsQueue]


def _wanted(
    endpoint_id: Annotated[str | None, Query(alias="endpointId")] = None,
    webhook_id: Annotated[str | None, Query(alias="webhookId")] = None,
    workflow_id: Annotated[str | None, Query(alias="workflowId")] = None,
    event_type: Annotated[str | None, Query(alias="eventType")] = None,
) -> StatsFilter:
    return StatsFilter(
        endpoint_id=endpoint_id, webhook_id=webhook_id, workflow_id=workflow_id, event_type=event_type
    )
