"""The delivery client against a far side: one request, one answer, and what becomes of the connection."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
import uvloop

from hookspan.net.pool import PoolLimits
from hookspan.ports import HttpAnswer, HttpFailure
from tests.support.hostile import OK, Receiver, Talk, answers, head_of, says_and_resets
from tests.support.outbound import Names, delivering, post


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_a_request_stands_on_the_wire_exactly_as_given() -> None:
    headers = [("Content-Type", "application/json"), ("webhook-id", "msg_1"), ("X-50%s", "50% off")]
    async with Receiver(answers(OK)) as target, delivering() as client:
        await client.send(post(target.url("/hook?x=1"), headers=headers, body=b'{"a":1}'))

    assert target.requests == [
        f"POST /hook?x=1 HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n"
        "Content-Type: application/json\r\nwebhook-id: msg_1\r\nX-50%s: 50% off\r\n"
        'Accept-Encoding: identity\r\nContent-Length: 7\r\n\r\n{"a":1}'.encode()
    ]


async def test_an_answer_carries_status_fields_body_and_times() -> None:
    async with (
        Receiver(answers(head_of(202, "X-One: 1", "Content-Length: 2") + b"ok")) as target,
        delivering() as client,
    ):
        answer = await client.send(post(target.url()))

    assert isinstance(answer, HttpAnswer)
    assert (answer.status, answer.body, answer.truncated) == (202, b"ok", False)
    assert answer.headers == [("x-one", "1"), ("content-length", "2")]
    assert answer.timings.connect_ms is not None
    assert answer.timings.wait_ms is not None
    assert (answer.timings.dns_ms, answer.timings.tls_ms) == (None, None)


async def test_a_get_has_no_body_and_no_length() -> None:
    async with Receiver(answers(OK)) as target, delivering() as client:
        await client.send(post(target.url(), method="GET", body=b""))

    assert b"content-length" not in target.requests[0].lower()


async def test_an_empty_post_says_so() -> None:
    async with Receiver(answers(OK)) as target, delivering() as client:
        await client.send(post(target.url(), body=b""))

    assert b"\r\nContent-Length: 0\r\n" in target.requests[0]


async def test_the_callers_accept_encoding_is_not_doubled() -> None:
    async with Receiver(answers(OK)) as target, delivering() as client:
        await client.send(post(target.url(), headers=[("accept-encoding", "identity")]))

    assert target.requests[0].lower().count(b"accept-encoding") == 1


UNSENDABLE = [
    ("X-A", "b\r\nX-Injected: 1"), ("X-A", "b\nc"), ("X-A", "b\x00"), ("X-A", "ü"), ("X A", "b"), ("X-A:", "b"),
    ("X\r\nY", "b"),
    ("Host", "other.example"), ("content-length", "3"), ("Transfer-Encoding", "chunked"), ("Connection", "upgrade"),
    ("Expect", "100-continue"), ("Proxy-Authorization", "Basic eDp5"), ("", "b"),
]  # fmt: skip


@pytest.mark.parametrize("header", UNSENDABLE)
async def test_a_header_that_could_frame_or_split_the_message_is_never_sent(header: tuple[str, str]) -> None:
    async with Receiver(answers(OK)) as target, delivering() as client:
        outcome = await client.send(post(target.url(), headers=[("X-Good", "1"), header]))

    assert isinstance(outcome, HttpFailure)
    assert (outcome.code, outcome.bytes_sent) == ("protocol_error", False)
    assert target.connections == 0


@pytest.mark.parametrize("method", ["CONNECT", "post", "GET /x HTTP/1.1\r\nX: y", ""])
async def test_an_odd_method_is_never_sent(method: str) -> None:
    async with Receiver(answers(OK)) as target, delivering() as client:
        outcome = await client.send(post(target.url(), method=method))

    assert isinstance(outcome, HttpFailure)
    assert outcome.bytes_sent is False


async def test_a_refused_connection_is_told_as_such() -> None:
    async with delivering() as client:
        outcome = await client.send(post(f"http://127.0.0.1:{unused_port()}/"))

    assert isinstance(outcome, HttpFailure)
    assert (outcome.code, outcome.bytes_sent) == ("connect_error", False)


async def test_a_second_address_is_tried_when_the_first_refuses() -> None:
    names = Names(two_example=[["127.0.0.2", "127.0.0.1"]])
    async with Receiver(answers(OK)) as target, delivering(resolver=names) as client:
        outcomes = [await client.send(post(target.url(host="two.example"))) for _ in range(2)]

    assert all(isinstance(outcome, HttpAnswer) for outcome in outcomes)
    assert target.connections == 1


@pytest.mark.parametrize("location", [True, False])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_answer_and_never_followed(status: int, location: bool) -> None:
    async with Receiver(answers(OK)) as elsewhere:
        fields = [f"Location: {elsewhere.url()}"] if location else []
        async with Receiver(answers(head_of(status, *fields, "Content-Length: 0"))) as target, delivering() as client:
            outcome = await client.send(post(target.url()))

    assert isinstance(outcome, HttpAnswer)
    assert outcome.status == status
    assert (len(target.requests), elsewhere.connections) == (1, 0)


async def test_a_cookie_is_not_given_back() -> None:
    async with (
        Receiver(answers(head_of(200, "Set-Cookie: a=b", "Content-Length: 0"))) as target,
        delivering() as client,
    ):
        for _ in range(2):
            await client.send(post(target.url()))

    assert b"cookie" not in target.requests[1].lower()


@pytest.mark.parametrize("status", [200, 204, 304, 400, 404, 410, 429, 500, 503, 999])
async def test_any_status_from_200_up_is_an_answer_that_keeps_the_connection(status: int) -> None:
    said = head_of(status) if status in {204, 304} else head_of(status, "Content-Length: 0")
    async with Receiver(answers(said)) as target, delivering() as client:
        outcomes = [await client.send(post(target.url())) for _ in range(2)]

    assert [outcome.status for outcome in outcomes if isinstance(outcome, HttpAnswer)] == [status, status]
    assert target.connections == 1


ENDED_BY = {
    "HTTP/1.0 with a length": answers(head_of(200, "Content-Length: 2", version="1.0") + b"ok"),
    "HTTP/1.0 until it closes": answers(head_of(200, version="1.0") + b"ok", then_closes=True),
    "HTTP/1.1 until it closes": answers(head_of(200) + b"ok", then_closes=True),
    "connection: close": answers(head_of(200, "Connection: close", "Content-Length: 2") + b"ok"),
    "more bytes than announced": answers(head_of(200, "Content-Length: 2") + b"okay"),
    "a second answer nobody asked for": answers(OK + OK),
    "half a second answer": answers(OK + b"HTTP/1.1 2"),
}


@pytest.mark.parametrize("ending", ENDED_BY)
async def test_after_such_an_answer_the_connection_is_not_used_again(ending: str) -> None:
    async with Receiver(ENDED_BY[ending]) as target, delivering() as client:
        outcomes = [await client.send(post(target.url())) for _ in range(2)]

    assert [
        (answer.status, answer.body, answer.truncated) for answer in outcomes if isinstance(answer, HttpAnswer)
    ] == [
        (200, b"ok", False),
        (200, b"ok", False),
    ]
    assert target.connections == 2


async def test_an_answer_before_the_request_was_taken_counts_but_ends_the_connection() -> None:
    async def hasty(talk: Talk) -> None:
        await talk.says(head_of(413, "Content-Length: 0"))
        await asyncio.Event().wait()

    async with Receiver(hasty) as target, delivering() as client:
        outcomes = [await client.send(post(target.url(), body=b"x" * 20_000_000)) for _ in range(2)]

    assert [outcome.status for outcome in outcomes if isinstance(outcome, HttpAnswer)] == [413, 413]
    assert target.connections == 2


async def test_a_204_with_a_body_is_an_answer_without_one() -> None:
    async with Receiver(answers(head_of(204, "Content-Length: 5") + b"hello")) as target, delivering() as client:
        outcomes = [await client.send(post(target.url())) for _ in range(2)]

    assert [(answer.status, answer.body) for answer in outcomes if isinstance(answer, HttpAnswer)] == [(204, b"")] * 2
    assert target.connections == 2


async def test_the_answer_to_a_head_has_no_body() -> None:
    async with Receiver(answers(head_of(200, "Content-Length: 500"))) as target, delivering() as client:
        outcome = await client.send(post(target.url(), method="HEAD", body=b""))

    assert isinstance(outcome, HttpAnswer)
    assert (outcome.status, outcome.body, outcome.truncated) == (200, b"", False)


async def test_chunks_are_joined_and_trailers_dropped() -> None:
    said = head_of(200, "Transfer-Encoding: chunked") + b"3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n"
    async with Receiver(answers(said)) as target, delivering() as client:
        outcomes = [await client.send(post(target.url())) for _ in range(2)]

    assert [answer.body for answer in outcomes if isinstance(answer, HttpAnswer)] == [b"abcde", b"abcde"]
    assert [answer.headers for answer in outcomes if isinstance(answer, HttpAnswer)] == [
        [("transfer-encoding", "chunked")],
        [("transfer-encoding", "chunked")],
    ]
    assert target.connections == 1


async def test_interim_answers_are_passed_over() -> None:
    async with Receiver(answers(head_of(100) + head_of(103, "Link: x") + OK)) as target, delivering() as client:
        outcome = await client.send(post(target.url()))

    assert isinstance(outcome, HttpAnswer)
    assert (outcome.status, outcome.headers) == (200, [("content-length", "2")])


async def test_an_answer_in_single_bytes_reads_the_same() -> None:
    async def single_bytes(talk: Talk) -> None:
        await talk.hears()
        await talk.drips(head_of(102) + head_of(200, "X-One: 1", "Content-Length: 2") + b"ok", every_s=0.001)

    async with Receiver(single_bytes) as target, delivering() as client:
        outcome = await client.send(post(target.url()))

    assert isinstance(outcome, HttpAnswer)
    assert (outcome.status, outcome.headers, outcome.body) == (200, [("x-one", "1"), ("content-length", "2")], b"ok")


async def test_tenants_never_share_a_connection() -> None:
    async with Receiver(answers(OK)) as target, delivering() as client:
        for tenant_id in ("tenant-a", "tenant-b", "tenant-a", "tenant-b"):
            await client.send(post(target.url(), tenant_id=tenant_id))

    assert len(target.requests) == 4
    assert target.connections == 2


async def test_names_on_one_address_never_share_a_connection() -> None:
    async with Receiver(answers(OK)) as target, delivering() as client:
        for host in ("one.example", "two.example", "one.example"):
            await client.send(post(target.url(host=host)))

    assert target.connections == 2


async def test_a_connection_closed_while_idle_is_not_used() -> None:
    async with (
        Receiver(answers(OK, then_closes=True)) as target,
        Receiver(answers(OK)) as other,
        delivering() as client,
    ):
        await client.send(post(target.url()))
        await target.gone.wait()
        await client.send(post(other.url()))
        outcome = await client.send(post(target.url()))

    assert isinstance(outcome, HttpAnswer)
    assert target.connections == 2


async def test_a_kept_connection_reset_at_the_next_request_is_told_as_reused() -> None:
    async def once(talk: Talk) -> None:
        await talk.hears()
        await talk.says(OK)
        await says_and_resets(b"")(talk)

    async with Receiver(once) as target, delivering() as client:
        await client.send(post(target.url()))
        outcome = await client.send(post(target.url()))

    assert isinstance(outcome, HttpFailure)
    assert (outcome.code, outcome.bytes_sent, outcome.reused) == ("protocol_error", True, True)


@pytest.mark.parametrize("limits", [PoolLimits(life_s=0.0), PoolLimits(max_idle=0)])
async def test_a_connection_past_its_life_or_beyond_the_bound_is_not_kept(limits: PoolLimits) -> None:
    async with Receiver(answers(OK)) as target, delivering(limits=limits) as client:
        for _ in range(2):
            await client.send(post(target.url()))

    assert target.connections == 2


def test_a_warm_connection_lives_five_minutes_and_idles_one_at_most() -> None:
    assert PoolLimits().life_s <= 300
    assert PoolLimits().idle_s <= 60


async def test_a_connection_idle_too_long_is_closed() -> None:
    async with Receiver(answers(OK)) as target, delivering(limits=PoolLimits(idle_s=0.05)) as client:
        await client.send(post(target.url()))
        async with asyncio.timeout(1):
            await target.gone.wait()

    assert target.open == 0


async def test_a_full_pool_closes_what_was_idle_longest() -> None:
    async with Receiver(answers(OK)) as target, delivering(limits=PoolLimits(max_idle=1)) as client:
        for tenant_id in ("tenant-a", "tenant-b", "tenant-b", "tenant-a"):
            await client.send(post(target.url(), tenant_id=tenant_id))

    assert target.connections == 3


async def test_dropping_idle_connections_makes_the_next_request_connect_anew() -> None:
    async with Receiver(answers(OK)) as target, delivering() as client:
        await client.send(post(target.url()))
        client.drop_idle()
        await client.send(post(target.url()))

    assert target.connections == 2


async def stays(talk: Talk) -> None:
    await talk.hears()
    await talk.stays()


async def test_cancelling_a_request_frees_its_socket() -> None:
    async with Receiver(stays) as target, delivering() as client:
        sending = asyncio.create_task(client.send(post(target.url())))
        await target.heard.wait()
        sending.cancel()
        async with asyncio.timeout(1):
            await target.gone.wait()

    assert sending.cancelled()


async def test_closing_the_client_cuts_requests_under_way_and_refuses_new_ones() -> None:
    async with Receiver(stays) as target, delivering() as client:
        sending = asyncio.create_task(client.send(post(target.url())))
        await target.heard.wait()
        await client.close()
        outcomes = [await sending, *[await client.send(post(target.url(host=host))) for host in ("127.0.0.1", "a.b")]]

    assert [outcome.bytes_sent for outcome in outcomes if isinstance(outcome, HttpFailure)] == [True, False, False]


async def test_many_requests_at_once_each_get_their_own_answer() -> None:
    async def echo(talk: Talk) -> None:
        while request := await talk.hears():
            body = request.partition(b"\r\n\r\n")[2]
            await talk.says(head_of(200, f"Content-Length: {len(body)}") + body)

    async with Receiver(echo) as target, delivering() as client:
        bodies = [str(number).encode() for number in range(200)]
        outcomes = await asyncio.gather(*(client.send(post(target.url(), body=body)) for body in bodies))

    assert [outcome.body for outcome in outcomes if isinstance(outcome, HttpAnswer)] == bodies


SAME_ON_UVLOOP: list[Callable[[], Awaitable[None]]] = [
    test_a_request_stands_on_the_wire_exactly_as_given,
    test_a_refused_connection_is_told_as_such,
    test_an_answer_in_single_bytes_reads_the_same,
    test_a_connection_closed_while_idle_is_not_used,
    test_cancelling_a_request_frees_its_socket,
    test_closing_the_client_cuts_requests_under_way_and_refuses_new_ones,
    test_many_requests_at_once_each_get_their_own_answer,
]


@pytest.mark.parametrize("walk", SAME_ON_UVLOOP, ids=lambda walk: walk.__name__.removeprefix("test_"))
def test_the_same_holds_on_uvloop(walk: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await walk()

    uvloop.run(run())
