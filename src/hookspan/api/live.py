"""The live feed as server-sent events (contracts C.1): what changed, for the dashboard and the command line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.responses import StreamingResponse

from hookspan.access.roles import Caller
from hookspan.api.answers import content_of
from hookspan.api.auth import CallerOf
from hookspan.api.gate import is_foreign
from hookspan.api.interests import Asked, interest_of
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.errors import Forbidden
from hookspan.events.interest import Interest

router = APIRouter(tags=["live"])
PING_SECONDS = 15.0
RECHECK_SECONDS = 60.0

Ids = Annotated[list[str], Field(max_length=100)]


class LiveQuery(BaseModel):
    """What a reader of the stream asks for; `filter` are rows over the frame as JSON, `ticket` is good once."""

    model_config = ConfigDict(alias_generator=to_camel)

    topics: Annotated[str, Field(max_length=200)] = ""
    filter: str | None = None
    ticket: str | None = None
    execution_id: Ids = []
    workflow_id: Ids = []
    webhook_id: Ids = []
    endpoint_id: Ids = []


def _asked(asked: Annotated[LiveQuery, Query()]) -> Asked:
    ids = {
        "execution": asked.execution_id,
        "workflow": asked.workflow_id,
        "webhook": asked.webhook_id,
        "endpoint": asked.endpoint_id,
    }
    return Asked(asked.topics, ids, asked.filter)


@router.get(
    "/api/v1/stream", operation_id="stream", response_class=StreamingResponse, responses=content_of("text/event-stream")
)
async def stream(
    request: Request,
    rooms: RoomsOf,
    caller: CallerOf,
    asked: Annotated[Asked, Depends(_asked)],
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=32)] = None,
) -> StreamingResponse:
    """Frames of the asked topics and things; resumes after `Last-Event-ID`, and says `gap` when that is not whole.

    A `gap` tells in `lost` how many frames are missing: a number where this process counted them, null where the asked
    id is older than what it remembers or another process's, so that nobody knows how many. Read what you show anew.
    """
    if caller.kind == "session" and is_foreign(request.scope, rooms.settings):
        raise Forbidden("the request does not come from this dashboard")
    return StreamingResponse(
        lines(rooms, caller, interest_of(asked, caller), last_event_id),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"},
    )


async def lines(
    rooms: Rooms, caller: Caller, interest: Interest, last_event_id: str | None = None
) -> AsyncIterator[bytes]:
    """The stream's bytes: every frame, a ping in silence, and an end when the caller's rights have changed."""
    checked = rooms.clock.monotonic()
    listener = rooms.feed.open(interest, last_event_id)
    following = asyncio.ensure_future(listener.next())
    try:
        yield b"retry: 2000\n\n"
        while True:
            await _either(following, rooms.clock.sleep(PING_SECONDS))
            if rooms.clock.monotonic() - checked >= RECHECK_SECONDS:
                if not await has_rights(rooms, caller):
                    return
                checked = rooms.clock.monotonic()
            if not following.done():
                yield b": ping\n\n"
                continue
            yield as_event(following.result())
            following = asyncio.ensure_future(listener.next())
    finally:
        rooms.feed.close(listener)
        following.cancel()


async def has_rights(rooms: Rooms, caller: Caller) -> bool:
    """Whether the caller's credential is still good for all it was good for."""
    now = await rooms.access.tickets.again(caller)
    return now is not None and now.scopes == caller.scopes


async def _either(frame: asyncio.Future[Mapping[str, object]], silence: object) -> None:
    timer = asyncio.ensure_future(silence)  # type: ignore[call-overload]
    await asyncio.wait({frame, timer}, return_when=asyncio.FIRST_COMPLETED)
    timer.cancel()


def as_event(frame: Mapping[str, object]) -> bytes:
    """One frame on the wire (WHATWG HTML §9.2); JSON holds no raw line break, so one `data:` line does."""
    head = f"id: {frame['id']}\n" if "id" in frame else ""
    return f"{head}event: {frame['type']}\ndata: ".encode() + msgspec.json.encode(frame) + b"\n\n"
