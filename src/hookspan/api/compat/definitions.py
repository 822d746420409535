"""`/api/workflows`: seed 002's door to workflow definitions (contracts A.5). Errors read `{"message": …}`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import UNCHANGED, Answer, SeedBody
from hookspan.api.compat.orchestrator import negotiated
from hookspan.api.compat.pages import BarePageOf
from hookspan.api.exact import each_written, read_object, takes, written
from hookspan.api.rooms import RoomsOf
from hookspan.errors import Invalid
from hookspan.model.ids import canonical_id
from hookspan.model.workflows import StepKind, VersionRow, WorkflowRow
from hookspan.storage.workflows import workflows_offset
from hookspan.workflows.tasks import definition_json, in_seed_words, workflow_of_change, workflow_of_tasks

router = APIRouter(prefix="/api/workflows", tags=["orchestrator"], dependencies=[Depends(negotiated)])
Reader = Annotated[Caller, may("workflows:read")]
Writer = Annotated[Caller, may("workflows:write")]


class OrchestratorTaskDefinition(Answer):
    """A step as `/api/workflows` prints it; null is what is usual here. `kind` and `with` are additions."""

    id: str
    name: str
    description: str
    resource_requirements: dict[str, Any] | None
    dependencies: list[str]
    timeout: int | None
    retry_policy: dict[str, float] | None
    kind: StepKind
    with_: dict[str, Any] = Field(alias="with")


class OrchestratorSynchronizationPoint(Answer):
    """Where tasks meet."""

    id: str
    name: str
    description: str
    required_tasks: list[str]
    timeout: int | None


class OrchestratorWorkflow(Answer):
    """A workflow as `/api/workflows` prints it; `version` is semantic."""

    id: str
    name: str
    description: str
    version: str
    created_at: str
    updated_at: str
    tasks: list[OrchestratorTaskDefinition]
    synchronization_points: list[OrchestratorSynchronizationPoint]


class OrchestratorWorkflowInput(SeedBody):
    """A workflow of tasks; a task or point without an id is numbered."""

    name: str
    description: str = ""
    tasks: list[dict[str, Any]]
    synchronization_points: list[dict[str, Any]] = Field(default_factory=list)


class OrchestratorWorkflowChange(SeedBody):
    """Members to change; absent = unchanged, and so is all that these members have no word for."""

    name: str = UNCHANGED
    description: str = UNCHANGED
    tasks: list[dict[str, Any]] = UNCHANGED
    synchronization_points: list[dict[str, Any]] = UNCHANGED


@router.get("", operation_id="listOrchestratorWorkflows", response_model=list[OrchestratorWorkflow])
async def list_workflows(rooms: RoomsOf, caller: Reader, page: BarePageOf) -> Response:
    """Workflows, newest first."""
    found, _ = await rooms.database.read(workflows_offset, caller.tenant_id, page.limit, page.offset)
    return written(await each_written(found, lambda each: _shape(*each)))


@router.post(
    "",
    status_code=201,
    operation_id="createOrchestratorWorkflow",
    response_model=OrchestratorWorkflow,
    openapi_extra=takes(OrchestratorWorkflowInput),
)
async def create_workflow(request: Request, rooms: RoomsOf, caller: Writer) -> Response:
    """Store a workflow as version 1.0.0."""
    with _seed_words():
        value = workflow_of_tasks(await read_object(request))
        found = await rooms.workflows.create(caller.tenant_id, value)
    return written(_shape(*found), status=201, headers={"Location": f"/api/workflows/{found[0].id}"})


@router.get("/{workflow_id}", operation_id="getOrchestratorWorkflow", response_model=OrchestratorWorkflow)
async def get_workflow(workflow_id: str, rooms: RoomsOf, caller: Reader) -> Response:
    """One workflow."""
    return written(_shape(*await rooms.workflows.get(caller.tenant_id, canonical_id(workflow_id))))


@router.put(
    "/{workflow_id}",
    operation_id="updateOrchestratorWorkflow",
    response_model=OrchestratorWorkflow,
    openapi_extra=takes(OrchestratorWorkflowChange),
)
async def update_workflow(workflow_id: str, request: Request, rooms: RoomsOf, caller: Writer) -> Response:
    """Change the members named; changed tasks or points are the next patch version."""
    identity, body = canonical_id(workflow_id), await read_object(request)
    with _seed_words():
        found = await rooms.workflows.change(
            caller.tenant_id, identity, lambda native: workflow_of_change(body, native)
        )
    return written(_shape(*found))


@router.delete("/{workflow_id}", status_code=204, operation_id="deleteOrchestratorWorkflow")
async def delete_workflow(workflow_id: str, rooms: RoomsOf, caller: Annotated[Caller, may("workflows:delete")]) -> None:
    """Delete a workflow that no source starts; executions under way end on their version."""
    await rooms.workflows.delete(caller.tenant_id, canonical_id(workflow_id))


@contextmanager
def _seed_words() -> Iterator[None]:
    """Faults are told as the seed spells its members."""
    try:
        yield
    except Invalid as invalid:
        raise in_seed_words(invalid) from None


def _shape(row: WorkflowRow, version: VersionRow) -> dict[str, object]:
    return definition_json(row, version.definition)
