"""`/api/executions` and `/api/tasks`: seed 002's door to executions (contracts A.6). Errors read `{"message": …}`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Literal, get_args

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer, SeedBody
from hookspan.api.compat.orchestrator import negotiated
from hookspan.api.compat.pages import PageOf
from hookspan.api.exact import each_written, read_object, takes, written
from hookspan.api.execution_answers import find
from hookspan.api.execution_shapes import ExecutionBlocker, ExecutionMilestone
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.errors import Invalid, NotFound
from hookspan.history.bulk import ids_of
from hookspan.model.executions import step_row_id
from hookspan.model.ids import canonical_id
from hookspan.model.jsonview import read_json
from hookspan.model.workflows import Definition
from hookspan.storage.executions import Claimed
from hookspan.storage.executions_list import (
    ExecutionFilter,
    executions_born_with,
    executions_offset,
    executions_shortened,
    step_place,
)
from hookspan.workflows.task_executions import LISTED_BYTES, tasks_json, workflow_execution_json

READ_AT_ONCE = 50
"""Executions are shown with all their tasks: so many are in memory at once."""
SLOW_BYTES = 64 * 1024
"""More content than this is written in another thread."""
Status = Literal["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "WAITING"]
_STATUSES = frozenset(get_args(Status))
_NATIVE_ONLY = frozenset({"status", "percentage"})

router = APIRouter(prefix="/api", tags=["orchestrator"], dependencies=[Depends(negotiated)])
Reader = Annotated[Caller, may("executions:read")]
Mover = Annotated[Caller, may("workflows:run")]


class OrchestratorExecutionInput(SeedBody):
    """Which workflow runs, and with what: an object, or the JSON text of one."""

    workflow_definition_id: str
    initial_context: dict[str, object] | str | None = None


class OrchestratorResources(Answer):
    """How much of each pool."""

    cpu: float | None
    memory: float | None
    storage: float | None
    custom: list[dict[str, object]]


class OrchestratorTask(Answer):
    """One step of a run; `resources` is what it holds now."""

    id: str
    workflow_execution_id: str
    task_definition_id: str
    status: Status
    start_time: str | None
    end_time: str | None
    attempts: int
    error: dict[str, object] | None
    resources: OrchestratorResources | None


class OrchestratorContext(Answer):
    """What a run was started with, and under `steps` what its steps made of it; `version` counts the changes.

    `data` is JSON text, null without the scope payloads:read, and in a list where it comes of more than 16 KiB: ask for
    the execution itself.
    """

    id: str
    data: str | None
    version: int
    created_at: str
    updated_at: str


class OrchestratorExecution(Answer):
    """One run of a workflow as `/api/executions` prints it."""

    id: str
    workflow_definition_id: str
    status: Status
    start_time: str | None
    end_time: str | None
    task_executions: list[OrchestratorTask]
    context: OrchestratorContext


class OrchestratorProgress(Answer):
    """How far a run is."""

    id: str
    workflow_execution_id: str
    completed_tasks: int
    total_tasks: int
    estimated_completion: str | None
    blockers: list[ExecutionBlocker]
    milestones: list[ExecutionMilestone]


@router.post(
    "/executions",
    status_code=201,
    operation_id="createOrchestratorExecution",
    response_model=OrchestratorExecution,
    openapi_extra=takes(OrchestratorExecutionInput),
)
async def create_execution(request: Request, rooms: RoomsOf, caller: Mover) -> Response:
    """Start the newest version of a workflow."""
    body = await read_object(request)
    workflow_id = body.get("workflowDefinitionId", body.get("workflow_definition_id"))
    if not isinstance(workflow_id, str) or not workflow_id:
        raise Invalid.one("/workflowDefinitionId", "is required")
    context = _context(body.get("initialContext", body.get("initial_context")))
    row = await rooms.engine.start(caller.tenant_id, canonical_id(workflow_id), context)
    shown = await _shown(rooms, caller, Claimed(row, ()))
    return written(shown, status=201, headers={"Location": f"/api/executions/{row.id}"})


def _context(given: object) -> object:
    read = given
    if isinstance(given, str):
        view = read_json(given.encode("utf-8", "surrogatepass"))
        read = view.value if view.is_json else given
    if read is None:
        return {}
    if not isinstance(read, dict):
        raise Invalid.one("/initialContext", "must be an object, or the JSON text of one")
    return read


@router.get("/executions", operation_id="listOrchestratorExecutions", response_model=list[OrchestratorExecution])
async def list_executions(
    rooms: RoomsOf,
    caller: Reader,
    page: PageOf,
    status: str | None = None,
    workflow_definition_id: Annotated[str | None, Query(alias="workflowDefinitionId")] = None,
) -> Response:
    """Executions, newest first."""
    wanted = ExecutionFilter(
        statuses=[] if status is None else [_status(status).lower()],
        workflow_ids=[] if workflow_definition_id is None else ids_of([workflow_definition_id]),
    )
    ids = await rooms.database.read(executions_offset, caller.tenant_id, wanted, page.limit, page.offset)
    shown: list[msgspec.Raw] = []
    for start in range(0, len(ids), READ_AT_ONCE):
        shown += await _listed(rooms, caller, ids[start : start + READ_AT_ONCE])
    return written(shown)


async def _listed(rooms: Rooms, caller: Caller, ids: Sequence[str]) -> list[msgspec.Raw]:
    found = await rooms.database.read(executions_shortened, ids, LISTED_BYTES)
    versions = {each.row.id: (await rooms.engine.version_of(each.row)).definition for each in found}
    return await each_written(found, lambda each: _shape(each, versions[each.row.id], caller))


@router.get("/executions/{execution_id}", operation_id="getOrchestratorExecution", response_model=OrchestratorExecution)
async def get_execution(execution_id: str, rooms: RoomsOf, caller: Reader) -> Response:
    """One execution."""
    return written(await _shown(rooms, caller, await find(rooms, caller, execution_id)))


@router.post(
    "/executions/{execution_id}/cancel",
    operation_id="cancelOrchestratorExecution",
    response_model=OrchestratorExecution,
)
async def cancel_execution(execution_id: str, rooms: RoomsOf, caller: Mover) -> Response:
    """End an execution; a second cancel changes nothing."""
    row = await rooms.engine.cancel(caller.tenant_id, canonical_id(execution_id))
    return written(await _shown(rooms, caller, await find(rooms, caller, row.id)))


@router.get(
    "/executions/{execution_id}/tasks", operation_id="listOrchestratorTasks", response_model=list[OrchestratorTask]
)
async def list_tasks(
    execution_id: str, rooms: RoomsOf, caller: Reader, page: PageOf, status: str | None = None
) -> Response:
    """The tasks of an execution, in the order of its workflow."""
    wanted = None if status is None else _status(status)
    found = await find(rooms, caller, execution_id)
    tasks = await _tasks(rooms, caller, found)
    chosen = [task for task in tasks if wanted in (None, task["status"])]
    return written(chosen[page.offset : page.offset + page.limit])


@router.get(
    "/executions/{execution_id}/progress",
    operation_id="getOrchestratorProgress",
    response_model=OrchestratorProgress,
)
async def get_progress(execution_id: str, rooms: RoomsOf, caller: Reader) -> Response:
    """How far an execution is."""
    report = await rooms.engine.outside.progress(caller.tenant_id, canonical_id(execution_id))
    return written({name: value for name, value in report.items() if name not in _NATIVE_ONLY})


@router.post("/tasks/{task_id}/retry", operation_id="retryOrchestratorTask", response_model=OrchestratorTask)
async def retry_task(task_id: str, rooms: RoomsOf, caller: Mover) -> Response:
    """Try a failed task again; its execution runs on."""
    identity = canonical_id(task_id)
    execution_id, step_id = await _place(rooms, caller, identity)
    await rooms.engine.retry(caller.tenant_id, execution_id, step_id)
    found = await find(rooms, caller, execution_id)
    tasks = await _tasks(rooms, caller, found)
    return written(next(task for task in tasks if task["id"] == identity))


async def _place(rooms: Rooms, caller: Caller, task_id: str) -> tuple[str, str]:
    """Execution and step of a task, one that has not begun included; raises NotFound."""
    place = await rooms.database.read(step_place, caller.tenant_id, task_id)
    if place is not None:
        return place
    for row in await rooms.database.read(executions_born_with, caller.tenant_id, task_id):
        for step in (await rooms.engine.version_of(row)).definition.steps:
            if step_row_id(row.id, step.id) == task_id:
                return row.id, step.id
    raise NotFound("no such task")


async def _tasks(rooms: Rooms, caller: Caller, found: Claimed) -> list[dict[str, object]]:
    definition = (await rooms.engine.version_of(found.row)).definition
    return tasks_json(found, definition, with_content=caller.may("payloads:read"))


async def _shown(rooms: Rooms, caller: Caller, found: Claimed) -> dict[str, object]:
    definition = (await rooms.engine.version_of(found.row)).definition
    content = len(found.row.trigger) + sum(len(step.output or b"") for step in found.steps)
    if content > SLOW_BYTES and caller.may("payloads:read"):
        return await asyncio.to_thread(_shape, found, definition, caller)
    return _shape(found, definition, caller)


def _shape(found: Claimed, definition: Definition, caller: Caller) -> dict[str, object]:
    return workflow_execution_json(found, definition, with_content=caller.may("payloads:read"))


def _status(word: str) -> str:
    if word not in _STATUSES:
        raise Invalid.one("/status", f"must be one of {', '.join(sorted(_STATUSES))}")
    return word
