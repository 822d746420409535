"""`/api/v1/workflows`: keep workflows and run them (contracts C.6)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.conditional import IfVersion, is_known, not_modified
from hookspan.api.exact import read_object, takes, written, written_page
from hookspan.api.paging import PagingOf
from hookspan.api.rooms import RoomsOf
from hookspan.api.workflow_shapes import (
    Execution,
    RunInput,
    Workflow,
    WorkflowInput,
    WorkflowList,
    WorkflowVersionList,
)
from hookspan.errors import Invalid, PreconditionFailed
from hookspan.model.ids import canonical_id
from hookspan.model.workflows import VersionRow, WorkflowRow, WorkflowStatus
from hookspan.workflows.shapes import execution_json, version_json, workflow_json

router = APIRouter(prefix="/api/v1/workflows", tags=["workflows"])
Reader = Annotated[Caller, may("workflows:read")]
Writer = Annotated[Caller, may("workflows:write")]


@router.get("", operation_id="listWorkflows", response_model=WorkflowList)
async def list_workflows(
    rooms: RoomsOf,
    caller: Reader,
    paging: PagingOf,
    response: Response,
    status: Annotated[list[WorkflowStatus] | None, Query()] = None,
) -> Response:
    """The workflows of the tenant, newest first."""
    page, has_next, has_previous = await rooms.workflows.list(
        caller.tenant_id, paging.keyset, statuses=tuple(status or ())
    )
    ends = (page[0][0].id, page[-1][0].id) if page else (None, None)
    links = paging.links(response, *ends, has_next=has_next, has_previous=has_previous)
    return written_page([workflow_json(*found) for found in page], links, response)


@router.post(
    "", status_code=201, operation_id="createWorkflow", response_model=Workflow, openapi_extra=takes(WorkflowInput)
)
async def create_workflow(request: Request, rooms: RoomsOf, caller: Writer) -> Response:
    """Store a workflow; its graph is version 1."""
    row, version = await rooms.workflows.create(caller.tenant_id, await read_object(request))
    return _shown(row, version, status=201, headers={"Location": f"/api/v1/workflows/{row.id}"})


@router.post("/validate", status_code=204, operation_id="validateWorkflow", openapi_extra=takes(WorkflowInput))
async def validate_workflow(request: Request, rooms: RoomsOf, caller: Writer) -> None:
    """Judge a workflow without saving it: 204, or 422 with every fault."""
    rooms.workflows.validate(await read_object(request))


@router.get("/{workflow_id}", operation_id="getWorkflow", response_model=Workflow)
async def get_workflow(workflow_id: str, request: Request, rooms: RoomsOf, caller: Reader) -> Response:
    """One workflow with the graph of its newest version."""
    row, version = await rooms.workflows.get(caller.tenant_id, canonical_id(workflow_id))
    return not_modified(row.updated_at) if is_known(request, row.updated_at) else _shown(row, version)


@router.put(
    "/{workflow_id}", operation_id="replaceWorkflow", response_model=Workflow, openapi_extra=takes(WorkflowInput)
)
async def replace_workflow(
    workflow_id: str, request: Request, rooms: RoomsOf, caller: Writer, if_version: IfVersion
) -> Response:
    """Replace a workflow; a changed graph is a new version, executions under way keep theirs."""
    identity = canonical_id(workflow_id)
    body = await read_object(request)
    if if_version is not None:
        row, _ = await rooms.workflows.get(caller.tenant_id, identity)
        if row.updated_at != if_version:
            raise PreconditionFailed("the workflow was changed by somebody else; read it again")
    return _shown(*await rooms.workflows.update(caller.tenant_id, identity, body, read_at=if_version))


@router.delete("/{workflow_id}", status_code=204, operation_id="deleteWorkflow")
async def delete_workflow(workflow_id: str, rooms: RoomsOf, caller: Annotated[Caller, may("workflows:delete")]) -> None:
    """Delete a workflow that no source starts; executions under way end on their version."""
    await rooms.workflows.delete(caller.tenant_id, canonical_id(workflow_id))


@router.get("/{workflow_id}/versions", operation_id="listWorkflowVersions", response_model=WorkflowVersionList)
async def list_versions(workflow_id: str, rooms: RoomsOf, caller: Reader) -> Response:
    """Every version, newest first."""
    versions = await rooms.workflows.versions(caller.tenant_id, canonical_id(workflow_id))
    data = [version_json(version) for version in versions]
    return written({"data": data, "hasMore": False, "nextCursor": None, "prevCursor": None})


@router.post(
    "/{workflow_id}/executions",
    status_code=202,
    operation_id="runWorkflow",
    response_model=Execution,
    openapi_extra=takes(RunInput, required=False),
)
async def run_workflow(
    workflow_id: str, request: Request, rooms: RoomsOf, caller: Annotated[Caller, may("workflows:run")]
) -> Response:
    """Start the newest version; 202 once the execution is on disk."""
    body = await read_object(request) if await request.body() else {}
    unknown = sorted(set(body) - {"input"})
    if unknown:
        raise Invalid.one(f"/{unknown[0]}", "no such member; remove it", code="unknown_member")
    row = await rooms.engine.start(caller.tenant_id, canonical_id(workflow_id), body.get("input"))
    return written(execution_json(row), status=202, headers={"Location": f"/api/v1/executions/{row.id}"})


def _shown(
    row: WorkflowRow, version: VersionRow, *, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    tags = {"ETag": f'"{row.updated_at}"', **(headers or {})}
    return written(workflow_json(row, version), status=status, headers=tags)
