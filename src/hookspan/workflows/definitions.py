"""Keep workflows: create, change, delete, read; every change of the graph is a new, immutable version."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeAlias

import msgspec

from hookspan.errors import Conflict, Fault, Invalid, NotFound, PreconditionFailed
from hookspan.events.publish import Publisher, Written
from hookspan.model.events import Birth, NewEvent
from hookspan.model.ids import new_id
from hookspan.model.times import instant
from hookspan.model.urls import UrlRules
from hookspan.model.workflows import VersionRow, WorkflowRow
from hookspan.ports import Clock, Vault
from hookspan.storage import workflows
from hookspan.storage.database import Database
from hookspan.storage.workflow_triggers import schedules_of
from hookspan.storage.workflows import Verdict
from hookspan.workflows.schedule import armed, arming_facts
from hookspan.workflows.sealing import NO_VAULT, clear_text, kept_secrets, sealed_text
from hookspan.workflows.secrets import kept, mask_faults
from hookspan.workflows.shapes import workflow_json
from hookspan.workflows.steps.child import Child
from hookspan.workflows.tasks import definition_json
from hookspan.workflows.validate import Draft, read_workflow

WORKFLOWS_MOST = 1_000
"""Per tenant (security §5.4)."""
TRIES = 8
"""How often a change is made anew because somebody else was quicker."""
_WRITTEN: Mapping[Verdict, Written] = {"written": "done", "moved": "lost", "stale": "stale"}
_MOVING = "the workflow is changed faster than it can be read; try again"

Found: TypeAlias = tuple[WorkflowRow, VersionRow]
Changed: TypeAlias = Callable[[Mapping[str, object]], Mapping[str, object]]
_OF_THE_ROW = frozenset({"concurrency"})
"""In texts of an earlier release; it is the workflow's, and a change of it holds at once, for what runs too."""
_UNTOLD = _OF_THE_ROW | {"priority"}
"""No part of what seed 002 shows: no change of it moves the semantic version (contracts A.5), nor is it told."""
_encode = msgspec.json.Encoder(decimal_format="number").encode
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class Definitions:
    """The workflows of all tenants."""

    def __init__(
        self, database: Database, publisher: Publisher, *, clock: Clock, url_rules: UrlRules, vault: Vault = NO_VAULT
    ) -> None:
        self._vault = vault
        self._database = database
        self._publisher = publisher
        self._clock = clock
        self._url_rules = url_rules

    async def create(self, tenant_id: str, value: Mapping[str, object]) -> Found:
        """Store a workflow from the object of contracts C.6.

        Raises Invalid with every fault, Conflict when the tenant has its most already.
        """
        now = self._clock.now_ms()
        row, draft = self._born(new_id(now), tenant_id, value, now=now)
        await self._check_children(tenant_id, draft)
        await self._add(row, draft, workflows.workflow_create)
        return row, VersionRow(workflow_id=row.id, version=1, definition=draft.text, created_at=now)

    def _born(
        self, workflow_id: str, tenant_id: str, value: Mapping[str, object], *, now: int
    ) -> tuple[WorkflowRow, Draft]:
        draft = read_workflow(kept(value, {}), self._url_rules, now=now)
        draft = replace(draft, text=self._sealed(draft, tenant_id, workflow_id, 1))
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
            concurrency=draft.concurrency,
        )
        return row, draft

    async def _add(self, row: WorkflowRow, draft: Draft, unit: Callable[..., Verdict]) -> bool:
        """Commit a workflow's first version by `unit(connection, change, births, most=…)`, with all that is told of it.

        False when the unit finds that it is there already.
        """
        now = row.created_at
        change = workflows.Change(row=row, definition=draft.text, armed=armed(draft, now))

        async def write(births: Sequence[Birth]) -> Verdict:
            return await self._database.write(unit, change, births, most=WORKFLOWS_MOST)

        created = self._changed(row, "created", definition_json(row, draft.text))
        return await self._commit([created, *arming_facts(row, change.armed, (), now)], write)

    async def update(
        self,
        tenant_id: str,
        workflow_id: str,
        value: Mapping[str, object],
        *,
        if_version: Collection[int] | None = None,
    ) -> Found:
        """Replace a workflow; raises as `change` does."""
        return await self.change(tenant_id, workflow_id, lambda _: value, if_version=if_version)

    async def change(
        self, tenant_id: str, workflow_id: str, changed: Changed, *, if_version: Collection[int] | None = None
    ) -> Found:
        """Make of a workflow what `changed` makes of its native object, again while others are quicker.

        A changed graph becomes the next version, executions under way keep theirs. Raises NotFound, Invalid with every
        fault, and PreconditionFailed where its `updated_at` is none of `if_version`.
        """
        for _ in range(TRIES):
            old, version = await self._seen(tenant_id, workflow_id, if_version)
            version = self._opened(version, tenant_id)
            wished = kept(changed(workflow_json(old, version)), kept_secrets(version.definition))
            draft = read_workflow(wished, self._url_rules, now=self._clock.now_ms())
            if draft.text != version.definition:
                await self._check_children(tenant_id, draft)
            found = await self._keep(old, version, draft)
            if found is not None:
                return found
        raise Conflict(_MOVING)

    async def _seen(self, tenant_id: str, workflow_id: str, if_version: Collection[int] | None) -> Found:
        row, version = await self.get(tenant_id, workflow_id)
        if if_version is not None and row.updated_at not in if_version:
            raise PreconditionFailed("the workflow was changed by somebody else; read it again")
        return row, version

    async def _keep(self, old: WorkflowRow, version: VersionRow, draft: Draft) -> Found | None:
        """The workflow as drafted; None when it is no longer the `old` one."""
        now = max(self._clock.now_ms(), old.updated_at + 1)
        row = replace(
            old,
            name=draft.name,
            description=draft.description,
            status=draft.status,
            updated_at=now,
            concurrency=draft.concurrency,
        )
        moved = _differing(version.definition, draft.text)
        is_new, is_told = bool(moved - _OF_THE_ROW), bool(moved - _UNTOLD)
        if is_new:
            row = replace(row, version=old.version + 1, semver=_next_patch(old.semver) if is_told else old.semver)
            text = self._sealed(draft, row.tenant_id, row.id, row.version)
            version = VersionRow(workflow_id=row.id, version=row.version, definition=text, created_at=now)
        if not is_new and replace(row, updated_at=old.updated_at) == old:
            return old, version

        change = workflows.Change(row=row, definition=version.definition if is_new else None, armed=armed(draft, now))

        async def write(births: Sequence[Birth]) -> Verdict:
            return await self._database.write(workflows.workflow_update, change, births, read_at=old.updated_at)

        # What is armed changes only with the workflow, which the write finds as it was read or not at all.
        kept = await self._database.read(schedules_of, row.id)
        changed = [self._changed(row, "updated", definition_json(row, draft.text))] if is_told else []
        is_written = await self._commit([*changed, *arming_facts(row, change.armed, kept, now)], write)
        return (row, version) if is_written else None

    async def delete(self, tenant_id: str, workflow_id: str, *, if_version: Collection[int] | None = None) -> None:
        """Delete a workflow no source is bound to; executions under way end on their version.

        Raises NotFound, Conflict `in_use`, and PreconditionFailed as `change` does.
        """
        for _ in range(TRIES):
            row, _version = await self._seen(tenant_id, workflow_id, if_version)
            if await self._gone(row):
                return
        raise Conflict(_MOVING)

    async def _gone(self, row: WorkflowRow) -> bool:
        now = max(self._clock.now_ms(), row.updated_at + 1)

        async def write(births: Sequence[Birth]) -> Verdict:
            return await self._database.write(workflows.workflow_delete, row, births, now=now)

        gone = {"id": row.id, "name": row.name, "version": row.semver, "deletedAt": instant(now)}
        return await self._commit([self._changed(row, "deleted", gone)], write)

    async def get(self, tenant_id: str, workflow_id: str) -> Found:
        """A workflow and its current version; raises NotFound."""
        found = await self._database.read(workflows.workflow_get, tenant_id, workflow_id)
        if found is None:
            raise NotFound("no such workflow")
        return found

    async def version(self, tenant_id: str, workflow_id: str, version: int) -> VersionRow:
        """One version; raises NotFound."""
        found = await self._database.read(workflows.workflow_version_get, tenant_id, workflow_id, version)
        if found is None:
            raise NotFound("no such version")
        return found

    async def validate(self, tenant_id: str, value: Mapping[str, object]) -> None:
        """Judge a workflow without saving it; raises Invalid with every fault."""
        if faults := mask_faults(value):
            raise Invalid(faults)
        draft = read_workflow(value, self._url_rules, now=self._clock.now_ms())
        await self._check_children(tenant_id, draft)

    async def _check_children(self, tenant_id: str, draft: Draft) -> None:
        """Raise Invalid for steps that run a workflow which the tenant does not have."""
        steps = enumerate(draft.definition.steps)
        named = {index: step.work.workflow_id for index, step in steps if isinstance(step.work, Child)}
        if not named:
            return
        kept = await self._database.read(workflows.workflows_kept, tenant_id, list(named.values()))
        unknown = [f"/steps/{index}/with/workflowId" for index, each in named.items() if each not in kept]
        if unknown:
            raise Invalid([Fault(at, "validation_error", "there is no such workflow") for at in unknown])

    def _sealed(self, draft: Draft, tenant_id: str, workflow_id: str, version: int) -> str:
        return sealed_text(self._vault, draft.text, tenant_id=tenant_id, workflow_id=workflow_id, version=version)

    def _opened(self, version: VersionRow, tenant_id: str) -> VersionRow:
        """With its secrets; as it is where they do not open, so that it can be saved with new ones."""
        with suppress(ValueError):
            return replace(version, definition=clear_text(self._vault, version, tenant_id=tenant_id))
        return version

    def _changed(self, row: WorkflowRow, word: str, data: Mapping[str, object]) -> NewEvent:
        now = self._clock.now_ms()
        return NewEvent(
            id=new_id(now),
            tenant_id=row.tenant_id,
            type=f"workflow.definition.{word}",
            data=_encode(data),
            created_at=now,
            origin="system",
            workflow_id=row.id,
        )

    async def _commit(self, told: Sequence[NewEvent], write: Callable[[Sequence[Birth]], Awaitable[Verdict]]) -> bool:
        """The change and its events in one transaction; False if moved."""

        async def written(births: Sequence[Birth]) -> Written:
            return _WRITTEN[await write(births)]

        return await self._publisher.commit(told, written)


def _differing(old: str, new: str) -> frozenset[str]:
    """The members in which two normalised definitions differ."""
    before, after = _members(old), _members(new)
    return frozenset(name for name in {*before, *after} if before.get(name) != after.get(name))


def _next_patch(semver: str) -> str:
    major, minor, patch = semver.split(".")
    return f"{major}.{minor}.{int(patch) + 1}"
