"""The live feed as server-sent events (contracts C.1)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.types import Message, Scope

from hookspan.access.roles import ROLES, Caller
from hookspan.api.live import as_event, lines, topics_of
from hookspan.errors import Forbidden, Invalid
from tests.support.surface import Surface


def caller(world: Surface, role: str = "viewer") -> Caller:
    return Caller(world.instance.tenant_id, "key:x", (role,), ROLES[role], "key", "x")


def told(world: Surface, tenant_id: str, **members: object) -> None:
    world.rooms.feed.tell({"topic": "events", "type": "event.published", "tenantId": tenant_id, **members})


async def opened(world: Surface, last_event_id: str | None = None) -> AsyncIterator[bytes]:
    """The bytes after the opening line, for the owner's key."""
    scope: Scope = {"headers": [(b"authorization", world.owner["Authorization"].encode())]}
    who = await world.rooms.access.keys.find(world.owner["Authorization"].removeprefix("Bearer "))
    assert who is not None
    stream = lines(world.rooms.feed.listen(who.tenant_id, frozenset(), last_event_id), world.rooms, scope, who)
    assert await anext(stream) == b"retry: 2000\n\n"
    await asyncio.sleep(0)
    return stream


async def after_a_turn(world: Surface, seconds: float) -> None:
    """Let the stream reach its wait, then let time pass."""
    for _ in range(5):
        await asyncio.sleep(0)
    world.clock.advance(seconds=seconds)


def test_a_frame_is_one_event_with_id_name_and_json() -> None:
    assert as_event({"id": "7", "type": "event.published", "a": "x\ny"}) == (
        b'id: 7\nevent: event.published\ndata: {"id":"7","type":"event.published","a":"x\\ny"}\n\n'
    )


async def test_only_frames_of_the_own_tenant_arrive(world: Surface) -> None:
    stream = await opened(world)
    following = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    told(world, "another tenant", eventId="theirs")
    told(world, world.instance.tenant_id, eventId="ours")

    frame = await following

    assert b'"eventId":"ours"' in frame
    await stream.aclose()  # type: ignore[attr-defined]  # it is an async generator


async def test_silence_is_broken_by_a_ping_every_fifteen_seconds(world: Surface) -> None:
    stream = await opened(world)
    following = asyncio.ensure_future(anext(stream))

    await after_a_turn(world, 15)

    assert await following == b": ping\n\n"
    await stream.aclose()  # type: ignore[attr-defined]  # it is an async generator


async def test_a_stream_ends_within_a_minute_of_its_key_being_revoked(
    world: Surface, client: httpx2.AsyncClient
) -> None:
    stream = await opened(world)
    key = (await client.get("/api/v1/keys", headers=world.owner)).json()["data"][0]
    await client.delete(f"/api/v1/keys/{key['id']}", headers=world.owner)
    received = []
    for _ in range(4):
        following = asyncio.ensure_future(anext(stream, b"end"))
        await after_a_turn(world, 15)
        received.append(await following)

    assert received[-1] == b"end"


async def test_a_reader_resumes_after_the_last_frame_it_saw(world: Surface) -> None:
    told(world, world.instance.tenant_id, eventId="first")
    told(world, world.instance.tenant_id, eventId="second")
    first_id = world.clock.now_ms() * 1000

    stream = await opened(world, str(first_id))

    assert b'"eventId":"second"' in await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]  # it is an async generator


async def test_a_reader_who_missed_too_much_is_told_of_the_gap(world: Surface) -> None:
    stream = await opened(world, "1")

    assert (await anext(stream)).startswith(b"event: gap\n")
    await stream.aclose()  # type: ignore[attr-defined]  # it is an async generator


async def test_a_last_event_id_that_only_looks_like_a_number_is_none(world: Surface) -> None:
    stream = await opened(world, "²")
    told(world, world.instance.tenant_id, eventId="first")

    assert b'"eventId":"first"' in await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]  # it is an async generator


async def test_the_answer_is_an_event_stream_that_ends_when_the_reader_leaves(world: Surface) -> None:
    sent: list[Message] = []
    left = asyncio.Event()

    async def send(message: Message) -> None:
        sent.append(message)
        left.set()

    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "method": "GET",
        "path": "/api/v1/stream",
        "raw_path": b"/api/v1/stream",
        "query_string": b"topics=events",
        "scheme": "http",
        "headers": [(b"host", b"testserver"), (b"authorization", world.owner["Authorization"].encode())],
        "client": ("203.0.113.7", 1),
    }

    await world.app(scope, receive, send)

    assert sent[0]["status"] == 200
    assert (b"content-type", b"text/event-stream; charset=utf-8") in sent[0]["headers"]


async def test_topics_are_words_of_the_contract_and_need_their_scope(world: Surface) -> None:
    designer = caller(world, "designer")

    assert topics_of("events,executions", designer) == {"events", "executions"}
    assert topics_of("", designer) == {"events", "webhooks", "executions"}
    with pytest.raises(Forbidden):
        topics_of("deliveries", designer)
    with pytest.raises(Invalid):
        topics_of("everything", designer)


async def test_a_stream_needs_a_credential(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/v1/stream")

    assert answer.status_code == 401
