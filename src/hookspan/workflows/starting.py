"""Executions begun by a call or by another execution: their rows and the fact that they were triggered."""

from __future__ import annotations

import msgspec

from hookspan.model.events import NewEvent, NewExecution
from hookspan.model.ids import new_id
from hookspan.model.times import instant
from hookspan.model.workflows import WorkflowRow
from hookspan.workflows.steps.outcome import exact


def called(row: WorkflowRow, *, priority: int, body: object, now: int) -> NewExecution:
    """An execution of a workflow's current version; `body` is what templates read as `trigger.body`."""
    nothing: dict[str, object] = dict.fromkeys(("eventId", "method", "path"))
    trigger = {"type": "manual", **nothing, "headers": {}, "query": {}, "body": body, "metadata": {}}
    return NewExecution(
        id=new_id(now),
        tenant_id=row.tenant_id,
        workflow_id=row.id,
        workflow_version=row.version,
        trigger_type="manual",
        trigger=exact.encode(trigger),
        priority=priority,
        created_at=now,
    )


def triggered(new: NewExecution, row: WorkflowRow, trigger_id: str) -> NewEvent:
    """The fact `workflow.triggered`, to be written with the execution."""
    data = {
        "workflowId": row.id,
        "workflowName": row.name,
        "workflowVersion": row.version,
        "executionId": new.id,
        "triggerId": trigger_id,
        "triggerType": new.trigger_type,
        "eventId": None,
        "webhookId": None,
        "priority": new.priority,
        "triggeredAt": instant(new.created_at),
    }
    return NewEvent(
        id=new_id(new.created_at),
        tenant_id=row.tenant_id,
        type="workflow.triggered",
        data=msgspec.json.encode(data),
        created_at=new.created_at,
        origin="workflow",
        workflow_id=row.id,
        execution_id=new.id,
        priority=new.priority,
        depth=new.depth + 1,
    )
