"""Captured deliveries sent again: the window of a signed time, and the keys that make a repeat (security S5, S6)."""

from __future__ import annotations

import pytest

from hookspan.inbound.dedupe import DedupeSettings, dedupe_keys
from hookspan.inbound.providers import preset
from hookspan.inbound.request import InboundRequest, body_view
from hookspan.inbound.sign import sign_request
from hookspan.inbound.verify import Refused, Verified, Verifier
from tests.support.inbound import NOW_MS, SECRET, request, sample_of, with_header, with_line

TIMED = ["slack", "standard", "stripe"]
RFC3339: dict[str, object] = {
    "auth": "signature",
    "kind": "hmac",
    "algorithm": "sha256",
    "signature": {"from": "header", "name": "X-Sig"},
    "text": "{timestamp}{body}",
    "time": {"from": "header", "name": "X-Time", "unit": "rfc3339", "past": 600, "future": 60},
}


def cause(name: str, sent: InboundRequest, now_ms: int) -> str | None:
    answer = Verifier.from_record(preset(name).record).check(sent, [SECRET], now_ms)
    return answer.cause if isinstance(answer, Refused) else None


@pytest.mark.parametrize("name", TIMED)
@pytest.mark.parametrize(
    ("late_s", "expected"),
    [(0, None), (300, None), (301, "stale_timestamp"), (-300, None), (-301, "future_timestamp")],
)
def test_a_signed_time_holds_for_300_seconds_both_ways(name: str, late_s: int, expected: str | None) -> None:
    sent = sample_of(preset(name))

    assert cause(name, sent, NOW_MS + late_s * 1_000) == expected


@pytest.mark.parametrize(
    ("late_ms", "expected"),
    [(600_000, None), (600_001, "stale_timestamp"), (-60_000, None), (-60_001, "future_timestamp")],
)
def test_each_bound_is_its_own_and_counts_in_the_unit_of_the_sender(late_ms: int, expected: str | None) -> None:
    sent = sign_request(RFC3339, request(b"{}"), secret=SECRET, now_ms=NOW_MS)

    answer = Verifier.from_record(RFC3339).check(sent, [SECRET], NOW_MS + late_ms)

    assert (answer.cause if isinstance(answer, Refused) else None) == expected


def test_a_stale_time_is_told_only_to_who_signed_it() -> None:
    sent = with_header(sample_of(preset("slack")), "X-Slack-Signature", b"v0=" + b"0" * 64)

    assert cause("slack", sent, NOW_MS + 10**9) == "bad_signature"


def test_a_fresh_time_on_an_old_signature_does_not_hold() -> None:
    captured = sample_of(preset("slack"))
    later_ms = NOW_MS + 3_600_000

    renewed = with_header(captured, "X-Slack-Request-Timestamp", str(later_ms // 1000).encode())

    assert cause("slack", renewed, later_ms) == "bad_signature"


def test_a_second_time_is_never_chosen_from() -> None:
    doubled = with_line(sample_of(preset("slack")), "X-Slack-Request-Timestamp", b"9999999999")

    assert cause("slack", doubled, NOW_MS) == "malformed_signature"


def test_a_second_time_inside_a_stripe_header_is_never_chosen_from() -> None:
    captured = sample_of(preset("stripe"))
    line = captured.header(b"stripe-signature") or b""

    doubled = with_header(captured, "Stripe-Signature", line + b",t=9999999999")

    assert cause("stripe", doubled, NOW_MS) == "malformed_signature"


@pytest.mark.parametrize("time", ["soon", "-1", "1e9", "1747862830.5", "٣", "9" * 40, " "])
def test_a_time_that_is_no_number_is_malformed_even_when_signed(time: str) -> None:
    text = f"v0:{time}:".encode() + b"{}"
    record = {
        "auth": "signature", "kind": "hmac", "algorithm": "sha256", "text": text.decode().replace("{}", "{body}"),
        "signature": {"from": "header", "name": "X-Sig"},
    }  # fmt: skip
    signature = sign_request(record, request(b"{}"), secret=SECRET, now_ms=NOW_MS).header(b"x-sig") or b""
    sent = with_line(request(b"{}"), "X-Slack-Request-Timestamp", time.encode())

    answer = cause("slack", with_line(sent, "X-Slack-Signature", b"v0=" + signature), NOW_MS)

    assert answer == "malformed_signature"


def test_an_instant_without_offset_is_malformed() -> None:
    body = b"2025-05-21T21:27:10"
    untimed = {**RFC3339, "text": "{body}", "time": None}
    signature = sign_request(untimed, request(body), secret=SECRET, now_ms=NOW_MS).header(b"x-sig") or b""
    sent = with_line(with_line(request(b""), "X-Time", body), "X-Sig", signature)

    answer = Verifier.from_record(RFC3339).check(sent, [SECRET], NOW_MS)

    assert isinstance(answer, Refused)
    assert answer.cause == "malformed_signature"


def test_an_unsigned_time_is_ignored() -> None:
    sent = with_header(sample_of(preset("hookspan-orchestrator")), "X-Webhook-Timestamp", b"1")

    assert cause("hookspan-orchestrator", sent, NOW_MS) is None


def keys_of(name: str, sent: InboundRequest) -> set[str]:
    own = preset(name)
    verified = Verifier.from_record(own.record).check(sent, [SECRET], NOW_MS)
    assert isinstance(verified, Verified)
    keys = dedupe_keys(own, DedupeSettings(), request=sent, view=body_view(sent, own.record.form), verified=verified)
    return {key.key for key in keys}


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("github", "X-GitHub-Delivery"),
        ("gitea", "X-Gitea-Delivery"),
        ("shopify", "X-Shopify-Webhook-Id"),
        ("generic", "Idempotency-Key"),
        ("gitlab", "Idempotency-Key"),
        ("hookspan-systemprompt", "webhook-id"),
    ],
)
def test_a_captured_body_under_a_fresh_unsigned_id_is_still_a_repeat(name: str, header: str) -> None:
    captured = sample_of(preset(name))

    again = with_header(captured, header, b"fresh-id")

    assert keys_of(name, captured) & keys_of(name, again)
    assert keys_of(name, captured) != keys_of(name, again)


@pytest.mark.parametrize("name", ["stripe", "slack", "standard"])
def test_a_signed_id_is_the_only_key(name: str) -> None:
    keys = keys_of(name, sample_of(preset(name)))

    assert len(keys) == 1
    assert keys.pop().startswith("id:")
