"""`/api/v1/inboxes` and the sink `/inbox/{token}` (contracts C.7)."""

from __future__ import annotations

import base64
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request, Response
from pydantic import Field

from hookspan.access.roles import Caller
from hookspan.api.auth import may
from hookspan.api.bodies import Answer, NativeBody
from hookspan.api.rooms import RoomsOf
from hookspan.errors import NotFound, TooLarge
from hookspan.inbound.inboxes import BODY_BYTES, LIFE_MS, LIFE_MS_LEAST, LIFE_MS_MOST, Sent
from hookspan.model.times import instant
from hookspan.storage.inboxes import InboxRow, Received

router = APIRouter(tags=["inboxes"])
PATH = "/api/v1/inboxes"
Tester = Annotated[Caller, may("endpoints:test")]
Reader = Annotated[Caller, may("endpoints:read")]
PayloadReader = Annotated[Caller, may("payloads:read")]


class InboxWrite(NativeBody):
    """A new inbox: what it answers, and how long it lives (a minute to a week, a day unless named)."""

    status: int = Field(default=200, ge=200, le=599)
    ttl_ms: int = Field(default=LIFE_MS, ge=LIFE_MS_LEAST, le=LIFE_MS_MOST)


class Inbox(Answer):
    """An inbox; whoever knows `url` may send to it."""

    id: str
    url: str
    status: int
    created_at: str
    expires_at: str


class InboxList(Answer):
    """All inboxes of the tenant; there are at most a hundred, so one page holds them."""

    data: list[Inbox]
    has_more: bool = False
    next_cursor: str | None = None
    prev_cursor: str | None = None


class InboxRequest(Answer):
    """One request as it came. `bodyBase64` is exact; `bodyText` and `bodyJson` are null where it is no such thing."""

    id: str
    method: str
    query: str
    headers: list[tuple[str, str]]
    body_json: Any
    body_text: str | None
    body_base64: str
    body_size: int
    received_at: str


class InboxRequestList(Answer):
    """What an inbox got, newest first; the last hundred."""

    data: list[InboxRequest]
    has_more: bool = False
    next_cursor: str | None = None
    prev_cursor: str | None = None


@router.post(PATH, status_code=201, operation_id="createInbox")
async def create_inbox(body: InboxWrite, rooms: RoomsOf, caller: Tester, response: Response) -> Inbox:
    """Make a sink that shows what it gets; an endpoint may point at it."""
    row = await rooms.inboxes.create(caller.tenant_id, status=body.status, life_ms=body.ttl_ms)
    response.headers["Location"] = f"{PATH}/{row.id}"
    return _shown(rooms, row)


@router.get(PATH, operation_id="listInboxes")
async def list_inboxes(rooms: RoomsOf, caller: Reader) -> InboxList:
    """The inboxes that have not expired, newest first."""
    return InboxList(data=[_shown(rooms, row) for row in await rooms.inboxes.all(caller.tenant_id)])


@router.get(f"{PATH}/{{inbox_id}}", operation_id="getInbox")
async def get_inbox(inbox_id: str, rooms: RoomsOf, caller: Reader) -> Inbox:
    """One inbox."""
    return _shown(rooms, await rooms.inboxes.get(caller.tenant_id, inbox_id))


@router.delete(f"{PATH}/{{inbox_id}}", status_code=204, operation_id="deleteInbox")
async def delete_inbox(inbox_id: str, rooms: RoomsOf, caller: Tester) -> None:
    """Forget an inbox and what it got."""
    await rooms.inboxes.delete(caller.tenant_id, inbox_id)


@router.get(f"{PATH}/{{inbox_id}}/requests", operation_id="listInboxRequests")
async def list_inbox_requests(inbox_id: str, rooms: RoomsOf, caller: PayloadReader) -> InboxRequestList:
    """What the inbox got, newest first; values of secret-like headers are masked."""
    received = await rooms.inboxes.received(caller.tenant_id, inbox_id)
    return InboxRequestList(data=[_request(one) for one in received])


@router.api_route(
    "/inbox/{token}", methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], include_in_schema=False
)
async def sink(token: str, request: Request, rooms: RoomsOf) -> Response:
    """Take a request of up to 1 MiB and answer what the inbox was told to."""
    parts, size = [], 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > BODY_BYTES:
            raise TooLarge(f"the body is over {BODY_BYTES} bytes")
    sent = Sent(request.method, request.url.query, request.headers.raw, b"".join(parts))
    status = await rooms.inboxes.take(token, sent)
    if status is None:
        raise NotFound("there is nothing at this path")
    return Response(status_code=status)


def _shown(rooms: RoomsOf, row: InboxRow) -> Inbox:
    return Inbox(
        id=row.id,
        url=rooms.inboxes.address(row),
        status=row.status,
        created_at=instant(row.created_at),
        expires_at=instant(row.expires_at),
    )


def _request(received: Received) -> InboxRequest:
    return InboxRequest(
        id=received.id,
        method=received.method,
        query=received.query,
        headers=list(received.headers),
        body_json=_json(received.body),
        body_text=_text(received.body),
        body_base64=base64.b64encode(received.body).decode(),
        body_size=len(received.body),
        received_at=instant(received.created_at),
    )


def _text(body: bytes) -> str | None:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return None
