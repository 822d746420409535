"""What is told of an execution that ended five workers in silence: `system.error`, with its end (contracts F.2)."""

from __future__ import annotations

from hookspan.model.events import NewEvent
from hookspan.model.executions import SILENT_CLAIM_LIMIT, ExecutionRow
from hookspan.model.notices import Notice


def quarantined(row: ExecutionRow, now: int) -> NewEvent:
    """The fact that goes into the transaction that fails it."""
    message = f"an execution was claimed {SILENT_CLAIM_LIMIT} times without an outcome and is failed"
    details = {"executionId": row.id, "workflowId": row.workflow_id}
    notice = Notice(
        "system.error",
        "execution_quarantined",
        f"{message}; retry it when its cause is found",
        "workflows",
        details,
    )
    return notice.event(row.tenant_id, now, workflow_id=row.workflow_id, execution_id=row.id)
