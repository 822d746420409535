"""`/api/v1/executions`: end, repeat and tell executions (contracts C.6), each with the scope `workflows:run`.

What is told is on disk when it is answered, 202; the execution makes use of it when its worker reads it.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.exact import ANY_JSON, only, read_object, read_value, takes, written
from hookspan.api.execution_answers import find, listed, shown
from hookspan.api.execution_shapes import (
    BlockerInput,
    CompleteInput,
    Execution,
    ExecutionBlocker,
    ExecutionMilestone,
    ExecutionSummary,
    FailInput,
    RestartInput,
    RetryInput,
)
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.errors import Conflict, Invalid
from hookspan.model.ids import canonical_id

router = APIRouter(prefix="/api/v1/executions", tags=["executions"])
Mover = Annotated[Caller, may("workflows:run")]


@router.post("/{execution_id}/cancel", operation_id="cancelExecution", response_model=Execution)
async def cancel_execution(execution_id: str, rooms: RoomsOf, caller: Mover) -> Response:
    """End an execution; a second cancel changes nothing."""
    row = await rooms.engine.cancel(caller.tenant_id, canonical_id(execution_id))
    return written(shown(row, caller))


@router.post("/{execution_id}/retry", status_code=202, operation_id="retryExecution", response_model=Execution)
async def retry_execution(execution_id: str, rooms: RoomsOf, caller: Mover, body: RetryInput | None = None) -> Response:
    """Try what failed again: all failed steps, or one; `not_retryable` where nothing failed.

    `content_expunged` when the content of the event that started it was erased: nothing is left to try with.
    """
    identity, step_id = canonical_id(execution_id), None if body is None else body.step_id
    if step_id is not None:
        await _check_step(rooms, caller, identity, step_id)
    try:
        row = await rooms.engine.retry(caller.tenant_id, identity, step_id)
    except Conflict as conflict:
        raise Conflict(conflict.detail, code="not_retryable") from None
    return written(shown(row, caller), status=202)


@router.post("/{execution_id}/restart-from", status_code=202, operation_id="restartExecution", response_model=Execution)
async def restart_execution(execution_id: str, rooms: RoomsOf, caller: Mover, body: RestartInput) -> Response:
    """Let an ended execution begin anew from a step it has reached, with all that follows from it.

    `content_expunged` as for a retry.
    """
    identity = canonical_id(execution_id)
    await _check_step(rooms, caller, identity, body.step_id)
    row = await rooms.engine.restart_from(caller.tenant_id, identity, body.step_id)
    return written(shown(row, caller), status=202)


async def _check_step(rooms: Rooms, caller: Caller, execution_id: str, step_id: str) -> None:
    """Raises NotFound for no such execution, Invalid for a step its workflow does not have."""
    found = await find(rooms, caller, execution_id)
    if step_id not in (await rooms.engine.version_of(found.row)).definition.by_id:
        raise Invalid.one("/stepId", "the execution's workflow has no such step")


@router.post(
    "/{execution_id}/signals/{topic:path}",
    status_code=202,
    operation_id="signalExecution",
    response_model=ExecutionSummary,
    openapi_extra=ANY_JSON,
)
async def signal_execution(execution_id: str, topic: str, request: Request, rooms: RoomsOf, caller: Mover) -> Response:
    """Send a signal; it is kept until a step waits for its topic. The body is what it brings, none is null."""
    identity = canonical_id(execution_id)
    await rooms.engine.outside.signal(caller.tenant_id, identity, topic, await read_value(request))
    return await _told(rooms, caller, identity)


@router.post(
    "/{execution_id}/steps/{step_id}/complete",
    status_code=202,
    operation_id="completeStep",
    response_model=ExecutionSummary,
    openapi_extra=takes(CompleteInput, required=False),
)
async def complete_step(execution_id: str, step_id: str, request: Request, rooms: RoomsOf, caller: Mover) -> Response:
    """Say that a step that waits outside is done; `conflict` when it does not wait."""
    identity = canonical_id(execution_id)
    body = await read_object(request) if await request.body() else {}
    only(body, "output")
    await rooms.engine.outside.complete(caller.tenant_id, identity, step_id, body.get("output"))
    return await _told(rooms, caller, identity)


@router.post(
    "/{execution_id}/steps/{step_id}/fail",
    status_code=202,
    operation_id="failStep",
    response_model=ExecutionSummary,
)
async def fail_step(execution_id: str, step_id: str, rooms: RoomsOf, caller: Mover, body: FailInput) -> Response:
    """Say that a step that waits outside failed; `conflict` when it does not wait."""
    identity, error = canonical_id(execution_id), body.error
    await rooms.engine.outside.fail(caller.tenant_id, identity, step_id, code=error.code, message=error.message)
    return await _told(rooms, caller, identity)


@router.post("/{execution_id}/blockers", status_code=201, operation_id="createBlocker", response_model=ExecutionBlocker)
async def create_blocker(execution_id: str, rooms: RoomsOf, caller: Mover, body: BlockerInput) -> Response:
    """Tell of something that keeps an execution from going on."""
    outside = rooms.engine.outside
    blocker = await outside.block(caller.tenant_id, canonical_id(execution_id), body.description, body.step_id)
    return written(blocker, status=201)


@router.post(
    "/{execution_id}/blockers/{blocker_id}/resolve", operation_id="resolveBlocker", response_model=ExecutionBlocker
)
async def resolve_blocker(execution_id: str, blocker_id: str, rooms: RoomsOf, caller: Mover) -> Response:
    """Say that a blocker is gone, told or found; a second time changes nothing."""
    return written(await rooms.engine.outside.resolve(caller.tenant_id, canonical_id(execution_id), blocker_id))


@router.post(
    "/{execution_id}/milestones/{milestone_id}/achieve",
    operation_id="achieveMilestone",
    response_model=ExecutionMilestone,
)
async def achieve_milestone(execution_id: str, milestone_id: str, rooms: RoomsOf, caller: Mover) -> Response:
    """Say that a milestone is achieved; a second time changes nothing."""
    return written(await rooms.engine.outside.achieve(caller.tenant_id, canonical_id(execution_id), milestone_id))


async def _told(rooms: Rooms, caller: Caller, execution_id: str) -> Response:
    """The execution as it stands now that it was told."""
    return written(listed((await find(rooms, caller, execution_id)).row, caller), status=202)
