"""A request signed as a source wants it, by whoever may read its secret, and the line that shows how (D.4)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shlex

import pytest

from hookspan.cli.examples import BODY, example_request
from hookspan.cli.signing_anew import Outgoing, proof_of, signed_for
from hookspan.cli.webhook_shapes import document_of
from hookspan.client import Document
from hookspan.verifying.verify import verify

NOW_MS = 1_747_862_829_442
NOTHING = document_of({})
SECRET = document_of({"secret": "s3cret"})


def source(**members: object) -> Document:
    return document_of({"authType": "signature", "provider": None, "url": "https://hooks.test/in", **members})


def request(of: Document, body: bytes = b"{}", query: str = "") -> Outgoing:
    return Outgoing("POST", "", [("x-extra", "kept")], body, query).sent_to(of)


def test_a_preset_signs_as_its_provider_does() -> None:
    of = source(provider="github")

    signed = signed_for(of, SECRET, request(of), now_ms=NOW_MS)

    digest = hmac.new(b"s3cret", b"{}", hashlib.sha256).hexdigest()
    assert set(signed.request.fields) == {("x-extra", "kept"), ("x-hub-signature-256", f"sha256={digest}")}
    assert signed.note == ""


def test_the_sources_own_overrides_count() -> None:
    of = source(verification={"signature": {"name": "X-Own"}})

    signed = signed_for(of, SECRET, request(of), now_ms=NOW_MS)

    assert [name for name, _ in signed.request.fields] == ["x-extra", "x-own"]


def test_a_time_that_is_signed_is_the_time_of_sending() -> None:
    of = source(provider="stripe")

    signed = signed_for(of, document_of({"secret": "whsec_x"}), request(of), now_ms=NOW_MS)

    headers = dict(signed.request.fields)
    assert verify(b"{}", headers, "whsec_x", scheme="stripe", now=NOW_MS / 1_000).scheme == "stripe"


def test_basic_and_keys_are_sent_again() -> None:
    basic, key = source(authType="basic"), source(authType="api_key")

    told = signed_for(
        basic, document_of({"credentials": {"username": "u", "password": "p:w"}}), request(basic), now_ms=0
    )
    named = signed_for(key, document_of({"credentials": {"headerName": "X-Key", "key": "k"}}), request(key), now_ms=0)
    asked = signed_for(
        key, document_of({"credentials": {"queryName": "key", "key": "k"}}), request(key, query="a=1"), now_ms=0
    )

    assert ("authorization", "Basic " + base64.b64encode(b"u:p:w").decode()) in told.request.fields
    assert ("x-key", "k") in named.request.fields
    assert asked.request.query == "a=1&key=k"


@pytest.mark.parametrize(
    ("of", "secrets", "note"),
    [
        (source(provider="discord"), SECRET, "unsigned: only Discord"),
        (source(provider="no-such-preset"), SECRET, "unsigned: 'no-such-preset' is no preset"),
        (source(provider="github"), NOTHING, "unsigned: the secret of its source cannot be read"),
        (source(authType="basic"), NOTHING, "unsigned: the secret of its source cannot be read"),
    ],
)
def test_what_cannot_be_signed_goes_as_it_is_and_says_so(of: Document, secrets: Document, note: str) -> None:
    sent = request(of)

    signed = signed_for(of, secrets, sent, now_ms=NOW_MS)

    assert signed.request == sent
    assert signed.note.startswith(note)


def test_a_source_without_proof_needs_none() -> None:
    of = source(authType="none")

    signed = signed_for(of, NOTHING, request(of), now_ms=NOW_MS)

    assert (signed.request, signed.note) == (request(of), "")


def test_the_signature_covers_the_url_its_sender_knows() -> None:
    of = source(registeredUrl="https://public.test/in?x=1")

    assert request(of, query="a=2").url == "https://public.test/in?x=1&a=2"
    assert request(source()).url == "https://hooks.test/in"


def test_a_proof_is_a_secret_a_password_or_a_key() -> None:
    assert proof_of(source(), SECRET) == b"s3cret"
    assert proof_of(source(), document_of({"credentials": {"username": "u", "password": "p"}})) == b"u:p"
    assert proof_of(source(), document_of({"credentials": {"headerName": "X", "key": "k"}})) == b"k"
    assert proof_of(source(), NOTHING) == b""


def test_a_plain_scheme_gets_a_line_that_signs_any_body() -> None:
    line = example_request(source(provider="github", secret="it's"))

    assert "openssl dgst -sha256 -hmac 'it'\"'\"'s' -r" in line
    assert line.startswith(f"body='{BODY}'; curl https://hooks.test/in ")


def test_another_scheme_gets_a_line_signed_for_now() -> None:
    words = shlex.split(example_request(source(provider="stripe", secret="whsec_x"), now_ms=NOW_MS))

    fields = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
    assert json.loads(words[-1]) == json.loads(BODY)
    assert verify(words[-1].encode(), fields, "whsec_x", scheme="stripe", now=NOW_MS / 1_000).scheme == "stripe"


def test_what_only_the_provider_can_sign_gets_no_line() -> None:
    assert example_request(source(provider="discord", secret="ab" * 32)) == ""
