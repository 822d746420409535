"""The live feed as WebSockets, and their tickets (contracts B.11)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.support.calls import Calls
from tests.support.instance import QUICK, Instance, running
from tests.support.raw_http import get, parsed, post, status_of
from tests.support.sockets import calling_in
from tests.support.surface import Surface, bearer

ONE = "0196f4a0-0000-7abc-8def-000000000001"
OTHER = "0196f4a0-0000-7abc-8def-000000000002"
HANDSHAKE = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)


def told(world: Surface, topic: str = "events", kind: str = "event.published", **members: object) -> None:
    world.rooms.feed.tell({"topic": topic, "type": kind, "tenantId": world.instance.tenant_id, **members})


# -- what is heard ----------------------------------------------------------------------------------------------------


async def test_whoever_asks_for_the_tenant_hears_one_object_a_message(world: Surface) -> None:
    async with calling_in(world, "/api/v1/ws?subscribeTenant=true", world.owner) as socket:
        told(world, eventId="first")

        frame = await socket.hears()

        assert frame["id"].isdigit()
        assert (frame["type"], frame["eventId"]) == ("event.published", "first")


@pytest.mark.parametrize("query", ["executionId=", "execution_id=", "topics=executions&executionId="])
async def test_an_id_narrows_it_in_both_spellings(world: Surface, query: str) -> None:
    async with calling_in(world, f"/api/v1/ws?{query}{ONE}", world.owner) as socket:
        told(world, "executions", "execution.started", executionId=OTHER)
        told(world, "executions", "execution.started", executionId=ONE)

        assert (await socket.hears())["executionId"] == ONE


async def test_whoever_asks_for_nothing_hears_what_he_subscribes_to(world: Surface) -> None:
    async with calling_in(world, headers=world.owner) as socket:
        answer = await socket.asks(op="subscribe", topics=[f"webhook:{ONE}", "deliveries"])
        told(world, eventId="unheard")
        told(world, "webhooks", "webhook.processed", webhookId=ONE)
        told(world, "deliveries", "delivery.created")

        heard = [(await socket.hears())["type"], (await socket.hears())["type"]]

        assert answer == {"type": "subscribed", "topics": [f"webhook:{ONE}", "deliveries"]}
        assert heard == ["webhook.processed", "delivery.created"]


async def test_what_is_unsubscribed_is_heard_no_more(world: Surface) -> None:
    async with calling_in(world, f"/api/v1/ws?subscribe_tenant=true&webhookId={ONE}", world.owner) as socket:
        assert (await socket.asks(op="unsubscribe", topics=["tenant"]))["type"] == "unsubscribed"
        told(world, eventId="unheard")
        told(world, "webhooks", "webhook.processed", webhookId=ONE)

        assert (await socket.hears())["type"] == "webhook.processed"


async def test_a_ping_is_answered_and_nonsense_is_said_to_be(world: Surface) -> None:
    async with calling_in(world, headers=world.owner) as socket:
        assert await socket.asks(op="ping") == {"type": "pong"}
        for nonsense in ({"op": "publish"}, {"op": "subscribe", "topics": ["webhook:x"]}, {"op": "ping", "more": 1}):
            answer = await socket.asks(**nonsense)

            assert (answer["type"], answer["code"]) == ("error", "validation_error")


async def test_the_length_of_queues_is_told_to_those_who_name_it(world: Surface) -> None:
    async with (
        calling_in(world, "/api/v1/ws?topics=queues", world.owner) as asking,
        calling_in(world, "/api/v1/ws?subscribeTenant=true", world.owner) as other,
    ):
        world.rooms.feed.say({"topic": "queues", "type": "queue.stats", "tenantId": world.instance.tenant_id})
        told(world, eventId="after")

        assert (await asking.hears())["type"] == "queue.stats"
        assert (await other.hears())["eventId"] == "after"
        assert world.rooms.feed.tenants("queues") == {world.instance.tenant_id}
    assert world.rooms.feed.tenants("queues") == set()


async def test_outputs_are_told_to_those_who_ask_and_may(world: Surface) -> None:
    viewer = await world.key_for("viewer")
    target = "/api/v1/ws?subscribeTenant=true&include=output"
    async with calling_in(world, target, world.owner) as owner, calling_in(world, target, viewer) as other:
        frame = {"topic": "executions", "type": "step.completed", "tenantId": world.instance.tenant_id}
        world.rooms.feed.tell({**frame, "step": {"nodeId": "fetch"}}, b'{"a":1}')

        assert (await owner.hears())["step"] == {"nodeId": "fetch", "outputData": {"a": 1}}
        assert (await other.hears())["step"] == {"nodeId": "fetch"}


async def test_a_reader_resumes_by_the_id_of_its_last_frame(world: Surface) -> None:
    async with calling_in(world, "/api/v1/ws?topics=events", world.owner) as socket:
        told(world, eventId="first")
        first = await socket.hears()
    told(world, eventId="second")

    async with calling_in(world, f"/api/v1/ws?topics=events&lastEventId={first['id']}", world.owner) as socket:
        assert (await socket.hears())["eventId"] == "second"


async def test_the_socket_of_an_execution_or_workflow_hears_only_that(world: Surface, api: Calls) -> None:
    steps = {"name": "W", "steps": [{"id": "a", "kind": "pass"}], "triggers": [{"id": "t", "kind": "webhook"}]}
    workflow = (await api.post("/api/v1/workflows", steps))["id"]
    run = (await api.post(f"/api/v1/workflows/{workflow}/executions", {}, status=202))["id"]
    for target, member, identity in (("workflows", "workflowId", workflow), ("executions", "executionId", run)):
        async with calling_in(world, f"/api/v1/ws/{target}/{identity}", world.owner) as socket:
            told(world, "executions", "execution.started", **{member: OTHER})
            told(world, "executions", "execution.started", **{member: identity})

            assert (await socket.hears())[member] == identity


# -- the handshake ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("target", "status"), [
    ("/api/v1/ws/executions/" + ONE, 404), ("/api/v1/ws/executions/x", 404), ("/api/v1/ws?topics=nonsense", 422),
    ("/api/v1/ws?nonsense=1", 422), ("/api/v1/ws?webhookId=x", 422), ("/api/v1/ws?filter=x", 422),
])  # fmt: skip
async def test_a_bad_question_is_answered_before_the_upgrade(world: Surface, target: str, status: int) -> None:
    async with calling_in(world, target, world.owner) as socket:
        assert socket.status == status
        assert socket.refusal["status"] == status
        assert socket.headers[b"x-content-type-options"] == b"nosniff"


async def test_the_subprotocol_is_spoken_where_it_is_offered(world: Surface) -> None:
    async with calling_in(world, headers=world.owner, subprotocols=["other", "hookspan.v1"]) as socket:
        assert socket.subprotocol == "hookspan.v1"
    async with calling_in(world, headers=world.owner, subprotocols=["other"]) as socket:
        assert socket.subprotocol is None


async def test_a_ticket_says_until_when_it_is_good(world: Surface, client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/v1/ws/tickets", headers=world.owner)

    assert answer.status_code == 201
    assert set(answer.json()) == {"ticket", "expiresAt"}


async def test_a_request_that_is_no_handshake_is_told_what_is_missing(api: Calls) -> None:
    answer = await api.ask("GET", "/api/v1/ws")

    assert answer.status_code == 426
    assert (answer.headers["upgrade"], answer.headers["sec-websocket-version"]) == ("websocket", "13")


# -- on the wire ------------------------------------------------------------------------------------------------------


@pytest.fixture
async def instance(tmp_path: Path) -> AsyncIterator[Instance]:
    """A whole instance behind a socket, with short timers."""
    async with running(tmp_path) as started:
        yield started


def address(instance: Instance, query: str = "subscribeTenant=true") -> str:
    return f"ws://127.0.0.1:{instance.port}/api/v1/ws?{query}"


async def test_a_request_that_comes_in_is_heard_of(instance: Instance) -> None:
    kept = await instance.source(auth_type="none")
    async with connect(address(instance), additional_headers=bearer(instance.token)) as socket, instance.wire() as wire:
        await wire.says(post(f"/api/v1/webhooks/{kept.source.path}", b"{}"))

        frame = json.loads(await asyncio.wait_for(socket.recv(), 3))

        assert frame["type"] == "webhook.processed"
        assert [name for name in frame if name != "origin"] == [
            *("id", "topic", "type", "tenantId", "webhookId", "eventId", "eventType", "executionId"),
            *("status", "responseStatus", "processingTimeMs", "timestamp"),
        ]


async def test_a_stranger_is_403_before_the_upgrade(instance: Instance) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(address(instance)):
            pass

    assert refused.value.response.status_code == 403


async def test_a_message_over_64_kib_ends_the_socket(instance: Instance) -> None:
    async with connect(address(instance), additional_headers=bearer(instance.token)) as socket:
        await socket.send("x" * 65_537)

        with pytest.raises(ConnectionClosed) as ended:
            await asyncio.wait_for(socket.recv(), 3)

    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == 1009


async def test_a_silent_client_is_pinged_and_then_cut(instance: Instance) -> None:
    instance.limited(socket_ping_seconds=0.1, socket_silence_seconds=0.3, socket_close_seconds=0.1)
    async with instance.wire() as wire:
        await wire.says(get("/api/v1/ws", *HANDSHAKE, f"Authorization: Bearer {instance.token}"))

        said = await wire.hears_all()

    assert status_of(said) == 101
    assert said.count(b"\x89\x04") >= 2
    assert b"\x03\xf3keepalive ping timeout" in said


async def test_a_client_that_answers_pings_stays(instance: Instance) -> None:
    instance.limited(socket_ping_seconds=0.1, socket_silence_seconds=0.3)
    async with connect(address(instance), additional_headers=bearer(instance.token)) as socket:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.recv(), 0.8)

        await socket.send('{"op":"ping"}')

        assert await socket.recv() == '{"type":"pong"}'


BROKEN = {
    "no key": [HANDSHAKE[0], HANDSHAKE[1], HANDSHAKE[2]],
    "a short key": [*HANDSHAKE[:3], "Sec-WebSocket-Key: YQ=="],
    "another version": [*HANDSHAKE[:2], "Sec-WebSocket-Version: 8", HANDSHAKE[3]],
    "two upgrades": [*HANDSHAKE, "Upgrade: h2c"],
    "a protocol of no word": [*HANDSHAKE, "Sec-WebSocket-Protocol: a b"],
    "a body": [*HANDSHAKE, "Content-Length: 1"],
}


@pytest.mark.parametrize("shape", BROKEN)
async def test_half_a_handshake_is_an_ordinary_request(instance: Instance, shape: str) -> None:
    said = await instance.ask(get("/api/v1/ws", *BROKEN[shape], f"Authorization: Bearer {instance.token}") + b"x")

    assert status_of(said) == 426
    assert b"x-content-type-options: nosniff" in said


async def test_who_speaks_before_he_was_answered_is_refused(instance: Instance) -> None:
    fields = (*HANDSHAKE, f"Authorization: Bearer {instance.token}")

    said = await instance.ask(get("/api/v1/ws", *fields) + b"\x81\x80abcd")

    assert status_of(said) == 400


async def test_the_limits_of_a_head_hold_before_the_upgrade(instance: Instance) -> None:
    instance.limited(fields_most=4)

    said = await instance.ask(get("/api/v1/ws", *HANDSHAKE))

    assert status_of(said) == 431


async def test_elsewhere_the_wish_to_upgrade_is_ignored(instance: Instance) -> None:
    said = await instance.ask(get("/livez", *HANDSHAKE))

    assert parsed(said.partition(b"\r\n\r\n")[0] + b"\r\n\r\n").status == 200
    assert QUICK.socket_ping_seconds == 54
