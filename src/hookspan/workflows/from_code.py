"""Keep in step the workflows that a program declares in its code (contracts G.2, `@hooks.on`).

Each has an id made of tenant and name, so processes that start together make one workflow, and none that a person
made is ever taken for one. The code decides what it is; a person may make it inactive, and it stays so. What the code
no longer declares is archived, and active again when the code declares it again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256

from hookspan.errors import Conflict, NotFound, Unavailable
from hookspan.model.events import Birth
from hookspan.model.workflows import WorkflowRow
from hookspan.storage import code_workflows, workflows
from hookspan.workflows.definitions import Definitions
from hookspan.workflows.schedule import armed
from hookspan.workflows.tasks import definition_json
from hookspan.workflows.validate import decode_definition, read_workflow

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
            with suppress(Conflict):
                if await self._is_in_step(tenant_id, workflow_id, value):
                    return workflow_id
                number += 1
        raise Unavailable(f"the workflow {name!r} is changed faster than it can be brought in step; start again")

    async def _is_in_step(self, tenant_id: str, workflow_id: str, value: Mapping[str, object]) -> bool:
        """Make it or bring it up to date; False when a person deleted it. Conflict: somebody else was faster."""
        try:
            row, _ = await self.get(tenant_id, workflow_id)
        except NotFound:
            if await self._database.read(code_workflows.is_known, workflow_id):
                return False
            await self._make(tenant_id, workflow_id, value)
            return True
        status = "active" if row.status == "archived" else row.status
        await self.update(tenant_id, workflow_id, {**value, "status": status}, read_at=row.updated_at)
        return True

    async def _make(self, tenant_id: str, workflow_id: str, value: Mapping[str, object]) -> None:
        draft = read_workflow(value, self._url_rules)
        now = self._clock.now_ms()
        row = WorkflowRow(
            id=workflow_id,
            tenant_id=tenant_id,
            name=draft.name,
            description=draft.description,
            status=draft.status,
            version=1,
            semver="1.0.0",
            created_at=now,
            updated_at=now,
            concurrency=draft.definition.concurrency,
        )
        change = workflows.Change(row=row, definition=draft.text, armed=armed(draft, now))

        async def write(births: Sequence[Birth]) -> bool:
            return await self._database.write(code_workflows.create_once, change, births)

        await self._commit([self._changed(row, "created", definition_json(row, draft.text))], write)

    async def _retire(self, tenant_id: str, kept_ids: Collection[str]) -> None:
        for workflow_id in await self._database.read(code_workflows.ids_below, tenant_id, _prefix(tenant_id)):
            if workflow_id not in kept_ids:
                # Whoever changes or deletes it at this moment knows better.
                with suppress(Conflict, NotFound):
                    await self._archive(tenant_id, workflow_id)

    async def _archive(self, tenant_id: str, workflow_id: str) -> None:
        row, version = await self.get(tenant_id, workflow_id)
        value = {"name": row.name, "description": row.description, **decode_definition(version.definition)}
        await self.update(tenant_id, workflow_id, {**value, "status": "archived"}, read_at=row.updated_at)
