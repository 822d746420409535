"""`/api/v1/events/{id}/forwards`: what a program on somebody's own machine answered to an event (contracts D.4)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer, NativeBody
from hookspan.api.forward_shapes import Forward, forward_shown
from hookspan.api.rooms import RoomsOf
from hookspan.errors import Invalid
from hookspan.model.ids import canonical_id, new_id
from hookspan.model.urls import redact_url
from hookspan.storage.forwards import ForwardRow, forward_insert, forwards_last

router = APIRouter(prefix="/api/v1/events/{event_id}/forwards", tags=["events"])

Text = Annotated[str, Field(max_length=1_000, pattern=r"^[^\x00]*$")]


class ForwardInput(NativeBody):
    """What came of a forward: a status, or `error` where nobody answered. `target` is where it went."""

    status_code: Annotated[int, Field(ge=100, le=599)] | None = None
    duration_ms: Annotated[int, Field(ge=0, le=86_400_000)]
    target: Text | None = None
    error: Text | None = None


class ForwardList(Answer):
    """The last ten forwards of an event, newest first."""

    data: list[Forward]


@router.post("", status_code=201, operation_id="reportForward")
async def report_forward(
    event_id: str, body: ForwardInput, rooms: RoomsOf, caller: Annotated[Caller, may("payloads:read")]
) -> Forward:
    """Report what a local program answered; kept with the event it got."""
    if body.status_code is None and body.error is None:
        raise Invalid.one("/statusCode", "give a status, or an error where nobody answered")
    now = rooms.clock.now_ms()
    row = ForwardRow(
        id=new_id(now),
        tenant_id=caller.tenant_id,
        event_id=canonical_id(event_id),
        status_code=body.status_code,
        duration_ms=body.duration_ms,
        target=None if body.target is None else redact_url(body.target),
        error=body.error,
        created_at=now,
    )
    await rooms.database.write(forward_insert, row)
    return forward_shown(row)


@router.get("", operation_id="listForwards")
async def list_forwards(event_id: str, rooms: RoomsOf, caller: Annotated[Caller, may("events:read")]) -> ForwardList:
    """What local programs answered to this event."""
    rows = await rooms.database.read(forwards_last, caller.tenant_id, canonical_id(event_id))
    return ForwardList(data=[forward_shown(row) for row in rows])
