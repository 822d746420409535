"""Requests that two parsers could read differently are refused, on a raw socket (S10)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from hookspan.api.framing import is_plain_path
from hookspan.storage.tables import events
from tests.support.instance import Instance, running
from tests.support.raw_http import chunked, get, parsed, post, status_of

BODY = b"0\r\n\r\n"


def raw(*lines: bytes, body: bytes = b"", version: bytes = b"1.1") -> bytes:
    """A request to /livez with exactly these lines after the first."""
    return b"POST /livez HTTP/" + version + b"\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


SHAPES = {
    "no Host": b"GET /livez HTTP/1.1\r\n\r\n",
    "two Hosts": b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "two equal Hosts": b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
    "a Host of two names": b"GET /livez HTTP/1.1\r\nHost: a, b\r\n\r\n",
    "a Host with a user": b"GET /livez HTTP/1.1\r\nHost: a@b\r\n\r\n",
    "absolute form": b"GET http://hooks.test/livez HTTP/1.1\r\nHost: hooks.test\r\n\r\n",
    "authority form": b"CONNECT hooks.test:443 HTTP/1.1\r\nHost: hooks.test\r\n\r\n",
    "a path that is an authority": get("//evil.test/livez"),
    "length and coding": post("/livez", b"0\r\n\r\n", "Transfer-Encoding: chunked"),
    "coding and length": raw(b"Host: a", b"Transfer-Encoding: chunked", b"Content-Length: 5", body=BODY),
    "coding in HTTP/1.0": raw(b"Transfer-Encoding: chunked", body=BODY, version=b"1.0"),
    "a coding of no name": raw(b"Host: a", b"Transfer-Encoding: xchunked", body=BODY),
    "two codings": raw(b"Host: a", b"Transfer-Encoding: gzip, chunked", body=BODY),
    "the coding twice": raw(b"Host: a", b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=BODY),
    "two lengths": post("/livez", b"ab", "Content-Length: 3"),
    "two equal lengths": post("/livez", b"ab", "Content-Length: 2"),
    "a signed length": raw(b"Host: a", b"Content-Length: +2", body=b"ab"),
    "a list of lengths": raw(b"Host: a", b"Content-Length: 2, 2", body=b"ab"),
    "a blank before the colon": b"GET /livez HTTP/1.1\r\nHost : a\r\n\r\n",
    "a folded line": b"GET /livez HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n  2\r\n\r\n",
    "a bare line feed": b"GET /livez HTTP/1.1\r\nHost: a\nX-A: 1\r\n\r\n",
    "a NUL in a value": b"GET /livez HTTP/1.1\r\nHost: a\r\nX-A: 1\x002\r\n\r\n",
    "a chunk size of no number": raw(b"Host: a", b"Transfer-Encoding: chunked", body=b"0x2\r\nab\r\n" + BODY),
    "a chunk longer than its size": raw(b"Host: a", b"Transfer-Encoding: chunked", body=b"1\r\nab\r\n" + BODY),
    "dots in the path": get("/a/../livez"),
    "encoded dots in the path": get("/a/%2e%2E/livez"),
    "an encoded slash": get("/api%2Fhealth"),
    "an encoded backslash": get("/a%5clivez"),
    "a backslash": get("/a\\livez"),
    "an encoded NUL": get("/livez%00"),
    "a path that is not ASCII": get("/livez\xe9"),
    "HTTP/2 in clear": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a version of no name": get("/livez", version="2.0"),
    "no request at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
}


@pytest.fixture
async def instance(tmp_path: Path) -> AsyncIterator[Instance]:
    """A whole instance behind a socket."""
    async with running(tmp_path) as started:
        yield started


@pytest.mark.parametrize("shape", SHAPES)
async def test_an_ambiguous_request_is_refused_and_the_connection_closed(instance: Instance, shape: str) -> None:
    said = await instance.ask(SHAPES[shape])

    assert status_of(said) == 400
    assert said.count(b"HTTP/1.1 ") == 1
    assert b"connection: close\r\n" in said


@pytest.mark.parametrize("shape", SHAPES)
async def test_the_hot_routes_refuse_the_same_and_store_nothing(instance: Instance, shape: str) -> None:
    kept = await instance.source(auth_type="none")
    target = f"/api/v1/webhooks/{kept.source.path}".encode()
    request = SHAPES[shape].replace(b"/livez ", target + b" ").replace(b"GET ", b"POST ")

    said = await instance.ask(request)

    assert status_of(said) == 400
    stored = await instance.application.database.read(
        lambda connection: connection.execute(select(func.count()).where(events.c.origin != "system")).scalar_one()
    )
    assert stored == 0


async def test_a_trailer_is_no_header(instance: Instance) -> None:
    kept = await instance.source(auth_type="api_key")
    assert kept.credential is not None
    path = f"/api/v1/webhooks/{kept.source.path}"

    said = await instance.ask(chunked(path, b"{}", trailers=(f"X-API-Key: {kept.credential.text}",)))

    assert status_of(said) == 401


async def test_what_is_pipelined_behind_a_hot_request_waits_for_a_connection_of_its_own(instance: Instance) -> None:
    kept = await instance.source(auth_type="none")
    path = f"/api/v1/webhooks/{kept.source.path}"

    said = await instance.ask(post(path, b'{"n":1}') + post(path, b'{"n":2}'))

    head, _, rest = said.partition(b"\r\n\r\n")
    answer = parsed(head)
    assert (answer.status, answer.fields["connection"]) == (202, "close")
    assert rest.count(b"HTTP/1.1") == 0


async def test_nonsense_behind_a_request_does_not_cost_it_its_answer(instance: Instance) -> None:
    kept = await instance.source(auth_type="none")

    said = await instance.ask(post(f"/api/v1/webhooks/{kept.source.path}", b"{}") + b"\x00nonsense\r\n\r\n")

    assert status_of(said) == 202
    assert said.count(b"HTTP/1.1 ") == 1


async def test_a_request_that_offers_an_upgrade_is_answered_as_it_is(instance: Instance) -> None:
    kept = await instance.source(auth_type="none")
    offer = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__")

    hot = await instance.ask(post(f"/api/v1/webhooks/{kept.source.path}", b"{}", *offer))
    other = await instance.ask(get("/livez", *offer))

    assert (status_of(hot), status_of(other)) == (202, 200)


@pytest.mark.parametrize("path", ["/", "/a", "/a.b/c", "/..a/b..", "/a%20b", "/~a/%E4", "/.well-known/x"])
def test_a_plain_path_has_one_meaning(path: str) -> None:
    assert is_plain_path(path.encode())
