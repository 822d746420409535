"""Changes of workflows as every door asks for them: within the tenant's quota, and only of what the caller saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hookspan.api.rooms import Rooms
from hookspan.errors import Conflict, PreconditionFailed
from hookspan.model.workflows import VersionRow, WorkflowRow
from hookspan.storage.workflow_search import workflows_count
from hookspan.workflows.shapes import workflow_json

WORKFLOWS_MOST = 1_000
"""Per tenant (security §5.4)."""
TRIES = 5

Found = tuple[WorkflowRow, VersionRow]
Change = Callable[[Mapping[str, object]], Mapping[str, object]]


async def create(rooms: Rooms, tenant_id: str, value: Mapping[str, object]) -> Found:
    """A new workflow; Conflict when the tenant has its most already."""
    if await rooms.database.read(workflows_count, tenant_id) >= WORKFLOWS_MOST:
        raise Conflict(f"this tenant has {WORKFLOWS_MOST:,} workflows already; delete one first")
    return await rooms.workflows.create(tenant_id, value)


async def replace(
    rooms: Rooms, tenant_id: str, workflow_id: str, value: Mapping[str, object], *, if_version: int | None
) -> Found:
    """The whole workflow anew; PreconditionFailed when it is not the version the caller saw."""
    await seen(rooms, tenant_id, workflow_id, if_version)
    try:
        return await rooms.workflows.update(tenant_id, workflow_id, value, read_at=if_version)
    except Conflict as conflict:
        raise _stale(conflict, if_version) from None


async def change(
    rooms: Rooms, tenant_id: str, workflow_id: str, changed: Change, *, if_version: int | None = None
) -> Found:
    """What `changed` makes of the native object; tried again when somebody else was quicker and no version is named."""
    for number in range(TRIES):
        row, version = await seen(rooms, tenant_id, workflow_id, if_version)
        try:
            value = changed(workflow_json(row, version))
            return await rooms.workflows.update(tenant_id, workflow_id, value, read_at=row.updated_at)
        except Conflict as conflict:
            if if_version is not None or number == TRIES - 1:
                raise _stale(conflict, if_version) from None
    raise AssertionError("the last try either returns or raises")


async def seen(rooms: Rooms, tenant_id: str, workflow_id: str, if_version: int | None) -> Found:
    """The workflow, which must be the version the caller saw, where he names one."""
    row, version = await rooms.workflows.get(tenant_id, workflow_id)
    if if_version is not None and row.updated_at != if_version:
        raise PreconditionFailed("the workflow was changed by somebody else; read it again")
    return row, version


def _stale(conflict: Conflict, if_version: int | None) -> Conflict | PreconditionFailed:
    return conflict if if_version is None else PreconditionFailed(conflict.detail)
