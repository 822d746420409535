"""From stored executions to what one caller is shown of them (contracts C.6, security §10)."""

from __future__ import annotations

from fastapi import Request

from hookspan.access.roles import Caller
from hookspan.api.rooms import Rooms
from hookspan.errors import NotFound
from hookspan.model.executions import ExecutionRow
from hookspan.model.ids import canonical_id
from hookspan.model.times import instant
from hookspan.storage.executions import Claimed, execution_with_steps
from hookspan.workflows.shapes import execution_json, steps_json, without_content

CALLBACKS = "/api/v1/callbacks"
CONTENT = ("input", "output")
NOT_LISTED = (*CONTENT, "outputTruncated")


async def find(rooms: Rooms, caller: Caller, execution_id: str) -> Claimed:
    """The execution with its steps; raises NotFound."""
    found = await rooms.database.read(execution_with_steps, caller.tenant_id, canonical_id(execution_id))
    if found is None:
        raise NotFound("no such execution")
    return found


def shown(row: ExecutionRow, caller: Caller) -> dict[str, object]:
    """An execution as it is shown alone; without payloads:read content is null, and an error has no text of its own."""
    return _seen(execution_json(row), caller)


def listed(row: ExecutionRow, caller: Caller) -> dict[str, object]:
    """An execution as lists and acknowledgements show it: without its content."""
    return {name: value for name, value in shown(row, caller).items() if name not in NOT_LISTED}


async def steps_of(rooms: Rooms, caller: Caller, request: Request, found: Claimed) -> list[dict[str, object]]:
    """Every step; who may answer in the name of one that waits outside is shown where to."""
    definition = (await rooms.engine.version_of(found.row)).definition
    callbacks = rooms.engine.outside.callbacks(found, definition) if caller.may("workflows:run") else {}
    base_url = (rooms.settings.base_url or str(request.base_url)).rstrip("/")
    steps = []
    for step in steps_json(found, definition):
        token, expires_at = callbacks.get(str(step["stepId"]), ("", 0))
        if token:
            step |= {"callbackUrl": f"{base_url}{CALLBACKS}/{token}", "callbackExpiresAt": instant(expires_at)}
        steps.append(_seen(step, caller))
    return steps


def tag_of(row: ExecutionRow) -> int:
    """What an ETag carries: it grows with every change of the execution, and with everything it is told."""
    return row.version + row.told


def _seen(body: dict[str, object], caller: Caller) -> dict[str, object]:
    if caller.may("payloads:read"):
        return body
    return {**body, **dict.fromkeys(CONTENT), "error": without_content(body["error"])}
