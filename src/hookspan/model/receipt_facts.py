"""What is told about a receipt: `webhook.processed`, `webhook.filtered`, `webhook.failed` (contracts F.2)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec

from hookspan.model.events import NewExecution, NewFact, NewReceipt
from hookspan.model.times import instant

_json = msgspec.json.Encoder().encode
_TOLD = ("processed", "filtered", "failed")


def facts_of(
    event_id: str, receipt: NewReceipt, executions: Sequence[NewExecution], workflow_id: str | None, *, now: int
) -> tuple[NewFact, ...]:
    """The fact of a receipt that reached its end; none of one that is held."""
    if receipt.status not in _TOLD:
        return ()
    execution_id = executions[0].id if executions else None
    ids = (event_id, execution_id, workflow_id)
    return (NewFact(f"webhook.{receipt.status}", partial(_data, receipt, ids, now)),)


def _data(receipt: NewReceipt, ids: tuple[str, str | None, str | None], now: int) -> bytes:
    event_id, execution_id, workflow_id = ids
    named = {"webhookId": receipt.webhook_id, "eventId": event_id}
    match receipt.status:
        case "filtered":
            return _json({**named, "reason": receipt.filtered_reason, "at": instant(now)})
        case "failed":
            told = {"error": receipt.error_message, "errorCode": receipt.error_code}
            return _json({**named, **told, "at": instant(now)})
        case _:
            done = Processed(receipt.webhook_id, event_id, execution_id, workflow_id, receipt.processing_time_ms)
            return processed_data(done, now=now)


class Processed(msgspec.Struct, frozen=True, gc=False):
    """A receipt that reached `processed`."""

    webhook_id: str
    event_id: str
    execution_id: str | None
    workflow_id: str | None
    processing_time_ms: int


def processed_data(done: Processed, *, now: int) -> bytes:
    """The data of `webhook.processed`."""
    return _json(
        {
            "webhookId": done.webhook_id,
            "eventId": done.event_id,
            "executionId": done.execution_id,
            "workflowId": done.workflow_id,
            "processingTimeMs": done.processing_time_ms,
            "at": instant(now),
        }
    )
