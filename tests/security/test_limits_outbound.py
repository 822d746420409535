"""A hostile far side: it costs one attempt, bounded memory and no more time than the deadline (security S37, S38)."""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hookspan.ports import HttpAnswer, HttpFailure
from tests.support.hostile import (
    OK,
    Behaviour,
    Receiver,
    Talk,
    answers,
    drips,
    floods,
    head_of,
    says_and_resets,
    says_and_stays,
)
from tests.support.outbound import delivering, post

SHORT_MS = 300
SLACK_MS = 500


async def accepts_and_stays(talk: Talk) -> None:
    await talk.stays()


async def sent_to(behaviour: Behaviour, *, read_limit: int = 65_536, body: bytes = b"{}") -> HttpAnswer | HttpFailure:
    """What one request with a short deadline comes to; fails if a cut socket is not freed."""
    async with Receiver(behaviour) as target, delivering() as client:
        outcome = await client.send(post(target.url(), timeout_ms=SHORT_MS, read_limit=read_limit, body=body))
        if isinstance(outcome, HttpFailure) or outcome.truncated:
            async with asyncio.timeout(1):
                await target.gone.wait()
    assert outcome.duration_ms < SHORT_MS + SLACK_MS
    return outcome


HANGS = {
    "accepts, then is silent": accepts_and_stays,
    "drips its head": drips(b"HTTP/1.1 200 OK\r\nX-A: b\r\n\r\n", every_s=0.05),
    "stops in its status line": says_and_stays(b"HTTP/1.1 200"),
    "stops after an interim answer": says_and_stays(b"HTTP/1.1 102 Processing\r\n\r\n"),
    "stops before the final status line ends": says_and_stays(b"HTTP/1.1 102 P\r\n\r\nHTTP/1.1 200 OK"),
}


@pytest.mark.parametrize("hang", HANGS)
async def test_without_a_status_line_the_deadline_ends_the_attempt(hang: str) -> None:
    outcome = await sent_to(HANGS[hang])

    assert isinstance(outcome, HttpFailure)
    assert (outcome.code, outcome.bytes_sent) == ("timeout", True)
    assert outcome.duration_ms >= SHORT_MS


async def test_a_far_side_that_never_reads_is_cut_at_the_deadline() -> None:
    async def never_reads(_talk: Talk) -> None:
        await asyncio.Event().wait()

    async with Receiver(never_reads) as target, delivering() as client:
        outcome = await client.send(post(target.url(), timeout_ms=SHORT_MS, body=b"x" * 20_000_000))

    assert isinstance(outcome, HttpFailure)
    assert outcome.code == "timeout"
    assert outcome.duration_ms < SHORT_MS + SLACK_MS


async def test_a_far_side_that_answers_no_handshake_is_given_up_within_the_deadline() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(2)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        async with delivering() as client:
            outcome = await client.send(post(f"http://127.0.0.1:{full.getsockname()[1]}/", timeout_ms=SHORT_MS))
        for each in waiting:
            each.close()

    assert isinstance(outcome, HttpFailure)
    assert (outcome.code, outcome.bytes_sent) == ("connect_error", False)
    assert SHORT_MS - 50 <= outcome.duration_ms < SHORT_MS + SLACK_MS


async def test_a_reset_amid_the_request_is_a_failed_attempt() -> None:
    async def resets_at_once(talk: Talk) -> None:
        talk.resets()

    outcome = await sent_to(resets_at_once, body=b"x" * 20_000_000)

    assert isinstance(outcome, HttpFailure)
    assert outcome.code == "protocol_error"


SLOW_BODIES = {
    "hangs after its head": says_and_stays(head_of(200, "Content-Length: 5")),
    "drips its body": drips(b"x" * 1_000, at_once=head_of(200, "Content-Length: 1000"), every_s=0.05),
    "drips chunks": drips(b"1\r\nx\r\n" * 100, at_once=head_of(200, "Transfer-Encoding: chunked"), every_s=0.01),
    "sends less than it announced": says_and_stays(head_of(200, "Content-Length: 50") + b"short"),
    "stops amid its header fields": says_and_stays(b"HTTP/1.1 200 OK\r\nX-A: b\r\nX-B"),
}


@pytest.mark.parametrize("slow", SLOW_BODIES)
async def test_a_status_line_before_the_deadline_decides_whatever_follows(slow: str) -> None:
    outcome = await sent_to(SLOW_BODIES[slow])

    assert isinstance(outcome, HttpAnswer)
    assert (outcome.status, outcome.truncated) == (200, True)


BROKEN_BODIES = {
    "resets after its head": says_and_resets(head_of(200, "Content-Length: 5")),
    "has a bad chunk size": answers(head_of(200, "Transfer-Encoding: chunked") + b"zz\r\n"),
    "closes before the announced length": answers(head_of(200, "Content-Length: 50") + b"short", then_closes=True),
}


@pytest.mark.parametrize("broken", BROKEN_BODIES)
async def test_a_broken_body_does_not_undo_the_answer(broken: str) -> None:
    outcome = await sent_to(BROKEN_BODIES[broken])

    assert isinstance(outcome, HttpAnswer)
    assert (outcome.status, outcome.truncated) == (200, True)


BROKEN_HEADS = {
    "is no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "has a line of 9 kB": head_of(200, f"X-Long: {'v' * 9_000}", "Content-Length: 0"),
    "has a line of 30 kB": head_of(200, f"X-Long: {'v' * 30_000}", "Content-Length: 0"),
    "has 40 kB of fields": head_of(200, *(f"X-{n}: {'v' * 1_000}" for n in range(40)), "Content-Length: 0"),
    "has an endless line": b"HTTP/1.1 200 OK\r\nX-Long: " + b"v" * 100_000,
    "has 65 fields": head_of(200, *(f"X-{n}: v" for n in range(65))),
    "has two lengths": head_of(200, "Content-Length: 1", "Content-Length: 2") + b"x",
    "has length and chunks": head_of(200, "Content-Length: 1", "Transfer-Encoding: chunked") + b"0\r\n\r\n",
    "has a folded field": b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
    "has bare line feeds": b"HTTP/1.1 200 OK\nContent-Length: 0\n\n",
    "has a NUL": head_of(200, "A: b\x00c"),
    "floods interim answers": head_of(103, "Link: x") * 9 + OK,
    "floods interim answers for ever": head_of(102) * 2_000,
    "switches protocols": head_of(101, "Upgrade: x", "Connection: upgrade"),
    "has a status of two digits": b"HTTP/1.1 20 OK\r\n\r\n",
    "has a status below 100": b"HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n",
    "is preceded by empty lines without end": b"\r\n" * 20_000,
}


@pytest.mark.parametrize("broken", BROKEN_HEADS)
async def test_a_head_that_breaks_grammar_or_limits_is_a_failed_attempt(broken: str) -> None:
    outcome = await sent_to(says_and_stays(BROKEN_HEADS[broken]))

    assert isinstance(outcome, HttpFailure)
    assert (outcome.code, outcome.bytes_sent) == ("protocol_error", True)


async def test_eight_interim_answers_and_64_fields_are_still_taken() -> None:
    head = head_of(200, *(f"X-{n}: v" for n in range(63)), "Content-Length: 0")

    outcome = await sent_to(answers(head_of(100) * 8 + head))

    assert isinstance(outcome, HttpAnswer)
    assert len(outcome.headers) == 64


BEFORE_AN_ANSWER = {
    "resets": says_and_resets(b""),
    "closes": answers(b"", then_closes=True),
    "closes within its status line": answers(b"HTTP/1.1 20", then_closes=True),
}


@pytest.mark.parametrize("ending", BEFORE_AN_ANSWER)
async def test_a_connection_that_ends_before_an_answer_fails_after_sending(ending: str) -> None:
    outcome = await sent_to(BEFORE_AN_ANSWER[ending])

    assert isinstance(outcome, HttpFailure)
    assert (outcome.code, outcome.bytes_sent, outcome.reused) == ("protocol_error", True, False)


def resident_bytes() -> int:
    match = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert match
    return int(match[1]) * 1_024


GIANTS = {
    "50 MB": floods(head_of(200, "Content-Length: 50000000"), b"x" * 50_000, 1_000),
    "50 MB until it closes": floods(head_of(200), b"x" * 50_000, 1_000),
    "50 MB in chunks": floods(head_of(200, "Transfer-Encoding: chunked"), b"C350\r\n" + b"x" * 50_000 + b"\r\n", 1_000),
    "a chunk size with an endless extension": floods(
        head_of(200, "Transfer-Encoding: chunked") + b"5;x=", b"y" * 50_000, 1_000
    ),
    "endless trailers": floods(
        head_of(200, "Transfer-Encoding: chunked") + b"1\r\nx\r\n0\r\n", b"X-T: " + b"v" * 50_000 + b"\r\n", 1_000
    ),
}


@pytest.mark.parametrize("giant", GIANTS)
async def test_of_a_giant_answer_64_kib_are_read_and_the_line_is_cut(giant: str) -> None:
    before = resident_bytes()

    async with Receiver(GIANTS[giant]) as target, delivering() as client:
        outcome = await client.send(post(target.url()))
        async with asyncio.timeout(1):
            await target.gone.wait()

    assert isinstance(outcome, HttpAnswer)
    assert (outcome.status, outcome.truncated) == (200, True)
    assert len(outcome.body) <= 65_536
    assert target.bytes_said < 25_000_000
    assert resident_bytes() - before < 20 * 1_048_576


async def test_a_compressed_bomb_stays_compressed() -> None:
    bomb = gzip.compress(b"\x00" * 32_000_000)
    answer = head_of(200, "Content-Encoding: gzip", f"Content-Length: {len(bomb)}") + bomb
    tracemalloc.start()

    outcome = await sent_to(answers(answer))

    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(outcome, HttpAnswer)
    assert outcome.body == bomb
    assert peak_bytes < 5_000_000


@pytest.mark.parametrize(("read_limit", "body"), [(5, b"hello"), (4, b"hell"), (0, b"")])
async def test_the_read_limit_is_exact(read_limit: int, body: bytes) -> None:
    outcome = await sent_to(answers(head_of(200, "Content-Length: 5") + b"hello"), read_limit=read_limit)

    assert isinstance(outcome, HttpAnswer)
    assert (outcome.body, outcome.truncated) == (body, read_limit < 5)


async def test_many_hanging_far_sides_leave_the_others_unharmed() -> None:
    async with Receiver(accepts_and_stays) as silent, Receiver(answers(OK)) as quick, delivering() as client:
        hanging = [asyncio.create_task(client.send(post(silent.url(), timeout_ms=400))) for _ in range(50)]
        outcome = await client.send(post(quick.url()))
        stuck = await asyncio.gather(*hanging)

    assert isinstance(outcome, HttpAnswer)
    assert outcome.duration_ms < 400
    assert {answer.code for answer in stuck if isinstance(answer, HttpFailure)} == {"timeout"}
    assert silent.open == 0


PIECES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.0 500 Oops\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 204 No\r\n\r\n",
        b"Content-Length: 3\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Connection: close\r\n",
        b"\r\n",
        b"3\r\nabc\r\n",
        b"0\r\n\r\n",
        b"abc",
    ]
)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES | st.binary(max_size=8), max_size=7))
@example([b"HTTP/1.1 200 OK\r\n", b"Content-Length: 3\r\n", b"\r\n", b"abc", b"HTTP/1.1 200 OK\r\n"])
def test_whatever_bytes_come_back_the_client_answers_or_fails(pieces: list[bytes]) -> None:
    async def talk() -> HttpAnswer | HttpFailure:
        async with Receiver(answers(b"".join(pieces), then_closes=True)) as target, delivering() as client:
            return await client.send(post(target.url(), timeout_ms=SHORT_MS))

    outcome = asyncio.run(talk())

    assert isinstance(outcome, HttpAnswer | HttpFailure)
    assert isinstance(outcome, HttpFailure) or 200 <= outcome.status <= 999
