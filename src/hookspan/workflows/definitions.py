"""Keep workflows: create, change, delete, read; every change of the graph is a new, immutable version."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

import msgspec

from hookspan.errors import NotFound, Unavailable
from hookspan.events.publish import STALE_TRIES, Publisher
from hookspan.model.events import Birth, NewEvent
from hookspan.model.ids import new_id
from hookspan.model.times import instant
from hookspan.model.urls import UrlRules
from hookspan.model.workflows import VersionRow, WorkflowRow
from hookspan.ports import Clock
from hookspan.storage import workflows
from hookspan.storage.database import Database
from hookspan.storage.keyset import Keyset
from hookspan.storage.workflow_triggers import schedules_of
from hookspan.workflows.schedule import armed, arming_facts
from hookspan.workflows.tasks import definition_json
from hookspan.workflows.validate import Draft, read_workflow

_encode = msgspec.json.Encoder(decimal_format="number").encode


class Definitions:
    """The workflows of all tenants."""

    def __init__(self, database: Database, publisher: Publisher, *, clock: Clock, url_rules: UrlRules) -> None:
        self._database = database
        self._publisher = publisher
        self._clock = clock
        self._url_rules = url_rules

    async def create(self, tenant_id: str, value: Mapping[str, object]) -> tuple[WorkflowRow, VersionRow]:
        """Store a workflow from the object of contracts C.6; raises Invalid with every fault."""
        draft = read_workflow(value, self._url_rules)
        now = self._clock.now_ms()
        row = WorkflowRow(
            id=new_id(now),
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

        await self._add(row, draft, workflows.workflow_create)
        return row, VersionRow(workflow_id=row.id, version=1, definition=draft.text, created_at=now)

    async def _add(self, row: WorkflowRow, draft: Draft, unit: Callable[..., bool]) -> None:
        """Commit a workflow's first version by `unit(connection, change, births)`, with all that is told of it."""
        now = row.created_at
        change = workflows.Change(row=row, definition=draft.text, armed=armed(draft, now))

        async def write(births: Sequence[Birth]) -> bool:
            return await self._database.write(unit, change, births)

        created = self._changed(row, "created", definition_json(row, draft.text))
        await self._commit([created, *arming_facts(row, change.armed, (), now)], write)

    async def update(
        self, tenant_id: str, workflow_id: str, value: Mapping[str, object], *, read_at: int | None = None
    ) -> tuple[WorkflowRow, VersionRow]:
        """Replace a workflow; a changed graph becomes the next version, executions under way keep theirs.

        `read_at` is the `updated_at` the caller saw; raises Conflict when it is another's now.
        """
        old, version = await self.get(tenant_id, workflow_id)
        draft = read_workflow(value, self._url_rules)
        now = max(self._clock.now_ms(), old.updated_at + 1)
        row = replace(
            old,
            name=draft.name,
            description=draft.description,
            status=draft.status,
            updated_at=now,
            concurrency=draft.definition.concurrency,
        )
        is_new = draft.text != version.definition
        if is_new:
            row = replace(row, version=old.version + 1, semver=_next_patch(old.semver))
            version = VersionRow(workflow_id=row.id, version=row.version, definition=draft.text, created_at=now)
        if not is_new and replace(row, updated_at=old.updated_at) == old:
            return old, version

        change = workflows.Change(row=row, definition=draft.text if is_new else None, armed=armed(draft, now))

        async def write(births: Sequence[Birth]) -> bool:
            seen_at = old.updated_at if read_at is None else read_at
            return await self._database.write(workflows.workflow_update, change, births, seen_at)

        # What is armed changes only with the workflow, which the write finds as it was read or not at all.
        kept = await self._database.read(schedules_of, workflow_id)
        changed = [self._changed(row, "updated", definition_json(row, draft.text))] if is_new else []
        await self._commit([*changed, *arming_facts(row, change.armed, kept, now)], write)
        return row, version

    async def delete(self, tenant_id: str, workflow_id: str) -> None:
        """Delete a workflow no source is bound to; executions under way end on their version."""
        row, _ = await self.get(tenant_id, workflow_id)
        now = self._clock.now_ms()

        async def write(births: Sequence[Birth]) -> bool:
            return await self._database.write(workflows.workflow_delete, row, births, now)

        gone = {"id": row.id, "name": row.name, "version": row.semver, "deletedAt": instant(now)}
        await self._commit([self._changed(row, "deleted", gone)], write)

    async def get(self, tenant_id: str, workflow_id: str) -> tuple[WorkflowRow, VersionRow]:
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

    async def versions(self, tenant_id: str, workflow_id: str) -> list[VersionRow]:
        """All versions, newest first; raises NotFound."""
        await self.get(tenant_id, workflow_id)
        return await self._database.read(workflows.workflow_versions_list, tenant_id, workflow_id)

    async def list(
        self, tenant_id: str, keyset: Keyset, *, statuses: Sequence[str] = ()
    ) -> tuple[Sequence[tuple[WorkflowRow, VersionRow]], bool, bool]:
        """One page, newest first, and whether there is a next and a previous one."""
        return await self._database.read(workflows.workflows_list, tenant_id, statuses, keyset)

    def validate(self, value: Mapping[str, object]) -> None:
        """Judge a workflow without saving it; raises Invalid with every fault."""
        read_workflow(value, self._url_rules)

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

    async def _commit(self, told: Sequence[NewEvent], write: Callable[[Sequence[Birth]], Awaitable[bool]]) -> None:
        """The change and its events in one transaction; matched again while subscriptions change."""
        for event in told[:1]:
            # What nobody wants leaves no birth that could turn out stale: match by what is committed now.
            self._publisher.stale(Birth(event, 0))
        for _ in range(STALE_TRIES):
            births = await self._matched(told)
            try:
                is_written = await write(births)
            except BaseException:
                self._publisher.abandoned(births)
                raise
            if is_written:
                self._publisher.committed(births)
                return
            for stale in births:
                self._publisher.stale(stale)
        raise Unavailable("subscriptions are changing faster than events are matched; try again")

    async def _matched(self, told: Sequence[NewEvent]) -> Sequence[Birth]:
        found = [await self._publisher.prepare(event) for event in told]
        return [birth for birth in found if birth is not None]


def _next_patch(semver: str) -> str:
    major, minor, patch = semver.split(".")
    return f"{major}.{minor}.{int(patch) + 1}"
