"""Every preset that needs no network: its signed sample holds, and each single change to it fails for its own cause."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hookspan.inbound.provider_samples import provider_sample
from hookspan.inbound.providers import Preset, preset, presets
from hookspan.inbound.request import InboundRequest, body_view
from hookspan.inbound.sign import CannotSign, can_sign, sign_request
from hookspan.inbound.verify import Refused, Verified, Verifier
from tests.support.inbound import NOW_MS, SECRET, with_header, with_line
from tests.support.providers import FETCHED, OFFLINE, delivered, secret_of, signature_of, unproven, unsigned

BODY_SIGNED = [name for name in OFFLINE if "body" in preset(name).record.signed]
IN_HEADER = [name for name in OFFLINE if signature_of(preset(name), delivered(name))[0]]
TIMED = [name for name in OFFLINE if (at := preset(name).record.time) and at.signed]
WINDOWED = [name for name in TIMED if preset(name).record.kind != "jwt"]
SIGNATURES = [name for name in IN_HEADER if preset(name).record.kind not in ("equality", "basic", "api_key")]
LISTED = [name for name in IN_HEADER if (place := preset(name).record.signature) and place.items]
OWN_CAUSE = {"basic": "basic_failed", "api_key": "key_failed"}

# What JSON libraries would write otherwise: order, blanks, digits, escapes, repeats, line ends.
REWRITTEN = b'{"z": 1.0, "a":1E2 , "u":"\\u00e9\\/", "a" :2,\t"n":[ ]}\r\n'


def outcome(used: Preset, sent: InboundRequest, *secrets: bytes, now_ms: int = NOW_MS) -> str:
    answer = Verifier.from_record(used.record).check(sent, secrets or (secret_of(used),), now_ms)
    assert isinstance(answer, Verified | Refused)
    return answer.cause if isinstance(answer, Refused) else "passes"


@pytest.mark.parametrize("name", [each.id for each in presets()])
def test_the_record_is_sound_and_says_what_a_form_needs(name: str) -> None:
    used = preset(name)

    assert Verifier.from_record(used.record).fault is None
    assert used.id == name
    assert used.title
    assert used.docs.endswith(".")
    assert used.record.evidence in ("confirmed", "vector")
    assert used.sample is not None


@pytest.mark.parametrize("name", OFFLINE)
def test_the_signed_sample_holds(name: str) -> None:
    used, sent = preset(name), delivered(name)

    answer = Verifier.from_record(used.record).check(sent, [secret_of(used)], NOW_MS)

    assert isinstance(answer, Verified)
    assert (answer.key_index, answer.signed_fields) == (0, used.record.signed)
    assert (answer.timestamp_ms is not None) is (name in TIMED or used.record.kind == "jwt")
    assert ("jti" in answer.claims) is (used.record.kind == "jwt")


@pytest.mark.parametrize("name", OFFLINE)
def test_the_second_of_two_live_secrets_holds_during_a_rotation(name: str) -> None:
    used = preset(name)

    answer = Verifier.from_record(used.record).check(delivered(name), [secret_of(used, 1), secret_of(used)], NOW_MS)

    assert isinstance(answer, Verified)
    assert answer.key_index == 1


@pytest.mark.parametrize("name", BODY_SIGNED)
def test_a_changed_body_fails(name: str) -> None:
    sent = delivered(name)

    assert outcome(preset(name), replace(sent, body=sent.body + b" ")) == "bad_signature"
    assert outcome(preset(name), replace(sent, body=b"{}")) in ("bad_signature", "missing_signature")


@pytest.mark.parametrize("name", BODY_SIGNED)
def test_a_body_that_json_would_rewrite_still_holds(name: str) -> None:
    used = preset(name)
    if used.record.time is not None and used.record.time.from_ == "body":
        body = b'{"a" : 1.0, "webhookTimestamp" :%d, "a":2}\r\n' % NOW_MS
        made = delivered("hookspan-orchestrator", body).header(b"x-webhook-signature") or b""
        assert outcome(used, with_header(unsigned(used, body), "Linear-Signature", made), SECRET) == "passes"
        return

    assert outcome(used, delivered(name, REWRITTEN)) == "passes"


@pytest.mark.parametrize("name", OFFLINE)
def test_the_secret_of_another_source_fails(name: str) -> None:
    used = preset(name)

    assert outcome(used, delivered(name, number=1)) == OWN_CAUSE.get(used.record.kind, "bad_signature")


@pytest.mark.parametrize("name", OFFLINE)
def test_a_missing_signature_fails(name: str) -> None:
    used = preset(name)

    assert outcome(used, unproven(used, delivered(name))) == OWN_CAUSE.get(used.record.kind, "missing_signature")


@pytest.mark.parametrize("name", [name for name in IN_HEADER if name not in LISTED])
def test_a_doubled_signature_fails(name: str) -> None:
    used, sent = preset(name), delivered(name)
    header, value = signature_of(used, sent)

    assert outcome(used, with_line(sent, header, value)) == OWN_CAUSE.get(used.record.kind, "malformed_signature")


@pytest.mark.parametrize("name", LISTED)
def test_a_list_of_signatures_may_hold_wrong_ones_beside_the_right_one(name: str) -> None:
    used, sent = preset(name), delivered(name)
    at = used.record.signature
    header, _ = signature_of(used, sent)
    assert at is not None

    wrong = f"{at.take[0]}{at.pair}".encode() + (b"00" if used.record.encoding == "hex" else b"AAAA")

    assert outcome(used, with_line(sent, header, wrong)) == "passes"
    assert outcome(used, with_header(sent, header, wrong)) in ("bad_signature", "missing_signature")


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_signature_that_is_not_in_its_encoding_fails(name: str) -> None:
    used, sent = preset(name), delivered(name)
    header, value = signature_of(used, sent)

    broken = value[:-2] + b"!!"

    assert outcome(used, with_header(sent, header, broken)) == "malformed_signature"


@pytest.mark.parametrize("name", WINDOWED)
def test_a_stale_and_a_future_time_fail_and_the_bounds_themselves_pass(name: str) -> None:
    used, sent = preset(name), delivered(name)
    at = used.record.time
    assert at is not None

    def later(seconds: int) -> str:
        return outcome(used, sent, now_ms=NOW_MS + seconds * 1_000)

    assert (later(at.past), later(at.past + 1)) == ("passes", "stale_timestamp")
    assert (later(-at.future), later(-at.future - 1)) == ("passes", "future_timestamp")


COVERED = [(name, header.decode()) for name in OFFLINE for header in sorted(preset(name).record.covered_headers)]


@pytest.mark.parametrize(("name", "header"), COVERED, ids=lambda text: text)
def test_a_signed_header_that_is_changed_missing_or_doubled_fails(name: str, header: str) -> None:
    used, sent = preset(name), delivered(name)
    value = sent.header(header.encode()) or b""
    later = b"2025-05-21T21:27:11Z" if b"T" in value else b"1747862831000" if len(value) == 13 else b"1747862831"

    assert outcome(used, with_header(sent, header, later)) == "bad_signature"
    assert outcome(used, with_header(sent, header, b"")) == "missing_signature"
    assert outcome(used, with_line(sent, header, value)) == "malformed_signature"


@pytest.mark.parametrize("name", OFFLINE)
def test_without_any_secret_every_delivery_is_refused(name: str) -> None:
    used = preset(name)

    answer = Verifier.from_record(used.record).check(delivered(name), [], NOW_MS)

    assert isinstance(answer, Refused)
    assert answer.cause == "not_configured"


@pytest.mark.parametrize("name", [each.id for each in presets()])
def test_a_sample_can_be_had_of_every_preset_and_names_its_type(name: str) -> None:
    sample = provider_sample(name)
    used = preset(name)

    view = body_view(unsigned(used), used.record.form)

    assert view.is_json or used.types == () or any(entry.form for entry in used.types)
    # A type of its own wherever the preset says where one stands.
    assert (sample.event_type == "webhook.received") is (not used.types)


@pytest.mark.parametrize("name", [name for name in (*OFFLINE, *FETCHED) if not can_sign(preset(name).record)])
def test_what_only_the_provider_can_sign_is_said(name: str) -> None:
    with pytest.raises(CannotSign, match="only the provider"):
        sign_request(preset(name).record, unsigned(preset(name)), secret=SECRET, now_ms=NOW_MS)


def test_only_public_keys_and_key_servers_keep_us_from_signing() -> None:
    assert {each.id for each in presets() if not can_sign(each.record)} == {*FETCHED, "discord", "sendgrid", "telnyx"}
