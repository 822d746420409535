"""Signed tokens and public keys: the algorithm and the kind of key are the record's, whatever the sender says (S2)."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.hazmat.primitives.serialization import Encoding as KeyForm
from hypothesis import given, settings
from hypothesis import strategies as st

from hookspan.inbound.providers import preset, presets
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.verify import MAX_TRIES, Refused, Verified, Verifier
from tests.support.inbound import NOW_MS, request, with_header, with_line
from tests.support.providers import OFFLINE, delivered, pair_of, secret_of

NOW = NOW_MS // 1_000
KEY = b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"type":"message.created"}'
URL = "https://hooks.example.com/api/v1/webhooks/in"
HEADER = "MessageBird-Signature-JWT"


def claims(**changed: object) -> dict[str, Any]:
    complete = {
        "iss": "MessageBird",
        "exp": NOW + 60,
        "jti": "j-1",
        "payload_hash": hashlib.sha256(BODY).hexdigest(),
        "url_hash": hashlib.sha256(URL.encode()).hexdigest(),
        **changed,
    }
    return {name: value for name, value in complete.items() if value is not None}


def token(payload: dict[str, Any], *, key: bytes = KEY, algorithm: str = "HS256", **headers: object) -> str:
    return jwt.encode(payload, key, algorithm=algorithm, headers=headers or None)


def verdict(name: str, sent: InboundRequest, *secrets: bytes) -> str:
    answer = Verifier.from_record(preset(name).record).check(sent, secrets or (KEY,), NOW_MS)
    return answer.cause if isinstance(answer, Refused) else "passes"


def bird(text: str, body: bytes = BODY) -> InboundRequest:
    return request(body, [(HEADER, text)])


CLAIMS: dict[str, tuple[dict[str, Any], str]] = {
    "right": (claims(), "passes"),
    "expired within the leeway": (claims(exp=NOW), "passes"),
    "expired": (claims(exp=NOW - 1), "stale_timestamp"),
    "without an end": (claims(exp=None), "missing_signature"),
    "with an end that is no number": (claims(exp="soon"), "malformed_signature"),
    "with an end beyond all time": (claims(exp=10**30), "malformed_signature"),
    "not valid yet": (claims(nbf=NOW + 2), "future_timestamp"),
    "valid since now": (claims(nbf=NOW), "passes"),
    "of another issuer": (claims(iss="Someone"), "bad_signature"),
    "of no issuer": (claims(iss=None), "missing_signature"),
    "of another body": (claims(payload_hash="00" * 32), "bad_signature"),
    "of no body": (claims(payload_hash=None), "missing_signature"),
    "with a body hash that is a list": (claims(payload_hash=["00"]), "missing_signature"),
    "with a body hash that is not hex": (claims(payload_hash="zz"), "bad_signature"),
    "of another url": (claims(url_hash="00" * 32), "bad_signature"),
    "of no url": (claims(url_hash=None), "missing_signature"),
}


@pytest.mark.parametrize("case", CLAIMS)
def test_every_claim_that_the_record_asks_for_is_held_against_the_request(case: str) -> None:
    payload, expected = CLAIMS[case]

    assert verdict("messagebird", bird(token(payload))) == expected


def unsigned_token(algorithm: object, payload: dict[str, Any]) -> str:
    parts = [json.dumps({"alg": algorithm, "typ": "JWT"}), json.dumps(payload)]
    return ".".join([*(base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts), ""])


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "HS512", "ES256", "RS256", "", None, ["HS256"], {"a": 1}], ids=repr
)
def test_a_token_without_signature_or_of_another_algorithm_is_refused(algorithm: object) -> None:
    refused = verdict("messagebird", bird(unsigned_token(algorithm, claims())))

    assert refused in ("bad_signature", "malformed_signature")


def test_a_right_signature_by_another_algorithm_than_the_records_is_refused() -> None:
    sent = bird(token(claims(), key=KEY * 2, algorithm="HS512"))

    assert verdict("messagebird", sent, KEY * 2) == "bad_signature"


def test_a_token_of_another_key_is_refused_and_of_an_older_one_held() -> None:
    sent = bird(token(claims(), key=b"another key of more than thirty-two bytes"))
    record = preset("messagebird").record

    answer = Verifier.from_record(record).check(bird(token(claims())), [b"new", KEY], NOW_MS)

    assert verdict("messagebird", sent) == "bad_signature"
    assert isinstance(answer, Verified)
    assert (answer.key_index, answer.claims["jti"], answer.claims["iss"]) == (1, "j-1", "MessageBird")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "a.b",
        "a.b.c",
        "..",
        "e30.e30.e30",
        "é.é.é",
        base64.urlsafe_b64encode(b"[" * 5_000).decode() + ".e30.e30",
    ],
    ids=["empty", "x", "two", "three", "dots", "no alg", "not ascii", "deep"],
)
def test_what_is_no_token_is_refused_and_never_an_error(text: str) -> None:
    assert verdict("messagebird", bird(text)) in ("malformed_signature", "missing_signature", "bad_signature")


@pytest.mark.parametrize("payload", [b"[]", b"null", b"{", b"[" * 3_000, b"\xff"])
def test_claims_that_are_no_object_are_refused(payload: bytes) -> None:
    text = jwt.PyJWS().encode(payload, KEY, algorithm="HS256")

    assert verdict("messagebird", bird(text)) == "malformed_signature"


def test_headers_that_point_at_keys_are_never_followed() -> None:
    pointing = token(claims(), jku="https://evil.example/keys", jwk={"kty": "oct", "k": "c2VjcmV0"}, x5u="https://x")

    assert verdict("messagebird", bird(pointing)) == "passes"
    assert verdict("messagebird", bird(pointing), b"another") == "bad_signature"


def test_a_critical_extension_nobody_here_knows_is_refused() -> None:
    assert verdict("messagebird", bird(token(claims(), crit=["exp"], exp=1))) == "malformed_signature"


def test_an_empty_body_needs_no_hash_and_a_body_beside_such_a_token_is_refused() -> None:
    text = f"Bearer {token({'iat': NOW, 'jti': 'j-1'})}"

    assert verdict("vonage", request(b"", [("Authorization", text)])) == "passes"
    assert verdict("vonage", request(BODY, [("Authorization", text)])) == "missing_signature"


@pytest.mark.parametrize(("age", "expected"), [(300, "passes"), (301, "stale_timestamp"), (-301, "future_timestamp")])
def test_the_window_around_the_time_of_issue_is_kept(age: int, expected: str) -> None:
    text = token({"iat": NOW - age, "payload_hash": hashlib.sha256(BODY).hexdigest()})

    assert verdict("vonage", request(BODY, [("Authorization", f"Bearer {text}")])) == expected


def test_a_stored_public_key_checks_tokens_of_its_curve_and_never_as_a_shared_one() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    spki = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    record = {
        "auth": "signature",
        "kind": "jwt",
        "algorithm": "ES256",
        "signature": {"from": "header", "name": "X-Token"},
        "key": {"encoding": "pem", "also": ["spki-b64"]},
        "bodyHash": {"from": "jwt", "name": "h"},
        "signed": ["body"],
    }
    verifier = Verifier.from_record(record)
    good = jwt.encode({"h": hashlib.sha256(BODY).hexdigest()}, private, algorithm="ES256")
    forged = jwt.PyJWS().encode(json.dumps({"h": hashlib.sha256(BODY).hexdigest()}).encode(), b"k" * 32, "HS256")

    def judged(text: str, key: bytes) -> object:
        return verifier.check(request(BODY, [("X-Token", text)]), [key], NOW_MS)

    assert isinstance(judged(good, pem), Verified)
    assert isinstance(judged(good, base64.b64encode(spki)), Verified)
    assert isinstance(judged(forged, pem), Refused)
    assert isinstance(judged(good, b"no key"), Refused)


def asymmetric(kind: str, algorithm: str) -> dict[str, object]:
    return {
        "auth": "signature",
        "kind": kind,
        "algorithm": algorithm,
        "signature": {"from": "header", "name": "X-Sig"},
        "encoding": "base64",
        "text": "{body}",
        "key": {"encoding": "pem", "also": ["spki-b64", "raw-hex", "raw-b64"]},
        "signed": ["body"],
    }


def pem_of(private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return private.public_key().public_bytes(KeyForm.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_rsa_signatures_hold_under_their_own_hash_and_a_key_that_is_long_enough() -> None:
    private, short = rsa.generate_private_key(65_537, 2_048), rsa.generate_private_key(65_537, 1_024)
    made = base64.b64encode(private.sign(BODY, PKCS1v15(), SHA256())).decode()
    weaker = base64.b64encode(private.sign(BODY, PKCS1v15(), SHA1())).decode()
    verifier = Verifier.from_record(asymmetric("rsa-pkcs1", "sha256"))

    def judged(text: str, key: bytes, body: bytes = BODY) -> str:
        answer = verifier.check(request(body, [("X-Sig", text)]), [key], NOW_MS)
        return answer.cause if isinstance(answer, Refused) else "passes"

    assert judged(made, pem_of(private)) == "passes"
    assert judged(made, pem_of(private), BODY + b" ") == "bad_signature"
    assert judged(weaker, pem_of(private)) == "bad_signature"
    assert judged(made, pem_of(short)) == "not_configured"
    assert judged("!", pem_of(private)) == "malformed_signature"


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa-p256", "rsa-pkcs1"])
def test_a_key_of_another_kind_is_no_key(kind: str) -> None:
    keys = {
        "ed25519": pair_of("raw-b64", 0).text,
        "ecdsa-p256": pair_of("spki-b64", 0).text,
        "rsa-pkcs1": pem_of(rsa.generate_private_key(65_537, 2_048)),
        "ecdsa-p384": pem_of(ec.generate_private_key(ec.SECP384R1())),
        "text": b"secret",
        "empty": b"",
    }
    verifier = Verifier.from_record(asymmetric(kind, "ed25519" if kind == "ed25519" else "sha256"))

    answers = {name: verifier.check(request(BODY, [("X-Sig", "AAAA")]), [key], NOW_MS) for name, key in keys.items()}

    wrong = {
        name for name, answer in answers.items() if isinstance(answer, Refused) and answer.cause == "not_configured"
    }
    # Any 32 bytes may be an Ed25519 key, but nothing signs under what is not one.
    assert wrong == {*keys} - {kind}


def test_a_public_key_signs_beside_a_shared_secret_in_one_source() -> None:
    pair = pair_of("raw-b64", 3)
    sent = delivered("standard")
    covered = b"%b.%d.%b" % (sent.header(b"webhook-id") or b"", NOW, sent.body)
    by_pair = with_header(sent, "webhook-signature", b"v1a," + base64.b64encode(pair.sign(covered)))
    secrets = [secret_of(preset("standard")), b"whpk_" + pair.text]

    both = with_line(sent, "webhook-signature", b"v1a,AAAA")

    assert verdict("standard", by_pair, *secrets) == "passes"
    assert verdict("standard", both, *secrets) == "passes"
    assert verdict("standard", by_pair, secrets[0]) == "missing_signature"
    assert verdict("standard", sent, secrets[1]) == "missing_signature"


def test_a_public_key_is_never_a_shared_one() -> None:
    changed = preset("standard").overridden({"key": {"also": ["utf8"]}, "else": []})
    public = b"whpk_" + pair_of("raw-b64", 3).text

    answer = Verifier.from_record(changed.record).check(delivered("standard"), [public], NOW_MS)

    assert isinstance(answer, Refused)
    assert answer.cause == "not_configured"


def test_tries_are_capped_for_public_keys_too() -> None:
    record = {**asymmetric("ed25519", "ed25519"), "signature": {"from": "header", "name": "X-Sig", "items": ","}}
    pair = pair_of("raw-b64", 0)
    good = base64.b64encode(pair.sign(BODY))
    verifier = Verifier.from_record(record)

    def among(wrong: int, keys: int = 1) -> object:
        line = b",".join([*[b"AAAA"] * wrong, good]).decode()
        others = [pair_of("raw-b64", number).text for number in range(1, keys)]
        return verifier.check(request(BODY, [("X-Sig", line)]), [*others, pair.text], NOW_MS)

    assert isinstance(among(MAX_TRIES - 1), Verified)
    assert isinstance(among(MAX_TRIES), Refused)
    assert isinstance(among(MAX_TRIES // 2, keys=2), Refused)


_TEXTS = st.binary(max_size=60) | st.sampled_from(
    [b"t=1747862830,v1=00", b"v1,AAAA", b"Bearer a.b.c", b"v=1747862830000,d=00", b"sha256=00", b"1747862830"]
)
_NAMES = sorted(
    {
        name.lower().encode()
        for each in presets()
        for at in [each.record.signature, each.record.time]
        if at is not None
        for name in ([at.name] if isinstance(at.name, str) else at.name or ())
    }
    | {b"authorization", b"x-contentful-signed-headers", b"webhook-id", b"paypal-cert-url"}
)


@settings(max_examples=120, deadline=None)
@given(
    name=st.sampled_from(OFFLINE),
    headers=st.lists(st.tuples(st.sampled_from(_NAMES), _TEXTS), max_size=6),
    body=st.binary(max_size=60) | st.sampled_from([b"[{}]", b'{"signature":{"signature":"00","timestamp":1}}']),
)
def test_arbitrary_requests_are_refused_by_every_preset_and_never_an_error(
    name: str, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    sent = InboundRequest("POST", "/x", URL, "secret=x&key=y", headers, body)

    answer = Verifier.from_record(preset(name).record).check(sent, [secret_of(preset(name))], NOW_MS)

    assert isinstance(answer, Refused)
