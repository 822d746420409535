"""Giant, slow and endless requests meet a limit, are told so, and cost nobody else anything (S3)."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from hookspan.events.interest import Interest
from tests.support.instance import Instance, running
from tests.support.raw_http import Wire, chunked, get, parsed, post, status_of
from tests.support.server import serving

JSON = "Content-Type: application/json"


@pytest.fixture
async def instance(tmp_path: Path) -> AsyncIterator[Instance]:
    """A whole instance behind a socket, with short timers."""
    async with running(tmp_path) as started:
        yield started


@pytest.fixture
async def path(instance: Instance) -> str:
    """The path of a source that asks for no proof and takes 1 KiB."""
    kept = await instance.source(auth_type="none", max_body_bytes=1_024)
    return f"/api/v1/webhooks/{kept.source.path}"


# -- heads ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "status"), [(8_192, 404), (8_193, 414), (60_000, 414)])
async def test_a_request_line_has_at_most_8_kib(instance: Instance, size: int, status: int) -> None:
    target = "/api/v1/webhooks/" + "a" * (size - len("/api/v1/webhooks/"))

    said = await instance.ask(get(target, "Connection: close"))

    assert status_of(said) == status


@pytest.mark.parametrize(("size", "status"), [(8_190, 200), (8_191, 431), (35_000, 431)])
async def test_a_field_has_at_most_8_kib(instance: Instance, size: int, status: int) -> None:
    said = await instance.ask(get("/livez", "Connection: close", "XX: " + "a" * size))

    assert status_of(said) == status


@pytest.mark.parametrize(("number", "status"), [(62, 200), (63, 431)])
async def test_a_head_has_at_most_64_fields(instance: Instance, number: int, status: int) -> None:
    said = await instance.ask(get("/livez", "Connection: close", *(f"X-{each}: 1" for each in range(number))))

    assert status_of(said) == status


@pytest.mark.parametrize(("number", "status"), [(4, 200), (5, 431)])
async def test_a_head_has_at_most_32_kib(instance: Instance, number: int, status: int) -> None:
    fields = (f"X-{each}: " + "a" * 8_000 for each in range(number))

    said = await instance.ask(get("/livez", "Connection: close", *fields))

    assert status_of(said) == status


async def test_trailers_are_bounded_like_fields(instance: Instance, path: str) -> None:
    said = await instance.ask(chunked(path, b"{}", trailers=tuple(f"X-{each}: {'a' * 4_000}" for each in range(20))))

    assert status_of(said) == 431


# -- bodies -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "status"), [(1_024, 202), (1_025, 413)])
async def test_the_receiver_takes_a_body_up_to_the_limit_of_its_source(
    instance: Instance, path: str, size: int, status: int
) -> None:
    declared = await instance.ask(post(path, b"a" * size, "Connection: close"))
    streamed = await instance.ask(
        chunked(path, *[b"a" * 100] * (size // 100), b"a" * (size % 100), fields=("Connection: close",))
    )

    assert (status_of(declared), status_of(streamed)) == (status, status)


async def test_a_declared_length_over_the_limit_is_refused_before_the_body(instance: Instance, path: str) -> None:
    async with instance.wire() as wire:
        await wire.says(post(path, b"", "Expect: 100-continue", length=2_000))

        answer = await wire.hears()

    assert answer.status == 413
    assert answer.body == b'{"error":"payload_too_large"}'


async def test_a_sender_that_says_everything_first_still_sees_the_413(instance: Instance, path: str) -> None:
    said = await instance.ask(post(path, b"a" * 60_000))

    head, _, body = said.partition(b"\r\n\r\n")
    assert parsed(head).fields["connection"] == "close"
    assert (status_of(said), body) == (413, b'{"error":"payload_too_large"}')


@pytest.mark.parametrize("fields", [(), ("Connection: close",)])
async def test_a_publisher_and_a_manager_see_their_413_too(instance: Instance, fields: tuple[str, ...]) -> None:
    instance.limited(drain_bytes=1_048_576)
    token = f"Authorization: Bearer {instance.token}"

    published = await instance.ask(post("/api/v1/events", b" " * 2_400_000, token, JSON, *fields))
    managed = await instance.ask(post("/api/v1/endpoints", b" " * 1_200_000, token, JSON, *fields))

    assert (status_of(published), status_of(managed)) == (413, 413)


async def test_a_body_without_end_is_cut_after_the_drain(instance: Instance, path: str) -> None:
    async with instance.wire() as wire:
        await wire.says(post(path, b"", length=2**40))

        said = await _pour(wire, b"a" * 65_536, times=100)

    assert status_of(said) == 413


async def test_more_bytes_than_declared_are_not_part_of_the_body(instance: Instance, path: str) -> None:
    said = await instance.ask(post(path, b"{}" + b"a" * 100, length=2))

    assert status_of(said) == 202


async def test_a_compressed_body_is_refused_at_every_door(instance: Instance, path: str) -> None:
    token = f"Authorization: Bearer {instance.token}"
    coded = ("Content-Encoding: gzip", JSON, "Connection: close", token)

    answers = [await instance.ask(post(door, b"{}", *coded)) for door in (path, "/api/v1/events", "/api/v1/endpoints")]

    assert [status_of(said) for said in answers] == [415, 415, 415]


async def test_bodies_under_way_are_bounded_together(instance: Instance) -> None:
    kept = await instance.source(name="large", auth_type="none")
    large = f"/api/v1/webhooks/{kept.source.path}"
    instance.limited(held_bytes_most=100_000)
    async with instance.wire() as first:
        await first.says(post(large, b"a" * 90_000, length=90_001))

        said = await instance.ask(post(large, b"a" * 20_000))
        await first.says(b"a")
        answer = await first.hears()

    assert status_of(said) == 503
    assert b"retry-after: 1" in said.lower()
    assert answer.status == 202
    assert status_of(await instance.ask(post(large, b"a" * 90_000, "Connection: close"))) == 202


# -- time -------------------------------------------------------------------------------------------------------------


async def test_a_head_that_does_not_come_is_cut(instance: Instance) -> None:
    said = await instance.ask(b"GET /livez HTTP/1.1\r\nHost: a\r\n")

    assert said == b""


async def test_a_head_that_drips_is_cut(instance: Instance) -> None:
    async with instance.wire() as wire:
        said = await asyncio.wait_for(_drip(wire, get("/livez", "X-A: " + "a" * 500), pause_s=0.02), 3)

    assert said == b""


async def test_a_body_that_stalls_is_told_so(instance: Instance, path: str) -> None:
    said = await instance.ask(post(path, b"abc", length=100))

    assert status_of(said) == 408
    assert said.endswith(b'{"error":"timeout"}')


async def test_a_body_that_drips_is_told_so(instance: Instance, path: str) -> None:
    async with instance.wire() as wire:
        await wire.says(post(path, b"", length=1_000))
        said = await asyncio.wait_for(_drip(wire, b"a" * 1_000, pause_s=0.02), 3)

    assert status_of(said) == 408


async def test_a_stalled_body_of_a_management_route_is_told_so_too(instance: Instance) -> None:
    token = f"Authorization: Bearer {instance.token}"

    said = await instance.ask(post("/api/v1/endpoints", b"{", token, JSON, length=100))

    assert status_of(said) == 408


async def test_silence_is_cut(instance: Instance) -> None:
    async with instance.wire() as wire:
        assert await wire.is_closed()


async def test_a_connection_is_used_again_for_hot_and_other_routes_and_then_closed_when_idle(
    instance: Instance, path: str
) -> None:
    async with instance.wire() as wire:
        statuses = []
        for request in (post(path, b"{}"), get("/livez"), post(path, b"[]"), get("/nowhere"), get("/livez")):
            await wire.says(request)
            statuses.append((await wire.hears()).status)

        is_closed = await wire.is_closed()

    assert statuses == [202, 200, 202, 404, 200]
    assert is_closed


async def test_a_body_that_outlives_its_answer_does_not_keep_the_connection_busy(instance: Instance) -> None:
    async with instance.wire() as wire:
        await wire.says(post("/api/v1/endpoints", b"", JSON, length=60_000))
        refused = await wire.hears()
        await wire.says(b"a" * 50_000)
        await instance.ask(get("/livez", "Connection: close"))
        await wire.says(b"a" * 10_000 + get("/livez"))
        answer = await wire.hears()

    assert (refused.status, answer.status) == (401, 200)


async def test_a_client_that_expects_to_continue_is_told_to(instance: Instance, path: str) -> None:
    async with instance.wire() as wire:
        await wire.says(post(path, b"", "Expect: 100-continue", length=2))
        interim = await wire.hears()
        await wire.says(b"{}")

        answer = await wire.hears()

    assert (interim.status, answer.status) == (100, 202)


async def test_a_request_whose_sender_hung_up_is_still_stored(instance: Instance, path: str) -> None:
    listener = instance.application.feed.open(Interest(instance.tenant_id))
    heard = asyncio.ensure_future(listener.next())
    await asyncio.sleep(0)
    async with instance.wire() as wire:
        await wire.says(post(path, b"{}"))

        wire.hangs_up()

    frame = await asyncio.wait_for(heard, 3)
    assert frame["type"] == "webhook.processed"


async def test_hundreds_of_slow_senders_do_not_slow_a_health_check(instance: Instance) -> None:
    instance.limited(head_seconds=60)
    spent = []
    async with AsyncExitStack() as stack:
        for _ in range(400):
            wire = await stack.enter_async_context(instance.wire())
            await wire.says(b"POST /api/v1/webhooks/x HTTP/1.1\r\nHost: a\r\n")

        for _ in range(5):
            begun = time.monotonic()
            said = await instance.ask(get("/livez", "Connection: close"))
            spent.append(time.monotonic() - begun)

    assert status_of(said) == 200
    assert min(spent) < 0.2


# -- a process of its own ---------------------------------------------------------------------------------------------


async def test_two_hundred_megabytes_of_headers_leave_no_trace_in_memory(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        port, pid = int(server.child.target.url.rpartition(":")[2]), server.child.process.pid
        await _one(port, get("/livez", "Connection: close"))
        before = _resident_bytes(pid)

        head = b"GET / HTTP/1.1\r\nHost: a\r\n"
        for opening, more in ((head, b"X-A: 1\r\n" * 8_000), (head + b"X: ", b"a" * 65_536), (b"GET /", b"a" * 65_536)):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(opening)
            said = await _pour(Wire(reader, writer), more, times=1_000)
            writer.transport.abort()
            assert status_of(said) in (None, 414, 431, 400)

        assert _resident_bytes(pid) - before < 5 * 1_048_576


async def test_a_stop_does_not_wait_for_a_sender_that_stalls(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        port = int(server.child.target.url.rpartition(":")[2])
        stalled = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        for (_, writer), said in zip(
            stalled,
            (post("/api/v1/webhooks/x", b"a", length=10), post("/api/webhooks", b"a", length=10), b"GET"),
            strict=True,
        ):
            writer.write(said)
            await writer.drain()
        await _one(port, get("/livez", "Connection: close"))
        begun = time.monotonic()

        os.kill(server.child.process.pid, signal.SIGTERM)
        code = await asyncio.to_thread(server.child.process.wait, 20)

    assert code == 0
    assert time.monotonic() - begun < 10
    for _, writer in stalled:
        writer.transport.abort()


async def _one(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    said = await reader.read()
    writer.transport.abort()
    return said


async def _pour(wire: Wire, said: bytes, *, times: int) -> bytes:
    """Say something again and again until the far side has answered and closed."""
    hearing = asyncio.ensure_future(wire.hears_all())
    for _ in range(times):
        await wire.says(said)
        if hearing.done():
            break
    return await hearing


async def _drip(wire: Wire, said: bytes, *, pause_s: float) -> bytes:
    """One byte at a time until the far side has had enough; what it said."""
    hearing = asyncio.ensure_future(wire.hears_all())
    for byte in said:
        await wire.says(bytes([byte]))
        done, _ = await asyncio.wait([hearing], timeout=pause_s)
        if done:
            break
    return await hearing


def _resident_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1_024
