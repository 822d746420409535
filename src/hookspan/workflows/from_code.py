"""Keep in step the workflows that a program declares in its code (contracts G.2, `@hooks.on`).

Each has an id made of tenant and name, so processes that start together make one workflow, and none that a person
made is ever taken for one. The code decides what it is; a person may make it inactive, and it stays so. What the code
no longer declares is archived, and active again when the code declares it again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from hashlib import sha256

from hookspan.errors import NotFound, PreconditionFailed, Unavailable
from hookspan.storage import code_workflows, workflows
from hookspan.workflows.definitions import Definitions

TRIES = 100
_RANDOM_BITS = (1 << 62) - 1
_VARIANT = 1 << 63


def code_id(tenant_id: str, name: str, number: int = 0) -> str:
    """The id of a workflow that code declares: a UUIDv7 of its tenant's hour with a digest where others have chance.

    `number` counts those of this name that were deleted.
    """
    digest = sha256(f"{tenant_id}\n{name}\n{number}".encode()).digest()
    rest = f"{int.from_bytes(digest[:8]) & _RANDOM_BITS | _VARIANT:016x}"
    return f"{_prefix(tenant_id)}{rest[:4]}-{rest[4:]}"


def _prefix(tenant_id: str) -> str:
    """What the ids of a tenant's declared workflows begin with: a counter that no id made in that millisecond has."""
    return f"{tenant_id[:13]}-7fff-"


class CodeWorkflows(Definitions):
    """The workflows that this program declares."""

    async def keep(self, tenant_id: str, declared: Mapping[str, Mapping[str, object]], *, retires: bool) -> None:
        """Make and change workflows until they are what is declared by name; raises Invalid for what cannot be one.

        `retires` archives those that are declared no longer.
        """
        ids = [await self._kept(tenant_id, name, value) for name, value in declared.items()]
        if retires:
            await self._retire(tenant_id, ids)

    async def _kept(self, tenant_id: str, name: str, value: Mapping[str, object]) -> str:
        number = 0
        for _ in range(TRIES):
            workflow_id = code_id(tenant_id, name, number)
            if await self._is_in_step(tenant_id, workflow_id, value):
                return workflow_id
            # A person deleted it, or another process made it a moment ago.
            number += await self._is_deleted(tenant_id, workflow_id)
        raise Unavailable(f"the workflow {name!r} is changed faster than it can be brought in step; start again")

    async def _is_in_step(self, tenant_id: str, workflow_id: str, value: Mapping[str, object]) -> bool:
        """Bring it up to date or make it; False when its id is taken by then."""
        with suppress(NotFound):
            await self.change(tenant_id, workflow_id, lambda native: {**value, "status": _status(native)})
            return True
        row, draft = self._born(workflow_id, tenant_id, value, now=self._clock.now_ms())
        return await self._add(row, draft, code_workflows.create_once)

    async def _is_deleted(self, tenant_id: str, workflow_id: str) -> bool:
        return await self._database.read(workflows.workflow_get, tenant_id, workflow_id) is None

    async def _retire(self, tenant_id: str, kept_ids: Collection[str]) -> None:
        for workflow_id in await self._database.read(code_workflows.ids_below, tenant_id, _prefix(tenant_id)):
            if workflow_id not in kept_ids:
                # Whoever changes or deletes it at this moment knows better.
                with suppress(PreconditionFailed, NotFound):
                    row, _ = await self.get(tenant_id, workflow_id)
                    await self.change(tenant_id, workflow_id, _archived, if_version=(row.updated_at,))


def _status(native: Mapping[str, object]) -> object:
    return "active" if native["status"] == "archived" else native["status"]


def _archived(native: Mapping[str, object]) -> Mapping[str, object]:
    return {**native, "status": "archived"}
