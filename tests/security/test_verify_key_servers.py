"""Keys that live at a provider: fetched from its own host only, once, bounded, and never believed unseen (S2, S14)."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from hookspan.inbound.key_servers import KEPT_MS, UNKNOWN_MS, UNREACHED_MS, KeyServers, KeyUnavailable
from hookspan.inbound.providers import preset
from hookspan.inbound.verify import KeyNeeded, Refused, Verified, Verifier
from hookspan.model.urls import UrlRules
from tests.support.inbound import NOW_MS, request
from tests.support.key_deliveries import GOOD, PLAID, SECRETS, clock_at, host, outcome, paypal, plaid, settled, sns
from tests.support.key_servers import (
    UNREACHED,
    KeyHost,
    certificate,
    curve_key,
    plaid_answer,
    rsa_key,
)
from tests.support.outbound import delivering, loopback_names


@pytest.mark.parametrize("name", GOOD)
async def test_a_good_delivery_holds_after_one_fetch_and_the_next_one_without(name: str) -> None:
    far = host()
    keys = KeyServers(far, clock_at())

    first, second = await settled(name, GOOD[name](), keys), await settled(name, GOOD[name](), keys)

    assert isinstance(first, Verified)
    assert first == second
    assert (first.key_index, first.timestamp_ms) == (0, NOW_MS)
    assert len(far.asked) == 1


@pytest.mark.parametrize("name", GOOD)
async def test_a_changed_body_fails(name: str) -> None:
    sent = GOOD[name]()

    changed = replace(sent, body=sent.body.replace(b"Hello", b"Hallo").replace(b"WH", b"HW").replace(b"ITEM", b"ITEN"))

    assert await outcome(name, changed) == "bad_signature"


@pytest.mark.parametrize("name", GOOD)
async def test_a_stale_and_a_future_time_fail_and_the_bounds_pass(name: str) -> None:
    at = preset(name).record.time
    assert at is not None

    for seconds, expected in (
        (at.past, "Verified"),
        (at.past + 1, "stale_timestamp"),
        (-at.future, "Verified"),
        (-at.future - 1, "future_timestamp"),
    ):
        assert await outcome(name, GOOD[name](), now_ms=NOW_MS + seconds * 1_000) == expected


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("secret", [b"", b"another", b"client-1:"])
async def test_another_secret_or_none_fails(name: str, secret: bytes) -> None:
    answer = await settled(name, GOOD[name](), KeyServers(host(), clock_at()), secrets=(secret, b""))

    assert isinstance(answer, Refused)
    assert answer.cause in ("bad_signature", "not_configured")


async def test_a_rotated_secret_holds_beside_the_old_one() -> None:
    keys = KeyServers(host(), clock_at())

    for name in ("sns", "paypal"):
        answer = await settled(name, GOOD[name](), keys, secrets=(b"another", SECRETS[name]))
        assert isinstance(answer, Verified)
        assert answer.key_index == 1


STRANGE_URLS = [
    "https://evil.example/SimpleNotificationService-f3ec.pem",
    "https://sns.us-west-2.amazonaws.com.evil.example/SimpleNotificationService-f3ec.pem",
    "http://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ec.pem",
    "https://sns.us-west-2.amazonaws.com:8443/SimpleNotificationService-f3ec.pem",
    "https://sns.us-west-2.amazonaws.com@evil.example/SimpleNotificationService-f3ec.pem",
    "https://sns.us-west-2.amazonaws.com/evil.pem",
    "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ec.pem?x=1",
    "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ec.pem\n",
    "https://mybucket.s3.amazonaws.com/SimpleNotificationService-f3ec.pem",
    "https://127.0.0.1/v1/notifications/certs/CERT-1",
    "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
    "https://evilpaypal.com/v1/notifications/certs/CERT-1",
    "https://api.paypal.com/v1/notifications/certs/../../../evil",
    "https://api.paypal.com/redirect?to=evil",
    "https://api.paypal.com\\@evil.example/v1/notifications/certs/CERT-1",
    "",
]


@pytest.mark.parametrize("url", STRANGE_URLS)
@pytest.mark.parametrize("name", ["sns", "paypal"])
async def test_a_certificate_elsewhere_is_never_fetched(name: str, url: str) -> None:
    far = host()
    sent = sns(url=url) if name == "sns" else paypal(url=url)

    answer = await settled(name, sent, KeyServers(far, clock_at()))

    assert isinstance(answer, Refused)
    assert answer.cause in ("malformed_signature", "missing_signature")
    assert far.asked == []


CERTIFICATES: dict[str, bytes] = {
    "another key's": certificate(rsa_key(number=1)),
    "expired": certificate(rsa_key(), from_days=-30, to_days=-1),
    "not valid yet": certificate(rsa_key(), from_days=1),
    "of a short key": certificate(rsa_key(1_024)),
    "no certificate": b"<html>not found</html>",
    "empty": b"",
}


@pytest.mark.parametrize("case", CERTIFICATES)
@pytest.mark.parametrize("name", ["sns", "paypal"])
async def test_a_certificate_that_does_not_hold_refuses(name: str, case: str) -> None:
    far = KeyHost()
    far.answer = lambda _: (200, CERTIFICATES[case])

    assert await outcome(name, GOOD[name](), at=far) == "bad_signature"


@pytest.mark.parametrize("case", ["another key", "expired", "no key", "symmetric", "empty"])
async def test_a_key_of_plaid_that_does_not_hold_refuses(case: str) -> None:
    answers = {
        "another key": plaid_answer(curve_key(1)),
        "expired": plaid_answer(curve_key(0), expired_at=1),
        "no key": b'{"error_code":"INVALID"}',
        "symmetric": b'{"key":{"kty":"oct","k":"c2VjcmV0","alg":"HS256"}}',
        "empty": b"",
    }
    far = KeyHost()
    far.answer = lambda _: (200, answers[case])

    assert await outcome("plaid", plaid(), at=far) == "bad_signature"


async def test_plaid_is_asked_with_the_credentials_of_the_source_and_apart_for_each() -> None:
    far = host()
    keys = KeyServers(far, clock_at())

    for secret in (PLAID, PLAID, b"client-2:other"):
        assert isinstance(await settled("plaid", plaid(), keys, secrets=(secret,)), Verified)

    bodies = [json.loads(asked.body) for asked in far.asked]
    assert bodies == [
        {"client_id": "client-1", "secret": "plaid-secret", "key_id": "k1"},
        {"client_id": "client-2", "secret": "other", "key_id": "k1"},
    ]
    assert {asked.method for asked in far.asked} == {"POST"}


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        pytest.param(UNREACHED, "KeyUnavailable", id="not reached"),
        pytest.param((500, b""), "KeyUnavailable", id="broken"),
        pytest.param((429, b""), "KeyUnavailable", id="busy"),
        pytest.param((302, b""), "KeyUnavailable", id="elsewhere"),
        pytest.param((200, b"x" * 70_000), "KeyUnavailable", id="endless"),
        pytest.param((404, b""), "bad_signature", id="unknown"),
        pytest.param((400, b""), "bad_signature", id="not asked well"),
    ],
)
@pytest.mark.parametrize("name", GOOD)
async def test_a_server_that_is_away_is_no_refusal_and_one_that_knows_no_such_key_is(
    name: str, reply: object, expected: str
) -> None:
    far = KeyHost()
    far.answer = lambda _: reply  # type: ignore[return-value,assignment]

    assert await outcome(name, GOOD[name](), at=far) == expected


async def test_a_flood_of_one_unknown_key_is_one_fetch() -> None:
    far = KeyHost()
    far.gate.clear()
    keys = KeyServers(far, clock_at())
    flood = [asyncio.create_task(settled("plaid", plaid(kid="nobody"), keys)) for _ in range(50)]
    await asyncio.sleep(0)

    far.gate.set()
    answers = await asyncio.gather(*flood)
    late = await settled("plaid", plaid(kid="nobody"), keys)

    assert {type(answer) for answer in (*answers, late)} == {Refused}
    assert len(far.asked) == 1


async def test_a_flood_of_many_unknown_keys_is_ten_fetches_a_minute_and_spares_other_sources() -> None:
    far = KeyHost()
    clock = clock_at()
    keys = KeyServers(far, clock)

    flooded = [await settled("plaid", plaid(kid=f"k{number}"), keys) for number in range(100)]
    elsewhere = await settled("plaid", replace(plaid(kid="other"), path="/api/v1/webhooks/other"), keys)

    assert [type(answer) for answer in flooded] == [Refused] * 10 + [KeyUnavailable] * 90
    assert isinstance(elsewhere, Refused)
    assert len(far.asked) == 11
    clock.advance(seconds=60)
    await settled("plaid", plaid(kid="k77"), keys)
    assert len(far.asked) == 12


async def test_what_is_known_is_asked_for_again_when_its_time_is_over() -> None:
    clock = clock_at()
    for reply, kept_ms in (
        ((200, plaid_answer(curve_key(0))), KEPT_MS),
        ((404, b""), UNKNOWN_MS),
        (UNREACHED, UNREACHED_MS),
    ):
        far = KeyHost()
        far.answer = lambda _, reply=reply: reply
        keys = KeyServers(far, clock)
        await settled("plaid", plaid(), keys)

        clock.advance(seconds=kept_ms / 1_000 - 1)
        await settled("plaid", plaid(), keys)
        assert len(far.asked) == 1
        clock.advance(seconds=1)
        await settled("plaid", plaid(), keys)
        assert len(far.asked) == 2


async def test_a_sender_that_hangs_up_does_not_end_the_look_up_for_the_others() -> None:
    far = host()
    far.gate.clear()
    keys = KeyServers(far, clock_at())
    first, second = (asyncio.create_task(settled("plaid", plaid(), keys)) for _ in range(2))
    await asyncio.sleep(0)

    first.cancel()
    far.gate.set()

    assert isinstance(await second, Verified)
    assert len(far.asked) == 1


async def test_closing_ends_what_is_under_way() -> None:
    far = host()
    far.gate.clear()
    keys = KeyServers(far, clock_at())
    waiting = asyncio.create_task(settled("plaid", plaid(), keys))
    await asyncio.sleep(0)

    await keys.close()

    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_preset_that_needs_no_key_is_settled_without_any_fetch() -> None:
    far = host()
    verifier = Verifier.from_record(preset("github").record)

    answer = await KeyServers(far, clock_at()).settled(verifier, request(), [b"x"], NOW_MS)

    assert isinstance(answer, Refused)
    assert far.asked == []


def test_without_the_way_out_a_verdict_is_never_a_pass() -> None:
    verdict = Verifier.from_record(preset("plaid").record).check(plaid(), [PLAID], NOW_MS)

    assert isinstance(verdict, KeyNeeded)


@pytest.mark.parametrize("name", GOOD)
async def test_a_key_server_whose_name_leads_inside_is_never_reached(name: str) -> None:
    async with delivering(UrlRules(), resolver=loopback_names) as client:
        answer = await settled(name, GOOD[name](), KeyServers(client, clock_at()))

    assert isinstance(answer, KeyUnavailable)
