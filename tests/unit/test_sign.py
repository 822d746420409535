"""Signatures byte by byte: the vectors of the contracts, the specification's own, and the reference library."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from hookspan.errors import Invalid
from hookspan.outbound.sign import Signer, check_legacy_secret, check_secret, decode_secret, generate_secret

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLDER = "whsec_" + "QUFB" * 8
ORCHESTRATOR = (
    b'{"event":"workflow.execution.completed","timestamp":"2025-05-21T21:27:09.442Z","payload":{"id":"1",'
    b'"workflowDefinitionId":"1","status":"COMPLETED","startTime":"2025-05-21T21:26:58.211Z",'
    b'"endTime":"2025-05-21T21:27:09.442Z"}}'
)
SYSTEMPROMPT = (
    b'{"webhook_id":"wh_0196f4a177c07d3e9b1a0123456789ab","event":"agent.started",'
    b'"timestamp":"2025-05-21T21:27:09.442Z","data":{"agent_id":"agent_123","agent_name":"Data Processor"},'
    b'"metadata":{"triggered_by":"scheduler"}}'
)
STANDARD = b'{"type":"invoice.paid","timestamp":"2025-05-21T21:27:09.442Z","data":{"id": "inv_1", "total": 10.50}}'
EVENT_ID = "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d"
SENT_AT = 1_747_862_830


@pytest.mark.parametrize(
    ("message_id", "timestamp_s", "body", "signature"),
    [
        (EVENT_ID, SENT_AT, ORCHESTRATOR, "v1,C8jLXH2BKztqD5D//LIQ3YEdDWoclNU57ggJwToR5fc="),
        (EVENT_ID, SENT_AT, SYSTEMPROMPT, "v1,Lk4ZN63r99+1awtNuZj/WCoob2CcVj7woA5crX8fiSQ="),
        (EVENT_ID, SENT_AT, STANDARD, "v1,2tuqDj+Cbl41G8pNEqbe1FWRKU8v+c9rT8w4Wl4Gf2I="),
        (
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            b'{"test": 2432232314}',
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
    ],
)
def test_standard_signatures_match_the_vectors(message_id: str, timestamp_s: int, body: bytes, signature: str) -> None:
    assert Signer([SECRET]).standard(message_id, timestamp_s, body) == signature


def test_legacy_signatures_match_the_vectors() -> None:
    seed_002 = Signer([SECRET], legacy_secret="your-webhook-secret").legacy("orchestrator", ORCHESTRATOR)
    seed_004 = Signer([SECRET], legacy_secret="shared-secret").legacy("systemprompt", SYSTEMPROMPT)

    assert seed_002 == [
        ("X-Webhook-Signature", "90bae2decda1ef1d92607eda159cc200ae76a69fdbbe1886929aeacd48a05288"),
    ]
    assert seed_004 == [
        ("X-Webhook-Signature", "sha256=bd159ea13536bfaf97503f3e3be5ae6449ec5545a79a1c7acd061570d5b37b56"),
    ]


def test_every_live_secret_signs_newest_first() -> None:
    both = Signer([SECRET, OLDER]).standard(EVENT_ID, SENT_AT, STANDARD)

    assert both.split(" ") == [Signer([secret]).standard(EVENT_ID, SENT_AT, STANDARD) for secret in (SECRET, OLDER)]


def test_the_trio_names_the_message_and_the_second() -> None:
    assert Signer([SECRET]).trio(EVENT_ID, SENT_AT, STANDARD) == [
        ("webhook-id", EVENT_ID),
        ("webhook-timestamp", "1747862830"),
        ("webhook-signature", "v1,2tuqDj+Cbl41G8pNEqbe1FWRKU8v+c9rT8w4Wl4Gf2I="),
    ]


@pytest.mark.parametrize("secret", [SECRET, OLDER])
def test_the_reference_library_accepts_what_we_sign(secret: str) -> None:
    now = datetime.now(UTC)
    headers = dict(Signer([OLDER, SECRET]).trio(EVENT_ID, int(now.timestamp()), STANDARD))

    accepted = Webhook(secret).verify(STANDARD, headers)

    assert accepted["type"] == "invoice.paid"


def test_the_reference_library_signs_the_same() -> None:
    theirs = Webhook(SECRET).sign(EVENT_ID, datetime.fromtimestamp(SENT_AT, UTC), ORCHESTRATOR.decode())

    assert Signer([SECRET]).standard(EVENT_ID, SENT_AT, ORCHESTRATOR) == theirs


def test_a_rotation_keeps_the_old_legacy_signature_beside_the_new() -> None:
    signer = Signer([SECRET], legacy_secret="new", previous_legacy_secret="old")

    headers = dict(signer.legacy("systemprompt", b"{}"))

    assert headers["X-Webhook-Signature"] == "sha256=" + hmac.new(b"new", b"{}", "sha256").hexdigest()
    assert headers["X-Webhook-Signature-Previous"] == "sha256=" + hmac.new(b"old", b"{}", "sha256").hexdigest()


def test_a_native_endpoint_with_a_legacy_secret_gets_the_prefixed_form() -> None:
    assert Signer([SECRET], legacy_secret="x").legacy("standard", b"")[0][1].startswith("sha256=")


def test_without_a_legacy_secret_there_is_no_legacy_header() -> None:
    assert Signer([SECRET]).legacy("orchestrator", ORCHESTRATOR) == []


@pytest.mark.parametrize("size", [1, 63, 64, 65, 256])
def test_keys_of_any_length_make_the_hmac_of_the_rfc(size: int) -> None:
    key = "é" * (size // 2) + "k" * (size % 2)
    body = hashlib.sha256(key.encode()).digest() * 40

    headers = Signer([SECRET], legacy_secret=key).legacy("orchestrator", body)

    assert headers[0][1] == hmac.new(key.encode(), body, "sha256").hexdigest()


def test_a_signer_can_sign_again_and_again() -> None:
    signer = Signer([SECRET])

    signatures = {signer.standard(EVENT_ID, SENT_AT, STANDARD) for _ in range(3)}

    assert len(signatures) == 1


def test_nothing_signs_with_an_empty_key() -> None:
    for secrets, legacy in (([], None), ([""], None), (["whsec_"], None), ([SECRET], "")):
        with pytest.raises(ValueError, match=r"empty key|always has"):
            Signer(secrets, legacy_secret=legacy)


def test_a_generated_secret_holds_32_random_bytes() -> None:
    one, other = generate_secret(), generate_secret()

    assert len(decode_secret(one)) == 32
    assert one != other
    assert check_secret(one, "/signing/secret") == one


@pytest.mark.parametrize("secret", [SECRET, "x" * 24, "é" * 12, "whsec_" + "A" * 34, "x" * 256])
def test_secrets_of_24_bytes_and_more_are_taken(secret: str) -> None:
    assert check_secret(secret, "/signing/secret") == secret


@pytest.mark.parametrize(
    "secret",
    ["", "x" * 23, "whsec_", "whsec_AAAA", "whsec_" + "A" * 40 + "!", "whsec_" + "A" * 33, "x" * 257, "\ud800" * 30],
)
def test_other_secrets_are_refused_without_being_repeated(secret: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_secret(secret, "/signing/secret")

    assert caught.value.faults[0].pointer == "/signing/secret"
    assert not secret or secret not in caught.value.detail


@pytest.mark.parametrize(
    ("secret", "is_taken"), [("a", True), ("é" * 128, True), ("", False), ("é" * 129, False), ("\ud800", False)]
)
def test_a_legacy_secret_is_1_to_256_bytes(secret: str, is_taken: bool) -> None:
    if is_taken:
        assert check_legacy_secret(secret, "/secret") == secret
    else:
        with pytest.raises(Invalid):
            check_legacy_secret(secret, "/secret")
