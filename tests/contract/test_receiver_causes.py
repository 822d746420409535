"""Every way a request may end: what its sender hears and what the log of refused requests says (providers §5, §7)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from hookspan.inbound.answers import Answer
from hookspan.inbound.head import Head
from hookspan.inbound.recording import TEST
from hookspan.inbound.sources import KeptSource
from hookspan.model.hops import hop_header
from hookspan.storage.database import Database
from hookspan.storage.tables import events, webhook_events
from tests.support.gateway import STRANGER, Gateway, said

BODY = b'{"id":"1","type":"made"}'
SECRET = "it is a secret of some length"


@pytest.fixture
async def gateway(database: Database) -> Gateway:
    """On each database."""
    return await Gateway.open(database)


def stamped(now_ms: int, *, secret: str = SECRET) -> list[tuple[bytes, bytes]]:
    """Stripe's signature of the body at a time."""
    stamp = str(now_ms // 1_000).encode()
    signature = hmac.digest(secret.encode(), stamp + b"." + BODY, hashlib.sha256).hex().encode()
    return [(b"stripe-signature", b"t=" + stamp + b",v1=" + signature)]


Sends = Callable[[Gateway], Awaitable[Answer]]


async def _unknown(gateway: Gateway) -> Answer:
    return await gateway.takes("nobody-has-this")


async def _disabled(gateway: Gateway) -> Answer:
    kept = await gateway.source(auth_type="api_key", status="disabled")
    return await gateway.takes(kept.source.path)


async def _method(gateway: Gateway) -> Answer:
    return await gateway.takes((await gateway.source()).source.path, method="DELETE")


async def _ip(gateway: Gateway) -> Answer:
    return await gateway.takes((await gateway.source(allowed_ips=["198.51.100.0/24"])).source.path)


async def _too_large(gateway: Gateway) -> Answer:
    return await gateway.takes((await gateway.source(max_body_bytes=1_024)).source.path, b"a" * 1_025)


async def _declared(gateway: Gateway) -> Answer:
    path = (await gateway.source(max_body_bytes=1_024)).source.path
    return await gateway.takes(path, b"", [(b"content-length", b"1025")])


async def _encoding(gateway: Gateway) -> Answer:
    return await gateway.takes((await gateway.source()).source.path, BODY, [(b"content-encoding", b"gzip")])


async def _content_type(gateway: Gateway) -> Answer:
    path = (await gateway.source(content_types=["application/json"])).source.path
    return await gateway.takes(path, BODY, [(b"content-type", b"text/plain")])


async def _stripe(gateway: Gateway, fields: list[tuple[bytes, bytes]], **members: Any) -> Answer:
    kept = await gateway.source(provider="stripe", **{"secret": SECRET, **members})
    return await gateway.takes(kept.source.path, BODY, fields)


async def _missing(gateway: Gateway) -> Answer:
    return await _stripe(gateway, [])


async def _malformed(gateway: Gateway) -> Answer:
    return await _stripe(gateway, [(b"stripe-signature", b"t=1,v1=zz")])


async def _bad(gateway: Gateway) -> Answer:
    return await _stripe(gateway, stamped(gateway.clock.now_ms(), secret="another"))


async def _stale(gateway: Gateway) -> Answer:
    return await _stripe(gateway, stamped(gateway.clock.now_ms() - 301_000))


async def _future(gateway: Gateway) -> Answer:
    return await _stripe(gateway, stamped(gateway.clock.now_ms() + 301_000))


async def _basic(gateway: Gateway) -> Answer:
    kept = await gateway.source(auth_type="basic")
    return await gateway.takes(kept.source.path, BODY, [(b"authorization", b"Basic " + base64.b64encode(b"a:b"))])


async def _key(gateway: Gateway) -> Answer:
    return await gateway.takes((await gateway.source(auth_type="api_key")).source.path, BODY, [(b"x-api-key", b"no")])


async def _not_configured(gateway: Gateway) -> Answer:
    kept = await gateway.source(provider="asana")
    return await gateway.takes(kept.source.path, BODY, [(b"x-hook-signature", b"00")])


async def _key_unavailable(gateway: Gateway) -> Answer:
    url = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem"
    gateway.provider.answers[url] = (500, b"")
    kept = await gateway.source(provider="sns", secret="arn:aws:sns:eu-west-1:123456789012:orders")
    message = {
        "Type": "Notification",
        "MessageId": "m-1",
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:orders",
        "Message": "hello",
        "Timestamp": "2025-05-21T21:27:10.000Z",
        "SignatureVersion": "2",
        "Signature": base64.b64encode(b"x" * 256).decode(),
        "SigningCertURL": url,
    }
    return await gateway.takes(kept.source.path, json.dumps(message).encode())


async def _invalid_json(gateway: Gateway) -> Answer:
    return await gateway.takes((await gateway.source(require_json=True)).source.path, b"{")


async def _id_conflict(gateway: Gateway) -> Answer:
    path = (await gateway.source()).source.path
    await gateway.takes(path, b"1", [(b"webhook-id", b"m-1")])
    return await gateway.takes(path, b"2", [(b"webhook-id", b"m-1")])


async def _loop(gateway: Gateway) -> Answer:
    path = (await gateway.source()).source.path
    hops = hop_header(b"hops", "m-1", 9).encode()
    return await gateway.takes(path, BODY, [(b"webhook-id", b"m-1"), (b"x-hookspan-hops", hops)])


async def _rate(gateway: Gateway) -> Answer:
    path = (await gateway.source(rate_limit={"count": 1, "periodMs": 10_000})).source.path
    await gateway.takes(path)
    return await gateway.takes(path)


async def _timeout(gateway: Gateway) -> Answer:
    head = Head("POST", (await gateway.source()).source.path, "", [], STRANGER, 0.0)
    return gateway.receiver.timed_out(gateway.receiver.admit(head))


ENDINGS: list[tuple[str, Sends, int, str, dict[str, str]]] = [
    ("unknown_path", _unknown, 404, "not_found", {}),
    ("disabled", _disabled, 404, "not_found", {}),
    ("method", _method, 405, "method_not_allowed", {"Allow": "POST"}),
    ("ip", _ip, 403, "forbidden", {}),
    ("too_large", _too_large, 413, "payload_too_large", {"Connection": "close"}),
    ("too_large", _declared, 413, "payload_too_large", {"Connection": "close"}),
    ("encoding", _encoding, 415, "unsupported_encoding", {}),
    ("content_type", _content_type, 415, "unsupported_media_type", {}),
    ("missing_signature", _missing, 401, "unauthorized", {}),
    ("malformed_signature", _malformed, 401, "unauthorized", {}),
    ("bad_signature", _bad, 401, "unauthorized", {}),
    ("stale_timestamp", _stale, 401, "unauthorized", {}),
    ("future_timestamp", _future, 401, "unauthorized", {}),
    ("basic_failed", _basic, 401, "unauthorized", {"Www-Authenticate": 'Basic realm="hookspan"'}),
    ("key_failed", _key, 401, "unauthorized", {}),
    ("not_configured", _not_configured, 401, "unauthorized", {}),
    ("key_unavailable", _key_unavailable, 503, "unavailable", {"Retry-After": "60"}),
    ("invalid_json", _invalid_json, 400, "invalid_json", {}),
    ("id_conflict", _id_conflict, 409, "id_conflict", {}),
    ("loop", _loop, 508, "loop_detected", {}),
    ("rate_limited", _rate, 429, "rate_limited", {"Retry-After": "10"}),
    ("timeout", _timeout, 408, "timeout", {"Connection": "close"}),
]


@pytest.mark.parametrize(
    ("cause", "sends", "status", "code", "fields"), ENDINGS, ids=[sends.__name__ for _, sends, *_ in ENDINGS]
)
async def test_each_ending_has_one_answer_and_one_cause(
    gateway: Gateway, cause: str, sends: Sends, status: int, code: str, fields: dict[str, str]
) -> None:
    answer = await sends(gateway)

    assert (answer.status, answer.body) == (status, f'{{"error":"{code}"}}'.encode())
    assert (answer.content_type, dict(answer.headers)) == ("application/json", fields)
    (row,) = await gateway.refused()
    assert (row["cause"], row["status"]) == (cause, status)
    assert row["detail"]


async def test_a_reason_of_ours_is_503_for_everybody_and_no_refusal(gateway: Gateway) -> None:
    path = (await gateway.source()).source.path
    gateway.reason = "the disk is full"

    answers = [
        await gateway.takes(path),
        await gateway.takes("nobody-has-this"),
        await gateway.takes(path, method="GET"),
    ]

    assert {(answer.status, answer.body, answer.headers) for answer in answers} == {
        (503, b'{"error":"unavailable"}', (("Retry-After", "5"),))
    }
    assert await gateway.refused() == []


# -- the order of work ----------------------------------------------------------------------------------------------


async def test_what_is_judged_first_is_what_is_heard(gateway: Gateway) -> None:
    kept = await gateway.source(
        auth_type="api_key", allowed_ips=["198.51.100.0/24"], content_types=["application/json"], max_body_bytes=1_024
    )
    hops = (b"x-hookspan-hops", hop_header(b"hops", "", 9).encode())
    coded, text = (b"content-encoding", b"gzip"), (b"content-type", b"text/plain")
    listed = "198.51.100.7"

    answers = [
        await gateway.takes(kept.source.path, b"a" * 2_000, [hops, coded, text], method="GET"),
        await gateway.takes(kept.source.path, b"a" * 2_000, [coded, text], method="GET"),
        await gateway.takes(kept.source.path, b"a" * 2_000, [coded, text]),
        await gateway.takes(kept.source.path, b"a" * 2_000, [coded, text], peer=listed),
        await gateway.takes(kept.source.path, b"a" * 2_000, [text], peer=listed),
        await gateway.takes(kept.source.path, b"a" * 2_000, [(b"content-type", b"application/json")], peer=listed),
        await gateway.takes(kept.source.path, b"{", [(b"content-type", b"application/json")], peer=listed),
    ]

    assert [answer.status for answer in answers] == [508, 405, 403, 415, 415, 413, 401]


async def test_a_handshake_comes_before_the_list_of_addresses(gateway: Gateway) -> None:
    kept = await gateway.source(provider="dropbox", secret=SECRET, allowed_ips=["198.51.100.0/24"])

    asked = await gateway.takes(kept.source.path, b"", method="GET", query="challenge=abc")
    posted = await gateway.takes(kept.source.path)

    assert (asked.status, posted.status) == (200, 403)


# -- uniform refusals -----------------------------------------------------------------------------------------------


async def test_an_owner_may_have_every_refusal_sound_like_an_unknown_path(database: Database) -> None:
    gateway = await Gateway.open(database, uniform_refusals=True)

    heard = [await sends(gateway) for sends in (_unknown, _disabled, _method, _ip, _missing, _bad, _basic, _key)]

    assert {(answer.status, answer.body, answer.headers) for answer in heard} == {(404, b'{"error":"not_found"}', ())}
    assert {"method", "ip", "missing_signature", "bad_signature"} <= set(await gateway.causes())


async def test_uniform_refusals_read_as_much_as_an_unknown_path_does(database: Database) -> None:
    gateway = await Gateway.open(database, uniform_refusals=True)
    path = (await gateway.source(max_body_bytes=1_024)).source.path

    admissions = [
        gateway.receiver.admit(Head("GET", each, "", [], STRANGER, 0.0)) for each in (path, "nobody-has-this")
    ]

    assert [(each.answer, each.max_body_bytes) for each in admissions] == [(None, 1_048_576)] * 2


# -- what acceptance is told with -----------------------------------------------------------------------------------

OWN: dict[str, tuple[int, str, bytes]] = {
    "twilio": (200, "text/xml", b"<Response/>"),
    "adyen": (200, "text/plain", b"[accepted]"),
}


def sample(gateway: Gateway, kept: KeptSource) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The preset's sample."""
    source = gateway.sources.by_path(kept.source.path)
    assert source is not None
    assert source.preset.sample is not None
    fields = [(name.lower().encode(), value.encode()) for name, value in source.preset.sample.headers.items()]
    return source.preset.sample.body.encode(), fields


@pytest.mark.parametrize("provider", OWN)
async def test_a_provider_that_waits_for_its_word_hears_it_also_for_a_repeat(gateway: Gateway, provider: str) -> None:
    kept = await gateway.source(provider=provider, secret="ab" * 32)
    body, fields = sample(gateway, kept)

    first = await gateway.takes_signed(kept, body, fields)
    repeat = await gateway.takes_signed(kept, body, fields)

    status, content_type, word = OWN[provider]
    for answer in (first, repeat):
        assert (answer.status, answer.content_type.partition(";")[0], answer.body) == (status, content_type, word)
    assert len(await gateway.rows(events)) == 1


async def test_teams_hears_a_message(gateway: Gateway) -> None:
    kept = await gateway.source(provider="teams", secret=base64.b64encode(b"k" * 32).decode())
    body, fields = sample(gateway, kept)

    answer = await gateway.takes_signed(kept, body, fields)

    assert (answer.status, said(answer)["type"]) == (200, "message")


async def test_gocardless_hears_498(gateway: Gateway) -> None:
    kept = await gateway.source(provider="gocardless", secret=SECRET)

    answer = await gateway.takes(kept.source.path, BODY, [(b"webhook-signature", b"00" * 32)])

    assert (answer.status, answer.body) == (498, b'{"error":"unauthorized"}')


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"auth_type": "signature"}, 202),
        ({"provider": "github", "secret": SECRET}, 200),
        ({"provider": "linear", "secret": SECRET}, 200),
        ({"provider": "msgraph", "secret": SECRET}, 202),
    ],
)
async def test_a_provider_is_told_200_where_it_asks_for_nothing_else(
    gateway: Gateway, members: dict[str, Any], status: int
) -> None:
    kept = await gateway.source(**members)
    body, fields = (BODY, []) if "auth_type" in members else sample(gateway, kept)

    answer = await gateway.takes_signed(kept, body, fields)

    (receipt,) = await gateway.rows(webhook_events)
    assert (answer.status, receipt["response_status"]) == (status, status)


# -- rehearsal ------------------------------------------------------------------------------------------------------


async def test_a_rehearsal_walks_the_same_way_and_leaves_no_refusal(gateway: Gateway) -> None:
    kept = await gateway.source(auth_type="api_key", allowed_ips=["198.51.100.0/24"])
    source = gateway.sources.by_path(kept.source.path)
    assert source is not None
    assert kept.credential is not None
    key = [(b"x-api-key", kept.credential.text.encode())]

    async def rehearses(*fields: tuple[bytes, bytes], skips: frozenset[Any], body: bytes = BODY) -> Any:
        head = Head("POST", source.path, "", list(fields), STRANGER, 0.0)
        return await gateway.receiver.rehearse(source, head, body, manner=TEST, skips=skips)

    wrong_address = await rehearses(*key, skips=frozenset())
    wrong_key = await rehearses(skips=frozenset({"ip"}))
    too_large = await rehearses(*key, skips=frozenset({"ip"}), body=b"a" * 1_048_577)
    right = await rehearses(*key, skips=frozenset({"ip"}))
    unsigned = await rehearses(skips=frozenset({"ip", "verify"}))

    assert [walked.answer.status for walked in (wrong_address, wrong_key, too_large)] == [403, 401, 413]
    assert [walked.ending.cause for walked in (wrong_address, wrong_key, too_large)] == [
        "ip",
        "key_failed",
        "too_large",
    ]
    assert [walked.answer.status for walked in (right, unsigned)] == [202, 202]
    assert right.outcome.event_id == msgspec.json.decode(right.answer.body)["eventId"]
    assert all(row["test"] for row in await gateway.rows(webhook_events))
    assert await gateway.refused() == []


async def test_a_rehearsal_of_a_disabled_source_hears_what_its_senders_hear(gateway: Gateway) -> None:
    kept = await gateway.source(auth_type="api_key", status="disabled")
    source = gateway.sources.by_path(kept.source.path)
    assert source is not None

    walked = await gateway.receiver.rehearse(
        source, Head("POST", source.path, "", [], STRANGER, 0.0), BODY, manner=TEST, skips=frozenset({"ip", "verify"})
    )

    assert (walked.answer.status, walked.outcome) == (404, None)
    assert await gateway.rows(events) == []
