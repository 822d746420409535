"""`/api/v1/executions`: runs of workflows (contracts C.6)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.exact import written, written_page
from hookspan.api.paging import BornOf, PagingOf
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.api.workflow_shapes import Execution, ExecutionList, ExecutionStepList
from hookspan.errors import NotFound
from hookspan.history.bulk import ids_of
from hookspan.model.executions import ExecutionStatus
from hookspan.model.ids import canonical_id
from hookspan.storage.executions import Claimed, ExecutionFilter, execution_with_steps, executions_list
from hookspan.workflows.shapes import execution_json, steps_json

router = APIRouter(prefix="/api/v1/executions", tags=["executions"])
Reader = Annotated[Caller, may("executions:read")]
_CONTENT = ("input", "output")


class ExecutionQuery(BaseModel):
    """Filters of a list of executions."""

    model_config = ConfigDict(alias_generator=to_camel)

    workflow_id: list[str] = []
    status: list[ExecutionStatus] = []
    trigger_event_id: str | None = None


def _wanted(asked: Annotated[ExecutionQuery, Query()], born: BornOf) -> ExecutionFilter:
    event_ids = ids_of([asked.trigger_event_id] if asked.trigger_event_id else [])
    return ExecutionFilter(ids_of(asked.workflow_id), asked.status, next(iter(event_ids), None), born.span)


@router.get("", operation_id="listExecutions", response_model=ExecutionList)
async def list_executions(
    rooms: RoomsOf,
    caller: Reader,
    paging: PagingOf,
    wanted: Annotated[ExecutionFilter, Depends(_wanted)],
    response: Response,
) -> Response:
    """Executions of the tenant, newest first, without their content."""
    rows, has_next, has_previous = await rooms.database.read(executions_list, caller.tenant_id, wanted, paging.keyset)
    ends = (rows[0].id, rows[-1].id) if rows else (None, None)
    links = paging.links(response, *ends, has_next=has_next, has_previous=has_previous)
    return written_page([_without(execution_json(row), _CONTENT) for row in rows], links, response)


@router.get("/{execution_id}", operation_id="getExecution", response_model=Execution)
async def get_execution(
    execution_id: str, rooms: RoomsOf, caller: Reader, expand: Literal["steps"] | None = None
) -> Response:
    """One execution; with its steps when asked to expand them."""
    found = await _found(rooms, caller, execution_id)
    body = _seen(execution_json(found.row), caller)
    if expand == "steps":
        body["steps"] = await _steps(rooms, caller, found)
    return written(body)


@router.get("/{execution_id}/steps", operation_id="listExecutionSteps", response_model=ExecutionStepList)
async def list_execution_steps(execution_id: str, rooms: RoomsOf, caller: Reader) -> Response:
    """Every step of an execution, in the order of its workflow."""
    steps = await _steps(rooms, caller, await _found(rooms, caller, execution_id))
    return written({"data": steps, "hasMore": False, "nextCursor": None, "prevCursor": None})


@router.post("/{execution_id}/cancel", operation_id="cancelExecution", response_model=Execution)
async def cancel_execution(
    execution_id: str, rooms: RoomsOf, caller: Annotated[Caller, may("workflows:run")]
) -> Response:
    """End an execution; a second cancel changes nothing."""
    row = await rooms.engine.cancel(caller.tenant_id, canonical_id(execution_id))
    return written(_seen(execution_json(row), caller))


async def _found(rooms: Rooms, caller: Caller, execution_id: str) -> Claimed:
    found = await rooms.database.read(execution_with_steps, caller.tenant_id, canonical_id(execution_id))
    if found is None:
        raise NotFound("no such execution")
    return found


async def _steps(rooms: Rooms, caller: Caller, found: Claimed) -> list[dict[str, object]]:
    row = found.row
    version = await rooms.workflows.version(row.tenant_id, row.workflow_id, row.workflow_version)
    return [_seen(step, caller) for step in steps_json(row, version, found.steps)]


def _seen(body: dict[str, object], caller: Caller) -> dict[str, object]:
    """What this caller may see: content needs payloads:read (security §10)."""
    return body if caller.may("payloads:read") else {**body, **dict.fromkeys(_CONTENT)}


def _without(body: dict[str, object], names: tuple[str, ...]) -> dict[str, object]:
    return {name: value for name, value in body.items() if name not in names}
