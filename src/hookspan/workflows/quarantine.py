"""What is told of an execution that ended five workers in silence: `system.error`, with its end (contracts F.2)."""

from __future__ import annotations

import msgspec

from hookspan.model.events import NewEvent
from hookspan.model.executions import SILENT_CLAIM_LIMIT, ExecutionRow
from hookspan.model.ids import new_id
from hookspan.model.times import instant


def quarantined(row: ExecutionRow, now: int) -> NewEvent:
    """The fact that goes into the transaction that fails it."""
    told = {
        "code": "execution_quarantined",
        "message": f"an execution was claimed {SILENT_CLAIM_LIMIT} times without an outcome and is failed; "
        "retry it when its cause is found",
        "component": "workflows",
        "details": {"executionId": row.id, "workflowId": row.workflow_id},
        "occurredAt": instant(now),
    }
    return NewEvent(
        id=new_id(now),
        tenant_id=row.tenant_id,
        type="system.error",
        data=msgspec.json.encode(told),
        created_at=now,
        origin="system",
        workflow_id=row.workflow_id,
        execution_id=row.id,
    )
