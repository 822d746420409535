"""Why an event goes where it goes, and taking a scheduled one back in time (contracts C.3)."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer
from hookspan.api.event_shapes import EventSummary, reason_of, summary_of
from hookspan.api.rooms import RoomsOf
from hookspan.errors import Gone
from hookspan.events.choices import EventView
from hookspan.events.frames import deliveries_frame
from hookspan.events.reasons import Occasion, described, described_start, reasons, trigger_reasons
from hookspan.events.routing import names_of_stored
from hookspan.events.starts import is_about
from hookspan.history.search import FoundEvent, Search
from hookspan.model.ids import canonical_id
from hookspan.storage import event_work
from hookspan.workflows.withdraw import Withdrawals

router = APIRouter(prefix="/api/v1/events", tags=["events"])
Reader = Annotated[Caller, may("events:read")]
Publishing = Annotated[Caller, may("events:publish")]


class RoutingAnswer(Answer):
    """Whether an endpoint or a workflow matches an event as of now, and the delivery or execution it has of it."""

    kind: Literal["endpoint", "workflow"]
    id: str
    matched: bool
    reason: str
    delivery_id: str | None = None
    delivery_status: str | None = None
    execution_id: str | None = None


class RoutingAnswers(Answer):
    """An answer for every endpoint, then for the workflow of the event's source, then for each that events start."""

    data: list[RoutingAnswer]


@router.get("/{event_id}/routing", operation_id="explainEventRouting")
async def explain_event_routing(event_id: str, rooms: RoomsOf, caller: Reader) -> RoutingAnswers:
    """Why each endpoint and workflow matches this event or not; values of the data only with payloads:read."""
    tenant_id, event_id = caller.tenant_id, canonical_id(event_id)
    found = await Search(rooms.database).event(tenant_id, event_id)
    event = found.event
    if event.status == "expunged":
        raise Gone("the event's content was erased; its filters can no longer be judged")
    metadata = event.metadata or (found.receipt.metadata if found.receipt is not None else None)
    occasion = Occasion(
        event.type,
        names_of_stored(event.type, event.origin, event.webhook_id),
        EventView(event.type, event.data or b"", metadata),
        event.ordering_key,
        caller.may("payloads:read"),
    )
    subscribers = await rooms.publisher.subscribers(tenant_id)
    told = await asyncio.to_thread(reasons, occasion, subscribers)
    deliveries = await rooms.database.read(event_work.deliveries_of, tenant_id, event_id)
    answers = [described(reason, deliveries) for reason in told]
    bound = await _workflows(rooms, found, may_read=caller.may("payloads:read"))
    started = [each["id"] for each in bound if each["matched"]]
    begun = [each for each in await _triggers(rooms, found, occasion) if each["id"] not in started]
    return RoutingAnswers.model_validate({"data": [*answers, *bound, *begun]})


async def _triggers(rooms: RoomsOf, found: FoundEvent, occasion: Occasion) -> list[dict[str, object]]:
    event = found.event
    triggers = await rooms.publisher.triggers(event.tenant_id)
    if not triggers:
        return []
    told = await asyncio.to_thread(trigger_reasons, occasion, triggers)
    executions = await rooms.database.read(event_work.executions_of, event.tenant_id, event.id)
    depth = await rooms.database.read(event_work.event_depth, event.tenant_id, event.id)
    return [
        described_start(
            reason, executions, depth=depth, is_about_itself=is_about(event, event.origin, reason.subscriber_id)
        )
        for reason in told
    ]


async def _workflows(rooms: RoomsOf, found: FoundEvent, *, may_read: bool) -> list[dict[str, object]]:
    receipt = found.receipt
    if receipt is None:
        return []
    source = await rooms.database.read(event_work.source_binding, found.event.tenant_id, receipt.webhook_id)
    if source is None or source.workflow_id is None:
        return []
    if receipt.execution_id is not None:
        reason = f"bound to source {source.name}"
    elif receipt.status == "filtered":
        reason = f"filter: {reason_of(receipt, may_read=may_read) or 'the source filtered it'}"
    else:
        reason = f"the request is {receipt.status}: {receipt.error_code or 'no execution was started'}"
    return [
        {
            "kind": "workflow",
            "id": source.workflow_id,
            "matched": receipt.execution_id is not None,
            "reason": reason,
            "executionId": receipt.execution_id,
        }
    ]


@router.post("/{event_id}/cancel", operation_id="cancelEvent")
async def cancel_event(event_id: str, rooms: RoomsOf, caller: Publishing) -> EventSummary:
    """Take a scheduled event back before its time, with all that waits for it; 409 once it is due or cancelled."""
    now, event_id = rooms.clock.now_ms(), canonical_id(event_id)
    withdrawals = Withdrawals(rooms.database, rooms.publisher, rooms.engine)
    count = (await withdrawals.withdraw(caller.tenant_id, event_id, now=now)).deliveries
    if count:
        rooms.feed.tell(deliveries_frame("cancelled", caller.tenant_id, now=now, eventId=event_id, count=count))
    found = await Search(rooms.database).event(caller.tenant_id, event_id)
    return summary_of(found, now, may_read=caller.may("payloads:read"))
