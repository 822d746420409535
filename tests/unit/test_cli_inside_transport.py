"""Speaking to an application in this process: whole answers, endless ones, none at all (contracts D.1)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import httpx2
import pytest

from hookspan.client.inside import App, InsideTransport, Message, Receive, Send

HEAD: Message = {"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"1"), (b"x-a", b"2")]}


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    with asyncio.Runner() as runner:
        made = runner.get_loop()
        thread = threading.Thread(target=made.run_forever, daemon=True)
        thread.start()
        yield made
        made.call_soon_threadsafe(made.stop)
        thread.join()


def client(app: App, loop: asyncio.AbstractEventLoop) -> httpx2.Client:
    return httpx2.Client(transport=InsideTransport(app, loop), base_url="http://inside", timeout=0.5)


async def echo(scope: Message, receive: Receive, send: Send) -> None:
    asked = await receive()
    await send(HEAD)
    told = b"%s %s?%s " % (scope["method"].encode(), scope["raw_path"], scope["query_string"])
    await send({"type": "http.response.body", "body": told, "more_body": True})
    await send({"type": "http.response.body", "body": asked["body"]})


async def silent(scope: Message, receive: Receive, send: Send) -> None:
    await asyncio.Event().wait()


async def endless(scope: Message, receive: Receive, send: Send) -> None:
    await receive()
    await send(HEAD)
    for number in range(1_000_000):
        await send({"type": "http.response.body", "body": b"%d\n" % number, "more_body": True})
        await asyncio.sleep(0)


async def broken(scope: Message, receive: Receive, send: Send) -> None:
    raise RuntimeError("no answer")


def test_a_request_arrives_whole_and_its_answer_comes_back_whole(loop: asyncio.AbstractEventLoop) -> None:
    with client(echo, loop) as asking:
        answer = asking.post("/a%2Fb", params={"c": "d"}, content=b"\x00body")

    assert answer.content == b"POST /a%2Fb?c=d \x00body"
    assert answer.headers.get_list("x-a") == ["1", "2"]


def test_an_endless_answer_is_read_part_by_part(loop: asyncio.AbstractEventLoop) -> None:
    with client(endless, loop) as asking, asking.stream("GET", "/") as answer:
        lines = answer.iter_lines()

        read = [next(lines) for _ in range(3)]

    assert read == ["0", "1", "2"]


def test_an_application_that_does_not_answer_is_a_timeout(loop: asyncio.AbstractEventLoop) -> None:
    with client(silent, loop) as asking, pytest.raises(httpx2.ReadTimeout):
        asking.get("/")


def test_an_application_that_breaks_is_no_answer(loop: asyncio.AbstractEventLoop) -> None:
    with client(broken, loop) as asking, pytest.raises(httpx2.RemoteProtocolError):
        asking.get("/")
