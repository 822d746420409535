"""The verifier printed in the seed's guide accepts what we sign, run in Node, not imitated (contracts E.3)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from hookspan.outbound.profiles import Fact, build
from hookspan.outbound.sign import Signer, generate_secret
from tests.support.node import run_node

SCRIPT = Path(__file__).with_name("guide_verifier.js")
GUIDE_SHA256 = "2f8c08fa75a0b039fa6e80b2888fb12440de16cd6c5a23e6ab8fa2b88d4022d0"
"""Of the guide's JavaScript block, without its last newline."""
SIGNER = Signer([generate_secret()], legacy_secret="your-webhook-secret")
ORDINARY = (
    b'{"id": "1", "status": "COMPLETED"}',
    b'{"id": "inv_1", "total": 10.50, "2": "b", "1": "a", "n": 1E3, "z": -0.0, "u": "\\u00e9\\/"}',
    b'{"emoji":"\xf0\x9f\x98\x80","lone":"\\uD800","line":"\\u2028","nul":"\\u0000","del":"\\u007f"}',
    b"[1e21, 1e-7, 123456789012345680000, 9007199254740992, 0.1, true, null, [], {}]",
    b'"text"',
    b"null",
)
LOSSY = (
    b'{"id": 12345678901234567890}',
    b'{"total": 1.0000000000000000001, "a": 1}',
    b'{"a": 1, "a": 2}',
    b'{"a": 1e400}',
)


def send(datas: Iterable[bytes], *, receiver: str, signer: Signer = SIGNER, tamper: bool = False) -> list[str]:
    """What the receiver answers to each body."""
    lines = []
    for data in datas:
        body = build("orchestrator", fact(data)).body
        headers = {name.lower(): value for name, value in signer.legacy("orchestrator", body)}
        sent = body.replace(b"order.paid", b"order.pain") if tamper else body
        lines.append(json.dumps({"receiver": receiver, "body": base64.b64encode(sent).decode(), "headers": headers}))
    return run_node(SCRIPT, lines)


def fact(data: bytes) -> Fact:
    return Fact(
        event_id="0196f4be-3982-7a1b-8c2d-3e4f5a6b7c8d",
        endpoint_id="0196f4a1-77c0-7d3e-9b1a-0123456789ab",
        delivered_name="order.paid",
        canonical_type="order.paid",
        time_ms=1_747_862_829_442,
        data=data,
    )


@pytest.mark.parametrize("receiver", ["guide", "raw"])
def test_both_ways_of_verifying_accept_a_body_in_js_form(receiver: str) -> None:
    statuses = send(ORDINARY, receiver=receiver)

    assert {build("orchestrator", fact(data)).form for data in ORDINARY} == {"js"}
    assert statuses == ["200"] * len(ORDINARY)


def test_a_raw_verifier_accepts_a_body_in_exact_form() -> None:
    statuses = send(LOSSY, receiver="raw")

    assert {build("orchestrator", fact(data)).form for data in LOSSY} == {"exact"}
    assert statuses == ["200"] * len(LOSSY)


def test_the_guides_verifier_fails_visibly_where_a_value_would_change() -> None:
    assert send(LOSSY, receiver="guide") == ["401"] * len(LOSSY)


@pytest.mark.parametrize("receiver", ["guide", "raw"])
def test_neither_accepts_a_changed_body_or_a_foreign_key(receiver: str) -> None:
    foreign = Signer([generate_secret()], legacy_secret="another-secret")

    assert send(ORDINARY[:1], receiver=receiver, tamper=True) == ["401"]
    assert send(ORDINARY[:1], receiver=receiver, signer=foreign) == ["401"]


def test_the_receiver_is_the_guides_own_code() -> None:
    script = SCRIPT.read_text()

    guide = script.partition("// --- the guide, verbatim ---\n")[2].partition("\n// --- end of the guide ---")[0]

    assert hashlib.sha256(guide.encode()).hexdigest() == GUIDE_SHA256
