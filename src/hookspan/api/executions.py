"""`/api/v1/executions`: runs of workflows, looked at (contracts C.6); what moves them is in `execution_moves.py`."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.conditional import entity_tag, is_known, not_modified
from hookspan.api.exact import written, written_page
from hookspan.api.execution_answers import find, listed, shown, steps_of, tag_of
from hookspan.api.execution_shapes import (
    Execution,
    ExecutionList,
    ExecutionProgress,
    ExecutionStepList,
    TriggerType,
)
from hookspan.api.paging import BornOf, EndedOf, EndPagingOf
from hookspan.api.rooms import RoomsOf
from hookspan.history.bulk import ids_of
from hookspan.model.executions import ExecutionStatus
from hookspan.model.ids import canonical_id
from hookspan.storage.executions_list import ExecutionFilter, executions_ended_slice, executions_slice

router = APIRouter(prefix="/api/v1/executions", tags=["executions"])
Reader = Annotated[Caller, may("executions:read")]


class ExecutionQuery(BaseModel):
    """Filters of a list of executions."""

    model_config = ConfigDict(alias_generator=to_camel)

    workflow_id: list[str] = []
    status: list[ExecutionStatus] = []
    trigger_type: list[TriggerType] = []
    trigger_event_id: str | None = None
    parent_execution_id: str | None = None


def _wanted(asked: Annotated[ExecutionQuery, Query()], born: BornOf, ended: EndedOf) -> ExecutionFilter:
    return ExecutionFilter(
        workflow_ids=ids_of(asked.workflow_id),
        statuses=asked.status,
        trigger_types=asked.trigger_type,
        trigger_event_id=_id(asked.trigger_event_id),
        parent_id=_id(asked.parent_execution_id),
        span=born.span,
        ended=ended,
    )


def _id(text: str | None) -> str | None:
    return None if text is None else ids_of([text])[0]


@router.get("", operation_id="listExecutions", response_model=ExecutionList)
async def list_executions(
    rooms: RoomsOf,
    caller: Reader,
    paging: EndPagingOf,
    wanted: Annotated[ExecutionFilter, Depends(_wanted)],
    response: Response,
) -> Response:
    """Executions of the tenant, newest first, without their content; sorted by `completedAt`, those that have ended."""
    unit = executions_ended_slice if paging.by_end else executions_slice
    rows, page = await rooms.database.read(unit, caller.tenant_id, wanted, paging.keyset)
    return written_page([listed(row, caller) for row in rows], paging.links_of(response, page), response)


@router.get("/{execution_id}", operation_id="getExecution", response_model=Execution)
async def get_execution(
    execution_id: str, request: Request, rooms: RoomsOf, caller: Reader, expand: Literal["steps"] | None = None
) -> Response:
    """One execution; with its steps when asked to expand them."""
    found = await find(rooms, caller, execution_id)
    # Who may read the content later must not be told that nothing changed.
    content = "" if caller.may("payloads:read") else "bare"
    tag = entity_tag(tag_of(found.row), variant=f"{expand or ''}{content}")
    if is_known(request, tag):
        return not_modified(tag)
    body = shown(found.row, caller)
    if expand == "steps":
        body["steps"] = await steps_of(rooms, caller, request, found)
    return written(body, headers={"ETag": tag})


@router.get("/{execution_id}/steps", operation_id="listExecutionSteps", response_model=ExecutionStepList)
async def list_execution_steps(execution_id: str, request: Request, rooms: RoomsOf, caller: Reader) -> Response:
    """Every step of an execution, in the order of its workflow."""
    steps = await steps_of(rooms, caller, request, await find(rooms, caller, execution_id))
    return written({"data": steps, "hasMore": False, "nextCursor": None, "prevCursor": None})


@router.get("/{execution_id}/progress", operation_id="getExecutionProgress", response_model=ExecutionProgress)
async def get_execution_progress(execution_id: str, rooms: RoomsOf, caller: Reader) -> Response:
    """How far an execution is: steps done, blockers, milestones, and when it may be done."""
    return written(await rooms.engine.outside.progress(caller.tenant_id, canonical_id(execution_id)))
