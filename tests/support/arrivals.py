"""Requests that came in earlier, written without a receiver: what looks back at them needs them stored, no more."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hookspan.model.events import Entry, NewEvent, NewReceipt, ReceiptStatus
from hookspan.model.ids import new_id
from tests.support.surface import Surface

DATA_TYPE = "application/json"


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One request; `body` is JSON, or bytes as they came."""

    body: Any = None
    headers: tuple[tuple[str, str], ...] = (("content-type", DATA_TYPE),)
    query: str = ""
    method: str = "POST"
    event_type: str = "order.paid"
    status: ReceiptStatus = "processed"
    test: bool = False
    metadata: str = "{}"

    @property
    def content(self) -> bytes:
        """The body's bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


async def arrive(world: Surface, webhook_id: str, arrival: Arrival, *, tenant_id: str | None = None) -> str:
    """Store one request of a source, a millisecond after the last; the event's id."""
    world.clock.advance(seconds=0.001)
    now = world.clock.now_ms()
    event = NewEvent(
        id=new_id(now),
        tenant_id=tenant_id or world.instance.tenant_id,
        type=arrival.event_type,
        data=arrival.content,
        data_content_type=DATA_TYPE,
        created_at=now,
        origin="webhook",
        webhook_id=webhook_id,
        test=arrival.test,
    )
    receipt = NewReceipt(
        webhook_id=webhook_id,
        event_type=arrival.event_type,
        event_type_signed=False,
        request_method=arrival.method,
        request_path="/api/v1/webhooks/in",
        request_query=arrival.query,
        request_headers=json.dumps(arrival.headers),
        request_body=None,
        body_size=len(arrival.content),
        body_valid=True,
        response_status=202,
        processing_time_ms=1,
        status=arrival.status,
        metadata=arrival.metadata,
    )
    return (await world.rooms.publisher.publish_entry(Entry(event, receipt=receipt))).id
