"""Nobody hears what is not his, no credential lies about in a URL, and no reader holds memory (S27, §12)."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import httpx2
import pytest
from websockets.asyncio.client import connect

from hookspan import observe
from hookspan.events.interest import Interest
from tests.support.instance import running
from tests.support.sockets import Socket, calling_in
from tests.support.surface import BASE, Surface, bearer

TENANT = "/api/v1/ws?subscribeTenant=true"
OURS = {"Origin": BASE}


async def signed_in(world: Surface, client: httpx2.AsyncClient) -> dict[str, str]:
    """The cookie of a session of the owner."""
    password = world.greeting.password.reveal()
    words = {"username": world.greeting.username, "password": password}
    answer = await client.post("/api/auth/login", json=words, params={"cookie": "true"})
    assert answer.status_code == 200, answer.text
    return {"Cookie": answer.headers["set-cookie"].split(";")[0]}


async def ticket_of(client: httpx2.AsyncClient, headers: dict[str, str]) -> str:
    """A fresh ticket."""
    answer = await client.post("/api/v1/ws/tickets", headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["ticket"])


def told(world: Surface, tenant_id: str, **members: object) -> None:
    world.rooms.feed.tell({"topic": "events", "type": "event.published", "tenantId": tenant_id, **members})


async def after(world: Surface, seconds: float) -> None:
    """Time passes in small steps, and everybody has a turn in each."""
    for _ in range(round(seconds)):
        world.clock.advance(seconds=1)
        for _ in range(3):
            await asyncio.sleep(0)
    await world.rooms.database.read(lambda connection: None)


# -- who may open one -------------------------------------------------------------------------------------------------


async def test_a_cookie_opens_a_socket_for_our_own_page(world: Surface, client: httpx2.AsyncClient) -> None:
    cookie = await signed_in(world, client)

    async with calling_in(world, TENANT, {**cookie, **OURS}) as socket:
        assert socket.status == 101


@pytest.mark.parametrize("origin", [
    "https://evil.example", "http://testserver.evil.example", "https://testserver", "http://testserver:81", "null", "",
])  # fmt: skip
async def test_a_cookie_from_a_foreign_page_is_403(world: Surface, client: httpx2.AsyncClient, origin: str) -> None:
    cookie = await signed_in(world, client)
    foreign = {"Origin": origin} if origin else {}

    async with calling_in(world, TENANT, {**cookie, **foreign, "Sec-Fetch-Site": "same-origin"}) as socket:
        assert socket.status == 403


@pytest.mark.parametrize("query", [
    "token={}", "access_token={}", "accessToken={}", "api_key={}", "apiKey={}", "key={}", "authorization=Bearer {}",
    "ticket={}", "executionId={}",
])  # fmt: skip
async def test_a_long_lived_token_in_the_query_is_403(world: Surface, query: str) -> None:
    token = world.owner["Authorization"].removeprefix("Bearer ")

    async with calling_in(world, f"{TENANT}&{query.format(token)}") as alone:
        assert alone.status == 403
    async with calling_in(world, f"{TENANT}&{query.format(token)}", world.owner) as beside:
        assert beside.status == 403


@pytest.mark.parametrize("authorization", ["Bearer hsk_000000000000_" + "0" * 49, "Bearer e30.e30.", "Basic eDp5", "x"])
async def test_a_wrong_credential_is_403_whatever_else_is_good(
    world: Surface, client: httpx2.AsyncClient, authorization: str
) -> None:
    good = f"{TENANT}&ticket={await ticket_of(client, world.owner)}"
    headers = {**await signed_in(world, client), **OURS, "Authorization": authorization}

    async with calling_in(world, good, headers) as socket:
        assert (socket.status, socket.refusal["detail"]) == (403, "Authentication required")


async def test_a_stranger_who_keeps_trying_is_not_looked_at(world: Surface) -> None:
    for _ in range(300):
        async with calling_in(world) as socket:
            assert socket.status == 403

    async with calling_in(world, headers=world.owner) as socket:
        assert socket.status == 429


async def test_a_tenant_has_twenty_sockets(world: Surface) -> None:
    open_ones = [calling_in(world, headers=world.owner) for _ in range(20)]
    for each in open_ones:
        assert (await each.__aenter__()).status == 101

    async with calling_in(world, headers=world.owner) as one_more:
        assert one_more.status == 429
    for each in open_ones:
        await each.__aexit__(None, None, None)

    async with calling_in(world, headers=world.owner) as later:
        assert later.status == 101


# -- tickets ----------------------------------------------------------------------------------------------------------


async def test_a_ticket_opens_one_socket_once(world: Surface, client: httpx2.AsyncClient) -> None:
    target = f"{TENANT}&ticket={await ticket_of(client, world.owner)}"

    async with calling_in(world, target, {"Origin": "https://elsewhere.example"}) as first:
        assert first.status == 101
    async with calling_in(world, target) as second:
        assert second.status == 403


async def test_a_ticket_is_over_after_thirty_seconds(world: Surface, client: httpx2.AsyncClient) -> None:
    ticket = await ticket_of(client, world.owner)
    world.clock.advance(seconds=30)

    async with calling_in(world, f"{TENANT}&ticket={ticket}") as socket:
        assert socket.status == 403


@pytest.mark.parametrize("place", [0, 40, -1])
async def test_a_ticket_that_was_touched_is_none(world: Surface, client: httpx2.AsyncClient, place: int) -> None:
    ticket = await ticket_of(client, world.owner)
    touched = ticket[:place] + ("A" if ticket[place] != "A" else "B") + (ticket[place:][1:] if place >= 0 else "")

    async with calling_in(world, f"{TENANT}&ticket={touched}") as socket:
        assert socket.status == 403


async def test_a_ticket_has_one_spelling(world: Surface, client: httpx2.AsyncClient) -> None:
    ticket = await ticket_of(client, world.owner)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    # The last of 43 letters holds four bits of the seal and two that mean nothing.
    respelled = ticket[:-1] + letters[letters.index(ticket[-1]) ^ 1]

    async with calling_in(world, f"{TENANT}&ticket={respelled}") as socket:
        assert socket.status == 403


@pytest.mark.parametrize("ticket", ["", ".", "e30.", "é", "x" * 5_000])
async def test_what_is_no_ticket_is_403(world: Surface, ticket: str) -> None:
    async with calling_in(world, f"{TENANT}&ticket={ticket}") as socket:
        assert socket.status == 403


async def test_a_ticket_dies_with_the_session_it_was_made_with(world: Surface, client: httpx2.AsyncClient) -> None:
    cookie = {**await signed_in(world, client), **OURS}
    ticket = await ticket_of(client, cookie)
    assert (await client.post("/api/auth/logout", headers=cookie)).status_code < 300

    async with calling_in(world, f"{TENANT}&ticket={ticket}") as socket:
        assert socket.status == 403


async def test_a_ticket_is_no_credential_anywhere_else(world: Surface, client: httpx2.AsyncClient) -> None:
    ticket = await ticket_of(client, world.owner)

    by_query = await client.get(f"/api/v1/me?ticket={ticket}")
    by_header = await client.get("/api/v1/me", headers=bearer(ticket))

    assert (by_query.status_code, by_header.status_code) == (401, 401)


async def test_a_ticket_opens_a_stream_once_too(world: Surface, client: httpx2.AsyncClient) -> None:
    path = f"/api/v1/stream?topics=nonsense&ticket={await ticket_of(client, world.owner)}"

    first, second = await client.get(path), await client.get(path)

    assert (first.status_code, second.status_code) == (422, 401)


# -- what is heard ----------------------------------------------------------------------------------------------------


async def test_another_tenants_frames_are_never_heard(world: Surface) -> None:
    other = await world.second_tenant()
    world.rooms.feed.open(Interest(other))
    async with calling_in(world, f"{TENANT}&topics=events", world.owner) as socket:
        told(world, other, eventId="theirs")
        await socket.asks(op="subscribe", topics=["tenant", "events", f"webhook:{other}"])
        told(world, other, eventId="theirs", webhookId=other)
        told(world, world.instance.tenant_id, eventId="ours")

        assert (await socket.hears())["eventId"] == "ours"


async def test_topics_need_their_scope_by_every_way(world: Surface) -> None:
    designer = await world.key_for("designer")
    async with calling_in(world, "/api/v1/ws?topics=deliveries", designer) as refused:
        assert refused.status == 403
    async with calling_in(world, TENANT, designer) as socket:
        assert (await socket.asks(op="subscribe", topics=["deliveries"]))["code"] == "forbidden"
        frame = {"topic": "deliveries", "type": "delivery.created", "tenantId": world.instance.tenant_id}
        world.rooms.feed.tell(frame)
        told(world, world.instance.tenant_id, eventId="ours")

        assert (await socket.hears())["eventId"] == "ours"


# -- how long ---------------------------------------------------------------------------------------------------------


async def ends_within_a_minute(world: Surface, socket: Socket) -> int | None:
    await after(world, 60)
    return await socket.is_closed()


async def test_logging_out_closes_the_socket_within_a_minute(world: Surface, client: httpx2.AsyncClient) -> None:
    cookie = {**await signed_in(world, client), **OURS}
    async with calling_in(world, TENANT, cookie) as socket:
        assert (await client.post("/api/auth/logout", headers=cookie)).status_code < 300

        assert await ends_within_a_minute(world, socket) == 1008


async def test_revoking_the_key_closes_the_socket_of_its_ticket_too(world: Surface, client: httpx2.AsyncClient) -> None:
    key = (await client.get("/api/v1/keys", headers=world.owner)).json()["data"][0]
    async with calling_in(world, f"{TENANT}&ticket={await ticket_of(client, world.owner)}") as socket:
        await client.delete(f"/api/v1/keys/{key['id']}", headers=world.owner)

        assert await ends_within_a_minute(world, socket) == 1008


async def test_a_good_credential_keeps_its_socket(world: Surface) -> None:
    async with calling_in(world, TENANT, world.owner) as socket:
        await after(world, 200)
        told(world, world.instance.tenant_id, eventId="ours")

        assert (await socket.hears())["eventId"] == "ours"


async def test_a_slow_reader_gets_a_gap_and_then_is_sent_away(world: Surface) -> None:
    async with calling_in(world, TENANT, world.owner) as socket:
        await socket.asks(op="ping")
        socket.stops_reading()
        for count in range(1_500):
            told(world, world.instance.tenant_id, eventId=str(count))
        socket.reads_on()
        frames = [await socket.hears() for _ in range(1_001)]
        assert (frames[-1]["type"], frames[-1]["lost"]) == ("gap", 500)

        socket.stops_reading()
        for count in range(1_500):
            told(world, world.instance.tenant_id, eventId=str(count))
        await after(world, 36)

        assert socket.code == 1013


async def test_a_reader_who_catches_up_stays(world: Surface) -> None:
    async with calling_in(world, TENANT, world.owner) as socket:
        await socket.asks(op="ping")
        for _ in range(3):
            for count in range(1_500):
                told(world, world.instance.tenant_id, eventId=str(count))
            assert [(await socket.hears())["type"] for _ in range(1_001)][-1] == "gap"
            await after(world, 20)

        assert await socket.asks(op="ping") == {"type": "pong"}


async def test_binary_is_not_listened_to(world: Surface) -> None:
    async with calling_in(world, TENANT, world.owner) as socket:
        socket.says_bytes(b"x")

        assert await socket.is_closed() == 1003


async def test_no_log_holds_a_ticket_or_token(tmp_path: Path) -> None:
    stream, observe.log.stream = observe.log.stream, io.StringIO()
    try:
        async with running(tmp_path, log_level="debug") as instance:
            at = f"127.0.0.1:{instance.port}"
            async with httpx2.AsyncClient(base_url=f"http://{at}") as client:
                ticket = await ticket_of(client, bearer(instance.token))
            async with connect(f"ws://{at}{TENANT}&ticket={ticket}") as socket:
                await socket.send('{"op":"ping"}')
                await socket.recv()
        written = observe.log.stream.getvalue()
    finally:
        observe.log.stream = stream

    assert written
    assert ticket not in written
    assert instance.token not in written
