"""`/api/v1/deliveries`: what was sent where, and how it went (contracts C.4)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from hookspan.access.roles import Caller
from hookspan.api.answers import attachment, content_of
from hookspan.api.auth import may
from hookspan.api.delivery_shapes import (
    Attempt,
    AttemptList,
    Delivery,
    DeliveryList,
    ListedDelivery,
    Outcome,
    Retried,
    RetryInput,
    attempt_of,
    members_of,
)
from hookspan.api.paging import BornOf, DuePagingOf, Paging
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.errors import Gone, NotFound
from hookspan.events.frames import deliveries_frame
from hookspan.history.bulk import filter_of
from hookspan.model.deliveries import DeliveryStatus
from hookspan.model.ids import canonical_id
from hookspan.model.jstree import UnsafeNumbers
from hookspan.model.times import instant
from hookspan.outbound import profiles
from hookspan.outbound.profiles import Wire
from hookspan.storage import deliveries
from hookspan.storage.deliveries_list import (
    DeliveryFilter,
    DeliveryRow,
    attempt_find,
    attempts_find,
    attempts_of,
    deliveries_due_slice,
    deliveries_slice,
    delivery_find,
)
from hookspan.storage.events_list import event_find
from hookspan.storage.jobs_deliveries import delivery_retry

router = APIRouter(tags=["deliveries"])
Reader = Annotated[Caller, may("deliveries:read")]
Retrier = Annotated[Caller, may("deliveries:retry")]

EXPANDED_MOST = 50
"""Deliveries of a page with their attempts, each of which may hold 16 KiB of an answer."""
_NUMBER_MOST = 2**31 - 1


class DeliveryQuery(BaseModel):
    """Filters of a list of deliveries."""

    model_config = ConfigDict(alias_generator=to_camel)

    status: list[DeliveryStatus] = []
    reason: list[str] = []
    outcome: list[Outcome] = []
    endpoint_id: list[str] = []
    event_id: list[str] = []
    event_type: list[str] = []
    status_code: list[str] = []
    priority: Annotated[int | None, Field(ge=0, le=3)] = None


def _wanted(asked: Annotated[DeliveryQuery, Query()], born: BornOf) -> DeliveryFilter:
    return filter_of(asked.model_dump(by_alias=True), born.span)


Wanted = Annotated[DeliveryFilter, Depends(_wanted)]


@router.get("/api/v1/deliveries", operation_id="listDeliveries")
async def list_deliveries(
    rooms: RoomsOf,
    caller: Reader,
    paging: DuePagingOf,
    wanted: Wanted,
    response: Response,
    expand: Literal["attempts"] | None = None,
) -> DeliveryList:
    """Deliveries of the tenant, newest first; `status=exhausted` is the list of dead letters.

    `expand=attempts` adds `attemptList` to each; then a page has at most 50 deliveries.
    """
    if expand is None:
        return await _page(rooms, caller, paging, wanted, response)
    few = replace(paging, keyset=replace(paging.keyset, limit=min(paging.keyset.limit, EXPANDED_MOST)))
    return await _page(rooms, caller, few, wanted, response, expands=True)


@router.get("/api/v1/endpoints/{endpoint_id}/deliveries", operation_id="listEndpointDeliveries")
async def list_endpoint_deliveries(
    endpoint_id: str, rooms: RoomsOf, caller: Reader, paging: DuePagingOf, wanted: Wanted, *, response: Response
) -> DeliveryList:
    """Deliveries to one endpoint."""
    row = await rooms.endpoints.get(caller.tenant_id, canonical_id(endpoint_id))
    return await _page(rooms, caller, paging, replace(wanted, endpoint_ids=(row.id,)), response)


@router.get("/api/v1/events/{event_id}/deliveries", operation_id="listEventDeliveries")
async def list_event_deliveries(
    event_id: str, rooms: RoomsOf, caller: Reader, paging: DuePagingOf, wanted: Wanted, *, response: Response
) -> DeliveryList:
    """Deliveries of one event."""
    event = await rooms.database.read(event_find, caller.tenant_id, canonical_id(event_id))
    return await _page(rooms, caller, paging, replace(wanted, event_ids=(event.id,)), response)


async def _page(
    rooms: Rooms, caller: Caller, paging: Paging, wanted: DeliveryFilter, response: Response, *, expands: bool = False
) -> DeliveryList:
    unit = deliveries_due_slice if paging.by_due else deliveries_slice
    rows, page = await rooms.database.read(unit, caller.tenant_id, wanted, paging.keyset)
    links = paging.links_of(response, page)
    tried = await _attempts(rooms, caller, [row.id for row in rows]) if expands else {}
    data = [ListedDelivery.model_validate({**members_of(row), **tried.get(row.id, {})}) for row in rows]
    return DeliveryList.model_validate({"data": data, **links})


async def _attempts(rooms: Rooms, caller: Caller, ids: Sequence[str]) -> Mapping[str, Mapping[str, object]]:
    """What `expand=attempts` adds to each delivery, read in one statement."""
    found = await rooms.database.read(attempts_of, caller.tenant_id, ids)
    with_body = caller.may("payloads:read")
    return {
        each: {"attempt_list": [attempt_of(row, with_body=with_body) for row in found.get(each, ())]} for each in ids
    }


@router.get("/api/v1/deliveries/{delivery_id}", operation_id="getDelivery")
async def get_delivery(delivery_id: str, rooms: RoomsOf, caller: Reader) -> Delivery:
    """One delivery."""
    row = await rooms.database.read(delivery_find, caller.tenant_id, canonical_id(delivery_id))
    return await _delivery(rooms, row)


@router.get("/api/v1/deliveries/{delivery_id}/attempts", operation_id="listAttempts")
async def list_attempts(delivery_id: str, rooms: RoomsOf, caller: Reader) -> AttemptList:
    """The attempts of a delivery, oldest first."""
    rows = await rooms.database.read(attempts_find, caller.tenant_id, canonical_id(delivery_id))
    with_body = caller.may("payloads:read")
    data = [attempt_of(row, with_body=with_body) for row in rows]
    return AttemptList(data=data, has_more=False, next_cursor=None, prev_cursor=None)


@router.get("/api/v1/deliveries/{delivery_id}/attempts/{number}", operation_id="getAttempt")
async def get_attempt(delivery_id: str, number: int, rooms: RoomsOf, caller: Reader) -> Attempt:
    """One attempt."""
    wanted = min(max(number, 0), _NUMBER_MOST)
    row = await rooms.database.read(attempt_find, caller.tenant_id, canonical_id(delivery_id), wanted)
    return attempt_of(row, with_body=caller.may("payloads:read"))


@router.get(
    "/api/v1/deliveries/{delivery_id}/body",
    operation_id="getDeliveryBody",
    response_class=Response,
    responses=content_of("*/*"),
)
async def get_delivery_body(
    delivery_id: str, rooms: RoomsOf, caller: Annotated[Caller, may("payloads:read")]
) -> Response:
    """The exact bytes that every attempt of this delivery sends."""
    row = await rooms.database.read(delivery_find, caller.tenant_id, canonical_id(delivery_id))
    wire = await _wire(rooms, row)
    if wire is None:
        raise Gone("the event's content was erased")
    return attachment(wire.body, wire.content_type, f"delivery-{row.id}.bin")


@router.post("/api/v1/deliveries/{delivery_id}/retry", status_code=202, operation_id="retryDelivery")
async def retry_delivery(delivery_id: str, rooms: RoomsOf, caller: Retrier, body: RetryInput | None = None) -> Retried:
    """The next attempt now: same delivery, same event id, one attempt beyond its policy."""
    force = body.force if body else False
    now = rooms.clock.now_ms()
    done: dict[str, Any] = await rooms.database.write(
        delivery_retry, caller.tenant_id, canonical_id(delivery_id), force=force, now=now
    )
    rooms.handoff.backlog(done["endpoint_id"])
    return Retried(id=done["id"], status="pending", next_attempt_at=instant(done["due_at"]))


@router.post("/api/v1/deliveries/{delivery_id}/cancel", operation_id="cancelDelivery")
async def cancel_delivery(delivery_id: str, rooms: RoomsOf, caller: Retrier) -> Delivery:
    """End a delivery on purpose."""
    identity = canonical_id(delivery_id)
    now = rooms.clock.now_ms()
    await rooms.database.write(deliveries.cancel, caller.tenant_id, identity, now)
    row = await rooms.database.read(delivery_find, caller.tenant_id, identity)
    about = {"endpointId": row.endpoint_id, "eventId": row.event_id}
    rooms.feed.tell(deliveries_frame("cancelled", row.tenant_id, now=now, delivery_id=row.id, **about))
    return await _delivery(rooms, row)


async def _delivery(rooms: Rooms, row: DeliveryRow) -> Delivery:
    wire = await _wire(rooms, row)
    form = {
        "body_form": wire.form if wire else None,
        "body_sha256": hashlib.sha256(wire.body).hexdigest() if wire else None,
    }
    return Delivery.model_validate({**members_of(row), **form})


async def _wire(rooms: Rooms, row: DeliveryRow) -> Wire | None:
    """The body rebuilt from event and delivery: it depends on nothing else. None when the event is gone."""
    try:
        event = await rooms.database.read(event_find, row.tenant_id, row.event_id)
    except NotFound:
        return None
    if event.data is None or event.status == "expunged":
        return None
    unsafe_numbers = cast(UnsafeNumbers, row.unsafe_numbers)
    fact = profiles.event_fact(event, row.endpoint_id, row.delivered_name, unsafe_numbers=unsafe_numbers)
    wire = profiles.build(row.profile, fact)
    return profiles.without_body(wire) if row.method == "GET" else wire
