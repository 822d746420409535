"""Which version of its workflow a request starts: known as long as nothing changes who gets what in its tenant."""

from __future__ import annotations

from dataclasses import dataclass

from hookspan.events.publish import Publisher
from hookspan.storage.bindings import BoundWorkflow, workflow_binding
from hookspan.storage.database import Database

KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Binding:
    """The version to start, or the reason why none can be; `trigger_ids` are those of its triggers that sources pull.

    `routing_version` is the tenant's when the workflow was read: the transaction that records a request judged by it
    compares it with the committed one.
    """

    routing_version: int
    version: int = 0
    error_code: str | None = None
    name: str = ""
    trigger_ids: tuple[str, ...] = ()

    def pulled(self, node_id: str) -> str | None:
        """The trigger that a source of this `nodeId` pulls: the one it names, else the first, None without any."""
        return node_id if node_id in self.trigger_ids else next(iter(self.trigger_ids), None)


class Bindings:
    """Bindings by workflow, each as good as the routing version it was read at."""

    def __init__(self, database: Database, publisher: Publisher) -> None:
        self._database = database
        self._publisher = publisher
        self._kept: dict[str, Binding] = {}

    async def of(self, tenant_id: str, workflow_id: str) -> Binding:
        """The binding of a workflow of this tenant."""
        kept = self._kept.get(workflow_id)
        if kept is not None and kept.routing_version == await self._publisher.routing_version(tenant_id):
            return kept
        routing_version, workflow = await self._database.read(workflow_binding, tenant_id, workflow_id)
        binding = _binding(routing_version, workflow)
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[workflow_id] = binding
        return binding


def _binding(routing_version: int, workflow: BoundWorkflow | None) -> Binding:
    if workflow is None:
        return Binding(routing_version, error_code="workflow_deleted")
    if workflow.status != "active":
        return Binding(routing_version, error_code="workflow_inactive")
    if not workflow.called_ids:
        return Binding(routing_version, error_code="no_webhook_trigger")
    return Binding(routing_version, workflow.version, name=workflow.name, trigger_ids=workflow.called_ids)
