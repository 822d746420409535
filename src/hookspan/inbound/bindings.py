"""Which version of its workflow a request starts: read at most once a second for each workflow."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from hookspan.ports import Clock
from hookspan.storage.bindings import workflow_binding
from hookspan.storage.database import Database

FRESH_SECONDS = 1.0
KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Binding:
    """The version to start, or the reason why none can be. `trigger_id` is the trigger that a source pulls."""

    version: int = 0
    error_code: str | None = None
    name: str = ""
    trigger_id: str = "trigger"


class _Trigger(msgspec.Struct, frozen=True):
    id: str
    kind: str


class _Definition(msgspec.Struct, frozen=True):
    """Of a stored definition what is needed here; the rest is passed over."""

    triggers: list[_Trigger] = []


_read = msgspec.json.Decoder(_Definition).decode


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
        elif row.status != "active":
            binding = Binding(error_code="workflow_inactive")
        else:
            called = (each.id for each in _read(row.definition).triggers if each.kind == "webhook")
            binding = Binding(row.version, name=row.name, trigger_id=next(called, "trigger"))
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[workflow_id] = (now, binding)
        return binding
