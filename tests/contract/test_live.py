"""The live feed as server-sent events (contracts C.1)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.types import Message, Scope

from hookspan.access.roles import ROLES, Caller
from hookspan.api.interests import Asked, interest_of, topics_of
from hookspan.api.live import as_event, lines
from hookspan.errors import Forbidden, Invalid
from hookspan.events.interest import Interest
from tests.support.surface import Surface

ONE = "0196f4a0-0000-7abc-8def-000000000001"
OTHER = "0196f4a0-0000-7abc-8def-000000000002"


def caller(world: Surface, role: str = "viewer") -> Caller:
    return Caller(world.instance.tenant_id, "key:x", (role,), ROLES[role], "key", "x")


def told(world: Surface, tenant_id: str, **members: object) -> None:
    world.rooms.feed.tell({"topic": "events", "type": "event.published", "tenantId": tenant_id, **members})


async def opened(world: Surface, last_event_id: str | None = None) -> AsyncIterator[bytes]:
    """The bytes after the opening line, for the owner's key."""
    who = await world.rooms.access.keys.find(world.owner["Authorization"].removeprefix("Bearer "))
    assert who is not None
    stream = lines(world.rooms, who, Interest(who.tenant_id), last_event_id)
    assert await anext(stream) == b"retry: 2000\n\n"
    await asyncio.sleep(0)
    return stream


async def closed(stream: AsyncIterator[bytes]) -> None:
    await stream.aclose()  # type: ignore[attr-defined]  # it is an async generator


async def heard(stream: AsyncIterator[bytes], text: str) -> bytes:
    """The next frame, which holds this text."""
    frame = await anext(stream)
    assert text.encode() in frame, frame
    return frame


def number(frame: bytes) -> str:
    """The id of a frame."""
    return frame.split(b"\n")[0].removeprefix(b"id: ").decode()


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
    await closed(stream)


async def test_silence_is_broken_by_a_ping_every_fifteen_seconds(world: Surface) -> None:
    stream = await opened(world)
    following = asyncio.ensure_future(anext(stream))

    await after_a_turn(world, 15)

    assert await following == b": ping\n\n"
    await closed(stream)


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
    stream = await opened(world)
    told(world, world.instance.tenant_id, eventId="first")
    first = await heard(stream, "first")
    await closed(stream)
    told(world, world.instance.tenant_id, eventId="second")

    again = await opened(world, number(first))

    await heard(again, "second")
    await closed(again)


async def test_a_reader_who_missed_too_much_is_told_of_the_gap(world: Surface) -> None:
    stream = await opened(world, "1")

    assert (await anext(stream)).startswith(b"event: gap\n")
    await closed(stream)


async def test_a_reader_who_comes_back_too_late_is_told_of_the_gap(world: Surface) -> None:
    stream = await opened(world)
    told(world, world.instance.tenant_id, eventId="first")
    first = await heard(stream, "first")
    await closed(stream)
    world.clock.advance(seconds=601)
    assert not world.rooms.feed.hears(world.instance.tenant_id)

    again = await opened(world, number(first))

    assert (await anext(again)).startswith(b"event: gap\n")
    await closed(again)


async def test_an_id_of_another_process_is_a_gap(world: Surface) -> None:
    stream = await opened(world)
    told(world, world.instance.tenant_id, eventId="first")
    first = await heard(stream, "first")
    await closed(stream)

    again = await opened(world, str(int(first and number(first)) + 10**10))

    assert (await anext(again)).startswith(b"event: gap\n")
    await closed(again)


async def test_a_last_event_id_that_only_looks_like_a_number_is_none(world: Surface) -> None:
    stream = await opened(world, "²")
    told(world, world.instance.tenant_id, eventId="first")

    await heard(stream, "first")
    await closed(stream)


def test_nobody_listens_and_nothing_is_kept(world: Surface) -> None:
    told(world, world.instance.tenant_id, eventId="first")

    assert not world.rooms.feed.hears(world.instance.tenant_id)


async def test_a_slow_reader_gets_a_thousand_frames_and_a_gap(world: Surface) -> None:
    stream = await opened(world)
    for count in range(1_002):
        told(world, world.instance.tenant_id, eventId=str(count))

    frames = [await anext(stream) for _ in range(1_001)]

    assert b'"eventId":"999"' in frames[-2]
    assert frames[-1].startswith(b'event: gap\ndata: {"type":"gap","lost":2,"timestamp":"')
    await closed(stream)


async def test_ids_and_rows_choose_frames(world: Surface) -> None:
    rows = '[{"fieldPath":"$.status","operator":"equals","value":"failed"}]'

    interest = interest_of(Asked(ids={"webhook": [ONE.replace("-", "")]}, rules=rows), caller(world))

    frame = {"topic": "webhooks", "tenantId": world.instance.tenant_id, "webhookId": ONE, "status": "failed"}
    assert interest.wants(frame)
    assert not interest.wants({**frame, "webhookId": OTHER})
    assert not interest.wants({**frame, "status": "processed"})
    assert not interest.wants({**frame, "topic": "audit"})


async def test_the_query_chooses_too(world: Surface, client: httpx2.AsyncClient) -> None:
    for query in ("webhookId=nonsense", "filter=nonsense", "topics=nonsense", "nonsense=1"):
        answer = await client.get(f"/api/v1/stream?{query}", headers=world.owner)

        assert answer.status_code == 422, query


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
    assert world.rooms.feed.tenants() == set()


async def test_topics_are_words_of_the_contract_and_need_their_scope(world: Surface) -> None:
    designer = caller(world, "designer")

    assert topics_of("events,executions", designer) == {"events", "executions"}
    assert topics_of("", designer) == {"events", "webhooks", "executions"}
    assert "queues" not in topics_of("", caller(world, "viewer"))
    with pytest.raises(Forbidden):
        topics_of("deliveries", designer)
    with pytest.raises(Invalid):
        topics_of("everything", designer)


async def test_a_stream_needs_a_credential(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/v1/stream")

    assert answer.status_code == 401
