"""Vectors that providers publish, and deliveries signed by their own libraries: the records agree with both."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook as StandardWebhook
from svix.webhooks import Webhook as SvixWebhook

from hookspan.inbound.providers import preset
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.verify import Refused, Verified, Verifier
from tests.support.inbound import NOW_MS, request, with_header
from tests.support.providers import delivered, secret_of

SLACK_BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
TWILIO_FORM = b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212"
TWILIO_URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
ADYEN_BODY = (
    b'{"live":"false","notificationItems":[{"NotificationRequestItem":{"additionalData":{"hmacSignature":'
    b'"coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="},"amount":{"value":1130,"currency":"EUR"},"pspReference":'
    b'"7914073381342284","eventCode":"AUTHORISATION","merchantAccountCode":"TestMerchant","merchantReference":'
    b'"TestPayment-1407325143704","success":"true"}}]}'
)
VECTORS: dict[str, tuple[str, bytes, InboundRequest, int]] = {
    "github": (
        "github",
        b"It's a Secret to Everybody",
        request(
            b"Hello, World!",
            [
                (
                    "X-Hub-Signature-256",
                    "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
                )
            ],
        ),
        NOW_MS,
    ),
    "slack": (
        "slack",
        b"8f742231b10e8888abcd99yyyzzz85a5",
        request(
            SLACK_BODY,
            [
                ("X-Slack-Request-Timestamp", "1531420618"),
                ("X-Slack-Signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"),
            ],
        ),
        1_531_420_618_000,
    ),
    "twilio": (
        "twilio",
        b"12345",
        request(TWILIO_FORM, [("X-Twilio-Signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")], url=TWILIO_URL),
        NOW_MS,
    ),
    "adyen": (
        "adyen",
        b"44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056",
        request(ADYEN_BODY),
        NOW_MS,
    ),
}


def verdict(name: str, sent: InboundRequest, secret: bytes, now_ms: int = NOW_MS) -> str:
    answer = Verifier.from_record(preset(name).record).check(sent, [secret], now_ms)
    return answer.cause if isinstance(answer, Refused) else "passes"


@pytest.mark.parametrize("vector", VECTORS)
def test_a_published_vector_holds_and_fails_after_one_change(vector: str) -> None:
    name, secret, sent, now_ms = VECTORS[vector]

    assert verdict(name, sent, secret, now_ms) == "passes"
    assert verdict(name, sent, secret + b"x", now_ms) in ("bad_signature", "not_configured")


@pytest.mark.parametrize("name", ["standard", "openai", "anthropic", "replicate", "gitlab-signed"])
def test_the_standard_webhooks_library_and_we_agree(name: str) -> None:
    at, secret, body = datetime.now(UTC), secret_of(preset(name)), b'{"type": "a.b", "total": 1.50}'
    theirs = StandardWebhook(secret.decode()).sign("msg_1", at, body.decode())
    seconds = int(at.timestamp())
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(seconds), "webhook-signature": theirs}

    assert verdict(name, request(body, headers.items()), secret, seconds * 1_000) == "passes"
    assert verdict(name, request(body + b" ", headers.items()), secret, seconds * 1_000) == "bad_signature"


@pytest.mark.parametrize("name", ["svix", "clerk", "resend", "brex", "recall-ai"])
@pytest.mark.parametrize("family", ["svix", "webhook"])
def test_the_svix_library_and_we_agree_under_both_names_of_the_headers(name: str, family: str) -> None:
    at, secret, body = datetime.now(UTC), secret_of(preset(name)), b'{"type": "a.b", "total": 1.50}'
    theirs = SvixWebhook(secret.decode()).sign("msg_1", at, body.decode())
    seconds = int(at.timestamp())
    headers = {f"{family}-id": "msg_1", f"{family}-timestamp": str(seconds), f"{family}-signature": theirs}

    assert verdict(name, request(body, headers.items()), secret, seconds * 1_000) == "passes"
    assert verdict(name, request(body + b" ", headers.items()), secret, seconds * 1_000) == "bad_signature"


def test_an_id_that_is_read_first_must_be_the_one_that_is_covered() -> None:
    sent = delivered("svix")
    trio = [(field.replace(b"svix-", b"webhook-"), value) for field, value in sent.headers]
    moved = InboundRequest(sent.method, sent.path, sent.raw_url, sent.query, trio, sent.body)

    fresh = with_header(moved, "svix-id", b"msg_fresh")

    assert verdict("svix", moved, secret_of(preset("svix"))) == "passes"
    assert verdict("svix", fresh, secret_of(preset("svix"))) == "missing_signature"
    assert verdict("svix", with_header(sent, "webhook-id", b"msg_fresh"), secret_of(preset("svix"))) == "passes"


def test_polar_signs_with_the_text_of_its_secret_and_also_with_what_it_encodes() -> None:
    assert isinstance(
        Verifier.from_record(preset("polar").record).check(delivered("standard"), [secret_of(preset("polar"))], NOW_MS),
        Verified,
    )
    assert verdict("polar", delivered("polar"), secret_of(preset("polar"))) == "passes"


def test_twilio_signs_the_url_with_or_without_its_port() -> None:
    name, secret, sent, _ = VECTORS["twilio"]
    shown = InboundRequest(
        sent.method, sent.path, TWILIO_URL.replace(".com/", ".com:443/"), sent.query, sent.headers, sent.body
    )
    elsewhere = InboundRequest(
        sent.method, sent.path, TWILIO_URL.replace("mycompany", "other"), sent.query, sent.headers, sent.body
    )

    assert verdict(name, shown, secret) == "passes"
    assert verdict(name, elsewhere, secret) == "bad_signature"


def test_the_shared_key_of_twilio_signs_with_sha256_and_its_absence_with_sha1() -> None:
    secret = secret_of(preset("twilio"))

    assert verdict("twilio-sha256", delivered("twilio-sha256"), secret) == "passes"
    assert verdict("twilio-sha256", delivered("twilio"), secret) == "passes"
    assert verdict("twilio", delivered("twilio-sha256"), secret) == "bad_signature"


def test_either_of_the_headers_of_a_preset_may_hold() -> None:
    box, secret = delivered("box"), secret_of(preset("box"))
    primary = box.header(b"box-signature-primary") or b""
    docusign = delivered("docusign")
    first = docusign.header(b"x-docusign-signature-1") or b""

    both = with_header(with_header(box, "BOX-SIGNATURE-PRIMARY", b"AAAA"), "BOX-SIGNATURE-SECONDARY", primary)
    hundredth = with_header(with_header(docusign, "X-DocuSign-Signature-1", b"AAAA"), "X-DocuSign-Signature-100", first)

    assert verdict("box", both, secret) == "passes"
    assert verdict("docusign", hundredth, secret) == "passes"


@pytest.mark.parametrize("name", ["vapi", "eventgrid", "freshdesk"])
def test_the_other_place_of_a_secret_is_taken_too(name: str) -> None:
    secret = secret_of(preset(name))
    other = {
        "vapi": request(headers=[("X-Vapi-Secret", secret.decode())]),
        "eventgrid": request(headers=[("Authorization", f"Bearer {secret.decode()}")]),
        "freshdesk": request(query=f"key={secret.decode()}"),
    }[name]

    assert verdict(name, other, secret) == "passes"
    assert verdict(name, other, secret + b"x") in ("bad_signature", "key_failed")
