"""`hookspan.verify` and `hookspan.sign`: what a receiver calls (contracts G.3)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook as ReferenceWebhook
from svix.webhooks import Webhook as SvixWebhook

import hookspan
from hookspan import (
    BadSignature,
    FutureTimestamp,
    MalformedSignature,
    MissingSignature,
    StaleTimestamp,
    UnknownScheme,
    VerificationError,
    Verified,
    Webhook,
    sign,
    verify,
)
from hookspan.inbound.providers import preset
from hookspan.outbound.sign import Signer, decode_private_key, generate_key_pair, generate_secret
from tests.support.providers import FETCHED, OFFLINE, delivered, secret_of

NOW = 1_747_862_830
EVENT_ID = "0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d"
BODY = b'{"type":"invoice.paid","timestamp":"2025-05-21T21:27:09.442Z","data":{"id": "inv_1", "total": 10.50}}'
SEEDED = b'{"event":"order.paid","timestamp":"2025-05-21T21:27:09.442Z","payload":{"order":7}}'
STANDARD = generate_secret()
PAIR = generate_key_pair()
PLAIN = "your-webhook-secret"
HELD = Verified("standard", EVENT_ID, NOW, "invoice.paid", 0, ("body", "time", "id"))

Fields = list[tuple[str, str]]


def trio(signer: Signer, body: bytes = BODY, at: int = NOW) -> Fields:
    return signer.trio(EVENT_ID, at, body)


def legacy(profile: str, secret: str = PLAIN, *, previous: str | None = None) -> Fields:
    signer = Signer([STANDARD], legacy_secret=secret, previous_legacy_secret=previous)
    return [*trio(signer, SEEDED), *signer.legacy(profile, SEEDED)]


def test_a_standard_delivery_of_ours_holds() -> None:
    assert verify(BODY, trio(Signer([STANDARD])), STANDARD, now=NOW) == HELD


def test_headers_may_be_a_mapping_of_any_case() -> None:
    headers = {name.title(): value for name, value in trio(Signer([STANDARD]))}

    assert verify(BODY, headers, STANDARD, now=NOW) == HELD


def test_a_public_key_checks_v1a() -> None:
    signer = Signer([STANDARD], ed25519_key=decode_private_key(PAIR.private))

    assert verify(BODY, trio(signer), PAIR.public, now=NOW) == HELD
    assert verify(BODY, trio(signer), [generate_key_pair().public, PAIR.public], now=NOW).key_index == 1
    with pytest.raises(BadSignature):
        verify(BODY + b" ", trio(signer), PAIR.public, now=NOW)
    with pytest.raises(BadSignature):
        verify(BODY, trio(signer), generate_key_pair().public, now=NOW)
    with pytest.raises(MissingSignature):
        verify(BODY, trio(Signer([STANDARD])), PAIR.public, now=NOW)
    with pytest.raises(StaleTimestamp):
        verify(BODY, trio(signer, at=NOW - 301), PAIR.public, now=NOW)
    with pytest.raises(MalformedSignature):
        verify(BODY, [*trio(signer), ("webhook-id", "two")], PAIR.public, now=NOW)


@pytest.mark.parametrize("profile", ["orchestrator", "systemprompt"])
def test_another_text_means_the_seeds_signature_by_its_form(profile: str) -> None:
    held = verify(SEEDED, legacy(profile), PLAIN, now=NOW)

    assert held == Verified(profile, EVENT_ID, None, "order.paid", 0, ("body",))
    assert verify(SEEDED, legacy(profile), PLAIN, scheme=profile) == held


def test_the_sender_never_chooses_the_scheme() -> None:
    only_legacy = [pair for pair in legacy("orchestrator", STANDARD) if pair[0].startswith("X-")]

    with pytest.raises(MissingSignature):
        verify(SEEDED, only_legacy, STANDARD, now=NOW)
    with pytest.raises(MissingSignature):
        verify(BODY, trio(Signer([PLAIN + "-long-enough"])), PLAIN, now=NOW)


@pytest.mark.parametrize("profile", ["orchestrator", "systemprompt"])
def test_during_a_rotation_old_and_new_secret_hold(profile: str) -> None:
    headers = legacy(profile, "new", previous="old")

    assert verify(SEEDED, headers, "new").key_index == 0
    assert verify(SEEDED, headers, "old").key_index == 0
    assert verify(SEEDED, legacy(profile, "old"), ["new", "old"]).key_index == 1
    with pytest.raises(BadSignature):
        verify(SEEDED, headers, "older")


def test_secrets_of_both_kinds_may_stand_together() -> None:
    held = verify(SEEDED, legacy("orchestrator"), [generate_secret(), PAIR.public, PLAIN], now=NOW)

    assert (held.scheme, held.key_index) == ("orchestrator", 2)
    with pytest.raises(BadSignature):
        verify(SEEDED, legacy("orchestrator"), [generate_secret(), "wrong"], now=NOW)


def test_a_retry_holds_under_the_reference_libraries_and_an_altered_one_does_not() -> None:
    now = int(datetime.now(UTC).timestamp())
    signer = Signer([STANDARD, generate_secret()], ed25519_key=decode_private_key(PAIR.private))
    first, retried = dict(trio(signer, at=now - 30)), dict(trio(signer, at=now))

    assert first["webhook-id"] == retried["webhook-id"]
    assert first["webhook-timestamp"] != retried["webhook-timestamp"]
    for library in (ReferenceWebhook(STANDARD), SvixWebhook(STANDARD), Webhook(STANDARD)):
        for headers in (first, retried):
            library.verify(BODY, headers)
            for changed in ({**headers, "webhook-id": "other"}, {**headers, "webhook-timestamp": str(now - 1)}):
                with pytest.raises(Exception, match=r"[Ss]ignature"):
                    library.verify(BODY, changed)
            with pytest.raises(Exception, match=r"[Ss]ignature"):
                library.verify(BODY.replace(b"10.50", b"10.51"), headers)
        with pytest.raises(Exception, match=r"old|not within"):
            library.verify(BODY, dict(trio(signer, at=now - 301)))


def test_our_webhook_class_is_the_reference_one() -> None:
    at = datetime.now(UTC)
    theirs = ReferenceWebhook(STANDARD).sign("msg_1", at, BODY.decode())

    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": theirs}

    assert Webhook(STANDARD).sign("msg_1", at, BODY.decode()) == theirs
    assert Webhook(STANDARD).verify(BODY.decode(), headers) == json.loads(BODY)


@pytest.mark.parametrize("content", [BODY, b'{"no":"type"}', b""])
def test_a_binary_cloudevent_names_no_type_that_is_signed(content: bytes) -> None:
    headers = [*trio(Signer([STANDARD]), content), ("ce-specversion", "1.0"), ("ce-type", "forged")]

    assert verify(content, headers, STANDARD, now=NOW).event_type is None


@pytest.mark.parametrize("age", [-300, 0, 300])
def test_the_tolerance_is_five_minutes_either_way(age: int) -> None:
    assert verify(BODY, trio(Signer([STANDARD]), at=NOW - age), STANDARD, now=NOW + 0.9).timestamp == NOW - age


def test_beyond_the_tolerance_it_is_stale_or_from_the_future() -> None:
    signer = Signer([STANDARD])

    with pytest.raises(StaleTimestamp):
        verify(BODY, trio(signer, at=NOW - 301), STANDARD, now=NOW)
    with pytest.raises(FutureTimestamp):
        verify(BODY, trio(signer, at=NOW + 301), STANDARD, now=NOW)
    with pytest.raises(StaleTimestamp):
        verify(BODY, trio(signer, at=NOW - 11), STANDARD, tolerance=10, now=NOW)
    assert verify(BODY, trio(signer, at=NOW - 900), STANDARD, tolerance=900, now=NOW) == replace(
        HELD, timestamp=NOW - 900
    )


def test_a_tolerance_without_a_signed_time_is_refused_rather_than_ignored() -> None:
    with pytest.raises(ValueError, match="signs no time"):
        verify(SEEDED, legacy("orchestrator"), PLAIN, tolerance=60)


FAULTY: dict[str, tuple[Callable[[], object], type[VerificationError]]] = {
    "no trio": (lambda: verify(BODY, [], STANDARD, now=NOW), MissingSignature),
    "no time": (lambda: verify(BODY, trio(Signer([STANDARD]))[::2], STANDARD, now=NOW), MissingSignature),
    "other body": (lambda: verify(BODY[1:], trio(Signer([STANDARD])), STANDARD, now=NOW), BadSignature),
    "other secret": (lambda: verify(BODY, trio(Signer([STANDARD])), generate_secret(), now=NOW), BadSignature),
    "no base64": (
        lambda: verify(BODY, [*trio(Signer([STANDARD]))[:2], ("webhook-signature", "v1,é!")], STANDARD, now=NOW),
        MalformedSignature,
    ),
    "no seed header": (lambda: verify(SEEDED, {}, PLAIN), MissingSignature),
    "odd seed header": (lambda: verify(SEEDED, {"X-Webhook-Signature": "md5=00"}, PLAIN), MalformedSignature),
    "cut seed header": (
        lambda: verify(SEEDED, {"X-Webhook-Signature": "sha256=0g"}, PLAIN),
        MalformedSignature,
    ),
    "unknown scheme": (lambda: verify(BODY, {}, "x", scheme="nobody"), UnknownScheme),
    "empty secret": (lambda: verify(BODY, trio(Signer([STANDARD])), "whsec_", now=NOW), VerificationError),
    "broken public key": (lambda: verify(BODY, trio(Signer([STANDARD])), "whpk_x", now=NOW), VerificationError),
}


@pytest.mark.parametrize("case", FAULTY)
def test_every_refusal_is_a_verification_error_of_its_own_kind(case: str) -> None:
    call, kind = FAULTY[case]

    with pytest.raises(VerificationError) as caught:
        call()

    assert type(caught.value) is kind


def test_parsed_data_is_a_mistake_of_the_caller() -> None:
    parsed: bytes = json.loads(BODY)

    for wrong in (parsed, BODY.decode()):
        with pytest.raises(TypeError, match="raw bytes"):
            verify(wrong, trio(Signer([STANDARD])), STANDARD)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="raw bytes"):
            sign("standard", wrong, STANDARD, id="1", timestamp=NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("secret", [[], [PAIR.private]], ids=["none", "private"])
def test_no_secret_and_a_private_key_are_mistakes_of_the_caller(secret: list[str]) -> None:
    with pytest.raises(ValueError, match=r"at least one|whpk_") as caught:
        verify(BODY, trio(Signer([STANDARD])), secret, now=NOW)

    assert not isinstance(caught.value, VerificationError)


SIGNABLE = [("standard", STANDARD), ("standard", PAIR.private), ("cloudevents", STANDARD), ("orchestrator", PLAIN)]


@pytest.mark.parametrize(("profile", "secret"), [*SIGNABLE, ("systemprompt", PLAIN)], ids=range(5))
def test_what_is_signed_holds(profile: str, secret: str) -> None:
    headers = sign(profile, SEEDED, secret, id="msg_1", timestamp=NOW)

    held = verify(SEEDED, headers, PAIR.public if secret == PAIR.private else secret, now=NOW)

    assert (held.id, held.scheme) == ("msg_1", "standard" if profile == "cloudevents" else profile)


def test_signing_is_what_the_product_does() -> None:
    assert sign("standard", BODY, STANDARD, id=EVENT_ID, timestamp=NOW) == dict(trio(Signer([STANDARD])))
    seed = dict(Signer([STANDARD], legacy_secret=PLAIN).legacy("orchestrator", SEEDED))
    signed = sign("orchestrator", SEEDED, PLAIN, id=EVENT_ID, timestamp=NOW)
    assert signed["x-webhook-signature"] == seed["X-Webhook-Signature"]


@pytest.mark.parametrize("id", ["", "a.b", "a\nb", "é"])
def test_an_id_that_could_be_read_in_two_ways_is_not_signed(id: str) -> None:
    with pytest.raises(ValueError, match="id"):
        sign("standard", BODY, STANDARD, id=id, timestamp=NOW)


@pytest.mark.parametrize("name", OFFLINE)
def test_every_provider_whose_key_need_not_be_fetched_is_a_scheme(name: str) -> None:
    sent, used = delivered(name), preset(name)
    fields = [(field.decode(), value.decode("latin-1")) for field, value in sent.headers]
    right, wrong = secret_of(used), secret_of(used, 1)

    held = verify(sent.body, fields, [wrong, right], scheme=name, url=sent.raw_url, now=NOW)

    assert (held.scheme, held.key_index) == (name, 1)
    if used.types:
        assert held.event_type
    with pytest.raises(VerificationError):
        verify(sent.body, fields, wrong, scheme=name, url=sent.raw_url, now=NOW)


@pytest.mark.parametrize("name", FETCHED)
def test_a_provider_whose_key_must_be_fetched_is_no_scheme(name: str) -> None:
    with pytest.raises(UnknownScheme, match="must be fetched"):
        verify(BODY, {}, "secret", scheme=name)


SIGNED_BY_HEADERS = [
    "github",
    "stripe",
    "svix",
    "polar",
    "gitlab",
    "livekit",
    "teams",
    "postmark",
    "braze",
    "contentful",
]


@pytest.mark.parametrize("name", SIGNED_BY_HEADERS)
def test_we_sign_for_providers_whose_signature_stands_in_headers(name: str) -> None:
    secret = secret_of(preset(name))
    headers = sign(name, BODY, secret, id="msg_1", timestamp=NOW)

    assert verify(BODY, headers, secret, scheme=name, url="https://localhost/", now=NOW).scheme == name


@pytest.mark.parametrize("name", ["discord", "sendgrid", "paypal", "adyen", "eventgrid"])
def test_what_headers_alone_cannot_sign_is_said(name: str) -> None:
    with pytest.raises(ValueError, match=r"only the provider|in the query or in the body|must be fetched"):
        sign(name, BODY, secret_of(preset(name)), id="msg_1", timestamp=NOW)


def test_a_scheme_that_signs_the_url_asks_for_it() -> None:
    with pytest.raises(ValueError, match="signs the URL"):
        verify(BODY, {}, "secret", scheme="square")


def test_importing_for_verification_loads_no_framework_and_no_database() -> None:
    names = "verify, sign, Webhook, verified, Verified, VerificationError"
    heavy = "{'fastapi', 'starlette', 'uvicorn', 'pydantic', 'sqlalchemy', 'flask', 'django', 'httpx2', 'click'}"
    question = (
        f"import sys; from hookspan import {names}; print(sorted({heavy} & {{m.split('.')[0] for m in sys.modules}}))"
    )

    told = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True).stdout

    assert told == "[]\n"


def test_every_public_name_is_there() -> None:
    assert all(getattr(hookspan, name).__name__ == name for name in hookspan.__all__)
