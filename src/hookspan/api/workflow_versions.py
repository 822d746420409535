"""`/api/v1/workflows/{id}/versions`, `…/diff` and `…/validate`: what a workflow was, and what it would be."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.exact import each_written, written, written_page
from hookspan.api.paging import CountedPagingOf
from hookspan.api.rooms import RoomsOf
from hookspan.api.workflow_bodies import SHOWN_AS_YAML, read_definition, shown_version, takes_definition
from hookspan.api.workflow_shapes import WorkflowDiff, WorkflowInput, WorkflowVersion, WorkflowVersionList
from hookspan.errors import NotFound
from hookspan.model.ids import canonical_id
from hookspan.storage.workflow_search import versions_slice
from hookspan.workflows.comparing import compared
from hookspan.workflows.shapes import version_json, workflow_json

router = APIRouter(prefix="/api/v1/workflows", tags=["workflows"])
Reader = Annotated[Caller, may("workflows:read")]
MOST = 2**31 - 1
Number = Annotated[int | None, Query(ge=1, le=MOST)]


@router.get("/{workflow_id}/versions", operation_id="listWorkflowVersions", response_model=WorkflowVersionList)
async def list_versions(
    workflow_id: str, rooms: RoomsOf, caller: Reader, paging: CountedPagingOf, response: Response
) -> Response:
    """The versions, newest first."""
    row, _ = await rooms.workflows.get(caller.tenant_id, canonical_id(workflow_id))
    found, page = await rooms.database.read(versions_slice, caller.tenant_id, row.id, paging.keyset)
    return written_page(await each_written(found, version_json), paging.links_of(response, page), response)


@router.get(
    "/{workflow_id}/versions/{version}",
    operation_id="getWorkflowVersion",
    response_model=WorkflowVersion,
    responses=SHOWN_AS_YAML,
)
async def get_version(workflow_id: str, version: int, request: Request, rooms: RoomsOf, caller: Reader) -> Response:
    """One version; as YAML it can be sent back to make the workflow what it was."""
    row, _ = await rooms.workflows.get(caller.tenant_id, canonical_id(workflow_id))
    if not 1 <= version <= MOST:
        raise NotFound("no such version")
    return shown_version(row, await rooms.workflows.version(caller.tenant_id, row.id, version), request)


@router.get("/{workflow_id}/diff", operation_id="diffWorkflowVersions", response_model=WorkflowDiff)
async def diff_versions(
    workflow_id: str,
    rooms: RoomsOf,
    caller: Reader,
    from_: Annotated[Number, Query(alias="from")] = None,
    to: Number = None,
) -> Response:
    """What makes one version of another; without numbers the newest of the one before it."""
    row, current = await rooms.workflows.get(caller.tenant_id, canonical_id(workflow_id))
    newer = current.version if to is None else to
    older = max(1, newer - 1) if from_ is None else from_
    old, new = [await rooms.workflows.version(caller.tenant_id, row.id, number) for number in (older, newer)]
    return written(compared(old, new))


@router.post(
    "/{workflow_id}/validate",
    status_code=204,
    operation_id="validateWorkflowVersion",
    openapi_extra=takes_definition(WorkflowInput, required=False),
)
async def validate_version(
    workflow_id: str, request: Request, rooms: RoomsOf, caller: Annotated[Caller, may("workflows:write")]
) -> None:
    """Judge the workflow by the rules of now, or what is sent as if it replaced it: 204, or 422 with every fault."""
    found = await rooms.workflows.get(caller.tenant_id, canonical_id(workflow_id))
    sent = await read_definition(request) if await request.body() else workflow_json(*found)
    await rooms.workflows.validate(caller.tenant_id, sent)
