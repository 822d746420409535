"""What only the plugins do: PayPal's headers, the lines of SNS, Plaid's tokens, Contentful's canonical request (S2)."""

from __future__ import annotations

import hmac
import json
from dataclasses import replace

import pytest

from hookspan.inbound.providers import preset
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.verify import Refused, Verifier
from tests.support.inbound import NOW_MS, SECRET, request, with_header, without_header
from tests.support.key_deliveries import host, outcome, paypal, sns


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("kind", ["SubscriptionConfirmation", "UnsubscribeConfirmation"])
async def test_a_confirmation_of_sns_covers_its_token_and_url(version: str, kind: str) -> None:
    sent = sns(version=version, Type=kind, Token="t-1", SubscribeURL="https://sns.us-west-2.amazonaws.com/?Action=x")

    swapped = replace(sent, body=sent.body.replace(b"Action=x", b"Action=y"))

    assert await outcome("sns", sent) == "Verified"
    assert await outcome("sns", swapped) == "bad_signature"


async def test_another_topic_is_refused_although_sns_signed_it() -> None:
    far = host()

    assert await outcome("sns", sns(topic=b"arn:aws:sns:us-west-2:666:Evil"), at=far) == "bad_signature"
    assert far.asked == []


@pytest.mark.parametrize(
    "member", ["Signature", "SignatureVersion", "SigningCertURL", "Timestamp", "TopicArn", "Message"]
)
async def test_an_sns_message_without_a_member_is_missing_something(member: str) -> None:
    message = json.loads(sns().body)
    del message[member]

    assert await outcome("sns", request(json.dumps(message).encode())) == "missing_signature"


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"TopicArn": 1}'])
async def test_what_is_no_sns_message_is_refused(body: bytes) -> None:
    assert await outcome("sns", request(body)) in ("malformed_signature", "missing_signature")


@pytest.mark.parametrize(
    "header",
    [
        "PAYPAL-TRANSMISSION-ID",
        "PAYPAL-TRANSMISSION-TIME",
        "PAYPAL-TRANSMISSION-SIG",
        "PAYPAL-CERT-URL",
        "PAYPAL-AUTH-ALGO",
    ],
)
async def test_a_header_of_paypal_that_is_missing_or_changed_fails(header: str) -> None:
    assert await outcome("paypal", without_header(paypal(), header)) == "missing_signature"
    assert await outcome("paypal", with_header(paypal(), header, b"x")) in ("bad_signature", "malformed_signature")


async def test_paypal_cannot_be_talked_into_a_weaker_algorithm() -> None:
    assert await outcome("paypal", paypal(algorithm="SHA1withRSA")) == "malformed_signature"


@pytest.mark.parametrize("token", ["", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "[" * 5_000])
async def test_what_is_no_token_of_plaid_is_refused_without_a_fetch(token: str) -> None:
    far = host()

    assert await outcome("plaid", request(b"{}", [("Plaid-Verification", token)]), at=far) in (
        "malformed_signature",
        "missing_signature",
    )
    assert far.asked == []


def contentful(path: str = "/in", query: str = "", **headers: str) -> InboundRequest:
    """As Contentful's toolkit signs: method, path with the escaped query, named headers, body."""
    names = [*headers, "x-contentful-signed-headers", "x-contentful-timestamp"]
    fields = {**headers, "x-contentful-signed-headers": ",".join(names), "x-contentful-timestamp": str(NOW_MS)}
    lines = ";".join(f"{name.lower()}:{fields[name].strip()}" for name in sorted(fields))
    signed_path = f"{path}?{query.replace('=', '%253D').replace('&', '%2526')}" if query else path
    text = f"POST\n{signed_path}\n{lines}\n{{}}".encode()
    fields["x-contentful-signature"] = hmac.digest(SECRET, text, "sha256").hex()
    return replace(request(b"{}", fields.items(), query=query), path=path)


def judged(sent: InboundRequest) -> str:
    answer = Verifier.from_record(preset("contentful").record).check(sent, [SECRET], NOW_MS)
    return answer.cause if isinstance(answer, Refused) else "passes"


def test_contentful_signs_method_path_query_named_headers_and_body() -> None:
    sent = contentful(query="a=1&b=2", **{"x-contentful-topic": "Entry.publish"})

    assert judged(sent) == "passes"
    for changed in (
        replace(sent, method="PUT"),
        replace(sent, path="/other"),
        replace(sent, query="a=1&b=3"),
        replace(sent, body=b"{ }"),
        with_header(sent, "x-contentful-topic", b"Entry.delete"),
        with_header(sent, "x-contentful-timestamp", str(NOW_MS + 1).encode()),
        with_header(sent, "x-contentful-signed-headers", b"x-contentful-timestamp"),
    ):
        assert judged(changed) == "bad_signature"


def test_a_contentful_delivery_that_does_not_sign_its_time_is_refused() -> None:
    sent = contentful()

    assert judged(with_header(sent, "x-contentful-signed-headers", b"x-contentful-topic")) == "malformed_signature"
    assert judged(without_header(sent, "x-contentful-signed-headers")) == "missing_signature"
    assert judged(with_header(sent, "x-contentful-timestamp", b"soon")) == "bad_signature"
    assert judged(replace(sent, path="/\udcff")) == "bad_signature"
