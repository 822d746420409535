"""The live feed as server-sent events (contracts C.1): what changed, for the dashboard and the command line."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Annotated

import msgspec
from fastapi import APIRouter, Header, Query, Request
from starlette.responses import StreamingResponse

from hookspan.access.roles import Caller
from hookspan.api.answers import content_of
from hookspan.api.auth import CallerOf, caller_of
from hookspan.api.gate import is_foreign
from hookspan.api.rooms import Rooms, RoomsOf
from hookspan.errors import Forbidden, Invalid

if TYPE_CHECKING:
    from starlette.types import Scope

router = APIRouter(tags=["live"])
PING_SECONDS = 15.0
RECHECK_SECONDS = 60.0
TOPICS: Mapping[str, str] = {
    "events": "events:read",
    "webhooks": "events:read",
    "deliveries": "deliveries:read",
    "endpoints": "endpoints:read",
    "executions": "executions:read",
    "queues": "deliveries:read",
}


@router.get(
    "/api/v1/stream", operation_id="stream", response_class=StreamingResponse, responses=content_of("text/event-stream")
)
async def stream(
    request: Request,
    rooms: RoomsOf,
    caller: CallerOf,
    topics: Annotated[str, Query(max_length=200)] = "",
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=32)] = None,
) -> StreamingResponse:
    """Frames of the asked topics; resumes after `Last-Event-ID`, and says `gap` when what was missed is gone."""
    if caller.kind == "session" and is_foreign(request.scope, rooms.settings):
        raise Forbidden("the request does not come from this dashboard")
    allowed = topics_of(topics, caller)
    frames = rooms.feed.listen(caller.tenant_id, allowed, last_event_id)
    return StreamingResponse(
        lines(frames, rooms, request.scope, caller),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"},
    )


def topics_of(asked: str, caller: Caller) -> frozenset[str]:
    """The topics to hear: those asked for, or all the caller may hear."""
    named = [topic for topic in asked.split(",") if topic]
    for topic in named:
        if topic not in TOPICS:
            raise Invalid.one("/topics", f"choose among {', '.join(TOPICS)}")
        if not caller.may(TOPICS[topic]):
            raise Forbidden("Insufficient permissions")
    heard = frozenset(named) or frozenset(topic for topic, scope in TOPICS.items() if caller.may(scope))
    if not heard:
        raise Forbidden("Insufficient permissions")
    return heard


async def lines(
    frames: AsyncIterator[Mapping[str, object]], rooms: Rooms, scope: Scope, caller: Caller
) -> AsyncIterator[bytes]:
    """The stream's bytes: every frame, a ping in silence, and an end when the caller's rights have changed."""
    checked = rooms.clock.monotonic()
    following = asyncio.ensure_future(anext(frames))
    try:
        yield b"retry: 2000\n\n"
        while True:
            await _either(following, rooms.clock.sleep(PING_SECONDS))
            if rooms.clock.monotonic() - checked >= RECHECK_SECONDS:
                if await caller_of(scope, rooms) != caller:
                    return
                checked = rooms.clock.monotonic()
            if not following.done():
                yield b": ping\n\n"
                continue
            yield as_event(following.result())
            following = asyncio.ensure_future(anext(frames))
    finally:
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration):
            await following


async def _either(frame: asyncio.Future[Mapping[str, object]], silence: object) -> None:
    timer = asyncio.ensure_future(silence)  # type: ignore[call-overload]
    await asyncio.wait({frame, timer}, return_when=asyncio.FIRST_COMPLETED)
    timer.cancel()


def as_event(frame: Mapping[str, object]) -> bytes:
    """One frame on the wire (WHATWG HTML §9.2); JSON holds no raw line break, so one `data:` line does."""
    head = f"id: {frame['id']}\n" if "id" in frame else ""
    return f"{head}event: {frame['type']}\ndata: ".encode() + msgspec.json.encode(frame) + b"\n\n"
