"""Verification as data: every member of a record works, and a record that is not sound refuses everything."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from hookspan.inbound.providers import plain_preset, preset
from hookspan.inbound.record import Record, SignatureAt, UrlRule
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.sign import CannotSign, sign_request, sign_sample
from hookspan.inbound.spelling import spellings
from hookspan.inbound.verify import Refused, Verifier
from tests.support.inbound import NOW_MS, SECRET, request, with_header, with_line, without_header

BODY = b'{"order":7}'
HEX = hmac.digest(SECRET, BODY, "sha256").hex()


def verdict(record: object, sent: InboundRequest, *secrets: bytes) -> str:
    verifier = Verifier.from_record(record)  # type: ignore[arg-type]
    answer = verifier.check(sent, secrets or (SECRET,), NOW_MS)
    return answer.cause if isinstance(answer, Refused) else "passes"


PLAIN_HMAC: dict[str, object] = {
    "auth": "signature",
    "kind": "hmac",
    "algorithm": "sha256",
    "signature": {"from": "header", "name": "X-Sig"},
    "text": "{body}",
}


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "ed25519"},
        {"kind": "ecdsa-p256"},
        {"kind": "rsa-pkcs1"},
        {"kind": "jwt"},
        {"kind": "plugin"},
        {"kind": "none"},
        {"kind": "basic"},
        {"kind": ""},
        {"auth": "oauth"},
        {"auth": "none"},
        {"algorithm": "sha3"},
        {"algorithm": None},
        {"encoding": "base32"},
        {"signature": None},
        {"signature": {"from": "header"}},
        {"signature": {"from": "header", "name": ""}},
        {"signature": {"from": "header", "name": "X-Sig", "take": ["v1"]}},
        {"signature": {"from": "body", "name": "$..x"}},
        {"text": None},
        {"text": ""},
        {"text": "constant"},
        {"text": "{secret}"},
        {"text": "{bodyy}"},
        {"text": "{body}{"},
        {"text": "{json:$..a}"},
        {"text": "{timestamp}.{body}"},
        {"text": "{id}.{body}"},
        {"kind": "hash"},
        {"time": {"from": "header", "name": "X-Time"}},
        {"time": {"from": "jwt", "name": "iat"}},
        {"key": {"encoding": "pem"}},
        {"key": {"encoding": "utf8", "also": ["raw-hex"]}},
        {"bodyHash": {"from": "jwt", "name": "payload_hash"}},
        {"urlHash": {"from": "jwt", "name": "url_hash"}},
        {"colour": "red"},
        {"signed": ["body"], "text": "{header:X-Sig}"},
        {"signed": ["body"], "text": "{header:X-Id}{body_crc32}"},
        {"kind": "ed25519", "algorithm": "ed25519"},
        {"kind": "ed25519", "algorithm": "sha256", "key": {"encoding": "raw-hex"}},
        {"kind": "ecdsa-p256", "algorithm": "sha1", "key": {"encoding": "pem"}},
        {"kind": "rsa-pkcs1", "algorithm": "md5", "key": {"encoding": "pem"}},
        {"kind": "jwt", "algorithm": "none"},
        {"kind": "jwt", "algorithm": "RS256"},
        {"kind": "jwt", "algorithm": "ES256"},
        {"kind": "jwt", "algorithm": "HS256", "signed": ["body"]},
        {"kind": "jwt", "algorithm": "HS256", "bodyHash": {"from": "query", "name": "h"}},
        {"kind": "jwt", "algorithm": "HS256", "time": {"from": "header", "name": "X-Time"}},
        {"kind": "equality", "bodyHash": {"from": "query", "name": "h"}},
        {"kind": "plugin", "id": "paypal"},
        {"kind": "plugin", "id": "sns"},
        {"kind": "plugin", "id": "plaid"},
        {"kind": "plugin", "id": "nobody"},
        {"else": [{"auth": "none", "kind": "none"}]},
        {"else": [{"kind": "none"}]},
        {"else": [{"text": "{bodyy}"}]},
        {"else": [{"colour": "red"}]},
    ],
    ids=str,
)
def test_a_record_that_is_unknown_or_half_filled_refuses_even_the_right_request(change: Mapping[str, object]) -> None:
    right = request(BODY, [("X-Sig", HEX)])
    assert verdict(PLAIN_HMAC, right) == "passes"

    verifier = Verifier.from_record({**PLAIN_HMAC, **change})

    assert verifier.fault
    assert verifier.check(right, [SECRET], NOW_MS) == Refused(
        "not_configured", f"the verification of this source is unusable: {verifier.fault}"
    )


RECORDS: dict[str, dict[str, object]] = {
    "hash over secret": {"kind": "hash", "text": "{secret}{method}{url}{body}"},
    "md5 hash": {"kind": "hash", "algorithm": "md5", "text": "{secret}{body}"},
    "sha1": {"algorithm": "sha1"},
    "sha512, hex key": {"algorithm": "sha512", "key": {"encoding": "hex"}},
    "base64url": {"encoding": "base64url"},
    "authorization": {"signature": {"from": "authorization", "name": "HMAC"}, "encoding": "base64"},
    "authorization without scheme": {"signature": {"from": "authorization"}},
    "query": {"signature": {"from": "query", "name": "sig"}},
    "form": {"text": "{url}{sorted_form}", "algorithm": "sha1", "encoding": "base64", "url": {"variants": ["port"]}},
    "query hash": {"text": "{url}", "bodyHash": {"from": "query", "name": "bodySHA256"}},
    "header in the text": {"text": "{header:X-Id}|{body_sha256}|{body_crc32}\\n{path}?{query}"},
    "json in the text": {"text": "{json:$.a.b}:{json:$.gone}:{json:$.n}"},
    "ms": {"text": "{timestamp}:{body}", "time": {"from": "header", "name": "X-Time", "unit": "ms"}},
    "rfc3339": {"text": "{body}{timestamp}", "time": {"from": "header", "name": "X-Time", "unit": "rfc3339"}},
    "time in the body": {"time": {"from": "body", "name": "$.at", "unit": "ms"}},
    "two readings": {"key": {"encoding": "base64", "strip": "no_", "also": ["utf8"]}},
    "items without names": {"signature": {"from": "header", "name": "X-Sig", "items": ","}},
    "equality behind a word": {"kind": "equality", "signature": {"from": "authorization", "name": "Bearer"}},
}
FORM_OR_JSON = b'{"a":{"b":"x"},"n":1.50,"at":1747862830000}'


@pytest.mark.parametrize("name", RECORDS)
def test_any_symmetric_record_passes_what_it_signs_and_nothing_else(name: str) -> None:
    record = {**PLAIN_HMAC, **RECORDS[name]}
    secret, other = b"00ffee11", b"00ffee12"
    body = b"b=2&a=1&b=2&b=1" if name == "form" else FORM_OR_JSON

    sent = sign_request(record, request(body, [("X-Id", "7")]), secret=secret, now_ms=NOW_MS)

    assert verdict(record, sent, secret) == "passes"
    assert verdict(record, sent, other) == "bad_signature"
    altered = replace(sent, body=body.replace(b"x", b"y").replace(b"a=1", b"a=2"))
    assert verdict(record, altered, secret) == ("passes" if name == "equality behind a word" else "bad_signature")


def test_a_signature_inside_the_body_is_found_there() -> None:
    record = {
        **PLAIN_HMAC,
        "signature": {"from": "body", "name": "$.signature.signature"},
        "text": "{timestamp}{json:$.signature.token}",
        "time": {"from": "body", "name": "$.signature.timestamp"},
    }
    seconds = str(NOW_MS // 1000)
    good = hmac.digest(SECRET, f"{seconds}tok".encode(), "sha256").hex()

    def sent(signature: str) -> InboundRequest:
        return request(
            json.dumps({"signature": {"timestamp": seconds, "token": "tok", "signature": signature}}).encode()
        )

    assert verdict(record, sent(good)) == "passes"
    assert verdict(record, sent(good[::-1])) == "bad_signature"
    assert verdict(record, request(b"not json")) == "missing_signature"
    assert verdict(record, sign_request(record, request(BODY), secret=SECRET, now_ms=NOW_MS)) == "passes"
    with pytest.raises(CannotSign, match="JSON"):
        sign_request(record, request(b"not json"), secret=SECRET, now_ms=NOW_MS)


def test_the_url_of_the_source_is_tried_with_and_without_port_and_slash() -> None:
    record = {**PLAIN_HMAC, "text": "{url}{body}", "url": {"variants": ["port", "slash"]}}
    signed = sign_request(record, request(BODY, url="https://a.example:443/in/"), secret=SECRET, now_ms=NOW_MS)

    spellings = ["https://a.example/in", "https://a.example:443/in", "https://a.example/in/"]
    strangers = ["https://a.example:8443/in", "http://a.example/in", "https://b.example/in"]

    assert [verdict(record, replace(signed, raw_url=url)) for url in spellings] == ["passes"] * 3
    assert [verdict(record, replace(signed, raw_url=url)) for url in strangers] == ["bad_signature"] * 3


def test_escapes_in_the_url_are_undone_where_the_record_says_so() -> None:
    record = {**PLAIN_HMAC, "text": "{url}{body}"}
    plain = sign_request(record, request(BODY, url="https://a.example/in?x=a:b"), secret=SECRET, now_ms=NOW_MS)
    escaped = replace(plain, raw_url="https://a.example/in?x=a%3Ab")

    assert verdict(record, escaped) == "bad_signature"
    assert verdict({**record, "url": {"unescape": True}}, escaped) == "passes"


def test_a_list_of_signatures_may_span_several_lines_and_any_may_match() -> None:
    standard = preset("standard").record
    sent = sign_request(standard, request(BODY), secret=SECRET, now_ms=NOW_MS)
    good = sent.header(b"webhook-signature") or b""

    assert verdict(standard, with_header(sent, "webhook-signature", b"v1,AAAA v1a,BBBB " + good)) == "passes"
    wrong_first = with_header(sent, "webhook-signature", b"v1,AAAA")
    assert verdict(standard, with_line(wrong_first, "webhook-signature", good)) == "passes"
    assert verdict(standard, with_header(sent, "webhook-signature", b"v1a," + good[3:])) == "missing_signature"
    assert verdict(standard, with_header(sent, "webhook-signature", b"v1,!")) == "malformed_signature"
    assert verdict(standard, without_header(sent, "webhook-id")) == "missing_signature"


def test_signatures_are_not_made_with_a_weaker_hash_than_the_record_says() -> None:
    sent = sign_request({**PLAIN_HMAC, "algorithm": "sha1"}, request(BODY), secret=SECRET, now_ms=NOW_MS)

    assert sent.header(b"x-sig") == hmac.new(SECRET, BODY, hashlib.sha1).hexdigest().encode()
    assert verdict(PLAIN_HMAC, sent) == "bad_signature"


@pytest.mark.parametrize(
    "record",
    [
        plain_preset("none").record,
        plain_preset("basic").record,
        plain_preset("api_key").record,
        plain_preset("api_key", query="key").record,
        Record("api_key", "api_key", signature=SignatureAt("authorization", "Bearer")),
    ],
)
def test_a_sample_can_be_made_for_every_plain_way_to_authenticate(record: Record) -> None:
    sent = sign_request(record, request(BODY, query="page=2"), secret=b"hook:pass", now_ms=NOW_MS)

    assert verdict(record, sent, b"hook:pass") == "passes"


@pytest.mark.parametrize(
    ("change", "secret"),
    [({"signature": {"from": "query", "name": "sig"}}, SECRET), ({}, b""), ({"text": "{header:X-Gone}{body}"}, SECRET)],
)
def test_what_cannot_be_signed_for_is_said_and_not_sent(change: dict[str, object], secret: bytes) -> None:
    with pytest.raises(CannotSign):
        sign_sample({**PLAIN_HMAC, **change}, BODY, secret=secret, now_ms=NOW_MS)


def test_an_id_in_the_body_can_be_signed_and_must_then_be_there() -> None:
    record = {**PLAIN_HMAC, "text": "{id}.{body}", "dedupe": [{"body": "$.order"}]}
    sent = sign_request(record, request(BODY), secret=SECRET, now_ms=NOW_MS)

    assert verdict(record, sent) == "passes"
    assert verdict(record, replace(sent, body=b"{}")) == "missing_signature"


def test_forms_and_queries_with_too_many_fields_are_not_read() -> None:
    form = {**PLAIN_HMAC, "text": "{sorted_form}"}
    many = "&".join(["a=1"] * 1_001)

    assert verdict(form, request(many.encode(), [("X-Sig", HEX)])) == "malformed_signature"
    assert verdict(plain_preset("api_key", query="a").record, request(query=many), b"1") == "key_failed"


def test_a_signed_body_without_the_time_it_must_carry_is_missing_something() -> None:
    record = {**PLAIN_HMAC, "time": {"from": "body", "name": "$.at", "unit": "ms"}}

    assert verdict(record, request(BODY, [("X-Sig", HEX)])) == "missing_signature"
    assert Verifier.from_record({**PLAIN_HMAC, "time": {"from": "body", "name": "$..at"}}).fault


def test_a_hash_of_the_body_in_the_url_is_held_against_the_body() -> None:
    record = {**PLAIN_HMAC, **RECORDS["query hash"]}
    sent = sign_request(record, request(BODY), secret=SECRET, now_ms=NOW_MS)

    assert verdict(record, replace(sent, query="")) == "missing_signature"
    assert verdict(record, replace(sent, query=sent.query * 2)) == "bad_signature"


def test_a_url_that_is_neither_http_nor_complete_has_one_spelling() -> None:
    assert spellings("ftp://a/b", UrlRule(variants=("port",))) == [b"ftp://a/b"]
    assert spellings("https://a:8443/b", UrlRule(variants=("port",))) == [b"https://a:8443/b"]


def test_api_key_auth_without_a_place_for_the_key_refuses() -> None:
    assert (
        verdict({"auth": "api_key", "kind": "api_key"}, request(BODY, [("X-API-Key", "k")]), b"k") == "not_configured"
    )
