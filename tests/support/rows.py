"""Rows as the database gives them, for what is decided without one."""

from __future__ import annotations

from hookspan.model.executions import ExecutionRow


def running_row(trigger: bytes = b"{}") -> ExecutionRow:
    """An execution that was just begun by a call."""
    return ExecutionRow(
        id="0196f3f0-1c2d-7d70-8a7f-5e6d3b1c2e4f",
        tenant_id="t",
        workflow_id="w",
        workflow_version=1,
        status="running",
        trigger_type="manual",
        trigger_event_id=None,
        webhook_id=None,
        trigger=trigger,
        state=None,
        output=None,
        error=None,
        priority=1,
        depth=0,
        version=1,
        due_at=None,
        silent_claims=0,
        created_at=0,
        started_at=None,
        completed_at=None,
    )
