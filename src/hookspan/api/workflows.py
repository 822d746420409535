"""`/api/v1/workflows`: keep workflows and run them (contracts C.6); their versions are in `workflow_versions.py`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.conditional import IfVersion, is_known, not_modified
from hookspan.api.exact import each_written, only, read_object, takes, written, written_page
from hookspan.api.execution_answers import find
from hookspan.api.execution_answers import shown as shown_execution
from hookspan.api.execution_shapes import Execution
from hookspan.api.idempotency import claim_of
from hookspan.api.paging import CountedPagingOf
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.api.workflow_bodies import (
    SHOWN_AS_YAML,
    read_definition,
    shown,
    tag_of,
    takes_definition,
    wants_yaml,
    yaml_answer,
)
from hookspan.api.workflow_shapes import RunInput, Workflow, WorkflowInput, WorkflowList, WorkflowPatch
from hookspan.model.ids import canonical_id
from hookspan.model.merge import merge_patch
from hookspan.model.workflows import VersionRow, WorkflowRow, WorkflowStatus
from hookspan.storage.workflow_search import WorkflowFilter, workflows_slice
from hookspan.storage.workflow_triggers import schedules_of
from hookspan.workflows.definition_schema import definition_schema
from hookspan.workflows.shapes import execution_json, workflow_json

router = APIRouter(prefix="/api/v1/workflows", tags=["workflows"])
Reader = Annotated[Caller, may("workflows:read")]
Writer = Annotated[Caller, may("workflows:write")]
_SCHEMA_TYPE = "application/schema+json"


def _wanted(
    status: Annotated[list[WorkflowStatus] | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
    name: Annotated[str | None, Query(max_length=200)] = None,
) -> WorkflowFilter:
    return WorkflowFilter(tuple(status or ()), q, name)


@router.get("", operation_id="listWorkflows", response_model=WorkflowList)
async def list_workflows(
    rooms: RoomsOf,
    caller: Reader,
    paging: CountedPagingOf,
    response: Response,
    wanted: Annotated[WorkflowFilter, Depends(_wanted)],
) -> Response:
    """The workflows of the tenant, newest first; `q` looks in names, `name` is the whole of one."""
    found, page = await rooms.database.read(workflows_slice, caller.tenant_id, wanted, paging.keyset)
    shown = await each_written(found, lambda each: workflow_json(*each))
    return written_page(shown, paging.links_of(response, page), response)


@router.post(
    "",
    status_code=201,
    operation_id="createWorkflow",
    response_model=Workflow,
    openapi_extra=takes_definition(WorkflowInput),
)
async def create_workflow(request: Request, rooms: RoomsOf, caller: Writer) -> Response:
    """Store a workflow; its graph is version 1."""
    row, version = await rooms.workflows.create(caller.tenant_id, await read_definition(request))
    return await _shown(rooms, row, version, status=201, headers={"Location": f"/api/v1/workflows/{row.id}"})


@router.get(
    "/schema",
    operation_id="getWorkflowSchema",
    response_class=Response,
    responses={200: {"content": {_SCHEMA_TYPE: {"schema": {"type": "object"}}}}},
)
async def get_schema(_caller: Reader) -> Response:
    """The JSON Schema (2020-12) of what may be sent, for editors; how the parts hang together `validate` judges."""
    return Response(written(definition_schema()).body, media_type=_SCHEMA_TYPE)


@router.post(
    "/validate", status_code=204, operation_id="validateWorkflow", openapi_extra=takes_definition(WorkflowInput)
)
async def validate_workflow(request: Request, rooms: RoomsOf, caller: Writer) -> None:
    """Judge a workflow without saving it: 204, or 422 with every fault."""
    await rooms.workflows.validate(caller.tenant_id, await read_definition(request))


@router.get("/{workflow_id}", operation_id="getWorkflow", response_model=Workflow, responses=SHOWN_AS_YAML)
async def get_workflow(workflow_id: str, request: Request, rooms: RoomsOf, caller: Reader) -> Response:
    """One workflow with the graph of its newest version; as YAML without what the server sets."""
    row, version = await rooms.workflows.get(caller.tenant_id, canonical_id(workflow_id))
    is_yaml = wants_yaml(request)
    schedules = [] if is_yaml else await rooms.database.read(schedules_of, row.id)
    tag = tag_of(row, schedules, is_yaml=is_yaml)
    if is_known(request, tag):
        return not_modified(tag, Vary="Accept")
    return yaml_answer(row, version, {"ETag": tag}) if is_yaml else shown(row, version, schedules)


@router.put(
    "/{workflow_id}",
    operation_id="replaceWorkflow",
    response_model=Workflow,
    openapi_extra=takes_definition(WorkflowInput),
)
async def replace_workflow(
    workflow_id: str, request: Request, rooms: RoomsOf, caller: Writer, if_version: IfVersion
) -> Response:
    """Replace a workflow; a changed graph is a new version, executions under way keep theirs."""
    identity, body = canonical_id(workflow_id), await read_definition(request)
    kept = await rooms.workflows.update(caller.tenant_id, identity, body, if_version=if_version)
    return await _shown(rooms, *kept)


@router.patch(
    "/{workflow_id}",
    operation_id="patchWorkflow",
    response_model=Workflow,
    openapi_extra=takes_definition(WorkflowPatch),
)
async def patch_workflow(
    workflow_id: str, request: Request, rooms: RoomsOf, caller: Writer, if_version: IfVersion
) -> Response:
    """Change the members named, null is the default again (RFC 7396); lists are replaced as a whole."""
    identity, patch = canonical_id(workflow_id), await read_definition(request)
    kept = await rooms.workflows.change(
        caller.tenant_id, identity, lambda native: merge_patch(native, patch), if_version=if_version
    )
    return await _shown(rooms, *kept)


@router.delete("/{workflow_id}", status_code=204, operation_id="deleteWorkflow")
async def delete_workflow(
    workflow_id: str, rooms: RoomsOf, caller: Annotated[Caller, may("workflows:delete")], if_version: IfVersion
) -> None:
    """Delete a workflow that no source starts; executions under way end on their version."""
    await rooms.workflows.delete(caller.tenant_id, canonical_id(workflow_id), if_version=if_version)


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
    """Start the newest version; 202 once the execution is on disk, with its `Idempotency-Key`."""
    body = await read_object(request) if await request.body() else {}
    only(body, "input")
    claim = claim_of(request)
    if claim is not None and claim.made is not None:
        row = (await find(rooms, caller, claim.made)).row
        body = shown_execution(row, caller)
    else:
        row = await rooms.engine.start(caller.tenant_id, canonical_id(workflow_id), body.get("input"), key=claim)
        body = execution_json(row)
    return written(body, status=202, headers={"Location": f"/api/v1/executions/{row.id}"})


async def _shown(
    rooms: Rooms, row: WorkflowRow, version: VersionRow, *, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    schedules = await rooms.database.read(schedules_of, row.id)
    return shown(row, version, schedules, status=status, headers=headers)
