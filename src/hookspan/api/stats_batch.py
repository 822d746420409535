"""`/api/v1/stats/batch`: a line, an error rate and health for the ids of one page (contracts C.5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic.json_schema import SkipJsonSchema

from hookspan.access.roles import Caller
from hookspan.api.auth import CallerOf
from hookspan.api.bodies import Answer
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.errors import Forbidden
from hookspan.history import endpoint_stats as endpoints
from hookspan.history.bulk import ids_of
from hookspan.history.lines import (
    Line,
    WorkflowHealth,
    complete_from,
    line_steps,
    source_lines,
    workflow_health,
    workflow_lines,
)
from hookspan.model.source_health import Health, health_of
from hookspan.model.times import instant
from hookspan.storage.endpoint_stats import endpoints_steps
from hookspan.storage.line_counts import sources_lines, workflows_lines
from hookspan.storage.source_counts import source_counts

router = APIRouter(tags=["stats"])
Window = Literal["1h", "24h", "7d", "30d"]
_SCOPES = {"endpoint": "deliveries:read", "webhook": "sources:read", "workflow": "executions:read"}


class LinePoint(Answer):
    """One step of an endpoint's sparkline; `failed` counts deliveries that were given up."""

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
    health: endpoints.Health


class EndpointLines(Answer):
    """A line for each id that is an endpoint of the tenant."""

    data: list[EndpointLine]


class SourcePoint(Answer):
    """One step of a source's sparkline; `failed` counts receipts that could not be routed."""

    at: str
    received: int
    failed: int


class SourceLine(Answer):
    """What came to a source in the window, tests left out; its health is that of the source, whatever the window."""

    id: str
    sparkline: list[SourcePoint]
    processed: int
    failed: int
    error_rate: float
    health: Health


class SourceLines(Answer):
    """A line for each id that is a source of the tenant."""

    data: list[SourceLine]


class WorkflowPoint(Answer):
    """One step of a workflow's sparkline, by when executions were born."""

    at: str
    started: int
    failed: int


class WorkflowLine(Answer):
    """What a workflow did in the window; `errorRate` is failed ÷ (completed + failed)."""

    id: str
    sparkline: list[WorkflowPoint]
    completed: int
    failed: int
    error_rate: float
    health: WorkflowHealth


class WorkflowLines(Answer):
    """A line for each id that is a workflow of the tenant; `countedFrom` is set when there was too much to count."""

    data: list[WorkflowLine]
    counted_from: str | SkipJsonSchema[None] = None


@router.get("/api/v1/stats/batch", operation_id="getStatsBatch", response_model_exclude_unset=True)
async def get_stats_batch(
    rooms: RoomsOf,
    caller: CallerOf,
    ids: Annotated[list[str], Query()],
    kind: Literal["endpoint", "webhook", "workflow"] = "endpoint",
    window: Window = "24h",
) -> EndpointLines | SourceLines | WorkflowLines:
    """A sparkline, error rate and health for each of these; `ids` are apart by commas or repeated."""
    if not caller.may(_SCOPES[kind]):
        raise Forbidden(f"this needs the scope {_SCOPES[kind]}")
    wanted = endpoints.ids_within(ids_of([text for each in ids for text in each.split(",")]))
    match kind:
        case "endpoint":
            return await _of_endpoints(rooms, caller, wanted, window)
        case "webhook":
            return await _of_sources(rooms, caller, wanted, window)
        case "workflow":
            return await _of_workflows(rooms, caller, wanted, window)


async def _of_endpoints(rooms: Rooms, caller: Caller, ids: Sequence[str], window: Window) -> EndpointLines:
    now = rooms.clock.now_ms()
    since = endpoints.line_start(window, now)
    statuses, steps = await rooms.database.read(endpoints_steps, caller.tenant_id, ids, since)
    return EndpointLines(data=[_endpoint(line) for line in endpoints.lines(statuses, steps, window, now)])


def _endpoint(line: endpoints.Line) -> EndpointLine:
    points = [LinePoint(at=instant(point.at), delivered=point.delivered, failed=point.failed) for point in line.points]
    return EndpointLine(
        id=line.endpoint_id,
        sparkline=points,
        attempts=line.attempts,
        failed_attempts=line.failed_attempts,
        error_rate=line.error_rate,
        health=line.health,
    )


async def _of_sources(rooms: Rooms, caller: Caller, ids: Sequence[str], window: Window) -> SourceLines:
    now = rooms.clock.now_ms()
    counted = await rooms.database.read(sources_lines, caller.tenant_id, ids, line_steps(window, now))
    lately = await rooms.database.read(source_counts, caller.tenant_id, list(counted.statuses), now)
    return SourceLines(
        data=[
            _source(line, health_of(line.status, lately[line.owner_id])) for line in source_lines(counted, window, now)
        ]
    )


def _source(line: Line, health: Health) -> SourceLine:
    return SourceLine(
        id=line.owner_id,
        sparkline=[
            SourcePoint(at=instant(point.at), received=point.total, failed=point.failed) for point in line.points
        ],
        processed=line.succeeded,
        failed=line.failed,
        error_rate=line.error_rate,
        health=health,
    )


async def _of_workflows(rooms: Rooms, caller: Caller, ids: Sequence[str], window: Window) -> WorkflowLines:
    now = rooms.clock.now_ms()
    counted = await rooms.database.read(workflows_lines, caller.tenant_id, ids, line_steps(window, now))
    data = [_workflow(line) for line in workflow_lines(counted, window, now)]
    cut_at = complete_from(counted)
    return WorkflowLines(data=data) if cut_at is None else WorkflowLines(data=data, counted_from=instant(cut_at))


def _workflow(line: Line) -> WorkflowLine:
    points = [WorkflowPoint(at=instant(point.at), started=point.total, failed=point.failed) for point in line.points]
    return WorkflowLine(
        id=line.owner_id,
        sparkline=points,
        completed=line.succeeded,
        failed=line.failed,
        error_rate=line.error_rate,
        health=workflow_health(line),
    )
