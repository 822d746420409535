"""Handshakes answer who asks rightly, mirror nothing, keep one secret once, and call nobody but the provider (S7)."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from hookspan.inbound.answers import Answer
from hookspan.inbound.sources import KeptSource
from hookspan.storage.database import Database
from hookspan.storage.tables import events
from tests.support.clock import START_MS
from tests.support.gateway import Gateway, said

SECRET = "a secret of the provider's own making"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
async def gateway(database: Database) -> Gateway:
    """On each database."""
    return await Gateway.open(database)


async def of(gateway: Gateway, provider: str, **members: Any) -> KeptSource:
    """A source of a provider."""
    return await gateway.source(provider=provider, **{"secret": SECRET, **members})


def is_inert(answer: Answer) -> bool:
    """Whether a browser shows the body as the text it is; nosniff stands on every answer of the protocol."""
    return answer.content_type.startswith("text/plain")


# -- before verification ------------------------------------------------------------------------------------------


async def test_meta_gets_its_challenge_for_the_right_token_alone(gateway: Gateway) -> None:
    kept = await of(gateway, "meta", handshake={"verifyToken": "pa55"})

    async def asks(token: str) -> Answer:
        query = f"hub.mode=subscribe&hub.verify_token={token}&hub.challenge=1158201444"
        return await gateway.takes(kept.source.path, b"", method="GET", query=query)

    right, wrong, none = await asks("pa55"), await asks("pass"), await asks("")

    assert (right.status, right.body, is_inert(right)) == (200, b"1158201444", True)
    assert [(answer.status, answer.body) for answer in (wrong, none)] == [(403, b'{"error":"forbidden"}')] * 2
    assert await gateway.causes() == ["handshake", "key_failed", "key_failed"]
    assert await gateway.rows(events) == []


ECHOES = {
    "dropbox": ("GET", "challenge={}"),
    "nylas": ("GET", "challenge={}"),
    "msgraph": ("POST", "validationToken={}"),
}


@pytest.mark.parametrize("provider", ECHOES)
async def test_a_challenge_in_the_query_comes_back_as_plain_text(gateway: Gateway, provider: str) -> None:
    kept = await of(gateway, provider)
    method, query = ECHOES[provider]

    plain = await gateway.takes(kept.source.path, b"", method=method, query=query.format("a%20b%3A1"))
    script = await gateway.takes(kept.source.path, b"", method=method, query=query.format(SCRIPT))

    assert (plain.status, plain.body) == (200, b"a b:1")
    assert (script.body, is_inert(script)) == (SCRIPT.encode(), True)
    assert await gateway.causes() == ["handshake", "handshake"]
    assert await gateway.rows(events) == []


@pytest.mark.parametrize("provider", ECHOES)
@pytest.mark.parametrize("challenge", ["a" * 257, "", "a%0d%0aSet-Cookie:x", "%00", "1&{0}=2"])
async def test_what_is_long_or_odd_is_not_mirrored(gateway: Gateway, provider: str, challenge: str) -> None:
    kept = await of(gateway, provider)
    method, query = ECHOES[provider]
    name = query.partition("=")[0]

    answer = await gateway.takes(kept.source.path, b"", method=method, query=query.format(challenge.format(name)))

    assert answer.status in (401, 405)
    assert b"a" * 257 not in answer.body


async def test_the_longest_echo_is_256_bytes(gateway: Gateway) -> None:
    kept = await of(gateway, "dropbox")

    answer = await gateway.takes(kept.source.path, b"", method="GET", query="challenge=" + "a" * 256)

    assert answer.body == b"a" * 256


async def test_okta_gets_its_header_as_json(gateway: Gateway) -> None:
    kept = await of(gateway, "okta")
    header = (b"x-okta-verification-challenge", b'"><script>')

    answer = await gateway.takes(kept.source.path, b"", [header], method="GET")

    assert (answer.status, answer.content_type, said(answer)) == (
        200,
        "application/json",
        {"verification": '"><script>'},
    )


@pytest.mark.parametrize("provider", ["trello", "mandrill", "intercom"])
@pytest.mark.parametrize("method", ["HEAD", "GET"])
async def test_a_probe_is_answered_and_opens_no_other_method(gateway: Gateway, provider: str, method: str) -> None:
    kept = await of(gateway, provider)

    probe = await gateway.takes(kept.source.path, b"", method=method)
    other = await gateway.takes(kept.source.path, b"", method="PUT")

    assert (probe.status, probe.body, other.status) == (200, b"", 405)
    assert dict(other.headers)["Allow"] == "POST"
    assert await gateway.rows(events) == []


async def test_a_get_that_is_no_handshake_is_refused_as_ever(gateway: Gateway) -> None:
    kept = await of(gateway, "meta", handshake={"verifyToken": "pa55"})

    answer = await gateway.takes(kept.source.path, b"", method="GET", query="hub.mode=unsubscribe")

    assert (answer.status, dict(answer.headers)["Allow"]) == (405, "POST")


async def test_nobody_without_the_handshake_answers_a_probe(gateway: Gateway) -> None:
    kept = await of(gateway, "github")

    statuses = [
        (await gateway.takes(kept.source.path, b"", method=method, query="challenge=1&validationToken=1")).status
        for method in ("GET", "HEAD", "OPTIONS", "POST")
    ]

    assert statuses == [405, 405, 405, 401]


async def test_cloud_events_ask_for_leave_and_only_listed_origins_get_it(gateway: Gateway) -> None:
    kept = await of(gateway, "eventgrid", handshake={"origins": ["eventgrid.azure.net"]})

    async def asks(*origins: bytes) -> Answer:
        fields = [(b"webhook-request-origin", origin) for origin in origins]
        return await gateway.takes(kept.source.path, b"", fields, method="OPTIONS")

    listed, other, double = (
        await asks(b"eventgrid.azure.net"),
        await asks(b"evil.example"),
        await asks(b"eventgrid.azure.net", b"evil.example"),
    )

    assert (listed.status, dict(listed.headers)) == (
        200,
        {"WebHook-Allowed-Origin": "eventgrid.azure.net", "WebHook-Allowed-Rate": "120", "Allow": "POST"},
    )
    assert (other.status, double.status) == (405, 405)


async def test_an_unsigned_first_ping_is_answered_and_nothing_else_unsigned(gateway: Gateway) -> None:
    kept = await of(gateway, "woocommerce")
    form = [(b"content-type", b"application/x-www-form-urlencoded")]

    ping = await gateway.takes(kept.source.path, b"webhook_id=12", form)
    others = [
        await gateway.takes(kept.source.path, body, form)
        for body in (b"webhook_id=12&a=1", b"webhook_id=x", b"webhook_id=", b"id=12", b'{"webhook_id":12}')
    ]
    signed_wrong = await gateway.takes(
        kept.source.path, b"webhook_id=12", [*form, (b"x-wc-webhook-signature", b"aa==")]
    )

    assert (ping.status, ping.body) == (200, b"")
    assert {answer.status for answer in (*others, signed_wrong)} == {401}
    assert await gateway.rows(events) == []


# -- after verification -------------------------------------------------------------------------------------------


async def test_slack_gets_its_challenge_only_for_a_signature(gateway: Gateway) -> None:
    kept = await of(gateway, "slack")
    body = json.dumps({"type": "url_verification", "challenge": SCRIPT}).encode()

    signed = await gateway.takes_signed(kept, body)
    bare = await gateway.takes(kept.source.path, body)
    long = await gateway.takes_signed(kept, json.dumps({"type": "url_verification", "challenge": "a" * 257}).encode())

    assert (signed.status, signed.body, is_inert(signed)) == (200, SCRIPT.encode(), True)
    assert (bare.status, SCRIPT.encode() in bare.body) == (401, False)
    assert b"aaaa" not in long.body
    assert {row["cause"]: row["body_prefix"] is None for row in await gateway.refused()} == {
        "handshake": True,
        "missing_signature": False,
    }


async def test_zoom_gets_its_token_sealed_with_the_secret(gateway: Gateway) -> None:
    kept = await of(gateway, "zoom")
    body = b'{"event":"endpoint.url_validation","payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"}}'

    answer = await gateway.takes_signed(kept, body)

    sealed = hmac.digest(SECRET.encode(), b"qgg8vlvZRS6UYooatFL8Aw", hashlib.sha256).hex()
    assert said(answer) == {"plainToken": "qgg8vlvZRS6UYooatFL8Aw", "encryptedToken": sealed}
    assert await gateway.rows(events) == []


async def test_twitch_gets_its_challenge_and_a_revocation_is_an_event(gateway: Gateway) -> None:
    kept = await of(gateway, "twitch")

    async def sends(kind: bytes, identity: bytes) -> Answer:
        body = b'{"challenge":"pogchamp","subscription":{"type":"stream.online"}}'
        names = (b"twitch-eventsub-message-type", kind), (b"twitch-eventsub-message-id", identity)
        return await gateway.takes_signed(kept, body, list(names))

    asked, revoked = await sends(b"webhook_callback_verification", b"m-1"), await sends(b"revocation", b"m-2")

    assert (asked.status, asked.body, is_inert(asked)) == (200, b"pogchamp", True)
    assert (revoked.status, len(await gateway.rows(events))) == (200, 1)


@pytest.mark.parametrize(
    ("body", "status", "heard"),
    [
        (b'{"type":1}', 200, b'{"type":1}'),
        (b'{"type":0,"application_id":"1"}', 204, b""),
    ],
)
async def test_discord_hears_its_ping_back(gateway: Gateway, body: bytes, status: int, heard: bytes) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    kept = await of(gateway, "discord", secret=public.hex())
    stamp = str(START_MS // 1_000).encode()

    def fields(signature: bytes) -> list[tuple[bytes, bytes]]:
        return [(b"x-signature-ed25519", signature.hex().encode()), (b"x-signature-timestamp", stamp)]

    right = await gateway.takes(kept.source.path, body, fields(key.sign(stamp + body)))
    wrong = await gateway.takes(kept.source.path, body, fields(key.sign(stamp + body + b" ")))

    assert (right.status, right.body, wrong.status) == (status, heard, 401)
    assert await gateway.rows(events) == []


async def test_event_grid_gets_its_code_for_the_secret(gateway: Gateway) -> None:
    kept = await of(gateway, "eventgrid")
    kind = "Microsoft.EventGrid.SubscriptionValidationEvent"
    body = json.dumps([{"id": "1", "eventType": kind, "data": {"validationCode": "512d38b6"}}]).encode()

    right = await gateway.takes_signed(kept, body)
    wrong = await gateway.takes_signed(kept, body, secret=b"another secret that nobody has")

    assert said(right) == {"validationResponse": "512d38b6"}
    assert wrong.status == 401


# -- a secret that comes by handshake -----------------------------------------------------------------------------


async def asana_brings(gateway: Gateway, path: str, secret: bytes) -> Answer:
    """The first POST of Asana."""
    return await gateway.takes(path, b"{}", [(b"x-hook-secret", secret)])


async def test_asana_hands_its_secret_over_once(gateway: Gateway) -> None:
    kept = await gateway.source(provider="asana")
    before = await gateway.takes_signed(kept, b'{"events":[]}', secret=b"first-secret-of-asana")

    first = await asana_brings(gateway, kept.source.path, b"first-secret-of-asana")
    second = await asana_brings(gateway, kept.source.path, b"second-secret-of-mallory")
    signed = await gateway.takes_signed(kept, b'{"events":[{"action":"changed"}]}')
    forged = await gateway.takes_signed(kept, b'{"events":[]}', secret=b"second-secret-of-mallory")

    assert before.status == 401
    assert (first.status, dict(first.headers)) == (200, {"X-Hook-Secret": "first-secret-of-asana"})
    assert (second.status, second.headers) == (401, ())
    assert (signed.status, forged.status) == (200, 401)


async def test_notion_hands_its_token_over_once(gateway: Gateway) -> None:
    kept = await gateway.source(provider="notion")

    first = await gateway.takes(
        kept.source.path, b'{"verification_token":"secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl"}'
    )
    second = await gateway.takes(kept.source.path, b'{"verification_token":"secret_of_somebody_else"}')
    signed = await gateway.takes_signed(kept, b'{"id":"1","type":"page.created"}')

    assert [answer.status for answer in (first, second, signed)] == [200, 401, 200]


async def test_nobody_waits_for_a_secret_longer_than_a_quarter_of_an_hour(gateway: Gateway) -> None:
    kept = await gateway.source(provider="asana")
    gateway.clock.advance(seconds=901)

    late = await asana_brings(gateway, kept.source.path, b"first-secret-of-asana")

    assert late.status == 401


async def test_a_secret_that_came_stands_in_no_log(gateway: Gateway) -> None:
    asana, notion = await gateway.source(provider="asana"), await gateway.source(provider="notion")

    await asana_brings(gateway, asana.source.path, b"first-secret-of-asana")
    await gateway.takes(notion.source.path, b'{"verification_token":"first-secret-of-notion"}')

    kept = str(await gateway.refused())
    assert "handshake" in kept
    assert "first-secret" not in kept


@pytest.mark.parametrize("secret", [b"", b"a b", b"a" * 257, b"\xe9"])
async def test_an_odd_secret_is_no_secret(gateway: Gateway, secret: bytes) -> None:
    kept = await gateway.source(provider="asana")

    answer = await asana_brings(gateway, kept.source.path, secret)

    assert answer.status == 401
