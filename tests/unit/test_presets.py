"""Every shipped preset: its sample passes, and each single change to it fails with the right cause."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hookspan.errors import Invalid
from hookspan.inbound.providers import Preset, plain_preset, preset, presets
from hookspan.inbound.request import InboundRequest, body_view
from hookspan.inbound.verify import Refused, Verified, Verifier
from tests.support.inbound import NOW_MS, OTHER_SECRET, SECRET, sample_of, with_header, with_line, without_header

ALL = [preset.id for preset in presets()]
SIGNED = [name for name in ALL if "body" in preset(name).record.signed]
TIMED = [name for name in ALL if "time" in preset(name).record.signed]


def outcome(own: Preset, sent: InboundRequest, *, secret: bytes = SECRET, now_ms: int = NOW_MS) -> str:
    answer = Verifier.from_record(own.record).check(sent, [secret], now_ms)
    return answer.cause if isinstance(answer, Refused) else "passes"


def signature_header(own: Preset, sent: InboundRequest) -> str:
    assert own.record.signature is not None
    return next(name for name in own.record.signature.names if sent.header(name.lower().encode()))


def test_the_presets_of_the_first_release_are_shipped() -> None:
    assert ALL == [
        "generic",
        "gitea",
        "github",
        "gitlab",
        "hookspan-orchestrator",
        "hookspan-systemprompt",
        "shopify",
        "slack",
        "standard",
        "stripe",
    ]


@pytest.mark.parametrize("name", ALL)
def test_the_sample_passes_and_its_body_is_json(name: str) -> None:
    own = preset(name)
    sent = sample_of(own)

    answer = Verifier.from_record(own.record).check(sent, [SECRET], NOW_MS)

    assert answer == Verified(0, own.record.signed, NOW_MS if name in TIMED else None)
    assert body_view(sent, own.record.form).is_json


@pytest.mark.parametrize("name", SIGNED)
def test_a_changed_body_fails(name: str) -> None:
    sent = sample_of(preset(name))

    assert outcome(preset(name), replace(sent, body=sent.body + b" ")) == "bad_signature"


@pytest.mark.parametrize("name", ALL)
def test_another_secret_fails(name: str) -> None:
    assert outcome(preset(name), sample_of(preset(name)), secret=OTHER_SECRET) == "bad_signature"


@pytest.mark.parametrize("name", ALL)
def test_a_missing_signature_header_fails(name: str) -> None:
    sent = sample_of(preset(name))

    assert outcome(preset(name), without_header(sent, signature_header(preset(name), sent))) == "missing_signature"


@pytest.mark.parametrize("name", [name for name in ALL if name != "standard"])
def test_a_doubled_signature_header_fails(name: str) -> None:
    sent = sample_of(preset(name))
    header = signature_header(preset(name), sent)

    doubled = with_line(sent, header, sent.header(header.lower().encode()) or b"")

    assert outcome(preset(name), doubled) == "malformed_signature"


@pytest.mark.parametrize(
    ("name", "header"),
    [("standard", "webhook-id"), ("standard", "webhook-timestamp"), ("slack", "X-Slack-Request-Timestamp")],
)
def test_a_signed_header_that_is_changed_missing_or_doubled_fails(name: str, header: str) -> None:
    own, sent = preset(name), sample_of(preset(name))

    assert outcome(own, with_header(sent, header, b"1747862831")) == "bad_signature"
    assert outcome(own, without_header(sent, header)) == "missing_signature"
    assert outcome(own, with_line(sent, header, b"1747862831")) == "malformed_signature"


def test_the_signed_time_of_a_stripe_header_cannot_be_changed_or_left_out() -> None:
    own, sent = preset("stripe"), sample_of(preset("stripe"))
    line = sent.header(b"stripe-signature") or b""
    time, _, signature = line.partition(b",")

    assert outcome(own, with_header(sent, "Stripe-Signature", b"t=1747862831," + signature)) == "bad_signature"
    assert outcome(own, with_header(sent, "Stripe-Signature", signature)) == "missing_signature"
    assert outcome(own, with_header(sent, "Stripe-Signature", time)) == "missing_signature"
    assert outcome(own, with_header(sent, "Stripe-Signature", time + b",v0=" + signature[3:])) == "missing_signature"


@pytest.mark.parametrize("name", TIMED)
def test_a_stale_and_a_future_time_fail(name: str) -> None:
    sent = sample_of(preset(name))

    assert outcome(preset(name), sent, now_ms=NOW_MS + 301_000) == "stale_timestamp"
    assert outcome(preset(name), sent, now_ms=NOW_MS - 301_000) == "future_timestamp"


@pytest.mark.parametrize(
    ("name", "id_signed", "type_signed"),
    [("github", False, False), ("stripe", True, True), ("standard", True, True), ("gitlab", False, False)],
)
def test_a_preset_says_whether_id_and_type_are_covered(name: str, id_signed: bool, type_signed: bool) -> None:
    assert (preset(name).is_id_signed, preset(name).is_type_signed) == (id_signed, type_signed)


def test_a_provider_is_answered_200_and_a_generic_sender_202() -> None:
    assert preset("github").answer.status == 200
    assert preset("generic").answer.status == 202
    assert plain_preset("none").answer.status == 202
    assert preset("github").methods == ("POST",)


def test_overrides_change_single_members_of_a_record() -> None:
    changed = preset("generic").overridden({"signature": {"name": "X-Acme-Sig"}, "encoding": "base64"})

    assert changed.record.signature is not None
    assert changed.record.signature.names == ("X-Acme-Sig",)
    assert changed.record.signature.prefixes == (b"sha256=", b"")
    assert outcome(changed, sample_of(changed)) == "passes"
    assert preset("generic").overridden(None) is preset("generic")


@pytest.mark.parametrize("override", [{"auth": "none"}, {"id": "x"}, {"colour": 1}, {"encoding": "rot13"}])
def test_overrides_cannot_switch_verification_off_or_say_what_is_unknown(override: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        preset("github").overridden(override)

    assert refused.value.faults[0].pointer.startswith("/verification")


def test_an_unknown_provider_is_refused_with_the_list_of_known_ones() -> None:
    with pytest.raises(Invalid, match="github"):
        preset("githubb")
