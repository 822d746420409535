"""The HTTP client against a real socket: what it repeats, what it never repeats, how it tells of a refusal (G.4)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hookspan.client import (
    ApiError,
    Client,
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    Seams,
    Unauthorized,
    Unavailable,
    Unreachable,
    ValidationFailed,
)

Reply = tuple[int, dict[str, str], bytes]
GOOD: Reply = (200, {}, b'{"id":"1"}')


@dataclass
class FarSide:
    """A server that answers from a script; None in it closes the connection without an answer."""

    url: str
    script: list[Reply | None] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def far_side() -> Iterator[FarSide]:
    class Scripted(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            side.requests.append((self.command, self.path, headers, body))
            reply = side.script.pop(0)
            if reply is None:
                self.close_connection = True
                return
            status, fields, content = reply
            self.send_response(status)
            for name, value in {**fields, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = answer

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Scripted) as server:
        side = FarSide(f"http://127.0.0.1:{server.server_address[1]}")
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield side
        server.shutdown()


def patient(url: str, waits: list[float], token: str | None = None) -> Client:
    return Client(url, token, timeout=5.0, seams=Seams(sleep=waits.append))


def scripted(far_side: FarSide, *replies: Reply | None) -> None:
    far_side.script.extend(replies)


def keys_of(far_side: FarSide) -> Sequence[str | None]:
    return [headers.get("idempotency-key") for _, _, headers, _ in far_side.requests]


def test_a_publish_is_repeated_with_the_same_idempotency_key(far_side: FarSide) -> None:
    scripted(far_side, (503, {}, b""), (502, {}, b""), GOOD)
    waits: list[float] = []

    with patient(far_side.url, waits) as client:
        made = client.request("POST", "/api/v1/events", json={"type": "a.b"}).document()

    assert made.text("id") == "1"
    assert len(set(keys_of(far_side))) == 1
    assert keys_of(far_side)[0]
    assert waits == [0.2, 0.4]


def test_two_publishes_carry_two_keys(far_side: FarSide) -> None:
    scripted(far_side, GOOD, GOOD)

    with Client(far_side.url) as client:
        client.request("POST", "/api/v1/events", json={"type": "a.b"})
        client.request("POST", "/api/v1/events", json={"type": "a.b"})

    assert len(set(keys_of(far_side))) == 2


def test_it_waits_as_long_as_the_server_asks(far_side: FarSide) -> None:
    scripted(far_side, (429, {"Retry-After": "3"}, b""), GOOD)
    waits: list[float] = []

    with patient(far_side.url, waits) as client:
        client.request("GET", "/api/v1/events")

    assert waits == [3.0]


def test_it_does_not_wait_longer_than_its_own_patience(far_side: FarSide) -> None:
    scripted(far_side, (429, {"Retry-After": "3600"}, b'{"code":"rate_limited","detail":"too many"}'))

    with patient(far_side.url, []) as client, pytest.raises(RateLimited) as caught:
        client.request("GET", "/api/v1/events")

    assert caught.value.retry_after_s == 3600


def test_it_gives_up_after_two_more_tries(far_side: FarSide) -> None:
    scripted(far_side, *[(503, {}, b"")] * 3)

    with patient(far_side.url, []) as client, pytest.raises(Unavailable):
        client.request("GET", "/api/v1/events")

    assert len(far_side.requests) == 3


def test_a_broken_connection_is_tried_again(far_side: FarSide) -> None:
    scripted(far_side, None, GOOD)

    with patient(far_side.url, []) as client:
        client.request("POST", "/api/v1/events", json={"type": "a"})

    assert len(far_side.requests) == 2


def test_a_post_that_no_key_protects_is_not_repeated_once_the_server_may_have_seen_it(far_side: FarSide) -> None:
    scripted(far_side, None)

    with patient(far_side.url, []) as client, pytest.raises(Unreachable):
        client.request("POST", "/api/webhooks", json={})

    assert len(far_side.requests) == 1


def test_nobody_listening_is_unreachable() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        with patient(f"http://127.0.0.1:{bound.getsockname()[1]}", []) as client, pytest.raises(Unreachable):
            client.request("GET", "/api/v1/events")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ValidationFailed),
        (401, Unauthorized),
        (403, Forbidden),
        (404, NotFound),
        (409, Conflict),
        (410, NotFound),
        (412, ValidationFailed),
        (422, ValidationFailed),
        (500, ApiError),
    ],
)
def test_a_refusal_has_its_own_class(far_side: FarSide, status: int, kind: type[ApiError]) -> None:
    body = (
        b'{"title":"T","status":1,"code":"c","detail":"d","requestId":"r1","errors":[{"pointer":"/url","detail":"x"}]}'
    )
    scripted(far_side, (status, {}, body))

    with patient(far_side.url, []) as client, pytest.raises(kind) as caught:
        client.request("GET", "/api/v1/events/1")

    refused = caught.value
    assert type(refused) is kind
    assert (refused.status, refused.code, refused.detail, refused.title) == (status, "c", "d", "T")
    assert refused.request_id == "r1"
    assert refused.errors[0]["pointer"] == "/url"
    assert refused.document == body


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"message":"Webhook not found"}', "Webhook not found"),
        (b'{"error":"e"}', "e"),
        (b"<html>", "the server answered 404"),
    ],
)
def test_every_door_s_error_shape_is_read(far_side: FarSide, body: bytes, detail: str) -> None:
    scripted(far_side, (404, {}, body))

    with Client(far_side.url) as client, pytest.raises(NotFound) as caught:
        client.request("GET", "/api/webhooks/1")

    assert caught.value.detail == detail


def test_published_data_reaches_the_server_byte_for_byte(far_side: FarSide) -> None:
    scripted(far_side, GOOD)

    with Client(far_side.url) as client:
        client.events.publish("invoice.paid", b'{ "total": 10.50,\n "n": 12345678901234567890 }', subject="inv_1")

    assert b'"data":{ "total": 10.50,\n "n": 12345678901234567890 }' in far_side.requests[0][3]


def test_the_token_is_sent_as_bearer(far_side: FarSide) -> None:
    scripted(far_side, GOOD)

    with Client(far_side.url, "hsk_x") as client:
        client.request("GET", "/api/v1/events")

    assert far_side.requests[0][2]["authorization"] == "Bearer hsk_x"


def test_a_list_goes_on_to_its_last_page(far_side: FarSide) -> None:
    scripted(
        far_side,
        (200, {}, b'{"data":[{"id":"1"},{"id":"2"}],"hasMore":true,"nextCursor":"c1"}'),
        (200, {}, b'{"data":[{"id":"3"}],"hasMore":false,"nextCursor":null}'),
    )

    with Client(far_side.url) as client:
        ids = [row.text("id") for row in client.events.list(status=["a", "b"])]

    assert ids == ["1", "2", "3"]
    assert far_side.requests[0][1] == "/api/v1/events?status=a&status=b&limit=250"
    assert far_side.requests[1][1].endswith("&cursor=c1")


def test_a_limited_list_asks_for_no_more_than_it_shows(far_side: FarSide) -> None:
    scripted(far_side, (200, {}, b'{"data":[{"id":"1"},{"id":"2"}],"nextCursor":"c1"}'))

    with Client(far_side.url) as client:
        ids = [row.text("id") for row in client.events.list(2)]

    assert ids == ["1", "2"]
    assert far_side.requests[0][1] == "/api/v1/events?limit=2"


def test_sources_page_by_offset(far_side: FarSide) -> None:
    scripted(
        far_side,
        (200, {}, b'{"data":[{"id":"1"},{"id":"2"}],"total":3,"limit":2,"offset":0}'),
        (200, {}, b'{"data":[{"id":"3"}],"total":3,"limit":2,"offset":2}'),
    )

    with Client(far_side.url) as client:
        ids = [row.text("id") for row in client.sources.list()]

    assert ids == ["1", "2", "3"]
    assert far_side.requests[1][1].endswith("offset=2")


def test_an_id_with_a_slash_stays_one_segment(far_side: FarSide) -> None:
    scripted(far_side, GOOD)

    with Client(far_side.url) as client:
        client.events.get("../keys?x")

    assert far_side.requests[0][1] == "/api/v1/events/..%2Fkeys%3Fx"


def test_another_program_at_the_address_is_named_as_such(far_side: FarSide) -> None:
    scripted(far_side, (200, {}, b"<html>hello</html>"))

    with Client(far_side.url) as client, pytest.raises(ApiError, match="another program"):
        client.events.get("1")
