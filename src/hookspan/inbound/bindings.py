"""Which version of its workflow a request starts: read at most once a second for each workflow."""

from __future__ import annotations

from dataclasses import dataclass

from hookspan.ports import Clock
from hookspan.storage.bindings import workflow_binding
from hookspan.storage.database import Database

FRESH_SECONDS = 1.0
KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Binding:
    """The version to start, or the reason why none can be."""

    version: int = 0
    error_code: str | None = None


class Bindings:
    """Bindings by workflow; a second old is new enough, because an execution is pinned to its version anyway."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._kept: dict[str, tuple[float, Binding]] = {}

    async def of(self, tenant_id: str, workflow_id: str) -> Binding:
        """The binding of a workflow of this tenant."""
        kept = self._kept.get(workflow_id)
        now = self._clock.monotonic()
        if kept is not None and now - kept[0] < FRESH_SECONDS:
            return kept[1]
        row = await self._database.read(workflow_binding, tenant_id, workflow_id)
        if row is None:
            binding = Binding(error_code="workflow_deleted")
        elif row[1] != "active":
            binding = Binding(error_code="workflow_inactive")
        else:
            binding = Binding(row[0])
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[workflow_id] = (now, binding)
        return binding
