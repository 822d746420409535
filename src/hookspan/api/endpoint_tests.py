"""Test sends of endpoints, registered or not (contracts C.2, A.4): one real request, nothing published."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request
from pydantic import Field

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer, NativeBody
from hookspan.api.delivery_shapes import Attempt, AttemptRequest, attempt_of
from hookspan.api.endpoint_bodies import EndpointMembers, wish_of
from hookspan.api.endpoints import RELAXES_TLS
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.errors import Forbidden, Invalid
from hookspan.model.deliveries import Attempt as Recorded
from hookspan.model.endpoint_settings import wire_profile
from hookspan.model.ids import canonical_id
from hookspan.model.match import is_name
from hookspan.model.times import instant
from hookspan.model.urls import redact_url
from hookspan.outbound.rehearse import TEST_DATA, TEST_EVENT, Rehearsal, RehearsalResult, rehearse, told
from hookspan.storage.deliveries_list import AttemptRow
from hookspan.storage.test_sends import SentTestRow, sent_test_insert, sent_tests_last

router = APIRouter(prefix="/api/v1/endpoints", tags=["endpoints"])
Tester = Annotated[Caller, may("endpoints:test")]

LISTED_MOST = 10


class EndpointTestInput(NativeBody):
    """What to send: without `data` a sample of the event's type."""

    event: str = TEST_EVENT
    data: Any = None


class AddressTestInput(EndpointMembers):
    """An address that is no endpoint yet, as one would be made, and what to send to it."""

    url: str
    headers: dict[str, str] | None = None
    event: str = TEST_EVENT
    data: Any = None


class TestedRequest(AttemptRequest):
    """What was sent, credentials masked."""

    body: str


class TestedAttempt(Attempt):
    """The one HTTP try."""

    request: TestedRequest


class TestedEndpoint(Answer):
    """How the far side answered; `headers` and `body` need the scope endpoints:test_body."""

    success: bool
    status_code: int | None
    message: str
    duration_ms: int
    headers: dict[str, str] = Field(default_factory=dict)
    body: str = ""
    attempt: TestedAttempt


class EndpointTest(TestedEndpoint):
    """A test send that was kept."""

    id: str
    endpoint_id: str
    url: str
    profile: str
    event_type: str
    created_at: str


class EndpointTestList(Answer):
    """The latest tests of an endpoint, newest first."""

    data: list[EndpointTest]


@router.post("/test", operation_id="testAddress", response_model_exclude_unset=True)
async def rehearse_address(body: AddressTestInput, request: Request, rooms: RoomsOf, caller: Tester) -> TestedEndpoint:
    """Send one request as an endpoint of these members would get it; neither endpoint nor test is kept."""
    if body.tls is not None and body.tls.verify is False and not caller.may(RELAXES_TLS):
        raise Forbidden("only an administrator may let a test go without a check of the certificate")
    _check_event(body.event)
    mode = body.cloud_events_mode or "structured"
    test = Rehearsal(
        target=await rooms.endpoints.draft(caller.tenant_id, wish_of(body, apart=("event", "data"))),
        profile=wire_profile(body.profile or "standard", mode),
        event=body.event,
        data=await _data(rooms, caller, body.event, await request.body()),
        unsafe_numbers=body.unsafe_numbers or "exact",
    )
    return _shown(await _send(rooms, caller, test), caller)


@router.post("/{endpoint_id}/test", operation_id="testEndpoint", response_model_exclude_unset=True)
async def rehearse_endpoint(
    endpoint_id: str, request: Request, rooms: RoomsOf, caller: Tester, body: EndpointTestInput | None = None
) -> TestedEndpoint:
    """Send one request in the endpoint's own form, whatever its status; kept apart from deliveries."""
    asked = body or EndpointTestInput()
    _check_event(asked.event)
    row = await rooms.endpoints.get(caller.tenant_id, canonical_id(endpoint_id))
    test = Rehearsal(
        target=rooms.endpoints.targets.opened(row),
        profile=wire_profile(row.profile, row.settings.cloud_events_mode),
        event=asked.event,
        data=await _data(rooms, caller, asked.event, await request.body()),
        unsafe_numbers=row.unsafe_numbers,
    )
    found = await _send(rooms, caller, test)
    kept = SentTestRow(
        id=found.id,
        tenant_id=row.tenant_id,
        endpoint_id=row.id,
        url=row.url,
        profile=row.profile,
        event_type=asked.event,
        attempt=found.attempt,
        sent_body=found.sent_body,
    )
    await rooms.database.write(sent_test_insert, kept)
    return _shown(found, caller)


@router.get("/{endpoint_id}/tests", operation_id="listEndpointTests", response_model_exclude_unset=True)
async def list_endpoint_tests(
    endpoint_id: str, rooms: RoomsOf, caller: Annotated[Caller, may("endpoints:read")]
) -> EndpointTestList:
    """The last ten tests of an endpoint, newest first."""
    row = await rooms.endpoints.get(caller.tenant_id, canonical_id(endpoint_id))
    rows = await rooms.database.read(sent_tests_last, caller.tenant_id, row.id, LISTED_MOST)
    return EndpointTestList(data=[_kept(each, caller) for each in rows])


def _check_event(event: str) -> None:
    if not is_name(event):
        raise Invalid.one("/event", "must be an event name such as invoice.paid")


async def _send(rooms: Rooms, caller: Caller, test: Rehearsal) -> RehearsalResult:
    rooms.endpoints.tests.spend(caller.tenant_id)
    return await rehearse(rooms.client, rooms.clock, test, product=f"hookspan/{rooms.settings.version}")


class _Data(msgspec.Struct):
    data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_read_data = msgspec.json.Decoder(_Data).decode


async def _data(rooms: Rooms, caller: Caller, event: str, body: bytes) -> bytes:
    """The data's own bytes, so that no digit is lost; where none were sent, a sample of the type."""
    given = _read_data(body).data if body else msgspec.UNSET
    if isinstance(given, msgspec.Raw):
        return bytes(given)
    if event == TEST_EVENT:
        return TEST_DATA
    sample = await rooms.registry.sample(caller.tenant_id, event)
    return TEST_DATA if sample == b"{}" else sample


def _shown(found: RehearsalResult, caller: Caller) -> TestedEndpoint:
    return TestedEndpoint.model_validate(_members(found, caller))


def _kept(row: SentTestRow, caller: Caller) -> EndpointTest:
    members = _members(told(row.id, row.attempt, row.sent_body), caller)
    return EndpointTest.model_validate(
        {
            "id": row.id,
            "endpoint_id": row.endpoint_id,
            "url": redact_url(row.url),
            "profile": row.profile,
            "event_type": row.event_type,
            "created_at": instant(row.attempt.started_at),
            **members,
        }
    )


def _members(found: RehearsalResult, caller: Caller) -> dict[str, object]:
    members: dict[str, object] = {
        "success": found.success,
        "status_code": found.status_code,
        "message": found.message,
        "duration_ms": found.duration_ms,
        "attempt": _attempt(found, with_body=caller.may("endpoints:test_body")),
    }
    if caller.may("endpoints:test_body"):
        members |= {"headers": dict(found.headers), "body": found.body}
    return members


def _attempt(found: RehearsalResult, *, with_body: bool) -> dict[str, object]:
    """The attempt as a delivery's is shown; who may not see bodies gets no header of the answer either."""
    shown = attempt_of(_attempt_row(found.id, found.attempt), with_body=with_body).model_dump()
    shown["request"]["body"] = found.sent_body.decode("utf-8", "replace")
    if shown["response"] is not None and not with_body:
        shown["response"]["headers"] = []
    return shown


def _attempt_row(identity: str, attempt: Recorded) -> AttemptRow:
    return AttemptRow(
        delivery_id=identity,
        number=1,
        trigger="manual",
        outcome=attempt.outcome,
        status_code=attempt.status_code,
        duration_ms=attempt.duration_ms,
        timings=attempt.timings,
        request=attempt.request,
        response_headers=attempt.response_headers,
        response_body=attempt.response_body,
        response_truncated=attempt.response_truncated,
        error=attempt.error,
        error_code=attempt.error_code,
        started_at=attempt.started_at,
        finished_at=attempt.finished_at,
    )
