"""Executions begun by a call or by another execution: their rows and the fact that they were triggered."""

from __future__ import annotations

from msgspec.structs import replace

from hookspan.errors import TooLarge
from hookspan.model import starts
from hookspan.model.events import NewEvent, NewExecution
from hookspan.model.ids import new_id
from hookspan.model.workflows import WorkflowRow
from hookspan.workflows.steps.outcome import OUTPUT_BYTES


def called(row: WorkflowRow, *, priority: int, body: object, now: int) -> NewExecution:
    """An execution of a workflow's current version; `body` is what templates read as `trigger.body`.

    Raises TooLarge where its steps could add nothing to what they are given.
    """
    trigger = starts.TriggerContext(type="manual", body=body).as_json()
    if len(trigger) > OUTPUT_BYTES:
        raise TooLarge(f"the input is over the {OUTPUT_BYTES:,} bytes of a context; keep it elsewhere and pass a link")
    return NewExecution(
        id=new_id(now),
        tenant_id=row.tenant_id,
        workflow_id=row.id,
        workflow_version=row.version,
        trigger_type="manual",
        trigger=trigger,
        priority=priority,
        created_at=now,
    )


def triggered(new: NewExecution, row: WorkflowRow, trigger_id: str | None) -> NewEvent:
    """The fact `workflow.triggered`, to be written with the execution; None where no trigger was pulled."""
    return starts.triggered(replace(new, workflow_name=row.name, trigger_id=trigger_id))
