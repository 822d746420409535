"""What every start of a workflow has, whoever begins it: the context its templates read, and the fact it is told by."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from hookspan.model.events import NewEvent, NewExecution
from hookspan.model.ids import new_id
from hookspan.model.times import instant

TRIGGERED = "workflow.triggered"

_write = msgspec.json.Encoder(decimal_format="number").encode


class TriggerContext(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """What templates read as `trigger` (seed 003, context injection); credentials are masked by who fills it.

    `body` and `metadata` are JSON: values, or `msgspec.Raw` bytes that keep every digit.
    """

    type: str
    event_id: str | None = None
    method: str | None = None
    path: str | None = None
    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}
    body: object = None
    metadata: object = {}

    def as_json(self) -> bytes:
        """As an execution keeps it."""
        return _write(self)


def triggered(new: NewExecution, *, is_test: bool = False) -> NewEvent:
    """The fact that an execution was triggered (contracts F.2), to be written in the same transaction."""
    data = {
        "workflowId": new.workflow_id,
        "workflowName": new.workflow_name,
        "workflowVersion": new.workflow_version,
        "executionId": new.id,
        "triggerId": new.trigger_id,
        "triggerType": new.trigger_type,
        "eventId": new.trigger_event_id,
        "webhookId": new.webhook_id,
        "priority": new.priority,
        "triggeredAt": instant(new.created_at),
    }
    return msgspec.structs.replace(triggered_bare(new, is_test=is_test), data=_write(data))


def triggered_bare(new: NewExecution, *, is_test: bool = False) -> NewEvent:
    """The same without its data, for where nobody keeps it."""
    return NewEvent(
        id=new_id(new.created_at),
        tenant_id=new.tenant_id,
        type=TRIGGERED,
        data=b"",
        created_at=new.created_at,
        origin="workflow",
        workflow_id=new.workflow_id,
        execution_id=new.id,
        priority=new.priority,
        depth=new.depth + 1,
        test=is_test,
    )
